"""Rows: the events that drive the clocks of some items, and the instants put between them.

The log's own rows, and those at times that fields of the items hold, at edges of other clocks, at which a pause
ends by itself, or at which a cycle begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.answers import Answers
from slamodel.clock.events import EventTable
from slamodel.clock.plan import Plan
from slamodel.timeline.instants import NAT, Int64

_HOLD: Final = np.uint8(kernel.HOLD)
_SIGNAL_OF: Final = {"starts": kernel.START, "stops": kernel.STOP, "ends": kernel.END}


@frozen(eq=False)
class Rows:
    """The events that drive the clocks of some items.

    ``first`` (items + 1,) says whose rows are whose; ``at`` and ``signals`` (uint8) have one entry a row. The
    rows are those of the log from ``low`` on, unless some were put between them: then ``source`` names the row
    of the log whose fields hold after each, ``own`` tells the log's rows, and ``known`` those that are not before
    the item's first. ``reversed`` are the items whose stop lies before their start.
    """

    low: int
    first: Int64
    at: Int64
    signals: NDArray[np.uint8]
    source: Int64 | None = None
    own: NDArray[np.bool_] | None = None
    known: NDArray[np.bool_] | None = None
    reversed: NDArray[np.bool_] | None = None

    @property
    def owners(self) -> NDArray[np.int32]:
        """The item of each row."""
        return np.repeat(np.arange(len(self.first) - 1, dtype=np.int32), np.diff(self.first))

    def in_log(self, rows: Int64) -> Int64:
        """Return the rows of the log that hold the fields after these rows."""
        return rows + self.low if self.source is None else self.source[rows]

    def ask(self, answers: Answers) -> NDArray[Any]:
        """Return the answer for every row."""
        return answers.rows(slice(self.low, self.low + len(self.at)) if self.source is None else self.source)

    def holds(self, answers: Answers, unknown: bool) -> NDArray[np.bool_]:
        """Return whether a condition holds at every row; where nothing is known of an item yet it is ``unknown``."""
        found = self.ask(answers)
        return found if self.known is None else np.where(self.known, found, unknown)

    def asked(self, answers: Answers) -> NDArray[np.bool_]:
        """Return the answer for every row of the log; False for the others, which are no events."""
        found = self.ask(answers)
        return found if self.own is None else found & self.own

    def after(self, rows: Int64, at: Int64, signals: NDArray[np.uint8]) -> Rows:
        """Return the rows with one more right after each of these, in whose stead the fields of these hold."""
        order = np.argsort(at, kind="stable")
        order = order[np.argsort(rows[order], kind="stable")]
        rows, at, signals = rows[order], at[order], signals[order]
        source = self.in_log(np.arange(len(self.at)))
        own = np.ones(len(self.at), bool) if self.own is None else self.own
        counts = np.diff(self.first) + np.bincount(self.owners[rows], minlength=len(self.first) - 1)
        return evolve(
            self,
            first=np.concatenate([[0], np.cumsum(counts)]),
            at=np.insert(self.at, rows + 1, at),
            signals=np.insert(self.signals, rows + 1, signals),
            source=np.insert(source, rows + 1, source[rows]),
            own=np.insert(own, rows + 1, False),
            known=None if self.known is None else np.insert(self.known, rows + 1, self.known[rows]),
        )


def rows_of(plan: Plan, events: EventTable, items: slice, as_of: int, edges: Mapping[str, Int64]) -> Rows:
    """Return the rows of these items, with the starts, stops and ends at other times put in their places.

    ``edges`` are instants an item (``NAT``: none) for those of "starts", "stops" and "ends" that another clock
    gives. Events after ``as_of`` are not there yet: the table was cut before.
    """
    low, high = int(events.first[items.start]), int(events.first[items.stop])
    first = events.first[items.start : items.stop + 1] - low
    at = plan.cut(events.at[low:high])
    signals = plan.signals.rows(slice(low, high))
    moments = {name: getattr(plan.target, name) for name in _SIGNAL_OF}
    if not edges and not any(moment.field for moment in moments.values()):
        return Rows(low, first, at, signals)
    last = first[1:] - 1
    count = len(last)
    item = np.repeat(np.arange(count), np.diff(first))
    all_own = np.ones(len(at), bool)
    parts = [(item, at, signals, np.arange(low, high), all_own, all_own, np.ones(len(at), np.int8))]
    unknown = np.uint8(plan.target.effect({})) & _HOLD
    times: dict[str, Int64] = {}
    for name, moment in moments.items():
        if name not in edges and not moment.field:
            continue
        when = edges[name] if name in edges else plan.cut(events.times[moment.field][low:high][last])
        times[name] = when
        there = np.flatnonzero((when != NAT) & (when <= as_of))
        # The fields that hold then are those of the item's last row before; before the first, nothing is known.
        before = rows_before(first, at, there, when[there])
        held = np.where(before >= 0, signals[np.maximum(before, 0)] & _HOLD, unknown).astype(np.uint8)
        source_then = np.where(before >= 0, before, first[there]) + low
        rank = np.full(len(there), 0 if name == "starts" else 2, np.int8)
        signal = np.uint8(_SIGNAL_OF[name])
        nobody = np.zeros(len(there), bool)
        parts.append((there, when[there], held | signal, source_then, nobody, before >= 0, rank))
    item, at, signals, source, own, known, rank = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((rank, at, item))
    first = np.concatenate([[0], np.cumsum(np.bincount(item, minlength=count))])
    start, stop = times.get("starts"), times.get("stops")
    backwards = None
    if start is not None and stop is not None:
        backwards = (start != NAT) & (stop != NAT) & (stop < start)
    return Rows(low, first, at[order], signals[order], source[order], own[order], known[order], backwards)


def rows_before(first: Int64, at: Int64, items: Int64, when: Int64) -> Int64:
    """Return, for each (item, instant), the item's last row at or before the instant, or -1."""
    found = np.full(len(items), -1, np.int64)
    low, high = first[items], first[items + 1]
    while True:
        going = np.flatnonzero(low < high)
        if not len(going):
            return found
        middle = (low[going] + high[going]) // 2
        earlier = at[middle] <= when[going]
        found[going] = np.where(earlier, middle, found[going])
        low[going] = np.where(earlier, middle + 1, low[going])
        high[going] = np.where(earlier, high[going], middle)
