"""Relative dues, limits in fields, and the conventions of products, each with its own number (C3, C5, C7 to C9)."""

from typing import Any

import pytest

import slamodel as sm
from slamodel.clock.evaluate import evaluate
from tests.tickets import Row, at, events_of, length, promise, rows, verdict

HOURS = {"timezone": "UTC", "hours": {"mon-fri": "09:00-12:00, 13:00-17:00"}}
OPENED = "2026-12-14T09:00Z opened"


def judged(options: Any, *lines: str, as_of: str | None = None, **document: Any) -> Row:
    return verdict(promise(options, calendar=HOURS, **document), *lines, as_of=as_of)


@pytest.mark.parametrize(
    ("within", "opened", "due"),
    [
        ("end of same business day", "2026-12-14T10:00Z", "2026-12-14T17:00Z"),
        ("end of next business day", "2026-12-14T10:00Z", "2026-12-15T17:00Z"),
        ("end of next business day", "2026-12-18T10:00Z", "2026-12-21T17:00Z"),
        ("end of next business day", "2026-12-19T10:00Z", "2026-12-21T17:00Z"),
        ("end of 2nd business day", "2026-12-18T20:00Z", "2026-12-22T17:00Z"),
        ("by 12:00 on next business day", "2026-12-14T16:59Z", "2026-12-15T12:00Z"),
        ("by 16:00 on the next business day", "2026-12-18T16:59Z", "2026-12-21T16:00Z"),
        ("by 08:00 on next business day", "2026-12-14T10:00Z", "2026-12-15T09:00Z"),
        ("by 12:30 on next business day", "2026-12-14T10:00Z", "2026-12-15T12:00Z"),
    ],
)
def test_dues_relative_to_the_start(within: str, opened: str, due: str) -> None:
    """C5 relative: the Nth business day after the date of the start; a wall time is moved into the hours."""
    assert judged(within, f"{opened} opened")["due"] == at(due)


@pytest.mark.parametrize(
    ("within", "opened", "due"),
    [
        ("end of same business day", "2026-12-18T18:00Z", "2026-12-21T17:00Z"),
        ("end of same business day", "2026-12-14T17:00Z", "2026-12-15T17:00Z"),
        ("by 12:00 on same business day", "2026-12-14T14:00Z", "2026-12-15T12:00Z"),
    ],
)
def test_a_due_in_words_lies_after_the_start(within: str, opened: str, due: str) -> None:
    """C5 relative: "Where such a due does not lie after the start, it is that of the next business day"."""
    assert judged(within, f"{opened} opened")["due"] == at(due)


@pytest.mark.parametrize(
    ("within", "opened", "due", "limit"),
    [
        ("1bd", "2026-11-10T01:30Z", "2026-11-11T01:30Z", "8h"),
        ("1bd", "2026-11-10T23:30Z", "2026-11-11T23:30Z", "8h"),
        ("1bd", "2026-11-10T12:30Z", "2026-11-11T22:00Z", "8h"),
        ("by 02:00 on next business day", "2026-11-10T23:30Z", "2026-11-11T02:00Z", "2h30m"),
        ("by 01:30 on same business day", "2026-11-10T23:30Z", "2026-11-11T01:30Z", "2h"),
    ],
)
def test_a_wall_time_in_the_night_before(within: str, opened: str, due: str, limit: str) -> None:
    """C5 nights: "a wall time before the hours of the due day stays where it is while the night before is at work"."""
    nights = {"timezone": "UTC", "hours": {"daily": "22:00-06:00"}}
    found = verdict(promise(within, calendar=nights), f"{opened} opened")
    assert (found["due"], found["limit"]) == (at(due), length(limit))


def test_a_wall_time_that_the_due_day_reaches_on_the_next_date() -> None:
    """C5 nights: it "is that of the next date where the hours of the due day reach it"."""
    monday = {"timezone": "UTC", "hours": {"mon": "22:00-06:00"}}
    found = verdict(promise("by 02:00 on same business day", calendar=monday), "2026-11-09T20:00Z opened")
    assert (found["due"], found["limit"]) == (at("2026-11-10T02:00Z"), length("4h"))


def test_a_relative_due_moves_by_covered_pause() -> None:
    """C5: paused from 10:00 to 16:00 (five covered hours), the end of Tuesday becomes Wednesday 15:00."""
    lines = (OPENED, "2026-12-14T10:00Z paused", "2026-12-14T16:00Z resumed")
    found = judged("end of next business day", *lines, pauses=["paused"])
    assert (found["due"], found["paused"]) == (at("2026-12-16T15:00Z"), length("5h"))


TIMES: dict[str, Any] = {"events": {"times": ["due_date"]}}


@pytest.mark.parametrize(
    ("within", "field", "due", "limit"),
    [
        ("on due_date", "2026-12-16T11:00Z", "2026-12-16T11:00Z", "16h"),
        ("on due_date", "2026-12-16T22:00Z", "2026-12-16T22:00Z", "21h"),
        ("2bd before due_date", "2026-12-21T11:00Z", "2026-12-17T11:00Z", "23h"),
        ("1bd before due_date", "2026-12-20T11:00Z", "2026-12-17T17:00Z", "28h"),
    ],
)
def test_dues_on_fields(within: str, field: str, due: str, limit: str) -> None:
    """C5 relative: the time that the item holds, or business days before it; the limit is what is covered till then."""
    found = judged(within, f"{OPENED} due_date={field}", **TIMES)
    assert (found["due"], found["limit"]) == (at(due), length(limit))


def test_the_last_date_that_was_agreed_counts() -> None:
    """C5 field: a date that was moved counts from the start of the clock."""
    lines = (f"{OPENED} due_date=2026-12-14T11:00Z", "2026-12-14T10:00Z moved due_date=2026-12-15T11:00Z")
    found = judged("on due_date", *lines, "2026-12-15T10:00Z resolved", **TIMES)
    assert (found["stage"], found["elapsed"], found["remaining"]) == ("met", length("8h"), length("1h"))


def test_a_date_before_the_start_is_late_from_the_start() -> None:
    """C5 field: the limit is zero, there is no percentage, and the breach is the start."""
    found = judged("on due_date", f"{OPENED} due_date=2026-12-11T11:00Z", as_of="2026-12-14T10:00Z", **TIMES)
    assert (found["due"], found["limit"], found["percentage"]) == (at("2026-12-11T11:00Z"), length("0h"), None)
    assert (found["breached_at"], found["remaining"]) == (at("2026-12-14T09:00Z"), length("-1h"))


def test_without_a_date_nothing_is_promised() -> None:
    """C5 field, C14: an item without a date has no verdict; it is not missed, and not met."""
    target = promise("on due_date", calendar=HOURS, **TIMES)
    log = {"a": rows(f"{OPENED} due_date=2026-12-15T09:00Z"), "b": rows(OPENED, "2026-12-14T16:00Z resolved")}
    found = evaluate([target], events_of(log, times=["due_date"])).to_dicts()
    assert [row["item"] for row in found] == ["a"]


def test_an_amount_in_a_field() -> None:
    """C5 amount in a field: each item's own limit; rows without a length of time have none."""
    target = promise({"within": {"field": "agreed"}}, calendar=HOURS)
    log = {
        "a": rows(f"{OPENED} agreed=2h"),
        "b": rows(f"{OPENED} agreed=1bd"),
        "c": rows(f"{OPENED} agreed=soon"),
        "d": rows(f"{OPENED} agreed=2d"),
    }
    found = evaluate([target], events_of(log)).to_dicts()
    assert [(row["item"], row["due"]) for row in found] == [
        ("a", at("2026-12-14T11:00Z")),
        ("b", at("2026-12-15T09:00Z")),
    ]
    assert {row["rule"] for row in found} == {"test/resolve/default"}


@pytest.mark.parametrize(
    ("stopped", "percent", "exact"),
    [("16:59:57", "met", "met"), ("16:59:59", "missed", "met"), ("17:00:00", "missed", "met")],
)
def test_percentages_that_round_to_a_hundred(stopped: str, percent: str, exact: str) -> None:
    """C3 percent: of 7 h, what lacks less than 1.26 s is 100.00 %: late, a second before its time."""
    lines = (OPENED, f"2026-12-14T{stopped}Z resolved")
    assert judged({"within": "7h", "judge": "percent"}, *lines)["stage"] == percent
    assert judged("7h", *lines)["stage"] == exact


def test_what_has_no_limit_rounds_to_nothing() -> None:
    """C3 percent: before the item has a priority with a limit there is nothing to be a hundred per cent of."""
    season = {"from": "07-11", "to": "01-02", "hours": {"daily": "10:00-12:00"}}
    target = promise({"P2": "4h", "judge": "percent"}, calendar={**HOURS, "seasons": [season]})
    found = verdict(target, OPENED, "2026-12-14T10:30Z priority priority=P2", as_of="2026-12-14T11:30Z")
    assert (found["stage"], found["elapsed"]) == ("running", length("1h"))


def test_an_early_breach_is_the_instant_at_which_it_rounds() -> None:
    """C3 percent: 8 h at two decimals is late from 28,798.56 s on; at none from 28,656 s on."""
    calendar = {"timezone": "UTC", "hours": "24x7"}
    for decimals, due in ((2, "2026-12-14T16:59:58.560Z"), (0, "2026-12-14T16:57:36Z")):
        target = promise({"within": "8h", "judge": "percent", "percent_decimals": decimals}, calendar=calendar)
        found = verdict(target, OPENED, as_of="2026-12-15T00:00Z")
        assert (found["breached_at"], found["due"]) == (at(due), at("2026-12-14T17:00Z"))


@pytest.mark.parametrize(("resolution", "elapsed"), [("us", "59.999999s"), ("ms", "60s"), ("s", "60s"), ("min", "60s")])
def test_instants_are_cut_down_first(resolution: str, elapsed: str) -> None:
    """C3 resolution: 09:00:00.000001 to 09:01:00.0000 is a whole minute where nobody sees microseconds."""
    found = judged(
        {"within": "8h", "resolution": resolution}, "2026-12-14T09:00:00.000001Z opened", as_of="2026-12-14T09:01Z"
    )
    assert found["elapsed"] == length(elapsed)


@pytest.mark.parametrize(
    ("boundary", "noon", "evening"),
    [
        ("close", "2026-12-14T12:00Z", "2026-12-14T17:00Z"),
        ("open", "2026-12-14T13:00Z", "2026-12-15T09:00Z"),
        ("day_end", "2026-12-14T12:00Z", "2026-12-15T09:00Z"),
    ],
)
def test_a_due_that_falls_on_a_closing(boundary: str, noon: str, evening: str) -> None:
    """C3 boundary: told as the closing, as the next opening, or so at the end of the day only."""
    assert judged({"within": "3h", "boundary": boundary}, OPENED)["due"] == at(noon)
    assert judged({"within": "7h", "boundary": boundary}, OPENED)["due"] == at(evening)


HOLDS = (
    OPENED,
    "2026-12-14T10:00Z paused",
    "2026-12-14T11:00Z resumed",
    "2026-12-14T14:00Z paused",
    "2026-12-14T16:00Z resumed",
)


@pytest.mark.parametrize(("measure", "due"), [("covered", "17:00"), ("wall", "17:00"), ("last_wall", "16:00")])
def test_what_a_pause_is_measured_in(measure: str, due: str) -> None:
    """C8 measure: holds of 1 h and 2 h: due moves by 3 h, where only the last counts by 2 h."""
    options = {"within": "4h", "pause_measure": measure}
    found = judged(options, *HOLDS, pauses=["paused"])
    assert (found["due"], found["paused"], found["elapsed"]) == (at(f"2026-12-14T{due}Z"), length("3h"), length("3h"))


@pytest.mark.parametrize(("stop", "stage"), [("2026-12-16T08:00Z", "met"), ("2026-12-16T08:01Z", "missed")])
def test_a_night_on_hold_counts_in_wall_time(stop: str, stage: str) -> None:
    """C8 measure: held from 16:00 to 10:00: the due of Tuesday 14:00 moves by 18 h of wall time, into the night."""
    lines = ("2026-12-14T15:00Z opened", "2026-12-14T16:00Z paused", "2026-12-15T10:00Z resumed")
    found = judged({"within": "6h", "pause_measure": "wall"}, *lines, f"{stop} resolved", pauses=["paused"])
    assert (found["stage"], found["due"]) == (stage, at("2026-12-16T08:00Z"))


@pytest.mark.parametrize(
    ("shown", "due"), [("none", None), ("frozen", "2026-12-14T15:00Z"), ("rolls", "2026-12-14T17:00Z")]
)
def test_the_due_of_a_paused_clock(shown: str, due: str | None) -> None:
    """C9 options: none, as it was when the pause began, or as if it ended now."""
    lines = (OPENED, "2026-12-14T10:00Z paused")
    found = judged({"within": "5h", "due_while_paused": shown}, *lines, as_of="2026-12-14T12:00Z", pauses=["paused"])
    assert found["due"] == (due and at(due))
    assert (found["due_if_resumed"], found["breaches_after"]) == (at("2026-12-14T17:00Z"), None)


@pytest.mark.parametrize(("negative", "remaining"), [(True, "-1h"), (False, "0h")])
def test_what_remains_of_a_late_clock(negative: bool, remaining: str) -> None:
    """C9 options: less than nothing, or nothing."""
    found = judged({"within": "2h", "negative_remaining": negative}, OPENED, as_of="2026-12-14T12:00Z")
    assert (found["remaining"], found["elapsed"]) == (length(remaining), length("3h"))


@pytest.mark.parametrize(("option", "stage"), [("never_ran", "pending"), ("zero", "met")])
def test_a_start_and_stop_at_one_event(option: str, stage: str) -> None:
    """C7 options: the clock never ran, or ran for no time and is met."""
    options = {"within": "2h", "starts": "opened", "stops": ["opened"], "start_with_stop": option}
    found = judged(options, OPENED, as_of="2026-12-14T12:00Z")
    assert (found["stage"], found["elapsed"]) == (stage, None if stage == "pending" else length("0h"))


@pytest.mark.parametrize(("option", "stage"), [("neither", "running"), ("pause", "paused")])
def test_an_event_that_pauses_and_resumes(option: str, stage: str) -> None:
    """C7 options: it does neither, or it pauses."""
    rules = {"both": {"when": "handed_over", "until": "handed_over"}}
    options = {"within": "2h", "pause_with_resume": option}
    found = judged(options, OPENED, "2026-12-14T10:00Z handed_over", as_of="2026-12-14T12:00Z", pauses=rules)
    assert found["stage"] == stage


@pytest.mark.parametrize(("kept", "elapsed"), [(True, "2h"), (False, "4h")])
def test_pauses_before_a_retroactive_change(kept: bool, elapsed: str) -> None:
    """C8 retroactive: P3 paused from 10 to 12, P1 from 14:00 on as if always: the pause is kept, or lost."""
    options = {"P1": "4h", "P3": "8h", "priority_change": "retroactive", "retroactive_pause": kept}
    lines = (
        f"{OPENED} priority=P3",
        "2026-12-14T10:00Z paused",
        "2026-12-14T12:00Z resumed",
        "2026-12-14T14:00Z priority priority=P1",
    )
    found = judged(options, *lines, pauses=["paused"])
    assert found["elapsed"] == length(elapsed)


def test_a_chained_target_waits_for_the_other() -> None:
    """C7 chained: the review starts when the resolution stops; while that is reopened there is no review."""
    targets = {
        "review": {"within": "5bd", "starts": "resolve.stopped", "stops": "reviewed"},
        "resolve": {"within": "8h"},
    }
    target = promise(target="review", calendar=HOURS, targets=targets)
    lines = (OPENED, "2026-12-14T12:00Z resolved")
    found = verdict(target, *lines, as_of="2026-12-15T09:00Z")
    assert (found["started_at"], found["due"]) == (at("2026-12-14T12:00Z"), at("2026-12-21T12:00Z"))
    assert verdict(target, *lines, "2026-12-14T15:00Z reopened")["stage"] == "pending"
    late = verdict(target, *lines, "2026-12-22T10:00Z reviewed")
    assert (late["stage"], late["stopped_at"]) == ("missed", at("2026-12-22T10:00Z"))


def test_a_target_may_start_at_the_breach_of_another() -> None:
    """C7 chained: an escalation target that starts when the resolution is late, and not before."""
    targets = {
        "rescue": {"within": "2h", "starts": "resolve.breached", "stops": "rescued"},
        "resolve": {"within": "3h"},
    }
    target = promise(target="rescue", calendar=HOURS, targets=targets)
    assert verdict(target, OPENED, as_of="2026-12-14T12:59Z")["stage"] == "pending"
    found = verdict(target, OPENED, as_of="2026-12-14T14:00Z")
    assert (found["started_at"], found["elapsed"]) == (at("2026-12-14T13:00Z"), length("1h"))


def test_a_due_before_the_start_by_timestamps() -> None:
    """C5 field: the breach is the start, also where timestamps are compared."""
    options = {"within": "on due_date", "judge": "timestamp"}
    lines = (f"{OPENED} due_date=2026-12-11T11:00Z", "2026-12-14T10:00Z resolved")
    found = judged(options, *lines, **TIMES)
    assert (found["stage"], found["breached_at"]) == ("missed", at("2026-12-14T09:00Z"))
    assert found["due"] == at("2026-12-11T11:00Z")


def test_a_boundary_holds_with_a_grace_too() -> None:
    """C3 boundary: by timestamps what is late is told as the next opening: 6 h and an hour of grace end at 17:00."""
    options = {"within": "6h", "grace": "1h", "judge": "timestamp", "boundary": "open"}
    assert judged(options, OPENED)["breaches_after"] == at("2026-12-15T09:00Z")


def test_a_due_if_resumed_is_told_at_the_boundary_too() -> None:
    """C9 options: five hours from 10:00 with two left end at noon, which is told as 13:00."""
    lines = (OPENED, "2026-12-14T10:00Z paused")
    options = {"within": "3h", "boundary": "open"}
    found = judged(options, *lines, as_of="2026-12-14T10:00Z", pauses=["paused"])
    assert found["due_if_resumed"] == at("2026-12-14T13:00Z")


@pytest.mark.parametrize("limits", [{"P2": "8h", "P1": "2h"}, {"P1": "2h", "default": "8h"}])
def test_the_priority_that_decides(limits: dict[str, str]) -> None:
    """C10 decided: "the `priority` of a verdict is the one whose limit decides, under `keep` that of the start"."""
    lines = ("2026-12-14T09:00Z opened priority=P2", "2026-12-14T12:00Z priority priority=P1")
    for change, priority, limit in (("keep", "P2", "8h"), ("carry", "P1", "2h"), ("retroactive", "P1", "2h")):
        found = judged({**limits, "priority_change": change}, *lines)
        assert (found["priority"], found["limit"]) == (priority, length(limit))


CLOSED = {**HOURS, "closed": [["2030-01-01T00:00", "8000-01-01T00:00"]]}


def test_a_calendar_that_never_opens_again_costs_its_own_items() -> None:
    """C14 no answer: the item "is `excluded`, with the reason; its times are null", and the others are judged."""
    target = promise({"within": "4h", "for": {"team": "desk"}}, calendar=CLOSED)
    log = {
        "A": rows("2026-06-10T09:00Z opened team=desk", "2026-06-10T10:00Z resolved"),
        "B": rows("2031-06-10T09:00Z opened team=desk"),
        "C": rows("2031-06-10T09:00Z opened team=else"),
    }
    found = evaluate([target], events_of(log)).to_dicts()
    assert [(row["item"], row["stage"], row["limit"]) for row in found] == [
        ("A", "met", length("4h")),
        ("B", "excluded", None),
    ]
    assert found[1]["reason"] == "its calendar gives no answer: it never opens again, or not as often as is needed"
    assert found[1]["rule"] == "test/resolve/default"


def test_a_calendar_that_answers_nothing_is_an_error() -> None:
    """C14 no answer: "of more than a hundred items of one target it is the calendar that is wrong"."""
    opened = rows("2031-06-10T09:00Z opened")
    with pytest.raises(sm.HorizonError, match="never opens after"):
        evaluate([promise("4h", calendar=CLOSED)], events_of({str(n): opened for n in range(101)}))


def test_a_breach_in_whole_minutes() -> None:
    """C3 units: a limit that ran out at 10:00 is "exceeded at 10:01:00, and told to be exceeded since 10:00"."""
    lines = ("2026-12-14T09:00:30Z opened",)
    before = judged({"within": "1h", "resolution": "min"}, *lines, as_of="2026-12-14T10:00:59Z")
    after = judged({"within": "1h", "resolution": "min"}, *lines, as_of="2026-12-14T10:01:00Z")
    assert (before["breached"], after["breached"]) == (False, True)
    assert after["breached_at"] == at("2026-12-14T10:00Z")


@pytest.mark.parametrize("reopen", ["continue", "continue_with_gap", "new_cycle", "ignore"])
def test_a_reopening_of_what_was_not_stopped_is_reported(reopen: str) -> None:
    """C6 ignored: "a reopening of a clock that has not stopped" is reported, whatever the policy."""
    target = promise({"within": "8h", "reopen": reopen})
    log = rows(
        *("2026-12-14T09:00Z opened", "2026-12-14T10:00Z reopened", "2026-12-14T11:00Z resolved"),
        *("2026-12-14T12:00Z closed", "2026-12-14T13:00Z reopened"),
    )
    told = [note for note in evaluate([target], events_of({"T": log})).ignored if "reopened" in note]
    assert len(told) == (2 if reopen == "ignore" else 1)
    assert told[0].startswith("T: reopened at 2026-12-14T10:00:00Z")
