"""Gathered: outages, planned time and time without data of all services as rows of one sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from slamodel.errors import EventError
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.outages import EVERY_SERVICE, Outages, Stretches
from slamodel.report.availability.sweep import DOWN, OUTAGE, REMOVED, UNKNOWN, UP, Segments, swept
from slamodel.timeline.instants import NAT, Int64

_KINDS: Final = {"remove": REMOVED, "count_as_up": UP, "count_as_down": DOWN}
Planned: TypeAlias = "Stretches | Mapping[str, Stretches] | None"
"""Planned time of one effect (that of the rules), or by effect."""


def scale_of(outages: Outages, users: Mapping[Any, int] | None, rules: DowntimeRules) -> Int64:
    """Return what the weights of each service are shares of: EventError where it has no users, or too few."""
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


def segments_of(
    outages: Outages,
    rules: DowntimeRules,
    planned: Planned,
    unknown: Stretches | None,
    as_of: int | None,
    scale: Int64,
) -> Segments:
    """Return the segments of the outages that count, of planned time and of time without data."""
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
    by_effect = planned if isinstance(planned, Mapping) else {rules.excluded: planned}
    extra = [(given, _KINDS[effect], effect == "count_as_down") for effect, given in by_effect.items()]
    for given, kind, lost in (*extra, (unknown, UNKNOWN, rules.unknown == "down")):
        if given is not None:
            of, begin, stop = each_service(given, outages.services)
            many = len(of)
            columns.append((of, begin, stop, np.full(many, kind, np.int8), np.ones(many, np.int64)))
            if lost:
                columns.append((of, begin, stop, np.full(many, OUTAGE, np.int8), scale[of]))
    merged = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    most = scale if rules.overlap == "add" else None
    return swept(*merged, most=most, flap=rules.flap, minimum=rules.minimum if rules.minimum_of == "outage" else 0)


def each_service(given: Stretches, services: tuple[Any, ...]) -> tuple[Int64, Int64, Int64]:
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
