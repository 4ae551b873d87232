"""Mid-period: an amendment inside a period acts from the next one, on its part, or pro rata (M3 amended)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.metric import Metric, parse_value
from slamodel.model.period import Period
from slamodel.model.version import MID_PERIODS
from slamodel.report.change.mid_period import Judged, judged, parts_of
from slamodel.report.periods import Periods, periods
from slamodel.timeline.instants import DAY, HOUR, from_datetime

OFFICE = sm.ServiceCalendar(timezone="UTC", hours={"mon-fri": "09:00-17:00"})
UP = Metric(kind="availability", of=("payroll",), during=OFFICE)


def at(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text).replace(tzinfo=UTC))


def up(level: str, metric: Metric = UP, **more: Any) -> sm.PeriodTarget:
    return sm.PeriodTarget(id="up", metric=metric, expected=parse_value(level, metric.kind), **more)


def version(number: int, since: str, *measured: sm.PeriodTarget, **more: Any) -> sm.Agreement:
    return sm.Agreement(id="x", version=number, starts_on=since, measured=measured, targets=(), **more)


def months(since: str = "2026-05-01", until: str = "2026-08-01", period: str = "month") -> Periods:
    low, high = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, until))
    return periods(period, low, high)


FIRST = version(1, "2026-01-01", up("99%"))
TABLE = months()


def told(figures: tuple[Judged, ...]) -> list[tuple[str, list[tuple[int, str, str]]]]:
    def day(us: int) -> str:
        return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us):%m-%d}"

    return [(one.name, [(p.version.version, day(p.start), day(p.end)) for p in one.parts]) for one in figures]


def second(how: str, **more: Any) -> sm.Versions:
    return sm.Versions((FIRST, version(2, "2026-06-15", up("99.5%"), mid_period=how, **more)))


def test_next_period() -> None:
    """M3 amended: by default the version before judges the whole of the period in which it is amended."""
    assert told(judged(second("next_period"), "up", TABLE)) == [
        ("2026-05", [(1, "05-01", "06-01")]),
        ("2026-06", [(1, "06-01", "07-01")]),
        ("2026-07", [(2, "07-01", "08-01")]),
    ]


def test_split() -> None:
    """M3 amended: under split each version judges its own part, as a figure of its own."""
    figures = judged(second("split"), "up", TABLE)
    assert told(figures)[1:3] == [("2026-06", [(1, "06-01", "06-15")]), ("2026-06", [(2, "06-15", "07-01")])]
    assert [one.goal.expected for one in figures[1:3]] == [Fraction(99, 100), Fraction(199, 200)]
    assert [one.period for one in figures] == [0, 1, 1, 2]


def test_pro_rata() -> None:
    """M3 pro rata: one figure, its value and its levels weighted by agreed service time: 10 and 12 days of 8 h."""
    [_, june, _] = judged(second("pro_rata"), "up", TABLE)
    assert [(part.version.version, part.start, part.end) for part in june.parts] == [
        (1, at("2026-06-01"), at("2026-06-15")),
        (2, at("2026-06-15"), at("2026-07-01")),
    ]
    assert june.weights == (80 * HOUR, 96 * HOUR)
    assert june.goal.expected == (Fraction(99, 100) * 80 + Fraction(199, 200) * 96) / 176
    assert june.value([Fraction(1), Fraction(98, 100)]) == (80 + Fraction(98, 100) * 96) / 176
    assert june.value([None, Fraction(98, 100)]) == Fraction(98, 100)
    assert june.value([None, None]) is None
    with pytest.raises(ValueError, match="1 values for 2 parts"):
        june.value([None])


def test_pro_rata_without_suspended_time() -> None:
    """M3 pro rata: suspended time is no agreed service time; without a calendar all time is."""
    pair = second("pro_rata")
    away = pair[1].suspend(datetime(2026, 6, 15, tzinfo=UTC), datetime(2026, 6, 20, tzinfo=UTC))
    [_, june, _] = judged(sm.Versions((FIRST, away)), "up", TABLE)
    assert june.weights == (80 * HOUR, 56 * HOUR)
    always = evolve(UP, during=None)
    pair = sm.Versions([evolve(one, measured=(up("99%", always),)) for one in (FIRST, away)])
    assert judged(pair, "up", TABLE)[1].weights == (14 * DAY, 11 * DAY)


def test_what_adds_up() -> None:
    """M3 pro rata: counts add up, and are held to the mean of the levels; an instant has no parts (E184)."""
    count = Metric(kind="count")
    pair = sm.Versions((version(1, "2026-01-01", up("30", count)), version(2, "2026-06-16", up("15", count))))
    pair = sm.Versions((pair[0], evolve(pair[1], mid_period="pro_rata")))
    [_, june, _] = judged(pair, "up", TABLE)
    assert (june.value([Fraction(4), Fraction(3)]), june.goal.expected) == (Fraction(7), Fraction(45, 2))
    assert june.goal.comparison == "le"
    backlog = Metric(kind="backlog")
    pair = sm.Versions([evolve(one, measured=(up("30", backlog),)) for one in pair])
    with pytest.raises(sm.AgreementError, match="open of backlog has no parts; write mid_period: split or next") as e:
        judged(pair, "up", TABLE)
    assert e.value.problems[0].code == "E184"


@pytest.mark.parametrize(
    "later",
    [
        up("4", Metric(kind="score")),
        up("99%", comparator="gt"),
        up("99%", evolve(UP, statistic="user_minutes")),
    ],
)
def test_measured_otherwise(later: sm.PeriodTarget) -> None:
    """E184: what is measured otherwise from the change on has no figure in common with what was before."""
    pair = sm.Versions((FIRST, version(2, "2026-06-15", later, mid_period="pro_rata")))
    with pytest.raises(sm.AgreementError, match=r"version 2 takes over amid a period of 'up'.*measured otherwise"):
        judged(pair, "up", TABLE)
    assert len(judged(sm.Versions((FIRST, evolve(pair[1], mid_period="split"))), "up", TABLE)) == 4


def test_minimum_of_parts() -> None:
    """M3 pro rata: a minimum there is where every part has one."""
    least = parse_value("90%", "availability"), parse_value("95%", "availability")
    ones = [evolve(FIRST, measured=(up("99%", minimum=least[0]),)), evolve(second("pro_rata")[1])]
    assert judged(sm.Versions(ones), "up", TABLE)[1].goal.minimum is None
    ones[1] = evolve(ones[1], measured=(up("99.5%", minimum=least[1]),))
    mean = (Fraction(90, 100) * 80 + Fraction(95, 100) * 96) / 176
    assert judged(sm.Versions(ones), "up", TABLE)[1].goal.minimum == mean


def test_several_in_one_period() -> None:
    """M3 amended: of several versions inside one period each says for itself how it takes over."""
    three = version(3, "2026-06-20", up("98%"), mid_period="split")
    four = version(4, "2026-06-25", up("97%"), mid_period="pro_rata")
    found = told(judged(sm.Versions((*second("next_period"), three, four)), "up", TABLE))
    assert found[1:] == [
        ("2026-06", [(1, "06-01", "06-20")]),
        ("2026-06", [(3, "06-20", "06-25"), (4, "06-25", "07-01")]),
        ("2026-07", [(4, "07-01", "08-01")]),
    ]


def test_gaps_and_ends() -> None:
    """M3 life: a version that begins where none was in force judges from there; none judges beyond the end."""
    first, later = evolve(FIRST, starts_on="2026-05-10", ends_on="2026-06-10"), second("next_period")[1]
    found = told(judged(sm.Versions((first, evolve(later, ends_on="2026-07-20"))), "up", TABLE))
    assert found == [
        ("2026-05", [(1, "05-10", "06-01")]),
        ("2026-06", [(1, "06-01", "06-11")]),
        ("2026-06", [(2, "06-15", "07-01")]),
        ("2026-07", [(2, "07-01", "07-21")]),
    ]
    seamless = evolve(FIRST, ends_on="2026-06-14")
    assert told(judged(sm.Versions((seamless, later)), "up", TABLE))[1] == ("2026-06", [(1, "06-01", "07-01")])


def test_targets_that_come_and_go() -> None:
    """M3 amended: who has no such target, or measures it over another period, judges none of it."""
    plain = version(2, "2026-06-15", mid_period="split")
    assert told(judged(sm.Versions((FIRST, plain)), "up", TABLE))[1:] == [("2026-06", [(1, "06-01", "06-15")])]
    none = evolve(FIRST, measured=())
    assert told(judged(sm.Versions((none, second("next_period")[1])), "up", TABLE)) == [
        ("2026-07", [(2, "07-01", "08-01")])
    ]
    quarterly = evolve(plain, measured=(up("99%", per=Period("quarter")),))
    assert len(judged(sm.Versions((FIRST, quarterly)), "up", TABLE, per=Period())) == 2
    assert judged(sm.Versions((evolve(FIRST, state="draft"),)), "up", TABLE) == ()


def test_cut_and_rolling_periods() -> None:
    """M3 amended: of a period that is cut the whole decides; each rolling one is a period of its own."""
    cut = months("2026-06-20", "2026-06-25")
    assert told(judged(second("next_period"), "up", cut)) == [("2026-06", [(1, "06-20", "06-25")])]
    rolling = months("2026-05-01", "2026-08-01", "rolling 2 days")
    found = judged(second("next_period"), "up", rolling)
    assert next(one.name for one in found if one.parts[0].version.version == 2) == "2026-06-16"
    assert len(found) == len(rolling)


def test_parts_as_periods() -> None:
    """The parts of a version are periods to be measured, each with the number of its figure and of its part."""
    figures = judged(second("pro_rata"), "up", TABLE)
    table, where = parts_of(figures, 2, TABLE)
    assert (table.names, where) == (("2026-06", "2026-07"), [(1, 1), (2, 0)])
    assert (table.starts.tolist(), table.ends.tolist()) == (
        [at("2026-06-15"), at("2026-07-01")],
        [at("2026-07-01"), at("2026-08-01")],
    )
    assert table.partial.tolist() == [True, False]
    assert len(parts_of(figures, 3, TABLE)[0]) == 0


@given(st.data())
def test_every_instant_is_judged_once(data: st.DataObject) -> None:
    """While an agreement is in force every instant is judged once, under split by the version in force then."""
    days = sorted(data.draw(st.lists(st.integers(0, 100), min_size=1, max_size=5, unique=True)))
    ends = [data.draw(st.none() | st.integers(day, 110)) for day in days]
    how = st.sampled_from(MID_PERIODS)
    ones = [
        version(
            number,
            (date(2026, 4, 20) + timedelta(days=day)).isoformat(),
            up("99%"),
            mid_period=data.draw(how),
            ends_on="" if end is None else (date(2026, 4, 20) + timedelta(days=end)).isoformat(),
        )
        for number, (day, end) in enumerate(zip(days, ends, strict=True), 1)
    ]
    versions = sm.Versions(ones)
    kind = data.draw(st.sampled_from(["month", "week", "quarter"]))
    table = months("2026-05-01", "2026-08-01", kind)
    figures = judged(versions, "up", table)
    parts = [part for one in figures for part in one.parts]
    for noon in np.arange(at("2026-05-01") + DAY // 2, at("2026-08-01"), DAY).tolist():
        now = versions.in_force(datetime.fromtimestamp(noon / 1e6, UTC))
        judging = [part.version for part in parts if part.start <= noon < part.end]
        assert len(judging) == (now is not None)
        if now is not None and {one.mid_period for one in ones} == {"split"}:
            assert judging == [now]
    for one in figures if kind == "month" else ():
        first = versions.in_force(datetime.fromtimestamp(one.parts[0].start / 1e6, UTC))
        assert one.parts[0].version == first
    assert all(len(one.parts) == 1 or len(one.weights) == len(one.parts) for one in figures)
