"""Recurrence: windows that come back along the wall clock: "sun 02:00-06:00", or an RRULE (RFC 5545) with a length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from slamodel.errors import DurationError
from slamodel.timeline.durations import duration_text, parse_amount
from slamodel.timeline.instants import DAY, HOUR, MINUTE, SECOND

_PARTS: Final = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY", "BYSETPOS", "WKST")
"""What a rule may say: dates. When on them it begins is ``at``, when it ends altogether the agreement says."""
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WRITE: Final = "write dates only, such as FREQ=MONTHLY;BYDAY=1SU"
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_TEXT: Final = re.compile(r"(?:RRULE:)?(FREQ=\S+)\s+(\S+)", re.ASCII)
_LENGTH: Final = re.compile(r"(\S+)\s+for\s+(.+)", re.ASCII)
_FIRST: Final = datetime(2000, 1, 3)  # noqa: DTZ001  a Monday on the wall: every other week is counted from here
_WEEKLY: Final = re.compile(r"FREQ=WEEKLY;BYDAY=(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*", re.ASCII)
_LONGEST: Final = 366 * DAY
_MOST_TEXT: Final = 200


@frozen
class Recurrence:
    """Windows by the wall clock: on every date of ``rule``, from ``at`` on, ``length`` long (microseconds both).

    ``rule`` is an RRULE of dates (FREQ, INTERVAL and BY...), counted from Monday 2000-01-03. Raises DurationError
    for another rule, and for a window that is empty or longer than a year.
    """

    rule: str
    at: int
    length: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.at < DAY:
            msg = f"{duration_text(self.at)} after midnight is not on its day; a window begins before 24:00"
            raise DurationError(msg)
        if not 0 < self.length <= _LONGEST:
            msg = f"a window of {duration_text(self.length)} is empty or longer than a year"
            raise DurationError(msg)
        _check_rule(self.rule)

    @classmethod
    def parse(cls, text: Any) -> Recurrence:
        """Read "FREQ=MONTHLY;BYDAY=1SU 02:00-06:00" or "FREQ=WEEKLY;BYDAY=FR 22:00 for 56h". Raises DurationError."""
        bare = text.strip() if isinstance(text, str) else ""
        found = _TEXT.fullmatch(bare.partition(" for ")[0])
        if not found or len(bare) > _MOST_TEXT:
            msg = f"{str(text)[:60]!r} does not say when it recurs; write 'FREQ=MONTHLY;BYDAY=1SU 02:00-06:00'"
            raise DurationError(msg)
        rest = bare[found.start(2) :]
        if lasting := _LENGTH.fullmatch(rest):
            at, length = _time(lasting[1]), parse_amount(lasting[2])
            if length.days:
                msg = f"{lasting[2]!r} counts business days; a window lasts hours or days"
                raise DurationError(msg)
            return cls(found[1].upper(), at, length.us)
        start, dash, end = rest.partition("-")
        if not dash:
            msg = f"{rest[:60]!r} does not say how long; write '02:00-06:00' or '22:00 for 56h'"
            raise DurationError(msg)
        at, until = _time(start), _time(end)
        return cls(found[1].upper(), at, until - at if until > at else until + DAY - at)

    def __str__(self) -> str:
        hours, rest = divmod(self.at, HOUR)
        seconds = f":{rest % MINUTE // SECOND:02d}" if rest % MINUTE else ""
        return f"{self.rule} {hours:02d}:{rest // MINUTE:02d}{seconds} for {duration_text(self.length)}"

    def windows(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the windows that begin at or after ``first`` and before ``last``, as naive times on the wall."""
        from dateutil.rrule import rrulestr

        begins = timedelta(microseconds=self.at)
        rule = rrulestr(f"RRULE:{self.rule}", dtstart=_FIRST)
        for day in rule.xafter(first - timedelta(days=1), inc=True):
            start = day + begins
            if start >= last:
                return
            if start >= first:
                yield start, start + timedelta(microseconds=self.length)


def _time(text: str) -> int:
    found = _TIME.fullmatch(text.strip())
    hours, minutes, seconds = (int(number or 0) for number in found.groups()) if found else (99, 0, 0)
    at = hours * HOUR + minutes * MINUTE + seconds * SECOND
    if not found or minutes > 59 or seconds > 59 or at > DAY:
        msg = f"{text.strip()[:20]!r} is not a time of day; write 02:00"
        raise DurationError(msg)
    return at


def _check_rule(rule: str) -> None:
    if _WEEKLY.fullmatch(rule):
        return  # the common ones need no dateutil
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    unknown = next((key for key in parts if key not in _PARTS), None)
    if unknown is not None:
        msg = f"{rule[:60]!r}: {unknown[:20]!r} is not read; {_WRITE}"
        raise DurationError(msg)
    if parts.get("FREQ") not in _FREQUENCIES:
        msg = f"{rule[:60]!r} has no FREQ of {', '.join(_FREQUENCIES)}; {_WRITE}"
        raise DurationError(msg)
    from dateutil.rrule import rrulestr

    try:
        rrulestr(f"RRULE:{rule}", dtstart=_FIRST)
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        msg = f"{rule[:60]!r} is not a rule that recurs ({error}); {_WRITE}"
        raise DurationError(msg) from None
