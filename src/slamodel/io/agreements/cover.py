"""A calendar that a key names or writes out, wherever one may stand."""

from __future__ import annotations

from slamodel.io.agreements.calendars import Cover, Covers, read_calendar
from slamodel.io.agreements.document import join
from slamodel.io.agreements.section import Section, shown


def read_cover(section: Section, key: str, covers: Covers) -> Cover | None:
    """Read a calendar under a key: the name of one, or one written out; None where there is none."""
    value = section.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        return Cover("", read_calendar(value, join(section.path, key), section.problems, covers))
    found = covers.find(value)
    if found is None:
        section.note("E102", key, f"calendar {shown(value)} is not defined{section.hint(value, covers.names)}")
    return found
