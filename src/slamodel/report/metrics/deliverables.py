"""Deliverables: reports, reviews and milestones that were due: on time or not, and how many business days late."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from slamodel.errors import AgreementError
from slamodel.model.calendar import Calendar
from slamodel.model.metric import STATISTICS
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.report.metrics.items import Items
from slamodel.report.metrics.measurement import Measurement, each_period, not_measured, share
from slamodel.report.periods import Periods, local_date
from slamodel.timeline.instants import NAT
from slamodel.timeline.zones import zone


def deliverables(
    items: Items, periods: Periods, *, statistic: str = "on_time", calendar: Calendar | None = None
) -> list[Measurement]:
    """Return the share of the deliverables of each period that were on time, or how many days late they were in all.

    ``items`` are those of clocks (`items_of_clocks`): on time is met. ``statistic`` "days_late" counts business days of
    ``calendar`` (None: every date, in the zone of the periods), added up over the period's deliverables; one that was
    not delivered is as late as it is at ``as_of``. The evidence are the late ones. Raises AgreementError (E107, and
    E132 for a calendar without dates of its own).
    """
    if statistic not in STATISTICS["deliverable"] or items.verdicts is None:
        msg = f"{statistic!r} of {'clocks' if items.verdicts else 'items without clocks'}"
        raise AgreementError(f"{msg}; deliverables are on_time or days_late by the clocks of a target", "E107")
    late = items.outcome == 0
    days = _days_late(items, calendar, periods.timezone) if statistic == "days_late" else np.zeros(len(items), np.int64)

    def make(rows: slice, period: str) -> Measurement:
        n, nothing = max(0, rows.stop - rows.start), f"no deliverable in {period}"
        behind = items.named(np.flatnonzero(late[rows]) + rows.start)
        if statistic == "on_time":
            return share(n - len(behind), n, behind, nothing)
        if not n:
            return not_measured(nothing)
        return Measurement(value=Fraction(int(days[rows].sum())), n=n, evidence=behind)

    return each_period(items.at, periods, make)


def days_late(due: date, done: date, calendar: ServiceCalendar | None = None) -> int:
    """Return the business days after the date of the due, up to and with that of the delivery (None: all dates).

    What was due at noon and came in the evening is late, by no day.
    """
    dates = (due + timedelta(days=n) for n in range(1, (done - due).days + 1))
    return sum(1 for day in dates if calendar is None or calendar.opening(day))


def _days_late(items: Items, calendar: Calendar | None, timezone: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if calendar is not None and not isinstance(calendar, ServiceCalendar):
        msg = "business days late need a calendar with dates of its own; a combination has none"
        raise AgreementError(msg, "E132")
    place = zone(calendar.timezone if calendar else timezone)
    values = items.verdicts.values if items.verdicts else {}
    found = np.zeros(len(items), np.int64)
    for row in np.flatnonzero(items.outcome == 0).tolist():
        verdict = items.verdict[row]
        due, stopped = int(values["due"][verdict]), int(values["stopped_at"][verdict])
        # A clock that stands still has no due (C9): it was due when it was breached.
        due = due if due != NAT else int(values["breached_at"][verdict])
        done = stopped if stopped != NAT else items.as_of
        found[row] = days_late(local_date(place, due), local_date(place, done), calendar)
    return found
