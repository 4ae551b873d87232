"""Lookup: which piece of a line holds a value, for many values at once.

A binary search over random values misses the cache at every step. Here the line is cut into power-of-two
buckets: a shift gives the bucket, the bucket the first piece that may hold the value, and a small fixed
number of steps to the right corrects it. Many lines (one a calendar) stand in one table, each with its own
stretch of buckets and pieces.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from slamodel.timeline.instants import Int64

_MOST_BUCKETS: Final = 1 << 19
_NEVER: Final = np.iinfo(np.int64).max


class Lookup:
    """Find, for each value, the first piece that ends after it; the last piece of a line takes the rest.

    Line ``k`` owns ``starts[first[k]:first[k + 1]]`` (and ``ends`` alike), non-decreasing, and answers for
    values in ``begins[k]`` to ``stops[k]``. Where a value lies between two pieces either neighbour may come
    back: the caller clips. ``width`` is the longest bucket worth having: the shortest stretch that must be
    told apart.
    """

    def __init__(self, starts: Int64, ends: Int64, first: Int64, begins: Int64, stops: Int64, width: int) -> None:
        last = first[1:] - 1
        most = max(_MOST_BUCKETS, 4 * len(ends))
        shift = max(0, width.bit_length() - 1)
        while int(((stops >> shift) - (begins >> shift)).sum()) > most:
            shift += 1
        lows, counts = begins >> shift, (stops >> shift) - (begins >> shift) + 1
        offsets = np.concatenate([[0], np.cumsum(counts)])
        self._shift = shift
        self._low = lows - offsets[:-1]
        line = np.repeat(np.arange(len(last)), np.diff(first))
        ended = np.bincount(((ends - 1) >> shift) - self._low[line] + 1, minlength=int(offsets[-1]) + 1)[: offsets[-1]]
        begun = np.bincount((starts >> shift) - self._low[line], minlength=int(offsets[-1]))[: offsets[-1]]
        table = np.minimum(np.cumsum(ended), np.repeat(last, counts))
        self.steps = max(0, int((np.cumsum(begun) - table).max()) - 1)
        self._table = table.astype(np.int32 if len(ends) < 2**31 else np.int64)
        self._bounds = ends.copy()
        self._bounds[last] = _NEVER

    def find(self, values: Int64, line: Int64 | None, out: Int64, scratch: Int64) -> Int64:
        """Write the piece of each value into ``out`` (int64) and return it; ``scratch`` is overwritten."""
        np.right_shift(values, self._shift, out=out)
        if line is None:
            np.subtract(out, self._low[0], out=out)
        else:
            np.take(self._low, line, out=scratch, mode="clip")
            np.subtract(out, scratch, out=out)
        # take() casts into a wider ``out`` through a buffer; a fresh narrow array and a copy are faster.
        out[:] = np.take(self._table, out, mode="clip")
        for _ in range(self.steps):
            np.take(self._bounds, out, out=scratch, mode="clip")
            np.add(out, values >= scratch, out=out)
        return out
