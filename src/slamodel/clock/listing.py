"""Listing: a small table in columns, whose forms are those of verdicts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from slamodel.clock.texts import instant_text, length_text, safe_cell
from slamodel.model.money import Money
from slamodel.timeline.instants import NAT, to_datetime, to_timedelta


class Listing:
    """Rows in columns: instants are ``datetime64[us]`` UTC, lengths ``timedelta64[us]``, the rest as they are.

    What does not exist is NaT or None. Exact fractions are float64 in frames and in CSV, amounts of money are texts.
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

        columns = {name: _in_frames(column) for name, column in self.columns().items()}
        frame = pd.DataFrame({name: pd.Series(column) for name, column in columns.items()})
        for name, column in columns.items():
            if column.dtype.kind == "M":
                frame[name] = frame[name].dt.tz_localize("UTC")
        return frame

    def to_arrow(self) -> Any:
        """Return a pyarrow Table; instants are ``timestamp[us, UTC]``, several values are lists (extra ``frames``)."""
        import pyarrow as pa

        arrays = {}
        for name, column in self.columns().items():
            cells = _in_frames(column)
            if cells.dtype.kind == "M":
                arrays[name] = pa.array(cells, pa.timestamp("us", "UTC"))
            elif cells.dtype.kind != "O":
                arrays[name] = pa.array(cells, from_pandas=True)
            else:
                try:
                    arrays[name] = pa.array(cells.tolist())
                except pa.ArrowException:  # 7 and "seven" in one column
                    arrays[name] = pa.array([None if cell is None else str(cell) for cell in cells.tolist()])
        return pa.table(arrays)

    def to_polars(self) -> Any:
        """Return a polars DataFrame (needs the extra ``frames``)."""
        import polars as pl

        return pl.from_arrow(self.to_arrow())

    def to_csv(self) -> str:
        """Return CSV text: instants as ISO 8601 UTC, lengths as [-]H:MM:SS, empty for none; no cell is a formula."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.COLUMNS)
        writer.writerows(zip(*(_texts(column) for column in self.columns().values()), strict=True))
        return out.getvalue()


def taken(values: Any, codes: NDArray[Any]) -> NDArray[Any]:
    """Return Python values by code, None where the code is -1."""
    known = np.empty(len(values) + 1, object)
    for code, value in enumerate(values):
        known[code] = value  # one by one: a tuple is a value, not a row of an array
    column: NDArray[Any] = known[codes]
    return column


def _in_frames(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column as frames hold it: fractions as float64, amounts of money as texts."""
    kinds = {type(cell) for cell in column.tolist()} if column.dtype.kind == "O" else set()
    if Fraction in kinds and kinds <= {Fraction, int, type(None)}:
        return np.array([np.nan if cell is None else float(cell) for cell in column.tolist()], np.float64)
    if Money in kinds:
        return taken(
            [str(cell) if isinstance(cell, Money) else cell for cell in column.tolist()], np.arange(len(column))
        )
    return column


def _texts(column: NDArray[Any]) -> list[Any]:
    if column.dtype.kind == "M":
        return [instant_text(value) for value in column.astype("M8[us]").view(np.int64).tolist()]
    if column.dtype.kind == "m":
        return [length_text(value) for value in column.astype("m8[us]").view(np.int64).tolist()]
    return [_text(cell) for cell in _in_frames(column).tolist()]


def _text(cell: Any) -> Any:
    if cell is None or cell != cell:  # noqa: PLR0124  NaN
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return safe_cell(" ".join(map(str, cell)) if isinstance(cell, tuple) else cell)


def _python(column: NDArray[Any]) -> list[Any]:
    if column.dtype.kind == "M":
        return [None if value == NAT else to_datetime(value) for value in column.view(np.int64).tolist()]
    if column.dtype.kind == "m":
        return [None if value == NAT else to_timedelta(value) for value in column.view(np.int64).tolist()]
    return list(column.tolist())
