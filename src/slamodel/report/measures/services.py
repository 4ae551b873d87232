"""Services: the outages of the services that a period target is about, and of those that they are made of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import evolve

from slamodel.clock.events import Coded
from slamodel.model.agreement import Agreement
from slamodel.model.metric import Metric
from slamodel.model.selector import as_text
from slamodel.model.service import Composition, Service
from slamodel.report.availability.outages import Outages
from slamodel.timeline.instants import NAT, Int64

WHOLE: tuple[str, ...] = ("",)
"""The one service of an agreement that names none: every outage is its."""


def services_of(agreement: Agreement, metric: Metric) -> tuple[str, ...]:
    """Return the services that are measured: those the metric is of, else those of the agreement, else all as one."""
    return metric.of or tuple(service.id for service in agreement.services) or WHOLE


def outages_of(outages: Outages, agreement: Agreement, services: tuple[str, ...], as_of: int) -> Outages:
    """Return the outages of some services, each told for the service that was down by it.

    A service is down where one that it needs is. Of a service that needs some of several parts, the time in which too
    many of them were down together is an outage of its own, of all of it; weights count as a whole there (M4 parts).
    """
    if services == WHOLE:
        return evolve(outages, services=WHOLE, service=np.zeros(len(outages), np.int64))
    known = {service.id: service for service in agreement.services}
    named = _by_name(outages)
    found, made, names = outages, [], []
    for code, name in enumerate(services):
        own, found = _down(found, known, named, name, as_of)
        made.append(own)
        names.append(np.full(len(own), code, np.int64))
    rows = np.concatenate([*made, np.empty(0, np.int64)])
    return evolve(found.taken(rows), services=services, service=np.concatenate([*names, np.empty(0, np.int64)]))


def strangers(outages: Outages, agreement: Agreement) -> list[str]:
    """Return the services of outages that the agreement, which names its services, does not have."""
    known = {service.id for service in agreement.services}
    used = np.unique(outages.service).tolist()
    names = [as_text(outages.services[code]) or "" for code in used]
    return [name for name in names if known and name not in known]


def _by_name(outages: Outages) -> dict[str | None, Int64]:
    """Return the rows of each service by its name, all found in one pass."""
    order = np.argsort(outages.service, kind="stable")
    first = np.searchsorted(outages.service[order], np.arange(len(outages.services) + 1)).tolist()
    return {as_text(name): order[first[i] : first[i + 1]] for i, name in enumerate(outages.services)}


def _down(
    outages: Outages, known: Mapping[str, Service], named: Mapping[str | None, Int64], name: str, as_of: int
) -> tuple[Int64, Outages]:
    """Return the rows by which a service is down, and the outages with those that were made for it."""
    rows = [named.get(name, np.empty(0, np.int64))]
    service = known.get(name)
    if service is not None and service.components is not None:
        more, outages = _composed(outages, service.components, known, named, as_of)
        rows.append(more)
    return np.unique(np.concatenate(rows)) if len(rows) > 1 else rows[0], outages


def _composed(
    outages: Outages, made_of: Composition, known: Mapping[str, Service], named: Mapping[str | None, Int64], as_of: int
) -> tuple[Int64, Outages]:
    parts = []
    for part in made_of.parts:
        if isinstance(part, Composition):
            rows, outages = _composed(outages, part, known, named, as_of)
        else:
            rows, outages = _down(outages, known, named, part, as_of)
        parts.append(rows)
    if made_of.is_series:
        return np.concatenate(parts), outages
    starts, ends = _together(outages, parts, len(parts) - made_of.needed + 1, as_of)
    many = len(starts)
    base = len(outages)
    return np.arange(base, base + many), _more(outages, starts, ends)


def _together(outages: Outages, parts: list[Int64], failing: int, as_of: int) -> tuple[Int64, Int64]:
    """Return the stretches in which at least ``failing`` of some parts are down."""
    at, step = [], []
    for rows in parts:
        start = outages.start[rows]
        end = np.where(outages.end[rows] == NAT, np.maximum(as_of, start), outages.end[rows])
        order = np.argsort(start, kind="stable")
        start, reach = start[order], np.maximum.accumulate(end[order])
        if not len(start):
            continue
        fresh = np.concatenate([[True], start[1:] > reach[:-1]])
        last = np.append(np.flatnonzero(fresh)[1:] - 1, len(start) - 1)
        at += [start[fresh], reach[last]]
        step += [np.ones(int(fresh.sum()), np.int64), -np.ones(len(last), np.int64)]
    if not at:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    instants, deltas = np.concatenate(at), np.concatenate(step)
    # Ends before starts at one instant: stretches are half-open.
    order = np.lexsort((deltas, instants))
    instants, down = instants[order], np.cumsum(deltas[order]) >= failing
    begun = np.flatnonzero(down & ~np.append(False, down[:-1]))
    ended = np.flatnonzero(~down & np.append(False, down[:-1]))
    some = instants[begun] < instants[ended]
    return instants[begun][some], instants[ended][some]


def _more(outages: Outages, starts: Int64, ends: Int64) -> Outages:
    """Return outages with some that were made, of all of a service and nobody's cause but the provider's."""
    many = len(starts)
    added = np.full(many, -1, np.int32)
    values = outages.responsibility.values
    provider = values.index("provider") if "provider" in values else len(values)
    whose = np.append(outages.responsibility.codes, np.full(many, provider, np.int32))

    def longer(column: Coded) -> Coded:
        return Coded(np.append(column.codes, added), column.values)

    def nats(column: Int64) -> Int64:
        return np.append(column, np.full(many, NAT))

    return evolve(
        outages,
        service=np.append(outages.service, np.full(many, -1)),
        start=np.append(outages.start, starts),
        end=np.append(outages.end, ends),
        weight=np.append(outages.weight, np.full(many, outages.scale)),
        affected=np.append(outages.affected, np.full(many, -1)),
        responsibility=Coded(whose, (*values, "provider") if provider == len(values) else values),
        planned=np.append(outages.planned, np.zeros(many, bool)),
        announced=nats(outages.announced),
        stamps={name: nats(column) for name, column in outages.stamps.items()},
        names=None if outages.names is None else longer(outages.names),
        fields={name: longer(column) for name, column in outages.fields.items()},
        lines=None if outages.lines is None else np.append(outages.lines, np.zeros(many, np.int64)),
    )
