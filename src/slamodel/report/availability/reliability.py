"""Reliability: how often and for how long services were down; every mean has its own name and its own instants."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from attrs import frozen

from slamodel.errors import EventError
from slamodel.model.calendar import Calendar
from slamodel.report.attainment.ranks import mean
from slamodel.report.availability.outages import Outages
from slamodel.timeline.instants import NAT, Bool, Int64
from slamodel.timeline.timetable import Timetable


@frozen
class Reliability:
    """Agreed service time, downtime and the number of outages, and the means that follow; microseconds, exact.

    A mean is None where there was no outage, availability where there was no agreed service time (M2).
    """

    agreed: Fraction
    down: Fraction
    outages: int

    @property
    def mtrs(self) -> Fraction | None:
        """Mean time to restore service: downtime an outage."""
        return self.down / self.outages if self.outages else None

    @property
    def mtbf(self) -> Fraction | None:
        """Mean time between failures: uptime an outage."""
        return (self.agreed - self.down) / self.outages if self.outages else None

    @property
    def mtbsi(self) -> Fraction | None:
        """Mean time between service incidents: agreed service time an outage; MTBF + MTRS."""
        return self.agreed / self.outages if self.outages else None

    @property
    def availability(self) -> Fraction | None:
        """What they say together: MTBF / MTBSI."""
        return 1 - self.down / self.agreed if self.agreed else None


@frozen
class MeanTime:
    """A mean of ``count`` outages in microseconds; None where no outage has both instants."""

    name: str
    begins: str
    ends: str
    count: int
    value: Fraction | None


_MEANS = (
    ("MTTD", "start", "detected"),
    ("MTTA", "detected", "acknowledged"),
    ("MTTRepair", "start", "repaired"),
    ("MTRS", "start", "restored"),
    ("MTTResolve", "start", "resolved"),
)


def mean_times(outages: Outages, calendar: Calendar | None = None, rows: Bool | None = None) -> dict[str, MeanTime]:
    """Return the mean times from the instants of outages, each by its name: MTTD, MTTA, MTTRepair, MTRS, MTTResolve.

    Time is covered time of ``calendar`` (none: on the wall). An outage without one of the two instants is in no mean
    of them; without a column ``restored`` the end of an outage is its restoration. ``rows`` says which outages count.
    Raises EventError where an instant lies before the one that it is counted from.
    """
    columns = {"start": outages.start, "restored": outages.end, **outages.stamps}
    missing = np.full(len(outages), NAT, np.int64)
    found = {}
    for name, begins, ends in _MEANS:
        a, b = columns.get(begins, missing), columns.get(ends, missing)
        known = (a != NAT) & (b != NAT) & (True if rows is None else rows)
        lengths = _lengths(a[known], b[known], calendar)
        if (b[known] < a[known]).any():
            row = int(np.flatnonzero(known & (b < a))[0])
            msg = f"row {row} has {ends} before {begins}; correct it, or leave the instant out"
            raise EventError(msg)
        found[name] = MeanTime(name, begins, ends, len(lengths), mean(lengths))
    return found


def _lengths(start: Int64, end: Int64, calendar: Calendar | None) -> Int64:
    if calendar is None or not len(start):
        return end - start
    return Timetable([calendar.line]).elapsed(start, end)
