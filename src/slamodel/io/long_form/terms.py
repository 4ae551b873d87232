"""The terms of an agreement as a file has them: parties, priorities, services, what is measured, and backing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slamodel.errors import AgreementError
from slamodel.io.agreements.exclusions import BUILT_IN
from slamodel.io.long_form.calendars import Known, calendar_of
from slamodel.io.long_form.credits import credits_of
from slamodel.io.long_form.values import condition_of
from slamodel.model.agreement import Agreement
from slamodel.model.backing import BackedBy, Backers, Branches
from slamodel.model.calendar import Calendar
from slamodel.model.exclusion import ExclusionRule, Window
from slamodel.model.metric import Metric, value_text
from slamodel.model.party import Party
from slamodel.model.percent import number_text
from slamodel.model.period_target import PeriodTarget
from slamodel.model.priority import PriorityScheme
from slamodel.model.requirement import Contact
from slamodel.model.selector import ALWAYS_TRUE
from slamodel.model.service import Part, Service, ServiceOffering
from slamodel.timeline.durations import Amount

_NONE = Amount()


def terms_of(agreement: Agreement, known: Known, *, long: bool) -> dict[str, Any]:
    """Return the keys of an agreement beside its targets, pauses, escalation and events; empty ones are left out."""
    credits_, triggers = credits_of(agreement)
    renewal = agreement.renewal
    written: dict[str, Any] = {
        **parties_of(agreement, known),
        "formality": agreement.formality if long or agreement.formality != "contractual" else "",
        "currency": agreement.currency,
        "renewal": told(renewal, {"notice": str, "review": str, "automatic": str}) if renewal else {},
        "services": services_of(agreement.services),
        "measured": [_measured(one, known, long=long) for one in agreement.measured],
        "exclusions": [_exclusion(one, long=long) for one in agreement.exclusions],
        "windows": {one.id: _window(one, long=long) for one in agreement.windows},
        "credits": credits_,
        "triggers": triggers,
        "backed_by": {str(one): _backers(one.by, one) for one in agreement.backed_by},
        "requirements": {one.id: told(one, {"targets": list}, "id") for one in agreement.requirements},
        "obligations": {one.id: told(one, {"per": str}, "id") for one in agreement.obligations},
        "reviews": {one.id: told(one, {"per": str, "attendees": list}, "id") for one in agreement.reviews},
    }
    return {key: value for key, value in written.items() if value}


def told(noun: Any, shapes: Mapping[str, Any], *without: str, long: bool = False) -> dict[str, Any]:
    """Return the fields of a noun that say something, each in its shape; with ``long`` also what is so anyway."""
    found = {}
    for one in noun.__attrs_attrs__:
        value = getattr(noun, one.name)
        if one.name in without or value in ("", None, (), _NONE) or (not long and value == one.default):
            continue
        found[one.name] = shapes[one.name](value) if one.name in shapes else value
    return found


def scheme_of(scheme: PriorityScheme) -> dict[str, Any]:
    """Return a scheme of priorities beside its field."""
    matrix = scheme.matrix
    written: dict[str, Any] = {"order": list(scheme.order)}
    if matrix:
        rows = {impact: list(row) for impact, row in zip(matrix.impacts, matrix.cells, strict=True)}
        written["matrix"] = {"urgency": list(matrix.urgencies), **rows}
        written |= {"impact_field": matrix.impact_field, "urgency_field": matrix.urgency_field}
    written["by_type"] = {kind: list(names) for kind, names in scheme.by_type}
    written["names"] = {other: dict(pairs) for other, pairs in scheme.names}
    written["clause"] = scheme.clause
    return {key: value for key, value in written.items() if value}


def parties_of(agreement: Agreement, known: Known) -> dict[str, Any]:
    """Return ``provider``, ``customer`` and the others under ``parties``: as texts, or described.

    Raises AgreementError for a party, or the contact of one, that plays no role.
    """
    described = {party.id: party for party in agreement.parties}
    sides = {"provider": agreement.provider, "customer": agreement.customer}
    playing = {*sides, *sides.values(), *(word for pair in agreement.roles for word in pair)}
    lost = [name for name in (*described, *(one.party for one in agreement.contacts)) if name not in playing]
    if lost:
        msg = f"{lost[0]!r} plays no role in agreement {agreement.id!r}, and a file has parties by their role"
        raise AgreementError(msg)

    def party(role: str, name: str) -> Any:
        contacts = [one for one in agreement.contacts if one.party in (name, role)]
        if name not in described and not contacts:
            return name
        written: dict[str, Any] = {"name": name} if name else {}
        if name in described:
            written = _party(described[name])
        if contacts:
            by_role: dict[str, list[Any]] = {}
            for one in contacts:
                by_role.setdefault(one.role, []).append(_contact(one, known))
            written["contacts"] = by_role
        return written

    others = {role: party(role, name) for role, name in agreement.roles}
    return {**{role: party(role, name) for role, name in sides.items()}, "parties": others}


def _party(party: Party) -> dict[str, Any]:
    return told(party, {"parent": _party, "external_ids": dict})


def _contact(one: Contact, known: Known) -> Any:
    written = told(one, {}, "role", "party", "calendar", "calendar_id")
    if one.calendar:
        written["calendar"] = _calendar(one.calendar_id, one.calendar, known)
    return written


def _calendar(name: str, calendar: Calendar, known: Known) -> Any:
    return name if name and known.find(name) == calendar else calendar_of(calendar)


def services_of(services: tuple[Service, ...], *, named: bool = False) -> Any:
    """Return services: their ids where nothing more is said of any, unless ``named``; else each by its id."""
    if not named and all(one == Service(id=one.id) for one in services):
        return [one.id for one in services]
    shapes = {"components": _composition, "offerings": _offerings, "external": dict}
    found = {one.id: told(one, shapes, "id") for one in services}
    return {
        name: {"external_ids" if key == "external" else key: value for key, value in one.items()}
        for name, one in found.items()
    }


def _offerings(offerings: tuple[ServiceOffering, ...]) -> dict[str, Any]:
    shapes = {"fulfilment": str, "cost": str}
    return {one.id: told(one, shapes, "id", "service") for one in offerings}


def _composition(one: Part) -> Any:
    if isinstance(one, str):
        return one
    parts = [_composition(part) for part in one.parts]
    if one.needed == len(parts):
        return {"all_of": parts}
    return {"any_of": parts} if one.needed == 1 else {"needed": one.needed, "of": parts}


def _measured(one: PeriodTarget, known: Known, *, long: bool) -> dict[str, Any]:
    metric = one.metric
    written: dict[str, Any] = {"id": one.id, "what": metric.target}
    if metric.kind != "attainment":
        written["metric"] = metric.kind
    if one.applies != ALWAYS_TRUE:
        written["for"] = condition_of(one.applies)
    plain = ("id", "metric", "applies", "small", "agreement")
    shapes = {"expected": value_text, "minimum": value_text, "warn": value_text, "per": str, "precision": number_text}
    written |= told(one, shapes, *plain, long=long) | _metric(metric, known)
    written |= {f"below_{rule.below}": str(rule) for rule in one.small}
    return {key: value for key, value in written.items() if value not in ("", (), None)}


def _metric(metric: Metric, known: Known) -> dict[str, Any]:
    lengths = {"outages_from": str, "within": str}
    numbers = {"out_of": number_text, "good_from": number_text, "bound": str}
    shapes: dict[str, Any] = {"of": list, "by": list, "when": condition_of, **lengths, **numbers}
    written = told(metric, shapes, "kind", "target", "percentile", "during", "during_id", "parts")
    if metric.percentile:
        written["statistic"] = f"p{str(metric.percentile).rstrip('%')}"
    if metric.during:
        written["during"] = _calendar(metric.during_id, metric.during, known)
    if metric.parts:
        written["parts"] = {name: number_text(weight) for name, weight in metric.parts}
    return written


_PLANNED: Mapping[str, Any] = {
    "recurs": lambda windows: [str(one) for one in windows],
    "when": condition_of,
    "services": list,
    "about": list,
    "needs": list,
    "notice": str,
    "at_most": str,
    "between": list,
}


def _exclusion(one: ExclusionRule, *, long: bool) -> dict[str, Any]:
    written = told(one, _PLANNED, "timezone", "when", long=long) | {"kind": one.kind}
    usual = ALWAYS_TRUE if one.recurs else BUILT_IN.get(one.kind)
    return written | ({"when": condition_of(one.when)} if one.when != usual else {})


def _window(one: Window, *, long: bool) -> dict[str, Any]:
    return told(one, _PLANNED, "id", "timezone", long=long)


def _backers(by: Backers, backed: BackedBy | None = None) -> Any:
    if isinstance(by, Branches):
        clause = {"clause": backed.clause} if backed and backed.clause else {}
        return {by.way: [_backers(part) for part in by.parts], **clause}
    if by.hand_off is None and not by.clause:
        return str(by)
    hand_off = {} if by.hand_off is None else {"hand_off": str(by.hand_off)}
    return {"link": str(by), **hand_off, **({"clause": by.clause} if by.clause else {})}
