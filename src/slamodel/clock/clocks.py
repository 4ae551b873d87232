"""Clocks: the clocks of one target on some items, counted up to their last event, and what they come to then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock import kernel, stages
from slamodel.clock.cycles import cycles_of, with_next, without_late_reopenings
from slamodel.clock.events import EventTable
from slamodel.clock.force import claimed, with_changes
from slamodel.clock.judge import judge
from slamodel.clock.plan import Plan, plan
from slamodel.clock.rows import Rows, rows_before, rows_of
from slamodel.clock.segments import Segments, segments
from slamodel.clock.standing import Standing, stand
from slamodel.clock.terms import UNLIMITED
from slamodel.timeline.instants import NAT, Int64

REASONS: Final = (
    "",
    "not started yet",
    "paused: there is no due while the clock stands still",
    "cancelled",
    "the time of the stop lies before the time of the start",
    "the priority no longer has a limit",
    "its calendar gives no answer: it never opens again, or not as often as is needed",
)
_OK, _PENDING, _PAUSED, _CANCELLED, _BACKWARDS, _NO_LIMIT, NEVER = range(7)
# By the kernel's stage: pending, active, stopped, cancelled; paused stands right behind running.
_STAGE_OF: Final = np.array([stages.PENDING, stages.RUNNING, stages.MET, stages.CANCELLED], np.int8)
_REASON_OF: Final = np.array([_PENDING, _OK, _PAUSED, _OK, _OK, _CANCELLED, _OK], np.int8)
_EDGES: Final = {"started": "started_at", "stopped": "stopped_at", "breached": "breached_at"}
_LATEST: Final = np.iinfo(np.int64).max

Cells = dict[str, NDArray[Any]]


@frozen(eq=False)
class Counted:
    """Every cycle of one target on some items, as events leave it: its rows, its stretches, where it stands.

    ``given`` are the times that fields hold, for dues that are set on them. ``owner`` is the item of each cycle,
    counted from the first of these items; None where each item has one.
    """

    rows: Rows
    segments: Segments
    given: Mapping[str, Int64]
    standing: Standing
    owner: Int64 | None


def counted(made: Plan, events: EventTable, items: slice, as_of: int) -> Counted:
    """Count the clocks of one target on some items; ``as_of`` decides which times held by fields have come."""
    at = as_of // made.unit * made.unit
    rows = rows_of(made, events, items, at, _edges(made, events, items, as_of))
    target, owner = made.target, None
    if target.in_force.changes:
        rows = with_changes(made, rows, at)
    if target.cycles == "chain":
        rows = with_next(rows)
    if target.ignore_after.us:
        rows = without_late_reopenings(made, rows)
    if target.cycles != "once" or target.reopen == "new_cycle":
        rows, owner = cycles_of(made, rows)
    found = segments(made, events, rows, at)
    last = events.first[items.start + 1 : items.stop + 1] - 1
    names = {limit.due.field for limit in made.limits if limit.due} - {""}
    given = {name: made.cut(events.times[name][last]) for name in names}
    given = given if owner is None else {name: column[owner] for name, column in given.items()}
    return Counted(rows, found, given, stand(made, found, given), owner)


def _edges(made: Plan, events: EventTable, items: slice, as_of: int) -> dict[str, Int64]:
    """Return the instants at which the clocks that this one's moments hang on started, stopped or were breached."""
    found = {}
    for name, up in made.upstream.items():
        above = clocks(0, up, events, items, as_of)
        edge = _EDGES[getattr(made.target, name).edge]
        when = made.cut(above.columns(as_of)[edge])
        found[name] = when if above.kept is None else np.where(above.kept, when, NAT)
    return found


@frozen(eq=False)
class Clocks:
    """The clocks of one target on some items: what is left is to say when.

    ``fixed`` are the columns that no more time can change, and ``kept_cycles`` (None: all) tells what the target
    promises something for, one row a cycle. ``stricter`` are the clocks under the other of two policies, where the one
    that runs out first counts (C10, strictest).
    """

    plan: Plan
    counted: Counted
    fixed: Mapping[str, NDArray[Any]]
    kept_cycles: NDArray[np.bool_] | None
    backwards: NDArray[np.bool_] | None
    ignored: Int64
    stricter: Clocks | None = None

    @property
    def kept(self) -> NDArray[np.bool_] | None:
        """The items that the target promises something for; None: all."""
        owner, kept = self.counted.owner, self.kept_cycles
        return kept if owner is None or kept is None else kept[_last(owner)]

    def columns(self, as_of: int) -> Cells:
        """Return the columns of the verdicts at ``as_of``, one row an item."""
        cells, owner = self.cycles(as_of), self.counted.owner
        return cells if owner is None else _all_cycles(self.plan, cells, owner)

    def cycles(self, as_of: int) -> Cells:
        """Return the columns of the verdicts on each cycle, one row a cycle."""
        judged = judge(self.plan, self.counted.standing, as_of // self.plan.unit * self.plan.unit)
        values = {
            "due": judged.due,
            "breaches_after": judged.breaches_after,
            "breached_at": judged.breached_at,
            "due_if_resumed": judged.due_if_resumed,
            "elapsed": judged.elapsed,
            "wall_elapsed": judged.wall_elapsed,
            "paused": judged.paused,
            "wall_paused": judged.wall_paused,
        }
        if self.backwards is not None:
            values = {name: np.where(self.backwards, NAT, value) for name, value in values.items()}
        cells = {**self.fixed, "breached": values["breached_at"] != NAT, **values}
        if self.stricter is None:
            return cells
        other = self.stricter.cycles(as_of)
        first = _runs_out(other) < _runs_out(cells)
        return {name: np.where(first, other[name], column) for name, column in cells.items()}


def _all_cycles(made: Plan, cells: Cells, owner: Int64) -> Cells:
    """Return what the cycles of each item come to: the last one's row, judged as ``met_if`` says (C11)."""
    last = _last(owner)
    first = np.append(0, last[:-1] + 1)
    breached_at = cells["breached_at"]
    found = {name: column[last] for name, column in cells.items()}
    if made.target.met_if == "first":
        found["breached_at"] = breached_at[first]
    elif made.target.met_if == "all":
        earliest = np.minimum.reduceat(np.where(breached_at == NAT, _LATEST, breached_at), first)
        found["breached_at"] = np.where(earliest == _LATEST, NAT, earliest)
    found["breached"] = found["breached_at"] != NAT
    done = (found["stage"] == stages.MET) | (found["stage"] == stages.MISSED)
    found["stage"] = np.where(done, np.where(found["breached"], stages.MISSED, stages.MET), found["stage"])
    found["stage"] = found["stage"].astype(np.int8)
    found["cycles"] = np.add.reduceat(cells["cycles"], first)
    return found


def _priorities(made: Plan, events: EventTable, rows: Rows, found: Segments) -> NDArray[np.int32]:
    """Return the code of the priority that decides: of the last one, under `keep` of that whose limit is kept (C10)."""
    column = events.field(made.target.priority_field)
    if column is None:
        return np.full(len(found.source), -1, np.int32)
    if made.target.priority_change != "keep":
        return column.codes[found.source]
    began = np.flatnonzero((found.started_at != NAT) & (found.limit_row >= 0))
    before = rows_before(rows.first, rows.at, began, found.started_at[began])
    source = found.source.copy()
    source[began] = rows.in_log(np.where(before >= 0, before, rows.first[:-1][began]))
    known = {value: code for code, value in enumerate(column.values)}
    own = np.array([known.get(priority, -1) for _, priority, _ in made.target.every_limit], np.int32)
    codes = own[made.rule[found.limit_row]]
    return np.where((found.limit_row >= 0) & (codes >= 0), codes, column.codes[source])


def _last(owner: Int64) -> Int64:
    """Return the last cycle of each item."""
    return np.append(np.flatnonzero(owner[1:] != owner[:-1]), len(owner) - 1)


def _runs_out(cells: Cells) -> Int64:
    """Return when each clock runs out: when it did, when it will, or when it would if it went on now."""
    found = np.full(len(cells["stage"]), _LATEST)
    for name in ("due_if_resumed", "breaches_after", "breached_at"):
        found = np.where(cells[name] != NAT, cells[name], found)
    return found


def clocks(number: int, made: Plan, events: EventTable, items: slice, as_of: int) -> Clocks:
    """Count the clocks of one target on some items, ready to be judged."""
    if made.target.priority_change == "strictest":
        keep, carry = (plan(evolve(made.target, priority_change=change), events) for change in ("keep", "carry"))
        stricter = clocks(number, keep, events, items, as_of)
        return evolve(clocks(number, carry, events, items, as_of), stricter=stricter)
    whole = counted(made, events, items, as_of)
    rows, found, standing, owner = whole.rows, whole.segments, whole.standing, whole.owner
    stage = _STAGE_OF[found.stage] + found.paused
    stage[(found.stage == kernel.STOPPED) & (standing.breached_at != NAT)] = stages.MISSED
    reason = _REASON_OF[stage]
    kept = found.limit_row >= 0
    if not kept.all():
        lapsed = ~kept & (found.first[1:] > found.first[:-1])
        stage[lapsed], reason[lapsed] = stages.CANCELLED, _NO_LIMIT
        kept |= lapsed
    if made.in_days.any():
        # Without the date that gives its due an item is promised nothing.
        kept &= (standing.limit < UNLIMITED) | (found.started_at == NAT) | (found.limit_row < 0)
    if made.applies.constant is not True:
        kept &= made.applies.rows(found.source)
    mine = claimed(made, events, items, owner, found.source)
    if mine is not None:
        kept &= mine
    if made.part is not None:
        low, high = int(events.first[items.start]), int(events.first[items.stop])
        ever = np.logical_or.reduceat(made.part.rows(slice(low, high)), events.first[items.start : items.stop] - low)
        kept &= ever if owner is None else ever[owner]
    backwards = rows.reversed if rows.reversed is not None and rows.reversed.any() else None
    if backwards is not None:
        stage[backwards], reason[backwards] = stages.EXCLUDED, _BACKWARDS
    count = len(stage)
    item = np.arange(items.start, items.stop, dtype=np.int32)
    fixed: dict[str, NDArray[Any]] = {
        "target": np.full(count, number, np.int16),
        "item": item if owner is None else item[owner],
        "stage": stage,
        "reason": reason,
        "limit_row": np.where(found.limit_row < 0, -1, made.rule[found.limit_row]).astype(np.int16),
        "priority": _priorities(made, events, rows, found),
        "started_at": found.started_at,
        "stopped_at": found.stopped_at,
        "paused_since": found.paused_since,
        "limit": np.where(standing.limit == UNLIMITED, NAT, standing.limit),
        "cycles": (found.started_at != NAT).astype(np.int32),
    }
    if backwards is not None:
        none = dict.fromkeys(("started_at", "stopped_at", "paused_since", "limit"), NAT) | {"cycles": 0}
        for name, value in none.items():
            fixed[name] = np.where(backwards, value, fixed[name]).astype(fixed[name].dtype)
    return Clocks(made, whole, fixed, None if kept.all() else kept, backwards, found.ignored)
