"""Laid: outages, planned time and unknown time of services laid on their agreed service time, ready for windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen

from slamodel.errors import EventError
from slamodel.model.calendar import Calendar
from slamodel.report.availability.accrued import Accrued, accrued
from slamodel.report.availability.downtime import DowntimeRules, Episodes, episodes
from slamodel.report.availability.gathered import Planned, scale_of, segments_of
from slamodel.report.availability.outages import Outages, Stretches
from slamodel.report.availability.sweep import PLANNED, REMOVED, UNKNOWN, UP, Segments
from slamodel.report.periods import Periods
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
    planned: Planned,
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
    scale = scale_of(outages, users, rules)
    segments = segments_of(outages, rules, planned, unknown, as_of, scale)
    gone = segments.holds(REMOVED, UP)
    down = segments.taken((segments.weight > 0) & ~gone)
    removed = segments.holds(REMOVED)
    if rules.unknown == "remove":
        removed |= segments.holds(UNKNOWN) & ~gone
    told = segments
    if rules.unknown == "down" and unknown is not None:
        told = segments_of(outages, evolve(rules, unknown="up"), planned, unknown, as_of, scale)
    longest = int((periods.ends - periods.starts).max()) if len(periods) else 0
    exact = np.int64 if longest * int(scale.max(initial=1)) < _FITS else object

    def total(some: Segments, *, weighted: bool = False) -> Accrued:
        weight = some.weight.astype(exact) if weighted else np.ones(len(some.service), np.int64)
        return accrued(len(services), some.service, some.start, some.end, weight, line, table)

    accrual = total(down, weighted=True)
    return Laid(
        down=accrual,
        removed=total(segments.taken(removed)),
        excluded=total(segments.taken(segments.holds(*PLANNED))),
        unknown=total(told.taken(told.holds(UNKNOWN) & ~told.holds(REMOVED, UP))),
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
