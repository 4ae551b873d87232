"""Because: the holidays and other dates on which a chain stands still at its worst start, by their names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from attrs import frozen

from slamodel.model.calendar import Calendar
from slamodel.model.closings import OUTSIDE, closings, zone_of
from slamodel.timeline.instants import from_datetime, to_datetime
from slamodel.timeline.spans import spans_of
from slamodel.timeline.timetable import Timetable
from slamodel.timeline.zones import zone

_ORDINARY: Final = (OUTSIDE, "break")
_HOLIDAY: Final = "holiday: "


@frozen(order=True)
class ClosedDay:
    """A date, in the zone of a link's calendar, on which its hours are not those of the week, and why."""

    day: date
    why: str

    def to_dict(self) -> dict[str, Any]:
        """Return the date in JSON types."""
        return {"day": self.day.isoformat(), "why": self.why}

    def __str__(self) -> str:
        return f"{self.why} {self.day}"


def closed_days(waits: Iterable[tuple[Calendar, datetime, datetime]]) -> tuple[ClosedDay, ...]:
    """Return the dates that close these calendars between two instants each, once, in order."""
    found: dict[date, ClosedDay] = {}
    for calendar, since, until in waits:
        start, end = from_datetime(since), from_datetime(until)
        closed = spans_of([start], [end]) - Timetable([calendar.line]).spans_one(start, end)
        place = zone(zone_of(calendar)).info
        for low, high, why in closings(calendar, closed):
            first, last = (to_datetime(at, place).date() for at in (low, high - 1))
            for number in range((last - first).days + 1 if why not in _ORDINARY else 0):
                day = first + timedelta(number)
                found.setdefault(day, ClosedDay(day, why.removeprefix(_HOLIDAY)))
    return tuple(sorted(found.values()))
