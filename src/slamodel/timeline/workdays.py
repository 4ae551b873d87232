"""Workdays: N business days after an instant, as a date-keeping calendar counts them (C5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Final, NoReturn

import numpy as np

from slamodel.errors import HorizonError
from slamodel.timeline.instants import DAY, Int64, year_of
from slamodel.timeline.relative import CLOSE
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

    def after(self, start: Int64, days: Int64, at: int | None = None) -> tuple[Int64, Int64]:
        """Return (due, opening of the due day) of each start: instants, shape (n,).

        Without ``at`` the wall time of the start N business days later, moved into that day's hours; a start on
        another day counts as the opening of the next business day. With ``at`` that wall time (`CLOSE`: the close)
        of the Nth following business day; a start on another day has its next business day as the first. The opening
        is that of the hours that hold the due: of the night before, where they do.
        """
        wall = self._zone.walls(start)
        day = wall // DAY
        most = int(days.max())
        first, last = year_of(int(wall.min()) - DAY), year_of(int(wall.max()) + (most + 7) * DAY) + 1
        while True:
            table = known, opens, closes = self._over(first, last)
            place = np.searchsorted(known, day, side="left")
            ahead = place + days
            if len(known) and int(ahead.max()) < len(known):
                break
            if last - year_of(int(wall.max())) > _PATIENCE_YEARS + most // 100:
                self._give_up(most, "after", int(wall.max()))
            last += max(1, last - first)
        on_day = known[place] == day
        if at is None:
            return self._instants(table, ahead, np.where(on_day, wall - day * DAY, opens[place]))
        target = np.where(on_day, ahead, np.maximum(ahead - 1, place))
        return self._instants(table, target, closes[target] if at == CLOSE else np.full(len(start), at))

    def before(self, end: Int64, days: int) -> tuple[Int64, Int64]:
        """Return (the same wall time N business days earlier, the opening of that day) of each instant, shape (n,).

        It is moved into that day's hours; an end on another day counts as the close of the business day before.
        """
        wall = self._zone.walls(end)
        day = wall // DAY
        first, last = year_of(int(wall.min()) - (days + 7) * DAY), year_of(int(wall.max()) + DAY) + 1
        while True:
            table = known, _, closes = self._over(first, last)
            place = np.searchsorted(known, day, side="right") - 1
            if len(known) and int(place.min()) > days:
                break
            if year_of(int(wall.min())) - first > _PATIENCE_YEARS + days // 100 or first <= 1:
                self._give_up(days, "before", int(wall.min()))
            first = max(1, first - max(1, last - first))
        since = np.where(known[place] == day, wall - day * DAY, closes[place])
        return self._instants(table, place - days, since)

    def _instants(self, table: tuple[Int64, Int64, Int64], target: Int64, since: Int64) -> tuple[Int64, Int64]:
        """Return (due, opening) of business days, by their places, and times of day moved into their hours."""
        day, opens, closes = (column[target] for column in table)
        before = target - 1
        night = table[2][before] - (day - table[0][before]) * DAY
        early = since < opens
        # The night before may still be at work then, or this one at that time of the next date.
        tail = early & (before >= 0) & (since <= night) & (night > 0)
        head = early & ~tail & (since + DAY <= closes)
        due, _ = self._zone.to_instants_array(
            day * DAY + np.where(tail, since, np.clip(since + head * DAY, opens, closes))
        )
        opening, _ = self._zone.to_instants_array(
            np.where(tail, table[0][before] * DAY + table[1][before], day * DAY + opens)
        )
        return due, opening

    def _give_up(self, days: int, where: str, wall: int) -> NoReturn:
        msg = f"{self._name} has no {days} business days {where} {np.int64(wall).view('M8[us]')}"
        raise HorizonError(msg)

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
