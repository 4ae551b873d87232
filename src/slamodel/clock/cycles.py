"""Cycles: the clocks of an item that has more than one, each given rows of its own.

What comes after takes a cycle for an item: next replies, updates "every 30m until resolved", and reopenings that
begin a new cycle (C11) need no arithmetic of their own.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.plan import Plan
from slamodel.clock.rows import Rows
from slamodel.timeline.instants import Int64

_HOLD: Final = np.uint8(kernel.HOLD)


def cycles_of(plan: Plan, rows: Rows) -> tuple[Rows, Int64]:
    """Return (the rows, an "item" a cycle; the item of each cycle)."""
    target = plan.target
    signals = rows.signals & ~_HOLD
    heads = rows.first[:-1]
    moves = kernel.run(signals, rows.first, kernel.transitions(target.reopen, target.cycles, target.start_with_stop))
    stage = moves & np.uint8(kernel.STAGE)
    before = np.empty_like(stage)
    before[1:] = stage[:-1]
    before[heads] = kernel.PENDING
    done = (before == kernel.STOPPED) | (before == kernel.ENDED)
    begins = np.flatnonzero((moves & np.uint8(kernel.FRESH) != 0) & done)
    begins = _said_once(rows, stage, begins)
    owners = rows.owners
    first = np.union1d(rows.first, begins)

    # Every cycle is an item that starts once: what ended a chain stops it, what begins a cycle is a start.
    plain = rows.signals & ~np.uint8(kernel.END | kernel.NEXT)
    plain[rows.signals & np.uint8(kernel.END) != 0] |= np.uint8(kernel.STOP)
    if target.cycles == "latest":
        again = rows.signals & np.uint8(kernel.START | kernel.CANCEL) == kernel.START
        plain[again] |= np.uint8(kernel.RESET)
    zero = stage[begins] == kernel.STOPPED
    plain[begins] = (plain[begins] & _HOLD) | np.uint8(kernel.START)
    plain[begins[zero]] |= np.uint8(kernel.STOP)
    made = evolve(rows, first=first, signals=plain)
    owner = owners[first[:-1]].astype(np.int64)
    return evolve(made, reversed=None if rows.reversed is None else rows.reversed[owner]), owner


def with_next(rows: Rows) -> Rows:
    """Return the rows with one after each stop of a chain, at which the next cycle begins."""
    stops = (rows.signals & np.uint8(kernel.STOP) != 0) & (rows.signals & np.uint8(kernel.END) == 0)
    found = np.flatnonzero(stops)
    signals = (rows.signals[found] & _HOLD) | np.uint8(kernel.NEXT)
    return rows.after(found, rows.at[found], signals)


def _said_once(rows: Rows, stage: NDArray[np.uint8], begins: Int64) -> Int64:
    """Return the beginnings of cycles without those of a chain that stop as they begin: a stop said twice (C6)."""
    over = np.flatnonzero((stage == kernel.STOPPED) | (stage == kernel.ENDED))
    place = np.searchsorted(over, begins)
    stop = over[np.minimum(place, len(over) - 1)] if len(over) else begins
    owners = rows.owners
    at_once = (place < len(over)) & (owners[stop] == owners[begins]) & (rows.at[stop] == rows.at[begins])
    kept: Int64 = begins[~(at_once & (rows.signals[begins] & np.uint8(kernel.NEXT) != 0))]
    return kept


def without_late_reopenings(plan: Plan, rows: Rows) -> Rows:
    """Return the rows without reopenings later than ``ignore_after`` after the stop, or after such a one (C11)."""
    target = plan.target
    moves = kernel.run(
        rows.signals & ~_HOLD, rows.first, kernel.transitions("continue", target.cycles, target.start_with_stop)
    )
    stage = moves & np.uint8(kernel.STAGE)
    heads, count = rows.first[:-1], len(stage)
    turned = np.zeros(count, bool)
    turned[1:] = stage[1:] != stage[:-1]
    turned[heads] = True
    since = kernel.filled(np.flatnonzero(turned), rows.first, count)
    before = np.arange(count) - 1
    before[heads] = heads
    over = (stage[before] == kernel.STOPPED) | (stage[before] == kernel.ENDED)
    again = turned & over & (stage == kernel.ACTIVE) & (rows.signals & np.uint8(kernel.REOPEN) != 0)
    again[heads] = False
    late = again & (rows.at - rows.at[since[before]] > target.ignore_after.us)
    if not late.any():
        return rows
    gone = _from_first(late, rows.first)
    signals = rows.signals.copy()
    signals[gone] &= ~np.uint8(kernel.REOPEN)
    return evolve(rows, signals=signals)


def _from_first(marked: NDArray[np.bool_], first: Int64) -> NDArray[np.bool_]:
    """Return the rows at or after the first marked one of their item."""
    total = np.cumsum(marked)
    before = np.concatenate([[0], total])[first[:-1]]
    return total > np.repeat(before, np.diff(first))
