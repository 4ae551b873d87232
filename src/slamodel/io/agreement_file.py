"""Agreement files: the paper read from YAML, TOML, JSON or a mapping, with all its problems at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from attrs import evolve, field, frozen

from slamodel.errors import AgreementError
from slamodel.io.agreements import versions
from slamodel.io.agreements.backing import check_backing
from slamodel.io.agreements.calendars import Covers, read_covers
from slamodel.io.agreements.dialects import Spoken, named_dialect, read_dialect
from slamodel.io.agreements.document import Document
from slamodel.io.agreements.documents import extended, read_documents
from slamodel.io.agreements.escalation import read_escalation
from slamodel.io.agreements.event_map import read_event_map
from slamodel.io.agreements.parties import read_parties, read_shared_parties
from slamodel.io.agreements.pauses import read_pauses
from slamodel.io.agreements.priorities import read_priorities
from slamodel.io.agreements.reader import read_document
from slamodel.io.agreements.section import Section, shown
from slamodel.io.agreements.services import read_services
from slamodel.io.agreements.targets import Terms, read_targets
from slamodel.io.agreements.terms import read_terms
from slamodel.io.agreements.together import check_together
from slamodel.io.agreements.warnings import warn_about
from slamodel.model._checks import Problems
from slamodel.model.agreement import KINDS, Agreement
from slamodel.model.applicable import WHICH
from slamodel.model.party import Party
from slamodel.model.service import Service
from slamodel.report.portfolio import Portfolio

VERSION: Final = 1
_NO_TARGETS: Final = "missing; promise something, such as resolve: {P1: 4h, P2: 8h}"
_SHARED_KEYS: Final = ("timezone", "calendars", "services", "parties", "which")
_KEYS: Final = (
    *("agreement", "kind", "name", "provider", "customer", "from", "until", "timezone", "calendar", "calendars"),
    *("priority", "targets", "pauses", "events", "dialect", "escalation", "formality", "parties", "renewal"),
    *("services", "measured", "exclusions", "windows", "credits", "triggers", "backed_by", "requirements"),
    *("obligations", "reviews", "currency", *versions.KEYS),
)


@frozen
class Shared:
    """What a file of several agreements says once for all: calendars and zone, services, parties."""

    covers: Covers = field(factory=Covers)
    services: Mapping[str, Service] = field(factory=dict)
    parties: Mapping[str, Party] = field(factory=dict)


def load(source: Any, *, dialect: str = "") -> Portfolio:
    """Read the agreements of a file (.yaml, .yml, .toml, .json), or of a mapping with the same keys.

    A folder, or a list of paths, is read as one portfolio: what a file without agreements says holds for all of
    them. A template that an agreement ``extends`` is among what is read, or in a file beside it.

    ``dialect`` is the name of a product whose way of counting holds in place of the one that the agreements name;
    what a target says itself goes before either. Raises AgreementError with every problem found, each with its
    file, line, column and path.
    """
    problems = Problems()
    return _portfolio(read_documents(source, problems, _check_version), problems, dialect)


def loads(text: str | bytes, *, format: str = "yaml", dialect: str = "") -> Portfolio:  # noqa: A002  as json calls it
    """Read the agreements of a text in "yaml", "toml" or "json", as `load` reads those of a file."""
    problems = Problems()
    document = extended(read_document(text, format=format, problems=problems), problems)
    return _portfolio(document, problems, dialect)


def read_agreements(source: Any, problems: Problems) -> tuple[Document, list[tuple[Agreement, Section]], str]:
    """Return what `load` reads, the agreements in it, each with its place, and which of them applies to an item.

    What is wrong goes into ``problems``.

    Raises AgreementError for what cannot be read at all.
    """
    document = read_documents(source, problems, _check_version)
    read = list(_agreements(document.data, problems, None))
    check_backing(read)
    which = _which(document.data, problems)
    check_together(read, which)
    return document, read, which


def _portfolio(document: Document, problems: Problems, dialect: str) -> Portfolio:
    spoken = named_dialect(dialect) if dialect else None
    read = list(_agreements(document.data, problems, spoken))
    check_backing(read)
    which = _which(document.data, problems)
    check_together(read, which)
    if problems.found:
        raise AgreementError(document.located(problems.found))
    return Portfolio(
        tuple(agreement for agreement, _ in read), which, warnings=tuple(document.located(problems.warned))
    )


def _which(data: Any, problems: Problems) -> str:
    """Read ``which``: which of several agreements of one kind applies to an item."""
    root = Section(data if isinstance(data, Mapping) else {}, "", problems)
    return root.choice("which", WHICH) or WHICH[0]


def _agreements(data: Any, problems: Problems, spoken: Spoken | None) -> Iterator[tuple[Agreement, Section]]:
    if not isinstance(data, Mapping) or not data:
        what = shown(data) if data else "an empty document"
        problems.add("E100", "", f"{what} is no agreement; it begins with slamodel: {VERSION}")
        return
    root = Section(data, "", problems)
    _check_version(root)
    if "agreements" not in data:
        root.only(("slamodel", *_KEYS, "agreements", "which"))
        agreement = _agreement(root, Shared(), spoken)
        if agreement is not None:
            yield agreement, root
        return
    root.only(("slamodel", *_SHARED_KEYS, "agreements"))
    services = {service.id: service for service in read_services(root, {})}
    shared = Shared(read_covers(root, Covers()), services, read_shared_parties(root))
    seen: set[tuple[str, int]] = set()
    times: Collection[str] | None = None
    first: Agreement
    entries = root.entries("agreements")
    for i, entry in enumerate(entries):
        section = root.entry(f"agreements.{i}", entry)
        if not isinstance(entry, Mapping):
            continue
        section.only(_KEYS)
        agreement = _agreement(section, shared, spoken, times)
        if agreement is None:
            continue
        if times is None:
            times, first = agreement.events.times, agreement
        elif agreement.events.matrix not in (None, first.events.matrix):
            msg = f"is not that of {first.id!r}, as which the log is read; give both one matrix, or read them apart"
            section.warn("W137", "priority.matrix", msg)
        number = agreement.id, agreement.version
        if number in seen:
            msg = (
                f"agreement {shown(agreement.id)} is written twice; choose another id, or give it a version of its own"
            )
            section.note("E102", "agreement", msg)
            continue
        seen.add(number)
        yield agreement, section
    if not entries and isinstance(root.get("agreements"), (list, type(None))):
        root.note("E102", "agreements", "holds no agreement")


def _check_version(root: Section) -> None:
    version = root.get("slamodel")
    if version is None:
        root.note("E102", "slamodel", f"missing; the file begins with slamodel: {VERSION}")
    elif version != VERSION or not isinstance(version, int) or isinstance(version, bool):
        root.note("E107", "slamodel", f"{shown(version)} is not a version of this file that is read; write {VERSION}")


def _agreement(
    section: Section, shared: Shared, spoken: Spoken | None, times: Collection[str] | None = None
) -> Agreement | None:
    """Read one agreement: what cannot be read is noted, and left at its default.

    ``spoken`` is the dialect in place of its own, ``times`` the fields of the log that hold times, where another
    agreement of the file says how it is read.
    """
    before, name = len(section.problems.found), section.text("agreement")
    if section.get("agreement") in (None, ""):
        section.note("E102", "agreement", "missing; give the agreement an id, such as agreement: it-helpdesk")
    since, until = section.date("from"), section.date("until")
    if since and until and until < since:
        section.note("E105", "until", f"{until} is before {since}, when the agreement begins")
        until = ""
    written = section.section("targets")
    without = section.get("targets") in (None, {})
    if without and not section.get("measured"):
        section.note("E102", "targets", _NO_TARGETS)
    covers, priorities = read_covers(section, shared.covers), read_priorities(section)
    pauses, own = read_pauses(section, written.data, priorities), read_dialect(section, Spoken())
    events = read_event_map(section)
    if priorities.scheme and priorities.scheme.matrix:
        events = evolve(events, matrix=priorities.scheme.matrix, priority=priorities.field)
    levels = read_escalation(section, written.data)
    terms = Terms(name, priorities, covers, pauses, levels, spoken or own, events.times if times is None else times)
    kind, title = section.choice("kind", KINDS) or "sla", section.text("name")
    parties = read_parties(section, shared.parties, covers)
    targets = tuple(read_targets(written, terms))
    with section.problems.at(section.path):
        agreement = Agreement(
            id=name,
            kind=kind,
            name=title,
            provider=parties.sides.get("provider", ""),
            customer=parties.sides.get("customer", ""),
            parties=parties.described,
            roles=parties.others,
            contacts=parties.contacts,
            starts_on=since,
            ends_on=until,
            targets=targets,
            calendars=tuple((cover.name, cover.calendar) for cover in covers.named.values() if cover.calendar),
            priorities=tuple(priorities.order),
            scheme=priorities.scheme,
            events=events,
            **versions.read_version(section),
            **read_terms(section, (name, kind), targets, covers, priorities, shared.services),
        )
        if covers.zone and agreement.zone != covers.zone:  # else its calendars say it already
            agreement = evolve(agreement, timezone=covers.zone)
        agreement = versions.with_facts(agreement, section)
        entries = section.get("measured")
        if without and entries and len(agreement.measured) < (len(entries) if isinstance(entries, list) else 1):
            section.note("E102", "targets", _NO_TARGETS)  # something is counted that is a target's
        if len(section.problems.found) == before:
            warn_about(agreement, section)
        return agreement
    return None
