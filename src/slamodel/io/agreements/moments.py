"""Moments of a target: events, conditions, times in fields, and what the clock of another target does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from attrs import frozen

from slamodel.io.agreements.priorities import slips
from slamodel.io.agreements.section import Section, shown
from slamodel.model.selector import EVENT_NAMES, parse_selector
from slamodel.model.target import EDGES, Moment

MOMENTS: Final = ("starts", "stops", "resets", "cancels", "reopens", "ends")
TIMED: Final = ("starts", "stops", "ends")
"""The moments that may be a time in a field, or follow the clock of another target."""

_KNOWN: Final = frozenset(name for event, names in EVENT_NAMES.items() for name in (event, *names))
_LONG_WORD: Final = 6
_MANY: Final = 200


@frozen
class Link:
    """A moment that another target gives: an edge of its clock, or, without an edge, the moment that stops it."""

    moment: str
    key: str
    other: str
    edge: str = ""


def read_moments(section: Section, targets: Collection[str]) -> tuple[dict[str, Moment], tuple[Link, ...]]:
    """Read the moments that a target gives, ``until`` as its ``ends``; those of other targets come as links."""
    found: dict[str, Moment] = {}
    links = []
    if section.get("until") is not None and section.get("ends") is not None:
        section.note("E102", "until", "says the same as 'ends'; keep one")
    for key in (*MOMENTS, "until"):
        read = _read(section, key, targets) if section.get(key) is not None else None
        if isinstance(read, Link):
            links.append(read)
        elif read is not None:
            found["ends" if key == "until" else key] = read
    return found, tuple(links)


def _read(section: Section, key: str, targets: Collection[str]) -> Moment | Link | None:
    """Read an event or a condition, ``{at: field}``, or what another target's clock does: ``resolve.stopped``."""
    value, moment = section.get(key), "ends" if key == "until" else key
    timed = moment in TIMED
    if isinstance(value, Mapping) and "at" in value:
        part = section.section(key)
        part.only(("at",))
        if value["at"] is None:
            part.note("E102", "at", "missing; name the field that holds the time, such as {at: opened_at}")
        elif not timed:
            part.note("E151", "at", f"{key!r} is an event or a condition; times in fields are for {', '.join(TIMED)}")
        return Moment(field=part.text("at"))
    if isinstance(value, Mapping) and isinstance(value.get("after"), str) and set(value) <= {"after", "edge"}:
        section.note("E151", key, _follows(section, value, targets, timed=timed))
        return None
    if isinstance(value, str) and timed:
        if key == "until" and value in targets:
            return Link(moment, key, value)
        other, dot, edge = value.rpartition(".")
        if dot and (edge in EDGES or other in targets):
            return _link(section, Link(moment, key, other, edge), targets)
    named = next(_clocks_in(value, targets), "")
    if named:
        stands = "stands alone, not in a list" if timed else f"is for {', '.join(TIMED)}"
        msg = f"{shown(named)} is what another clock does, and {stands}; an event of that name is {{do: {named}}}"
        section.note("E151", key, msg)
        return None
    if key == "until" and isinstance(value, str) and value not in _KNOWN:
        near = [name for name in islice(targets, _MANY) if slips(value, name) <= (2 if len(value) >= _LONG_WORD else 1)]
        if near:
            msg = f"{shown(value)} is neither a target nor a known event; did you mean {near[0]!r}?"
            section.note("E102", key, f"{msg} An event of that name is {{do: {value}}}")
            return None
    with section.at(key):
        return Moment(parse_selector(value))
    return None


def _follows(section: Section, value: Mapping[str, Any], targets: Collection[str], *, timed: bool) -> str:
    """Say how a moment that follows another clock is written, where it was written as a condition."""
    after = str(value["after"])
    base, _, last = after.rpartition(".")
    name, edge = (base, last) if last in EDGES else (after, str(value.get("edge", EDGES[1])))
    if not timed:
        do = f"only {', '.join(TIMED)} follow other clocks"
    elif name in targets:
        do = f"to follow that clock write {name}.{edge}"
    else:
        do = f"a clock that follows another is written as resolve.stopped, and {shown(name)} is no target"
        do += section.hint(name, targets).rstrip("?")
    return f"is a condition on a field 'after'; {do}. If that is meant, write {{after: {{eq: {after}}}}}"


def _link(section: Section, link: Link, targets: Collection[str]) -> Link | None:
    if link.other not in targets:
        hint = section.hint(link.other, targets)
        written = f"{link.other}.{link.edge}"
        msg = f"{shown(written)} follows {shown(link.other)}, which is no target{hint}"
        section.note("E102", link.key, msg)
        return None
    if link.edge not in EDGES:
        msg = f"a clock has no moment {shown(link.edge)}{section.hint(link.edge, EDGES)}"
        section.note("E107", link.key, msg)
        return None
    return link


def _clocks_in(value: Any, targets: Collection[str]) -> Iterator[str]:
    """Yield the texts that stand where an event is named, and mean what another target's clock does."""
    if isinstance(value, str):
        other, dot, edge = value.rpartition(".")
        if dot and edge in EDGES and other in targets:
            yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _clocks_in(one, targets)
    elif isinstance(value, Mapping):
        for key in ("any", "all", "not"):
            yield from _clocks_in(value.get(key), targets)
