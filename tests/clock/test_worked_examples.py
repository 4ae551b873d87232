"""The worked examples of the clock, by name: business days, pauses, priority changes, reopening, thresholds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import slamodel as sm

LONDON = ZoneInfo("Europe/London")
BH = {
    "timezone": "Europe/London",
    "hours": {"mon-fri": "09:00-17:00"},
    "closed": ["2026-12-25", "2026-12-28"],
}
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """Return a London wall time."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def judge(target: dict[str, Any], events: list[dict[str, Any]], as_of: str, **agreement: Any) -> dict[str, Any]:
    """Return the verdict of one resolve target on one item."""
    book = sm.load({"slamodel": 1, "agreement": "x", "calendar": BH, "targets": {"resolve": target}, **agreement})
    rows = [{"item": "T", **event, "at": at(event["at"])} for event in events]
    return sm.evaluate(book, rows, as_of=at(as_of)).to_dicts()[0]


@pytest.mark.parametrize(
    ("name", "reading", "half_day", "due"),
    [
        ("A6a", "same_time", False, "2026-12-18T14:00"),
        ("A6a", "same_time", True, "2026-12-18T14:00"),
        ("A6b", "end_of_day", False, "2026-12-18T17:00"),
        ("A6b", "end_of_day", True, "2026-12-18T17:00"),
        ("A6c", "hours", False, "2026-12-18T14:00"),
        ("A6c", "hours", True, "2026-12-21T10:00"),
    ],
)
def test_business_days(name: str, reading: str, due: str, *, half_day: bool) -> None:
    """A6: two business days from Wednesday 14:00, read in three ways, with and without a half day between (C5)."""
    calendar = {**BH, "special": {"2026-12-17": "09:00-13:00"} if half_day else None}
    opened = [{"at": "2026-12-16T14:00", "do": "opened"}]
    target = {"within": "2bd", "reading": reading}
    assert judge(target, opened, "2026-12-16T15:00", calendar=calendar)["due"] == at(due), name


def test_overlapping_pauses() -> None:
    """A7: overlapping pauses count once; what is paused in closed hours moves nothing (C8)."""
    when = [("10:00", "paused", "a"), ("11:00", "paused", "b"), ("12:00", "resumed", "a"), ("13:00", "resumed", "b")]
    events = [{"at": "2026-12-14T09:00", "do": "opened"}]
    events += [{"at": f"2026-12-14T{time}", "do": do, "reason": reason} for time, do, reason in when]
    events += [{"at": "2026-12-14T16:00", "do": "paused", "reason": "a"}]
    events += [{"at": "2026-12-15T10:00", "do": "resumed", "reason": "a"}]
    pauses = {
        name: {"when": {"do": "paused", "reason": name}, "until": {"do": "resumed", "reason": name}} for name in "ab"
    }
    verdict = judge({"within": "8h"}, events, "2026-12-15T12:00", pauses=pauses)
    assert verdict["elapsed"] == 6 * HOUR
    assert verdict["due"] == at("2026-12-15T14:00")
    assert verdict["paused"] == 5 * HOUR
    assert verdict["wall_paused"] == 21 * HOUR


@pytest.mark.parametrize(
    ("change", "due", "breached"),
    [
        ("restart", "2026-12-14T14:00", False),
        ("carry", "2026-12-14T12:00", False),
        ("proportional", "2026-12-14T13:40", False),
        ("retroactive", "2026-12-11T20:00", True),
        ("retroactive_floor", "2026-12-14T11:00", False),
        ("keep", "2026-12-16T16:00", False),
        ("strictest", "2026-12-14T12:00", False),
    ],
)
def test_priority_change(change: str, due: str, *, breached: bool) -> None:
    """A8: P3 (24 h, office hours) opened Friday 16:00 becomes P1 (4 h, round the clock) on Monday at 10:00 (C10)."""
    target = {"P3": {"within": "24h", "cover": "office"}, "P1": {"within": "4h", "cover": "always"}}
    events = [
        {"at": "2026-12-11T16:00", "do": "opened", "priority": "P3"},
        {"at": "2026-12-14T10:00", "do": "priority", "to": "P1"},
    ]
    calendars = {"office": BH, "always": "24x7"}
    floor = {"floor": "1h"} if change == "retroactive_floor" else {}
    verdict = judge({**target, **floor, "priority_change": change}, events, "2026-12-14T10:30", calendars=calendars)
    assert verdict["due"] == at(due)
    assert verdict["breached"] is breached


@pytest.mark.parametrize(
    ("options", "stage", "due", "hours"),
    [
        ({"reopen": "continue"}, "running", "2026-12-15T15:00", 3),
        ({"reopen": "continue_with_gap"}, "running", "2026-12-14T17:00", 9),
        ({"reopen": "new_cycle"}, "running", "2026-12-16T10:00", 0),
        ({"reopen": "ignore"}, "met", "2026-12-14T17:00", 3),
        ({"ignore_after": "12h"}, "met", "2026-12-14T17:00", 3),
        ({"ignore_after": "24h"}, "running", "2026-12-15T15:00", 3),
    ],
)
def test_reopen(options: dict[str, str], stage: str, due: str, hours: int) -> None:
    """A9: resolved after three of eight hours, and reopened the next day, 22 hours later by the wall (C11)."""
    events = [
        {"at": "2026-12-14T09:00", "do": "opened"},
        {"at": "2026-12-14T12:00", "do": "resolved"},
        {"at": "2026-12-15T10:00", "do": "reopened"},
    ]
    verdict = judge({"within": "8h", **options}, events, "2026-12-15T10:00")
    assert verdict["stage"] == stage
    assert verdict["due"] == at(due)
    assert verdict["elapsed"] == hours * HOUR
    assert verdict["breached"] is (hours > 8)


@pytest.mark.parametrize(("share", "instant"), [(50, "09:30"), (75, "10:30"), (90, "11:06"), (100, "11:30")])
def test_thresholds(share: int, instant: str) -> None:
    """A10: when so many per cent of four hours are used up that began on Friday at 15:30."""
    calendar = sm.ServiceCalendar.from_dict(BH)
    amount = timedelta(hours=4) * share / 100
    assert calendar.due(at("2026-12-18T15:30"), amount) == at(f"2026-12-21T{instant}")


LOG = {
    "item": "INC0012",
    "priority": "P2",
    "events": [
        {"at": "2026-06-10T14:03:00+01:00", "do": "opened"},
        {"at": "2026-06-10T14:20:00+01:00", "do": "replied"},
        {"at": "2026-06-10T15:00:00+01:00", "do": "status", "to": "awaiting_customer"},
        {"at": "2026-06-11T09:30:00+01:00", "do": "status", "to": "in_progress"},
        {"at": "2026-06-11T10:10:00+01:00", "do": "priority", "to": "P1"},
        {"at": "2026-06-11T12:00:00+01:00", "do": "resolved"},
    ],
}


REVIEW = {"starts": "resolve.stopped", "stops": "review_published"}


@pytest.mark.parametrize(("change", "minutes"), [("carry", 207), ("restart", 110), ("retroactive", 207)])
def test_one_log(change: str, minutes: int) -> None:
    """One incident: a reply after 17 of 30 minutes, the resolution under three policies, its review (C9, C10, C7)."""
    book = sm.load(
        {
            "slamodel": 1,
            "agreement": "desk",
            "calendar": "24x7",
            "calendars": {"office": BH},
            "targets": {
                "respond": {"P1": "15m", "P2": "30m"},
                "resolve": {"P1": "4h", "P2": "8h", "priority_change": change},
                "incident_review": {"within": "5bd", "cover": "office", **REVIEW},
            },
            "pauses": ["awaiting_customer"],
        }
    )
    respond, resolve, review = sm.evaluate(book, [LOG], as_of=datetime(2026, 6, 12, tzinfo=UTC)).to_dicts()
    assert (respond["stage"], respond["priority"], respond["elapsed"]) == ("met", "P2", timedelta(minutes=17))
    assert (resolve["stage"], resolve["limit"], resolve["elapsed"]) == ("met", 4 * HOUR, timedelta(minutes=minutes))
    if change != "restart":
        assert resolve["paused"] == timedelta(hours=18, minutes=30)
    assert (review["stage"], review["started_at"]) == ("running", resolve["stopped_at"])
    assert review["due"] == at("2026-06-18T12:00")
