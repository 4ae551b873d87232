"""Uptime: availability and reliability of the services that a period target is about; the worst one is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final, overload

import numpy as np
from attrs import evolve, frozen

from slamodel.clock.texts import instant_text
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.report.attainment.figures import Figure, time_text
from slamodel.report.attainment.goals import Goal, judge
from slamodel.report.availability.availability import Availability, availability
from slamodel.report.availability.outages import Outages
from slamodel.report.availability.reliability import Reliability
from slamodel.report.measures.acting import Acting
from slamodel.report.measures.facts import Facts, Told
from slamodel.report.measures.planned_time import PlannedTime, planned_time
from slamodel.report.measures.services import WHOLE, outages_of, services_of, strangers
from slamodel.timeline.instants import NAT, Int64

ALWAYS: Final = ServiceCalendar(hours="24x7")
NO_OUTAGES: Final = "no outages were given"
NO_TIME: Final = "no agreed service time"


@frozen(eq=False)
class Uptime:
    """The outages that a period target is about, and what they come to for each of its services."""

    outages: Outages
    planned: PlannedTime
    found: Availability
    notes: tuple[str, ...]


def uptime(one: Acting, facts: Facts) -> Uptime | None:
    """Return the availability of the services of a period target in its periods; None without outages."""
    if facts.outages is None:
        return None
    metric, agreement = one.target.metric, one.agreement
    services = services_of(agreement, metric)
    rows = outages_of(facts.outages, agreement, services, facts.as_of)
    unknown = strangers(facts.outages, agreement)
    notes = [f"outages of {name!r}, which is no service of {agreement.id!r}, do not count" for name in unknown]
    going = rows.end == NAT
    if going.any():
        many = int(going.sum())
        notes.append(f"{many} outage{'s' if many > 1 else ''} without an end: so far until {instant_text(facts.as_of)}")
    cut = evolve(rows, end=np.where(going, facts.as_of, rows.end))
    cut = cut.taken(np.flatnonzero(cut.start < cut.end))
    calendar = metric.during or ALWAYS
    planned = planned_time(one, facts, cut, calendar, facts.as_of)
    minutes = metric.kind == "availability" and metric.how == "user_minutes"
    rules = evolve(
        facts.downtime,
        minimum=metric.outages_from.us or facts.downtime.minimum,
        measure="user_minutes" if minutes else "time",
    )
    users = {service.id: service.users for service in agreement.services if service.users}
    found = availability(
        cut, one.periods, calendar=calendar, rules=rules, planned=planned.by_effect, unknown=facts.unknown, users=users
    )
    return Uptime(cut, planned, found, tuple(notes))


def available(one: Acting, facts: Facts) -> list[Told]:
    """Return the availability of each period: that of the service that was up least."""
    measured = uptime(one, facts)
    goal = Goal.of(one.target)
    if measured is None:
        return _nothing(one, goal, NO_OUTAGES, "share")
    found = measured.found
    told = []
    for i in range(len(one.periods)):
        shares = [found.share(s, i) for s in range(len(found.services))]
        s = _worst(shares, goal)
        down, agreed = found.downtime(s, i), int(found.agreed[s, i])
        detail = f"{time_text(down)} down of {time_text(Fraction(agreed))} agreed"
        if found.excluded[s, i]:
            detail += f", {time_text(Fraction(int(found.excluded[s, i])))} planned or excluded"
        if found.unknown[s, i]:
            detail += f", {time_text(Fraction(int(found.unknown[s, i])))} unknown"
        told.append(_told(one, measured, goal, i, s, shares[s], "share", detail, NO_TIME))
    return told


def reliable(one: Acting, facts: Facts) -> list[Told]:
    """Return a mean, the number of outages or the longest of each period: of the service that did worst."""
    measured, how = uptime(one, facts), one.target.metric.how
    goal = Goal.of(one.target)
    unit = "number" if how == "outages" else "time"
    if measured is None:
        return _nothing(one, goal, NO_OUTAGES, unit)
    found = measured.found
    told = []
    for i in range(len(one.periods)):
        values = [_statistic(found, how, s, i) for s in range(len(found.services))]
        s = _worst(values, goal)
        count, agreed = int(found.outages[s, i]), int(found.agreed[s, i])
        detail = f"{count} outage{'' if count == 1 else 's'} in {time_text(Fraction(agreed))} agreed"
        told.append(_told(one, measured, goal, i, s, values[s], unit, detail, "no outage" if agreed else NO_TIME))
    return told


def _statistic(found: Availability, how: str, service: int, period: int) -> Fraction | None:
    agreed, count = int(found.agreed[service, period]), int(found.outages[service, period])
    if not agreed:
        return None
    if how == "outages":
        return Fraction(count)
    if how == "longest_outage":
        return longest(found, service, period)
    means = Reliability(Fraction(agreed), found.downtime(service, period), count)
    value: Fraction | None = getattr(means, how)
    return value


def longest(found: Availability, service: int, period: int) -> Fraction:
    """Return the covered time of the longest outage of a service in a period, microseconds; 0 without any."""
    those = found.laid.episodes
    mine = slice(int(those.first[service]), int(those.first[service + 1]))
    start = np.maximum(those.start[mine], found.periods.starts[period])
    end = np.minimum(those.end[mine], found.periods.ends[period])
    kept = start < end
    if not kept.any():
        return Fraction(0)
    return Fraction(int(found.laid.down.between_one(service, start[kept], end[kept])[0].max()))


def _worst(values: Sequence[Fraction | None], goal: Goal) -> int:
    """Return which service did worst; one without a value only where none has one."""
    known = [i for i, value in enumerate(values) if value is not None]
    if not known:
        return 0
    return (min if goal.rises else max)(known, key=lambda i: values[i] or Fraction(0))


def _told(
    one: Acting,
    measured: Uptime,
    goal: Goal,
    period: int,
    service: int,
    value: Fraction | None,
    unit: str,
    detail: str,
    missing: str,
) -> Told:
    found, planned = measured.found, measured.planned
    judgement = judge(value, 1, goal)
    if value is None:
        judgement = evolve(judgement, decided_by=f"{missing}: {goal.empty}")
    inside = _rows(measured.outages, service, one, period)
    figure = Figure(
        period=one.periods.names[period],
        partial=bool(one.periods.partial[period]),
        judgement=judgement,
        excluded=int(planned.excluded[inside].sum()),
        requested=int(planned.asked[inside].sum()),
        disputed=int(planned.disputed[inside].sum()),
        rules=str(found.rules),
        unit=unit,
    )
    name = found.services[service]
    whose = f"{name}: " if len(found.services) > 1 and name != WHOLE[0] else ""
    return Told(
        figure=figure,
        n=int(found.outages[service, period]),
        evidence=OutageNames(measured.outages, inside[~planned.excluded[inside]]),
        note="; ".join(measured.notes),
        detail=f"{whose}{detail}" if value is not None else "",
    )


def _rows(outages: Outages, service: int, one: Acting, period: int) -> Int64:
    start, end = int(one.periods.starts[period]), int(one.periods.ends[period])
    return np.flatnonzero((outages.service == service) & (outages.start < end) & (outages.end > start))


def _nothing(one: Acting, goal: Goal, why: str, unit: str) -> list[Told]:
    judgement = evolve(judge(None, 0, goal), decided_by=f"{why}: {goal.empty}")
    partial = one.periods.partial.tolist()
    return [
        Told(figure=Figure(period=name, partial=cut, judgement=judgement, unit=unit), n=0)
        for name, cut in zip(one.periods.names, partial, strict=True)
    ]


@frozen(eq=False)
class OutageNames(Sequence[Any]):
    """What some outages are called, looked up when they are asked for: their ids, else where they stood."""

    outages: Outages
    rows: Int64

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        return list(self)[place]

    def __iter__(self) -> Iterator[Any]:
        ids, lines = self.outages.names, self.outages.lines
        for row in self.rows.tolist():
            code = -1 if ids is None else int(ids.codes[row])
            line = row + 1 if lines is None else int(lines[row])
            yield ids.values[code] if ids is not None and code >= 0 else f"line {line}" if line else "made of parts"
