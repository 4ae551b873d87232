"""EventTable: a log in columns, in order, every field coded by its distinct values.

The rows of one item stand together, ordered by (instant, sequence); rows at the same instant keep the order of
the log (C6). In a table of changes each row also carries what earlier rows of its item set, so that in both
kinds of table a row tells the item's fields after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import cmp_using, field, frozen
from numpy.typing import NDArray

from slamodel.errors import EventError
from slamodel.model.selector import EVENT
from slamodel.timeline.instants import Int64, kept_outside

Codes = NDArray[np.int32]
_SAME = cmp_using(eq=np.array_equal)


@frozen
class Coded:
    """A column by distinct value: ``values[codes[i]]``, and missing where the code is -1."""

    codes: Codes = field(eq=_SAME)
    values: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: Int64) -> Coded:
        """Return the column of these rows."""
        return Coded(self.codes[rows], self.values)

    def to_list(self) -> list[Any]:
        """Return the values row by row, None where missing."""
        return [None if code < 0 else self.values[code] for code in self.codes.tolist()]

    def renamed(self, names: Mapping[str, str], missing: Sequence[str] = ()) -> Coded:
        """Return the column with values renamed, and those in ``missing`` gone."""
        new: dict[Any, int] = {}
        lookup = np.empty(len(self.values) + 1, np.int32)
        lookup[-1] = -1
        for code, value in enumerate(self.values):
            name = names.get(str(value), value)
            lookup[code] = -1 if value is None or str(value) in missing else new.setdefault(name, len(new))
        return Coded(lookup[self.codes], tuple(new))


def coded(column: Any) -> Coded:
    """Code a column: a Coded, a categorical with codes and categories, a NumPy array or a sequence.

    None, NaN and NaT are missing.
    """
    if isinstance(column, Coded):
        return column
    if hasattr(column, "cat"):
        column = column.cat
    if hasattr(column, "codes") and hasattr(column, "categories"):
        return Coded(np.asarray(column.codes, np.int32), tuple(column.categories))
    array = column if isinstance(column, np.ndarray) else None
    if array is not None and array.dtype.kind in "iub" and array.size:
        low, high = int(array.min()), int(array.max())
        if high - low < 1 << 16:
            kind = bool if array.dtype.kind == "b" else int
            return Coded((array.astype(np.int64) - low).astype(np.int32), tuple(map(kind, range(low, high + 1))))
    if array is not None and array.dtype.kind in "iubUSfMm":
        missing = array != array if array.dtype.kind in "fMm" else np.zeros(array.shape, bool)  # noqa: PLR0124  NaN
        values, codes = np.unique(array, return_inverse=True)
        return Coded(np.where(missing, -1, codes.reshape(array.shape)).astype(np.int32), tuple(values.tolist()))
    known: dict[Any, int] = {}
    listed = [
        -1 if value is None or value != value else known.setdefault(value, len(known))  # noqa: PLR0124  NaN
        for value in (array.tolist() if array is not None else column)
    ]
    return Coded(np.array(listed, np.int32), tuple(known))


@frozen
class Reject:
    """A row that was set aside: where it stood in its source (1-based line), why, and what it held."""

    line: int
    reason: str
    row: Mapping[str, Any] = field(factory=dict)


@frozen(eq=False)
class EventTable:
    """Events of many items, ready for clocks.

    ``items`` are the items' names (n,), in sorted order; item ``i`` owns the rows ``first[i]:first[i + 1]``.
    ``at`` is int64 microseconds UTC (rows,), non-decreasing within an item; ``fields`` are coded columns and
    ``times`` int64 columns (``NAT`` where missing) of the same length; ``lines`` tells where each row stood in
    its source. Build one with `event_table`.
    """

    kind: str
    items: NDArray[Any]
    first: Int64
    at: Int64
    fields: Mapping[str, Coded]
    times: Mapping[str, Int64]
    lines: Int64 | None = None
    rejects: tuple[Reject, ...] = ()

    def __len__(self) -> int:
        return len(self.at)

    def __repr__(self) -> str:
        return f"EventTable({len(self)} {self.kind} of {len(self.items)} items, {len(self.rejects)} rejected)"

    def field(self, name: str) -> Coded | None:
        """Return a coded column, or None where the log has none of that name."""
        return self.fields.get(name)


def event_table(
    *,
    item: Any,
    at: Int64,
    fields: Mapping[str, Any],
    times: Mapping[str, Int64] | None = None,
    kind: str = "changes",
    sequence: Any = None,
    lines: Int64 | None = None,
    rejects: Sequence[Reject] = (),
) -> EventTable:
    """Put columns of one length into an `EventTable`: coded, ordered, and filled forward in a log of changes.

    ``item`` are ids (integers or texts, none missing); ``at`` instants (int64 microseconds UTC, no ``NAT``);
    ``sequence`` orders rows of one item at the same instant (default: the order they came in). Raises
    EventError where a length differs, an instant is missing or outside years 2-9998.
    """
    at = np.ascontiguousarray(at, np.int64)
    columns = {name: coded(column) for name, column in fields.items()}
    moments = {name: np.ascontiguousarray(column, np.int64) for name, column in (times or {}).items()}
    lengths = {name: len(column) for name, column in columns.items()}
    lengths.update((name, len(column)) for name, column in moments.items())
    for name, rows in lengths.items():
        if rows != len(at):
            msg = f"column {name!r} has {rows} rows, the instants have {len(at)}"
            raise EventError(msg, "E190")
    if at.size and kept_outside(int(at.min()), int(at.max())):
        msg = "an event has no instant, or one outside years 2-9998"
        raise EventError(msg, "E190")
    items, codes = _items(item, len(at))
    order = _order(codes, at, sequence)
    if order is not None:
        codes, at = codes[order], at[order]
        columns = {name: column.take(order) for name, column in columns.items()}
        moments = {name: column[order] for name, column in moments.items()}
        lines = order + 1 if lines is None else lines[order]
    heads = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])) if at.size else np.empty(0, np.int64)
    first = np.append(heads, len(at)).astype(np.int64)
    if kind == "snapshots":
        opened = np.ones(len(at), np.int32)
        opened[heads] = 0
        columns.setdefault(EVENT, Coded(opened, ("opened", "updated")))
    else:
        columns = {
            name: column if name == EVENT else Coded(_filled(column.codes, first), column.values)
            for name, column in columns.items()
        }
    return EventTable(kind, items, first, at, columns, moments, lines, tuple(rejects))


def _items(item: Any, rows: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return (sorted names of the items that occur, a code a row that sorts like the names)."""
    array = item if isinstance(item, np.ndarray) and item.dtype.kind in "iuUS" else None
    if array is not None and array.dtype.kind in "iu" and len(array) == rows:
        changed = array[1:] >= array[:-1]
        if bool(changed.all()):
            heads = np.concatenate([[True], array[1:] != array[:-1]]) if rows else np.zeros(0, bool)
            return array[heads], array
    column = coded(item if array is None else array)
    if len(column) != rows or (column.codes < 0).any():
        msg = "every event needs an item" if len(column) == rows else f"{len(column)} items for {rows} events"
        raise EventError(msg, "E190")
    used = np.unique(column.codes)
    names = [column.values[code] for code in used.tolist()]
    by_name = sorted(range(len(names)), key=lambda k: (isinstance(names[k], str), names[k]))
    rank = np.zeros(len(column.values), np.int64)
    rank[used[by_name]] = np.arange(len(names))
    return np.array([names[k] for k in by_name]) if names else np.empty(0, np.int64), rank[column.codes]


def _order(codes: NDArray[Any], at: Int64, sequence: Any) -> Int64 | None:
    """Return the rows in order (item, instant, sequence, row), or None where they are."""
    same = codes[1:] == codes[:-1]
    sorted_already = (codes[1:] > codes[:-1]) | (same & (at[1:] >= at[:-1]))
    if sequence is None:
        return None if bool(sorted_already.all()) else np.lexsort((at, codes))
    return np.lexsort((np.asarray(sequence), at, codes))


def _filled(codes: Codes, first: Int64) -> Codes:
    """Return codes with missing ones taken from the item's row before."""
    if not len(codes) or bool((codes >= 0).all()):
        return codes
    rows = np.arange(len(codes))
    last = np.maximum.accumulate(np.where(codes >= 0, rows, 0))
    owner = np.repeat(first[:-1], np.diff(first))
    return np.where((last >= owner) & (codes[last] >= 0), codes[last], -1).astype(np.int32)
