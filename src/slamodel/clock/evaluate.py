"""Evaluate: a log held against every target of a portfolio, at one instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

import numpy as np
from attrs import evolve

from slamodel.clock.clocks import Clocks, clocks
from slamodel.clock.columns import Columns, numbered, verdict_table
from slamodel.clock.events import EventTable
from slamodel.clock.plan import plan
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError, Problem
from slamodel.model.agreement import Portfolio
from slamodel.model.target import Target
from slamodel.timeline.instants import Int64, from_datetime

_CHUNK_ROWS: Final = 1 << 19
_MOST_SHOWN: Final = 8


def evaluate(
    book: Portfolio | Iterable[Target],
    events: EventTable,
    *,
    as_of: datetime | None = None,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
) -> VerdictTable:
    """Judge every item of a log by every target that applies to it, as things stood at ``as_of``.

    ``as_of``: an aware datetime (default: the last instant of the log); events after it are not there yet.
    ``strict``: raise EventError for events that change nothing, instead of listing them (C6).
    ``progress`` is called with the number of events done since the last call.

    One row an item and target, in the order of the targets, then of the items' names. Raises EventError where
    the log lacks a field that a target needs, or where no priority of the log has a limit.
    """
    promised = book.targets if isinstance(book, Portfolio) else tuple(book)
    if not len(events):
        raise EventError("the log has no usable row", "E190")
    at = int(events.at.max()) if as_of is None else from_datetime(as_of)
    seen = until(events, at)
    targets = tuple(part for target in promised for part in _parts(target, seen))
    out = Columns(len(targets) * len(seen.items))
    unused: dict[str, list[Int64]] = {}
    for target, one in _counted(targets, seen, at, progress):
        out.put(one.columns(at), one.kept)
        if len(one.ignored):
            unused.setdefault(target.id, []).append(one.ignored)
    table = verdict_table(targets, seen, out, unused, at)
    if not len(table):
        _explain_none(targets, seen)
    if strict and table.unused:
        raise EventError([Problem("E192", "", note) for note in table.ignored])
    return table


def cycles(table: VerdictTable) -> VerdictTable:
    """Return the verdicts on every cycle of every item: ``cycles`` is then the number of each, from 1.

    Targets whose clocks begin once have one row an item, as in the table itself.
    """
    assert table.log is not None  # noqa: S101  `evaluate` made it
    found = [(one.cycles(table.as_of), one.kept_cycles) for _, one in _counted(table.targets, table.log, table.as_of)]
    out = Columns(sum(len(cells["item"]) for cells, _ in found))
    for cells, kept in found:
        out.put({**cells, "cycles": numbered(cells["item"], cells["cycles"])}, kept)
    return verdict_table(table.targets, table.log, out, {}, table.as_of)


def _counted(
    targets: Iterable[Target], events: EventTable, as_of: int, progress: Callable[[int], None] | None = None
) -> Iterator[tuple[Target, Clocks]]:
    for number, target in enumerate(targets):
        made = plan(target, events)
        for items in _chunks(events, progress):
            yield target, clocks(number, made, events, items, as_of)


def _parts(target: Target, events: EventTable) -> tuple[Target, ...]:
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


def _explain_none(targets: tuple[Target, ...], events: EventTable) -> None:
    """Say why nothing was judged: most often the log and the agreement name the priorities differently."""
    for target in targets:
        column = events.field(target.priority_field)
        promised = [priority for priority, _ in target.limits if priority is not None]
        found = [] if column is None else sorted(str(value) for value in column.values)
        if promised and not set(promised) & set(found):
            have = ", ".join(found[:_MOST_SHOWN]) or "none"
            msg = (
                f"no item of the log has a priority that target {target.id!r} promises anything for: it names "
                f"{', '.join(promised)}, the log's {target.priority_field!r} has {have}; "
                "map them under events: values"
            )
            raise EventError(msg, "E136")
