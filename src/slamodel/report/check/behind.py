"""Behind: the targets of other agreements that stand behind a promise, and the period targets that count them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from slamodel.model.agreement import Agreement
from slamodel.model.backers import priority_of, target_of
from slamodel.model.backing import BackedBy, Reference
from slamodel.model.percent import Percent
from slamodel.model.period_target import PeriodTarget
from slamodel.model.selector import ALWAYS_TRUE, Every, In, Selector
from slamodel.model.target import Target
from slamodel.report.check.possible import can_hold

ATTAINMENT: Final = "attainment"


@frozen
class Backer:
    """One target of another agreement behind a promise; ``priority`` is what that agreement calls the promise's."""

    agreement: Agreement
    target: Target
    priority: str
    reference: Reference

    @property
    def name(self) -> str:
        """The agreement and the target, as they are written: "telco-uc/repair"."""
        return f"{self.agreement.id}/{self.target.id}"

    @property
    def measured(self) -> tuple[PeriodTarget, ...]:
        """The period targets that promise a share of its items in time."""
        return counted(self.agreement, self.target, self.priority)


def backers(known: Mapping[str, Agreement], agreement: Agreement, backed: BackedBy) -> Iterator[Backer]:
    """Yield what stands behind a promise, once each; references that lead nowhere are left out."""
    for reference in backed.by.references:
        other = known.get(reference.agreement)
        target = target_of(other, reference) if other else None
        if other is not None and target is not None:
            yield Backer(other, target, priority_of(agreement, other, reference, backed.priority), reference)


def counted(agreement: Agreement, target: Target, priority: str = "") -> tuple[PeriodTarget, ...]:
    """Return the period targets that promise a share of a target's items of a priority ("": of any) in time."""
    mine: Selector = In(target.priority_field, (priority,)) if priority else ALWAYS_TRUE
    return tuple(
        one
        for one in agreement.measured
        if one.metric.kind == ATTAINMENT
        and one.metric.target == target.id
        and isinstance(one.expected, Percent)
        and can_hold(Every((mine, one.applies)))
    )
