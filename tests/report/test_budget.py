"""Budgets and slices: C8, C9, alerts over outages, probes, and what another tool answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.report.availability.availability import availability
from slamodel.report.availability.budget import BURN_ALERTS, Budget, alerts_at, budget_used, burn_rate
from slamodel.report.availability.outages import outages
from slamodel.report.availability.slices import from_probes, occurrences, ratio_timeslices, timeslices
from slamodel.report.periods import periods
from slamodel.timeline.instants import DAY, HOUR, MINUTE, from_datetime

THREE_NINES = Fraction(999, 1000)
ALWAYS = sm.ServiceCalendar(hours="24x7")
START = datetime(2026, 6, 1, tzinfo=UTC)


def test_c8_budget() -> None:
    """C8: 99.9 % of 30 days is 43.2 minutes; burn 14.4 for 1 h is 2 % of it, 6 for 6 h 5 %, 1 for 3 d 10 %."""
    budget = Budget(THREE_NINES, Fraction(30 * DAY))
    assert budget.whole == Fraction(432, 10) * MINUTE
    used = [budget_used(rule.burn, rule.long, 30 * DAY) for rule in BURN_ALERTS]
    assert used == [Fraction(2, 100), Fraction(5, 100), Fraction(10, 100)]
    spent = Budget(THREE_NINES, Fraction(30 * DAY), Fraction(216, 10) * MINUTE)
    assert (spent.used, spent.left) == (Fraction(1, 2), Fraction(216, 10) * MINUTE)
    assert spent.lasts(Fraction(1)) == 15 * DAY
    assert spent.lasts(Fraction(2)) == Fraction(15, 2) * DAY
    assert spent.lasts(Fraction(0)) is None
    assert Budget(THREE_NINES, Fraction(30 * DAY), Fraction(DAY)).lasts(Fraction(1)) == 0
    assert Budget(THREE_NINES, Fraction(0)).used is None


def test_c8_burn() -> None:
    """C8: 1.5 % bad in the last hour and 2 % in the last 5 minutes burn 15 and 20: page."""
    assert burn_rate(Fraction(15, 1000), THREE_NINES) == 15
    assert burn_rate(Fraction(2, 100), THREE_NINES) == 20
    hour, six, days = BURN_ALERTS
    assert hour.fires(Fraction(15, 1000), Fraction(2, 100), THREE_NINES)
    assert not hour.fires(Fraction(15, 1000), Fraction(144, 10_000), THREE_NINES)  # just at the rate
    assert not hour.fires(Fraction(1, 1000), Fraction(2, 100), THREE_NINES)
    assert (six.short, days.short, days.severity) == (30 * MINUTE, 6 * HOUR, "ticket")


def test_alerts_over_outages() -> None:
    """An outage pages while both windows burn, and stops to some minutes after it has ended."""
    down = outages(["web"], [START + timedelta(hours=10)], [START + timedelta(hours=10, minutes=10)])
    found = availability(down, periods("day", START, START + timedelta(days=1)), calendar=ALWAYS)
    minutes = np.arange(0, 24 * 60, dtype=np.int64) * MINUTE + from_datetime(START)
    fired = alerts_at(found, minutes, THREE_NINES)[BURN_ALERTS[0]]
    # 14.4 x 0.1 % of an hour is 51.84 s: the first whole minute beyond it; and the short window holds it 5 minutes.
    assert np.flatnonzero(fired).tolist() == list(range(10 * 60 + 1, 10 * 60 + 15))
    assert not alerts_at(found, minutes[:1], THREE_NINES)[BURN_ALERTS[0]].any()


def test_no_budget() -> None:
    """100 % leaves no budget, so nothing can burn it."""
    with pytest.raises(sm.AgreementError, match="leaves no error budget"):
        Budget(Fraction(1), Fraction(1))
    with pytest.raises(sm.AgreementError, match="leaves no error budget"):
        burn_rate(Fraction(1, 2), Fraction(1))


def test_c9_methods() -> None:
    """C9: slices 100/100, 50/100, 0/10: occurrences 150/210, ratio of slices 50 %, timeslices at 0.5 two thirds."""
    good, total = [100, 50, 0], [100, 100, 10]
    assert occurrences(good, total) == Fraction(150, 210)
    assert ratio_timeslices(good, total) == Fraction(1, 2)
    assert timeslices(good, total, Fraction(1, 2)) == Fraction(2, 3)


def test_empty_slices() -> None:
    """A slice without events is good, or not counted; without any there is no figure (M2)."""
    good, total = [50, 0, 0], [100, 0, 100]
    assert timeslices(good, total, Fraction(1, 2)) == Fraction(2, 3)
    assert timeslices(good, total, Fraction(1, 2), "excluded") == Fraction(1, 2)
    assert ratio_timeslices(good, total) == Fraction(1, 2)
    assert ratio_timeslices(good, total, "excluded") == Fraction(1, 4)
    assert occurrences([0], [0]) is None
    assert timeslices([0], [0], Fraction(1, 2), "excluded") is None
    assert ratio_timeslices([], []) is None


def test_refused() -> None:
    """More good than all, and a word that says nothing."""
    with pytest.raises(sm.EventError, match="slice 1 has 3 good of 2"):
        occurrences([1, 3], [2, 2])
    with pytest.raises(sm.AgreementError, match="does not say what a slice without events is"):
        timeslices([1], [1], Fraction(1, 2), "bad")
    with pytest.raises(sm.EventError, match="both are above zero"):
        from_probes(["a"], [START], [True], start=START, end=START, width=0)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=20))
def test_ratio_is_the_mean(rows: list[tuple[int, int]]) -> None:
    """The mean of the slices' ratios, exact, in whatever order they are added."""
    good, total = [min(pair) for pair in rows], [max(pair) for pair in rows]
    each = [Fraction(a, b) if b else Fraction(1) for a, b in zip(good, total, strict=True)]
    assert ratio_timeslices(good, total) == sum(each, Fraction(0)) / len(each)


def test_probes() -> None:
    """A slice is down where two of its probes failed, and unknown without one; one failure is not enough."""
    rows = [
        ("a", 0, True),
        ("a", 0, True),
        ("a", 2, True),
        ("a", 1, False),
        ("a", 3, False),
        ("b", 0, True),
        ("a", 9, True),
    ]
    down, unknown = from_probes(
        [name for name, _, _ in rows],
        [START + timedelta(minutes=5 * n + i) for i, (_, n, _) in enumerate(rows)],
        [failed for *_, failed in rows],
        start=START,
        end=START + timedelta(minutes=42),
        width=10 * MINUTE,
        down_from=2,
    )
    found = availability(down, periods("day", START, START + timedelta(minutes=40)), calendar=ALWAYS, unknown=unknown)
    assert down.services == ("a", "b")
    told = [(int(found.down[i, 0]) // MINUTE, int(found.unknown[i, 0]) // MINUTE) for i in (0, 1)]
    assert told == [(10, 20), (0, 30)]
