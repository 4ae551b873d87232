"""Reach: what clocks have used stretch by stretch, and when they reach an amount, on the way or if they ran on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.plan import Plan
from slamodel.clock.segments import Segments
from slamodel.clock.terms import UNLIMITED
from slamodel.timeline.instants import NAT, Int64


@frozen(eq=False)
class Totals:
    """Covered running time before and after each closed stretch, within its item."""

    before: Int64
    after: Int64


def totals_of(plan: Plan, segments: Segments, ran: Int64, given: Mapping[str, Int64]) -> tuple[Totals, Int64]:
    """Return what each stretch found used and left used, and what each clock has used."""
    total, first = running_total(ran), segments.first
    before = total[:-1] - total[first[:-1]][segments.item]
    used = total[first[1:]] - total[first[:-1]]
    totals = Totals(before, before + ran)
    if plan.target.priority_change == "proportional":
        _rescale(plan, segments, totals, used, given)
    return totals, used


def _rescale(plan: Plan, segments: Segments, totals: Totals, used: Int64, given: Mapping[str, Int64]) -> None:
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


def line_of(plan: Plan, row: NDArray[np.int16]) -> Int64 | None:
    """Return the calendars of these limits; None where there is only one."""
    return None if plan.one_line else plan.line[row]


def running_total(values: Int64) -> Int64:
    """Return the totals before each value, and that of all."""
    total = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=total[1:])
    return total


def per_item(values: Int64, first: Int64) -> Int64:
    """Return the sum of each item's values."""
    total = running_total(values)
    return total[first[1:]] - total[first[:-1]]


def first_of(found: Int64, item: NDArray[np.int32]) -> Int64:
    """Return the first of the found stretches of each item that has any."""
    mine = item[found]
    return found[np.append(True, mine[1:] != mine[:-1])] if len(found) else found


@frozen(eq=False)
class Anchors:
    """Where each item's clock last ran on from: an instant (``NAT``: nowhere), what it had used by then, its limit."""

    at: Int64
    spent: Int64
    row: NDArray[np.int16]


def anchors_of(segments: Segments, totals: Totals, used: Int64) -> Anchors:
    """Return the open stretch of each item, or the last one that ran, or the stop of a clock that stopped paused.

    A clock that stopped as it started has no stretch: it would run on from its stop.
    """
    stopped = segments.stage == kernel.STOPPED
    at, spent = np.where(stopped, segments.stopped_at, segments.open_since), used.copy()
    closed = np.flatnonzero(stopped & (segments.first[1:] > segments.first[:-1]))
    last = segments.first[closed + 1] - 1
    ran = segments.ran[last]
    at[closed] = np.where(ran, segments.start[last], segments.end[last])
    spent[closed] = np.where(ran, totals.before[last], used[closed])
    return Anchors(at, spent, np.maximum(segments.limit_row, 0))


def runs_out(
    plan: Plan, segments: Segments, totals: Totals, used: Int64, amount: Int64, anchors: Anchors, *, late: bool
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
        answer = ask(at, np.maximum(spare, 0), line_of(plan, row))
    else:
        answer = np.full(len(at), NAT)
        answer[there] = ask(at[there], np.maximum(spare[there], 0), line_of(plan, row[there]))
    np.copyto(answer, at, where=there & (spare < 0))
    return answer


def _reached(segments: Segments, totals: Totals, used: Int64, amount: Int64, *, late: bool, rescaled: bool) -> Int64:
    """Return the stretch of each item in which its clock reached (``late``: passed) the amount, of those that did."""
    over = used > amount if late else used >= amount
    if not over.any():
        return np.empty(0, np.int64)
    wanted = np.where(over, amount, UNLIMITED)[segments.item]
    reached = (totals.after > wanted if late else totals.after >= wanted) & segments.ran
    if rescaled:
        reached &= segments.row == segments.limit_row[segments.item]
    found = np.flatnonzero(reached)
    return first_of(found, segments.item)


def with_raw(plan: Plan, row: NDArray[Any], started_at: Int64, raw: Int64, due: Int64) -> Int64:
    """Return the dues that a calendar's dates gave where no covered time was paused before them, else ours (C5)."""
    given = np.flatnonzero((raw != NAT) & (due != NAT))
    if not len(given):
        return due
    late_from_start = raw[given] <= started_at[given]
    paused = plan.timetable.elapsed(due[given], raw[given], line_of(plan, row[given])) != 0
    whole = given[late_from_start | ~paused]
    found = due.copy()
    found[whole] = raw[whole]
    return found


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
    totals: Totals
    anchors: Anchors

    def used_up_at(self, amount: Int64) -> Int64:
        """Return the earliest instant at which each item's clock has used ``amount``, as if a running one ran on.

        ``NAT`` where it never does: a clock that stopped, was cancelled or stands still before.
        """
        at = runs_out(self.plan, self.segments, self.totals, self.used, amount, self.anchors, late=False)
        return np.where(self.segments.running | (self.used >= amount), at, NAT)


def course(plan: Plan, segments: Segments, given: Mapping[str, Int64]) -> Course:
    """Add up what each clock used, stretch by stretch; ``given`` as in `stand`."""
    length = plan.timetable.elapsed(segments.start, segments.end, line_of(plan, segments.row))
    totals, used = totals_of(plan, segments, np.where(segments.ran, length, 0), given)
    return Course(plan, segments, totals.before, used, totals, anchors_of(segments, totals, used))
