"""The dumb reference for limits: so much covered time, or a due that is found by walking from date to date (C5)."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from attrs import frozen

from tests.oracle import Oracle, inside, place

ZERO, DAY = timedelta(), timedelta(days=1)


@frozen
class Span:
    """What is promised: so much covered time, so many business days, or a due: on one of them, or ``on`` an instant.

    ``at`` is the wall time of the due: that of the start (None), the close ("close"), or a time since midnight.
    """

    oracle: Oracle
    amount: timedelta = ZERO
    days: int | None = None
    at: timedelta | str | None = None
    on: datetime | None = None
    field: str = ""

    @property
    def is_dated(self) -> bool:
        return self.days is not None or self.on is not None

    def hours_of(self, day: datetime) -> list[datetime]:
        """Return the wall ticks of the hours that start on a date."""
        hours, step = self.oracle.starting(str(day.date())), self.oracle.step
        walls = [day + i * step for i in range(2 * DAY // step) if inside(i * step, hours)]
        return [wall for wall in walls if not self.oracle.is_cut(wall)]

    def business_day(self, day: datetime, days: int = 0) -> datetime:
        """Walk to the first business day from a date on, and so many further."""
        while not self.hours_of(day):
            day += DAY
            if day.replace(tzinfo=UTC) > self.oracle.last:
                raise LookupError(day)
        return self.business_day(day + DAY, days - 1) if days > 0 else day


@lru_cache(maxsize=64)
def dated(span: Span, start: datetime) -> datetime:
    """Walk from date to date to the due of a limit in business days."""
    if span.on:
        return span.on
    assert span.days is not None
    zone, step = place(span.oracle.doc["timezone"]), span.oracle.step
    wall = start.astimezone(zone).replace(tzinfo=None)
    today = datetime.combine(wall, time())
    day = span.business_day(today)
    since = (wall if day == today else span.hours_of(day)[0]) - day
    day = span.business_day(day, span.days - (span.at is not None and day != today))
    opens, closes = span.hours_of(day)[0], span.hours_of(day)[-1] + step
    since = span.at if isinstance(span.at, timedelta) else since
    wall = closes if span.at == "close" else min(max(day + since, opens), closes)
    due, first = (at.replace(tzinfo=zone).astimezone(UTC) for at in (wall, opens))
    while due > first and not span.oracle.is_open(due - step):
        due -= step
    return due


@lru_cache(maxsize=64)
def length(span: Span, start: datetime) -> timedelta:
    """Return the covered time of a limit of a clock that starts at an instant."""
    return max(span.oracle.elapsed(start, dated(span, start)), ZERO) if span.is_dated else span.amount
