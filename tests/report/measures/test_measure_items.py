"""Measured attainment: which items count, what exclusions make of them, and the rules of few items (M3, D1 to D3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.report.attainment.placing import Relief
from slamodel.report.measures.measure import measure
from slamodel.report.measures.report import PeriodReport
from slamodel.timeline.instants import HOUR

HEAD = """
slamodel: 1
agreement: desk
timezone: UTC
calendar: 24x7
targets:
  resolve: {P1: 4h, P2: 8h}
  respond: {P1: 1h, P2: 2h}
"""
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def item(name: str, day: int, hours: float, **fields: Any) -> list[dict[str, Any]]:
    """Return an item that is opened on a day of June (from 0) and resolved so many hours later."""
    opened = JUNE + timedelta(days=day)
    fields = {"priority": "P2", **fields}
    return [
        {"item": name, "at": opened, "do": "opened", **fields},
        {"item": name, "at": opened + timedelta(hours=hours), "do": "resolved", **fields},
    ]


def some(met: int, missed: int, day: int = 0) -> list[dict[str, Any]]:
    rows = [row for n in range(met) for row in item(f"M{day}-{n}", day, 1)]
    return rows + [row for n in range(missed) for row in item(f"L{day}-{n}", day, 30)]


def report(
    rows: list[dict[str, Any]], measured: str, period: Any = "2026-06", more: str = "", **options: Any
) -> PeriodReport:
    book = sm.loads(f"{HEAD}measured:\n  - {measured}\n{more}")
    as_of = options.pop("judged", datetime(2026, 9, 1, tzinfo=UTC))
    return measure(book, verdicts=sm.evaluate(book, rows, as_of=as_of), period=period, **options)


def test_phrase() -> None:
    """The short form of an agreement gives the exact share of the month, with the items that were missed."""
    (row,) = report(some(19, 2), "95% of resolve within target each month").rows
    assert (row.figure.value, row.n, row.verdict) == (Fraction(19, 21), 21, "missed")
    assert list(row.evidence) == ["L0-0", "L0-1"]
    assert len(row.evidence) == 2
    assert row.evidence[0] == "L0-0"
    assert row.why == (
        "resolve-95 in 2026-06 is 90.4 % (19 of 21); at least 95% is expected, so it is missed; "
        "counted when stopped; open late items count as missed."
    )


@pytest.mark.parametrize(("n", "misses"), [(10, 0), (19, 0), (20, 1), (39, 1), (40, 2), (100, 5)])
def test_d2_allowed_misses(n: int, misses: int) -> None:
    """D2: of n items at 95 % just so many may be missed."""
    said = "95% of resolve within target each month"
    assert report(some(n - misses, misses), said).rows[0].verdict == "met"
    assert report(some(n - misses - 1, misses + 1), said).rows[0].verdict == "missed"


def test_d3_small_volume() -> None:
    """D3: 3 items, 1 missed, "below 20 one miss is allowed": met, and the share is told as it is."""
    said = "{id: p, what: resolve, expected: 95%, below_20: allow 1 miss}"
    (row,) = report(some(2, 1), said).rows
    assert (row.figure.value, row.verdict) == (Fraction(2, 3), "met")
    assert "(below 20: allow 1 miss)" in row.why
    assert report(some(1, 2), said).rows[0].verdict == "missed"


def test_d3_not_measured() -> None:
    """D3: too few items make no figure; the contract may count that as met."""
    (row,) = report(some(2, 1), "{id: p, what: resolve, expected: 95%, below_20: not_measured, empty: as_met}").rows
    assert (row.verdict, row.figure.judgement.effect) == ("not_measured", "met")
    assert row.reason == "below 20: not_measured"


def test_d3_aggregate_looks_back() -> None:
    """D3: with few items the months before count too, though only June was asked for (M3 history)."""
    rows = [*some(19, 1, -60), *some(2, 1, -30), *some(3, 0, 3)]
    (row,) = report(rows, "{id: p, what: resolve, expected: 95%, below_20: aggregate 3 periods}").rows
    assert row.figure.period == "2026-06"
    assert row.figure.value == Fraction(24, 26)
    assert row.figure.judgement.decided_by == "below 20: aggregate 3 periods (3 of them), then ge 0.95"


def test_d1_interval() -> None:
    """D1: 19 of 20 is told with its interval, 76.39 to 99.11 %, which decides nothing."""
    found = report(some(19, 1), "95% of resolve within target each month")
    low, high = found.column("low")[0], found.column("high")[0]
    assert (round(100 * low, 2), round(100 * high, 2)) == (76.39, 99.11)
    assert found.column("wording").tolist() == ["not distinguishable"]


def test_two_levels_and_two_steps() -> None:
    """Below the minimum it is a default; two promises on one clock are missed if one of them is."""
    rows = some(8, 2)
    found = report(
        rows,
        "{id: four, what: resolve, expected: 95%, minimum: 85%}\n"
        "  - {id: all, what: resolve, expected: 80%, warn: 90%}",
    )
    four, every = found.rows
    assert (four.verdict, four.figure.judgement.below_minimum) == ("missed", True)
    assert ", and below the minimum of 85%" in four.why
    assert (every.verdict, every.warned) == ("met", True)
    assert found.together("four", "all") == ["missed"]
    assert found.together("all") == ["met"]


def test_priorities() -> None:
    """M3 fields: ``for`` counts the items that were judged by that priority, whatever they are called later."""
    rows = [*item("A", 0, 1, priority="P1"), *item("B", 0, 6, priority="P1"), *item("C", 0, 6)]
    rows.append({"item": "B", "at": JUNE + timedelta(days=2), "do": "priority", "to": "P2"})
    found = report(
        rows,
        "{id: p1, what: resolve, for: P1, expected: 95%}\n  - {id: p2, what: resolve, for: P2, expected: 95%}",
    )
    assert [(row.figure.met, row.figure.missed) for row in found.rows] == [(1, 1), (1, 0)]


def test_services_of_items() -> None:
    """``of`` counts the items of these services; a log that does not tell them is refused."""
    rows = [*item("A", 0, 1, service="mail"), *item("B", 0, 30, service="web"), *item("C", 0, 30)]
    said = "{id: mail, what: resolve, metric: attainment, of: mail, expected: 95%}"
    more = "services: [mail, web]"
    assert report(rows, said, more=more).rows[0].figure.value == 1
    bare = [{key: value for key, value in row.items() if key != "service"} for row in rows]
    with pytest.raises(sm.EventError, match="counts items of mail, and the log has no field 'service'"):
        report(bare, said, more=more)


def test_time_statistics() -> None:
    """The median, a percentile and the mean of used-up time, in nearest ranks and exact."""
    rows = [row for n in range(4) for row in item(f"I{n}", n, n + 1)]
    found = report(
        rows,
        "{id: median, what: resolve, metric: time_stat, statistic: median, expected: 2h}\n"
        "  - {id: p95, what: resolve, metric: time_stat, statistic: p95, expected: 3h}\n"
        "  - {id: mean, what: resolve, metric: time_stat, expected: 150m}",
    )
    assert [row.figure.value for row in found.rows] == [2 * HOUR, 4 * HOUR, Fraction(5, 2) * HOUR]
    assert [row.verdict for row in found.rows] == ["met", "missed", "met"]
    assert found.rows[0].detail == "median of 4 items: 2h"


def test_volume() -> None:
    """M3 volume: where more items came than the promise is for, it does not hold, and that is told."""
    said = "{id: p, what: resolve, expected: 95%, volume_at_most: 10}"
    (row,) = report(some(5, 6), said).rows
    assert (row.verdict, row.figure.value, row.figure.judgement.effect) == ("not_measured", Fraction(5, 11), "")
    assert row.reason == "the promise is for 10 items, and 11 were measured"
    assert report(some(5, 5), said).rows[0].verdict == "missed"


EXCLUDED = "exclusions: [{name: duplicate}]"


def test_exclusion() -> None:
    """M3 fields: an item that an exclusion is about is in neither count; the log tells it by its last event."""
    rows = [*some(3, 1), *item("D", 0, 30)]
    rows.append({"item": "D", "at": JUNE + timedelta(days=3), "do": "closure", "to": "duplicate"})
    (row,) = report(rows, "95% of resolve within target each month", more=EXCLUDED).rows
    assert (row.figure.met, row.figure.missed, row.figure.excluded) == (3, 1, 1)
    assert "1 excluded" in row.why


def test_counted_as_met() -> None:
    """``count_as_met`` keeps the item, and counts it as met."""
    rows = [*some(3, 1), *item("D", 0, 30, closure="duplicate")]
    more = "exclusions: [{name: duplicate, effect: count_as_met}]"
    (row,) = report(rows, "95% of resolve within target each month", more=more).rows
    assert (row.figure.met, row.figure.missed, row.figure.relieved) == (4, 1, 1)


def test_effect_on_time_is_not_about_items() -> None:
    """M3 fields: an exclusion that counts time as up, or as down, is not about items."""
    rows = [*some(3, 0), *item("D", 0, 30, closure="duplicate")]
    for effect in ("count_as_up", "count_as_down"):
        more = f"exclusions: [{{name: duplicate, effect: {effect}}}]"
        (row,) = report(rows, "95% of resolve within target each month", more=more).rows
        assert (row.figure.missed, row.figure.excluded) == (1, 0)


def test_exclusion_about_another_target() -> None:
    """An exclusion is about the targets and period targets that it names."""
    rows = [*some(3, 0), *item("D", 0, 30, closure="duplicate")]
    for about, excluded in (("[resolve]", 1), ("[respond]", 0), ("[p]", 1)):
        more = f"exclusions: [{{name: duplicate, about: {about}}}]"
        (row,) = report(rows, "{id: p, what: resolve, expected: 95%}", more=more).rows
        assert row.figure.excluded == excluded


@pytest.mark.parametrize(
    ("said", "verdict", "excluded"),
    [("true", "met", 1), ("yes", "met", 1), ("disputed", "disputed", 0), ("", "provisional", 0)],
)
def test_needs(said: str, verdict: str, excluded: int) -> None:
    """M3 needs: what an exclusion needs is a field of the item; without it the relief is only asked for."""
    rows = [*some(3, 0), *item("D", 0, 30, closure="duplicate", agreed=said or None)]
    more = "exclusions: [{name: duplicate, needs: agreed}]"
    (row,) = report(rows, "95% of resolve within target each month", more=more).rows
    assert (row.verdict, row.figure.excluded) == (verdict, excluded)
    assert row.stands == ("met" if excluded else "missed")


def test_granted_relief_ends_what_was_asked() -> None:
    """M3 needs: what an exclusion asks for is granted by relief for that item, and then it is final."""
    rows = [*some(3, 0), *item("D", 0, 30, closure="duplicate")]
    more = "exclusions: [{name: duplicate, needs: agreed}]"
    (row,) = report(rows, "95% of resolve within target each month", more=more, relief=[Relief("D")]).rows
    assert (row.verdict, row.figure.excluded, row.figure.requested) == ("met", 1, 0)


def test_condition_without_its_field() -> None:
    """Nothing is silently kept: an exclusion that asks for what the log does not have is told, and holds for none."""
    (row,) = report(some(3, 1), "95% of resolve within target each month", more=EXCLUDED).rows
    assert row.note == "exclusion 'duplicate' asks for 'closure', which the log does not have"
    caused = "exclusions: [{name: customer_caused}]"  # responsibility is what outages have
    assert report(some(3, 1), "95% of resolve within target each month", more=caused).rows[0].note == ""


def test_relief() -> None:
    """Relief for items by name: granted ones leave the figure, disputed ones make its verdict disputed."""
    rows, said = some(19, 1), "99% of resolve within target each month"
    assert report(rows, said, relief=[Relief("L0-0")]).rows[0].verdict == "met"
    (row,) = report(rows, said, relief=[Relief("L0-0", "disputed")]).rows
    assert (row.verdict, row.stands, row.reason) == ("disputed", "missed", "relief for 1 is disputed")
    other = Relief("L0-0", targets=("respond",))
    assert report(rows, said, relief=[other]).rows[0].stands == "missed"


def test_not_over() -> None:
    """M3 open: a month that is not over is provisional, and told as far as it is known."""
    rows = [*some(19, 1), *item("late", 20, 30)]
    (row,) = report(rows, "95% of resolve within target each month", judged=datetime(2026, 6, 15, tzinfo=UTC)).rows
    assert (row.verdict, row.stands, row.n) == ("provisional", "met", 20)
    assert row.reason == "it is told as of 2026-06-15T00:00:00Z, before it ends"


def test_as_of_before_the_verdicts() -> None:
    """An earlier as_of judges as things stood: what was open and late then counts, though it has stopped since."""
    rows = [*some(3, 0), *item("late", 10, 200)]
    said = "95% of resolve within target each month"
    early = datetime(2026, 6, 15, tzinfo=UTC)
    (row,) = report(rows, said, as_of=early).rows
    assert (row.figure.met, row.figure.missed, row.verdict) == (3, 1, "provisional")
    assert row.why == report(rows, said, judged=early).rows[0].why


def test_first_exclusion_counts() -> None:
    """M3 needs: of several exclusions that hold for an item the first counts, granted or not."""
    rows = [*some(3, 0), *item("D", 0, 30, closure="duplicate")]
    rules = ["{name: duplicate, needs: agreed}", "{name: again, when: {closure: duplicate}}"]
    told = []
    for order in (rules, rules[::-1]):
        (row,) = report(rows, "95% of resolve within target each month", more=f"exclusions: [{', '.join(order)}]").rows
        told.append((row.figure.excluded, row.figure.requested))
    assert told == [(0, 1), (1, 0)]


def test_without_verdicts() -> None:
    """A period target that counts items needs verdicts."""
    book = sm.loads(f"{HEAD}measured: [95% of resolve within target each month]")
    with pytest.raises(sm.EventError, match="no verdicts were given; pass verdicts=evaluate"):
        measure(book, period="2026-06")


def test_verdicts_of_another_agreement() -> None:
    """Verdicts of another agreement are refused: they would leave nothing to count, in silence."""
    other = sm.loads(HEAD.replace("desk", "other"))
    verdicts = sm.evaluate(other, some(3, 1), as_of=datetime(2026, 9, 1, tzinfo=UTC))
    book = sm.loads(f"{HEAD}measured: [95% of resolve within target each month]")
    with pytest.raises(sm.EventError, match="the verdicts are those of 'other', not of 'desk'"):
        measure(book, verdicts=verdicts, period="2026-06")


def test_as_of_after_the_verdicts() -> None:
    """What the verdicts do not know cannot be measured."""
    with pytest.raises(sm.InstantError, match="after that of the verdicts"):
        report(some(3, 1), "95% of resolve within target each month", as_of=datetime(2026, 9, 2, tzinfo=UTC))


@given(st.lists(st.tuples(st.integers(0, 88), st.booleans()), min_size=1, max_size=12))
def test_months_add_up_to_the_quarter(items: list[tuple[int, bool]]) -> None:
    """Merging periods adds up: what the months of a quarter count is what the quarter counts."""
    rows = [row for n, (day, met) in enumerate(items) for row in item(f"I{n}", day - 60, 1 if met else 9)]
    found = report(
        rows,
        "95% of resolve within target each month\n  - {id: q, what: resolve, expected: 95%, per: quarter}",
        period="2026-Q2",
    )
    months, (quarter,) = found.figures("resolve-95"), found.figures("q")
    assert len(months) == 3
    assert sum(month.met for month in months) == quarter.met
    assert sum(month.missed for month in months) == quarter.missed
