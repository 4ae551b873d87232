"""Attainment: which share of the items of a period was met, with all that decided it (M1 to M3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import Goal, judge, judge_each
from slamodel.report.attainment.intervals import wilson, wording
from slamodel.report.attainment.placing import NOT_COUNTED, Counting, Relief, Relieved, placed
from slamodel.report.attainment.ranks import mean, percentile
from slamodel.report.periods import Periods
from slamodel.timeline.instants import NAT, Bool, Int64

_STATISTICS = ("mean", "median", "percentile")


@frozen(eq=False, repr=False)
class Attainment:
    """The items of some periods, counted: one row a period, int64.

    ``measured`` is ``met`` + ``missed``; ``excluded`` items had relief granted and are in neither, ``relieved`` ones
    count as met by it, for ``requested`` and ``disputed`` ones it is open. `figures` holds them to a goal.
    """

    periods: Periods
    met: Int64
    missed: Int64
    excluded: Int64
    relieved: Int64
    requested: Int64
    disputed: Int64
    counting: Counting
    _verdicts: VerdictTable
    _rows: Int64
    _outcome: NDArray[np.int8]
    _first: Int64
    _last: Int64

    def __len__(self) -> int:
        return len(self.periods)

    def __repr__(self) -> str:
        return f"Attainment({int(self.met.sum())} of {int(self.measured.sum())} met in {len(self)} periods)"

    @property
    def measured(self) -> Int64:
        """How many items were met or missed."""
        return self.met + self.missed

    def share(self, number: int) -> Fraction | None:
        """Return met / measured of one period, exact; None where nothing was measured (M2)."""
        count = int(self.measured[number])
        return Fraction(int(self.met[number]), count) if count else None

    def figures(self, goal: Goal) -> list[Figure]:
        """Return the share of each period, held to a goal, with its interval and the rules that decided it."""
        met, measured = self.met.tolist(), self.measured.tolist()
        found = []
        for i, judgement in enumerate(judge_each(met, measured, goal)):
            wide = wilson(met[i], measured[i])
            clear = wording(met[i], measured[i], goal.expected, rises=goal.rises)
            found.append(self._figure(i, judgement, interval=wide, wording=clear))
        return found

    def time_figures(self, goal: Goal, statistic: str = "mean", share: Fraction | None = None) -> list[Figure]:
        """Return a statistic of the used-up time of each period in microseconds, held to a goal.

        ``statistic`` is mean, median or percentile (then with its ``share``); nearest ranks, open items are not in it.
        """
        if statistic not in _STATISTICS or (statistic == "percentile") != (share is not None):
            msg = f"{statistic!r} with share {share}: write mean, median, or percentile with its share"
            raise AgreementError(msg, "E107")
        found = []
        for i in range(len(self)):
            times = self.times(i)
            value = mean(times) if statistic == "mean" else percentile(times, share or Fraction(1, 2))
            held = judge(None if value is None else Fraction(value), len(times), goal)
            found.append(self._figure(i, held, unit="time"))
        return found

    def times(self, number: int) -> Int64:
        """Return the used-up time of the items of one period whose clocks stopped, microseconds."""
        rows = self._rows[self._first[number] : self._last[number]]
        values = self._verdicts.values
        done = rows[values["stopped_at"][rows] != NAT]
        times: Int64 = values["elapsed"][done]
        known: Int64 = times[times != NAT]
        return known

    def items(self, number: int, *, met: bool | None = None) -> list[Any]:
        """Return the items that one period counts, in order of their instants; ``met`` picks one side."""
        part = slice(int(self._first[number]), int(self._last[number]))
        rows = self._rows[part]
        if met is not None:
            rows = rows[self._outcome[part] == int(met)]
        found: list[Any] = self._verdicts.items[self._verdicts.item[rows]].tolist()
        return found

    def _figure(self, number: int, judgement: Any, **more: Any) -> Figure:
        return Figure(
            period=self.periods.names[number],
            partial=bool(self.periods.partial[number]),
            judgement=judgement,
            met=int(self.met[number]),
            missed=int(self.missed[number]),
            excluded=int(self.excluded[number]),
            relieved=int(self.relieved[number]),
            requested=int(self.requested[number]),
            disputed=int(self.disputed[number]),
            rules=str(self.counting),
            **more,
        )


def attainment(
    verdicts: VerdictTable,
    periods: Periods,
    *,
    counting: Counting | None = None,
    relief: Iterable[Relief] = (),
    relieved: Relieved | None = None,
    rows: Bool | None = None,
) -> Attainment:
    """Count verdicts by period.

    ``rows`` (bool, one a verdict) says which of them: those of one target, or of one priority (None: all); ``relief``
    names items, ``relieved`` tells it a verdict each. An item
    belongs to the period that holds its instant by ``counting``, the start of a period included and its end not.
    """
    how = counting or Counting()
    each = placed(verdicts, how, relief, relieved)
    inside = each.outcome != NOT_COUNTED
    if rows is not None:
        inside &= rows
    kept = np.flatnonzero(inside & (each.at != NAT))
    order = kept[np.argsort(each.at[kept], kind="stable")]
    counted = order[~each.excluded[order]]
    outcome = each.outcome[counted]
    bounds = periods.starts, periods.ends
    first, last = (np.searchsorted(each.at[counted], edge) for edge in bounds)
    wide = tuple(np.searchsorted(each.at[order], edge) for edge in bounds)
    return Attainment(
        periods=periods,
        met=_between(outcome == 1, (first, last)),
        missed=_between(outcome == 0, (first, last)),
        excluded=_between(each.excluded[order], wide),
        relieved=_between(each.relieved[counted], (first, last)),
        requested=_between(each.asked[order], wide),
        disputed=_between(each.disputed[order], wide),
        counting=how,
        verdicts=verdicts,
        rows=counted,
        outcome=outcome,
        first=first,
        last=last,
    )


def _between(flags: Bool, edges: Sequence[Int64]) -> Int64:
    """Count the flags from each first edge to each last one."""
    before = np.concatenate([[0], np.cumsum(flags, dtype=np.int64)])
    found: Int64 = before[edges[1]] - before[edges[0]]
    return found
