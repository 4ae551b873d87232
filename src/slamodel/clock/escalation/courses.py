"""Courses: when the clocks of one target pass the points at which levels of escalation stand.

Each instant is a due of the clock's own arithmetic (`slamodel.clock.standing`): of a share of the limit, of the
time that a level counts after a breach, or backwards from the dues that the clock had on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock.clocks import Clocks
from slamodel.clock.escalation.spells import FAR, Spells
from slamodel.clock.plan import Plan
from slamodel.clock.reach import Course, course
from slamodel.clock.segments import Segments
from slamodel.clock.terms import UNLIMITED
from slamodel.model.calendar import Calendar
from slamodel.model.escalation import Level
from slamodel.timeline.instants import NAT, Int64
from slamodel.timeline.timetable import Timetable


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

    @property
    def _carries_shares(self) -> bool:
        return self.clocks.plan.target.priority_change == "proportional"

    @cached_property
    def _limits(self) -> Int64:
        """The limit that held in each closed stretch, in covered time."""
        seg, given = self._segments, self.clocks.counted.given
        limits = self.cells["limit"][seg.item]
        other = np.flatnonzero(seg.row != seg.limit_row[seg.item])
        if len(other):
            owner = seg.item[other]
            here = {name: column[owner] for name, column in given.items()}
            rows, started = seg.row[other].astype(np.int64), np.ones(len(other), bool)
            limits[other] = self.clocks.plan.limits_of(rows, seg.started_at[owner], started, here)[0]
        return limits

    @cached_property
    def _in_force(self) -> Int64:
        """Since when no larger limit held than each clock has now; ``NAT``: from its start (C10)."""
        seg = self._segments
        since = np.full(len(seg.limit_row), NAT)
        larger = np.flatnonzero(self._limits > self.cells["limit"][seg.item])
        last = np.full(len(since), -1)
        last[seg.item[larger]] = larger
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
        return at if self._carries_shares else np.where(at == NAT, NAT, np.maximum(at, self._in_force))

    @cached_property
    def _runs(self) -> Spells:
        seg, plan = self._segments, self.clocks.plan
        ran, on = np.flatnonzero(seg.ran & (seg.end > seg.start)), np.flatnonzero(seg.running)
        item = np.concatenate([seg.item[ran], on])
        row = np.concatenate([seg.row[ran], seg.limit_row[on]])
        # A share that is carried over is one of the limit that held; else the limit of now decides all (C10).
        limit = self.cells["limit"][item]
        if self._carries_shares:
            limit[: len(ran)] = self._limits[ran]
        return Spells(
            item=item,
            start=np.concatenate([seg.start[ran], seg.open_since[on]]),
            end=np.concatenate([seg.end[ran], np.full(len(on), FAR)]),
            spent=np.concatenate([self._course.before[ran], self._course.used[on]]),
            limit=np.where(limit == NAT, UNLIMITED, limit),
            line=None if plan.one_line else plan.line[np.maximum(row, 0)],
        )

    def _share(self, share: Fraction) -> Int64:
        """Return when each clock has used up a share of its limit; the whole of it at the due that is told."""
        limit = self.cells["limit"]
        if self._carries_shares:
            runs = self._runs
            at = runs.first(runs.used_up(_part(runs.limit, share), self.clocks.plan.timetable), len(limit))
        else:
            amount = np.where(limit == NAT, UNLIMITED, _part(limit, share))
            at = self._since_change(self._course.used_up_at(amount))
        if share == 1:
            # A due may lie in closed time, after the last of the limit was used up.
            due, stopped = self.cells["due"], self.cells["stopped_at"]
            at = np.where((at != NAT) & (due != NAT) & ~self._segments.paused, np.maximum(at, due), at)
            at = np.where((stopped != NAT) & (at > stopped), NAT, at)
        return at

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
        runs, table = self._runs, self.clocks.plan.timetable
        due = runs.used_up(runs.limit, table)
        # The due that is told stands where no covered time lies between (C5), and for a clock that runs.
        told = np.where(self._segments.paused, NAT, self.cells["due"])[runs.item]
        on = runs.end == FAR
        other = np.flatnonzero((told != NAT) & (due != NAT) & ((told > due) | on))
        line = None if runs.line is None else runs.line[other]
        other = other[on[other] | (table.elapsed(due[other], told[other], line) == 0)]
        due[other] = told[other]
        some = np.flatnonzero(due != NAT)
        line = None if runs.line is None or calendar is not None else runs.line[some]
        table = table if calendar is None else Timetable([calendar.line])
        near = np.full(len(due), NAT)
        near[some] = np.maximum(table.start_by(due[some], np.full(len(some), amount), line), runs.start[some])
        return self._since_change(runs.first(near, len(self.cells["limit"])))


def _part(limit: Int64, share: Fraction) -> Int64:
    """Return a share of limits, to the microsecond in which it is used up."""
    whole, rest = np.divmod(limit, share.denominator)
    part: Int64 = whole * share.numerator - (-rest * share.numerator // share.denominator)
    return part


def _counting(made: Plan, calendar: Calendar | None) -> Plan:
    """Return a plan whose clocks are counted on one calendar (None: their own), whatever share changes carry."""
    if made.target.priority_change == "proportional":
        made = evolve(made, target=evolve(made.target, priority_change="carry"))
    if calendar is None:
        return made
    return evolve(made, timetable=Timetable([calendar.line]), line=np.zeros_like(made.line), one_line=True)
