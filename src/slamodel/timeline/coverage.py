"""Coverage: spans compiled for questions.

A calendar is a function of time, ``covered(t)``: the open time before t (C1). All that is ever asked of it is
that function and its two inverses, on one number or on arrays, for one calendar or a column of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from slamodel.timeline.instants import Int64
from slamodel.timeline.lookup import Lookup
from slamodel.timeline.spans import Spans

BLOCK: Final = 1 << 15


class Scratch:
    """Buffers for one block of values, so that every pass stays in the cache."""

    def __init__(self, size: int) -> None:
        size = min(size, BLOCK)
        self.piece, self.a, self.b, self.c = (np.empty(size, np.int64) for _ in range(4))


def blocks(size: int) -> Iterator[slice]:
    """Yield the slices that cut ``size`` values into blocks."""
    for start in range(0, size, BLOCK):
        yield slice(start, min(start + BLOCK, size))


class Coverage:
    """The open stretches of one or more calendars (lines) within a horizon [begin, stop), compiled.

    Read-only after construction, so safe to share between threads.
    """

    def __init__(self, lines: Sequence[Spans], begin: int, stop: int) -> None:
        self.begin, self.stop = begin, stop
        kept = [line if len(line) else Spans([stop], [stop]) for line in lines]
        self._first = np.concatenate([[0], np.cumsum([len(line) for line in kept])])
        self._starts = np.concatenate([line.starts for line in kept])
        self._ends = np.concatenate([line.ends for line in kept])
        lengths = self._ends - self._starts
        before = np.cumsum(lengths) - lengths
        self._base = before - np.repeat(before[self._first[:-1]], np.diff(self._first))
        self._delta = self._starts - self._base
        self._reach = self._base + lengths
        self.totals = self._reach[self._first[1:] - 1]
        self._forward: Lookup | None = None
        self._backward: Lookup | None = None
        self._totals: list[int] = self.totals.tolist()
        self._lists: list[tuple[list[int], ...] | None] = [None] * len(lines)

    def last_end(self, line: int = 0) -> int:
        """Return where the last open stretch ends, or where the horizon begins if there is none."""
        return int(self._ends[self._first[line + 1] - 1]) if self.totals[line] else self.begin

    def first_start(self, line: int = 0) -> int:
        """Return where the first open stretch starts, or where the horizon stops if there is none."""
        return int(self._starts[self._first[line]])

    def total_one(self, line: int = 0) -> int:
        """Return all the open time of the horizon."""
        return self._totals[line]

    def compile(self) -> None:
        """Build the tables that questions on arrays need; done on the first such question."""
        if self._backward is None:
            lengths = self._ends - self._starts
            gaps = self._starts[1:] - self._ends[:-1]
            gaps = gaps[gaps > 0]
            count = len(self._first) - 1
            horizon = (np.full(count, self.begin), np.full(count, self.stop))
            width = int(gaps.min()) if len(gaps) else self.stop - self.begin
            self._forward = Lookup(self._starts, self._ends, self._first, *horizon, width)
            width = int(lengths[lengths > 0].min()) if lengths.any() else 1
            self._backward = Lookup(
                self._base, self._reach, self._first, np.zeros_like(self.totals), self.totals, width
            )

    def covered_into(self, at: Int64, line: Int64 | None, out: Int64, scratch: Scratch) -> None:
        """Write the open time before each instant of a block into ``out``; instants lie in the horizon."""
        assert self._forward is not None  # noqa: S101  compile() came first
        size = len(at)
        piece = self._forward.find(at, line, scratch.piece[:size], scratch.a[:size])
        edge = scratch.a[:size]
        np.take(self._starts, piece, out=edge, mode="clip")
        np.maximum(at, edge, out=out)
        np.take(self._ends, piece, out=edge, mode="clip")
        np.minimum(out, edge, out=out)
        np.take(self._delta, piece, out=edge, mode="clip")
        np.subtract(out, edge, out=out)

    def latest_into(self, amount: Int64, line: Int64 | None, out: Int64, scratch: Scratch) -> None:
        """Write the latest instant with that much open time before it: 0 <= amount < total."""
        assert self._backward is not None  # noqa: S101  compile() came first
        size = len(amount)
        piece = self._backward.find(amount, line, scratch.piece[:size], scratch.a[:size])
        edge = scratch.a[:size]
        np.take(self._delta, piece, out=edge, mode="clip")
        np.add(amount, edge, out=out)

    def earliest_into(self, amount: Int64, line: Int64 | None, out: Int64, scratch: Scratch) -> None:
        """Write the earliest instant with that much open time before it: 0 < amount <= total."""
        # On whole microseconds the first piece that reaches ``amount`` is the one that passes ``amount - 1``.
        np.subtract(amount, 1, out=scratch.b[: len(amount)])
        self.latest_into(scratch.b[: len(amount)], line, out, scratch)
        np.add(out, 1, out=out)

    def covered_one(self, at: int, line: int = 0) -> int:
        """Return the open time before one instant: `covered_into` on one value, over the same arrays."""
        starts, ends, delta, _ = self._lists[line] or self._listed(line)
        piece = min(bisect_right(ends, at), len(ends) - 1)
        return min(max(at, starts[piece]), ends[piece]) - delta[piece]

    def latest_one(self, amount: int, line: int = 0) -> int:
        """Return `latest_into` of one value."""
        _, _, delta, reach = self._lists[line] or self._listed(line)
        return amount + delta[bisect_right(reach, amount)]

    def earliest_one(self, amount: int, line: int = 0) -> int:
        """Return `earliest_into` of one value."""
        _, _, delta, reach = self._lists[line] or self._listed(line)
        return amount + delta[bisect_left(reach, amount)]

    def _listed(self, line: int) -> tuple[list[int], ...]:
        mine = slice(int(self._first[line]), int(self._first[line + 1]))
        lists = tuple(a[mine].tolist() for a in (self._starts, self._ends, self._delta, self._reach))
        self._lists[line] = lists
        return lists
