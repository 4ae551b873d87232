"""Series of whatever holds some: a file, a frame, Python's own tables, or `Series`."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Any

from slamodel.frames.intake import as_columns
from slamodel.io import series_file
from slamodel.model.event_map import EventMap
from slamodel.report.metrics.series import Series


def read_series(
    source: Any,
    events: EventMap | None = None,
    *,
    name: str = "",
    columns: Collection[str] | None = None,
    encoding: str = "utf-8",
) -> Series:
    """Return the series of anything that holds some: a `Series`, a frame, or what `series_file.read_series` takes."""
    if isinstance(source, Series):
        return source
    if not isinstance(source, (str, os.PathLike, Mapping, list, tuple)):
        source = as_columns(source)
    return series_file.read_series(source, events, name=name, columns=columns, encoding=encoding)
