"""Arrow: its columns as ours, and Parquet files read through it. The door of pyarrow (extra ``frames``)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np

from slamodel.clock.events import Coded
from slamodel.errors import EventError
from slamodel.io.logs.blocks import Block, Naive, Raw
from slamodel.io.logs.lines import UNREADABLE

_BLOCK_ROWS: Final = 1 << 17


def arrow_column(array: Any) -> Raw:
    """Return an Arrow array, or a chunked one, as a column: times as ``datetime64``, the rest by distinct value."""
    import pyarrow as pa

    kind = array.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_string_view(kind):
        kind = pa.large_string()
    array = array.cast(kind)
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], kind)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        ticks = array.to_numpy(zero_copy_only=False)
        return ticks if getattr(kind, "tz", None) else Naive(ticks)
    if pa.types.is_nested(kind) or pa.types.is_null(kind):
        values: list[Any] = array.to_pylist()
        return values
    encoded = array.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    known = encoded.dictionary
    plain = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_primitive(kind)
    return Coded(codes, tuple(known.to_numpy(zero_copy_only=False).tolist() if plain else known.to_pylist()))


def arrow_row(table: Any, i: int) -> dict[str, Any]:
    """Return one row of an Arrow table; times as texts, since Python has no nanoseconds."""
    import pyarrow as pa

    columns = ((name, table.column(name).slice(i, 1)) for name in table.column_names)
    return {
        name: (cell.cast(pa.string()) if pa.types.is_timestamp(cell.type) else cell).to_pylist()[0]
        for name, cell in columns
    }


class Parquet:
    """A Parquet file, batch by batch."""

    is_file = True

    def __init__(self, path: Path) -> None:
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError:
            msg = f"{path.name}: Parquet is read through pyarrow; install it with pip install 'slamodel[frames]'"
            raise EventError(msg, UNREADABLE) from None
        self.name = path.name
        try:
            self._file = parquet.ParquetFile(path)
        except pa.ArrowInvalid as error:
            msg = f"{self.name} is not a Parquet file, or is damaged: {error}"
            raise EventError(msg, UNREADABLE) from error
        self.header = list(self._file.schema_arrow.names)
        groups = (self._file.metadata.row_group(i).num_rows for i in range(self._file.num_row_groups))
        self._ends = list(accumulate(groups))
        self._seen: tuple[int, Any] = (-1, None)

    def blocks(self, wanted: Collection[str] | None) -> Iterator[Block]:
        """Give the rows, of the columns only the wanted ones."""
        names = [name for name in self.header if wanted is None or name in wanted]
        done = 0
        for batch in self._file.iter_batches(batch_size=_BLOCK_ROWS, columns=names):
            yield Block(
                {name: arrow_column(batch.column(name)) for name in names},
                np.arange(done + 1, done + batch.num_rows + 1),
                lambda i, done=done: self._row(done + i),  # type: ignore[misc]  # its default is its own
            )
            done += batch.num_rows

    def _row(self, i: int) -> Mapping[str, Any]:
        group = bisect_right(self._ends, i)
        start = self._ends[group - 1] if group else 0
        if self._seen[0] != group:
            self._seen = (group, self._file.read_row_group(group))
        return arrow_row(self._seen[1], i - start)
