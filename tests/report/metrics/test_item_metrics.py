"""Metrics of items: ratios, counts, recurrence, backlog and deliverables, on small logs and against a dumb walk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.clock.evaluate import evaluate
from slamodel.model.selector import parse_selector
from slamodel.report.attainment.goals import Goal
from slamodel.report.attainment.placing import Counting, Relief
from slamodel.report.metrics.backlog import backlog, open_clocks, open_items
from slamodel.report.metrics.counts import count_events, count_items
from slamodel.report.metrics.deliverables import days_late, deliverables
from slamodel.report.metrics.items import items_of_clocks, items_opened
from slamodel.report.metrics.measurement import judged
from slamodel.report.metrics.ratios import ratio
from slamodel.report.metrics.recurrence import recurrence
from slamodel.report.periods import periods
from tests.tickets import at, events_of, promise, rows

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
MONTHS = periods("month", JUNE, datetime(2026, 8, 1, tzinfo=UTC))
DAY = 86_400_000_000
LOG = {
    "CH1": rows("2026-06-02T10:00Z opened type=change cause=disk", "2026-06-03T10:00Z resolved outcome=success"),
    "CH2": rows("2026-06-10T10:00Z opened type=change cause=disk", "2026-06-11T10:00Z resolved outcome=failed"),
    "CH3": rows("2026-06-20T10:00Z opened type=change cause=mail", "2026-06-25T10:00Z resolved outcome=success"),
    "IN4": rows("2026-06-25T10:00Z opened type=incident", "2026-07-01T00:00Z resolved"),
    "CH5": rows("2026-07-10T10:00Z opened type=change cause=disk", "2026-07-10T11:00Z reopened"),
}
CHANGES = parse_selector({"type": "change"})
SUCCESS = parse_selector({"outcome": "success"})


def log() -> sm.EventTable:
    return events_of(LOG)


# Ratios and counts.


def test_change_success() -> None:
    """Two of three changes of June succeeded; the one of July did not yet (M7 items)."""
    june, july = ratio(items_opened(log(), applies=CHANGES), SUCCESS, MONTHS)
    assert (june.value, june.good, june.n, june.evidence) == (Fraction(2, 3), 2, 3, ("CH2",))
    assert (july.value, july.evidence) == (Fraction(0), ("CH5",))
    early = ratio(items_opened(log(), applies=CHANGES, as_of=at("2026-06-12T00:00Z")), SUCCESS, MONTHS)
    assert [(one.value, one.reason) for one in early] == [(Fraction(1, 2), ""), (None, "no item in 2026-07")]


def test_ratio_of_clocks() -> None:
    """With a target an item belongs where its clock stopped (M3), open ones to none, and relief takes it out."""
    verdicts = evaluate([promise("300h", calendar="24x7")], log())
    items = items_of_clocks(verdicts, Counting())
    assert [one.n for one in ratio(items, SUCCESS, MONTHS)] == [3, 1]
    relieved = items_of_clocks(verdicts, Counting(), relief=[Relief("CH2")])
    assert ratio(relieved, SUCCESS, MONTHS)[0].value == 1
    only = items_of_clocks(verdicts, Counting(), rows=verdicts.column("item") == "CH1")
    assert [one.n for one in ratio(only, SUCCESS, MONTHS)] == [1, 0]


def test_counts() -> None:
    """Items by the month they were opened in, misses by that of their clock, events by their own; none is 0 (M7)."""
    months = periods("month", datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
    now = at("2026-08-15T00:00Z")
    opened = count_items(items_opened(log(), as_of=now), months)
    assert [one.value for one in opened] == [None, 4, 1, 0, None]
    assert opened[1].evidence == ("CH1", "CH2", "CH3", "IN4")
    assert (opened[0].reason, opened[4].reason) == (
        "2026-05 lies before the first event of the log",
        "2026-09 has not begun",
    )
    verdicts = evaluate([promise("30h", calendar="24x7")], log(), as_of=now)
    missed = count_items(items_of_clocks(verdicts, Counting(by="breached")), months, missed=True)
    assert [one.value for one in missed] == [None, 2, 1, 0, None]
    events = count_events(log(), parse_selector("reopened"), months, as_of=int(now.timestamp() * 1e6))
    assert [(one.value, one.evidence) for one in events[1:4]] == [
        *((Fraction(0), ()), (Fraction(1), ("CH5",)), (Fraction(0), ())),
    ]
    empty = count_items(items_opened(sm.read_events([])), months)
    assert {one.reason for one in empty} == {"the log has no event"}


def test_a_count_of_none_is_held_to_its_goal() -> None:
    """No reopening in June is met, where at most one is expected (M7 count)."""
    none, one = count_events(log(), parse_selector("reopened"), MONTHS)
    goal = Goal(expected=Fraction(0), comparison="le")
    assert [each.verdict for each in judged([none, one], goal)] == ["met", "missed"]


def test_fields_that_are_not_there() -> None:
    """A field that a log of snapshots lacks is an error; in a log of changes nothing has set it."""
    snapshots = events_of({"A": [{"at": JUNE, "status": "open"}]}, "snapshots")
    with pytest.raises(sm.EventError, match="field 'state', which the log does not have; did you mean 'status'"):
        items_opened(snapshots, applies=parse_selector({"state": "open"}))
    assert len(items_opened(log(), applies=parse_selector({"state": "open"}))) == 0


# Recurrence.


def test_recurrence() -> None:
    """The disk came back after 8 days, and after 30: with 30 days, just on the limit, both repeat (M7 recurrence)."""
    june, july = recurrence(items_opened(log()), ["cause"], "30d", MONTHS)
    assert (june.value, june.n, june.evidence) == (Fraction(1, 3), 3, ("CH2",))
    assert "1 items without cause left out" in june.note
    assert "what came before the log begins (2026-06-02T10:00:00Z) is not known" in june.note
    assert (july.value, july.evidence) == (Fraction(1), ("CH5",))
    assert july.note == "what came before the log begins (2026-06-02T10:00:00Z) is not known"
    short = recurrence(items_opened(log()), ["cause"], "719h", MONTHS)
    assert [one.value for one in short] == [Fraction(1, 3), 0]
    pair = recurrence(items_opened(log()), ["cause", "outcome"], "30d", MONTHS)
    assert [(one.value, one.n) for one in pair] == [(Fraction(0), 3), (None, 0)]
    assert pair[1].reason == "no item with cause and outcome in 2026-07"


def test_recurrence_refuses() -> None:
    """What comes back, and in which time, is said."""
    calls: list[Callable[[], Any]] = [
        lambda: recurrence(items_opened(log()), [], "30d", MONTHS),
        lambda: recurrence(items_opened(log()), ["cause"], "3bd", MONTHS),
    ]
    for call in calls:
        with pytest.raises(sm.AgreementError, match="by: cause, within: 30d"):
            call()
    with pytest.raises(sm.EventError, match="no field 'causes'; did you mean 'cause'"):
        recurrence(items_opened(log()), ["causes"], "30d", MONTHS)


ITEMS = st.lists(st.tuples(st.integers(0, 70), st.sampled_from(["a", "b", None])), min_size=1, max_size=14)


@given(ITEMS, st.integers(1, 40))
def test_recurrence_by_hand(given_: list[tuple[int, str | None]], days: int) -> None:
    """An item repeats where another with its cause was opened so many days before it, at most."""
    log = events_of(
        {str(n): [{"at": JUNE + timedelta(days=day), "do": "opened", "cause": c}] for n, (day, c) in enumerate(given_)}
    )
    if log.field("cause") is None:
        return
    found = recurrence(items_opened(log), ["cause"], f"{days}d", MONTHS)
    order = sorted(range(len(given_)), key=lambda n: (given_[n][0], str(n)))
    for month, one in enumerate(found):
        mine = [n for n in order if given_[n][1] and (0 <= given_[n][0] < 30) == (month == 0) and given_[n][0] < 61]
        again = {
            str(n)
            for place, n in enumerate(order)
            if n in mine
            and any(given_[k][1] == given_[n][1] and given_[n][0] - given_[k][0] <= days for k in order[:place])
        }
        assert (one.n, set(one.evidence)) == (len(mine), again)
        assert one.value == (Fraction(len(again), len(mine)) if mine else None)


# Backlog.

OPEN = parse_selector({"status": ["new", "active"]})
STATES = {
    "A": rows("2026-06-01T09:00Z opened status=new", "2026-06-20T09:00Z resolved status=closed"),
    "B": rows("2026-06-29T09:00Z opened status=new", "2026-07-01T00:00Z resolved status=closed"),
    "C": rows(
        "2026-06-05T09:00Z opened status=new",
        "2026-06-06T09:00Z resolved status=closed",
        "2026-07-03T09:00Z reopened status=active",
    ),
}


def test_backlog_of_states() -> None:
    """What holds just before the end of a period counts: who is closed at midnight was open then (M7 backlog)."""
    found = open_items(
        events_of(STATES), OPEN, MONTHS, age="wall", as_of=int(at("2026-07-05T09:00Z").timestamp() * 1e6)
    )
    assert [one.items.tolist() for one in found] == [["B"], ["C"]]
    assert [one.value for one in backlog(found)] == [1, 1]
    oldest = backlog(found, statistic="oldest")
    assert [(one.value, one.evidence) for one in oldest] == [
        *((Fraction(39 * DAY // 24), ("B",)), (Fraction(30 * DAY), ("C",))),
    ]
    assert found[1].buckets("1d", "30d", "31d") == (0, 0, 1, 0)


def test_backlog_covered() -> None:
    """Age in office hours is not age on the wall, and it is said which."""
    office = sm.ServiceCalendar(timezone="UTC", hours={"mon-fri": "09:00-17:00"})
    (june, _) = open_items(events_of(STATES), OPEN, MONTHS, age="covered", calendar=office)
    assert (june.aged_by, june.age.tolist()) == ("covered", [16 * DAY // 24])
    for wrong in ("", "days", "covered"):
        with pytest.raises(sm.AgreementError, match="write wall, or covered"):
            open_items(events_of(STATES), OPEN, MONTHS, age=wrong)


def test_backlog_of_clocks() -> None:
    """Clocks that run or are paused are open, as they were judged then; a stop at midnight is the next month's."""
    pause = {"waits": {"when": {"status": "waiting"}}}
    target = promise("40h", calendar={"timezone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}, pauses=pause)
    states = {**STATES, "D": rows("2026-06-29T09:00Z opened status=new", "2026-06-30T13:00Z status status=waiting")}
    verdicts = evaluate([target], events_of(states), as_of=at("2026-07-05T09:00Z"))
    found = open_clocks(verdicts, verdicts.targets, MONTHS, age="covered")
    assert [one.items.tolist() for one in found] == [["B", "D"], ["C", "D"]]
    assert found[0].age.tolist() == [16 * DAY // 24, 12 * DAY // 24]
    assert backlog(found, statistic="oldest")[0].evidence == ("B",)
    wall = open_clocks(verdicts, verdicts.targets, MONTHS, age="wall")
    assert wall[0].age.tolist() == [39 * DAY // 24] * 2
    some = open_clocks(verdicts, verdicts.targets, MONTHS, age="wall", applies=parse_selector({"status": "waiting"}))
    assert [one.items.tolist() for one in some] == [["D"], ["D"]]
    with pytest.raises(sm.AgreementError, match="write covered, for what the clock has used up"):
        open_clocks(verdicts, verdicts.targets, MONTHS, age="")


def test_no_backlog() -> None:
    """None open is a count of 0 and has no oldest; before the log nothing is known."""
    months = periods("month", datetime(2026, 5, 1, tzinfo=UTC), JUNE.replace(month=7))
    closed = events_of({"A": STATES["A"]})
    found = open_items(closed, OPEN, months, age="wall")
    assert [(one.value, one.reason) for one in backlog(found)] == [
        (None, "2026-05 lies before the first event of the log"),
        (0, ""),
    ]
    assert backlog(found, statistic="oldest")[1].reason == "nothing is open"
    with pytest.raises(sm.AgreementError, match="lengths in hours or days that grow"):
        found[1].buckets("7d", "1d")
    with pytest.raises(sm.AgreementError, match="it has open, oldest"):
        backlog(found, statistic="mean")


LIVES = st.lists(
    st.tuples(
        st.integers(0, 60 * 24),
        st.one_of(st.none(), st.integers(1, 40 * 24)),
        st.one_of(st.none(), st.integers(1, 300)),
    ),
    min_size=1,
    max_size=8,
)


@given(LIVES)
def test_clocks_and_states_agree(lives: list[tuple[int, int | None, int | None]]) -> None:
    """The backlog of clocks is that of the states that run them, with the same ages on the wall."""
    logs = {}
    for n, (opened, took, later) in enumerate(lives):
        start = JUNE + timedelta(hours=opened)
        logs[str(n)] = [{"at": start, "do": "opened", "status": "new"}]
        if took:
            logs[str(n)].append({"at": start + timedelta(hours=took), "do": "resolved", "status": "closed"})
            if later:
                logs[str(n)].append({"at": start + timedelta(hours=took + later), "do": "reopened", "status": "new"})
    events = events_of(logs)
    verdicts = evaluate([promise("40h", calendar="24x7")], events)
    weeks = periods("week", JUNE, datetime(2026, 10, 1, tzinfo=UTC))
    clocks = open_clocks(verdicts, verdicts.targets, weeks, age="wall")
    states = open_items(events, OPEN, weeks, age="wall")
    assert [(c.items.tolist(), c.age.tolist(), c.reason) for c in clocks] == [
        (s.items.tolist(), s.age.tolist(), s.reason) for s in states
    ]
    for one in clocks:
        assert sum(one.buckets("1d", "7d")) == len(one)


# Deliverables.

REPORTS = {
    "on time": rows("2026-06-01T09:00Z opened", "2026-06-05T12:00Z published"),
    "same day": rows("2026-06-01T09:00Z opened", "2026-06-08T16:00Z published"),
    "12 days": rows("2026-06-01T09:00Z opened", "2026-06-24T12:00Z published"),
    "never": rows("2026-06-01T09:00Z opened"),
}
WEEK = {"timezone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}


def test_deliverables() -> None:
    """Due on the 8th at 09:00: late the same day is late by none, E6's by 12 business days (M7 deliverable)."""
    target = promise({"within": "5bd", "stops": "published"}, calendar=WEEK, target="report")
    verdicts = evaluate([target], events_of(REPORTS), as_of=at("2026-06-26T12:00Z"))
    items = items_of_clocks(verdicts, Counting(by="due"))
    office = sm.ServiceCalendar.from_dict(WEEK)
    june, july = deliverables(items, MONTHS)
    assert (june.value, june.evidence, july.reason) == (
        Fraction(1, 4),
        ("12 days", "never", "same day"),
        "no deliverable in 2026-07",
    )
    late = deliverables(items, MONTHS, statistic="days_late", calendar=office)[0]
    assert (late.value, late.n, late.good) == (Fraction(0 + 12 + 14), 4, None)
    every = deliverables(items, MONTHS, statistic="days_late")[0]
    assert every.value == 0 + 16 + 18


def test_days_late() -> None:
    """Business days after the due's date, up to that of the delivery: a weekend is none, a holiday neither (E6)."""
    office = sm.ServiceCalendar(timezone="Europe/London", hours={"mon-fri": "09:00-17:00"}, closed=["2026-12-25"])
    due = date(2026, 12, 24)
    dates = [date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 27), date(2026, 12, 28), date(2027, 1, 1)]
    assert [days_late(due, done, office) for done in dates] == [0, 0, 0, 1, 5]
    assert [days_late(due, done) for done in dates] == [0, 1, 3, 4, 8]
    assert days_late(due, date(2026, 12, 1), office) == 0


def test_deliverables_refuse() -> None:
    """Days late need dates, and a clock."""
    verdicts = evaluate([promise("40h", calendar="24x7")], log())
    items = items_of_clocks(verdicts, Counting())
    with pytest.raises(sm.AgreementError) as error:
        deliverables(items, MONTHS, statistic="days_late", calendar=~sm.ServiceCalendar.from_dict(WEEK))
    assert error.value.problems[0].code == "E132"
    with pytest.raises(sm.AgreementError, match="on_time or days_late"):
        deliverables(items_opened(log()), MONTHS)


def test_many_items() -> None:
    """A count and a recurrence of 200,000 items: no walk along them one by one would be done in time."""
    size = 200_000
    table = sm.read_events(
        {
            "item": np.arange(size),
            "at": np.datetime64("2026-06-01", "us") + np.arange(size).astype("m8[s]") * 25,
            "do": np.full(size, "opened"),
            "cause": np.arange(size) % 977,
        }
    )
    items = items_opened(table)
    counted = count_items(items, MONTHS)
    assert sum(one.n for one in counted) == size
    assert recurrence(items, ["cause"], "1d", MONTHS)[1].value == 1
