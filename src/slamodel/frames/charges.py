"""Charges of whatever holds some: a file, a frame, Python's own tables, or `Charges`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from slamodel.errors import ChargeError, EventError
from slamodel.frames.intake import as_columns
from slamodel.io import charge_file
from slamodel.report.credits.charges import Charges


def read_charges(source: Any, **how: Any) -> Charges:
    """Read charges: one row each, with ``agreement``, ``period`` ("2026-06"), ``amount`` and ``currency``.

    ``source`` is the path of a file (.csv, .tsv, .jsonl, .ndjson, .json, each also .gz, or .parquet), a pandas, polars
    or Arrow table, a mapping of columns, or an iterable of mappings. Further columns: ``service``, where a charge is
    for one service of the agreement, and ``reference``, which tells several rows of one period apart. ``how`` is as
    `slamodel.io.charge_file.read_charges` takes it: ``columns`` (our name -> the source's), ``agreement`` and
    ``currency`` of rows that name none, ``encoding``.

    Amounts are decimals ("120,000.00"), never floats. Raises ChargeError with every row that cannot be, each at its
    file and line: E102 no value where one is needed, E107 what is no amount, currency or period, E164 below zero,
    E166 charged twice, E194 what cannot be read.
    """
    if isinstance(source, Charges):
        return source
    if not isinstance(source, (str, os.PathLike, Mapping, list, tuple)):
        try:
            source = as_columns(source)
        except EventError as error:
            raise ChargeError(error.problems) from error
    return charge_file.read_charges(source, **how)
