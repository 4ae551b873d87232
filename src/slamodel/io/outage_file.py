"""Outages from files, mappings and records: read as logs are, and checked row by row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock.events import Coded, EventTable, Reject
from slamodel.clock.texts import instant_text
from slamodel.errors import EventError
from slamodel.io.event_file import log_of, read_events
from slamodel.model.event_map import EventMap
from slamodel.model.selector import EVENT, as_text
from slamodel.report.availability.outages import STAMPS, Outages, outages
from slamodel.timeline.instants import NAT, Bool, Int64

SERVICE: Final = "service"
_OTHER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "from": ("start", "started_at", "began_at"),
    "to": ("end", "ended_at"),
    "users": ("affected", "affected_users"),
    "id": ("outage", "name"),
}
"""What else the columns of an outage are called, if a file has none of their own names."""
_TIMES: Final = ("to", "announced", *STAMPS)
_OWN: Final = frozenset({"from", "to", "id", "weight", "users", EVENT})
_PLANNED_KINDS: Final = ("planned", "maintenance", "planned_maintenance")
_TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_outages(
    source: Any,
    *,
    services: Sequence[Any] | None = None,
    columns: Mapping[str, str] | None = None,
    timezone: str = "",
    format: str = "iso",  # noqa: A002  the word of the event map
    encoding: str = "utf-8",
) -> Outages:
    """Read outages: one row each, with ``service``, ``from``, and ``to`` (empty: it goes on).

    ``source`` is the path of a file (.csv, .tsv, .jsonl, .ndjson, .json, each also .gz, or .parquet), a mapping of
    columns, or an iterable of mappings. Further columns: ``id``, ``responsibility`` (else provider), ``weight`` (how
    much was down: above 0, at most 1), ``users`` (how many were affected), ``planned`` (true or false; without it a
    ``kind`` that is planned or maintenance), ``announced``, and detected, acknowledged, repaired, restored and
    resolved; all others can be asked by the conditions of exclusions. ``columns`` renames: our name -> the source's.
    Times without an offset are read in ``timezone``, by ``format`` (strptime, iso or epoch). ``services`` are all that
    are measured (None: those named).

    A row that cannot be an outage is set aside with its line and the reason, in ``.rejects``: no service or start, an
    end before it, a weight that is none, users below zero, an instant that cannot be, or one that is there twice.
    Raises EventError where the source cannot be read, or no row of it can be used.
    """
    if not isinstance(source, (str, os.PathLike, Mapping)) and isinstance(source, Iterable):
        source = list(source)
    names = dict(columns or {})
    found = EventMap(kind="snapshots", item=SERVICE, at="from", timezone=timezone, format=format)
    header = _header(source, found, encoding)
    for ours, others in _OTHER_NAMES.items():
        if ours not in names and ours not in header:
            names.update(_called(ours, others, header))
    there = {ours for ours in _TIMES if names.get(ours, ours) in header}
    how = evolve(found, columns=tuple(names.items()), times=tuple(one for one in _TIMES if one in there))
    try:
        rows = read_events(source, how, encoding=encoding)
    except EventError as error:
        if error.problems[0].code != "E110":
            raise
        said = error.problems[0].message.partition(";")[0]
        raise EventError(f"{said}; say in which zone they are read: timezone='Europe/London'", "E110") from None
    return _outages(rows, services)


def _called(ours: str, others: tuple[str, ...], header: frozenset[str]) -> dict[str, str]:
    return next(({ours: other} for other in others if other in header), {})


def _header(source: Any, how: EventMap, encoding: str) -> frozenset[str]:
    log = log_of(source, how, encoding)
    if log.header is None:
        for _ in log.blocks(None):
            pass
    return frozenset(log.header or ())


def _outages(rows: EventTable, services: Sequence[Any] | None) -> Outages:
    """Return the rows as outages; those that cannot be are set aside."""
    owner = np.repeat(np.arange(len(rows.items)), np.diff(rows.first))
    end = rows.times.get("to", np.full(len(rows), NAT, np.int64))
    weight = _Read.of(rows, "weight", _weight, Fraction(1))
    users = _Read.of(rows, "users", _users, -1)
    planned = _planned(rows)
    strange = np.zeros(len(rows.items), bool)
    if services:
        measured = {as_text(name) for name in services}
        strange = np.array([as_text(name) not in measured for name in rows.items.tolist()], bool)
    rules: tuple[tuple[Bool, Callable[[int], str]], ...] = (
        (strange[owner], lambda row: f"service {rows.items[owner[row]]!s} is not measured"),
        ((end != NAT) & (end < rows.at), lambda _: "ends before it starts"),
        (weight.bad, lambda row: f"weight {weight.text(row)!r} is not above 0 and at most 1"),
        (users.bad, lambda row: f"users {users.text(row)!r} is no number from 0 on"),
        (planned.bad, lambda row: f"planned {planned.text(row)!r} is neither true nor false"),
    )
    why: dict[int, list[str]] = {}
    for bad, told in rules:
        for row in np.flatnonzero(bad).tolist():
            why.setdefault(row, []).append(told(row))
    for row, reason in _called_alike(rows, frozenset(why)):
        why[row] = [reason]
    kept = np.setdiff1d(np.arange(len(rows)), np.array(sorted(why), np.int64))
    rejects = [Reject(_line(rows, row), "; ".join(why[row]), _shown(rows, owner, row)) for row in why]
    rejects += [Reject(line, "is there twice, and counts once") for line in rows.repeats.tolist()]
    rejects = sorted([*rows.rejects, *rejects], key=lambda one: one.line)
    if not len(kept) and rejects:
        reasons = "; ".join(f"line {one.line} {one.reason}" for one in rejects[:3])
        msg = f"no row is an outage that can be measured: {reasons}"
        raise EventError(msg, "E195")
    names = {as_text(name): name for name in services or ()}
    called = tuple(names.get(as_text(name), name) for name in rows.items.tolist())
    times = {name: rows.times[name][kept].view("M8[us]") for name in _TIMES if name in rows.times}
    found = outages(
        Coded(owner[kept].astype(np.int32), called),
        rows.at[kept].view("M8[us]"),
        times.pop("to", np.full(len(kept), "NaT", "M8[us]")),
        services=services or called,
        weight=Coded(weight.codes[kept], weight.values),
        affected=np.array(users.values, np.int64)[users.codes[kept]],
        responsibility=_responsibility(rows, kept),
        planned=np.array(planned.values, bool)[planned.codes[kept]],
        **times,
    )
    return evolve(
        found,
        names=rows.fields["id"].take(kept) if "id" in rows.fields else None,
        fields={name: one.take(kept) for name, one in rows.fields.items() if name not in _OWN},
        lines=np.array([_line(rows, row) for row in kept.tolist()], np.int64)
        if rows.lines is None
        else rows.lines[kept],
        rejects=tuple(rejects),
    )


def _responsibility(rows: EventTable, kept: Int64) -> Coded:
    found = rows.fields.get("responsibility", Coded(np.full(len(rows), -1, np.int32), ())).take(kept)
    codes = np.where(found.codes < 0, len(found.values), found.codes).astype(np.int32)
    return Coded(codes, (*(str(value) for value in found.values), "provider"))


@frozen(eq=False)
class _Read:
    """A column read once per distinct text: ``values[codes]``, the last for rows that say nothing."""

    values: tuple[Any, ...]
    codes: NDArray[np.int32]
    bad: Bool
    column: Coded | None

    @classmethod
    def of(cls, rows: EventTable, name: str, read: Callable[[str], Any], unsaid: Any) -> _Read:
        """Read a column; ``read`` gives None for what it cannot read."""
        column = rows.fields.get(name)
        if column is None:
            return cls((unsaid,), np.zeros(len(rows), np.int32), np.zeros(len(rows), bool), None)
        found = [read(as_text(value) or "") for value in column.values]
        codes = np.where(column.codes < 0, len(found), column.codes).astype(np.int32)
        wrong = np.array([*(value is None for value in found), False], bool)
        return cls((*(unsaid if value is None else value for value in found), unsaid), codes, wrong[codes], column)

    def text(self, row: int) -> str:
        """Return what a row says."""
        assert self.column is not None  # noqa: S101  what is not there is not wrong
        return str(self.column.values[self.column.codes[row]])


def _planned(rows: EventTable) -> _Read:
    """Return which rows were planned: as the column says, else those of a kind that is."""
    if "planned" in rows.fields or "kind" not in rows.fields:
        return _Read.of(rows, "planned", lambda text: _TRUTHS.get(text.lower()), unsaid=False)
    return _Read.of(rows, "kind", lambda text: text.lower() in _PLANNED_KINDS, unsaid=False)


def _weight(text: str) -> Fraction | None:
    try:
        share = Fraction(Decimal(text.strip().removesuffix("%"))) / (100 if text.strip().endswith("%") else 1)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return share if 0 < share <= 1 else None


def _users(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() and len(text) < 16 else None


def _called_alike(rows: EventTable, wrong: frozenset[int]) -> Iterator[tuple[int, str]]:
    """Give the rows whose id an earlier one of the source has."""
    ids = rows.fields.get("id")
    if ids is None:
        return
    often = np.append(np.bincount(ids.codes[ids.codes >= 0], minlength=len(ids.values)) > 1, [False])
    first: dict[int, int] = {}
    those = (row for row in np.flatnonzero(often[ids.codes]).tolist() if row not in wrong)
    for row in sorted(those, key=lambda row: _line(rows, row)):
        code = int(ids.codes[row])
        if code in first:
            yield row, f"has the id {ids.values[code]} again: see line {_line(rows, first[code])}"
        first.setdefault(code, row)


def _line(rows: EventTable, row: int) -> int:
    return row + 1 if rows.lines is None else int(rows.lines[row])


def _shown(rows: EventTable, owner: Int64, row: int) -> dict[str, Any]:
    """Return what a row holds."""
    times = {"from": rows.at, **rows.times}
    cells = {name: instant_text(int(column[row])) for name, column in times.items()}
    fields = {name: column.take(np.array([row])).to_list()[0] for name, column in rows.fields.items() if name != EVENT}
    return {SERVICE: rows.items.tolist()[owner[row]], **cells, **fields}
