"""Profiles: what an agreement must say before go-live, or to satisfy a standard, as tables of named requirements.

A requirement is a name, where it is written, a sentence that says what to do, and a question to one agreement. The
standards are cited by clause or practice; the words are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import frozen

from slamodel.errors import AgreementError, Problem
from slamodel.model._checks import did_you_mean
from slamodel.model.agreement import Agreement
from slamodel.report.check.complete import incomplete
from slamodel.report.check.lacking import (
    Lacking,
    has_contact,
    has_listener,
    is_available,
    is_backed,
    is_counted,
    is_monitored,
    is_promised,
    says,
    services,
    sides,
    targets,
    without_answer,
    without_holidays,
    without_reason,
    without_source,
)

COMPLETE: Final = "complete"


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


_SIDES: Final = sides("no {} is named", lambda _, __, name: name)
_CONTACTS: Final = sides("the {} has no contact", has_contact)
_PROMISED: Final = services("nothing is promised for {}", is_promised)
_OWNED: Final = services("service {} is live and has no owner", lambda _, service: service.owner)
_LISTENED: Final = targets("nobody hears when {} is late", has_listener)
_COUNTED: Final = targets("no period target counts {}", is_counted)
_BACKED: Final = targets("nothing is said to stand behind {}", is_backed)
_AVAILABLE: Final = services("no availability is promised for {}", is_available)
_MONITORED: Final = services("no period target is about {}", is_monitored)
_OFFERED: Final = services("service {} offers nothing in the catalogue", lambda _, one: one.offerings, live=False)
_TERM: Final = says("from", "the agreement has no first day", lambda one: one.starts_on)
_END: Final = says("until", "the agreement has no last day and no renewal", lambda one: one.last_day or one.renewal)
_SERVICES: Final = says("services", "no service is named", lambda one: one.services)
_REVIEWS: Final = says("reviews", "nobody reviews it", lambda one: one.reviews)
_MEASURED: Final = says("measured", "nothing is measured over a period", lambda one: one.measured)
_EXCEPTIONS: Final = says("exclusions", "no exceptions are agreed", lambda one: one.exclusions)
_RANKED: Final = says("priority", "no priorities are listed", lambda one: one.priorities or one.scheme)
_NEEDS: Final = says("requirements", "no requirement of the customer is written down", lambda one: one.requirements)
_APPROVED: Final = says("approvals", "not both sides have approved it", lambda one: not one.lacking)
_LOAD: Final = says(
    "measured",
    "no limit of the workload is agreed",
    lambda one: any(target.volume_at_most for target in one.measured),
)
_ISO: Final = "ISO/IEC 20000-1:2018,"
_COBIT: Final = "COBIT 2019, APO09"
_LIVE: Final = "before go-live"

PROFILES: Final[Mapping[str, tuple[Requirement, ...]]] = {
    "ready": (
        Requirement("parties", _LIVE, "E220", "name both sides", _SIDES),
        Requirement("contacts", _LIVE, "E220", "say whom to call, under contacts", _CONTACTS),
        Requirement("term", _LIVE, "E220", "write from: 2026-01-01", _TERM),
        Requirement("services", _LIVE, "E220", "list what it is about", _SERVICES, ("sla",)),
        Requirement("targets", _LIVE, "E220", "let some target be for it", _PROMISED),
        Requirement("escalation", _LIVE, "E220", "name who hears of it, under escalation", _LISTENED),
        Requirement("source", _LIVE, "E220", "write source", without_source),
        Requirement("holidays", _LIVE, "W220", "name the country, or list the dates", without_holidays),
        Requirement("measured", _LIVE, "W220", "say what share must be in time", _MEASURED),
        Requirement("owner", _LIVE, "W220", "name its owner", _OWNED),
    ),
    "iso20000": (
        Requirement("catalogue", f"{_ISO} 8.2.4", "E230", "list the services it is about", _SERVICES),
        Requirement("promised", f"{_ISO} 8.3.3", "E230", "let some target be for it", _PROMISED, ("sla",)),
        Requirement("targets", f"{_ISO} 8.3.3", "E230", "say what must hold over a period", _MEASURED),
        Requirement("workload", f"{_ISO} 8.3.3", "E230", "write volume_at_most", _LOAD, ("sla",)),
        Requirement("exceptions", f"{_ISO} 8.3.3", "E230", "list exclusions", _EXCEPTIONS, ("sla",)),
        Requirement("reviews", f"{_ISO} 8.3.3", "E230", "plan reviews", _REVIEWS),
        Requirement("approval", f"{_ISO} 8.3.3", "W230", "let each side approve it", _APPROVED),
        Requirement("supplier", f"{_ISO} 8.3.4.1", "E230", "name both sides", _SIDES, ("uc",)),
        Requirement("term", f"{_ISO} 8.3.4.1", "E230", "write until, or renewal", _END, ("uc",)),
        Requirement("internal", f"{_ISO} 8.3.4.2", "E230", "name both units", _SIDES, ("ola",)),
        Requirement("change", f"{_ISO} 8.5.1", "W230", "write change_note", without_reason),
        Requirement("priority", f"{_ISO} 8.6.1", "W230", "write priority: {order: [...]}", _RANKED),
        Requirement("availability", f"{_ISO} 8.7.1", "W230", "measure it", _AVAILABLE, ("sla",)),
        Requirement("reporting", f"{_ISO} 9.4", "W230", "count each over a period", _COUNTED),
    ),
    "cobit-apo09": (
        Requirement("requirements", f"{_COBIT}.01", "W240", "write requirements", _NEEDS, ("sla",)),
        Requirement("traced", f"{_COBIT}.01", "E240", "name the targets that answer it", without_answer),
        Requirement("services", f"{_COBIT}.02", "E240", "list what it is about", _SERVICES, ("sla",)),
        Requirement("catalogue", f"{_COBIT}.02", "W240", "write offerings", _OFFERED, ("sla",)),
        Requirement("parties", f"{_COBIT}.03", "E240", "name both sides", _SIDES),
        Requirement("term", f"{_COBIT}.03", "E240", "write from: 2026-01-01", _TERM),
        Requirement("approval", f"{_COBIT}.03", "W240", "let each side approve it", _APPROVED),
        Requirement("internal", f"{_COBIT}.03", "W240", "write backed_by", _BACKED, ("sla",)),
        Requirement("monitored", f"{_COBIT}.04", "E240", "say what must hold over a period", _MEASURED),
        Requirement("services monitored", f"{_COBIT}.04", "W240", "measure it", _MONITORED),
        Requirement("source", f"{_COBIT}.04", "E240", "write source", without_source),
        Requirement("reported", f"{_COBIT}.04", "W240", "count each over a period", _COUNTED),
        Requirement("reviews", f"{_COBIT}.05", "E240", "plan reviews", _REVIEWS),
        Requirement("renewal", f"{_COBIT}.05", "W240", "write until, or renewal", _END),
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
