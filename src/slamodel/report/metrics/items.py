"""Items that count in a metric: those of a log by when they were opened, or those of clocks as M3 places them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.answers import answers
from slamodel.clock.events import EventTable
from slamodel.clock.run import until
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.selector import ALWAYS_TRUE, Selector
from slamodel.report.attainment.placing import NOT_COUNTED, Counting, Relief, placed
from slamodel.report.periods import Periods
from slamodel.timeline.instants import NAT, Bool, Int64, from_datetime

_UNJUDGED: Final = -1


@frozen(eq=False)
class Items:
    """Items in the order of the instants ``at`` that put them into periods (int64 microseconds).

    ``number`` is that of the item in ``log.items``, ``row`` its last row in the log. ``outcome`` is 1 met, 0 missed,
    -1 where no clock judged it; ``verdict`` is its row in ``verdicts`` (None: they are items of a log). The log was
    heard from its first event to ``as_of``.
    """

    log: EventTable
    number: Int64
    row: Int64
    at: Int64
    outcome: NDArray[np.int8]
    as_of: int
    verdict: Int64
    verdicts: VerdictTable | None = None

    def __len__(self) -> int:
        return len(self.at)

    def named(self, rows: Int64 | slice) -> tuple[Any, ...]:
        """Return the names of some of them."""
        return tuple(self.log.items[self.number[rows]].tolist())

    def matching(self, selector: Selector) -> Bool:
        """Return of which of them a condition holds now: after their last events."""
        return asked(self.log, selector, self.row)


def items_opened(log: EventTable, *, applies: Selector = ALWAYS_TRUE, as_of: datetime | int | None = None) -> Items:
    """Return the items of a log that a condition picks by what they are now, each at its first event.

    ``as_of``: an aware datetime or microseconds (None: the last event); later events have not happened.
    """
    last = int(log.at.max()) if len(log) else 0
    now = last if as_of is None else as_of if isinstance(as_of, int) else from_datetime(as_of)
    seen = until(log, now)
    row = seen.first[1:] - 1
    kept = np.flatnonzero(asked(seen, applies, row))
    kept = kept[np.argsort(seen.at[seen.first[kept]], kind="stable")]
    none = np.full(len(kept), _UNJUDGED)
    return Items(seen, kept, row[kept], seen.at[seen.first[kept]], none.astype(np.int8), now, none)


def items_of_clocks(
    verdicts: VerdictTable, counting: Counting, *, relief: Iterable[Relief] = (), rows: Bool | None = None
) -> Items:
    """Return the items whose clocks count, each at the instant that M3 gives it; excluded ones are not among them.

    ``rows`` (bool, one a verdict) says which verdicts: those of one target, or for which a condition holds.
    """
    each = placed(verdicts, counting, relief)
    inside = (each.outcome != NOT_COUNTED) & (each.at != NAT) & ~each.excluded
    if rows is not None:
        inside &= rows
    kept = np.flatnonzero(inside)
    kept = kept[np.argsort(each.at[kept], kind="stable")]
    log = verdicts.log
    assert log is not None  # noqa: S101  `evaluate` made it
    number = verdicts.item[kept].astype(np.int64)
    row = log.first[number + 1] - 1
    return Items(log, number, row, each.at[kept], each.outcome[kept], verdicts.as_of, kept, verdicts)


def asked(log: EventTable, selector: Selector, rows: Int64) -> Bool:
    """Return for which rows of a log a condition holds, asked once per distinct value.

    Raises EventError (E102) where a log of snapshots lacks a field of it; in one of changes nothing has set it yet.
    """
    for name in sorted(selector.fields()):
        if log.field(name) is None and log.kind == "snapshots":
            msg = f"a metric looks at field {name!r}, which the log does not have{did_you_mean(name, log.fields)}"
            raise EventError(msg, "E102")
    found: Bool = answers(log, selector.fields(), selector.matches, bool).rows(rows).astype(bool)
    return found


def events_where(log: EventTable, selector: Selector, as_of: int) -> Int64:
    """Return the rows of a log up to an instant for which a condition holds, in the order of their instants."""
    rows = np.flatnonzero((log.at <= as_of) & asked(log, selector, np.arange(len(log))))
    return rows[np.argsort(log.at[rows], kind="stable")]


def unheard(log: EventTable, as_of: int, periods: Periods) -> list[str]:
    """Return of each period why a log tells nothing about it; "" where it does, and where none then means none."""
    begins = int(log.at.min()) if len(log) else None
    found = []
    for name, start, end in zip(periods.names, periods.starts.tolist(), periods.ends.tolist(), strict=True):
        if begins is None:
            found.append("the log has no event")
        elif end <= begins:
            found.append(f"{name} lies before the first event of the log")
        else:
            found.append(f"{name} has not begun" if start > as_of else "")
    return found
