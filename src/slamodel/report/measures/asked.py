"""Asked: the stretch that a report is about, by its name or its ends, and the periods of a target that it tells."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from attrs import evolve

from slamodel.errors import InstantError
from slamodel.model.period import Period
from slamodel.model.period_dates import named, shifted
from slamodel.report.periods import Periods, local_date, midnights, periods
from slamodel.timeline.instants import DAY, FIRST, LAST, Bool, from_datetime, to_datetime
from slamodel.timeline.zones import zone

_REACH: Final = {"day": 3, "week": 9, "month": 33, "contract_month": 33, "quarter": 95, "half_year": 187}
"""So many days hold a whole period of the calendar and a day more, wherever they begin; of the others 400 do."""


def stretch(period: Any, timezone: str) -> tuple[int, int]:
    """Return the instants [from, until) that are asked about, microseconds, by the wall calendar of a zone.

    ``period`` is a name ("2026", "2026-Q2", "2026-06", "2026-W24", "2026-06-15"), two of them with dots between
    ("2026-01..2026-06", both included), or a pair: of names, of dates (the last one included), or of aware datetimes
    (the last one not). Raises AgreementError (E107) for a name that no period has, InstantError for what is no pair.
    """
    ends = period.split("..") if isinstance(period, str) else period
    if isinstance(ends, date) or not isinstance(ends, (list, tuple)) or not 1 <= len(ends) <= 2:
        msg = f"{period!r} is no stretch of time; write '2026-06', '2026-01..2026-06', or a pair of dates or datetimes"
        raise InstantError(msg)
    low, high = _edges(ends[0], timezone)[0], _edges(ends[-1], timezone)[1]
    if low >= high:
        msg = f"{period!r} ends before it begins"
        raise InstantError(msg)
    return low, high


def _edges(end: Any, timezone: str) -> tuple[int, int]:
    if isinstance(end, datetime):
        return from_datetime(end), from_datetime(end)
    first, after = (end, end + timedelta(days=1)) if isinstance(end, date) else named(str(end))
    low, high = midnights(zone(timezone), [first, after]).tolist()
    return low, high


def periods_in(per: Period, low: int, high: int, life: tuple[int, int], timezone: str, begins: str) -> Periods:
    """Return the periods of a kind that end in (low, high], and the one that still runs at its end.

    They are cut to the ``life`` of the agreement (instants [from, until)) alone, so the first and the last may be
    partial; one that lies outside of it altogether is whole, and told as not in force. ``begins`` is the ISO date from
    which contract months and years count ("": that of ``low``). Of rolling ones those that end in the stretch.
    """
    if per.unit == "term":
        start, end = (life[0] if life[0] > FIRST else low), (life[1] if life[1] < LAST else high)
        found = Periods(("term",), [start], [end], [start], [end], timezone)
    else:
        found = whole_periods(per, low, high, timezone, begins)
    starts, ends = np.maximum(found.starts, life[0]), np.minimum(found.ends, life[1])
    outside = starts >= ends
    starts, ends = np.where(outside, found.starts, starts), np.where(outside, found.ends, ends)
    mine = (ends > low) & (ends <= high)
    if per.rolling is None:
        mine |= (starts < high) & (ends > high)
    return evolve(found, starts=starts, ends=ends).taken(np.flatnonzero(mine))


def whole_periods(per: Period, low: int, high: int, timezone: str, begins: str) -> Periods:
    """Return the whole periods of a kind that meet [low, high), and a few around; ``begins`` as in `periods_in`."""
    place, back = zone(timezone), _REACH.get(per.unit, 400) * DAY
    if per.rolling is not None:
        first = local_date(place, low)
        back = ((first - shifted(first, per.rolling.unit, -per.rolling.count)).days + 2) * DAY
    since, until = max(low - back, FIRST), min(high + _REACH.get(per.unit, 400) * DAY, LAST - 1)
    agreed = date.fromisoformat(begins) if begins else local_date(place, low)
    return periods(per, to_datetime(since), to_datetime(until), timezone=timezone, begins=agreed).whole()


def in_life(found: Periods, life: tuple[int, int]) -> Bool:
    """Return which periods the life of an agreement meets."""
    met: Bool = (found.starts < life[1]) & (found.ends > life[0])
    return met
