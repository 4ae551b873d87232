"""Corrective actions and improvements: what is done about misses; how far it is follows from dates and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing, taken
from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.report.attainment.goals import MET, NOT_MEASURED, Goal, Judgement
from slamodel.report.improvement.before_after import Difference, difference
from slamodel.report.metrics.measurement import Measurement, judged
from slamodel.report.periods import Periods, midnights
from slamodel.timeline.zones import zone


@frozen(kw_only=True)
class CorrectiveAction:
    """Something that is done so that a miss does not come back.

    ``causes`` and ``items`` are what it is about; it was done on ``done_on`` (None: not yet). Raises AgreementError
    (E102) without an id or a statement.
    """

    id: str
    statement: str
    owner: str = ""
    due: date | None = None
    done_on: date | None = None
    causes: tuple[Any, ...] = ()
    items: tuple[Any, ...] = ()
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        _need(self.id, self.statement)

    def status(self, on: date) -> str:
        """Return how far it is on a date: "done", "overdue" after its due, else "open"."""
        if self.done_on is not None and self.done_on <= on:
            return "done"
        return "overdue" if self.due is not None and on > self.due else "open"


@frozen(kw_only=True)
class Improvement:
    """One initiative of a service improvement plan: from where, to where, by what, and what came of it.

    ``measures`` names the period target whose figures it is to move; ``baseline`` is the figure before, ``goal`` what
    is to be reached, ``outcome`` the figure after all ``actions`` were done (None: not measured yet), as `measured`
    finds it. Raises AgreementError (E102) without an id or a statement.
    """

    id: str
    statement: str
    measures: str
    baseline: Measurement
    goal: Goal
    owner: str = ""
    approved_on: date | None = None
    due: date | None = None
    actions: tuple[CorrectiveAction, ...] = ()
    outcome: Measurement | None = None

    def __attrs_post_init__(self) -> None:
        _need(self.id, self.statement)

    @property
    def done_on(self) -> date | None:
        """The date of the last of its actions; None while one is not done, or there is none."""
        dates = [action.done_on for action in self.actions]
        known = [one for one in dates if one is not None]
        return max(known) if known and len(known) == len(dates) else None

    @property
    def judgement(self) -> Judgement | None:
        """The outcome held to the goal; None where there is none yet."""
        return None if self.outcome is None else judged([self.outcome], self.goal)[0]

    @property
    def difference(self) -> Difference | None:
        """How far the share has moved, and whether chance may have done it; None where the figures are no shares."""
        before, after = self.baseline, self.outcome
        if after is None or before.good is None or after.good is None:
            return None
        return difference((before.good, before.n), (after.good, after.n), rises=self.goal.rises)

    def status(self, on: date) -> str:
        """Return how far it is on a date, which follows from its dates and figures.

        "identified" until it is approved, "approved" until an action is done, "in_progress" until all are, "closed"
        until the outcome is measured, then "verified" where it reaches the goal, else "not_reached".
        """
        if self.approved_on is None or self.approved_on > on:
            return "identified"
        states = [action.status(on) == "done" for action in self.actions]
        if not any(states):
            return "approved"
        if not all(states):
            return "in_progress"
        held = self.judgement
        if held is None or held.verdict == NOT_MEASURED:
            return "closed"
        return "verified" if held.verdict == MET else "not_reached"

    def is_overdue(self, on: date) -> bool:
        """Return whether it, or one of its actions, was due before a date and is not done."""
        late = self.due is not None and on > self.due and (self.done_on is None or self.done_on > on)
        return late or any(action.status(on) == "overdue" for action in self.actions)

    def measured(self, found: Sequence[Measurement], periods: Periods) -> Improvement:
        """Return it with its outcome: the figures of the periods that begin after the last action was done.

        Shares are counted together, so a month with few items weighs little; of other values the last that was measured
        counts. Without a period that was measured there is no outcome.
        """
        if self.done_on is None:
            return evolve(self, outcome=None)
        since = int(midnights(zone(periods.timezone), [self.done_on + timedelta(days=1)])[0])
        after = [one for one, start in zip(found, periods.whole_starts.tolist(), strict=True) if start >= since]
        after = [one for one in after if one.value is not None]
        if not after:
            return evolve(self, outcome=None)
        if any(one.good is None for one in after):
            return evolve(self, outcome=after[-1])
        good, n = sum(one.good or 0 for one in after), sum(one.n for one in after)
        evidence = tuple(each for one in after for each in one.evidence)
        return evolve(self, outcome=Measurement(value=Fraction(good, n), n=n, good=good, evidence=evidence))


@frozen(eq=False)
class ImprovementPlan(Listing):
    """Improvements as they stand on a date, a row each."""

    improvements: tuple[Improvement, ...]
    on: date
    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("id", "statement", "owner", "measures", "baseline", "goal", "outcome", "difference", "status", "overdue"),
        *("due", "done_on"),
    )

    def column(self, name: str) -> NDArray[Any]:
        """Return one column."""
        if name not in self.COLUMNS:
            raise KeyError(name)
        cells = [self._cell(one, name) for one in self.improvements]
        return taken(cells, np.arange(len(cells)))

    def _cell(self, one: Improvement, name: str) -> Any:
        if name == "status":
            return one.status(self.on)
        if name == "overdue":
            return one.is_overdue(self.on)
        if name == "goal":
            return one.goal.expected
        if name == "difference":
            return None if one.difference is None else str(one.difference)
        value = getattr(one, name)
        return value.value if isinstance(value, Measurement) else value

    @property
    def actions(self) -> Iterator[CorrectiveAction]:
        """Every action of every improvement."""
        return (action for one in self.improvements for action in one.actions)


def _need(id_: str, statement: str) -> None:
    problems = Problems()
    for name, value in (("id", id_), ("statement", statement)):
        if not value:
            problems.add("E102", name, "missing; say what it is called, and what is to be done")
    problems.raise_as(AgreementError)
