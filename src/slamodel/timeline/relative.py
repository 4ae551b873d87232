"""RelativeDue: "end of next business day", "by 12:00 on the 2nd business day", "on due_date", "3bd before due_date"."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from slamodel.errors import DurationError
from slamodel.timeline.instants import DAY, HOUR, MINUTE

CLOSE: Final = -1
"""The wall time of a due that falls on the close of its day."""

_ORDINALS: Final = {"same": 0, "": 0, "next": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_DAY: Final = r"(?:the\s+)?(?P<day>same|next|second|third|fourth|fifth|\d+(?:st|nd|rd|th))?\s*business\s+day"
_END: Final = re.compile(rf"end\s+of\s+{_DAY}", re.ASCII | re.IGNORECASE)
_BY: Final = re.compile(rf"by\s+(?P<hour>\d\d?):(?P<minute>\d\d)\s+(?:on\s+)?{_DAY}", re.ASCII | re.IGNORECASE)
_ON: Final = re.compile(r"on\s+(?P<field>\w+)", re.IGNORECASE)
_BEFORE: Final = re.compile(r"(?P<days>\d+)\s*bd\s+before\s+(?P<field>\w+)", re.IGNORECASE)


@frozen
class RelativeDue:
    """A due that is a function of the start of the clock, or of a time that a field of the item holds (C5).

    Without ``field``: the wall time ``at`` (microseconds since midnight; `CLOSE`: the close) of the business day
    ``days`` after the date of the start. With ``field``: the time that it holds, ``days`` business days before it.
    """

    days: int = 0
    at: int = CLOSE
    field: str = ""

    def __str__(self) -> str:
        if self.field:
            return f"{self.days}bd before {self.field}" if self.days else f"on {self.field}"
        day = {0: "same", 1: "next"}.get(self.days) or f"{self.days}{_suffix(self.days)}"
        if self.at == CLOSE:
            return f"end of {day} business day"
        return f"by {self.at // HOUR:02d}:{self.at % HOUR // MINUTE:02d} on {day} business day"


def reads_as_due(text: str) -> bool:
    """Return whether a text looks like a relative due, right or wrong."""
    return bool(re.match(r"\s*(end|by|on)\s|.*\bbefore\b", text, re.IGNORECASE))


def parse_due(text: str) -> RelativeDue:
    """Read a relative due. Raises DurationError with what can be written."""
    text = text.strip()
    if found := _END.fullmatch(text):
        return RelativeDue(days=_number(found["day"]))
    if found := _BY.fullmatch(text):
        at = int(found["hour"]) * HOUR + int(found["minute"]) * MINUTE
        if at <= DAY and int(found["minute"]) < 60:
            return RelativeDue(days=_number(found["day"]), at=at)
    if found := _ON.fullmatch(text):
        return RelativeDue(field=found["field"])
    if found := _BEFORE.fullmatch(text):
        return RelativeDue(days=int(found["days"]), field=found["field"])
    msg = (
        f"{text[:60]!r} is not a due; write 'end of next business day', 'by 12:00 on next business day', "
        "'on due_date' or '3bd before due_date'"
    )
    raise DurationError(msg)


def _number(day: str | None) -> int:
    word = (day or "").lower()
    return _ORDINALS[word] if word in _ORDINALS else int(word[:-2])


def _suffix(number: int) -> str:
    return "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
