"""Lengths of time in an agreement, and dues in place of lengths (C5)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from slamodel.errors import AgreementError, DurationError
from slamodel.io.agreements.section import Section, shown, yaml_read
from slamodel.timeline.durations import Amount, amount
from slamodel.timeline.relative import RelativeDue, parse_due, reads_as_due

_FRACTION: Final = re.compile(r"\s*\d+\.\d+\s*bd\s*", re.ASCII)
_MOST_DAYS: Final = 36_600
_WRITE: Final = {
    "covered": "is covered time; write it in hours, minutes or seconds",
    "pause": "is covered time or business days; write it in hours, minutes or seconds, or as '5bd'",
    "wall": "is time on the wall, hours or not; write it in hours or days, such as '72h' or '3d'",
}


def limit_of(value: Any) -> Amount:
    """Return the length of a limit; raises AgreementError where it is none, or not above zero."""
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


def read_amount(section: Section, key: str, units: str, *, zero: bool = False) -> Amount | None:
    """Read a length that is an option: in "covered" time, of a "pause" (business days too), or by the "wall"."""
    value = section.get(key)
    if value is None:
        return None
    with section.at(key):
        length = length_of(value)
        if (length.days and units != "pause") or (length.calendar_days and units != "wall"):
            msg = f"{shown(value)}: {key!r} {_WRITE[units]}"
            raise AgreementError(msg, "E131")
        if not (zero or length.us or length.days):
            msg = f"must be greater than zero, got {value}; leave it out where there is none"
            raise AgreementError(msg, "E130")
        return length
    return None


def due_of(text: str) -> RelativeDue:
    """Return a due relative to the start; raises AgreementError where it is none."""
    try:
        due = parse_due(text)
    except DurationError as error:
        raise AgreementError(str(error), "E107") from None
    if due.days > _MOST_DAYS:
        msg = f"{shown(text)} is more than {_MOST_DAYS:,} business days away"
        raise AgreementError(msg, "E107")
    return due


def reads_as_length(value: Any) -> bool:
    """Return whether a value looks like a length of time or a due, right or wrong."""
    if isinstance(value, str) and reads_as_due(value):
        return True
    return isinstance(value, (Amount, timedelta)) or bool(re.match(r"\s*[-+.]?\d|PT?\d", str(value)))
