"""Answers: what the rule book says of the distinct values of a log, asked once and stored in a lookup array."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.events import Coded, EventTable
from slamodel.timeline.instants import Int64

_DENSE: Final = 4096
_WIDE: Final = 1 << 30


@frozen(eq=False)
class Answers:
    """A question's answers by the distinct values of some columns: ``table[codes of a row, combined]``."""

    columns: tuple[Coded, ...]
    strides: tuple[int, ...]
    table: NDArray[Any]

    @property
    def constant(self) -> Any:
        """The one answer, if the columns cannot change it; else None."""
        return self.table[0] if (self.table == self.table[0]).all() else None

    def rows(self, rows: slice | Int64) -> NDArray[Any]:
        """Return the answer for each of these rows."""
        if not self.columns:
            return np.full(rows.stop - rows.start if isinstance(rows, slice) else len(rows), self.table[0])
        index: NDArray[Any] = self.columns[0].codes[rows]
        if len(self.columns) > 1:
            wide = np.int64 if len(self.table) > _WIDE else np.int32
            index = index * wide(self.strides[0])
            for column, stride in zip(self.columns[1:], self.strides[1:], strict=True):
                part = column.codes[rows]
                index += part if stride == 1 else part * wide(stride)
        # A missing value has code -1 and stands last on its axis: negative indices count from the end.
        found: NDArray[Any] = self.table[index]
        return found


def answers(events: EventTable, names: Iterable[str], ask: Callable[[Mapping[str, Any]], Any], kind: Any) -> Answers:
    """Ask once for each distinct combination of the named fields; a field that the log lacks has no value."""
    present = [(name, column) for name in sorted(names) if (column := events.field(name)) is not None]
    sizes = [len(column.values) + 1 for _, column in present]
    strides = tuple(int(np.prod(sizes[i + 1 :], dtype=np.int64)) for i in range(len(sizes)))
    columns = tuple(column for _, column in present)
    table = np.zeros(int(np.prod(sizes, dtype=np.int64)) if sizes else 1, kind)
    for combination in _combinations(columns, sizes):
        fields = {
            name: column.values[code] if code < len(column.values) else None
            for (name, column), code in zip(present, combination, strict=True)
        }
        table[sum(code * stride for code, stride in zip(combination, strides, strict=True))] = ask(fields)
    if len(columns) > 1:
        # With several columns the missing code cannot be left to wrap round: shift it to the end of its axis.
        columns = tuple(Coded(np.where(c.codes < 0, len(c.values), c.codes), c.values) for c in columns)
    return Answers(columns, strides, table)


def _combinations(columns: tuple[Coded, ...], sizes: list[int]) -> Iterable[tuple[int, ...]]:
    if int(np.prod(sizes, dtype=np.float64)) <= _DENSE:
        return product(*(range(size) for size in sizes))
    # Many fields: only the combinations that occur are worth asking for.
    seen = np.unique(np.stack([np.where(c.codes < 0, len(c.values), c.codes) for c in columns], axis=1), axis=0)
    return [tuple(row) for row in seen.tolist()]
