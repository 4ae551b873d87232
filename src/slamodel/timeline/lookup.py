"""Lookup: which piece of a line holds a value, for many values at once.

A binary search over random values misses the cache at every step. Here the line is cut into power-of-two
buckets: a shift gives the bucket, the bucket the first piece that may hold the value, and a small fixed
number of steps to the right corrects it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from slamodel.timeline.instants import Int64

_MOST_BUCKETS: Final = 1 << 20
_NEVER: Final = np.iinfo(np.int64).max


class Lookup:
    """Find, for each value, the first piece that ends after it; the last piece takes what lies beyond.

    ``starts`` and ``ends`` are non-decreasing, values lie between ``begin`` and ``stop``. Where a value lies
    between two pieces either neighbour may come back: the caller clips. ``width`` is the longest bucket worth
    having: the shortest stretch that must be told apart.
    """

    def __init__(self, starts: Int64, ends: Int64, begin: int, stop: int, width: int) -> None:
        most = max(_MOST_BUCKETS, 4 * len(ends))
        shift = max(0, width.bit_length() - 1)
        while (stop >> shift) - (begin >> shift) > most:
            shift += 1
        self._shift, self._low = shift, begin >> shift
        count = (stop >> shift) - self._low + 1
        ended = np.bincount(((ends - 1) >> shift) - self._low + 1, minlength=count + 1)[:count]
        begun = np.bincount((starts >> shift) - self._low, minlength=count)[:count]
        self._table = np.minimum(np.cumsum(ended), len(ends) - 1)
        self.steps = max(0, int((np.cumsum(begun) - self._table).max()) - 1)
        self._bounds = ends.copy()
        self._bounds[-1] = _NEVER

    def find(self, values: Int64, out: Int64, scratch: Int64) -> Int64:
        """Write the piece of each value into ``out`` (int64) and return it; ``scratch`` is overwritten."""
        np.right_shift(values, self._shift, out=out)
        np.subtract(out, self._low, out=out)
        np.take(self._table, out, out=out, mode="clip")
        for _ in range(self.steps):
            np.take(self._bounds, out, out=scratch, mode="clip")
            np.add(out, values >= scratch, out=out)
        return out
