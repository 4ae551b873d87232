"""CalendarTable: many calendars compiled together, asked with a column of calendar ids (the many-client case)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slamodel.errors import CalendarError
from slamodel.model.calendar import Calendar
from slamodel.timeline import border
from slamodel.timeline.timetable import Timetable


class CalendarTable:
    """Calendars by name or by position, asked together: one answer a row, each on its own row's calendar.

    ``calendars`` is a mapping of names to calendars, or a sequence (then ids are positions). The ``ids`` of a
    question are names or positions, one a row, broadcast with the instants; an id that is not in the table
    raises CalendarError. Answers are as those of `Calendar`, always arrays.
    """

    def __init__(self, calendars: Mapping[str, Calendar] | Iterable[Calendar]) -> None:
        named = calendars.items() if isinstance(calendars, Mapping) else enumerate(calendars)
        self._calendars: dict[Any, Calendar] = dict(named)
        for name, calendar in self._calendars.items():
            if not isinstance(calendar, Calendar):
                msg = f"{name!r}: {calendar!r} is not a calendar"
                raise CalendarError(msg)
        self._timetable = Timetable([calendar.line for calendar in self._calendars.values()])
        self._positions = {name: i for i, name in enumerate(self._calendars)}

    def __len__(self) -> int:
        return len(self._calendars)

    def __repr__(self) -> str:
        return f"CalendarTable({self._calendars!r})"

    def __getitem__(self, name: Any) -> Calendar:
        return self._calendars[name]

    def elapsed(self, ids: Any, start: Any, end: Any) -> Any:
        """Return the signed open time of each row, ``timedelta64`` (C1)."""
        return border.elapsed(self._timetable, start, end, self._lines(ids))

    def due(self, ids: Any, start: Any, amount: Any) -> Any:
        """Return the earliest instant of each row at which its amount is used up, ``datetime64`` (C2)."""
        return border.shifted(self._timetable.due_one, self._timetable.due, start, amount, self._lines(ids))

    def breaches_after(self, ids: Any, start: Any, amount: Any) -> Any:
        """Return the last instant of each row that is still in time, ``datetime64`` (C2)."""
        return border.shifted(
            self._timetable.breaches_after_one, self._timetable.breaches_after, start, amount, self._lines(ids)
        )

    def start_by(self, ids: Any, end: Any, amount: Any) -> Any:
        """Return the latest start of each row that leaves its amount before end, ``datetime64`` (C2)."""
        return border.shifted(self._timetable.start_by_one, self._timetable.start_by, end, amount, self._lines(ids))

    def is_open(self, ids: Any, at: Any) -> Any:
        """Return whether each row's calendar is open, bool."""
        return border.is_open(self._timetable, at, self._lines(ids))

    def next_open(self, ids: Any, at: Any) -> Any:
        """Return the first open instant at or after each row's, ``datetime64``."""
        return border.moved(self._timetable.next_open_one, self._timetable.next_open, at, self._lines(ids))

    def previous_close(self, ids: Any, at: Any) -> Any:
        """Return the last instant at or before each row's with open time just before it, ``datetime64``."""
        return border.moved(self._timetable.previous_close_one, self._timetable.previous_close, at, self._lines(ids))

    def _lines(self, ids: Any) -> Any:
        return border.positions(ids, self._positions)
