"""What a target cannot be: options that contradict each other, its kind, its calendars or its log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from slamodel.io.agreements.limits import Limits
from slamodel.io.agreements.section import Section, shown
from slamodel.model.pause import PauseRule
from slamodel.model.selector import EVENT
from slamodel.model.service_calendar import ServiceCalendar

_CHAINS: Final = ("", "update")


def check_options(section: Section, kind: str, options: Mapping[str, Any]) -> None:
    """Note options that contradict each other, or that a kind cannot have: those that the section gives itself."""
    given = {key for key, value in section.data.items() if value is not None}
    noted: set[str] = set()
    for key, message in contradictions(kind, options, given):
        if (key in given or not key) and key not in noted:
            section.note("E153", key, message)
            noted.add(key)


def contradictions(kind: str, options: Mapping[str, Any], given: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the keys that contradict others, each with why and what to do."""
    cycles, reopen = options.get("cycles", "once"), options.get("reopen", "continue")
    change = options.get("priority_change", "carry")
    if kind not in _CHAINS:
        yield "every", f"makes a chain of cycles, which kind: {kind} is not; write kind: update, or 'within'"
        if cycles == "chain":
            yield "cycles", f"a target of kind {kind} is no chain; write once, each or latest"
    if cycles != "chain":
        yield "every", f"makes a chain of cycles, which cycles: {cycles} is not; leave 'cycles' out, or write 'within'"
    if cycles == "once":
        for key in ("ends", "until"):
            yield key, "ends the cycles of a clock, and this clock has one; write cycles: each, latest or chain"
        if reopen != "new_cycle":
            yield "met_if", "is about several cycles, and this clock has one; write reopen: new_cycle, or 'cycles'"
    starts = options.get("starts")
    if cycles in {"each", "latest"} and starts is not None and not starts.field and EVENT not in starts.fields:
        yield "starts", f"is a state, which would begin a cycle at every row; cycles: {cycles} needs an event"
    if cycles == "chain" and reopen == "new_cycle":
        yield "reopen", "in a chain each stop begins a new cycle already; write continue or ignore"
    if reopen == "ignore":
        yield "ignore_after", "is about reopenings that count, and with reopen: ignore none does; leave one of them out"
    if change != "retroactive_floor":
        yield "floor", f"goes with priority_change: retroactive_floor, and here it is {change}"
    elif "floor" not in options and "floor" not in given:
        msg = "retroactive_floor needs a 'floor': how long the clock still runs after the change, such as floor: 1h"
        yield "priority_change", msg
    if kind == "ownership" and not {"while", "per"} & set(given):
        yield "", "ownership runs 'while' somebody has the item, such as while: {group: network}, or 'per' a field"


def check_judge(section: Section, options: Mapping[str, Any], limits: Limits, times: Collection[str]) -> None:
    """Note a due that no time of the log gives, with what it is needed for."""
    never = {limit.due.field: None for _, limit in limits if limit.due and limit.due.field not in ("", *times)}
    judge = options.get("judge")
    if judge in ("timestamp", "percent") and never:
        msg = f"judge: {judge} needs a due, and {shown(next(iter(never)))}, which would hold it, is no time of the log"
        section.note("E153", "judge" if section.get("judge") is not None else "", f"{msg}; list it under events: times")
    elif never:
        msg = f"{shown(next(iter(never)))}, which would hold the due, is no time of the log"
        section.note("E102", "", f"{msg}; list it under events: times")


def check_pauses(section: Section, pauses: Iterable[PauseRule], limits: Limits) -> None:
    """Note pauses in business days on a calendar that has none of its own."""
    if all(isinstance(limit.calendar, ServiceCalendar) for _, limit in limits):
        return
    for rule in pauses:
        if any(amount.days for amount in (rule.at_most, rule.at_most_in_total, rule.at_least)):
            msg = f"pause {shown(rule.name)} is limited in business days, and a combination of calendars has none"
            section.note("E132", "", f"{msg}; limit it in hours")
