"""Columns that grow block by block, and what is read from which: the event map laid against a log's columns."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from itertools import count
from typing import Any, Final

import numpy as np
from attrs import frozen

from slamodel.clock.events import Coded, Codes, coded, is_missing
from slamodel.errors import EventError, Problem
from slamodel.io.logs.blocks import Naive, Raw
from slamodel.model.event_map import EventMap
from slamodel.model.selector import EVENT, as_text

TO: Final = "to"
"""The column of a log of changes that holds the new value."""

_MOST_NAMES: Final = 40
_MOST_DIGITS: Final = 30
_POINTED: Final = re.compile(r"-?(0|[1-9][0-9]*)\.0", re.ASCII)
_WHOLE: Final = re.compile(r"-?[0-9]+", re.ASCII)


@frozen
class Plan:
    """Which column of the log each thing is read from; ``fields`` and ``times`` by their name in the agreement."""

    item: str
    at: str
    sequence: str
    to: str
    fields: Mapping[str, str]
    times: Mapping[str, str]
    required: Sequence[str]

    @property
    def columns(self) -> frozenset[str]:
        """All columns that are read."""
        core = {self.item, self.at, self.sequence, self.to}
        return frozenset({*core, *self.fields.values(), *self.times.values()} - {""})


def plan_of(
    header: Collection[str], events: EventMap, needed: Collection[str] | None, wanted: Collection[str] = ()
) -> Plan:
    """Return what to read from a log with these columns: what is ``needed`` (None: all), and ``wanted`` if there."""
    item, at = events.column_of(events.item), events.column_of(events.at)
    sequence = events.column_of(events.sequence) if events.sequence else ""
    changes = events.kind == "changes"
    to = events.column_of(TO) if changes else ""
    own = {events.item, events.at, events.sequence, *([TO] if changes else [])}
    renamed = {name: column for name, column in events.columns if name not in own}
    if needed is None:
        taken = {item, at, sequence, to, "", *renamed.values()}
        names = {**renamed, **{time: events.column_of(time) for time in events.times}}
        names.update((column, column) for column in header if column not in taken and column not in names)
    else:
        names = {name: events.column_of(name) for name in needed}
        names.update((name, events.column_of(name)) for name in wanted if events.column_of(name) in header)
    if changes:
        names[EVENT] = events.column_of(EVENT)
        expected = {EVENT, *renamed}
    else:
        expected = {*names} - ({EVENT} - {*renamed})
    times = {name: column for name, column in names.items() if name in events.times}
    fields = {name: column for name, column in names.items() if name not in times}
    required = [item, at, *([sequence] if sequence else []), *([to] if changes and TO in dict(events.columns) else [])]
    required += [column for name, column in names.items() if name in expected]
    return Plan(item, at, sequence, to, fields, times, tuple(dict.fromkeys(required)))


def check_columns(plan: Plan, header: Sequence[str], log: str) -> None:
    """Refuse a log that lacks columns the agreement reads, naming the ones that come close."""
    listed = ", ".join(header[:_MOST_NAMES]) + (", ..." if len(header) > _MOST_NAMES else "")
    problems = []
    for column in plan.required:
        if column not in header:
            plain = {name.strip().casefold(): name for name in reversed(header)}
            close = get_close_matches(column.casefold(), plain, n=1)
            hint = f"; did you mean {plain[close[0]]!r}?" if close else ";"
            step = _next_step(plan, column, plain[close[0]] if close else "COLUMN")
            problems.append(Problem("E102", "", f"column {column!r} is not in {log}{hint} columns: {listed}; {step}"))
    doubled = sorted(column for column in plan.columns if list(header).count(column) > 1)
    for column in doubled:
        places = " and ".join(str(place) for place, name in enumerate(header, 1) if name == column)
        problems.append(Problem("E102", "", f"column {column!r} stands more than once in {log} (columns {places})"))
    if problems:
        raise EventError(problems)


def _next_step(plan: Plan, column: str, other: str) -> str:
    """Say how to name another column for what is read from this one."""
    own = {plan.item: "item", plan.at: "at", plan.sequence: "sequence", plan.to: TO}
    fields = {column: name for name, column in (*plan.fields.items(), *plan.times.items())}
    name = own.get(column) or fields.get(column, column)
    key = f"{name}: {other}" if name in {"item", "at", "sequence"} else f"columns: {{{name}: {other}}}"
    return f"name another under events: {{{key}}}, or with --map {name}={other}"


class Coder(dict[Any, int]):
    """Numbers distinct values in the order they come; None, an empty text and those in ``missing`` are -1.

    Blanks around a text do not count (C14 blanks).
    """

    def __init__(self, missing: Iterable[str] = ()) -> None:
        super().__init__(dict.fromkeys([*(text.strip() for text in missing), ""], -1))
        self[None] = -1
        self.values_seen: list[Any] = []

    def codes(self, values: Sequence[Any]) -> Codes:
        """Return the numbers of values, which are hashable and equal only if they are the same."""
        new = [value for value in dict.fromkeys(values) if value not in self]
        padded = [value for value in new if isinstance(value, str) and value != value.strip()]
        if padded:
            self.codes([value.strip() for value in padded])
            self.update((value, self[value.strip()]) for value in padded)
            new = [value for value in new if value not in self]
        self.update(zip(new, count(len(self.values_seen)), strict=False))
        self.values_seen += new
        return np.fromiter(map(self.__getitem__, values), np.int32, len(values))


class FieldColumn:
    """A coded column that grows block by block; rows before its first block are missing."""

    def __init__(self, missing: Iterable[str], rows: int = 0, coder: Coder | None = None) -> None:
        self._missing = frozenset(missing)
        self.coder = Coder(self._missing) if coder is None else coder
        self._parts = [np.full(rows, -1, np.int32)]

    def codes(self, raw: Raw | None, rows: int) -> Codes:
        """Return the codes of a block of this column; a block that lacks it is missing throughout."""
        if raw is None:
            return np.full(rows, -1, np.int32)
        if isinstance(raw, Naive):
            raw = raw.ticks.astype("M8[us]")
        if isinstance(raw, np.ndarray) and raw.dtype.kind in "iubfMm":
            raw = coded(raw)
        if isinstance(raw, Coded):
            lookup = np.append(self.coder.codes([self._plain(value) for value in raw.values]), np.int32(-1))
            return lookup[raw.codes]
        values = raw.tolist() if isinstance(raw, np.ndarray) else raw
        if not set(map(type, values)) <= {str, type(None)}:
            values = [self._plain(value) for value in values]
        return self.coder.codes(values)

    def add(self, codes: Codes) -> None:
        """Put the codes of a block at the end."""
        self._parts.append(codes)

    def coded(self, names: Mapping[str, str] | None = None) -> Coded:
        """Return the whole column with its values renamed, as `with_names` does it."""
        return with_names(self.whole(), {} if names is None else names)

    def whole(self) -> Coded:
        """Return the whole column, with its values as they were."""
        return Coded(np.concatenate(self._parts), tuple(self.coder.values_seen))

    def _plain(self, value: Any) -> Any:
        """Return a value as something that hashes, and that equals only what reads the same."""
        if isinstance(value, str) or value is None:
            return value
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace")
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, Hashable):
            return json.dumps(value, default=str)
        if is_missing(value):
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # a column of integers with a gap arrives as floats
        if isinstance(value, Decimal):
            value = _number(value)
        text = as_text(value)
        return None if text in self._missing else text if isinstance(value, bool) else value


def with_names(column: Coded, names: Mapping[str, str]) -> Coded:
    """Return a column with values renamed, after 1.0 was read as 1 where all of its values are whole numbers (C14).

    A value that ``names`` spells with its .0 keeps it.
    """
    pointed = {text: text[:-2] for text in column.values if isinstance(text, str) and _POINTED.fullmatch(text)}
    if pointed:
        used = np.unique(column.codes[column.codes >= 0]).tolist()
        texts = [as_text(column.values[code]) or "" for code in used]
        if all(text in pointed or _WHOLE.fullmatch(text) for text in texts):
            column = column.renamed({text: whole for text, whole in pointed.items() if text not in names})
    return column.renamed(names)


def _number(value: Decimal) -> int | str:
    """Return a number of JSON as other sources have it: 3.0 as 3, and 3.10 as 3.1."""
    if abs(value.adjusted()) > _MOST_DIGITS:
        return str(value)
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
