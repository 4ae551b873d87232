"""Laid: outages, planned time and unknown time of services laid on their agreed service time, ready for windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen

from slamodel.errors import EventError
from slamodel.model.calendar import Calendar
from slamodel.report.accrued import Accrued, accrued
from slamodel.report.downtime import DowntimeRules, Episodes, episodes
from slamodel.report.outages import EVERY_SERVICE, Outages, Stretches
from slamodel.report.periods import Periods
from slamodel.report.sweep import EXCLUDED, OUTAGE, UNKNOWN, Segments, swept
from slamodel.timeline.instants import NAT, Int64, from_datetime
from slamodel.timeline.timetable import Timetable

_FITS: Final = 1 << 61


@frozen(eq=False)
class Laid:
    """What accrues to each service: downtime, and agreed time that is ``removed``, ``excluded`` or ``unknown``."""

    down: Accrued
    removed: Accrued
    excluded: Accrued
    unknown: Accrued
    episodes: Episodes
    scale: Int64
    since: Int64
    line: Int64
    table: Timetable

    def windows(self, start: Int64, end: Int64) -> tuple[Int64, Int64]:
        """Return windows for every service, shape (services, n), none of them before it began."""
        starts = np.maximum(start[None, :], self.since[:, None])
        return starts, np.maximum(end[None, :], starts)

    def agreed(self, start: Int64, end: Int64) -> Int64:
        """Return the agreed service time of windows of shape (services, n), all of it."""
        lines = np.repeat(self.line, start.shape[1])
        return self.table.elapsed(start.ravel(), end.ravel(), lines).reshape(start.shape) if start.size else start


def laid(
    outages: Outages,
    periods: Periods,
    calendar: Calendar | Mapping[Any, Calendar],
    rules: DowntimeRules,
    planned: Stretches | None,
    unknown: Stretches | None,
    users: Mapping[Any, int] | None,
    begins: Mapping[Any, datetime] | None,
    as_of: int | None,
) -> Laid:
    """Sweep what `availability` was given; see there."""
    services = outages.services
    line, table = timetable(services, calendar)
    since = np.full(len(services), NAT, np.int64)
    if begins and rules.before_start == "none":
        known = {name: from_datetime(at) for name, at in begins.items()}
        since = np.array([known.get(name, NAT) for name in services], np.int64)
    scale = _scale(outages, users, rules)
    segments = _segments(outages, rules, planned, unknown, as_of, scale)
    gone = segments.excluded & (rules.excluded != "count_as_down")
    down = segments.taken((segments.weight > 0) & ~gone)
    removed = gone if rules.excluded == "remove" else np.zeros(len(gone), bool)
    if rules.unknown == "remove":
        removed = removed | segments.missing & ~gone
    told = segments
    if rules.unknown == "down" and unknown is not None:
        told = _segments(outages, evolve(rules, unknown="up"), planned, unknown, as_of, scale)
    longest = int((periods.ends - periods.starts).max()) if len(periods) else 0
    exact = np.int64 if longest * int(scale.max(initial=1)) < _FITS else object

    def total(some: Segments, *, weighted: bool = False) -> Accrued:
        weight = some.weight.astype(exact) if weighted else np.ones(len(some.service), np.int64)
        return accrued(len(services), some.service, some.start, some.end, weight, line, table)

    accrual = total(down, weighted=True)
    return Laid(
        down=accrual,
        removed=total(segments.taken(removed)),
        excluded=total(segments.taken(segments.excluded)),
        unknown=total(told.taken(told.missing & ~(told.excluded & (rules.excluded != "count_as_down")))),
        episodes=episodes(down.episode, down.service, down.start, down.end, accrual, scale.astype(exact), rules),
        scale=scale.astype(exact),
        since=since,
        line=line,
        table=table,
    )


def timetable(services: tuple[Any, ...], calendar: Calendar | Mapping[Any, Calendar]) -> tuple[Int64, Timetable]:
    """Return the timetable of the calendars of services, and the line of each."""
    if isinstance(calendar, Calendar):
        return np.zeros(len(services), np.int64), Timetable([calendar.line])
    missing = [name for name in services if name not in calendar]
    if missing:
        msg = f"service {missing[0]!r} has no agreed service time; give it a calendar"
        raise EventError(msg)
    distinct = list(dict.fromkeys(calendar[name] for name in services))
    number = {one: i for i, one in enumerate(distinct)}
    lines = np.array([number[calendar[name]] for name in services], np.int64)
    return lines, Timetable([one.line for one in distinct])


def _scale(outages: Outages, users: Mapping[Any, int] | None, rules: DowntimeRules) -> Int64:
    if rules.measure == "time":
        return np.full(len(outages.services), outages.scale, np.int64)
    missing = [name for name in outages.services if (users or {}).get(name, 0) <= 0]
    if missing:
        msg = f"service {missing[0]!r} has no users; say how many, or measure time"
        raise EventError(msg)
    count = np.array([(users or {})[name] for name in outages.services], np.int64)
    over = np.flatnonzero(outages.affected > count[outages.service])
    if len(over):
        row = int(over[0])
        msg = f"row {row} has {outages.affected[row]} affected users of {count[outages.service[row]]}; correct it"
        raise EventError(msg)
    return count * outages.scale


def _segments(
    outages: Outages,
    rules: DowntimeRules,
    planned: Stretches | None,
    unknown: Stretches | None,
    as_of: int | None,
    scale: Int64,
) -> Segments:
    mine = outages.of(rules.counted)
    service, start, end, weight = (c[mine] for c in (outages.service, outages.start, outages.end, outages.weight))
    if as_of is None and (end == NAT).any():
        msg = (
            f"row {int(np.flatnonzero(mine)[np.argmax(end == NAT)])} has no end; say as_of, until when it lasts so far"
        )
        raise EventError(msg)
    if as_of is not None:
        end = np.where(end == NAT, as_of, np.minimum(end, as_of))
    if rules.measure == "user_minutes":
        affected = outages.affected[mine]
        weight = weight * np.where(affected < 0, scale[service] // outages.scale, affected)
    columns = [(service, start, end, np.full(len(start), OUTAGE, np.int8), weight)]
    for given, policy, kind in (
        (planned, rules.excluded == "count_as_down", EXCLUDED),
        (unknown, rules.unknown == "down", UNKNOWN),
    ):
        if given is not None:
            of, begin, stop = _each_service(given, outages.services)
            many = len(of)
            columns.append((of, begin, stop, np.full(many, kind, np.int8), np.ones(many, np.int64)))
            if policy:
                columns.append((of, begin, stop, np.full(many, OUTAGE, np.int8), scale[of]))
    merged = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    most = scale if rules.overlap == "add" else None
    return swept(*merged, most=most, flap=rules.flap, minimum=rules.minimum if rules.minimum_of == "outage" else 0)


def _each_service(given: Stretches, services: tuple[Any, ...]) -> tuple[Int64, Int64, Int64]:
    """Return service, start and end of stretches, one that is about every service once for each."""
    number = {name: i for i, name in enumerate(services)}
    mapped = np.array([*(number.get(name, len(services)) for name in given.services), 0], np.int64)[given.service]
    every = given.service == EVERY_SERVICE
    times = np.where(every, len(services), 1)
    row = np.repeat(np.arange(len(given)), times)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    of = np.where(every[row], offset, mapped[row])
    known = of < len(services)
    return of[known], given.start[row][known], given.end[row][known]
