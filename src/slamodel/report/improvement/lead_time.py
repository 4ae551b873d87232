"""Lead times: how long items were in each state, or with each group."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any, ClassVar, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.events import EventTable
from slamodel.clock.listing import Listing, taken
from slamodel.model.calendar import Calendar
from slamodel.model.selector import ALWAYS_TRUE, NEVER, Selector, as_text
from slamodel.report.attainment.ranks import mean, percentile
from slamodel.report.improvement.visits import visits_of
from slamodel.timeline.instants import Int64

_P90: Final = Fraction(9, 10)


@frozen(eq=False, repr=False)
class LeadTimes(Listing):
    """How long each item had each value of a field: a row an item and value, by item, then by first time.

    ``item`` is a name, ``value`` that of the field (None: it had none), ``visits`` how often it came to have it,
    ``wall`` the time of all visits, ``covered`` that in which the calendar was open (``wall`` where there is none).
    `by_value` sums them up.
    """

    field: str
    items: NDArray[Any]
    values: tuple[Any, ...]
    number: Int64
    code: Int64
    visit: Int64
    wall: Int64
    covered: Int64
    COLUMNS: ClassVar[tuple[str, ...]] = ("item", "value", "visits", "wall", "covered")

    def __repr__(self) -> str:
        return f"LeadTimes({len(self)} of {self.field!r} of {len(np.unique(self.number))} items)"

    def column(self, name: str) -> NDArray[Any]:
        """Return one column."""
        if name == "item":
            return self.items[self.number]
        if name == "value":
            return taken(self.values, self.code)
        if name == "visits":
            return self.visit
        if name not in self.COLUMNS:
            raise KeyError(name)
        column: NDArray[Any] = getattr(self, name).view("m8[us]")
        return column

    def by_value(self) -> WaitTable:
        """Return what the items' times in each value come to, from the value with the most time on."""
        found = []
        whole = int(self.covered.sum())
        for code in np.unique(self.code).tolist():
            mine = self.code == code
            covered = self.covered[mine]
            total = int(covered.sum())
            row = {
                "value": None if code < 0 else self.values[code],
                "items": int(mine.sum()),
                "visits": int(self.visit[mine].sum()),
                "total": total,
                "mean": mean(covered),
                "median": percentile(covered),
                "p90": percentile(covered, _P90),
                "share": Fraction(total, whole) if whole else None,
            }
            found.append((-total, str(row["value"]), row))
        return WaitTable(tuple(row for *_, row in sorted(found, key=lambda one: one[:2])))

    def share_in(self, *values: str) -> Fraction | None:
        """Return which share of the covered time of all items was spent in some values; None where there is no time.

        That of the states in which work is done is the flow efficiency.
        """
        wanted = [code for code, value in enumerate(self.values) if as_text(value) in values]
        whole = int(self.covered.sum())
        return Fraction(int(self.covered[np.isin(self.code, wanted)].sum()), whole) if whole else None


@frozen(eq=False)
class WaitTable(Listing):
    """One row a value: how many items had it, how often, and how long: in all, and by item (mean, median, p90).

    Lengths are covered time (``mean`` is cut to whole microseconds; median and p90 are nearest ranks, C13); ``share``
    of all time, exact.
    """

    rows: tuple[dict[str, Any], ...]
    COLUMNS: ClassVar[tuple[str, ...]] = ("value", "items", "visits", "total", "mean", "median", "p90", "share")

    def column(self, name: str) -> NDArray[Any]:
        """Return one column."""
        if name not in self.COLUMNS:
            raise KeyError(name)
        cells = [row[name] for row in self.rows]
        if name in ("total", "mean", "median", "p90"):
            return np.array([int(cell) for cell in cells], np.int64).view("m8[us]")
        return np.array(cells, np.int64) if name in ("items", "visits") else taken(cells, np.arange(len(cells)))


def lead_times(
    log: EventTable,
    field: str,
    *,
    as_of: datetime | None = None,
    calendar: Calendar | None = None,
    applies: Selector = ALWAYS_TRUE,
    done: Selector = NEVER,
) -> LeadTimes:
    """Return how long each item had each value of a field, from its first event to its last, or to ``as_of``.

    A row of the log tells the value until the item's next one; that of its last row holds until ``as_of`` (None: the
    last event of the log). Time in which ``done`` holds is nobody's, such as that after the closing. ``calendar``
    counts open time. ``applies`` picks items by what they are now. Raises EventError (E102) for a field that the log
    does not have.
    """
    visits = visits_of(log, field, as_of, calendar, applies, done)
    key = visits.item * (len(visits.values) + 1) + visits.code + 1
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    order = np.lexsort((first, visits.item[first]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    sums = [np.zeros(len(first), np.int64) for _ in range(3)]
    for sum_, column in zip(sums, (np.ones(len(key), np.int64), visits.wall, visits.covered), strict=True):
        np.add.at(sum_, place[which.reshape(-1)], column)
    item, code = visits.item[first][order], visits.code[first][order]
    return LeadTimes(field, visits.log.items, visits.values, item, code, *sums)
