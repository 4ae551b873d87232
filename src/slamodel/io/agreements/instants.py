"""Instants in an agreement: with an offset, as a local time of the agreement's zone, or as a date."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from slamodel.errors import AgreementError, InstantError
from slamodel.io.agreements.section import Section, shown
from slamodel.model.version import day_start
from slamodel.timeline.instants import EPOCH, MICROSECOND, from_datetime, to_datetime
from slamodel.timeline.zones import zone

_WRITE = "write it as '2026-06-12T16:00+01:00', or as a date"


def read_instant(section: Section, key: str, place: str, *, last: bool = False) -> datetime | None:
    """Read an instant as an aware datetime; a date is its first instant in ``place`` ("" stands for no zone: UTC).

    With ``last`` a date is included: the instant is that at which it ends. Local times are those of ``place``.
    """
    value = section.get(key)
    if value is None:
        return None
    with section.at(key):
        return _instant(value, place, last=last)
    return None


def _instant(value: Any, place: str, *, last: bool) -> datetime:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return _time(value, place)
    return _shown_in(place or "UTC", day_start(day + timedelta(days=last), place or "UTC"))


def _time(value: Any, place: str) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        msg = f"{shown(value)} is not an instant; {_WRITE}"
        raise AgreementError(msg, "E105") from None
    try:
        if time.tzinfo is not None:
            from_datetime(time)
            return time
        if not place:
            msg = f"{value} has no UTC offset; add one, such as {value}Z, or give the agreement a timezone"
            raise AgreementError(msg, "E110")
        wall = (time - EPOCH.replace(tzinfo=None)) // MICROSECOND
        return _shown_in(place, zone(place).to_instant(wall, str(value)))
    except InstantError as error:
        twice = time.tzinfo is None and len(zone(place).to_instants(wall)) > 1
        code = "E105" if time.tzinfo is not None else "E112" if twice else "E111"
        raise AgreementError(str(error), code) from None


def _shown_in(place: str, instant: int) -> datetime:
    """Return an instant with the offset of a place, as if it had been written so; it can then be pickled."""
    return datetime.fromisoformat(to_datetime(instant, zone(place).info).isoformat())
