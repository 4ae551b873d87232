"""The dumb reference: it ticks, and looks at the wall clock (S2 to S5). No table, no search, no inverse."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EMPTY = {"timezone": "UTC", "holidays": [], "special": {}, "closed": [], "breaks": {}, "seasons": [], "closure": "date"}


@cache
def place(key: str) -> ZoneInfo:
    with resources.files("tzdata").joinpath("zoneinfo", *key.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key)


@cache
def inside(since: timedelta, hours: str) -> bool:
    """Tell whether a time since the midnight of a date is in its hours, such as "09:00-12:30, 22:00-06:00"."""
    for part in [] if hours in {"closed", "none"} else hours.replace("24x7", "00:00-24:00").split(","):
        a, b = (
            sum(int(n) * unit for n, unit in zip(t.split(":"), (3600, 60, 1), strict=False)) for t in part.split("-")
        )
        if a <= since.total_seconds() < (b if b > a else b + 86400):
            return True
    return False


class Oracle:
    """Answers about a calendar document (days of the week named singly), in whole steps between first and last."""

    def __init__(self, document: Mapping[str, Any], step: timedelta, first: datetime, last: datetime) -> None:
        self.doc, self.step, self.first, self.last = {**EMPTY, **document}, step, first, last
        self.is_open = cache(self.look)

    def look(self, at: datetime) -> bool:
        if not self.first <= at < self.last:
            raise LookupError(at)
        wall = at.astimezone(place(self.doc["timezone"])).replace(tzinfo=None)
        shut = any(x[0] <= wall.isoformat() < x[1] for x in self.doc["closed"] if not isinstance(x, str))
        return (
            not shut
            and not self.is_cut(wall)
            and any(inside(since, self.starting(day)) for day, since in self.days(wall).items())
        )

    def days(self, wall: datetime) -> dict[str, timedelta]:
        midnights = [datetime.combine(wall, datetime.min.time()) - timedelta(days=n) for n in (0, 1)]
        return {str(midnight.date()): wall - midnight for midnight in midnights}

    def is_cut(self, wall: datetime) -> bool:
        shut = self.doc["closure"] == "date" and self.is_shut(str(wall.date()))
        return shut or any(inside(since, self.doc["breaks"].get(day, "none")) for day, since in self.days(wall).items())

    def is_shut(self, day: str) -> bool:
        special = self.doc["special"].get(day)
        return day in self.doc["closed"] or special == "closed" or (day in self.doc["holidays"] and not special)

    def starting(self, day: str) -> str:
        if self.doc["closure"] == "shift" and self.is_shut(day):
            return "closed"
        if self.doc["special"].get(day, "closed") != "closed":
            return str(self.doc["special"][day])
        seasons = [(s["from"], day[-len(s["from"]) :], s["to"], s["hours"]) for s in self.doc["seasons"]]
        now = [hours for a, at, b, hours in seasons if (a <= at) + (at <= b) + (b < a) == 2]
        week = [*now, self.doc["hours"]][0]
        return str(week if isinstance(week, str) else week.get(WEEKDAYS[datetime.fromisoformat(day).weekday()], "none"))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        low, high = sorted([start, end])
        ticks = [self.is_open(low + i * self.step) for i in range((high - low) // self.step)]
        return sum(ticks) * self.step * (1 if low == start else -1)

    def due(self, at: datetime, amount: timedelta) -> datetime:
        while amount:
            at, amount = at + self.step, amount - self.step * self.is_open(at)
        return at

    def start_by(self, at: datetime, amount: timedelta) -> datetime:
        while amount:
            at, amount = at - self.step, amount - self.step * self.is_open(at - self.step)
        return at

    def next_open(self, at: datetime) -> datetime:
        while not self.is_open(at):
            at += self.step
        return at

    def previous_close(self, at: datetime) -> datetime:
        while not self.is_open(at - self.step):
            at -= self.step
        return at

    def breaches_after(self, at: datetime, amount: timedelta) -> datetime:
        return self.next_open(self.due(at, amount))
