"""Downtime: what of the segments counts in windows of any kind, outage by outage, rounded as the contract says."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import field, frozen, validators
from numpy.typing import NDArray

from slamodel.report.availability.accrued import Accrued
from slamodel.timeline.instants import MINUTE, Int64


@frozen(kw_only=True)
class DowntimeRules:
    """What counts as down, and how much. Lengths are microseconds.

    ``counted``: the responsibilities that count (None: all). ``excluded``: what planned time is, "remove" (out of
    both sides), "count_as_up" or "count_as_down". ``unknown``: what time without data is, "remove", "up" or "down".
    ``flap``: outages no further apart are one. ``minimum``: shorter ones are none, by their whole length
    (``minimum_of`` "outage") or by what of it counts ("counted"). ``round_to``: each outage counts as a whole number
    of these (0: exactly), ``rounding`` down, up or half_up. ``measure``: "time" or "user_minutes"; ``overlap``:
    outages at once count with the "worst" weight, or "add" up to all users. ``before_start``: the time before a
    service begins is no agreed time ("none") or "up".
    """

    counted: tuple[str, ...] | None = None
    excluded: str = field(default="remove", validator=validators.in_(("remove", "count_as_up", "count_as_down")))
    unknown: str = field(default="remove", validator=validators.in_(("remove", "up", "down")))
    flap: int = field(default=0, validator=validators.ge(0))
    minimum: int = field(default=0, validator=validators.ge(0))
    minimum_of: str = field(default="outage", validator=validators.in_(("outage", "counted")))
    round_to: int = field(default=0, validator=validators.ge(0))
    rounding: str = field(default="down", validator=validators.in_(("down", "up", "half_up")))
    measure: str = field(default="time", validator=validators.in_(("time", "user_minutes")))
    overlap: str = field(default="worst", validator=validators.in_(("worst", "add")))
    before_start: str = field(default="none", validator=validators.in_(("none", "up")))

    def __str__(self) -> str:
        whose = "all outages" if self.counted is None else f"outages of {', '.join(self.counted)}"
        least = f"; from {self.minimum / MINUTE:g} min" if self.minimum else ""
        whole = f"; rounded {self.rounding} to {self.round_to / MINUTE:g} min" if self.round_to else ""
        return f"{whose}{least}{whole}; planned time: {self.excluded}; unknown time: {self.unknown}"

    @property
    def plain(self) -> bool:
        """Whether every outage counts by just its time, so that downtime is the accrual itself."""
        return not self.round_to and not (self.minimum and self.minimum_of == "counted")

    def counts(self, covered: Int64, weighted: NDArray[Any], scale: Int64) -> NDArray[Any]:
        """Return what parts of outages count as, from their covered and weighted time."""
        if self.minimum and self.minimum_of == "counted":
            weighted = np.where(covered >= self.minimum, weighted, 0)
        if not self.round_to:
            return weighted
        unit = scale * self.round_to
        more = {"down": 0, "up": unit - 1, "half_up": unit // 2}[self.rounding]
        rounded: NDArray[Any] = (weighted + more) // unit * unit
        return rounded


@frozen(eq=False)
class Episodes:
    """Outages that count, as they were merged: one row each, by service and time, int64."""

    first: Int64
    start: Int64
    end: Int64
    amount: NDArray[Any]
    number: Int64
    down: Accrued
    scale: Int64
    rules: DowntimeRules

    def between(self, start: Int64, end: Int64) -> tuple[NDArray[Any], Int64]:
        """Return what counts in windows of shape (services, n), weighted, and how many outages do."""
        low, high = np.empty(start.shape, np.int64), np.empty(start.shape, np.int64)
        for service in range(len(start)):
            a, b = self.first[service], self.first[service + 1]
            low[service] = a + np.searchsorted(self.end[a:b], start[service], side="right")
            high[service] = a + np.searchsorted(self.start[a:b], end[service], side="left")
        some = low < high
        if not len(self.start):
            return np.zeros(start.shape, np.int64), np.zeros(start.shape, np.int64)
        top = len(self.start) - 1
        # The first and the last outage may stick out of the window: they count by the part inside it.
        head = some & (self.start[np.minimum(low, top)] < start)
        tail = some & (self.end[np.maximum(high - 1, 0)] > end) & ~(head & (high - low == 1))
        inner_low, inner_high = low + head, high - tail
        whole = some & (inner_low < inner_high)
        pick_low, pick_high = np.where(whole, inner_low, 0), np.where(whole, inner_high, 0)
        amount = self.amount[pick_high] - self.amount[pick_low]
        number = self.number[pick_high] - self.number[pick_low]
        for part, which in ((head, low), (tail, high - 1)):
            chosen = np.clip(which, 0, top)
            inside = self.down.between(
                np.where(part, np.maximum(start, self.start[chosen]), start),
                np.where(part, np.minimum(end, self.end[chosen]), start),
            )
            counted = np.where(part, self.rules.counts(*inside, self.scale[:, None]), 0)
            amount, number = amount + counted, number + (counted > 0)
        return amount, number


def episodes(
    episode: Int64, service: Int64, start: Int64, end: Int64, down: Accrued, scale: Int64, rules: DowntimeRules
) -> Episodes:
    """Put segments together by the number of their outage; segments are those of ``down``, in its order."""
    fresh = np.flatnonzero(np.diff(episode, prepend=-1) != 0)
    last = np.append(fresh, len(episode))[1:]
    services = len(down.first) - 1
    of = service[fresh]
    covered, weighted = down.covered[last] - down.covered[fresh], down.weighted[last] - down.weighted[fresh]
    counted = rules.counts(covered, weighted, scale[of])
    return Episodes(
        np.searchsorted(of, np.arange(services + 1)),
        start[fresh],
        end[last - 1],
        np.concatenate([np.zeros(1, counted.dtype), np.cumsum(counted)]),
        np.concatenate([[0], np.cumsum(counted > 0)]),
        down,
        scale,
        rules,
    )
