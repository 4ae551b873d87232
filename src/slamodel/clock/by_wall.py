"""By wall: dues that pauses move by their time on the wall, as some products have it (C8, measure)."""

from __future__ import annotations

import numpy as np

from slamodel.clock.plan import Plan
from slamodel.clock.reach import line_of, per_item
from slamodel.clock.segments import Segments
from slamodel.clock.terms import UNLIMITED
from slamodel.timeline.instants import NAT, Int64


def dues_by_wall(
    plan: Plan, segments: Segments, limit: Int64, raw: Int64, allowed: Int64
) -> tuple[Int64, Int64, Int64]:
    """Return (due, breaches_after, how much later than it resumes a paused clock is due), each moved by pauses.

    The pause that a clock is in does not count before it is over. ``raw`` is the due that dates give (``NAT``: none).
    """
    moved = _moved(plan, segments)
    there = np.flatnonzero((segments.started_at != NAT) & (limit < UNLIMITED))
    row = np.maximum(segments.limit_row, 0)
    told, dues = [], []
    for amount in (limit, allowed):
        found = np.full(len(limit), NAT, np.int64)
        found[there] = plan.timetable.due(segments.started_at[there], amount[there], line_of(plan, row[there]))
        found = np.where((raw != NAT) & (amount == limit) & (found != NAT), raw, found)
        dues.append(found)
        told.append(plan.published(np.where(found != NAT, found + moved, NAT), row))
    still = 0 if plan.target.pause_measure == "last_wall" else moved
    resumes = np.where(segments.paused & (dues[0] != NAT), dues[0] + still - segments.paused_since, NAT)
    return told[0], told[1], resumes


def _moved(plan: Plan, segments: Segments) -> Int64:
    """Return the time on the wall of the pauses of each clock that are over, all of them or the last."""
    item, row, start, end = segments.item, segments.row, segments.start, segments.end
    over = ~segments.ran & ~(segments.paused[item] & (start >= segments.paused_since[item]))
    if plan.target.pause_measure == "last_wall":
        # A change of the limit cuts a pause in two, and it is still one.
        goes_on = np.zeros(len(item), bool)
        goes_on[1:] = over[1:] & over[:-1] & (start[1:] == end[:-1]) & (item[1:] == item[:-1]) & (row[1:] != row[:-1])
        number = np.cumsum(over & ~goes_on)
        last = np.zeros(len(segments.paused), np.int64)
        last[item[over]] = number[over]
        over &= number == last[item]
    return per_item(np.where(over, end - start, 0), segments.first)
