"""Timetable: the seven questions of a calendar, over a horizon that grows by whole years as they need it.

A source says which stretches are open in given years. What is compiled is what was asked for; an answer that
lies further on extends the horizon, and a calendar that never opens again is an error, not a loop.
"""

from __future__ import annotations

import inspect
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from attrs import field, frozen

from slamodel.errors import HolidayHorizonWarning, HorizonError
from slamodel.timeline.coverage import Coverage, blocks
from slamodel.timeline.instants import DAY, FIRST_YEAR, LAST, LAST_YEAR, Bool, Int64, year_of, year_start
from slamodel.timeline.pieces import Scratch
from slamodel.timeline.spans import EMPTY, Spans

Source: TypeAlias = Callable[[int, int], Spans]
Bounds: TypeAlias = tuple[int, int]
_PATIENCE_YEARS: Final = 120
_FORWARD: Final = 1
_BACKWARD: Final = -1
_FEW: Final = 4


@frozen
class Line:
    """One calendar as the timetable sees it.

    ``source(first, stop)`` gives the open stretches of the years first <= year < stop (UTC). ``known`` are the
    instants between which listed holidays speak, if they do not speak for ever.
    """

    name: str
    source: Source
    known: tuple[int, int] | None = field(default=None)


class _FurtherError(Exception):
    """An answer lies beyond the horizon: from this instant in this direction, on this line."""

    def __init__(self, direction: int, line: int, at: int) -> None:
        self.direction, self.line, self.at = direction, line, at


class Timetable:
    """Questions on instants (int64 microseconds UTC) put to one or more calendars.

    Scalar questions (``*_one``) take and give Python ints. Array questions take int64 of one shape (n,),
    without NAT, and ``line``, the number of the calendar for each value (None: the only one).
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = tuple(lines)
        self._lock = threading.Lock()
        self._years = (0, 0)
        self._coverage = Coverage([EMPTY] * len(self._lines), 0, 0)
        self._known = [line.known for line in self._lines]
        known = [one for one in self._known if one]
        self._limits = (max(low for low, _ in known), min(high for _, high in known)) if known else None
        self._warned: set[int] = set()

    def over(self, low: int, high: int) -> Coverage:
        """Return coverage whose horizon holds both instants."""
        coverage = self._coverage
        if coverage.begin <= low and high < coverage.stop:
            return coverage
        return self._grow(year_of(low), year_of(high) + 1)

    def _grow(self, first: int, stop: int) -> Coverage:
        with self._lock:
            have_first, have_stop = self._years if self._years[1] else (first, stop)
            first, stop = max(FIRST_YEAR, min(first, have_first)), min(LAST_YEAR + 1, max(stop, have_stop))
            if (first, stop) != self._years:
                begin, end = year_start(first), year_start(stop)
                spans = [line.source(first, stop) for line in self._lines]
                self._coverage = Coverage(spans, begin, end)
                self._years = (first, stop)
            return self._coverage

    def _further(self, need: _FurtherError) -> None:
        coverage = self._coverage  # one look: another thread may put a longer one in its place
        first, stop = year_of(coverage.begin), year_of(coverage.stop - 1) + 1
        years = stop - first
        name = self._lines[need.line].name
        if need.direction == _FORWARD:
            last = max(coverage.last_end(need.line), need.at)
            if stop - year_of(last) > _PATIENCE_YEARS or stop > LAST_YEAR:
                msg = f"{name} never opens after {np.int64(last).view('M8[us]')}Z: no answer up to year {stop - 1}"
                raise HorizonError(msg)
            self._grow(first, stop + years)
        else:
            opened = min(coverage.first_start(need.line), need.at)
            if year_of(opened) - first > _PATIENCE_YEARS or first <= FIRST_YEAR:
                msg = f"{name} is never open before {np.int64(opened).view('M8[us]')}Z: "
                msg += f"no answer back to year {first}"
                raise HorizonError(msg)
            self._grow(first - years, stop)

    # One value: the same arrays, searched with bisect, because a call on an array of one costs 20 us.

    def elapsed_one(self, start: int, end: int, line: int = 0) -> int:
        """Return the signed open time from start to end."""
        low, high = (start, end) if start <= end else (end, start)
        coverage = self.over(low, high)
        self._check_one(line, low, high)
        return coverage.covered_one(end, line) - coverage.covered_one(start, line)

    def due_one(self, start: int, amount: int, line: int = 0) -> int:
        """Return the earliest instant >= start at which ``amount`` of open time has passed (C2)."""
        if not amount:
            return start
        while True:
            coverage = self.over(start, start)
            target = coverage.covered_one(start, line) + amount
            if target <= coverage.total_one(line):
                found = coverage.earliest_one(target, line)
                self._check_one(line, start, found)
                return found
            self._further(_FurtherError(_FORWARD, line, start))

    def breaches_after_one(self, start: int, amount: int, line: int = 0) -> int:
        """Return the latest instant at which no more than ``amount`` of open time has passed (C2)."""
        while True:
            coverage = self.over(start, start)
            target = coverage.covered_one(start, line) + amount
            if target < coverage.total_one(line):
                found = coverage.latest_one(target, line)
                self._check_one(line, start, found + 1)
                return found
            self._further(_FurtherError(_FORWARD, line, start))

    def start_by_one(self, end: int, amount: int, line: int = 0) -> int:
        """Return the latest instant <= end that leaves ``amount`` of open time before end (C2)."""
        if not amount:
            return end
        while True:
            coverage = self.over(end, end)
            target = coverage.covered_one(end, line) - amount
            if target >= 0:
                found = coverage.latest_one(target, line)
                self._check_one(line, found, end)
                return found
            self._further(_FurtherError(_BACKWARD, line, end))

    def next_open_one(self, at: int, line: int = 0) -> int:
        """Return the first open instant >= at: the latest with the same open time before it."""
        return self.breaches_after_one(at, 0, line)

    def previous_close_one(self, at: int, line: int = 0) -> int:
        """Return the last instant <= at with open time just before it: the earliest with the same open time."""
        while True:
            coverage = self.over(at, at)
            target = coverage.covered_one(at, line)
            if target > 0:
                found = coverage.earliest_one(target, line)
                self._check_one(line, found, at)
                return found
            self._further(_FurtherError(_BACKWARD, line, at))

    def is_open_one(self, at: int, line: int = 0) -> bool:
        """Return whether the calendar is open at an instant: whether open time passes right after it."""
        coverage = self.over(at, at + 1)
        self._check_one(line, at, at + 1)
        return coverage.covered_one(at + 1, line) > coverage.covered_one(at, line)

    def spans_one(self, start: int, end: int, line: int = 0) -> Spans:
        """Return the open stretches inside [start, end)."""
        if start >= end:
            return EMPTY
        first, stop = year_of(start), year_of(end - 1) + 1
        self._check_one(line, start, end)
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
        coverage = self.over(low, high)
        coverage.compile()
        scratch = Scratch(len(start))
        for block in blocks(len(start)):
            ids = None if line is None else line[block]
            coverage.covered_into(end[block], ids, out[block], scratch)
            before = scratch.c[: block.stop - block.start]
            coverage.covered_into(start[block], ids, before, scratch)
            np.subtract(out[block], before, out=out[block])
        self._check(line, start, end, low, high)
        return out

    def due(self, start: Int64, amount: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return `due_one` of each start and amount (both shape (n,), amounts >= 0)."""
        if len(start) <= _FEW:
            return _each(self.due_one, start, amount, line)
        return self._inverse(start, amount, line, bounds, _FORWARD, earliest=True)

    def breaches_after(
        self, start: Int64, amount: Int64, line: Int64 | None = None, bounds: Bounds | None = None
    ) -> Int64:
        """Return `breaches_after_one` of each start and amount."""
        if len(start) <= _FEW:
            return _each(self.breaches_after_one, start, amount, line)
        return self._inverse(start, amount, line, bounds, _FORWARD, earliest=False)

    def start_by(self, end: Int64, amount: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return `start_by_one` of each end and amount."""
        if len(end) <= _FEW:
            return _each(self.start_by_one, end, amount, line)
        return self._inverse(end, amount, line, bounds, _BACKWARD, earliest=False)

    def next_open(self, at: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return `next_open_one` of each instant."""
        if len(at) <= _FEW:
            return _each(self.breaches_after_one, at, np.zeros(len(at), np.int64), line)
        return self._inverse(at, None, line, bounds, _FORWARD, earliest=False)

    def previous_close(self, at: Int64, line: Int64 | None = None, bounds: Bounds | None = None) -> Int64:
        """Return `previous_close_one` of each instant."""
        if len(at) <= _FEW:
            return np.array(
                [self.previous_close_one(*one) for one in zip(at.tolist(), _few(line, len(at)), strict=True)], np.int64
            )
        return self._inverse(at, None, line, bounds, _BACKWARD, earliest=True)

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
        step = np.add if direction == _FORWARD else np.subtract
        scratch = Scratch(len(at))
        while True:
            coverage = self.over(low, high)
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
            except _FurtherError as need:
                self._further(need)
        if amount is not None and earliest == (direction == _FORWARD):
            # No time at all is used up where it starts, wherever the calendar stands (C2).
            np.copyto(out, at, where=amount == 0)
        if self._limits:
            opening = direction == _FORWARD and not earliest  # the answer is an open instant: it is looked at itself
            self._check(line, at, out + opening, min(low, int(out.min())), max(high, int(out.max()) + opening))
        return out

    # Holidays are known for a while only: say so once a calendar, with the year, if [low, high) leaves that while.

    def _check_one(self, line: int, low: int, high: int) -> None:
        known = self._known[line]
        if known and not (known[0] <= low and high <= known[1]) and line not in self._warned:
            self._warn(line, known, low, high)

    def _check(self, line: Int64 | None, one: Int64, other: Int64, low: int, high: int) -> None:
        if not self._limits or (self._limits[0] <= low and high <= self._limits[1]):
            return
        lows, highs = np.full(len(self._lines), LAST), np.full(len(self._lines), low)
        ids = np.zeros(len(one), np.int64) if line is None else line
        np.minimum.at(lows, ids, np.minimum(one, other))
        np.maximum.at(highs, ids, np.maximum(one, other))
        for k in np.flatnonzero(lows < LAST).tolist():
            self._check_one(k, int(lows[k]), int(highs[k]))

    def _warn(self, line: int, known: tuple[int, int], low: int, high: int) -> None:
        self._warned.add(line)
        # Its years begin where the calendar is, up to a day before or after they begin in UTC.
        first, last = year_of(known[0] + DAY), year_of(known[1] - DAY)
        before, after = low - known[0] + year_start(first), high - 1 - known[1] + year_start(last + 1)
        message = (
            f"{self._lines[line].name} was asked about {year_of(before if low < known[0] else after)}, but its "
            f"holidays are known for {first} to {last} only; list more, or name a country"
        )
        warnings.warn(message, HolidayHorizonWarning, stacklevel=_level_outside())


def _few(line: Int64 | None, count: int) -> list[int]:
    return [0] * count if line is None else line.tolist()


def _each(ask: Callable[[int, int, int], int], at: Int64, amount: Int64, line: Int64 | None) -> Int64:
    """Ask one by one: below a handful of values that is faster than the passes over arrays."""
    asked = zip(at.tolist(), amount.tolist(), _few(line, len(at)), strict=True)
    return np.array([ask(*one) for one in asked], np.int64)


def _level_outside() -> int:
    """Return the stack level, as seen by the caller, of the first frame that is not in this package."""
    level, frame = 0, inspect.currentframe()
    while frame and frame.f_globals.get("__name__", "").startswith("slamodel."):
        level, frame = level + 1, frame.f_back
    return level


def _within(
    coverage: Coverage, at: Int64, target: Int64, line: Int64 | None, direction: int, *, earliest: bool
) -> None:
    """Ask for a longer horizon where a target (open time since its beginning) lies outside it."""
    if direction == _BACKWARD:
        worst = int(target.argmin())
        beyond = target[worst] < (1 if earliest else 0)
    else:
        over = target if line is None else target - coverage.totals[line]
        worst = int(over.argmax())
        most = coverage.total_one() if line is None else 0
        beyond = over[worst] > most - (0 if earliest else 1)
    if beyond:
        raise _FurtherError(direction, 0 if line is None else int(line[worst]), int(at[worst]))
