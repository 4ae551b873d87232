"""Pro rata: one figure of several parts of a period, by their agreed service time (M3 pro rata)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NoReturn

from attrs import evolve

from slamodel.errors import AgreementError
from slamodel.model.in_force import InstantSpans
from slamodel.model.metric import Metric
from slamodel.model.money import Money
from slamodel.model.period_target import PeriodTarget
from slamodel.report.attainment.goals import Goal
from slamodel.timeline.timetable import Timetable

_SUMS: Final = {("count", ""), ("reliability", "outages"), ("threshold", "total")}
"""The metrics, and their statistics ("": all), whose parts add up."""
_NEITHER: Final = {
    *(("backlog", ""), ("reliability", "longest_outage"), ("deliverable", "days_late")),
    *(("threshold", how) for how in ("worst", "largest", "smallest", "last")),
}
"""Those of one instant or of an extreme, which parts have no share in."""


def check_joined(targets: Sequence[PeriodTarget], version: int) -> None:
    """Refuse period targets that have no figure in common: AgreementError (E184)."""
    first = targets[0]
    if {(first.metric.kind, ""), (first.metric.kind, first.metric.how)} & _NEITHER:
        _refuse(version, first, f"{first.metric.how or 'its value'} of {first.metric.kind} has no parts")
    for one in targets[1:]:
        same = (one.metric.kind, one.metric.how, one.metric.percentile, one.comparison, _unit(one))
        if same != (first.metric.kind, first.metric.how, first.metric.percentile, first.comparison, _unit(first)):
            _refuse(version, first, "it is measured otherwise than before")


def weights_of(parts: Sequence[tuple[PeriodTarget, int, int]], suspended: InstantSpans) -> tuple[int, ...]:
    """Return the agreed service time of parts [start, end), in microseconds: covered time without suspended time.

    Without a calendar (``during``) all time is agreed.
    """
    found = []
    for target, start, end in parts:
        cut = [(max(a, start), min(b, end)) for a, b in suspended]
        out = sum(_covered(target.metric, a, b) for a, b in cut if a < b)
        found.append(_covered(target.metric, start, end) - out)
    return tuple(found)


def goal_of(targets: Sequence[PeriodTarget], weights: Sequence[int]) -> Goal:
    """Return what a figure is held to: of several parts their levels by weight, and the rules of the last part.

    A minimum there is only where every part has one. Parts without any weight count alike.
    """
    goals = [Goal.of(target) for target in targets]
    if len(goals) == 1:
        return goals[0]
    least = [goal.minimum for goal in goals if goal.minimum is not None]
    minimum = _mean(least, weights) if len(least) == len(goals) else None
    return evolve(goals[-1], expected=_mean([goal.expected for goal in goals], weights), minimum=minimum)


def value_of(
    targets: Sequence[PeriodTarget], weights: Sequence[int], values: Sequence[Fraction | None]
) -> Fraction | None:
    """Return the figure of parts: their sum where they add up, else their mean by weight; None without any value.

    Parts that were not measured have no weight.
    """
    if len(values) != len(targets):
        msg = f"{len(values)} values for {len(targets)} parts; give each part its own, None where nothing was measured"
        raise ValueError(msg)
    if len(targets) == 1:
        return values[0]
    metric = targets[0].metric
    told = [(value, weight) for value, weight in zip(values, weights, strict=True) if value is not None]
    if not told:
        return None
    if {(metric.kind, ""), (metric.kind, metric.how)} & _SUMS:
        return sum((value for value, _ in told), Fraction(0))
    return _mean([value for value, _ in told], [weight for _, weight in told])


def _mean(values: Sequence[Fraction], weights: Sequence[int]) -> Fraction:
    shares = weights if any(weights) else [1] * len(values)
    return sum((value * share for value, share in zip(values, shares, strict=True)), Fraction(0)) / sum(shares)


def _covered(metric: Metric, start: int, end: int) -> int:
    if metric.during is None:
        return end - start
    return Timetable([metric.during.line]).elapsed_one(start, end)


def _unit(target: PeriodTarget) -> object:
    level = target.expected
    return level.currency if isinstance(level, Money) else type(level)


def _refuse(version: int, target: PeriodTarget, why: str) -> NoReturn:
    msg = f"version {version} takes over amid a period of {target.id!r} (mid_period: pro_rata), and {why}"
    raise AgreementError(f"{msg}; write mid_period: split or next_period", "E184")
