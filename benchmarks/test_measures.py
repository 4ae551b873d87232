"""Measures: a million outages over a thousand services and twelve months, a million verdicts by month, and a report."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import slamodel as sm
from benchmarks import subjects
from slamodel.clock.evaluate import evaluate
from slamodel.report.attainment.attainment import attainment
from slamodel.report.attainment.goals import Goal
from slamodel.report.availability.availability import availability
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.outages import Outages, outages
from slamodel.report.measures.measure import measure
from slamodel.report.measures.report import PeriodReport
from slamodel.report.periods import Periods, periods
from slamodel.timeline.instants import MINUTE, SECOND

MANY = 1_000_000
CALENDARS = {
    "24x7": sm.ServiceCalendar(hours="24x7"),
    "office": sm.ServiceCalendar(timezone="Europe/London", hours={"mon-fri": "08:00-18:00"}, holidays="GB-ENG"),
}
RULES = {
    "plain": DowntimeRules(),
    "rounded": DowntimeRules(flap=MINUTE, minimum=MINUTE, round_to=MINUTE),
}


def months(year: int = 2026) -> Periods:
    return periods("month", datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))


@cache
def a_year_of_outages(*, weighted: bool) -> Outages:
    """Return a million outages of half a minute to two hours in 2026, over a thousand services."""
    random = np.random.default_rng(7)
    start = np.datetime64("2026-01-01", "us").view(np.int64) + random.integers(0, 365 * 86_400, MANY) * SECOND
    end = start + random.integers(30, 7200, MANY) * SECOND
    weight = random.choice(np.array([0.25, 0.5, 1.0]), MANY) if weighted else None
    return outages(random.integers(0, 1000, MANY), start.view("M8[us]"), end.view("M8[us]"), weight=weight)


def test_sort_of_edges(benchmark: Any) -> None:
    """What no sweep can do without: the starts and ends of a million outages put in order."""
    rows = a_year_of_outages(weighted=False)
    keys = np.concatenate([rows.start, rows.end])
    benchmark.extra_info["count"] = MANY
    benchmark.pedantic(lambda: np.argsort(keys), rounds=5, iterations=1, warmup_rounds=1)


@pytest.mark.parametrize(
    ("hours", "rules", "weighted"),
    [("24x7", "plain", False), ("office", "plain", False), ("24x7", "plain", True), ("office", "rounded", True)],
)
def test_availability(benchmark: Any, hours: str, rules: str, weighted: bool) -> None:
    """Every service in every month, with the worst weight at each instant."""
    rows, year = a_year_of_outages(weighted=weighted), months()
    benchmark.extra_info["count"] = MANY
    benchmark.pedantic(
        lambda: availability(rows, year, calendar=CALENDARS[hours], rules=RULES[rules]),
        rounds=5,
        iterations=1,
        warmup_rounds=1,
    )


def test_attainment(benchmark: Any) -> None:
    """A million verdicts counted by month, held to a goal, with the 95th percentile of each."""
    verdicts = evaluate([subjects.target()], subjects.log(MANY))
    first, last = (int(edge) for edge in (verdicts.values["started_at"].min(), verdicts.as_of))
    years = [datetime.fromtimestamp(edge // SECOND, UTC).year for edge in (first, last)]
    span = periods("month", datetime(years[0], 1, 1, tzinfo=UTC), datetime(years[1] + 1, 1, 1, tzinfo=UTC))
    goal = Goal(expected=Fraction(95, 100))
    benchmark.extra_info["count"] = MANY

    def run() -> None:
        found = attainment(verdicts, span)
        found.figures(goal)
        found.time_figures(goal, "percentile", Fraction(95, 100))

    benchmark.pedantic(run, rounds=5, iterations=1, warmup_rounds=1)


REPORT = """
slamodel: 1
agreement: desk
timezone: America/New_York
from: 2020-01-01
calendar: 24x7
targets: {resolve: 8h}
measured:
  - {id: fixed, what: resolve, expected: 95%, minimum: 90%, below_20: allow 1 miss}
  - {id: p1, what: resolve, for: P1, expected: 98%}
  - {id: median, what: resolve, metric: time_stat, statistic: median, expected: 8h}
exclusions: [{name: tested, when: {status: testing}}]
"""


def test_measure(benchmark: Any) -> None:
    """A million verdicts measured for a year by month: two shares and a median, with digests and evidence."""
    book = sm.loads(REPORT)
    target = evolve(subjects.target(), agreement="desk")
    verdicts = evaluate([target], subjects.log(MANY))

    def run() -> PeriodReport:
        return measure(book, verdicts=verdicts, period="2020")

    found = benchmark.pedantic(run, rounds=5, iterations=1, warmup_rounds=1)
    assert len(found) == 36
    assert min(row.n for row in found.rows) > 1000
