"""Options of a target: words, truths, lengths and numbers, each a field of Target."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from slamodel.io.agreements.lengths import read_amount
from slamodel.io.agreements.section import Section
from slamodel.model import target as words
from slamodel.model.pause import PauseRule
from slamodel.model.selector import EVENT, Not, parse_selector

CHOICES: Final[Mapping[str, Collection[str]]] = {
    "at_limit": words.AT_LIMITS,
    "judge": words.JUDGES,
    "priority_change": words.PRIORITY_CHANGES,
    "reopen": words.REOPENS,
    "cycles": words.CYCLES,
    "met_if": words.MET_IFS,
    "resolution": words.RESOLUTIONS,
    "pause_measure": words.PAUSE_MEASURES,
    "due_while_paused": words.DUES_WHILE_PAUSED,
    "boundary": words.BOUNDARIES,
    "start_with_stop": words.STARTS_WITH_STOP,
    "pause_with_resume": words.PAUSES_WITH_RESUME,
}
FLAGS: Final = ("forgive_on_downgrade", "retroactive_pause", "negative_remaining")
AMOUNTS: Final[Mapping[str, str]] = {"grace": "covered", "floor": "covered", "ignore_after": "wall", "hand_off": "wall"}
TEXTS: Final = ("per", "clause")
OPTIONS: Final = (*CHOICES, *FLAGS, *AMOUNTS, *TEXTS, "percent_decimals", "while")


def read_options(section: Section) -> dict[str, Any]:
    """Return the fields of Target that the section gives, its moments, limits and pauses aside."""
    options: dict[str, Any] = {key: section.choice(key, known) for key, known in CHOICES.items()}
    options |= {key: section.flag(key) for key in FLAGS}
    options |= {key: read_amount(section, key, units, zero=key == "grace") for key, units in AMOUNTS.items()}
    options |= {key: section.text(key) or None for key in TEXTS}
    options["percent_decimals"] = section.whole("percent_decimals", 0, 6)
    return {key: value for key, value in options.items() if value is not None}


def read_while(section: Section) -> tuple[PauseRule, ...]:
    """Read ``while``: a pause called "elsewhere" for as long as the condition does not hold."""
    if section.get("while") is None:
        return ()
    with section.at("while"):
        condition = parse_selector(section.get("while"))
        if EVENT not in condition.fields():
            return (PauseRule(words.ELSEWHERE, Not(condition)),)
        msg = "is an event, which does not last; write a condition, such as {assignment_group: network}"
        section.note("E151", "while", msg)
    return ()
