"""Exclusions of items: what the rules of an agreement, and relief that was asked for, make of each verdict (M3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from slamodel.clock.events import Coded
from slamodel.model.agreement import Agreement
from slamodel.model.exclusion import ExclusionRule
from slamodel.model.period_target import PeriodTarget
from slamodel.model.selector import ALWAYS_TRUE, as_text
from slamodel.report.attainment.placing import Relief, Relieved
from slamodel.report.measures.facts import Facts
from slamodel.timeline.instants import Bool

GRANTED: Final = ("true", "yes", "1", "granted", "agreed", "approved")
"""What a field says of something that an exclusion needs, where it was given."""
DISPUTED: Final = "disputed"
_OF_ITEMS: Final = ("remove", "count_as_met")
_SERVICE: Final = "service"
_OUTAGE_FIELDS: Final = ("planned", "responsibility")


def is_about(rule: ExclusionRule, target: PeriodTarget) -> bool:
    """Return whether a rule is about a period target, or about the target whose clocks it counts."""
    return (
        not rule.about or target.id in rule.about or (bool(target.metric.target) and target.metric.target in rule.about)
    )


def item_rules(agreement: Agreement, target: PeriodTarget) -> list[ExclusionRule]:
    """Return the rules that can take items out of a period target: those with a condition, and no windows."""
    return [
        rule
        for rule in agreement.exclusions
        if rule.effect in _OF_ITEMS and not rule.recurs and rule.when != ALWAYS_TRUE and is_about(rule, target)
    ]


def relieved(facts: Facts, agreement: Agreement, target: PeriodTarget, rows: Bool) -> tuple[Relieved, list[str]]:
    """Return what rules and relief make of the verdicts ``rows``, and what is to be said of it.

    Of several rules that hold the first counts. What a rule ``needs`` is a field of the item: with one of `GRANTED`
    in each of them it is granted, with "disputed" in one it is disputed, else it is asked for (M3 needs). A rule that
    asks for a field that the log does not have holds for nothing, and that is said.
    """
    found, notes = Relieved.none(len(rows)), []
    left = rows.copy()
    for rule in item_rules(agreement, target):
        lacks = facts.lacking(rule.when)
        if lacks:
            if {*lacks} <= _of_outages(facts):
                continue  # it is about outages
            notes.append(f"exclusion {rule.name!r} asks for {lacks[0]!r}, which the log does not have")
            continue
        mine = left & facts.holds(rule.when, f"exclusion {rule.name!r}")
        if rule.services:
            column = facts.field(_SERVICE)
            mine &= _named(column, rule.services) if column is not None else False
        left &= ~mine
        given, contested = needed(rule.needs, {name: facts.field(name) for name in rule.needs}, len(rows))
        (found.removed if rule.effect == "remove" else found.met)[mine & given] = True
        found.disputed[mine & contested] = True
        found.asked[mine & ~given & ~contested] = True
    return found, notes


def needed(needs: Iterable[str], columns: dict[str, Coded | None], count: int) -> tuple[Bool, Bool]:
    """Return for which rows everything that is needed was given, and for which some of it is disputed."""
    given, contested = np.ones(count, bool), np.zeros(count, bool)
    for name in needs:
        column = columns.get(name)
        texts = [(as_text(value) or "").lower() for value in column.values] if column is not None else []
        codes = column.codes if column is not None else np.full(count, -1, np.int32)
        given &= np.array([*(text in GRANTED for text in texts), False], bool)[codes]
        contested |= np.array([*(text == DISPUTED for text in texts), False], bool)[codes]
    return given & ~contested, contested


def relief_for(relief: tuple[Relief, ...], target: PeriodTarget) -> list[Relief]:
    """Return the reliefs that are about a period target, told for the target whose clocks it counts."""
    name = target.metric.target
    return [
        Relief(one.item, one.state, one.effect, (), one.reason, one.clause)
        for one in relief
        if not one.targets or target.id in one.targets or name in one.targets
    ]


def _of_outages(facts: Facts) -> frozenset[str]:
    """Return the fields that outages have."""
    return frozenset({*_OUTAGE_FIELDS, *(facts.outages.fields if facts.outages is not None else ())})


def _named(column: Coded, names: tuple[str, ...]) -> Bool:
    known = np.array([*(as_text(value) in names for value in column.values), False], bool)
    found: Bool = known[column.codes]
    return found
