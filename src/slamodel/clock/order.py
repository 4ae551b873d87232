"""Order: the rows of a log by item, instant and sequence, each of them once, and what earlier rows set carried on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slamodel.timeline.instants import Bool, Int64

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # an odd number without a pattern, so that sums of products rarely meet


def order(items: NDArray[Any], at: Int64, sequence: Any) -> Int64 | None:
    """Return the rows in order (item, instant, sequence, row), or None where they are."""
    same = items[1:] == items[:-1]
    sorted_already = (items[1:] > items[:-1]) | (same & (at[1:] >= at[:-1]))
    if sequence is None:
        return None if bool(sorted_already.all()) else np.lexsort((at, items))
    return np.lexsort((np.asarray(sequence), at, items))


def repeated(items: NDArray[Any], at: Int64, columns: Sequence[NDArray[Any]]) -> Bool | None:
    """Return which rows repeat an earlier one of the same item and instant in every column, or None where none does.

    The rows are in order; columns are integers (codes, numbers, instants). Only rows that share their item and instant
    with another are looked at.
    """
    tied = (at[1:] == at[:-1]) & (items[1:] == items[:-1])
    if not tied.any():
        return None
    again = np.zeros(len(items), bool)
    before, after = np.concatenate([[False], tied[:-1]]), np.concatenate([tied[1:], [False]])
    pairs = np.flatnonzero(tied & ~before & ~after)  # most often only two rows share an instant
    equal = np.ones(len(pairs), bool)
    for column in columns:
        equal &= column[pairs] == column[pairs + 1]
    again[pairs[equal] + 1] = True
    longer = tied & (before | after)
    rows = np.flatnonzero(np.concatenate([longer, [False]]) | np.concatenate([[False], longer]))
    again[rows[_repeated_in(np.cumsum(~np.concatenate([[False], longer])[rows]), [c[rows] for c in columns])]] = True
    return again if again.any() else None


def _repeated_in(group: Int64, columns: Sequence[NDArray[Any]]) -> Int64:
    """Return the rows that repeat an earlier one of their group in every column."""
    mixed = np.zeros(len(group), np.uint64)
    for column in columns:
        mixed = (mixed ^ column.astype(np.int64).view(np.uint64)) * _SPREAD
        mixed ^= mixed >> np.uint64(29)
    likely = np.lexsort((mixed, group))
    twins = (mixed[likely[1:]] == mixed[likely[:-1]]) & (group[likely[1:]] == group[likely[:-1]])
    # Two rows may come to one number by chance; the columns themselves decide.
    some = np.unique(np.concatenate([likely[1:][twins], likely[:-1][twins]]))
    keys = [group[some], *(column[some] for column in columns)]
    exact = np.lexsort(keys[::-1])
    equal = np.ones(max(0, len(exact) - 1), bool)
    for key in keys:
        equal &= key[exact[1:]] == key[exact[:-1]]
    return some[exact[1:][equal]]


def filled(values: NDArray[Any], known: Bool, first: Int64) -> NDArray[Any]:
    """Return a column with values that are not known taken from the item's last row that has one."""
    if bool(known.all()):
        return values
    rows = np.arange(len(values))
    last = np.maximum.accumulate(np.where(known, rows, 0))
    owner = np.repeat(first[:-1], np.diff(first))
    return np.where(last >= owner, values[last], values)
