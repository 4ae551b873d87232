"""Lacking: the questions that profiles put to one agreement, each answered with what is not there, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from slamodel.model.agreement import Agreement
from slamodel.model.period_target import PeriodTarget
from slamodel.model.selector import Every, In
from slamodel.model.service import Service
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import Target
from slamodel.report.check.complete import SERVICE
from slamodel.report.check.possible import can_hold

Lacking: TypeAlias = Callable[[Agreement], Iterable[tuple[str, str]]]
"""Returns (path, what lacks) for everything in an agreement that does not meet a requirement."""
_SOURCED: Final = ("ratio", "count", "score", "threshold", "unit_cost")


def says(path: str, what: str, has: Callable[[Agreement], object]) -> Lacking:
    """Return the question whether an agreement says something at all."""
    return lambda agreement: () if has(agreement) else ((path, what),)


def sides(what: str, has: Callable[[Agreement, str, str], object]) -> Lacking:
    """Return a question that is put of both sides: ``what`` is told of a side without."""

    def lacking(agreement: Agreement) -> Iterator[tuple[str, str]]:
        for side, name in (("provider", agreement.provider), ("customer", agreement.customer)):
            if not has(agreement, side, name):
                yield side, what.format(side)

    return lacking


def targets(what: str, has: Callable[[Agreement, Target], object]) -> Lacking:
    """Return a question that is put of every target: ``what`` is told of one without."""

    def lacking(agreement: Agreement) -> Iterator[tuple[str, str]]:
        for one in agreement.targets:
            if not has(agreement, one):
                yield f"targets.{one.id}", what.format(repr(one.id))

    return lacking


def services(what: str, has: Callable[[Agreement, Service], object], *, live: bool = True) -> Lacking:
    """Return a question that is put of every service, or of those that are live: ``what`` is told of one without."""

    def lacking(agreement: Agreement) -> Iterator[tuple[str, str]]:
        for one in agreement.services:
            if (one.status == "live" or not live) and not has(agreement, one):
                yield f"services.{one.id}", what.format(repr(one.id))

    return lacking


def has_contact(agreement: Agreement, side: str, name: str) -> bool:
    """Return whether a side has somebody to call."""
    return any(contact.party in {side, name} for contact in agreement.contacts)


def has_listener(_: Agreement, target: Target) -> bool:
    """Return whether somebody hears when a target is late."""
    return any(level.to for level in target.escalations)


def is_counted(agreement: Agreement, target: Target) -> bool:
    """Return whether a period target counts the clocks of a target."""
    return any(one.metric.target == target.id for one in agreement.measured)


def is_backed(agreement: Agreement, target: Target) -> bool:
    """Return whether something is said to stand behind a target."""
    return any(one.target == target.id for one in agreement.backed_by)


def is_promised(agreement: Agreement, service: Service) -> bool:
    """Return whether some target is for items of a service."""
    mine = In(SERVICE, (service.id,))
    return any(can_hold(Every((mine, agreement.applies, one.applies))) for one in agreement.targets)


def is_available(agreement: Agreement, service: Service) -> bool:
    """Return whether the availability of a service is measured."""
    return any(one.metric.kind == "availability" and service.id in one.metric.of for one in agreement.measured)


def is_monitored(agreement: Agreement, service: Service) -> bool:
    """Return whether a period target is about a service: one that is named for it, or counts items of it."""
    return any(_is_about(one, service) for one in agreement.measured)


def _is_about(one: PeriodTarget, service: Service) -> bool:
    return (not one.metric.of or service.id in one.metric.of) and can_hold(
        Every((In(SERVICE, (service.id,)), one.applies))
    )


def without_holidays(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Yield the calendars that close and know no holidays."""
    named = {limit.calendar_id: limit.calendar for target in agreement.targets for _, limit in target.limits}
    for name, calendar in named.items():
        if isinstance(calendar, ServiceCalendar) and not calendar.never_closes and not calendar.holidays:
            whose = f"calendar {name or 'of the agreement'!r}"
            yield f"calendars.{name}" if name else "calendar", f"{whose} has no holidays"


def without_source(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Yield the period targets whose figures come from nowhere: those that no clock and no outage gives."""
    for i, one in enumerate(agreement.measured):
        if one.metric.kind in _SOURCED and not one.metric.source:
            yield f"measured.{i}", f"nobody knows where the figures of {one.id!r} come from"


def without_answer(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Yield the requirements that were accepted, and that no target answers."""
    for one in agreement.requirements:
        if one.status in {"accepted", "met"} and not one.targets:
            yield f"requirements.{one.id}", f"requirement {one.id!r} is {one.status}, and no target answers it"


def without_reason(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Yield an amendment that does not say why it was made."""
    if agreement.version > 1 and not agreement.change_note:
        yield "change_note", f"version {agreement.version} does not say why it was made"
