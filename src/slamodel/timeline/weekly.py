"""Weekly: the pieces of very many calendars, kept small enough for the cache because weeks repeat.

A thousand calendars over ten years are millions of pieces, and a random look into them costs more than all the
arithmetic. But most weeks of a calendar are alike: the axis is cut into weeks, equal weeks share one pattern, and
the patterns stand end to end on an axis of their own.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from slamodel.timeline.instants import DAY, Int64
from slamodel.timeline.pieces import Pieces, Scratch

WEEK: Final = 7 * DAY
_ROOM: Final = 40
"""A pattern's room on its axis is 2**40 us, 12.7 days: whole buckets, so that none holds two patterns."""
_LOW: Final = (1 << _ROOM) - 1


class Weekly:
    """Stretches on the axis [0, length), a whole number of weeks, by the pattern of each; values lie on it.

    ``fits`` tells whether the tables could be made: they cannot where hours are too fine for their numbers.
    """

    def __init__(self, starts: Int64, ends: Int64, length: int) -> None:
        weeks = length // WEEK
        week, piece = _cut(starts, ends)
        since = np.maximum(starts[piece] - week * WEEK, 0)
        until = np.minimum(ends[piece] - week * WEEK, WEEK)
        heads = np.searchsorted(week, np.arange(weeks + 1))
        before = np.concatenate([[0], np.cumsum(until - since)])[heads[:-1]]
        shown, pattern = _patterns(since, until, heads)
        rows = _rows_of(shown, heads)
        number = np.repeat(np.arange(len(shown)), heads[shown + 1] - heads[shown])
        first = np.concatenate([[0], np.cumsum(until[rows] - since[rows])])
        most = int(first[-1])
        first = first[np.searchsorted(number, np.arange(len(shown)))]
        at = number << _ROOM
        self._pieces = Pieces(since[rows] + at, until[rows] + at, 0, len(shown) << _ROOM, least=-most)
        # What the weeks before hold, less what the patterns before hold, and both in one number with the pattern:
        # a look at a week then costs one miss of the cache, and half the room of two numbers.
        more = before - first[pattern] + most
        self._unit = max(1, int(np.gcd.reduce(more)))
        self.fits = int(more.max()) // self._unit <= _LOW and len(shown) < 1 << (63 - _ROOM)
        self._weeks = (pattern << _ROOM) | (more // self._unit)

    def covered_into(self, at: Int64, out: Int64, scratch: Scratch) -> None:
        """Write the open time before each value into ``out``."""
        size = len(at)
        week, local, packed = scratch.piece[:size], scratch.e[:size], scratch.f[:size]
        np.floor_divide(at, WEEK, out=week)
        np.take(self._weeks, week, out=packed, mode="clip")
        np.multiply(week, WEEK, out=week)
        np.subtract(at, week, out=week)
        np.bitwise_and(packed, ~_LOW, out=local)
        np.bitwise_or(local, week, out=local)
        self._pieces.covered_into(local, out, scratch)
        np.bitwise_and(packed, _LOW, out=packed)
        np.multiply(packed, self._unit, out=packed)
        np.add(out, packed, out=out)


def _cut(starts: Int64, ends: Int64) -> tuple[Int64, Int64]:
    """Return (week, piece) for every part of a piece that lies in one week."""
    first, last = starts // WEEK, (ends - 1) // WEEK
    count = np.maximum(last - first + 1, 0)
    piece = np.repeat(np.arange(len(starts)), count)
    return np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count) + first[piece], piece


def _patterns(since: Int64, until: Int64, heads: Int64) -> tuple[Int64, Int64]:
    """Return (one week for each pattern, the pattern of every week)."""
    mixed = _mix(_mix(since.astype(np.uint64)) + until.astype(np.uint64))
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    shown, pattern = np.unique(total[heads[1:]] - total[heads[:-1]], return_index=True, return_inverse=True)[1:]
    # Equal sums of hashes are all but equal weeks; where they are not, no week shares anything.
    size = np.diff(heads)
    model = shown[pattern]
    if (size == size[model]).all():
        rows = np.arange(len(since))
        twin = rows + np.repeat(heads[model] - heads[:-1], size)
        if (since == since[twin]).all() and (until == until[twin]).all():
            return shown, pattern
    return np.arange(len(size)), np.arange(len(size))


def _mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit of a number over all of them (the finaliser of SplitMix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _rows_of(weeks: Int64, heads: Int64) -> Int64:
    """Return the parts of these weeks, week after week."""
    count = heads[weeks + 1] - heads[weeks]
    within: Int64 = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return within + np.repeat(heads[weeks], count)
