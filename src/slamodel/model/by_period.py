"""By period: which version judges the items that were opened in a period, by its beginning (C12 period)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from slamodel.model.agreement import Agreement
from slamodel.model.period import Period
from slamodel.model.period_dates import begins_of
from slamodel.model.version import day_start
from slamodel.timeline.instants import FIRST, to_datetime
from slamodel.timeline.zones import zone

_Live: TypeAlias = Sequence[tuple[int, int, Agreement]]
_Spans: TypeAlias = list[tuple[int, int]]


def by_period(live: _Live) -> Iterator[tuple[Agreement, _Spans]]:
    """Yield each version with the spans (microseconds UTC) in which the items are opened that it judges.

    ``live`` are the versions with the spans in which they are in force, in order. Nothing is judged that was opened
    while none was in force (C12 gap).
    """
    per, agreed = _period(live), _agreed(live)
    cuts = {edge for start, end, _ in live for edge in (start, end)}
    cuts |= {_around(start, one, per, agreed)[1] for start, _, one in live if start > FIRST}
    found: dict[int, _Spans] = {}
    for low, high in pairwise(sorted(cuts)):
        here = next((one for start, end, one in live if start <= low < end), None)
        if here is not None:
            found.setdefault(_judge(live, _around(low, here, per, agreed), here).version, []).append((low, high))
    for _, _, one in live:
        if one.version in found:
            yield one, found[one.version]


def _judge(live: _Live, period: tuple[int, int], here: Agreement) -> Agreement:
    """Return the version in force when a period begins, else the first that comes into force in it."""
    begins, ends = period
    at_begin = [one for start, end, one in live if start <= begins < end]
    later = [one for start, _, one in live if begins <= start < ends]
    return (at_begin or later or [here])[0]


def _period(live: _Live) -> Period:
    """Return the period that all period targets of the versions are measured over, else the month."""
    kinds = {target.per for _, _, one in live for target in one.measured}
    one = next(iter(kinds)) if len(kinds) == 1 else Period()
    return Period() if one.rolling is not None or one.unit == "term" else one


def _agreed(live: _Live) -> date | None:
    """Return the date from which contract months and years count: the first day of the first version, if it has one."""
    return min((date.fromisoformat(one.starts_on) for _, _, one in live if one.starts_on), default=None)


def _around(at: int, one: Agreement, per: Period, agreed: date | None) -> tuple[int, int]:
    """Return the period that holds an instant, on the wall of an agreement's zone."""
    key = one.zone
    day = to_datetime(at, zone(key).info).date() if at > FIRST else date(2, 1, 2)
    begins = begins_of(per, day, day, agreed or day)
    first = max(cut for cut in begins if cut <= day)
    return day_start(first, key), day_start(min(cut for cut in begins if cut > day), key)
