"""P(late) of open clocks, by the product-limit estimate of Kaplan and Meier."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slamodel.report.ahead.survival import Survival, kaplan_meier
from slamodel.timeline.instants import HOUR, Int64


def hours(*values: float) -> Int64:
    return np.array([int(value * HOUR) for value in values], np.int64)


def finished(*values: float) -> Survival:
    return kaplan_meier(hours(*values), np.ones(len(values), bool))


def breach(survival: Survival, spent: float, allowed: float) -> tuple[float, float]:
    chance, most = survival.breach(hours(spent), hours(allowed))
    return float(chance[0]), float(most[0])


F1 = finished(1, 2, 2, 3, 4, 5, 6, 8, 10, 12)


def test_f1() -> None:
    """F1: history 1, 2, 2, 3, 4, 5, 6, 8, 10, 12 h, limit 8 h, 4 h used: 2 of 5 survivors exceed 8 h, 40 %."""
    assert breach(F1, 4, 8) == pytest.approx((0.4, 0.4))
    assert F1.exact(8 * HOUR) / F1.exact(4 * HOUR) == Fraction(2, 5)
    assert F1.came_past(hours(4, 12, 0)).tolist() == [5, 0, 10]


def test_censored_by_hand() -> None:
    """Open clocks count for as long as they have run: finished 2, 4, 6 h; open at 3 and at 4 h (at risk at 4 h still).

    S(2) = 4/5, S(4) = 4/5 * 2/3, S(6) = 0.
    """
    survival = kaplan_meier(hours(2, 4, 6, 3, 4), np.array([True, True, True, False, False]))
    assert [survival.exact(hour * HOUR) for hour in (1, 2, 3, 4, 5, 6)] == [
        1, Fraction(4, 5), Fraction(4, 5), Fraction(8, 15), Fraction(8, 15), 0,
    ]  # fmt: skip
    assert survival.finished == 3


def test_freireich_1963() -> None:
    """The published table: remission under 6-MP, 21 patients, 9 relapses (Freireich et al., Blood 21, 1963).

    S = 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448 after 6, 7, 10, 13, 16, 22 and 23 weeks.
    """
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    open_ones = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    survival = kaplan_meier(np.array(ended + open_ones), np.array([True] * 9 + [False] * 12))
    told = survival.left(np.array([6, 7, 10, 13, 16, 22, 23]))
    assert np.round(told, 3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_no_estimate_beyond_the_last() -> None:
    """M9 beyond: nothing is known beyond the longest clock that finished; only the most that it can be."""
    assert breach(F1, 4, 12) == (0.0, 0.0)
    chance, most = breach(F1, 4, 12.5)
    assert np.isnan(chance)
    assert most == 0
    part = kaplan_meier(hours(1, 2, 8), np.array([True, True, False]))
    assert np.isnan(breach(part, 1.5, 3)[0])
    assert breach(part, 1.5, 3)[1] == pytest.approx(0.5)
    assert np.isnan(breach(F1, 13, 14)[0])
    assert breach(F1, 13, 14)[1] == 1
    nobody = finished()
    assert np.isnan(breach(nobody, 1, 8)[0])
    assert breach(nobody, 1, 8)[1] == 1
    assert nobody.last is None


def test_the_limit_itself() -> None:
    """Where exactly the limit is late already (C3 at_limit), those that take just as long count as late."""
    spent, allowed = hours(4, 4), hours(8, 8)
    chance, _ = F1.breach(spent, allowed, at_limit=np.array([False, True]))
    assert chance == pytest.approx([0.4, 0.6])


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=12), st.integers(0, 12))
def test_floats_are_the_fractions(history: list[tuple[int, bool]], at: int) -> None:
    """The estimate in floats is the product of fractions; without open clocks it is a plain count."""
    lengths = np.array([length for length, _ in history], np.int64)
    stopped = np.array([done for _, done in history], bool)
    survival = kaplan_meier(lengths, stopped)
    assert float(survival.left(np.array([at]))[0]) == pytest.approx(float(survival.exact(at)), abs=1e-12)
    counted = kaplan_meier(lengths, np.ones(len(lengths), bool)).exact(at)
    assert counted == Fraction(int((lengths > at).sum()), len(lengths))
    # An open clock that would have stopped at once makes the future look no better than one that has not.
    assert survival.exact(at) >= counted


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=12), st.integers(0, 11))
def test_more_used_is_no_safer(history: list[tuple[int, bool]], spent: int) -> None:
    """The chance rises with what is used up and falls with the limit; it is a probability."""
    survival = kaplan_meier(
        np.array([length for length, _ in history], np.int64), np.array([done for _, done in history], bool)
    )
    at = np.array([spent, spent + 1, spent]), np.array([13, 13, 14])
    _, most = survival.breach(*at)
    assert ((most >= 0) & (most <= 1)).all()
    assert most[0] <= most[1] + 1e-12
    assert most[2] <= most[0] + 1e-12
