"""Plan: what a target says about the distinct values of a log, asked once and stored in lookup arrays.

The rule book is `slamodel.model`; nothing of it is written again here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.events import Coded, EventTable
from slamodel.errors import AgreementError, DurationError, EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.calendar import Calendar
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.selector import EVENT, In, as_text
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import Target
from slamodel.timeline.durations import Amount, parse_amount
from slamodel.timeline.instants import DAY, MINUTE, NAT, SECOND, Int64
from slamodel.timeline.relative import CLOSE
from slamodel.timeline.timetable import Timetable
from slamodel.timeline.workdays import Workdays
from slamodel.timeline.zones import zone

_DENSE: Final = 4096
_WIDE: Final = 1 << 30
_UNITS: Final = {"us": 1, "ms": 1000, "s": SECOND, "min": MINUTE}


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
class Hold:
    """A pause rule whose pauses events end, or that can end by themselves: where they begin and where they end.

    ``ends`` is None where the condition itself lasts as long as the pause. The amounts (None: no such limit) are
    covered microseconds, one for each limit of the target.
    """

    rule: PauseRule
    begins: Answers
    ends: Answers | None
    at_most: Int64 | None
    at_most_in_total: Int64 | None
    at_least: Int64 | None
    pause_wins: bool


@frozen(eq=False)
class Plan:
    """One target, compiled for one log.

    ``signals`` gives uint8 effects a row, ``transitions`` what they do to a clock; ``limit_row`` the number of the
    limit that the row's priority has (-1: none), into ``limits`` and its columns ``amount`` (microseconds, 0 where
    dates give the due), ``in_days`` (dates give it), ``line`` (the calendar in ``timetable``) and ``rule`` (which of
    the target's limits it is). ``zones`` are the calendars' zones, ``floor`` the least that a change of limit leaves.
    ``near`` is for percentages that round to 100: the part of the limit, one over ``near``, that may be missing.

    ``upstream`` are the clocks that this one's moments hang on, ``part`` the rows on which an item is in the part
    of the target that this is; ``latches`` and ``limited`` are the pauses that are not a mere condition.

    ``by_events``: events, not states, stop the clock, and only then can one of them change nothing (C6);
    ``strict``: only more than the limit is late (C3's default), ``at_is_late``: the limit itself is; ``by_wall``:
    pauses count in wall time; ``one_line``: all limits share one calendar; ``one_limit``: the last limit holds from
    the start; ``looks_back``: when it last changed matters; ``by_time``: what has happened depends on ``as_of`` too.
    """

    target: Target
    signals: Answers
    transitions: NDArray[np.uint8]
    applies: Answers
    part: Answers | None
    upstream: Mapping[str, Plan]
    latches: tuple[Hold, ...]
    limited: tuple[Hold, ...]
    limit_row: Answers
    limits: tuple[Limit, ...]
    rule: Int64
    amount: Int64
    in_days: NDArray[np.bool_]
    line: Int64
    zones: tuple[str, ...]
    timetable: Timetable
    workdays: tuple[Workdays | None, ...]
    grace: int
    near: int
    floor: Int64 | None
    unit: int
    by_events: bool
    strict: bool
    at_is_late: bool
    by_timestamp: bool
    by_wall: bool
    one_line: bool
    one_limit: bool
    looks_back: bool
    by_time: bool

    def cut(self, at: Int64) -> Int64:
        """Return instants as this target sees them: cut down to its resolution (C13)."""
        if self.unit == 1:
            return at
        whole = at // self.unit * self.unit
        return np.where(at == NAT, NAT, whole)

    def allowed(self, limit: Int64) -> Int64:
        """Return how much covered time is allowed: limit and grace, less what rounds to the whole of it (C3)."""
        allowed = limit + self.grace if self.grace else limit
        return allowed - allowed // self.near if self.near else allowed

    def published(self, due: Int64, row: NDArray[Any]) -> Int64:
        """Return the dues as they are told: one on a closing as the next opening, if the target has it so."""
        boundary = self.target.boundary
        there = np.flatnonzero(due != NAT)
        if boundary == "close" or not len(there):
            return due
        line = self.line[row[there]]
        opens = self.timetable.next_open(due[there], None if self.one_line else line)
        if boundary == "day_end":
            for number in np.unique(line).tolist():
                mine = np.flatnonzero(line == number)
                place = zone(self.zones[number])
                same = place.walls(due[there][mine]) // DAY == place.walls(opens[mine]) // DAY
                opens[mine[same]] = due[there][mine[same]]
        found = due.copy()
        found[there] = opens
        return found

    def limits_of(
        self, rows: NDArray[Any], start: Int64, started: NDArray[np.bool_], given: Mapping[str, Int64]
    ) -> tuple[Int64, Int64]:
        """Return (limit, raw due) of clocks that started at ``start`` under these limit rows.

        The limit is covered time in microseconds. A limit in business days, or a relative due, is a due that dates
        give (raw due, ``NAT`` for others), and its covered time what lies between (C5). ``given`` are the times
        that fields hold, an entry a clock.
        """
        limit = self.amount[rows]
        raw = np.full(len(rows), NAT, np.int64)
        for row in np.flatnonzero(self.in_days).tolist():
            mine = np.flatnonzero((rows == row) & started)
            relative = self.limits[row].due
            name = relative.field if relative else ""
            if name:
                mine = mine[given[name][mine] != NAT]
            if not len(mine):
                continue
            begun = start[mine]
            line = np.full(len(mine), self.line[row])
            due, opening = self._dated(row, begun, given[name][mine] if name else begun)
            if opening is not None:
                # A wall time inside a break of the due day is used up where the break begins.
                due = np.maximum(opening, self.timetable.previous_close(due, line))
            limit[mine] = np.maximum(self.timetable.elapsed(begun, due, line), 0)
            raw[mine] = due
        return limit, raw

    def _dated(self, row: int, start: Int64, given: Int64) -> tuple[Int64, Int64 | None]:
        """Return (the due that dates give, the opening of its day where that bounds it)."""
        limit, workdays = self.limits[row], self.workdays[row]
        due = limit.due
        if due and due.field and not due.days:
            return given, None
        assert workdays is not None  # noqa: S101  business days were given one
        if due and due.field:
            return workdays.before(given, due.days)
        days = np.full(len(start), due.days if due else limit.amount.days)
        if due:
            return workdays.after(start, days, due.at)
        return workdays.after(start, days, CLOSE if limit.reading == "end_of_day" else None)


def plan(target: Target, events: EventTable) -> Plan:
    """Compile a target for a log. Raises EventError where the log lacks what the target looks at."""
    _check_fields(target, events)
    limits, rule, limit_row = _limits(target, events)
    calendars: dict[Calendar, int] = {}
    for limit in limits:
        calendars.setdefault(limit.calendar, len(calendars))
    in_days = [bool(limit.due or (limit.amount.days and limit.reading != "hours")) for limit in limits]
    holds = [_hold(rule, limits, events, target) for rule in target.pauses if rule not in target.holds]
    retroactive = target.priority_change.startswith("retroactive")
    moments = {"starts": target.starts, "stops": target.stops, "ends": target.ends}
    return Plan(
        target=target,
        signals=answers(events, target.effect_fields, target.effect, np.uint8),
        transitions=kernel.transitions(_reopens(target), "once", target.start_with_stop),
        applies=answers(events, target.applies.fields(), target.applies.matches, bool),
        part=answers(events, {target.per}, In(target.per, (target.part,)).matches, bool) if target.part else None,
        upstream={name: plan(moment.after, events) for name, moment in moments.items() if moment.after},
        latches=tuple(hold for hold in holds if not hold.rule.is_limited),
        limited=tuple(hold for hold in holds if hold.rule.is_limited),
        limit_row=limit_row,
        limits=limits,
        rule=rule,
        amount=np.array(
            [0 if used else _covered(limit) for limit, used in zip(limits, in_days, strict=True)], np.int64
        ),
        in_days=np.array(in_days, bool),
        line=np.array([calendars[limit.calendar] for limit in limits], np.int64),
        zones=tuple(getattr(calendar, "timezone", "UTC") for calendar in calendars),
        timetable=_timetable(tuple(calendars)),
        workdays=tuple(
            _workdays(_calendar(limit)) if used and not _needs_no_days(limit) else None
            for limit, used in zip(limits, in_days, strict=True)
        ),
        grace=target.grace.us,
        near=2 * 10 ** (target.percent_decimals + 2) if target.judge == "percent" else 0,
        floor=_amounts(target.floor, limits) if target.priority_change == "retroactive_floor" else None,
        unit=_UNITS[target.resolution],
        by_events=EVENT in target.stops.fields and target.cycles == "once" and target.reopen != "new_cycle",
        strict=target.at_limit == "met" and target.judge == "elapsed",
        at_is_late=target.at_limit == "missed" or target.judge == "percent",
        by_timestamp=target.judge == "timestamp" or target.pause_measure != "covered",
        by_wall=target.pause_measure != "covered",
        one_line=len(calendars) == 1,
        one_limit=retroactive,
        looks_back=retroactive and (target.priority_change == "retroactive_floor" or not target.retroactive_pause),
        by_time=bool(target.time_fields)
        or any(moment.after for moment in moments.values())
        or any(hold.rule.is_limited for hold in holds),
    )


def _reopens(target: Target) -> str:
    """Return what a reopening does to one clock: where it begins a cycle, that is another clock's."""
    return "ignore" if target.reopen == "new_cycle" or target.cycles != "once" else target.reopen


def _limits(target: Target, events: EventTable) -> tuple[tuple[Limit, ...], Int64, Answers]:
    """Return (limits, which of the target's limits each is, the limit of each row), one an amount in a field."""
    limits = [limit for _, limit in target.limits]
    rule = list(range(len(limits)))
    known: dict[tuple[int, str], int] = {}

    def number(fields: Mapping[str, Any]) -> int:
        found = target.limit_number(fields.get(target.priority_field))
        if found is None or not limits[found].field:
            return -1 if found is None else found
        text = as_text(fields.get(limits[found].field))
        amount = None if text is None else _amount(text)
        if amount is None:
            return -1
        if (found, str(text)) not in known:
            known[found, str(text)] = len(limits)
            rule.append(found)
            limits.append(evolve(limits[found], amount=amount, field=""))
        return known[found, str(text)]

    names = {target.priority_field} | {limit.field for limit in limits if limit.field}
    rows = answers(events, names, number, np.int16)
    return tuple(limits), np.array(rule, np.int64), rows


def _amount(text: str) -> Amount | None:
    """Return the amount that a field holds, or None where it is no positive length of time."""
    try:
        found = parse_amount(text)
    except DurationError:
        return None
    return found if found.us or found.days else None


def _hold(rule: PauseRule, limits: tuple[Limit, ...], events: EventTable, target: Target) -> Hold:
    return Hold(
        rule=rule,
        begins=answers(events, rule.condition.fields(), rule.condition.matches, bool),
        ends=answers(events, rule.until.fields(), rule.until.matches, bool) if rule.is_latch else None,
        at_most=_amounts(rule.at_most, limits),
        at_most_in_total=_amounts(rule.at_most_in_total, limits),
        at_least=_amounts(rule.at_least, limits),
        pause_wins=target.pause_with_resume == "pause",
    )


def _amounts(amount: Amount, limits: tuple[Limit, ...]) -> Int64 | None:
    """Return covered microseconds for each limit, a business day as long as its calendar's nominal one."""
    if not (amount.us or amount.days):
        return None
    return np.array([amount.us or amount.days * _calendar(limit).nominal_day for limit in limits], np.int64)


def _needs_no_days(limit: Limit) -> bool:
    return limit.due is not None and bool(limit.due.field) and not limit.due.days


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
    for name in sorted(target.time_fields):
        if name not in events.times:
            msg = f"{where} needs the time in field {name!r}, which the log does not have"
            msg += did_you_mean(name, events.times)
            raise EventError(msg + "; list it under events: times", "E102")
    names = events.field(EVENT)
    stops = [moment.selector for moment in (target.stops,) if EVENT in moment.fields]
    if events.kind == "snapshots" and names is not None and stops:
        known = [{EVENT: value} for value in names.values]
        if not any(selector.matches(fields) for selector in stops for fields in known):
            msg = f"{where} stops at an event, but a log of snapshots has states, not events; "
            msg += "write stops as fields, such as {status: resolved}, or as {at: resolved_at}"
            raise EventError(msg, "E151")
