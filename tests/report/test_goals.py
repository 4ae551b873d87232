"""Goals and intervals: figures held to what is expected, exactly; the numbers D1 to D3."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slamodel.model.metric import Metric
from slamodel.model.percent import Percent
from slamodel.model.period_target import PeriodTarget, SmallVolume
from slamodel.report.attainment.goals import (
    Goal,
    allowed_misses,
    in_default,
    judge,
    judge_each,
    judge_share,
    judge_together,
    rounded,
)
from slamodel.report.attainment.intervals import Z95, wilson, wording
from slamodel.report.attainment.placing import Counting
from slamodel.report.attainment.ranks import mean, percentile, weighted_mean
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR

Q95 = Fraction(95, 100)


@pytest.mark.parametrize(
    ("met", "measured", "low", "high"),
    [
        (19, 20, 76.39, 99.11),
        (190, 200, 91.04, 97.26),
        (1900, 2000, 93.96, 95.87),
        (3, 3, 43.85, 100.0),
        (0, 5, 0.0, 43.45),
        (96, 100, 90.16, 98.43),
    ],
)
def test_d1_wilson(met: int, measured: int, low: float, high: float) -> None:
    """D1: the Wilson interval at 1.96 standard deviations, in per cent to two places."""
    found = wilson(met, measured)
    assert found is not None
    assert [round(100 * end, 2) for end in found] == [low, high]


@given(st.integers(1, 400), st.data(), st.fractions(0, 1, max_denominator=200))
def test_wording_is_the_interval(measured: int, data: st.DataObject, expected: Fraction) -> None:
    """A verdict is clear just where what is expected lies outside the interval: no root is needed."""
    met = data.draw(st.integers(0, measured))
    low, high = wilson(met, measured) or (0.0, 1.0)
    said = wording(met, measured, expected)
    if min(abs(low - float(expected)), abs(high - float(expected))) < 1e-9:
        return
    inside = low < expected < high
    assert said == ("not distinguishable" if inside else "clearly met" if expected < low else "clearly missed")
    assert wording(met, measured, expected, rises=False) == {
        "clearly met": "clearly missed",
        "clearly missed": "clearly met",
    }.get(said, said)


def test_wording_of_nothing() -> None:
    """Nothing measured says nothing (M2); any miss refutes a promise of all."""
    assert wording(0, 0, Q95) == ""
    assert wilson(0, 0) is None
    assert wording(3, 3, Fraction(1)) == "not distinguishable"
    assert wording(999, 1000, Fraction(1)) == "clearly missed"
    assert Fraction(49, 25) == Z95


@pytest.mark.parametrize(("n", "misses"), [(10, 0), (19, 0), (20, 1), (39, 1), (40, 2), (100, 5)])
def test_d2_allowed_misses(n: int, misses: int) -> None:
    """D2: how many of n may be missed at 95 %."""
    assert allowed_misses(n, Q95) == misses
    assert judge_share(n - misses, n, Goal(expected=Q95)).verdict == "met"
    assert judge_share(n - misses - 1, n, Goal(expected=Q95)).verdict == "missed"


def test_d2_float_trap() -> None:
    """floor(10 * (1 - 0.9)) is 0 in floats and 1 in fact (M1)."""
    assert int(10 * (1 - 0.9)) == 0
    assert allowed_misses(10, Fraction(9, 10)) == 1
    assert judge_share(9, 10, Goal(expected=Fraction(9, 10))).verdict == "met"


def test_d3_small_volume() -> None:
    """D3: 3 items, 1 missed, 95 %, "below 20 one miss is allowed": met, raw 66.7 %; a second miss is too many."""
    goal = Goal(expected=Q95, small=(SmallVolume(20, "allow", misses=1),))
    found = judge_share(2, 3, goal)
    assert (found.verdict, found.value, found.decided_by) == ("met", Fraction(2, 3), "below 20: allow 1 miss")
    assert judge_share(1, 3, goal).verdict == "missed"
    all_but_one = Goal(expected=Fraction(99, 100), small=goal.small)
    assert [judge_share(n - 1, n, all_but_one).verdict for n in (19, 20)] == ["met", "missed"]  # the rule ends at 20


def test_small_not_measured() -> None:
    """Too few items make no figure; what a contract makes of that is said apart."""
    goal = Goal(expected=Q95, small=(SmallVolume(20, "not_measured"),), empty="as_met")
    found = judge_share(2, 3, goal)
    assert (found.verdict, found.value, found.effect) == ("not_measured", Fraction(2, 3), "met")


def test_small_aggregate() -> None:
    """With few items the periods before count too, up to three; the figure is that of all of them."""
    goal = Goal(expected=Q95, small=(SmallVolume(20, "aggregate", periods=3),))
    found = judge_each([19, 2, 3, 3, 40], [20, 3, 3, 3, 40], goal)
    shares = [Fraction(19, 20), Fraction(21, 23), Fraction(24, 26), Fraction(8, 9), Fraction(1)]
    assert [one.value for one in found] == shares
    assert [one.verdict for one in found] == ["met", "missed", "missed", "missed", "met"]
    assert found[1].decided_by == "below 20: aggregate 3 periods (2 of them), then ge 0.95"
    assert judge_each([0, 0], [0, 0], goal)[1].verdict == "not_measured"


def test_permitted_misses() -> None:
    """A miss a period is forgiven, whatever the share; it is no default either."""
    goal = Goal(expected=Q95, minimum=Fraction(85, 100), permitted_misses=1)
    found = judge_share(1, 2, goal)
    assert (found.verdict, found.below_minimum, found.decided_by) == ("met", False, "permitted misses 1")
    assert judge_share(0, 2, goal).verdict == "missed"


@pytest.mark.parametrize(("empty", "effect"), [("not_measured", ""), ("as_met", "met"), ("as_missed", "missed")])
def test_nothing_measured(empty: str, effect: str) -> None:
    """M2: nothing measured is never 0 % and never 100 %; the contract may still count it as one of them."""
    found = judge_share(0, 0, Goal(expected=Q95, empty=empty))
    assert (found.verdict, found.value, found.effect) == ("not_measured", None, effect)


def test_at_least() -> None:
    """A score of 29 answers is none where 30 make one."""
    goal = Goal(expected=Fraction(42, 10), at_least=30)
    assert judge(Fraction(5), 29, goal).verdict == "not_measured"
    assert judge(Fraction(5), 30, goal).verdict == "met"


def test_expected_and_minimum() -> None:
    """Below the minimum is a default at once; below what is expected it is one in two of three periods."""
    goal = Goal(expected=Q95, minimum=Fraction(85, 100))
    judged = judge_each([19, 18, 18, 16, 20], [20, 20, 20, 20, 20], goal)
    assert [one.verdict for one in judged] == ["met", "missed", "missed", "missed", "met"]
    assert [one.below_minimum for one in judged] == [False, False, False, True, False]
    assert in_default(judged) == [False, False, False, True, False]
    assert in_default(judged, 2, 3) == [False, False, True, True, False]


def test_two_steps() -> None:
    """90 % in 4 h and all in 8 h: missed if one step is; a step without items decides nothing."""
    four, eight = judge_share(18, 20, Goal(expected=Fraction(9, 10))), judge_share(19, 20, Goal(expected=Fraction(1)))
    nothing = judge_share(0, 0, Goal(expected=Fraction(1)))
    assert judge_together([four, eight]) == "missed"
    assert judge_together([four, nothing]) == "met"
    assert judge_together([nothing, nothing]) == "not_measured"


@pytest.mark.parametrize(
    ("how", "value", "verdict"),
    [
        ("half_up", Fraction(99, 100), "met"),
        ("down", Fraction(989, 1000), "missed"),
        (None, Fraction(9895, 10000), "missed"),
    ],
)
def test_rounding_before_comparison(how: str | None, value: Fraction, verdict: str) -> None:
    """98.95 % to a tenth is 99.0 % by half up and 98.9 % by down; without a precision it is what it is."""
    goal = Goal(expected=Fraction(99, 100), precision=Fraction(1, 1000) if how else None, rounding=how or "half_up")
    found = judge(Fraction(9895, 10000), 1, goal)
    assert (found.compared, found.verdict, found.value) == (value, verdict, Fraction(9895, 10000))


def test_of_a_period_target() -> None:
    """A period target as the file writes it is the goal, and says how it counts; its precision is in per cent."""
    target = PeriodTarget(
        id="p1",
        metric=Metric(kind="attainment", target="resolve"),
        expected=Percent.parse("99%"),
        minimum=Percent.parse("90%"),
        precision=Fraction(1, 10),
        count_in="breached",
        open_breaches=False,
        permitted_misses=2,
    )
    goal = Goal.of(target)
    assert (goal.expected, goal.minimum, goal.comparison) == (Fraction(99, 100), Fraction(9, 10), "ge")
    assert (goal.precision, goal.permitted_misses) == (Fraction(1, 1000), 2)
    assert Counting.of(target) == Counting(by="breached", open_breaches=False)
    mean_time = PeriodTarget(id="mean", metric=Metric(kind="time_stat", target="resolve"), expected=Amount(us=4 * HOUR))
    assert (Goal.of(mean_time).expected, Goal.of(mean_time).comparison) == (Fraction(4 * HOUR), "le")


def test_rounded() -> None:
    """The four ways, on halves and below zero."""
    halves = [Fraction(5, 2), Fraction(7, 2), Fraction(-5, 2)]
    assert [rounded(one, Fraction(1), "half_up") for one in halves] == [3, 4, -3]
    assert [rounded(one, Fraction(1), "half_even") for one in halves] == [2, 4, -2]
    assert [rounded(one, Fraction(1), "down") for one in halves] == [2, 3, -3]
    assert [rounded(one, Fraction(1), "up") for one in halves] == [3, 4, -2]


@pytest.mark.parametrize(("comparison", "held"), [("ge", "mmx"), ("gt", "mxx"), ("le", "xmm"), ("lt", "xxm")])
def test_comparisons(comparison: str, held: str) -> None:
    """Above, at and below what is expected."""
    goal = Goal(expected=Fraction(1, 3), comparison=comparison)
    found = "".join(
        "m" if judge(v, 1, goal).verdict == "met" else "x" for v in (Fraction(1, 2), Fraction(1, 3), Fraction(1, 4))
    )
    assert found == held


@given(st.integers(0, 500), st.integers(1, 500), st.fractions(0, 1, max_denominator=10**6))
def test_never_by_floats(met: int, more: int, expected: Fraction) -> None:
    """M1: a share is met just where met * denominator >= numerator * measured."""
    measured = met + more
    wanted = met * expected.denominator >= expected.numerator * measured
    assert (judge_share(met, measured, Goal(expected=expected)).verdict == "met") == wanted


@given(
    st.lists(st.integers(-(2**60), 2**60), min_size=1, max_size=40),
    st.fractions(Fraction(1, 100), 1, max_denominator=100),
)
def test_ranks(values: list[int], share: Fraction) -> None:
    """Nearest rank: the value of rank ceil(q n); the mean is exact where floats and 64 bits are not."""
    column = np.array(values, np.int64)
    assert percentile(column, share) == sorted(values)[ceil(share * len(values)) - 1]
    assert mean(column) == Fraction(sum(values), len(values))
    assert weighted_mean(column, np.arange(1, len(values) + 1)) == Fraction(
        sum(v * (i + 1) for i, v in enumerate(values)), len(values) * (len(values) + 1) // 2
    )


@given(st.lists(st.integers(0, 100), min_size=1, max_size=60), st.integers(0, 100), st.integers(1, 100))
def test_percentile_is_attainment(values: list[int], limit: int, per_cent: int) -> None:
    """So great a share is within a limit just where its nearest-rank percentile is."""
    share = Fraction(per_cent, 100)
    within = sum(value <= limit for value in values)
    held = judge_share(within, len(values), Goal(expected=share)).verdict == "met"
    ranked = percentile(np.array(values, np.int64), share)
    assert ranked is not None
    assert held == (ranked <= limit)


def test_nothing_ranked() -> None:
    """No values, no mean and no percentile (M2)."""
    none = np.array([], np.int64)
    assert mean(none) is None
    assert percentile(none) is None
    assert weighted_mean(none, none) is None
