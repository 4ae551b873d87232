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
from slamodel.clock.breaches import breached, past
from slamodel.clock.by_wall import dues_by_wall
from slamodel.clock.plan import Plan
from slamodel.clock.reach import anchors_of, line_of, per_item, runs_out, totals_of, with_raw
from slamodel.clock.segments import Segments
from slamodel.clock.terms import UNLIMITED
from slamodel.timeline.instants import NAT, Int64


@frozen(eq=False)
class Standing:
    """One entry an item, int64 microseconds, ``NAT`` where there is none.

    ``used`` covered running time, ``wall_used`` the same without the calendar, ``paused`` and ``wall_paused``
    likewise, all up to the last event; ``limit`` in covered time, `UNLIMITED` where none holds; ``due`` and
    ``breaches_after`` of a clock that does not stand still; ``breached_at`` if it is beyond its limit already;
    ``row`` is the limit, ``line`` the calendar that counts from here. ``going`` are the items whose clock is running
    or paused, ``since`` when (int64) and ``runs`` which of the two, one entry each. For clocks that will resume:
    ``raw`` is the due that dates give, ``before`` the due that a pause found, ``resumes`` (None: pauses are covered
    time) how much later than its resumption a clock is due.
    """

    used: Int64
    wall_used: Int64
    paused: Int64
    wall_paused: Int64
    limit: Int64
    due: Int64
    breaches_after: Int64
    breached_at: Int64
    row: NDArray[np.int16]
    line: Int64 | None
    going: Int64
    since: Int64
    runs: NDArray[np.bool_]
    started_at: Int64
    raw: Int64
    before: Int64
    resumes: Int64 | None


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

    length = plan.timetable.elapsed(segments.start, segments.end, line_of(plan, segments.row))
    wall = segments.end - segments.start
    ran, wall_ran = np.where(segments.ran, length, 0), np.where(segments.ran, wall, 0)
    first = segments.first
    totals, used = totals_of(plan, segments, ran, given)
    if plan.floor is not None:
        limit = np.maximum(limit, _floor(plan, segments, ran))
    allowed = plan.allowed(limit)
    anchors = anchors_of(segments, totals, used)
    used_up = runs_out(plan, segments, totals, used, limit, anchors, late=False)
    due = with_raw(plan, row, segments.started_at, raw, used_up) if dated else used_up
    due = plan.published(due, row)
    # What is late is a matter of covered time, unless timestamps are compared: then the due itself decides (C3).
    breaches_after = due if plan.by_timestamp else used_up
    if plan.strict or allowed is not limit:
        breaches_after = runs_out(plan, segments, totals, used, allowed, anchors, late=plan.strict)
        breaches_after = plan.published(breaches_after, row) if plan.by_timestamp else breaches_after
    resumes = None
    if plan.by_wall:
        due, breaches_after, resumes = dues_by_wall(plan, segments, limit, raw, allowed)
    if dated:
        # A due that lay before the start is late from the start.
        breaches_after = np.maximum(breaches_after, np.where(breaches_after == NAT, NAT, segments.started_at))
    if plan.by_wall:
        late = (segments.stopped_at != NAT) & past(plan, segments.stopped_at, breaches_after) & (limit < UNLIMITED)
        breached_at = np.where(late, breaches_after, NAT)
    else:
        breached_at = breached(plan, segments, totals, used, limit, breaches_after, given)
    before = due
    quiet = segments.paused | (segments.stage == kernel.CANCELLED)
    if quiet.any():
        breaches_after = np.where(quiet, NAT, breaches_after)
        hidden = segments.stage == kernel.CANCELLED if plan.target.due_while_paused == "frozen" else quiet
        due = np.where(hidden, NAT, due)
    going = np.flatnonzero(segments.open_since != NAT)
    return Standing(
        used=np.where(started, used, NAT),
        wall_used=np.where(started, per_item(wall_ran, first), NAT),
        paused=np.where(started, per_item(length - ran, first), NAT),
        wall_paused=np.where(started, per_item(wall - wall_ran, first), NAT),
        limit=limit,
        due=due,
        breaches_after=breaches_after,
        going=going,
        since=segments.open_since[going],
        runs=segments.running[going],
        breached_at=breached_at,
        row=row,
        line=line_of(plan, row),
        started_at=segments.started_at,
        raw=raw,
        before=before,
        resumes=resumes,
    )


def _floor(plan: Plan, segments: Segments, ran: Int64) -> Int64:
    """Return the least limit of each clock whose limit changed: what was used at the change, and the floor (C10)."""
    assert plan.floor is not None  # noqa: S101  the caller asks only then
    assert segments.changed_at is not None  # noqa: S101  a floor looks back
    changed = segments.changed_at
    there = changed != NAT
    item = segments.item
    start, end = segments.start, np.minimum(segments.end, changed[item])
    some = segments.ran & there[item] & (end > start)
    line = line_of(plan, segments.row)
    spent = np.zeros(len(ran), np.int64)
    spent[some] = plan.timetable.elapsed(start[some], end[some], None if line is None else line[some])
    used = per_item(spent, segments.first)
    still = np.flatnonzero(segments.running & there & (segments.open_since < changed))
    row = np.maximum(segments.limit_row, 0)
    line = line_of(plan, row)
    since = segments.open_since[still]
    used[still] += plan.timetable.elapsed(since, changed[still], None if line is None else line[still])
    return np.where(there & (segments.limit_row >= 0), used + plan.floor[row], 0)
