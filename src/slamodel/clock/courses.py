"""Courses: when the clocks of one target pass the points at which levels of escalation stand.

Each instant is a due of the clock's own arithmetic (`slamodel.clock.standing`): of a share of the limit, of the
time that a level counts after a breach, or backwards from the dues that the clock had on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock.clocks import Clocks
from slamodel.clock.plan import Plan
from slamodel.clock.reach import UNLIMITED, Course, course
from slamodel.clock.segments import Segments
from slamodel.model.calendar import Calendar
from slamodel.model.escalation import Level
from slamodel.timeline.instants import NAT, Int64
from slamodel.timeline.timetable import Timetable

_FAR: Final = 2**62


@frozen(eq=False, slots=False)
class Courses:
    """The clocks of one target with the columns of their verdicts (``cells``), one a cycle."""

    clocks: Clocks
    cells: Mapping[str, NDArray[Any]]

    def at(self, level: Level) -> Int64:
        """Return when a level comes on each clock, or would if nothing happened any more; ``NAT`` where never."""
        if level.share is not None:
            return self._share(level.share)
        if level.is_before:
            return self._before_due(level.after.us, level.calendar)
        return self._after_breach(level.after.us, level.calendar) if level.after.us else self._breach

    @property
    def _segments(self) -> Segments:
        return self.clocks.counted.segments

    @cached_property
    def _course(self) -> Course:
        counted = self.clocks.counted
        return course(self.clocks.plan, counted.segments, counted.given)

    @cached_property
    def _in_force(self) -> Int64:
        """Since when each clock has the limit that it has now; ``NAT`` where it always had (C10)."""
        seg = self._segments
        since = np.full(len(seg.limit_row), NAT)
        other = np.flatnonzero(seg.row != seg.limit_row[seg.item])
        last = np.full(len(since), -1)
        last[seg.item[other]] = other
        changed = np.flatnonzero(last >= 0)
        after = last[changed] + 1
        since[changed] = seg.end[last[changed]]
        went_on = seg.open_since[changed]
        since[changed] = np.where(went_on != NAT, went_on, since[changed])
        more = after < seg.first[changed + 1]
        since[changed[more]] = seg.start[after[more]]
        return since

    def _since_change(self, at: Int64) -> Int64:
        """Return instants, those that a change of the limit brought forward at the change (C4, smaller limit)."""
        return np.where(at == NAT, NAT, np.maximum(at, self._in_force))

    def _share(self, share: Fraction) -> Int64:
        """Return when each clock has used up a share of its limit; the whole of it at the due that is told."""
        limit = self.cells["limit"]
        whole, rest = np.divmod(np.where(limit == NAT, 0, limit), share.denominator)
        amount = whole * share.numerator - (-rest * share.numerator // share.denominator)
        at = self._course.used_up_at(np.where(limit == NAT, UNLIMITED, amount))
        if share == 1:
            # A due may lie in closed time, after the last of the limit was used up.
            due, stopped = self.cells["due"], self.cells["stopped_at"]
            at = np.where((at != NAT) & (due != NAT) & ~self._segments.paused, due, at)
            at = np.where((stopped != NAT) & (at > stopped), NAT, at)
        return self._since_change(at)

    @property
    def _breach(self) -> Int64:
        """When each clock came to be late, or will if it runs on (C4)."""
        expected = np.where(self._segments.running, self.cells["breaches_after"], NAT)
        return np.where(self.cells["breached_at"] != NAT, self.cells["breached_at"], expected)

    def _after_breach(self, amount: int, calendar: Calendar | None) -> Int64:
        """Return when each clock has run so much longer after its breach, on a calendar (None: its own)."""
        seg, base = self._segments, self._breach
        made = _counting(self.clocks.plan, calendar)
        line = None if made.one_line else made.line
        end = np.clip(base[seg.item], seg.start, seg.end)
        part = made.timetable.elapsed(seg.start, end, None if line is None else line[seg.row]) * seg.ran
        total = np.concatenate([[0], np.cumsum(part)])
        spent = total[seg.first[1:]] - total[seg.first[:-1]]
        on = np.flatnonzero(seg.running & (base > seg.open_since))
        rows = None if line is None else line[np.maximum(seg.limit_row[on], 0)]
        spent[on] += made.timetable.elapsed(seg.open_since[on], base[on], rows)
        way = course(made, seg, self.clocks.counted.given)
        return way.used_up_at(np.where(base == NAT, UNLIMITED, spent + amount))

    def _before_due(self, amount: int, calendar: Calendar | None) -> Int64:
        """Return when each clock came so near to its due, counted back on a calendar (None: its own).

        Every stretch that ran had a due, from which the pauses after it moved it on: the first stretch that came
        near enough decides. That is never before the clock started.
        """
        seg, limit, table = self._segments, self.cells["limit"], self.clocks.plan.timetable
        ran = np.flatnonzero(seg.ran & (seg.end > seg.start) & (seg.end > self._in_force[seg.item]))
        on = np.flatnonzero(seg.running)
        item = np.concatenate([seg.item[ran], on])
        start = np.concatenate([seg.start[ran], seg.open_since[on]])
        end = np.concatenate([seg.end[ran], np.full(len(on), _FAR)])
        spent = np.concatenate([self._course.before[ran], self._course.used[on]])
        row = np.concatenate([seg.row[ran], seg.limit_row[on]])
        known = (limit[item] != NAT) & (row >= 0)
        item, start, end, spent, row = (column[known] for column in (item, start, end, spent, row))
        line = None if self.clocks.plan.one_line else self.clocks.plan.line[row]
        due = table.due(start, np.maximum(limit[item] - spent, 0), line)
        # A due that dates gave stands where no covered time lies between (C5).
        told = np.where(seg.paused, NAT, self.cells["due"])[item]
        later = np.flatnonzero(told > due)
        later = later[table.elapsed(due[later], told[later], None if line is None else line[later]) == 0]
        due[later] = told[later]
        if calendar is not None:
            table, line = Timetable([calendar.line]), None
        near = np.maximum(table.start_by(due, np.full(len(due), amount), line), start)
        reached = np.flatnonzero(near <= end)[::-1]
        at = np.full(len(limit), NAT)
        at[item[reached]] = near[reached]  # the last that is written is the first stretch
        return self._since_change(at)


def _counting(made: Plan, calendar: Calendar | None) -> Plan:
    """Return a plan whose clocks are counted on one calendar (None: their own), whatever share changes carry."""
    if made.target.priority_change == "proportional":
        made = evolve(made, target=evolve(made.target, priority_change="carry"))
    if calendar is None:
        return made
    return evolve(made, timetable=Timetable([calendar.line]), line=np.zeros_like(made.line), one_line=True)
