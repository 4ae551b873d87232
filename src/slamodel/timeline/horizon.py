"""Horizon: the years for which calendars are compiled, longer whenever an answer lies further on.

A source says which stretches are open in given years. A calendar that never opens again is an error, not a loop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from attrs import field, frozen

from slamodel.errors import HorizonError
from slamodel.timeline.coverage import Coverage
from slamodel.timeline.instants import FIRST_YEAR, LAST_YEAR, year_of, year_start
from slamodel.timeline.spans import EMPTY, Spans

Source: TypeAlias = Callable[[int, int], Spans]
FORWARD: Final = 1
BACKWARD: Final = -1
_PATIENCE_YEARS: Final = 120


@frozen
class Line:
    """One calendar as the timetable sees it.

    ``source(first, stop)`` gives the open stretches of the years first <= year < stop (UTC). ``known`` are the
    instants between which listed holidays speak, if they do not speak for ever.
    """

    name: str
    source: Source
    known: tuple[int, int] | None = field(default=None)


class FurtherError(Exception):
    """An answer lies beyond the horizon: from this instant in this direction, on this line."""

    def __init__(self, direction: int, line: int, at: int) -> None:
        self.direction, self.line, self.at = direction, line, at


class Horizon:
    """The coverage of some lines, grown by whole years as it is needed; safe to share between threads."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = tuple(lines)
        self._lock = threading.Lock()
        self._years = (0, 0)
        self._coverage = Coverage([EMPTY] * len(self._lines), 0, 0)

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

    def further(self, need: FurtherError) -> None:
        """Grow towards an answer. Raises HorizonError where 120 years bring none."""
        coverage = self._coverage  # one look: another thread may put a longer one in its place
        first, stop = year_of(coverage.begin), year_of(coverage.stop - 1) + 1
        years = stop - first
        name = self._lines[need.line].name
        if need.direction == FORWARD:
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
