"""Standing: where each clock stands after its last event, before any time is added.

Used-up covered time, the limit that holds, when it will run out, and whether it already did. What the time
from the last event to ``as_of`` adds is `slamodel.clock.judge`'s.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.plan import Plan
from slamodel.clock.segments import Segments
from slamodel.timeline.instants import NAT, Int64

UNLIMITED = np.int64(2**61)


@frozen(eq=False)
class Standing:
    """One entry an item, int64 microseconds, ``NAT`` where there is none.

    ``used`` covered running time, ``wall_used`` the same without the calendar, ``paused`` and ``wall_paused``
    likewise, all up to the last event; ``limit`` in covered time, `UNLIMITED` where none holds; ``due`` and
    ``breaches_after`` of a clock that does not stand still; ``breached_at`` if it is beyond its limit already;
    ``line`` the number of the calendar that counts from here. ``going`` are the items whose clock is running or
    paused, ``since`` when (int64) and ``runs`` which of the two, one entry each.
    """

    used: Int64
    wall_used: Int64
    paused: Int64
    wall_paused: Int64
    limit: Int64
    due: Int64
    breaches_after: Int64
    breached_at: Int64
    line: Int64 | None
    going: Int64
    since: Int64
    runs: NDArray[np.bool_]


@frozen(eq=False)
class _Totals:
    """Covered running time before and after each closed stretch, within its item."""

    before: Int64
    after: Int64


def stand(plan: Plan, segments: Segments) -> Standing:
    """Add up what each clock has used by its last event, and when its limit runs out from there."""
    started = segments.started_at != NAT
    row = np.maximum(segments.limit_row, 0)
    limit, raw = plan.limits_of(row, np.where(started, segments.started_at, 0), started)
    limit = np.where((segments.limit_row >= 0) & (started | (raw < 0)), limit, UNLIMITED)

    length = plan.timetable.elapsed(segments.start, segments.end, _line(plan, segments.row))
    wall = segments.end - segments.start
    ran, wall_ran = np.where(segments.ran, length, 0), np.where(segments.ran, wall, 0)
    total, first = _running_total(ran), segments.first
    before = total[:-1] - total[first[:-1]][segments.item]
    totals = _Totals(before, before + ran)
    used = total[first[1:]] - total[first[:-1]]
    due, breaches_after = _projected(plan, segments, totals, used, limit, raw)
    if segments.paused.any():
        due[segments.paused] = breaches_after[segments.paused] = NAT
    going = np.flatnonzero(segments.open_since != NAT)
    return Standing(
        used=np.where(started, used, NAT),
        wall_used=np.where(started, _per_item(wall_ran, first), NAT),
        paused=np.where(started, _per_item(length - ran, first), NAT),
        wall_paused=np.where(started, _per_item(wall - wall_ran, first), NAT),
        limit=limit,
        due=due,
        breaches_after=breaches_after,
        going=going,
        since=segments.open_since[going],
        runs=segments.running[going],
        breached_at=_breached_at(plan, segments, totals, used, limit),
        line=_line(plan, row),
    )


def _line(plan: Plan, row: NDArray[np.int16]) -> Int64 | None:
    return None if plan.one_line else plan.line[row]


def _running_total(values: Int64) -> Int64:
    total = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=total[1:])
    return total


def _per_item(values: Int64, first: Int64) -> Int64:
    total = _running_total(values)
    return total[first[1:]] - total[first[:-1]]


def _first_of(found: Int64, item: NDArray[np.int32]) -> Int64:
    """Return the first of the found stretches of each item that has any."""
    mine = item[found]
    return found[np.append(True, mine[1:] != mine[:-1])] if len(found) else found


def _projected(
    plan: Plan, segments: Segments, totals: _Totals, used: Int64, limit: Int64, raw: Int64
) -> tuple[Int64, Int64]:
    """Return (due, breaches_after) of each item under the limit that decides, as if its clock ran on.

    Where the limit was reached, the stretch in which it was decides; else the open one, the last one that
    ran, or the stop of a clock that stopped while paused.
    """
    start, before = segments.open_since.copy(), used.copy()
    row = np.maximum(segments.limit_row, 0)
    closed = np.flatnonzero(segments.stage == kernel.STOPPED)
    some = closed[segments.first[closed + 1] > segments.first[closed]]
    last = segments.first[some + 1] - 1
    ran = segments.ran[last]
    start[some] = np.where(ran, segments.start[last], segments.end[last])
    before[some] = np.where(ran, totals.before[last], used[some])

    allowed = limit + plan.allowed_more
    answers = []
    for amount, late in ((limit, False), (allowed, plan.strict)):
        at, spent, rows = start, before, row
        over = used > amount if late else used >= amount
        if over.any():
            at, spent, rows = start.copy(), before.copy(), row.copy()
            there = np.flatnonzero(over[segments.item] & segments.ran)
            after, wanted = totals.after[there], amount[segments.item[there]]
            first = _first_of(there[after > wanted if late else after >= wanted], segments.item)
            mine = segments.item[first]
            at[mine], spent[mine], rows[mine] = segments.start[first], totals.before[first], segments.row[first]
        at = np.where((amount < UNLIMITED) & (segments.stage != kernel.CANCELLED), at, NAT)
        spare = np.where(at == NAT, -1, amount - spent)
        ask = plan.timetable.breaches_after if late else plan.timetable.due
        # Where there is no answer any instant will do for the question.
        answer = ask(np.where(at == NAT, int(at.max(initial=0)), at), np.maximum(spare, 0), _line(plan, rows))
        np.copyto(answer, at, where=spare < 0)
        if amount is limit and plan.in_days:
            _keep_raw(plan, segments, raw, at, spent, np.flatnonzero((raw >= 0) & (spare >= 0)), answer)
        answers.append(answer)
    return answers[0], answers[1]


def _keep_raw(plan: Plan, segments: Segments, raw: Int64, at: Int64, spent: Int64, mine: Int64, answer: Int64) -> None:
    """Put the due that a calendar's dates gave where no covered time was paused: it shifts by covered pauses only."""
    line = _line(plan, segments.limit_row[mine])
    gone = plan.timetable.elapsed(segments.started_at[mine], at[mine], line)
    whole = mine[gone == spent[mine]]
    answer[whole] = raw[whole]


def _breached_at(plan: Plan, segments: Segments, totals: _Totals, used: Int64, limit: Int64) -> Int64:
    """Return the first instant at which a closed stretch was beyond the limit then in force, or ``NAT`` (C3, C4)."""
    breached_at = np.full(len(limit), NAT, np.int64)
    in_force = limit[segments.item]
    if not plan.judged_by_last:
        other = np.flatnonzero(segments.row != segments.limit_row[segments.item])
        if len(other):
            begun = segments.started_at[segments.item[other]]
            in_force[other] = plan.limits_of(segments.row[other], begun, np.ones(len(other), bool))[0]
    allowed = in_force + plan.allowed_more
    found = np.flatnonzero(segments.ran & (totals.after > allowed if plan.strict else totals.after >= allowed))
    if len(found):
        found = found[is_late(plan, segments, totals, allowed, found)] if plan.by_timestamp else found
        found = _first_of(found, segments.item)
        spare = allowed[found] - totals.before[found]
        ask = plan.timetable.breaches_after if plan.strict else plan.timetable.due
        crossed = ask(segments.start[found], np.maximum(spare, 0), _line(plan, segments.row[found]))
        breached_at[segments.item[found]] = np.where(spare < 0, segments.start[found], crossed)
    # A limit that shrank while the clock stood still is found exceeded when the clock stops.
    beyond = (segments.stage == kernel.STOPPED) & (breached_at == NAT) & (used > limit + plan.allowed_more)
    return np.where(beyond, segments.stopped_at, breached_at)


def is_late(plan: Plan, segments: Segments, totals: _Totals, allowed: Int64, found: Int64) -> NDArray[np.bool_]:
    """Return which stretches end after their due: the judgement by timestamp (C3)."""
    spare = np.maximum(allowed[found] - totals.before[found], 0)
    due = plan.timetable.due(segments.start[found], spare, _line(plan, segments.row[found]))
    end = segments.end[found]
    late: NDArray[np.bool_] = end >= due if plan.target.at_limit == "missed" else end > due
    return late
