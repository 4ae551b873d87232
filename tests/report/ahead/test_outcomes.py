"""How a period can end: Poisson binomial, arrivals, head-room and recovery."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, prod
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slamodel.model.period_target import SmallVolume
from slamodel.report.ahead.binomial import poisson, poisson_binomial
from slamodel.report.ahead.headroom import headroom, recovery
from slamodel.report.ahead.outcomes import outcomes
from slamodel.report.attainment.goals import Goal

CHANCES = [Fraction(1, 10), Fraction(2, 10), Fraction(5, 10), Fraction(8, 10)]
GOAL = Goal(expected=Fraction(95, 100))


def test_f2() -> None:
    """F2: 92 met, 4 missed, open 0.1, 0.2, 0.5, 0.8, target 95 %: P = 0.072 + 0.386 = 0.458; expected 94.4 %."""
    assert poisson_binomial(CHANCES)[:2] == [Fraction(72, 1000), Fraction(386, 1000)]
    found = outcomes(92, 4, CHANCES)
    assert found.chance(GOAL) == Fraction(458, 1000)
    assert found.share == Fraction(944, 1000)
    assert found.misses == Fraction(56, 10)
    floats = outcomes(92, 4, [float(chance) for chance in CHANCES])
    assert floats.chance(GOAL) == pytest.approx(0.458)
    assert [found.quantile(level) for level in (Fraction(1, 200), 0.5, 0.95)] == [
        Fraction(92, 100), Fraction(94, 100), Fraction(96, 100),
    ]  # fmt: skip


def test_f3() -> None:
    """F3: 90 of 96 at 95 %: 24 met in a row recover (114 of 120 is 95 %, 23 give 94.96 %); head-room is exact."""
    expected = Fraction(95, 100)
    assert recovery(90, 96, expected) == 24
    assert (Fraction(114, 120) >= expected, Fraction(113, 119) >= expected) == (True, False)
    assert recovery(95, 100, expected) == 0
    assert recovery(0, 0, expected) == 0
    assert recovery(99, 100, Fraction(1)) is None
    assert headroom(4, 100, expected) == 1
    assert headroom(7, 100, expected) == -2
    # Floats would say 0: 10 * (1 - 0.9) is 0.9999999999999998.
    assert headroom(0, 10, Fraction(9, 10)) == 1


@pytest.mark.parametrize("wrong", [(5, 4, Fraction(1, 2)), (-1, 4, Fraction(1, 2)), (1, 4, 0.95), (1, 4, Fraction(2))])
def test_headroom_refuses(wrong: tuple[int, int, Fraction]) -> None:
    """Counts that cannot be, and shares that are not exact, are refused."""
    with pytest.raises(ValueError, match=r"cannot be|no exact share"):
        recovery(*wrong)
    with pytest.raises(ValueError, match=r"cannot be|no exact share"):
        headroom(*wrong)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 99))
def test_recovery_is_the_least(met: int, missed: int, percent: int) -> None:
    """So many met items recover, and one fewer does not; so many misses are affordable, and one more is not."""
    expected, measured = Fraction(percent, 100), met + missed
    need = recovery(met, measured, expected)
    assert need is not None
    assert met + need >= expected * (measured + need)
    assert need == 0 or met + need - 1 < expected * (measured + need - 1)
    room = headroom(missed, measured, expected)
    assert measured - missed - room >= expected * measured
    assert measured - missed - room - 1 < expected * measured


@given(st.lists(st.fractions(0, 1, max_denominator=20), max_size=7))
def test_poisson_binomial_is_enumeration(chances: list[Fraction]) -> None:
    """The Poisson binomial equals the sum over every way in which the open items can end."""
    ways = [Fraction(0)] * (len(chances) + 1)
    for late in product((False, True), repeat=len(chances)):
        ways[sum(late)] += prod(
            (p if is_late else 1 - p for p, is_late in zip(chances, late, strict=True)), start=Fraction(1)
        )
    assert poisson_binomial(chances) == ways
    assert poisson_binomial([float(chance) + 0.0 for chance in chances]) == pytest.approx([float(way) for way in ways])


@given(st.integers(0, 40), st.fractions(0, 1, max_denominator=9))
def test_equal_chances_are_binomial(count: int, chance: Fraction) -> None:
    """With equal chances it is the binomial distribution."""
    found = poisson_binomial([chance] * count)
    assert found == [comb(count, n) * chance**n * (1 - chance) ** (count - n) for n in range(count + 1)]


@pytest.mark.parametrize("mean", [0.0, 0.3, 5.0, 800.0])
def test_poisson(mean: float) -> None:
    """The probabilities of a Poisson count add up, with its mean and variance."""
    first, each = poisson(mean)
    numbers = np.arange(first, first + len(each))
    assert each.sum() == pytest.approx(1)
    assert (numbers * each).sum() == pytest.approx(mean)
    assert ((numbers - mean) ** 2 * each).sum() == pytest.approx(mean, rel=1e-6, abs=1e-12)


def test_arrivals() -> None:
    """Arrivals are thinned: missed and met ones are two independent Poisson numbers beside what is open (M9)."""
    found = outcomes(10, 1, [0.5], arrivals=4.0, miss_rate=0.25)
    assert float(sum(one.chance for one in found)) == pytest.approx(1)
    assert found.misses == pytest.approx(1 + 0.5 + 1)
    assert sum(one.met * one.chance for one in found) == pytest.approx(10 + 0.5 + 3)
    nothing = [one for one in found if one.measured == 12]
    first, each = poisson(4.0)
    assert first == 0
    assert sum(float(one.chance) for one in nothing) == pytest.approx(each[0])
    assert len(nothing) == 2
    # By hand: none arrives (exp(-4)), the open one is met (half): 11 of 12.
    [best] = [one for one in nothing if one.met == 11]
    assert best.chance == pytest.approx(np.exp(-4) / 2)


TRIPLES = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)).filter(any)


@given(st.lists(st.fractions(0, 1, max_denominator=9), max_size=3), st.lists(TRIPLES, max_size=4))
def test_perhaps_is_enumeration(sure: list[Fraction], weights: list[tuple[int, int, int]]) -> None:
    """Items that need not be counted: every end has the probability that enumerating all ways gives it."""
    perhaps = [(missed / (missed + met + none), met / (missed + met + none)) for missed, met, none in weights]
    ways: dict[tuple[int, int], float] = {}
    for late in product((0, 1), repeat=len(sure)):
        for ends in product((0, 1, 2), repeat=len(perhaps)):
            chance = prod(float(p if is_late else 1 - p) for p, is_late in zip(sure, late, strict=True))
            each = zip(perhaps, ends, strict=True)
            chance *= prod((missed, met, 1 - missed - met)[end] for (missed, met), end in each)
            key = (len(sure) - sum(late) + ends.count(1), sum(late) + ends.count(0))
            ways[key] = ways.get(key, 0.0) + chance
    found = {(one.met, one.missed): float(one.chance) for one in outcomes(0, 0, sure, perhaps=perhaps)}
    for key, chance in ways.items():
        assert found.get(key, 0.0) == pytest.approx(chance, abs=1e-8)
    assert sum(found.values()) == pytest.approx(1)


def test_no_arrivals_is_the_limit_of_few() -> None:
    """With hardly any arrivals the forecast is that without."""
    few = outcomes(92, 4, [float(chance) for chance in CHANCES], arrivals=1e-12, miss_rate=0.5)
    assert few.chance(GOAL) == pytest.approx(0.458)


def test_many_arrivals() -> None:
    """M9 arrivals: of very many ends neighbours are one; means stay, and the chance is that of the normal limit."""
    found = outcomes(2_000, 500, [0.5] * 30, arrivals=3_000.0, miss_rate=0.2)
    assert len(found) <= 20_000
    assert found.misses == pytest.approx(500 + 15 + 600, abs=0.05)
    assert sum(one.met * one.chance for one in found) == pytest.approx(2_000 + 15 + 2_400, abs=0.05)
    # Met less four times missed: mean 4,415 - 4 * 1,115 = -45; variance 2,400 + 16 * 600 + 25 * 7.5.
    normal = NormalDist(-45, (2_400 + 16 * 600 + 25 * 7.5) ** 0.5)
    assert found.chance(Goal(expected=Fraction(4, 5))) == pytest.approx(1 - normal.cdf(0), abs=0.005)


def test_rules_of_the_target_decide() -> None:
    """An end is judged as the figure will be: permitted misses, rules for few items, earlier periods."""
    end = outcomes(2, 0, [Fraction(1, 3)])
    assert end.chance(GOAL) == Fraction(2, 3)
    few = Goal(expected=Fraction(95, 100), small=(SmallVolume(20, "allow", misses=1),))
    assert end.chance(few) == 1
    together = Goal(expected=Fraction(95, 100), small=(SmallVolume(20, "aggregate", periods=2),))
    assert end.chance(together, [(97, 97)]) == 1
    assert end.chance(together, [(10, 10)]) == Fraction(2, 3)


def test_nothing_measured() -> None:
    """M2: without any item there is no attainment and nothing is met."""
    end = outcomes(0, 0)
    assert (len(end), end.share, end.quantile(0.5), end.chance(GOAL)) == (1, None, None, 0)


@pytest.mark.parametrize("chance", [1.5, -0.1, float("nan")])
def test_no_probability(chance: float) -> None:
    """What is no probability is refused."""
    with pytest.raises(ValueError, match="no probability"):
        outcomes(1, 0, [chance])
    with pytest.raises(ValueError, match="no miss rate"):
        outcomes(1, 0, arrivals=1.0, miss_rate=chance)
    with pytest.raises(ValueError, match="no expected number"):
        poisson(-1.0)
