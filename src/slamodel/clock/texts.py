"""Texts: instants and lengths as files and tables show them."""

from __future__ import annotations

from slamodel.timeline.instants import HOUR, MINUTE, NAT, SECOND, to_datetime


def instant_text(value: int) -> str:
    """Write an instant as ISO 8601 UTC, such as 2026-06-10T08:00:00Z; empty for ``NAT``."""
    return "" if value == NAT else to_datetime(value).isoformat().replace("+00:00", "Z")


def length_text(value: int) -> str:
    """Write microseconds as [-]H:MM:SS[.ffffff], which spreadsheets and pandas read; empty for ``NAT``."""
    if value == NAT:
        return ""
    sign, rest = ("-", -value) if value < 0 else ("", value)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, parts = divmod(rest, SECOND)
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}" + (f".{parts:06d}" if parts else "")
