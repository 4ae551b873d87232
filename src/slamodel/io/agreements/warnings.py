"""What is odd in an agreement and yet no error, noted as warnings while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from slamodel.io.agreements.extends import NONE
from slamodel.io.agreements.section import Section
from slamodel.model.agreement import Agreement
from slamodel.model.limit import Limit
from slamodel.model.percent import Percent
from slamodel.model.selector import EVENT, In, Selector
from slamodel.model.target import Target

_DECIMALS: Final = 2


def warn_about(agreement: Agreement, section: Section) -> None:
    """Note the warnings of one agreement: W134, W135, W143, W151 and W152."""
    _respond_after_resolve(agreement, section)
    for target in agreement.targets:
        _not_monotone(target, agreement.priorities, section)
        if _events(target.starts.selector) & _events(target.stops.selector) and target.start_with_stop == "never_ran":
            names = ", ".join(sorted(_events(target.starts.selector) & _events(target.stops.selector)))
            msg = (
                f"start and stop can match together ({names}), the clock would never run; let them be different events"
            )
            section.warn("W151", f"targets.{target.id}", msg)
        for key, msg in _idle_options(target):
            section.warn("W152", f"targets.{target.id}.{key}", msg)
    _idle_pauses(agreement, section)
    _no_error_budget(agreement, section)


def _respond_after_resolve(agreement: Agreement, section: Section) -> None:
    """W134: a first reply may take longer than the resolution."""
    of_kind = {kind: [one for one in agreement.targets if one.kind == kind] for kind in ("respond", "resolve")}
    for respond in of_kind["respond"]:
        for resolve in of_kind["resolve"]:
            if respond.applies != resolve.applies:
                continue
            for priority, limit in respond.limits:
                other = resolve.limit_for(priority)
                if other is not None and _longer(limit, other):
                    who = f"{priority}: " if priority else ""
                    msg = f"{who}respond {limit.amount} is longer than resolve {other.amount}; are they swapped?"
                    section.warn("W134", f"targets.{respond.id}" + (f".{priority}" if priority else ""), msg)


def _not_monotone(target: Target, order: Sequence[str], section: Section) -> None:
    """W135: a more urgent priority is given more time."""
    limits = dict(target.limits)
    ranked = [(name, limits[name]) for name in order if name in limits]
    for (urgent, limit), (lesser, other) in pairwise(ranked):
        if _longer(limit, other):
            msg = f"{urgent} {target.id} {limit.amount} is longer than {lesser} {other.amount}; are they swapped?"
            section.warn("W135", f"targets.{target.id}.{urgent}", msg)


def _idle_options(target: Target) -> Iterator[tuple[str, str]]:
    """W152: an option that nothing looks at."""
    change, judge = target.priority_change, target.judge
    if target.percent_decimals != _DECIMALS and judge != "percent":
        yield "percent_decimals", f"is looked at under judge: percent, and here it is {judge}; leave it out"
    if not target.retroactive_pause and not change.startswith("retroactive"):
        yield "retroactive_pause", f"is about a retroactive change, and here priority_change is {change}; leave it out"
    if target.forgive_on_downgrade and change in {"restart", "keep", "retroactive", "retroactive_floor"}:
        msg = f"forgives the breach of another limit, and under priority_change: {change} there is one; leave it out"
        yield "forgive_on_downgrade", msg


def _idle_pauses(agreement: Agreement, section: Section) -> None:
    """W152: a pause that stops no target."""
    stopped = {rule.name for target in agreement.targets for rule in target.pauses}
    kinds = ", ".join(sorted({target.kind or target.id for target in agreement.targets}))
    written = section.get("pauses")
    for name in written if isinstance(written, Mapping) and agreement.targets else ():
        if name not in stopped and written[name] != NONE:
            msg = f"stops no target: the targets are {kinds}, and a pause stops respond only where 'stops' names it"
            section.warn("W152", f"pauses.{name}", msg)


def _longer(one: Limit, other: Limit) -> bool:
    """Return whether a limit is surely longer: two lengths of one kind, counted on one calendar."""
    if one.calendar != other.calendar or one.field or other.field or one.due or other.due:
        return False
    if bool(one.amount.days) != bool(other.amount.days):
        return False
    return (one.amount.us, one.amount.days) > (other.amount.us, other.amount.days)


def _no_error_budget(agreement: Agreement, section: Section) -> None:
    """W143: availability of 100 % that costs credits."""
    credited = {rule.target for rule in agreement.credits.rules} if agreement.credits else set()
    for i, one in enumerate(agreement.measured):
        if one.metric.kind == "availability" and one.expected == Percent(Fraction(1)) and one.id in credited:
            msg = f"{one.id}: 100% leaves no error budget, any outage is a breach; expect less, as 99.9%"
            section.warn("W143", f"measured.{i}.expected", msg)


def _events(selector: Selector) -> frozenset[str]:
    return frozenset(selector.values) if isinstance(selector, In) and selector.name == EVENT else frozenset()
