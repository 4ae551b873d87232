"""Warnings and levels of escalation are read as they are written; what no clock has is said at its place (E154)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import slamodel as sm
from slamodel.model.selector import ALWAYS_TRUE, In
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR

HEAD = """slamodel: 1
agreement: a
timezone: Europe/London
calendars: {office: {hours: {mon-fri: "09:00-17:00"}}}
calendar: office
priority: {order: [P1, P2]}
targets: {resolve: {P1: 4h, P2: 8h, warn_at: [50%, 90 %]}, respond: 1h}
escalation:
"""
CONTRACT = """
  resolve:
    - {at: 50%, to: team_lead}
    - {at: 75%, to: delivery_manager}
    - {at: breach, to: [delivery_manager, customer.delivery_manager]}
    - {at: breach + 4h, to: account_director, for: P1}
"""


def levels(text: str) -> tuple[sm.Level, ...]:
    """Return the levels of the resolve target that are written ``text``, the warnings aside."""
    return sm.loads(HEAD + text)["a"]["resolve"].escalations[2:]


def said(text: str, head: str = HEAD) -> list[str]:
    """What is wrong with an escalation, without the file and the line."""
    with pytest.raises(sm.AgreementError) as error:
        sm.loads(head + text)
    return [str(problem).partition(": ")[2] for problem in error.value.problems]


def level_said(level: str) -> list[str]:
    """What is wrong with one level."""
    return [one.removeprefix("escalation.resolve.0.") for one in said(f"  resolve: [{level}]")]


def test_a_contract() -> None:
    """The escalation of a managed service reads as the contract has it."""
    assert levels(CONTRACT) == (
        sm.Level("50%", Fraction(1, 2), to=("team_lead",)),
        sm.Level("75%", Fraction(3, 4), to=("delivery_manager",)),
        sm.Level("breach", to=("delivery_manager", "customer.delivery_manager")),
        sm.Level(
            "breach + 4h for P1", after=Amount(us=4 * HOUR), to=("account_director",), applies=In("priority", ("P1",))
        ),
    )


def test_warnings() -> None:
    """``warn_at`` makes levels without receivers, before those of the escalation; other targets have none."""
    book = sm.loads(HEAD + CONTRACT)["a"]
    assert book["resolve"].escalations[:2] == (
        sm.Level("warn 50%", Fraction(1, 2)),
        sm.Level("warn 90%", Fraction(9, 10)),
    )
    assert book["respond"].escalations == ()
    alone = sm.loads("slamodel: 1\nagreement: a\ncalendar: 24x7\ntargets: {resolve: {within: 4h, warn_at: breach}}\n")
    assert [level.id for level in alone.targets[0].escalations] == ["warn breach"]


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("{at: 12.5%}", sm.Level("12.5%", Fraction(1, 8))),
        ("{at: 100%}", sm.Level("100%", Fraction(1))),
        ("{at: breach+1h30m}", sm.Level("breach + 1h30m", after=Amount(us=HOUR * 3 // 2))),
        ("{at: PT1H before due}", sm.Level("1h before due", after=Amount(us=HOUR), is_before=True)),
        ("{at: breach, id: loud, clause: Sch 2}", sm.Level("loud", clause="Sch 2")),
        ("{at: breach, for: [P1, P2]}", sm.Level("breach for P1, P2", applies=In("priority", ("P1", "P2")))),
        (
            "{at: breach, for: {vip: true}}",
            sm.Level('breach for {"vip": true}', applies=In("vip", ("true",))),
        ),
        (
            "{at: breach + 2d, cover: 24x7}",
            sm.Level(
                "breach + 2d",
                after=Amount(us=48 * HOUR, calendar_days=True),
                calendar=sm.ServiceCalendar(hours="24x7", timezone="Europe/London"),
            ),
        ),
        (
            '{at: 1h before due, calendar: {hours: {sat: "10:00-12:00"}}}',
            sm.Level(
                "1h before due",
                after=Amount(us=HOUR),
                is_before=True,
                calendar=sm.ServiceCalendar(hours={"sat": "10:00-12:00"}, timezone="Europe/London"),
            ),
        ),
    ],
)
def test_points(written: str, level: sm.Level) -> None:
    """A point is written as the contract says it, and so is the level's id."""
    assert levels(f"  resolve: [{written}]") == (level,)
    assert level.id.startswith(level.point) or level.id == "loud"


@pytest.mark.parametrize(
    ("level", "problem"),
    [
        ("{at: 150%}", "at: 150% is beyond the limit; write how long after it, such as 'breach + 4h' [E154]"),
        ("{at: 100.5%}", "at: 100.5% is beyond the limit; write how long after it, such as 'breach + 4h' [E154]"),
        ("{at: 0%}", "at: 0% is no share of a limit; write a share such as 75%, breach,"),
        ("{at: -5%}", "at: -5% is no share of a limit; write a share such as 75%, breach,"),
        ("{at: 33.33333%}", "at: 33.33333% has more than four decimals; write fewer [E154]"),
        ("{at: 50}", "at: '50' is not a point of a clock; write a share such as 75%,"),
        ("{at: 0.5}", "at: '0.5' is not a point of a clock; write a share such as 75%,"),
        ("{at: breach - 1h}", "at: 'breach - 1h' is not a point of a clock; write a share such as 75%, breach,"),
        ("{at: breach + 4}", "at: 'breach + 4': '4' has no unit; write '4h', '4m' or '4bd' [E154]"),
        ("{at: breach + 0h}", "at: 'breach + 0h' is the breach itself; write 'breach' [E154]"),
        ("{at: 0h before due}", "at: no time before the due is the due; write a share"),
        ("{at: breach + 2bd}", "at: 'breach + 2bd' counts business days; write covered time, such as 8h [E154]"),
        ("{at: breach + 2d}", "at: 'breach + 2d' is ambiguous in business hours: write"),
        ("{at: 50%, cover: 24x7}", "cover: a calendar counts the time after a breach or before a due; at 50%"),
        ("{at: breach + 1h, cover: offcie}", "cover: calendar 'offcie' is not defined; did you mean 'office'? [E102]"),
        ("{at: breach + 1h, cover: office, calendar: 24x7}", "calendar: says the same as 'cover'; keep one [E102]"),
        ("{at: breach, to: []}", "to: names nobody; name who hears of it, or leave 'to' out [E102]"),
        ("{at: breach, to: {a: b}}", "to: {'a': 'b'} is not a text [E107]"),
        ("{at: breach, for: P3}", "for: 'P3' is not a priority of this agreement; "),
        ("{at: breach, tell: me}", "tell: unknown key; "),
        ("{to: me}", "at: missing; say when, such as 75%, breach, 'breach + 4h' or '1h before due' [E102]"),
    ],
)
def test_mistakes(level: str, problem: str) -> None:
    """Each mistake is said once, at its key, with what to write."""
    (found,) = level_said(level)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("  resolv: [{at: breach}]", "escalation.resolv: escalation is by target, and 'resolv' is none; did you mean"),
        ("  resolve: {at: breach}", "escalation.resolve: {'at': 'breach'} is not a list [E107]"),
        ("  resolve: [breach]", "escalation.resolve.0: 'breach' is not a mapping of keys to values [E107]"),
        ("  - {at: breach}", "escalation: [{'at': 'breach'}] is not a mapping of keys to values [E107]"),
        (
            "  resolve: [{at: 50%, to: a}, {at: 50.0%, to: b}]",
            "escalation.resolve.1.at: level '50%' is written twice; put all receivers into one list,",
        ),
        (
            "  resolve: [{at: 50%, id: x}, {at: 75%, id: x}]",
            "escalation.resolve.1.id: level 'x' is written twice; put all receivers into one list,",
        ),
    ],
)
def test_mistakes_of_the_whole(text: str, problem: str) -> None:
    """Targets that are none, what is no list, and levels written twice."""
    (found,) = said(text)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        (
            "[50%, 150%]",
            "targets.resolve.warn_at.1: 150% is beyond the limit; write how long after it, such as",
        ),
        ("[50%, 50%]", "targets.resolve.warn_at.1: 50% is written twice; keep one [E102]"),
        ("50", "targets.resolve.warn_at: '50' is not a point of a clock; write a share such as 75%, breach,"),
        ("[{at: 50%}]", "targets.resolve.warn_at.0: \"{'at': '50%'}\" is not a point of a clock;"),
    ],
)
def test_mistakes_of_warnings(points: str, problem: str) -> None:
    """A warning is a point, and only that."""
    head = "slamodel: 1\nagreement: a\ncalendar: 24x7\ntargets: {resolve: {within: 4h, warn_at: "
    (found,) = said(f"{points}}}}}\n", head)
    assert found.startswith(problem)


def test_places() -> None:
    """A problem says the line and column of what is wrong."""
    with pytest.raises(sm.AgreementError) as error:
        sm.loads(HEAD + "  resolve:\n    - {at: breach}\n    - {at: 101%}\n")
    (problem,) = error.value.problems
    assert (problem.line, problem.column, problem.path) == (11, 8, "escalation.resolve.1.at")


def test_other_priority_field() -> None:
    """The priorities that a level names are those of its target's own field."""
    document: dict[str, Any] = {
        "slamodel": 1,
        "agreement": "a",
        "calendar": "24x7",
        "priority": {"order": ["P1"]},
        "targets": {"resolve": {"priority_field": "urgency", "U1": "4h"}},
        "escalation": {"resolve": [{"at": "50%", "for": "U1"}, {"at": "75%"}]},
    }
    first, second = sm.load(document)["a"]["resolve"].escalations
    assert (first.applies, second.applies) == (In("urgency", ("U1",)), ALWAYS_TRUE)
    assert sm.load(document)["a"]["resolve"].fields >= {"urgency"}
