"""A verdict as ServiceNow's own record: every field of a worked record, in ServiceNow's spellings."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import slamodel as sm
from slamodel.io.adapters.servicenow import task_sla, task_slas
from tests.tickets import promise, rows

LONDON = {"timezone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}}
BERLIN = {"timezone": "Europe/Berlin", "hours": {"mon-fri": "08:00-17:00"}}
LOG = ("2026-01-05T15:00Z opened", "2026-01-05T16:00Z paused", "2026-01-05T18:00Z resumed")


def watch(*log: str, calendar: Any = None, **fields: Any) -> sm.Stopwatch:
    target = promise(
        {"within": "8h", **fields},
        calendar=calendar or LONDON,
        dialect="servicenow",
        pauses={"hold": {"when": "paused"}},
    )
    return sm.Stopwatch(target, {"item": "INC7"}).apply_all(rows(*log))


def record(clock: sm.Stopwatch, as_of: str, **options: Any) -> dict[str, str]:
    at = datetime.fromisoformat(as_of)
    return task_sla(clock.verdict(at), at, **options)


def test_whole_record() -> None:
    """D2: 8 h from Monday 15:00, paused from 16:00 to 18:00, read on Tuesday at 10:15:02: every field."""
    clock = watch(*LOG)
    first_due = clock.verdict(datetime.fromisoformat("2026-01-05T15:00Z"))["due"]
    assert record(clock, "2026-01-06T10:15:02Z", first_due=first_due) == {
        "stage": "in_progress",
        "active": "true",
        "has_breached": "false",
        "start_time": "2026-01-05 15:00:00",
        "end_time": "",
        "pause_time": "",
        "original_breach_time": "2026-01-06 15:00:00",
        "planned_end_time": "2026-01-06 16:00:00",
        "pause_duration": "1970-01-01 02:00:00",
        "business_pause_duration": "1970-01-01 01:00:00",
        "duration": "1970-01-01 17:15:02",
        "percentage": "75",
        "time_left": "1970-01-01 05:44:58",
        "business_duration": "1970-01-01 02:15:02",
        "business_percentage": "28.13",
        "business_time_left": "1970-01-01 05:44:58",
    }


def test_two_denominators() -> None:
    """D2: Friday 21:00 to Monday 09:30 is 90.3 % of the window, as the script counts, or 756.25 % of the limit."""
    clock = watch("2025-12-12T21:00+01:00 opened", calendar=BERLIN)
    shipped = record(clock, "2025-12-15T09:30+01:00")
    told = record(clock, "2025-12-15T09:30+01:00", percentage_of="limit")
    assert shipped["duration"] == told["duration"] == "1970-01-03 12:30:00"
    assert shipped["business_duration"] == told["business_duration"] == "1970-01-01 01:30:00"
    assert (shipped["percentage"], told["percentage"]) == ("90.3", "756.25")
    assert shipped["business_percentage"] == told["business_percentage"] == "18.75"


def test_overnight() -> None:
    """D2: from 14:00 to the next morning at 09:00 are 3 h of business and 19 h by the wall."""
    found = record(watch("2026-01-05T14:00Z opened"), "2026-01-06T09:00Z")
    assert (found["business_duration"], found["duration"]) == ("1970-01-01 03:00:00", "1970-01-01 19:00:00")


def test_paused_record_stands_still() -> None:
    """Due, percentages and pauses are those of the moment of the pause; later there is no record of its own."""
    clock = watch(*LOG[:2])
    found = record(clock, "2026-01-05T16:00Z")
    assert found["stage"] == "paused"
    assert found["active"] == "true"
    assert found["pause_time"] == "2026-01-05 16:00:00"
    assert found["planned_end_time"] == "2026-01-06 15:00:00"
    assert found["pause_duration"] == found["business_pause_duration"] == "1970-01-01 00:00:00"
    assert found["business_percentage"] == "12.5"
    with pytest.raises(sm.EventError, match=r"INC7: its record stands still .* as of 2026-01-05T16:00:00"):
        record(clock, "2026-01-05T17:00Z")


def test_late_record() -> None:
    """What is left is never below 0, and the stop counts, not the reading."""
    found = record(watch("2026-01-05T09:00Z opened", "2026-01-06T12:00Z resolved"), "2026-02-01T00:00Z")
    assert found["stage"] == "completed"
    assert (found["active"], found["has_breached"]) == ("false", "true")
    assert found["end_time"] == "2026-01-06 12:00:00"
    assert found["duration"] == "1970-01-02 03:00:00"
    assert found["time_left"] == found["business_time_left"] == "1970-01-01 00:00:00"
    assert found["business_percentage"] == "137.5"


def test_completed_record() -> None:
    """A clock that stopped in time has left what was left at its stop."""
    found = record(watch("2026-01-05T09:00Z opened", "2026-01-05T16:00Z resolved"), "2026-02-01T00:00Z")
    assert found["has_breached"] == "false"
    assert found["time_left"] == found["business_time_left"] == "1970-01-01 01:00:00"


def test_verdict_of_another_dialect() -> None:
    """Lengths are cut to the second and end at 0, whatever the verdict was made by."""
    at = datetime.fromisoformat("2026-01-05T16:59:58.56Z")
    clock = sm.Stopwatch(promise("8h", calendar=LONDON), {"item": "INC7"}).apply_all(rows("2026-01-05T09:00Z opened"))
    found = task_sla(clock.verdict(at), at)
    assert (found["duration"], found["percentage"]) == ("1970-01-01 07:59:58", "99.99")
    late = datetime.fromisoformat("2026-01-06T10:00Z")
    assert task_sla(clock.verdict(late), late)["business_time_left"] == "1970-01-01 00:00:00"


def test_cancelled_record() -> None:
    """A cancelled clock has no due; so what is measured against it is empty."""
    found = record(watch("2026-01-05T09:00Z opened", "2026-01-05T10:00Z cancelled"), "2026-01-05T12:00Z")
    assert (found["stage"], found["active"]) == ("cancelled", "false")
    assert (found["planned_end_time"], found["percentage"], found["time_left"]) == ("", "", "")
    assert found["business_duration"] == "1970-01-01 01:00:00"


def test_long_pause() -> None:
    """Where the pauses are longer than the whole window, the script takes off their open time only."""
    verdict = {
        **watch(*LOG).verdict(datetime.fromisoformat("2026-01-06T10:15:02Z")),
        "wall_paused": timedelta(hours=26),
    }
    found = task_sla(verdict, datetime.fromisoformat("2026-01-06T10:15:02Z"))
    assert found["pause_duration"] == "1970-01-02 02:00:00"
    assert found["percentage"] == "71.88"


def test_no_record() -> None:
    """A clock that has not started has no record."""
    with pytest.raises(sm.EventError, match="pending has no task_sla record"):
        record(watch("2026-01-05T09:00Z seen"), "2026-01-05T09:00Z")


BOOK = """
slamodel: 1
agreement: desk
dialect: servicenow
calendar: {timezone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
targets: {resolve: {P1: 4h, P2: 8h}}
pauses: {hold: {when: paused}}
"""
MANY = (
    ("RUNS", "2026-01-05T15:00Z opened", "2026-01-05T16:00Z paused", "2026-01-05T18:00Z resumed"),
    ("WAITS", "2026-01-05T15:00Z opened", "2026-01-05T16:00Z paused"),
    ("DONE", "2026-01-05T15:00Z opened", "2026-01-05T16:00Z resolved"),
    ("AGAIN", "2026-01-05T09:00Z opened", "2026-01-05T10:00Z resolved", "2026-01-05T12:00Z reopened"),
    ("NEVER", "2026-01-05T15:00Z noted"),
)


def test_records_of_a_table() -> None:
    """D2: every field of every record, the due at the start among them, as of a pause where a clock is paused."""
    log = [{"item": item, "priority": "P2", **row} for item, *lines in MANY for row in rows(*lines)]
    log.append({"item": "RUNS", "at": "2026-01-06T09:00Z", "do": "noted", "priority": "P2"})
    as_of = datetime.fromisoformat("2026-01-06T10:15:02Z")
    records = {one["task"]: one for one in task_slas(sm.evaluate(sm.loads(BOOK), log, as_of=as_of))}
    clock = watch(*LOG)
    first_due = clock.verdict(datetime.fromisoformat("2026-01-05T15:00Z"))["due"]
    whole = record(clock, "2026-01-06T10:15:02Z", first_due=first_due)
    assert records["RUNS"] == {"task": "RUNS", "sla": "resolve", **whole}
    waits = record(watch(*LOG[:2]), "2026-01-05T16:00Z", first_due=first_due)
    assert records["WAITS"] == {"task": "WAITS", "sla": "resolve", **waits}
    assert records["DONE"]["original_breach_time"] == "2026-01-06 15:00:00"
    assert records["AGAIN"]["start_time"] == "2026-01-05 12:00:00"
    assert records["AGAIN"]["original_breach_time"] == "2026-01-06 12:00:00"
    assert "NEVER" not in records
    assert all(one["original_breach_time"] for one in records.values())


def test_the_due_at_the_start_is_by_what_was_known_then() -> None:
    """D2: a field that holds the start may lie before the first event; what is due is told as it was at that event."""
    paper = BOOK.replace("{P1: 4h, P2: 8h}", "{P1: 4h, P2: 8h, starts: {at: made}}") + "events: {times: [made]}\n"
    log = [
        {"item": "A", "at": at, "do": "x", "made": "2026-01-05T09:00Z"}
        for at in ("2026-01-05T11:00Z", "2026-01-06T11:00Z")
    ]
    log[0]["priority"], log[1]["priority"] = "P2", "P1"
    retroactive = paper.replace("dialect: servicenow\n", "").replace("8h,", "8h, priority_change: retroactive,")
    (one,) = task_slas(sm.evaluate(sm.loads(retroactive), log))
    assert (one["original_breach_time"], one["planned_end_time"]) == ("2026-01-05 17:00:00", "2026-01-05 13:00:00")
