"""Closings: why a calendar is closed, in the words of the paper: a holiday by its name, a closed date, a break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from slamodel.model.calendar import Calendar, CombinedCalendar
from slamodel.model.season import weeks_between
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.timeline import border, wall
from slamodel.timeline.instants import DAY, to_datetime, year_of
from slamodel.timeline.spans import EMPTY, Spans, spans_of
from slamodel.timeline.wall import Stretches
from slamodel.timeline.zones import zone

OUTSIDE: Final = "outside hours"
_WHOLE_DAY: Final = ((0, DAY),)
_MARGIN: Final = timedelta(days=3)

Dated: TypeAlias = Iterable[tuple[date, Stretches]]


def closings(calendar: Calendar, closed: Spans) -> list[tuple[int, int, str]]:
    """Return closed time in order as (start, end, why), which adjoin where ``closed`` does (S5).

    Why is "closed", "break", "closed date", "holiday: <name>", "special day", or else "outside hours". Where several
    hold, the first in this order is named.
    """
    if not len(closed):
        return []
    parts, left = [], closed
    for spans, why in _named(calendar, int(closed.starts[0]), int(closed.ends[-1])):
        parts += [(start, end, why) for start, end in left & spans]
        left -= spans
    parts += [(start, end, OUTSIDE) for start, end in left]
    return sorted(parts)


def zone_of(calendar: Calendar) -> str:
    """Return the zone that a calendar is written in; UTC for parts in several."""
    if isinstance(calendar, ServiceCalendar):
        return calendar.timezone
    zones = {zone_of(part) for part in calendar.parts} if isinstance(calendar, CombinedCalendar) else set()
    return zones.pop() if len(zones) == 1 else "UTC"


def _named(calendar: Calendar, start: int, end: int) -> Iterator[tuple[Spans, str]]:
    """Yield what closes a calendar between two instants, the closest to the hour first."""
    if isinstance(calendar, CombinedCalendar):
        # Either calendar of "a & b" closes it; of "a - b" the first does. Of "a | b" no one does alone.
        for part in calendar.parts[: {"&": 2, "-": 1}.get(calendar.operator, 0)]:
            yield from _named(part, start, end)
    if not isinstance(calendar, ServiceCalendar):
        return
    place = zone(calendar.timezone)
    years = year_of(start), year_of(end - 1) + 1
    first = to_datetime(start).date() - _MARGIN
    last = to_datetime(end).date() + _MARGIN

    def on(dated: Dated) -> Spans:
        near = {day: stretches for day, stretches in dated if first <= day <= last}
        return wall.read(wall.lay((), near, ()), place, *years) if near else EMPTY

    pairs = [
        [border.local_instant(datetime.fromisoformat(text), text, place) for text in pair]
        for pair in calendar.closed_spans
    ]
    yield spans_of([a for a, _ in pairs], [b for _, b in pairs]), "closed"
    yield on(calendar.breaks), "break"
    special = dict(calendar.special)
    yield on((day, _lost(calendar, day)) for day in calendar.closed), "closed date"
    for day, name in calendar.holidays.between(first.year, last.year) if calendar.holidays else ():
        if first <= day <= last and day not in special:
            yield on([(day, _lost(calendar, day))]), f"holiday: {name}" if name else "holiday"
    yield on((day, _ordinary(calendar, day)) for day in special), "special day"


def _lost(calendar: ServiceCalendar, day: date) -> Stretches:
    """Return what a closed date cuts: its 24 hours, or the shifts that would start on it."""
    if calendar.closure == "date":
        return _WHOLE_DAY
    return dict(calendar.special).get(day) or _ordinary(calendar, day)


def _ordinary(calendar: ServiceCalendar, day: date) -> Stretches:
    """Return the hours that the week starts on a date."""
    ((_, _, week),) = weeks_between(calendar.week, calendar.seasons, day, day + timedelta(1))
    return week[day.weekday()]
