"""How a month will end, on verdicts; and the money at risk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

import slamodel as sm
from slamodel.errors import AgreementError, EventError
from slamodel.model.bands import Band, Bands
from slamodel.model.credit_rule import CreditRule
from slamodel.report.ahead.exposure import exposure
from slamodel.report.ahead.forecast import Forecast, percent
from slamodel.report.ahead.forecasts import forecast
from slamodel.report.ahead.outcomes import outcomes
from slamodel.report.credits.charges import charges

START = datetime(2026, 5, 1, tzinfo=UTC)
BOOK = sm.loads("""
slamodel: 1
agreement: desk
timezone: UTC
calendar: 24x7
targets: {resolve: {P1: 4h, P2: 8h}}
measured:
  - {id: resolve-95, what: resolve, expected: 95%, per: month}
""")
[TARGET] = BOOK["desk"].measured


def log(*items: tuple[str, float, float]) -> list[dict[str, Any]]:
    """Return the events of P2 items: name, day opened (from 1 May, 0), hours until resolved (0: open)."""
    rows: list[dict[str, Any]] = []
    for name, opened, took in items:
        at = START + timedelta(days=opened)
        rows.append({"item": name, "at": at, "do": "opened", "priority": "P2"})
        if took:
            rows.append({"item": name, "at": at + timedelta(hours=took), "do": "resolved"})
    return rows


MAY = log(*((f"M{n}", n, (1, 2, 2, 3, 4, 5, 6, 8, 10, 12)[n % 10]) for n in range(30)))
JUNE = log(*((f"J{n}", 31 + n, 10 if n == 3 else 2) for n in range(8)))
NOW = datetime(2026, 6, 20, 4, tzinfo=UTC)
OPEN = log(("O1", 50, 0), ("O2", 50 + 1 / 24, 0))


def made(*rows: list[dict[str, Any]], as_of: datetime = NOW) -> sm.VerdictTable:
    return sm.evaluate(BOOK, [row for some in rows for row in some], as_of=as_of)


def forecast_of(verdicts: sm.VerdictTable, target: sm.PeriodTarget = TARGET, **options: Any) -> Forecast:
    [found] = forecast(evolve(BOOK["desk"], measured=(target,)), verdicts, **options)
    return found


def test_month_end() -> None:
    """So far 7 of 8; two open ones with chances from the history: the three ends, exactly by hand."""
    found = forecast_of(made(MAY, JUNE, OPEN))
    assert (found.period, found.met, found.missed, found.open, found.without_estimate) == ("2026-06", 7, 1, 2, 0)
    p, q = found.coming.missed.tolist()
    # History: 30 of May and 8 of June; 15 + 1 came beyond 4 h, 6 + 1 of them beyond 8 h. Of the 20 beyond 3 h that were
    # at risk at 4 h, the open one of 4 h among them, 3 finished there.
    assert (p, q) == (pytest.approx(7 / 16), pytest.approx(17 / 20 * 7 / 16))
    assert [one.missed for one in found.outcomes] == [3, 2, 1]
    assert [float(one.chance) for one in found.outcomes] == pytest.approx([p * q, p + q - 2 * p * q, (1 - p) * (1 - q)])
    assert found.share == pytest.approx((9 - p - q) / 10)
    assert (found.chance, found.headroom, found.recovery) == (0, -1, 12)
    assert str(found).startswith(
        "resolve-95 2026-06: 7 met, 1 missed, 2 open; expected 81.9 %, 9 of 10 between 70.0 % and "
    )
    assert str(found).endswith("0.0 % to be met; 1 missed too many, 12 met in a row to recover")
    assert found.to_dict()["chance"] == 0


def test_late_ones_count_once() -> None:
    """An open late item is a miss of the month of its breach (M3), or, once it stops, of this one."""
    late = log(("L", 49, 0))
    found = forecast_of(made(MAY, JUNE, OPEN, late))
    assert (found.missed, found.open, found.outcomes.each[0].measured) == (2, 2, 11)
    old = log(("E", 20, 0))
    before = forecast_of(made(MAY, JUNE, OPEN, old))
    assert (before.missed, before.open, before.outcomes.each[0].measured) == (1, 3, 11)
    assert min(one.missed for one in before.outcomes) == 2
    breached = forecast_of(made(MAY, JUNE, OPEN, old), evolve(TARGET, count_in="breached"))
    assert (breached.missed, breached.open) == (1, 2)
    still = forecast_of(made(MAY, JUNE, OPEN, late), evolve(TARGET, open_breaches=False))
    assert (still.missed, still.open) == (1, 3)
    opened = forecast_of(made(MAY, JUNE, OPEN, late, old), evolve(TARGET, count_in="opened"))
    assert (opened.missed, opened.open) == (2, 2)
    due = forecast_of(made(MAY, JUNE, OPEN, late, old), evolve(TARGET, count_in="due"))
    assert (due.missed, due.open) == (2, 2)


def test_arrivals_from_history() -> None:
    """Arrivals of the history: as many as came in the same last stretch of earlier months, with their miss rate."""
    found = forecast_of(made(MAY, JUNE, OPEN), arrivals="history")
    # From 20 June 04:00 on 10 d 20 h are left; in May that is from 21 May 04:00: M21 to M29.
    assert found.arrivals == 9
    assert found.miss_rate == pytest.approx(2 / 9)
    assert found.outcomes.misses == pytest.approx(1 + 7 / 16 + 17 / 20 * 7 / 16 + 2)
    assert "9 to arrive" in str(found)
    some = forecast_of(made(MAY, JUNE), arrivals=2.5)
    assert some.arrivals == 2.5
    assert some.miss_rate == pytest.approx((6 + 1) / 38)
    with pytest.raises(EventError, match="no whole period before"):
        forecast_of(made(JUNE, OPEN), arrivals="history")
    with pytest.raises(EventError, match="no item of the past counts yet"):
        forecast_of(made(OPEN), arrivals=3)


def test_without_an_estimate() -> None:
    """A forecast is cautious where there is no estimate, and says how it would be at best."""
    goal = evolve(TARGET, expected=sm.Percent(Fraction(7, 8)))
    quick = log(*((f"Q{n}", 31 + n, 1) for n in range(7)))
    found = forecast_of(made(quick, OPEN), goal)
    assert (found.without_estimate, found.chance, found.chance_at_best) == (2, 0, 1)
    assert "0.0 % to be met (up to 100.0 %: 2 open without an estimate)" in str(found)


def test_more_items_than_it_is_for() -> None:
    """M3 volume: where more items come than the promise is for, it does not hold, and nothing is met or owed."""
    low = evolve(TARGET, expected=sm.Percent(Fraction(1, 2)))
    assert forecast_of(made(MAY, JUNE, OPEN), evolve(low, volume_at_most=10)).chance == pytest.approx(1)
    assert forecast_of(made(MAY, JUNE, OPEN), evolve(low, volume_at_most=9)).chance == 0
    rule = CreditRule(target="resolve-95", bands=bands((None, 95, pounds(5000)), (95, None, pounds(0))))
    assert exposure(F2, evolve(TARGET, volume_at_most=99), rule, currency="GBP").expected == 0


def test_who_is_counted() -> None:
    """A period target counts its own target, and the items that it is for."""
    from slamodel.model.selector import In

    none = evolve(TARGET, applies=In("priority", ("P1",)))
    found = forecast_of(made(MAY, JUNE, OPEN), none)
    assert (found.met, found.missed, found.open, found.share) == (0, 0, 0, None)
    assert "nothing to measure" in str(found)


def test_forecast_refuses() -> None:
    """Rolling windows end every day; where nothing is promised about attainment there is nothing to forecast."""
    with pytest.raises(AgreementError, match="nothing to forecast: desk"):
        forecast_of(made(MAY), evolve(TARGET, per=sm.Period.parse("rolling 30 days")))
    with pytest.raises(AgreementError, match="nothing to forecast: desk"):
        forecast(evolve(BOOK["desk"], measured=()), made(MAY))


def test_the_month_that_runs() -> None:
    """The period holds as_of, its first instant too; it is one of the agreement's zone, and cut to its life."""
    first = forecast_of(made(MAY, JUNE, as_of=datetime(2026, 6, 1, tzinfo=UTC)))
    assert (first.period, first.met, first.missed) == ("2026-06", 0, 0)
    last = forecast_of(made(MAY, JUNE, as_of=datetime(2026, 5, 31, 23, 59, tzinfo=UTC)))
    assert (last.period, last.met + last.missed, last.end) == ("2026-05", 30, datetime(2026, 6, 1, tzinfo=UTC))


def test_by_the_version_that_judges() -> None:
    """An amendment judges from its first whole period on: its level is what the forecast is held to."""
    agreed = evolve(BOOK["desk"], starts_on="2026-01-01")
    lower = evolve(TARGET, expected=sm.Percent(Fraction(1, 2)))
    second = evolve(agreed, version=2, starts_on="2026-06-01", measured=(lower,))
    book = sm.Portfolio((agreed, second))
    [found] = forecast(book, sm.evaluate(book, [*MAY, *JUNE, *OPEN], as_of=NOW))
    assert (found.agreement.version, found.goal.expected) == (2, Fraction(1, 2))
    assert found.chance == pytest.approx(1)


def test_percent() -> None:
    """What is neither sure nor impossible is not written as either."""
    assert [percent(chance) for chance in (0.0, 1e-9, 0.4583, 1 - 1e-9, 1.0)] == [
        "0.0 %", "less than 0.1 %", "45.8 %", "more than 99.9 %", "100.0 %",
    ]  # fmt: skip


F2 = outcomes(92, 4, [Fraction(1, 10), Fraction(2, 10), Fraction(5, 10), Fraction(8, 10)])


def bands(*tiles: tuple[int | None, int | None, sm.Money | sm.Percent]) -> Bands:
    return Bands(
        tuple(
            Band(
                None if low is None else sm.Percent(Fraction(low, 100)),
                None if high is None else sm.Percent(Fraction(high, 100)),
                pay,
            )
            for low, high, pay in tiles
        )
    )


def pounds(amount: int) -> sm.Money:
    return sm.Money(Decimal(amount), "GBP")


def test_f5() -> None:
    """F5: one band "below 95 -> 5,000": 0.542 x 5,000 = 2,710."""
    rule = CreditRule(target="resolve-95", bands=bands((None, 95, pounds(5000)), (95, None, pounds(0))))
    found = exposure(F2, TARGET, rule, currency="GBP")
    assert found.expected == 2710
    assert found.chance == Fraction(542, 1000)
    assert (str(found.at(0.4)), str(found.at(0.5)), str(found.most)) == ("0.00 GBP", "5000.00 GBP", "5000.00 GBP")
    told = "2710.00 GBP expected, 5000.00 GBP at the median, at most 5000.00 GBP in 19 of 20 cases; "
    assert str(found) == told + "54.2 % that anything is owed"
    assert found.to_dict() == {
        "expected": "2710.00 GBP", "p50": "5000.00 GBP", "p95": "5000.00 GBP", "most": "5000.00 GBP", "chance": 0.542,
    }  # fmt: skip


def test_shares_of_the_charges() -> None:
    """Bands in shares of the charge, and the rule's own cap, as the ledger takes them."""
    rule = CreditRule(
        target="resolve-95",
        bands=bands(
            (None, 94, sm.Percent(Fraction(10, 100))),
            (94, 95, sm.Percent(Fraction(5, 100))),
            (95, None, sm.Percent(Fraction(0))),
        ),
    )
    found = exposure(F2, TARGET, rule, pounds(1000))
    chance = {one.share: one.chance for one in F2}
    assert found.expected == 50 * chance[Fraction(94, 100)] + 100 * (
        chance[Fraction(93, 100)] + chance[Fraction(92, 100)]
    )
    capped = exposure(F2, TARGET, evolve(rule, at_most=sm.Percent(Fraction(6, 100))), pounds(1000))
    assert capped.most == pounds(60)
    with pytest.raises(AgreementError, match="pass the charge"):
        exposure(F2, TARGET, rule, currency="GBP")
    with pytest.raises(AgreementError, match="in which currency"):
        exposure(F2, TARGET, CreditRule(target="resolve-95", bands=bands((None, None, sm.Percent(Fraction(0))))))


def test_what_is_met_costs_nothing() -> None:
    """A period that is met by a permitted miss costs nothing, though its share lies in a band."""
    rule = CreditRule(target="resolve-95", bands=bands((None, 95, pounds(5000)), (95, None, pounds(0))))
    found = exposure(F2, evolve(TARGET, permitted_misses=8), rule, currency="GBP")
    assert (found.expected, found.most) == (0, pounds(0))


def test_money_at_risk_of_a_forecast() -> None:
    """Where a credit hangs on a figure, the forecast has the money at risk; without charges it says what is missing."""
    text = """
slamodel: 1
agreement: desk
timezone: UTC
calendar: 24x7
currency: GBP
targets: {resolve: {P1: 4h, P2: 8h}}
measured:
  - {id: resolve-80, what: resolve, expected: 80%, per: month}
credits: {charge: monthly, rules: {resolve-80: {">= 80%": 0%, otherwise: 10%}}}
"""
    book = sm.loads(text)
    verdicts = made(MAY, JUNE, OPEN)
    [without] = forecast(book, verdicts)
    assert (without.exposure, without.no_exposure.split(" for ")[0]) == (None, "no charge")
    rows = [{"agreement": "desk", "period": "2026-06", "amount": "1000.00", "currency": "GBP"}]
    [found] = forecast(book, verdicts, charges=charges(rows))
    p, q = found.coming.missed.tolist()
    # 7 of 10 and 8 of 10 with one more missed: only both missed is below 80 %.
    assert found.exposure is not None
    assert found.exposure.expected == pytest.approx(p * q * 100)
    assert found.to_dict()["exposure"]["most"] == "100.00 GBP"
    assert str(found.exposure) in str(found)
