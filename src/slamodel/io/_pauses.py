"""Pause rules of an agreement: built in by name, or written out (C8)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from slamodel.io._section import Section, shown
from slamodel.model.pause import PauseRule
from slamodel.model.selector import In, event, parse_selector

RESPOND: Final = "respond"
BUILT_IN: Final[Mapping[str, PauseRule]] = {
    "awaiting_customer": PauseRule("awaiting_customer", In("status", ("awaiting_customer",))),
    "paused": PauseRule("paused", event("paused"), event("resumed")),
}
_KEYS: Final = ("when", "until", "stops", "clause")


@frozen
class Pauses:
    """The pause rules of an agreement."""

    rules: tuple[PauseRule, ...] = ()

    def of(self, target: str) -> tuple[PauseRule, ...]:
        """Return the rules that stop a target: those that name it, and unless it is respond, those that name none."""
        return tuple(rule for rule in self.rules if target in rule.stops or not (rule.stops or target == RESPOND))


def read_pauses(section: Section, targets: Collection[str]) -> Pauses:
    """Read ``pauses``: a list of built-in names, or names with their rules."""
    value = section.get("pauses")
    if isinstance(value, (str, list)):
        return Pauses(tuple(_built_in(section, [value] if isinstance(value, str) else value)))
    rules = section.section("pauses")
    return Pauses(tuple(rule for name in rules.data for rule in _read_rule(rules, name, targets)))


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


def _read_rule(rules: Section, name: str, targets: Collection[str]) -> Iterator[PauseRule]:
    section = rules.section(name)
    if not isinstance(rules.get(name), (Mapping, type(None))):
        return
    section.only(_KEYS)
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
    stops = section.texts("stops")
    if stops == ():
        section.note("E150", "stops", f"names no target; without 'stops' it stops every target but {RESPOND}")
    for target in stops or ():
        if target not in targets:
            msg = f"pause {shown(name)} stops {shown(target)}, which is no target{section.hint(target, targets)}"
            section.note("E150", "stops", msg)
    yield evolve(rule, until=until, stops=stops or (), clause=section.text("clause"))
