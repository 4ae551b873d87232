"""Agreements are written to files: what the text looks like, and that no dialect, kind or case is lost on the way."""

import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import slamodel as sm
from slamodel.io.agreements.kinds import BUILT_IN
from slamodel.model.approval import Suspension
from slamodel.model.dialects import DIALECTS
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.portfolio import Portfolio
from slamodel.model.selector import In
from slamodel.model.target import Moment, Target
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR

CASES = Path(__file__).parent.parent / "cases"
ALWAYS = sm.ServiceCalendar(hours="24x7")
HEAD: dict[str, Any] = {"slamodel": 1, "agreement": "x", "calendar": "24x7"}
SHORT = """\
slamodel: 1
agreement: it-helpdesk
kind: sla
name: IT helpdesk for all staff
provider: IT Services
customer: All departments
from: 2026-01-01
calendar:
  timezone: Europe/London
  hours: {mon-fri: "09:00-17:00"}
  holidays: GB-ENG
targets:
  respond: {P1: 30m, P2: 1h, P3: 4h}
  resolve: {P1: 4h, P2: 8h, P3: 3bd}
pauses:
  awaiting_customer: {when: {status: awaiting_customer}}
measured:
  - {id: resolve-95, what: resolve, expected: 95%, per: month}
"""
RESPOND = """\
  respond:
    kind: respond
    P1: {within: 30m}
    P2: {within: 1h}
    P3: {within: 4h}
    starts: opened
    stops: first_reply
    cancels: cancelled
    reopens: reopened
    at_limit: met
    judge: elapsed
    priority_change: carry
    reopen: ignore
    cycles: once
    resolution: us
    pause_measure: covered
    due_while_paused: none
    boundary: close
    start_with_stop: never_ran
    pause_with_resume: neither
    forgive_on_downgrade: false
    retroactive_pause: true
    negative_remaining: true
    percent_decimals: 2
"""


def test_short_form() -> None:
    """The short form of the helpdesk is the file that somebody would write."""
    assert sm.dumps(sm.load(CASES / "agreement-helpdesk.yaml"), long=False) == SHORT


def test_long_form() -> None:
    """The long form says every option, and every holiday by its date and name."""
    text = sm.dumps(sm.load(CASES / "agreement-helpdesk.yaml"))
    assert RESPOND in text
    assert "2026-12-28: Boxing Day (observed)" in text.replace('"', "")
    assert "source: holidays" in text


@pytest.mark.parametrize(
    "path", sorted({*CASES.glob("agreement-*.yaml"), *CASES.parent.parent.glob("examples/**/*.yaml")})
)
@pytest.mark.parametrize("suffix", [".yaml", ".toml", ".json"])
def test_files(path: Path, suffix: str, tmp_path: Path) -> None:
    """File -> agreement -> file -> agreement is identity, for the cases and the examples."""
    try:
        book = sm.load(path)
    except sm.AgreementError:
        pytest.skip("wrong on purpose")
    for long in (True, False):
        sm.dump(book, tmp_path / f"written{suffix}", long=long)
        assert sm.load(tmp_path / f"written{suffix}") == book


@pytest.mark.parametrize("dialect", ["", *DIALECTS])
@pytest.mark.parametrize("kind", ["", *BUILT_IN])
def test_kinds_and_dialects(kind: str, dialect: str) -> None:
    """What a kind and a dialect give is written, or given again, and never lost; so it is where a target differs."""
    options: dict[str, Any] = {"kind": kind} if kind else {"stops": "done"}
    options |= {"while": {"group": "network"}} if kind == "ownership" else {}
    options |= {"dialect": dialect} if dialect else {}
    differences: list[dict[str, Any]] = [{}]
    differences += [{"reopen": "continue"}, {"grace": "1m", "stops": {"status": "closed"}}, {"at_limit": "met"}]
    for more in differences:
        book = sm.load({**HEAD, "targets": {"it": {"within": "4h", **options, **more}}})
        for long in (True, False):
            assert sm.load(sm.to_dict(book, long=long)) == book


@pytest.mark.parametrize(
    "target",
    [
        {"within": "2d", "ignore_after": "0.5d", "stops": "closed"},
        {"within": "0.5d", "stops": "closed"},
        {"every": {"P1": "30m"}, "until": {"do": "x"}},
        {"kind": "update", "P1": "30m", "P4": "none"},
        {"within": "1h", "per": "group", "kind": "ownership"},
        {"P1": "1h", "P4": "none", "stops": {"at": "closed_at"}},
        {"within": {"field": "agreed_hours", "reading": "hours"}, "stops": "closed"},
        {"within": "1h", "warn_at": ["50%", "breach + 0.5d"], "stops": "closed"},
        {"within": "1h", "priority_change": "retroactive_floor", "floor": "5m", "stops": "closed"},
        {"within": "1h", "stops": {"do": ["a.b"]}, "for": {"do": {"not": None}}},
        {"default": "1h", "P4": "none", "stops": "closed", "for": "P1"},
    ],
)
def test_odd_targets(target: dict[str, Any]) -> None:
    """Targets at the edges of what a file can say come back equal."""
    book = sm.load({**HEAD, "priority": {"order": ["P1", "P4"]}, "targets": {"it": target}})
    for long in (True, False):
        assert sm.load(sm.to_dict(book, long=long)) == book


def test_priorities_left_out() -> None:
    """A priority that a target leaves out on purpose stays left out, though the agreement lists it."""
    targets = {"resolve": {"P1": "4h", "within": "none"}}
    book = sm.load({**HEAD, "priority": {"order": ["P1", "P2"], "field": "urgency"}, "targets": targets})
    assert sm.load(sm.to_dict(book)) == book
    assert book["x"]["resolve"].limit_for("P2") is None


def refused(**changes: Any) -> str:
    """What is said where an agreement made in Python cannot be written."""
    target = evolve(Target(id="t", limits=((None, Limit(Amount(us=HOUR), ALWAYS)),), agreement="x"), **changes)
    with pytest.raises(sm.AgreementError) as error:
        sm.dumps(sm.Agreement(id="x", targets=(target,)))
    return str(error.value)


def test_refusals() -> None:
    """What no file can say is an error, never a file that says something else."""
    office = sm.ServiceCalendar(hours={"mon": "09:00-17:00"})
    both = (("P1", Limit(Amount(us=1), office)), ("P2", Limit(Amount(us=1), ALWAYS)))
    assert "on different ones; name them" in refused(limits=both)
    assert "a calendar of its own called 'desk'" in refused(limits=((None, Limit(Amount(us=1), office, "desk")),))
    assert "a field called 'any' cannot be written" in refused(stops=Moment(In("any", ("x",))))
    assert "floor has no effect here" in refused(floor=Amount(us=1))
    rule = PauseRule("a", In("status", ("x",)))
    one = Target(id="t", limits=both[1:], pauses=(rule, evolve(rule, name="b")))
    twice = evolve(one, id="u", pauses=(evolve(rule, clause="other"),))
    crossed = evolve(one, id="u", pauses=one.pauses[::-1])
    for targets, said in (((one, twice), "two pauses are called 'a'"), ((one, crossed), "in different orders")):
        with pytest.raises(sm.AgreementError, match=said):
            sm.dumps(sm.Agreement(id="x", targets=targets))
    with pytest.raises(sm.AgreementError, match="at least one agreement"):
        sm.dumps(Portfolio())
    with pytest.raises(sm.AgreementError, match="format 'yml' is not written; did you mean 'yaml'"):
        sm.dumps(sm.load({**HEAD, "targets": {"resolve": "1h"}}), format="yml")


COMBINED = """
slamodel: 1
agreement: sun
timezone: Europe/London
calendars:
  round: {either: [london, {timezone: Asia/Bangkok, hours: {mon-fri: "09:00-17:00"}}, night]}
  london: {hours: {mon-fri: "09:00-17:00"}}
  night: {hours: {daily: "22:00-06:00"}}
  quiet: {outside: london}
  rest: {without: [24x7, london]}
targets:
  resolve: {P1: {within: 4h, cover: round}, P2: {within: 4h, cover: quiet}, P3: {within: 4h, cover: rest}}
"""


def test_combined_calendars() -> None:
    """Calendars are combined in the file by name or in place, before or after their parts, and come back."""
    book = sm.loads(COMBINED)
    calendars = dict(book["sun"].calendars)
    bangkok = sm.ServiceCalendar(timezone="Asia/Bangkok", hours={"mon-fri": "09:00-17:00"})
    assert [*calendars] == ["round", "london", "night", "quiet", "rest"]
    assert calendars["round"] == calendars["london"] | bangkok | calendars["night"]
    assert calendars["quiet"] == ~calendars["london"]
    assert sm.loads(sm.dumps(book)) == book


@pytest.mark.parametrize(
    ("calendar", "message"),
    [
        ("{either: [london]}", "['london'] are not calendars to combine; write either: [office, desk] [E107]"),
        (
            "{without: [a, b, c]}",
            "['a', 'b', 'c'] are not calendars to combine; write without: [office, freeze] [E107]",
        ),
        (
            "{either: [london, lodnon]}",
            "calendar 'lodnon' is not defined above its combination; did you mean 'london'?",
        ),
        ("{either: [london, london], both: [london, london]}", "combines calendars by either and both; write one of"),
        ("{eihter: [london, london], outside: london}", "unknown key; did you mean 'either'? [E101]"),
    ],
)
def test_wrong_combinations(calendar: str, message: str) -> None:
    """What is wrong with a combination is said at its place."""
    text = COMBINED.replace("{outside: london}", calendar).replace("P2: {within: 4h, cover: quiet}, ", "")
    with pytest.raises(sm.AgreementError) as error:
        sm.loads(text)
    assert any(message in str(problem) for problem in error.value.problems)
    assert all(problem.line == 9 for problem in error.value.problems)


def test_unsaid() -> None:
    """A party without a role is refused, as are facts that a version cannot have: a file would say something else."""
    book = sm.load({**HEAD, "provider": "it", "customer": "all", "targets": {"resolve": "4h"}})
    one, wrong = book["x"], Suspension(datetime(2026, 1, 1, tzinfo=UTC))
    for made, said in (
        (evolve(one, parties=(sm.Party("audit"),)), "'audit' plays no role in agreement 'x'"),
        (evolve(one, approvals=(sm.Approval("ann"),)), "'ann' approves agreement 'x' and plays no role in it"),
        (evolve(one, approvals=(sm.Approval("it"),)), "version 1 of 'x' lacks an approval by customer 'all'"),
        (evolve(one, state="draft", suspensions=(wrong,)), "is draft; only what is agreed is suspended"),
    ):
        with pytest.raises(sm.AgreementError, match=said):
            sm.dumps(made)


VERSIONS = """\
slamodel: 1
which: strictest
agreements:
  - agreement: payroll
    kind: sla
    version: 2
    state: proposed
    as_of: latest
    mid_period: split
    precedence: -1
    applies: {client: [acme, beta]}
    recorded_at: "2026-06-12T16:00:00+01:00"
    approvals: [{party: msp, person: Ann, at: "2026-06-10T00:00:00+01:00"}]
    change_note: P2 in 6 hours
    provider: msp
    customer: borough
    from: 2026-07-01
    calendar: {timezone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
    targets: {resolve: {P1: 4h, P2: 6h}}
  - agreement: payroll
    kind: sla
    suspensions:
      - {from: "2026-03-01T00:00:00+00:00", until: "2026-03-08T00:00:00+00:00", reason: unpaid}
      - {from: "2026-04-01T00:00:00+01:00", recorded_at: "2026-04-02T00:00:00+00:00"}
    termination: {at: "2028-03-01T10:00:00+00:00", reason: insolvent, by: borough}
    renewals: [{until: 2027-12-31}, {until: 2028-12-31, recorded_at: "2027-11-01T00:00:00+00:00", note: again}]
    provider: msp
    customer: borough
    from: 2026-01-01
    until: 2026-12-31
    calendar: {timezone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
    targets: {resolve: {P1: 4h, P2: 8h}}
"""


def test_versions_are_written() -> None:
    """Every fact of a version has its key, and versions of one agreement stand beside each other in one file."""
    book = sm.loads(VERSIONS)
    assert sm.dumps(book, long=False) == VERSIONS
    for form in ("yaml", "toml", "json"):
        for long in (True, False):
            again = sm.loads(sm.dumps(book, format=form, long=long), format=form)
            assert again == book
            assert pickle.loads(pickle.dumps(again)) == book  # noqa: S301  our own


SERVICES: dict[str, Any] = {
    "slamodel": 1,
    "services": {
        "payroll": {"components": {"needed": 1, "of": ["db", {"all_of": ["web", "net"]}]}},
        "db": {},
        "web": {},
        "net": {},
    },
    "agreements": [
        {"agreement": "x", "calendar": "24x7", "services": ["payroll"], "targets": {"resolve": "4h"}},
        {"agreement": "y", "provider": "it", "calendar": "24x7", "targets": {"resolve": "4h"}},
    ],
}


def test_services_of_a_file() -> None:
    """A service that rests on services of the whole file is written with them; nobody says different things of one."""
    book = sm.load(SERVICES)
    for one in (book, Portfolio((book["x"],))):
        assert sm.load(sm.to_dict(one)) == one
        assert [*sm.to_dict(one)["services"]] == ["db", "web", "net", "payroll"]
    other = evolve(book["y"], services=(evolve(book["x"].services[0], owner="Ann"),))
    with pytest.raises(sm.AgreementError, match="say different things of one service"):
        sm.dumps(Portfolio((book["x"], other)))


def test_exclusion_of_everything() -> None:
    """An exclusion of a built-in kind that is about everything is not taken for what its kind is about."""
    said = {"exclusions": [{"name": "force_majeure", "when": {"all": []}}, {"name": "duplicate"}]}
    book = sm.load({**HEAD, **said, "targets": {"resolve": "4h"}})
    assert sm.load(sm.to_dict(book)) == book
