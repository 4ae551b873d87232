"""Laws of credits (M5): caps hold after rounding, lines add up in every currency, nothing is earned back twice."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.money import EXPONENTS
from slamodel.report.credits.ledger import Ledger
from slamodel.report.credits.lines import PIPELINE
from slamodel.report.credits.settle import settle
from tests.report.credits.contracts import MONTHS, charged, contract, figures

NAMES = ("a", "b", "c")
VALUES = st.sampled_from([None, "90", "97.77", "98.5", "99", "99.49", "99.5", "99.7", "100"])
COSTS = st.decimals(0, 150, places=4).map(lambda cost: f"{cost}%")
MODES = st.sampled_from(["half_up", "half_even", "down", "up"])


@st.composite
def rule(draw: st.DrawFn) -> dict[str, Any]:
    """Bands that cost more for worse, or a price per point; perhaps with a cap and factors of its own."""
    if draw(st.booleans()):
        costs = sorted(draw(st.lists(st.decimals(0, 60, places=3), min_size=2, max_size=2)))
        written: dict[str, Any] = {">= 99.5%": "0%", ">= 98%": f"{costs[0]}%", "otherwise": f"{costs[1]}%"}
    else:
        written = {"per_point_below": f"{draw(st.decimals(0, 30, places=3))}%", draw(STEPS): True}
    at_most = draw(st.none() | st.decimals(0, 50, places=2))
    more = {"at_most": f"{at_most}%"} if at_most is not None else {}
    repeat = draw(st.none() | st.sampled_from(["x2", [1, 1.5, 2]]))
    return {**written, **more, **({"repeat": repeat} if repeat else {})}


STEPS = st.sampled_from(["commenced", "complete", "pro_rata"])


@st.composite
def contracts(draw: st.DrawFn) -> tuple[sm.Agreement, str, Decimal]:
    """An agreement of three period targets with caps, its currency, and its monthly charge."""
    currency = draw(st.sampled_from(["JPY", "GBP", "KWD"]))
    charge = draw(st.decimals(0, 10_000, places=EXPONENTS[currency]))
    cap = {per: f"{draw(st.integers(1, 40))}%" for per in ("month", "quarter") if draw(st.booleans())}
    if draw(st.booleans()):
        cap["contract_year"] = f"{draw(st.integers(1, 10))}% of annual"
    terms: dict[str, Any] = {
        "rules": {name: draw(rule()) for name in NAMES},
        "cap": cap,
        "round": f"{draw(st.sampled_from(['line', 'total']))} {draw(MODES)}",
        "one_incident": draw(st.sampled_from(["every", "highest_only"])),
    }
    if draw(st.booleans()):
        terms["earn_back"] = {"after": f"{draw(st.integers(1, 3))} months", "at": "expected"}
    if draw(st.booleans()):
        terms["bonus"] = {"a": {">= 99.7%": f"{draw(st.integers(0, 5))}%", "otherwise": "0%"}}
    if draw(st.booleans()):
        terms["at_risk"] = f"{draw(st.integers(1, 30))}%"
    measured = [{"id": name, "what": "availability", "expected": "99.5%"} for name in NAMES]
    return contract(terms, *measured, currency=currency), currency, charge


WORLDS = st.tuples(contracts(), st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=12))
World = tuple[tuple[sm.Agreement, str, Decimal], list[tuple[str | None, ...]]]
SHARED = {name: {month: ["INC1"] if name != "c" else ["INC2"] for month in MONTHS[::2]} for name in NAMES}


def settled(world: World, months: int = 12) -> Ledger:
    (agreement, currency, charge), rows = world
    values = {name: [row[i] for row in rows[:months]] for i, name in enumerate(NAMES)}
    return settle(agreement, figures(agreement, values), charged(charge, currency=currency), incidents=SHARED)


def paid(ledger: Ledger, months: tuple[str, ...], target: str = "") -> Fraction:
    """What credits of these months come to, without looking at what was earned back."""
    lines = [one for one in ledger.lines if one.kind == "credit" and one.period in months]
    return sum((Fraction(one.amount.amount) for one in lines if one.amount and target in ("", one.target)), Fraction(0))


@given(WORLDS)
def test_credits_never_exceed_caps(world: World) -> None:
    """However it is rounded: the month, quarter, year and pool caps, those of a rule, and the charge itself hold."""
    (agreement, _, charge), _ = world
    scheme, ledger = agreement.credits, settled(world)
    assert scheme is not None
    month = Fraction(charge)
    for cap in scheme.caps:
        assert isinstance(cap.most, sm.Percent)
        width = {"month": 1, "quarter": 3, "contract_year": 12}[cap.per]
        base = month * (12 if cap.of_annual else 1)
        for first in range(0, 12, width):
            assert paid(ledger, MONTHS[first : first + width]) <= cap.most.share * base
    for name in MONTHS:
        assert paid(ledger, (name,)) <= month * (scheme.at_risk.share if scheme.at_risk else 1)
        for one in scheme.rules:
            if isinstance(one.at_most, sm.Percent):
                assert paid(ledger, (name,), one.target) <= one.at_most.share * month


@given(WORLDS)
def test_lines_add_up(world: World) -> None:
    """The total is the sum of the lines, of a period and of all, to the last unit; each is whole units."""
    ledger, currency = settled(world), world[0][1]
    unit = Decimal(1).scaleb(-EXPONENTS[currency])
    amounts = {line: line.amount.amount for line in ledger.lines if line.amount}
    assert all(amount == amount.quantize(unit) for amount in amounts.values())
    total = ledger.total()
    assert total is not None
    assert total.amount == sum(amounts.values(), Decimal(0))
    by_month = [ledger.total(month) for month in MONTHS]
    assert total.amount == sum((one.amount for one in by_month if one), Decimal(0))


@settings(max_examples=settings().max_examples // 4)
@given(st.lists(WORLDS, min_size=2, max_size=3))
def test_lines_add_up_in_every_currency(worlds: list[World]) -> None:
    """Ledgers of several agreements have a total a currency, each that of its own lines."""
    ledgers = [settled(world) for world in worlds]
    joined = ledgers[0].joined(*ledgers[1:])
    expected: Counter[str] = Counter()
    for ledger in ledgers:
        for currency, money in ledger.totals().items():
            expected[currency] += money.amount  # type: ignore[assignment]  # a counter of decimals
    assert {currency: money.amount for currency, money in joined.totals().items()} == dict(expected)


@given(WORLDS)
def test_earn_back_never_pays_twice(world: World) -> None:
    """Every credit that was earned back is given back once, after it and by its own amount; no other is."""
    ledger = settled(world)
    back = [one for one in ledger.lines if one.kind == "earn_back"]
    earned = [one for one in ledger.lines if one.state == "earned_back"]
    assert Counter((one.target, -one.amount.amount) for one in back if one.amount) == Counter(
        (one.target, one.amount.amount) for one in earned if one.amount
    )
    assert len(back) == len(earned)
    for target in NAMES:
        credited, given_back = (
            sum(
                abs(one.amount.amount)
                for one in ledger.lines
                if one.amount and (one.kind, one.target) == (kind, target)
            )
            for kind in ("credit", "earn_back")
        )
        assert given_back <= credited


@given(WORLDS, st.integers(1, 11))
def test_later_months_change_no_credit(world: World, months: int) -> None:
    """What a month owes depends on nothing after it: only how it stands does."""
    early, late = settled(world, months), settled(world)
    for line in early.lines:
        if line.kind != "earn_back":
            after = late.line(line.target, line.period, line.kind)
            assert after is not None
            assert after.amount == line.amount


@given(WORLDS)
def test_steps_go_one_way(world: World) -> None:
    """Every line went through the pipeline in its order, and only repeats made it more."""
    for line in settled(world).lines:
        stages = [PIPELINE.index(step.stage) for step in line.steps]
        assert stages == sorted(stages)
        known = [step for step in line.steps if step.amount is not None]
        for before, after in pairwise(known):
            more = after.amount is not None and before.amount is not None and after.amount > before.amount
            assert not more or after.stage in ("multiplier", "rounding")
