"""Reports of clocks and calendars that were wrong, by name; `cases/fault-index.toml` lists all that were read.

What is data stands in `cases/clock-faults.toml` and `cases/calendar-faults.toml`. Here is what needs more than one
question: edits, threads, hostile files, missing values, cost, and the time zone of the machine.
"""

from __future__ import annotations

import re
import sys
import time
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Any

import holidays
import numpy as np
import pytest
from attrs import evolve

import slamodel as sm
from slamodel.timeline import zones
from slamodel.timeline.durations import amount
from slamodel.timeline.timetable import Timetable
from tests.tickets import at, length, rows

pytestmark = pytest.mark.fault

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {"timezone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
HOUR = timedelta(hours=1)
NAT = np.datetime64("NaT")


def agreement(targets: Mapping[str, Any], calendar: Any = OFFICE, **more: Any) -> sm.Portfolio:
    return sm.load({"slamodel": 1, "agreement": "test", "calendar": calendar, "targets": targets, **more})


def judged(book: sm.Portfolio, *log: str, as_of: str, item: str = "T") -> list[dict[str, Any]]:
    return sm.evaluate(book, [{"item": item, **row} for row in rows(*log)], as_of=at(as_of)).to_dicts()


def office(**more: Any) -> sm.ServiceCalendar:
    return sm.ServiceCalendar.from_dict({**OFFICE, **more})


def calls(work: Callable[[], object]) -> int:
    """Return how many functions are called on the way, those written in C among them."""
    count = 0

    def note(_frame: object, event: str, _what: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


CASES = Path(__file__).parent / "cases"
CALENDAR = tomllib.loads((CASES / "calendar-faults.toml").read_text("utf-8"))["case"]
CLOCK = tomllib.loads((CASES / "clock-faults.toml").read_text("utf-8"))["case"]
INDEX = tomllib.loads((CASES / "fault-index.toml").read_text("utf-8"))["report"]
TESTED_AT_LEAST = 130


def named(case: Mapping[str, Any]) -> str:
    return str(case["id"])


@pytest.mark.parametrize("case", [case for case in CALENDAR if "refused" in case], ids=named)
def test_what_has_no_answer_is_refused(case: dict[str, Any]) -> None:
    """A calendar or a question without an answer is an error that says why: no number, no crash, no loop."""
    with pytest.raises(sm.SlaModelError, match=case["refused"]):
        asked(case)


@pytest.mark.parametrize("case", [case for case in CALENDAR if "refused" not in case], ids=named)
def test_calendar_fault_is_not_repeated(case: dict[str, Any]) -> None:
    """The pinned answer, exactly."""
    says = case["says"]
    if isinstance(says, str):
        says = length(says) if case["ask"] == "elapsed" else at(says)
    assert asked(case) == says, case["claim"]


def asked(case: Mapping[str, Any]) -> Any:
    calendar = sm.ServiceCalendar.from_dict(case.get("calendar", OFFICE))
    return getattr(calendar, case["ask"])(*(at(text) if "T" in text else text for text in case["given"]))


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def test_every_report_is_in_the_index_once() -> None:
    """184 reports, numbered as they were read, each with its classes, and with tests or the reason why not."""
    assert [report["number"] for report in INDEX] == list(range(1, 185))
    assert len({report["report"] for report in INDEX}) == len(INDEX)
    for report in INDEX:
        assert report["classes"], report
        assert bool(report.get("tests")) != bool(report.get("why")), report


def test_index_names_the_tests_that_there_are() -> None:
    """Each named test exists and bears the report's name; no case and no test is left out of the index."""
    here = {name for name in globals() if name.startswith("test_")}
    cases = {case["id"] for case in (*CALENDAR, *CLOCK)}
    indexed = {name: report["report"] for report in INDEX for name in report.get("tests", ())}
    for name, report in indexed.items():
        assert name in here or name in cases, name
        assert slug(name).removeprefix("test_").startswith(slug(report)), name
    assert cases == cases & indexed.keys()
    assert len(here - indexed.keys()) == 6, "the two that ask calendars, and the four about the index"


def test_every_class_of_fault_has_a_test() -> None:
    """31 classes, each with a test of one of its reports."""
    classes = {name for report in INDEX for name in report["classes"]}
    assert len(classes) == 31
    assert {name for report in INDEX if report.get("tests") for name in report["classes"]} == classes


def test_most_reports_are_tested() -> None:
    """At least 130 of the 184."""
    assert sum(bool(report.get("tests")) for report in INDEX) >= TESTED_AT_LEAST


# EDIT: what was agreed is a value. A change makes another one, and nothing that was stored can be stale.


def test_zammad_1361_a_holiday_that_is_removed_is_gone() -> None:
    """The calendar without the holiday is open that day at once, and the calendar with it stays as it was (S7)."""
    before, after = office(holidays=["2026-12-14", "2026-12-15"]), office(holidays=["2026-12-15"])
    assert [calendar.is_open(at("2026-12-14T10:00Z")) for calendar in (before, after, before)] == [False, True, False]


def test_zammad_4353_a_target_that_is_gone_has_no_breach() -> None:
    """Late under an agreement, an item has no verdict under the one that no longer promises it anything."""
    log = ("2026-12-14T09:00Z opened",)
    both, one = {"respond": "1h", "resolve": "8h"}, {"resolve": "8h"}
    now = "2026-12-14T12:00Z"
    assert [row["breached"] for row in judged(agreement(both), *log, as_of=now)] == [True, False]
    assert [(row["target"], row["breached"]) for row in judged(agreement(one), *log, as_of=now)] == [("resolve", False)]


def test_zammad_534_another_calendar_is_another_due() -> None:
    """After the hours were changed the due is that of the new hours."""
    longer = {**OFFICE, "hours": {"mon-fri": "09:00-20:00"}}
    dues = [
        judged(agreement({"resolve": "8h"}, calendar), "2026-12-14T12:00Z opened", as_of="2026-12-14T13:00Z")[0]["due"]
        for calendar in (OFFICE, longer, OFFICE)
    ]
    assert dues == [at("2026-12-15T12:00Z"), at("2026-12-14T20:00Z"), at("2026-12-15T12:00Z")]


def test_helpdesk_2214_another_limit_is_another_due() -> None:
    """After a target of 2 h was changed to 24 min the item shows 24 min."""
    verdicts = [
        judged(agreement({"resolve": limit}), "2026-12-14T09:00Z opened", as_of="2026-12-14T09:10Z")[0]
        for limit in ("2h", "24m")
    ]
    assert [(row["limit"], row["due"]) for row in verdicts] == [
        (2 * HOUR, at("2026-12-14T11:00Z")),
        (timedelta(minutes=24), at("2026-12-14T09:24Z")),
    ]


def test_jsm_kb_wrong_or_missing_slas_yesterdays_goal_judges_yesterday() -> None:
    """Met in 2.5 h of 4 h: rebuilt from its events under the agreement of that day, in any order, it is met again."""
    log = ["2026-12-14T09:00Z opened", "2026-12-14T11:30Z resolved"]
    then, now = agreement({"resolve": "4h"}), agreement({"resolve": "2h"})
    first = judged(then, *log, as_of="2026-12-15T09:00Z")
    assert [row["stage"] for row in judged(now, *log, as_of="2026-12-15T09:00Z")] == ["missed"]
    assert judged(then, *reversed(log), as_of="2026-12-15T09:00Z") == first
    assert first[0]["stage"] == "met"


def test_servicenow_kb0869748_a_schedule_edited_in_use() -> None:
    """Closing Tuesday while a clock is paused over it: no figure is lost, and those once given stay as they are."""
    log = (
        "2026-12-14T15:00Z opened",
        "2026-12-14T16:00Z paused",
        "2026-12-15T11:00Z resumed",
        "2026-12-16T10:00Z resolved",
    )
    before = agreement({"resolve": "16h"}, pauses=["paused"])
    after = agreement({"resolve": "16h"}, {**OFFICE, "closed": ["2026-12-15"]}, pauses=["paused"])
    kept = sm.evaluate(before, [{"item": "T", **row} for row in rows(*log)], as_of=at("2026-12-16T12:00Z"))
    edited = judged(after, *log, as_of="2026-12-16T12:00Z")[0]
    names = ("elapsed", "paused", "wall_elapsed", "wall_paused", "breached")
    assert [kept.to_dicts()[0][name] for name in names] == [8 * HOUR, 3 * HOUR, 24 * HOUR, 19 * HOUR, False]
    assert [edited[name] for name in names] == [2 * HOUR, 1 * HOUR, 24 * HOUR, 19 * HOUR, False]


# STATE and SWITCH: each target has a clock of its own.


def test_zammad_5177_one_clock_does_not_overrule_another() -> None:
    """An update that is due sooner leaves the first reply due when it was."""
    book = agreement({"respond": "4h", "refresh": {"within": "1h", "stops": "updated"}})
    respond, refresh = judged(book, "2026-12-14T09:00Z opened", as_of="2026-12-14T11:00Z")
    assert (respond["due"], respond["breached"]) == (at("2026-12-14T13:00Z"), False)
    assert (refresh["due"], refresh["breached"]) == (at("2026-12-14T10:00Z"), True)


def test_zammad_5624_a_target_of_the_old_group_is_gone() -> None:
    """Handed from support, which promises updates, to sales, which does not, an item has no update clock."""
    support = {"within": "1h", "stops": "updated", "for": {"group": "support"}}
    book = agreement({"respond": "4h", "refresh": support})
    log = ("2026-12-14T09:00Z opened group=support", "2026-12-14T09:30Z group=sales")
    assert [row["target"] for row in judged(book, *log, as_of="2026-12-14T09:20Z")] == ["respond", "refresh"]
    assert [row["target"] for row in judged(book, *log, as_of="2026-12-14T11:00Z")] == ["respond"]


@pytest.mark.parametrize("blank", [{}, []])
def test_helpdesk_pr_3547_a_blank_condition_is_refused(blank: Any) -> None:
    """A condition without anything in it does not hold for every item before the target that does."""
    with pytest.raises(sm.AgreementError, match="is not a condition"):
        agreement({"urgent": {"within": "1h", "stops": "closed", "for": blank}, "resolve": "8h"})


def test_helpdesk_pr_3547_a_blank_name_is_nobodys() -> None:
    """And a blank name is that of no priority."""
    book = agreement({"urgent": {"within": "1h", "stops": "closed", "for": ""}, "resolve": "8h"})
    log = ("2026-12-14T09:00Z opened priority=P1",)
    assert [row["target"] for row in judged(book, *log, as_of="2026-12-14T10:00Z")] == ["resolve"]


# REVERSE, STATE and IGNORED: a level of escalation comes where its target's clock, and its own calendar, say.


def levels(book: sm.Portfolio, *log: str, as_of: str) -> list[tuple[str, str, datetime]]:
    """Return (target, level, instant) of all that comes in the month after, if nothing else happens."""
    now = at(as_of)
    verdicts = sm.evaluate(book, [{"item": "T", **row} for row in rows(*log)], as_of=now)
    found = verdicts.escalations(now - timedelta(days=30), now + timedelta(days=30))
    return [(row["target"], row["level"], row["at"]) for row in found.to_dicts()]


def test_glpi_15429_before_due_is_not_at_the_start() -> None:
    """On office hours the level an hour before the due of a Friday's ticket comes on Monday, not when it is opened."""
    book = agreement({"resolve": "8h"}, escalation={"resolve": [{"at": "1h before due"}]})
    found = levels(book, "2026-12-11T16:00Z opened", as_of="2026-12-11T16:00Z")
    assert found == [("resolve", "1h before due", at("2026-12-14T15:00Z"))]


def test_glpi_pr_22678_before_due_is_not_at_midnight() -> None:
    """Four hours from Monday 17:00, open until 18:00: an hour before is Tuesday 10:00 of its day from 08:00."""
    hours = {**OFFICE, "hours": {"mon-fri": "08:00-18:00"}}
    book = agreement({"resolve": "4h"}, hours, escalation={"resolve": [{"at": "1h before due"}]})
    found = levels(book, "2026-12-14T17:00Z opened", as_of="2026-12-14T17:00Z")
    assert found == [("resolve", "1h before due", at("2026-12-15T10:00Z"))]


def test_glpi_2765_a_level_belongs_to_its_target() -> None:
    """A level of taking on is none of resolving: each comes by its own clock."""
    own = {"within": "2h", "stops": "assigned"}
    book = agreement(
        {"own": own, "resolve": "8h"}, escalation={"own": [{"at": "50%"}], "resolve": [{"at": "75%"}, {"at": "50%"}]}
    )
    assert levels(book, "2026-12-14T09:00Z opened", as_of="2026-12-14T09:00Z") == [
        ("own", "50%", at("2026-12-14T10:00Z")),
        ("resolve", "50%", at("2026-12-14T13:00Z")),
        ("resolve", "75%", at("2026-12-14T15:00Z")),
    ]


def test_glpi_14492_what_follows_keeps_to_its_calendar() -> None:
    """Where only one Thursday is open, what follows a day's wait comes on it and on no other day, and once."""
    thursday = {"timezone": "UTC", "hours": {"daily": "closed"}, "special": {"2023-04-06": "09:00-17:00"}}
    book = agreement(
        {"resolve": {"within": "1h", "cover": "always"}},
        calendars={"office": OFFICE, "always": "24x7", "thursday": thursday},
        calendar="office",
        pauses=["paused"],
        escalation={"resolve": [{"at": "breach + 2h", "cover": "thursday"}]},
    )
    log = ("2023-04-04T10:00Z opened", "2023-04-04T10:30Z paused", "2023-04-05T10:00Z resumed")
    found = levels(book, *log, as_of="2023-04-08T12:00Z")
    assert found == [("resolve", "breach + 2h", at("2023-04-06T11:00Z"))]


# NULL: what is missing stays missing.


def test_helpdesk_1643_no_target_is_no_breach() -> None:
    """A priority without a limit has no verdict: neither failed nor met."""
    book = agreement({"resolve": {"P1": "4h", "P3": "none"}})
    log = [{"item": p, **row} for p in ("P1", "P3") for row in rows(f"2026-12-14T09:00Z opened priority={p}")]
    found = sm.evaluate(book, log, as_of=at("2026-12-20T09:00Z")).to_dicts()
    assert [(row["item"], row["breached"]) for row in found] == [("P1", True)]


@pytest.mark.parametrize("ask", ["due", "breaches_after", "start_by"])
def test_moment_business_time_31_an_invalid_date_ends(ask: str) -> None:
    """A day before no date is no date, and no loop; what is not a date at all is refused."""
    question = getattr(office(), ask)
    assert np.isnat(question(np.array([NAT] * 3, "M8[us]"), "8h")).all()
    assert np.isnat(question(None, "8h"))
    for wrong in ("yesterday", float("nan")):
        with pytest.raises(sm.InstantError):
            question(wrong, "8h")


def test_businesshours_3_a_blank_end() -> None:
    """No end is no length, in its own row only; ten minutes are ten minutes, and not a day less."""
    starts = np.full(3, np.datetime64("2026-12-14T09:00", "us"))
    ends = np.array(["NaT", "2026-12-14T09:10", "2026-12-14T09:00"], "M8[us]")
    assert [str(length) for length in office().elapsed(starts, ends)] == [
        "NaT",
        "600000000 microseconds",
        "0 microseconds",
    ]


def test_numpy_7021_no_date_is_not_1970() -> None:
    """Eight hours after NaT are NaT, in every unit."""
    for unit in ("s", "ms", "us", "ns"):
        found = office().due(np.array(["NaT", "2026-12-14T09:00"], f"M8[{unit}]"), "8h")
        assert str(found[0]) == "NaT"
        assert found[1] == np.datetime64("2026-12-14T17:00")


def test_holidays_1824_a_lazy_holiday_object() -> None:
    """An object that holds no date until it is asked is not taken for a list of none; its country's name is one."""
    lazy: Any = holidays.country_holidays("US")
    assert not dict(lazy)
    with pytest.raises(sm.CalendarError, match="write the country"):
        office(holidays=lazy)
    assert office(holidays="US").next_open(at("2026-12-25T09:00Z")) == at("2026-12-28T09:00Z")


# NEG and ORDER: time does not run backwards, and clocks that disagree are told apart.


def test_camunda_56424_an_end_before_its_start() -> None:
    """A stop that a field puts before the start gives no total at all, and the reason (C14)."""
    book = agreement(
        {"resolve": {"within": "8h", "starts": {"at": "begun"}, "stops": {"at": "ended"}}},
        "24x7",
        timezone="UTC",
        events={"times": ["begun", "ended"]},
    )
    log = ["2026-12-14T09:00Z opened begun=2026-12-14T09:00:00.017Z ended=2026-12-14T09:00:00Z"]
    (row,) = judged(book, *log, as_of="2026-12-14T10:00Z")
    assert (row["stage"], row["elapsed"], row["breached"]) == ("excluded", None, False)
    assert row["reason"] == "the time of the stop lies before the time of the start"


# DUP and ORDER: a log is a set of events in an order of its own.


def test_odoo_pr_259809_made_anew_nothing_is_there_twice() -> None:
    """The same rows twice, in two zones, are one verdict: that of the rows once."""
    book = agreement({"resolve": "24h"}, {"timezone": "America/New_York", "hours": {"daily": "00:00-24:00"}})
    log = ["2026-12-13T10:00-05:00 opened", "2026-12-14T01:00-05:00 resolved"]
    same = ["2026-12-13T15:00Z opened", "2026-12-14T06:00Z resolved"]
    once = judged(book, *log, as_of="2026-12-15T00:00Z")
    assert judged(book, *log, *same, as_of="2026-12-15T00:00Z") == once
    assert [row["elapsed"] for row in once] == [15 * HOUR]


# PATTERN


def test_osticket_6739_every_set_of_weekdays() -> None:
    """Two weeks hold each named day twice, whichever days are named: 127 calendars."""
    start = at("2026-12-14T00:00Z")
    for count in range(1, 8):
        for days in combinations(DAYS, count):
            calendar = sm.ServiceCalendar(hours=dict.fromkeys(days, "08:00-17:00"))
            assert calendar.elapsed(start, start + timedelta(weeks=2)) == 2 * count * 9 * HOUR, days


# HOLIDAY and IGNORED: every key of a calendar is heeded by every question.


def test_businesstimedelta_8_after_the_last_holiday() -> None:
    """Beyond the years that are listed there is an answer, and one warning (S7)."""
    calendar = office(holidays=["2026-12-25"])
    with pytest.warns(sm.HolidayHorizonWarning, match="2027"):
        assert calendar.elapsed(at("2027-01-04T00:00Z"), at("2027-01-05T00:00Z")) == 8 * HOUR


def answers(calendar: sm.Calendar) -> dict[str, Any]:
    """Return what the questions say of Monday, 14 December 2026."""
    start, end = at("2026-12-14T00:00Z"), at("2026-12-15T00:00Z")
    return {
        "elapsed": calendar.elapsed(start, end),
        "due": calendar.due(start, "8h"),
        "breaches_after": calendar.breaches_after(start, "8h"),
        "start_by": calendar.start_by(end, "8h"),
        "is_open": calendar.is_open(at("2026-12-14T10:00Z")),
        "next_open": calendar.next_open(start),
        "previous_close": calendar.previous_close(end),
        "spans": calendar.spans(start, end),
    }


@pytest.mark.parametrize(
    "extra",
    [
        {"holidays": ["2026-12-14"]},
        {"closed": ["2026-12-14"]},
        {"closed": [["2026-12-14 08:00", "2026-12-14 18:00"]]},
        {"special": {"2026-12-14": "none"}},
        {"breaks": {"2026-12-14": "08:00-18:00"}},
        {"seasons": [{"from": "12-14", "to": "12-14", "hours": {"daily": "closed"}}]},
    ],
    ids=["holidays", "closed", "closed-span", "special", "breaks", "seasons"],
)
def test_workalendar_631_every_question_heeds_every_closure(extra: dict[str, Any]) -> None:
    """A day that is closed, however that is said, is closed to all eight questions."""
    plain, shut = answers(office()), answers(office(**extra))
    assert shut == {
        "elapsed": timedelta(0),
        "due": at("2026-12-15T17:00Z"),
        "breaches_after": at("2026-12-16T09:00Z"),
        "start_by": at("2026-12-11T09:00Z"),
        "is_open": False,
        "next_open": at("2026-12-15T09:00Z"),
        "previous_close": at("2026-12-11T17:00Z"),
        "spans": [],
    }
    assert all(shut[name] != plain[name] for name in plain)


@pytest.mark.parametrize(
    "key",
    [
        {"timezone": "Asia/Tokyo"},
        {"hours": {"mon-fri": "09:00-12:00"}},
        {"holidays": ["2026-12-14"]},
        {"special": {"2026-12-14": "09:00-13:00"}},
        {"closed": ["2026-12-14"]},
        {"breaks": {"2026-12-14": "12:00-13:00"}},
        {"seasons": [{"from": "12-01", "to": "12-31", "hours": {"mon-fri": "10:00-16:00"}}]},
        {"closed": ["2026-12-14"], "hours": {"mon-fri": "22:00-06:00"}, "closure": "shift"},
    ],
    ids="-".join,
)
def test_pm4py_558_no_key_is_accepted_and_ignored(key: dict[str, Any]) -> None:
    """Each key of a calendar changes an answer, and a key that is not known is refused."""
    without = {name: value for name, value in key.items() if name != "closure"} if "closure" in key else {}
    assert answers(office(**key)) != answers(office(**without))
    with pytest.raises(sm.CalendarError, match="unknown key"):
        office(work_calendar=key)


# NULL and STATE: a due that a person set.

BY_HAND = {"deadline": {"within": "on due_date", "stops": "resolved"}}


def test_glpi_17186_a_due_that_was_set_by_hand_stays() -> None:
    """Five minutes of waiting, which stop another clock, do not move the time that a person wrote down."""
    pending = {"pending": {"when": {"status": "pending"}, "stops": ["resolve"]}}
    book = agreement({**BY_HAND, "resolve": "8h"}, pauses=pending, events={"times": ["due_date"]})
    log = (
        "2026-12-14T09:00Z opened due_date=2026-12-15T12:00Z",
        "2026-12-14T10:00Z status=pending",
        "2026-12-14T10:05Z status=open",
    )
    deadline, resolve = judged(book, *log, as_of="2026-12-14T11:00Z")
    assert (deadline["due"], resolve["due"]) == (at("2026-12-15T12:00Z"), at("2026-12-15T09:05Z"))


def test_glpi_16236_a_change_of_status_moves_no_due() -> None:
    """Whatever the status becomes, what was set by hand is due when it was."""
    book = agreement(BY_HAND, events={"times": ["due_date"]})
    log = ["2026-12-14T09:00Z opened due_date=2026-12-15T12:00Z"]
    for day in (14, 15):
        log += [f"2026-12-{day}T10:00Z status=pending", f"2026-12-{day}T11:00Z status=open"]
    assert [row["due"] for row in judged(book, *log, as_of="2026-12-15T11:30Z")] == [at("2026-12-15T12:00Z")]


def test_osticket_1_7_pr_767_a_due_without_an_agreed_time() -> None:
    """A due of its own, in the past, and no limit in hours: late since then."""
    book = agreement(BY_HAND, events={"times": ["due_date"]})
    (row,) = judged(book, "2026-12-14T09:00Z opened due_date=2026-12-14T12:00Z", as_of="2026-12-14T15:00Z")
    assert (row["breached"], row["breached_at"]) == (True, at("2026-12-14T12:00Z"))


# TZ and TZDATA: the zone is the calendar's, its rules are the package's.


@pytest.mark.parametrize("machine", ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"])
def test_helpdesk_6d0ed2ea8_the_machine_has_no_zone(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the process runs, three days without an answer are over at the same instant."""
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        book = agreement({"resolve": "24h"}, {"timezone": "Europe/Berlin", "hours": {"mon-fri": "09:00-17:00"}})
        (row,) = judged(book, "2026-03-26T12:00+01:00 opened", as_of="2026-04-02T12:00Z")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (row["due"], row["breached_at"]) == (at("2026-03-31T12:00+02:00"), at("2026-03-31T12:00+02:00"))


def test_zoneinfo_114_the_rules_are_those_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose Santiago has the rules of Kiritimati changes nothing (S3)."""
    monkeypatch.setattr(zones, "_zone", zones.Zone)  # none that is known already
    other = resources.files("tzdata.zoneinfo.Pacific").joinpath("Kiritimati").read_bytes()
    (tmp_path / "America").mkdir()
    (tmp_path / "America" / "Santiago").write_bytes(other)
    zoneinfo.reset_tzpath([str(tmp_path)])
    try:
        zoneinfo.ZoneInfo.clear_cache(only_keys=["America/Santiago"])
        noon = datetime(2022, 9, 5, 12, tzinfo=UTC)
        assert noon.astimezone(zoneinfo.ZoneInfo("America/Santiago")).utcoffset() == 14 * HOUR
        found = office(timezone="America/Santiago").next_open(datetime(2022, 9, 5, 4, tzinfo=UTC))
    finally:
        zoneinfo.reset_tzpath()
        zoneinfo.ZoneInfo.clear_cache(only_keys=["America/Santiago"])
    assert found == at("2022-09-05T09:00-04:00")


# DST


def test_pendulum_125_start_and_length_give_the_end() -> None:
    """Six days from Toronto's winter into its summer: what lies between, added to the start, is the end."""
    toronto = zoneinfo.ZoneInfo("America/Toronto")
    start, end = datetime(2017, 3, 7, 12, tzinfo=toronto), datetime(2017, 3, 13, 12, tzinfo=toronto)
    always = sm.ServiceCalendar(hours="24x7", timezone="America/Toronto")
    assert always.elapsed(start, end) == 143 * HOUR
    assert always.due(start, always.elapsed(start, end)) == end


# UNITS and OVERFLOW


@pytest.mark.parametrize("text", ["1M", "1mo", "1 month", "P1M", "1y", "P1Y"])
def test_openslo_267_a_month_is_not_30_days(text: str) -> None:
    """Months and years have no length, so they are no amount; 30 days have one, and are 30 days in February too."""
    with pytest.raises(sm.DurationError):
        amount(text)
    always = sm.ServiceCalendar(hours="24x7")
    assert always.due(at("2028-02-01T00:00Z"), "30d") == at("2028-03-02T00:00Z")


@pytest.mark.parametrize("count", [2**31, 2**32, 2**63, 2**64 + 1])
def test_pandas_pr_66653_so_many_business_days(count: int) -> None:
    """More business days than 32 or 64 bits can hold are an error with a name; they are never cut to fewer."""
    with pytest.raises(sm.SlaModelError):
        judged(agreement({"resolve": f"{count}bd"}), "2000-01-03T09:00Z opened", as_of="2000-01-04T09:00Z")


# THREAD


def test_working_hours_pr_36_threads_share_nothing_that_changes() -> None:
    """Sixteen evaluations at once, on two agreements with other hours, say what each says alone."""
    books = [
        agreement({"resolve": "8h"}, {**OFFICE, "hours": {"mon-fri": hours}})
        for hours in ("09:00-17:00", "06:00-22:00")
    ]
    logs = [f"20{year}-12-14T12:00Z opened" for year in range(20, 28)]

    def ask(number: int) -> Any:
        return judged(books[number % 2], logs[number // 2], as_of="2030-01-01T00:00Z")

    alone = [ask(number) for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(16))) == alone
    assert len({str(row) for row in alone}) == 16


# PERF: in counts of what is done, not in seconds.


def reopened(times: int) -> list[dict[str, Any]]:
    """Return an item that was resolved and reopened so often."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    log: list[dict[str, Any]] = [{"item": "T", "at": start, "do": "opened"}]
    for k in range(times):
        log.append({"item": "T", "at": start + (2 * k + 1) * HOUR, "do": "resolved"})
        log.append({"item": "T", "at": start + (2 * k + 2) * HOUR, "do": "reopened"})
    return log


def test_zammad_192_a_long_history_costs_its_length() -> None:
    """Twice the history is at most about twice the work: it is not read again for every stretch."""
    book = agreement({"resolve": "8h"})

    def work(times: int) -> int:
        log = sm.read_events(reopened(times), sm.EventMap())
        return calls(lambda: sm.evaluate(book, log, as_of=at("2026-01-01T00:00Z")))

    work(10)
    assert work(4000) < 2.2 * work(2000)


def test_cal_77_a_question_costs_the_same_in_every_zone() -> None:
    """Once compiled, a zone with clock changes and holidays is asked in as many steps as UTC without."""
    plain = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"})
    zoned = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, timezone="America/New_York", holidays="US")
    now = at("2026-12-25T15:00Z")
    assert [calendar.is_open(now) for calendar in (plain, zoned)] == [True, False]
    assert calls(lambda: zoned.is_open(now)) == calls(lambda: plain.is_open(now))


def test_pandas_market_calendars_108_many_questions_compile_once() -> None:
    """A thousand questions about a year look up its open stretches once."""
    calendar = office(timezone="America/New_York", holidays="US")
    asked: list[tuple[int, int]] = []
    line = calendar.line

    def source(first: int, stop: int) -> Any:
        asked.append((first, stop))
        return line.source(first, stop)

    timetable = Timetable([evolve(line, source=source)])
    start = np.datetime64("2026-01-05T15:00", "us").astype(np.int64)
    found = [timetable.due_one(int(start) + k * 3_600_000_000, 3_600_000_000) for k in range(1000)]
    assert found == sorted(found)
    assert asked == [(2026, 2027)]


# SEC: hostile files.


def test_pyyaml_235_an_alias_bomb() -> None:
    """Nine levels of nine aliases are refused at the first anchor, and never spread out."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(sm.AgreementError, match=r"&a0 is an anchor"):
        sm.loads("\n".join(levels))


FORMULAS = ["=cmd|' /C calc'!A0", "+1+cmd", "-1+cmd", "@SUM(1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_posthog_pr_54162_a_cell_is_not_run(formula: str, tmp_path: Path) -> None:
    """A field that begins like a formula is written as text beside the reason why its row was set aside."""
    whole = {"item": "T", "at": "2026-12-14T09:00Z", "do": "opened"}
    table = sm.read_events([whole, {**whole, "item": formula, "at": "no time"}], sm.EventMap())
    path = tmp_path / "rejects.csv"
    sm.write_rejects(path, table.rejects)
    assert f"'{formula}" in path.read_bytes().decode()


@pytest.mark.parametrize("formula", FORMULAS[:4])
def test_posthog_pr_54162_a_verdict_is_not_run(formula: str, tmp_path: Path) -> None:
    """And so is the name of an item in a file of verdicts."""
    log = [{"item": formula, "at": at("2026-12-14T09:00Z"), "do": "opened"}]
    path = tmp_path / "verdicts.csv"
    sm.write_verdicts(sm.evaluate(agreement({"resolve": "8h"}), log), path)
    assert f"'{formula}" in path.read_bytes().decode()
