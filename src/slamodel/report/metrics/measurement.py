"""Measurements: one value of one period, of how many things it was made, and which of them are the evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve, frozen

from slamodel.errors import AgreementError
from slamodel.report.attainment.goals import NOT_MEASURED, Goal, Judgement, judge, judge_each
from slamodel.report.periods import Periods
from slamodel.timeline.instants import Int64


@frozen(kw_only=True)
class Measurement:
    """The value of one period.

    ``value`` is exact: a share, a number, microseconds, or units of money; None where nothing was measured, and then
    ``reason`` says why (M2). ``n`` is how many things it was made of. ``good`` is how many of them were as they should
    be, where the value is the share good / n (else None). ``evidence`` are the items, answers or rows to look at: of a
    share those that speak against it, of a count those that were counted. ``note`` says what was left out, and why.
    """

    value: Fraction | None
    n: int = 0
    good: int | None = None
    evidence: tuple[Any, ...] = ()
    reason: str = ""
    note: str = ""

    @property
    def missed(self) -> int | None:
        """How many were not as they should be, where the value is a share."""
        return None if self.good is None else self.n - self.good


def not_measured(reason: str, note: str = "") -> Measurement:
    """Return the measurement of a period in which nothing was measured."""
    return Measurement(value=None, reason=reason, note=note)


def share(good: int, n: int, evidence: Sequence[Any], nothing: str, note: str = "") -> Measurement:
    """Return the share good / n; without any it is not measured, for the reason ``nothing``."""
    if not n:
        return not_measured(nothing, note)
    return Measurement(value=Fraction(good, n), n=n, good=good, evidence=tuple(evidence), note=note)


def judged(found: Sequence[Measurement], goal: Goal) -> list[Judgement]:
    """Hold the measurements of successive periods to a goal, by the rules for few items where they are shares.

    A count of none is a value, so it is held to the goal; a period that was not measured is ``not_measured``, and
    ``decided_by`` gives its reason. Raises AgreementError (E107) for rules for few items where less is better.
    """
    are_shares = any(one.good is not None for one in found)
    if are_shares and not goal.rises and (goal.small or goal.permitted_misses):
        msg = "permitted misses and rules for few items are about shares of which more is better; leave them out"
        raise AgreementError(msg, "E107")
    if are_shares and goal.rises and all(one.good is not None or one.value is None for one in found):
        judgements = judge_each([one.good or 0 for one in found], [one.n for one in found], goal)
    else:
        # The number of things that a count is made of is the count itself: of none it is a value all the same.
        judgements = [judge(one.value, max(one.n, one.value is not None), goal) for one in found]
    return [
        evolve(judgement, decided_by=f"{one.reason}: {goal.empty}")
        if judgement.verdict == NOT_MEASURED and one.reason
        else judgement
        for one, judgement in zip(found, judgements, strict=True)
    ]


def each_period(at: Int64, periods: Periods, make: Callable[[slice, str], Measurement]) -> list[Measurement]:
    """Return what ``make`` says of the rows of each period, in the order of their instants; rolling ones share rows.

    A row belongs to a period from its start on, and to its end no more.
    """
    first, last = (np.searchsorted(at, edge).tolist() for edge in (periods.starts, periods.ends))
    bounds = zip(first, last, periods.names, strict=True)
    return [make(slice(low, high), name) for low, high, name in bounds]
