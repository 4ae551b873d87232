"""Hours: "mon-thu": "09:00-12:30, 13:30-17:30" read into stretches of a week, and written back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from slamodel.errors import CalendarError
from slamodel.model._checks import Problems, did_you_mean
from slamodel.timeline.instants import DAY, HOUR, MINUTE, SECOND
from slamodel.timeline.wall import Stretches, Week

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: Final = "24x7"
_LONG: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS: Final = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_CLOSED: Final = frozenset({"closed", "none", ""})


def parse_week(hours: Any) -> Week:
    """Read the hours of a week: "24x7", or a mapping of days to hours.

    Days are "mon", "mon-fri", "sat-mon", "mon, wed", "daily", "weekdays", "weekends"; hours are
    "09:00-17:00", several of them separated by commas, past midnight ("22:00-06:00" belongs to the day it
    starts on), "24:00", "24h" or "closed". Raises CalendarError with every problem found.
    """
    if hours == ALWAYS:
        return (((0, DAY),),) * 7
    problems = Problems()
    if not isinstance(hours, Mapping):
        msg = f'{hours!r} are not opening hours; write "24x7" or days with hours, such as {{"mon-fri": "09:00-17:00"}}'
        raise CalendarError(msg, "E120")
    week: dict[int, Stretches] = {}
    for key, value in hours.items():
        with problems.at(str(key), "E120"):
            stretches = parse_stretches(value)
            for weekday in parse_days(key):
                if weekday in week:
                    msg = f"{WEEKDAYS[weekday]} is given twice; put all its hours in one place"
                    raise CalendarError(msg, "E120")
                week[weekday] = stretches
    problems.raise_as(CalendarError)
    return tuple(week.get(weekday, ()) for weekday in range(7))


def parse_days(text: Any) -> list[int]:
    """Read "mon-thu, sat" into weekday numbers, Monday being 0."""
    days: list[int] = []
    for part in str(text).lower().split(","):
        word = part.strip()
        if word in _GROUPS:
            days.extend(_GROUPS[word])
            continue
        first, _, last = (piece.strip() for piece in word.partition("-"))
        a, b = _weekday(first), _weekday(last or first)
        days.extend((a + i) % 7 for i in range((b - a) % 7 + 1))
    return days


def _weekday(word: str) -> int:
    if word in WEEKDAYS:
        return WEEKDAYS.index(word)
    if word in _LONG:
        return _LONG.index(word)
    msg = f"{word!r} is not a day of the week{did_you_mean(word, [*WEEKDAYS, *_GROUPS])}"
    raise CalendarError(msg, "E101")


def parse_stretches(value: Any) -> Stretches:
    """Read the hours of one day into (start, end) microseconds after its midnight; an end may pass midnight.

    Touching stretches merge; overlapping and empty ones are refused (S4).
    """
    if isinstance(value, (int, float)):
        minutes = int(value) if 1 < value < 2880 else 0
        hint = f"; YAML read {minutes // 60:02d}:{minutes % 60:02d} as a number, quote it" if minutes else ""
        msg = f'{value!r} is not a time{hint}; write "09:00-17:00"'
        raise CalendarError(msg, "E103")
    if value is None or (isinstance(value, str) and value.strip().lower() in _CLOSED):
        return ()
    if isinstance(value, str):
        value = [ALWAYS if part.strip() == "24h" else part for part in value.split(",")]
    if not isinstance(value, Iterable):
        msg = f'{value!r} are not hours; write "09:00-17:00"'
        raise CalendarError(msg, "E120")
    stretches = sorted(_parse_stretch(part) for part in value)
    merged: list[tuple[int, int]] = []
    for start, end in stretches:
        if merged and start < merged[-1][1]:
            msg = f"{stretches_text([merged[-1]])} overlaps {stretches_text([(start, end)])}"
            raise CalendarError(msg, "E120")
        if merged and start == merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _parse_stretch(part: Any) -> tuple[int, int]:
    if part == ALWAYS:
        return 0, DAY
    ends = part.split("-") if isinstance(part, str) else list(part) if isinstance(part, (list, tuple)) else [part]
    if len(ends) != 2:
        msg = f'{part!r} is not a stretch of hours; write "09:00-17:00"'
        raise CalendarError(msg, "E120")
    start, end = (_parse_time(text) for text in ends)
    if start == end:
        msg = f'{ends[0].strip()}-{ends[1].strip()} is empty; for the whole day write "00:00-24:00"'
        raise CalendarError(msg, "E120")
    if start >= DAY:
        msg = f"{ends[0].strip()} does not start on its day; a start is before 24:00"
        raise CalendarError(msg, "E120")
    return (start, end) if end > start else (start, end + DAY)


def _parse_time(text: Any) -> int:
    found = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        msg = f'{text!r} is not a time of day; write "09:00" or "09:00:30"'
        raise CalendarError(msg, "E103")
    hours, minutes, seconds = (int(number or 0) for number in found.groups())
    at = hours * HOUR + minutes * MINUTE + seconds * SECOND
    if minutes > 59 or seconds > 59 or at > 2 * DAY:
        msg = f"{text.strip()!r} is not a time of day; hours go to 24:00, or to 48:00 for an end on the next day"
        raise CalendarError(msg, "E103")
    return at


def time_text(at: int) -> str:
    """Write microseconds after midnight as "09:00" or "09:00:30"."""
    hours, rest = divmod(at, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    return f"{hours:02d}:{minutes:02d}" + (f":{rest // SECOND:02d}" if rest else "")


def stretches_text(stretches: Iterable[tuple[int, int]]) -> str:
    """Write the hours of a day as `parse_stretches` reads them; no hours are "closed"."""
    parts = []
    for start, end in stretches:
        shown = end - DAY if DAY < end <= DAY + start - 1 else end
        parts.append(f"{time_text(start)}-{time_text(shown)}")
    return ", ".join(parts) or "closed"


def week_dict(week: Week) -> str | dict[str, str]:
    """Write a week as `parse_week` reads it: equal neighbours as one range, closed days left out."""
    if week == parse_week(ALWAYS):
        return ALWAYS
    runs: list[list[int]] = []
    for weekday in range(7):
        if runs and week[runs[-1][-1]] == week[weekday]:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return {
        WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}": stretches_text(week[run[0]])
        for run in runs
        if week[run[0]]
    }


def nominal_day(week: Week) -> int:
    """Return the length of a business day: the open time of a week over its open weekdays, in microseconds."""
    lengths = [sum(end - start for start, end in stretches) for stretches in week if stretches]
    return sum(lengths) // len(lengths) if lengths else 0
