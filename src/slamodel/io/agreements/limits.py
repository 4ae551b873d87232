"""Limits of an agreement: a length of time, a due, or a field that holds a length, on a calendar (C5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

from slamodel.io.agreements.calendars import Cover, Covers
from slamodel.io.agreements.document import join
from slamodel.io.agreements.lengths import due_of, limit_of, reads_as_length
from slamodel.io.agreements.section import Section, shown
from slamodel.model.limit import READINGS, Limit, check_amount
from slamodel.timeline.durations import Amount
from slamodel.timeline.relative import reads_as_due

Limits: TypeAlias = tuple[tuple[str | None, Limit], ...]
"""The limits of a target as it keeps them: (priority, limit), the priority None for every other one."""

NO_LIMIT: Final = "none"
LIMIT_KEYS: Final = ("within", "field", "cover", "reading")


@frozen
class Basis:
    """What holds for every limit of a target that says nothing else: its calendar (none at all: None), its reading.

    ``like`` is another target, as it is written, whose calendars hold where there is none.
    """

    target: str
    covers: Covers
    cover: Cover | None
    reading: str
    like: Section | None = None

    def has_cover(self, value: Any, priority: str | None) -> bool:
        """Return whether there is a calendar for a limit, as it is written for a priority (None: the others)."""
        return bool(self.cover) or _says_cover(value) or self.of(priority) is not None

    def of(self, priority: str | None) -> Cover | None:
        """Return the calendar of a priority where its limit names none."""
        if self.cover or self.like is None:
            return self.cover
        values = [self.like.get(priority)] if priority else [self.like.get("within"), self.like.get("default")]
        names = [value.get("cover") for value in values if isinstance(value, Mapping)]
        found = [name for name in (*names, self.like.get("cover")) if isinstance(name, str)]
        return self.covers.find(found[0]) if found else None


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
        return not value.keys().isdisjoint(LIMIT_KEYS)
    return value == NO_LIMIT or reads_as_length(value)


def _says_cover(value: Any) -> bool:
    """Return whether a limit names a calendar of its own."""
    return isinstance(value, Mapping) and bool(value.get("cover"))


def read_limit(section: Section, key: str, basis: Basis, priority: str | None = None) -> Limit | None:
    """Read a limit: "4h", "end of next business day", or a mapping; None where it cannot be read.

    The mapping has ``within`` or ``field``, and perhaps a ``cover`` and a ``reading`` of its own.
    """
    value = section.get(key)
    path, own, field = join(section.path, key), "", ""
    cover = basis.of(priority) or Cover("", None)
    if isinstance(value, Mapping):
        part = section.section(key)
        before = len(section.problems.found)
        part.only(LIMIT_KEYS)
        cover = _named_cover(part, basis.target, basis.covers) or cover
        own, field = part.choice("reading", READINGS) or "", part.text("field")
        value = part.get("within")
        if len(section.problems.found) > before and value is None:
            return None  # a misspelt `within` is one mistake, not two
        if field and value is not None:
            part.note("E102", "field", "says the same as 'within': how long; keep one")
        path = join(path, "within")
    calendar, reading = cover.calendar, own or basis.reading
    if field:
        return Limit(Amount(), calendar, cover.name, reading, field=field) if calendar else None
    with section.problems.at(path):
        if isinstance(value, str) and reads_as_due(value):
            due = due_of(value)
            if own:
                section.note("E153", f"{key}.reading", f"{shown(value)} is a due, not a number of days; drop 'reading'")
            return Limit(Amount(), calendar, cover.name, due=due) if calendar else None
        length = limit_of(value)
        if calendar:
            check_amount(length, str(value), str(cover), calendar)
            return Limit(length, calendar, cover.name, reading)
    return None
