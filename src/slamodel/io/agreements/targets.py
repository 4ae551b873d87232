"""Targets of an agreement: what each promises, put together from its limits, moments and options."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from slamodel.io.agreements.calendars import Covers
from slamodel.io.agreements.contradictions import check_judge, check_options, check_pauses
from slamodel.io.agreements.dialects import Spoken, read_dialect
from slamodel.io.agreements.document import join
from slamodel.io.agreements.escalation import read_levels
from slamodel.io.agreements.kinds import BUILT_IN, options_of, read_kind
from slamodel.io.agreements.limits import LIMIT_KEYS, Basis, Limits, is_none, read_basis, read_limit, reads_as_limit
from slamodel.io.agreements.links import Draft, linked
from slamodel.io.agreements.moments import MOMENTS, read_moments
from slamodel.io.agreements.options import CHOICES, OPTIONS, read_options, read_while
from slamodel.io.agreements.pauses import Pauses
from slamodel.io.agreements.priorities import Priorities, read_applies, slips
from slamodel.io.agreements.section import Section, shown
from slamodel.model.hours import ALWAYS
from slamodel.model.limit import Limit
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import Target
from slamodel.timeline.durations import Amount

_EVERY: Final = ("within", "default")
_OPTIONS: Final = tuple(
    dict.fromkeys(
        (
            *MOMENTS,
            *_EVERY,
            *CHOICES,
            *("for", "cover", "reading", "priority_field", "kind", "every", "until", "dialect", "warn_at"),
            *OPTIONS,
        )
    )
)


@frozen
class Terms:
    """What an agreement says once for all its targets. ``times`` are the fields of its log that hold times."""

    agreement: str
    priorities: Priorities
    covers: Covers
    pauses: Pauses
    escalation: Section
    dialect: Spoken
    times: Collection[str]


@frozen
class _Written:
    """A limit as it stands in the file: in which mapping, under which key, for which priority (None: the others)."""

    section: Section
    key: str
    priority: str | None

    @property
    def is_none(self) -> bool:
        return is_none(self.section.get(self.key))


def read_targets(section: Section, terms: Terms) -> Iterable[Target]:
    """Read the targets; one that cannot be made out at all is noted, and left out."""
    return linked(list(_drafts(section, terms)))


def _drafts(section: Section, terms: Terms) -> Iterator[Draft]:
    for name in section.data:
        value = section.get(name)
        if value is None or isinstance(value, Mapping):
            yield _draft(section.section(name), name, terms, section)
        elif reads_as_limit(value):
            short = Section({"within": value}, join(section.path, name), section.problems)
            yield _draft(short, name, terms, section)
        else:
            section.note("E107", name, f"{shown(value)} is not a target; write its limits, such as {{P1: 4h, P2: 8h}}")


def _draft(section: Section, name: str, terms: Terms, targets: Section) -> Draft:
    field = section.text("priority_field", terms.priorities.field)
    priorities = terms.priorities if field == terms.priorities.field else Priorities(field)
    applies = read_applies(section, priorities)
    kind, dialect = read_kind(section, name), read_dialect(section, terms.dialect)
    if section.get("stops") is None and kind not in BUILT_IN and "stops" not in dialect.fields:
        _note_no_stop(section, name)
    written = _written(section, priorities)
    if field not in applies.fields() and not any(limit.priority is None for limit in written):
        _note_left_out(section, name, priorities, written)
    limits = _limits(section, written, _basis(section, name, terms.covers, targets))
    moments, links = read_moments(section, targets.data)
    options = options_of(kind, dialect.fields, {**read_options(section), **moments})
    check_options(section, kind, options)
    check_judge(section, options, limits, terms.times)
    pauses = (*terms.pauses.of(name, kind), *read_while(section))
    check_pauses(section, pauses, limits)
    target = Target(
        id=name,
        kind=kind,
        dialect=dialect.name,
        # Without limits it is refused; until then it stands in, so that what names it finds it.
        limits=limits or ((None, Limit(Amount(us=1), ServiceCalendar(hours=ALWAYS))),),
        without=tuple(limit.priority for limit in written if limit.priority is not None and limit.is_none),
        applies=applies,
        priority_field=field,
        pauses=pauses,
        agreement=terms.agreement,
        escalations=read_levels(section, terms.escalation, name, limits, terms.covers, priorities),
        **options,
    )
    return Draft(target, links, section)


def _note_no_stop(section: Section, name: str) -> None:
    if section.get("kind") is not None:
        return  # it is none that is known, and that was noted
    near = min(BUILT_IN, key=lambda known: slips(name, known))
    if slips(name, near) <= 2:
        msg = f"unknown key; did you mean {near!r}? A target of another name says what 'stops' it"
        section.note("E101", "", msg)
    else:
        section.note("E102", "stops", "missing; say what stops the clock, such as stops: closed")


def _note_left_out(section: Section, name: str, priorities: Priorities, written: Sequence[_Written]) -> None:
    """Note the priorities without a limit; an update need not be promised to all."""
    said = {limit.priority for limit in written}
    for priority in priorities.promised if section.get("every") is None else ():
        if priority not in said:
            section.note("E136", "", f"priority {priority} has no {name!r} limit; give one or write 'none'")


def _written(section: Section, priorities: Priorities) -> list[_Written]:
    """Return the limits that a target writes; keys that are neither options nor priorities are noted."""
    before = len(section.problems.found)
    written = list(_listed(section, priorities, _OPTIONS))
    every = section.get("every")
    if every is not None:
        for limit in written:
            section.note("E102", limit.key, "says a limit again, beside 'every'; keep one of them")
        inner = section.section("every") if isinstance(every, Mapping) and not every.keys() <= {*LIMIT_KEYS} else None
        written = list(_listed(inner, priorities, _EVERY)) if inner else [_Written(section, "every", None)]
    if all(limit.is_none for limit in written) and len(section.problems.found) == before:
        section.note("E102", "", "promises nothing; give a limit, such as P1: 4h, or within: 4h for every priority")
    return written


def _listed(section: Section, priorities: Priorities, options: Collection[str]) -> Iterator[_Written]:
    for key in section.data:
        wrong = "" if key in options else priorities.misread(section, key, options)
        if key in _OPTIONS and key not in options:
            wrong = "is an option of the target; put it beside 'every', not into it"
        if wrong:
            section.note("E101", key, wrong)
        elif key not in options or key in _EVERY:
            yield _Written(section, key, None if key in _EVERY else key)
    if all(key in section.data for key in _EVERY):
        section.note("E102", "default", "says the same as 'within': the limit of every other priority; keep one")


def _basis(section: Section, name: str, covers: Covers, targets: Section) -> Basis:
    """Return what holds for limits that say nothing else.

    A target without any calendar that lasts until another one is counted on that one's, priority by priority.
    """
    basis = read_basis(section, name, covers)
    other = section.get("until")
    if basis.cover is None and isinstance(other, str) and isinstance(targets.get(other), Mapping):
        return evolve(basis, like=targets.section(other))
    return basis


def _limits(section: Section, written: Sequence[_Written], basis: Basis) -> Limits:
    given = [limit for limit in written if not limit.is_none]
    if basis.cover is None and not all(
        basis.has_cover(limit.section.get(limit.key), limit.priority) for limit in given
    ):
        section.note("E102", "", "has no calendar; give the agreement a calendar, or name one with 'cover'")
    read = [(limit.priority, read_limit(limit.section, limit.key, basis, limit.priority)) for limit in given]
    return tuple((priority, limit) for priority, limit in read if limit is not None)
