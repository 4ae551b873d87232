"""Control charts, capability, before and after, and Pareto tables: published worked numbers, and laws."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isclose
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.report.attainment.intervals import wilson
from slamodel.report.improvement.before_after import difference
from slamodel.report.improvement.capability import dpmo, sigma_level
from slamodel.report.improvement.charts import imr, p_chart
from slamodel.report.improvement.pareto import pareto

# D. Montgomery, Introduction to Statistical Quality Control, example of the p-chart: nonconforming cans of 50.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rates of ten batches.
FLOW = ["49.6", "47.6", "49.9", "51.3", "47.8", "51.2", "52.6", "52.4", "53.6", "52.1"]


def names(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]


def test_p_chart() -> None:
    """Centre 347/1500 = 0.2313, limits 0.0524 and 0.4102; samples 15 and 23 lie beyond them."""
    chart = p_chart(CANS, [50] * 30, names(30))
    assert chart.centre == Fraction(347, 1500)
    low, high = chart.points[0].low, chart.points[0].high
    assert low is not None
    assert high is not None
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.4102)
    assert chart.beyond == ("15", "23")


def test_p_chart_by_size() -> None:
    """A period with more items has narrower limits; one without any has no point (M2), and limits end at 0 and 1."""
    chart = p_chart([1, 40, 0, 0], [10, 1000, 0, 4], names(4))
    assert chart.centre == Fraction(41, 1014)
    few, many, none, least = chart.points
    assert few.high is not None
    assert many.high is not None
    assert few.high > many.high
    assert (few.low, least.low) == (0.0, 0.0)
    assert (none.value, none.low, none.high, none.beyond) == (None, None, None, False)
    assert p_chart([3, 3], [3, 3], names(2)).points[0].high == 1.0


def test_on_the_limit() -> None:
    """A share just on its limit is within (M8 chart): 9 p (1 - p) = n (p_i - p)^2, exact where floats are not."""
    # p = 1/2 over 36 + 324 items; 36 items at 3/4 lie 1/4 = 3 * sqrt(1/4/36) away.
    on = p_chart([27, 153], [36, 324], names(2))
    assert (on.centre, on.beyond) == (Fraction(1, 2), ())
    assert p_chart([28, 152], [36, 324], names(2)).beyond == ("1",)


@given(
    st.lists(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12)
)
def test_beyond_is_beyond(rows: list[tuple[int, int]]) -> None:
    """What is told to lie beyond lies outside the limits that are told, but for the last digit of a float."""
    chart = p_chart([hit for hit, _ in rows], [n for _, n in rows], names(len(rows)))
    for point in chart.points:
        assert point.value is not None
        assert point.low is not None
        assert point.high is not None
        value = float(point.value)
        near = isclose(value, point.low, abs_tol=1e-9) or isclose(value, point.high, abs_tol=1e-9)
        assert near or point.beyond == (not point.low <= value <= point.high)


def test_imr() -> None:
    """Mean 50.81, mean range 1.8778, limits 45.8159 and 55.8041: the process is in control."""
    chart = imr([Fraction(one) for one in FLOW], names(10))
    assert (chart.centre, chart.mean_range) == (Fraction("50.81"), Fraction("16.9") / 9)
    assert (round(float(chart.low), 4), round(float(chart.high), 4)) == (45.8159, 55.8041)
    assert chart.beyond == ()
    assert [point.name for point in chart.ranges] == names(10)[1:]


def test_imr_beyond() -> None:
    """A value, or a step, far from the others is told once; a step alone may be too far."""
    chart = imr([Fraction(one) for one in [10, 11, 10, 11, 10, 11, 10, 40, 41]], names(9))
    assert chart.beyond == ("8", "9")
    assert [point.name for point in chart.ranges if point.beyond] == ["8"]
    steps = imr([Fraction(one) for one in [10, 9, 10, 9, 10, 6, 13, 10, 9, 10, 9, 10]], names(12))
    assert [point.name for point in steps.points if point.beyond] == []
    assert steps.beyond == ("7",)


def test_single_values_on_the_limit() -> None:
    """A value just on its limit is within (M8 chart)."""
    chart = imr([Fraction(0), Fraction(0)], names(2))
    assert chart.low == chart.high == 0
    assert chart.beyond == ()


@pytest.mark.parametrize(
    ("defects", "items", "opportunities", "per_million", "sigma"),
    [
        (34, 10_000_000, 1, Fraction(34, 10), 6.0),
        (6_210, 1_000_000, 1, Fraction(6210), 4.0),
        (66_807, 1_000_000, 1, Fraction(66_807), 3.0),
        (308_538, 500_000, 2, Fraction(308_538), 2.0),
        (5, 100, 1, Fraction(50_000), 3.1449),
        (0, 100, 1, Fraction(0), None),
        (100, 100, 1, Fraction(1_000_000), None),
        (0, 0, 1, None, None),
    ],
)
def test_sigma(defects: int, items: int, opportunities: int, per_million: Fraction | None, sigma: float | None) -> None:
    """The table of Six Sigma: 3.4, 6,210, 66,807 and 308,538 defects per million are 6, 4, 3 and 2 sigma."""
    found = dpmo(defects, items, opportunities)
    assert found == per_million
    level = sigma_level(found)
    assert sigma is None if level is None else abs(level - (sigma or 0)) < 5e-4


# R. Newcombe, Statistics in Medicine 17 (1998), table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "interval"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_newcombe(one: tuple[int, int], other: tuple[int, int], interval: tuple[float, float]) -> None:
    """The eight examples of Newcombe's paper, to four places."""
    found = difference(other, one)
    assert found.value == Fraction(*one) - Fraction(*other)
    assert found.interval is not None
    assert [round(part, 4) for part in found.interval] == pytest.approx(interval, abs=1.1e-4)


def test_before_and_after() -> None:
    """From 90 of 100 to 96 of 100 may be chance, from 900 of 1000 to 960 of 1000 is not."""
    few, many = difference((90, 100), (96, 100)), difference((900, 1000), (960, 1000))
    assert (few.value, few.wording, many.wording) == (Fraction(6, 100), "not distinguishable", "clearly better")
    assert difference((900, 1000), (960, 1000), rises=False).wording == "clearly worse"
    assert difference((960, 1000), (900, 1000)).wording == "clearly worse"
    assert str(many).startswith("+6.0 points (+3.8 to +8.3), clearly better")
    none = difference((0, 0), (1, 1))
    assert (none.value, none.interval, str(none)) == (None, None, "not measured")


@given(*[st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))) for _ in range(2)])
def test_difference_laws(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Turned round it changes its sign, it holds the difference itself, and is no wider than both intervals."""
    there, back = difference(one, other), difference(other, one)
    assert there.interval is not None
    assert back.interval is not None
    assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]))
    assert there.interval[0] - 1e-9 <= float(there.value or 0) <= there.interval[1] + 1e-9
    wide = [(pair[1] - pair[0]) for pair in (wilson(*one), wilson(*other)) if pair]
    assert there.interval[1] - there.interval[0] <= sum(wide) + 1e-9


# Pareto.


def test_pareto() -> None:
    """Causes by their counts, shares exact and cumulative; what has no cause comes last, however often it is."""
    found = pareto(["disk", "mail", "disk", None, "disk", "net", None, None, None, "mail"])
    assert found.to_dicts() == [
        {"cause": "disk", "count": 3, "share": Fraction(3, 10), "cumulative": Fraction(3, 10)},
        {"cause": "mail", "count": 2, "share": Fraction(1, 5), "cumulative": Fraction(1, 2)},
        {"cause": "net", "count": 1, "share": Fraction(1, 10), "cumulative": Fraction(3, 5)},
        {"cause": None, "count": 4, "share": Fraction(2, 5), "cumulative": Fraction(1)},
    ]
    assert found.vital(Fraction(1, 2)) == ("disk", "mail")
    assert pareto({"a": 79, "b": 1, "c": 20}).vital() == ("a", "c")
    assert pareto([]).to_dicts() == []
    assert found.to_csv().splitlines()[1] == "disk,3,0.3,0.3"
    with pytest.raises(KeyError):
        found.column("rank")


@given(st.dictionaries(st.text("abc", max_size=3), st.fractions(0, 50, max_denominator=9), max_size=8))
def test_pareto_laws(weights: dict[str, Fraction]) -> None:
    """Shares add up to one, never rise, and the vital few are the fewest."""
    found = pareto(weights)
    shares = found.column("share").tolist()
    assert sum(shares) == (1 if any(weights.values()) else 0)
    assert shares == sorted(shares, reverse=True)
    few = found.vital()
    whole = sum(weights.values())
    assert sum(weights[one] for one in few) >= Fraction(4, 5) * whole
    assert not few or sum(weights[one] for one in few[:-1]) < Fraction(4, 5) * whole


CALLS: list[Callable[[], Any]] = [
    lambda: p_chart([1], [0], ["a"]),
    lambda: p_chart([2], [1], ["a"]),
    lambda: p_chart([1], [2], ["a", "b"]),
    lambda: imr([Fraction(1)], ["a"]),
    lambda: imr([Fraction(1), Fraction(2)], ["a"]),
    lambda: dpmo(3, 2),
    lambda: dpmo(1, 2, 0),
    lambda: dpmo(-1, 2),
    lambda: pareto({"a": -1}),
]


@pytest.mark.parametrize("call", CALLS)
def test_refused(call: Callable[[], Any]) -> None:
    """Numbers that cannot be are refused."""
    with pytest.raises(sm.AgreementError) as error:
        call()
    assert error.value.problems[0].code == "E107"
