"""Judge: what the time from the last event to ``as_of`` makes of each clock (C3, C4, C9)."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from slamodel.clock.plan import Plan
from slamodel.clock.reach import with_raw
from slamodel.clock.standing import Standing
from slamodel.clock.terms import UNLIMITED
from slamodel.timeline.instants import NAT, Int64


@frozen(eq=False)
class Judged:
    """What the clocks of some items come to, one entry an item: int64 microseconds, ``NAT`` where there is none."""

    elapsed: Int64
    wall_elapsed: Int64
    paused: Int64
    wall_paused: Int64
    due: Int64
    breaches_after: Int64
    breached_at: Int64
    due_if_resumed: Int64


def judge(plan: Plan, standing: Standing, as_of: int) -> Judged:
    """Let time run on to ``as_of``, which lies at or after every event."""
    going, since, runs = standing.going, standing.since, standing.runs
    if not len(going):
        return Judged(
            standing.used,
            standing.wall_used,
            standing.paused,
            standing.wall_paused,
            standing.due,
            standing.breaches_after,
            standing.breached_at,
            np.broadcast_to(np.int64(NAT), standing.due.shape),
        )
    line = None if standing.line is None else standing.line[going]
    added = plan.timetable.elapsed(since, np.full(len(going), as_of), line)
    wall = as_of - since
    ran, wall_ran = added * runs, wall * runs
    elapsed = _plus(standing.used, going, ran)
    limit = standing.limit[going]
    spent, allowed = elapsed[going], plan.allowed(limit)
    over = runs & ((spent > allowed if plan.strict else spent >= allowed) | plan.by_wall) & (limit < UNLIMITED)
    breached_at = standing.breached_at
    if over.any():
        # Where a smaller limit came too late to be kept, the change itself is the breach; by wall the due as it stands.
        crossed = standing.breaches_after[going]
        crossed = crossed if plan.by_wall else np.maximum(crossed, since)
        if plan.by_timestamp:
            past = as_of >= crossed if plan.at_is_late else as_of > crossed
            over &= past if plan.by_wall else (spent > allowed) | past
        over &= breached_at[going] == NAT
        breached_at = breached_at.copy()
        breached_at[going[over]] = crossed[over]
    due_if_resumed = np.full(len(breached_at), NAT)
    able = ~runs & (spent <= limit) & (limit < UNLIMITED)
    if able.any():
        due_if_resumed[going[able]] = _resumed(plan, standing, going[able], as_of, (limit - spent)[able])
    due = standing.due
    if plan.target.due_while_paused == "rolls":
        due = np.where(due_if_resumed != NAT, due_if_resumed, due)
    return Judged(
        elapsed,
        _plus(standing.wall_used, going, wall_ran),
        _plus(standing.paused, going, added - ran),
        _plus(standing.wall_paused, going, wall - wall_ran),
        due,
        standing.breaches_after,
        breached_at,
        due_if_resumed,
    )


def _resumed(plan: Plan, standing: Standing, items: Int64, as_of: int, left: Int64) -> Int64:
    """Return when paused clocks with so much ``left`` are due if they go on at ``as_of`` (C9)."""
    row = standing.row[items]
    if standing.resumes is not None:
        return plan.published(standing.resumes[items] + as_of, row)
    line = None if standing.line is None else standing.line[items]
    found = plan.timetable.due(np.full(len(items), as_of), left, line)
    found = plan.published(with_raw(plan, row, standing.started_at[items], standing.raw[items], found), row)
    # What was used up to the last before the pause was due then.
    return np.where((left == 0) & (standing.before[items] < as_of), standing.before[items], found)


def _plus(column: Int64, rows: Int64, more: Int64) -> Int64:
    added = column.copy()
    added[rows] += more
    return added
