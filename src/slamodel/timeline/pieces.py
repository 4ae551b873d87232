"""Pieces: open stretches on one axis, and the open time before each value, block by block."""

from __future__ import annotations

from typing import Final

import numpy as np

from slamodel.timeline.instants import Int64
from slamodel.timeline.lookup import Lookup

BLOCK: Final = 1 << 14


class Scratch:
    """Buffers for one block of values, so that every pass stays in the cache."""

    def __init__(self, size: int) -> None:
        size = min(size, BLOCK)
        self.piece, self.a, self.b, self.c = (np.empty(size, np.int64) for _ in range(4))
        self.d, self.e, self.f = (np.empty(size, np.int64) for _ in range(3))


class Pieces:
    """Sorted, disjoint stretches with the open time before each, for values in [begin, stop].

    ``least`` is the open time that counts as there before the first.
    """

    def __init__(self, starts: Int64, ends: Int64, begin: int, stop: int, least: int = 0) -> None:
        gaps = starts[1:] - ends[:-1]
        gaps = gaps[gaps > 0]
        self._starts, self._ends = starts, ends
        lengths = ends - starts
        self._delta = starts - (np.cumsum(lengths) - lengths) - least
        self._lookup = Lookup(starts, ends, begin, stop, int(gaps.min()) if len(gaps) else stop - begin)

    def covered_into(self, at: Int64, out: Int64, scratch: Scratch) -> None:
        """Write the open time before each value into ``out``."""
        edge = scratch.a[: len(at)]
        piece = self._lookup.find(at, scratch.piece[: len(at)], edge)
        np.take(self._starts, piece, out=edge, mode="clip")
        np.maximum(at, edge, out=out)
        np.take(self._ends, piece, out=edge, mode="clip")
        np.minimum(out, edge, out=out)
        np.take(self._delta, piece, out=edge, mode="clip")
        np.subtract(out, edge, out=out)
