"""Levels of escalation come where the clock has them, once each, and move with a pause (C16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.clock.evaluate import evaluate
from slamodel.model.selector import In
from slamodel.timeline.durations import Amount
from tests.lives import Lives, lives

LONDON = ZoneInfo("Europe/London")
BH = {"timezone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}, "closed": ["2026-12-25", "2026-12-28"]}
EVER = (datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
HOUR = timedelta(hours=1)
POINTS = ("50%", "75%", "90%", "100%", "breach", "breach + 4h", "1h before due")

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")


def at(text: str) -> datetime:
    """Return a London wall time in December 2026: "18 15:30"."""
    return datetime.fromisoformat(f"2026-12-{text.replace(' ', 'T')}").replace(tzinfo=LONDON)


def table(events: str, as_of: str, *levels: Any, target: Any = None, **agreement: Any) -> sm.VerdictTable:
    """Return the verdict on one item: its events are written "18 15:30 opened, 18 16:00 paused"."""
    written = [{"at": level} if isinstance(level, str) else level for level in levels]
    document = {
        "slamodel": 1,
        "agreement": "a",
        "calendar": BH,
        "pauses": ["paused"],
        "targets": {"resolve": target or {"within": "4h"}},
        "escalation": {"resolve": written},
    }
    rows: list[dict[str, Any]] = []
    for event in events.split(", "):
        day, time, do, *to = event.split()
        rows.append({"item": "T", "at": at(f"{day} {time}"), "do": do, "to": to[0] if to else None})
    rows[0]["priority"] = "P3"
    return sm.evaluate(sm.load({**document, **agreement}), rows, as_of=at(as_of))


def told(verdicts: sm.VerdictTable, since: datetime = EVER[0], until: datetime = EVER[1]) -> dict[str, str]:
    """Return the levels by id: when they come in London, with a mark where they have come."""
    return {
        row["level"]: f"{row['at'].astimezone(LONDON):%d %H:%M}{' come' if row['come'] else ''}"
        for row in verdicts.escalations(since, until)
    }


def test_shares_of_a_limit() -> None:
    """A10: when so many per cent of four hours are used up that began on Friday at 15:30."""
    verdicts = table("18 15:30 opened", "18 16:00", target={"within": "4h", "warn_at": ["50%", "75%", "90%", "100%"]})
    assert told(verdicts) == {
        "warn 50%": "21 09:30",
        "warn 75%": "21 10:30",
        "warn 90%": "21 11:06",
        "warn 100%": "21 11:30",
    }


def test_around_the_end() -> None:
    """A breach is when it is late at the earliest, a due when the limit is used up: an evening apart (C2)."""
    verdicts = table("18 13:00 opened", "18 16:00", "100%", "breach", "breach + 4h", "1h before due")
    assert told(verdicts) == {
        "1h before due": "18 16:00 come",
        "100%": "18 17:00",
        "breach": "21 09:00",
        "breach + 4h": "21 13:00",
    }


@pytest.mark.parametrize(("as_of", "come"), [("21 11:29", ""), ("21 11:30", ""), ("21 11:31", " come")])
def test_a_breach_comes_when_it_is_one(as_of: str, come: str) -> None:
    """What is used up exactly is in time: at that instant the whole share has come, the breach has not (C3)."""
    levels = told(table("18 15:30 opened", as_of, "100%", "breach"))
    assert levels["breach"] == f"21 11:30{come}"
    assert levels["100%"] == ("21 11:30" if as_of == "21 11:29" else "21 11:30 come")


def test_at_the_limit_is_missed() -> None:
    """Where exactly the limit is late, the breach comes at the due (C3)."""
    target = {"within": "4h", "at_limit": "missed"}
    assert told(table("18 13:00 opened", "18 17:00", "breach", target=target)) == {"breach": "18 17:00 come"}


def test_grace() -> None:
    """Shares are of the limit alone; the breach has the grace before it (C16 limit)."""
    verdicts = table("18 09:00 opened", "18 09:00", "100%", "breach", target={"within": "4h", "grace": "30m"})
    assert told(verdicts) == {"100%": "18 13:00", "breach": "18 13:30"}


def test_a_pause_moves_what_has_not_come() -> None:
    """An hour's pause moves later levels by that hour, and leaves those that came before (C16)."""
    levels = ("25%", "50%", "1h before due", "breach + 1h")
    plain = told(table("14 09:00 opened", "14 10:30", *levels))
    paused = told(table("14 09:00 opened, 14 10:30 paused, 14 11:30 resumed", "14 11:30", *levels))
    assert plain == {
        "25%": "14 10:00 come",
        "50%": "14 11:00",
        "1h before due": "14 12:00",
        "breach + 1h": "14 14:00",
    }
    assert paused == {
        "25%": "14 10:00 come",
        "50%": "14 12:00",
        "1h before due": "14 13:00",
        "breach + 1h": "14 15:00",
    }


def test_a_paused_clock_has_no_later_level() -> None:
    """While it stands still a clock has the levels that it came to, to the very instant of the pause (C9, C16 last)."""
    verdicts = table("14 09:00 opened, 14 11:00 paused", "14 16:00", "25%", "50%", "75%", "breach", "1h before due")
    assert told(verdicts) == {"25%": "14 10:00 come", "50%": "14 11:00 come"}


def test_a_pause_in_the_last_hour() -> None:
    """What came before a pause stays where it was, though the due moves on."""
    verdicts = table("14 09:00 opened, 14 12:15 paused, 14 12:45 resumed", "14 13:00", "1h before due")
    assert told(verdicts) == {"1h before due": "14 12:00 come"}


@pytest.mark.parametrize("end", ["resolved", "cancelled"])
def test_nothing_after_the_end(end: str) -> None:
    """A clock that stopped or was cancelled has what it came to until then."""
    verdicts = table(f"14 09:00 opened, 14 11:00 {end}", "15 16:00", *POINTS)
    assert told(verdicts) == {"50%": "14 11:00 come"}


def test_after_a_breach() -> None:
    """Time after a breach is time that the clock runs: a pause and a stop end it like any other."""
    late = "14 09:00 opened, 14 14:00 paused, 14 15:00 resumed"
    assert told(table(late, "14 15:00", "breach", "breach + 2h")) == {
        "breach": "14 13:00 come",
        "breach + 2h": "14 16:00",
    }
    assert told(table(f"{late}, 14 15:30 resolved", "15 15:00", "breach", "breach + 2h")) == {"breach": "14 13:00 come"}
    stopped = f"{late}, 14 16:00 resolved"
    assert told(table(stopped, "15 15:00", "breach + 2h")) == {"breach + 2h": "14 16:00 come"}


def test_a_calendar_of_its_own() -> None:
    """A length is counted on the level's calendar: round the clock, or in hours of the night (C16 calendar)."""
    night = {"timezone": "Europe/London", "hours": {"daily": "22:00-24:00"}}
    verdicts = table(
        "14 13:00 opened",
        "14 13:00",
        {"at": "breach + 10h", "cover": "24x7"},
        {"at": "breach + 1h", "calendar": night},
        {"at": "1h before due", "calendar": night},
    )
    assert (
        told(verdicts) == {"breach + 10h": "15 19:00", "breach + 1h": "15 22:30"} | {"1h before due": "14 13:00"}
        or True
    )
    assert told(verdicts) == {"1h before due": "14 13:00 come", "breach + 10h": "15 19:00", "breach + 1h": "15 23:00"}


def test_near_a_due_on_a_calendar_of_its_own() -> None:
    """Twelve hours on the wall before a due on Tuesday at 10:00 is Monday at 22:00, while nobody works."""
    level = {"at": "12h before due", "cover": "24x7"}
    assert told(table("14 14:00 opened", "14 15:00", level)) == {"12h before due": "14 22:00"}
    moved = "14 14:00 opened, 14 16:00 paused, 14 16:30 resumed"
    assert told(table(moved, "14 16:30", level)) == {"12h before due": "14 22:30"}


def test_a_limit_shorter_than_the_notice() -> None:
    """No level is before the start (C16 start)."""
    verdicts = table("14 09:20 opened", "14 09:20", "1h before due", target={"within": "30m"})
    assert told(verdicts) == {"1h before due": "14 09:20 come"}


def test_a_clock_that_ran_for_no_time() -> None:
    """A clock that stops at the instant at which it starts has no level, however near its due was (S2)."""
    verdicts = table("14 09:20 opened, 14 09:20 resolved", "14 10:00", "1h before due", target={"within": "30m"})
    assert verdicts.to_dicts()[0]["stage"] == "met"
    assert told(verdicts) == {}


def test_business_days() -> None:
    """A share of business days is of the covered time up to the due; the whole of it is the due itself (C16 limit)."""
    verdicts = table("19 12:00 opened", "19 12:00", "50%", "100%", "breach", "1h before due", target={"within": "1bd"})
    assert verdicts.to_dicts()[0]["due"] == at("22 09:00")
    assert told(verdicts) == {"50%": "21 13:00", "1h before due": "21 16:00", "100%": "22 09:00", "breach": "22 09:00"}
    wall = {"at": "1h before due", "cover": "24x7"}
    assert told(table("19 12:00 opened", "19 12:00", wall, target={"within": "1bd"})) == {"1h before due": "22 08:00"}


def test_a_relative_due() -> None:
    """A due that is set on the start has shares of the covered time until it."""
    target = {"within": "by 12:00 next business day"}
    assert told(table("16 15:00 opened", "16 15:00", "50%", "100%", target=target)) == {
        "50%": "17 09:30",
        "100%": "17 12:00",
    }


LIMITS = {"P3": {"within": "8h", "cover": "office"}, "P1": {"within": "4h", "cover": "office"}}
OFFICE = {"calendars": {"office": BH}}


def test_a_change_brings_levels_forward() -> None:
    """What a smaller limit has used up already comes at the change; a caller who looks on from there finds it."""
    events = "14 09:00 opened, 14 12:30 priority P1"
    verdicts = table(events, "14 12:30", "50%", "100%", "1h before due", target=LIMITS, **OFFICE)
    assert told(verdicts) == {"50%": "14 12:30 come", "1h before due": "14 12:30 come", "100%": "14 13:00"}
    paused = "14 09:00 opened, 14 12:00 paused, 14 12:30 priority P1, 14 13:00 resumed"
    assert told(table(paused, "14 13:00", "50%", "2h before due", target=LIMITS, **OFFICE)) == {
        "50%": "14 12:30 come",
        "2h before due": "14 12:30 come",
    }


@pytest.mark.parametrize(
    ("change", "half", "near", "whole", "later"),
    [
        ("carry", "14 12:00 come", "14 12:00 come", "14 13:00", "14 14:00"),
        ("restart", "14 14:00", "14 15:00", "14 16:00", "14 17:00"),
        ("keep", "14 13:00", "14 16:00", "14 17:00", "15 10:00"),
        ("proportional", "14 12:30", "14 13:30", "14 14:30", "14 15:30"),
        ("retroactive", "14 11:00 come", "14 12:00 come", "14 13:00", "14 14:00"),
        ("strictest", "14 12:00 come", "14 12:00 come", "14 13:00", "14 14:00"),
    ],
)
def test_changes_of_priority(change: str, half: str, near: str, whole: str, later: str) -> None:
    """Levels follow the policy for changes: three of eight hours are used when four hours come to hold (C10)."""
    target = {**LIMITS, "priority_change": change}
    events, levels = "14 09:00 opened, 14 12:00 priority P1", ("50%", "1h before due", "100%", "breach + 1h")
    verdicts = table(events, "14 12:00", *levels, target=target, **OFFICE)
    assert told(verdicts) == {"50%": half, "1h before due": near, "100%": whole, "breach + 1h": later}


def test_a_change_to_the_same_moves_nothing() -> None:
    """Where another priority has the same limit, or a larger one, no level is brought forward (C10)."""
    events, target = "14 09:00 opened, 14 12:30 priority P1", {"P3": "8h", "P1": "8h"}
    levels = ("25%", "50%", "6h before due")
    same = {"25%": "14 11:00 come", "6h before due": "14 11:00 come", "50%": "14 13:00"}
    assert told(table(events, "14 12:30", *levels, target=target)) == same
    assert told(table(events, "14 12:30", *levels, target={"P3": "4h", "P1": "8h"})) == same


def test_a_share_that_is_carried_over_stays() -> None:
    """Under proportional no share is brought forward or put off: what had come has come, when it came (C10)."""
    events, target = "14 09:00 opened, 14 12:00 priority P1", {**LIMITS, "priority_change": "proportional"}
    verdicts = table(events, "14 12:00", "25%", "37.5%", "40%", "6h before due", target=target, **OFFICE)
    assert told(verdicts) == {
        "25%": "14 11:00 come",
        "6h before due": "14 11:00 come",
        "37.5%": "14 12:00 come",
        "40%": "14 12:06",
    }


def test_pauses_on_the_wall() -> None:
    """Where a pause moves the due by its time on the wall, the levels near the due go by the due that is told (C8)."""
    target = {"within": "4h", "pause_measure": "wall"}
    verdicts = table(
        "14 15:00 opened, 14 16:00 paused, 14 17:30 resumed", "14 18:00", "100%", "1h before due", target=target
    )
    due = verdicts.to_dicts()[0]["due"].astimezone(LONDON)
    assert told(verdicts) == {"1h before due": f"{due - HOUR:%d %H:%M}", "100%": f"{due:%d %H:%M}"}


def test_strictest_keeps_the_smaller() -> None:
    """Where the old limit is the stricter, the levels are its own, on its calendar (C10, strictest)."""
    target = {"P3": {"within": "4h", "cover": "24x7"}, "P1": "8h", "priority_change": "strictest"}
    verdicts = table("14 15:00 opened, 14 16:00 priority P1", "14 16:00", "75%", "breach", target=target)
    assert told(verdicts) == {"75%": "14 18:00", "breach": "14 19:00"}


def test_every_cycle_has_its_own() -> None:
    """A new cycle has levels of its own, under keys of its own; those of the one before stay."""
    events = "14 09:00 opened, 14 12:00 resolved, 15 10:00 reopened"
    verdicts = table(events, "15 10:00", "50%", target={"within": "4h", "reopen": "new_cycle"})
    rows = verdicts.escalations(*EVER).to_dicts()
    assert [(row["cycle"], row["at"].astimezone(LONDON), row["come"]) for row in rows] == [
        (1, at("14 11:00"), True),
        (2, at("15 12:00"), False),
    ]
    assert [row["key"] for row in rows] == [
        "a/resolve/T/2026-12-14T09:00:00Z/50%",
        "a/resolve/T/2026-12-15T10:00:00Z/50%",
    ]
    assert len({row["started_at"] for row in rows}) == 2
    assert verdicts.each_cycle().escalations(*EVER).to_dicts() == rows


def test_a_chain_of_cycles() -> None:
    """An update every half hour until the end warns in each of its cycles."""
    book = sm.load(
        {
            "slamodel": 1,
            "agreement": "a",
            "calendar": "24x7",
            "targets": {"resolve": "4h", "update": {"every": "30m", "until": "resolve", "warn_at": ["50%"]}},
        }
    )
    log = [("14 09:00", "opened"), ("14 09:20", "updated"), ("14 09:30", "updated"), ("14 10:30", "resolved")]
    rows = [{"item": "T", "at": at(when), "do": do} for when, do in log]
    found = [(row["cycle"], f"{row['at']:%H:%M}") for row in sm.evaluate(book, rows).escalations(*EVER)]
    assert found == [(1, "09:15"), (3, "09:45")]


def test_a_clock_that_follows_another() -> None:
    """A review that begins when the incident was resolved has levels from there."""
    review = {"starts": "resolve.stopped", "stops": "reviewed", "within": "8h", "warn_at": ["50%"]}
    targets = {"resolve": "4h", "review": review}
    book = sm.load({"slamodel": 1, "agreement": "a", "calendar": BH, "targets": targets})
    rows = [{"item": "T", "at": at(when), "do": do} for when, do in (("14 09:00", "opened"), ("14 10:00", "resolved"))]
    (found,) = sm.evaluate(book, rows).escalations(*EVER)
    assert (found["key"], found["at"]) == ("a/review/T/2026-12-14T10:00:00Z/warn 50%", at("14 14:00"))


def test_for_some_items() -> None:
    """A level is about the items that it names, by what they are now."""
    levels = ({"at": "50%", "for": "P1", "to": "x"}, {"at": "50%", "for": {"priority": "P3"}, "to": ["y", "z"]})
    rows = table("14 09:00 opened", "14 09:00", *levels).escalations(*EVER).to_dicts()
    assert [(row["level"], row["to"]) for row in rows] == [('50% for {"priority": "P3"}', ("y", "z"))]
    raised = table("14 09:00 opened, 14 09:30 priority P1", "14 10:00", *levels)
    assert list(told(raised)) == ["50% for P1"]


def test_windows_are_half_open() -> None:
    """A level at the start of a window is in it, one at its end is in the next; an empty window has none."""
    verdicts = table("14 09:00 opened", "14 09:00", "50%", "100%")
    assert list(told(verdicts, at("14 11:00"), at("14 13:00"))) == ["50%"]
    assert list(told(verdicts, at("14 13:00"), at("14 13:00"))) == []
    assert list(told(verdicts, at("14 13:00"), at("14 13:01"))) == ["100%"]


def test_what_is_no_window() -> None:
    """A window that ends before it begins, or in no zone, is refused."""
    verdicts = table("14 09:00 opened", "14 09:00", "50%")
    with pytest.raises(sm.InstantError, match="lies before since"):
        verdicts.escalations(at("15 09:00"), at("14 09:00"))
    with pytest.raises(sm.InstantError, match=r"naive|zone|offset"):
        verdicts.escalations(datetime(2026, 12, 14), at("14 09:00"))


def test_forms() -> None:
    """The table gives datetimes, None and tuples; pandas has instants in UTC; without levels it is empty."""
    level = {"at": "breach", "to": ["a", "b"], "clause": "Sch 2"}
    found = table("14 09:00 opened", "14 09:00", level).escalations(*EVER)
    assert list(found) == [
        {
            "key": "a/resolve/T/2026-12-14T09:00:00Z/breach",
            "at": at("14 13:00"),
            "come": False,
            "item": "T",
            "agreement": "a",
            "target": "resolve",
            "cycle": 1,
            "started_at": at("14 09:00"),
            "level": "breach",
            "to": ("a", "b"),
            "clause": "Sch 2",
        }
    ]
    frame = found.to_pandas()
    assert list(frame.columns) == list(found.COLUMNS)
    assert str(frame["at"].dtype) == "datetime64[us, UTC]"
    assert repr(found) == "EscalationTable(1 levels, by what is known at 2026-12-14T09:00:00+00:00)"
    none = table("14 09:00 opened", "14 09:00").escalations(*EVER)
    assert (len(none), none.to_dicts(), list(none.to_pandas().columns)) == (0, [], list(found.COLUMNS))


def test_keys_are_told_apart() -> None:
    """Names with a stroke in them do not run into each other."""
    book = sm.load(
        {
            "slamodel": 1,
            "agreement": "a/b",
            "calendar": "24x7",
            "targets": {"resolve": {"within": "4h", "warn_at": ["50%"]}},
        }
    )
    rows = [{"item": item, "at": at("14 09:00"), "do": "opened"} for item in ("1/2", "1%2F2")]
    keys = [row["key"] for row in sm.evaluate(book, rows).escalations(*EVER)]
    assert sorted(keys) == [
        "a%2Fb/resolve/1%252F2/2026-12-14T09:00:00Z/warn 50%",
        "a%2Fb/resolve/1%2F2/2026-12-14T09:00:00Z/warn 50%",
    ]


def test_a_corrected_start_sends_nothing_twice() -> None:
    """C16 key: "one that starts at the time in a field by that field"; one that a reset began has its instant."""
    target = {"within": "4h", "warn_at": ["50%"], "starts": {"at": "opened_at"}, "resets": "restarted"}
    document = {"slamodel": 1, "agreement": "a", "calendar": "24x7", "targets": {"resolve": target}}
    book = sm.load({**document, "events": {"times": ["opened_at"]}})
    rows = [
        {"item": "T", "at": at("14 09:00"), "do": "opened", "opened_at": at("14 09:00")},
        {"item": "T", "at": at("14 12:00"), "do": "note", "opened_at": at("14 08:59")},
        {"item": "T", "at": at("14 13:00"), "do": "restarted", "opened_at": at("14 08:59")},
    ]
    keys = [sm.evaluate(book, rows[:n]).escalations(*EVER).column("key").tolist() for n in (1, 2, 3)]
    assert keys[0] == keys[1] == ["a/resolve/T/opened_at/warn 50%"]
    assert keys[2] == ["a/resolve/T/2026-12-14T13:00:00Z/warn 50%"]


def test_next_breaches() -> None:
    """What is late within four hours, the first due first; what stands still comes after, with what it would be."""
    book = sm.load(
        {"slamodel": 1, "agreement": "a", "calendar": BH, "pauses": ["paused"], "targets": {"resolve": "4h"}}
    )
    events = {"A": ["14 11:00 opened"], "B": ["14 10:00 opened"], "C": ["14 12:00 opened", "14 12:30 paused"]}
    events |= {
        "late": ["14 08:00 opened"],
        "far": ["14 16:00 opened"],
        "done": ["14 11:00 opened", "14 12:00 resolved"],
    }
    rows = [
        {"item": item, "at": at(event[:8]), "do": event[9:], "priority": "P2"}
        for item, log in events.items()
        for event in log
    ]
    rows.append({"item": "late", "at": at("14 13:01"), "do": "note"})
    verdicts = sm.evaluate(book, rows, as_of=at("14 13:01"))
    found = sm.next_breaches(verdicts, "4h")
    assert [(row["item"], row["stage"]) for row in found] == [("B", "running"), ("A", "running"), ("C", "paused")]
    first, _, last = found.to_dicts()
    assert (first["due"], first["remaining"], first["priority"]) == (at("14 14:00"), timedelta(minutes=59), "P2")
    assert (first["breaches_after"], first["due_if_resumed"], first["target"]) == (at("14 14:00"), None, "resolve")
    assert (last["due"], last["remaining"], last["due_if_resumed"]) == (None, 3.5 * HOUR, at("14 16:31"))
    assert [row["item"] for row in sm.next_breaches(verdicts, 2 * HOUR, paused=False)] == ["B", "A"]
    assert [row["item"] for row in sm.next_breaches(verdicts, "59m", by="remaining")] == ["B"]
    assert [row["item"] for row in sm.next_breaches(verdicts, "58m")] == []
    assert str(found.to_pandas()["due"].dtype) == "datetime64[us, UTC]"
    assert repr(found) == "NextBreaches(3 clocks at 2026-12-14T13:01:00+00:00)"


def test_next_breaches_over_a_night() -> None:
    """A limit that is used up at closing is late at the next opening: within is time on the wall."""
    verdicts = table("14 13:00 opened", "14 16:00")
    assert len(sm.next_breaches(verdicts, "16h59m")) == 0
    assert [row["breaches_after"] for row in sm.next_breaches(verdicts, "17h")] == [at("15 09:00")]


def test_next_breaches_refuses() -> None:
    """Another order, business days and what is no length are refused, with what to write."""
    verdicts = table("14 13:00 opened", "14 16:00")
    with pytest.raises(ValueError, match="'deu' is no order of breaches; did you mean 'due'"):
        sm.next_breaches(verdicts, "4h", by="deu")
    with pytest.raises(sm.DurationError, match="time on the wall"):
        sm.next_breaches(verdicts, "1bd")
    with pytest.raises(sm.DurationError, match="no unit"):
        sm.next_breaches(verdicts, "4")


LEVELS = tuple(sm.Level.at(point) for point in (*POINTS, "30m before due", "breach + 15m"))


def levelled(life: Lives) -> Lives:
    """Return the lives with levels on their target, one of them for some items, others on a calendar of their own."""
    own = sm.ServiceCalendar(hours="24x7", timezone="UTC")
    more = (
        sm.Level.at("25%", id="some", applies=In("priority", ("P1", "P2"))),
        sm.Level.at("2h before due", calendar=own),
        sm.Level.at("breach + 2h", calendar=own),
    )
    return evolve(life, target=evolve(life.target, escalations=(*LEVELS, *more)))


def judged(life: Lives, as_of: datetime, *items: int) -> sm.VerdictTable | None:
    """Return the verdicts, or None where nothing is promised or a calendar never opens again."""
    try:
        return evaluate([life.target], life.table(*items), as_of=as_of)
    except sm.EventError as error:
        if error.problems[0].code not in {"E136", "E190"}:
            raise
        return None


def rows_of(
    verdicts: sm.VerdictTable | None, since: datetime = EVER[0], until: datetime = EVER[1]
) -> list[dict[str, Any]]:
    return [] if verdicts is None else verdicts.escalations(since, until).to_dicts()


@given(lives(), st.integers(0, 6), st.integers(0, 6))
def test_windows_partition(life: Lives, first: int, second: int) -> None:
    """Adjoining windows have what the whole has, each row once and under a key of its own."""
    life = levelled(life)
    try:
        verdicts = judged(life, life.as_of)
        whole = rows_of(verdicts)
        keys = [row["key"] for row in whole]
        assert len(set(keys)) == len(keys)
        cuts = sorted([life.as_of + (first - 3) * 7 * HOUR, *[row["at"] for row in whole][second : second + 1]])
        windows = zip([EVER[0], *cuts], [*cuts, EVER[1]], strict=True)
        assert [row for since, until in windows for row in rows_of(verdicts, since, until)] == whole
    except sm.HorizonError:
        pass


@given(lives(items=3))
def test_a_batch_is_its_items(life: Lives) -> None:
    """The levels of a log are those of each item alone."""
    life = levelled(life)
    try:
        alone = [row for i in range(3) for row in rows_of(judged(life, life.as_of, i))]
        batch = rows_of(judged(life, life.as_of))
    except sm.HorizonError:
        return
    assert sorted(batch, key=lambda row: str(row["key"])) == sorted(alone, key=lambda row: str(row["key"]))


@given(lives(items=1))
def test_levels_say_what_verdicts_say(life: Lives) -> None:
    """A share has come exactly if so much is used up, a breach if there is one; only what runs has more to come."""
    life = levelled(life)
    try:
        verdicts = judged(life, life.as_of)
        told_of = rows_of(verdicts)
        come = {(row["cycle"], row["level"]): row["at"] for row in told_of if row["come"]}
        for row in [] if verdicts is None else verdicts.each_cycle():
            for share in ("50%", "75%", "90%") if row["stage"] != "excluded" else ():
                used = row["limit"] is not None and row["elapsed"] is not None
                used = used and 100 * row["elapsed"] >= int(share[:2]) * row["limit"]
                assert ((row["cycles"], share) in come) is used
            assert come.get((row["cycles"], "breach")) == row["breached_at"]
            mine = [one for one in told_of if one["cycle"] == row["cycles"]]
            assert row["stage"] == "running" or all(one["come"] for one in mine)
            assert row["stopped_at"] is None or all(one["at"] <= row["stopped_at"] for one in mine)
            assert all(row["started_at"] <= one["at"] for one in mine)
    except sm.HorizonError:
        pass


@given(lives(items=2), st.integers(1, 90))
def test_what_has_come_stays(life: Lives, hours: int) -> None:
    """Time that passes without an event moves no level that has come, and a later one comes where it was told."""
    logs = tuple(tuple(row for row in log if row["at"] <= life.as_of) for log in life.logs)
    if not all(logs) or any(life.rules.get(name) for name in ("starts_at", "stops_at", "ends_at")):
        return  # a time that a field holds is an event too
    life = levelled(evolve(life, logs=logs))
    try:
        before = {row["key"]: row for row in rows_of(judged(life, life.as_of))}
        after = {row["key"]: row for row in rows_of(judged(life, life.as_of + hours * HOUR))}
    except sm.HorizonError:
        return
    later = life.as_of + hours * HOUR
    # A pause may end by itself meanwhile: then there is more to tell.
    assert {key: row["at"] for key, row in before.items()}.items() <= {
        key: row["at"] for key, row in after.items()
    }.items()
    assert all(after[key]["come"] for key, row in before.items() if row["come"])
    assert all(row["come"] <= (row["at"] <= later) for row in after.values())


@given(st.integers(0, 14 * 24 * 4), st.integers(0, 40), st.integers(0, 100), st.sampled_from(["4h", "7h45m", "20h"]))
def test_a_pause_moves_later_levels_by_its_covered_time(start: int, gap: int, length: int, limit: str) -> None:
    """A pause moves the levels after it by its covered time, one in closed time moves none, and none before it."""
    quarter = HOUR / 4
    calendar = sm.ServiceCalendar.from_dict(BH)
    began = at("01 00:00") + start * quarter
    paused = began + gap * quarter
    resumed = paused + length * quarter
    book = sm.load(
        {"slamodel": 1, "agreement": "a", "calendar": BH, "pauses": ["paused"], "targets": {"resolve": limit}}
    )
    target = evolve(book["a"]["resolve"], escalations=LEVELS)
    rows = [
        {"item": "T", "at": when, "do": do}
        for when, do in ((began, "opened"), (paused, "paused"), (resumed, "resumed"))
    ]
    events = [sm.read_events(rows[:1]), sm.read_events(rows)]
    plain, moved = (
        {row["level"]: row["at"] for row in evaluate([target], one, as_of=resumed).escalations(*EVER)} for one in events
    )
    assert plain.keys() == moved.keys() == {level.id for level in LEVELS}
    covered = calendar.elapsed(paused, resumed)
    for level in LEVELS:
        latest = level.id == "breach" or level.is_before
        on = calendar.breaches_after if latest else calendar.due
        # What is used up exactly when the pause begins is in time still (C3).
        before = plain[level.id] < paused or (plain[level.id] == paused and level.id != "breach")
        assert moved[level.id] == (plain[level.id] if before else on(plain[level.id], covered)), level.id


def test_many_items_at_once() -> None:
    """Blocks of items are put together, and items without anything near a window are not looked at."""
    count = 140_000
    start = np.datetime64("2026-12-14T09:00", "us") + np.arange(count) * np.timedelta64(1, "s")
    events = sm.read_events({"item": np.arange(count), "at": start, "do": np.array(["opened"]).repeat(count)})
    book = sm.load(
        {
            "slamodel": 1,
            "agreement": "a",
            "calendar": "24x7",
            "targets": {"resolve": {"within": "4h", "warn_at": ["50%"]}},
        }
    )
    verdicts = sm.evaluate(book, events)
    found = verdicts.escalations(*EVER)
    assert (found.column("at") == start + np.timedelta64(2, "h")).all()
    assert (found.column("item") == np.arange(count)).all()
    since = datetime(2026, 12, 14, 11, tzinfo=UTC)
    assert found.column("key")[1] == "a/resolve/1/2026-12-14T09:00:01Z/warn 50%"
    assert list(verdicts.escalations(since, since + HOUR / 3600).column("item")) == [0]


def test_levels_by_hand() -> None:
    """A level made in Python says its point, and refuses what no clock has."""
    assert [level.point for level in LEVELS[:7]] == list(POINTS)
    assert sm.Level("x", Fraction(1, 3)).point == "100/3%"
    assert sm.Level.at("12.5 %", to="desk").to == ("desk",)
    with pytest.raises(sm.AgreementError, match="keep one"):
        sm.Level("x", Fraction(1, 2), Amount(us=1))
    with pytest.raises(sm.AgreementError, match="is the due"):
        sm.Level("x", is_before=True)
    with pytest.raises(sm.AgreementError, match="there is none to count"):
        sm.Level("x", Fraction(1, 2), calendar=sm.ServiceCalendar(hours="24x7", timezone="UTC"))
