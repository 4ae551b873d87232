"""Intake of frames: a pandas, polars or Arrow table is read as what it is, a mapping of columns.

The door of narwhals (extra ``frames``), which knows the frames apart so that nothing here has to.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from slamodel.clock.events import EventTable, is_missing
from slamodel.errors import EventError
from slamodel.io.event_file import read_events
from slamodel.io.logs.arrow import arrow_column
from slamodel.io.logs.blocks import Raw
from slamodel.model.event_map import EventMap


def events_of(
    source: Any,
    events: EventMap | None = None,
    *,
    needed: Collection[str] | None = None,
    wanted: Collection[str] = (),
    encoding: str | None = None,
) -> EventTable:
    """Return the events of anything that holds some: an `EventTable`, a frame, or what `read_events` takes.

    Times of a frame that have no zone are read in the event map's ``timezone``; where it names none they are an error
    (S6). Arrays of ``datetime64`` in a mapping are UTC, since NumPy has no zones (S1).
    """
    if isinstance(source, EventTable):
        return source
    if not isinstance(source, (str, os.PathLike, Mapping, list, tuple)):
        source = as_columns(source)
    return read_events(source, events, needed=needed, wanted=wanted, encoding=encoding)


def as_columns(source: Any) -> Any:
    """Return a frame as a mapping of columns, and anything else as it is."""
    try:
        import narwhals as nw
        import pyarrow as pa
    except ImportError:
        if hasattr(source, "__arrow_c_stream__") or hasattr(source, "columns"):
            msg = f"a {type(source).__name__} is read through narwhals; install it with pip install 'slamodel[frames]'"
            raise EventError(msg, "E194") from None
        return source
    try:
        frame: Any = nw.from_native(source, pass_through=True)
        if isinstance(frame, nw.LazyFrame):
            frame = frame.collect()
        elif frame is source and hasattr(source, "__arrow_c_stream__"):
            frame = nw.from_native(pa.table(source))
        return FrameColumns(frame) if isinstance(frame, nw.DataFrame) else source
    except nw.exceptions.DuplicateError:
        names = list(map(str, getattr(source, "column_names", source.columns)))
        twice = sorted({name for name in names if names.count(name) > 1})
        msg = f"columns {twice} of the {type(source).__name__} stand there more than once; give each a name of its own"
        raise EventError(msg, "E102") from None
    except pa.ArrowInvalid:  # one column, which can be had as a stream too
        return source


class FrameColumns(Mapping[str, Raw]):
    """The columns of a narwhals DataFrame; each is taken out of its frame only when it is asked for."""

    def __init__(self, frame: Any) -> None:
        self._frame, self._names = frame, list(frame.columns)

    def __getitem__(self, name: str) -> Raw:
        import narwhals as nw
        import pyarrow as pa

        if name not in self._names:
            raise KeyError(name)
        series = self._frame[name]
        if series.dtype == nw.Object:
            values: list[Any] = series.to_list()
            return values
        try:
            return arrow_column(series.to_arrow())
        except pa.ArrowException:  # a type that Arrow does not have
            return list(map(str, series.to_list()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def row(self, i: int) -> dict[str, Any]:
        """Return what one row holds, missing values as None."""
        values = zip(self._names, self._frame.row(i), strict=True)
        return {name: None if is_missing(value) else value for name, value in values}
