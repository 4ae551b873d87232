"""The dates of a period by its name, and of the stretches that caps and charges are told over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.model.agreement import Agreement
from slamodel.model.period import Period, Term
from slamodel.model.period_dates import begins_of, named, shifted
from slamodel.report.periods import Periods, local_date
from slamodel.timeline.zones import zone

TERM: Final = "term"
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY: Final = timedelta(days=1)


@frozen
class Dates:
    """Whole dates from ``start`` to before ``end``; ``first`` and ``last`` are those of them that are agreed on."""

    start: date
    end: date
    first: date
    last: date

    @property
    def span(self) -> tuple[date, date]:
        """Start and end."""
        return self.start, self.end

    @classmethod
    def of(cls, start: date, end: date, agreement: Agreement) -> Dates:
        """Return the dates, cut to those of an agreement where it has some."""
        since, until = agreed(agreement)
        return cls(start, end, max(start, since or start), min(end, until or end))


def agreed(agreement: Agreement) -> tuple[date | None, date | None]:
    """Return the first date of an agreement and the first after it; None where it has none."""
    since = date.fromisoformat(agreement.starts_on) if agreement.starts_on else None
    until = date.fromisoformat(agreement.last_day) + _DAY if agreement.last_day else None
    return since, until


@lru_cache(maxsize=1 << 12)
def dates_of(
    name: str, kind: Period | None, begins: date | None = None, *, refuse: bool = False
) -> tuple[date, date] | None:
    """Return the first date of a period, and the first after it, by its name.

    A date names the period of the ``kind`` that begins on it (a rolling one: that ends with it), else one day. None
    for a name that tells no dates, such as "term"; with ``refuse`` AgreementError (E107), but for "term".
    """
    if name == TERM:
        return None
    if not refuse and kind is not None and _DATE.fullmatch(name):
        day = date.fromisoformat(name)
        if kind.rolling is not None:
            return shifted(day + _DAY, kind.rolling.unit, -kind.rolling.count), day + _DAY
        start, end = begins_of(kind, day, day, begins or day)[:2]
        if start == day:
            return start, end  # else no period of that kind begins on it
    try:
        return named(name)
    except AgreementError:
        if refuse:
            raise
        return None


def figure_dates(name: str, kind: Period, agreement: Agreement, periods: Periods | None) -> Dates:
    """Return the dates of the figure of a period: those of ``periods`` where it is among them, else by its name.

    Raises AgreementError: E107 for a name that tells no dates, E168 for a period that lies outside the agreement.
    """
    since, until = agreed(agreement)
    found = _among(name, periods)
    if found is None and name == TERM and since and until:
        found = since, until
    found = found or dates_of(name, kind, since)
    if found is None:
        msg = f"{name[:40]!r} tells no dates; pass the periods that the figures were measured over"
        raise AgreementError(msg, "E107")
    start, end = found
    if since and end <= since:
        msg = f"period {name} lies before the agreement {agreement.id!r}, which begins on {since}; leave it out"
        raise AgreementError(msg, "E168")
    if until and start >= until:
        msg = f"period {name} lies after the agreement {agreement.id!r}, which ends on {until - _DAY}; leave it out"
        raise AgreementError(msg, "E168")
    return Dates.of(start, end, agreement)


def _among(name: str, periods: Periods | None) -> tuple[date, date] | None:
    if periods is None or name not in periods.names:
        return None
    i, place = periods.names.index(name), zone(periods.timezone)
    return local_date(place, int(periods.whole_starts[i])), local_date(place, int(periods.whole_ends[i]) - 1) + _DAY


def window(kind: Period | str, day: date, agreement: Agreement) -> Dates:
    """Return the month, quarter, year, contract year or term, or another kind of period, that a date lies in."""
    since, until = agreed(agreement)
    period = Period(kind) if isinstance(kind, str) else kind
    if period.unit == TERM:
        return Dates.of(since or date.min, until or date.max, agreement)
    start, end = begins_of(period, day, day, since or day)[:2]
    return Dates.of(start, end, agreement)


def unit_of_charge(charge: str) -> Period:
    """Return what the charges of a scheme are told over: "monthly" and the like; a month where it names none."""
    try:
        period = Period.parse(charge)
    except AgreementError:
        return Period()
    return period if period.rolling is None else Period()


def later(day: date, term: Term, count: int = 1) -> date:
    """Return the date a term later, or ``count`` of them (earlier where that is negative)."""
    return shifted(day, term.unit, term.count * count)


def periods_for(target: str, periods: Periods | Mapping[str, Periods] | None) -> Periods | None:
    """Return the periods of one period target."""
    return periods.get(target) if isinstance(periods, Mapping) else periods
