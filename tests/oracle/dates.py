"""Limits: so much covered time, or a due that is found by walking from date to date (C5)."""

import re
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from attrs import evolve, frozen

from tests.oracle.hours import EMPTY, Oracle, inside, place

ZERO, DAY = timedelta(), timedelta(days=1)
UNITS = {"d": DAY, "h": DAY / 24, "m": DAY / 1440}


@frozen
class Span:
    """What is promised: so much covered time, so many business days, or a due: on one of them, or ``on`` an instant.

    ``at`` is the wall time of a due in business days: that of the start (None), the close ("close"), or a time since
    midnight. ``field`` holds the instant that a due is ``on``, or so many ``days`` before; ``agreed`` the amount.
    """

    oracle: Oracle
    amount: timedelta = ZERO
    days: int | None = None
    at: timedelta | str | None = None
    field: str = ""
    agreed: str = ""
    on: datetime | None = None
    name: str | None = None

    @property
    def is_dated(self) -> bool:
        return self.days is not None or self.on is not None

    def worth(self, text: str) -> "Span | None":
        """Return the span of an amount in a field, such as "1h30m"; None where that is none for the calendar."""
        parts = re.findall(r"(\d+)(bd|d|h|m)", text)
        always = {**self.oracle.doc, "timezone": "UTC", "closure": "date"} == {**EMPTY, "hours": "24x7"}
        units = {unit for _, unit in parts}
        if not parts or (("bd" in units) if always else ("d" in units)):
            return None
        if "bd" in units:
            return evolve(self, days=int(parts[0][0]))
        return evolve(self, amount=sum((int(n) * UNITS[unit] for n, unit in parts), ZERO))

    def hours_of(self, day: datetime) -> list[datetime]:
        """Return the wall ticks of the hours that start on a date."""
        hours, step = self.oracle.starting(str(day.date())), self.oracle.step
        walls = [day + i * step for i in range(2 * DAY // step) if inside(i * step, hours)]
        return [wall for wall in walls if not self.oracle.is_cut(wall)]

    def walk(self, day: datetime, days: int, way: timedelta) -> datetime:
        """Walk from a date to the first business day on the way, and so many further."""
        while not self.hours_of(day):
            day += way
            if not self.oracle.first < day.replace(tzinfo=UTC) < self.oracle.last:
                raise LookupError(day)
        return self.walk(day + way, days - 1, way) if days > 0 else day


@lru_cache(maxsize=64)
def dated(span: Span, start: datetime) -> datetime:
    """Walk from date to date to the due of a limit in business days."""
    if span.on and span.days is None:
        return span.on
    assert span.days is not None
    zone, step, way = place(span.oracle.doc["timezone"]), span.oracle.step, -DAY if span.on else DAY
    wall = (span.on or start).astimezone(zone).replace(tzinfo=None)
    today = datetime.combine(wall, time())
    day = span.walk(today, 0, way)
    edge = span.hours_of(day)[-1] + step if span.on else span.hours_of(day)[0]
    since = (wall if day == today else edge) - day
    day = span.walk(day, span.days - (span.at is not None and day != today), way)
    due = due_on(span, day, since)
    while span.at is not None and due <= start:
        day = span.walk(day, 1, DAY)
        due = due_on(span, day, since)
    return due


def due_on(span: Span, day: datetime, since: timedelta) -> datetime:
    """Return the due on a business day: its close, or a time of day that its hours, or the night before, hold."""
    hours, night, step = span.hours_of(day), span.hours_of(day - DAY), span.oracle.step
    wall = day + (span.at if isinstance(span.at, timedelta) else since)
    if span.at == "close":
        wall = hours[-1] + step
    elif wall < hours[0] and night and day < night[-1] + step and wall <= night[-1] + step:
        hours = night
    elif wall < hours[0] and wall + DAY <= hours[-1] + step:
        wall += DAY
    wall = min(max(wall, hours[0]), hours[-1] + step)
    zone = place(span.oracle.doc["timezone"])
    due, first = (at.replace(tzinfo=zone).astimezone(UTC) for at in (wall, hours[0]))
    while due > first and not span.oracle.is_open(due - step):
        due -= step
    return due


@lru_cache(maxsize=64)
def length(span: Span, start: datetime) -> timedelta:
    """Return the covered time of a limit of a clock that starts at an instant."""
    return max(span.oracle.elapsed(start, dated(span, start)), ZERO) if span.is_dated else span.amount
