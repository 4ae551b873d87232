"""Fields: what period targets and exclusions look at of an item, beside what its clocks do."""

from __future__ import annotations

from collections.abc import Iterable

from slamodel.model.agreement import Agreement

_SERVICE = "service"


def measured_fields(agreements: Iterable[Agreement]) -> frozenset[str]:
    """Return the fields that a log is read for if it has them, so that its items can be measured."""
    found: set[str] = set()
    for agreement in agreements:
        for target in agreement.measured:
            metric = target.metric
            found |= target.applies.fields() | set(metric.by) | (metric.when.fields() if metric.when else set())
            found |= {metric.source} - {""}
            found |= {_SERVICE} if metric.of else set()
        for rule in agreement.exclusions:
            found |= rule.when.fields() | set(rule.needs) | ({_SERVICE} if rule.services else set())
    return frozenset(found)
