"""Planned: which planned time is taken out of the figures: announced in time, and within what a period allows."""

from __future__ import annotations

import numpy as np

from slamodel.errors import AgreementError
from slamodel.model.calendar import Calendar
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.report.availability.outages import EVERY_SERVICE, Outages, Stretches
from slamodel.report.periods import Periods
from slamodel.timeline.instants import NAT, Int64
from slamodel.timeline.spans import spans_of
from slamodel.timeline.timetable import Timetable
from slamodel.timeline.workdays import Workdays
from slamodel.timeline.zones import zone


def granted(
    asked: Stretches,
    calendar: Calendar,
    *,
    notice: int = 0,
    notice_days: int = 0,
    notice_on: Calendar | None = None,
    at_most: int = 0,
    per: Periods | None = None,
) -> Stretches:
    """Return the parts of planned stretches that are excluded.

    ``notice``: so much time, in microseconds of the calendar ``notice_on`` (none: on the wall), lies between the
    announcement and the start; one that was never announced has none. ``notice_days``: or so many business days of
    ``notice_on``, to the same wall time (C5 same_time). ``at_most``: so much agreed service time (of
    ``calendar``) in each of the periods ``per`` is excluded, the earliest first (0: without limit); what lies outside
    these periods is not. Each service has an allowance of its own, and so
    have the stretches that are about every one; time that two of them share is spent once. Raises AgreementError
    (E132) for business days without a calendar that has some.
    """
    kept = _announced(asked, notice, notice_days, notice_on)
    service, start, end = asked.service[kept], asked.start[kept], asked.end[kept]
    if at_most and per is not None:
        service, start, end = _allowed(service, start, end, Timetable([calendar.line]), at_most, per)
    return Stretches(asked.services, service, start, end, np.full(len(start), NAT, np.int64))


def planned_outages(outages: Outages) -> Stretches:
    """Return the outages that were planned, as stretches to be granted; what is not granted of them stays an outage."""
    mine = outages.planned & (outages.end != NAT)
    return Stretches(
        outages.services, outages.service[mine], outages.start[mine], outages.end[mine], outages.announced[mine]
    )


def together(*parts: Stretches) -> Stretches:
    """Return the stretches of several grants as one; they name their services alike."""
    services = tuple(dict.fromkeys(name for part in parts for name in part.services))
    number = {name: i for i, name in enumerate(services)}
    codes = [
        np.array([*(number[name] for name in part.services), EVERY_SERVICE], np.int64)[part.service] for part in parts
    ]
    columns = zip(*((part.start, part.end, part.announced) for part in parts), strict=True)
    start, end, announced = (np.concatenate(column) for column in columns)
    return Stretches(services, np.concatenate(codes), start, end, announced)


def _announced(asked: Stretches, notice: int, days: int, calendar: Calendar | None) -> Int64:
    if not notice and not days:
        return np.arange(len(asked))
    known = np.flatnonzero((asked.announced != NAT) & (asked.announced <= asked.start))
    told, start = asked.announced[known], asked.start[known]
    if days:
        if not isinstance(calendar, ServiceCalendar) or calendar.never_closes:
            msg = f"a notice of {days}bd needs a calendar with closed days; say which the agreed service time is"
            raise AgreementError(msg, "E132")
        if not len(known):
            return known
        workdays = Workdays(f"calendar {calendar}", zone(calendar.timezone), calendar.opening)
        due, _ = workdays.after(told, np.full(len(told), days))
        kept: Int64 = known[due <= start]
        return kept
    ahead = start - told if calendar is None else Timetable([calendar.line]).elapsed(told, start)
    found: Int64 = known[ahead >= notice]
    return found


def _allowed(
    service: Int64, start: Int64, end: Int64, table: Timetable, at_most: int, per: Periods
) -> tuple[Int64, Int64, Int64]:
    """Cut the union of the stretches of each service to what each period allows."""
    parts: list[tuple[int, int, int]] = []
    for one in np.unique(service).tolist():
        mine = service == one
        union = spans_of(start[mine], end[mine])
        for begin, stop in zip(per.starts.tolist(), per.ends.tolist(), strict=True):
            left = at_most
            for low, high in union.clip(begin, stop):
                used = table.elapsed_one(low, high)
                last = high if used <= left else table.due_one(low, left)
                if last > low:
                    parts.append((one, low, last))
                left -= min(used, left)
                if not left:
                    break
    columns = np.array(parts, np.int64).reshape(-1, 3).T
    return columns[0], columns[1], columns[2]
