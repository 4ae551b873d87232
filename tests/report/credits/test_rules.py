"""What one rule comes to: E1 to E4 and E6, every variant, and the traps that floats fall into."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.report.credits.rules import Owed, owed
from tests.report.credits.contracts import contract, share

GBP_1000 = sm.Money(Decimal(1000), "GBP")


def one(rule: dict[str, Any], value: Fraction, charge: sm.Money | None = GBP_1000, **more: Any) -> Owed:
    """What the only rule of a contract comes to."""
    measured = more.pop("measured", {"id": "up", "what": "availability", "expected": "99.5%"})
    agreement = contract({"rules": {measured["id"]: rule}, **more}, measured)
    assert agreement.credits is not None
    return owed(agreement.credits.rules[0], value, charge, target=agreement.measured[0], scheme=agreement.credits)


AWS = {">= 99.99%": "0%", ">= 99%": "10%", ">= 95%": "30%", "otherwise": "100%"}
BIGTABLE = {">= 99.999%": "0%", ">= 99%": "10%", ">= 95%": "25%", "otherwise": "50%"}
INTERCONNECT = {">= 99.99%": "0%", ">= 99%": "10%", "otherwise": "25%"}
AZURE_SET = {">= 99.95%": "0%", ">= 99%": "10%", "otherwise": "25%"}


@pytest.mark.parametrize("bands", [AWS, INTERCONNECT, BIGTABLE])
def test_e1_tiers(bands: dict[str, str]) -> None:
    """E1: 60 minutes down of a month of 31 days are 99.8656 %, and cost 10 %."""
    value = 1 - Fraction(60, 31 * 24 * 60)
    assert round(float(value) * 100, 4) == 99.8656
    assert one(bands, value).amount == 100


@pytest.mark.parametrize(
    ("bands", "percent", "costs"),
    [
        (AWS, "99.99", 0),
        (AWS, "99.9899999999", 10),
        (AWS, "99", 10),
        (AWS, "98.9999999999", 30),
        (AWS, "95", 30),
        (AWS, "94.9999999999", 100),
        (AWS, "0", 100),
        (BIGTABLE, "94.99", 50),
        (BIGTABLE, "99.9989", 10),
        (AZURE_SET, "99.95", 0),
        (AZURE_SET, "99.9499", 10),
        (AZURE_SET, "98.99", 25),
    ],
)
def test_e1_edges_of_bands(bands: dict[str, str], percent: str, costs: int) -> None:
    """Bands are half-open: the lower bound is inside, the upper one is the next band's."""
    assert one(bands, share(percent)).amount == 10 * costs


STEP = {"per_point_below": "1%", "step": 0.1}


@pytest.mark.parametrize(
    ("steps", "percent", "because"),
    [
        ("commenced", "2", "2 commenced steps of 0.1 %-point below 99.5%, 1% each"),
        ("complete", "1", "1 complete step of 0.1 %-point below 99.5%, 1% each"),
        ("pro_rata", "1.8", "1.8 steps of 0.1 %-point below 99.5%, 1% each"),
    ],
)
def test_e2_linear(steps: str, percent: str, because: str) -> None:
    """E2: 99.32 of 99.5 at 1 % a tenth is 2 % commenced, 1 % complete and 1.8 % pro rata."""
    found = one({**STEP, steps: True}, share("99.32"))
    assert found.amount == share(percent) * 1000
    assert found.because == because


@pytest.mark.parametrize("steps", ["commenced", "complete", "pro_rata"])
def test_float_trap_of_steps(steps: str) -> None:
    """M1: 99.5 less 99.3 is two tenths. In floats it is a little more, and the third step would be commenced."""
    assert ceil((99.5 - 99.3) / 0.1) == 3
    assert one({**STEP, steps: True}, share("99.3")).amount == 20


def test_float_trap_of_shares() -> None:
    """M1: 23 % of 1,000.10 is 230.023. In floats it is a little more, and would be rounded up a penny."""
    assert 0.23 * 1000.10 > 230.023
    charge = sm.Money(Decimal("1000.10"), "GBP")
    assert one({"otherwise": "23%"}, Fraction(0), charge).amount == Fraction("230.023")


def test_linear_of_the_call_off() -> None:
    """The worked example of the Crown call-off: 98 % was promised, 75 % given: 23 % of the charges."""
    measured = {"id": "up", "what": "availability", "expected": "98%"}
    assert one({"per_point_below": "1%"}, share(75), measured=measured).amount == 230


def test_linear_counts_from_the_free_band() -> None:
    """Beside a price per point the band that costs nothing says where points begin."""
    assert one({">= 99%": "0%", "per_point_below": "2%"}, share("98.25")).amount == 15


def test_per_point_of_time() -> None:
    """Where less is better points count upwards: an hour above four hours, each commenced one."""
    measured = {"id": "median", "what": "resolve", "metric": "time_stat", "expected": "4h"}
    rule = {"per_point_above": "50 GBP", "step": "1h", "commenced": True}
    hour = 3_600_000_000
    assert one(rule, Fraction(5 * hour + 1), measured=measured).amount == 100
    assert one(rule, Fraction(3 * hour), measured=measured).amount == 0


MODEL = {">= 99%": "0 points", ">= 98%": "1 point", ">= 97%": "2 points", ">= 96%": "3 points", "otherwise": "4 points"}


@pytest.mark.parametrize(("percent", "points"), [("99", 0), ("98.5", 1), ("97", 2), ("96.5", 3), ("95.99", 4)])
def test_e3_points(percent: str, points: int) -> None:
    """E3, M5 point: those of the UK model agreement are each worth 1 % of the charges, unless it says otherwise."""
    found = one(MODEL, share(percent))
    assert [found.points, found.amount] == [points, 10 * points]
    assert one(MODEL, share(percent), point="0.5%").amount == 5 * points
    assert one(MODEL, share(percent), None, point="20 GBP").amount == 20 * points


def test_points_need_charges() -> None:
    """Points of unknown charges are points; what they come to is not known, and not zero."""
    found = one(MODEL, share("96.5"), None)
    assert [found.points, found.amount, found.is_nothing] == [3, None, False]


def test_e4_pool() -> None:
    """E4: half of the pool to the category, 40 % of that to the target, 10 % of 100,000 at risk: 2,000."""
    rule = {"bands": {">= 99.5%": "0%", "otherwise": "100%"}, "category": "50%", "allocation": "40%"}
    assert one(rule, share(99), sm.Money(Decimal(100_000), "GBP"), at_risk="10%").amount == 2_000


def test_e6_deliverable() -> None:
    """E6: 500 for each of 12 days late is 6,000 before its maximum of 5,000 (a cap, which is the ledger's)."""
    measured = {"id": "report", "what": "deliverable", "statistic": "days_late", "expected": 0}
    found = one({"per_point_above": "500 GBP", "at_most": "5000 GBP"}, Fraction(12), None, measured=measured)
    assert found.amount == 6_000


@pytest.mark.parametrize(("percent", "costs"), [("98.95", 0), ("98.94", 1), ("98.9499", 1)])
def test_precision_makes_printed_bands_tile(percent: str, costs: int) -> None:
    """M5 precision: bands printed as 98.0-98.9 hold 98.95 once it is rounded to a tenth, which makes it 99.0."""
    rule = {"99.0% - 100%": "0%", "98.0% - 98.9%": "1%", "0.0% - 97.9%": "2%", "precision": 0.1}
    assert one(rule, share(percent)).amount == 10 * costs


def test_a_price_per_point_needs_its_target() -> None:
    """From where points count, and which way, is the target's to say."""
    with pytest.raises(sm.AgreementError, match="pass its period target"):
        owed(sm.CreditRule(target="up", per_point=sm.Percent.parse("1%")), Fraction(1), None)


@given(st.fractions(0, 1, max_denominator=10**6), st.fractions(0, 1, max_denominator=10**6))
def test_worse_never_costs_less(one_value: Fraction, other: Fraction) -> None:
    """Of two figures the worse costs as much or more, by bands and by steps of every kind."""
    low, high = sorted((one_value, other))
    for rule in (AWS_RULE, *STEP_RULES):
        worse, better = (owed(rule, value, GBP_1000, target=UP).amount for value in (low, high))
        assert worse is not None
        assert better is not None
        assert worse >= better >= 0


def _rule(written: dict[str, Any]) -> sm.CreditRule:
    found = contract({"rules": {"up": written}}).credits
    assert found is not None
    return found.rules[0]


UP = contract({"rules": {"up": AWS}}).measured[0]
AWS_RULE = _rule(AWS)
STEP_RULES = [_rule({**STEP, steps: True}) for steps in ("commenced", "complete", "pro_rata")]
