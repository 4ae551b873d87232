"""Timetable: the seven questions of a calendar, on one instant or on columns of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np

from slamodel.timeline.coverage import Coverage, blocks
from slamodel.timeline.horizon import BACKWARD, FORWARD, FurtherError, Horizon, Line
from slamodel.timeline.instants import Bool, Int64, year_of
from slamodel.timeline.known import Known
from slamodel.timeline.pieces import Scratch
from slamodel.timeline.spans import EMPTY, Spans

Bounds: TypeAlias = tuple[int, int]
_FEW: Final = 4


class Timetable:
    """Questions on instants (int64 microseconds UTC) put to one or more calendars.

    Scalar questions (``*_one``) take and give Python ints. Array questions take int64 of one shape (n,),
    without NAT, and ``line``, the number of the calendar for each value (None: the only one).
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = tuple(lines)
        self._horizon = Horizon(lines)
        self._known = Known(lines)
        # Within it all holidays are known: what lies inside needs no further look.
        self._safe = Coverage([EMPTY] * len(self._lines), 0, 0)

    def _check_one(self, coverage: Coverage, line: int, low: int, high: int) -> None:
        """Warn of unknown holidays; a horizon without any is remembered, and not looked at again."""
        if self._known.all_known(coverage.begin, coverage.stop):
            self._safe = coverage
        else:
            self._known.check_one(line, low, high)

    # One value: the same arrays, searched with bisect, because a call on an array of one costs 20 us.

    def elapsed_one(self, start: int, end: int, line: int = 0) -> int:
        """Return the signed open time from start to end."""
        safe = self._safe
        if safe.begin <= start <= end < safe.stop:
            return safe.elapsed_one(start, end, line)
        low, high = (start, end) if start <= end else (end, start)
        coverage = self._horizon.over(low, high)
        if coverage is not safe:
            self._check_one(coverage, line, low, high)
        return coverage.elapsed_one(start, end, line)

    def due_one(self, start: int, amount: int, line: int = 0) -> int:
        """Return the earliest instant >= start at which ``amount`` of open time has passed (C2)."""
        if not amount:
            return start
        while True:
            coverage = self._horizon.over(start, start)
            target = coverage.covered_one(start, line) + amount
            if target <= coverage.total_one(line):
                found = coverage.earliest_one(target, line)
                if coverage is not self._safe:
                    self._check_one(coverage, line, start, found)
                return found
            self._horizon.further(FurtherError(FORWARD, line, start))

    def breaches_after_one(self, start: int, amount: int, line: int = 0) -> int:
        """Return the latest instant at which no more than ``amount`` of open time has passed (C2)."""
        while True:
            coverage = self._horizon.over(start, start)
            target = coverage.covered_one(start, line) + amount
            if target < coverage.total_one(line):
                found = coverage.latest_one(target, line)
                if coverage is not self._safe:
                    self._check_one(coverage, line, start, found + 1)
                return found
            self._horizon.further(FurtherError(FORWARD, line, start))

    def start_by_one(self, end: int, amount: int, line: int = 0) -> int:
        """Return the latest instant <= end that leaves ``amount`` of open time before end (C2)."""
        if not amount:
            return end
        while True:
            coverage = self._horizon.over(end, end)
            target = coverage.covered_one(end, line) - amount
            if target >= 0:
                found = coverage.latest_one(target, line)
                if coverage is not self._safe:
                    self._check_one(coverage, line, found, end)
                return found
            self._horizon.further(FurtherError(BACKWARD, line, end))

    def next_open_one(self, at: int, line: int = 0) -> int:
        """Return the first open instant >= at: the latest with the same open time before it."""
        return self.breaches_after_one(at, 0, line)

    def previous_close_one(self, at: int, line: int = 0) -> int:
        """Return the last instant <= at with open time just before it: the earliest with the same open time."""
        while True:
            coverage = self._horizon.over(at, at)
            target = coverage.covered_one(at, line)
            if target > 0:
                found = coverage.earliest_one(target, line)
                if coverage is not self._safe:
                    self._check_one(coverage, line, found, at)
                return found
            self._horizon.further(FurtherError(BACKWARD, line, at))

    def is_open_one(self, at: int, line: int = 0) -> bool:
        """Return whether the calendar is open at an instant: whether open time passes right after it."""
        coverage = self._horizon.over(at, at + 1)
        if coverage is not self._safe:
            self._check_one(coverage, line, at, at + 1)
        return coverage.covered_one(at + 1, line) > coverage.covered_one(at, line)

    def spans_one(self, start: int, end: int, line: int = 0) -> Spans:
        """Return the open stretches inside [start, end)."""
        if start >= end:
            return EMPTY
        first, stop = year_of(start), year_of(end - 1) + 1
        self._known.check_one(line, start, end)
        return self._lines[line].source(first, stop).clip(start, end)

    # Arrays. ``bounds`` are the least and the greatest of the instants given, where the caller knows them.

    def elapsed(self, start: Int64, end: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return the signed open time of each pair."""
        if len(start) <= _FEW:
            lines = _few(line, len(start))
            asked = zip(start.tolist(), end.tolist(), lines, strict=True)
            return np.array([self.elapsed_one(*one) for one in asked], np.int64)
        out = np.empty(len(start), np.int64)
        low, high = bounds or (min(int(start.min()), int(end.min())), max(int(start.max()), int(end.max())))
        coverage = self._horizon.over(low, high)
        coverage.compile()
        scratch = Scratch(len(start))
        for block in blocks(len(start)):
            ids = None if line is None else line[block]
            coverage.elapsed_into(start[block], end[block], ids, out[block], scratch)
        self._known.check(line, start, end, low, high)
        return out

    def due(self, start: Int64, amount: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return `due_one` of each start and amount (both shape (n,), amounts >= 0)."""
        if len(start) <= _FEW:
            return _each(self.due_one, start, amount, line)
        return self._inverse(start, amount, line, bounds, FORWARD, earliest=True)

    def breaches_after(
        self, start: Int64, amount: Int64, line: Int64 | None = None, bounds: Bounds | None = None
    ) -> Int64:
        """Return `breaches_after_one` of each start and amount."""
        if len(start) <= _FEW:
            return _each(self.breaches_after_one, start, amount, line)
        return self._inverse(start, amount, line, bounds, FORWARD, earliest=False)

    def start_by(self, end: Int64, amount: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return `start_by_one` of each end and amount."""
        if len(end) <= _FEW:
            return _each(self.start_by_one, end, amount, line)
        return self._inverse(end, amount, line, bounds, BACKWARD, earliest=False)

    def next_open(self, at: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return `next_open_one` of each instant."""
        if len(at) <= _FEW:
            return _each(self.breaches_after_one, at, np.zeros(len(at), np.int64), line)
        return self._inverse(at, None, line, bounds, FORWARD, earliest=False)

    def previous_close(self, at: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return `previous_close_one` of each instant."""
        if len(at) <= _FEW:
            return np.array(
                [self.previous_close_one(*one) for one in zip(at.tolist(), _few(line, len(at)), strict=True)], np.int64
            )
        return self._inverse(at, None, line, bounds, BACKWARD, earliest=True)

    def is_open(self, at: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Bool:
        """Return `is_open_one` of each instant."""
        return self.elapsed(at, at + 1, line, bounds and (bounds[0], bounds[1] + 1)) > 0

    def _inverse(
        self,
        at: Int64,
        amount: Int64 | None,
        line: Int64 | None,
        bounds: Bounds | None,
        direction: int,
        *,
        earliest: bool,
    ) -> Int64:
        """Walk ``amount`` of open time from each instant, to the earliest or latest such instant."""
        out = np.empty(len(at), np.int64)
        low, high = bounds or (int(at.min()), int(at.max()))
        step = np.add if direction == FORWARD else np.subtract
        scratch = Scratch(len(at))
        while True:
            coverage = self._horizon.over(low, high)
            coverage.compile()
            write = coverage.earliest_into if earliest else coverage.latest_into
            try:
                for block in blocks(len(at)):
                    ids = None if line is None else line[block]
                    target = scratch.c[: block.stop - block.start]
                    coverage.covered_into(at[block], ids, target, scratch)
                    if amount is not None:
                        step(target, amount[block], out=target)
                    _within(coverage, at[block], target, ids, direction, earliest=earliest)
                    write(target, ids, out[block], scratch)
                break
            except FurtherError as need:
                self._horizon.further(need)
        if amount is not None and earliest == (direction == FORWARD):
            # No time at all is used up where it starts, wherever the calendar stands (C2).
            np.copyto(out, at, where=amount == 0)
        if self._known.limited:
            opening = direction == FORWARD and not earliest  # the answer is an open instant: it is looked at itself
            self._known.check(line, at, out + opening, min(low, int(out.min())), max(high, int(out.max()) + opening))
        return out


def _few(line: Int64 | None, count: int) -> list[int]:
    return [0] * count if line is None else line.tolist()


def _each(ask: Callable[[int, int, int], int], at: Int64, amount: Int64, line: Int64 | None) -> Int64:
    """Ask one by one: below a handful of values that is faster than the passes over arrays."""
    asked = zip(at.tolist(), amount.tolist(), _few(line, len(at)), strict=True)
    return np.array([ask(*one) for one in asked], np.int64)


def _within(
    coverage: Coverage, at: Int64, target: Int64, line: Int64 | None, direction: int, *, earliest: bool
) -> None:
    """Ask for a longer horizon where a target (open time since its beginning) lies outside it."""
    if direction == BACKWARD:
        worst = int(target.argmin())
        beyond = target[worst] < (1 if earliest else 0)
    else:
        over = target if line is None else target - coverage.totals[line]
        worst = int(over.argmax())
        most = coverage.total_one() if line is None else 0
        beyond = over[worst] > most - (0 if earliest else 1)
    if beyond:
        raise FurtherError(direction, 0 if line is None else int(line[worst]), int(at[worst]))
