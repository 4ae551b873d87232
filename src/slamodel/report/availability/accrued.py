"""Accrued: how much covered time has accrued to a service by an instant, over disjoint segments, with their weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.timeline.instants import Int64
from slamodel.timeline.timetable import Timetable


@frozen(eq=False)
class Accrued:
    """Segments by service and time, with the covered time of each: a function of the instant, one a service.

    ``covered`` and ``weighted`` hold what all segments before each have, so that a difference of two is a stretch.
    Sums over all services may pass 64 bits and wrap: the differences do not.
    """

    first: Int64
    start: Int64
    end: Int64
    weight: NDArray[Any]
    covered: Int64
    weighted: NDArray[Any]
    line: Int64
    table: Timetable

    def by(self, at: Int64) -> tuple[Int64, NDArray[Any]]:
        """Return the covered and the weighted time of each service before instants of shape (services, n)."""
        found = np.empty(at.shape, np.int64)
        for service, edges in enumerate(at):
            found[service] = self._place(service, edges)
        return self._by(np.arange(len(at))[:, None] + np.zeros_like(at), at, found)

    def between(self, start: Int64, end: Int64) -> tuple[Int64, NDArray[Any]]:
        """Return the covered and the weighted time of each service in windows of shape (services, n)."""
        (covered, weighted), (covered_before, weighted_before) = self.by(end), self.by(start)
        return covered - covered_before, weighted - weighted_before

    def between_one(self, service: int, start: Int64, end: Int64) -> tuple[Int64, NDArray[Any]]:
        """Return `between` of the windows of one service, shape (n,)."""
        both = np.concatenate([start, end])
        covered, weighted = self._by(np.full(len(both), service), both, self._place(service, both))
        half = len(start)
        return covered[half:] - covered[:half], weighted[half:] - weighted[:half]

    def _place(self, service: int, at: Int64) -> Int64:
        """Return the first segment of a service that ends after each instant, or the one after its last."""
        low, high = self.first[service], self.first[service + 1]
        place: Int64 = low + np.searchsorted(self.end[low:high], at, side="right")
        return place

    def _by(self, service: Int64, at: Int64, place: Int64) -> tuple[Int64, NDArray[Any]]:
        covered, weighted = self.covered[place], self.weighted[place]
        top = max(len(self.start) - 1, 0)
        if not len(self.start):
            return covered, weighted
        inside = (place < self.first[service + 1]) & (at > self.start[np.minimum(place, top)])
        which = place[inside]
        if len(which):
            part = self.table.elapsed(self.start[which], at[inside], self.line[service[inside]])
            covered[inside] += part
            weighted[inside] += part * self.weight[which]
        return covered, weighted


def accrued(
    services: int, service: Int64, start: Int64, end: Int64, weight: NDArray[Any], line: Int64, table: Timetable
) -> Accrued:
    """Return the accrual over segments that are disjoint and in order by service and time."""
    first = np.searchsorted(service, np.arange(services + 1))
    covered = table.elapsed(start, end, line[service]) if len(start) else start
    prefix = np.concatenate([np.zeros(1, covered.dtype), np.cumsum(covered)])
    weighted = np.concatenate([np.zeros(1, weight.dtype), np.cumsum(covered * weight)])
    return Accrued(first, start, end, weight, prefix, weighted, line, table)
