"""Workdays: N business days after an instant, as a date-keeping calendar counts them (C5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Final

import numpy as np

from slamodel.errors import HorizonError
from slamodel.timeline.instants import DAY, Int64, year_of
from slamodel.timeline.wall import Stretches
from slamodel.timeline.zones import Zone

_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_PATIENCE_YEARS: Final = 120


class Workdays:
    """The business days of a calendar: the dates on which hours start, in its zone.

    ``opening(date)`` gives the hours that start on a date, as (start, end) microseconds after its midnight.
    """

    def __init__(self, name: str, zone: Zone, opening: Callable[[date], Stretches]) -> None:
        self._name, self._zone, self._opening = name, zone, opening
        self._lock = threading.Lock()
        self._years = (0, 0)
        self._days = self._opens = self._closes = np.empty(0, np.int64)

    def after(self, start: Int64, days: Int64, *, end_of_day: bool) -> tuple[Int64, Int64]:
        """Return (due, opening of the due day) of each start: instants, shape (n,).

        Same time: the wall time of the start N business days later, moved into that day's hours; a start on
        another day counts as the opening of the next business day. End of day: the close of the Nth
        following business day.
        """
        instants, offsets = self._zone.steps(int(start.max()) + DAY)
        wall = start + offsets[np.searchsorted(instants, start, side="right") - 1]
        day = wall // DAY
        most = int(days.max())
        first, last = year_of(int(wall.min()) - DAY), year_of(int(wall.max()) + (most + 7) * DAY) + 1
        while True:
            known, opens, closes = self._over(first, last)
            at = np.searchsorted(known, day, side="left")
            ahead = at + days
            if len(known) and int(ahead.max()) < len(known):
                break
            if last - year_of(int(wall.max())) > _PATIENCE_YEARS + most // 100:
                msg = f"{self._name} has no {most} business days after {np.int64(int(wall.max())).view('M8[us]')}"
                raise HorizonError(msg)
            last += max(1, last - first)
        on_day = known[at] == day
        if end_of_day:
            target = np.where(on_day, ahead, ahead - 1)
            chosen = closes[target]
        else:
            target = ahead
            since = np.where(on_day, wall - day * DAY, opens[at])
            chosen = np.clip(since, opens[target], closes[target])
        midnights = known[target] * DAY
        due, _ = self._zone.to_instants_array(midnights + chosen)
        opening, _ = self._zone.to_instants_array(midnights + opens[target])
        return due, opening

    def _over(self, first: int, stop: int) -> tuple[Int64, Int64, Int64]:
        with self._lock:
            have_first, have_stop = self._years if self._years[1] else (first, stop)
            first, stop = min(first, have_first), max(stop, have_stop)
            if (first, stop) != self._years:
                ordinals = range(date(first, 1, 1).toordinal(), date(min(stop, 9998), 1, 1).toordinal())
                opened = [(n, self._opening(date.fromordinal(n))) for n in ordinals]
                rows = [(n - _EPOCH_ORDINAL, hours[0][0], hours[-1][1]) for n, hours in opened if hours]
                table = np.array(rows, np.int64).reshape(-1, 3).T.copy()
                self._days, self._opens, self._closes = table
                self._years = (first, stop)
            return self._days, self._opens, self._closes
