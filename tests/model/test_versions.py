"""Versions: moves from draft to agreed, what time makes of them, and two axes of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.approval import Renewal, Suspension, Termination
from slamodel.model.metric import Metric
from slamodel.model.percent import Percent
from slamodel.model.period import Period
from slamodel.model.period_target import PeriodTarget
from slamodel.model.version import AS_OF_RULES, FORMALITIES, MID_PERIODS, STATES, day_start
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR, to_datetime

LONDON = ZoneInfo("Europe/London")
LIMIT = sm.Limit(Amount(8 * HOUR), sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, timezone="Europe/London"))
FIRST = sm.Agreement(
    id="payroll",
    targets=(sm.Target(id="resolve", limits=((None, LIMIT),)),),
    state="draft",
    provider="msp",
    customer="borough",
    starts_on="2026-01-01",
    ends_on="2026-12-31",
)
BOTH = (sm.Approval("msp", "Ann", datetime(2025, 12, 1, tzinfo=UTC)), sm.Approval("borough", "Bob"))
AGREED = FIRST.propose().agree(*BOTH)
SECOND = AGREED.amend(starts_on="2026-07-01", ends_on="", note="faster").propose().agree(*BOTH)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def refused(move: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(sm.AgreementError) as caught:
        move()
    return caught.value.problems[0].code, caught.value.problems[0].message


def test_from_draft_to_agreed() -> None:
    """A draft is proposed, approved by both sides, and agreed; each step is another object."""
    proposed = FIRST.propose()
    approved = proposed.approve("msp", "Ann").approve("borough", "Bob", at("2025-12-02"))
    assert [one.state for one in (FIRST, proposed, approved, approved.agree())] == [
        *("draft", "proposed", "proposed", "agreed"),
    ]
    assert approved.agree().approvals == (
        sm.Approval("msp", "Ann"),
        sm.Approval("borough", "Bob", at("2025-12-02")),
    )
    assert FIRST.state == "draft"


def test_what_is_loaded_is_agreed() -> None:
    """Who says nothing of states writes what is agreed."""
    assert sm.Agreement(id="x", targets=()).state == "agreed"


def test_both_sides_approve() -> None:
    """E182: an agreement has two sides, and each that has not approved is named."""
    with pytest.raises(sm.AgreementError) as caught:
        FIRST.propose().agree()
    assert [(one.code, one.message) for one in caught.value.problems] == [
        ("E182", "version 1 lacks an approval by provider 'msp'"),
        ("E182", "version 1 lacks an approval by customer 'borough'"),
    ]
    code, said = refused(lambda: FIRST.propose().agree(BOTH[0]))
    assert (code, said) == ("E182", "version 1 lacks an approval by customer 'borough'")
    assert FIRST.propose().approve("msp").lacking == ("customer 'borough'",)
    nobody = evolve(FIRST, customer="")
    assert (
        refused(lambda: nobody.propose().agree(*BOTH, sm.Approval("")))[1] == "version 1 lacks an approval by customer"
    )


def test_approvals_by_id_or_name() -> None:
    """A party that is described approves by either of its names."""
    party = sm.Party("msp", "Managed Services Ltd")
    described = evolve(FIRST, provider="Managed Services Ltd", parties=(party,)).propose()
    assert described.agree(*BOTH).state == "agreed"
    bare = evolve(FIRST, parties=(sm.Party("msp"),)).propose()
    assert refused(lambda: bare.agree(sm.Approval(""), BOTH[1]))[0] == "E182"


def test_what_is_agreed_is_not_edited() -> None:
    """E181: a draft is edited; of an agreed version the next is made."""
    assert FIRST.edit(name="Payroll").name == "Payroll"
    code, said = refused(lambda: AGREED.edit(name="Payroll"))
    assert code == "E181"
    assert said.startswith("version 1 is agreed; make version 2 (agreement.amend(...)) instead of edit")
    assert said.endswith("an agreed version can also: suspend, resume, terminate, renew")


@pytest.mark.parametrize(
    ("made", "wrong", "can"),
    [
        (FIRST, ("approve", "agree", "reject", "amend", "suspend", "terminate", "renew"), "edit, propose, withdraw"),
        (FIRST.propose(), ("edit", "propose", "amend", "suspend", "renew"), "approve, agree, reject, withdraw"),
        (FIRST.propose().reject(), ("edit", "propose", "agree", "withdraw", "suspend"), "amend"),
        (FIRST.withdraw(), ("edit", "propose", "agree", "withdraw", "suspend"), "amend"),
    ],
)  # fmt: skip
def test_illegal_moves(made: sm.Agreement, wrong: tuple[str, ...], can: str) -> None:
    """A move that the state does not allow is E181, and the message names those that it does."""
    given_: dict[str, tuple[Any, ...]] = {
        "approve": ("msp",),
        "suspend": (at("2026-03-01"),),
        "resume": (at("2026-03-01"),),
        "terminate": (at("2026-03-01"),),
        "renew": ("2027-12-31",),
    }
    for move in wrong:
        code, said = refused(partial(getattr(made, move), *given_.get(move, ())))
        assert (code, said) == ("E181", f"version 1 is {made.state}: it cannot {move}; it can: {can}")


@pytest.mark.parametrize("move", ["propose", "agree", "reject", "withdraw"])
def test_moves_of_what_is_agreed(move: str) -> None:
    """E181: what is agreed goes back by no move."""
    assert refused(getattr(AGREED, move))[0] == "E181"


def test_the_next_version() -> None:
    """An amendment is the content with changes: a draft without approvals and later facts, its end the renewed one."""
    later = AGREED.renew("2027-12-31").suspend(at("2026-03-01"), at("2026-03-08")).amend(name="New", note="name")
    assert (later.version, later.state, later.approvals, later.suspensions) == (2, "draft", (), ())
    assert (later.ends_on, later.renewals, later.name, later.change_note) == ("2027-12-31", (), "New", "name")
    assert later.targets == AGREED.targets
    assert FIRST.propose().reject().amend(version=5).version == 5
    assert AGREED.terminate(at("2026-05-01")).amend().termination is None
    assert AGREED.amend(recorded_at=at("2026-05-01")).recorded_at == at("2026-05-01")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_on": "2025-06-01"}, "version 2 starts 2025-06-01, before version 1 (2026-01-01)"),
        ({"starts_on": ""}, "version 2 has no start, before version 1 (2026-01-01)"),
        ({"version": 1}, "version 1 does not come after version 1; leave the number out for the next"),
    ],
)
def test_amendments_go_forward(changes: dict[str, Any], said: str) -> None:
    """E180: a later version neither starts before an earlier one nor takes its number."""
    assert refused(lambda: AGREED.amend(**changes)) == ("E180", said)


def test_suspended_stretches() -> None:
    """E180, E181: suspensions do not overlap, end after they begin, and are resumed while they are open."""
    made = AGREED.suspend(at("2026-03-01"), reason="unpaid")
    assert refused(lambda: made.suspend(at("2026-04-01")))[0] == "E180"
    resumed = made.resume(at("2026-03-08"))
    assert resumed.suspensions == (Suspension(at("2026-03-01"), at("2026-03-08"), "unpaid"),)
    assert len(resumed.suspend(at("2026-03-08")).suspensions) == 2
    assert refused(lambda: resumed.resume(at("2026-03-09"))) == (
        "E181",
        "version 1 has no open suspension to resume from",
    )
    assert refused(lambda: made.resume(at("2026-03-01")))[0] == "E180"
    first = made.resume(at("2026-03-08")).suspend(at("2026-02-01"), at("2026-02-02"))
    assert [one.since for one in first.suspensions] == [at("2026-02-01"), at("2026-03-01")]


def test_ends() -> None:
    """E180, E181: one termination, and a renewal only to a later date of what has an end and is not terminated."""
    ended = AGREED.terminate(at("2026-05-01"), "insolvent", "customer")
    assert ended.termination == Termination(at("2026-05-01"), "insolvent", "customer")
    assert refused(lambda: ended.terminate(at("2026-06-01")))[0] == "E181"
    assert AGREED.renew("2027-12-31", note="a year").renewals == (Renewal("2027-12-31", None, "a year"),)
    assert AGREED.renew("2027-12-31").last_day == "2027-12-31"
    assert refused(lambda: AGREED.renew("2026-12-31")) == (
        "E180",
        "version 1 ends 2026-12-31; it cannot be renewed until 2026-12-31",
    )
    assert "has no end" in refused(lambda: SECOND.renew("2030-01-01"))[1]
    assert "is terminated" in refused(lambda: ended.renew("2030-01-01"))[1]
    assert refused(evolve(FIRST, ends_on="2025-01-01").propose)[0] == "E180"


@pytest.mark.parametrize(
    "made", [lambda: Suspension(datetime(2026, 1, 1)), lambda: AGREED.terminate(datetime(2026, 1, 1))]
)
def test_naive_instants(made: Callable[[], Any]) -> None:
    """An instant without a zone is none."""
    with pytest.raises(sm.InstantError, match="no UTC offset"):
        made()


def test_words() -> None:
    """States, formalities and rules are of a few words; dates are ISO dates."""
    assert (STATES[2], FORMALITIES[0], AS_OF_RULES[0], MID_PERIODS[0]) == (
        *("agreed", "contractual", "opened", "next_period"),
    )
    for name in ("state", "formality", "as_of_rule", "mid_period"):
        with pytest.raises(ValueError, match=name):
            FIRST.edit(**{name: "other"})
    with pytest.raises(ValueError, match="version"):
        evolve(FIRST, version=0)
    assert refused(lambda: evolve(FIRST, starts_on="1 July"))[0] == "E105"


def test_dates_in_the_zone() -> None:
    """Its dates are those of its zone: its own, else that of its calendars where they share one, else UTC."""
    assert FIRST.zone == "Europe/London"
    assert evolve(FIRST, timezone="Asia/Kolkata").zone == "Asia/Kolkata"
    other = sm.Limit(Amount(HOUR), sm.ServiceCalendar(hours="24x7", timezone="Asia/Kolkata"))
    assert evolve(FIRST, targets=(*FIRST.targets, sm.Target(id="b", limits=((None, other),)))).zone == "UTC"
    utc = sm.Limit(Amount(HOUR), sm.ServiceCalendar(hours="24x7"))
    assert evolve(FIRST, targets=(*FIRST.targets, sm.Target(id="b", limits=((None, utc),)))).zone == "Europe/London"
    start, end = map(to_datetime, SECOND.span if SECOND.ends_on else evolve(SECOND, ends_on="2026-09-30").span)
    assert (start, end) == (at("2026-07-01"), at("2026-10-01"))


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2026, 7, 1), "Europe/London", "2026-06-30T23:00Z"),
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00Z"),  # midnight is skipped
        (date(1919, 3, 31), "America/Toronto", "1919-03-31T04:30Z"),  # 23:30 becomes 00:30
        (date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00Z"),  # the whole day is skipped
        (date(2024, 11, 3), "America/Havana", "2024-11-03T04:00Z"),  # midnight comes twice
    ],
)
def test_first_instant_of_a_date(day: date, zone: str, start: str) -> None:
    """A date begins at its first midnight; where that is skipped, with the change of the clocks."""
    assert to_datetime(day_start(day, zone)) == datetime.fromisoformat(start)


def test_where_a_version_stands() -> None:
    """What time makes of an agreed version is never stored: scheduled, active, suspended, superseded, ended."""
    one = AGREED.suspend(at("2026-03-01"), at("2026-03-08"))
    series = sm.Versions((SECOND.amend(), one, SECOND))
    told = [series.status(1, at(day)) for day in ("2025-12-31", "2026-01-01", "2026-03-01", "2026-03-08", "2026-07-01")]
    assert told == ["scheduled", "active", "suspended", "active", "superseded"]
    assert [series.status(2, date(2026, month, 1)) for month in (6, 7)] == ["scheduled", "active"]
    assert series.status(3, at("2026-07-01")) == "draft"
    alone = sm.Versions((AGREED,))
    assert [alone.status(1, at(day)) for day in ("2026-12-31", "2027-01-01")] == ["active", "expired"]
    ended = sm.Versions((AGREED.terminate(at("2026-05-01")), SECOND))
    assert [ended.status(1, at(day)) for day in ("2026-04-30", "2026-05-01", "2027-07-01")] == [
        *("active", "terminated", "terminated"),
    ]
    assert [state for state in ("withdrawn", "rejected") if sm.Versions((evolve(FIRST, state=state),)).status(
        1, at("2026-05-01")) == state] == ["withdrawn", "rejected"]  # fmt: skip


def test_what_was_known_then() -> None:
    """What was recorded later was not known: a version, a termination, a renewal."""
    one = AGREED.terminate(at("2026-05-01"), recorded_at=at("2026-06-01"))
    series = sm.Versions((one, evolve(SECOND, recorded_at=at("2026-05-20"))))
    assert series.status(1, at("2026-05-10"), known_at=at("2026-05-10")) == "active"
    assert series.status(1, at("2026-05-10"), known_at=at("2026-06-01")) == "terminated"
    assert series.in_force(at("2026-07-02"), known_at=at("2026-05-10")) == AGREED
    assert series.in_force(at("2026-07-02"), known_at=at("2026-05-20")) == series.number(2)
    assert series.in_force(at("2026-06-02"), known_at=at("2026-06-02")) is None
    renewed = sm.Versions((AGREED.renew("2027-12-31", recorded_at=at("2026-12-01")),))
    assert renewed.status(1, at("2027-02-01"), known_at=at("2026-11-30")) == "expired"
    assert renewed.status(1, at("2027-02-01"), known_at=at("2026-12-01")) == "active"
    assert "none that was known then" in refused(
        lambda: sm.Versions((series[1],)).status(2, at("2026-07-01"), known_at=at("2026-01-01"))
    )[1]  # fmt: skip


def test_versions_by_number() -> None:
    """They stand in order, whatever the order they came in; the latest is the highest that was agreed."""
    series = sm.Versions((SECOND, AGREED))
    assert [one.version for one in series] == [1, 2]
    assert (len(series), series[0], series[-1:]) == (2, AGREED, (SECOND,))
    assert series.latest is SECOND
    assert sm.Versions((AGREED, AGREED.amend())).latest is AGREED
    assert sm.Versions((FIRST, evolve(FIRST, version=2))).latest.version == 2
    assert refused(lambda: series.number(3)) == ("E102", "there is no version 3; known: 1, 2")


def test_versions_out_of_order() -> None:
    """E180: agreed versions start one after the other, and each has a number."""
    early = evolve(SECOND, version=3, starts_on="2026-06-01")
    with pytest.raises(sm.AgreementError) as caught:
        sm.Portfolio((AGREED, SECOND, early, evolve(SECOND, starts_on="2026-08-01")))
    assert [(one.code, one.path) for one in caught.value.problems] == [
        ("E180", "payroll.version"),
        ("E180", "payroll.from"),
    ]
    assert "version 3 starts 2026-06-01, before version 2 (2026-08-01)" in str(caught.value)
    assert "version 2 of 'payroll' is there twice" in str(caught.value)
    assert len(sm.Versions((AGREED, SECOND, evolve(early, state="draft")))) == 3
    assert refused(lambda: sm.Versions((AGREED, evolve(SECOND, starts_on=""))))[0] == "E180"


def test_a_version_from_the_same_day() -> None:
    """A version that starts when an earlier one does takes its place altogether."""
    again = evolve(SECOND, version=3)
    assert sm.Versions((AGREED, SECOND, again)).in_force(date(2026, 8, 1)) is again


def test_backdated() -> None:
    """W183: a version that takes effect before it was agreed is told, and no error."""
    late = FIRST.propose().agree(sm.Approval("msp", "", at("2026-01-10T00:30")), BOTH[1])
    [problem] = sm.Versions((late,)).warnings
    assert (problem.code, problem.path) == ("W183", "payroll.from")
    assert problem.message == "version 1 was agreed 2026-01-10 and takes effect 2026-01-01 (backdated)"
    assert AGREED.warnings == FIRST.warnings == ()


@pytest.mark.parametrize(
    ("per", "days"),
    [
        (Period(), ["2026-06-02", "2026-06-30"]),
        (Period("month", 15), ["2026-06-01", "2026-06-14", "2026-06-16"]),
        (Period("quarter"), ["2026-06-01", "2026-07-02"]),
        (Period("year"), ["2026-07-01"]),
        (Period("week"), ["2026-06-02", "2026-06-07"]),
    ],
)
def test_amid_a_period(per: Period, days: list[str]) -> None:
    """W184: a later version that begins inside a period that is measured is told."""
    expected = PeriodTarget(
        id="p95", metric=Metric(kind="attainment", target="resolve"), expected=Percent.parse("95%"), per=per
    )
    for day in days:
        made = evolve(SECOND, starts_on=day, measured=(expected, evolve(expected, id="other")))
        [problem] = sm.Versions((AGREED, made)).warnings
        assert (problem.code, problem.path) == ("W184", "payroll.from")
        assert problem.message.startswith(
            f"{day} is inside a {per} that 'other' is measured over; mid_period: next_period"
        )
        assert sm.Versions((made,)).warnings == ()
    begins = {"month": "2026-06-15" if per.first else "2026-06-01", "week": "2026-06-01", "year": "2027-01-01"}
    made = evolve(SECOND, starts_on=begins.get(per.unit, "2026-07-01"), measured=(expected,))
    assert sm.Versions((AGREED, made)).warnings == ()
    assert (
        sm.Versions(
            (AGREED, evolve(made, starts_on="2026-06-03", measured=(evolve(expected, per=Period("term")),)))
        ).warnings
        == ()
    )


def test_portfolio_of_versions() -> None:
    """A portfolio counts agreements; it gives the version that was agreed latest, and all of them when asked."""
    other = sm.Agreement(id="other", targets=())
    book = sm.Portfolio((SECOND, other, AGREED, SECOND.amend()))
    assert (list(book), len(book), dict(book)) == (["payroll", "other"], 2, {"payroll": SECOND, "other": other})
    assert [one.version for one in book.versions("payroll")] == [1, 2, 3]
    assert book.get("payroll") is SECOND
    assert refused(lambda: book.versions("pairoll"))[1] == "no agreement 'pairoll'; did you mean 'payroll'?"


def test_as_of() -> None:
    """What bound us, and what we believed: at most one version of each agreement (4.6)."""
    other = sm.Agreement(id="other", targets=(), starts_on="2026-08-01")
    book = sm.Portfolio((AGREED, evolve(SECOND, recorded_at=at("2026-08-15")), other), which="all")
    assert [dict(book.as_of(date(2026, month, 1))) for month in (5, 7)] == [
        {"payroll": AGREED},
        {"payroll": book["payroll"]},
    ]
    believed = book.as_of(date(2026, 8, 1), known_at=at("2026-08-01"))
    assert dict(believed) == {"payroll": AGREED, "other": other}
    assert believed.which == "all"
    assert len(book.as_of(datetime(1999, 1, 1, tzinfo=UTC))) == 0
    assert len(book.as_of(datetime(2026, 6, 30, 23, tzinfo=UTC))["payroll"].change_note) == len("faster")


DAYS = st.integers(0, 40).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
KNOWN = st.none() | DAYS.map(lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@st.composite
def series(draw: st.DrawFn) -> list[sm.Agreement]:
    """Return versions in order, with gaps, ends, terminations and renewals that became known sooner or later."""
    starts = sorted(draw(st.lists(DAYS, min_size=1, max_size=5)))
    found = []
    for number, start in enumerate(starts, 1):
        end = draw(st.none() | DAYS)
        end = max(end, start) if end else None
        one = sm.Agreement(
            id="x",
            targets=(),
            version=number,
            starts_on=start.isoformat(),
            ends_on=end.isoformat() if end else "",
            recorded_at=draw(KNOWN),
            state=draw(st.sampled_from(["agreed", "agreed", "agreed", "draft"])),
        )
        if one.state == "agreed" and end and draw(st.booleans()):
            one = one.renew((end + timedelta(days=draw(st.integers(1, 9)))).isoformat(), draw(KNOWN))
        elif one.state == "agreed" and draw(st.booleans()):
            day = draw(DAYS)
            one = one.terminate(datetime(day.year, day.month, day.day, tzinfo=UTC), recorded_at=draw(KNOWN))
        found.append(one)
    return found


def naive(versions: list[sm.Agreement], day: date, known: datetime | None) -> sm.Agreement | None:
    """Look at every version, one after another, as a clerk would with the papers on the table."""

    def seen(recorded: datetime | None) -> bool:
        return known is None or recorded is None or recorded <= known

    holds = None
    for one in versions:
        if one.state == "agreed" and seen(one.recorded_at) and date.fromisoformat(one.starts_on) <= day:
            holds = one
    if holds is None:
        return None
    last = [holds.ends_on, *(each.until for each in holds.renewals if seen(each.recorded_at))][-1]
    gone = holds.termination
    if last and day > date.fromisoformat(last):
        return None
    return None if gone and seen(gone.recorded_at) and gone.at.date() <= day else holds


@given(series(), DAYS, KNOWN)
def test_as_of_agrees_with_a_naive_scan(versions: list[sm.Agreement], day: date, known: datetime | None) -> None:
    """For any versions, on both axes of time, as_of finds what a clerk finds who looks at each."""
    book = sm.Portfolio(tuple(reversed(versions)))
    found = book.as_of(day, known_at=known)
    expected = naive(versions, day, known)
    assert [one.version for one in found.agreements] == ([] if expected is None else [expected.version])
    active = [one.version for one in versions if _status(book, one.version, day, known) == "active"]
    assert active == [one.version for one in found.agreements]


def _status(book: sm.Portfolio, version: int, day: date, known: datetime | None) -> str:
    try:
        return book.versions("x").status(version, day, known_at=known)
    except sm.AgreementError:
        return "unknown"
