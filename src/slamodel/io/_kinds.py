"""Kinds of targets: the moments and rules that each has built in, and the options that cannot go together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from slamodel.io._section import Section
from slamodel.model.selector import event
from slamodel.model.target import KINDS, Moment

_DONE: Final = Moment(event("resolved", "closed"))

# What was given stays given: a reopening is no business of a first reply, nor of a root cause that was found.
BUILT_IN: Final[Mapping[str, Mapping[str, Any]]] = {
    "respond": {"stops": Moment(event("first_reply")), "reopen": "ignore"},
    "assign": {"stops": Moment(event("assigned")), "reopen": "ignore"},
    "workaround": {"stops": Moment(event("workaround")), "reopen": "ignore"},
    "restore": {"stops": Moment(event("restored", "resolved", "closed"))},
    "resolve": {"stops": _DONE},
    "fulfil": {"stops": Moment(event("fulfilled", "closed"))},
    "root_cause": {"stops": Moment(event("root_cause_found")), "reopen": "ignore"},
    "publish": {"stops": Moment(event("published")), "reopen": "ignore"},
    "next_reply": {
        "starts": Moment(event("requester_replied")),
        "stops": Moment(event("next_reply")),
        "ends": _DONE,
        "cycles": "each",
        "reopen": "ignore",
    },
    "update": {
        "stops": Moment(event("updated", "next_reply")),
        "ends": _DONE,
        "cycles": "chain",
        "reopen": "continue",
    },
    "ownership": {"stops": _DONE},
}
_CHAINS: Final = ("", "update")


def read_kind(section: Section, name: str) -> str:
    """Read ``kind``: without it the target's own name, where that is a kind; ``every`` makes an update."""
    kind = section.choice("kind", KINDS)
    if kind or section.get("kind") is not None:
        return kind or ""
    return name if name in KINDS else "update" if section.get("every") is not None else ""


def options_of(kind: str, dialect: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a target: what it says itself, before its kind, before its dialect."""
    options = {**dialect, **BUILT_IN.get(kind, {}), **own}
    if options.get("cycles", "once") == "once" and "ends" not in own:
        options.pop("ends", None)
    if options.get("cycles") == "chain" and options.get("reopen") == "new_cycle" and "reopen" not in own:
        del options["reopen"]  # a dialect's, about clocks that run once
    return options


def check_options(section: Section, kind: str, options: Mapping[str, Any]) -> None:
    """Note options that contradict each other, or that a kind cannot have: those that the section gives itself."""
    given = {key for key, value in section.data.items() if value is not None}
    noted: set[str] = set()
    for key, message in _contradictions(kind, options, given):
        if key in given and key not in noted:
            section.note("E153", key, message)
            noted.add(key)


def _contradictions(kind: str, options: Mapping[str, Any], given: Collection[str]) -> Iterator[tuple[str, str]]:
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
        yield (
            "",
            "an owner's time runs only 'while' it is his, such as while: {assignment_group: network}, or 'per' a field",
        )
