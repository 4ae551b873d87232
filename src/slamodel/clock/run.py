"""Run: a log through the clocks of every target, a slice of items after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen

from slamodel.clock.clocks import Cells, Clocks, clocks
from slamodel.clock.columns import Columns, filled, numbered
from slamodel.clock.events import EventTable
from slamodel.clock.force import SUSPENDED
from slamodel.clock.lost import may_have, unanswered
from slamodel.clock.plan import Plan, plan
from slamodel.errors import HorizonError
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, Bool, Int64

_CHUNK_ROWS: Final = 1 << 19
_MOST_LOST: Final = 100
_NOTHING: Final = np.empty(0, np.int64)


@frozen(eq=False)
class Judged:
    """The cells of the verdicts of one target on some items, which of them it promises anything, and ignored rows."""

    target: Target
    cells: Cells
    kept: Bool | None
    ignored: Int64
    is_lost: bool = False


def cycles_of_each(targets: tuple[Target, ...], events: EventTable, as_of: int) -> dict[str, Any]:
    """Return the fields of a table with the verdicts on every cycle of every item.

    ``cycles`` is then the number of each, from 1. Targets whose clocks begin once have one row an item.
    """
    found = [(one.cycles(as_of), one.kept_cycles) for _, one in all_clocks(targets, events, as_of)]
    out = Columns(sum(len(cells["item"]) for cells, _ in found))
    for cells, kept in found:
        out.put({**cells, "cycles": numbered(cells["item"], cells["cycles"])}, kept)
    return filled(targets, events, out, {}, as_of)


def paused_by_rule(targets: tuple[Target, ...], events: EventTable, as_of: int) -> dict[str, Int64]:
    """Return the covered time that each pause rule paused each verdict's clock: microseconds, ``NAT`` where none ran.

    Time in which several rules hold is the first one's, so the rules of a row add up to its ``paused`` (C8). A rule
    that does not stop a target has 0 there.
    """
    names = dict.fromkeys(rule.name for target in targets for rule in target.pauses)
    if any(target.in_force.suspended for target in targets):
        names = {SUSPENDED.name: None, **names}
    found: dict[str, list[Int64]] = {name: [] for name in names}
    for number, target in enumerate(targets):
        plans = [plan(evolve(target, pauses=target.pauses[:many]), events) for many in range(len(target.pauses) + 1)]
        for items in _chunks(events, None):
            whole = clocks(number, plans[-1], events, items, as_of)
            kept = slice(None) if whole.kept is None else whole.kept
            columns = [clocks(number, made, events, items, as_of).columns(as_of)["paused"] for made in plans[:-1]]
            columns.append(whole.columns(as_of)["paused"])
            none = np.where(columns[-1] == NAT, NAT, 0)
            more = {
                rule.name: np.where(columns[-1] == NAT, NAT, columns[many + 1] - columns[many])
                for many, rule in enumerate(target.pauses)
            }
            if target.in_force.suspended:
                more[SUSPENDED.name] = columns[0]
            for name, rows in found.items():
                rows.append(more.get(name, none)[kept])
    return {name: np.concatenate(rows) for name, rows in found.items()}


def all_clocks(
    targets: Iterable[Target], events: EventTable, as_of: int, progress: Callable[[int], None] | None = None
) -> Iterator[tuple[Target, Clocks]]:
    """Yield the clocks of every target on every item, slice by slice, so that what is made on the way stays small."""
    for number, target in enumerate(targets):
        made = plan(target, events)
        for items in _chunks(events, progress):
            yield target, clocks(number, made, events, items, as_of)


def judged(
    targets: Iterable[Target], events: EventTable, as_of: int, progress: Callable[[int], None] | None = None
) -> Iterator[Judged]:
    """Yield what the clocks of every target come to at ``as_of``, slice by slice.

    An item whose calendar gives no answer costs its own row only (C14); of many such items it is the calendar's fault,
    and HorizonError says so.
    """
    for number, target in enumerate(targets):
        made, lost = plan(target, events), 0
        for items in _chunks(events, progress):
            for one in _told(number, made, events, items, as_of):
                lost += one.is_lost
                if lost > _MOST_LOST:
                    clocks(number, made, events, items, as_of).columns(as_of)
                yield one


def _told(number: int, made: Plan, events: EventTable, items: slice, as_of: int) -> Iterator[Judged]:
    try:
        one = clocks(number, made, events, items, as_of)
        cells = one.columns(as_of)
    except HorizonError:
        if items.stop - items.start == 1:
            kept = np.array([may_have(made, events, items.start)])
            cells = unanswered(number, made, events, items.start)
            yield Judged(made.target, cells, kept, _NOTHING, is_lost=True)
            return
        middle = (items.start + items.stop) // 2
        for part in (slice(items.start, middle), slice(middle, items.stop)):
            yield from _told(number, made, events, part, as_of)
    else:
        yield Judged(made.target, cells, one.kept, one.ignored)


def parts(target: Target, events: EventTable) -> tuple[Target, ...]:
    """Return the target, or the targets of its parts that the log names."""
    column = events.field(target.per) if target.per else None
    return target.parts(() if column is None else column.values)


def until(events: EventTable, as_of: int) -> EventTable:
    """Return the table without the events after ``as_of``, and without items that have none before."""
    if not len(events) or int(events.at.max()) <= as_of:
        return events
    kept = np.flatnonzero(events.at <= as_of)
    first = np.searchsorted(kept, events.first)
    some = np.flatnonzero(np.diff(first))
    return evolve(
        events,
        items=events.items[some],
        first=np.append(first[:-1][some], len(kept)),
        at=events.at[kept],
        fields={name: column.take(kept) for name, column in events.fields.items()},
        times={name: column[kept] for name, column in events.times.items()},
        lines=None if events.lines is None else events.lines[kept],
    )


def _chunks(events: EventTable, progress: Callable[[int], None] | None) -> Iterator[slice]:
    """Yield the items in slices of about `_CHUNK_ROWS` rows, so that what is made on the way stays small."""
    done, count = 0, len(events.items)
    while done < count:
        row = int(events.first[done])
        stop = max(done + 1, int(np.searchsorted(events.first, row + _CHUNK_ROWS, side="right")) - 1)
        stop = min(stop, count)
        yield slice(done, stop)
        if progress:
            progress(int(events.first[stop]) - row)
        done = stop
