"""Force: what a portfolio says of a target, laid over its clocks (C12).

For which items it is a promise, from when its limits change with the versions of the agreement, and when it stands
still because the agreement is suspended.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.answers import answers
from slamodel.clock.events import EventTable
from slamodel.clock.plan import Plan
from slamodel.clock.rows import Rows, rows_before
from slamodel.errors import AgreementError
from slamodel.model.applicable import NARROWER
from slamodel.model.in_force import Scope
from slamodel.model.pause import PauseRule
from slamodel.model.selector import NEVER
from slamodel.timeline.instants import Bool, Int64

SUSPENDED: Final = PauseRule("suspension", NEVER)
"""What a clock is told to be paused by while its agreement is suspended."""
_HOLD: Final = np.uint8(kernel.HOLD)


def with_changes(made: Plan, rows: Rows, as_of: int) -> Rows:
    """Return the rows with one where a version takes over, and where the agreement is suspended or resumed."""
    force = made.target.in_force
    edges = [one.since for one in force.amended[1:]] + [at for span in force.suspended for at in span]
    for at in sorted({edge // made.unit * made.unit for edge in edges if edge <= as_of}):
        items = np.arange(len(rows.first) - 1)
        before = rows_before(rows.first, rows.at, items, np.full(len(items), at))
        # Of an item that has not come yet there is nothing to change.
        before = before[before >= 0]
        if len(before):
            rows = rows.after(before, np.full(len(before), at), rows.signals[before] & _HOLD)
    if not force.suspended:
        return rows
    signals = rows.signals.copy()
    signals[_inside(rows.at, [tuple(at // made.unit * made.unit for at in span) for span in force.suspended])] |= _HOLD
    return evolve(rows, signals=signals)


def claimed(made: Plan, events: EventTable, items: slice, owner: Int64 | None, source: Int64) -> Bool | None:
    """Return which clocks are of items that the target is for, None for all of them.

    ``owner`` is the item of each clock, ``source`` the row of the log that decides. Raises AgreementError (E191) where
    an item is claimed as much by another agreement.
    """
    force = made.target.in_force
    if not (force.opened or force.unless or force.rivals):
        return None
    opened = events.at[events.first[items]]
    opened = opened if owner is None else opened[owner]
    mine = _inside(opened, force.opened) if force.opened else np.ones(len(opened), bool)
    for scope in force.unless:
        mine &= ~_matches(scope, events, opened, source)
    for rival, scope in force.rivals:
        both = mine & made.applies.rows(source) & _matches(scope, events, opened, source)
        if both.any():
            number = int(np.flatnonzero(both)[0])
            item = events.items[items][number if owner is None else int(owner[number])]
            msg = f"{item} matches {made.target.agreement!r} and {rival!r} equally for {made.target.id!r}"
            raise AgreementError(f"{msg}; {NARROWER}", "E191")
    return mine


def _matches(scope: Scope, events: EventTable, opened: Int64, source: Int64) -> NDArray[np.bool_]:
    found = answers(events, scope.applies.fields(), scope.applies.matches, bool).rows(source)
    return found & _inside(opened, scope.opened) if scope.opened else found


def _inside(at: Int64, spans: Iterable[tuple[int, ...]]) -> NDArray[np.bool_]:
    found = np.zeros(len(at), bool)
    for start, end in spans:
        found |= (at >= start) & (at < end)
    return found
