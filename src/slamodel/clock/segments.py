"""Segments: the events of one target's clocks turned into stretches that run or pause.

Columns in, columns out: the lifecycle comes from `slamodel.clock.kernel`, pauses are laid over it, and a new
stretch begins wherever the clock's state or its limit changes.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.events import EventTable
from slamodel.clock.plan import Answers, Latch, Plan
from slamodel.timeline.instants import NAT, Int64

IDLE: Final = 0
RUNNING: Final = 1
PAUSED: Final = 2

_SIGNALS: Final = np.uint8(kernel.SIGNALS - 1)
_HOLD: Final = np.uint8(kernel.HOLD)
_START: Final = np.uint8(kernel.START)
_STOP: Final = np.uint8(kernel.STOP)


@frozen(eq=False)
class Rows:
    """The events that drive the clocks of some items: the log's own, and those at times that fields hold.

    ``first`` (items + 1,) says whose rows are whose; ``at`` and ``signals`` (uint8) have one entry a row. The
    rows are those of the log from ``low`` on, unless some were put between them: then ``source`` names the row
    of the log whose fields hold after each, and ``own`` tells the log's rows. ``reversed`` are the items whose
    stop lies before their start.
    """

    low: int
    first: Int64
    at: Int64
    signals: NDArray[np.uint8]
    source: Int64 | None = None
    own: NDArray[np.bool_] | None = None
    reversed: NDArray[np.bool_] | None = None

    def in_log(self, rows: Int64) -> Int64:
        """Return the rows of the log that hold the fields after these rows."""
        return rows + self.low if self.source is None else self.source[rows]

    def ask(self, answers: Answers) -> NDArray[Any]:
        """Return the answer for every row."""
        return answers.rows(slice(self.low, self.low + len(self.at)) if self.source is None else self.source)


@frozen(eq=False)
class Segments:
    """Stretches in order of item and time, and what is left open at the end.

    Per closed stretch: ``item`` number, ``start``, ``end``, ``ran`` (else paused), ``row`` of the limit.
    Per item: ``stage`` (the kernel's), ``started_at``, ``stopped_at``, ``open_since`` and ``paused_since``
    (``NAT`` where not), ``running`` and ``paused`` after its last event, ``limit_row`` and ``source`` (the row
    of the log) that decide. ``ignored`` are the rows of the log whose event changed nothing (C6).
    """

    item: NDArray[np.int32]
    start: Int64
    end: Int64
    ran: NDArray[np.bool_]
    row: NDArray[np.int16]
    first: Int64
    stage: NDArray[np.uint8]
    started_at: Int64
    stopped_at: Int64
    open_since: Int64
    paused_since: Int64
    running: NDArray[np.bool_]
    paused: NDArray[np.bool_]
    limit_row: NDArray[np.int16]
    source: Int64
    ignored: Int64


def rows_of(plan: Plan, events: EventTable, items: slice, as_of: int) -> Rows:
    """Return the rows of these items, with the starts and stops that fields hold put in their places.

    Events after ``as_of`` are not there yet: the table was cut before.
    """
    low, high = int(events.first[items.start]), int(events.first[items.stop])
    first = events.first[items.start : items.stop + 1] - low
    at = events.at[low:high]
    signals = plan.signals.rows(slice(low, high))
    target = plan.target
    added = [(target.starts.field, _START), (target.stops.field, _STOP)]
    if not any(name for name, _ in added):
        return Rows(low, first, at, signals)
    source = np.arange(low, high)
    count = len(first) - 1
    last = first[1:] - 1
    item = np.repeat(np.arange(count), np.diff(first))
    parts = [(item, at, signals, source, np.ones(len(at), bool), np.ones(len(at), np.int8))]
    times: dict[bool, Int64] = {}
    for name, signal in added:
        if not name:
            continue
        when = events.times[name][low:high][last]
        times[signal == _STOP] = when
        there = np.flatnonzero((when != NAT) & (when <= as_of))
        # The fields that hold then are those of the item's last row before; before the first, nothing is known.
        before = _rows_before(first, at, there, when[there])
        held = np.where(before >= 0, signals[np.maximum(before, 0)] & _HOLD, 0).astype(np.uint8)
        source_then = np.where(before >= 0, before, first[there]) + low
        rank = np.full(len(there), 2 if signal == _STOP else 0, np.int8)
        parts.append((there, when[there], held | signal, source_then, np.zeros(len(there), bool), rank))
    item, at, signals, source, own, rank = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((rank, at, item))
    counts = np.bincount(item, minlength=count)
    start, stop = times.get(False), times.get(True)
    backwards = None
    if start is not None and stop is not None:
        backwards = (start != NAT) & (stop != NAT) & (stop < start)
    first = np.concatenate([[0], np.cumsum(counts)])
    return Rows(low, first, at[order], signals[order], source[order], own[order], backwards)


def _rows_before(first: Int64, at: Int64, items: Int64, when: Int64) -> Int64:
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


def segments(plan: Plan, rows: Rows) -> Segments:
    """Return the stretches of each item's last clock, up to its last event."""
    first, at = rows.first, rows.at
    heads, final = first[:-1], first[1:] - 1
    owners = np.repeat(np.arange(len(heads), dtype=np.int32), np.diff(first))
    is_head = np.zeros(len(at), bool)
    is_head[heads] = True
    lives = _lives(plan, rows, is_head)
    stage, begun = lives.stage, lives.begun
    limit_row = _limit_rows(plan, rows, begun)
    if plan.target.priority_change == "restart":
        begun = _restarted(begun, limit_row, stage, heads, owners)
    state, idle = _states(plan, rows, stage, limit_row, begun)
    started = begun >= 0
    if lives.again or begun is not lives.begun:
        # Only the last clock of an item is judged: what ran before a new one began was another's.
        state[np.arange(len(at)) < begun[owners]] = IDLE

    edge = np.ones(len(at), bool)
    edge[1:] = (state[1:] != state[:-1]) | (limit_row[1:] != limit_row[:-1])
    edge |= is_head
    edge[begun[started]] = True
    edges = np.flatnonzero(edge)
    last_edge = _before_next(is_head, edges)
    is_last = np.zeros(len(edges), bool)
    is_last[last_edge] = True
    kept = np.flatnonzero((state[edges] != IDLE) & ~is_last)
    opened = edges[kept]
    item = owners[opened]

    # Once a clock has stopped nothing changes its limit: the row before the stop decides.
    turn = _last_turn(stage, is_head)
    ended = stage[final] >= kernel.STOPPED
    deciding = final if plan.target.priority_change == "retroactive" else np.where(ended, turn - 1, final)
    running, paused = state[final] == RUNNING, state[final] == PAUSED
    since = at[edges[_paused_since(edges, state, heads, last_edge)]] if paused.any() else at[final]
    return Segments(
        item=item,
        start=at[opened],
        end=at[edges[kept + 1]],
        ran=state[opened] == RUNNING,
        row=limit_row[opened],
        first=np.concatenate([[0], np.cumsum(np.bincount(item, minlength=len(heads)))]),
        stage=stage[final],
        started_at=np.where(started, at[begun], NAT),
        stopped_at=np.where(stage[final] == kernel.STOPPED, at[turn], NAT),
        open_since=np.where(running | paused, at[edges[last_edge]], NAT),
        paused_since=np.where(paused, since, NAT),
        running=running,
        paused=paused,
        limit_row=limit_row[deciding],
        source=rows.in_log(deciding),
        ignored=rows.in_log(np.flatnonzero(lives.ignored | idle)) if plan.by_events else heads[:0],
    )


@frozen(eq=False)
class _Lives:
    """The life of each clock: its stage after each row, and the row at which each item's last one began (or -1).

    ``again`` tells that some item had more than one clock.
    """

    stage: NDArray[np.uint8]
    begun: Int64
    again: bool
    ignored: NDArray[np.bool_]


def _lives(plan: Plan, rows: Rows, is_head: NDArray[np.bool_]) -> _Lives:
    signals = rows.signals & _SIGNALS
    heads = rows.first[:-1]
    marks = np.flatnonzero((signals != 0) | is_head)
    within = np.append(np.flatnonzero(is_head[marks]), len(marks))
    moves = kernel.run(signals[marks], within, kernel.transitions(plan.target.reopen))
    stages = moves & np.uint8(kernel.STAGE)
    stage = np.repeat(stages, np.diff(np.append(marks, len(signals))))
    fresh = np.flatnonzero(moves & np.uint8(kernel.FRESH))
    begun = np.full(len(heads), -1, np.int64)
    owner = np.repeat(np.arange(len(heads), dtype=np.int32), np.diff(within))[fresh]
    begun[owner] = marks[fresh]
    again = bool((owner[1:] == owner[:-1]).any())
    ignored = np.zeros(len(signals), bool)
    if not plan.by_events:
        return _Lives(stage, begun, again, ignored)

    before = np.empty(len(marks), np.uint8)
    before[1:] = stages[:-1]
    before[within[:-1]] = kernel.PENDING
    # A second stop (resolved, then closed) is the ordinary end of an item, not an oddity.
    closed = (before == kernel.STOPPED) & ((signals[marks] & _STOP) != 0)
    ignored[marks[(moves == before) & (signals[marks] != 0) & ~closed]] = True
    return _Lives(stage, begun, again, ignored)


def _restarted(
    begun: Int64, limit_row: NDArray[np.int16], stage: NDArray[np.uint8], heads: Int64, owners: NDArray[np.int32]
) -> Int64:
    """Return where the last clocks began when a change of the limit begins a new one (C10, restart)."""
    # A time without a limit lies between two limits, it is none.
    last = limit_row[kernel.filled(np.flatnonzero(limit_row >= 0), np.append(heads, len(stage)), len(stage))]
    changed = np.zeros(len(stage), bool)
    changed[1:] = (last[1:] != last[:-1]) & (limit_row[1:] >= 0) & (last[:-1] >= 0)
    changed[heads] = False
    rows = np.flatnonzero(changed & (stage == kernel.ACTIVE))
    later = begun.copy()
    np.maximum.at(later, owners[rows], rows)
    return np.where(begun >= 0, later, begun)


def _states(
    plan: Plan, rows: Rows, stage: NDArray[np.uint8], limit_row: NDArray[np.int16], begun: Int64
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return (idle, running or paused after each row, whether the row's pause or resume changed nothing)."""
    active = stage == kernel.ACTIVE
    held = (rows.signals & _HOLD) != 0
    ignored = np.zeros(len(held), bool)
    for latch in plan.latches:
        on, idle = _latched(latch, rows, active, begun[begun >= 0], rows.first)
        held |= on
        ignored |= idle
    counted = active & (limit_row >= 0)
    return counted.view(np.uint8) + (counted & held).view(np.uint8), ignored


def _last_turn(stage: NDArray[np.uint8], is_head: NDArray[np.bool_]) -> Int64:
    """Return the row at which each item came into its last stage."""
    turned = is_head.copy()
    turned[1:] |= stage[1:] != stage[:-1]
    turns = np.flatnonzero(turned)
    return turns[_before_next(is_head, turns)]


def _before_next(is_head: NDArray[np.bool_], rows: Int64) -> Int64:
    """Return the place in ``rows`` of each item's last one; every item's first row is among them."""
    places = np.flatnonzero(is_head[rows]) - 1
    places[:-1] = places[1:]
    places[-1] = len(rows) - 1
    return places


def _paused_since(edges: Int64, state: NDArray[np.uint8], heads: Int64, last_edge: Int64) -> Int64:
    """Return the edge at which the pause that is on at the end began: changes of the limit do not interrupt it."""
    here = last_edge
    while True:
        back = (edges[here] > heads) & (state[edges[here]] == PAUSED) & (state[edges[here - 1]] == PAUSED)
        if not back.any():
            return here
        here = here - back


def _limit_rows(plan: Plan, rows: Rows, begun: Int64) -> NDArray[np.int16]:
    """Return the limit that holds at each row, as the policy for priority changes has it (C10)."""
    constant = plan.limit_row.constant
    if constant is not None:
        return np.full(len(rows.at), constant, np.int16)
    change = plan.target.priority_change
    if change == "retroactive":
        return np.repeat(plan.limit_row.rows(rows.in_log(rows.first[1:] - 1)), np.diff(rows.first))
    found = rows.ask(plan.limit_row)
    if change == "keep":
        return np.repeat(np.where(begun >= 0, found[begun], found[rows.first[1:] - 1]), np.diff(rows.first))
    return found


def _latched(
    latch: Latch, rows: Rows, active: NDArray[np.bool_], fresh: Int64, first: Int64
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (whether an event-bound pause is on after each row, whether the row's pause or resume changed nothing).

    A clock that is not active cannot be paused; an event that both pauses and resumes does neither.
    """
    begin, end = _asked(latch.begins, rows), _asked(latch.ends, rows)
    on, off = begin & active & ~end, (end & ~begin) | ~active
    marks = on | off
    marks[first[:-1]] = True
    begins = np.zeros(len(marks), bool)
    begins[fresh] = True
    marks |= begins
    paused = on[kernel.filled(np.flatnonzero(marks), first, len(marks))]
    before = np.zeros(len(marks), bool)
    before[1:] = paused[:-1]
    before[first[:-1]] = False
    return paused, (begin != end) & (paused == before)


def _asked(answers: Answers, rows: Rows) -> NDArray[np.bool_]:
    found = rows.ask(answers)
    return found if rows.own is None else found & rows.own
