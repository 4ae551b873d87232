"""Charges from files, mappings and records: all of them or none, for an amount that is left out is a wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slamodel.errors import ChargeError, EventError, Problem
from slamodel.io.event_file import log_of
from slamodel.io.logs.blocks import Log
from slamodel.model.event_map import EventMap
from slamodel.report.credits.charges import COLUMNS, Charges, charges


def read_charges(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    agreement: str = "",
    currency: str = "",
    encoding: str = "utf-8",
) -> Charges:
    """Read charges: one row each, with ``agreement``, ``period`` ("2026-06"), ``amount`` and ``currency``.

    ``source`` is the path of a file (.csv, .tsv, .jsonl, .ndjson, .json, each also .gz, or .parquet), a mapping of
    columns, or an iterable of mappings. Further columns: ``service``, where a charge is for one service of the
    agreement, and ``reference``, which tells several rows of one period apart; all others are left alone.
    ``columns`` renames: our name -> the source's. ``agreement`` and ``currency`` are those of rows that name none.

    Amounts are decimals ("120,000.00"), never floats. Raises ChargeError with every row that cannot be, each at its
    file and line: E102 no value where one is needed, E107 what is no amount, currency or period, E164 below zero,
    E166 charged twice, E194 what cannot be read.
    """
    names = {ours: (columns or {}).get(ours, ours) for ours in COLUMNS}
    given = {"agreement": agreement, "currency": currency}
    try:
        log = log_of(source, EventMap(kind="snapshots", item="agreement", at="period"), encoding)
        _check_columns(log, names, given)
        rows, lines, problems = _rows(log, names, given)
    except EventError as error:
        raise ChargeError(error.problems) from error
    try:
        found = charges(rows, lines=lines, file=log.name if log.is_file else "")
    except ChargeError as error:
        raise ChargeError(sorted((*problems, *error.problems), key=lambda one: one.line)) from None
    if problems:
        raise ChargeError(problems)
    return found


def _rows(
    log: Log, names: Mapping[str, str], given: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[int], list[Problem]]:
    """Return the rows under our names, their lines, and what could not be told apart into columns."""
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    file = log.name if log.is_file else ""
    for block in log.blocks(None):
        problems += [Problem("E194", "", reject.reason, file=file, line=reject.line) for reject in block.rejects]
        for i, line in enumerate(block.lines.tolist()):
            row = block.row(i)
            found = {ours: row.get(theirs) for ours, theirs in names.items()}
            missing = {key: value for key, value in given.items() if value and found[key] in (None, "")}
            rows.append({**found, **missing})
            lines.append(line)
    return rows, lines, problems


def _check_columns(log: Log, names: Mapping[str, str], given: Mapping[str, str]) -> None:
    if log.header is None:
        return  # records say themselves what they have
    wanted = [ours for ours in ("agreement", "period", "amount", "currency") if not given.get(ours)]
    lacking = [names[ours] for ours in wanted if names[ours] not in log.header]
    if lacking:
        msg = f"{log.name} has no column {', '.join(map(repr, lacking))}; it has {', '.join(log.header)}"
        raise ChargeError(msg, "E102")
