"""Segments: the events of one target's clocks turned into stretches that run or pause.

Columns in, columns out: the lifecycle comes from `slamodel.clock.kernel`, pauses are laid over it, and a new
stretch begins wherever the clock's state or its limit changes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.events import EventTable
from slamodel.clock.holds import cut_short
from slamodel.clock.plan import Hold, Plan
from slamodel.clock.rows import Rows
from slamodel.timeline.instants import NAT, Int64

IDLE: Final = 0
RUNNING: Final = 1
PAUSED: Final = 2

_SIGNALS: Final = np.uint8(kernel.SIGNALS - 1)
_HOLD: Final = np.uint8(kernel.HOLD)
_STOP: Final = np.uint8(kernel.STOP)


@frozen(eq=False)
class Segments:
    """Stretches in order of item and time, and what is left open at the end.

    Per closed stretch: ``item`` number, ``start``, ``end``, ``ran`` (else paused), ``row`` of the limit.
    Per item: ``stage`` (the kernel's), ``started_at``, ``stopped_at``, ``open_since`` and ``paused_since``
    (``NAT`` where not), ``running`` and ``paused`` after its last event, ``limit_row`` and ``source`` (the row
    of the log) that decide. ``changed_at`` is the last change of the limit, where that matters. ``ignored`` are
    the rows of the log whose event changed nothing (C6).
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
    changed_at: Int64 | None
    ignored: Int64


def segments(plan: Plan, events: EventTable, rows: Rows, as_of: int) -> Segments:
    """Return the stretches of each item's last clock up to its last event; pauses may end themselves by ``as_of``."""
    lives = _lives(plan, rows)
    held = None
    if plan.limited:
        on = [_limited_on(hold, rows, lives) for hold in plan.limited]
        rows, held = cut_short(plan, events, rows, on, lives.limit_row, as_of)
        lives = _lives(plan, rows)
    first, at, owners = rows.first, rows.at, rows.owners
    heads, final = first[:-1], first[1:] - 1
    is_head = np.zeros(len(at), bool)
    is_head[heads] = True
    stage, begun, limit_row = lives.stage, lives.begun, lives.limit_row
    changed_at = _changed_at(plan, rows, lives) if plan.looks_back else None
    state, idle = _states(plan, rows, lives, held)
    if changed_at is not None and not plan.target.retroactive_pause:
        state[(state == PAUSED) & (at < changed_at[owners])] = RUNNING
    started = begun >= 0
    if lives.again:
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
    before = np.where(turn > np.maximum(begun, heads), turn - 1, turn)
    deciding = final if plan.one_limit else np.where(ended, before, final)
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
        changed_at=changed_at,
        ignored=rows.in_log(np.flatnonzero(lives.ignored | idle)) if plan.by_events else heads[:0],
    )


@frozen(eq=False)
class _Lives:
    """The life of each clock: its stage and limit after each row, and where each item's last one began (or -1).

    ``again`` tells that some item had more than one clock.
    """

    stage: NDArray[np.uint8]
    limit_row: NDArray[np.int16]
    begun: Int64
    again: bool
    ignored: NDArray[np.bool_]


def _lives(plan: Plan, rows: Rows) -> _Lives:
    signals = rows.signals & _SIGNALS
    heads = rows.first[:-1]
    is_head = np.zeros(len(signals), bool)
    is_head[heads] = True
    marks = np.flatnonzero((signals != 0) | is_head)
    within = np.append(np.flatnonzero(is_head[marks]), len(marks))
    moves = kernel.run(signals[marks], within, plan.transitions)
    stages = moves & np.uint8(kernel.STAGE)
    stage = np.repeat(stages, np.diff(np.append(marks, len(signals))))
    fresh = np.flatnonzero(moves & np.uint8(kernel.FRESH))
    begun = np.full(len(heads), -1, np.int64)
    owner = np.repeat(np.arange(len(heads), dtype=np.int32), np.diff(within))[fresh]
    begun[owner] = marks[fresh]
    again = bool((owner[1:] == owner[:-1]).any())
    limit_row = _limit_rows(plan, rows, begun)
    if plan.target.priority_change == "restart":
        changed = np.flatnonzero(_changed(limit_row, rows, stage == kernel.ACTIVE, begun))
        np.maximum.at(begun, rows.owners[changed], np.where(begun[rows.owners[changed]] >= 0, changed, -1))
        again |= len(changed) > 0
    ignored = np.zeros(len(signals), bool)
    if not plan.by_events:
        return _Lives(stage, limit_row, begun, again, ignored)

    before = np.empty(len(marks), np.uint8)
    before[1:] = stages[:-1]
    before[within[:-1]] = kernel.PENDING
    # A second stop (resolved, then closed) is the ordinary end of an item, not an oddity.
    closed = (before == kernel.STOPPED) & ((signals[marks] & _STOP) != 0)
    ignored[marks[(moves == before) & (signals[marks] != 0) & ~closed]] = True
    return _Lives(stage, limit_row, begun, again, ignored)


def _changed(limit_row: NDArray[np.int16], rows: Rows, active: NDArray[np.bool_], begun: Int64) -> NDArray[np.bool_]:
    """Return the rows of each item's last clock at which its limit is another than the last it had."""
    count = len(limit_row)
    # A time without a limit lies between two limits, it is none; what held before a clock or after its stop is not its.
    mine = active & (limit_row >= 0) & (np.arange(count) >= np.where(begun < 0, count, begun)[rows.owners])
    filled = kernel.filled(np.flatnonzero(mine), rows.first, count)
    before = np.roll(filled, 1)
    changed: NDArray[np.bool_] = mine & mine[before] & (limit_row != limit_row[before])
    changed[rows.first[:-1]] = False
    return changed


def _changed_at(plan: Plan, rows: Rows, lives: _Lives) -> Int64:
    """Return when the limit of each item last changed while its clock ran or was paused, ``NAT`` where never."""
    found = np.full(len(rows.first) - 1, NAT, np.int64)
    changed = np.flatnonzero(_changed(rows.ask(plan.limit_row), rows, lives.stage == kernel.ACTIVE, lives.begun))
    np.maximum.at(found, rows.owners[changed], rows.at[changed])
    return found


def _limited_on(hold: Hold, rows: Rows, lives: _Lives) -> NDArray[np.bool_]:
    """Return whether the condition of a pause that can end by itself holds after each row of the last clock."""
    active = lives.stage == kernel.ACTIVE
    counted = active & (lives.limit_row >= 0)
    mine: NDArray[np.bool_] = counted & (np.arange(len(active)) >= lives.begun[rows.owners])
    if hold.ends is None:
        mine &= rows.holds(hold.begins, hold.unknown)
    else:
        mine &= _latched(hold, rows, active, lives.begun[lives.begun >= 0])[0]
    return mine


def _states(
    plan: Plan, rows: Rows, lives: _Lives, limited: NDArray[np.bool_] | None
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return (idle, running or paused after each row, whether the row's pause or resume changed nothing)."""
    active = lives.stage == kernel.ACTIVE
    held = (rows.signals & _HOLD) != 0
    if limited is not None:
        held |= limited
    ignored = np.zeros(len(held), bool)
    fresh = lives.begun[lives.begun >= 0]
    for latch in plan.latches:
        on, idle = _latched(latch, rows, active, fresh)
        held |= on
        ignored |= idle
    for hold in plan.limited:
        if hold.ends is not None:
            ignored |= _latched(hold, rows, active, fresh)[1]
    if plan.target.reopen == "continue_with_gap":
        gap = (lives.stage == kernel.STOPPED) & (np.arange(len(active)) < _last_active(active, rows)[rows.owners])
        active, held = active | gap, held & ~gap
    counted = active & (lives.limit_row >= 0)
    return counted.view(np.uint8) + (counted & held).view(np.uint8), ignored


def _last_active(active: NDArray[np.bool_], rows: Rows) -> Int64:
    last = np.full(len(rows.first) - 1, -1, np.int64)
    found = np.flatnonzero(active)
    np.maximum.at(last, rows.owners[found], found)
    return last


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
    if constant is not None and not plan.amended:
        return np.full(len(rows.at), constant, np.int16)
    change = plan.target.priority_change
    if change.startswith("retroactive"):
        return np.repeat(plan.limit_row.rows(rows.in_log(rows.first[1:] - 1)), np.diff(rows.first))
    found = rows.ask(plan.limit_row)
    for since, limit_row in plan.amended:
        found = np.where(rows.at >= since // plan.unit * plan.unit, rows.ask(limit_row), found)
    if change == "keep":
        return np.repeat(np.where(begun >= 0, found[begun], found[rows.first[1:] - 1]), np.diff(rows.first))
    return found


def _latched(
    latch: Hold, rows: Rows, active: NDArray[np.bool_], fresh: Int64
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (whether an event-bound pause is on after each row, whether the row's pause or resume changed nothing).

    A clock that is not active cannot be paused. What an event does that both pauses and resumes is an option (C7).
    """
    assert latch.ends is not None  # noqa: S101  the caller asks for latches only
    begin, end = rows.asked(latch.begins), rows.asked(latch.ends)
    if latch.pause_wins:
        end &= ~begin
    on, off = begin & active & ~end, (end & ~begin) | ~active
    first = rows.first
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
