"""Error budgets of other tools: met exactly, but for the one that rounds its factors to whole numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from slamodel.report.attainment.goals import Goal, judge
from slamodel.report.availability.budget import Budget, burn_for, burn_rate
from slamodel.report.availability.slices import occurrences
from tests.vectors.corpus import Vector, vectors

pytestmark = pytest.mark.vectors
VECTORS = vectors("itsm-slo")
# Of these tools' answers: factors of 28 days rounded to whole numbers, which burns 14 where 2 % in an hour are 13.44.
WHOLE_NUMBERS = [v for v in VECTORS if v["id"].startswith("pyrra/")]
# And a period that its tables do not have; any period has a budget here.
NO_TABLE = [v for v in VECTORS if v["expect"] == "error: unsupported period"]


def exact(value: Any) -> Fraction:
    return Fraction(Decimal(repr(value)))


def of(name: str) -> list[Vector]:
    return [v for v in VECTORS if v["id"].startswith(name) and v not in NO_TABLE]


@pytest.mark.parametrize("vector", of("slo-generator"), ids=lambda v: v["id"])
def test_reports(vector: Vector) -> None:
    """A share of good events, valid from enough events on, and what of the budget it uses and burns."""
    args, expect = vector["args"], vector["expect"]
    goal = Goal(expected=exact(args["goal"]), at_least=args.get("min_events", 0))
    if "sli" in args:
        value, count = (None if args["sli"] is None else exact(args["sli"])), goal.at_least
    else:
        good, bad = args["good"] or 0, args["bad"] or 0
        value, count = occurrences([good], [good + bad]), good + bad
    judged = judge(value, count, goal)
    assert (judged.verdict != "not_measured") == expect.get("valid", True)
    if value is None or not expect.get("valid", True):
        return
    assert value == exact(expect["sli"])
    window = Fraction(args["window_seconds"], 60)
    budget = Budget(goal.expected, window, (1 - value) * window)
    burn = burn_rate(1 - value, goal.expected)
    told: dict[str, Any] = {
        "gap": value - goal.expected,
        "error_budget_target": 1 - goal.expected,
        "error_budget_measurement": 1 - value,
        "burn_rate": burn,
        "error_budget_minutes": budget.whole,
        "error_budget_remaining_minutes": budget.left,
        "error_minutes": budget.bad,
        "consumed_percent": (budget.used or 0) * 100,
    }
    assert {name: exact(expect[name]) for name in told if name in expect} == {
        name: number for name, number in told.items() if name in expect
    }
    if "alert" in expect:
        assert (burn > exact(args["burn_rate_threshold"])) == expect["alert"]


@pytest.mark.parametrize("vector", of("sloth"), ids=lambda v: v["id"])
def test_burn_windows(vector: Vector) -> None:
    """The rate that uses a share of the budget within the long window; theirs carries the errors of floats."""
    args, expect = vector["args"], vector["expect"]
    ours = burn_for(exact(args["budget_percent"]) / 100, args["long_window"], args["period_seconds"])
    assert float(ours) == pytest.approx(expect["burn_rate_factor"], rel=1e-15)
    assert 100 - args["objective_percent"] == expect["error_budget_percent"]
    assert Budget(exact(args["objective_percent"]) / 100, Fraction(100)).whole == Fraction(1, 10)


def test_all_are_told() -> None:
    """Nothing is left out in silence."""
    assert len(of("slo-generator")) + len(of("sloth")) + len(WHOLE_NUMBERS) + len(NO_TABLE) == len(VECTORS) == 26
    assert [burn_for(Fraction(2, 100), 3600, 2_419_200), WHOLE_NUMBERS[0]["expect"]["burn_rate_factor"]] == [
        Fraction(1344, 100),
        14,
    ]
