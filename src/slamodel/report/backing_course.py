"""Courses: what a chain takes of a promise's time, for every start in a window, as stretches on which it is linear.

On a path of links the time taken changes its slope only at breaks: where the promise opens or closes at the start or
at the end, and where the calendar of a link opens or closes as its work begins or ends. Pulled back to the start they
cut the window into stretches on which it rises, falls or stays with slope 1, -1 or 0, and at whose beginning it may
jump up. So its supremum is its value at a break or its limit just after one: no sampling, and nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from attrs import frozen

from slamodel.report.backing_legs import Leg, Ruler
from slamodel.timeline.instants import Bool, Int64

Path: TypeAlias = tuple[Leg, ...]


@frozen(eq=False)
class Course:
    """What each path takes, in microseconds of the promise's time.

    ``at`` are the breaks, shape (n + 1,), the first and last the window's ends. ``taken`` has a row a path and a
    value a break; ``just_after`` the limits from the right at all breaks but the last, ``slope`` (1, 0, -1) that of
    the stretch which follows. ``is_open`` tells whether the promise is open in it; with ``open_only`` no other starts
    count.
    """

    at: Int64
    taken: Int64
    just_after: Int64
    slope: Int64
    is_open: Bool
    open_only: bool

    @property
    def lengths(self) -> Int64:
        """How long starts count in each stretch."""
        lengths: Int64 = np.diff(self.at)
        return np.where(self.is_open, lengths, 0) if self.open_only else lengths

    def failing(self, limit: int) -> int:
        """Return for how much of the window, where starts count, some path takes more than the limit."""
        length = self.lengths
        over = self.just_after - limit
        falls = np.where(self.slope == 0, np.where(over > 0, length, 0), 0)
        falls = np.where(self.slope < 0, np.clip(over, 0, length), falls)
        rises = np.where(self.slope > 0, np.clip(over + length, 0, length), 0)
        # A path that falls is over the limit at the beginning of a stretch, one that rises at its end.
        return int(np.minimum(length, falls.max(axis=0) + rises.max(axis=0)).sum())


def breaks(promise: Ruler, path: Path, low: int, high: int) -> Int64:
    """Return the starts in [low, high] at which what a path takes may change its slope or jump."""
    reach = [(low, high)]
    ends, after = np.array([low, high], np.int64), np.array([False, True])
    for leg in path:
        ends, after = leg.ends(ends, after)
        reach.append((int(ends[0]), int(ends[1])))
    # From the end of the path back to its start: each leg adds where its work ends, then where it begins.
    found = promise.edges(*reach[-1])
    for leg, (first, last), until in zip(reversed(path), reach[-2::-1], reach[:0:-1], strict=True):
        found = np.unique(np.concatenate([found, leg.ruler.edges(*until)]))
        begins = leg.ruler.edges(first + leg.hand_off, last + leg.hand_off) - leg.hand_off
        found = np.unique(np.concatenate([leg.starts(found), begins]))
    found = np.unique(np.concatenate([found, promise.edges(low, high), [low, high]]))
    return found[(found >= low) & (found <= high)]


def finish(path: Path, at: Int64, after: Bool) -> tuple[Int64, Bool]:
    """Return (when the last link of a path is done, whether just after it) of starts at, or just after, instants."""
    for leg in path:
        at, after = leg.ends(at, after)
    return at, after


def worst(promise: Ruler, paths: Iterable[Path], low: int, high: int, *, open_only: bool) -> int:
    """Return the most that any start in [low, high) takes, or that starts come near to."""
    return max(_taken(promise, path, breaks(promise, path, low, high), open_only) for path in paths)


def _taken(promise: Ruler, path: Path, at: Int64, open_only: bool) -> int:
    # Time taken never falls while the promise is closed, so starts in its open time come to as much as all of them,
    # but for those just before the end of the window.
    last = at[:0] if open_only else at[-1:]
    at = at[:-1][promise.table.is_open(at[:-1])] if open_only else at[:-1]
    both = np.concatenate([at, at, last])
    after = np.zeros(len(both), bool)
    after[len(at) : 2 * len(at)] = True
    ends, _ = finish(path, both, after)
    return int(promise.table.elapsed(both, ends).max())


def course(promise: Ruler, paths: tuple[Path, ...], low: int, high: int, others: Int64, *, open_only: bool) -> Course:
    """Return the course of some paths over [low, high), cut at ``others`` too."""
    cuts = [breaks(promise, path, low, high) for path in paths]
    at = np.unique(np.concatenate([*cuts, others[(others > low) & (others < high)]]))
    both = np.concatenate([at, at[:-1]])
    after = np.arange(len(both)) >= len(at)
    is_open = promise.table.is_open(at[:-1])
    taken, slope = [], []
    for path in paths:
        ends, beyond = finish(path, both, after)
        taken.append(promise.table.elapsed(both, ends))
        grows = beyond[len(at) :] & promise.table.is_open(ends[len(at) :])
        slope.append(grows.astype(np.int64) - is_open)
    rows = np.array(taken)
    return Course(at, rows[:, : len(at)], rows[:, len(at) :], np.array(slope), is_open, open_only)
