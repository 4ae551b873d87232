"""Whether a chain backs a promise: the worked cases of the proof, to the minute and the instant."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from slamodel import AgreementError, Calendar, HorizonError, InstantError, ServiceCalendar
from slamodel.model.chain import AllOf, AnyOf, Chain, InOrder, Link
from slamodel.model.limit import Limit
from slamodel.report.backing.lints import misalignments
from slamodel.report.backing.prove import prove
from slamodel.report.backing.result import Backing
from slamodel.report.backing.shares import Share, prove_share
from slamodel.timeline.durations import Amount, parse_amount
from slamodel.timeline.instants import HOUR
from slamodel.timeline.relative import parse_due

LONDON = ZoneInfo("Europe/London")
ALWAYS = ServiceCalendar.from_dict("24x7")
OFFICE = {"mon-fri": "09:00-17:00"}
BUSINESS = ServiceCalendar(timezone="Europe/London", hours=OFFICE)
NEW_YORK = ServiceCalendar(timezone="America/New_York", hours=OFFICE)
MINUTE = timedelta(minutes=1)


def limit(within: str, calendar: Calendar) -> Limit:
    return Limit(parse_amount(within), calendar)


def link(name: str, within: str, calendar: Calendar, hand_off: str = "0s") -> Link:
    agreement, target = name.split("/")
    return Link(agreement, target, limit(within, calendar), parse_amount(hand_off))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def over(start: str, end: str) -> tuple[datetime, datetime]:
    return at(start), at(end)


def hours(length: timedelta | None) -> float | None:
    return None if length is None else length / timedelta(hours=1)


def largest(backing: Backing) -> dict[str, float | None]:
    return {one.link.target: None if one.largest is None else one.largest.us / HOUR for one in backing.limits}


YEAR = over("2026-01-01", "2027-01-01")


# B1: naively the vendor works at night, so that the chain looks quick.


def b1(vendor: str) -> Chain:
    return InOrder(
        [
            link("desk-ola/desk", "30m", BUSINESS),
            link("server-ola/server", "4h", BUSINESS),
            link("vendor-uc/vendor", vendor, ALWAYS),
        ]
    )


def test_b1() -> None:
    """B1: 8 h 30 min at worst, where noon hides it: it begins just after 12:30."""
    found = prove(limit("8h", BUSINESS), b1("4h"), over=YEAR, target="sla/resolve")
    assert not found.backed
    assert (found.takes, found.slack) == (timedelta(hours=8.5), -30 * MINUTE)
    assert found.attained
    assert found.worst_start.time().isoformat() == "12:30:00"
    assert found.worst.side == "just after"
    assert largest(found)["vendor"] == 3.5


@pytest.mark.parametrize(("start", "takes"), [("09:00", 8.0), ("12:31", 8.5)])
def test_b1_by_start(start: str, takes: float) -> None:
    """B1: a start at 09:00 takes 8 h, one at 12:31 takes 8 h 30 min."""
    begin = at(f"2026-06-10T{start}")
    found = prove(limit("8h", BUSINESS), b1("4h"), over=(begin, begin + MINUTE / 60_000_000), target="sla/resolve")
    assert hours(found.takes) == takes


def test_b1_repaired() -> None:
    """B1: a vendor of 3 h 30 min repairs it, exactly: the chain then takes 8 h."""
    found = prove(limit("8h", BUSINESS), b1("3h30m"), over=YEAR)
    assert found.backed
    assert (hours(found.takes), found.slack, found.failing) == (8, timedelta(), timedelta())
    assert largest(found)["vendor"] == 3.5
    assert found.broken_by == ()
    assert found.openings == ()


# B2: two zones, one side of an instant, and weeks in which only one of them has changed its clocks.


def b2(vendor: Calendar, within: str = "4h") -> Chain:
    return InOrder([link("desk-ola/desk", "1h", BUSINESS), link("vendor-uc/vendor", within, vendor)])


def takes_from(promise: Limit, chain: Chain, start: str) -> float | None:
    return hours(prove(promise, chain, over=(at(start), at(start) + timedelta(microseconds=1))).takes)


@pytest.mark.parametrize(("start", "takes"), [("09:00", 8), ("14:00", 3), ("16:30", 8.5)])
def test_b2_by_start(start: str, takes: float) -> None:
    """B2: what each start of a day takes."""
    assert takes_from(limit("8h", BUSINESS), b2(NEW_YORK), f"2026-06-10T{start}") == takes


def test_b2() -> None:
    """B2: starts just after 16:00 come as near to 9 h as one likes, though 16:00 itself takes 1 h."""
    found = prove(limit("8h", BUSINESS), b2(NEW_YORK), over=over("2026-06-08", "2026-06-15"))
    assert not found.backed
    assert hours(found.takes) == 9
    assert not found.attained
    assert found.worst_start == at("2026-06-08T16:00")
    assert found.worst.side == "just after"
    assert found.starts == timedelta(hours=40)
    assert found.failing == timedelta(hours=5), "an hour each day, from 16:00 to 17:00"
    assert found.share_failing == Fraction(1, 8)


def test_b2_allows_9_hours() -> None:
    """B2: what is only approached is no breach: 9 h are kept."""
    found = prove(limit("9h", BUSINESS), b2(NEW_YORK), over=YEAR)
    assert (found.backed, found.slack, found.attained) == (True, timedelta(), False)


def test_b2_with_three_hours() -> None:
    """B2': 9 h in ordinary weeks, 8 h for what is worked from 8 to 29 March 2026: a look at March alone is wrong."""
    chain = b2(NEW_YORK, "3h")
    march = prove(limit("8h", BUSINESS), chain, over=over("2026-03-07", "2026-03-27T16:00"))
    year = prove(limit("8h", BUSINESS), chain, over=YEAR)
    june = prove(limit("8h", BUSINESS), chain, over=over("2026-06-08", "2026-06-15"))
    assert (march.backed, hours(march.takes)) == (True, 8)
    assert (year.backed, hours(year.takes), hours(june.takes)) == (False, 9, 9)
    # What starts on Friday after 16:00 is worked on Monday 30 March, when London has changed its clocks too.
    friday = prove(limit("8h", BUSINESS), chain, over=over("2026-03-27", "2026-03-28"))
    assert (hours(friday.takes), friday.worst_start) == (9, at("2026-03-27T16:00"))
    assert march.notes == (
        "starts of 20 days only; a year sees every holiday, and zones that change their clocks apart",
    )
    assert year.notes == ()


def test_b2_on_a_holiday() -> None:
    """B2'': at Thanksgiving a start at 09:00 in London takes 16 h, and 17 h come near from Wednesday 16:00 on."""
    closed = ServiceCalendar(timezone="America/New_York", hours=OFFICE, closed=["2026-11-26"])
    assert takes_from(limit("8h", BUSINESS), b2(closed), "2026-11-26T09:00") == 16
    found = prove(limit("8h", BUSINESS), b2(closed), over=over("2026-11-23", "2026-11-30"))
    assert hours(found.takes) == 17
    assert found.worst_start == at("2026-11-25T16:00")
    assert found.worst.side == "just after"
    year = prove(limit("8h", BUSINESS), b2(closed), over=YEAR)
    assert hours(year.takes) == 17
    assert year.ordinary is not None
    assert hours(year.ordinary.takes) == 9


# B3: follow the sun.


def test_b3() -> None:
    """B3: 6 h of work by Sydney, London and New York: 9 h in the week, 54 h from Friday 16:00 UTC on."""
    sydney = ServiceCalendar(timezone="Australia/Sydney", hours=OFFICE)
    sun = sydney | BUSINESS | NEW_YORK
    open_time = sun.elapsed(datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC))
    assert hours(open_time) == 105
    chain = link("sun-ola/fix", "6h", sun)
    promise = limit("8h", ALWAYS)
    midweek = prove(
        promise, chain, over=(datetime(2026, 12, 7, 22, tzinfo=UTC), datetime(2026, 12, 10, 22, tzinfo=UTC))
    )
    assert hours(midweek.takes) == 9
    week = prove(promise, chain, over=(datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC)))
    assert hours(week.takes) == 54
    assert week.worst_start == datetime(2026, 12, 4, 16, tzinfo=UTC)
    assert week.worst.side == "just after"
    assert week.broken_by == ("sun-ola/fix",)
    assert [hours(one.takes) for one in week.openings] == [6]


# B5: the report of a managed service.

DESK = ServiceCalendar(timezone="Europe/London", hours={"daily": "07:00-22:00"})
TELCO = ServiceCalendar(timezone="Europe/London", hours={"mon-sat": "08:00-20:00"}, holidays="GB-ENG")
PROMISE = limit("8h", ALWAYS)
NAME = "borough-managed-service/resolve/P2"


def b5(telco: Calendar = TELCO, desk: Calendar = DESK) -> Chain:
    return InOrder(
        [
            link("service-desk-ola/triage", "15m", desk),
            AllOf([link("server-ola/restore", "6h", ALWAYS), link("telco-uc/repair", "5h", telco, "10m")]),
            link("service-desk-ola/confirm", "15m", desk),
        ]
    )


@pytest.mark.parametrize(
    ("start", "end", "worst", "takes", "slack"),
    [
        ("2026-06-08", "2026-06-15", "2026-06-13T14:35", "41:40", "-33:40"),
        ("2026-01-01", "2026-10-01", "2026-04-04T14:35", "65:40", "-57:40"),
        ("2026-01-01", "2027-01-01", "2026-12-24T14:35", "113:40", "-105:40"),
    ],
)
def test_report(start: str, end: str, worst: str, takes: str, slack: str) -> None:
    """B5: an ordinary week, Easter before the contract ends, and Christmas if it were renewed."""
    found = prove(PROMISE, b5(), over=over(start, end), target=NAME)
    assert found.worst_start == at(worst)
    assert found.worst.side == "just after"
    assert [length(found.takes), length(found.slack)] == [takes, slack]
    assert found.attained
    assert found.broken_by == ("telco-uc/repair", "service-desk-ola")
    assert set(largest(found).values()) == {None}, "no shorter limit repairs it"


def length(value: timedelta) -> str:
    minutes = value // MINUTE
    return f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def test_report_of_openings() -> None:
    """B5: with the telco at 24x7 still 15 h 30 min, from 15:30; with the desk too 6 h 30 min, 1 h 30 min to spare."""
    week = over("2026-06-08", "2026-06-15")
    found = prove(PROMISE, b5(), over=week, target=NAME)
    assert [(one.name, length(one.takes), length(one.slack)) for one in found.openings] == [
        ("telco-uc/repair", "15:30", "-7:30"),
        ("service-desk-ola", "6:30", "1:30"),
    ]
    one = prove(PROMISE, b5(ALWAYS), over=week)
    assert (length(one.takes), one.worst_start, one.worst.side) == ("15:30", at("2026-06-08T15:30"), "just after")
    both = prove(PROMISE, b5(ALWAYS, ALWAYS), over=YEAR)
    assert (both.backed, length(both.takes), length(both.slack)) == (True, "6:30", "1:30")
    assert largest(both) == {"triage": 1.75, "restore": 7.5, "repair": 7 + 20 / 60, "confirm": 1.75}


def test_timeline() -> None:
    """B5: the worst start link by link adds up to what it takes, of the promise's time."""
    found = prove(PROMISE, b5(), over=over("2026-06-08", "2026-06-15"), target=NAME)
    told = [(s.link.target, s.start, s.ready, s.begins, s.end) for s in found.timeline]
    monday = at("2026-06-15T08:00")
    assert told == [
        ("triage", *[at("2026-06-13T14:35")] * 3, at("2026-06-13T14:50")),
        ("repair", at("2026-06-13T14:50"), *[at("2026-06-13T15:00")] * 2, monday),
        ("confirm", *[monday] * 3, at("2026-06-15T08:15")),
    ]
    assert [(length(s.hand_off), length(s.wait), length(s.work)) for s in found.timeline] == [
        ("0:00", "0:00", "0:15"),
        ("0:10", "36:00", "5:00"),
        ("0:00", "0:00", "0:15"),
    ]
    assert sum((s.hand_off + s.wait + s.work for s in found.timeline), timedelta()) == found.takes


def test_printed() -> None:
    """B5: what is printed reads as the report."""
    found = prove(PROMISE, b5(), over=over("2026-01-01", "2026-10-01"), target=NAME)
    lines = str(found).splitlines()
    assert lines[:3] == [
        "borough-managed-service/resolve/P2  8h, 24x7 UTC  NOT BACKED",
        "  worst start   just after Sat 2026-04-04 14:35: takes 65h 40m, slack -57h 40m (Easter Monday 2026-04-06)",
        "  most weeks    just after Sat 2026-01-10 14:35: takes 41h 40m, slack -33h 40m",
    ]
    assert "  repaired by   telco-uc/repair and service-desk-ola open 24x7: slack 1h 30m" in lines
    assert lines[7:9] == [
        (
            "  broken by     telco-uc/repair, open mon-sat 08:00-20:00 Europe/London (holidays GB-ENG); the chain "
            "takes 15h 30m once that is open 24x7, from just after Thu 2026-01-01 15:30; no shorter limit repairs it"
        ),
        (
            "                service-desk-ola, open mon-sun 07:00-22:00 Europe/London; the chain takes 6h 30m once "
            "that is, too; no shorter limit repairs it"
        ),
    ]


def until(end: str, chain: Chain) -> Chain:
    """Return a chain in which the telco's agreement ends."""
    if isinstance(chain, Link):
        return evolve(chain, until=at(end)) if chain.agreement == "telco-uc" else chain
    return type(chain)([until(end, part) for part in chain.parts])


def test_agreement_that_ends() -> None:
    """P1 term: the proof is of starts before the telco's contract ends; Christmas is told as if it were renewed."""
    found = prove(PROMISE, until("2026-10-01", b5()), over=YEAR, target=NAME)
    before = prove(PROMISE, b5(), over=over("2026-01-01", "2026-10-01"), target=NAME)
    assert (found.worst, found.ordinary, found.starts, found.failing) == (
        before.worst,
        before.ordinary,
        before.starts,
        before.failing,
    )
    assert (found.over, found.proved) == (YEAR, over("2026-01-01", "2026-10-01"))
    assert found.renewed is not None
    assert (length(found.renewed.takes), found.renewed.start) == ("113:40", at("2026-12-24T14:35"))
    assert [(one.day.isoformat(), one.why) for one in found.renewed.closed] == [
        ("2026-12-25", "Christmas Day"),
        ("2026-12-26", "Boxing Day"),
        ("2026-12-28", "Boxing Day (observed)"),
    ]
    (note,) = found.notes
    assert note == (
        "starts until Thu 2026-10-01 00:00, when telco-uc ends; renewed unchanged, the worst start is just after Thu "
        "2026-12-24 14:35: takes 113h 40m, slack -105h 40m (Christmas Day 2026-12-25, Boxing Day 2026-12-26, "
        "Boxing Day (observed) 2026-12-28)"
    )
    told = json.loads(json.dumps(found.to_dict()))
    assert told["renewed"]["takes_seconds"] == (113 * 60 + 40) * 60
    assert told["closed"] == [{"day": "2026-04-06", "why": "Easter Monday"}]


def test_agreement_that_ends_when_nothing_is_worse() -> None:
    """P1 term: what follows the end is not told where it is no worse."""
    found = prove(PROMISE, until("2026-04-07", b5()), over=over("2026-01-01", "2026-12-01"), target=NAME)
    assert found.renewed is None
    assert found.notes[0] == "starts until Tue 2026-04-07 00:00, when telco-uc ends; renewed unchanged, it is no worse"
    assert found.to_dict()["renewed"] is None


def test_agreement_that_ended_before() -> None:
    """P1 term: an agreement that ended before the window is taken to be renewed, and the proof says so."""
    found = prove(PROMISE, until("2025-10-01", b5()), over=YEAR, target=NAME)
    assert (found.worst.start, found.proved) == (at("2026-12-24T14:35"), YEAR)
    assert found.notes == ("no start lies in the term of telco-uc; proved as if it were renewed unchanged",)
    later = prove(PROMISE, until("2027-01-01", b5()), over=YEAR, target=NAME)
    assert (later.proved, later.notes) == (YEAR, ())


def test_agreements_that_end() -> None:
    """Where several agreements end, the term ends with the first, and all are named."""
    chain = until("2026-10-01", b5())
    assert isinstance(chain, InOrder)
    both = InOrder([*chain.parts[:2], evolve(chain.links[-1], until=at("2026-11-01"))])
    found = prove(PROMISE, both, over=YEAR, target=NAME)
    assert found.proved[1] == at("2026-10-01")
    assert found.notes[0].startswith("starts until Thu 2026-10-01 00:00, when telco-uc and service-desk-ola end; ")


def test_agreement_that_begins_later() -> None:
    """P1 term: starts before the agreement of a link begins are no more in the proof than those after it ended."""
    chain, ending = b5(), until("2026-10-01", b5())
    assert isinstance(chain, InOrder)
    assert isinstance(ending, InOrder)
    later = InOrder([evolve(chain.links[0], since=at("2026-05-01")), *ending.parts[1:]])
    found = prove(PROMISE, later, over=YEAR, target=NAME)
    assert (found.worst_start, found.proved) == (at("2026-05-02T14:35"), over("2026-05-01", "2026-10-01"))
    assert [str(one) for one in found.worst.closed] == ["May Day 2026-05-04"]
    assert found.notes[0].startswith(
        "starts from Fri 2026-05-01 00:00, when service-desk-ola begins until Thu 2026-10-01 00:00, when telco-uc "
        "ends; outside that, on the same terms, the worst start is just after Thu 2026-12-24 14:35"
    )
    early = InOrder([evolve(chain.links[0], since=at("2026-05-01")), *chain.parts[1:]])
    only = prove(PROMISE, early, over=over("2026-01-01", "2026-06-01"), target=NAME)
    assert only.renewed is None
    assert "on the same terms, it is no worse" in only.notes[0]


def test_end_without_a_zone() -> None:
    """The end of an agreement is an instant."""
    with pytest.raises(InstantError, match="no UTC offset"):
        prove(PROMISE, Link("uc", "fix", PROMISE, until=datetime(2026, 10, 1)), over=YEAR)


def test_dates_that_close() -> None:
    """The dates on which a chain stands still are those of its calendars, whatever closes them, one a date."""
    shop = ServiceCalendar(
        timezone="Europe/London",
        hours={"mon-fri": "09:00-12:00, 13:00-17:00"},
        holidays={"2026-06-09": "Founders' Day"},
        closed=["2026-06-10", "2026-06-11"],
        special={"2026-06-12": "16:00-17:00"},
    )
    found = prove(PROMISE, link("shop-ola/fix", "4h", shop), over=over("2026-06-08", "2026-06-15"))
    assert found.worst_start == at("2026-06-08T14:00")
    assert [str(one) for one in found.worst.closed] == [
        "Founders' Day 2026-06-09",
        "closed date 2026-06-10",
        "closed date 2026-06-11",
        "special day 2026-06-12",
    ]


def test_json() -> None:
    """A proof goes through JSON, and its first keys are those of the check."""
    found = json.loads(json.dumps(prove(PROMISE, b5(), over=over("2026-06-08", "2026-06-15"), target=NAME).to_dict()))
    assert {key: found[key] for key in ("target", "backed", "slack_seconds", "takes_seconds", "worst_start")} == {
        "target": NAME,
        "backed": False,
        "slack_seconds": -(33 * 60 + 40) * 60,
        "takes_seconds": (41 * 60 + 40) * 60,
        "worst_start": "2026-06-13T14:35:00+01:00",
    }
    assert found["broken_by"] == ["telco-uc/repair", "service-desk-ola"]
    assert [step["wait_seconds"] for step in found["timeline"]] == [0, 36 * 3600, 0]
    assert found["limits"][0] == {"link": "service-desk-ola/triage", "limit": "15m", "largest_seconds": None}


def test_equal_by_content() -> None:
    """Two proofs of the same question are the same."""
    one, other = (prove(PROMISE, b5(), over=over("2026-06-08", "2026-06-15")) for _ in "ab")
    assert one == other


# What else a proof says.


def test_alternatives_count_by_the_worst() -> None:
    """Of alternatives the slower decides, as of parts that are all needed."""
    quick, slow = link("a-ola/quick", "1h", ALWAYS), link("b-ola/slow", "3h", ALWAYS)
    for branch in (AnyOf, AllOf):
        found = prove(limit("2h", ALWAYS), branch([quick, slow]), over=YEAR)
        assert (found.backed, hours(found.takes), found.timeline[0].link) == (False, 3, slow)
        assert largest(found) == {"quick": None, "slow": 2}


def test_attained_by_an_alternative() -> None:
    """What one path only comes near to another may take in full."""
    away = ServiceCalendar(timezone="Europe/London", hours=OFFICE, closed=["2026-06-10"])
    near, full, week = b2(NEW_YORK), link("c-ola/c", "1h", away), over("2026-06-08", "2026-06-15")
    assert not prove(limit("8h", BUSINESS), near, over=week).attained
    found = prove(limit("8h", BUSINESS), AnyOf([near, full]), over=week)
    assert (hours(found.takes), found.worst_start, found.attained) == (9, at("2026-06-08T16:00"), True)


def test_limits_too_long() -> None:
    """Where longer hours bring nothing the link that takes most breaks the promise."""
    chain = InOrder([link("a-ola/a", "2h", ALWAYS), link("b-ola/b", "7h", ALWAYS)])
    found = prove(limit("8h", ALWAYS), chain, over=YEAR)
    assert (found.broken_by, found.openings, largest(found)) == (("b-ola/b",), (), {"a": 1, "b": 6})
    assert found.share_failing == 1
    assert "b-ola/b: longer hours bring nothing, the limits are too long" in str(found)


def test_both_must_open() -> None:
    """Two calendars that break a promise side by side are both named, though neither alone brings anything."""
    chain = AllOf([link("a-ola/a", "1h", BUSINESS), link("b-ola/b", "1h", BUSINESS)])
    found = prove(limit("2h", ALWAYS), chain, over=over("2026-06-08", "2026-06-15"))
    assert found.broken_by == ("a-ola/a", "b-ola/b")
    assert [hours(one.takes) for one in found.openings] == [65, 1]


def test_arrivals() -> None:
    """The same supremum for starts in open time and for all; the share that fails is of those that count."""
    week = over("2026-06-08", "2026-06-15")
    promise = limit("7h30m", BUSINESS)
    some, every = (prove(promise, b2(NEW_YORK), over=week, arrivals=which) for which in ("open", "any"))
    assert some.takes == every.takes == timedelta(hours=9)
    assert (some.failing, some.starts) == (timedelta(hours=7.5), timedelta(hours=40))
    assert (every.failing, every.starts) == (timedelta(hours=7.5 + 128), timedelta(hours=168))


def test_grows_until_the_window_ends() -> None:
    """Where what a start takes grows towards the end of the window, it is just before that end."""
    window = over("2026-06-09T18:00", "2026-06-10T08:30")
    with_evening = ServiceCalendar(
        timezone="Europe/London", hours={"mon-fri": "09:00-17:00"}, special={"2026-06-09": "09:00-19:00"}
    )
    found = prove(limit("1h", with_evening), link("a-ola/a", "1h", ALWAYS), over=window, arrivals="any")
    assert (hours(found.takes), found.worst_start, found.attained) == (1, at("2026-06-09T18:00"), True)
    late = prove(
        limit("1h", BUSINESS),
        link("a-ola/a", "1h", ALWAYS),
        over=over("2026-06-09T16:59", "2026-06-10T08:30"),
        arrivals="any",
    )
    assert (late.takes, late.worst_start, late.worst.side) == (30 * MINUTE, at("2026-06-10T08:30"), "just before")
    assert not late.attained
    assert largest(late) == {"a": 1.5}


def test_rises_while_the_promise_is_closed() -> None:
    """A start before the promise opens takes the more the nearer it is: half of the hour before 09:00 fails."""
    week = over("2026-06-08", "2026-06-15")
    found = prove(limit("30m", BUSINESS), link("a-ola/a", "1h", ALWAYS), over=week, arrivals="any")
    assert found.failing == timedelta(hours=40), "from 08:30 to 16:30 each day"


def test_closed_link_starts_on_time() -> None:
    """What waits for a link to open is done at one instant, not just after it: 24 h at worst, not 44 h."""
    first = ServiceCalendar(timezone="Europe/London", hours={"daily": "09:00-12:00"})
    second = ServiceCalendar(timezone="Europe/London", hours={"daily": "08:00-12:00"})
    chain = InOrder([link("a-ola/a", "2h", first), link("b-ola/b", "1h", second)])
    assert hours(prove(limit("8h", ALWAYS), chain, over=over("2026-06-08", "2026-06-15")).takes) == 24


def test_business_days_as_hours() -> None:
    """Business days read as hours are covered time: two nominal days of eight hours."""
    days = Limit(parse_amount("2bd"), BUSINESS, reading="hours")
    assert prove(days, link("a-ola/a", "16h", BUSINESS), over=YEAR).slack == timedelta()


def days(number: int, reading: str = "same_time", calendar: Calendar = BUSINESS) -> Limit:
    return Limit(Amount(days=number), calendar, reading=reading)


def test_promise_in_business_days() -> None:
    """C5: three business days, the same time, allow 24 h of an office of eight hours; 17 h leave 7 h."""
    chain = InOrder([link("a-ola/a", "1h", BUSINESS), link("b-ola/b", "16h", BUSINESS)])
    found = prove(days(3), chain, over=YEAR)
    assert (hours(found.limit), hours(found.takes), hours(found.slack)) == (24, 17, 7)
    assert found.backed
    assert found.attained
    assert largest(found) == {"a": 8, "b": 23}


def test_promise_by_the_end_of_a_day() -> None:
    """C5: one day, until its close, allows the less the later the start: 8 h are left just before 17:00."""
    chain, week = link("a-ola/a", "8h30m", BUSINESS), over("2026-06-08", "2026-06-15")
    found = prove(days(1, "end_of_day"), chain, over=week)
    assert (found.backed, found.slack, hours(found.limit)) == (False, -30 * MINUTE, 8)
    assert (found.worst_start, found.worst.side, found.attained) == (at("2026-06-08T17:00"), "just before", False)
    assert found.failing == timedelta(hours=2.5), "from 16:30 to 17:00 on five days"
    assert largest(found) == {"a": 8}
    every = prove(days(1, "end_of_day"), chain, over=week, arrivals="any")
    assert (every.worst_start, every.worst.side, every.attained) == (at("2026-06-08T17:00"), "at", True)
    assert every.failing == timedelta(hours=5 * 7.5 + 48), "from 16:30 to midnight, and the weekend"


def test_link_in_business_days() -> None:
    """C5: a link until the close of the next business day takes 16 h of a start at 09:00; its largest is in days."""
    chain = Link("a-ola", "a", days(1, "end_of_day"))
    found = prove(limit("16h", BUSINESS), chain, over=YEAR)
    assert (found.backed, hours(found.takes)) == (True, 16)
    assert [one.largest for one in found.limits] == [Amount(days=1)]
    assert [one.largest for one in prove(limit("30h", BUSINESS), chain, over=YEAR).limits] == [Amount(days=2)]
    less = prove(limit("12h", BUSINESS), chain, over=YEAR)
    assert (less.backed, less.broken_by) == (False, ("a-ola/a",))
    assert less.to_dict()["limits"] == [{"link": "a-ola/a", "limit": "1bd", "largest_days": None}]
    assert "a-ola/a  1bd; the others as they are, at most 1bd" in str(found)


def test_link_in_business_days_before_another() -> None:
    """C5: what is done at the close of a day is taken up the next: the link that follows begins at its opening."""
    chain = InOrder([Link("a-ola", "a", days(1, "end_of_day")), link("b-ola/b", "2h", BUSINESS)])
    assert hours(prove(limit("16h", BUSINESS), chain, over=YEAR).takes) == 18
    same = InOrder([Link("a-ola", "a", days(1)), link("b-ola/b", "2h", BUSINESS)])
    found = prove(limit("16h", BUSINESS), same, over=YEAR)
    assert hours(found.takes) == 10
    assert largest(found)["b"] == 8


SHORT_MONDAY = ServiceCalendar(timezone="Europe/London", hours={"mon": "10:00-14:00", "tue-wed": "09:00-17:00"})
DAY_LATER = Limit(Amount(days=1), SHORT_MONDAY)


def test_dates_that_fall() -> None:
    """C5 same_time: a start on Sunday is due later on Tuesday than one of Monday morning; no start is left out."""
    late = Link("shop-ola", "fix", DAY_LATER, parse_amount("15m"))
    found = prove(DAY_LATER, late, over=(at("2026-06-05T12:00"), at("2026-06-08T11:00")), arrivals="any")
    assert (found.slack, found.worst_start) == (-15 * MINUTE, at("2026-06-08T09:00"))
    assert found.failing == timedelta(hours=2, minutes=15), "from 08:45 on Monday"


def test_branches_before_dates() -> None:
    """P1 branches: of parts side by side before a link in business days, the later due counts, whoever is done last."""
    quick, slow = (link(f"{name}-ola/fix", within, ALWAYS) for name, within in (("quick", "1h"), ("slow", "9h")))
    then = Link("shop-ola", "fix", DAY_LATER)
    early = (at("2026-06-07T22:30"), at("2026-06-07T22:45"))
    one, other, both = (
        prove(PROMISE, InOrder([part, then]), over=early).takes for part in (quick, slow, AllOf([quick, slow]))
    )
    assert both == one > other, "done on Sunday it is due on Tuesday at 10:00, done on Monday at 07:30 at 09:00"


def test_due_that_is_over() -> None:
    """C5: after closing, "end of same business day" is the end of the next one; the link that follows begins then."""
    first = Link("a-ola", "a", Limit(Amount(), BUSINESS, due=parse_due("end of same business day")))
    begin = at("2026-06-09T18:00")
    found = prove(limit("9h", ALWAYS), InOrder([first, link("b-ola/b", "2h", ALWAYS)]), over=(begin, begin + MINUTE))
    assert (hours(found.takes), [hours(step.work) for step in found.timeline]) == (25, [8, 2])


def test_one_start_of_a_link_in_business_days() -> None:
    """A window in which nothing opens or closes is a window too."""
    begin = at("2026-06-09T10:00")
    found = prove(limit("9h", ALWAYS), Link("a-ola", "a", days(1)), over=(begin, begin + MINUTE))
    assert (hours(found.takes), found.worst.side, found.failing) == (24, "at", MINUTE)


@pytest.mark.parametrize(
    ("due", "takes"),
    [("end of next business day", 16), ("by 12:00 next business day", 11), ("end of same business day", 8)],
)
def test_link_due_in_words(due: str, takes: float) -> None:
    """C5: dues in words are proved too; there is no amount of theirs that could be another."""
    chain = Link("a-ola", "a", Limit(Amount(), BUSINESS, due=parse_due(due)))
    found = prove(limit("20h", BUSINESS), chain, over=YEAR)
    assert (hours(found.takes), found.limits) == (takes, ())


def test_combined_calendars() -> None:
    """Links may be worked on combined calendars, and promises counted on them."""
    freeze = ServiceCalendar(timezone="Europe/London", hours={"wed": "09:00-13:00"})
    found = prove(limit("8h", BUSINESS | NEW_YORK), link("a-ola/a", "2h", BUSINESS - freeze), over=YEAR)
    assert found.takes > timedelta(hours=2)
    assert "(" in str(found)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: prove(PROMISE, Link("a", "b", Limit(Amount(), BUSINESS, due=parse_due("on due_date"))), over=YEAR),
            "a/b: on due_date is another for each item; prove the chain for one amount, such as 4h",
        ),
        (
            lambda: prove(Limit(Amount(), BUSINESS, field="agreed"), b1("4h"), over=YEAR, target="sla/resolve"),
            "sla/resolve: the limit in field 'agreed' is another for each item",
        ),
        (
            lambda: prove(PROMISE, Link("a", "b", Limit(Amount(), BUSINESS, field="agreed")), over=YEAR),
            r"a/b: the limit in field 'agreed' is another for each item.* \[E136\]",
        ),
        (lambda: prove(PROMISE, b1("4h"), over=YEAR[::-1]), "over: .* is no window; its end lies after its start"),
        (lambda: prove(PROMISE, b1("4h"), over=YEAR, arrivals="all"), "arrivals: 'all' is neither 'open' nor 'any'"),
        (lambda: prove(PROMISE, "desk", over=YEAR), "chain: 'desk' is neither a Link nor"),  # type: ignore[arg-type]
        (
            lambda: prove(PROMISE, InOrder([link("a/b", "1h", ALWAYS), link("a/b", "2h", ALWAYS)]), over=YEAR),
            "a/b is named with two limits",
        ),
        (
            lambda: prove(limit("8h", BUSINESS), b1("4h"), over=over("2026-06-13", "2026-06-14"), target="sla/resolve"),
            r"sla/resolve: its calendar is never open from 2026-06-13 .* \[E121\]",
        ),
    ],
)
def test_refused(ask: Callable[[], Any], message: str) -> None:
    """What cannot be proved is refused, with what to write."""
    with pytest.raises(AgreementError, match=message):
        ask()


def test_naive_window() -> None:
    """A window says which zone it is in."""
    with pytest.raises(InstantError, match="has no UTC offset"):
        prove(PROMISE, b5(), over=(datetime(2026, 1, 1), datetime(2027, 1, 1)))


def test_never_opens_again() -> None:
    """A link whose calendar never opens again is an error, not a proof."""
    once = ServiceCalendar(timezone="Europe/London", hours={"mon": "closed"}, special={"2026-06-10": "09:00-17:00"})
    with pytest.raises(HorizonError, match="never opens after"):
        prove(PROMISE, link("a/b", "1h", once), over=YEAR)


def test_hours_that_do_not_fit() -> None:
    """B5: what is seen without any search: how long each link is closed while the promise is open."""
    found = misalignments(PROMISE, b5(), over=over("2026-06-08", "2026-06-15"), target=NAME)
    assert [(one.code, one.links[0].target, hours(one.length)) for one in found] == [
        ("W175", "triage", 63),
        ("W175", "repair", 96),
        ("W175", "confirm", 63),
    ]
    assert str(found[1].problem("backed_by")) == (
        "backed_by: telco-uc/repair is closed for 96h of a week, on average, while "
        "borough-managed-service/resolve/P2 is open; it is open mon-sat 08:00-20:00 Europe/London (holidays GB-ENG) "
        "[W175]"
    )
    assert misalignments(PROMISE, b5(ALWAYS, ALWAYS), over=YEAR) == ()


def test_limits_that_do_not_fit() -> None:
    """Limits in order that pass in the promise's hours and are longer than it; those of other hours do not count."""
    desk, server = link("a-ola/a", "5h", BUSINESS), link("b-ola/b", "4h", BUSINESS)
    found = misalignments(limit("8h", BUSINESS), InOrder([desk, server, link("c-uc/c", "9h", ALWAYS)]), over=YEAR)
    assert [(one.code, one.links, hours(one.length)) for one in found] == [("W176", (desk, server), 1)]
    assert found[0].message.startswith("a-ola/a 5h, then b-ola/b 4h: 1h longer than the 8h of promise")


# B4: percentages.


def test_b4() -> None:
    """B4: three links at 95 % are sure to keep 85 %, 85.74 % if independent; each needs 98.333 %, or 98.305 %."""
    found = prove_share("95%", {"desk": "95%", "server": "95%", "vendor": "95%"}, target="sla/resolved")
    assert (found.safe, found.independent) == (Fraction(85, 100), Fraction(857_375, 1_000_000))
    assert (found.backed, found.slack) == (False, Fraction(-1, 10))
    assert found.needed == 1 - Fraction(5, 300)
    assert found.needed_if_independent() == Fraction(98_305, 100_000)
    assert str(found) == (
        "sla/resolved  95.000%  NOT BACKED: desk 95.000%, server 95.000%, vendor 95.000%: "
        "85.000% for sure, 85.737% if independent; each needs 98.334%"
    )
    enough = dict.fromkeys(("desk", "server", "vendor"), found.needed)
    assert prove_share("95%", enough).slack == 0


def test_availability_of_a_chain() -> None:
    """What links may be down adds up: 99.9 % and 99.6 % are sure to keep 99.5 %, and not a hair more."""
    parts: dict[str, Share] = {"network": "99.9%", "database": Decimal("0.996")}
    assert prove_share("99.5%", parts).backed
    assert not prove_share("99.50001%", parts).backed
    assert prove_share("0%", {"a": "40%", "b": "50%"}).safe == 0
    told = json.loads(json.dumps(prove_share("99.5%", parts, target="up").to_dict()))
    assert (told["target"], told["backed"], told["safe"], told["parts"][1]) == (
        *("up", True, 0.995),
        {"link": "database", "share": 0.996},
    )


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0.95, "desk: 0.95 is no share; write a percentage such as '95%', or a Fraction"),
        ("95", "desk: '95' is no share"),
        ("995%", r"desk: 995% must be 0-100% \[E140\]"),
        (95, "desk: 95 must be 0-100%"),
        (True, "desk: True is no share"),
    ],
)
def test_refused_shares(share: Any, message: str) -> None:
    """Shares are exact: floats are refused, and so is what is no share at all."""
    with pytest.raises(AgreementError, match=message):
        prove_share("95%", {"desk": share})


def test_share_of_nothing() -> None:
    """No links keep no promise."""
    with pytest.raises(AgreementError, match=r"no links keep no promise.*\[E102\]"):
        prove_share("95%", {})
