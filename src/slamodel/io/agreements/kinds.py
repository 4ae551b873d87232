"""Kinds of targets: the moments and rules that each has built in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from slamodel.io.agreements.section import Section
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


def read_kind(section: Section, name: str) -> str:
    """Read ``kind``: without it the target's own name, where that is a kind; ``every`` makes an update."""
    kind = section.choice("kind", KINDS)
    if kind is None and section.get("kind") is None and name in KINDS:
        return name
    return kind or ("update" if section.get("every") is not None else "")


def options_of(kind: str, dialect: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a target: what it says itself, before its kind, before its dialect."""
    options = {**dialect, **BUILT_IN.get(kind, {}), **own}
    if options.get("cycles", "once") == "once" and "ends" not in own:
        options.pop("ends", None)
    if options.get("cycles") == "chain" and options.get("reopen") == "new_cycle" and "reopen" not in own:
        del options["reopen"]  # a dialect's, about clocks that run once
    return options
