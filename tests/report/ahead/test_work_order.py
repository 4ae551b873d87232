"""Which ticket next: orders of work, the exact ones, and what cannot be done in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slamodel as sm
from slamodel.errors import DurationError, InstantError
from slamodel.report.ahead.chances import chances
from slamodel.report.ahead.work import exact
from slamodel.report.ahead.work.commitments import commitments
from slamodel.report.ahead.work.feasible import FEASIBLE, INFEASIBLE, UNDECIDED, feasibility
from slamodel.report.ahead.work.jobs import Job
from slamodel.report.ahead.work.order import work_order
from slamodel.report.ahead.work.orders import ORDERS

WORKER = sm.ServiceCalendar(timezone="UTC", hours={"mon-fri": "09:00-17:00"})
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)  # a Monday


def at(hour: int, day: int = 1) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


G1 = [Job("A", at(12), "2h", 100), Job("B", at(10), "1h", 50), Job("C", at(13), "3h", 400), Job("D", at(15), "1h", 10)]


@pytest.mark.parametrize(
    ("by", "order", "late", "penalty"),
    [
        ("edd", "BACD", "CD", 410),
        ("least_slack", "BACD", "CD", 410),
        ("fewest_late", "BADC", "C", 400),
        ("least_penalty", "BCDA", "A", 100),
        ("penalty_rate", "CABD", "ABD", 160),
    ],
)
def test_g1(by: str, order: str, late: str, penalty: int) -> None:
    """G1: 09:00, one worker: each order, what is late in it, and what that costs."""
    found = work_order(G1, NOW, WORKER, by=by)
    assert ("".join(found.names), "".join(found.late), found.penalty) == (order, late, Fraction(penalty))


def test_g1_verdict() -> None:
    """G1: infeasible: 7 h of work, 4 h before 13:00 needs 6 h, with the minimal set to give up."""
    found = feasibility(G1, NOW, WORKER)
    assert str(found) == (
        "infeasible: 7h of work, 4h before Mon 2026-06-01 13:00 needs 6h; "
        "give up C (as few as possible), or A (the cheapest: 100)"
    )
    assert (found.verdict, found.fewest, found.cheapest, found.penalty) == (INFEASIBLE, ("C",), ("A",), Fraction(100))
    assert feasibility(G1, NOW, WORKER, workers=2).verdict == FEASIBLE


def test_places_have_reasons() -> None:
    """Every place says when it is done, in the worker's calendar, and why it stands there."""
    reasons = {by: [place.reason for place in work_order(G1, NOW, WORKER, by=by)] for by in ORDERS}
    assert reasons["edd"][0] == "due Mon 2026-06-01 10:00"
    assert reasons["least_slack"] == ["slack 0s", "slack 1h", "slack 1h", "slack 5h"]
    assert reasons["penalty_rate"][0] == "133.33 an hour"
    assert reasons["penalty_rate"][1] == "50 an hour"
    assert reasons["fewest_late"][-1] == "given up: 3h of work let more others be in time"
    assert reasons["least_penalty"][-1] == "given up: 100 is the cheapest loss"
    assert reasons["probability"][0] == "400 at stake"
    assert reasons["atc"][0].startswith("urgency ")
    assert str(work_order(G1, NOW, WORKER)[2]) == "C: done Mon 2026-06-01 15:00, late; due Mon 2026-06-01 13:00"
    assert work_order(G1, NOW, WORKER).max_lateness == timedelta(hours=2)
    row = work_order(G1, NOW, WORKER).to_dicts()[2]
    assert (row["item"], row["start"], row["end"], row["late"]) == ("C", at(12), at(15), True)


def test_time_is_the_workers() -> None:
    """Work goes on when the worker does: 6 h from 16:00 end at 14:00 on the next day, which is 1 h before the due."""
    found = work_order([Job("A", at(15, day=2), "6h")], at(16), WORKER, by="least_slack")
    assert (found[0].end, found[0].lateness, found[0].reason) == (at(14, day=2), timedelta(hours=-1), "slack 1h")
    # A due outside the worker's hours leaves no more time than the closing before it.
    night = feasibility([Job("A", at(22), "2h")], at(16), WORKER)
    assert (night.verdict, night.alone) == (INFEASIBLE, ("A",))
    over = work_order([Job("A", at(8), "1h")], NOW, WORKER)
    assert (over.late, over[0].lateness) == (("A",), timedelta(hours=1))


def test_atc_looks_at_slack() -> None:
    """ATC: the dear one with much time waits for the cheap one that is due; far ahead it is the penalty rate."""
    jobs = [Job("dear", at(16, day=5), "2h", 100), Job("soon", at(11), "2h", 60)]
    assert work_order(jobs, NOW, WORKER, by="atc").names == ("soon", "dear")
    assert work_order(jobs, NOW, WORKER, by="atc", k=1e9).names == ("dear", "soon")
    assert work_order(jobs, NOW, WORKER, by="penalty_rate").names == ("dear", "soon")
    # When the first is done no slack is left to either of the others, and the dearer one goes first (M10 atc).
    three = [Job("first", at(14), "5h", 1000), Job("dearer", at(14), "1h", 10), Job("due", at(10), "1h", 8)]
    assert work_order(three, NOW, WORKER, by="atc").names == ("first", "dearer", "due")
    with pytest.raises(ValueError, match="k is above zero"):
        work_order(jobs, NOW, WORKER, by="atc", k=0)


def test_probability_sees_to_what_can_be_saved() -> None:
    """Penalty times chance, and what can no longer be in time comes last."""
    jobs = [
        Job("sure", at(16), "1h", 100, chance=0.1),
        Job("likely", at(16), "1h", 40, chance=0.9),
        Job("lost", at(10), "3h", 900, chance=1.0),
    ]
    found = work_order(jobs, NOW, WORKER, by="probability")
    assert found.names == ("likely", "sure", "lost")
    assert found[2].reason == "too late: 2h short"


def test_several_workers() -> None:
    """Who is free first takes the next job; between the bounds nothing is decided."""
    found = work_order(G1, NOW, WORKER, by="edd", workers=2)
    assert [(place.job.name, place.worker, place.end.hour) for place in found] == [
        ("B", 1, 10), ("A", 2, 11), ("C", 1, 13), ("D", 2, 12),
    ]  # fmt: skip
    # Three jobs of 2 h due in 3 h for two workers: 6 h of work fits into 6 h, but nobody can share a job.
    tight = [Job(name, at(12), "2h") for name in "ABC"]
    found_tight = feasibility(tight, NOW, WORKER, workers=2)
    assert (found_tight.verdict, found_tight.before, found_tight.fewest) == (UNDECIDED, None, ("C",))
    assert found_tight.cheapest is None
    with pytest.raises(ValueError, match="best for one"):
        work_order(tight, NOW, WORKER, by="least_penalty", workers=2)
    with pytest.raises(ValueError, match="do nothing"):
        feasibility(tight, NOW, WORKER, workers=0)
    with pytest.raises(ValueError, match="did you mean 'edd'"):
        work_order(tight, NOW, WORKER, by="ed")


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"work": "0h"}, DurationError, "work takes longer"),
        ({"work": "1bd"}, DurationError, "hours of work"),
        ({"penalty": 1.5}, ValueError, "no exact penalty"),
        ({"penalty": -1}, ValueError, "no exact penalty"),
        ({"chance": 1.2}, ValueError, "no probability"),
        ({"due": datetime(2026, 6, 1)}, InstantError, "no UTC offset"),
    ],
)
def test_job_refuses(fields: dict[str, Any], error: type[Exception], words: str) -> None:
    """A job without work, with a penalty in floats or a naive due is no job."""
    with pytest.raises(error, match=words):
        Job(**{"name": "A", "due": at(12), "work": "1h", **fields})


def test_no_jobs() -> None:
    """Nothing to do is feasible."""
    assert str(feasibility([], NOW, WORKER)) == "feasible: 0s of work"
    assert (len(work_order([], NOW, WORKER)), work_order([], NOW, WORKER).max_lateness) == (0, timedelta())


def test_exact_amounts() -> None:
    """Penalties may be Decimals and fractions; of equal ones more jobs in time are better."""
    jobs = [Job("A", at(10), "1h", Decimal("0.10")), Job("B", at(10), "1h", Fraction(1, 10)), Job("C", at(11), "1h", 0)]
    found = work_order(jobs, NOW, WORKER, by="least_penalty")
    assert (found.names, found.penalty) == (("A", "C", "B"), Fraction(1, 10))


def test_penalty_goes_before_number() -> None:
    """M10 ties: three jobs in time are no better than one that costs more."""
    jobs = [Job("X", at(12), "3h", 3), Job("Y", at(12), "1h", 1), Job("Z", at(12), "1h", 1), Job("W", at(12), "1h", 0)]
    found = work_order(jobs, NOW, WORKER, by="least_penalty")
    assert (found.names[0], found.penalty) == ("X", Fraction(2))


def test_too_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many orders to keep in mind it says so, and what to do."""
    monkeypatch.setattr(exact, "MOST", 3)
    with pytest.raises(ValueError, match="order by fewest_late"):
        work_order(G1, NOW, WORKER, by="least_penalty")


JOBS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 14), st.integers(0, 9)), min_size=1, max_size=5)


def drawn(found: list[tuple[int, int, int]]) -> list[Job]:
    return [
        Job(f"J{n}", NOW + timedelta(hours=due), timedelta(hours=work), penalty)
        for n, (work, due, penalty) in enumerate(found)
    ]


ALWAYS = sm.ServiceCalendar(timezone="UTC", hours="24x7")


def costs(jobs: tuple[Job, ...]) -> tuple[int, int, int]:
    """Return (number late, penalty, largest lateness) of an order, counted by hand, in hours."""
    return counted([in_hours(job) for job in jobs])


def in_hours(job: Job) -> tuple[int, int, int]:
    return job.length // 3_600_000_000, (job.due - NOW) // timedelta(hours=1), int(job.penalty)


def counted(order: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    done, late, penalty, worst = 0, 0, 0, -100
    for work, due, cost in order:
        done += work
        over = done - due
        late, penalty, worst = late + (over > 0), penalty + (over > 0) * cost, max(worst, over)
    return late, penalty, worst


@given(JOBS)
def test_exact_orders_are_the_best(found: list[tuple[int, int, int]]) -> None:
    """EDD has the smallest largest lateness, Moore and Hodgson the fewest late, the exact order the least penalty."""
    jobs = drawn(found)
    every = [counted(order) for order in permutations(map(in_hours, jobs))]
    best = [min(one[n] for one in every) for n in range(3)]
    orders = {by: work_order(jobs, NOW, ALWAYS, by=by) for by in ORDERS}
    assert len(orders["fewest_late"].late) == best[0]
    assert orders["least_penalty"].penalty == best[1]
    assert orders["edd"].max_lateness == timedelta(hours=best[2])
    for order in orders.values():
        assert sorted(order.names) == sorted(job.name for job in jobs)
        told = costs(tuple(place.job for place in order))
        assert (len(order.late), order.penalty, order.max_lateness) == (
            told[0],
            Fraction(told[1]),
            timedelta(hours=told[2]),
        )
        assert orders["least_penalty"].penalty <= order.penalty
        assert len(orders["fewest_late"].late) <= len(order.late)
        assert orders["edd"].max_lateness <= order.max_lateness


SEVEN = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 18), st.integers(0, 9)), min_size=7, max_size=7)


@settings(max_examples=3)
@given(SEVEN)
def test_seven_jobs_in_every_order(found: list[tuple[int, int, int]]) -> None:
    """The same against all 5,040 orders of seven jobs."""
    jobs = drawn(found)
    every = [counted(order) for order in permutations(map(in_hours, jobs))]
    best = [min(one[n] for one in every) for n in range(3)]
    assert len(work_order(jobs, NOW, ALWAYS, by="fewest_late").late) == best[0]
    assert work_order(jobs, NOW, ALWAYS, by="least_penalty").penalty == best[1]
    assert work_order(jobs, NOW, ALWAYS, by="edd").max_lateness == timedelta(hours=best[2])


@given(JOBS, st.integers(1, 3))
def test_feasibility_bounds(found: list[tuple[int, int, int]], workers: int) -> None:
    """Feasible is feasible, infeasible is not, against every way to share the work; giving up is enough."""
    jobs = drawn(found[:4])
    told = feasibility(jobs, NOW, ALWAYS, workers=workers)

    def can(some: tuple[Job, ...]) -> bool:
        return any(_listed(order, workers) for order in permutations(some))

    possible = can(tuple(jobs))
    assert told.verdict in ({FEASIBLE, UNDECIDED} if possible else {INFEASIBLE, UNDECIDED})
    assert workers > 1 or told.verdict != UNDECIDED
    left = tuple(job for job in jobs if job.name not in told.fewest)
    assert can(left)
    if workers == 1:
        assert not any(can(some) for some in combinations(jobs, len(left) + 1))


def _listed(jobs: tuple[Job, ...], workers: int) -> bool:
    """Whether every job is in time when the free worker takes the next one of this order: some order is the best."""
    free = [0] * workers
    for job in jobs:
        free.sort()
        free[0] += job.length // 3_600_000_000
        if free[0] > (job.due - NOW) // timedelta(hours=1):
            return False
    return True


BOOK = """
slamodel: 1
agreements:
  - agreement: sla
    calendar: 24x7
    targets: {respond: {P1: 1h, P2: 2h}, resolve: {P1: 4h, P2: 8h}}
    pauses: {waiting: {when: {status: waiting}}}
  - agreement: telco
    kind: uc
    provider: telco
    customer: us
    calendar: 24x7
    targets: {repair: {P1: 30m, P2: 30m, starts: opened, stops: resolved}}
"""


def test_one_job_a_ticket() -> None:
    """Of several commitments on one ticket the most urgent own one binds, and is named; the others are listed."""
    rows: list[dict[str, Any]] = [
        {"item": "T1", "at": at(9), "do": "opened", "priority": "P1"},
        {"item": "T2", "at": at(9), "do": "opened", "priority": "P2"},
        {"item": "T2", "at": at(10), "do": "replied"},
        {"item": "T3", "at": at(9), "do": "opened", "priority": "P2"},
        {"item": "T3", "at": at(10), "do": "status", "to": "waiting"},
        {"item": "T3", "at": at(9), "do": "replied"},
    ]
    book = sm.loads(BOOK)
    verdicts = sm.evaluate(book, rows, as_of=at(10))
    jobs = commitments(verdicts, {"P1": "1h", "T2": "2h"}, penalty={"P1": 100, "P2": 10}, own=["sla"])
    assert [(job.name, job.binding, job.due, job.penalty) for job in jobs] == [
        ("T1", "sla/respond", at(10), 100),
        ("T2", "sla/resolve", at(17), 10),
    ]
    assert jobs[0].others == (("sla/resolve", at(13)),)
    every = commitments(verdicts, "1h", chances=chances(verdicts))
    assert [(job.name, job.binding) for job in every] == [
        ("T1", "telco/repair"),
        ("T2", "telco/repair"),
        ("T3", "telco/repair"),
    ]
    assert all(job.chance == 1.0 for job in every)
    with pytest.raises(ValueError, match="work of T2"):
        commitments(verdicts, {"T1": "1h"})
