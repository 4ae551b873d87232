"""Logs of events: from files and from Python's own tables into an `EventTable`, and rejected rows back out."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from slamodel.clock.events import EventTable, Reject
from slamodel.clock.texts import safe_cell
from slamodel.errors import EventError
from slamodel.io.logs.arrow import Parquet
from slamodel.io.logs.blocks import Log
from slamodel.io.logs.delimited import Delimited
from slamodel.io.logs.intake import Intake
from slamodel.io.logs.lines import UNREADABLE
from slamodel.io.logs.records import EVENTS, Records, json_file, json_lines
from slamodel.io.logs.tables import Table
from slamodel.io.whole_file import whole_file
from slamodel.model._checks import did_you_mean
from slamodel.model.event_map import EventMap

_DELIMITED: Final = (".csv", ".tsv", ".tab", ".txt")
_JSON_LINES: Final = (".jsonl", ".ndjson")
_ENDINGS: Final = (*_DELIMITED, *_JSON_LINES, ".json", ".parquet", ".pq")


def read_events(
    source: Any,
    events: EventMap | None = None,
    *,
    needed: Collection[str] | None = None,
    wanted: Collection[str] = (),
    encoding: str | None = None,
) -> EventTable:
    """Read a log of events.

    ``source`` is the path of a file (.csv, .tsv, .jsonl, .ndjson, .json, each also .gz, or .parquet), a mapping of
    columns, or an iterable of mappings: one an event, or one an item, ``{"item": ..., "events": [{"at": ...}]}``,
    where the fields around the events are what the item starts with. Arrays of ``datetime64`` are in UTC.
    ``needed`` names the fields and times to read (None: all), ``wanted`` those to read where the log has them.
    ``encoding`` of text files goes before that of ``events``.

    A row that cannot be used (no item, no time, a time that does not exist or is absurd) is set aside with its line
    and the reason, in ``.rejects``. Raises EventError where the source is not there or cannot be read, lacks a
    column, has times without a UTC offset and no zone to read them in, or holds no row that can be used.
    """
    events = EventMap() if events is None else events
    return Intake(log_of(source, events, encoding or events.encoding), events, needed, wanted).read()


def write_rejects(path: str | os.PathLike[str], rejects: Iterable[Reject]) -> int:
    """Write rejected rows as CSV (line, reason, then what the row held), whole or not at all; return how many.

    A cell that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    rejects = list(rejects)
    names = list(dict.fromkeys(name for reject in rejects for name in reject.row))
    with whole_file(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["line", "reason", *map(safe_cell, names)])
        for reject in rejects:
            cells = (reject.row.get(name) for name in names)
            writer.writerow([reject.line, reject.reason, *map(safe_cell, cells)])
    return len(rejects)


def log_of(source: Any, events: EventMap, encoding: str = "utf-8") -> Log:
    """Return a source as a log of blocks, not read yet; EventError where it is none."""
    if isinstance(source, (str, os.PathLike)):
        return _file(Path(source), events, encoding)
    if isinstance(source, Mapping):
        inside = source.get(EVENTS, ())
        if isinstance(inside, (list, tuple)) and inside and all(isinstance(event, Mapping) for event in inside):
            return Records("the record", [(1, source)], events)
        return Table(source)
    # An open file, and one column of a frame or array, can be iterated too, but what comes are no events.
    if isinstance(source, Iterable) and not isinstance(source, (bytes, bytearray)) and not _is_other(source):
        return Records("the list", enumerate(source, 1), events)
    msg = f"{type(source).__name__} is no log of events; pass a path, a mapping of columns or a list of mappings"
    raise EventError(msg, UNREADABLE)


def _is_other(source: Any) -> bool:
    return any(hasattr(source, name) for name in ("read", "dtype", "groups"))


def _file(path: Path, events: EventMap, encoding: str) -> Log:
    ending = Path(path.name.removesuffix(".gz")).suffix.lower()
    if ending in _ENDINGS and not path.exists():
        raise EventError(f"{path}: there is no such file", UNREADABLE)
    if ending in _DELIMITED:
        return Delimited(path, encoding)
    if ending in _JSON_LINES:
        return json_lines(path, encoding, events)
    if ending == ".json":
        return json_file(path, encoding, events)
    if ending in _ENDINGS:
        return Parquet(path)
    hint = did_you_mean(ending, _ENDINGS) if ending else f"; known: {', '.join(_ENDINGS)}"
    msg = f"{path.name}: logs of kind {ending!r} are not read{hint}"
    raise EventError(msg, UNREADABLE)
