"""Counts: how many items, misses or events a period had, and the sum of a series."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from slamodel.clock.events import EventTable
from slamodel.model.selector import Selector
from slamodel.report.metrics.items import Items, events_where, unheard
from slamodel.report.metrics.measurement import Measurement, each_period, not_measured
from slamodel.report.metrics.series import Values
from slamodel.report.periods import Periods


def count_items(items: Items, periods: Periods, *, missed: bool = False) -> list[Measurement]:
    """Return how many items each period has; with ``missed`` those of which a clock missed its limit.

    In a stretch of which the log tells, none is a count of 0; a period before its first event, or after ``as_of``, is
    not measured (M7). The evidence are the items.
    """
    chosen = items.outcome == 0 if missed else np.ones(len(items), bool)
    kept = np.flatnonzero(chosen)

    def make(rows: slice, _: str) -> Measurement:
        return _count(items.named(kept[rows]))

    found = each_period(items.at[kept], periods, make)
    return _where_heard(found, unheard(items.log, items.as_of, periods))


def count_events(log: EventTable, when: Selector, periods: Periods, *, as_of: int | None = None) -> list[Measurement]:
    """Return for how many rows of a log a condition holds in each period: events, or changes after which it holds.

    ``as_of`` in microseconds (None: the last event). The evidence are the items, once an event.
    """
    now = (int(log.at.max()) if len(log) else 0) if as_of is None else as_of
    rows = events_where(log, when, now)
    owners = np.searchsorted(log.first, rows, side="right") - 1

    def make(part: slice, _: str) -> Measurement:
        return _count(tuple(log.items[owners[part]].tolist()))

    return _where_heard(each_period(log.at[rows], periods, make), unheard(log, now, periods))


def total_of(series: Values, periods: Periods) -> list[Measurement]:
    """Return the sum of a series in each period; a period without a value is not measured, for nobody said 0.

    Raises EventError (E197) where a service has two values at one instant.
    """
    series.refuse_twice()

    def make(rows: slice, period: str) -> Measurement:
        if rows.stop <= rows.start:
            return not_measured(f"no value of {series.name!r} in {period}")
        return Measurement(value=series.total(rows), n=rows.stop - rows.start, evidence=series.named(rows))

    return each_period(series.at, periods, make)


def _count(names: tuple[object, ...]) -> Measurement:
    return Measurement(value=Fraction(len(names)), n=len(names), evidence=names)


def _where_heard(found: Sequence[Measurement], silent: Sequence[str]) -> list[Measurement]:
    return [not_measured(why) if why else one for one, why in zip(found, silent, strict=True)]
