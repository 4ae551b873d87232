"""Hand-offs: how items were handed from one state or group to another, how often back, and after which wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.events import EventTable
from slamodel.clock.listing import Listing, taken
from slamodel.model.calendar import Calendar
from slamodel.model.selector import ALWAYS_TRUE, NEVER, Selector
from slamodel.report.improvement.visits import visits_of


@frozen(eq=False)
class HandOffs(Listing):
    """One row for each pair of values that items were handed between.

    ``count`` is how often, ``items`` of how many items, ``back`` how often to where the item had been before;
    ``wait`` is the covered time in all that the items had been with ``source`` just before, on the wall without a
    calendar.
    """

    rows: tuple[tuple[Any, ...], ...]
    COLUMNS: ClassVar[tuple[str, ...]] = ("source", "to", "count", "items", "back", "wait")

    def column(self, name: str) -> NDArray[Any]:
        """Return one column."""
        cells = [row[self.COLUMNS.index(name)] for row in self.rows] if name in self.COLUMNS else None
        if cells is None:
            raise KeyError(name)
        if name in ("source", "to"):
            return taken(cells, np.arange(len(cells)))
        numbers = np.array(cells, np.int64)
        return numbers.view("m8[us]") if name == "wait" else numbers


def hand_offs(
    log: EventTable,
    field: str,
    *,
    as_of: datetime | None = None,
    calendar: Calendar | None = None,
    applies: Selector = ALWAYS_TRUE,
) -> HandOffs:
    """Return how items were handed from one value of a field to another, the most frequent first.

    An item that comes to have no value is handed to nobody (None). `lead_times` says how time is counted.
    """
    visits = visits_of(log, field, as_of, calendar, applies, NEVER)
    item, code = visits.item, visits.code
    moved = np.flatnonzero((item[1:] == item[:-1]) & (code[1:] != code[:-1]))
    seen = np.unique(item * (len(visits.values) + 1) + code + 1, return_index=True)[1]
    new = np.zeros(len(item), bool)
    new[seen] = True
    order = moved[np.lexsort((code[moved + 1], code[moved]))]
    steps = np.flatnonzero(np.diff(code[order], prepend=-2) | np.diff(code[order + 1], prepend=-2))
    found = []
    for here in np.split(order, steps[1:]) if len(order) else ():
        names = [None if one < 0 else visits.values[one] for one in (code[here[0]], code[here[0] + 1])]
        back = int((~new[here + 1]).sum())
        found.append((*names, len(here), len(np.unique(item[here])), back, int(visits.covered[here].sum())))
    return HandOffs(tuple(sorted(found, key=lambda row: (-int(row[2]), str(row[0]), str(row[1])))))
