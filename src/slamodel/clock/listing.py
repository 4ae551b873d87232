"""Listing: a small table in columns, whose forms are those of verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from slamodel.timeline.instants import NAT, to_datetime, to_timedelta


class Listing:
    """Rows in columns: instants are ``datetime64[us]`` UTC, lengths ``timedelta64[us]``, the rest as they are.

    What does not exist is NaT or None.
    """

    __slots__ = ()
    COLUMNS: ClassVar[tuple[str, ...]] = ()

    def __len__(self) -> int:
        return len(self.column(self.COLUMNS[0]))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def column(self, name: str) -> NDArray[Any]:
        """Return one column; KeyError for a name that is not in ``COLUMNS``."""
        raise NotImplementedError  # each table says what its columns hold

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return all columns by name, in order."""
        return {name: self.column(name) for name in self.COLUMNS}

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a row: aware datetimes, timedeltas, and None for what does not exist."""
        lists = [_python(column) for column in self.columns().values()]
        return [dict(zip(self.COLUMNS, row, strict=True)) for row in zip(*lists, strict=True)]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame; instants are ``datetime64[us, UTC]`` (needs the extra ``frames``)."""
        import pandas as pd

        columns = self.columns()
        frame = pd.DataFrame({name: pd.Series(column) for name, column in columns.items()})
        for name, column in columns.items():
            if column.dtype.kind == "M":
                frame[name] = frame[name].dt.tz_localize("UTC")
        return frame


def taken(values: Any, codes: NDArray[Any]) -> NDArray[Any]:
    """Return Python values by code, None where the code is -1."""
    known = np.empty(len(values) + 1, object)
    for code, value in enumerate(values):
        known[code] = value  # one by one: a tuple is a value, not a row of an array
    column: NDArray[Any] = known[codes]
    return column


def _python(column: NDArray[Any]) -> list[Any]:
    if column.dtype.kind == "M":
        return [None if value == NAT else to_datetime(value) for value in column.view(np.int64).tolist()]
    if column.dtype.kind == "m":
        return [None if value == NAT else to_timedelta(value) for value in column.view(np.int64).tolist()]
    return list(column.tolist())
