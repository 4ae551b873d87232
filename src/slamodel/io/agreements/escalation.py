"""Escalation of an agreement: ``warn_at`` on its targets, and the levels of ``escalation`` by target."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeAlias

from attrs import evolve

from slamodel.io.agreements.calendars import Cover, Covers, read_calendar
from slamodel.io.agreements.document import join
from slamodel.io.agreements.priorities import Priorities, read_applies
from slamodel.io.agreements.section import Section, shown
from slamodel.model.calendar import Calendar
from slamodel.model.escalation import Level
from slamodel.model.limit import Limit, check_amount
from slamodel.model.selector import ALWAYS_TRUE

Limits: TypeAlias = tuple[tuple[str | None, Limit], ...]

_KEYS: Final = ("at", "to", "for", "cover", "calendar", "clause", "id")
_AT: Final = "missing; say when, such as 75%, breach, 'breach + 4h' or '1h before due'"


def read_escalation(section: Section, targets: Collection[str]) -> Section:
    """Return ``escalation``, the levels by target; names that are no target are noted."""
    escalation = section.section("escalation")
    for name in escalation.data:
        if name not in targets:
            msg = f"escalation is by target, and {shown(name)} is none{escalation.hint(name, targets)}"
            escalation.note("E102", name, msg)
    return escalation


def read_levels(
    target: Section, escalation: Section, name: str, limits: Limits, covers: Covers, priorities: Priorities
) -> tuple[Level, ...]:
    """Return the levels of a target: those of its ``warn_at``, then those that ``escalation`` gives it."""
    return (*_warnings(target), *_levels(escalation, name, limits, covers, priorities))


def _warnings(target: Section) -> Iterator[Level]:
    """Read ``warn_at``: points without receivers."""
    value = target.get("warn_at")
    points = value if isinstance(value, list) else [] if value is None else [value]
    seen: set[str] = set()
    for i, point in enumerate(points):
        with target.at(f"warn_at.{i}" if isinstance(value, list) else "warn_at"):
            level = Level.at(_as_point(point))
            if level.point in seen:
                target.note("E102", f"warn_at.{i}", f"{level.point} is written twice; keep one")
            else:
                yield evolve(level, id=f"warn {level.point}")
            seen.add(level.point)


def _levels(escalation: Section, name: str, limits: Limits, covers: Covers, priorities: Priorities) -> Iterator[Level]:
    """Read the levels of one target; one that cannot be made out is noted, and left out."""
    seen: set[str] = set()
    for i, entry in enumerate(escalation.entries(name)):
        part = escalation.entry(f"{name}.{i}", entry)
        if not isinstance(entry, Mapping):
            continue
        level = _level(part, limits, covers, priorities)
        if level is not None and level.id in seen:
            msg = f"level {shown(level.id)} is written twice; put all receivers into one list, or give it an 'id'"
            part.note("E102", "id" if part.get("id") else "at", msg)
        elif level is not None:
            seen.add(level.id)
            yield level


def _level(part: Section, limits: Limits, covers: Covers, priorities: Priorities) -> Level | None:
    before = len(part.problems.found)
    part.only(_KEYS)
    to, clause = part.texts("to"), part.text("clause")
    if part.get("to") == []:
        part.note("E102", "to", "names nobody; name who hears of it, or leave 'to' out")
    applies = read_applies(part, priorities)
    cover = _cover(part, covers)
    if part.get("at") is None:
        if len(part.problems.found) == before:
            part.note("E102", "at", _AT)
        return None
    with part.at("at"):
        level = Level.at(_as_point(part.get("at")), to=to or (), applies=applies, clause=clause)
        _check_units(level, cover, limits)
        if cover is not None:
            with part.at("cover" if part.get("cover") is not None else "calendar"):
                level = evolve(level, calendar=cover.calendar)
        name = part.text("id") or level.point
        if applies != ALWAYS_TRUE and not part.get("id"):
            name = f"{name} for {_spelt(part.get('for'))}"
        return evolve(level, id=name)
    return None


def _as_point(value: Any) -> str:
    """Return a point as text: a bare number is shown as it came, and refused."""
    return value if isinstance(value, str) else shown(value)


def _spelt(value: Any) -> str:
    """Return the items of a level in words, for its id."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return ", ".join(value)
    return json.dumps(value, sort_keys=True, default=str)


def _cover(part: Section, covers: Covers) -> Cover | None:
    """Read ``cover``, or ``calendar`` as it is called too: a name, or a calendar."""
    keys = [key for key in ("cover", "calendar") if part.get(key) is not None]
    if len(keys) == 2:
        part.note("E102", "calendar", "says the same as 'cover'; keep one")
    for key in keys[:1]:
        value = part.get(key)
        if not isinstance(value, str):
            return Cover("", read_calendar(value, join(part.path, key), part.problems, covers))
        found = covers.find(value)
        if found is None:
            part.note("E102", key, f"calendar {shown(value)} is not defined{part.hint(value, covers.names)}")
        return found
    return None


def _check_units(level: Level, cover: Cover | None, limits: Limits) -> None:
    """Refuse days and weeks on a calendar that closes, as a limit does (E131)."""
    counting = [cover] if cover else [Cover(limit.calendar_id, limit.calendar) for _, limit in limits]
    for one in counting:
        if isinstance(one.calendar, Calendar):
            check_amount(level.after, level.point, str(one), one.calendar)
