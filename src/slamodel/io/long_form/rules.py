"""Pauses and levels of escalation as a file has them, gathered from the targets that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

from attrs import evolve

from slamodel.errors import AgreementError
from slamodel.io.long_form.calendars import Known
from slamodel.io.long_form.values import condition_of, happening_of, point_text
from slamodel.model.escalation import Level
from slamodel.model.pause import PauseRule
from slamodel.model.selector import ALWAYS_TRUE
from slamodel.model.target import ELSEWHERE, Target
from slamodel.timeline.durations import Amount

_CAPS = ("at_most", "at_most_in_total", "at_least")


def pauses_of(targets: Iterable[Target]) -> dict[str, Any]:
    """Return the pause rules of an agreement, by name, in an order that is that of every target."""
    from graphlib import CycleError, TopologicalSorter

    before: dict[str, set[str]] = {}
    rules: dict[str, PauseRule] = {}
    for target in targets:
        last: set[str] = set()
        for rule in target.pauses:
            if rule.name == ELSEWHERE:
                continue
            if rules.setdefault(rule.name, rule) != rule:
                msg = f"two pauses are called {rule.name!r}, and a file has one of a name; rename one of them"
                raise AgreementError(msg)
            before.setdefault(rule.name, set()).update(last)
            last = {rule.name}
    try:
        order = list(TopologicalSorter(before).static_order())
    except CycleError:
        msg = f"the targets have the pauses {', '.join(map(repr, rules))} in different orders, and a file has one order"
        raise AgreementError(msg) from None
    return {name: pause_of(rules[name]) for name in order}


def pause_of(rule: PauseRule) -> dict[str, Any]:
    """Return one pause rule."""
    written: dict[str, Any] = {"when": happening_of(rule.when)}
    if rule.is_latch:
        written["until"] = happening_of(rule.until)
    if rule.stops:
        written["stops"] = list(rule.stops)
    if rule.needs != ALWAYS_TRUE:
        written["needs"] = condition_of(rule.needs)
    written |= {key: str(getattr(rule, key)) for key in _CAPS if getattr(rule, key) != Amount()}
    written |= {key: getattr(rule, key) for key in ("ends_at", "clause") if getattr(rule, key)}
    return written


def warnings_of(target: Target) -> list[Level]:
    """Return the levels that a target has by ``warn_at``."""
    seen: set[str] = set()

    def is_warning(level: Level) -> bool:
        plain = Level.at(point_text(level))
        first = plain.point not in seen
        seen.add(plain.point)
        return first and level == evolve(plain, id=f"warn {plain.point}")

    return list(takewhile(is_warning, target.escalations))


def levels_of(target: Target, known: Known, *, long: bool) -> list[dict[str, Any]]:
    """Return the levels of a target that ``escalation`` gives it."""
    return [_level(level, known, long=long) for level in target.escalations[len(warnings_of(target)) :]]


def _level(level: Level, known: Known, *, long: bool) -> dict[str, Any]:
    usual = level.id == level.point and level.applies == ALWAYS_TRUE
    written: Mapping[str, Any] = {
        "id": level.id if long or not usual else "",
        "at": point_text(level),
        "to": level.to[0] if len(level.to) == 1 else list(level.to),
        "for": condition_of(level.applies) if level.applies != ALWAYS_TRUE else None,
        "cover": known.written(level.calendar) if level.calendar is not None else None,
        "clause": level.clause,
    }
    return {key: value for key, value in written.items() if value}
