"""Intake: blocks of a log, read by the event map, become one `EventTable`; rows that cannot be used are set aside."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from slamodel.clock.events import Coded, Codes, EventTable, Reject, event_table, filled_from
from slamodel.errors import EventError
from slamodel.io.logs.absurd import beyond_rejects, far_beyond, too_early
from slamodel.io.logs.blocks import Block, Log, Raw
from slamodel.io.logs.columns import FieldColumn, Plan, check_columns, plan_of, with_names
from slamodel.io.logs.derived import with_priorities
from slamodel.io.logs.times import TimeColumn
from slamodel.model.event_map import EventMap
from slamodel.model.selector import EVENT
from slamodel.timeline.instants import NAT, Int64

UNUSABLE: Final = "E195"
_SHOWN: Final = 3
_PATIENCE_ROWS: Final = 100_000
_WHOLE: Final = re.compile(r"([+-]?[0-9]{1,18})(\.0)?", re.ASCII)


class Intake:
    """Reads the blocks of one log, one after the other, and puts them together at the end."""

    def __init__(
        self, log: Log, events: EventMap, needed: Collection[str] | None, wanted: Collection[str] = ()
    ) -> None:
        if events.matrix:
            wanted = {*wanted, events.priority, events.matrix.impact_field, events.matrix.urgency_field}
            needed = None if needed is None else {*needed} - {events.priority}
        self._log, self._events, self._needed, self._wanted = log, events, needed, wanted
        self._rows = 0
        self._rejects: list[Reject] = []
        self._lines: list[Int64] = [np.empty(0, np.int64)]
        self._sequence: list[Int64] = [np.empty(0, np.int64)]
        self._at = self._time_column(events.column_of(events.at))
        self._items, self._to = FieldColumn(events.missing), FieldColumn(events.missing)
        self._fields: dict[str, FieldColumn] = {}
        self._times: dict[str, TimeColumn] = {}
        self._first_fields: dict[str, FieldColumn] = {}
        self._first_times: dict[str, TimeColumn] = {}

    def read(self) -> EventTable:
        """Return the whole log. Raises EventError where a column is missing, or no row can be used."""
        told = self._log.header is not None
        plan = self._plan(self._log.header or ())
        if told:
            self._check(plan)
        columns = plan.columns | {self._events.column_of(name) for name in self._wanted if not told}
        for block in self._log.blocks(columns if told or self._needed is not None else None):
            self._rejects.extend(block.rejects)
            if told or len(block.lines):
                self._add(block, self._plan([*block.columns, *block.starting]))
        if not told and self._log.header:
            self._check(self._plan(self._log.header))
        if not self._rows and (self._rejects or self._log.is_file):
            raise self._none_usable(len(self._rejects), self._rejects)
        return self._table()

    def _plan(self, header: Collection[str]) -> Plan:
        return plan_of(header, self._events, self._needed, self._wanted)

    def _check(self, plan: Plan) -> None:
        check_columns(plan, self._log.header or (), self._log.name)

    def _time_column(self, column: str) -> TimeColumn:
        return TimeColumn(f"column {column!r} of {self._log.name}", self._events, self._rows)

    def _add(self, block: Block, plan: Plan) -> None:
        rows, given = len(block.lines), block.columns
        faults: dict[int, list[str]] = {}

        def note(column: str, found: Mapping[int, str]) -> None:
            for row, fault in found.items():
                faults.setdefault(row, []).append(f"{column} {fault}")

        items = self._items.codes(given.get(plan.item), rows)
        note(plan.item, dict.fromkeys(np.flatnonzero(items < 0).tolist(), "is missing"))
        at, found = self._at.read(given.get(plan.at), rows)
        note(plan.at, {**dict.fromkeys(np.flatnonzero(at == NAT).tolist(), "is missing"), **found, **too_early(at)})
        sequence, found = self._numbers(given.get(plan.sequence), rows) if plan.sequence else (np.zeros_like(at), {})
        note(plan.sequence, found)
        to = self._to.codes(given.get(plan.to), rows)
        self._open(block, plan)
        fields = {name: one.codes(given.get(plan.fields.get(name, "")), rows) for name, one in self._fields.items()}
        times: dict[str, Int64] = {}
        for name, time in self._times.items():
            column = plan.times.get(name, "")
            times[name], found = time.read(given.get(column), rows)
            note(column, {**found, **too_early(times[name])})
            set_here = self._rows_that_set(name, fields[EVENT], to) if plan.to else np.empty(0, np.int64)
            if set_here.size:
                values = [self._to.coder.values_seen[code] for code in to[set_here].tolist()]
                times[name][set_here], found = time.read(values, len(values))
                note(plan.to, {int(set_here[i]): fault for i, fault in found.items()})
        first_fields = {
            name: one.codes(block.starting.get(plan.fields.get(name, "")), rows)
            for name, one in self._first_fields.items()
        }
        first_times: dict[str, Int64] = {}
        for name, time in self._first_times.items():
            column = plan.times.get(name, "")
            first_times[name], found = time.read(block.starting.get(column), rows)
            note(column, found)

        for name, allowed in self._events.known:
            for columns, codes in ((self._fields, fields), (self._first_fields, first_fields)):
                if name in columns:
                    note(plan.fields.get(name, name), self._strangers(columns[name], name, allowed, codes[name]))
            if plan.to and EVENT in fields:
                set_here = self._rows_that_set(name, fields[EVENT], to)
                found = self._strangers(self._to, name, allowed, to[set_here])
                note(name, {int(set_here[i]): fault for i, fault in found.items()})

        keep = self._set_aside(block, faults)
        self._rows += int(keep.sum())
        self._lines.append(block.lines[keep])
        self._sequence.append(sequence[keep])
        self._items.add(items[keep])
        self._at.add(at[keep])
        self._to.add(to[keep])
        for growing, found_codes in ((self._fields, fields), (self._first_fields, first_fields)):
            for name, part in found_codes.items():
                growing[name].add(part[keep])
        for grown, instants in ((self._times, times), (self._first_times, first_times)):
            for name, moments in instants.items():
                grown[name].add(moments[keep])

    def _open(self, block: Block, plan: Plan) -> None:
        """Begin the columns that this block is the first to have."""
        missing = self._events.missing
        for name, column in plan.fields.items():
            if name not in self._fields and (column in block.columns or column in block.starting):
                self._fields[name] = FieldColumn(missing, self._rows)
            if name not in self._first_fields and column in block.starting and name != EVENT:
                self._first_fields[name] = FieldColumn(missing, self._rows, self._fields[name].coder)
        if plan.to and EVENT not in self._fields:
            self._fields[EVENT] = FieldColumn(missing, self._rows)
        for name, column in plan.times.items():
            if name not in self._times:
                self._times[name] = self._time_column(column)
            if name not in self._first_times and column in block.starting:
                self._first_times[name] = self._time_column(column)

    def _rows_that_set(self, name: str, doing: Codes, to: Codes) -> Int64:
        """Return the rows of a block whose change sets the field ``name``."""
        renamed = self._events.value_names(EVENT)
        codes = [
            k for k, value in enumerate(self._fields[EVENT].coder.values_seen) if renamed.get(value, value) == name
        ]
        return np.flatnonzero(np.isin(doing, codes) & (to >= 0))

    def _strangers(self, column: FieldColumn, name: str, known: Collection[str], codes: Codes) -> dict[int, str]:
        """Return the rows whose value of a field is none of those that it may have."""
        renamed = self._events.value_names(name)
        shown = [renamed.get(str(value), str(value)) for value in column.coder.values_seen]
        # Whether all values are whole numbers, so that 1.0 is 1, only the end of the log tells.
        strange = np.array([text not in known and text.removesuffix(".0") not in known for text in shown] + [False])
        rows = np.flatnonzero(strange[codes]).tolist()
        return {row: f"{shown[codes[row]]!r} is not known; known: {', '.join(known)}" for row in rows}

    def _numbers(self, raw: Raw | None, rows: int) -> tuple[Int64, dict[int, str]]:
        """Return whole numbers, and the rows that have none."""
        column = FieldColumn(self._events.missing)
        codes = column.codes(raw, rows)
        texts = [str(value).strip() for value in column.coder.values_seen]
        whole = [_WHOLE.fullmatch(text) is not None for text in texts]
        numbers = (int(text.removesuffix(".0")) if good else 0 for text, good in zip(texts, whole, strict=True))
        values = np.array([*numbers, 0], np.int64)
        bad = np.flatnonzero(~np.array([*whole, False])[codes]).tolist()
        wrong = {row: "is missing" if codes[row] < 0 else f"{texts[codes[row]]!r} is no whole number" for row in bad}
        return values[codes], wrong

    def _set_aside(self, block: Block, faults: Mapping[int, list[str]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Put the rows with a fault among the rejects, and return which are kept."""
        keep = np.ones(len(block.lines), bool)
        keep[list(faults)] = False
        if not self._rows and not keep.any() and len(self._rejects) + len(faults) >= _PATIENCE_ROWS:
            first = [Reject(int(block.lines[row]), "; ".join(faults[row])) for row in sorted(faults)[:_SHOWN]]
            raise self._none_usable(len(self._rejects) + len(faults), [*self._rejects[:_SHOWN], *first], "first ")
        for row in sorted(faults):
            self._rejects.append(Reject(int(block.lines[row]), "; ".join(faults[row]), block.row(row)))
        return keep

    def _none_usable(self, count: int, rejects: list[Reject], which: str = "") -> EventError:
        if not count:
            return EventError(f"{self._log.name} has no rows", UNUSABLE)
        shown = sorted(rejects, key=lambda reject: reject.line)[:_SHOWN]
        reasons = "".join(f"\n  line {reject.line}: {reject.reason}" for reject in shown)
        more = f"\n  and {count - len(shown)} more" if count > len(shown) else ""
        return EventError(f"none of the {which}{count} rows of {self._log.name} can be used{reasons}{more}", UNUSABLE)

    def _table(self) -> EventTable:
        names = self._events.value_names
        fields = {name: column.coded(names(name)) for name, column in self._fields.items()}
        if EVENT in fields and self._events.kind == "changes":
            fields = self._with_changes(fields)
        starting: dict[str, Coded | Int64] = {
            name: column.coded(names(name)) for name, column in self._first_fields.items()
        }
        starting.update((name, column.whole()) for name, column in self._first_times.items())
        items, at, lines = self._items.coded(), self._at.whole(), np.concatenate(self._lines)
        times = {name: column.whole() for name, column in self._times.items()}
        sequence = np.concatenate(self._sequence) if self._events.sequence else None
        astray = far_beyond(at)
        if astray is not None:
            called = self._events.column_of(self._events.item), self._events.column_of(self._events.at)
            self._rejects += beyond_rejects(np.flatnonzero(astray), items, at, lines, called)
            rows = np.flatnonzero(~astray)
            items, at, lines = items.take(rows), at[rows], lines[rows]
            fields = {name: column.take(rows) for name, column in fields.items()}
            times = {name: column[rows] for name, column in times.items()}
            starting = {name: c.take(rows) if isinstance(c, Coded) else c[rows] for name, c in starting.items()}
            sequence = None if sequence is None else sequence[rows]
        table = event_table(
            item=items,
            at=at,
            fields=fields,
            times=times,
            kind=self._events.kind,
            sequence=sequence,
            lines=lines,
            rejects=sorted(self._rejects, key=lambda reject: reject.line),
            starting=starting,
        )
        return with_priorities(table, self._events)

    def _with_changes(self, fields: dict[str, Coded]) -> dict[str, Coded]:
        """Return fields with what the changes set: a row ``do: status, to: closed`` sets the field ``status``."""
        doing, to = fields[EVENT], self._to.whole()
        both = (doing.codes >= 0) & (to.codes >= 0)
        for code in np.unique(doing.codes[both]).tolist():
            name = str(doing.values[code])
            read = self._needed is None or name in self._needed or name in self._wanted
            if name == EVENT or name in self._times or not read:
                continue
            rows = both & (doing.codes == code)
            used, codes = np.unique(to.codes[rows], return_inverse=True)
            change = np.full(len(rows), -1, np.int32)
            change[rows] = codes
            column = Coded(change, tuple(to.values[one] for one in used.tolist()))
            column = with_names(column, self._events.value_names(name))
            fields[name] = filled_from(column, fields[name]) if name in fields else column
        return fields
