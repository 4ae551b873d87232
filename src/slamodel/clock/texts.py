"""Texts: instants, lengths and cells as files and tables show them; a spreadsheet that opens one runs nothing."""

from __future__ import annotations

from typing import Any, Final

from slamodel.timeline.instants import HOUR, MINUTE, NAT, SECOND, to_datetime

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


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


def safe_cell(value: Any) -> Any:
    """Return a cell that a spreadsheet shows and does not run: a text such as ``=1+1`` gets a leading apostrophe.

    Numbers stay as they are, in digits too (``-5``).
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value
