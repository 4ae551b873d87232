"""The priority of impact and urgency, in the rows of a log that have none."""

from __future__ import annotations

import numpy as np
from attrs import evolve

from slamodel.clock.events import Coded, EventTable, filled_from
from slamodel.model.event_map import EventMap


def with_priorities(table: EventTable, events: EventMap) -> EventTable:
    """Return the log with the priority that the matrix gives, wherever a row has none of its own.

    In a log of changes a row has what earlier ones set, so a priority that was set once goes before the matrix.
    """
    matrix, name = events.matrix, events.priority
    impact = table.field(matrix.impact_field) if matrix else None
    urgency = table.field(matrix.urgency_field) if matrix else None
    if matrix is None or impact is None or urgency is None:
        return table
    across = max(1, len(urgency.values))
    both = (impact.codes >= 0) & (urgency.codes >= 0)
    pairs, places = np.unique(impact.codes[both].astype(np.int64) * across + urgency.codes[both], return_inverse=True)
    found = [matrix.priority(impact.values[pair // across], urgency.values[pair % across]) for pair in pairs.tolist()]
    values = tuple(dict.fromkeys(one for one in found if one is not None))
    codes = np.full(len(table), -1, np.int32)
    given = np.array([values.index(one) if one is not None else -1 for one in found], np.int32)
    codes[both] = given[places.reshape(-1)] if len(given) else codes[both]
    own = table.field(name) or Coded(np.full(len(table), -1, np.int32), ())
    return evolve(table, fields={**table.fields, name: filled_from(own, Coded(codes, values))})
