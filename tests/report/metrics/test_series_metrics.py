"""Metrics of series: scores, thresholds, ratios, unit costs and obligations, by worked numbers and by their laws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.clock.events import coded
from slamodel.model.bound import Bound
from slamodel.model.money import Money
from slamodel.model.period_target import PeriodTarget, SmallVolume
from slamodel.report.attainment.goals import Goal
from slamodel.report.metrics.composite import Part, composite
from slamodel.report.metrics.counts import total_of
from slamodel.report.metrics.measurement import Measurement, judged
from slamodel.report.metrics.qualitative import kept
from slamodel.report.metrics.ratios import ratio_of_series
from slamodel.report.metrics.scores import scores
from slamodel.report.metrics.series import Values, values, values_of_items
from slamodel.report.metrics.threshold import threshold, unit_of
from slamodel.report.metrics.unit_cost import unit_cost
from slamodel.report.periods import periods

JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
MONTHS = periods("month", JUNE, datetime(2026, 8, 1, tzinfo=UTC))
HOUR = 3_600_000_000


def series(name: str, *cells: Any, since: datetime = JUNE, step: timedelta = timedelta(hours=1), **more: Any) -> Values:
    """Return values an hour apart."""
    return values(name, [since + number * step for number in range(len(cells))], cells, **more)


def both(june: Sequence[Any], july: Sequence[Any], name: str = "survey") -> Values:
    """Return values of two months."""
    at = [JUNE + timedelta(hours=n) for n in range(len(june))] + [JULY + timedelta(hours=n) for n in range(len(july))]
    return values(name, at, [*june, *july])


# Scores.


def test_score_mean() -> None:
    """The mean of answers is exact; a month without an answer is not measured, never 0 (M2)."""
    june, july = scores(both([4, 5, 3, "4.5"], []), MONTHS, out_of=Fraction(5))
    assert (june.value, june.n) == (Fraction(33, 8), 4)
    assert (july.value, july.n, july.reason) == (None, 0, "no answer of 'survey' in 2026-07")
    assert june.evidence == ("line 1", "line 2", "line 3", "line 4")


def test_score_top_box() -> None:
    """CSAT: the share of 4 and 5 of five; without a least good answer only the best counts."""
    answers = series("csat", 5, 4, 3, 5, 1)
    two, one = (
        scores(answers, MONTHS, statistic="top_box", out_of=Fraction(5), good_from=g)[0] for g in (Fraction(4), None)
    )
    assert (two.value, two.good, two.n, two.evidence) == (Fraction(3, 5), 3, 5, ("line 3", "line 5"))
    assert (one.value, one.missed) == (Fraction(2, 5), 3)


def test_score_nps() -> None:
    """Reichheld 2003: 9 and 10 promote, 0 to 6 detract, 7 and 8 do neither: 50 % less 20 % is 30."""
    answers = series("nps", 10, 9, 9, 10, 9, 7, 8, 7, 6, 0)
    assert [one.value for one in scores(answers, MONTHS, statistic="nps")] == [30, None]
    assert scores(series("nps", 0, 6), MONTHS, statistic="nps")[0].value == -100
    with pytest.raises(sm.AgreementError, match="from 0 to 10"):
        scores(answers, MONTHS, statistic="nps", out_of=Fraction(5))


def test_score_outside() -> None:
    """An answer beyond the scale is left out and told; it makes no mean (M7 score)."""
    june, _ = scores(series("survey", 4, 50, -1, 5), MONTHS, out_of=Fraction(5))
    assert (june.value, june.n, june.note) == (Fraction(9, 2), 2, "2 answers below 0 or above 5 left out")
    alone, _ = scores(series("survey", 50), MONTHS, out_of=Fraction(5))
    assert (alone.value, alone.note) == (None, "1 answers below 0 or above 5 left out")


def test_score_minimum_responses() -> None:
    """With fewer answers than the goal asks for there is no figure, and none is not a miss."""
    goal = Goal(expected=Fraction(42, 10), at_least=3)
    few, none = judged(scores(both([5, 5], []), MONTHS), goal)
    assert (few.verdict, few.decided_by) == ("not_measured", "at least 3, measured 2")
    assert (none.verdict, none.decided_by) == ("not_measured", "no answer of 'survey' in 2026-07: not_measured")


def test_top_box_needs_an_edge() -> None:
    """A top box that nothing bounds is refused."""
    with pytest.raises(sm.AgreementError, match="good_from: 4"):
        scores(series("survey", 4), MONTHS, statistic="top_box")


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_scores_by_hand(given_: list[int]) -> None:
    """Each score is what a walk along the answers gives, exact."""
    answers, n = series("a", *given_), len(given_)
    mean = scores(answers, MONTHS)[0].value
    nps = scores(answers, MONTHS, statistic="nps")[0].value
    top = scores(answers, MONTHS, statistic="top_box", good_from=Fraction(8))[0].value
    assert mean == Fraction(sum(given_), n)
    assert nps == Fraction(100 * (sum(a >= 9 for a in given_) - sum(a <= 6 for a in given_)), n)
    assert top == Fraction(sum(a >= 8 for a in given_), n)


# Thresholds.

FAST = Bound.parse("<= 200")
LATENCY = ("120.5", 180, 200, 240, 90)


@pytest.mark.parametrize(
    ("statistic", "more", "value", "evidence"),
    [
        ("worst", {}, Fraction(240), ("line 4",)),
        ("worst", {"rises": True}, Fraction(90), ("line 5",)),
        ("largest", {"rises": True}, Fraction(240), ("line 4",)),
        ("smallest", {}, Fraction(90), ("line 5",)),
        ("median", {}, Fraction(180), ("line 2",)),
        ("percentile", {"percentile": Fraction(4, 5)}, Fraction(200), ("line 3",)),
        ("percentile", {"percentile": Fraction(801, 1000)}, Fraction(240), ("line 4",)),
        ("mean", {}, Fraction(1661, 10), None),
        ("total", {}, Fraction(1661, 2), None),
        ("last", {}, Fraction(90), ("line 5",)),
        ("share", {"bound": Bound.parse("<= 200")}, Fraction(4, 5), ("line 4",)),
        ("share", {"bound": Bound.parse("< 200")}, Fraction(3, 5), ("line 3", "line 4")),
        ("share", {"bound": Bound.parse(">= 120.5")}, Fraction(4, 5), ("line 5",)),
        ("share", {"bound": Bound.parse("> 120.5")}, Fraction(3, 5), ("line 1", "line 5")),
        ("share", {"bound": Bound.parse("<= 999999999999999.999999999999")}, Fraction(1), ()),
    ],
)
def test_threshold(statistic: str, more: dict[str, Any], value: Fraction, evidence: tuple[str, ...] | None) -> None:
    """What a series comes to, exact, and which of its values decided it."""
    june, july = threshold(series("latency", *LATENCY), MONTHS, statistic=statistic, **more)
    assert (june.value, june.n, july.value) == (value, 5, None)
    assert evidence is None or june.evidence == evidence


def test_threshold_of_a_later_month() -> None:
    """The evidence of a later month are its own values."""
    found = both([300, 100], [100, 300, 250], "latency")
    share, worst = threshold(found, MONTHS, statistic="share", bound=FAST)[1], threshold(found, MONTHS)[1]
    assert (share.evidence, worst.evidence) == (("line 4", "line 5"), ("line 4",))


def test_threshold_units() -> None:
    """A series in milliseconds is held to a length in microseconds, one in per cent to a share."""
    slow = threshold(series("latency", *LATENCY), MONTHS, unit=unit_of("ms", time=True))[0]
    assert slow.value == 240_000
    full = threshold(series("disk", "85.5"), MONTHS, unit=unit_of("%", time=False))[0]
    assert full.value == Fraction(855, 1000)
    assert unit_of("kg CO2e", time=False) == 1
    with pytest.raises(sm.AgreementError, match="no unit of time"):
        unit_of("kg", time=True)


def test_two_values_at_one_instant() -> None:
    """Two values of one service at one instant are an error; of two services they are two values (M7 series)."""
    at = [JUNE, JUNE, JULY]
    good = values("cpu", at, [1, 2, 3], service=["a", "b", "a"])
    assert threshold(good, MONTHS, statistic="mean")[0].value == Fraction(3, 2)
    assert threshold(good.of({"b"}), MONTHS, statistic="mean")[0].value == 2
    bad = values("cpu", at, [1, 2, 3], service=["a", "a", "a"])
    measures: list[Callable[[], Any]] = [lambda: threshold(bad, MONTHS), lambda: total_of(bad, MONTHS)]
    for measure in measures:
        with pytest.raises(
            sm.EventError, match=r"'cpu' of a has two values at 2026-06-01T00:00:00Z \(lines 1 and 2\)"
        ) as e:
            measure()
        assert e.value.problems[0].code == "E197"


@pytest.mark.parametrize("statistic", ["modus", "share", "percentile"])
def test_threshold_needs(statistic: str) -> None:
    """A statistic that is none, or lacks what it needs, is refused."""
    with pytest.raises(sm.AgreementError):
        threshold(series("a", 1), MONTHS, statistic=statistic)


@given(
    st.lists(st.fractions(-10, 10, max_denominator=12), min_size=1, max_size=25),
    st.fractions(-10, 10, max_denominator=7),
)
def test_bounds_are_exact(cells: list[Fraction], edge: Fraction) -> None:
    """How many values keep to a bound is decided as fractions are, whatever the denominators."""
    found = series("a", *cells)
    rows = slice(0, len(cells))
    assert found.keeps(rows, Bound("le", edge)).tolist() == [one <= edge for one in cells]
    assert found.keeps(rows, Bound("lt", edge)).tolist() == [one < edge for one in cells]
    assert found.keeps(rows, Bound("ge", edge)).tolist() == [one >= edge for one in cells]
    assert found.keeps(rows, Bound("gt", edge)).tolist() == [one > edge for one in cells]
    assert found.total(rows) == sum(cells)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(-5, 5)), max_size=30))
def test_periods_add_up(cells: list[tuple[int, int]]) -> None:
    """The totals of days add up to that of the whole; two rolling days hold every value twice, but on the last."""
    at = [JUNE + timedelta(hours=18 * n, microseconds=k) for k, (n, _) in enumerate(cells)]
    found = values("kwh", at, [value for _, value in cells])
    until = datetime(2026, 7, 5, tzinfo=UTC)

    def total(kind: str) -> Fraction:
        return sum((one.value or Fraction(0) for one in total_of(found, periods(kind, JUNE, until))), Fraction(0))

    assert total("day") == total("month") == total("term") == sum(value for _, value in cells)
    edge = sum(value for instant, (_, value) in zip(at, cells, strict=True) if instant >= until - timedelta(days=1))
    assert total("rolling 2 days") + edge == 2 * total("term")


NUMBERS = st.one_of(
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda one: round(one, 2)),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14),
)


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.sampled_from([np.float64, np.float32, np.int64]))
def test_arrays_are_as_exact_as_lists(cells: list[float], kind: type) -> None:
    """An array of numbers is read at once to the very decimals that its cells are read to one by one."""
    array: Any = np.array(cells).astype(kind)
    at = [JUNE + timedelta(hours=n) for n in range(len(cells))]
    quick, slow = values("a", at, array), values("a", at, array.tolist())
    assert [quick.value(row) for row in range(len(cells))] == [slow.value(row) for row in range(len(cells))]
    assert quick.total(slice(0, len(cells))) == slow.total(slice(0, len(cells)))


def test_an_array_of_large_numbers() -> None:
    """Numbers of which a sum does not fit into 64 bits are added up exactly all the same."""
    at = [JUNE + timedelta(hours=n) for n in range(4)]
    assert values("a", at, np.full(4, 10**14 * 3)).total(slice(0, 4)) == 12 * 10**14
    with pytest.raises(sm.EventError, match="is not a number"):
        values("a", at, np.full(4, 2**61))


def test_an_array_with_a_gap() -> None:
    """A gap in an array is no number, and no zero."""
    with pytest.raises(sm.EventError, match="line 2: nan is not a number"):
        values("a", [JUNE, JULY], np.array([1.0, np.nan]))


# Ratios.


def test_abandoned_calls() -> None:
    """Abandoned of offered calls: 8 of 160 are 1/20; a month without one of them is not measured (M7 few)."""
    offered, abandoned = both([100, 60], [40], "offered"), both([5, 3], [], "abandoned")
    june, july = ratio_of_series(abandoned, offered, MONTHS)
    assert (june.value, june.good, june.n) == (Fraction(1, 20), 8, 160)
    assert (july.value, july.reason) == (None, "no value of 'abandoned' in 2026-07")
    assert judged([june], Goal(expected=Fraction(5, 100), comparison="le"))[0].verdict == "met"
    with pytest.raises(sm.AgreementError, match="of which more is better"):
        judged([june], Goal(expected=Fraction(5, 100), comparison="le", permitted_misses=200))


def test_ratio_of_numbers() -> None:
    """What is no share of whole numbers is a ratio all the same: energy or tickets per user."""
    most, _ = ratio_of_series(series("tickets", 30), series("users", 10), MONTHS)
    assert (most.value, most.good, most.n) == (Fraction(3), None, 1)
    june, _ = ratio_of_series(series("kwh", "12.5", 30), series("users", 10), MONTHS)
    assert (june.value, june.good, june.n) == (Fraction(17, 4), None, 1)


def test_ratio_of_nothing() -> None:
    """Zero of zero is not measured, and what is counted is not below zero."""
    found = ratio_of_series(series("a", 0), series("b", 0), MONTHS)[0]
    assert (found.value, found.reason) == (None, "'b' is 0")
    with pytest.raises(sm.EventError, match="'a' is -1 on line 1"):
        ratio_of_series(series("a", -1), series("b", 4), MONTHS)


# Fields of items.


def test_a_field_of_items() -> None:
    """A field is a series with the items as ids; items without a value have none, and what is no number is told."""
    at = np.array([3, 1, 2, 5], np.int64)
    found, wrong = values_of_items(["A", "B", "C", "D"], at, coded(["4", "good", None, "5.5"]), "csat")
    assert [found.value(row) for row in range(len(found))] == [4, Fraction(11, 2)]
    assert (found.at.tolist(), found.named(slice(0, 2)), found.lines.tolist()) == ([3, 5], ("A", "D"), [1, 4])
    assert wrong == {"'good' is not a number; write it in digits, such as 4.2": ["B"]}


# Unit costs.

POUNDS = [Money(Decimal("12000.00"), "GBP"), None]


@pytest.mark.parametrize(("how", "value"), [("mean", 10), ("total", Fraction(10, 3)), ("last", Fraction(12000, 1250))])
def test_unit_cost(how: str, value: Any) -> None:
    """12,000 pounds over 1,150, 1,200 and 1,250 users: 10 a user at their mean; exact (M7 unit)."""
    june, july = unit_cost(POUNDS, both([1150, 1200, 1250], [1200], "users"), MONTHS, statistic=how, currency="GBP")
    assert (june.value, june.n) == (value, 3)
    assert (july.value, july.reason) == (None, "no cost of 2026-07")


def test_unit_cost_refuses() -> None:
    """Costs in two currencies, or in another than is expected, are an error (E165); no users are not measured."""
    users = both([1000], [1000], "users")
    mixed = [Money(Decimal(1), "GBP"), Money(Decimal(1), "EUR")]
    cases: list[Callable[[], Any]] = [
        lambda: unit_cost(mixed, users, MONTHS),
        lambda: unit_cost(POUNDS, users, MONTHS, currency="EUR"),
    ]
    for case in cases:
        with pytest.raises(sm.AgreementError) as error:
            case()
        assert error.value.problems[0].code == "E165"
    assert [one.reason for one in unit_cost(mixed[:1] * 2, both([0], [], "users"), MONTHS)] == [
        *("'users' is 0 in 2026-06", "no value of 'users' in 2026-07"),
    ]


# Obligations.


def test_kept() -> None:
    """Kept counts with evidence only; broken counts without (M7 kept)."""
    at = [JUNE + timedelta(days=n) for n in range(5)]
    given_ = ["yes", "yes", "no", "yes", "no"]
    checks = values(
        "encrypted", at, given_, ids=["C1", "C2", "C3", "C4", "C5"], evidence=["scan", None, "scan", "log", None]
    )
    june, july = kept(checks, MONTHS)
    assert (june.value, june.n, june.evidence) == (Fraction(1, 2), 4, ("C3", "C5"))
    assert june.note == "1 kept without evidence left out"
    assert july.reason == "no check of 'encrypted' with evidence in 2026-07"
    bare, _ = kept(series("encrypted", "yes", "yes", "no"), MONTHS)
    assert (bare.value, bare.n, bare.evidence, bare.note) == (
        Fraction(0),
        1,
        ("line 3",),
        "2 kept without evidence left out",
    )
    with pytest.raises(sm.EventError, match="'encrypted' is 2 on line 1"):
        kept(series("encrypted", 2), MONTHS)


# Composites.


def part(name: str, expected: Any, weight: int, *told: tuple[Fraction | None, str], **metric: Any) -> Part:
    target = PeriodTarget(id=name, metric=sm.Metric(kind="ratio", **metric), expected=expected)
    return Part(target, Fraction(weight), [_Told(*one) for one in told])


class _Told:
    def __init__(self, value: Fraction | None, verdict: str) -> None:
        self.value, self.verdict = value, verdict


P = sm.Percent.parse


def test_composite() -> None:
    """Weighted 3 to 1 of 99 % and 95 % is 98 %; the worst is 95 %; three quarters of the weight were met."""
    parts = [
        part("up", P("98%"), 3, (Fraction(99, 100), "met"), (None, "not_measured")),
        part("fixed", P("97%"), 1, (Fraction(95, 100), "missed"), (Fraction(1), "met")),
    ]
    weighted, worst, met = (composite(parts, statistic=how) for how in ("weighted", "worst", "met"))
    assert [one[0].value for one in (weighted, worst, met)] == [Fraction(98, 100), Fraction(95, 100), Fraction(3, 4)]
    assert (weighted[0].n, weighted[0].evidence) == (2, ("fixed",))
    assert [one[1].reason for one in (weighted, worst, met)] == ["up not measured"] * 3


def test_composite_of_unlike_parts() -> None:
    """Scores and shares have no mean; how many were met they have (M7 composite)."""
    score = Part(
        PeriodTarget(id="csat", metric=sm.Metric(kind="score"), expected=Fraction(4)),
        Fraction(1),
        [_Told(Fraction(42, 10), "met")],
    )
    share = part("up", P("98%"), 1, (Fraction(97, 100), "missed"))
    with pytest.raises(sm.AgreementError, match="told in different things"):
        composite([score, share], statistic="weighted")
    assert composite([score, share], statistic="met")[0].value == Fraction(1, 2)
    falling = Part(
        PeriodTarget(id="p", metric=sm.Metric(kind="recurrence"), expected=P("5%")), Fraction(1), share.figures
    )
    with pytest.raises(sm.AgreementError, match="better in different ways"):
        composite([falling, share])
    assert composite([falling, Part(falling.target, Fraction(1), [_Told(Fraction(1), "missed")])])[0].value == 1


def test_composite_over_one_period() -> None:
    """Parts over different periods have no common value, and a composite has parts with figures."""
    quarter = PeriodTarget(id="q", metric=sm.Metric(kind="ratio"), expected=P("98%"), per=sm.Period("quarter"))
    one = part("up", P("98%"), 1, (Fraction(1), "met"))
    with pytest.raises(sm.AgreementError, match="different periods"):
        composite([one, Part(quarter, Fraction(1), one.figures)])
    with pytest.raises(sm.AgreementError):
        composite([])
    whole = PeriodTarget(id="all", metric=sm.Metric(kind="composite", parts=(("up", Fraction(2)),)), expected=P("98%"))
    assert Part.of(whole, {"up": one.target}, {"up": one.figures})[0].weight == 2
    with pytest.raises(sm.AgreementError, match="'all' is made of 'up', of which there are no figures"):
        Part.of(whole, {}, {})
    with pytest.raises(sm.AgreementError, match="of which there are no figures"):
        Part.of(whole, {"up": one.target}, {})


# What measurements are held to.


def test_few_items() -> None:
    """The rules for few items go for shares of which more is better (M7 few)."""
    goal = Goal(expected=Fraction(9, 10), small=(SmallVolume.parse(20, "allow 1 miss"),))
    found = [Measurement(value=Fraction(2, 3), n=3, good=2), Measurement(value=None, reason="nothing")]
    assert [(one.verdict, one.decided_by) for one in judged(found, goal)] == [
        ("met", "below 20: allow 1 miss"),
        ("not_measured", "nothing: not_measured"),
    ]


def test_rolling_periods_share_rows() -> None:
    """A value belongs to every rolling period that holds it: a period's end is the next day's."""
    rolling = periods("rolling 2 days", JUNE, JUNE + timedelta(days=4))
    found = total_of(values("a", [JUNE, JUNE + timedelta(days=1), JUNE + timedelta(days=3)], [1, 2, 4]), rolling)
    assert dict(zip(rolling.names, (one.value for one in found), strict=True)) == {
        "2026-06-01": Fraction(1),
        "2026-06-02": Fraction(3),
        "2026-06-03": Fraction(2),
        "2026-06-04": Fraction(4),
    }


def test_values_refuse() -> None:
    """Columns that do not fit together, and cells that are no numbers, are an error with their lines."""
    with pytest.raises(sm.EventError, match="line 2: 'x' is not a number"):
        series("a", 1, "x")
    with pytest.raises(sm.EventError, match="2 instants for 1 values"):
        values("a", [JUNE, JULY], [1])
    with pytest.raises(sm.EventError, match="line 1: has no instant"):
        values("a", [None], [1])


def test_probes() -> None:
    """Probes make slices: an hour of which two probes failed is down, one without a probe is unknown."""
    at = [JUNE + timedelta(minutes=20 * n) for n in range(6)]
    up = values("up", at, [1, 0, 0, 1, 1, 1], service=["web"] * 6)
    down, unknown = up.probes(JUNE, JUNE + timedelta(hours=3), HOUR, down_from=2)
    assert (len(down), len(unknown)) == (1, 1)
    assert (int(down.start[0]), int(unknown.start[0] - down.start[0])) == (int(up.at[0]), 2 * HOUR)
    with pytest.raises(sm.EventError, match="a probe is 1 or 0"):
        series("up", 2).probes(JUNE, JULY, HOUR)
