"""Spans: stretches of a line, sorted, disjoint and half-open [start, end), with the algebra of sets (S2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from attrs import cmp_using, field, frozen

from slamodel.timeline.instants import FIRST, LAST, Int64

_SAME: Final = cmp_using(eq=np.array_equal)


def _ints(values: Iterable[int] | Int64) -> Int64:
    array = np.array(values if isinstance(values, np.ndarray) else list(values), dtype=np.int64)
    array.flags.writeable = False
    return array


@frozen(eq=True, hash=False, repr=False)
class Spans:
    """A set of instants as sorted, disjoint, half-open stretches; no two of them touch.

    ``starts`` and ``ends`` are int64 microseconds, shape (n,), read-only. Build one with `spans_of`, which
    sorts and merges. ``~`` is relative to years 2-9998.
    """

    starts: Int64 = field(converter=_ints, eq=_SAME)
    ends: Int64 = field(converter=_ints, eq=_SAME)

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.starts.tolist(), self.ends.tolist(), strict=True)

    def __repr__(self) -> str:
        return f"Spans({[tuple(span) for span in self]!r})"

    @property
    def total(self) -> int:
        """The sum of all lengths in microseconds."""
        return int((self.ends - self.starts).sum())

    def __or__(self, other: Spans) -> Spans:
        return spans_of(np.concatenate([self.starts, other.starts]), np.concatenate([self.ends, other.ends]))

    def __invert__(self) -> Spans:
        starts = np.concatenate([[FIRST], self.ends])
        ends = np.concatenate([self.starts, [LAST]])
        return spans_of(starts, ends)

    def __and__(self, other: Spans) -> Spans:
        if not len(self) or not len(other):
            return EMPTY
        first = np.searchsorted(other.ends, self.starts, side="right")
        last = np.searchsorted(other.starts, self.ends, side="left")
        count = np.maximum(last - first, 0)
        mine = np.repeat(np.arange(len(self)), count)
        theirs = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        return Spans(
            np.maximum(self.starts[mine], other.starts[theirs]),
            np.minimum(self.ends[mine], other.ends[theirs]),
        )

    def __sub__(self, other: Spans) -> Spans:
        return self & ~other

    def clip(self, start: int, end: int) -> Spans:
        """Return the part inside [start, end)."""
        return self & Spans([start], [end]) if start < end else EMPTY


def spans_of(starts: Iterable[int] | Int64, ends: Iterable[int] | Int64) -> Spans:
    """Return the union of [start, end) stretches in any order; empty or reversed ones count for nothing."""
    starts, ends = _ints(starts), _ints(ends)
    kept = starts < ends
    starts, ends = starts[kept], ends[kept]
    if not len(starts):
        return EMPTY
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    fresh = np.concatenate([[True], starts[1:] > reach[:-1]])
    last = np.concatenate([np.flatnonzero(fresh)[1:] - 1, [len(starts) - 1]])
    return Spans(starts[fresh], reach[last])


EMPTY: Final = Spans([], [])
