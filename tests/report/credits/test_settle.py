"""The pipeline: E3 to E9 with every variant, what is refused, and what is not known."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import slamodel as sm
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import Goal, judge, judge_share
from slamodel.report.credits.charges import Charges, charges
from slamodel.report.credits.ledger import Ledger
from slamodel.report.credits.lines import PIPELINE
from slamodel.report.credits.settle import settle
from tests.report.credits.contracts import MONTHS, charged, contract, figures

ROOT = Path(__file__).parents[3]
MODEL = {">= 99%": "0 points", ">= 98%": "1 point", ">= 97%": "2 points", ">= 96%": "3 points", "otherwise": "4 points"}
UP = {"id": "up", "what": "availability", "expected": "99%"}
FLAT = {">= 99.5%": "0%", "otherwise": "5%"}


def ledger(
    terms: dict[str, Any], values: list[Any], *measured: dict[str, Any], charge: Any = 1000, **more: Any
) -> Ledger:
    """The ledger of one period target `up`, from January on."""
    how = {key: more.pop(key) for key in ("incidents", "claims", "as_of", "missing") if key in more}
    agreement = contract(terms, *measured, **more)
    paid = charge if isinstance(charge, Charges) else charged(charge)
    return settle(agreement, figures(agreement, {"up": values}), paid, **how)


def amounts(found: Ledger, kind: str = "credit") -> list[str]:
    return [str(line.amount) for line in found.lines if line.kind == kind]


@pytest.mark.parametrize(
    ("values", "points"),
    [
        (["98.5", "96.5", "96.5"], [1, 6, 6]),
        (["96.5", "98.5", "96.5"], [3, 2, 6]),
        (["98.5", "99.2", "98.5"], [1, 0, 1]),
        (["96.5", None, "98.5"], [3, 0, 2]),
    ],
)
def test_e3_points_double(values: list[Any], points: list[int]) -> None:
    """E3: the second and later failures in a row double; a met period breaks the run, one not measured does not.

    M5 run: a period without a verdict is passed over.
    """
    found = ledger({"repeat": "x2", "rules": {"up": MODEL}}, values, UP)
    assert [line.points for line in found.lines] == points


def test_e3_seven_points() -> None:
    """E3: 7 points on 120,000 are 8,400.00."""
    found = ledger({"repeat": "x2", "rules": {"up": MODEL}}, ["98.5", "96.5"], UP, charge=120_000)
    assert sum(line.points for line in found.lines) == 7
    assert str(found.total()) == "8400.00 GBP"


CLASSES = [{"id": name, "what": "availability", "expected": "99.5%"} for name in ("a", "b", "c", "d")]
ALL_OF_IT = {">= 99.5%": "0%", "otherwise": "100%"}


def pooled(failing: str, **terms: Any) -> Ledger:
    """E4': 12 % of 500,000 at risk, allocations of 40, 60, 100 and 50 % of it; those named fail."""
    shares = {"a": "40%", "b": "60%", "c": "100%", "d": "50%"}
    rules = {name: {"bands": ALL_OF_IT, "allocation": share} for name, share in shares.items()}
    agreement = contract({"at_risk": "12%", "pool": "250%", "rules": rules, **terms}, *CLASSES)
    values = {name: ["99" if name in failing else "99.9"] for name in shares}
    return settle(agreement, figures(agreement, values), charged(500_000))


def test_e4_prime_pool_is_capped() -> None:
    """E4': 40 % and 100 % of 60,000 are 84,000; the month pays what is at risk, 60,000, in the order of the rules.

    M5 pool: a share of a rule with an allocation is of that part of what is at risk.
    """
    found = pooled("ac")
    assert sum(line.calculated or 0 for line in found.lines) == 84_000
    assert amounts(found) == ["24000.00 GBP", "0.00 GBP", "36000.00 GBP", "0.00 GBP"]
    assert str(found.total("2026-01")) == "60000.00 GBP"
    line = found.line("c", "2026-01")
    assert line is not None
    assert line.explanation == (
        "c 2026-01: 99%, promised >= 99.5%, missed; band < 99.5% costs 100%, of 100% x 12% of 500,000.00 GBP: "
        "60,000.00 GBP; pool cap (at risk is 12% of 500,000.00 GBP, 24,000.00 GBP of it used) leaves 36,000.00 GBP; "
        "credit 36,000.00 GBP."
    )


def test_e4_prime_below_the_pool() -> None:
    """E4': the 40 % alone is 24,000, and nothing is cut."""
    assert str(pooled("a").total()) == "24000.00 GBP"


def test_e4_prime_pool_of_allocations() -> None:
    """Allocations of 250 % are no more than a pool of 250 %; without one they are refused."""
    with pytest.raises(sm.AgreementError, match="allocations add to 250%, the pool allows 100%"):
        pooled("a", pool="100%")


def test_e5_earned_back() -> None:
    """E5: the credit of March is earned back at the end of June, after three months at 99.5 % or more."""
    terms = {"rules": {"up": {">= 99%": "0%", "otherwise": "20%"}}, "earn_back": {"after": "3 months", "at": "99.5%"}}
    values = ["99.9", "99.9", "98", "99.6", "99.7", "99.6"]
    found = ledger(terms, values, UP, charge=10_000)
    line = found.line("up", "2026-03")
    assert line is not None
    assert (line.state, str(line.amount)) == ("earned_back", "2000.00 GBP")
    back = found.lines[-1]
    assert (back.kind, back.period, str(back.amount)) == ("earn_back", "2026-06", "-2000.00 GBP")
    assert str(back) == (
        "up 2026-06: the credit of 2026-03, 2,000.00 GBP, is given back; "
        "earned back: 2026-04, 2026-05, 2026-06 held 99.5%."
    )
    assert [str(found.total(month)) for month in ("2026-03", "2026-06")] == ["2000.00 GBP", "-2000.00 GBP"]
    assert str(found.total()) == "0.00 GBP"


@pytest.mark.parametrize(
    ("after", "state"),
    [
        ([], "provisional"),
        (["99.6", "99.7"], "provisional"),
        (["99.6", "99.4", "99.6"], "final"),
        (["99.6", "99.4"], "final"),
        (["99.6", None, "99.6"], "final"),
        (["99.5", "99.5", "99.5"], "earned_back"),
        (["99.6", "99.6", "99.6", "90"], "earned_back"),
    ],
)
def test_e5_states(after: list[Any], state: str) -> None:
    """E5: provisional until it is decided; one month below the stretch level makes it final at once.

    M5 earn-back: a month that was not measured did not hold the level.
    """
    terms = {"rules": {"up": {">= 99%": "0%", "otherwise": "20%"}}, "earn_back": {"after": "3 months", "at": "99.5%"}}
    line = ledger(terms, ["98", *after], UP).line("up", "2026-01")
    assert line is not None
    assert line.state == state


@pytest.mark.parametrize(("december", "state"), [("99.9", "earned_back"), ("97", "final"), (None, "provisional")])
def test_e5_yearly_average(december: str | None, state: str) -> None:
    """E5: or it is earned back where the average of the year comes to what was expected, once the year is over."""
    terms = {"rules": {"up": {">= 99%": "0%", "otherwise": "20%"}}, "earn_back": {"average": "year", "at": "expected"}}
    values = ["98", *["99.1"] * 9, "99.0", *([december] if december else [])]
    line = ledger(terms, values, UP).line("up", "2026-01")
    assert line is not None
    assert line.state == state


def test_e5_too_few_values_hold_nothing() -> None:
    """A month of fewer values than make a figure was not measured, whatever they are: it holds no level."""
    terms = {"rules": {"up": {">= 99%": "0%", "otherwise": "20%"}}, "earn_back": {"after": "1 month"}}
    agreement = contract(terms, {**UP, "at_least": 2})
    goal = Goal.of(agreement.measured[0])
    few = [Figure(period=name, judgement=judge(Fraction(1), 1, goal)) for name in MONTHS[1:2]]
    missed = Figure(period=MONTHS[0], judgement=judge(Fraction(98, 100), 2, goal))
    assert settle(agreement, {"up": [missed, *few]}, charged(1000)).lines[0].state == "final"


def test_e5_average_is_of_its_own_year() -> None:
    """M5 earn-back: an average is that of the year of the miss; the year after changes nothing."""
    terms = {"rules": {"up": {">= 99%": "0%", "otherwise": "20%"}}, "earn_back": {"average": "year"}}
    agreement = contract(terms, UP)
    names = [*MONTHS, "2027-01", "2027-02"]
    values = ["98", *["99.2"] * 11, "50", "50"]
    found = settle(agreement, figures(agreement, {"up": values}, names), charged(1000, names))
    assert [line.state for line in found.lines if line.period in ("2026-01", "2027-01")] == [
        "earned_back",
        "provisional",
    ]
    assert [line.period for line in found.lines if line.kind == "earn_back"] == ["2026-12"]


@pytest.mark.parametrize(
    ("after", "values", "state"),
    [
        ("4 months", ["98", "99"], "provisional"),
        ("4 months", ["98", "99", "98"], "earned_back"),
        ("4 months", ["98", "98", "99"], "final"),
        ("1 month", ["98", "99"], "final"),
        ("6 months", ["98", "99", "99"], "earned_back"),
    ],
)
def test_e5_whole_periods_within_the_term(after: str, values: list[str], state: str) -> None:
    """M5 earn-back: of quarters those count that lie in the term as a whole; without one nothing is earned back."""
    up = {"id": "up", "what": "availability", "expected": "99%", "per": "quarter"}
    terms = {"rules": {"up": {">= 99%": "0%", "otherwise": "20%"}}, "earn_back": {"after": after}}
    agreement = contract(terms, up)
    names = ["2026-Q1", "2026-Q2", "2026-Q3"]
    found = settle(agreement, figures(agreement, {"up": values}, names), charged(1000))
    assert found.lines[0].state == state


def test_e5_not_if_chronic() -> None:
    """E5: what fails three times in twelve months is not earned back, however good the months after."""
    rule = {"up": {">= 99%": "0%", "otherwise": "20%"}}
    earn = {"after": "3 months", "at": "expected", "not_if": "3 failures in 12 months"}
    values = ["98", "98", "98", "99", "99", "99"]
    chronic = ledger({"rules": rule, "earn_back": earn}, values, UP).line("up", "2026-03")
    twice = ledger({"rules": rule, "earn_back": earn}, ["99", *values[1:]], UP).line("up", "2026-03")
    assert chronic is not None
    assert twice is not None
    assert (chronic.state, twice.state) == ("final", "earned_back")
    assert "not earned back: 3 were missed in the 12 months to 2026-06" in chronic.explanation


LATE = {"id": "report", "what": "deliverable", "statistic": "days_late", "expected": 0}


@pytest.mark.parametrize(("days", "paid"), [(0, 0), (1, 500), (10, 5_000), (12, 5_000)])
def test_e6_critical_deliverable(days: int, paid: int) -> None:
    """E6: 500 for each day late, up to 5,000; no charges are needed for it."""
    rule = {"per_point_above": "500 GBP", "at_most": "5000 GBP"}
    agreement = contract({"charge": "", "rules": {"report": rule}}, LATE)
    found = settle(agreement, figures(agreement, {"report": [days]}))
    assert found.total() == sm.Money(Decimal(paid), "GBP")


def by_money(values: list[int], **terms: Any) -> Ledger:
    """A contract under which each month costs so many pounds: a pound a day late."""
    agreement = contract({"charge": "", "rules": {"report": {"per_point_above": "1 GBP"}}, **terms}, LATE)
    return settle(agreement, figures(agreement, {"report": values}))


def test_e7_caps() -> None:
    """E7, M5 cap: 12,000; 20,000; 15,000; 9,000 under 18,000 a month and 50,000 a contract year."""
    found = by_money([12_000, 20_000, 15_000, 9_000], cap={"month": "18000 GBP", "contract_year": "50000 GBP"})
    assert amounts(found) == ["12000.00 GBP", "18000.00 GBP", "15000.00 GBP", "5000.00 GBP"]
    last = found.line("report", "2026-04")
    assert last is not None
    assert "contract year cap (50000.00 GBP, 45,000.00 GBP of it used) leaves 5,000.00 GBP" in last.explanation


def test_e7_next_year_begins_anew() -> None:
    """A cap of a contract year counts from the agreement's day: a year later all of it is there again."""
    names = [*MONTHS, *(f"2027-{month:02d}" for month in range(1, 4))]
    terms = {"charge": "", "cap": {"contract_year": "50000 GBP"}, "rules": {"report": {"per_point_above": "1 GBP"}}}
    agreement = contract(terms, LATE, **{"from": "2026-02-01"})
    values = figures(agreement, {"report": [30_000, 30_000, *[0] * 9, 30_000, 30_000]}, names[1:])
    assert amounts(settle(agreement, values))[:2] == ["30000.00 GBP", "20000.00 GBP"]
    assert amounts(settle(agreement, values))[-2:] == ["0.00 GBP", "30000.00 GBP"]


def test_a_quarter_uses_the_cap_of_its_last_month() -> None:
    """M5 cap: a line belongs to the stretch in which its period ends: that of a quarter to its last month."""
    targets = [{**LATE, "id": "m"}, {**LATE, "id": "q", "per": "quarter"}]
    rules = {name: {"per_point_above": "1 GBP"} for name in ("m", "q")}
    agreement = contract({"charge": "", "cap": {"month": "100 GBP"}, "rules": rules}, *targets)
    values = figures(agreement, {"m": [80, 0, 80]}) | figures(agreement, {"q": [80]}, ["2026-Q1"])
    found = settle(agreement, values)
    paid = [found.amount(*one) for one in (("m", "2026-01"), ("q", "2026-Q1"), ("m", "2026-03"))]
    assert [str(one) for one in paid] == ["80.00 GBP", "80.00 GBP", "20.00 GBP"]


def test_a_cap_that_shrinks_takes_nothing_back() -> None:
    """Where a share of smaller charges is below what was paid already nothing is left, and never less."""
    rows = [("2026-01", "10000"), ("2026-02", "1000")]
    paid = charges([{"agreement": "payroll", "period": one, "amount": fee, "currency": "GBP"} for one, fee in rows])
    terms = {"cap": {"year": "10%"}, "rules": {"up": {">= 99.5%": "0%", "otherwise": "50%"}}}
    assert amounts(ledger(terms, ["99", "99"], charge=paid)) == ["1000.00 GBP", "0.00 GBP"]


def test_bonuses_are_rounded_on_a_total_of_their_own() -> None:
    """Rounded on the total, credits and bonuses of a month each add up to their own."""
    half = {">= 99.5%": "0%", "otherwise": "0.3335%"}
    better = {">= 99.9%": "0.3335%", "otherwise": "0%"}
    agreement = contract({"round": "total half_even", "rules": {"a": half, "b": half}, "bonus": {"c": better}}, *THREE)
    found = settle(agreement, figures(agreement, {"a": ["99"], "b": ["99"], "c": ["99.9"]}), charged(1000))
    assert [amounts(found), amounts(found, "bonus")] == [["3.34 GBP", "3.33 GBP"], ["-3.34 GBP"]]


THREE = [{"id": name, "what": "availability", "expected": "99.5%"} for name in ("a", "b", "c")]


@pytest.mark.parametrize(
    ("rounding", "total"),
    [
        ("line half_up", "100.02"),
        ("total half_up", "100.01"),
        ("line half_even", "100.02"),
        ("total half_even", "100.00"),
        ("line down", "99.99"),
        ("total down", "100.00"),
        ("line up", "100.02"),
        ("total up", "100.01"),
    ],
)
def test_e8_rounding(rounding: str, total: str) -> None:
    """E8, M5 rounding: three times 33.335, line by line and on the total; the lines add up to the total either way."""
    agreement = contract(
        {"round": rounding, "rules": {one["id"]: {">= 99.5%": "0%", "otherwise": "3.3335%"} for one in THREE}}, *THREE
    )
    found = settle(agreement, figures(agreement, {one["id"]: ["99"] for one in THREE}), charged(1000))
    assert [line.calculated for line in found.lines] == [Fraction("33.335")] * 3
    assert str(found.total()) == f"{total} GBP"


@pytest.mark.parametrize(
    ("currency", "charge", "paid"),
    [("JPY", "33335", "3 JPY"), ("EUR", "33.35", "0.00 EUR"), ("KWD", "33.335", "0.003 KWD")],
)
def test_currency_exponents(currency: str, charge: str, paid: str) -> None:
    """JPY has no places, EUR two, KWD three: 0.01 % of a charge is rounded in each."""
    terms = {"rules": {"up": {">= 99.5%": "0%", "otherwise": "0.01%"}}}
    found = ledger(terms, ["99"], charge=charged(charge, currency=currency), currency=currency)
    assert amounts(found) == [paid]


TRIGGERS = [
    {"when": "up missed 3 months in a row", "then": "rectification_plan"},
    {"when": "any target missed 4 of 12 months", "then": "termination_right", "clause": "Cl 33.1(c)"},
]


def test_e9_four_months_in_a_row_fire_both() -> None:
    """E9: three in a row fires in the third month, four of twelve in the fourth; nothing is done by itself."""
    found = ledger({"rules": {"up": FLAT}}, ["99"] * 4 + ["99.9"], triggers=TRIGGERS)
    assert [(one.period, one.then) for one in found.triggers] == [
        ("2026-03", "rectification_plan"),
        ("2026-04", "termination_right"),
    ]
    assert str(found.triggers[1]) == (
        "2026-04: any missed 4 of 12 months: up missed in 2026-01, 2026-02, 2026-03, 2026-04; "
        "a right to terminate (Cl 33.1(c))."
    )


@pytest.mark.parametrize(
    ("when", "values", "periods"),
    [
        ("up missed", ["99", "99", "99.9", "99"], ["2026-01", "2026-02", "2026-04"]),
        ("up missed 2 months in a row", ["99", None, "99", "99"], ["2026-03"]),
        ("up missed 2 months in a row", ["99", "99.9", "99", "99.9"], []),
        ("up missed 2 of 3 periods", ["99", "99.9", "99", "99.9", "99.9", "99", "99"], ["2026-03", "2026-07"]),
        ("up missed 2 of 3 months", ["99", "99.9", "99.9", "99"], []),
        ("up below minimum once", ["98.9", "99.1", "98"], ["2026-01", "2026-03"]),
        ("up below minimum 2 months in a row", ["98", None, "98", "99.2"], ["2026-03"]),
        ("any target below minimum 2 of 12 months", ["98", "99.9", "98", "98"], ["2026-03"]),
    ],
)
def test_triggers(when: str, values: list[Any], periods: list[str]) -> None:
    """M5 trigger: it fires in the period in which it begins to hold; a period without a verdict is passed over."""
    minimum = {"id": "up", "what": "availability", "expected": "99.5%", "minimum": "99%"}
    found = ledger({"rules": {"up": FLAT}}, values, minimum, triggers=[{"when": when, "then": "notify"}])
    assert [one.period for one in found.triggers] == periods


def test_trigger_of_points() -> None:
    """Points of every target in the months before count together."""
    when = [{"when": "points reach 10 in 3 months", "then": "chronic"}]
    found = ledger({"repeat": "x2", "rules": {"up": MODEL}}, ["98.5", "96.5", "97", "99"], UP, triggers=when)
    assert [(one.period, one.why) for one in found.triggers] == [("2026-03", "11 points from 2026-01-01 on")]


def test_trigger_of_a_cap() -> None:
    """Credits of just 80 % of the yearly cap are told, once a year."""
    when = [{"when": "credits reach 80% of year cap", "then": "termination_right"}]
    found = ledger({"cap": {"year": "100 GBP"}, "rules": {"up": FLAT}}, ["99"] * 3, triggers=when, charge=800)
    assert amounts(found) == ["40.00 GBP", "40.00 GBP", "20.00 GBP"]
    assert [(one.period, one.why) for one in found.triggers] == [("2026-02", "80.00 GBP of 100.00 GBP")]


def test_trigger_of_a_cap_that_is_not_known() -> None:
    """Of a share of annual charges that are not all known nothing is told but that."""
    when = [{"when": "credits reach 1% of year cap", "then": "notify"}]
    terms = {"cap": {"year": "10% of annual"}, "rules": {"up": FLAT}}
    found = ledger(terms, ["99"], triggers=when, charge=charged(1000, MONTHS[:6]))
    assert (found.triggers, [one.code for one in found.problems]) == ((), ["W167"])


@pytest.mark.parametrize(
    ("repeat", "values", "factors"),
    [
        ([1, 1.5, 2], ["99"] * 4, [1, Fraction(3, 2), 2, 2]),
        ([1, 1.5, 2], ["99", "99.9", "99"], [1, 1, 1]),
        ([1, 1.5, 2], ["99", None, "99"], [1, 1, Fraction(3, 2)]),
        ({"factors": [1, 1.5, 2], "within": "3 months"}, ["99", "99.9", "99", "99", "99.9"], [1, 1, 1.5, 1.5, 1]),
        ({"factors": [1, 2], "within": "2 months"}, ["99", "99.9", "99"], [1, 1, 1]),
    ],
)
def test_multipliers(repeat: Any, values: list[Any], factors: list[Any]) -> None:
    """M5 repeat: factors go by the run of misses, or by how many there were in the months to the end of one."""
    found = ledger({"repeat": repeat, "rules": {"up": FLAT}}, values)
    assert [line.factor for line in found.lines] == factors
    assert [line.amount.amount for line in found.lines if line.amount] == [
        50 * factor if value == "99" else 0 for value, factor in zip(values, factors, strict=True) if value
    ]


def test_a_rules_own_multipliers_go_first() -> None:
    """A rule that says what repeats cost is not multiplied by those of all."""
    found = ledger({"repeat": "x2", "rules": {"up": {**FLAT, "repeat": "x3"}}}, ["99", "99"])
    assert amounts(found) == ["50.00 GBP", "150.00 GBP"]


TWO = [{"id": name, "what": "availability", "expected": "99.5%"} for name in ("a", "b")]


@pytest.mark.parametrize(
    ("incidents", "paid"),
    [
        ({"a": {"2026-01": ["INC1"]}, "b": {"2026-01": ["INC1", "INC2"]}}, ["0.00 GBP", "100.00 GBP"]),
        ({"a": {"2026-01": ["INC1"]}, "b": {"2026-01": ["INC2"]}}, ["50.00 GBP", "100.00 GBP"]),
        ({"a": {"2026-01": ["INC1"]}}, ["50.00 GBP", "100.00 GBP"]),
    ],
)
def test_single_event_rule(incidents: Any, paid: list[str]) -> None:
    """M5 one incident: one that fails several targets costs the highest credit only; other incidents cost their own."""
    rules = {"a": FLAT, "b": {">= 99.5%": "0%", "otherwise": "10%"}}
    agreement = contract({"one_incident": "highest_only", "rules": rules}, *TWO)
    found = settle(agreement, figures(agreement, {"a": ["99"], "b": ["99"]}), charged(1000), incidents=incidents)
    assert amounts(found) == paid


def test_single_event_rule_is_not_transitive() -> None:
    """A line that gave way takes no other with it: b falls to a, and c, which shares only with b, stands."""
    terms = {name: {">= 99.5%": "0%", "otherwise": cost} for name, cost in (("a", "9%"), ("b", "8%"), ("c", "5%"))}
    agreement = contract({"one_incident": "highest_only", "rules": terms}, *THREE)
    shared = {"a": {"2026-01": ["X"]}, "b": {"2026-01": ["X", "Y"]}, "c": {"2026-01": ["Y"]}}
    values = figures(agreement, {"a": ["99"], "b": ["99"], "c": ["99"]})
    found = settle(agreement, values, charged(1000), incidents=shared)
    assert amounts(found) == ["90.00 GBP", "0.00 GBP", "50.00 GBP"]
    assert [one.why for one in found.lines[1].steps if one.stage == "one incident"] == [
        "X failed a too, which costs more: only the highest counts"
    ]


def test_single_event_rule_in_months_that_do_not_overlap() -> None:
    """One incident of two months costs in each: a credit of January gives way to none of February."""
    rules = {"a": FLAT, "b": {">= 99.5%": "0%", "otherwise": "10%"}}
    agreement = contract({"one_incident": "highest_only", "rules": rules}, *TWO)
    values = figures(agreement, {"a": ["99", "99.9"], "b": ["99.9", "99"]})
    shared = {"a": {"2026-01": ["INC1"]}, "b": {"2026-02": ["INC1"]}}
    found = settle(agreement, values, charged(1000), incidents=shared)
    assert [str(found.amount(*one)) for one in (("a", "2026-01"), ("b", "2026-02"))] == ["50.00 GBP", "100.00 GBP"]


def test_single_event_rule_without_incidents_says_so() -> None:
    """Without incidents the rule cannot be followed: every credit stands, and that is told (W169)."""
    found = ledger({"one_incident": "highest_only", "rules": {"up": FLAT}}, ["99"])
    assert ([one.code for one in found.problems], str(found.total())) == (["W169"], "50.00 GBP")


def test_bonus_is_a_line_below_zero() -> None:
    """M5 bonus: it is owed the other way, in the same ledger; a missed figure earns none."""
    terms = {"rules": {"up": FLAT}, "bonus": {"up": {">= 99.9%": "1%", "otherwise": "0%"}}}
    found = ledger(terms, ["99.95", "99.6", "99"])
    assert amounts(found, "bonus") == ["-10.00 GBP"]
    assert amounts(found) == ["0.00 GBP", "0.00 GBP", "50.00 GBP"]
    assert str(found.total()) == "40.00 GBP"
    line = found.line("up", "2026-01", "bonus")
    assert line is not None
    assert line.explanation == (
        "up 2026-01: 99.95%, promised >= 99.5%, met; band >= 99.9% earns 1% of 1,000.00 GBP: 10.00 GBP; "
        "bonus 10.00 GBP."
    )


def test_bonus_by_the_point() -> None:
    """A bonus by the point counts upwards where more is better."""
    terms = {"rules": {"up": FLAT}, "bonus": {"up": {"per_point_above": "1%", "step": 0.1, "complete": True}}}
    assert amounts(ledger(terms, ["99.79"]), "bonus") == ["-20.00 GBP"]


def test_bonus_must_go_the_other_way() -> None:
    """A bonus that pays more for worse is refused (E161)."""
    with pytest.raises(sm.AgreementError, match="worse costs less"):
        ledger({"rules": {"up": FLAT}, "bonus": {"up": {">= 99.9%": "0%", "otherwise": "1%"}}}, ["99.95"])


def test_never_above_the_charge() -> None:
    """M5 charge: multipliers and several targets never bring a month's credits above its charge."""
    rules = {name: {">= 99.5%": "0%", "otherwise": "60%"} for name in ("a", "b")}
    agreement = contract({"repeat": "x2", "rules": rules}, *TWO)
    values = figures(agreement, {"a": ["99", "99"], "b": ["99", "99"]})
    found = settle(agreement, values, charged(1000))
    assert [str(found.total(month)) for month in MONTHS[:2]] == ["1000.00 GBP"] * 2
    assert amounts(found) == ["600.00 GBP", "400.00 GBP", "1000.00 GBP", "0.00 GBP"]


def test_what_is_met_owes_nothing() -> None:
    """M5 met: a figure that is met owes nothing, though its band would cost; and that bands do is told (W166)."""
    agreement = contract({"rules": {"up": FLAT}}, {"id": "up", "what": "availability", "expected": "99%"})
    found = settle(agreement, figures(agreement, {"up": ["99.2"]}), charged(1000))
    assert str(found) == "up 2026-01: 99.2%, promised >= 99%, met; nothing is owed."
    assert [(one.code, one.message) for one in found.problems] == [
        ("W166", "99% is met, and yet in band < 99.5% that costs 5%; what is met owes nothing")
    ]


def test_forgiven_misses_owe_nothing() -> None:
    """M3 few: where a rule for few items forgives a miss the figure is met, and the line says by which rule."""
    agreement = contract({"rules": {"up": {"per_point_below": "1%"}}})
    target = agreement.measured[0]
    goal = evolve(Goal.of(target), permitted_misses=1)
    forgiven = Figure(period="2026-01", judgement=judge_share(9, 10, goal), met=9, missed=1)
    found = settle(agreement, {"up": [forgiven]}, charged(1000))
    assert str(found) == "up 2026-01: 90%, promised >= 99.5%, met; permitted misses 1; nothing is owed."


def test_not_measured_is_neither_credit_nor_zero() -> None:
    """M2: what was not measured has no credit, and the total is that of the others."""
    found = ledger({"rules": {"up": FLAT}}, [None, "99"])
    assert (found.amount("up", "2026-01"), str(found.total())) == (None, "50.00 GBP")
    assert (found.lines[0].state, found.total("2026-01")) == ("not_measured", sm.Money(Decimal(0), "GBP"))


def test_as_missed_without_a_figure_is_not_known() -> None:
    """M5 unknown: what counts as missed without a figure lies in no band: what it costs is not known."""
    empty = {"id": "up", "what": "availability", "expected": "99.5%", "empty": "as_missed"}
    found = ledger({"rules": {"up": FLAT}}, [None, "99"], empty)
    assert ([line.state for line in found.lines], found.total("2026-01")) == (["unknown", "final"], None)
    assert [str(found.lines[1].factor), str(found.total("2026-02"))] == ["1", "50.00 GBP"]


def test_missing_charge_is_not_zero() -> None:
    """What owes and has no charge is unknown, with its reason; what owes nothing needs none."""
    found = ledger({"rules": {"up": FLAT}}, ["99", "99.9", "99"], charge=charged(1000, MONTHS[:1]))
    assert [line.state for line in found.lines] == ["final", "nothing", "unknown"]
    assert (found.total(), str(found.total("2026-01"))) == (None, "50.00 GBP")
    assert str(found.totals()["GBP"]) == "50.00 GBP"
    assert [str(line) for line in found.unknown()] == [
        (
            "up 2026-03: 99%, promised >= 99.5%, missed; band < 99.5% costs 5%; "
            "no charge for 2026-03-01 to 2026-04-01; what it comes to is not known."
        )
    ]


def test_what_is_unknown_hides_what_a_cap_has_left() -> None:
    """M5 unknown: where January is not known, neither is what a cap of the year leaves to February."""
    found = ledger({"cap": {"year": "60 GBP"}, "rules": {"up": FLAT}}, ["99", "99"], charge=charged(1000, MONTHS[1:]))
    assert [line.state for line in found.lines] == ["unknown", "unknown"]
    assert "what another line uses of the year cap is not known" in str(found.lines[1])
    alone = ledger({"cap": {"month": "60 GBP"}, "rules": {"up": FLAT}}, ["99", "99"], charge=charged(1000, MONTHS[1:]))
    assert [line.state for line in alone.lines] == ["unknown", "final"]


def test_missing_charges_as_an_error() -> None:
    """With missing="error" all that owes without a charge is told at once (E167)."""
    with pytest.raises(sm.ChargeError) as error:
        ledger({"rules": {"up": FLAT}}, ["99", "99.9", "99"], charge=Charges(), missing="error")
    assert [(one.code, one.path) for one in error.value.problems] == [("E167", "up 2026-01"), ("E167", "up 2026-03")]


def test_annual_cap_needs_only_what_could_bind() -> None:
    """M5 unknown: a share of the annual charges is at least that of those known; beyond them it is not."""
    terms = {"cap": {"year": "10% of annual"}, "rules": {"up": FLAT}}
    known = charged(1000, MONTHS[:3])
    assert amounts(ledger(terms, ["99"] * 3, charge=known)) == ["50.00 GBP"] * 3
    terms["rules"] = {"up": {">= 99.5%": "0%", "otherwise": "40%"}}
    found = ledger(terms, ["99"], charge=known)
    assert found.lines[0].state == "unknown"
    assert "no charge for 2026-04-01 to 2027-01-01" in str(found)
    rows = [{"agreement": "payroll", "period": "2026", "amount": "12000", "currency": "GBP"}]
    whole = Charges((*known.rows, *charges(rows).rows))
    assert amounts(ledger(terms, ["99"] * 3, charge=whole)) == ["400.00 GBP"] * 3
    assert amounts(ledger(terms, ["99"] * 4, charge=charged(1000))) == [*["400.00 GBP"] * 3, "0.00 GBP"]


def test_currency_mix() -> None:
    """Charges in another currency than the agreement's are refused, never converted (E165)."""
    with pytest.raises(sm.ChargeError, match="charge 2026-01 is USD, agreement is GBP"):
        ledger({"rules": {"up": FLAT}}, ["99"], charge=charged(1000, currency="USD"))


def test_charges_of_another_id() -> None:
    """Where every charge is for another agreement the ledger asks whether that one was meant (W165)."""
    rows = [{"agreement": "payrol", "period": "2026-01", "amount": "5", "currency": "USD"}]
    found = ledger({"rules": {"up": FLAT}}, ["99"], charge=charges(rows))
    assert [one.message for one in found.problems] == ["no charge is for 'payroll'; did you mean 'payrol'?"]
    assert found.lines[0].state == "unknown"


def test_a_period_before_the_agreement() -> None:
    """A period before the agreement is refused, and so is one after its end (E168)."""
    agreement = contract({"rules": {"up": FLAT}}, until="2026-06-30")
    for name, said in (
        ("2025-12", "lies before the agreement 'payroll', which begins on 2026-01-01"),
        ("2026-07", "after"),
    ):
        with pytest.raises(sm.AgreementError, match=said) as error:
            settle(agreement, figures(agreement, {"up": ["99"]}, [name]), charged(1000))
        assert [one.code for one in error.value.problems] == ["E168"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["2026-02", "2026-01"], "does not come after"),
        (["2026-01", "2026-01"], "does not come after"),
        (["2026-01", "2026-03"], "leave out 2026-02-01 to 2026-03-01"),
        (["June"], "tells no dates"),
    ],
)
def test_figures_out_of_order(names: list[str], said: str) -> None:
    """Figures that are out of order, there twice, left out or of no known dates are refused (E107)."""
    agreement = contract({"rules": {"up": FLAT}})
    with pytest.raises(sm.AgreementError, match=said):
        settle(agreement, figures(agreement, {"up": ["99"] * 2}, names), charged(1000))


def test_figures_of_no_target() -> None:
    """Figures of what is no period target are refused, with what may have been meant (E102)."""
    agreement = contract({"rules": {"up": FLAT}})
    with pytest.raises(sm.AgreementError, match="did you mean 'up'"):
        settle(agreement, {"upp": figures(agreement, {"up": ["99"]})["up"]})


def test_no_figures_for_a_rule_is_told() -> None:
    """A rule without figures settles nothing, and the ledger says so (W168)."""
    agreement = contract({"rules": {"up": FLAT}})
    assert [one.code for one in settle(agreement, {}).problems] == ["W168"]


@pytest.mark.parametrize(("at", "state"), [("99.5%", "earned_back"), ("expected", "final")])
def test_earn_back_at_a_level_of_its_own(at: str, state: str) -> None:
    """M5 earn-back: a level that is written is reached by just it; what is expected, as it is expected (> 99.5 %)."""
    above = {"id": "up", "what": "availability", "expected": "99.5%", "comparator": "gt"}
    rule = {"> 99.5%": "0%", "<= 99.5%": "5%"}
    found = ledger({"rules": {"up": rule}, "earn_back": {"after": "1 month", "at": at}}, ["99", "99.5"], above)
    assert found.lines[0].state == state


HOUR = 3_600_000_000
EVERY_TERM: dict[str, tuple[list[str], list[Any]]] = {
    "payroll-availability-99.9": (["2026-Q1", "2026-Q2", "2026-Q3"], [985, 985, 1000]),
    "change": (["2026-01", "2026-02", "2026-03"], [979.5, 970, 990.1]),
    "down": (["2026-01", "2026-02", "2026-03"], [2.5 * HOUR, 0.5 * HOUR, HOUR]),
    "nps": (["2026-01", "2026-02", "2026-03"], [25, 60, 30]),
}


def test_every_term_of_a_file_has_its_arithmetic() -> None:
    """A file that says all that credits can say: points, shares, amounts and times, bonuses, pool and earn-back."""
    agreement = next(iter(sm.load(ROOT / "tests/cases/agreement-terms.yaml").agreements))
    targets = {one.id: one for one in agreement.measured}
    values = {
        name: [
            Figure(
                period=period,
                judgement=judge(Fraction(value) / (1000 if name[0] in "pc" else 1), 1, Goal.of(targets[name])),
            )
            for period, value in zip(*rows, strict=True)
        ]
        for name, rows in EVERY_TERM.items()
    }
    rows = [{"agreement": agreement.id, "period": one, "amount": "10000", "currency": "EUR"} for one in MONTHS]
    found = settle(agreement, values, charges(rows))
    told = [(line.target, line.period, line.kind, line.state, str(line.amount)) for line in found.lines]
    assert [one for one in told if one[3] != "nothing"] == [
        ("down", "2026-01", "credit", "final", "150.00 EUR"),
        ("nps", "2026-01", "credit", "final", "500.00 EUR"),
        ("change", "2026-02", "credit", "provisional", "300.00 EUR"),
        ("nps", "2026-02", "bonus", "final", "-100.00 EUR"),
        ("down", "2026-02", "bonus", "final", "-150.00 EUR"),
        ("payroll-availability-99.9", "2026-Q1", "credit", "final", "450.00 EUR"),
        ("payroll-availability-99.9", "2026-Q2", "credit", "earned_back", "675.00 EUR"),
        ("payroll-availability-99.9", "2026-Q3", "earn_back", "final", "-675.00 EUR"),
    ]


def test_earn_back_in_another_unit() -> None:
    """A level in per cent is none of days late: that credit stands, and those in per cent may be earned back."""
    rules = {"report": {"per_point_above": "1 GBP"}, "up": FLAT}
    agreement = contract(
        {"rules": rules, "earn_back": {"after": "1 month", "at": "99.5%"}}, LATE, TWO[0] | {"id": "up"}
    )
    found = settle(agreement, figures(agreement, {"report": [1, 0], "up": ["99", "99.5"]}), charged(1000))
    assert [line.state for line in found.lines if line.period == "2026-01"] == ["final", "earned_back"]
    assert "final: 99.5% is no level of report" in str(found)


@pytest.mark.parametrize(
    ("claimed", "as_of", "state", "paid"),
    [
        (date(2026, 3, 2), date(2026, 6, 1), "final", "50.00 GBP"),
        (date(2026, 3, 3), date(2026, 6, 1), "lapsed", "0.00 GBP"),
        (None, date(2026, 3, 2), "final", "50.00 GBP"),
        (None, date(2026, 3, 3), "lapsed", "0.00 GBP"),
    ],
)
def test_claims(claimed: date | None, as_of: date, state: str, paid: str) -> None:
    """M5 claim: thirty days after January are 2 March, which is in time; later an unclaimed credit has lapsed."""
    claims = {("up", "2026-01"): claimed} if claimed else {}
    found = ledger({"claim": "within 30 days", "rules": {"up": FLAT}}, ["99"], claims=claims, as_of=as_of)
    assert (found.lines[0].claim_by, found.lines[0].state, amounts(found)) == (date(2026, 3, 2), state, [paid])


def test_claims_that_nobody_tracks() -> None:
    """Without claims the date is told, and nothing lapses; "2 months" are the second billing cycle (AWS)."""
    found = ledger({"claim": "within 2 months", "rules": {"up": FLAT}}, ["99"], as_of=date(2027, 1, 1))
    assert (found.lines[0].claim_by, str(found.total())) == (date(2026, 3, 31), "50.00 GBP")


@pytest.mark.parametrize(("charge", "paid", "state"), [("19.80", "0.00", "too_small"), ("20.00", "1.00", "final")])
def test_minimum_credit(charge: str, paid: str, state: str) -> None:
    """A credit below the least is not paid; just the least is."""
    found = ledger({"least": "1.00 GBP", "rules": {"up": FLAT}}, ["99"], charge=charge)
    assert (amounts(found), found.lines[0].state) == ([f"{paid} GBP"], state)


def test_charges_of_services() -> None:
    """M5 base: a target of services costs shares of their own charges where each has some, else of all."""
    up = {"id": "up", "what": "availability", "of": ["payroll"], "expected": "99.5%"}
    terms: dict[str, Any] = {"rules": {"up": FLAT}}
    own = Charges((*charged(1000, service="payroll").rows, *charged(3000, service="network").rows))
    assert amounts(ledger(terms, ["99"], up, charge=own, services=["payroll", "network"])) == ["50.00 GBP"]
    whole = charged(10_000)
    assert amounts(ledger(terms, ["99"], up, charge=whole, services=["payroll"])) == ["500.00 GBP"]
    assert amounts(ledger(terms, ["99"], charge=own)) == ["200.00 GBP"]


def test_quarters_are_charged_by_their_months() -> None:
    """M5 base: a figure of a quarter is a share of the months in it; one that is missing makes it unknown."""
    up = {"id": "up", "what": "availability", "expected": "99.5%", "per": "quarter"}
    agreement = contract({"rules": {"up": FLAT}}, up)
    values = figures(agreement, {"up": ["99", "99"]}, ["2026-Q1", "2026-Q2"])
    found = settle(agreement, values, charged(1000, MONTHS[:5]))
    assert [(line.state, str(line.amount)) for line in found.lines] == [("final", "150.00 GBP"), ("unknown", "None")]


@pytest.mark.parametrize("charge", ["contract month", "monthly"])
def test_contract_months(charge: str) -> None:
    """Figures and charges of months from the 15th are named by that date; a cap of those months is a share of them."""
    up = {"id": "up", "what": "availability", "expected": "99.5%", "per": "contract month"}
    names = ["2026-01-15", "2026-02-15"]
    agreement = contract({"charge": charge, "rules": {"up": FLAT}}, up, **{"from": "2026-01-15"})
    found = settle(agreement, figures(agreement, {"up": ["99", "99"]}, names), charged(1000, names))
    assert amounts(found) == ["50.00 GBP", "50.00 GBP"]
    assert [(str(line.starts), str(line.ends)) for line in found.lines][1] == ("2026-02-15", "2026-03-15")


def test_caps_of_contract_months() -> None:
    """What is at risk is a share of the charges of the contract month that the figure's period ends in."""
    up = {"id": "up", "what": "availability", "expected": "99.5%", "per": "contract month"}
    agreement = contract(
        {"charge": "contract month", "at_risk": "3%", "rules": {"up": FLAT}}, up, **{"from": "2026-01-15"}
    )
    paid = charges(
        [
            {"agreement": "payroll", "period": name, "amount": amount, "currency": "GBP"}
            for name, amount in (("2026-01-15", "1000"), ("2026-02-15", "2000"))
        ]
    )
    found = settle(agreement, figures(agreement, {"up": ["99", "99"]}, ["2026-01-15", "2026-02-15"]), paid)
    assert amounts(found) == ["30.00 GBP", "60.00 GBP"]


def test_steps_are_those_of_the_pipeline() -> None:
    """M5 order: every line records its way through the one pipeline, in its order."""
    terms = {
        "repeat": "x2",
        "cap": {"year": "10% of annual", "month": "15%"},
        "at_risk": "12%",
        "earn_back": {"after": "1 month"},
        "rules": {"up": {**FLAT, "at_most": "8%"}},
    }
    found = ledger(terms, ["99", "99"])
    stages = [step.stage for step in found.lines[1].steps]
    assert stages == sorted(stages, key=PIPELINE.index)
    assert [step.amount for step in found.lines[1].steps] == [None, 50, 100, 80, 80, 80, 80, 80, 80, 80, 80]
    assert [stage for stage in PIPELINE if stage in stages] == [
        *("measure", "band", "multiplier", "target cap", "charge cap", "pool cap", "month cap", "year cap"),
        *("earn-back", "rounding"),
    ]


def test_tables() -> None:
    """The ledger comes out as rows, CSV, JSON, pandas and Arrow, amounts as decimals or texts."""
    found = ledger({"rules": {"up": {**FLAT, "clause": "Sch 7"}}}, ["99", "99.9"])
    row = found.to_dicts()[0]
    assert (row["amount"], row["currency"], row["clause"]) == (Decimal("50.00"), "GBP", "Sch 7")
    assert found.to_csv().splitlines()[1].startswith("payroll,up,2026-01,credit,final,0.99,missed,0")
    told = json.loads(found.to_json())[0]
    assert (told["amount"], told["value"], told["steps"][1]["amount"]) == ("50.00", "99/100", "50")
    assert found.to_pandas()["amount"].sum() == Decimal("50.00")
    assert str(found.to_arrow().column("amount").type) == "decimal128(4, 2)"
    assert len(found.of("2026-02")) == 1
