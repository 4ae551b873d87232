"""A public incident history of four years: overlapping windows count once, and a year of it under published bands."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

import slamodel as sm
from slamodel.report.attainment.goals import Goal
from slamodel.report.availability.availability import Availability, availability
from slamodel.report.availability.outages import Outages, outages
from slamodel.report.credits.settle import settle
from slamodel.report.periods import periods
from slamodel.timeline.instants import MINUTE
from tests.report.credits.contracts import charged

FILE = Path(__file__).parents[3] / "examples/status-history/outages.csv.gz"
ALWAYS = sm.ServiceCalendar(hours="24x7")
READING = {">= 99.9%": "0%", ">= 99.0%": "10%", "otherwise": "25%"}
YEAR = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def history() -> list[dict[str, str]]:
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["impact"] in ("major", "critical")]


def windows() -> Outages:
    rows = history()
    at = [[datetime.fromisoformat(row[name]) for row in rows] for name in ("downtime_start", "downtime_end")]
    return outages(["web"] * len(rows), *at)


def measured(per: str, since: datetime, until: datetime) -> Availability:
    return availability(windows(), periods(per, since, until), calendar=ALWAYS)


def test_union_and_sum() -> None:
    """166 windows add up to 16 d 5 h 31 m; the time in which one of them lasted is 15 d 19 h 8 m."""
    rows = history()
    whole = measured("term", datetime(2022, 3, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
    assert len(rows) == 166
    assert sum(int(row["duration_minutes"]) for row in rows) == (16 * 24 + 5) * 60 + 31
    assert whole.downtime(0, 0) / MINUTE == (15 * 24 + 19) * 60 + 8


def test_periods_add_up() -> None:
    """The months of four years have no more and no less downtime than all of them."""
    months = measured("month", datetime(2022, 3, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
    assert sum(months.downtime(0, i) for i in range(54)) / MINUTE == (15 * 24 + 19) * 60 + 8


def test_a_year_of_months() -> None:
    """2025 by month: the downtime in minutes, and the credit of 1,000 a month under the published bands."""
    document = sm.templates()["github-enterprise"].document(bands=READING, per="month", agreement="payroll")
    agreement = sm.load(document)["payroll"]
    found = measured("month", *YEAR)
    assert [found.downtime(0, i) / MINUTE for i in range(12)] == [
        *(149, 98, 111, 85, 727, 312, 334, 302, 184, 759, 300, 457),
    ]
    figures = {"availability": found.figures(Goal.of(agreement.measured[0]))}
    ledger = settle(agreement, figures, charged(1000, found.periods.names, "USD"), periods=found.periods)
    assert [int(line.amount.amount) for line in ledger.lines if line.amount] == [
        *(100, 100, 100, 100, 250, 100, 100, 100, 100, 250, 100, 250),
    ]
    assert str(ledger.total()) == "1650.00 USD"


@pytest.mark.parametrize(("quarter", "minutes"), [(0, 358), (1, 1124), (2, 820), (3, 1516)])
def test_quarters(quarter: int, minutes: int) -> None:
    """The quarters, which the agreement is told over, are those of their months."""
    found = measured("quarter", *YEAR)
    assert found.downtime(0, quarter) / MINUTE == minutes
    assert found.share(0, quarter) == 1 - Fraction(minutes * MINUTE, int(found.agreed[0, quarter]))
