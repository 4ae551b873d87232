"""Terms: what the limits of a target come to, in columns, and the dues that dates give (C3, C5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock.answers import Answers, answers
from slamodel.clock.events import EventTable
from slamodel.errors import AgreementError, DurationError
from slamodel.model.calendar import Calendar
from slamodel.model.limit import Limit
from slamodel.model.selector import as_text
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import Target
from slamodel.timeline.durations import Amount, parse_amount
from slamodel.timeline.instants import DAY, NAT, Int64
from slamodel.timeline.relative import CLOSE
from slamodel.timeline.timetable import Timetable
from slamodel.timeline.workdays import Workdays
from slamodel.timeline.zones import zone

UNLIMITED: Final = np.int64(2**61)
"""The limit of a clock that has none."""


@frozen(eq=False)
class Terms:
    """The limits of one target on one log.

    ``limit_row`` gives the number of the limit that a row's priority has (-1: none), into ``limits`` and its columns
    ``amount`` (microseconds, 0 where dates give the due), ``in_days`` (dates give it), ``line`` (the calendar in
    ``timetable``) and ``rule`` (which of the target's limits it is); ``amended`` gives it anew since some instants.
    ``zones`` are the calendars' zones, ``one_line`` tells that there is one calendar; ``floor`` is the least that a
    change of limit leaves. ``near`` is for percentages that round to 100: the part of the limit, one over ``near``,
    that may be missing. ``boundary`` is the target's.
    """

    limit_row: Answers
    amended: tuple[tuple[int, Answers], ...]
    limits: tuple[Limit, ...]
    rule: Int64
    amount: Int64
    in_days: NDArray[np.bool_]
    line: Int64
    one_line: bool
    zones: tuple[str, ...]
    timetable: Timetable
    workdays: tuple[Workdays | None, ...]
    grace: int
    near: int
    floor: Int64 | None
    boundary: str

    def allowed(self, limit: Int64) -> Int64:
        """Return how much covered time is allowed: limit and grace, less what rounds to the whole of it (C3)."""
        allowed = limit + self.grace if self.grace else limit
        if not self.near:
            return allowed
        return np.where(limit < UNLIMITED, allowed - allowed // self.near, UNLIMITED)

    def published(self, due: Int64, row: NDArray[Any]) -> Int64:
        """Return the dues as they are told: one on a closing as the next opening, if the target has it so."""
        # Dates put a due where they say; only covered time runs out at a closing.
        there = np.flatnonzero((due != NAT) & ~self.in_days[row])
        if self.boundary == "close" or not len(there):
            return due
        line = None if self.one_line else self.line[row[there]]
        closing = self.timetable.elapsed(due[there] - 1, due[there], line) > 0
        if not closing.all():
            # Where a smaller limit came too late, the due is the change, which may lie in closed time.
            there = there[closing]
        line = self.line[row[there]]
        opens = self.timetable.next_open(due[there], None if self.one_line else line)
        if self.boundary == "day_end":
            for number in np.unique(line).tolist():
                mine = np.flatnonzero(line == number)
                place = zone(self.zones[number])
                # A day that closes at midnight ends on its own date.
                same = place.walls(due[there][mine] - 1) // DAY == place.walls(opens[mine]) // DAY
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
            due = self._dated(row, begun, given[name][mine] if name else begun)
            over = np.flatnonzero(due <= begun) if self.limits[row].due and not name else ()
            later = 0
            while len(over):
                later += 1
                due[over] = self._dated(row, begun[over], begun[over], later)
                over = over[due[over] <= begun[over]]
            limit[mine] = np.maximum(self.timetable.elapsed(begun, due, line), 0)
            raw[mine] = due
        return limit, raw

    def _dated(self, row: int, start: Int64, given: Int64, later: int = 0) -> Int64:
        """Return the due that dates give; one in words ``later`` business days later than it says."""
        limit, workdays = self.limits[row], self.workdays[row]
        due = limit.due
        if due and due.field and not due.days:
            return given
        assert workdays is not None  # noqa: S101  business days were given one
        if due and due.field:
            found, opening = workdays.before(given, due.days)
        else:
            days = np.full(len(start), due.days + later if due else limit.amount.days)
            at = due.at if due else CLOSE if limit.reading == "end_of_day" else None
            found, opening = workdays.after(start, days, at)
        # A wall time inside a break of the due day is used up where the break begins.
        line = np.full(len(found), self.line[row])
        closes: Int64 = np.maximum(opening, self.timetable.previous_close(found, line))
        return closes


def terms(target: Target, events: EventTable) -> dict[str, Any]:
    """Return the fields of the terms of a target on a log."""
    limits, rule, limit_row, amended = _limits(target, events)
    calendars: dict[Calendar, int] = {}
    for limit in limits:
        calendars.setdefault(limit.calendar, len(calendars))
    in_days = [bool(limit.due or (limit.amount.days and limit.reading != "hours")) for limit in limits]
    amount = [0 if used else _covered(limit) for limit, used in zip(limits, in_days, strict=True)]
    return {
        "limit_row": limit_row,
        "amended": amended,
        "limits": limits,
        "rule": rule,
        "amount": np.array(amount, np.int64),
        "in_days": np.array(in_days, bool),
        "line": np.array([calendars[limit.calendar] for limit in limits], np.int64),
        "one_line": len(calendars) == 1,
        "zones": tuple(getattr(calendar, "timezone", "UTC") for calendar in calendars),
        "timetable": _timetable(tuple(calendars)),
        "workdays": tuple(
            _workdays(_calendar(limit)) if used and not _needs_no_days(limit) else None
            for limit, used in zip(limits, in_days, strict=True)
        ),
        "grace": target.grace.us,
        "near": 2 * 10 ** (target.percent_decimals + 2) if target.judge == "percent" else 0,
        "floor": amounts(target.floor, limits) if target.priority_change == "retroactive_floor" else None,
        "boundary": target.boundary,
    }


def _limits(
    target: Target, events: EventTable
) -> tuple[tuple[Limit, ...], Int64, Answers, tuple[tuple[int, Answers], ...]]:
    """Return (limits, which of the target's limits each is, the limit of each row, and since each amendment).

    An amount in a field makes a limit for each value of the field.
    """
    limits = [limit for _, _, limit in target.every_limit]
    rule = list(range(len(limits)))
    known: dict[tuple[int, int, int], int] = {}

    def rows(asked: Callable[[Any], int | None], before: int) -> Answers:
        def number(fields: Mapping[str, Any]) -> int:
            place = asked(fields.get(target.priority_field))
            if place is None or not limits[place + before].field:
                return -1 if place is None else place + before
            found = place + before
            text = as_text(fields.get(limits[found].field))
            own = None if text is None else _limit(limits[found], text)
            if own is None:
                return -1
            # "2h" and "120m" are one limit, and no change of it.
            key = (found, own.amount.us, own.amount.days)
            if key not in known:
                known[key] = len(limits)
                rule.append(found)
                limits.append(own)
            return known[key]

        names = {target.priority_field} | {limit.field for limit in limits if limit.field}
        return answers(events, names, number, np.int16)

    changes, before = [], 0
    for one in target.in_force.amended:
        changes.append((one.since, rows(one.limit_number, before)))
        before += len(one.limits)
    first = answers(events, (), lambda _: -1, np.int16) if changes else rows(target.limit_number, 0)
    return tuple(limits), np.array(rule, np.int64), first, tuple(changes)


def _limit(limit: Limit, text: str) -> Limit | None:
    """Return a limit with the amount that a field holds, or None where that is no length its calendar can count."""
    try:
        return evolve(limit, amount=parse_amount(text), field="")
    except (DurationError, AgreementError):
        return None


def amounts(amount: Amount, limits: tuple[Limit, ...]) -> Int64 | None:
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
