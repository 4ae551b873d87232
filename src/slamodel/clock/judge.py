"""Judge: what the time from the last event to ``as_of`` makes of each clock (C3, C4, C9)."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from slamodel.clock.plan import Plan
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
        # Where a smaller limit came too late to be kept, the change itself is the breach.
        crossed = np.maximum(standing.breaches_after[going], since)
        if plan.by_timestamp:
            past = as_of >= crossed if plan.at_is_late else as_of > crossed
            over &= past if plan.by_wall else (spent > allowed) | past
        over &= breached_at[going] == NAT
        breached_at = breached_at.copy()
        breached_at[going[over]] = crossed[over]
    due_if_resumed = np.full(len(breached_at), NAT)
    able = ~runs & (spent <= limit) & (limit < UNLIMITED)
    if able.any():
        line = None if line is None else line[able]
        resumed = plan.timetable.due(np.full(int(able.sum()), as_of), (limit - spent)[able], line)
        resumed = plan.published(resumed, standing.row[going[able]])
        due_if_resumed[going[able]] = resumed
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


def _plus(column: Int64, rows: Int64, more: Int64) -> Int64:
    added = column.copy()
    added[rows] += more
    return added
