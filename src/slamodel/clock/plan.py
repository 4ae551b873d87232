"""Plan: what a target says about the distinct values of a log, asked once and stored in lookup arrays.

The rule book is `slamodel.model`; nothing of it is written again here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.events import Coded, EventTable
from slamodel.errors import AgreementError, EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.calendar import Calendar
from slamodel.model.limit import Limit
from slamodel.model.selector import EVENT
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, Int64
from slamodel.timeline.relative import CLOSE
from slamodel.timeline.timetable import Timetable
from slamodel.timeline.workdays import Workdays
from slamodel.timeline.zones import zone

_DENSE: Final = 4096
_WIDE: Final = 1 << 30


@frozen(eq=False)
class Answers:
    """A question's answers by the distinct values of some columns: ``table[codes of a row, combined]``."""

    columns: tuple[Coded, ...]
    strides: tuple[int, ...]
    table: NDArray[Any]

    @property
    def constant(self) -> Any:
        """The one answer, if the columns cannot change it; else None."""
        return self.table[0] if (self.table == self.table[0]).all() else None

    def rows(self, rows: slice | Int64) -> NDArray[Any]:
        """Return the answer for each of these rows."""
        if not self.columns:
            return np.full(rows.stop - rows.start if isinstance(rows, slice) else len(rows), self.table[0])
        index: NDArray[Any] = self.columns[0].codes[rows]
        if len(self.columns) > 1:
            wide = np.int64 if len(self.table) > _WIDE else np.int32
            index = index * wide(self.strides[0])
            for column, stride in zip(self.columns[1:], self.strides[1:], strict=True):
                part = column.codes[rows]
                index += part if stride == 1 else part * wide(stride)
        # A missing value has code -1 and stands last on its axis: negative indices count from the end.
        found: NDArray[Any] = self.table[index]
        return found


def answers(events: EventTable, names: Iterable[str], ask: Callable[[Mapping[str, Any]], Any], kind: Any) -> Answers:
    """Ask once for each distinct combination of the named fields; a field that the log lacks has no value."""
    present = [(name, column) for name in sorted(names) if (column := events.field(name)) is not None]
    sizes = [len(column.values) + 1 for _, column in present]
    strides = tuple(int(np.prod(sizes[i + 1 :], dtype=np.int64)) for i in range(len(sizes)))
    columns = tuple(column for _, column in present)
    table = np.zeros(int(np.prod(sizes, dtype=np.int64)) if sizes else 1, kind)
    for combination in _combinations(columns, sizes):
        fields = {
            name: column.values[code] if code < len(column.values) else None
            for (name, column), code in zip(present, combination, strict=True)
        }
        table[sum(code * stride for code, stride in zip(combination, strides, strict=True))] = ask(fields)
    if len(columns) > 1:
        # With several columns the missing code cannot be left to wrap round: shift it to the end of its axis.
        columns = tuple(Coded(np.where(c.codes < 0, len(c.values), c.codes), c.values) for c in columns)
    return Answers(columns, strides, table)


def _combinations(columns: tuple[Coded, ...], sizes: list[int]) -> Iterable[tuple[int, ...]]:
    if int(np.prod(sizes, dtype=np.float64)) <= _DENSE:
        return product(*(range(size) for size in sizes))
    # Many fields: only the combinations that occur are worth asking for.
    seen = np.unique(np.stack([np.where(c.codes < 0, len(c.values), c.codes) for c in columns], axis=1), axis=0)
    return [tuple(row) for row in seen.tolist()]


@frozen(eq=False)
class Latch:
    """A pause between events: where it begins and where it ends."""

    name: str
    begins: Answers
    ends: Answers


@frozen(eq=False)
class Plan:
    """One target, compiled for one log.

    ``signals`` gives uint8 effects a row; ``limit_row`` the number of the limit that the row's priority has
    (-1: none), into ``limits`` and its columns ``amount`` (microseconds, 0 for business days), ``days``,
    ``end_of_day`` and ``line`` (the calendar in ``timetable``); ``allowed_more`` is the grace.

    ``by_events``: events, not states, stop the clock, and only then can one of them change nothing (C6);
    ``strict``: only more than the limit is late (C3's default); ``one_line``: all limits share one calendar;
    ``in_days``: some are dues that dates give.
    """

    target: Target
    signals: Answers
    applies: Answers
    latches: tuple[Latch, ...]
    limit_row: Answers
    limits: tuple[Limit, ...]
    amount: Int64
    days: Int64
    end_of_day: NDArray[np.bool_]
    line: Int64
    timetable: Timetable
    workdays: tuple[Workdays | None, ...]
    allowed_more: int
    by_events: bool
    strict: bool
    by_timestamp: bool
    one_line: bool
    in_days: bool

    def limits_of(self, rows: NDArray[Any], start: Int64, started: NDArray[np.bool_]) -> tuple[Int64, Int64]:
        """Return (limit, raw due) of clocks that started at ``start`` under these limit rows.

        The limit is covered time in microseconds. A limit in business days is a due that a calendar's dates
        give (raw due, ``NAT`` for others), and its covered time what lies between (C5).
        """
        limit = self.amount[rows]
        raw = np.full(len(rows), NAT, np.int64)
        for row in np.flatnonzero(self.days).tolist() if self.in_days else ():
            mine = np.flatnonzero((rows == row) & started)
            workdays = self.workdays[row]
            if not len(mine) or workdays is None:
                continue
            begun = start[mine]
            days = np.full(len(mine), self.days[row])
            due, opening = workdays.after(begun, days, CLOSE if self.end_of_day[row] else None)
            line = np.full(len(mine), self.line[row])
            # A wall time inside a break of the due day is used up where the break begins.
            due = np.maximum(opening, self.timetable.previous_close(due, line))
            limit[mine] = self.timetable.elapsed(begun, due, line)
            raw[mine] = due
        return limit, raw


def plan(target: Target, events: EventTable) -> Plan:
    """Compile a target for a log. Raises EventError where the log lacks what the target looks at."""
    _check_fields(target, events)
    limits = tuple(limit for _, limit in target.limits)

    def limit_row(fields: Mapping[str, Any]) -> int:
        number = target.limit_number(fields.get(target.priority_field))
        return -1 if number is None else number

    calendars: dict[Calendar, int] = {}
    for limit in limits:
        calendars.setdefault(limit.calendar, len(calendars))
    in_days = [bool(limit.amount.days) and limit.reading != "hours" for limit in limits]
    return Plan(
        target=target,
        signals=answers(events, target.effect_fields, target.effect, np.uint8),
        applies=answers(events, target.applies.fields(), target.applies.matches, bool),
        latches=tuple(
            Latch(
                rule.name,
                answers(events, rule.when.fields(), rule.when.matches, bool),
                answers(events, rule.until.fields(), rule.until.matches, bool),
            )
            for rule in target.latches
        ),
        limit_row=answers(events, {target.priority_field}, limit_row, np.int16),
        limits=limits,
        amount=np.array([_covered(limit) for limit in limits], np.int64),
        days=np.array([limit.amount.days * used for limit, used in zip(limits, in_days, strict=True)], np.int64),
        end_of_day=np.array([limit.reading == "end_of_day" for limit in limits]),
        line=np.array([calendars[limit.calendar] for limit in limits], np.int64),
        timetable=_timetable(tuple(calendars)),
        workdays=tuple(
            _workdays(_calendar(limit)) if used else None for limit, used in zip(limits, in_days, strict=True)
        ),
        allowed_more=target.grace.us,
        by_events=EVENT in target.stops.fields,
        strict=target.at_limit == "met" and target.judge == "elapsed",
        by_timestamp=target.judge == "timestamp",
        one_line=len(calendars) == 1,
        in_days=any(in_days),
    )


@lru_cache(maxsize=256)
def _timetable(calendars: tuple[Calendar, ...]) -> Timetable:
    """Return one timetable for these calendars, compiled once for all plans that use them."""
    return Timetable([calendar.line for calendar in calendars])


def _covered(limit: Limit) -> int:
    if not limit.amount.days:
        return limit.amount.us
    return limit.amount.days * _calendar(limit).nominal_day if limit.reading == "hours" else 0


@lru_cache(maxsize=256)
def _workdays(calendar: ServiceCalendar) -> Workdays:
    return Workdays(f"calendar {calendar}", zone(calendar.timezone), calendar.opening)


def _calendar(limit: Limit) -> ServiceCalendar:
    if not isinstance(limit.calendar, ServiceCalendar):
        msg = f"'{limit.amount}' needs a calendar with days of its own; a combination of calendars has none"
        raise AgreementError(msg, "E132")
    return limit.calendar


def _check_fields(target: Target, events: EventTable) -> None:
    where = f"target {target.id!r}"
    for name in sorted(target.effect_fields | target.applies.fields()):
        # In a log of changes a field exists once something sets it.
        if events.field(name) is None and events.kind == "snapshots":
            msg = f"{where} looks at field {name!r}, which the log does not have{did_you_mean(name, events.fields)}"
            raise EventError(msg, "E102")
    for moment in (target.starts, target.stops):
        if moment.field and moment.field not in events.times:
            msg = f"{where} needs the time in field {moment.field!r}, which the log does not have"
            msg += did_you_mean(moment.field, events.times)
            raise EventError(msg + "; list it under events: times", "E102")
    names = events.field(EVENT)
    stops = [moment.selector for moment in (target.stops,) if EVENT in moment.fields]
    if events.kind == "snapshots" and names is not None and stops:
        known = [{EVENT: value} for value in names.values]
        if not any(selector.matches(fields) for selector in stops for fields in known):
            msg = f"{where} stops at an event, but a log of snapshots has states, not events; "
            msg += "write stops as fields, such as {status: resolved}, or as {at: resolved_at}"
            raise EventError(msg, "E151")
