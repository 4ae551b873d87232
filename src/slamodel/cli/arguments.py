"""Arguments: what several commands take, and how their texts are read."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import evolve

from slamodel.clock.events import EventTable
from slamodel.model.event_map import EventMap

DONE: Final = 0
DATA: Final = 1
USAGE: Final = 2
EXIT_CODES: Final = "Exit codes: 0 done, 1 problems in the data, 2 usage or agreement errors."


def take_log(one: argparse.ArgumentParser) -> None:
    """Add what commands take that judge a log by an agreement."""
    one.add_argument("agreement", metavar="AGREEMENT", help="the agreement: .yaml, .toml or .json")
    one.add_argument("events", metavar="EVENTS", help="the log: .csv, .csv.gz, .jsonl or .parquet")
    one.add_argument("--as-of", type=instant, metavar="T", help="the instant to judge at (default: the log's last)")
    one.add_argument(
        "--map", action="append", default=[], type=pair, metavar="NAME=COLUMN", help="the log's column of a field"
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


def mapped(events: EventMap, pairs: Sequence[tuple[str, str]]) -> EventMap:
    """Return the event map with columns given on the command line; item, at and sequence are columns too."""
    own: dict[str, Any] = {name: column for name, column in pairs if name in {"item", "at", "sequence"}}
    fields = {**dict(events.columns), **{name: column for name, column in pairs if name not in own}}
    return evolve(events, columns=tuple(fields.items()), **own)


def tell_rejects(events: EventTable, path: str | None, otherwise: str = "--rejects FILE writes them all") -> int:
    """Tell of rows that were set aside, and return the exit code for that."""
    if not events.rejects:
        return DONE
    first = events.rejects[0]
    where = f"written to {path}" if path else otherwise
    rows = "row" if len(events.rejects) == 1 else "rows"
    sys.stderr.write(f"{len(events.rejects):,} {rows} set aside ({where}); line {first.line}: {first.reason}\n")
    return DATA
