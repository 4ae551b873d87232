"""The breach register, and what is done about it: links at fault, whose they are, statuses that follow from data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

import slamodel as sm
from slamodel.report.attainment.goals import Goal
from slamodel.report.improvement.actions import CorrectiveAction, Improvement, ImprovementPlan
from slamodel.report.improvement.register import breach_register
from slamodel.report.metrics.measurement import Measurement
from slamodel.report.periods import periods
from tests.tickets import at, rows

BOOK = """
slamodel: 1
calendars: {always: 24x7}
agreements:
  - agreement: borough
    provider: acme
    customer: council
    calendar: always
    targets:
      resolve: {P1: 4h, P2: 8h, clause: "Sch 2.2"}
    backed_by:
      resolve/P2: {in_order: [desk/triage, {all_of: [server/restore, telco/repair]}]}
  - agreement: desk
    kind: ola
    provider: Service Desk
    customer: Delivery
    calendar: always
    targets: {triage: {within: 15m, starts: opened, stops: assigned}}
  - agreement: server
    kind: ola
    provider: Server Team
    customer: Service Desk
    calendar: always
    targets: {restore: {within: 6h, starts: assigned, stops: restored}}
  - agreement: telco
    kind: uc
    provider: Telco plc
    customer: acme
    calendar: always
    targets: {repair: {within: 5h, starts: logged, stops: repaired}}
"""
LOG = {
    "I1": rows(  # the desk and the telco were late
        "2026-06-01T00:00Z opened priority=P2 cause=line",
        "2026-06-01T01:00Z assigned",
        "2026-06-01T01:00Z logged",
        "2026-06-01T06:00Z restored",
        "2026-06-01T09:00Z repaired",
        "2026-06-01T10:00Z resolved",
    ),
    "I2": rows(  # all in time, and late all the same
        "2026-06-02T00:00Z opened priority=P2 cause=7",
        "2026-06-02T00:10Z assigned",
        "2026-06-02T05:00Z restored",
        "2026-06-02T12:00Z resolved",
    ),
    "I3": rows("2026-06-01T03:00Z opened priority=P1", "2026-06-01T03:30Z assigned"),  # nothing is behind P1
    "I4": rows("2026-06-04T00:00Z opened priority=P2", "2026-06-04T00:10Z assigned", "2026-06-04T03:00Z resolved"),
}
NOW = at("2026-06-04T06:00Z")
DOUBLE = CorrectiveAction(id="CA1", statement="A second line", causes=("line",), due=date(2026, 7, 1))
TRAIN = CorrectiveAction(id="CA2", statement="Train the desk", items=("I2",), done_on=date(2026, 6, 20))


def log() -> list[dict[str, Any]]:
    return [{"item": item, **row} for item, each in LOG.items() for row in each]


def judged() -> tuple[sm.VerdictTable, sm.Portfolio]:
    book = sm.loads(BOOK)
    return sm.evaluate(book, sm.read_events(log()), as_of=NOW), book


def test_register() -> None:
    """A breach names the links that were late on its item, and whose they are; else the provider (M8 fault)."""
    verdicts, book = judged()
    promises = verdicts.column("target") == "resolve"
    found = breach_register(verdicts, book, causes="cause", actions=[DOUBLE, TRAIN], rows=promises).to_dicts()
    assert [row["item"] for row in found] == ["I3", "I1", "I2"]
    none, line, chain = found
    assert line == {
        "item": "I1",
        "agreement": "borough",
        "target": "resolve",
        "priority": "P2",
        "breached_at": at("2026-06-01T08:00Z"),
        "stage": "missed",
        "late": timedelta(hours=2),
        "cause": "line",
        "at_fault": ("desk/triage", "telco/repair"),
        "unjudged": (),
        "responsible": ("Service Desk", "Telco plc"),
        "clause": "Sch 2.2",
        "actions": ("CA1",),
    }
    assert (chain["at_fault"], chain["responsible"], chain["cause"], chain["actions"]) == ((), ("acme",), "7", ("CA2",))
    assert (none["stage"], none["at_fault"], none["responsible"], none["cause"]) == ("running", (), ("acme",), None)
    assert none["late"] == NOW - at("2026-06-01T03:00Z") - timedelta(hours=4)


def test_links_that_nobody_judged() -> None:
    """Where links were not judged, and no other was late, nobody is told to be responsible (M8 fault)."""
    verdicts, book = judged()
    alone = sm.evaluate(book["borough"].targets, sm.read_events(log()), as_of=NOW)
    found = {row["item"]: row for row in breach_register(alone, book).to_dicts()}
    links = ("desk/triage", "server/restore", "telco/repair")
    assert (found["I1"]["at_fault"], found["I1"]["unjudged"], found["I1"]["responsible"]) == ((), links, ())
    assert (found["I3"]["unjudged"], found["I3"]["responsible"]) == ((), ("acme",))
    lacking = sm.Portfolio(tuple(one for one in book.agreements if one.id != "telco"))
    some = sm.evaluate(lacking, sm.read_events(log()), as_of=NOW)
    row = next(row for row in breach_register(some, book) if (row["item"], row["target"]) == ("I1", "resolve"))
    assert (row["at_fault"], row["unjudged"], row["responsible"]) == (
        ("desk/triage",),
        ("telco/repair",),
        ("Service Desk",),
    )
    assert len(verdicts) > len(some) > len(alone)


def test_paretos() -> None:
    """The register counted by cause, by link and by party; a breach with two links counts for both."""
    verdicts, book = judged()
    promises = verdicts.column("target") == "resolve"
    found = breach_register(verdicts, book, causes={"I1": "line", "I3": "line"}, rows=promises)
    assert found.pareto().column("cause").tolist() == ["line", None]
    assert found.pareto("at_fault").to_dicts()[0] == {
        "cause": "desk/triage",
        "count": 1,
        "share": Fraction(1, 4),
        "cumulative": Fraction(1, 4),
    }
    assert found.pareto("responsible").column("cause").tolist() == ["acme", "Service Desk", "Telco plc"]
    with pytest.raises(sm.AgreementError, match="not counted by 'causes'; did you mean 'cause'"):
        found.pareto("causes")


def test_window() -> None:
    """Breaches from `since` on, up to `until` and not with it; without a book nobody is told to be responsible."""
    verdicts, _ = judged()
    whole = breach_register(verdicts, since=at("2026-06-01T08:00Z"), until=at("2026-06-02T08:00Z"))
    assert [(row["item"], row["target"], row["responsible"]) for row in whole.to_dicts()] == [
        *(("I1", "resolve", ()), ("I3", "restore", ())),
    ]
    assert breach_register(verdicts, until=at("2026-06-01T00:00Z")).to_dicts() == []
    assert "I1,borough,resolve,P2,2026-06-01T08:00:00Z,missed,2:00:00" in whole.to_csv()
    with pytest.raises(sm.EventError, match="no field 'causes'; did you mean 'cause'"):
        breach_register(verdicts, causes="causes")


def test_versions() -> None:
    """The chain is that of the version by which the item was judged (C12)."""
    second = """
  - agreement: borough
    version: 2
    from: 2026-06-02
    provider: acme
    customer: council
    calendar: always
    targets: {resolve: {P2: 8h}}
    backed_by: {resolve/P2: desk/triage}
"""
    first = BOOK.replace("agreement: borough\n", "agreement: borough\n    from: 2026-01-01\n    timezone: UTC\n", 1)
    book = sm.loads(first + second.replace("calendar: always", "timezone: UTC\n    calendar: always"))
    verdicts = sm.evaluate(book, sm.read_events(log()), as_of=NOW)
    rows_ = [
        row for row in breach_register(verdicts, book).to_dicts() if row["item"] == "I1" and row["target"] == "resolve"
    ]
    assert rows_[0]["at_fault"] == ("desk/triage", "telco/repair")


# What is done.

MONTHS = periods("month", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
GOAL = Goal(expected=Fraction(95, 100))


def share(good: int, n: int) -> Measurement:
    return Measurement(value=Fraction(good, n) if n else None, n=n, good=good if n else None)


def improvement(*actions: CorrectiveAction, **more: Any) -> Improvement:
    given: dict[str, Any] = {
        "id": "SIP1",
        "statement": "Fewer late fixes",
        "measures": "p2-resolved",
        "baseline": share(180, 200),
        "goal": GOAL,
        "approved_on": date(2026, 6, 10),
        "actions": actions,
    }
    return Improvement(**{**given, **more})


FIGURES = [share(18, 20)] * 5 + [share(20, 20), share(0, 0), share(94, 96)]


def test_status_follows_from_data() -> None:
    """From identified to verified: by approvals, by actions that are done, and by the figures that come after."""
    one, two = DOUBLE, TRAIN
    done = CorrectiveAction(id="CA1", statement="A second line", done_on=date(2026, 6, 30), due=date(2026, 6, 25))
    assert improvement(one, two, approved_on=None).status(date(2026, 7, 1)) == "identified"
    assert improvement(one, two).status(date(2026, 6, 9)) == "identified"
    assert improvement(one, two).status(date(2026, 6, 10)) == "approved"
    assert improvement().status(date(2026, 6, 10)) == "approved"
    assert improvement(one, two).status(date(2026, 6, 20)) == "in_progress"
    assert improvement(done, two).status(date(2026, 6, 29)) == "in_progress"
    closed = improvement(done, two)
    assert closed.status(date(2026, 6, 30)) == "closed"
    after = closed.measured(FIGURES, MONTHS)
    assert after.outcome is not None
    assert (after.outcome.value, after.outcome.n) == (Fraction(94, 96), 96)
    assert after.status(date(2026, 9, 1)) == "verified"
    assert after.status(date(2026, 6, 29)) == "in_progress"
    worse = closed.measured([share(1, 2)] * 8, MONTHS)
    assert (worse.status(date(2026, 9, 1)), worse.difference and worse.difference.wording) == (
        "not_reached",
        "clearly worse",
    )


def test_outcome() -> None:
    """Only periods that begin after the last action's day count (M8 outcome); shares together, others by their last."""
    late = CorrectiveAction(id="a", statement="b", done_on=date(2026, 5, 31))
    assert improvement(late).measured(FIGURES, MONTHS).outcome == share(114, 116)
    later = CorrectiveAction(id="a", statement="b", done_on=date(2026, 6, 1))
    assert improvement(later).measured(FIGURES, MONTHS).outcome == share(94, 96)
    assert improvement(later, DOUBLE).measured(FIGURES, MONTHS).outcome is None
    none = CorrectiveAction(id="a", statement="b", done_on=date(2026, 12, 1))
    assert improvement(none).measured(FIGURES, MONTHS).outcome is None
    times = [Measurement(value=Fraction(hours), n=5) for hours in (9, 8, 8, 8, 7, 6, 5, 4)]
    timed = improvement(late, baseline=times[0], goal=Goal(expected=Fraction(5), comparison="le")).measured(
        times, MONTHS
    )
    assert timed.outcome == times[-1]
    assert (timed.difference, timed.status(date(2026, 9, 1))) == (None, "verified")


def test_difference() -> None:
    """How far it moved, and whether that may be chance: 90 % of 200 to 97.9 % of 96."""
    done = CorrectiveAction(id="a", statement="b", done_on=date(2026, 6, 30))
    found = improvement(done).measured(FIGURES, MONTHS).difference
    assert found is not None
    assert (found.value, found.wording) == (Fraction(94, 96) - Fraction(9, 10), "clearly better")


def test_overdue() -> None:
    """An action is overdue after its due, on it it is not; an improvement is with it, or by its own."""
    assert [DOUBLE.status(day) for day in (date(2026, 7, 1), date(2026, 7, 2))] == ["open", "overdue"]
    assert TRAIN.status(date(2026, 6, 19)) == "open"
    assert improvement(DOUBLE).is_overdue(date(2026, 7, 2))
    assert not improvement(DOUBLE).is_overdue(date(2026, 7, 1))
    own = improvement(TRAIN, due=date(2026, 6, 19))
    assert [own.is_overdue(date(2026, 6, day)) for day in (19, 20)] == [False, False]
    assert improvement(DOUBLE, due=date(2026, 6, 19)).is_overdue(date(2026, 6, 20))


def test_plan() -> None:
    """The plan is a table of its improvements on a date."""
    done = CorrectiveAction(id="a", statement="b", done_on=date(2026, 6, 30))
    plan = ImprovementPlan((improvement(done).measured(FIGURES, MONTHS), improvement(DOUBLE)), date(2026, 9, 1))
    first, second = plan.to_dicts()
    assert (first["status"], first["baseline"], first["goal"], first["outcome"], first["overdue"]) == (
        "verified",
        Fraction(9, 10),
        Fraction(19, 20),
        Fraction(94, 96),
        False,
    )
    assert first["difference"].startswith("+7.9 points")
    assert (second["status"], second["outcome"], second["difference"], second["overdue"]) == (
        "approved",
        None,
        None,
        True,
    )
    assert [one.id for one in plan.actions] == ["a", "CA1"]
    assert plan.to_csv().count("\n") == 3


NAMELESS: list[Callable[[], Any]] = [
    lambda: CorrectiveAction(id="", statement="x"),
    lambda: CorrectiveAction(id="x", statement=""),
    lambda: improvement(id=""),
]


@pytest.mark.parametrize("make", NAMELESS)
def test_nameless(make: Callable[[], Any]) -> None:
    """What is done has a name and says what it is."""
    with pytest.raises(sm.AgreementError, match="say what it is called"):
        make()
