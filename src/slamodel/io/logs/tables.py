"""Tables in memory: a mapping of columns, read without a copy where that can be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from slamodel.clock.events import Coded, coded
from slamodel.errors import EventError
from slamodel.io.logs.blocks import Block, Naive, Raw


class Table:
    """A mapping of columns of one length; a mapping with a method ``row`` tells itself what a row holds."""

    is_file = False

    def __init__(self, columns: Mapping[str, Any], name: str = "the table") -> None:
        self.name = name
        self.header = list(columns)
        self._columns = columns
        self._seen: dict[str, Raw] = {}

    def blocks(self, wanted: Collection[str] | None) -> Iterator[Block]:
        """Give all rows at once, of the columns only the wanted ones."""
        columns: dict[str, Raw] = {}
        lengths: dict[str, int] = {}
        for name in self.header:
            if wanted is None or name in wanted:
                columns[name] = self._column(name)
                lengths[name] = len(columns[name])
        rows = next(iter(lengths.values()), 0)
        for name, length in lengths.items():
            if length != rows:
                msg = f"column {name!r} of {self.name} has {length} rows, {next(iter(lengths))!r} has {rows}"
                raise EventError(msg, "E190")
        yield Block(columns, np.arange(1, rows + 1), getattr(self._columns, "row", self._row))

    def _column(self, name: str) -> Raw:
        if name not in self._seen:  # what can be iterated once only must not be asked twice
            self._seen[name] = _column(name, self._columns[name])
        return self._seen[name]

    def _row(self, i: int) -> Mapping[str, Any]:
        columns = {name: self._column(name) for name in self.header}
        return {name: value_at(column, i) for name, column in columns.items() if i < len(column)}


def value_at(column: Raw, i: int) -> Any:
    """Return one value of a column as Python has it."""
    if isinstance(column, Coded):
        code = int(column.codes[i])
        return None if code < 0 else column.values[code]
    value = column.ticks[i] if isinstance(column, Naive) else column[i]
    return str(value) if isinstance(value, np.datetime64) else value.item() if isinstance(value, np.generic) else value


def _column(name: str, column: Any) -> Raw:
    if isinstance(column, (Coded, Naive, list, tuple)):
        return column
    if hasattr(column, "cat") or (hasattr(column, "codes") and hasattr(column, "categories")):
        return coded(column)
    if hasattr(column, "__array__"):
        array = np.asarray(column)
        if array.ndim == 1:
            return array
    elif isinstance(column, Iterable) and not isinstance(column, (str, bytes, Mapping)):
        return list(column)
    msg = f"{name!r} is {column!r:.60}, not a column: pass a list or an array for each"
    raise EventError(msg, "E190")
