"""Arguments: what several commands take, and how their texts are read."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from slamodel.clock.events import EventTable
from slamodel.clock.texts import instant_text
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.event_map import EventMap
from slamodel.model.portfolio import Portfolio
from slamodel.model.selector import EVENT
from slamodel.timeline.instants import from_datetime

DONE: Final = 0
DATA: Final = 1
USAGE: Final = 2
EXIT_CODES: Final = "Exit codes: 0 done, 1 problems in the data, 2 usage or agreement errors."

_COLUMNS: Final = ("item", "at", "sequence")
_ENCODING: Final = "--encoding"
_MOST_NOTES: Final = 8


class UsageError(Exception):
    """What was asked for cannot be done; a command ends with `USAGE` and this message."""


def take_log(one: argparse.ArgumentParser) -> None:
    """Add what commands take that judge a log by an agreement."""
    one.add_argument("agreement", metavar="AGREEMENT", help="the agreement: .yaml, .toml or .json")
    one.add_argument("events", metavar="EVENTS", help="the log: .csv, .csv.gz, .jsonl or .parquet")
    one.add_argument("--as-of", type=instant, metavar="T", help="the instant to judge at (default: the log's last)")
    one.add_argument(
        "--map", action="append", default=[], type=pair, metavar="NAME=COLUMN", help="the log's column of a field"
    )
    one.add_argument(
        "--encoding", dest="map", action="append", type=_encoding, metavar="NAME", help="that of a text log, as cp1252"
    )
    one.add_argument("--dialect", default="", metavar="NAME", help="count as a product does, such as servicenow")


def instant(text: str) -> datetime:
    """Return an instant with its offset from UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not an instant such as 2026-06-30T18:00:00Z"
        raise argparse.ArgumentTypeError(msg) from None
    if at.tzinfo is None:
        msg = f"{text!r} has no UTC offset; write {text}Z or {text}+01:00"
        raise argparse.ArgumentTypeError(msg)
    return at


def pair(text: str) -> tuple[str, str]:
    """Return the two sides of ``name=value``."""
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        msg = f"{text!r} is not of the form name=value"
        raise argparse.ArgumentTypeError(msg)
    return name, value


def _encoding(text: str) -> tuple[str, str]:
    """Return an encoding as a pair beside those of --map, so that whatever reads the map reads it too."""
    from slamodel.io.logs.lines import codec

    try:
        return _ENCODING, codec(text)
    except EventError as error:
        raise argparse.ArgumentTypeError(error.problems[0].message) from None


def mapped(events: EventMap, pairs: Sequence[tuple[str, str]], book: Portfolio | None = None, *more: str) -> EventMap:
    """Return the event map with what the command line says: columns (item, at and sequence are some too), encoding.

    Raises UsageError for a name that nothing reads: neither what ``book`` asks for nor one of ``more``.
    """
    columns = {name: column for name, column in pairs if name != _ENCODING}
    own: dict[str, Any] = {name: column for name, column in columns.items() if name in _COLUMNS}
    if book is not None:
        read = {*_COLUMNS, EVENT, "to", *book.fields, *(target.priority_field for target in book.targets), *more}
        read |= {*dict(events.columns), *dict(events.known), *events.times, events.priority}
        read |= {events.matrix.impact_field, events.matrix.urgency_field} if events.matrix else set()
        for name, column in columns.items():
            if name not in read:
                raise UsageError(f"--map {name}={column}: nothing reads {name!r}{did_you_mean(name, read)}")
    said = dict(pairs).get(_ENCODING, events.encoding)
    fields = {**dict(events.columns), **{name: column for name, column in columns.items() if name not in own}}
    return evolve(events, columns=tuple(fields.items()), encoding=said, **own)


def check_outputs(inputs: Iterable[str], **outputs: str | None) -> None:
    """Refuse, before anything is read, outputs that would overwrite an input or each other, or have no folder.

    The names of ``outputs`` are those of the options. Raises UsageError.
    """
    taken = dict.fromkeys(inputs, "is what is read")
    for option, path in outputs.items():
        if path is None:
            continue
        place, said = Path(os.path.realpath(path)), f"--{option} {path}"
        if not place.parent.is_dir():
            raise UsageError(f"{said}: there is no folder {place.parent}; make it first")
        if place.is_dir():
            raise UsageError(f"{said} is a folder; name a file in it")
        if place.is_file() or not place.exists():
            for other, what in taken.items():
                if place == Path(os.path.realpath(other)) or (place.exists() and place.samefile(other)):
                    raise UsageError(f"{said} {what}, and would be overwritten; write to another file")
            taken[path] = f"is written by --{option} too"


def read_log(path: str, events: EventMap, *, needed: Collection[str], wanted: Collection[str]) -> EventTable:
    """Read the log of a command; one that is not there is a matter of usage. Raises UsageError and EventError."""
    from slamodel.io.event_file import read_events

    if not Path(path).exists():
        raise UsageError(f"{path}: there is no such file")
    return read_events(path, events, needed=needed, wanted=wanted)


def check_instant(as_of: datetime | None, events: EventTable) -> None:
    """Refuse an ``as_of`` by which nothing has happened, with UsageError."""
    if as_of is not None and len(events) and from_datetime(as_of) < (first := int(events.at.min())):
        msg = f"--as-of {as_of.isoformat()}: nothing has happened by then; the log begins at {instant_text(first)}"
        raise UsageError(msg)


def tell_notes(verdicts: VerdictTable) -> None:
    """Tell of rows that repeat others, and of what the agreement asks for and the log never has."""
    log = verdicts.log
    if log is not None and log.kind == "changes" and len(log.repeats):
        rows = "1 row repeats" if len(log.repeats) == 1 else f"{len(log.repeats):,} rows repeat"
        sys.stderr.write(f"{rows} an earlier one, which counts once (C6); the first is in line {log.repeats[0]}\n")
    notes = verdicts.unmatched
    for note in notes[:_MOST_NOTES]:
        sys.stderr.write(f"{note}\n")
    if len(notes) > _MOST_NOTES:
        sys.stderr.write(f"and {len(notes) - _MOST_NOTES} more conditions that nothing in this log meets\n")


def tell_rejects(events: EventTable, path: str | None, otherwise: str = "--rejects FILE writes them all") -> int:
    """Tell of rows that were set aside, and return the exit code for that."""
    if not events.rejects:
        return DONE
    first = events.rejects[0]
    where = f"written to {path}" if path else otherwise
    rows = "row" if len(events.rejects) == 1 else "rows"
    sys.stderr.write(f"{len(events.rejects):,} {rows} set aside ({where}); line {first.line}: {first.reason}\n")
    return DATA
