"""Outages of whatever holds some: a file, a frame, Python's own tables, or `Outages`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from slamodel.frames.intake import as_columns
from slamodel.io import outage_file
from slamodel.report.availability.outages import Outages


def read_outages(source: Any, **how: Any) -> Outages:
    """Read outages from a file, a pandas, polars or Arrow table, a mapping of columns, or an iterable of mappings.

    ``how`` is as `slamodel.io.outage_file.read_outages` takes it: ``services``, ``columns`` (our name -> the source's),
    ``timezone``, ``format``, ``encoding``. One row each, with ``service``, ``from`` and ``to``; a row that cannot be
    an outage is set aside with its line and the reason. Raises EventError where the source cannot be read.
    """
    if isinstance(source, Outages):
        return source
    if not isinstance(source, (str, os.PathLike, Mapping, list, tuple)):
        source = as_columns(source)
    return outage_file.read_outages(source, **how)
