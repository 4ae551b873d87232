"""Escalations: the instants at which levels of escalation come, by what is known at ``as_of``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from slamodel.clock.answers import answers
from slamodel.clock.clocks import clocks
from slamodel.clock.columns import numbered
from slamodel.clock.escalation.courses import Courses
from slamodel.clock.escalation.table import EscalationTable
from slamodel.clock.events import Coded, EventTable
from slamodel.clock.plan import plan
from slamodel.errors import InstantError
from slamodel.model.escalation import Level
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, Int64, from_datetime

_BLOCK: Final = 1 << 17
_DECIDING: Final = ("limit", "due", "breaches_after", "breached_at", "due_if_resumed", "limit_row")


class Judged(Protocol):
    """A table of verdicts, as far as it is looked at here."""

    @property
    def as_of(self) -> int:
        """The instant of the verdicts."""

    @property
    def items(self) -> NDArray[Any]:
        """The items' names."""

    @property
    def item(self) -> Int64:
        """The number of the item of each verdict."""

    @property
    def codes(self) -> Mapping[str, Coded]:
        """Columns by distinct value."""

    @property
    def values(self) -> Mapping[str, Int64]:
        """Columns of instants and lengths."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """What was promised."""

    @property
    def log(self) -> EventTable | None:
        """The events up to ``as_of``."""


class _Found(NamedTuple):
    """Levels that come: their number among all, the item, the instant, whether it has come, and the clock.

    ``by_field`` tells whether the clock starts at the time that a field of the item holds.
    """

    number: Int64
    item: Int64
    at: Int64
    come: NDArray[np.bool_]
    cycle: Int64
    started_at: Int64
    by_field: NDArray[np.bool_]


def escalations(verdicts: Judged, since: datetime, until: datetime) -> EscalationTable:
    """Return the levels that come in [since, until): see `VerdictTable.escalations`."""
    low, high = from_datetime(since), from_datetime(until)
    if high < low:
        msg = f"until ({until.isoformat()}) lies before since ({since.isoformat()}); the window is [since, until)"
        raise InstantError(msg)
    nothing = np.empty(0, np.int64)
    never = nothing.astype(bool)
    parts = [_Found(nothing, nothing, nothing, never, nothing, nothing, never), *_parts(verdicts, low, high)]
    found = _Found(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    order = np.lexsort((found.number, found.cycle, found.item, found.at))
    return EscalationTable(
        as_of=verdicts.as_of,
        item=verdicts.items[found.item[order]],
        levels=tuple((target, level) for target in verdicts.targets for level in target.escalations),
        number=found.number[order],
        at=found.at[order],
        come=found.come[order],
        cycle=found.cycle[order],
        started_at=found.started_at[order],
        by_field=found.by_field[order],
    )


def _parts(verdicts: Judged, low: int, high: int) -> Iterator[_Found]:
    """Yield what lies in [low, high), one part a level and block of items."""
    log, number = verdicts.log, 0
    if log is None:
        return
    for code, target in enumerate(verdicts.targets):
        if not target.escalations:
            continue
        mine = _near(verdicts, target, low, high) & (verdicts.codes["target"].codes == code)
        items = np.unique(verdicts.item[mine])
        for first in range(0, len(items), _BLOCK):
            block = items[first : first + _BLOCK]
            for found in _of_block(target, items_of(log, block), verdicts.as_of, low, high):
                yield found._replace(number=found.number + number, item=block[found.item])
        number += len(target.escalations)


def _near(verdicts: Judged, target: Target, low: int, high: int) -> NDArray[np.bool_]:
    """Return the verdicts on items that may have something to tell: a clock that began later has not, say."""
    started, stopped = verdicts.values["started_at"], verdicts.values["stopped_at"]
    near: NDArray[np.bool_] = started != NAT
    if target.cycles == "once" and target.reopen != "new_cycle":
        near &= (started < high) & ((stopped == NAT) | (stopped >= low))
    return near


def _of_block(target: Target, log: EventTable, as_of: int, low: int, high: int) -> Iterator[_Found]:
    """Yield the levels of one target on all items of a log, one part a level."""
    made = clocks(0, plan(target, log), log, slice(0, len(log.items)), as_of)
    cells, owner = made.cycles(as_of), made.counted.owner
    owner = np.arange(len(log.items)) if owner is None else owner
    cycle = numbered(owner, cells["cycles"]).astype(np.int64)
    counts = (cells["elapsed"] != NAT) & (True if made.kept_cycles is None else made.kept_cycles)
    by_field = np.zeros(len(owner), bool)
    if target.starts.field:
        by_field = made.plan.cut(log.times[target.starts.field][log.first[1:] - 1])[owner] == cells["started_at"]
    ways = [Courses(made, cells)]
    if made.stricter is not None:
        ways.append(Courses(made.stricter, made.stricter.cycles(as_of)))
    for n, level in enumerate(target.escalations):
        applies = answers(log, level.applies.fields(), level.applies.matches, bool)
        at = _stricter(ways, cells, level)
        found = np.flatnonzero(
            counts & (at != NAT) & (at >= low) & (at < high) & applies.rows(made.counted.segments.source)
        )
        at = at[found]
        late = cells["breached_at"][found] != NAT if level.is_late else np.ones(len(found), bool)
        come, number = late & (at <= as_of), np.full(len(found), n)
        yield _Found(number, owner[found], at, come, cycle[found], cells["started_at"][found], by_field[found])


def _stricter(ways: list[Courses], cells: Mapping[str, NDArray[Any]], level: Level) -> Int64:
    """Return when a level comes, of two policies by the one that the verdict follows (C10, strictest)."""
    at = ways[0].at(level)
    for other in ways[1:]:
        same = np.logical_and.reduce([cells[name] == other.cells[name] for name in _DECIDING])
        at = np.where(same, other.at(level), at)
    return at


def items_of(events: EventTable, items: Int64) -> EventTable:
    """Return the table of some items, each named once, in order."""
    if len(items) == len(events.items):
        return events
    counts = np.diff(events.first)[items]
    first = np.concatenate([[0], np.cumsum(counts)])
    rows = np.arange(first[-1]) + np.repeat(events.first[items] - first[:-1], counts)
    return evolve(
        events,
        items=events.items[items],
        first=first,
        at=events.at[rows],
        fields={name: column.take(rows) for name, column in events.fields.items()},
        times={name: column[rows] for name, column in events.times.items()},
        lines=None if events.lines is None else events.lines[rows],
    )
