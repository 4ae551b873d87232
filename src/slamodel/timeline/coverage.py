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
from slamodel.timeline.pieces import BLOCK, Pieces, Scratch
from slamodel.timeline.spans import Spans
from slamodel.timeline.weekly import WEEK, Weekly

_MANY_PIECES: Final = 1 << 16


def blocks(size: int) -> Iterator[slice]:
    """Yield the slices that cut ``size`` values into blocks."""
    for start in range(0, size, BLOCK):
        yield slice(start, min(start + BLOCK, size))


class Coverage:
    """The open stretches of one or more calendars (lines) within a horizon [begin, stop), compiled.

    The lines are laid end to end on one axis, so that a column of calendars is one addition away from a single
    one. Read-only after construction, so safe to share between threads.
    """

    def __init__(self, lines: Sequence[Spans], begin: int, stop: int) -> None:
        self.begin, self.stop = begin, stop
        self._lines = tuple(lines)
        self._totals = [line.total for line in lines]
        self.totals = np.array(self._totals, np.int64)
        self._before = np.cumsum(self.totals) - self.totals
        room = -(-(stop - begin) // WEEK) * WEEK
        self._offset = np.arange(len(lines), dtype=np.int64) * room - begin if len(lines) > 1 else np.zeros(1, np.int64)
        self._length = room * len(lines)
        self._forward: Pieces | Weekly | None = None
        self._backward: tuple[Lookup, Int64] | None = None
        self._lists: list[tuple[list[int], ...] | None] = [None] * len(lines)

    def last_end(self, line: int = 0) -> int:
        """Return where the last open stretch ends, or where the horizon begins if there is none."""
        return int(self._lines[line].ends[-1]) if self._totals[line] else self.begin

    def first_start(self, line: int = 0) -> int:
        """Return where the first open stretch starts, or where the horizon stops if there is none."""
        return int(self._lines[line].starts[0]) if self._totals[line] else self.stop

    def total_one(self, line: int = 0) -> int:
        """Return all the open time of the horizon."""
        return self._totals[line]

    def compile(self) -> None:
        """Build the tables that questions on arrays need; done on the first such question."""
        if self._backward is not None:
            return
        starts = np.concatenate([line.starts + at for line, at in zip(self._lines, self._offset, strict=True)])
        ends = np.concatenate([line.ends + at for line, at in zip(self._lines, self._offset, strict=True)])
        if not len(starts):
            starts = ends = np.array([self.stop + int(self._offset[0])], np.int64)
        begin = self.begin + int(self._offset[0])
        many = len(self._lines) > 1 and len(starts) > _MANY_PIECES
        weekly = Weekly(starts, ends, self._length) if many else None
        self._forward = weekly if weekly and weekly.fits else Pieces(starts, ends, begin, begin + self._length)
        lengths = ends - starts
        reach = np.cumsum(lengths)
        width = int(lengths[lengths > 0].min()) if lengths.any() else 1
        lookup = Lookup(reach - lengths, reach, 0, int(reach[-1]), width)
        self._backward = (lookup, starts - (reach - lengths))

    def covered_into(self, at: Int64, line: Int64 | None, out: Int64, scratch: Scratch) -> None:
        """Write the open time before each instant of a block into ``out``; instants lie in the horizon."""
        assert self._forward is not None  # noqa: S101  compile() came first
        if line is None:
            self._forward.covered_into(at, out, scratch)
            return
        shifted = scratch.d[: len(at)]
        np.take(self._offset, line, out=shifted, mode="clip")
        np.add(shifted, at, out=shifted)
        self._forward.covered_into(shifted, out, scratch)
        np.take(self._before, line, out=shifted, mode="clip")
        np.subtract(out, shifted, out=out)

    def elapsed_into(self, start: Int64, end: Int64, line: Int64 | None, out: Int64, scratch: Scratch) -> None:
        """Write the open time between the two instants of each pair of a block: where its line lies cancels out."""
        assert self._forward is not None  # noqa: S101  compile() came first
        size = len(start)
        before, shifted, offset = scratch.c[:size], scratch.d[:size], scratch.b[:size]
        if line is not None:
            np.take(self._offset, line, out=offset, mode="clip")
            end = np.add(end, offset, out=shifted)
        self._forward.covered_into(end, out, scratch)
        if line is not None:
            start = np.add(start, offset, out=shifted)
        self._forward.covered_into(start, before, scratch)
        np.subtract(out, before, out=out)

    def latest_into(self, amount: Int64, line: Int64 | None, out: Int64, scratch: Scratch) -> None:
        """Write the latest instant with that much open time before it: 0 <= amount < total."""
        assert self._backward is not None  # noqa: S101  compile() came first
        lookup, delta = self._backward
        size = len(amount)
        edge, wanted = scratch.a[:size], amount
        if line is not None:
            wanted = scratch.d[:size]
            np.take(self._before, line, out=wanted, mode="clip")
            np.add(wanted, amount, out=wanted)
        piece = lookup.find(wanted, scratch.piece[:size], edge)
        np.take(delta, piece, out=edge, mode="clip")
        np.add(wanted, edge, out=out)
        if line is not None:
            np.take(self._offset, line, out=edge, mode="clip")
            np.subtract(out, edge, out=out)

    def earliest_into(self, amount: Int64, line: Int64 | None, out: Int64, scratch: Scratch) -> None:
        """Write the earliest instant with that much open time before it: 0 < amount <= total."""
        # On whole microseconds the first piece that reaches ``amount`` is the one that passes ``amount - 1``.
        np.subtract(amount, 1, out=scratch.b[: len(amount)])
        self.latest_into(scratch.b[: len(amount)], line, out, scratch)
        np.add(out, 1, out=out)

    def covered_one(self, at: int, line: int = 0) -> int:
        """Return the open time before one instant: `covered_into` on one value, over the same arrays."""
        starts, ends, delta, _ = self._lists[line] or self._listed(line)
        piece = bisect_right(ends, at)
        if piece == len(ends):
            return self._totals[line]
        start = starts[piece]
        return (at if at > start else start) - delta[piece]  # noqa: FURB136  max() takes three times as long

    def elapsed_one(self, start: int, end: int, line: int = 0) -> int:
        """Return the open time between two instants: `covered_one` of both, looked up together."""
        starts, ends, delta, _ = self._lists[line] or self._listed(line)
        a, b = bisect_right(ends, start), bisect_right(ends, end)
        try:
            one, other = starts[a], starts[b]
        except IndexError:  # one of them lies behind the last stretch
            return self.covered_one(end, line) - self.covered_one(start, line)
        since = (start if start > one else one) - delta[a]  # noqa: FURB136  as above
        return (end if end > other else other) - delta[b] - since  # noqa: FURB136  as above

    def latest_one(self, amount: int, line: int = 0) -> int:
        """Return `latest_into` of one value."""
        _, _, delta, reach = self._lists[line] or self._listed(line)
        return amount + delta[bisect_right(reach, amount)]

    def earliest_one(self, amount: int, line: int = 0) -> int:
        """Return `earliest_into` of one value."""
        _, _, delta, reach = self._lists[line] or self._listed(line)
        return amount + delta[bisect_left(reach, amount)]

    def _listed(self, line: int) -> tuple[list[int], ...]:
        spans = self._lines[line] if self._totals[line] else Spans([self.stop], [self.stop])
        reach = np.cumsum(spans.ends - spans.starts)
        delta = spans.ends - reach
        lists = tuple(a.tolist() for a in (spans.starts, spans.ends, delta, reach))
        self._lists[line] = lists
        return lists
