"""Which version of an agreement judges a period, and what is told of periods outside of its life (M3 amended)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

import slamodel as sm
from slamodel.frames.outages import read_outages
from slamodel.report.measures.asked import stretch
from slamodel.report.measures.measure import measure
from slamodel.report.measures.report import PeriodReport

ONE = """
  - agreement: uptime
    timezone: UTC
    from: 2026-01-01
    calendar: 24x7
    targets: {resolve: 8h}
    measured: [{id: up, what: availability, expected: 99.9%}]
"""
TWO = """
  - agreement: uptime
    version: 2
    mid_period: RULE
    timezone: UTC
    from: FROM
    until: 2026-09-14
    calendar: 24x7
    targets: {resolve: 8h}
    measured: [{id: up, what: availability, expected: 99%}, {id: new, what: availability, expected: 90%, per: quarter}]
"""
DOWN = read_outages(
    [{"service": "a", "from": f"2026-06-{day}T10:00Z", "to": f"2026-06-{day}T12:00Z"} for day in (10, 20)]
)
BEFORE, AFTER = 20 * 24 * 60, 10 * 24 * 60


def book(rule: str = "next_period", since: str = "2026-06-21") -> sm.Portfolio:
    return sm.loads("slamodel: 1\nagreements:" + ONE + TWO.replace("RULE", rule).replace("FROM", since))


def told(period: Any = "2026-06", **how: Any) -> PeriodReport:
    return measure(book(**how), outages=DOWN, period=period, as_of=datetime(2027, 1, 1, tzinfo=UTC))


def test_next_period() -> None:
    """M3 amended: by default a version judges from the first period that begins in it."""
    june, july = told("2026-06..2026-07").of("up")
    assert (june.agreement.version, june.figure.value) == (1, 1 - Fraction(240, 43_200))
    assert (june.verdict, july.verdict) == ("missed", "met")
    assert july.agreement.version == 2


def test_split() -> None:
    """M3 amended: split tells both parts of June, each by its own version."""
    first, second = told(rule="split").of("up")
    assert (first.agreement.version, second.agreement.version) == (1, 2)
    assert (first.figure.value, second.figure.value) == (1 - Fraction(240, BEFORE), Fraction(1))
    assert (first.verdict, second.verdict) == ("missed", "met")
    assert all(row.figure.partial and row.figure.period == "2026-06" for row in (first, second))


def test_pro_rata() -> None:
    """M3 amended: pro rata tells one figure, by the agreed service time of both parts; so is what is expected."""
    (row,) = told(rule="pro_rata").of("up")
    assert row.figure.value == 1 - Fraction(240, 43_200)
    assert row.goal.expected == (Fraction(999, 1000) * 20 + Fraction(99, 100) * 10) / 30
    assert (row.agreement.version, row.verdict) == (2, "missed")
    assert "at least 99.600 % is expected" in row.why


def test_target_of_a_later_version() -> None:
    """A promise that a later version brings is told from the first of its periods."""
    rows = told("2026-Q2..2026-Q3").of("new")
    assert [(row.figure.period, row.agreement.version) for row in rows] == [("2026-Q3", 2)]
    assert rows[0].figure.partial  # the agreement ends on 14 September
    assert rows[0].end == stretch("2026-09-14", "UTC")[1]


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        ("2025-12", "agreement 'uptime' is in force from 2026-01-01T00:00:00Z until 2026-09-15T00:00:00Z"),
        ("2026-10", "agreement 'uptime' is in force from 2026-01-01T00:00:00Z until 2026-09-15T00:00:00Z"),
    ],
)
def test_outside_the_agreement(period: str, reason: str) -> None:
    """A period before the agreement, or after it, is not measured, with that reason."""
    row = told(period).of("up")[0]
    assert (row.verdict, row.figure.value, row.reason) == ("not_measured", None, reason)
    assert row.why == f"up in {period} is not measured: {reason}."


def test_not_begun() -> None:
    """A period that has not begun is not measured, and never met."""
    found = measure(book(), outages=DOWN, period="2026-07", as_of=datetime(2026, 6, 25, tzinfo=UTC))
    row = found.of("up")[0]
    assert (row.verdict, row.n) == ("not_measured", 0)
    assert row.reason == "it begins 2026-07-01T00:00:00Z, and is told as of 2026-06-25T00:00:00Z"


def test_first_month_is_cut() -> None:
    """An agreement that begins amid a month is measured from its first day."""
    text = "slamodel: 1\nagreements:" + ONE.replace("2026-01-01", "2026-06-16")
    (row,) = measure(sm.loads(text), outages=DOWN, period="2026-06").rows
    assert (row.figure.partial, row.figure.value) == (True, 1 - Fraction(120, 15 * 24 * 60))


def test_last_month_is_over_with_the_agreement() -> None:
    """What the agreement's end cuts is final once it has ended, though the month runs on."""
    rows = [
        measure(book(), outages=DOWN, period="2026-09", as_of=datetime(2026, 9, day, tzinfo=UTC)).of("up")[0]
        for day in (14, 20)
    ]
    assert [row.verdict for row in rows] == ["provisional", "met"]
    assert rows[1].end == stretch("2026-09-14", "UTC")[1]


def test_running_quarter() -> None:
    """M3 stretch: a quarter belongs to the month in which it ends; in the others it is told so far, as provisional."""
    text = "slamodel: 1\nagreements:" + ONE.replace("99.9%}", "99.9%, per: quarter}")
    rows = {
        name: measure(sm.loads(text), outages=DOWN, period=name, as_of=datetime(2027, 1, 1, tzinfo=UTC)).rows[0]
        for name in ("2026-05", "2026-06")
    }
    assert [row.verdict for row in rows.values()] == ["provisional", "missed"]
    assert {row.figure.period for row in rows.values()} == {"2026-Q2"}
    assert rows["2026-05"].end == stretch("2026-05", "UTC")[1]
    assert rows["2026-05"].figure.value == 1  # June is not in it


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("2026-06", date(2026, 6, 1), date(2026, 7, 1)),
        ("2026-06..2026-08", date(2026, 6, 1), date(2026, 9, 1)),
        (("2026-Q1", "2026-06"), date(2026, 1, 1), date(2026, 7, 1)),
        ((date(2026, 6, 3), date(2026, 6, 9)), date(2026, 6, 3), date(2026, 6, 10)),
    ],
)
def test_stretch(asked: Any, first: date, last: date) -> None:
    """A stretch is asked by its name or its ends, by the wall calendar of the agreement's zone."""
    low, high = (int((datetime(d.year, d.month, d.day, tzinfo=UTC)).timestamp()) * 10**6 for d in (first, last))
    assert stretch(asked, "UTC") == (low, high)
    assert stretch(asked, "Etc/GMT-2") == (low - 7200 * 10**6, high - 7200 * 10**6)


def test_stretch_of_instants() -> None:
    """Instants are taken as they are."""
    low = datetime(2026, 6, 1, tzinfo=UTC)
    found = stretch((low, low + timedelta(days=1)), "Europe/London")
    assert found[1] - found[0] == 86_400 * 10**6


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("june", "'june' is no period"),
        ("2026-07..2026-06", "ends before it begins"),
        (date(2026, 6, 1), "is no stretch of time"),
        (3, "is no stretch of time"),
        (("2026-01", "2026-02", "2026-03"), "is no stretch of time"),
        ((datetime(2026, 6, 1), datetime(2026, 7, 1)), "has no UTC offset"),
    ],
)
def test_no_stretch(asked: Any, message: str) -> None:
    """What is no stretch is refused, with how to write one."""
    with pytest.raises((sm.InstantError, sm.AgreementError), match=message):
        stretch(asked, "UTC")


def test_nothing_promised() -> None:
    """An agreement without a period target has nothing to be measured."""
    text = "slamodel: 1\nagreement: bare\ncalendar: 24x7\ntargets: {resolve: 8h}\n"
    with pytest.raises(sm.AgreementError, match="bare has no period target; write measured"):
        measure(sm.loads(text), period="2026-06")
