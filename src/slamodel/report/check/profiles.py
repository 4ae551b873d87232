"""Profiles: what an agreement must say before go-live, or to satisfy a standard, as tables of named requirements.

A requirement is a name, where it is written, a sentence that says what to do, and a question to one agreement. The
standards are cited by clause or practice; the words are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from attrs import frozen

from slamodel.errors import AgreementError, Problem
from slamodel.model._checks import did_you_mean
from slamodel.model.agreement import Agreement
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.report.check.complete import incomplete

COMPLETE: Final = "complete"
_SOURCED: Final = ("ratio", "count", "score", "threshold", "unit_cost")

Lacking = Callable[[Agreement], Iterable[tuple[str, str]]]
"""Returns (path, what lacks) for everything in an agreement that does not meet a requirement."""


@frozen
class Requirement:
    """One thing that a profile asks of an agreement. ``kinds``: of which (none: of all)."""

    name: str
    reference: str
    code: str
    advice: str
    lacking: Lacking
    kinds: tuple[str, ...] = ()

    def problems(self, agreement: Agreement) -> Iterator[Problem]:
        """Yield what lacks."""
        if not self.kinds or agreement.kind in self.kinds:
            for path, what in self.lacking(agreement):
                yield Problem(self.code, path, f"{what}; {self.advice} ({self.reference})")


def _says(path: str, what: str, has: Callable[[Agreement], object]) -> Lacking:
    return lambda agreement: () if has(agreement) else ((path, what),)


def _sides(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for side, name in (("provider", agreement.provider), ("customer", agreement.customer)):
        if not name:
            yield side, f"no {side} is named"


def _contacts(agreement: Agreement) -> Iterator[tuple[str, str]]:
    called = {contact.party for contact in agreement.contacts}
    for side, name in (("provider", agreement.provider), ("customer", agreement.customer)):
        if not {side, name} & called:
            yield side, f"the {side} has no contact"


def _levels(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for target in agreement.targets:
        if not any(level.to for level in target.escalations):
            yield f"targets.{target.id}", f"nobody hears when {target.id!r} is late"


def _holidays(agreement: Agreement) -> Iterator[tuple[str, str]]:
    named = {limit.calendar_id: limit.calendar for target in agreement.targets for _, limit in target.limits}
    for name, calendar in named.items():
        if isinstance(calendar, ServiceCalendar) and not calendar.never_closes and not calendar.holidays:
            yield (
                f"calendars.{name}" if name else "calendar",
                f"calendar {name or 'of the agreement'!r} has no holidays",
            )


def _sources(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for i, one in enumerate(agreement.measured):
        if one.metric.kind in _SOURCED and not one.metric.source:
            yield f"measured.{i}", f"nobody knows where the figures of {one.id!r} come from"


def _owners(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for service in agreement.services:
        if service.status == "live" and not service.owner:
            yield f"services.{service.id}", f"service {service.id!r} is live and has no owner"


def _unmeasured(agreement: Agreement) -> Iterator[tuple[str, str]]:
    counted = {one.metric.target for one in agreement.measured}
    for target in agreement.targets:
        if target.id not in counted:
            yield f"targets.{target.id}", f"no period target counts {target.id!r}"


def _available(agreement: Agreement) -> Iterator[tuple[str, str]]:
    measured = {name for one in agreement.measured if one.metric.kind == "availability" for name in one.metric.of}
    for service in agreement.services:
        if service.status == "live" and service.id not in measured:
            yield f"services.{service.id}", f"no availability is promised for {service.id!r}"


def _untraced(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for one in agreement.requirements:
        if one.status in {"accepted", "met"} and not one.targets:
            yield f"requirements.{one.id}", f"requirement {one.id!r} is {one.status}, and no target answers it"


def _uncatalogued(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for service in agreement.services:
        if not service.offerings:
            yield f"services.{service.id}", f"service {service.id!r} offers nothing in the catalogue"


def _unbacked(agreement: Agreement) -> Iterator[tuple[str, str]]:
    backed = {one.target for one in agreement.backed_by}
    for target in agreement.targets:
        if target.id not in backed:
            yield f"targets.{target.id}", f"nothing is said to stand behind {target.id!r}"


_TERM: Final = _says("from", "the agreement has no first day", lambda one: one.starts_on)
_END: Final = _says("until", "the agreement has no last day and no renewal", lambda one: one.last_day or one.renewal)
_SERVICES: Final = _says("services", "no service is named", lambda one: one.services)
_REVIEWS: Final = _says("reviews", "nobody reviews it", lambda one: one.reviews)
_MEASURED: Final = _says("measured", "nothing is measured over a period", lambda one: one.measured)
_EXCEPTIONS: Final = _says("exclusions", "no exceptions are agreed", lambda one: one.exclusions)
_RANKED: Final = _says("priority", "no priorities are listed", lambda one: one.priorities or one.scheme)
_LOAD: Final = _says(
    "measured",
    "no limit of the workload is agreed",
    lambda one: any(target.volume_at_most for target in one.measured),
)
_NEEDS: Final = _says("requirements", "no requirement of the customer is written down", lambda one: one.requirements)
_APPROVED: Final = _says("approvals", "not both sides have approved it", lambda one: not one.lacking)

PROFILES: Final[Mapping[str, tuple[Requirement, ...]]] = {
    "ready": (
        Requirement("parties", "before go-live", "E220", "name both sides", _sides),
        Requirement("contacts", "before go-live", "E220", "say whom to call, under contacts", _contacts),
        Requirement("term", "before go-live", "E220", "write from: 2026-01-01", _TERM),
        Requirement("services", "before go-live", "E220", "list what it is about", _SERVICES, ("sla",)),
        Requirement("escalation", "before go-live", "E220", "name who hears of it, under escalation", _levels),
        Requirement("source", "before go-live", "E220", "write source", _sources),
        Requirement("holidays", "before go-live", "W220", "name the country, or list the dates", _holidays),
        Requirement("measured", "before go-live", "W220", "say what share must be in time", _MEASURED),
        Requirement("owner", "before go-live", "W220", "name its owner", _owners),
        Requirement("backing", "before go-live", "W220", "write backed_by", _unbacked, ("sla",)),
    ),
    "iso20000": (
        Requirement("catalogue", "ISO/IEC 20000-1:2018, 8.2.4", "E230", "list the services it is about", _SERVICES),
        Requirement("targets", "ISO/IEC 20000-1:2018, 8.3.3", "E230", "say what must hold over a period", _MEASURED),
        Requirement("workload", "ISO/IEC 20000-1:2018, 8.3.3", "E230", "write volume_at_most", _LOAD, ("sla",)),
        Requirement("exceptions", "ISO/IEC 20000-1:2018, 8.3.3", "E230", "list exclusions", _EXCEPTIONS, ("sla",)),
        Requirement("reviews", "ISO/IEC 20000-1:2018, 8.3.3", "E230", "plan reviews", _REVIEWS),
        Requirement("approval", "ISO/IEC 20000-1:2018, 8.3.3", "W230", "let each side approve it", _APPROVED),
        Requirement("supplier", "ISO/IEC 20000-1:2018, 8.3.4.1", "E230", "name both sides", _sides, ("uc",)),
        Requirement("term", "ISO/IEC 20000-1:2018, 8.3.4.1", "E230", "write until, or renewal", _END, ("uc",)),
        Requirement("internal", "ISO/IEC 20000-1:2018, 8.3.4.2", "E230", "name both units", _sides, ("ola",)),
        Requirement("priority", "ISO/IEC 20000-1:2018, 8.6.1", "W230", "write priority: {order: [...]}", _RANKED),
        Requirement("availability", "ISO/IEC 20000-1:2018, 8.7.1", "W230", "measure it", _available, ("sla",)),
        Requirement("reporting", "ISO/IEC 20000-1:2018, 9.4", "W230", "count each over a period", _unmeasured),
    ),
    "cobit-apo09": (
        Requirement("requirements", "COBIT 2019, APO09.01", "W240", "write requirements", _NEEDS, ("sla",)),
        Requirement("traced", "COBIT 2019, APO09.01", "E240", "name the targets that answer it", _untraced),
        Requirement("services", "COBIT 2019, APO09.02", "E240", "list what it is about", _SERVICES, ("sla",)),
        Requirement("catalogue", "COBIT 2019, APO09.02", "W240", "write offerings", _uncatalogued, ("sla",)),
        Requirement("parties", "COBIT 2019, APO09.03", "E240", "name both sides", _sides),
        Requirement("term", "COBIT 2019, APO09.03", "E240", "write from: 2026-01-01", _TERM),
        Requirement("internal", "COBIT 2019, APO09.03", "W240", "write backed_by", _unbacked, ("sla",)),
        Requirement("monitored", "COBIT 2019, APO09.04", "E240", "say what must hold over a period", _MEASURED),
        Requirement("source", "COBIT 2019, APO09.04", "E240", "write source", _sources),
        Requirement("reported", "COBIT 2019, APO09.04", "W240", "count each over a period", _unmeasured),
        Requirement("reviews", "COBIT 2019, APO09.05", "E240", "plan reviews", _REVIEWS),
        Requirement("renewal", "COBIT 2019, APO09.05", "W240", "write until, or renewal", _END),
    ),
}
"""The requirements of each profile; ``complete`` is none of them, it is the coverage matrix."""

NAMES: Final = (COMPLETE, *PROFILES)


def check_profile(name: str) -> None:
    """Raise AgreementError (E102) for a profile that is not known."""
    if name and name not in NAMES:
        msg = f"profile {name!r} is not known{did_you_mean(name, NAMES)}"
        raise AgreementError(msg, "E102")


def profiled(agreements: Iterable[Agreement], profile: str) -> Iterator[tuple[str, Problem]]:
    """Yield (agreement, problem) for all that a profile asks for and an agreement lacks."""
    if profile == COMPLETE:
        yield from incomplete(agreements)
        return
    for agreement in agreements:
        for requirement in PROFILES[profile]:
            yield from ((agreement.id, problem) for problem in requirement.problems(agreement))
