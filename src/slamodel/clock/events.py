"""EventTable: a log in columns, in order, every field coded by its distinct values.

The rows of one item stand together, ordered by (instant, sequence); rows at the same instant keep the order of
the log (C6). In a table of changes each row also carries what earlier rows of its item set, so that in both
kinds of table a row tells the item's fields after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import lt
from typing import Any

import numpy as np
from attrs import cmp_using, field, frozen
from numpy.typing import NDArray

from slamodel.clock.order import filled, order, repeated
from slamodel.errors import EventError
from slamodel.model.selector import EVENT, as_text
from slamodel.timeline.instants import NAT, Int64, kept_outside

Codes = NDArray[np.int32]
_WIDEST = 256  # longer names are kept one by one: an array of texts gives each the room of the longest
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
        new: dict[Any, int] = {}  # by type too: True equals 1 to Python
        lookup = np.empty(len(self.values) + 1, np.int32)
        lookup[-1] = -1
        for code, value in enumerate(self.values):
            text = as_text(value)
            name = names.get(text or "", value)
            lookup[code] = -1 if value is None or text in missing else new.setdefault((type(name), name), len(new))
        return Coded(lookup[self.codes], tuple(name for _, name in new))


def is_missing(value: Any) -> bool:
    """Return whether a value stands for none: None, NaN, NaT, or pandas' NA (which is neither equal nor unequal)."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124  NaN
    except TypeError:
        return True
    except ValueError:  # an array
        return False


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
    listing = array.tolist() if array is not None else list(column)
    known: dict[Any, int] = {}
    listed = [-1 if value is None or is_missing(value) else known.setdefault(value, len(known)) for value in listing]
    if known.keys() & {0, 1} and len({type(value) for value in listing if value in {0, 1}}) > 1:
        # True equals 1 to Python, not to an agreement.
        typed = coded([None if code < 0 else (type(value), value) for code, value in zip(listed, listing, strict=True)])
        return Coded(typed.codes, tuple(value for _, value in typed.values))
    return Coded(np.array(listed, np.int32), tuple(known))


def filled_from(column: Coded, under: Coded) -> Coded:
    """Return a column with its missing values taken from ``under``."""
    values = {value: code for code, value in enumerate(column.values)}
    lookup = np.array([*(values.setdefault(value, len(values)) for value in under.values), -1], np.int32)
    return Coded(np.where(column.codes >= 0, column.codes, lookup[under.codes]), tuple(values))


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
    its source. ``rejects`` are the rows that were set aside, ``repeats`` the lines of those that repeat another one
    and so count once (C6). Build one with `event_table`.
    """

    kind: str
    items: NDArray[Any]
    first: Int64
    at: Int64
    fields: Mapping[str, Coded]
    times: Mapping[str, Int64]
    lines: Int64 | None = None
    rejects: tuple[Reject, ...] = ()
    repeats: Int64 = field(factory=lambda: np.empty(0, np.int64))

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
    starting: Mapping[str, Any] | None = None,
) -> EventTable:
    """Put columns of one length into an `EventTable`: coded, ordered, and filled forward in a log of changes.

    ``item`` are ids (integers or texts, none missing); ``at`` instants (int64 microseconds UTC, no ``NAT``);
    ``sequence`` orders rows of one item at the same instant (default: the order they came in). A row that repeats
    an earlier one of its item and instant, in its sequence and every column, counts once (C6). ``starting`` are
    columns of what an item's fields and times were before its first event; its first row in order counts. Raises
    EventError where a length differs, an instant is missing or outside years 2-9998.
    """
    at = np.ascontiguousarray(at, np.int64)
    moments = {name: np.ascontiguousarray(column, np.int64) for name, column in (times or {}).items()}
    columns = {name: coded(column) for name, column in fields.items()}
    starts = {name: coded(column) for name, column in (starting or {}).items() if name not in moments}
    first_moments = {name: np.ascontiguousarray(c, np.int64) for name, c in (starting or {}).items() if name in moments}
    lengths = [
        (name, len(column)) for each in (columns, moments, starts, first_moments) for name, column in each.items()
    ]
    for name, length in lengths:
        if length != len(at):
            msg = f"column {name!r} has {length} rows, the instants have {len(at)}"
            raise EventError(msg, "E190")
    if at.size and kept_outside(int(at.min()), int(at.max())):
        msg = "an event has no instant, or one outside years 2-9998"
        raise EventError(msg, "E190")
    items, codes = _items(item, len(at))
    rows, repeats = _each_once(codes, at, sequence, [column.codes for column in columns.values()], moments.values())
    if rows is not None:
        repeats = repeats + 1 if lines is None else lines[repeats]
        codes, at = codes[rows], at[rows]
        columns = {name: column.take(rows) for name, column in columns.items()}
        moments = {name: column[rows] for name, column in moments.items()}
        starts = {name: column.take(rows) for name, column in starts.items()}
        first_moments = {name: column[rows] for name, column in first_moments.items()}
        lines = rows + 1 if lines is None else lines[rows]
    heads = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])) if at.size else np.empty(0, np.int64)
    first = np.append(heads, len(at)).astype(np.int64)
    if kind == "snapshots":
        opened = np.ones(len(at), np.int32)
        opened[heads] = 0
        columns.setdefault(EVENT, Coded(opened, ("opened", "updated")))
    else:
        for name, start in starts.items():
            codes = np.full(len(at), -1, np.int32)
            codes[heads] = start.codes[heads]
            columns[name] = filled_from(
                columns.get(name, Coded(np.full(len(at), -1, np.int32), ())), Coded(codes, start.values)
            )
        for name, starts_at in first_moments.items():
            moments[name] = moments[name].copy()
            moments[name][heads] = np.where(moments[name][heads] == NAT, starts_at[heads], moments[name][heads])
        columns = {
            name: column if name == EVENT else Coded(filled(column.codes, column.codes >= 0, first), column.values)
            for name, column in columns.items()
        }
        moments = {name: filled(column, column != NAT, first) for name, column in moments.items()}
    return EventTable(kind, items, first, at, columns, moments, lines, tuple(rejects), np.sort(repeats))


def _each_once(
    items: NDArray[Any], at: Int64, sequence: Any, codes: Sequence[Codes], moments: Iterable[Int64]
) -> tuple[Int64 | None, Int64]:
    """Return the rows in order and each once (None: as they are), and the rows that repeat another."""
    rows = order(items, at, sequence)
    columns: list[NDArray[Any]] = [*codes, *moments, *([] if sequence is None else [np.asarray(sequence)])]
    if rows is not None:
        items, at, columns = items[rows], at[rows], [column[rows] for column in columns]
    again = repeated(items, at, columns)
    if again is None:
        return rows, np.empty(0, np.int64)
    rows = np.arange(len(at)) if rows is None else rows
    return rows[~again], rows[again]


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
    kinds = set(map(type, names))
    if kinds not in ({int}, {str}):
        names = [as_text(name) for name in names]  # 7 and "7" are one item
    rank = np.zeros(len(column.values), np.int64)
    if all(map(lt, names, names[1:])):
        rank[used] = np.arange(len(names))
    else:
        by_name = sorted(set(names))
        place = {name: k for k, name in enumerate(by_name)}
        rank[used] = [place[name] for name in names]
        names = by_name
    wide = kinds != {int} and max(map(len, names), default=0) > _WIDEST
    return np.array(names, object if wide else None if names else np.int64), rank[column.codes]
