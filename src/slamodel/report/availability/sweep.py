"""Sweep: overlapping outages of many services as disjoint segments, each with the worst weight that holds in it."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.timeline.instants import Bool, Int64

OUTAGE, REMOVED, UP, DOWN, UNKNOWN = range(5)
"""What a row is: an outage, planned time that is removed, or counts as up or down, or time without data."""
PLANNED: Final = (REMOVED, UP, DOWN)
_ROOM: Final = 1 << 62


@frozen(eq=False)
class Segments:
    """Disjoint segments by service and time, int64 columns; in each everything stays as it is.

    ``weight`` is the worst of its outages (0: none), ``episode`` the number of the outages that touch, overlap or
    flap as one (-1: none), ``flags`` what else holds: a bit for each kind of row.
    """

    service: Int64
    start: Int64
    end: Int64
    weight: NDArray[np.int64]
    episode: Int64
    flags: NDArray[np.uint8]

    def holds(self, *kinds: int) -> Bool:
        """Return where a row of one of these kinds holds."""
        found: Bool = (self.flags & sum(1 << kind for kind in kinds)) != 0
        return found

    def taken(self, kept: Bool) -> Segments:
        """Return the segments for which ``kept`` holds."""
        return Segments(
            self.service[kept],
            self.start[kept],
            self.end[kept],
            self.weight[kept],
            self.episode[kept],
            self.flags[kept],
        )


def swept(
    service: Int64,
    start: Int64,
    end: Int64,
    kind: NDArray[np.int8],
    weight: Int64,
    *,
    most: Int64 | None = None,
    flap: int = 0,
    minimum: int = 0,
) -> Segments:
    """Return the segments of rows in any order, each of one ``kind``.

    Weights are positive. Overlapping outages count with the worst weight, or with ``most`` (a number a service) with
    the sum of them up to it. Outages of one service no more than ``flap`` apart are one, and the time between them is
    down with the smaller of the weights beside it; those shorter than ``minimum`` on the wall are none.
    """
    rows = np.flatnonzero(start < end)
    service, start, end, weight, kind = service[rows], start[rows], end[rows], weight[rows], kind[rows]
    order = np.argsort(_keys(service, start, end))
    half = len(rows)
    row = np.where(order < half, order, order - half)
    step = np.where(order < half, 1, -1)
    at = np.where(order < half, start[row], end[row])
    of, what = service[row], kind[row]
    down, flags = _holding(what == OUTAGE, step), np.zeros(len(at), np.uint8)
    for one in (*PLANNED, UNKNOWN):
        flags |= _holding(what == one, step).astype(np.uint8) << one
    if most is not None:
        summed = np.cumsum(np.where(what == OUTAGE, step * weight[row], 0))
        level = np.minimum(summed, most[of]) if half else summed
    else:
        level = _worst(order, kind, weight, down)
    until, same = np.append(at[1:], at[-1:]), np.append(of[1:] == of[:-1], False)
    # Between services nothing is down: what is left out here has no length, or leads to another service.
    # Nor can anything be told of the time between outages that is too long to be bridged.
    kept = (until > at) & same & (down | (flags != 0) | (until - at <= flap))
    found = Segments(of, at, until, level, np.zeros(len(at), np.int64), flags).taken(kept)
    return _in_episodes(found, down[kept], flap, minimum)


def _holding(mine: Bool, step: Int64) -> Bool:
    """Return after which edges some row of a kind holds."""
    if not mine.any():
        return mine
    held: Bool = np.cumsum(np.where(mine, step, 0)) > 0
    return held


def _keys(service: Int64, start: Int64, end: Int64) -> Int64:
    """Return a number for every start and end by which they sort by service and time."""
    if not len(start):
        return start
    low, room = int(start.min()), int(end.max()) - int(start.min()) + 1
    both, place = np.concatenate([service, service]), np.concatenate([start, end]) - low
    if (int(service.max()) + 1) * room >= _ROOM:
        instants, place = np.unique(place, return_inverse=True)
        room = len(instants)
    keys: Int64 = both * room + place
    return keys


def _worst(order: Int64, kind: NDArray[np.int8], weight: Int64, down: Bool) -> Int64:
    """Return the greatest weight of the outages over each elementary segment.

    An outage from edge l to edge r is written as two runs of a power of two that together cover it; from the longest
    to the shortest each run hands its weight to its halves. So no segment is looked at once for every outage.
    """
    mine = kind == OUTAGE
    weights = weight[mine]
    if not len(weights) or int(weights.min()) == int(weights.max()):
        only = int(weights[0]) if len(weights) else 0
        return down.astype(np.int64) * only
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    left, right = place[: len(kind)][mine], place[len(kind) :][mine]
    power = np.frexp((right - left).astype(np.float64))[1] - 1
    level = np.zeros(len(order), np.int64)
    for exponent in range(int(power.max()), -1, -1):
        chosen = power == exponent
        np.maximum.at(level, left[chosen], weights[chosen])
        np.maximum.at(level, right[chosen] - (1 << exponent), weights[chosen])
        if exponent:
            step = 1 << (exponent - 1)
            level[step:] = np.maximum(level[step:], level[:-step].copy())
    return level


def _in_episodes(segments: Segments, down: Bool, flap: int, minimum: int) -> Segments:
    weight = np.where(down, segments.weight, 0)
    if flap and down.any():
        number = np.arange(len(down))
        before = np.maximum.accumulate(np.where(down, number, 0))
        after = np.minimum.accumulate(np.where(down, number, len(down) - 1)[::-1])[::-1]
        near = ~down & down[before] & down[after] & (segments.service[before] == segments.service[after])
        near &= (before < number) & (after > number) & (segments.start[after] - segments.end[before] <= flap)
        weight = np.where(near, np.minimum(weight[before], weight[after]), weight)
        down = down | near
    mine = np.flatnonzero(down)
    episode = np.full(len(down), -1, np.int64)
    if len(mine):
        of, start, end = segments.service[mine], segments.start[mine], segments.end[mine]
        fresh = np.concatenate([[True], (of[1:] != of[:-1]) | (start[1:] != end[:-1])])
        number = np.cumsum(fresh) - 1
        first = np.flatnonzero(fresh)
        last = np.append(first[1:], len(mine)) - 1
        counts = (end[last] - start[first] >= minimum)[number]
        episode[mine] = np.where(counts, number, -1)
    return Segments(
        segments.service,
        segments.start,
        segments.end,
        np.where(episode >= 0, weight, 0),
        episode,
        # What was reported as an outage is known, however short.
        np.where(down, segments.flags & ~np.uint8(1 << UNKNOWN), segments.flags),
    )
