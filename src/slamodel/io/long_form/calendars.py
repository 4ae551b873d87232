"""Calendars as a file has them, by name where they have one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from attrs import frozen

from slamodel.errors import AgreementError, CalendarError
from slamodel.io.agreements.combined import WORDS
from slamodel.model.calendar import Calendar, CombinedCalendar
from slamodel.model.closures import Holidays, parse_holidays
from slamodel.model.hours import ALWAYS
from slamodel.model.service_calendar import ServiceCalendar

_WORD_OF: Final = {operator: word for word, operator in WORDS.items()}


@frozen
class Known:
    """The calendars that a name stands for, and the zone in which the agreement's own "24x7" is."""

    named: tuple[tuple[str, Calendar], ...]
    zone: str

    def find(self, name: str) -> Calendar | None:
        """Return the calendar of a name."""
        if name == ALWAYS:
            return ServiceCalendar(hours=ALWAYS, timezone=self.zone or "UTC")
        return dict(self.named).get(name)

    def written(self, calendar: Calendar) -> Any:
        """Return a calendar by the first name that it has, else written out."""
        names = [name for name in (*dict(self.named), ALWAYS) if self.find(name) == calendar]
        return names[0] if names else calendar_of(calendar)


def calendar_of(calendar: Calendar, *, pinned: bool = True) -> Any:
    """Return a calendar written out. With ``pinned`` its holidays are dates (S7), else a rule."""
    if isinstance(calendar, CombinedCalendar):
        word = _WORD_OF[calendar.operator]
        parts = [calendar_of(part, pinned=pinned) for part in _flat(calendar)]
        return {word: parts[0] if calendar.operator == "~" else parts}
    if not isinstance(calendar, ServiceCalendar):
        msg = f"a calendar of type {type(calendar).__name__} cannot be written to a file"
        raise AgreementError(msg)
    document = calendar.to_dict()
    if not pinned and calendar.holidays and calendar.holidays.rule:
        whole = document["holidays"]
        rule = {key: value for key, value in whole.items() if key not in {"dates", "source"}}
        same = (short for short in (str(calendar.holidays.rule), rule) if _are(short, calendar.holidays))
        document["holidays"] = next(same, whole)
    return document


def _are(rule: Any, holidays: Holidays) -> bool:
    """Return whether a rule gives these holidays still, and with no other words."""
    try:
        return parse_holidays(rule) == holidays
    except CalendarError:
        return False  # a market is no country, and a package may forget one


def _flat(calendar: CombinedCalendar) -> Iterable[Calendar]:
    """Return the parts of a combination: a | b | c, which is (a | b) | c, has three."""
    first, *rest = calendar.parts
    if calendar.operator in "|&" and isinstance(first, CombinedCalendar) and first.operator == calendar.operator:
        return (*_flat(first), *rest)
    return calendar.parts


def named_by(calendars: Iterable[tuple[str, Calendar]], *, pinned: bool) -> dict[str, Any]:
    """Return calendars by name."""
    return {name: calendar_of(calendar, pinned=pinned) for name, calendar in calendars}
