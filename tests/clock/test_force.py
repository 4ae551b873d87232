"""Which version and which agreement judges an item (C12)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.selector import Either, Every, In, Not
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR

LONDON = ZoneInfo("Europe/London")
OFFICE = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, timezone="Europe/London")
ALWAYS = sm.ServiceCalendar(hours="24x7")


def limit(hours: int, calendar: sm.Calendar = OFFICE) -> sm.Limit:
    return sm.Limit(Amount(hours * HOUR), calendar)


def target(name: str = "resolve", *, agreement: str = "desk", **limits: int) -> sm.Target:
    made = tuple((priority, limit(hours)) for priority, hours in limits.items())
    return sm.Target(id=name, limits=made, agreement=agreement)


def agreement(*targets: sm.Target, **others: Any) -> sm.Agreement:
    return sm.Agreement(id=others.pop("id", targets[0].agreement), targets=targets, **others)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def log(*rows: tuple[str, str, str] | tuple[str, str, str, dict[str, Any]], **fields: Any) -> sm.EventTable:
    listed = [
        {"item": item, "at": at(when), "do": do, "priority": "P2", **fields, **(more[0] if more else {})}
        for item, when, do, *more in rows
    ]
    return sm.read_events(listed, sm.EventMap())


FIRST = agreement(target(P2=8), starts_on="2026-01-01")
SECOND = agreement(target(P2=6), version=2, starts_on="2026-07-01")
V1 = log(("INC1", "2026-06-30T16:30", "opened"), ("INC1", "2026-07-01T15:30", "resolved"))


def judged(book: sm.Portfolio, events: sm.EventTable, when: str = "") -> list[tuple[str, str, str, float]]:
    found = sm.evaluate(book, events, as_of=at(when) if when else None)
    return [(one["item"], one["rule"], one["stage"], one["elapsed"] / timedelta(hours=1)) for one in found]


@pytest.mark.parametrize(
    ("rule", "verdict", "breached_at"),
    [
        ("opened", ("INC1", "desk/resolve/P2", "met", 7.0), None),
        ("latest", ("INC1", "desk@2/resolve/P2", "missed", 7.0), "2026-07-01T14:30"),
        ("event", ("INC1", "desk@2/resolve/P2", "missed", 7.0), "2026-07-01T14:30"),
    ],
)
def test_worked_example(rule: str, verdict: tuple[str, str, str, float], breached_at: str | None) -> None:
    """V1: 8 h until 30 June, 6 h from 1 July; 7 h used is in time by `opened` and late by `latest` and `event`."""
    book = sm.Portfolio((FIRST, evolve(SECOND, as_of_rule=rule)))
    assert judged(book, V1) == [verdict]
    [one] = sm.evaluate(book, V1)
    assert one["breached_at"] == (at(breached_at) if breached_at else None)
    assert sm.evaluate(book, V1).explain("INC1").total("running", covered=True) == timedelta(hours=7)


def test_an_item_has_the_version_of_its_opening() -> None:
    """C12: by its first event, half-open at the first instant of a date in the agreement's zone."""
    events = log(
        ("A", "2026-06-30T23:59:59", "opened"),
        ("B", "2026-07-01T00:00:00", "opened"),
        ("C", "2025-12-31T23:59:59", "opened"),
    )
    found = judged(sm.Portfolio((SECOND, FIRST)), events, "2026-07-02T09:00")
    assert [(item, rule) for item, rule, _, _ in found] == [("A", "desk/resolve/P2"), ("B", "desk@2/resolve/P2")]


def test_no_version_in_force() -> None:
    """C12 gap: an item that is opened before, between or after all versions has no verdict."""
    book = sm.Portfolio((evolve(FIRST, ends_on="2026-05-31"), evolve(SECOND, ends_on="2026-09-30")))
    days = ["2025-12-31", "2026-05-31", "2026-06-01", "2026-07-01", "2026-10-01"]
    events = log(*((day, f"{day}T12:00", "opened") for day in days))
    for rule in ("opened", "latest", "event"):
        ruled = evolve(book, agreements=tuple(evolve(one, as_of_rule=rule) for one in book.agreements))
        assert [item for item, *_ in judged(ruled, events)] == ["2026-05-31", "2026-07-01"]


@pytest.mark.parametrize("state", ["draft", "proposed", "withdrawn", "rejected"])
def test_what_is_not_agreed_judges_nothing(state: str) -> None:
    """A draft beside the version in force changes nothing; alone it promises nothing."""
    book = sm.Portfolio((FIRST, evolve(SECOND, state=state)))
    assert judged(book, V1) == [("INC1", "desk/resolve/P2", "met", 7.0)]
    assert len(sm.evaluate(sm.Portfolio((evolve(SECOND, state=state),)), V1)) == 0


def test_no_dates_no_change() -> None:
    """Without dates an agreement holds for ever, and its targets are as they were written."""
    bare = agreement(target(P2=8))
    assert sm.Portfolio((bare,)).promises() == bare.targets
    assert sm.Portfolio((bare,)).promises()[0] is bare.targets[0]


def test_latest_is_what_has_come() -> None:
    """C12 latest: the latest version that is in force at `as_of`; one that starts later judges nothing yet."""
    book = sm.Portfolio((FIRST, evolve(SECOND, as_of_rule="latest")))
    assert judged(book, V1, "2026-06-30T23:59")[0][1] == "desk/resolve/P2"
    assert judged(book, V1, "2026-07-01T00:00")[0][1] == "desk@2/resolve/P2"


@pytest.mark.parametrize(
    ("opened", "rule"),
    [
        ("2026-05-31T23:59", "desk/resolve/P2"),
        ("2026-06-01T00:00", "desk/resolve/P2"),
        ("2026-06-14T12:00", "desk/resolve/P2"),
        ("2026-06-30T23:59", "desk/resolve/P2"),
        ("2026-07-01T00:00", "desk@2/resolve/P2"),
    ],
)
def test_the_version_in_force_when_the_period_begins(opened: str, rule: str) -> None:
    """C12 period: "the version in force when the period begins that an item was opened in judges it"."""
    second = evolve(SECOND, starts_on="2026-06-10", as_of_rule="period")
    log = [{"item": "INC1", "at": at(opened), "do": "opened", "priority": "P2"}]
    assert [row["rule"] for row in sm.evaluate(sm.Portfolio((FIRST, second)), log)] == [rule]


def test_the_first_version_of_a_period() -> None:
    """C12 period: "where none is, the first that comes into force in it"; a third one waits for the next period."""
    begun = evolve(FIRST, starts_on="2026-06-05", as_of_rule="period")
    second = evolve(SECOND, starts_on="2026-06-10", as_of_rule="period")
    third = evolve(SECOND, version=3, starts_on="2026-06-20", ends_on="2026-07-20", as_of_rule="period")
    book = sm.Portfolio((begun, second, third))
    found = {}
    for day in ("06-04", "06-05", "06-12", "06-25", "07-02", "07-25"):
        log = [{"item": "INC1", "at": at(f"2026-{day}T12:00"), "do": "opened", "priority": "P2"}]
        found[day] = [row["rule"] for row in sm.evaluate(book, log)]
    first, last = ["desk/resolve/P2"], ["desk@3/resolve/P2"]
    assert found == {"06-04": [], "06-05": first, "06-12": first, "06-25": first, "07-02": last, "07-25": []}


def test_the_period_of_the_targets() -> None:
    """C12 period: the period "is the one that all period targets of the agreement are measured over"."""
    per = sm.PeriodTarget(
        id="p",
        metric=sm.Metric(kind="attainment", target="resolve"),
        expected=sm.Percent.parse("95%"),
        per=sm.Period("quarter"),
    )
    second = evolve(SECOND, starts_on="2026-05-10", as_of_rule="period", measured=(per,))
    book = sm.Portfolio((evolve(FIRST, measured=(per,)), second))
    for opened, version in (("2026-06-30T12:00", ""), ("2026-07-01T12:00", "@2")):
        log = [{"item": "INC1", "at": at(opened), "do": "opened", "priority": "P2"}]
        assert [row["rule"] for row in sm.evaluate(book, log)] == [f"desk{version}/resolve/P2"]


def test_a_stop_at_the_instant_of_a_change() -> None:
    """C12 instant: "a clock that stops with that event keeps the old limit"; after another event it has the new one."""
    book = sm.Portfolio((FIRST, evolve(SECOND, as_of_rule="event")))
    opened = ("INC1", "2026-06-29T09:00", "opened")
    stop, note = ("INC1", "2026-07-01T00:00", "resolved"), ("INC1", "2026-07-01T00:00", "note")
    [alone], [after] = (list(sm.evaluate(book, log(opened, *rows))) for rows in ([stop], [note, stop]))
    assert (alone["limit"], after["limit"]) == (timedelta(hours=8), timedelta(hours=6))


def test_event_follows_the_calendar_too() -> None:
    """C12 event: from the change on the new hours count, as after a change of priority that carries (C10)."""
    around = agreement(
        evolve(target(P2=8), limits=(("P2", limit(10, ALWAYS)),)),
        version=2, starts_on="2026-07-01", as_of_rule="event",
        timezone="Europe/London",
    )  # fmt: skip
    found = judged(sm.Portfolio((FIRST, around)), V1)
    assert found == [("INC1", "desk@2/resolve/P2", "missed", 16.0)]
    [one] = sm.evaluate(sm.Portfolio((FIRST, around)), V1)
    assert one["breached_at"] == at("2026-07-01T09:30")


def test_event_before_and_after_the_change() -> None:
    """C12 event: until the change comes, and for a clock that has stopped before it, the old limit decides."""
    book = sm.Portfolio((FIRST, evolve(SECOND, as_of_rule="event")))
    assert judged(book, V1, "2026-06-30T23:59") == [("INC1", "desk/resolve/P2", "running", 0.5)]
    assert judged(book, V1, "2026-07-01T00:00") == [("INC1", "desk@2/resolve/P2", "running", 0.5)]
    early = log(
        ("A", "2026-06-29T09:00", "opened"), ("A", "2026-06-29T16:00", "resolved"), ("A", "2026-07-03T10:00", "closed")
    )
    assert judged(book, early) == [("A", "desk/resolve/P2", "met", 7.0)]
    late = log(("A", "2026-07-06T09:00", "opened"), ("A", "2026-07-06T16:00", "resolved"))
    assert judged(book, late) == [("A", "desk@2/resolve/P2", "missed", 7.0)]
    both = log(
        ("A", "2026-07-06T09:00", "opened"), ("B", "2026-06-30T16:00", "opened"), ("C", "2026-07-06T10:00", "opened")
    )
    told = [
        (one["item"], one["started_at"], one["elapsed"])
        for one in sm.evaluate(book, both, as_of=at("2026-07-06T11:00"))
    ]
    assert told == [
        ("A", at("2026-07-06T09:00"), timedelta(hours=2)),
        ("B", at("2026-06-30T16:00"), timedelta(hours=27)),
        ("C", at("2026-07-06T10:00"), timedelta(hours=1)),
    ]


def test_event_while_paused() -> None:
    """C12 event: a change in a pause takes effect, and the pause goes on."""
    held = sm.PauseRule("customer", In("status", ("waiting",)))
    both = [
        evolve(one, targets=(evolve(one.targets[0], pauses=(held,)),), as_of_rule="event") for one in (FIRST, SECOND)
    ]
    events = log(
        ("A", "2026-06-30T09:00", "opened", {"status": "new"}),
        ("A", "2026-06-30T12:00", "updated", {"status": "waiting"}),
        ("A", "2026-07-01T12:00", "updated", {"status": "new"}),
    )
    [one] = sm.evaluate(sm.Portfolio(tuple(both)), events, as_of=at("2026-07-01T13:00"))
    assert (one["elapsed"], one["due"], one["paused"]) == (
        timedelta(hours=4),
        at("2026-07-01T15:00"),
        timedelta(hours=8),
    )
    [paused] = sm.evaluate(sm.Portfolio(tuple(both)), events, as_of=at("2026-07-01T11:00"))
    assert (paused["stage"], paused["paused_since"], paused["limit"]) == (
        "paused",
        at("2026-06-30T12:00"),
        timedelta(hours=6),
    )


def test_event_with_targets_that_come_and_go() -> None:
    """C12 event: a target that a version drops is promised no longer; one that it brings counts from then on."""
    old = agreement(target(P2=8), target("respond", P2=1), starts_on="2026-01-01")
    new = agreement(target(P2=8), target("restore", P2=2), version=2, starts_on="2026-07-01", as_of_rule="event")
    events = log(("A", "2026-06-30T16:30", "opened"))
    found = {one["target"]: one for one in sm.evaluate(sm.Portfolio((old, new)), events, as_of=at("2026-07-01T10:00"))}
    assert (found["respond"]["stage"], found["respond"]["reason"]) == (
        "cancelled",
        "the priority no longer has a limit",
    )
    assert (found["restore"]["elapsed"], found["restore"]["due"]) == (timedelta(hours=1), at("2026-07-01T11:00"))
    assert found["resolve"]["elapsed"] == timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"grace": Amount(HOUR)},
            "version 2 changes grace of target 'resolve'; as_of: event follows changes of limits",
        ),
        ({"judge": "timestamp", "reopen": "ignore"}, "version 2 changes judge, reopen of target 'resolve'"),
    ],
)
def test_event_follows_limits_only(changes: dict[str, Any], said: str) -> None:
    """C12 event: one clock cannot follow versions of a target that count in two ways."""
    other = agreement(evolve(target(P2=6), **changes), version=2, starts_on="2026-07-01", as_of_rule="event")
    with pytest.raises(sm.AgreementError, match=said):
        sm.Portfolio((FIRST, other)).promises()
    assert len(sm.Portfolio((FIRST, evolve(other, as_of_rule="opened"))).promises()) == 2


def test_event_carries() -> None:
    """C12 event: a target that does not carry elapsed time over a change of priority cannot over one of versions."""
    both = [
        evolve(one, targets=(evolve(one.targets[0], priority_change="restart"),), as_of_rule="event")
        for one in (FIRST, SECOND)
    ]
    with pytest.raises(sm.AgreementError, match="has priority_change: restart, and as_of: event carries"):
        sm.Portfolio(tuple(both)).promises()


def test_event_and_what_hangs_on_a_clock() -> None:
    """C12 event: that the clock above has another limit matters only to what starts at its breach."""

    def chained(hours: int, edge: str, version: int) -> sm.Agreement:
        above = target(P2=hours)
        publish = evolve(target("publish", P2=4), starts=sm.Moment(after=above, edge=edge))
        return agreement(above, publish, version=version, starts_on=f"2026-0{version * 6 - 5}-01", as_of_rule="event")

    assert len(sm.Portfolio((chained(8, "stopped", 1), chained(6, "stopped", 2))).promises()) == 2
    with pytest.raises(sm.AgreementError, match="changes starts of target 'publish'"):
        sm.Portfolio((chained(8, "breached", 1), chained(6, "breached", 2))).promises()


def test_amount_in_a_field_and_other_priorities() -> None:
    """C12 event: limits by priority and amounts in fields are those of the version in force."""
    field = sm.Limit(Amount(), OFFICE, field="agreed")
    old = agreement(
        sm.Target(id="resolve", agreement="desk", limits=(("P2", field), (None, limit(20)))), starts_on="2026-01-01"
    )
    new = agreement(
        sm.Target(id="resolve", agreement="desk", limits=((None, limit(3)), ("P2", field)), without=("P4",)),
        version=2, starts_on="2026-07-01", as_of_rule="event",
    )  # fmt: skip
    book = sm.Portfolio((old, new))
    rows = [("A", "P2"), ("B", "P3"), ("C", "P4")]
    events = log(*((item, "2026-06-30T11:00", "opened", {"priority": name, "agreed": "5h"}) for item, name in rows))
    when = {day: sm.evaluate(book, events, as_of=at(f"2026-{day}T12:00")) for day in ("06-30", "07-01")}
    assert [one["limit"] for one in when["06-30"]] == [timedelta(hours=hours) for hours in (5, 20, 20)]
    assert [(one["limit"], one["rule"]) for one in when["07-01"]] == [
        (timedelta(hours=5), "desk@2/resolve/P2"),
        (timedelta(hours=3), "desk@2/resolve/default"),
        (None, None),
    ]
    assert [one["stage"] for one in when["07-01"]] == ["running", "running", "cancelled"]


STARTS = st.integers(1, 60).map(lambda hours: datetime(2026, 6, 29, 8, tzinfo=UTC) + timedelta(hours=hours))


@given(st.lists(STARTS, min_size=2, max_size=4), st.integers(1, 30), st.integers(1, 30), STARTS)
def test_a_change_of_version_is_a_change_of_priority(times: list[datetime], old: int, new: int, when: datetime) -> None:
    """C12 event: any log gives the same numbers as one in which the priority changes at that instant, and carries."""
    start = datetime(2026, 6, 30, 23, tzinfo=UTC)  # 1 July in London
    opened, *rest = sorted(times)
    rows: list[dict[str, Any]] = [
        {"item": "A", "at": opened, "do": "opened", "priority": "P2" if opened < start else "P9"}
    ]
    rows += [
        {"item": "A", "at": one, "do": "resolved" if number == 1 else "reopened"} for number, one in enumerate(rest)
    ]
    if opened < start:
        # A version comes into force with the first event of its instant.
        place = sum(row["at"] < start for row in rows) + any(row["at"] == start for row in rows)
        rows.insert(place, {"item": "A", "at": start, "do": "priority", "to": "P9"})
    by_priority = sm.evaluate([target(P2=old, P9=new)], rows, as_of=max(opened, when))
    plain = [{**row, "priority": "P2"} for row in rows if row["do"] != "priority"]
    book = sm.Portfolio((agreement(target(P2=old), starts_on="2026-01-01"),
                         agreement(target(P2=new), version=2, starts_on="2026-07-01", as_of_rule="event")))  # fmt: skip
    by_version = sm.evaluate(book, plain, as_of=max(opened, when))
    same = [name for name in by_version.columns() if name not in {"rule", "priority"}]
    assert [[one[name] for name in same] for one in by_version] == [[one[name] for name in same] for one in by_priority]
    told = [(one.start, one.end, one.state, one.reason) for one in by_version.explain("A")]
    assert told == [(one.start, one.end, one.state, one.reason) for one in by_priority.explain("A")]


def test_one_live_item() -> None:
    """A stopwatch with a promise of a portfolio says what evaluate says, before and after the change."""
    book = sm.Portfolio((FIRST, evolve(SECOND, as_of_rule="event")))
    [promise] = book.promises()
    watch = sm.Stopwatch(promise, {"item": "INC1", "priority": "P2"}).apply(
        {"at": at("2026-06-30T16:30"), "do": "opened"}
    )
    for when in ("2026-07-01T09:00", "2026-06-30T17:00", "2026-07-01T15:00"):
        [row] = sm.evaluate(book, V1, as_of=at(when))
        assert watch.verdict(at(when)) == row
    outside = sm.Stopwatch(promise).apply({"at": at("2025-06-30T16:30"), "do": "opened", "priority": "P2"})
    with pytest.raises(sm.EventError, match="promises nothing"):
        outside.verdict(at("2026-07-01T09:00"))


def test_suspended_time_stands_still() -> None:
    """C12 suspended: clocks of every version stand still, and say why; the time is paused time."""
    first = FIRST.suspend(at("2026-07-01T10:00"), at("2026-07-01T12:00"), "unpaid")
    [one] = sm.evaluate(sm.Portfolio((first, SECOND)), V1)
    assert (one["elapsed"], one["paused"], one["stage"]) == (timedelta(hours=5), timedelta(hours=2), "met")
    verdicts = sm.evaluate(sm.Portfolio((first, SECOND)), V1, as_of=at("2026-07-01T11:00"))
    [now] = verdicts
    assert (now["stage"], now["paused_since"], now["due"]) == ("paused", at("2026-07-01T10:00"), None)
    told = verdicts.explain("INC1")
    assert told.paused_for == ("suspension",)
    assert told.paused_by_reason == {"suspension": timedelta(hours=1)}
    assert {name: column.tolist() for name, column in verdicts.paused_by_reason().items()} == {
        "suspension": [timedelta(hours=1)]
    }


def test_suspension_beside_a_pause() -> None:
    """C12 suspended: where both hold the time is the suspension's, and all reasons add up."""
    held = sm.PauseRule("customer", In("status", ("waiting",)))
    one = evolve(FIRST, targets=(evolve(FIRST.targets[0], pauses=(held,)),))
    book = sm.Portfolio((one.suspend(at("2026-06-30T11:00")).resume(at("2026-06-30T14:00")),))
    events = log(
        ("A", "2026-06-30T09:00", "opened", {"status": "new"}),
        ("A", "2026-06-30T12:00", "updated", {"status": "waiting"}),
        ("A", "2026-06-30T15:00", "updated", {"status": "new"}),
    )
    verdicts = sm.evaluate(book, events, as_of=at("2026-06-30T16:00"))
    paused = [one.pauses for one in verdicts.explain("A") if one.state == "paused"]
    assert paused == [("suspension",), ("suspension", "customer"), ("customer",)]
    assert verdicts.explain("A").paused_by_reason == {"customer": timedelta(hours=1), "suspension": timedelta(hours=3)}
    assert [column.tolist() for column in verdicts.paused_by_reason().values()] == [
        [timedelta(hours=3)],
        [timedelta(hours=1)],
    ]
    assert verdicts.to_dicts()[0]["paused"] == timedelta(hours=4)


def test_run_off() -> None:
    """C12 ends: what was opened in time finishes under its version; what is opened later has no verdict."""
    ended = FIRST.terminate(at("2026-07-01T00:00"))
    events = log(
        ("A", "2026-06-30T16:30", "opened"), ("A", "2026-07-01T15:30", "resolved"), ("B", "2026-07-01T00:00", "opened")
    )
    assert judged(sm.Portfolio((ended,)), events) == [("A", "desk/resolve/P2", "met", 7.0)]
    never = FIRST.terminate(at("2025-07-01T00:00"))
    assert sm.Portfolio((never,)).promises() == ()


def test_the_whole_table_speaks_of_its_own_items() -> None:
    """Cycles, levels and pauses are told of the items that a version judges, of no other."""
    level = sm.Level.at("50%")
    both = [evolve(one, targets=(evolve(one.targets[0], escalations=(level,)),)) for one in (FIRST, SECOND)]
    events = log(("A", "2026-06-30T09:00", "opened"), ("B", "2026-07-01T09:00", "opened"))
    verdicts = sm.evaluate(sm.Portfolio(tuple(both)), events, as_of=at("2026-07-02T09:00"))
    assert verdicts.each_cycle().column("item").tolist() == ["A", "B"]
    told = verdicts.escalations(at("2026-06-30T00:00"), at("2026-07-02T00:00"))
    assert [(one["item"], one["at"]) for one in told.to_dicts()] == [
        ("A", at("2026-06-30T13:00")),
        ("B", at("2026-07-01T12:00")),
    ]
    assert [key.split("/")[0] for key in told.column("key").tolist()] == ["desk", "desk"]


def test_suspension_of_what_hangs_on_a_clock() -> None:
    """C12 suspended: a clock that starts at the breach of another starts when it comes, suspended time left out."""
    above = target(P2=2)
    publish = evolve(target("publish", P2=4), starts=sm.Moment(after=above, edge="breached"))
    made = agreement(above, publish, starts_on="2026-01-01").suspend(at("2026-06-30T10:00"), at("2026-06-30T14:00"))
    events = log(("A", "2026-06-30T09:00", "opened"))
    found = {one["target"]: one for one in sm.evaluate(sm.Portfolio((made,)), events, as_of=at("2026-06-30T16:00"))}
    assert found["resolve"]["breached_at"] == found["publish"]["started_at"] == at("2026-06-30T15:00")


DATES = st.integers(0, 30).map(lambda number: date(2026, 6, 1) + timedelta(days=number))


@given(
    st.lists(DATES, min_size=1, max_size=4),
    st.lists(st.none() | DATES, min_size=4, max_size=4),
    st.lists(DATES, max_size=5),
)
def test_the_rule_names_the_version_in_force(starts: list[date], ends: list[date | None], opened: list[date]) -> None:
    """C12 opened: for any versions and items, the version that judges is the one that was in force at the opening."""
    made = [
        agreement(target(P2=8), version=number, starts_on=start.isoformat(), ends_on=end.isoformat() if end else "")
        for number, (start, end) in enumerate(zip(sorted(starts), ends, strict=False), 1)
    ]
    book = sm.Portfolio(tuple(made))
    rows = [(f"I{number}", f"{day}T00:30", "opened") for number, day in enumerate([date(2026, 5, 1), *opened])]
    found = {one["item"]: one["rule"] for one in sm.evaluate(book, log(*rows), as_of=at("2026-08-01"))}
    expected = {}
    for item, when, _ in rows:
        one = book.versions("desk").in_force(at(when))
        if one is not None:
            expected[item] = f"desk{f'@{one.version}' if one.version > 1 else ''}/resolve/P2"
    assert found == expected


ACME, GOLD = In("client", ("acme",)), In("tier", ("gold",))
ITEM = log(("INC7", "2026-06-30T09:00", "opened"), client="acme", tier="gold")


def several(*agreements: sm.Agreement, which: str = "most_specific", events: sm.EventTable = ITEM) -> list[str]:
    found = sm.evaluate(sm.Portfolio(agreements, which=which), events, as_of=at("2026-06-30T10:00"))
    return [one["rule"].split("/")[0] for one in found]


def named(name: str, **others: Any) -> sm.Agreement:
    return agreement(target(agreement=name, P2=others.pop("hours", 8)), **others)


def test_the_most_specific_agreement() -> None:
    """C12 which: of agreements of one kind the one with the most conditions judges an item, or all of them if asked."""
    every, acme = named("every"), named("acme", applies=ACME)
    gold = named("gold", applies=Every((ACME, GOLD)))
    assert several(every, acme, gold) == ["gold"]
    assert several(gold, acme, every) == ["gold"]
    assert several(every, acme) == ["acme"]
    assert several(every, acme, gold, which="all") == ["every", "acme", "gold"]
    other = log(("INC8", "2026-06-30T09:00", "opened"), client="beta", tier="gold")
    assert several(every, acme, gold, events=other) == ["every"]


def test_precedence() -> None:
    """C12 which: a precedence goes before the number of conditions."""
    assert several(named("every", precedence=1), named("acme", applies=ACME)) == ["every"]


def test_conditions_of_targets_count() -> None:
    """C12 which: what a target itself applies to makes it more specific too."""
    narrow = agreement(evolve(target(agreement="narrow", P2=8), applies=GOLD), applies=ACME)
    assert several(narrow, named("acme", applies=ACME)) == ["narrow"]


def test_equally_specific() -> None:
    """E191: two agreements of one kind that match an item equally are an error that names it and them."""
    with pytest.raises(sm.AgreementError) as caught:
        several(named("acme-gold", applies=ACME), named("acme-network", applies=GOLD))
    assert caught.value.problems[0].code == "E191"
    assert str(caught.value).startswith(
        "INC7 matches 'acme-gold' and 'acme-network' equally for 'resolve'; add a precedence"
    )
    nobody = log(("INC8", "2026-06-30T09:00", "opened"), client="acme", tier="silver")
    assert several(named("acme-gold", applies=ACME), named("acme-network", applies=GOLD), events=nobody) == [
        "acme-gold"
    ]


def test_kinds_run_beside_each_other() -> None:
    """C12 which: SLA, OLA and UC clocks of one item are of different promises."""
    assert several(named("a"), named("b", kind="ola"), named("c", kind="uc")) == ["a", "b", "c"]


def test_providers_run_beside_each_other() -> None:
    """C12 which: what different providers owe is of different promises."""
    assert several(named("a", kind="ola", provider="ops"), named("b", kind="ola", provider="net")) == ["a", "b"]
    with pytest.raises(sm.AgreementError, match="E191"):
        several(named("a", kind="ola", provider="ops"), named("b", kind="ola", provider="ops"))


def test_contested() -> None:
    """E191: agreements that are for the same items equally are told without any log, while both are in force."""
    a, b = named("a", applies=ACME), named("b", applies=ACME)
    [problem] = sm.Portfolio((a, b)).contested
    assert (problem.code, problem.path) == ("E191", "b.targets.resolve")
    assert problem.message.startswith("'a' and 'b' are for the same items equally, and both promise 'resolve'; say w")
    assert sm.Portfolio((a, evolve(b, precedence=1))).contested == ()
    assert sm.Portfolio((a, evolve(b, applies=GOLD))).contested == ()
    assert sm.Portfolio((evolve(a, ends_on="2026-05-31"), evolve(b, starts_on="2026-06-01"))).contested == ()
    assert len(sm.Portfolio((evolve(a, ends_on="2026-06-01"), evolve(b, starts_on="2026-06-01"))).contested) == 1
    assert sm.Portfolio((a, b), which="all").contested == ()


def test_clients_do_not_compete() -> None:
    """C12 which: agreements for values of one field that exclude each other are not held against each other."""
    clients = [named(f"c{number}", applies=In("client", (f"c{number}",))) for number in range(3)]
    assert all(not one.in_force.rivals and not one.in_force.unless for one in sm.Portfolio(tuple(clients)).promises())


def test_a_more_specific_agreement_that_has_ended() -> None:
    """C12 which: an agreement claims the items that were opened while it was in force, and no others."""
    acme = named("acme", applies=ACME, ends_on="2026-05-31")
    assert several(named("every"), acme) == ["every"]
    assert several(named("every"), evolve(acme, ends_on="2026-06-30")) == ["acme"]
    assert several(named("a", ends_on="2026-05-31"), named("b", starts_on="2026-06-01")) == ["b"]


def test_alternatives_are_as_specific_as_their_widest() -> None:
    """C12 which: of alternatives the one with the fewest conditions counts."""
    wide = named("wide", applies=Either((Every((ACME, GOLD)), ACME)))
    assert several(wide, named("both", applies=Every((ACME, GOLD)))) == ["both"]
    assert several(named("not", applies=Not(In("client", ("beta",)))), named("every")) == ["not"]


def test_the_strictest() -> None:
    """C12 which: the smaller limit for the item's priority judges; of equal ones the first that is written."""
    short, long = named("short", hours=4), named("long", hours=9)
    assert several(long, short, which="strictest") == several(short, long, which="strictest") == ["short"]
    assert several(named("b", hours=4), named("a", hours=4), which="strictest") == ["b"]
    named_other = sm.Target(id="resolve", agreement="c", limits=(("P2", evolve(limit(4), calendar_id="office")),))
    assert several(agreement(named_other), short, which="strictest") == ["c"]
    assert several(long, named("acme", hours=1, applies=In("client", ("beta",))), which="strictest") == ["long"]
    mixed = agreement(
        sm.Target(id="resolve", agreement="mixed", limits=(("P2", limit(20)), (None, limit(1))), without=("P5",))
    )
    rows = [(name, "2026-06-30T09:00", "opened", {"priority": name}) for name in ("P1", "P2", "P5")]
    every = agreement(sm.Target(id="resolve", agreement="every", limits=((None, limit(9)),)))
    found = sm.evaluate(sm.Portfolio((every, mixed), which="strictest"), log(*rows), as_of=at("2026-06-30T10:00"))
    assert sorted((one["item"], one["rule"].split("/")[0]) for one in found) == [
        ("P1", "mixed"),
        ("P2", "every"),
        ("P5", "every"),
    ]


def test_limits_that_cannot_be_compared() -> None:
    """E191: which of two limits on other calendars is the stricter is not known beforehand."""
    other = agreement(sm.Target(id="resolve", agreement="b", limits=(("P2", limit(4, ALWAYS)),)))
    with pytest.raises(
        sm.AgreementError, match="'a' both promise 'resolve', on other calendars or in other units"
    ) as caught:
        several(named("a"), other, which="strictest")
    assert caught.value.problems[0].code == "E191"
    field = agreement(evolve(target(agreement="b", P2=8), priority_field="urgency"))
    with pytest.raises(sm.AgreementError, match="by different fields"):
        several(named("a"), field, which="strictest")


def test_as_of_judges_too() -> None:
    """A portfolio as of a day is judged like any other: by the one version it has."""
    book = sm.Portfolio((FIRST, SECOND)).as_of(date(2026, 6, 30))
    late = log(("A", "2026-07-06T09:00", "opened"), ("A", "2026-07-06T16:00", "resolved"))
    assert judged(book, late) == [("A", "desk/resolve/P2", "met", 7.0)]
