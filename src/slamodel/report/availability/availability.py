"""Availability: agreed service time without downtime, by service and period, exact (M4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing, taken
from slamodel.model.calendar import Calendar
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import Goal, judge
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.gathered import Planned
from slamodel.report.availability.laid import Laid, laid
from slamodel.report.availability.outages import Outages, Stretches
from slamodel.report.periods import Periods
from slamodel.timeline.instants import Int64, from_datetime


@frozen(eq=False, repr=False)
class Availability(Listing):
    """The availability of services in periods: columns of shape (services, periods), int64 microseconds.

    ``agreed`` is the agreed service time that is measured (without what was removed), ``down`` its covered downtime,
    ``weighted`` / ``scale`` what of it counts, ``excluded`` planned time and ``unknown`` time without data, both in
    agreed service time. ``outages`` is how many outages count in a period; one in two periods counts in both.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("service", "period", "partial", "agreed", "down", "excluded", "unknown", "outages", "availability"),
    )

    services: tuple[Any, ...]
    periods: Periods
    agreed: Int64
    down: Int64
    weighted: NDArray[Any]
    scale: Int64
    excluded: Int64
    unknown: Int64
    outages: Int64
    rules: DowntimeRules
    laid: Laid

    def __repr__(self) -> str:
        return f"Availability({len(self.services)} services in {len(self.periods)} periods)"

    def column(self, name: str) -> NDArray[Any]:
        """Return one column, a row a service and period; ``availability`` is in per cent, for show."""
        many, count = self.agreed.shape
        if name == "service":
            return taken(self.services, np.repeat(np.arange(many), count))
        if name == "period":
            return taken(self.periods.names, np.tile(np.arange(count), many))
        if name == "partial":
            return np.tile(self.periods.partial, many)
        if name == "availability":
            whole = self.agreed.astype(np.float64) * self.scale[:, None]
            part = np.where(whole > 0, self.weighted.astype(np.float64) / np.where(whole > 0, whole, 1), np.nan)
            return 100 * (1 - part).ravel()
        found: NDArray[Any] = {
            "agreed": self.agreed,
            "down": self.down,
            "excluded": self.excluded,
            "unknown": self.unknown,
            "outages": self.outages,
        }[name].ravel()
        return found if name == "outages" else found.view("m8[us]")

    def downtime(self, service: int, period: int) -> Fraction:
        """Return the downtime that counts, weighted and rounded, in microseconds: exact."""
        return Fraction(int(self.weighted[service, period]), int(self.scale[service]))

    def share(self, service: int = 0, period: int = 0) -> Fraction | None:
        """Return the availability of one service in one period, exact; None without agreed service time (M2)."""
        agreed = int(self.agreed[service, period])
        return 1 - self.downtime(service, period) / agreed if agreed else None

    def measured_share(self, service: int = 0, period: int = 0) -> Fraction | None:
        """Return the share of the agreed service time for which there are data; None without any."""
        unknown = int(self.unknown[service, period])
        whole = int(self.agreed[service, period]) + (unknown if self.rules.unknown == "remove" else 0)
        return Fraction(whole - unknown, whole) if whole else None

    def figures(self, goal: Goal, service: int = 0) -> list[Figure]:
        """Return the availability of one service in each period, held to a goal."""
        shares = [self.share(service, i) for i in range(len(self.periods))]
        partial = self.periods.partial.tolist()
        return [
            Figure(period=name, judgement=judge(share, 1, goal), partial=cut, rules=str(self.rules))
            for name, share, cut in zip(self.periods.names, shares, partial, strict=True)
        ]


def availability(
    outages: Outages,
    periods: Periods,
    *,
    calendar: Calendar | Mapping[Any, Calendar],
    rules: DowntimeRules | None = None,
    planned: Planned = None,
    unknown: Stretches | None = None,
    users: Mapping[Any, int] | None = None,
    begins: Mapping[Any, datetime] | None = None,
    as_of: datetime | None = None,
) -> Availability:
    """Measure the availability of every service in every period.

    ``calendar`` gives the agreed service time, one for all or one a service. ``planned`` is the planned time that was
    granted (see `planned.granted`), with the effect that the rules say, or by effect: {"remove": ..., "count_as_up":
    ...}. ``unknown`` is time without data, ``users`` how many each service has (for user minutes), ``begins`` when
    services began. Periods end at ``as_of``, and outages without an end last until then.

    In this order: outages that flap are put together, those below the minimum dropped, the rest cut to agreed service
    time without planned time, and rounded. Raises EventError for outages without an end where there is no ``as_of``,
    and for more affected users than a service has.
    """
    how = rules or DowntimeRules()
    now = None if as_of is None else from_datetime(as_of)
    cut = periods if now is None else periods.until(now)
    found = laid(outages, cut, calendar, how, planned, unknown, users, begins, now)
    start, end = found.windows(cut.starts, cut.ends)
    whole = found.agreed(start, end)
    removed, excluded, without = (one.between(start, end)[0] for one in (found.removed, found.excluded, found.unknown))
    down, weighted = found.down.between(start, end)
    counted, number = found.episodes.between(start, end)
    return Availability(
        services=outages.services,
        periods=cut,
        agreed=whole - removed,
        down=down,
        weighted=weighted if how.plain else counted,
        scale=found.scale,
        excluded=excluded,
        unknown=without,
        outages=number,
        rules=how,
        laid=found,
    )
