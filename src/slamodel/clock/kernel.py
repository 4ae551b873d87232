"""Kernel: the life of a clock as one transition table, run over many items at once.

The stages here are coarse: pending, active, stopped, cancelled. Pauses are stretches laid over the active one
(`slamodel.clock.segments`), so that overlapping pauses count once by construction (C8).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from slamodel.timeline.instants import Int64

Bytes = NDArray[np.uint8]

PENDING: Final = 0
ACTIVE: Final = 1
STOPPED: Final = 2
CANCELLED: Final = 3
ENDED: Final = 4
"""Stopped for good: a chain of cycles begins no more by itself."""
STAGE: Final = 7
"""The bits of a transition that hold the stage it leads to."""
FRESH: Final = 8
"""The bit of a transition that tells a new clock begins, from zero."""

START, STOP, RESET, CANCEL, REOPEN, END, NEXT, HOLD = (1 << bit for bit in range(8))
SIGNALS: Final = 128
"""How many signals there are, the holds aside: those lie over a clock's life and do not change it."""
_FEW: Final = 16


@cache
def transitions(reopen: str, cycles: str = "once", start_with_stop: str = "never_ran") -> Bytes:
    """Return the transition table, uint8, flat: ``table[stage * SIGNALS + signals]`` is the next stage, with `FRESH`.

    At one event stop goes before reset, reset before cancel; a clock that starts and stops at the same event
    never ran, or ran for no time (C7). ``reopen`` is the policy of C11, ``cycles`` when further clocks begin.
    """
    table = np.empty((5, SIGNALS), np.uint8)
    for signals in range(SIGNALS):
        stops, cancels = bool(signals & (STOP | END)), bool(signals & CANCEL)
        starts = bool(signals & START) and not cancels and not stops
        again = bool(signals & REOPEN) and not cancels and not stops
        begun = FRESH | ACTIVE
        if signals & START and stops and start_with_stop == "zero":
            begun, starts = FRESH | STOPPED, True
        table[PENDING, signals] = begun if starts else PENDING
        table[CANCELLED, signals] = begun if starts else ACTIVE if again else CANCELLED
        table[ACTIVE, signals] = (
            ENDED
            if signals & END and cycles == "chain"
            else STOPPED
            if stops
            else ACTIVE | FRESH
            if signals & RESET
            else CANCELLED
            if cancels
            else ACTIVE
        )
        fresh = (starts and cycles in {"each", "latest"}) or (signals & NEXT) or (again and reopen == "new_cycle")
        goes_on = again and reopen in {"continue", "continue_with_gap"}
        table[STOPPED, signals] = (
            ENDED if signals & END and cycles == "chain" else begun if fresh else ACTIVE if goes_on else STOPPED
        )
        table[ENDED, signals] = begun if starts or (again and reopen != "ignore") else ENDED
    return table.reshape(-1)


def run(signals: Bytes, first: Int64, table: Bytes) -> Bytes:
    """Return the transition at each event, uint8: the stage after it, with `FRESH` where a clock begins.

    Item ``i`` owns ``signals[first[i]:first[i + 1]]`` and starts out pending. The k-th events of all items are
    stepped together, items with most events first, so that the ones still going are always at the front.
    """
    out = np.empty(len(signals), np.uint8)
    counts = np.diff(first)
    if not len(counts):
        return out
    longest = int(counts.max())
    order = np.argsort(-counts.astype(np.int32), kind="stable") if longest > int(counts.min()) else slice(None)
    heads, counts = first[:-1][order], counts[order]
    going = np.searchsorted(-counts, -np.arange(longest), side="left").tolist() if len(counts) > _FEW else []
    stage = np.zeros(len(counts), np.intp)
    step = 0
    for step, count in enumerate(going):
        if count <= _FEW:
            break
        rows = heads[:count] + step
        made = np.take(table, stage[:count] * SIGNALS + signals[rows])
        out[rows] = made
        stage[:count] = made & STAGE
    else:
        if going:
            return out
    # Few items, perhaps with very many events each: a plain loop over the same table.
    steps = table.tolist()
    few = going[step] if going else len(counts)
    for head, count, at in zip(heads[:few].tolist(), counts[:few].tolist(), stage[:few].tolist(), strict=True):
        now, made_here = at, []
        for signal in signals[head + step : head + count].tolist():
            made_one = steps[now * SIGNALS + signal]
            made_here.append(made_one)
            now = made_one & STAGE
        out[head + step : head + count] = made_here
    return out


def filled(marks: Int64, first: Int64, rows: int) -> Int64:
    """Return, for each of ``rows`` rows, the last marked row at or before it; every item's first row is marked."""
    last = np.zeros(rows, np.int64)
    last[marks] = marks
    last[first[:-1]] = first[:-1]
    return np.maximum.accumulate(last)
