"""Visits: the stretches in which each item had one value of a field, by the rows of its log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from attrs import frozen

from slamodel.clock.events import EventTable
from slamodel.clock.run import until
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.calendar import Calendar
from slamodel.model.selector import Selector
from slamodel.report.metrics.items import asked
from slamodel.timeline.instants import Int64, from_datetime


@frozen(eq=False)
class Visits:
    """Stretches in which an item had one value, in order: number of the item, code of the value, and how long."""

    log: EventTable
    values: tuple[Any, ...]
    item: Int64
    code: Int64
    wall: Int64
    covered: Int64


def visits_of(
    log: EventTable,
    field: str,
    as_of: datetime | None,
    calendar: Calendar | None,
    applies: Selector,
    done: Selector,
) -> Visits:
    """Return the stretches of all items; rows that say the same, one after another, are one of them."""
    column = log.field(field)
    if column is None:
        raise EventError(f"the log has no field {field!r}{did_you_mean(field, log.fields)}", "E102")
    now = (int(log.at.max()) if len(log) else 0) if as_of is None else from_datetime(as_of)
    seen = until(log, now)
    rows = np.arange(len(seen))
    owner = np.repeat(np.arange(len(seen.items)), np.diff(seen.first))
    ends = np.append(seen.at[1:], now)
    ends[seen.first[1:] - 1] = now
    kept = np.repeat(asked(seen, applies, seen.first[1:] - 1), np.diff(seen.first)) & ~asked(seen, done, rows)
    rows = rows[kept]
    item, code = owner[rows].astype(np.int64), seen.fields[field].codes[rows].astype(np.int64)
    start, end = seen.at[rows], ends[rows]
    # A visit goes on over rows that say the same, if nothing that is done lies between them.
    heads = np.ones(len(rows), bool)
    heads[1:] = (np.diff(item) != 0) | (np.diff(code) != 0) | (start[1:] != end[:-1])
    lasts = np.append(heads[1:], True)[: len(rows)]
    start, end, item, code = start[heads], end[lasts], item[heads], code[heads]
    wall = end - start
    covered = wall
    if calendar is not None and len(start):
        covered = calendar.elapsed(start.view("M8[us]"), end.view("M8[us]")).astype("m8[us]").view(np.int64)
    return Visits(seen, column.values, item, code, wall, covered)
