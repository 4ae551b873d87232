"""Which version of an agreement is written: its number and state, who approved it, and what happened to it later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from attrs import evolve

from slamodel.errors import AgreementError
from slamodel.io.agreements.instants import read_instant
from slamodel.io.agreements.section import Section, shown
from slamodel.model.agreement import Agreement
from slamodel.model.approval import Approval
from slamodel.model.selector import ALWAYS_TRUE, Selector, parse_selector
from slamodel.model.version import AS_OF_RULES, MID_PERIODS, STATES

FACTS: Final = (
    *("version", "state", "recorded_at", "approvals", "change_note", "suspensions", "termination", "renewals"),
)
"""What is said of one version alone: the next one does not take it over."""
KEYS: Final = (*FACTS, "as_of", "mid_period", "applies", "precedence")
APPROVAL_KEYS: Final = ("party", "person", "at")
SUSPENSION_KEYS: Final = ("from", "until", "reason", "recorded_at")
TERMINATION_KEYS: Final = ("at", "reason", "by", "recorded_at")
RENEWAL_KEYS: Final = ("until", "recorded_at", "note")
HIGHEST: Final = 1_000_000
"""The highest number of a version, and the farthest from 0 that a precedence lies."""


def read_version(section: Section) -> dict[str, Any]:
    """Return what is said of a version that needs no zone: fields of Agreement."""
    return {
        "version": section.whole("version", 1, HIGHEST) or 1,
        "state": section.choice("state", STATES) or "agreed",
        "change_note": section.text("change_note"),
        "as_of_rule": section.choice("as_of", AS_OF_RULES) or "opened",
        "mid_period": section.choice("mid_period", MID_PERIODS) or "next_period",
        "applies": _applies(section),
        "precedence": section.whole("precedence", -HIGHEST, HIGHEST) or 0,
    }


def with_facts(agreement: Agreement, section: Section) -> Agreement:
    """Return a version with its approvals and what happened to it, each made by its move; what is wrong is noted.

    Dates and local times are those of the agreement's zone.
    """
    place = agreement.zone if agreement.timezone or agreement.zone != "UTC" else ""
    approvals = tuple(_approvals(section, place))
    facts: dict[str, Any] = {"recorded_at": read_instant(section, "recorded_at", place), "approvals": approvals}
    made = evolve(agreement, **facts)
    if approvals and section.get("state") in {None, "agreed"}:
        for side in made.lacking:
            msg = f"version {made.version} lacks an approval by {side}; an agreed version has those of both sides"
            section.note("E182", "approvals", msg)
    lost = section.get("until") is not None and not agreement.ends_on  # it is no date, and that was noted
    for part, until in () if lost else _renewals(section):
        with part.problems.at(part.path):
            made = made.renew(until, _recorded(part, place), part.text("note"))
    for part in _mappings(section, "suspensions", SUSPENSION_KEYS):
        since = read_instant(part, "from", place)
        if part.get("from") is None:
            part.note("E102", "from", "missing; say from when it is suspended, such as from: 2026-07-01")
        end = read_instant(part, "until", place, last=True)
        if since is not None:
            with part.problems.at(part.path):
                made = made.suspend(since, end, part.text("reason"), _recorded(part, place))
    return _terminated(made, section, place)


def _terminated(made: Agreement, section: Section, place: str) -> Agreement:
    if section.get("termination") is None:
        return made
    part = section.section("termination")
    part.only(TERMINATION_KEYS)
    if part.get("at") is None:
        part.note("E102", "at", "missing; say when it ends, such as at: 2027-03-01")
    at = read_instant(part, "at", place)
    if at is not None:
        with part.problems.at(part.path):
            return made.terminate(at, part.text("reason"), part.text("by"), _recorded(part, place))
    return made


def _approvals(section: Section, place: str) -> Iterator[Approval]:
    """Read ``approvals``: a list of parties, or of {party, person, at}."""
    for i, entry in enumerate(section.entries("approvals")):
        key = f"approvals.{i}"
        if isinstance(entry, str) and entry:
            yield Approval(entry)
            continue
        part = section.entry(key, entry)
        if not isinstance(entry, Mapping):
            continue
        part.only(APPROVAL_KEYS)
        if not part.text("party"):
            part.note("E102", "party", "missing; say who approved it, such as party: borough")
        yield Approval(part.text("party"), part.text("person"), read_instant(part, "at", place))


def _renewals(section: Section) -> Iterator[tuple[Section, str]]:
    """Read ``renewals``: a list of last dates, or of {until, recorded_at, note}."""
    for i, entry in enumerate(section.entries("renewals")):
        written = {"until": entry} if isinstance(entry, str) else entry
        part = section.entry(f"renewals.{i}", written)
        if not isinstance(written, Mapping):
            continue
        part.only(RENEWAL_KEYS)
        if part.get("until") is None:
            part.note("E102", "until", "missing; say until when it goes on, such as until: 2027-12-31")
        until = part.date("until")
        if until:
            yield part, until


def _mappings(section: Section, key: str, keys: tuple[str, ...]) -> Iterator[Section]:
    for i, entry in enumerate(section.entries(key)):
        part = section.entry(f"{key}.{i}", entry)
        if isinstance(entry, Mapping):
            part.only(keys)
            yield part


def _recorded(part: Section, place: str) -> datetime | None:
    return read_instant(part, "recorded_at", place)


def _applies(section: Section) -> Selector:
    """Read ``applies``: the condition of the items that an agreement is for."""
    value = section.get("applies")
    if value is None:
        return ALWAYS_TRUE
    with section.at("applies"):
        if not all(isinstance(one, Mapping) for one in (value if isinstance(value, list) else [value])):
            msg = f"{shown(value)} is no condition; write applies: {{client: acme}}"
            raise AgreementError(msg, "E107")
        return parse_selector(value)
    return ALWAYS_TRUE
