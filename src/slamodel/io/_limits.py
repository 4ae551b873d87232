"""Limits of an agreement: a length of time on a calendar, checked against what the calendar can count (C5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from attrs import frozen

from slamodel.errors import AgreementError, DurationError
from slamodel.io._calendars import Cover, Covers
from slamodel.io._document import join
from slamodel.io._section import Section, shown, yaml_read
from slamodel.model.calendar import Calendar
from slamodel.model.hours import ALWAYS, parse_week
from slamodel.model.limit import READINGS, Limit
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.timeline.durations import Amount, amount, duration_text
from slamodel.timeline.instants import DAY

NO_LIMIT: Final = "none"
_KEYS: Final = ("within", "cover", "reading")
_FRACTION: Final = re.compile(r"\s*\d+\.\d+\s*bd\s*", re.ASCII)


@frozen
class Basis:
    """What holds for every limit of a target that says nothing else: its calendar (none at all: None), its reading."""

    target: str
    covers: Covers
    cover: Cover | None
    reading: str


def read_basis(section: Section, target: str, covers: Covers) -> Basis:
    """Read ``cover`` and ``reading`` of a target."""
    cover = _named_cover(section, target, covers) or covers.default
    return Basis(target, covers, cover, section.choice("reading", READINGS) or "same_time")


def _named_cover(section: Section, target: str, covers: Covers) -> Cover | None:
    name = section.text("cover")
    if not name:
        return None
    found = covers.find(name)
    if found is None:
        msg = f"target {target!r} uses calendar {shown(name)}, which is not defined{section.hint(name, covers.names)}"
        section.note("E102", "cover", msg)
    return found or Cover(name, None)


def is_none(value: Any) -> bool:
    """Return whether a limit says that there is none."""
    return value == NO_LIMIT or (isinstance(value, Mapping) and value.get("within") == NO_LIMIT)


def reads_as_limit(value: Any) -> bool:
    """Return whether a value looks like a limit, right or wrong, rather than like an option of another kind."""
    if isinstance(value, Mapping):
        return not value.keys().isdisjoint(_KEYS)
    return (
        isinstance(value, (Amount, timedelta)) or value == NO_LIMIT or bool(re.match(r"\s*[-+.]?\d|PT?\d", str(value)))
    )


def has_cover(value: Any) -> bool:
    """Return whether a limit names a calendar of its own."""
    return isinstance(value, Mapping) and bool(value.get("cover"))


def read_limit(section: Section, key: str, basis: Basis) -> Limit | None:
    """Read a limit: "4h", or ``within`` with a ``cover`` and a ``reading`` of its own. None where it cannot be read."""
    value = section.get(key)
    path = join(section.path, key)
    cover, reading = basis.cover, basis.reading
    if isinstance(value, Mapping):
        part = section.section(key)
        before = len(section.problems.found)
        part.only(_KEYS)
        if len(section.problems.found) > before and part.get("within") is None:
            return None  # a misspelt `within` is one mistake, not two
        cover = _named_cover(part, basis.target, basis.covers) or cover
        reading = part.choice("reading", READINGS) or reading
        value, path = part.get("within"), join(path, "within")
    with section.problems.at(path):
        length = _read_length(value)
        if cover and cover.calendar:
            _check(length, str(value), cover, cover.calendar)
            return Limit(length, cover.calendar, cover.name, reading)
    return None


def _read_length(value: Any) -> Amount:
    if value is None:
        msg = "missing; say how long, such as 4h, or write 'none'"
        raise AgreementError(msg, "E102")
    negative = isinstance(value, (str, timedelta)) and str(value).strip().startswith("-")
    length = None if negative else length_of(value)
    if length is None or not (length.us or length.days):
        msg = f"limit must be greater than zero, got {value}"
        raise AgreementError(msg, "E130")
    return length


def length_of(value: Any) -> Amount:
    """Return a length of time; raises AgreementError where it is none."""
    if isinstance(value, bool):
        msg = f"{shown(value)} is not a length of time; {yaml_read(value)}, write 'none' for no limit"
        raise AgreementError(msg, "E104")
    if not isinstance(value, (str, timedelta, Amount)):
        msg = f"{shown(value)} is not a length of time; write a number and a unit, such as '8h' or '3bd'"
        raise AgreementError(msg, "E107")
    try:
        return amount(value)
    except DurationError as error:
        code = "E133" if isinstance(value, str) and _FRACTION.fullmatch(value) else "E107"
        raise AgreementError(str(error), code) from None


def _check(length: Amount, written: str, cover: Cover, calendar: Calendar) -> None:
    """Refuse a length that the calendar cannot count."""
    always = _never_closes(calendar)
    if length.days and (always or not isinstance(calendar, ServiceCalendar)):
        msg = f"{written!r} needs a calendar with closed days; {cover} has none"
        raise AgreementError(msg, "E132")
    if length.calendar_days and not always:
        ways = [*_in_business_hours(length, calendar, weeks="w" in written), "cover it 24x7"]
        msg = f"{written!r} is ambiguous in business hours: write {', '.join(ways[:-1])}, or {ways[-1]}"
        raise AgreementError(msg, "E131")


def _never_closes(calendar: Calendar) -> bool:
    return (
        isinstance(calendar, ServiceCalendar)
        and calendar.week == parse_week(ALWAYS)
        and not any((calendar.holidays, calendar.special, calendar.closed, calendar.closed_spans))
        and not any((calendar.breaks, calendar.seasons))
    )


def _in_business_hours(length: Amount, calendar: Calendar, *, weeks: bool) -> list[str]:
    """Return what days or weeks may have been meant to say."""
    if not isinstance(calendar, ServiceCalendar) or not any(calendar.week):
        return ["it in hours"]
    open_days = sum(map(bool, calendar.week))
    days, rest = divmod(length.us, DAY)
    days = days // 7 * open_days + days % 7 if weeks else days
    hours = duration_text(days * calendar.nominal_day + rest)
    return [hours] if rest else [f"{days}bd (business days)", hours]
