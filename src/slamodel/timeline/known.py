"""Known: holidays are known for a while only, and a question beyond it is told so once, with the year."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Sequence

import numpy as np

from slamodel.errors import HolidayHorizonWarning
from slamodel.timeline.horizon import Line
from slamodel.timeline.instants import DAY, LAST, Int64, year_of, year_start


class Known:
    """The while for which each line's holidays are known, and which lines were already warned about."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = tuple(lines)
        self._known = [line.known for line in self._lines]
        known = [one for one in self._known if one]
        self._limits = (max(low for low, _ in known), min(high for _, high in known)) if known else None
        self._warned: set[int] = set()

    @property
    def limited(self) -> bool:
        """Whether any line's holidays are known for a while only."""
        return self._limits is not None

    def all_known(self, begin: int, stop: int) -> bool:
        """Return whether every line's holidays are known from begin to stop."""
        return not self._limits or (self._limits[0] <= begin and stop <= self._limits[1])

    def check_one(self, line: int, low: int, high: int) -> None:
        """Warn if the instants [low, high) leave what one line knows."""
        known = self._known[line]
        if known and not (known[0] <= low and high <= known[1]) and line not in self._warned:
            self._warn(line, known, low, high)

    def check(self, line: Int64 | None, one: Int64, other: Int64, low: int, high: int) -> None:
        """Warn if the stretches between two columns of instants, all in [low, high), leave what their lines know."""
        if not self._limits or (self._limits[0] <= low and high <= self._limits[1]):
            return
        lows, highs = np.full(len(self._lines), LAST), np.full(len(self._lines), low)
        ids = np.zeros(len(one), np.int64) if line is None else line
        np.minimum.at(lows, ids, np.minimum(one, other))
        np.maximum.at(highs, ids, np.maximum(one, other))
        for k in np.flatnonzero(lows < LAST).tolist():
            self.check_one(k, int(lows[k]), int(highs[k]))

    def _warn(self, line: int, known: tuple[int, int], low: int, high: int) -> None:
        self._warned.add(line)
        # Its years begin where the calendar is, up to a day before or after they begin in UTC.
        first, last = year_of(known[0] + DAY), year_of(known[1] - DAY)
        before, after = low - known[0] + year_start(first), high - 1 - known[1] + year_start(last + 1)
        message = (
            f"{self._lines[line].name} was asked about {year_of(before if low < known[0] else after)}, but its "
            f"holidays are known for {first} to {last} only; list those of other years too"
        )
        warnings.warn(message, HolidayHorizonWarning, stacklevel=_level_outside())


def _level_outside() -> int:
    """Return the stack level, as seen by the caller, of the first frame that is not in this package."""
    level, frame = 0, inspect.currentframe()
    while frame and frame.f_globals.get("__name__", "").startswith("slamodel."):
        level, frame = level + 1, frame.f_back
    return level
