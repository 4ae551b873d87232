"""Standing: where each clock stands after its last event, before any time is added.

Used-up covered time, the limit that holds, when it will run out, and whether it already did. What the time
from the last event to ``as_of`` adds is `slamodel.clock.judge`'s.
"""

from __future__ import annotations

from collections.abc import Mapping

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


def stand(plan: Plan, segments: Segments, given: Mapping[str, Int64]) -> Standing:
    """Add up what each clock has used by its last event, and when its limit runs out from there.

    ``given`` are the times that fields of the items hold, an entry a clock, for the dues that are set on them.
    """
    started = segments.started_at != NAT
    row = np.maximum(segments.limit_row, 0)
    limit, raw = plan.limits_of(row, np.where(started, segments.started_at, 0), started, given)
    known = segments.limit_row >= 0
    dated = plan.in_days.any()
    if dated:
        known &= (raw != NAT) | ~plan.in_days[row]
    limit = np.where(known, limit, UNLIMITED)

    length = plan.timetable.elapsed(segments.start, segments.end, _line(plan, segments.row))
    wall = segments.end - segments.start
    ran, wall_ran = np.where(segments.ran, length, 0), np.where(segments.ran, wall, 0)
    first = segments.first
    totals, used = _totals(plan, segments, ran, given)
    if plan.floor is not None:
        limit = np.maximum(limit, _floor(plan, segments, ran))
    allowed = plan.allowed(limit)
    anchors = _anchors(segments, totals, used)
    used_up = _runs_out(plan, segments, totals, used, limit, anchors, late=False)
    due = _with_raw(plan, segments, raw, used_up) if dated else used_up
    due = plan.published(due, row)
    # What is late is a matter of covered time, unless timestamps are compared: then the due itself decides (C3).
    breaches_after = due if plan.by_timestamp else used_up
    if plan.strict or allowed is not limit:
        breaches_after = _runs_out(plan, segments, totals, used, allowed, anchors, late=plan.strict)
    wall_paused = _per_item(wall - wall_ran, first)
    if plan.by_wall:
        due, breaches_after = _by_wall(plan, segments, limit, raw, allowed, wall - wall_ran, wall_paused)
        late = (segments.stopped_at != NAT) & _after(plan, segments.stopped_at, breaches_after) & (limit < UNLIMITED)
        breached_at = np.where(late, breaches_after, NAT)
    else:
        breached_at = _breached_at(plan, segments, totals, used, limit, breaches_after, given)
    quiet = segments.paused | (segments.stage == kernel.CANCELLED)
    if quiet.any():
        breaches_after = np.where(quiet, NAT, breaches_after)
        hidden = segments.stage == kernel.CANCELLED if plan.target.due_while_paused == "frozen" else quiet
        due = np.where(hidden, NAT, due)
    going = np.flatnonzero(segments.open_since != NAT)
    return Standing(
        used=np.where(started, used, NAT),
        wall_used=np.where(started, _per_item(wall_ran, first), NAT),
        paused=np.where(started, _per_item(length, first) - _per_item(ran, first), NAT),
        wall_paused=np.where(started, wall_paused, NAT),
        limit=limit,
        due=due,
        breaches_after=breaches_after,
        going=going,
        since=segments.open_since[going],
        runs=segments.running[going],
        breached_at=breached_at,
        line=_line(plan, row),
    )


def _totals(plan: Plan, segments: Segments, ran: Int64, given: Mapping[str, Int64]) -> tuple[_Totals, Int64]:
    """Return what each stretch found used and left used, and what each clock has used."""
    total, first = _running_total(ran), segments.first
    before = total[:-1] - total[first[:-1]][segments.item]
    used = total[first[1:]] - total[first[:-1]]
    totals = _Totals(before, before + ran)
    if plan.target.priority_change == "proportional":
        _rescale(plan, segments, totals, used, given)
    return totals, used


def _rescale(plan: Plan, segments: Segments, totals: _Totals, used: Int64, given: Mapping[str, Int64]) -> None:
    """Carry the share of the limit that was used, where the limit changed (C10, proportional)."""
    last = segments.limit_row
    other = np.unique(segments.item[segments.row != last[segments.item]])
    for item in other[last[other] >= 0].tolist():
        mine = np.arange(segments.first[item], segments.first[item + 1])
        rows = np.append(segments.row[mine], last[item]).astype(np.int64)
        start = np.full(len(rows), segments.started_at[item])
        here = {name: np.full(len(rows), column[item]) for name, column in given.items()}
        limits = plan.limits_of(rows, start, np.ones(len(rows), bool), here)[0].tolist()
        length = (totals.after[mine] - totals.before[mine]).tolist()
        spent = 0
        for place, one in enumerate(mine.tolist()):
            totals.before[one] = spent
            spent += length[place]
            totals.after[one] = spent
            if limits[place]:
                spent = spent * limits[place + 1] // limits[place]
        used[item] = spent


def _floor(plan: Plan, segments: Segments, ran: Int64) -> Int64:
    """Return the least limit of each clock whose limit changed: what was used at the change, and the floor (C10)."""
    assert plan.floor is not None  # noqa: S101  the caller asks only then
    assert segments.changed_at is not None  # noqa: S101  a floor looks back
    changed = segments.changed_at
    there = changed != NAT
    item = segments.item
    start, end = segments.start, np.minimum(segments.end, changed[item])
    some = segments.ran & there[item] & (end > start)
    line = _line(plan, segments.row)
    spent = np.zeros(len(ran), np.int64)
    spent[some] = plan.timetable.elapsed(start[some], end[some], None if line is None else line[some])
    used = _per_item(spent, segments.first)
    still = np.flatnonzero(segments.running & there & (segments.open_since < changed))
    row = np.maximum(segments.limit_row, 0)
    line = _line(plan, row)
    since = segments.open_since[still]
    used[still] += plan.timetable.elapsed(since, changed[still], None if line is None else line[still])
    return np.where(there & (segments.limit_row >= 0), used + plan.floor[row], 0)


def _by_wall(
    plan: Plan, segments: Segments, limit: Int64, raw: Int64, allowed: Int64, pauses: Int64, paused: Int64
) -> tuple[Int64, Int64]:
    """Return (due, breaches_after) where pauses move the due by their wall time, as some products do (C8)."""
    if plan.target.pause_measure == "last_wall":
        paused = np.zeros(len(limit), np.int64)
        found = np.flatnonzero(~segments.ran)
        paused[segments.item[found]] = pauses[found]
    there = np.flatnonzero((segments.started_at != NAT) & (limit < UNLIMITED))
    row = np.maximum(segments.limit_row, 0)[there]
    answers = []
    for amount in (limit, allowed):
        found = np.full(len(limit), NAT, np.int64)
        found[there] = plan.timetable.due(segments.started_at[there], amount[there], _line(plan, row))
        found[there] = np.where(raw[there] != NAT, raw[there], found[there]) + paused[there]
        answers.append(plan.published(found, np.maximum(segments.limit_row, 0)))
    return answers[0], answers[1]


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


@frozen(eq=False)
class _Anchors:
    """Where each item's clock last ran on from: an instant (``NAT``: nowhere), what it had used by then, its limit."""

    at: Int64
    spent: Int64
    row: NDArray[np.int16]


def _anchors(segments: Segments, totals: _Totals, used: Int64) -> _Anchors:
    """Return the open stretch of each item, or the last one that ran, or the stop of a clock that stopped paused."""
    at, spent = segments.open_since.copy(), used.copy()
    closed = np.flatnonzero((segments.stage == kernel.STOPPED) & (segments.first[1:] > segments.first[:-1]))
    last = segments.first[closed + 1] - 1
    ran = segments.ran[last]
    at[closed] = np.where(ran, segments.start[last], segments.end[last])
    spent[closed] = np.where(ran, totals.before[last], used[closed])
    return _Anchors(at, spent, np.maximum(segments.limit_row, 0))


def _runs_out(
    plan: Plan, segments: Segments, totals: _Totals, used: Int64, amount: Int64, anchors: _Anchors, *, late: bool
) -> Int64:
    """Return when each item's clock uses up ``amount``, as if it ran on: the earliest such instant, or the latest.

    Where the amount was reached (``late``: passed) by the last event, the stretch in which it was decides.
    """
    at, spent, row = anchors.at, anchors.spent, anchors.row
    rescaled = plan.target.priority_change == "proportional"
    found = _reached(segments, totals, used, amount, late=late, rescaled=rescaled)
    if len(found):
        mine = segments.item[found]
        at, spent, row = at.copy(), spent.copy(), row.copy()
        at[mine], spent[mine], row[mine] = segments.start[found], totals.before[found], segments.row[found]
    at = np.where(amount < UNLIMITED, at, NAT)
    there = at != NAT
    spare = amount - spent
    ask = plan.timetable.breaches_after if late else plan.timetable.due
    if there.all():
        answer = ask(at, np.maximum(spare, 0), _line(plan, row))
    else:
        answer = np.full(len(at), NAT)
        answer[there] = ask(at[there], np.maximum(spare[there], 0), _line(plan, row[there]))
    np.copyto(answer, at, where=there & (spare < 0))
    return answer


def _reached(segments: Segments, totals: _Totals, used: Int64, amount: Int64, *, late: bool, rescaled: bool) -> Int64:
    """Return the stretch of each item in which its clock reached (``late``: passed) the amount, of those that did."""
    over = used > amount if late else used >= amount
    if not over.any():
        return np.empty(0, np.int64)
    wanted = np.where(over, amount, UNLIMITED)[segments.item]
    reached = (totals.after > wanted if late else totals.after >= wanted) & segments.ran
    if rescaled:
        reached &= segments.row == segments.limit_row[segments.item]
    found = np.flatnonzero(reached)
    return _first_of(found, segments.item)


def _with_raw(plan: Plan, segments: Segments, raw: Int64, due: Int64) -> Int64:
    """Return the dues that a calendar's dates gave where no covered time was paused before them, else ours (C5)."""
    given = np.flatnonzero((raw != NAT) & (due != NAT))
    row = np.maximum(segments.limit_row[given], 0)
    whole = given[plan.timetable.elapsed(due[given], raw[given], _line(plan, row)) == 0]
    found = due.copy()
    found[whole] = raw[whole]
    return found


def _breached_at(
    plan: Plan,
    segments: Segments,
    totals: _Totals,
    used: Int64,
    limit: Int64,
    breaches_after: Int64,
    given: Mapping[str, Int64],
) -> Int64:
    """Return the first instant at which a closed stretch was beyond the limit then in force, or ``NAT`` (C3, C4)."""
    allowed = plan.allowed(limit)
    beyond = used > allowed if plan.strict else used >= allowed
    if plan.by_timestamp and beyond.any():
        after_due = _after(plan, segments.end, breaches_after[segments.item])
        found = segments.ran & after_due & (totals.after >= allowed[segments.item])
        beyond = np.zeros(len(limit), bool)
        beyond[segments.item[found]] = True
    breached_at = np.where(beyond, breaches_after, NAT)
    other = segments.row != segments.limit_row[segments.item]
    if other.any():
        _judge_as_it_was(plan, segments, totals, np.unique(segments.item[other]), used, allowed, breached_at, given)
        # A limit that shrank while the clock stood still is found exceeded when the clock stops.
        found_late = (segments.stage == kernel.STOPPED) & (breached_at == NAT) & _beyond(plan, used, allowed)
        breached_at = np.where(found_late, segments.stopped_at, breached_at)
    return breached_at


def _beyond(plan: Plan, used: Int64, allowed: Int64) -> NDArray[np.bool_]:
    """Return where more is used up than is allowed (C3)."""
    late: NDArray[np.bool_] = used >= allowed if plan.at_is_late else used > allowed
    return late


def _judge_as_it_was(
    plan: Plan,
    segments: Segments,
    totals: _Totals,
    items: Int64,
    used: Int64,
    allowed: Int64,
    breached_at: Int64,
    given: Mapping[str, Int64],
) -> None:
    """Find the breaches of items whose limit changed: each stretch against the limit that was in force then."""
    breached_at[items] = NAT
    mine = np.flatnonzero(np.isin(segments.item, items))
    owner = segments.item[mine]
    here = {name: column[owner] for name, column in given.items()}
    in_force, raw = plan.limits_of(segments.row[mine], segments.started_at[owner], np.ones(len(mine), bool), here)
    in_force = plan.allowed(np.where(plan.in_days[segments.row[mine]] & (raw == NAT), UNLIMITED, in_force))
    # A limit that held for no time at all was never in force (S2).
    over = segments.ran[mine] & (segments.end[mine] > segments.start[mine])
    over &= totals.after[mine] > in_force if plan.strict else totals.after[mine] >= in_force
    if plan.target.forgive_on_downgrade:
        over &= mine >= _forgiven(plan, segments, totals, mine, in_force, used, allowed)[segments.item[mine]]
    mine, spare = mine[over], in_force[over] - totals.before[mine[over]]
    ask = plan.timetable.breaches_after if plan.strict else plan.timetable.due
    crossed = ask(segments.start[mine], np.maximum(spare, 0), _line(plan, segments.row[mine]))
    crossed = np.where(spare < 0, segments.start[mine], crossed)
    if plan.by_timestamp:
        kept = _after(plan, segments.end[mine], crossed) | (spare < 0)
        mine, crossed = mine[kept], crossed[kept]
    first = _first_of(np.arange(len(mine)), segments.item[mine])
    breached_at[segments.item[mine[first]]] = crossed[first]


def _forgiven(
    plan: Plan, segments: Segments, totals: _Totals, mine: Int64, in_force: Int64, used: Int64, allowed: Int64
) -> Int64:
    """Return, for each item, the stretch before which all is forgiven: where a limit began that was still kept (C4)."""
    since, item, row = segments.first[:-1].copy(), segments.item[mine], segments.row[mine]
    changed = np.zeros(len(mine), bool)
    changed[1:] = (row[1:] != row[:-1]) & (item[1:] == item[:-1])
    eased = changed & ~_beyond(plan, totals.before[mine], in_force)
    since[item[eased]] = mine[eased]
    last = np.flatnonzero((segments.first[1:] > segments.first[:-1]) & (segments.limit_row >= 0))
    changed_last = segments.limit_row[last] != segments.row[segments.first[last + 1] - 1]
    eased_last = last[changed_last & ~_beyond(plan, used[last], allowed[last])]
    since[eased_last] = segments.first[eased_last + 1]
    return since


def _after(plan: Plan, end: Int64, due: Int64) -> NDArray[np.bool_]:
    """Return which stretches end after their due: the judgement by timestamp (C3)."""
    late: NDArray[np.bool_] = end >= due if plan.at_is_late else end > due
    return late


@frozen(eq=False)
class Course:
    """What the clocks used on their way, in covered running time, and by when so much was used up.

    ``before`` is what each closed stretch found used up, within its item; ``used`` what each item's clock had
    used by its last event.
    """

    plan: Plan
    segments: Segments
    before: Int64
    used: Int64
    totals: _Totals
    anchors: _Anchors

    def used_up_at(self, amount: Int64) -> Int64:
        """Return the earliest instant at which each item's clock has used ``amount``, as if a running one ran on.

        ``NAT`` where it never does: a clock that stopped, was cancelled or stands still before.
        """
        at = _runs_out(self.plan, self.segments, self.totals, self.used, amount, self.anchors, late=False)
        return np.where(self.segments.running | (self.used >= amount), at, NAT)


def course(plan: Plan, segments: Segments, given: Mapping[str, Int64]) -> Course:
    """Add up what each clock used, stretch by stretch; ``given`` as in `stand`."""
    length = plan.timetable.elapsed(segments.start, segments.end, _line(plan, segments.row))
    totals, used = _totals(plan, segments, np.where(segments.ran, length, 0), given)
    return Course(plan, segments, totals.before, used, totals, _anchors(segments, totals, used))
