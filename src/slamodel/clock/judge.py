"""Judge: the stretches of clocks held against their limits: elapsed, due, breach (C1-C9).

Everything goes through the three functions of a calendar: covered time and its two inverses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.plan import Plan
from slamodel.clock.segments import Segments
from slamodel.timeline.instants import NAT, Int64


@frozen(eq=False)
class Judged:
    """What the clocks of some items come to, one entry an item, int64 microseconds, ``NAT`` where there is none."""

    elapsed: Int64
    wall_elapsed: Int64
    paused: Int64
    wall_paused: Int64
    limit: Int64
    due: Int64
    breaches_after: Int64
    breached_at: Int64
    due_if_resumed: Int64


@frozen(eq=False)
class _Sums:
    """Covered time along the stretches: each one's, and the running total of its item before and after it."""

    before: Int64
    after: Int64
    elapsed: Int64


def judge(plan: Plan, segments: Segments, as_of: int) -> Judged:
    """Hold every item's clock against its limit at ``as_of``."""
    started = segments.started_at != NAT
    has_limit = segments.limit_row >= 0
    row = np.maximum(segments.limit_row, 0)
    begun = np.where(started, segments.started_at, as_of)
    limit, raw = plan.limits_of(row, begun)
    # A limit in business days has a length once its clock has started.
    limit = np.where(has_limit & (started | (raw < 0)), limit, NAT)

    length = plan.timetable.elapsed(segments.start, segments.end, _line(plan, segments.row))
    ran = np.where(segments.running, length, 0)
    sums = _sums(ran, segments)
    wall = segments.end - segments.start
    wall_ran = np.where(segments.running, wall, 0)
    judged_limit = np.where(limit == NAT, np.int64(2**61), limit)
    due, breaches_after = _projected(plan, segments, sums, judged_limit, raw)
    breached_at = _breached_at(plan, segments, sums, judged_limit)
    remaining = judged_limit - sums.elapsed
    paused = segments.paused & has_limit
    resumable = np.flatnonzero(paused & (remaining >= 0))
    due_if_resumed = np.full(len(row), NAT, np.int64)
    if len(resumable):
        due_if_resumed[resumable] = plan.timetable.due(
            np.full(len(resumable), as_of), remaining[resumable], _line(plan, row[resumable])
        )
    going = started & has_limit & ~paused & (segments.stage != kernel.CANCELLED)
    return Judged(
        elapsed=np.where(started, sums.elapsed, NAT),
        wall_elapsed=np.where(started, _per_item(wall_ran, segments.first), NAT),
        paused=np.where(started, _per_item(length - ran, segments.first), NAT),
        wall_paused=np.where(started, _per_item(wall - wall_ran, segments.first), NAT),
        limit=limit,
        due=np.where(going, due, NAT),
        breaches_after=np.where(going, breaches_after, NAT),
        breached_at=breached_at,
        due_if_resumed=due_if_resumed,
    )


def _line(plan: Plan, row: NDArray[Any]) -> Int64 | None:
    return None if plan.one_line else plan.line[row]


def _per_item(values: Int64, first: Int64) -> Int64:
    total = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=total[1:])
    return total[first[1:]] - total[first[:-1]]


def _sums(ran: Int64, segments: Segments) -> _Sums:
    total = np.zeros(len(ran) + 1, np.int64)
    np.cumsum(ran, out=total[1:])
    begin = total[segments.first[:-1]]
    before = total[:-1] - begin[segments.item]
    return _Sums(before, before + ran, total[segments.first[1:]] - begin)


def _first_of(found: Int64, item: NDArray[np.int32]) -> Int64:
    """Return the first of the found stretches of each item that has any."""
    mine = item[found]
    return found[np.concatenate([[True], mine[1:] != mine[:-1]])] if len(found) else found


def _projected(plan: Plan, segments: Segments, sums: _Sums, limit: Int64, raw: Int64) -> tuple[Int64, Int64]:
    """Return (due, breaches_after) of each item under the limit in force at the end, running on from its last stretch.

    Where the limit was reached, the stretch in which it was decides; else the last running one.
    """
    count = len(limit)
    start, before = np.full(count, NAT, np.int64), np.zeros(count, np.int64)
    row = np.maximum(segments.limit_row, 0)
    running = np.flatnonzero(segments.running)
    owner = segments.item[running]
    last = running[np.append(owner[1:] != owner[:-1], True)] if len(running) else running
    mine = segments.item[last]
    start[mine], before[mine] = segments.start[last], sums.before[last]
    # A clock that stopped while paused runs on from its stop.
    ends = np.maximum(segments.first[1:] - 1, 0)
    some = segments.first[1:] > segments.first[:-1]
    shut = np.flatnonzero(some & (segments.stage == kernel.STOPPED))
    shut = shut[~segments.running[ends[shut]]]
    start[shut], before[shut] = segments.stopped_at[shut], sums.elapsed[shut]

    allowed = limit + plan.allowed_more
    answers = []
    for amount, late in ((limit, False), (allowed, plan.strict)):
        at, used, rows = start, before, row
        over = sums.elapsed > amount if late else sums.elapsed >= amount
        if over.any():
            at, used, rows = start.copy(), before.copy(), row.copy()
            there = np.flatnonzero(over[segments.item] & segments.running)
            after, wanted = sums.after[there], amount[segments.item[there]]
            first = _first_of(there[after > wanted if late else after >= wanted], segments.item)
            mine = segments.item[first]
            at[mine], used[mine], rows[mine] = segments.start[first], sums.before[first], segments.row[first]
        ask = plan.timetable.breaches_after if late else plan.timetable.due
        there = at != NAT
        spare = np.where(there, amount - used, -1)
        answer = ask(np.where(there, at, segments.as_of), np.maximum(spare, 0), _line(plan, rows))
        np.copyto(answer, at, where=spare < 0)
        if amount is limit and plan.days.any():
            _keep_raw(plan, segments, raw, at, used, np.flatnonzero((raw >= 0) & (spare >= 0)), rows, answer)
        answers.append(answer)
    return answers[0], answers[1]


def _keep_raw(
    plan: Plan,
    segments: Segments,
    raw: Int64,
    at: Int64,
    used: Int64,
    mine: Int64,
    rows: NDArray[np.int16],
    answer: Int64,
) -> None:
    """Put the due that a calendar's dates gave where no covered time was paused: it shifts by covered pauses only."""
    gone = plan.timetable.elapsed(segments.started_at[mine], at[mine], _line(plan, rows[mine]))
    whole = mine[gone == used[mine]]
    answer[whole] = raw[whole]


def _breached_at(plan: Plan, segments: Segments, sums: _Sums, limit: Int64) -> Int64:
    """Return the first instant at which each item's clock was beyond the limit then in force, or ``NAT`` (C3, C4)."""
    target = plan.target
    in_force = limit[segments.item]
    if not (target.forgive_on_downgrade or target.priority_change in {"keep", "retroactive"}):
        other = np.flatnonzero(segments.row != segments.limit_row[segments.item])
        if len(other):
            in_force[other] = plan.limits_of(segments.row[other], segments.started_at[segments.item[other]])[0]
    allowed = in_force + plan.allowed_more
    over = segments.running & (sums.after > allowed if plan.strict else sums.after >= allowed)
    found = np.flatnonzero(over)
    breached_at = np.full(len(limit), NAT, np.int64)
    if len(found):
        if target.judge == "timestamp":
            found = found[_late(plan, segments, sums, allowed, found)]
        found = _first_of(found, segments.item)
        spare = allowed[found] - sums.before[found]
        ask = plan.timetable.breaches_after if plan.strict else plan.timetable.due
        crossed = ask(segments.start[found], np.maximum(spare, 0), _line(plan, segments.row[found]))
        breached_at[segments.item[found]] = np.where(spare < 0, segments.start[found], crossed)
    # A limit that shrank while the clock stood still is found exceeded when the clock stops.
    beyond = sums.elapsed > limit + plan.allowed_more
    at_stop = beyond & (segments.stage == kernel.STOPPED) & (breached_at == NAT)
    return np.where(at_stop, segments.stopped_at, breached_at)


def _late(plan: Plan, segments: Segments, sums: _Sums, allowed: Int64, found: Int64) -> NDArray[np.bool_]:
    """Return which stretches end after their due: the judgement by timestamp (C3)."""
    spare = np.maximum(allowed[found] - sums.before[found], 0)
    due = plan.timetable.due(segments.start[found], spare, _line(plan, segments.row[found]))
    end = segments.end[found]
    late: NDArray[np.bool_] = end >= due if plan.target.at_limit == "missed" else end > due
    return late
