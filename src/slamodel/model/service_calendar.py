"""ServiceCalendar: opening hours in a zone, with holidays, special days, closures and breaks.

It says which wall times are open; `slamodel.timeline` answers every question about them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final, Self

from attrs import field, frozen

from slamodel.errors import CalendarError
from slamodel.model._checks import Problems, as_date, did_you_mean
from slamodel.model.calendar import Calendar
from slamodel.model.closures import Holidays, parse_holidays
from slamodel.model.hours import ALWAYS, nominal_day, parse_stretches, parse_week, stretches_text, week_dict
from slamodel.model.season import Season, parse_seasons, weeks_between
from slamodel.timeline import border, wall
from slamodel.timeline.horizon import Line
from slamodel.timeline.instants import DAY, year_start
from slamodel.timeline.spans import Spans, spans_of
from slamodel.timeline.timetable import Timetable
from slamodel.timeline.wall import Stretches, Week
from slamodel.timeline.zones import Zone, zone

_KEYS: Final = ("timezone", "hours", "holidays", "special", "closed", "breaks", "seasons", "closure")
_WHOLE_DAY: Final = ((0, DAY),)


@frozen(init=False, repr=False)
class ServiceCalendar(Calendar):
    """Opening hours, a zone, and dated exceptions (S3-S7).

    Two calendars that say the same are equal. ``repr`` evaluates back to an equal calendar.
    """

    timezone: str
    week: Week
    holidays: Holidays | None
    special: tuple[tuple[date, Stretches], ...]
    closed: tuple[date, ...]
    closed_spans: tuple[tuple[str, str], ...]
    breaks: tuple[tuple[date, Stretches], ...]
    seasons: tuple[Season, ...]
    closure: str
    _closed_instants: tuple[tuple[int, int], ...] = field(eq=False)

    def __init__(
        self,
        *,
        hours: Any,
        timezone: str = "UTC",
        holidays: Any = None,
        special: Mapping[Any, Any] | None = None,
        closed: Iterable[Any] = (),
        breaks: Mapping[Any, Any] | None = None,
        seasons: Iterable[Mapping[str, Any]] = (),
        closure: str = "date",
    ) -> None:
        """Make a calendar.

        ``hours``: "24x7" or days with hours (`parse_week`); ``timezone``: an IANA name; ``holidays``: a country
        ("GB-ENG"), a mapping ({"country": ..., "subdivision": ..., "language": ..., "observed": ...,
        "categories": ...} or {"market": ...}), or dates; ``special``: dates whose hours are others ("closed"
        closes the date, "none" opens nothing on it); ``closed``: dates, or (from, to) pairs of local times;
        ``breaks``: dates and the hours cut out of them; ``seasons``: {"from", "to", "hours"}, between two dates
        or each year between two days ("06-15"); ``closure``: "date" (a closed date cuts its 24 hours) or
        "shift" (it cancels the shifts that start on it, and cuts nothing else).

        Raises CalendarError with every problem found.
        """
        problems = Problems()
        place: Zone | None = None
        week: Week = ((),) * 7
        pinned: Holidays | None = None
        periods: tuple[Season, ...] = ()
        shut: list[date] = []
        stretches: list[tuple[str, str]] = []
        instants: list[tuple[int, int]] = []
        with problems.at("timezone"):
            place = zone(timezone)
        with problems.at("hours"):
            week = parse_week(hours)
        with problems.at("holidays"):
            pinned = parse_holidays(holidays)
        with problems.at("seasons"):
            periods = parse_seasons(seasons)
        days, cut = _dated(problems, "special", special), _dated(problems, "breaks", breaks)
        if isinstance(closed, str) or not isinstance(closed, Iterable):
            problems.add("E105", "closed", f"{closed!r} is not a list of dates and of pairs of local times")
            closed = ()
        for i, item in enumerate(closed):
            with problems.at(f"closed.{i}"):
                if isinstance(item, (list, tuple)):
                    texts, span = _local_span(item, place)
                    stretches.append(texts)
                    instants.append(span)
                else:
                    shut.append(as_date(item))
        if closure not in ("date", "shift"):
            problems.add("E101", "closure", f"{closure!r} is neither 'date' nor 'shift'")
        ever = any(week) or any(any(season.week) for season in periods) or any(days.values())
        if not problems.found and not ever:
            problems.add("E121", "hours", "no open hours; a clock on this calendar would never run")
        problems.raise_as(CalendarError)
        closing = {as_date(day) for day, hours in (special or {}).items() if str(hours).strip().lower() == "closed"}
        self.__attrs_init__(
            timezone=timezone,
            week=week,
            holidays=pinned,
            special=tuple(sorted((day, hours) for day, hours in days.items() if day not in closing)),
            closed=tuple(sorted(closing.union(shut))),
            closed_spans=tuple(sorted(set(stretches))),
            breaks=tuple(sorted(cut.items())),
            seasons=periods,
            closure=closure,
            closed_instants=tuple(sorted(set(instants))),
        )

    @classmethod
    def from_dict(cls, document: Mapping[str, Any] | str) -> Self:
        """Make a calendar from the keys of the constructor; "24x7" alone is the calendar that never closes."""
        if document == ALWAYS:
            return cls(hours=ALWAYS)
        if not isinstance(document, Mapping):
            msg = f'{document!r} is not a calendar; write "24x7", or keys such as timezone and hours'
            raise CalendarError(msg, "E100")
        problems = Problems()
        for key in document:
            if key not in _KEYS:
                problems.add("E101", str(key), f"unknown key{did_you_mean(key, _KEYS)}")
        if document.get("hours") is None:
            problems.add("E102", "hours", 'missing; write "24x7" or days with hours')
        known = {key: document[key] for key in _KEYS if document.get(key) is not None}
        made = None
        if "hours" in known:
            with problems.at(""):
                made = cls(**known)
        problems.raise_as(CalendarError)
        assert made is not None  # noqa: S101  every other way out raised
        return made

    def to_dict(self) -> dict[str, Any]:
        """Return the document of this calendar, in JSON types: `from_dict` reads it back to an equal one."""
        written: dict[str, Any] = {
            "timezone": self.timezone,
            "hours": week_dict(self.week) or {"daily": "closed"},
            "holidays": self.holidays.to_dict() if self.holidays else None,
            "special": {day.isoformat(): _hours_text(hours) for day, hours in self.special},
            "closed": [*(day.isoformat() for day in self.closed), *map(list, self.closed_spans)],
            "breaks": {day.isoformat(): stretches_text(hours) for day, hours in self.breaks},
            "seasons": [season.to_dict() for season in self.seasons],
            "closure": self.closure if self.closure != "date" else None,
        }
        return {key: value for key, value in written.items() if value}

    def __str__(self) -> str:
        hours = week_dict(self.week)
        text = hours if isinstance(hours, str) else ", ".join(f"{days} {spans}" for days, spans in hours.items())
        extras = [f"holidays {self.holidays.rule or 'listed'}"] if self.holidays else []
        for noun, count in (
            ("special day", len(self.special)),
            ("closure", len(self.closed) + len(self.closed_spans)),
            ("break", len(self.breaks)),
            ("season", len(self.seasons)),
        ):
            extras += [f"{count} {noun}{'s' if count > 1 else ''}"] if count else []
        return f"{text or 'closed'} {self.timezone}" + (f" ({', '.join(extras)})" if extras else "")

    def __repr__(self) -> str:
        short = {"holidays": self.holidays.to_short()} if self.holidays else {}
        written = ", ".join(f"{key}={value!r}" for key, value in {**self.to_dict(), **short}.items())
        return f"ServiceCalendar({written})"

    def opening(self, day: date) -> Stretches:
        """Return the hours that start on a date, as (start, end) microseconds after its midnight (S5)."""
        ((_, _, week),) = weeks_between(self.week, self.seasons, day, day + timedelta(1))
        if day.year not in self._by_year:
            replaced, cut = self._exceptions(day.year - 1, day.year + 1)
            cuts: dict[date, list[tuple[int, int]]] = {}
            for other, spans in cut:
                cuts.setdefault(other, []).extend(spans)
            self._by_year[day.year] = replaced, cuts
        replaced, cuts = self._by_year[day.year]
        hours = replaced.get(day, week[day.weekday()])
        # Hours, and what is cut out of another date, end by 48:00: a cut further off touches nothing of this date's.
        near = ((shift * DAY, cuts.get(day + timedelta(shift))) for shift in range(-2, 3))
        around = [(a + at, b + at) for at, spans in near if spans for a, b in spans]
        if not around:
            return tuple(hours)
        left = spans_of([a for a, _ in hours], [b for _, b in hours])
        return tuple(left - spans_of([a for a, _ in around], [b for _, b in around]))

    @cached_property
    def _by_year(self) -> dict[int, tuple[dict[date, Stretches], dict[date, list[tuple[int, int]]]]]:
        """What is exceptional near the dates of a year, worked out once."""
        return {}

    @property
    def never_closes(self) -> bool:
        """Whether it is written as open around the clock, every day."""
        dated = (self.holidays, self.special, self.closed, self.closed_spans, self.breaks, self.seasons)
        return self.week == parse_week(ALWAYS) and not any(dated)

    @property
    def nominal_day(self) -> int:
        """The length of a business day in microseconds: the open time of a week over its open weekdays (C5)."""
        return nominal_day(self.week)

    def spans_in_years(self, first: int, stop: int) -> Spans:
        """Return the open stretches of the years first <= year < stop (UTC)."""
        since, until = date(first, 1, 1) - timedelta(3), date(stop, 1, 1) + timedelta(3)
        replaced, cut = self._exceptions(since.year, until.year)
        opened = wall.lay(
            weeks_between(self.week, self.seasons, since, until),
            {day: hours for day, hours in replaced.items() if since <= day < until},
            [(day, hours) for day, hours in cut if since <= day < until],
        )
        spans = wall.read(opened, zone(self.timezone), first, stop)
        if self._closed_instants:
            spans -= spans_of([a for a, _ in self._closed_instants], [b for _, b in self._closed_instants])
        return spans

    def _exceptions(self, first: int, last: int) -> tuple[dict[date, Stretches], list[tuple[date, Stretches]]]:
        """Return (dates with other starting hours, stretches cut out) of the years first to last (S5)."""
        special = dict(self.special)
        off = [day for day, _ in self.holidays.between(first, last) if day not in special] if self.holidays else []
        off.extend(self.closed)
        if self.closure == "shift":
            return {**special, **dict.fromkeys(off, ())}, list(self.breaks)
        return special, [*((day, _WHOLE_DAY) for day in off), *self.breaks]

    @property
    def line(self) -> Line:
        """The calendar as a timetable takes it."""
        known = None
        if self.holidays:
            first, last = self.holidays.known_years()
            place = zone(self.timezone)
            known = (place.first_instant(year_start(first)), place.first_instant(year_start(last + 1)))
        return Line(name=f"calendar {self}", source=self.spans_in_years, known=known)

    @cached_property
    def _timetable(self) -> Timetable:
        return Timetable([self.line])


def _dated(problems: Problems, key: str, value: Mapping[Any, Any] | None) -> dict[date, Stretches]:
    if value is not None and not isinstance(value, Mapping):
        problems.add("E105", key, f"{value!r} is not a mapping of dates to hours")
        return {}
    read = {}
    for day, hours in (value or {}).items():
        with problems.at(f"{key}.{day}"):
            read[as_date(day)] = parse_stretches(hours)
    return read


def _hours_text(hours: Stretches) -> str:
    return stretches_text(hours) if hours else "none"


def _local_span(pair: Sequence[Any], place: Zone | None) -> tuple[tuple[str, str], tuple[int, int]]:
    """Read a (from, to) pair of local times: ISO texts, or datetimes; with an offset where they are ambiguous."""
    if len(pair) != 2:
        msg = f"{pair!r} is not a pair of local times such as ['2026-03-02T12:00', '2026-03-02T14:00']"
        raise CalendarError(msg, "E105")
    texts = tuple(item.isoformat() if isinstance(item, datetime) else str(item) for item in pair)
    try:
        times = [datetime.fromisoformat(text) for text in texts]
    except ValueError:
        msg = f"{texts[0]} to {texts[1]} are not local times; write '2026-03-02T12:00'"
        raise CalendarError(msg, "E105") from None
    first, last = (at.isoformat(timespec="auto" if at.second or at.microsecond else "minutes") for at in times)
    if place is None:
        return (first, last), (0, 0)
    start, end = (border.local_instant(at, text, place) for at, text in zip(times, texts, strict=True))
    if end <= start:
        msg = f"{texts[0]} to {texts[1]} ends before it starts"
        raise CalendarError(msg, "E105")
    return (first, last), (start, end)
