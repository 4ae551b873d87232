"""Seasons: a different week between two dates, or each year between two days."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, date, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final

from attrs import frozen

from slamodel.errors import CalendarError
from slamodel.model._checks import Problems, as_date
from slamodel.model.hours import parse_week, week_dict
from slamodel.timeline.instants import FIRST_YEAR, LAST_YEAR
from slamodel.timeline.wall import Week

_YEARLY: Final = re.compile(r"(\d{2})-(\d{2})", re.ASCII)


@frozen
class Season:
    """The week that holds from ``first`` to ``last``, both included.

    Both are ISO dates ("2026-06-15"), or both days of every year ("06-15"), which may pass New Year. In a year
    without 29 February a season from it starts on 1 March, and one to it ends on 28 February.
    """

    first: str
    last: str
    week: Week

    @property
    def yearly(self) -> bool:
        """Whether the season comes back each year."""
        return len(self.first) == len("06-15")

    def ranges(self, since: date, until: date) -> list[tuple[date, date]]:
        """Return the [first, stop) dates of the season that touch since <= date < until."""
        if not self.yearly:
            found = [(date.fromisoformat(self.first), date.fromisoformat(self.last))]
        else:
            wraps = self.last < self.first
            years = range(max(since.year - 1, MINYEAR), min(until.year, MAXYEAR - wraps) + 1)
            found = [(_day_in(year, self.first, 1), _day_in(year + wraps, self.last, 0)) for year in years]
        last = until - timedelta(1)
        return [(max(a, since), min(b, last) + timedelta(1)) for a, b in found if a < until and b >= since]

    def to_dict(self) -> dict[str, Any]:
        """Return the document of this season."""
        return {"from": self.first, "to": self.last, "hours": week_dict(self.week) or {"daily": "closed"}}


def _day_in(year: int, day: str, later: int) -> date:
    month, number = map(int, day.split("-"))
    if day == "02-29" and not isleap(year):
        return date(year, 2, 28) + timedelta(later)
    return date(year, month, number)


def parse_seasons(documents: Any) -> tuple[Season, ...]:
    """Read [{"from": ..., "to": ..., "hours": ...}]; seasons that overlap are refused."""
    problems = Problems()
    seasons = []
    if isinstance(documents, str) or not isinstance(documents, Iterable):
        msg = f"{documents!r} is not a list of seasons, each with the keys from, to and hours"
        raise CalendarError(msg, "E105")
    for i, document in enumerate(documents):
        with problems.at(str(i)):
            if not hasattr(document, "keys") or set(document) != {"from", "to", "hours"}:
                msg = "a season has the keys from, to and hours"
                raise CalendarError(msg, "E101")
            first, last = _day_text(document["from"]), _day_text(document["to"])
            if len(first) != len(last) or (len(first) == len("2026-06-15") and last < first):
                msg = (
                    f"{first} to {last} is no season; write two dates in order, or two days of the year such as '06-15'"
                )
                raise CalendarError(msg, "E105")
            seasons.append(Season(first, last, parse_week(document["hours"])))
    problems.raise_as(CalendarError)
    # A leap year and its neighbours show every way in which days of the year can meet.
    years = [date.fromisoformat(s.first).year for s in seasons if not s.yearly] or [2024]
    taken = sorted(r for s in seasons for r in s.ranges(date(min(years) - 1, 1, 1), date(max(years) + 2, 12, 31)))
    for (_, stop), (start, _) in pairwise(taken):
        if start < stop:
            msg = f"two seasons overlap on {start}"
            raise CalendarError(msg, "E120")
    return tuple(sorted(seasons, key=attrgetter("first", "last")))


def _day_text(value: Any) -> str:
    if isinstance(value, str) and _YEARLY.fullmatch(value):
        as_date(f"2024-{value}")
        return value
    day = as_date(value)
    if not FIRST_YEAR < day.year < LAST_YEAR:
        msg = f"{day} is outside years {FIRST_YEAR + 1}-{LAST_YEAR - 1}"
        raise CalendarError(msg, "E105")
    return day.isoformat()


def weeks_between(week: Week, seasons: Iterable[Season], since: date, until: date) -> list[tuple[date, date, Week]]:
    """Return (first, stop, week) for all dates since <= date < until: the seasons, and ``week`` between them."""
    found = []
    at = since
    for first, stop, other in sorted((a, b, s.week) for s in seasons for a, b in s.ranges(since, until)):
        if at < first:
            found.append((at, first, week))
        found.append((first, stop, other))
        at = stop
    if at < until:
        found.append((at, until, week))
    return found
