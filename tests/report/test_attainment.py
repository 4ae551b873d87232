"""Attainment: which items belong to a period, what they count as, and what the figure says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.report.attainment.attainment import Attainment, attainment
from slamodel.report.attainment.figures import share_text
from slamodel.report.attainment.goals import Goal
from slamodel.report.attainment.placing import Counting, Relief, placed
from slamodel.report.periods import Periods, periods
from slamodel.timeline.instants import HOUR

BOOK = """
slamodel: 1
agreement: desk
calendar: 24x7
targets:
  resolve: {default: 8h}
  quick: {kind: resolve, default: 4h}
pauses: [awaiting_customer]
"""
GOAL = Goal(expected=Fraction(95, 100))
# Opened and stopped, in hours of 30 June (0 to 23) and 1 July (24 to 47); None: still open.
ITEMS: dict[str, tuple[int, int | None]] = {
    "met": (0, 8),
    "late": (0, 9),
    "over": (20, 26),  # opened in June, met in July
    "across": (10, 30),  # due and breached in June, stopped in July
    "open": (14, None),  # breached in June at 22:00
    "young": (47, None),
}


def at(hour: int) -> datetime:
    return datetime(2026, 6, 30, tzinfo=UTC) + timedelta(hours=hour)


def judged(items: dict[str, tuple[int, int | None]], as_of: int = 48) -> sm.VerdictTable:
    rows: list[dict[str, Any]] = []
    for name, (opened, stopped) in items.items():
        rows.append({"item": name, "at": at(opened), "do": "opened"})
        if stopped is not None:
            rows.append({"item": name, "at": at(stopped), "do": "resolved"})
    return sm.evaluate(sm.loads(BOOK), rows, as_of=at(as_of))


def june_and_july() -> Periods:
    return periods("month", datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))


def of_resolve(verdicts: sm.VerdictTable, **options: Any) -> Attainment:
    rows = verdicts.column("target") == "resolve"
    return attainment(verdicts, june_and_july(), rows=rows, **options)


@pytest.mark.parametrize(
    ("by", "open_breaches", "june", "july"),
    [
        ("stopped", True, (["met"], ["late", "open"]), (["over"], ["across"])),
        ("stopped", False, (["met"], ["late"]), (["over"], ["across"])),
        ("breached", True, (["met"], ["across", "late", "open"]), (["over"], [])),
        ("breached", False, (["met"], ["across", "late"]), (["over"], [])),
        ("opened", True, (["met", "over"], ["across", "late", "open"]), ([], [])),
        ("opened", False, (["met", "over"], ["across", "late"]), ([], [])),
        ("due", True, (["met"], ["across", "late", "open"]), (["over"], [])),
        ("due", False, (["met"], ["across", "late"]), (["over"], [])),
    ],
)
def test_m3_which_items(by: str, open_breaches: bool, june: Any, july: Any) -> None:
    """M3: the four ways to put an item into a period, and what an open late one counts as."""
    found = of_resolve(judged(ITEMS), counting=Counting(by=by, open_breaches=open_breaches))
    for i, (met, missed) in enumerate((june, july)):
        assert sorted(found.items(i, met=True)) == met
        assert sorted(found.items(i, met=False)) == missed
        assert (found.met[i], found.missed[i]) == (len(met), len(missed))


def test_paused_and_late() -> None:
    """A clock that stands still has no due; if it was late already, it was due when it was breached (C9)."""
    rows = [
        {"item": "A", "at": at(0), "do": "opened"},
        {"item": "A", "at": at(30), "do": "status", "to": "awaiting_customer"},
        {"item": "B", "at": at(0), "do": "opened"},
        {"item": "B", "at": at(1), "do": "status", "to": "awaiting_customer"},
    ]
    verdicts = sm.evaluate(sm.loads(BOOK), rows, as_of=at(40))
    found = of_resolve(verdicts, counting=Counting(by="due"))
    assert found.items(0) == ["A"]
    assert found.missed.tolist() == [1, 0]


def test_breached_does_not_move() -> None:
    """By "stopped" an item that was reported late moves when it stops; by "breached" it stays where it was."""
    for by, july in (("stopped", [0, 1]), ("breached", [1, 0])):
        before = of_resolve(judged({"A": (0, None)}, 23), counting=Counting(by=by))
        after = of_resolve(judged({"A": (0, 30)}, 47), counting=Counting(by=by))
        assert before.missed.tolist() == [1, 0]
        assert after.missed.tolist() == july


def test_half_open() -> None:
    """An item that stops just as a period begins belongs to it (S2)."""
    found = of_resolve(judged({"A": (20, 24)}))
    assert found.met.tolist() == [0, 1]


def test_relief() -> None:
    """Only relief that was granted changes a figure; what was asked for, or is disputed, is told beside it."""
    relief = [
        Relief("late", "granted", "remove", reason="customer"),
        Relief("open", "granted", "count_as_met"),
        Relief("across", "requested"),
        Relief("over", "disputed"),
        Relief("nobody", "granted"),
        Relief("young", "granted"),
        Relief("met", "granted", targets=("quick",)),
    ]
    found = of_resolve(judged(ITEMS), relief=relief)
    assert (found.met.tolist(), found.missed.tolist()) == ([2, 1], [0, 1])
    assert (found.excluded.tolist(), found.relieved.tolist()) == ([1, 0], [1, 0])
    assert (found.requested.tolist(), found.disputed.tolist()) == ([0, 1], [0, 1])
    assert found.share(0) == 1
    assert found.share(1) == Fraction(1, 2)


def test_relief_by_text() -> None:
    """7 and "7" name one item (C14 one item)."""
    rows = [{"item": 7, "at": at(0), "do": "opened"}, {"item": 7, "at": at(9), "do": "resolved"}]
    verdicts = sm.evaluate(sm.loads(BOOK), rows, as_of=at(30))
    assert placed(verdicts, Counting(), [Relief("7")]).excluded.all()


def test_not_measured() -> None:
    """M2: a period without measured items has no share, no interval and no verdict."""
    figure = of_resolve(judged({"young": (47, None)})).figures(GOAL)[0]
    assert (figure.verdict, figure.value, figure.interval, figure.wording) == ("not_measured", None, None, "")
    assert str(figure) == (
        "2026-06: nothing measured, not measured; decided by nothing measured: not_measured; "
        "counted when stopped; open late items count as missed"
    )


def test_figure_tells_its_rules() -> None:
    """M3: the figure is printed with the fields that decided it; it is cut, never rounded up (C13)."""
    relief = [Relief("across", "disputed"), Relief("over")]
    june, july = of_resolve(judged(ITEMS), relief=relief).figures(
        Goal(expected=Fraction(95, 100), minimum=Fraction(1, 2))
    )
    assert str(june) == (
        "2026-06: 33.3 % (1 of 3), missed, below the minimum (clearly missed); decided by ge 0.95; "
        "counted when stopped; open late items count as missed"
    )
    assert str(july) == (
        "2026-07: 0.0 % (0 of 1), missed, below the minimum (clearly missed); 1 excluded; relief open for 1; "
        "decided by ge 0.95; counted when stopped; open late items count as missed"
    )
    assert share_text(Fraction(9996, 10000)) == "99.9 %"
    assert share_text(Fraction(1), 0) == "100 %"


def test_times() -> None:
    """Mean, median and percentile of the used-up time, exact and by nearest rank; open items are not in them."""
    found = of_resolve(judged({"A": (0, 1), "B": (0, 2), "C": (0, 6), "open": (0, None)}))
    assert sorted(found.times(0).tolist()) == [HOUR, 2 * HOUR, 6 * HOUR]
    for statistic, share, value in (("mean", None, 3), ("median", None, 2), ("percentile", Fraction(95, 100), 6)):
        goal = Goal(expected=Fraction(5 * HOUR), comparison="le")
        june, july = found.time_figures(goal, statistic, share)
        assert june.value == value * HOUR
        assert june.verdict == ("missed" if value > 5 else "met")
        assert july.verdict == "not_measured"
    assert str(found.time_figures(GOAL)[0]).startswith("2026-06: 3h (3 of 4), met")
    with pytest.raises(sm.AgreementError, match="percentile with its share"):
        found.time_figures(GOAL, "percentile")
    with pytest.raises(sm.AgreementError, match="write mean, median"):
        found.time_figures(GOAL, "mode")


@given(
    st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 30)), max_size=12),
    st.sampled_from(["stopped", "opened", "due", "breached"]),
    st.booleans(),
)
def test_days_add_up(lives: list[tuple[int, int | None]], by: str, open_breaches: bool) -> None:
    """The days of two months hold together what the months hold, and windows that overlap hold what they cover."""
    items = {str(i): (a, None if n is None else min(a + n, 47)) for i, (a, n) in enumerate(lives)}
    items["one"] = (0, 1)
    verdicts = judged(items)
    counting = Counting(by=by, open_breaches=open_breaches)
    since, until = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    months, days, rolling = (
        attainment(verdicts, periods(kind, since, until), counting=counting)
        for kind in ("month", "day", "rolling 2 days")
    )
    for name in ("met", "missed"):
        month, day, two = (getattr(one, name) for one in (months, days, rolling))
        assert month.sum() == day.sum()
        assert two[1:].tolist() == (day[1:] + day[:-1]).tolist()
    assert len({*map(str, months.items(0)), *map(str, months.items(1))}) <= len(items)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), min_size=1, max_size=12))
def test_relief_removes_from_both(lives: list[tuple[int, int]]) -> None:
    """An item that is excluded counts nowhere: as if it had not been."""
    items: dict[str, tuple[int, int | None]] = {str(i): (a, min(a + n, 47)) for i, (a, n) in enumerate(lives)}
    without = dict(list(items.items())[1:])
    found = of_resolve(judged(items), relief=[Relief("0")])
    if without:
        other = of_resolve(judged(without))
        assert np.array_equal(found.met, other.met)
        assert np.array_equal(found.missed, other.missed)
    assert found.excluded.sum() == 1
