"""Courses: what a chain takes of a promise's time, for every start in a window, as stretches on which it is linear.

On a path of links the time taken changes its slope only at breaks: where the promise opens or closes at the start or
at the end, and where the calendar of a link opens or closes as its work begins or ends. Pulled back to the start they
cut the window into stretches on which it rises, falls or stays with slope 1, -1 or 0, and at whose beginning it may
jump. So its supremum is its value at a break or its limit on one side of it: no sampling, and nothing is rounded.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from attrs import frozen

from slamodel.report.backing.legs import Leg, Ruler
from slamodel.timeline.instants import DAY, Bool, Int64
from slamodel.timeline.spans import Spans, spans_of

Path: TypeAlias = tuple[Leg, ...]
_WITHIN: Final = np.array([-2 * DAY, 2 * DAY], np.int64)
"""How far the ends of starts in a window may lie outside the ends of its own ends, where dates give them."""


@frozen(eq=False)
class Line:
    """Lengths of time over all starts, in microseconds.

    ``at`` has a value a break, shape (n + 1,), ``after`` the limits from the right at all breaks but the last, and
    ``slope`` (1, 0, -1) that of the stretch which follows, both shape (n,).
    """

    at: Int64
    after: Int64
    slope: Int64

    def before(self, lengths: Int64) -> Int64:
        """Return the limits from the left at all breaks but the first, of stretches so long."""
        found: Int64 = self.after + self.slope * lengths
        return found


@frozen(eq=False)
class Course:
    """What one path takes, and by how much that is more than is allowed (``late``, negative where it is less).

    ``at`` are the breaks, shape (n + 1,), the first and last the window's ends. ``is_open`` tells whether the promise
    is open in the stretch that follows; with ``open_only`` no other starts count.
    """

    path: Path
    at: Int64
    taken: Line
    late: Line
    is_open: Bool
    open_only: bool

    @property
    def lengths(self) -> Int64:
        """How long each stretch is."""
        return np.diff(self.at)

    @property
    def counts(self) -> Bool:
        """Whether the starts of each stretch count."""
        return self.is_open if self.open_only else np.ones(len(self.is_open), bool)

    def starts(self) -> Spans:
        """Return the stretches whose starts count."""
        return spans_of(self.at[:-1][self.counts], self.at[1:][self.counts])

    def failing(self) -> Spans:
        """Return the starts that are late, among those that count, without regard to single instants."""
        lengths, slope = self.lengths, self.late.slope
        # What falls is late at the beginning of a stretch, what rises at its end.
        late = np.clip(np.where(slope > 0, self.late.before(lengths), self.late.after), 0, lengths)
        late = np.where(self.counts, np.where((slope == 0) & (late > 0), lengths, late), 0)
        first = np.where(slope > 0, self.at[1:] - late, self.at[:-1])
        return spans_of(first, first + late)


def breaks(promise: Ruler, path: Path, low: int, high: int) -> Int64:
    """Return the starts in [low, high] at which what a path takes may change its slope or jump."""
    reach = [(low, high)]
    ends, after = np.array([low, high], np.int64), np.array([False, True])
    for leg in path:
        ends, after = leg.ends(ends, after)
        # A start on a date without hours can be due later on the same day than one on the date after (C5 same_time).
        ends = ends + _WITHIN if leg.is_dated else ends
        reach.append((int(ends[0]), int(ends[1])))
    # From the end of the path back to its start: each leg adds where its work ends, then where it begins.
    found = promise.edges(*reach[-1])
    for leg, since, until in zip(reversed(path), reach[-2::-1], reach[:0:-1], strict=True):
        found = _distinct(found, leg.end_breaks(*until))
        found = _distinct(leg.starts(found), leg.start_breaks(*since))
    found = _distinct(found, promise.edges(low, high), np.array([low, high], np.int64))
    return found[(found >= low) & (found <= high)]


def _distinct(*parts: Int64) -> Int64:
    """Return the distinct values of some columns, in order: a sort, which is quicker here than a set."""
    found: Int64 = np.sort(np.concatenate(parts))
    fresh = np.ones(len(found), bool)
    np.not_equal(found[1:], found[:-1], out=fresh[1:])
    return found[fresh]


def course(promise: Ruler, allowed: int | Leg, path: Path, cuts: Int64, *, open_only: bool) -> Course:
    """Return the course of a path between the first and the last of ``cuts``, cut at the others too.

    ``allowed`` is the promise's limit, or the promise as a leg where dates give its due.
    """
    dated = (allowed,) if isinstance(allowed, Leg) else ()
    low, high = int(cuts[0]), int(cuts[-1])
    at = _distinct(cuts, breaks(promise, path, low, high), *(breaks(promise, (leg,), low, high) for leg in dated))
    is_open = promise.table.is_open(at[:-1])
    taken = _taken(promise, path, at, is_open)
    if isinstance(allowed, Leg):
        due = _taken(promise, (allowed,), at, is_open)
        late = Line(taken.at - due.at, taken.after - due.after, taken.slope - due.slope)
    else:
        late = Line(taken.at - allowed, taken.after - allowed, taken.slope)
    return Course(path, at, taken, late, is_open, open_only)


def _taken(promise: Ruler, path: Path, at: Int64, is_open: Bool) -> Line:
    ends = both = np.concatenate([at, at[:-1]])
    count, after = len(at), np.arange(len(both)) >= len(at)
    for leg in path:
        ends, after = leg.ends(ends, after)
    taken = promise.table.elapsed(both, ends)
    grows = after[count:] & promise.table.is_open(ends[count:])
    return Line(taken[:count], taken[count:], grows.astype(np.int64) - is_open)
