"""Placed: which open items a period will count, and how many items arrive."""

from __future__ import annotations

import numpy as np

from slamodel.clock.stages import MET, MISSED
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.report.ahead.strata import is_open
from slamodel.report.attainment.placing import Counting
from slamodel.report.periods import Periods
from slamodel.timeline.instants import NAT, Bool


def comes_into(verdicts: VerdictTable, counting: Counting, rows: Bool, period: tuple[int, int]) -> Bool:
    """Return which open items are not counted yet in a period [start, end) and will be (M9)."""
    values, late = verdicts.values, verdicts.breached
    start, end = period
    coming = is_open(verdicts) & rows
    breached_here = (values["breached_at"] >= start) & (values["breached_at"] < end)
    if counting.by == "opened":
        coming &= (values["started_at"] >= start) & (values["started_at"] < end)
        return coming & ~(late & counting.open_breaches)
    if counting.by == "due":
        due = np.where(values["due"] != NAT, values["due"], values["due_if_resumed"])
        # A late clock that stands still has no due, and counts where it was breached.
        due = np.where(due == NAT, values["breached_at"], due)
        coming &= (due >= start) & (due < end)
        return coming & ~(late & counting.open_breaches)
    if counting.by == "breached":
        coming &= ~late | breached_here
    counted: Bool = late & breached_here & counting.open_breaches
    return coming & ~counted


def arrivals_of(verdicts: VerdictTable, rows: Bool, periods: Periods, rest: tuple[int, int]) -> float:
    """Return how many items arrived in the last stretch of earlier whole periods, on average.

    ``rest`` is [as_of, end) of the running period; of each earlier one its last part of that length counts. Raises
    EventError (E190) where there is no earlier period of which the log has all.
    """
    started = np.sort(verdicts.values["started_at"][rows & (verdicts.values["started_at"] != NAT)])
    since = int(verdicts.log.at.min()) if verdicts.log is not None and len(verdicts.log) else rest[0]
    length = rest[1] - rest[0]
    earlier = (periods.whole_ends <= rest[0]) & (periods.starts >= since)
    ends = periods.whole_ends[earlier]
    if not len(ends):
        msg = "the log has no whole period before this one to count arrivals in; say how many items are expected"
        raise EventError(msg, "E190")
    counts = np.searchsorted(started, ends) - np.searchsorted(started, ends - length)
    return float(counts.mean())


def miss_rate_of(verdicts: VerdictTable, rows: Bool) -> float:
    """Return the share of finished items that were missed. Raises EventError (E190) where none has finished."""
    stage = verdicts.codes["stage"].codes[rows]
    missed, finished = int((stage == MISSED).sum()), int(((stage == MISSED) | (stage == MET)).sum())
    if not finished:
        msg = (
            "no item of the past has finished, so how many arrivals will be missed is not known; forecast without them"
        )
        raise EventError(msg, "E190")
    return missed / finished
