"""What stands beside the promises of an agreement: requirements, obligations in words, reviews, renewal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final, TypeVar

from slamodel.io.agreements.section import Section, shown
from slamodel.model.period import Period, Term
from slamodel.model.requirement import (
    REQUIREMENT_STATUSES,
    QualitativeObligation,
    RenewalTerms,
    Review,
    ServiceLevelRequirement,
)
from slamodel.model.selector import as_text

REQUIREMENT_KEYS: Final = ("text", "party", "priority", "status", "measurable", "targets", "clause")
OBLIGATION_KEYS: Final = ("statement", "obligor", "evidence", "per", "clause")
REVIEW_KEYS: Final = ("per", "forum", "attendees", "clause")
RENEWAL_KEYS: Final = ("notice", "review", "automatic", "clause")
_T = TypeVar("_T")


def read_requirements(section: Section, promised: Collection[str]) -> Iterator[ServiceLevelRequirement]:
    """Read ``requirements``: id: requirement; ``promised`` are the ids of targets and period targets."""
    for name, part in _mappings(section, "requirements", "text", REQUIREMENT_KEYS):
        targets = part.texts("targets") or ()
        for target in targets:
            if target not in promised:
                msg = f"{shown(target)} is no target and no period target{part.hint(target, promised)}"
                part.note("E102", "targets", msg)
        with part.problems.at(part.path):
            yield ServiceLevelRequirement(
                id=name,
                text=part.text("text"),
                party=part.text("party"),
                priority=as_text(part.get("priority")) or "",
                status=part.choice("status", REQUIREMENT_STATUSES) or "proposed",
                measurable=part.text("measurable"),
                targets=targets,
                clause=part.text("clause"),
            )


def read_obligations(section: Section) -> Iterator[QualitativeObligation]:
    """Read ``obligations``: id: statement, or id: obligation."""
    for name, part in _mappings(section, "obligations", "statement", OBLIGATION_KEYS):
        with part.problems.at(part.path):
            yield QualitativeObligation(
                id=name,
                statement=part.text("statement"),
                obligor=part.text("obligor"),
                evidence=part.text("evidence"),
                per=_parsed(part, "per", Period.parse),
                clause=part.text("clause"),
            )


def read_reviews(section: Section) -> Iterator[Review]:
    """Read ``reviews``: id: how often, or id: review."""
    for name, part in _mappings(section, "reviews", "per", REVIEW_KEYS):
        if part.get("per") is None:
            part.note("E102", "per", "missing; say how often, such as per: month")
        per = _parsed(part, "per", Period.parse)
        if per is not None:
            yield Review(
                id=name,
                per=per,
                forum=part.text("forum"),
                attendees=part.texts("attendees") or (),
                clause=part.text("clause"),
            )


def read_renewal(section: Section) -> RenewalTerms | None:
    """Read ``renewal``: the notice, the review, and the term by which it goes on by itself."""
    if not section.get("renewal"):
        return None
    part = section.section("renewal")
    part.only(RENEWAL_KEYS)
    return RenewalTerms(
        notice=_parsed(part, "notice", Term.parse),
        review=_parsed(part, "review", Period.parse),
        automatic=_parsed(part, "automatic", Term.parse),
        clause=part.text("clause"),
    )


def _mappings(section: Section, key: str, short: str, keys: Collection[str]) -> Iterator[tuple[str, Section]]:
    """Yield the entries of a mapping; a text alone is the entry's ``short`` key."""
    held = section.section(key)
    for name, value in held.data.items():
        if isinstance(value, str):
            yield name, Section({short: value}, f"{held.path}.{name}", held.problems)
        elif isinstance(value, Mapping):
            part = held.section(name)
            part.only(keys)
            yield name, part
        else:
            held.note("E107", name, f"{shown(value)} is not a mapping of keys to values, and no text")


def _parsed(part: Section, key: str, parse: Callable[[Any], _T]) -> _T | None:
    if part.get(key) is None:
        return None
    with part.at(key):
        return parse(part.get(key))
    return None
