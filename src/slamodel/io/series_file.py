"""Series from files and from Python's own tables; rows that cannot be used are set aside with their line and reason."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from slamodel.clock.events import Coded, Reject
from slamodel.clock.listing import taken
from slamodel.errors import EventError
from slamodel.io.event_file import log_of
from slamodel.io.logs.blocks import Block, Log
from slamodel.io.logs.columns import FieldColumn
from slamodel.io.logs.times import TimeColumn
from slamodel.model._checks import did_you_mean
from slamodel.model.event_map import EventMap
from slamodel.report.metrics.numbers import number_of, over_one
from slamodel.report.metrics.series import Series, Values, laid
from slamodel.timeline.instants import NAT, Bool, Int64

UNUSABLE: Final = "E195"
VALUE: Final = "value"
SERIES: Final = "series"
_BESIDE: Final = ("service", "id", "evidence")
_SHOWN: Final = 3


def read_series(
    source: Any,
    events: EventMap | None = None,
    *,
    name: str = "",
    columns: Collection[str] | None = None,
    encoding: str = "utf-8",
) -> Series:
    """Read series of numbers.

    ``source`` is what `read_events` takes: the path of a file (.csv, .tsv, .jsonl, .json, .parquet, each text also
    .gz), a mapping of columns, or an iterable of mappings. A row has an instant ``at``; with a column ``value`` it is
    one value, of the series that the column ``series`` names (else ``name``, else the file's own name); without one
    every column that is not ``at``, ``service``, ``id`` or ``evidence`` is a series of that name, or only ``columns``.
    ``events`` renames columns and says how times are read. An empty cell of a series is no value.

    Numbers are exact, and written with a point; "99.5%" is a share, yes and true are 1, no and false 0. A row that
    cannot be used (no time, no number) is set aside with its line and the reason, in ``.rejects``. Raises EventError
    where the source cannot be read, lacks a column (E102), has times without a UTC offset and no zone to read them in
    (E110), or holds no row that can be used (E195).
    """
    events = EventMap() if events is None else events
    log = log_of(source, events, encoding)
    whole = name or (Path(source).name.split(".")[0] if isinstance(source, (str, os.PathLike)) else VALUE)
    return _Intake(log, events, whole, columns).read()


class _Intake:
    """Reads the blocks of one source, and puts their values together by the series that they belong to."""

    def __init__(self, log: Log, events: EventMap, name: str, columns: Collection[str] | None) -> None:
        self._log, self._events, self._name, self._columns = log, events, name, columns
        self._named = {word: events.column_of(word) for word in (SERIES, VALUE, *_BESIDE)}
        self._named["at"] = events.column_of(events.at)
        self._at = TimeColumn(f"column {self._named['at']!r} of {log.name}", events)
        self._texts = {word: FieldColumn(events.missing) for word in (SERIES, *_BESIDE)}
        self._cells: dict[str, tuple[FieldColumn, list[Fraction | str]]] = {}
        self._found: dict[str, _Growing] = {}
        self._seen: set[str] = set()
        self._rejects: list[Reject] = []

    def read(self) -> Series:
        """Return all of them."""
        for block in self._log.blocks(None):
            self._rejects.extend(block.rejects)
            self._seen.update(block.columns)
            self._add(block)
        self._check()
        columns = {one: grown.values(one, self._texts) for one, grown in self._found.items()}
        return Series(columns, tuple(sorted(self._rejects, key=lambda reject: reject.line)))

    def _add(self, block: Block) -> None:
        rows = len(block.lines)
        at, late = self._at.read(block.columns.get(self._named["at"]), rows)
        faults = {row: [f"{self._named['at']} is missing"] for row in np.flatnonzero(at == NAT).tolist()}
        faults |= {row: [f"{self._named['at']} {why}"] for row, why in late.items()}
        texts = {word: one.codes(block.columns.get(self._named[word]), rows) for word, one in self._texts.items()}
        is_long = self._named[VALUE] in block.columns
        wide = [] if is_long else [one for one in block.columns if self._is_series(one)]
        numbers: dict[str, tuple[NDArray[Any], Bool]] = {}
        for column in [self._named[VALUE]] if is_long else wide:
            numbers[column] = self._numbers(column, block, rows, faults, needed=is_long)
        for row in sorted(faults):
            self._rejects.append(Reject(int(block.lines[row]), "; ".join(faults[row]), block.row(row)))
        good = np.ones(rows, bool)
        good[list(faults)] = False
        for column, (cells, known_cells) in numbers.items():
            known = good & known_cells
            codes = texts[SERIES] if is_long else np.full(rows, -1, np.int32)
            for code in np.unique(codes[known]).tolist():
                mine = np.flatnonzero(known & (codes == code))
                called = str(self._texts[SERIES].coder.values_seen[code]) if code >= 0 else ""
                grown = self._found.setdefault(called or (self._name if is_long else column), _Growing())
                beside = {word: texts[word][mine] for word in _BESIDE}
                grown.add(at[mine], cells[mine].tolist(), block.lines[mine], beside)

    def _is_series(self, column: str) -> bool:
        return column in self._columns if self._columns is not None else column not in self._named.values()

    def _numbers(
        self, column: str, block: Block, rows: int, faults: dict[int, list[str]], *, needed: bool
    ) -> tuple[NDArray[Any], Bool]:
        """Return the numbers of a column, and which rows have one; what is no number is a fault of its row."""
        cells, known = self._cells.setdefault(column, (FieldColumn(self._events.missing), []))
        codes = cells.codes(block.columns.get(column), rows)
        known += [number_of(value) for value in cells.coder.values_seen[len(known) :]]
        told = [cell if isinstance(cell, str) else "" for cell in known]
        wrong = np.array([*map(bool, told), False])[codes]
        for row in np.flatnonzero(wrong | ((codes < 0) & needed)).tolist():
            why = f"{column}: {told[codes[row]]}" if wrong[row] else f"{column} is missing"
            faults.setdefault(row, []).append(why)
        return taken(known, codes), (codes >= 0) & ~wrong

    def _check(self) -> None:
        header = self._log.header or ()
        wanted = [self._named["at"], *(self._columns or ())]
        for column in wanted:
            if column not in header and column not in self._seen and (header or self._seen):
                msg = f"column {column!r} is not in {self._log.name}{did_you_mean(column, list(header))}"
                raise EventError(msg, "E102")
        if self._found or not (self._rejects or self._log.is_file):
            return
        first = sorted(self._rejects, key=lambda reject: reject.line)[:_SHOWN]
        reasons = "".join(f"\n  line {reject.line}: {reject.reason}" for reject in first)
        hint = "\nname the columns that are series with columns=[...]" if self._columns is None and self._cells else ""
        msg = f"none of the {len(self._rejects)} rows of {self._log.name} can be used{reasons}{hint}"
        raise EventError(msg if self._rejects else f"{self._log.name} has no value", UNUSABLE)


class _Growing:
    """The values of one series as they come in."""

    def __init__(self) -> None:
        self._at: list[Int64] = []
        self._cells: list[Fraction] = []
        self._lines: list[Int64] = []
        self._beside: dict[str, list[Any]] = {word: [] for word in _BESIDE}

    def add(self, at: Int64, cells: list[Fraction], lines: Int64, beside: Mapping[str, Any]) -> None:
        """Put the values of a block at the end."""
        self._at.append(at)
        self._cells += cells
        self._lines.append(lines)
        for word, codes in beside.items():
            self._beside[word].append(codes)

    def values(self, name: str, texts: Mapping[str, FieldColumn]) -> Values:
        """Return the series."""
        service, ids, evidence = (
            Coded(np.concatenate(self._beside[word]), tuple(texts[word].coder.values_seen)) for word in _BESIDE
        )
        return laid(
            name, np.concatenate(self._at), over_one(self._cells), service, ids, evidence, np.concatenate(self._lines)
        )
