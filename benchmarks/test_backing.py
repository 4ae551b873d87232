"""Proofs: a chain of five links in five zones, over a year."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import slamodel as sm
from slamodel.model.chain import InOrder, Link
from slamodel.model.limit import Limit
from slamodel.report.backing.legs import ruler
from slamodel.report.backing.prove import prove
from slamodel.timeline.durations import parse_amount

LONDON = ZoneInfo("Europe/London")
OVER = datetime(2026, 1, 1, tzinfo=LONDON), datetime(2027, 1, 1, tzinfo=LONDON)
HOURS = (
    ("30m", "Europe/London", {"mon-fri": "08:00-12:30, 13:00-18:00"}, "GB-ENG"),
    ("2h", "America/New_York", {"mon-fri": "09:00-12:30, 13:30-17:30"}, "US"),
    ("3h", "Asia/Kolkata", {"mon-sat": "09:00-18:00"}, "IN"),
    ("1h", "Australia/Sydney", {"mon-fri": "09:00-17:00"}, "AU-NSW"),
    ("45m", "Europe/Berlin", {"daily": "06:00-22:00"}, "DE-BE"),
)


def _link(within: str, zone: str, hours: Any, country: str) -> Link:
    holidays = {"country": country.partition("-")[0], "subdivision": country.partition("-")[2] or None}
    calendar = sm.ServiceCalendar(timezone=zone, hours=hours, holidays={**holidays, "years": [2025, 2028]})
    return Link(f"{country}-ola", "work", Limit(parse_amount(within), calendar))


def test_prove(benchmark: Any) -> None:
    """The worst start, its timeline, what fails and the largest limit of each link; calendars are compiled anew."""
    links = InOrder([_link(*one) for one in HOURS])
    office = sm.ServiceCalendar(timezone="Europe/London", hours={"mon-fri": "08:00-18:00"}, holidays="GB-ENG")

    def run() -> None:
        ruler.cache_clear()
        assert prove(Limit(parse_amount("40h"), office), links, over=OVER).backed

    benchmark.pedantic(run, rounds=3, iterations=1, warmup_rounds=1)
