"""The writer of agreement files: a portfolio as the document that is read back to an equal one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Any, Final

from attrs import asdict

from slamodel.errors import AgreementError
from slamodel.io.long_form.calendars import Known, calendar_of, named_by
from slamodel.io.long_form.rules import levels_of, pauses_of
from slamodel.io.long_form.targets import Around, target_of
from slamodel.io.long_form.terms import scheme_of, services_of, terms_of
from slamodel.io.long_form.versions import version_of
from slamodel.model.agreement import Agreement
from slamodel.model.applicable import WHICH
from slamodel.model.calendar import Calendar
from slamodel.model.event_map import EventMap
from slamodel.model.hours import ALWAYS
from slamodel.model.limit import Limit
from slamodel.model.service import Service
from slamodel.model.service_calendar import ServiceCalendar

VERSION: Final = 1
_DERIVED: Final = ("matrix", "priority")  # of the agreement's priorities


def document_of(agreements: Sequence[Agreement], *, which: str = WHICH[0], long: bool = True) -> dict[str, Any]:
    """Return agreements as the document of one file; calendars that all of them begin with stand at its top.

    So do services, where one needs others that no agreement is about.
    """
    head: dict[str, Any] = {"slamodel": VERSION}
    if which != WHICH[0] or (long and len(agreements) > 1):
        head["which"] = which
    services = _shared_services(agreements)
    if len(agreements) == 1 and not services:
        return {**head, **agreement_of(agreements[0], long=long)}
    first, *others = agreements
    shared = tuple(takewhile(lambda pair: all(pair in one.calendars for one in others), first.calendars))
    while any(one.calendars[: len(shared)] != shared for one in others):
        shared = shared[:-1]
    if shared and others:
        head["calendars"] = named_by(shared, pinned=long)
    if services:
        head["services"] = services_of(services, named=True)
    written = [agreement_of(one, shared=shared if others else (), long=long) for one in agreements]
    for one, agreement in zip(written, agreements, strict=True):
        if services and agreement.services:
            one["services"] = [service.id for service in agreement.services]
    return {**head, "agreements": written}


def _shared_services(agreements: Sequence[Agreement]) -> tuple[Service, ...]:
    """Return the services of all agreements, if one needs a service that is not beside it; else none."""
    found = {service.id: service for agreement in agreements for service in agreement.services}
    lacking: dict[str, Service] = {}
    for agreement in agreements:
        beside = {service.id for service in agreement.services}
        for service in agreement.services:
            needed = service.components.services if service.components else ()
            lacking |= {name: Service(id=name) for name in needed if name not in beside}
    if lacking and any(found[service.id] != service for agreement in agreements for service in agreement.services):
        msg = "agreements say different things of one service, and a file says one; give them different ids"
        raise AgreementError(msg)
    return tuple({**lacking, **found}.values()) if lacking else ()


def agreement_of(
    agreement: Agreement, *, shared: Sequence[tuple[str, Calendar]] = (), long: bool = True
) -> dict[str, Any]:
    """Return one agreement; ``shared`` calendars are written elsewhere.

    Raises AgreementError where it says what no file can say.
    """
    limits = [limit for target in agreement.targets for _, limit in target.limits]
    field = _priority_field(agreement)
    known = Known(agreement.calendars, _zone(agreement, limits))
    around = Around(known, field, agreement.priorities, long)
    named = scheme_of(agreement.scheme) if agreement.scheme else {"order": list(agreement.priorities)}
    priority = {"field": field if field != "priority" else "", **named}
    escalation = {target.id: levels_of(target, known, long=long) for target in agreement.targets}
    written: dict[str, Any] = {
        "agreement": agreement.id,
        "kind": agreement.kind,
        **version_of(agreement, long=long),
        "name": agreement.name,
        "provider": None,
        "customer": None,
        "from": agreement.starts_on,
        "until": agreement.ends_on,
        "timezone": known.zone,
        "calendars": named_by(agreement.calendars[len(shared) :], pinned=long),
        "calendar": _own_calendar(limits, long=long),
        "priority": {key: value for key, value in priority.items() if value},
        "targets": {target.id: target_of(target, around) for target in agreement.targets},
        "pauses": pauses_of(agreement.targets),
        "escalation": {name: levels for name, levels in escalation.items() if levels},
        "events": events_of(agreement.events, long=long),
        **terms_of(agreement, known, long=long),
    }
    return {key: value for key, value in written.items() if value}


def events_of(events: EventMap, *, long: bool = True) -> dict[str, Any]:
    """Return how the log is read; what is as it is without a word is left out, unless ``long``."""
    plain = asdict(EventMap())
    written: dict[str, Any] = {
        key: value
        for key, value in asdict(events).items()
        if key not in _DERIVED and (value != plain[key] or (long and value))
    }
    shapes: dict[str, Callable[[Any], Any]] = {"columns": str, "values": dict, "known": list}
    for key, shape in shapes.items():
        if key in written:
            written[key] = {name: shape(value) for name, value in written[key]}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in written.items()}


def _zone(agreement: Agreement, limits: Iterable[Limit]) -> str:
    """Return the zone of the agreement: its own, or else the one in which its "24x7" is."""
    own = str(getattr(agreement, "timezone", ""))
    found = {own: None} if own else {}
    for limit in limits:
        if limit.calendar_id == ALWAYS and isinstance(limit.calendar, ServiceCalendar):
            found[limit.calendar.timezone] = None
    planned = [*(one.timezone for one in agreement.exclusions), *(one.timezone for one in agreement.windows)]
    found |= {zone: None for zone in planned if zone}
    name = next(iter(found), "")
    return "" if name == "UTC" and not own and not any(planned) else name


def _own_calendar(limits: Iterable[Limit], *, long: bool) -> Any:
    """Return the calendar of the limits that name none."""
    found = {limit.calendar: None for limit in limits if not limit.calendar_id}
    if len(found) > 1:
        msg = "limits without the name of a calendar are on different ones; name them in the agreement's calendars"
        raise AgreementError(msg)
    return next((calendar_of(calendar, pinned=long) for calendar in found), None)


def _priority_field(agreement: Agreement) -> str:
    """Return the field of the priorities that the agreement lists: the first one that all of its limits agree with."""
    known = {*agreement.priorities}
    fields = dict.fromkeys(("priority", *(target.priority_field for target in agreement.targets)))
    for name in fields if known else ():
        named = [one for one in agreement.targets if one.priority_field == name]
        said = {each for one in named for each in (*one.without, *(key for key, _ in one.limits)) if each is not None}
        if named and said <= known:
            return name
    if known or len(agreement.targets) == 0:
        return "priority"
    return agreement.targets[0].priority_field
