"""Calendar: the questions every calendar answers, and the algebra that makes new ones."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from attrs import field, frozen

from slamodel.errors import CalendarError
from slamodel.timeline import border
from slamodel.timeline.horizon import Line
from slamodel.timeline.instants import from_datetime, to_datetime, year_start
from slamodel.timeline.spans import Spans
from slamodel.timeline.timetable import Timetable


class Calendar:
    """What every calendar answers, whether written down or combined from others.

    Each question takes aware datetimes and gives a datetime in the same zone (or a timedelta), or takes
    ``datetime64`` arrays in UTC of any unit and gives arrays: broadcast, unit kept, NaT for NaT. An amount of
    covered time is "8h", a timedelta, or ``timedelta64`` values. Naive datetimes raise InstantError, amounts
    that are none DurationError, and a calendar that never opens again HorizonError.
    """

    __slots__ = ()

    def spans_in_years(self, first: int, stop: int) -> Spans:
        """Return the open stretches of the years first <= year < stop (UTC)."""
        raise NotImplementedError

    @property
    def line(self) -> Line:
        """The calendar as a timetable takes it."""
        raise NotImplementedError

    @property
    def never_closes(self) -> bool:
        """Whether it is written as open around the clock, every day."""
        return False

    @property
    def _timetable(self) -> Timetable:
        raise NotImplementedError

    def elapsed(self, start: Any, end: Any) -> Any:
        """Return the signed open time from start to end (C1): ``timedelta``, or ``timedelta64``."""
        return border.elapsed(self._timetable, start, end)

    def due(self, start: Any, amount: Any) -> Any:
        """Return the earliest instant at which ``amount`` of open time is used up: the closing moment (C2)."""
        return border.shifted(self._timetable.due_one, self._timetable.due, start, amount)

    def breaches_after(self, start: Any, amount: Any) -> Any:
        """Return the last instant still in time: the next opening, if the amount ran out at closing (C2)."""
        return border.shifted(self._timetable.breaches_after_one, self._timetable.breaches_after, start, amount)

    def start_by(self, end: Any, amount: Any) -> Any:
        """Return the latest start that leaves the full amount of open time before end (C2)."""
        return border.shifted(self._timetable.start_by_one, self._timetable.start_by, end, amount)

    def is_open(self, at: Any) -> Any:
        """Return whether the calendar is open: at its opening instant yes, at its closing instant no (S2)."""
        return border.is_open(self._timetable, at)

    def next_open(self, at: Any) -> Any:
        """Return the first open instant at or after ``at``."""
        return border.moved(self._timetable.next_open_one, self._timetable.next_open, at)

    def previous_close(self, at: Any) -> Any:
        """Return the last instant at or before ``at`` with open time just before it."""
        return border.moved(self._timetable.previous_close_one, self._timetable.previous_close, at)

    def spans(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return the open stretches inside [start, end), as datetimes in the zone of ``start``."""
        found = self._timetable.spans_one(from_datetime(start), from_datetime(end))
        return [(to_datetime(a, start.tzinfo), to_datetime(b, start.tzinfo)) for a, b in found]

    def __or__(self, other: Calendar) -> CombinedCalendar:
        return CombinedCalendar("|", (self, other))

    def __and__(self, other: Calendar) -> CombinedCalendar:
        return CombinedCalendar("&", (self, other))

    def __sub__(self, other: Calendar) -> CombinedCalendar:
        return CombinedCalendar("-", (self, other))

    def __invert__(self) -> CombinedCalendar:
        return CombinedCalendar("~", (self,))


@frozen(repr=False, cache_hash=True)
class CombinedCalendar(Calendar):
    """Calendars put together: ``a | b`` open when either is, ``a & b`` both, ``a - b`` a but not b, ``~a`` not a.

    It answers every question of a calendar, across zones: follow the sun, common hours, minus a freeze.
    """

    operator: str
    parts: tuple[Calendar, ...] = field()

    @parts.validator
    def _check_parts(self, _: Any, value: tuple[Any, ...]) -> None:
        for part in value:
            if not isinstance(part, Calendar):
                msg = f"{part!r} is not a calendar; combine calendars with calendars"
                raise CalendarError(msg)
        wanted = {"|": 2, "&": 2, "-": 2, "~": 1}.get(self.operator)
        if len(value) != wanted:
            msg = f"{self.operator!r} of {len(value)} calendars is no combination; write a | b, a & b, a - b or ~a"
            raise CalendarError(msg)

    def __repr__(self) -> str:
        first, *rest = map(repr, self.parts)
        return f"({first} {self.operator} {rest[0]})" if rest else f"({self.operator}{first})"

    def __str__(self) -> str:
        first, *rest = map(str, self.parts)
        return f"({first}) {self.operator} ({rest[0]})" if rest else f"{self.operator}({first})"

    def spans_in_years(self, first: int, stop: int) -> Spans:
        """Return the open stretches of the years first <= year < stop (UTC)."""
        spans = [part.spans_in_years(first, stop) for part in self.parts]
        if self.operator == "|":
            return spans[0] | spans[1]
        if self.operator == "&":
            return spans[0] & spans[1]
        if self.operator == "-":
            return spans[0] - spans[1]
        return (~spans[0]).clip(year_start(first), year_start(stop))

    @property
    def line(self) -> Line:
        """The calendar as a timetable takes it: known where every part is."""
        known = [part.line.known for part in self.parts]
        limits = [limit for limit in known if limit]
        both = (max(low for low, _ in limits), min(high for _, high in limits)) if limits else None
        return Line(name=f"calendar {self}", source=self.spans_in_years, known=both)

    @cached_property
    def _timetable(self) -> Timetable:
        return Timetable([self.line])
