"""Explanations: stretches of worked examples, whole and exact, and the sentence for every way a clock can stand."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from attrs import evolve

import slamodel as sm
from slamodel.clock import single
from slamodel.clock.clocks import Clocks, clocks
from slamodel.clock.events import Coded
from slamodel.clock.phrases import instant_words, length_words
from slamodel.clock.plan import Plan
from slamodel.model.selector import event
from slamodel.model.target import Moment
from tests.clock.test_worked_examples import LOG
from tests.tickets import BH, at, events_of, length, promise, rows

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
MONDAY = "2026-12-14T{}Z"


def explained(target: sm.Target, *lines: str, as_of: str | None = None, **kind: Any) -> sm.Explanation:
    """Explain the verdict on one item, which is the same among others and, of a log of changes, live."""
    log = rows(*lines)
    now = at(as_of) if as_of else max(row["at"] for row in log)
    times = target.time_fields
    found = sm.evaluate([target], events_of({"T": log, "S": log}, times=times, **kind), as_of=now)
    one = sm.explain(found, item="T")
    if not kind:
        assert sm.Stopwatch(target, {"item": "T"}).apply_all(log).explain(now) == one
    return one


def shown(one: sm.Explanation, *names: str) -> list[str]:
    """Return a line a stretch: its wall times in the calendar's zone, its state, and these columns."""
    zone = ZoneInfo(one.zone)
    return [
        f"{s.start.astimezone(zone):%a %H:%M}-{s.end.astimezone(zone):%a %H:%M} {s.state}{'' if s.covered else ' -'}"
        + "".join(f" | {getattr(s, name)}" for name in names)
        for s in one
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "carry",
            [
                "Wed 13:03-Wed 14:00 running | in hours | P2 8h",
                "Wed 14:00-Thu 08:30 paused | awaiting_customer | P2 8h",
                "Thu 08:30-Thu 09:10 running | in hours | P2 8h",
                "Thu 09:10-Thu 11:00 running | in hours | P1 4h",
                "Thu 11:00-Fri 00:00 ended - | resolved | ",
            ],
        ),
        ("restart", ["Thu 09:10-Thu 11:00 running | in hours | P1 4h", "Thu 11:00-Fri 00:00 ended - | resolved | "]),
        (
            "retroactive",
            [
                "Wed 13:03-Wed 14:00 running | in hours | P1 4h",
                "Wed 14:00-Thu 08:30 paused | awaiting_customer | P1 4h",
                "Thu 08:30-Thu 11:00 running | in hours | P1 4h",
                "Thu 11:00-Fri 00:00 ended - | resolved | ",
            ],
        ),
    ],
)
def test_one_log(change: str, expected: list[str]) -> None:
    """One incident in full: its stretches under three policies, in UTC, the zone of a calendar that never closes."""
    book = sm.load(
        {
            "slamodel": 1,
            "agreement": "desk",
            "calendar": "24x7",
            "targets": {
                "respond": {"P1": "15m", "P2": "30m"},
                "resolve": {"P1": "4h", "P2": "8h", "priority_change": change},
            },
            "pauses": ["awaiting_customer"],
        }
    )
    verdicts = sm.evaluate(book, [LOG], as_of=datetime(2026, 6, 12, tzinfo=UTC))
    one = verdicts.explain("INC0012", "resolve")
    assert shown(one, "reason", "limit") == expected
    assert one.total() == one.as_of - one.verdict["started_at"]
    if change == "carry":
        assert one.why == (
            "INC0012 met resolve (P1, 4h): 3h 27m of covered time were used when it was resolved on "
            "Thu 2026-06-11 11:00, 33m before the limit; 18h 30m were paused for awaiting_customer."
        )
    respond = verdicts.explain("INC0012", "respond")
    assert shown(respond) == ["Wed 13:03-Wed 13:20 running", "Wed 13:20-Fri 00:00 ended -"]
    assert respond.why.endswith(
        "17m of covered time were used when the reply came on Wed 2026-06-10 13:20, 13m before the limit."
    )


def test_overlapping_pauses() -> None:
    """A7: pauses that overlap are named together and counted once; what is paused outside hours moves nothing (C8)."""
    pauses = {
        name: {
            "when": {"do": "paused", "reason": name},
            "until": {"do": "resumed", "reason": name},
            "clause": f"6.{name}",
        }
        for name in "ab"
    }
    one = explained(
        promise({"within": "8h", "clause": "4"}, pauses=pauses),
        "2026-12-14T09:00Z opened",
        "2026-12-14T10:00Z paused reason=a",
        "2026-12-14T11:00Z paused reason=b",
        "2026-12-14T12:00Z resumed reason=a",
        "2026-12-14T13:00Z resumed reason=b",
        "2026-12-14T16:00Z paused reason=a",
        "2026-12-15T10:00Z resumed reason=a",
        as_of="2026-12-15T12:00Z",
    )
    assert shown(one, "reason", "clause") == [
        "Mon 09:00-Mon 10:00 running | in hours | 4",
        "Mon 10:00-Mon 11:00 paused | a | 6.a",
        "Mon 11:00-Mon 12:00 paused | a, b | 6.a, 6.b",
        "Mon 12:00-Mon 13:00 paused | b | 6.b",
        "Mon 13:00-Mon 16:00 running | in hours | 4",
        "Mon 16:00-Mon 17:00 paused | a | 6.a",
        "Mon 17:00-Tue 09:00 paused - | a, outside hours | 6.a",
        "Tue 09:00-Tue 10:00 paused | a | 6.a",
        "Tue 10:00-Tue 12:00 running | in hours | 4",
    ]
    assert one.paused_by_reason == {"a": 4 * HOUR, "b": HOUR}
    assert one.total("paused") == 21 * HOUR == one.verdict["wall_paused"]
    assert one.why == (
        "T is running on resolve (8h): 6h of covered time were used by Tue 2026-12-15 12:00, 2h are left, and it is "
        "due on Tue 2026-12-15 14:00; 5h were paused: 4h for a and 1h for b."
    )
    assert (
        "From Mon 2026-12-14 16:00 to Tue 2026-12-15 10:00 it was paused for a (clause 6.a, 2h of it in hours)."
        in str(one)
    )
    assert "Of the 27h that passed, 6h counted, 5h were paused and 16h lay outside hours." in str(one)


OFFICE = promise("8h", pauses=["paused"])
CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "explanations.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_why(case: dict[str, Any]) -> None:
    """One sentence answers for every stage, and for every reason of a breach."""
    one = explained(promise(case["limits"], pauses=["paused"]), *case["events"], as_of=case.get("as_of"))
    assert one.why == case["why"]
    assert str(one).startswith(one.why)
    assert one.rescaled == length(case.get("rescaled", "0s"))


def test_cycles() -> None:
    """Of a clock with cycles the last is explained; the breach of an earlier one is told (C11)."""
    target = promise({"within": "2h", "reopen": "new_cycle"})
    one = explained(
        target,
        "2026-12-14T09:00Z opened",
        "2026-12-14T12:00Z resolved",
        "2026-12-14T13:00Z reopened",
        "2026-12-14T14:00Z resolved",
    )
    assert shown(one) == ["Mon 13:00-Mon 14:00 running"]
    assert one.verdict["cycles"] == 2
    assert one.why == (
        "T missed resolve (2h): an earlier one of its 2 cycles was late on Mon 2026-12-14 11:00; in the last one 1h of "
        "covered time was used when it was resolved on Mon 2026-12-14 14:00."
    )


def test_one_cycle() -> None:
    """Any cycle can be asked for by its number; its ledger adds up to its own verdict."""
    target = promise({"every": "30m", "starts": "opened", "stops": "note", "until": "resolved"}, target="update")
    log = rows(
        *(f"2026-12-14T{time}Z {do}" for time, do in (("09:00", "opened"), ("09:20", "note"), ("10:00", "note")))
    )
    found = sm.evaluate([target], events_of({"S": log[:1], "T": log}), as_of=at("2026-12-14T10:05Z"))
    stages = [found.explain("T", cycle=number).verdict["stage"] for number in (1, 2, 3)]
    assert stages == ["met", "missed", "running"]
    assert shown(found.explain("T", cycle=2)) == ["Mon 09:20-Mon 10:00 running", "Mon 10:00-Mon 10:05 ended -"]
    for each in found.each_cycle():
        one = sm.explain(found, item=each["item"], cycle=each["cycles"])
        assert one.verdict == each
        assert one.total("running", covered=True) == each["elapsed"]
        assert one.total() == one.as_of - each["started_at"]
    assert found.explain("T").stretches == found.explain("T", cycle=3).stretches
    for number in (0, 4, -1):
        with pytest.raises(sm.EventError, match=f"'update' has 3 cycles on T, no {number}"):
            found.explain("T", cycle=number)
    with pytest.raises(sm.EventError, match="has 1 cycle on S, no 2"):
        found.explain("S", cycle=2)


def test_clocks_that_follow() -> None:
    """A clock that another one starts, and one for every group, are explained like any other."""
    book = sm.load(
        {
            "slamodel": 1,
            "agreement": "test",
            "calendar": BH,
            "targets": {
                "resolve": "8h",
                "review": {"within": "5bd", "starts": "resolve.stopped", "stops": "published"},
                "ownership": {"within": "4h", "per": "group"},
            },
        }
    )
    log = rows(
        "2026-12-14T09:00Z opened group=desk",
        "2026-12-14T10:00Z note group=net",
        "2026-12-14T12:00Z resolved",
    )
    found = sm.evaluate(book, events_of({"S": log, "T": log}), as_of=at("2026-12-14T13:00Z"))
    review = found.explain("T", "review")
    assert shown(review, "limit") == ["Mon 12:00-Mon 13:00 running | 5bd"]
    assert "1h of covered time was used by Mon 2026-12-14 13:00, 39h are left" in review.why
    desk = found.explain("T", "ownership[desk]")
    assert shown(desk, "reason") == [
        "Mon 09:00-Mon 10:00 running | in hours",
        "Mon 10:00-Mon 12:00 paused | elsewhere",
        "Mon 12:00-Mon 13:00 ended - | resolved",
    ]


def test_ends() -> None:
    """What ends a chain of cycles is named as what stopped the clock."""
    target = promise({"every": "30m", "until": "resolved"}, target="update")
    one = explained(target, "2026-12-14T09:00Z opened", "2026-12-14T09:20Z resolved", as_of="2026-12-14T10:00Z")
    assert [stretch.reason for stretch in one] == ["in hours", "resolved"]
    assert "when it was resolved on Mon 2026-12-14 09:20, 10m before the limit" in one.why
    over = evolve(OFFICE, ends=Moment(event("over")))
    one = explained(over, "2026-12-14T09:00Z opened", "2026-12-14T09:20Z over", as_of="2026-12-14T10:00Z")
    assert [stretch.reason for stretch in one] == ["in hours", "over"]


def test_gap_before_a_reopening() -> None:
    """Between a stop and a reopening the clock is stopped, by the event of that name (C11)."""
    lines = ("2026-12-14T09:00Z opened", "2026-12-14T12:00Z resolved", "2026-12-15T10:00Z reopened")
    one = explained(OFFICE, *lines, as_of="2026-12-15T11:00Z")
    assert shown(one, "reason") == [
        "Mon 09:00-Mon 12:00 running | in hours",
        "Mon 12:00-Tue 10:00 stopped - | resolved",
        "Tue 10:00-Tue 11:00 running | in hours",
    ]
    assert "From Mon 2026-12-14 12:00 to Tue 2026-12-15 10:00 it stood still, after: resolved." in str(one)
    counted = explained(promise({"within": "8h", "reopen": "continue_with_gap"}), *lines)
    assert shown(counted)[-1] == "Tue 09:00-Tue 10:00 running"
    assert {stretch.state for stretch in counted} == {"running"}


def test_capped_pause() -> None:
    """A pause that ends by itself is a pause up to there, and no longer (C8)."""
    pauses = {"waiting": {"when": {"status": "waiting"}, "at_most": "1h"}}
    one = explained(
        promise("8h", pauses=pauses),
        "2026-12-14T09:00Z opened",
        "2026-12-14T10:00Z status status=waiting",
        "2026-12-14T14:00Z status status=open",
    )
    assert shown(one, "reason") == [
        "Mon 09:00-Mon 10:00 running | in hours",
        "Mon 10:00-Mon 11:00 paused | waiting",
        "Mon 11:00-Mon 14:00 running | in hours",
    ]


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("P2", "P1", ["Mon 09:00-Mon 10:30 running | P2 2h"]),
        ("P1", "P2", ["Mon 09:00-Mon 10:00 running | P1 4h", "Mon 10:00-Mon 10:30 running | P2 2h"]),
    ],
)
def test_strictest_policy(first: str, then: str, expected: list[str]) -> None:
    """Of two policies the stretches are those of the one that decided: here the kept limit, there the new one (C10)."""
    target = promise({"P1": "4h", "P2": "2h", "priority_change": "strictest"})
    lines = (f"2026-12-14T09:00Z opened priority={first}", f"2026-12-14T10:00Z priority priority={then}")
    one = explained(target, *lines, as_of="2026-12-14T10:30Z")
    assert shown(one, "limit") == expected
    assert one.verdict["limit"] == 2 * HOUR


@pytest.mark.parametrize(
    ("limits", "note"),
    [
        (
            {"at_most": "2h"},
            "From Mon 2026-12-14 12:00 to 15:00 it was not paused: a pause for w counts for at most 2h.",
        ),
        (
            {"at_most_in_total": "1h"},
            "From Mon 2026-12-14 11:00 to 15:00 it was not paused: pauses for w count for at most 1h in total.",
        ),
        (
            {"at_least": "6h"},
            "From Mon 2026-12-14 10:00 to 15:00 it was not paused: a pause for w that is shorter than 6h does not",
        ),
        (
            {"needs": "told"},
            "From Mon 2026-12-14 10:00 to 15:00 it was not paused: what a pause for w needs did not hold.",
        ),
    ],
)
def test_pauses_that_do_not_count(limits: dict[str, str], note: str) -> None:
    """C15: where a limit of a pause keeps the clock running, the paragraph says which."""
    pauses = {"w": {"when": "out", "until": "in", **limits}}
    lines = ("2026-12-14T09:00Z opened", "2026-12-14T10:00Z out", "2026-12-14T15:00Z in")
    one = explained(promise("8h", calendar=BH, pauses=pauses), *lines, as_of="2026-12-14T16:00Z")
    assert note in str(one)
    free = explained(promise("8h", calendar=BH, pauses={"w": {"when": "out", "until": "in"}}), *lines)
    assert free.notes == ()


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ("restart", "the priority changed from P2 to P1: the clock began anew."),
        ("keep", "the priority changed from P2 to P1: the limit that held at the start stays."),
        ("retroactive", "the priority changed from P2 to P1: the limit of the last priority counts from the start."),
    ],
)
def test_changes_that_no_stretch_shows(change: str, note: str) -> None:
    """C15: what a change of the priority left is told where the limits of the stretches do not show it."""
    target = promise({"P2": "8h", "P1": "2h", "priority_change": change}, calendar=BH)
    lines = (
        "2026-12-14T09:00Z opened priority=P2",
        "2026-12-14T12:00Z priority priority=P1",
        "2026-12-14T13:00Z resolved",
    )
    assert f"On Mon 2026-12-14 12:00 {note}" in str(explained(target, *lines))


def test_a_clock_that_was_reset() -> None:
    """C15: a clock that a reset began says so."""
    target = promise({"within": "8h", "resets": "restarted"}, calendar=BH)
    one = explained(target, "2026-12-14T09:00Z opened", "2026-12-14T12:00Z restarted", as_of="2026-12-14T13:00Z")
    assert "The clock started on Mon 2026-12-14 12:00. On Mon 2026-12-14 12:00 the clock was reset" in str(one)


def test_a_lost_limit_keeps_its_zone() -> None:
    """C15: times are those of the calendar that counted last, though the priority has no limit any more."""
    target = promise({"P1": "8h", "P3": "none"}, calendar={**BH, "timezone": "Europe/Paris"})
    one = explained(target, "2026-06-10T09:00Z opened priority=P1", "2026-06-10T10:00Z priority priority=P3")
    assert "cancelled on Wed 2026-06-10 12:00" in str(one)
    assert str(one).endswith("Times are those of Europe/Paris.")


def test_closures() -> None:
    """What closes the calendar is named: a holiday by its name, a closed date; the paragraph gathers them."""
    calendar = {**BH, "holidays": {"2026-12-25": "Christmas Day"}, "closed": ["2026-12-28"]}
    one = explained(promise("8h", calendar=calendar), "2026-12-24T16:00Z opened", as_of="2026-12-29T10:00Z")
    assert shown(one, "closed") == [
        "Thu 16:00-Thu 17:00 running | ",
        "Thu 17:00-Fri 00:00 running - | outside hours",
        "Fri 00:00-Sat 00:00 running - | holiday: Christmas Day",
        "Sat 00:00-Mon 00:00 running - | outside hours",
        "Mon 00:00-Tue 00:00 running - | closed date",
        "Tue 00:00-Tue 09:00 running - | outside hours",
        "Tue 09:00-Tue 10:00 running | ",
    ]
    assert "Closed in between: Fri 2026-12-25 (holiday: Christmas Day) and Mon 2026-12-28 (closed date)." in str(one)


def test_limits_on_two_calendars() -> None:
    """Each stretch is cut by the calendar of the limit that holds then (C10)."""
    target = promise(
        {"P1": {"within": "4h", "cover": "always"}, "P3": {"within": "24h", "cover": "office"}},
        calendar="office",
        calendars={"office": BH, "always": "24x7"},
    )
    one = explained(
        target,
        "2026-12-14T16:00Z opened priority=P3",
        "2026-12-14T18:00Z priority priority=P1",
        as_of="2026-12-14T20:00Z",
    )
    assert shown(one, "reason", "limit") == [
        "Mon 16:00-Mon 17:00 running | in hours | P3 24h",
        "Mon 17:00-Mon 18:00 running - | outside hours | P3 24h",
        "Mon 18:00-Mon 20:00 running | in hours | P1 4h",
    ]
    assert "On Mon 2026-12-14 18:00 the limit changed from P3 24h to P1 4h." in str(one)
    assert one.total("running", covered=True) == one.verdict["elapsed"]


def test_stops_without_an_event() -> None:
    """Where a state or a time that a field holds stops the clock, it just stopped."""
    target = promise({"within": "8h", "stops": {"status": "done"}})
    one = explained(
        target, "2026-12-14T09:00Z opened", "2026-12-14T10:00Z status status=done", as_of="2026-12-14T11:00Z"
    )
    assert [stretch.reason for stretch in one] == ["in hours", "stopped"]
    assert "when its clock stopped on Mon 2026-12-14 10:00" in one.why
    held = promise({"within": "8h", "stops": {"at": "done_at"}})
    one = explained(held, "2026-12-14T09:00Z opened done_at=2026-12-14T10:00Z", as_of="2026-12-14T11:00Z")
    assert shown(one, "reason")[-1] == "Mon 10:00-Mon 11:00 ended - | stopped"


def test_excluded() -> None:
    """An item whose stop lies before its start has no stretches, and says why (C14)."""
    target = promise({"within": "8h", "starts": {"at": "begun"}, "stops": {"at": "done"}})
    one = explained(target, "2026-12-14T09:00Z opened begun=2026-12-14T10:00Z done=2026-12-14T09:00Z")
    assert not len(one)
    assert one.why == "T is not judged by resolve: the time of the stop lies before the time of the start."
    assert one.paused_by_reason == {}
    assert one.to_csv().count("\n") == 1


def test_many_steps() -> None:
    """A long story is cut, and says how much is left out."""
    lines = [f"2026-12-14T{9 + n // 60:02d}:{n % 60:02d}Z {'paused' if n % 2 else 'resumed'}" for n in range(1, 30)]
    one = explained(OFFICE, "2026-12-14T09:00Z opened", *lines, as_of="2026-12-14T10:00Z")
    assert str(one).count("it was paused") == 8
    assert "7 more such steps are in the ledger." in str(one)


def test_forms() -> None:
    """A ledger is a list of stretches, of dicts, and CSV whose instants and lengths are those of verdicts."""
    one = explained(OFFICE, "2026-12-14T09:00Z opened", "2026-12-14T17:30Z resolved")
    assert len(one) == len(list(one)) == 2
    first = one.to_dicts()[0]
    assert first == {
        "item": "T",
        "target": "resolve",
        "start": at("2026-12-14T09:00Z"),
        "end": at("2026-12-14T17:00Z"),
        "state": "running",
        "covered": True,
        "length": 8 * HOUR,
        "reason": "in hours",
        "clause": "",
        "limit": "8h",
    }
    assert one.to_csv().splitlines()[:2] == [
        "item,target,start,end,state,covered,length,reason,clause,limit",
        "T,resolve,2026-12-14T09:00:00Z,2026-12-14T17:00:00Z,running,true,8:00:00,in hours,,8h",
    ]


def test_only_the_item_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Explaining one item of a log asks the engine about that item's rows alone."""
    logs = {
        str(n): rows("2026-12-14T09:00Z opened", "2026-12-14T10:00Z paused", "2026-12-14T11:00Z resumed")
        for n in range(50)
    }
    found = sm.evaluate([OFFICE], events_of(logs))
    asked = []

    def watched(number: int, made: Plan, events: sm.EventTable, items: slice, as_of: int) -> Clocks:
        asked.append(len(events))
        return clocks(number, made, events, items, as_of)

    monkeypatch.setattr(single, "clocks", watched)
    assert found.explain("7").verdict["item"] == "7"
    assert set(asked) == {3}


def test_items_and_targets_by_name() -> None:
    """Items are found by number or text, targets by id with or without the agreement; what is not there is told."""
    two = [promise("8h"), evolve(promise({"P1": "1h"}), id="respond")]
    log = {"7": rows("2026-12-14T09:00Z opened priority=P1"), "8": rows("2026-12-14T09:00Z opened priority=P2")}
    events = events_of(log)
    numbered = evolve(events, items=np.array([7, 8]))
    for table, names in ((events, (7, "7")), (numbered, (7, "7", 7.0 and 7))):
        found = sm.evaluate(two, table)
        for name in names:
            assert found.explain(name, "test/resolve").verdict == found.explain(name, "resolve").verdict
        for missing in ("9", "-", "x7", None):
            with pytest.raises(sm.EventError, match="is not in the log up to 2026-12-14T09:00:00Z"):
                found.explain(missing)
    with pytest.raises(sm.AgreementError, match="7 has 2 verdicts; say which: resolve, respond"):
        found.explain(7)
    assert found.explain(8).target.id == "resolve"
    with pytest.raises(sm.EventError, match="target 'respond' promises nothing for 8"):
        found.explain(8, "respond")
    with pytest.raises(sm.AgreementError, match="target 'resolv' was not judged; did you mean 'resolve'"):
        found.explain(8, "resolv")
    twins = sm.evaluate([two[0], evolve(two[0], agreement="other")], events)
    with pytest.raises(sm.AgreementError, match="say which: test/resolve, other/resolve"):
        twins.explain("7", "resolve")
    assert twins.explain("7", "other/resolve").target.agreement == "other"
    with pytest.raises(sm.EventError, match="do not know the log"):
        evolve(found, log=None).explain(7)
    only_one = sm.evaluate(two[1:], events)
    with pytest.raises(sm.EventError, match="the agreement promises nothing for 8"):
        only_one.explain("8")


def test_a_log_of_snapshots() -> None:
    """What happens anywhere in a log of snapshots is looked at for one item too."""
    target = promise({"within": "8h", "starts": {"status": "new"}, "stops": {"status": "done"}})
    one = explained(target, "2026-12-14T09:00Z status=new", "2026-12-14T11:00Z status=done", kind="snapshots")
    assert shown(one) == ["Mon 09:00-Mon 11:00 running"]
    events = evolve(events_of({"a": rows("2026-12-14T09:00Z x")}), kind="snapshots")
    assert single.only(events, 0).fields["do"].values == ("x",)


def test_columns_of_one_item() -> None:
    """The columns of one item hold the values that occur in its rows, and stay missing where they are."""
    log = {
        "a": rows("2026-12-14T09:00Z opened p=1", "2026-12-14T10:00Z note q=2"),
        "b": rows("2026-12-14T09:00Z other p=3"),
    }
    found = single.only(events_of(log), 1)
    assert found.items.tolist() == ["b"]
    assert found.fields["p"] == Coded(np.array([0], np.int32), ("3",))
    assert found.fields["q"] == Coded(np.array([-1], np.int32), ())
    assert single.only(events_of(log), 0).fields["q"].to_list() == [None, "2"]


@pytest.mark.parametrize(
    ("text", "zone", "said"),
    [
        ("2026-12-14T09:00:00Z", "Europe/London", "Mon 2026-12-14 09:00"),
        ("2026-06-14T09:00:05Z", "Europe/London", "Sun 2026-06-14 10:00:05"),
        ("2026-06-14T09:00:00.000250Z", "UTC", "Sun 2026-06-14 09:00:00.000250"),
        ("2026-10-25T00:30:00Z", "Europe/London", "Sun 2026-10-25 01:30 +0100"),
        ("2026-10-25T01:30:00Z", "Europe/London", "Sun 2026-10-25 01:30 +0000"),
    ],
)
def test_instants_in_words(text: str, zone: str, said: str) -> None:
    """An instant is told on the wall of the zone, with its offset where that time comes twice (S3)."""
    assert instant_words(at(text), zone) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (length("9h12m"), "9h 12m"),
        (length("-1h30m5s"), "1h 30m 5s"),
        (length("30m"), "30m"),
        (length("45s"), "45s"),
        (length("31h"), "31h"),
        (timedelta(), "0s"),
        (timedelta(hours=1, microseconds=1), "1h"),
        (timedelta(milliseconds=250), "250ms"),
        (timedelta(milliseconds=2, microseconds=5), "2ms5us"),
    ],
)
def test_lengths_in_words(amount: timedelta, said: str) -> None:
    """A length is told in hours, minutes and seconds, and cut below them; what is shorter than a second is whole."""
    assert length_words(amount) == said
