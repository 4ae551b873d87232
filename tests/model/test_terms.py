"""The nouns of the terms check themselves where they are made, and answer about one value."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import slamodel as sm
from slamodel.model.bound import Bound
from slamodel.model.service import check_services
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR

P = sm.Percent.parse
ATTAINED = sm.Metric(kind="attainment", target="resolve")
BANDS = sm.Bands((sm.Band(None, P("95%"), P("5%")), sm.Band(P("95%"), None, P("0%"))))


def target(**more: Any) -> sm.PeriodTarget:
    return sm.PeriodTarget(**{"id": "a", "metric": ATTAINED, "expected": P("95%"), **more})


def scheme(**more: Any) -> sm.CreditScheme:
    return sm.CreditScheme(**{"rules": (sm.CreditRule(target="a", bands=BANDS),), "charge": "monthly", **more})


def exclusion(**more: Any) -> sm.ExclusionRule:
    return sm.ExclusionRule(**{"name": "x", **more})


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: target(expected=P("101%")), "E140"),
    (lambda: target(minimum=P("96%")), "E141"),
    (lambda: target(expected=Fraction(1)), "E107"),
    (lambda: target(minimum=Amount(us=HOUR)), "E107"),
    (lambda: target(id=""), "E102"),
    (lambda: target(precision=Fraction(0)), "E107"),
    (lambda: target(permitted_misses=-1), "E107"),
    (lambda: target(small=(sm.SmallVolume(5), sm.SmallVolume(5))), "E102"),
    (lambda: target(metric=sm.Metric(kind="score", out_of=Fraction(5)), expected=Fraction(6)), "E140"),
    (lambda: target(metric=sm.Metric(kind="score"), expected=Fraction(4), warn=P("4%")), "E107"),
    (lambda: sm.SmallVolume(0), "E107"),
    (lambda: sm.SmallVolume(5, "aggregate", periods=1), "E107"),
    (lambda: sm.Metric(kind="count", statistic="mean"), "E107"),
    (lambda: sm.Metric(kind="time_stat", statistic="percentile"), "E107"),
    (lambda: sm.Metric(kind="time_stat", statistic="percentile", percentile=P("101%")), "E140"),
    (lambda: sm.Metric(kind="score", out_of=Fraction(0)), "E107"),
    (lambda: sm.Metric(kind="count", out_of=Fraction(5)), "E107"),
    (lambda: sm.Metric(kind="composite", parts=(("a", Fraction(0)),)), "E107"),
    (lambda: sm.Metric(kind="count", statistic="missed"), "E107"),
    (lambda: sm.Metric(kind="threshold", statistic="share"), "E107"),
    (lambda: sm.Metric(kind="threshold", bound=Bound.parse("<= 4")), "E107"),
    (lambda: sm.Metric(kind="score", by=("cause",)), "E107"),
    (lambda: sm.Metric(kind="attainment", divided_by="users"), "E107"),
    (lambda: Bound.parse("200"), "E107"),
    (lambda: Bound.parse("<= about 200"), "E107"),
    (lambda: target(metric=sm.Metric(kind="backlog", statistic="oldest", age="wall"), expected=Fraction(5)), "E107"),
    (lambda: sm.Metric(kind="backlog", statistic="oldest"), "E102"),
    (lambda: target(metric=sm.Metric(kind="deliverable"), expected=Fraction(5)), "E107"),
    (lambda: sm.Bands(()), "E160"),
    (lambda: sm.Bands((sm.Band(P("95%"), None, P("0%")),)), "E160"),
    (lambda: sm.Bands((sm.Band(None, P("95%"), P("5%")),)), "E160"),
    (lambda: sm.Bands((sm.Band(None, None, P("5%")), sm.Band(P("95%"), None, P("0%")))), "E160"),
    (lambda: sm.Bands((sm.Band(None, P("5%"), P("1%")), sm.Band(Fraction(5), None, P("0%")))), "E107"),
    (lambda: sm.Bands((sm.Band(None, P("5%"), P("1%")), sm.Band(P("5%"), None, sm.Points(Fraction(1))))), "E107"),
    (lambda: BANDS.check_direction(rises=False), "E161"),
    (lambda: sm.Points(Fraction(-1)), "E164"),
    (lambda: sm.CreditRule(target="a"), "E102"),
    (lambda: sm.CreditRule(target="a", bands=BANDS, per_point=P("1%")), "E102"),
    (lambda: sm.CreditRule(target="a", per_point=P("1%"), step=Fraction(0)), "E164"),
    (lambda: sm.CreditRule(target="a", bands=BANDS, multipliers=(Fraction(1, 2),)), "E164"),
    (lambda: scheme(rules=()), "E102"),
    (lambda: scheme(charge=""), "E163"),
    (lambda: scheme(rounding=("line", "sideways")), "E107"),
    (lambda: scheme(currency="EUR", least=sm.Money(Decimal(1), "GBP")), "E165"),
    (lambda: scheme(currency="EURO"), "E107"),
    (lambda: sm.Cap("month", P("101%")), "E164"),
    (lambda: sm.Cap("month", sm.Money(Decimal(-1), "EUR")), "E164"),
    (lambda: sm.Cap.parse("month", "2 points"), "E107"),
    (lambda: sm.Trigger(of="a", then="notify", count=3, within=2), "E107"),
    (lambda: sm.FailureCount.parse("0 failures in 1 year"), "E107"),
    (lambda: exclusion(name=""), "E102"),
    (lambda: sm.Window(id=""), "E102"),
    (lambda: sm.Window(id="a", between=("2026-01-02T00:00:00", "2026-01-01T00:00:00")), "E105"),
    (lambda: sm.Allowance(Amount(days=1), sm.Period()), "E132"),
    (lambda: sm.Allowance(Amount(), sm.Period()), "E130"),
    (lambda: sm.Composition(1, ()), "E102"),
    (lambda: sm.Composition(3, ("a", "b")), "E107"),
    (lambda: sm.Composition(1, ("a", "a")), "E102"),
    (lambda: sm.Service(id=""), "E102"),
    (lambda: sm.Service(id="a", users=-1), "E107"),
    (lambda: sm.ServiceOffering(id=""), "E102"),
    (lambda: check_services([sm.Service(id="a", components=sm.Composition(1, ("b",)))]), "E102"),
    (lambda: check_services([sm.Service(id="a", components=sm.Composition(1, ("a",)))]), "E178"),
    (lambda: sm.Matrix(impacts=("a",), urgencies=("b",), cells=(("P1", "P2"),)), "E137"),
    (lambda: sm.Matrix(impacts=("a",), urgencies=("b",), cells=(("P1",), ("P2",))), "E137"),
    (lambda: sm.Matrix(impacts=(), urgencies=("b",), cells=()), "E102"),
    (lambda: sm.Matrix(impacts=("a", "a"), urgencies=("b",), cells=(("P1",), ("P1",))), "E102"),
    (lambda: sm.PriorityScheme(order=("P1", "P1")), "E102"),
    (lambda: sm.PriorityScheme(order=("P1",), names=(("telco", (("1", "P2"),)),)), "E102"),
    (lambda: sm.Reference("a", ""), "E102"),
    (lambda: sm.Reference.parse("a/b/c/d"), "E102"),
    (lambda: sm.Reference("a", "b", hand_off=Amount(days=1)), "E132"),
    (lambda: sm.Branches("all_of", ()), "E102"),
    (lambda: sm.ServiceLevelRequirement(id="a", text=""), "E102"),
    (lambda: sm.QualitativeObligation(id="", statement="a"), "E102"),
    (lambda: sm.Review(id="", per=sm.Period()), "E102"),
    (lambda: sm.Contact(role="", party="a"), "E102"),
]


@pytest.mark.parametrize(("make", "code"), REFUSED)
def test_refused(make: Callable[[], Any], code: str) -> None:
    """What cannot be meant is refused by the noun itself, with the code of its rule."""
    with pytest.raises(sm.AgreementError) as error:
        make()
    assert code in [problem.code for problem in error.value.problems]


def test_which_way_is_better() -> None:
    """A metric knows whether more is better, and its statistic may turn it round."""
    assert [sm.Metric(kind=kind).rises for kind in ("attainment", "time_stat", "reliability", "backlog")] == [
        *(True, False, True, False),
    ]
    assert not sm.Metric(kind="reliability", statistic="mtrs").rises
    assert target(metric=sm.Metric(kind="count"), expected=Fraction(3), minimum=Fraction(5)).comparison == "le"
    assert target(comparator="lt", minimum=P("96%")).rises is False


def test_bounds() -> None:
    """A bound is exact, and written as it is read; a percentage is a share."""
    assert [str(Bound.parse(text)) for text in ("<=200", "> 99.5%", ">= -0.1", "< 3")] == [
        *("<= 200", "> 0.995", ">= -0.1", "< 3"),
    ]


def test_a_value_on_a_bound() -> None:
    """The bound that belongs to a tile is the lower one, or with ``closed`` high the upper one."""
    assert str(BANDS.band(P("95%")).pays) == "0%"
    assert str(BANDS.band(P("94.999999%")).pays) == "5%"
    upper = sm.Bands((sm.Band(None, Amount(us=HOUR), P("0%")), sm.Band(Amount(us=HOUR), None, P("5%"))), "high")
    assert (str(upper.band(Amount(us=HOUR)).pays), str(upper.band(Amount(us=HOUR + 1)).pays)) == ("0%", "5%")


def test_order_of_a_matrix() -> None:
    """Priorities come by the first diagonal that names them, then by name."""
    matrix = sm.Matrix(impacts=("a", "b"), urgencies=("x", "y"), cells=(("P1", "P3"), ("P2", "P4")))
    assert matrix.priorities == ("P1", "P2", "P3", "P4")
    words = sm.Matrix(impacts=("a", "b"), urgencies=("x", "y"), cells=(("urgent", "high"), ("high", "low")))
    assert words.priorities == ("urgent", "high", "low")


def test_yearly_caps_in_one_measure() -> None:
    """A share of a year's charges is twelve times one of a month's."""
    month = sm.Cap("month", P("15%"))
    assert [warning.code for warning in scheme(caps=(month, sm.Cap("year", P("14%")))).warnings()] == ["W164"]
    assert scheme(caps=(month, sm.Cap("year", P("10%"), of_annual=True))).warnings() == ()
    assert scheme(caps=(month, sm.Cap("year", sm.Money(Decimal(5), "EUR")))).warnings() == ()


def test_equal_by_content() -> None:
    """Terms are compared by what they say, and can be looked up by it."""
    assert target() == target()
    assert scheme() == scheme()
    assert {target(), target(), target(id="b")} == {target(), target(id="b")}
    assert hash(scheme()) == hash(scheme())
