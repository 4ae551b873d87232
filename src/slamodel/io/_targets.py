"""Targets of an agreement: what each promises, and the options by which its clock runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.io._calendars import Covers
from slamodel.io._document import join
from slamodel.io._limits import has_cover, is_none, length_of, read_basis, read_limit, reads_as_limit
from slamodel.io._pauses import RESPOND, Pauses
from slamodel.io._priorities import Priorities, slips
from slamodel.io._section import Section, shown
from slamodel.model.limit import Limit
from slamodel.model.selector import ALWAYS_TRUE, In, Selector, event, parse_selector
from slamodel.model.target import AT_LIMITS, JUDGES, PRIORITY_CHANGES, REOPENS, Moment, Target
from slamodel.timeline.durations import Amount

# A first reply stays given: what comes after it, a reopening too, is not the business of respond.
_BUILT_IN: Final[Mapping[str, Mapping[str, Any]]] = {
    RESPOND: {"stops": Moment(event("first_reply")), "reopen": "ignore"},
    "resolve": {"stops": Moment(event("resolved", "closed"))},
}
_MOMENTS: Final = ("starts", "stops", "resets", "cancels", "reopens")
_CHOICES: Final[Mapping[str, Collection[str]]] = {
    "at_limit": AT_LIMITS,
    "judge": JUDGES,
    "priority_change": PRIORITY_CHANGES,
    "reopen": REOPENS,
}
_EVERY: Final = ("within", "default")
_OPTIONS: Final = (
    *_MOMENTS,
    *_EVERY,
    *_CHOICES,
    *("for", "cover", "reading", "grace", "forgive_on_downgrade", "priority_field", "clause"),
)


@frozen
class Terms:
    """What an agreement says once for all its targets."""

    agreement: str
    priorities: Priorities
    covers: Covers
    pauses: Pauses


def read_targets(section: Section, terms: Terms) -> Iterator[Target]:
    """Read the targets; one that cannot be made out at all is noted, and left out."""
    for name in section.data:
        value = section.get(name)
        if value is None or isinstance(value, Mapping):
            yield _target(section.section(name), name, terms)
        elif reads_as_limit(value):
            short = Section({"within": value}, join(section.path, name), section.problems)
            yield _target(short, name, terms)
        else:
            section.note("E107", name, f"{shown(value)} is not a target; write its limits, such as {{P1: 4h, P2: 8h}}")


def _target(section: Section, name: str, terms: Terms) -> Target:
    field = section.text("priority_field", terms.priorities.field)
    priorities = terms.priorities if field == terms.priorities.field else Priorities(field)
    applies = _applies(section, priorities)
    if section.get("stops") is None and name not in _BUILT_IN:
        _note_no_stop(section, name)
    keys = _limit_keys(section, priorities)
    if field not in applies.fields() and not any(key in _EVERY for key in keys):
        for priority in priorities.order:
            if priority not in keys:
                section.note("E136", "", f"priority {priority} has no {name!r} limit; give one or write 'none'")
    return Target(
        id=name,
        limits=_limits(section, keys, name, terms.covers),
        without=tuple(key for key in keys if key not in _EVERY and is_none(section.get(key))),
        applies=applies,
        priority_field=field,
        pauses=terms.pauses.of(name),
        agreement=terms.agreement,
        **{**_BUILT_IN.get(name, {}), **_options(section)},
    )


def _note_no_stop(section: Section, name: str) -> None:
    near = [known for known in _BUILT_IN if slips(name, known) <= 2]
    if near:
        msg = f"unknown key; did you mean {near[0]!r}? A target of another name says what 'stops' it"
        section.note("E101", "", msg)
    else:
        section.note("E102", "stops", "missing; say what stops the clock, such as stops: closed")


def _limit_keys(section: Section, priorities: Priorities) -> list[str]:
    """Return the keys that hold limits; those that are neither options nor priorities are noted."""
    keys, before = [], len(section.problems.found)
    for key in section.data:
        wrong = "" if key in _OPTIONS else priorities.misread(section, key, _OPTIONS)
        if wrong:
            section.note("E101", key, wrong)
        elif key not in _OPTIONS or key in _EVERY:
            keys.append(key)
    if all(key in keys for key in _EVERY):
        section.note("E102", "default", "says the same as 'within': the limit of every other priority; keep one")
    if all(is_none(section.get(key)) for key in keys) and len(section.problems.found) == before:
        section.note("E102", "", "promises nothing; give a limit, such as P1: 4h, or within: 4h for every priority")
    return keys


def _limits(section: Section, keys: Collection[str], name: str, covers: Covers) -> tuple[tuple[str | None, Limit], ...]:
    basis = read_basis(section, name, covers)
    given = [key for key in keys if not is_none(section.get(key))]
    if basis.cover is None and not all(has_cover(section.get(key)) for key in given):
        section.note("E102", "", "has no calendar; give the agreement a calendar, or name one with 'cover'")
    read = [(None if key in _EVERY else key, read_limit(section, key, basis)) for key in given]
    return tuple((key, limit) for key, limit in read if limit is not None)


def _applies(section: Section, priorities: Priorities) -> Selector:
    value = section.get("for")
    if isinstance(value, str) or (value and isinstance(value, list) and all(isinstance(name, str) for name in value)):
        names = section.texts("for") or ()
        for name in names:
            if priorities.order and name not in priorities.order:
                msg = f"{shown(name)} is not a priority of this agreement{section.hint(name, priorities.order)}"
                section.note("E102", "for", msg)
        return In(priorities.field, names)
    if value is not None:
        with section.at("for"):
            return parse_selector(value)
    return ALWAYS_TRUE


def _options(section: Section) -> dict[str, Any]:
    """Return the fields of Target that the section gives."""
    options: dict[str, Any] = {key: _moment(section, key) for key in _MOMENTS if section.get(key) is not None}
    options |= {key: section.choice(key, known) for key, known in _CHOICES.items()}
    options["forgive_on_downgrade"] = section.flag("forgive_on_downgrade")
    options["clause"] = section.text("clause") or None
    if section.get("grace") is not None:
        with section.at("grace"):
            options["grace"] = _grace(section.get("grace"))
    return {key: value for key, value in options.items() if value is not None}


def _grace(value: Any) -> Amount:
    length = length_of(value)
    if length.days or length.calendar_days:
        msg = f"{value!r}: a grace is covered time; write it in hours, minutes or seconds"
        raise AgreementError(msg, "E131")
    return length


def _moment(section: Section, key: str) -> Moment | None:
    """Read an event or a condition, or ``{at: field}``: the time that a field holds."""
    value = section.get(key)
    if isinstance(value, Mapping) and "at" in value:
        part = section.section(key)
        part.only(("at",))
        if value["at"] is None:
            part.note("E102", "at", "missing; name the field that holds the time, such as {at: opened_at}")
        return Moment(field=part.text("at"))
    with section.at(key):
        return Moment(parse_selector(value))
    return None
