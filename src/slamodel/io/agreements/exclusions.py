"""Exclusions of an agreement, and its windows of maintenance and of freezes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from slamodel.errors import AgreementError
from slamodel.io.agreements.lengths import length_of
from slamodel.io.agreements.section import Section, shown
from slamodel.io.agreements.services import check_named
from slamodel.model.exclusion import (
    EFFECTS,
    EXCLUSION_KINDS,
    WINDOW_KINDS,
    Allowance,
    ExclusionRule,
    Window,
    parse_recurrence,
)
from slamodel.model.selector import ALWAYS_TRUE, In, Selector, parse_selector
from slamodel.model.service import Service
from slamodel.timeline.durations import Amount
from slamodel.timeline.recurrence import Recurrence

_KEYS: Final = (
    *("name", "kind", "when", "recurs", "services", "about", "effect", "needs", "notice", "at_most", "clause"),
)
_WINDOW_KEYS: Final = ("kind", "recurs", "between", "services", "notice", "at_most", "agreed_by", "clause")
_OF_NAME: Final[Mapping[str, str]] = {"planned_maintenance": "maintenance", **{kind: kind for kind in EXCLUSION_KINDS}}
BUILT_IN: Final[Mapping[str, Selector]] = {
    "maintenance": In("planned", ("true",)),
    "force_majeure": In("responsibility", ("force_majeure",)),
    "customer_caused": In("responsibility", ("customer",)),
    "third_party": In("responsibility", ("third_party",)),
    "duplicate": In("closure", ("duplicate",)),
}
"""What an exclusion of a kind is about where it does not say."""


def read_exclusions(
    section: Section, zone: str, services: Mapping[str, Service], promised: Collection[str]
) -> Iterator[ExclusionRule]:
    """Read ``exclusions``: a list, of which the first that holds counts. ``promised`` are the ids of all targets."""
    seen: set[str] = set()
    for i, entry in enumerate(section.entries("exclusions")):
        part = section.entry(f"exclusions.{i}", entry)
        if not isinstance(entry, Mapping):
            continue
        part.only(_KEYS)
        name = part.text("name")
        if not name:
            part.note("E102", "name", "missing; give the exclusion a name, such as planned_maintenance")
        elif name in seen:
            part.note("E102", "name", f"exclusion {shown(name)} is written twice; choose another name")
        seen.add(name)
        about = part.texts("about") or ()
        for one in about:
            if one not in promised:
                msg = f"{shown(one)} is no target and no period target{part.hint(one, promised)}"
                part.note("E102", "about", msg)
        kind = part.choice("kind", EXCLUSION_KINDS) or _OF_NAME.get(name, "out_of_scope")
        if not name:
            continue
        if part.get("when") is None and part.get("recurs") is None and kind not in BUILT_IN:
            msg = "missing; say what is excluded, such as when: {closure: duplicate}, or when it recurs"
            part.note("E102", "when", msg)
        yield ExclusionRule(
            name=name,
            kind=kind,
            when=_when(part, kind),
            recurs=_recurs(part, zone),
            timezone=zone,
            services=_services(part, services),
            about=about,
            effect=part.choice("effect", EFFECTS) or "remove",
            needs=part.texts("needs") or (),
            notice=_notice(part),
            at_most=_allowance(part),
            clause=part.text("clause"),
        )


def read_windows(section: Section, zone: str, services: Mapping[str, Service]) -> Iterator[Window]:
    """Read ``windows``: id: window, maintenance unless it is of another kind."""
    windows = section.section("windows")
    for name in windows.data:
        part = windows.section(name)
        part.only(_WINDOW_KEYS)
        before = len(part.problems.found)
        between, given = None, part.entries("between")
        if part.get("between") is not None:
            if len(given) != 2:
                part.note(
                    "E105", "between", "is not a pair of local times, such as [2026-12-24T18:00, 2026-12-27T08:00]"
                )
            else:
                with part.at("between"):
                    between = _local(given[0]), _local(given[1])
        made: dict[str, Any] = {
            "kind": part.choice("kind", WINDOW_KINDS) or "maintenance",
            "recurs": _recurs(part, zone),
            "services": _services(part, services),
            "notice": _notice(part),
            "at_most": _allowance(part),
            "agreed_by": part.text("agreed_by"),
            "clause": part.text("clause"),
        }
        if len(part.problems.found) == before:
            with part.problems.at(part.path):
                yield Window(id=name, between=between, timezone=zone, **made)


def _local(value: Any) -> str:
    """Return a local time as ISO text."""
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        msg = f"{shown(value)} is not a local time; write it as '2026-12-24T18:00'"
        raise AgreementError(msg, "E105") from None
    if time.tzinfo is not None:
        msg = f"{value} is an instant; write the local time without an offset, its zone is the agreement's"
        raise AgreementError(msg, "E105")
    return time.isoformat()


def _when(part: Section, kind: str) -> Selector:
    """Read ``when``; without it and without windows, what the kind is about."""
    if part.get("when") is None:
        return BUILT_IN.get(kind, ALWAYS_TRUE) if part.get("recurs") is None else ALWAYS_TRUE
    with part.at("when"):
        return parse_selector(part.get("when"))
    return ALWAYS_TRUE


def _recurs(part: Section, zone: str) -> tuple[Recurrence, ...]:
    value = part.get("recurs")
    if value is None:
        return ()
    if not zone:
        part.note("E113", "recurs", "local times, and no zone; give the agreement a timezone")
    found: list[Recurrence] = []
    for i, one in enumerate(value if isinstance(value, list) else [value]):
        with part.at(f"recurs.{i}" if isinstance(value, list) else "recurs"):
            found += parse_recurrence(one)
    return tuple(found)


def _services(part: Section, services: Mapping[str, Service]) -> tuple[str, ...]:
    names = part.texts("services") or ()
    check_named(part, "services", names, services)
    return names


def _notice(part: Section) -> Amount:
    if part.get("notice") is None:
        return Amount()
    with part.at("notice"):
        return length_of(part.get("notice"))
    return Amount()


def _allowance(part: Section) -> Allowance | None:
    if part.get("at_most") is None:
        return None
    with part.at("at_most"):
        return Allowance.parse(part.get("at_most"))
    return None
