"""Pause rules of an agreement: built in by name, or written out (C8)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from slamodel.io.agreements.lengths import read_amount
from slamodel.io.agreements.priorities import Priorities, read_applies
from slamodel.io.agreements.section import Section, shown
from slamodel.model.pause import PauseRule
from slamodel.model.selector import ALWAYS_TRUE, EVENT, Every, In, Selector, event, parse_selector
from slamodel.model.target import ELSEWHERE
from slamodel.timeline.durations import Amount

RESPOND: Final = "respond"
REASON: Final = "reason"
"""The field that a bare word under ``needs`` is a value of."""
BUILT_IN: Final[Mapping[str, PauseRule]] = {
    "awaiting_customer": PauseRule("awaiting_customer", In("status", ("awaiting_customer",))),
    "paused": PauseRule("paused", event("paused"), event("resumed")),
}
_CAPS: Final = ("at_most", "at_most_in_total", "at_least")
_KEYS: Final = ("when", "until", "stops", "for", "needs", *_CAPS, "ends_at", "clause")


@frozen
class Pauses:
    """The pause rules of an agreement."""

    rules: tuple[PauseRule, ...] = ()

    def of(self, target: str, kind: str) -> tuple[PauseRule, ...]:
        """Return the rules that stop a target: those that name it, and unless it is a respond, those that name none."""
        return tuple(rule for rule in self.rules if target in rule.stops or not (rule.stops or kind == RESPOND))


def read_pauses(section: Section, targets: Collection[str], priorities: Priorities) -> Pauses:
    """Read ``pauses``: a list of built-in names, or names with their rules."""
    value = section.get("pauses")
    if isinstance(value, (str, list)):
        return Pauses(tuple(_built_in(section, [value] if isinstance(value, str) else value)))
    rules = section.section("pauses")
    return Pauses(tuple(rule for name in rules.data for rule in _read_rule(rules, name, targets, priorities)))


def _built_in(section: Section, names: list[Any]) -> Iterator[PauseRule]:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if not isinstance(name, str):
            msg = f"{shown(name)} is not a name; rules of your own are a mapping of names, each with 'when'"
            section.note("E107", f"pauses.{i}", msg)
        elif name in seen:
            section.note("E102", f"pauses.{i}", f"pause {shown(name)} is written twice; keep one")
        elif name not in BUILT_IN:
            msg = f"pause {shown(name)} is not built in (one of your own is a mapping with 'when')"
            section.note("E102", f"pauses.{i}", f"{msg}{section.hint(name, BUILT_IN)}")
        else:
            seen.add(name)
            yield BUILT_IN[name]


def _read_rule(rules: Section, name: str, targets: Collection[str], priorities: Priorities) -> Iterator[PauseRule]:
    section = rules.section(name)
    if not isinstance(rules.get(name), (Mapping, type(None))):
        return
    section.only(_KEYS)
    if name == ELSEWHERE:
        section.note("E102", "", "the name of the pause that 'while' of a target makes; choose another name")
    rule = BUILT_IN.get(name)
    if section.get("when") is not None:
        with section.at("when"):
            rule = PauseRule(name, parse_selector(section.get("when")))
    elif rule is None:
        section.note("E102", "when", "missing; say while what the clock stands still, such as when: {status: on_hold}")
    if rule is None:
        return
    until = rule.until
    if section.get("until") is not None:
        with section.at("until"):
            until = parse_selector(section.get("until"))
        if not rule.is_latch:
            msg = "a condition on fields pauses for as long as it holds; 'until' goes with an event"
            section.note("E150", "until", msg)
    yield evolve(
        rule,
        until=until,
        stops=_stops(section, name, targets),
        needs=_needs(section, priorities),
        ends_at=section.text("ends_at"),
        clause=section.text("clause"),
        **_caps(section),
    )


def _stops(section: Section, name: str, targets: Collection[str]) -> tuple[str, ...]:
    stops = section.texts("stops")
    if stops == ():
        section.note("E150", "stops", f"names no target; without 'stops' it stops every target but {RESPOND}")
    for target in stops or ():
        if target not in targets:
            msg = f"pause {shown(name)} stops {shown(target)}, which is no target{section.hint(target, targets)}"
            section.note("E150", "stops", msg)
    return stops or ()


def _needs(section: Section, priorities: Priorities) -> Selector:
    """Read ``needs`` (bare words are values of the field ``reason``) and ``for``: what must hold as well."""
    parts = [read_applies(section, priorities)]
    value = section.get("needs")
    words = value if isinstance(value, list) else [value]
    if words and all(isinstance(word, str) for word in words):
        parts.append(In(REASON, tuple(words)))
    elif value is not None:
        with section.at("needs"):
            parts.append(parse_selector(value))
    for key, part in zip(("for", "needs"), parts, strict=False):
        if EVENT in part.fields():
            msg = "is an event; write a condition on fields, such as {reason: customer_informed}"
            section.note("E151", key, msg)
    told = tuple(part for part in parts if part != ALWAYS_TRUE)
    return told[0] if len(told) == 1 else Every(told)


def _caps(section: Section) -> dict[str, Any]:
    """Read the limits of a pause, and hold its least to its most."""
    found = {key: read_amount(section, key, "pause") for key in _CAPS}
    caps = {key: length for key, length in found.items() if length is not None}
    least = caps.get("at_least", Amount())
    for key in _CAPS[:2]:
        most = caps.get(key, least)
        if least.us > most.us > 0 or least.days > most.days > 0:
            msg = f"{least} is above {key}: {most}, so that no pause would ever count; make it shorter"
            section.note("E150", "at_least", msg)
    return caps
