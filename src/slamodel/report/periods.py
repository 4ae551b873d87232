"""Periods: the months, weeks, contract years or rolling days that figures are told over, as half-open instants."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen

from slamodel.errors import InstantError
from slamodel.model.period import Period
from slamodel.model.period_dates import begins_of, name_of, shifted
from slamodel.timeline.instants import DAY, Bool, Int64, from_datetime, to_datetime
from slamodel.timeline.zones import Zone, zone

_EPOCH: Final = date(1970, 1, 1)


def _ints(values: Any) -> Int64:
    array = np.array(values, np.int64)
    array.flags.writeable = False
    return array


@frozen(eq=False)
class Periods:
    """Stretches [start, end) with a name each, in order, in the zone in which their dates were read.

    ``starts`` and ``ends`` are int64 microseconds, cut to what is measured; ``whole_starts`` and ``whole_ends`` are
    not cut. Those of a rolling period overlap, others never do.
    """

    names: tuple[str, ...]
    starts: Int64 = field(converter=_ints)
    ends: Int64 = field(converter=_ints)
    whole_starts: Int64 = field(converter=_ints)
    whole_ends: Int64 = field(converter=_ints)
    timezone: str = "UTC"

    def __len__(self) -> int:
        return len(self.names)

    @property
    def partial(self) -> Bool:
        """Which of them are cut: a first or last one of which only a part is measured."""
        cut: Bool = (self.starts != self.whole_starts) | (self.ends != self.whole_ends)
        return cut

    def whole(self) -> Periods:
        """Return those that are not cut."""
        return self.taken(np.flatnonzero(~self.partial))

    def until(self, as_of: int) -> Periods:
        """Return those that have begun at an instant (microseconds), the last cut there: later has not happened."""
        begun = self.taken(np.flatnonzero(self.starts < as_of))
        return evolve(begun, ends=np.minimum(begun.ends, as_of))

    def taken(self, kept: Int64) -> Periods:
        """Return those with the given numbers."""
        return Periods(
            tuple(self.names[i] for i in kept.tolist()),
            self.starts[kept],
            self.ends[kept],
            self.whole_starts[kept],
            self.whole_ends[kept],
            self.timezone,
        )

    def spans(self) -> list[tuple[datetime, datetime]]:
        """Return start and end of each, aware datetimes in the zone."""
        place = zone(self.timezone).info
        pairs = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [(to_datetime(start, place), to_datetime(end, place)) for start, end in pairs]


def periods(
    period: Period | str,
    since: datetime,
    until: datetime,
    *,
    timezone: str = "UTC",
    begins: date | None = None,
) -> Periods:
    """Return the periods of a kind inside [since, until), the first and the last cut where those lie inside them.

    Days, weeks, months, quarters and years are those of the wall calendar of ``timezone``. A period begins at the
    first instant of its first date. Contract months and years count from ``begins`` (none: the date of ``since``),
    from its day of the month or the last that there is. A rolling one ends at each midnight. Names are as in
    "2026-06", "2026-Q2" and "2026-W24", a rolling one is named by its last date. Raises InstantError for naive
    datetimes or an end that is not after the start, AgreementError (E107) for a period that is none.
    """
    kind = Period.parse(period) if isinstance(period, str) else period
    low, high = from_datetime(since), from_datetime(until)
    if low >= high:
        msg = f"until ({until.isoformat()}) is not after since ({since.isoformat()}); nothing lies between them"
        raise InstantError(msg)
    place = zone(timezone)
    first, last = local_date(place, low), local_date(place, high - 1)
    if kind.unit == "term":
        return Periods(("term",), [low], [high], [low], [high], timezone)
    if kind.rolling is not None:
        ends = [first + timedelta(days=n) for n in range(1, (last - first).days + 2)]
        length = kind.rolling
        pairs = [(shifted(end, length.unit, -length.count), end) for end in ends]
        names = [str(end - timedelta(days=1)) for end in ends]
    else:
        cuts = begins_of(kind, first, last, begins or first)
        pairs = list(pairwise(cuts))
        names = [name_of(kind, start) for start, _ in pairs]
    starts, ends_at = midnights(place, [a for a, _ in pairs]), midnights(place, [b for _, b in pairs])
    cut_starts, cut_ends = np.maximum(starts, low), np.minimum(ends_at, high)
    kept = cut_starts < cut_ends
    if kind.rolling is not None:
        kept &= ends_at <= high
    return Periods(tuple(names), cut_starts, cut_ends, starts, ends_at, timezone).taken(np.flatnonzero(kept))


def local_date(place: Zone, at: int) -> date:
    """Return the date that the wall clock of a place shows at an instant."""
    wall = int(place.walls(np.array([at], np.int64))[0])
    return _EPOCH + timedelta(days=wall // DAY)


def midnights(place: Zone, days: list[date]) -> Int64:
    """Return the first instant of each date: midnight, its first of two, or the clock change that skips it."""
    walls = np.array([(day - _EPOCH).days * DAY for day in days], np.int64)
    if not len(walls):
        return walls
    at, times = place.to_instants_array(walls)
    changes, _ = place.steps(int(at.max()))
    # What a clock change skips counts from before it, so it lies after the change: the date begins with the change.
    change = changes[np.maximum(np.searchsorted(changes, at, side="right") - 1, 0)]
    return np.where(times == 0, change, at)
