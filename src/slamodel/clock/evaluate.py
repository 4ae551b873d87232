"""Evaluate: a log held against every target of a portfolio, at one instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from slamodel.clock import verdicts
from slamodel.clock.clocks import REASONS, clocks
from slamodel.clock.events import Coded, EventTable
from slamodel.clock.plan import plan
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError, Problem
from slamodel.model.agreement import Portfolio
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, Int64, from_datetime

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
    for number, target in enumerate(targets):
        made = plan(target, seen)
        for items in _chunks(seen, progress):
            counted = clocks(number, made, seen, items, at)
            out.put(counted.columns(at), counted.kept)
            if len(counted.ignored):
                unused.setdefault(target.id, []).append(counted.ignored)
    table = verdict_table(targets, seen, out, unused, at)
    if not len(table):
        _explain_none(targets, seen)
    if strict and table.unused:
        raise EventError([Problem("E192", "", note) for note in table.ignored])
    return table


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


class Columns:
    """The columns of verdicts as they fill up: room for all is taken at once, and touched as it is needed.

    Touching memory is what the last step of a large log costs: a column without a value takes none.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._columns: dict[str, NDArray[Any]] = {}
        self._used = 0

    def put(self, columns: Mapping[str, NDArray[Any]], kept: NDArray[np.bool_] | None) -> None:
        """Add rows: all, or the kept ones."""
        count = 0
        for name, values in columns.items():
            rows = values if kept is None else values[kept]
            count = len(rows)
            if name not in self._columns:
                if values.dtype == np.int64 and (rows == NAT).all():
                    continue
                self._columns[name] = np.empty(self._most, values.dtype)
                if self._used:
                    self._columns[name][: self._used] = NAT
            self._columns[name][self._used : self._used + count] = rows
        self._used += count

    def take(self, name: str) -> NDArray[Any]:
        """Return what a column holds."""
        if name not in self._columns:
            return np.broadcast_to(np.int64(NAT), (self._used,))
        return self._columns[name][: self._used]


def verdict_table(
    targets: tuple[Target, ...], events: EventTable, out: Columns, unused: Mapping[str, list[Int64]], as_of: int
) -> VerdictTable:
    """Return filled columns as a table."""
    number, limit_row = out.take("target"), out.take("limit_row")
    rules = [rule for target in targets for rule in _rules(target)]
    offsets = np.cumsum([0, *(len(t.limits) for t in targets)])
    codes = {
        "target": Coded(number, tuple(t.id for t in targets)),
        "priority": _priorities(targets, events, out),
        "stage": Coded(out.take("stage"), verdicts.STAGES),
        "reason": Coded(out.take("reason"), REASONS),
        "rule": Coded(np.where(limit_row < 0, -1, limit_row + offsets[number]).astype(np.int32), tuple(rules)),
    }
    return VerdictTable(
        as_of=as_of,
        items=events.items,
        item=out.take("item"),
        codes=codes,
        breached=out.take("breached"),
        cycles=out.take("cycles"),
        values={name: out.take(name) for name in (*verdicts.INSTANTS, *verdicts.LENGTHS) if name != "remaining"},
        unused=tuple((name, np.concatenate(rows)) for name, rows in unused.items()),
        targets=targets,
        log=events,
        rejects=events.rejects,
    )


def named(target: Target, events: EventTable, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of one row of one target with its codes put into words."""
    priority = events.field(target.priority_field)
    rule = cells["limit_row"]
    return {
        **cells,
        "target": target.id,
        "priority": None if priority is None or cells["priority"] < 0 else priority.values[cells["priority"]],
        "stage": verdicts.STAGES[cells["stage"]],
        "reason": REASONS[cells["reason"]],
        "rule": None if rule < 0 else _rules(target)[rule],
    }


def _rules(target: Target) -> list[str]:
    return [f"{target.agreement}/{target.id}/{priority or 'default'}" for priority, _ in target.limits]


def _priorities(targets: tuple[Target, ...], events: EventTable, out: Columns) -> Coded:
    """Return the items' priorities; targets may take them from different fields, which then share one coding."""
    fields = [events.field(target.priority_field) for target in targets]
    codes = out.take("priority")
    first = next((column for column in fields if column is not None), Coded(np.empty(0, np.int32), ()))
    if all(column is None or column is first for column in fields):
        return Coded(codes, first.values)
    values: list[Any] = []
    offsets = []
    for column in fields:
        offsets.append(len(values))
        values.extend(() if column is None else column.values)
    shifted = codes + np.array(offsets, np.int32)[out.take("target")]
    return Coded(np.where(codes < 0, -1, shifted).astype(np.int32), tuple(values))


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
