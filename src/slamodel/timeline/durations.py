"""Durations: "8h", "1h30m", "PT8H", "3bd" read into microseconds or business days, and written back."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from attrs import frozen

from slamodel.errors import DurationError
from slamodel.timeline.instants import DAY, HOUR, MINUTE, SECOND

_UNITS: Final = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "min": MINUTE, "s": SECOND, "ms": 1000, "us": 1}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(bd|w|d|h|min|ms|us|m|s)", re.ASCII)
_WHOLE: Final = re.compile(r"(?:\s*\d+(?:\.\d+)?\s*(?:bd|w|d|h|min|ms|us|m|s))+\s*", re.ASCII)
_ISO: Final = re.compile(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(?:[.,]\d{1,6})?S)?)?", re.ASCII)
_LONGEST: Final = 9000 * 366 * DAY


@frozen
class Amount:
    """A length of time as it was written: so much covered time, or so many business days (C5).

    ``us`` is microseconds, ``days`` business days: one of them is zero. ``calendar_days`` tells that it was
    written in ``d`` or ``w``, which mean something on a 24x7 calendar only.
    """

    us: int = 0
    days: int = 0
    calendar_days: bool = False

    def __str__(self) -> str:
        if self.days:
            return f"{self.days}bd"
        # Half a day is 12h that only a calendar which never closes can count: the unit says so.
        part = "0d" if self.calendar_days and self.us < DAY else ""
        return part + duration_text(self.us, days=self.calendar_days)


def parse_amount(text: str) -> Amount:
    """Read "8h", "1h30m", "90m", "45s", "2d", "1w", "3bd", "PT8H" or "P2D".

    Raises DurationError on anything else, on a fraction of a business day (E133), on a part below a
    microsecond (S1), on years and months, and on a sign: lengths are never negative here.
    """
    if not isinstance(text, str):
        msg = f"{text!r} is not a length of time; write a number and a unit, such as '8h' or '3bd'"
        raise DurationError(msg)
    return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Amount:
    if text.startswith("P"):
        return _parse_iso(text)
    if not _WHOLE.fullmatch(text) or len(text) > 100:
        bare = text.strip()
        if bare[:1] == "-":
            msg = f"{bare!r} is negative; a length of time is zero or more"
        elif re.fullmatch(r"[\d.]+", bare):
            msg = f"{bare!r} has no unit; write '{bare}h', '{bare}m' or '{bare}bd'"
        else:
            msg = f"{bare[:40]!r} is not a length of time; write '8h', '1h30m', 'PT8H' or '3bd' (units w d h m s bd)"
        raise DurationError(msg)
    parts = _PART.findall(text)
    units = [unit for _, unit in parts]
    if "bd" in units:
        if len(parts) > 1:
            msg = f"{text!r} mixes business days with other units; say one or the other"
            raise DurationError(msg)
        if not parts[0][0].isdigit():
            msg = f"{text!r}: business days must be whole numbers"
            raise DurationError(msg)
        return Amount(days=_bounded(int(parts[0][0]) * DAY, text) // DAY)
    if len(set(units)) < len(units):
        msg = f"{text!r} says a unit twice"
        raise DurationError(msg)
    total = sum((Fraction(number) * _UNITS[unit] for number, unit in parts), Fraction(0))
    return Amount(us=_bounded(total, text), calendar_days=bool({"d", "w"} & set(units)))


def _parse_iso(text: str) -> Amount:
    if not _ISO.fullmatch(text) or len(text) > 100:
        msg = (
            f"{text[:40]!r} is not an ISO 8601 duration of days, hours, minutes and seconds such as 'PT8H' or 'P2DT4H'"
        )
        raise DurationError(msg)
    import pendulum

    parsed = pendulum.parse(text.replace(",", "."))
    if not isinstance(parsed, pendulum.Duration):  # pragma: no cover - the pattern above admits durations only
        msg = f"{text!r} is not a duration"
        raise DurationError(msg)
    length = timedelta(days=parsed.days, seconds=parsed.seconds, microseconds=parsed.microseconds)
    return Amount(us=_bounded(length // timedelta(microseconds=1), text), calendar_days="D" in text)


def _bounded(total: Fraction | int, text: str) -> int:
    if Fraction(total).denominator != 1:
        msg = f"{text!r} has a part below a microsecond (S1)"
        raise DurationError(msg)
    if total > _LONGEST:
        msg = f"{text!r} is longer than 9,000 years"
        raise DurationError(msg)
    return int(total)


def amount(value: Any) -> Amount:
    """Return an Amount, a text or a timedelta as an Amount; bare numbers are refused for want of a unit."""
    if isinstance(value, Amount):
        return value
    if isinstance(value, timedelta):
        # Field by field: pendulum's durations cannot be divided by a timedelta.
        us = value.days * DAY + value.seconds * SECOND + value.microseconds
        if value < timedelta():
            msg = f"{value} is negative; a length of time is zero or more (to count backwards use start_by)"
            raise DurationError(msg)
        if getattr(value, "nanoseconds", 0):
            msg = f"{value} has a part below a microsecond (S1)"
            raise DurationError(msg)
        return Amount(us=_bounded(us, str(value)))
    return parse_amount(value)


def duration_text(us: int, *, days: bool = False) -> str:
    """Write microseconds as "1h30m"; with ``days`` as "2d4h". `parse_amount` reads it back."""
    sign, rest = ("-", -us) if us < 0 else ("", us)
    parts = []
    for unit in ("d", "h", "m", "s", "ms", "us") if days else ("h", "m", "s", "ms", "us"):
        number, rest = divmod(rest, _UNITS[unit])
        if number:
            parts.append(f"{number}{unit}")
    return sign + ("".join(parts) or "0s")
