"""Records: one mapping an event, or one an item with its events inside, from JSON or from Python."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from slamodel.clock.events import Reject
from slamodel.errors import EventError
from slamodel.io.logs.blocks import Block, Raw
from slamodel.io.logs.lines import UNREADABLE, text_lines
from slamodel.model.event_map import EventMap

EVENTS: Final = "events"
"""The key of an item's record that holds its events."""

_BLOCK_ROWS: Final = 1 << 12

Row: TypeAlias = tuple[int, Mapping[str, Any], Mapping[str, Any]]
"""Where an event stood, the event, and the fields of its item around it."""


class Records:
    """Records, each with the line or the place it stood at. Flat, or nested: ``{item: ..., events: [{at: ...}]}``.

    The fields around nested events are what the item starts with; in a log of snapshots they hold throughout.
    """

    def __init__(
        self, name: str, records: Iterable[tuple[int, Any]], events: EventMap, *, is_file: bool = False
    ) -> None:
        self.name, self.is_file = name, is_file
        self.header: list[str] | None = None
        self._records = records
        self._item = events.column_of(events.item)
        self._snapshots = events.kind == "snapshots"

    def blocks(self, wanted: Collection[str] | None) -> Iterator[Block]:
        """Give the events, of their fields only the wanted ones."""
        rejects: list[Reject] = []
        rows = self._rows(rejects)
        names: dict[str, None] = {}
        while (batch := list(islice(rows, _BLOCK_ROWS))) or rejects:
            found = [event for _, event, _ in batch]
            around = [outer for _, _, outer in batch]
            inside, outside = _names(found), _names(around)
            names.update(inside)
            names.update(outside)
            yield Block(
                _columns(found, inside, wanted),
                np.fromiter((line for line, _, _ in batch), np.int64, len(batch)),
                lambda i, batch=batch: {**batch[i][2], **batch[i][1]},  # type: ignore[misc]  # its default is its own
                _columns(around, outside, wanted),
                tuple(rejects),
            )
            rejects.clear()
        self.header = list(names)

    def _rows(self, rejects: list[Reject]) -> Iterator[Row]:
        for line, record in self._records:
            if isinstance(record, Unreadable):
                rejects.append(Reject(line, record.reason, {"text": record.text}))
            elif not isinstance(record, Mapping):
                rejects.append(Reject(line, f"{_shown(record)} is no event with its fields", {"text": str(record)}))
            elif isinstance(record.get(EVENTS), (list, tuple)):
                yield from self._nested(line, record, rejects)
            else:
                yield line, record, {}

    def _nested(self, line: int, record: Mapping[str, Any], rejects: list[Reject]) -> Iterator[Row]:
        outer = {name: value for name, value in record.items() if name != EVENTS}
        if not record[EVENTS]:
            rejects.append(Reject(line, "has no events", outer))
        for event in record[EVENTS]:
            if not isinstance(event, Mapping):
                reason = f"has {_shown(event)} among its events, which is no event with its fields"
                rejects.append(Reject(line, reason, {**outer, "text": str(event)}))
            elif self._snapshots:
                yield line, {**outer, **event}, {}
            else:
                yield line, {self._item: outer.get(self._item), **event}, outer


class Unreadable:
    """A line that is no JSON, and why."""

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason


def json_lines(path: Path, encoding: str, events: EventMap) -> Records:
    """Return the records of a file with one JSON document a line."""

    def records() -> Iterator[tuple[int, Any]]:
        for number, line in enumerate(text_lines(path, encoding), 1):
            if line.strip():
                yield number, _decoded(line)

    return Records(path.name, records(), events, is_file=True)


def json_file(path: Path, encoding: str, events: EventMap) -> Records:
    """Return the records of a file that is one JSON document: a list of records, or one record."""
    document = _decoded("\n".join(text_lines(path, encoding)))
    if isinstance(document, Unreadable):
        msg = f"{path.name} {document.reason}; if it has one document a line, let its name end in .jsonl"
        raise EventError(msg, UNREADABLE)
    listed = document if isinstance(document, list) else [document]
    return Records(path.name, enumerate(listed, 1), events, is_file=True)


def _decoded(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return Unreadable(text[:1000], f"is not JSON: {error}")


def _no_number(name: str) -> Any:
    msg = f"{name} is not a number"
    raise ValueError(msg)


def _names(rows: list[Mapping[str, Any]]) -> dict[str, None]:
    """Return the keys that occur, in the order in which they first do."""
    names: dict[str, None] = {}
    for row in rows:
        if not row.keys() <= names.keys():
            names.update(dict.fromkeys(row))
    return names


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)


def _columns(rows: list[Mapping[str, Any]], names: Iterable[str], wanted: Collection[str] | None) -> dict[str, Raw]:
    return {name: [row.get(name) for row in rows] for name in names if wanted is None or name in wanted}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
