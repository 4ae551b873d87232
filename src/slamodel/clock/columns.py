"""Columns: what the clocks come to, gathered target by target and put into a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slamodel.clock.clocks import REASONS
from slamodel.clock.events import Coded, EventTable
from slamodel.clock.stages import INSTANTS, LENGTHS, STAGES
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, Int64


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


def numbered(item: Int64, started: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the number of each row among the started ones of its item, whose rows stand together; 0 if not started."""
    first = np.flatnonzero(np.append(True, item[1:] != item[:-1])) if len(item) else np.empty(0, np.int64)
    total = np.cumsum(started)
    before = np.repeat((total - started)[first], np.diff(np.append(first, len(item))))
    return np.where(started > 0, total - before, 0).astype(np.int32)


def filled(
    targets: tuple[Target, ...], events: EventTable, out: Columns, unused: Mapping[str, list[Int64]], as_of: int
) -> dict[str, Any]:
    """Return filled columns as the fields of a table of verdicts."""
    number, limit_row = out.take("target"), out.take("limit_row")
    rules = [rule for target in targets for rule in _rules(target)]
    offsets = np.cumsum([0, *(len(t.every_limit) for t in targets)])
    codes = {
        "target": Coded(number, tuple(t.id for t in targets)),
        "priority": _priorities(targets, events, out),
        "stage": Coded(out.take("stage"), STAGES),
        "reason": Coded(out.take("reason"), REASONS),
        "rule": Coded(np.where(limit_row < 0, -1, limit_row + offsets[number]).astype(np.int32), tuple(rules)),
    }
    return {
        "as_of": as_of,
        "items": events.items,
        "item": out.take("item"),
        "codes": codes,
        "breached": out.take("breached"),
        "cycles": out.take("cycles"),
        "values": {name: out.take(name) for name in (*INSTANTS, *LENGTHS) if name != "remaining"},
        "unused": tuple((name, np.concatenate(rows)) for name, rows in unused.items()),
        "targets": targets,
        "log": events,
        "rejects": events.rejects,
    }


def named(target: Target, events: EventTable, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of one row of one target with its codes put into words."""
    priority = events.field(target.priority_field)
    rule = cells["limit_row"]
    return {
        **cells,
        "target": target.id,
        "priority": None if priority is None or cells["priority"] < 0 else priority.values[cells["priority"]],
        "stage": STAGES[cells["stage"]],
        "reason": REASONS[cells["reason"]],
        "rule": None if rule < 0 else _rules(target)[rule],
    }


def _rules(target: Target) -> list[str]:
    # The first version goes without its number, so that what was told of it stays when there is a second.
    return [
        f"{target.agreement}{f'@{version}' if version > 1 else ''}/{target.id}/{priority or 'default'}"
        for version, priority, _ in target.every_limit
    ]


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
