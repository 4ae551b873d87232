"""Arrivals: how many items still come into a period and are counted in it, as in earlier periods (M9 arrivals)."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.report.attainment.placing import NOT_COUNTED, Counting, placed
from slamodel.report.periods import Periods
from slamodel.timeline.instants import NAT, Bool


@frozen
class Arrivals:
    """How many items are expected to arrive and be counted, and which share of them is missed."""

    expected: float
    miss_rate: float


def arrivals_of(
    verdicts: VerdictTable, rows: Bool, counting: Counting, periods: Periods, rest: tuple[int, int]
) -> Arrivals:
    """Return how many items arrived in the last stretch of earlier whole periods and were counted there, on average.

    ``rest`` is [as_of, end) of the running period; of each earlier one its last part of that length counts. Raises
    EventError (E190) where there is no earlier period of which the log has all.
    """
    since = int(verdicts.log.at.min()) if verdicts.log is not None and len(verdicts.log) else rest[0]
    earlier = np.flatnonzero((periods.whole_ends <= rest[0]) & (periods.starts >= since))
    if not len(earlier):
        msg = "the log has no whole period before this one to count arrivals in; say how many items are expected"
        raise EventError(msg, "E190")
    found, started = placed(verdicts, counting), verdicts.values["started_at"]
    mine = rows & (found.outcome != NOT_COUNTED) & ~found.excluded & (started != NAT)
    total = missed = 0
    for start, end in zip(periods.starts[earlier].tolist(), periods.whole_ends[earlier].tolist(), strict=True):
        arrived = mine & (started >= max(start, end - (rest[1] - rest[0]))) & (started < end)
        counted = arrived & (found.at >= start) & (found.at < end)
        total, missed = total + int(counted.sum()), missed + int((counted & (found.outcome == 0)).sum())
    return Arrivals(total / len(earlier), missed / total if total else 0.0)


def miss_rate_of(verdicts: VerdictTable, rows: Bool, counting: Counting) -> float:
    """Return the share of missed items among all that count. Raises EventError (E190) where none does."""
    outcome = placed(verdicts, counting).outcome[rows]
    counted = int((outcome != NOT_COUNTED).sum())
    if not counted:
        msg = "no item of the past counts yet, so how many arrivals will be missed is not known; forecast without them"
        raise EventError(msg, "E190")
    return int((outcome == 0).sum()) / counted
