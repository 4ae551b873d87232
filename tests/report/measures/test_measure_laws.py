"""Laws of measured time: a walk minute by minute says the same as windows, causes and suspensions laid together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.approval import Suspension
from slamodel.model.portfolio import Portfolio
from slamodel.report.measures.measure import measure

START = datetime(2026, 6, 1, tzinfo=UTC)
DAYS, STEP = 3, timedelta(minutes=30)
SLOTS = DAYS * 48
TEXT = """
slamodel: 1
agreement: uptime
timezone: UTC
calendars: {office: {hours: {daily: "06:00-22:00"}}}
calendar: office
services: [web]
targets: {resolve: 8h}
measured: [{id: up, what: availability, of: web, during: office, expected: 99%, per: day}]
windows: {nights: {recurs: "daily 05:00-07:30"}}
exclusions:
  - {name: planned_maintenance, effect: EFFECT, at_most: 1h per day}
  - {name: customer_caused}
"""


class Down(NamedTuple):
    """An outage in half hours, and whose it was."""

    start: int
    length: int
    customer: bool


@cache
def book(effect: str, suspended: tuple[int, int] | None) -> Portfolio:
    (one,) = sm.loads(TEXT.replace("EFFECT", effect)).values()
    if suspended is None:
        return Portfolio((one,))
    start, end = (START + at * STEP for at in suspended)
    return Portfolio((evolve(one, suspensions=(Suspension(start, end),)),))


def walked(day: int, rows: list[Down], effect: str, suspended: tuple[int, int] | None) -> Fraction | None:
    """Return the availability of a day, half hour by half hour."""
    agreed = lost = 0
    allowed = 2  # half hours of planned work in agreed time, the earliest first
    for slot in range(day * 48, day * 48 + 48):
        hour = slot % 48
        if not 12 <= hour < 44:
            continue
        if suspended and suspended[0] <= slot < suspended[1]:
            allowed -= 10 <= hour < 15  # the window is spent there too
            continue
        planned = 10 <= hour < 15 and allowed > 0
        allowed -= planned
        here = [row for row in rows if row.start <= slot < row.start + row.length]
        caused = bool(here) and all(row.customer for row in here)
        if (planned and effect == "remove") or (caused and effect == "count_as_up"):
            continue  # M4 cause: what is both removed and counted as up is removed
        if planned:
            agreed, lost = agreed + 1, lost + (effect == "count_as_down")
        elif not caused:
            agreed, lost = agreed + 1, lost + bool(here)
    return Fraction(agreed - lost, agreed) if agreed else None


downs = st.builds(Down, st.integers(0, SLOTS - 1), st.integers(1, 20), st.booleans())
spans = st.one_of(st.none(), st.tuples(st.integers(0, 100), st.integers(1, 40)).map(lambda pair: (pair[0], sum(pair))))


@given(st.lists(downs, max_size=6), st.sampled_from(["remove", "count_as_up", "count_as_down"]), spans)
def test_walk(rows: list[Down], effect: str, suspended: tuple[int, int] | None) -> None:
    """Windows with an allowance, causes and suspensions together are what a walk over the time says."""
    found = sm.outages(
        ["web"] * len(rows),
        [START + row.start * STEP for row in rows],
        [START + (row.start + row.length) * STEP for row in rows],
        responsibility=["customer" if row.customer else "provider" for row in rows],
        services=["web"],
    )
    stretch = (START, START + timedelta(days=DAYS))
    report = measure(book(effect, suspended), outages=found, period=stretch)
    assert [figure.value for figure in report.figures("up")] == [
        walked(day, rows, effect, suspended) for day in range(DAYS)
    ]


@given(st.lists(downs, min_size=1, max_size=5), st.data())
def test_splitting_an_outage_changes_nothing(rows: list[Down], data: st.DataObject) -> None:
    """An outage told in two parts is the same outage."""
    which = data.draw(st.integers(0, len(rows) - 1))
    one = rows[which]
    cut = data.draw(st.integers(0, one.length))
    parts = [Down(one.start, cut, one.customer), Down(one.start + cut, one.length - cut, one.customer)]
    told = []
    for those in (rows, [*rows[:which], *parts, *rows[which + 1 :]]):
        found = sm.outages(
            ["web"] * len(those),
            [START + row.start * STEP for row in those],
            [START + (row.start + row.length) * STEP for row in those],
            responsibility=["customer" if row.customer else "provider" for row in those],
        )
        report = measure(book("remove", None), outages=found, period=(START, START + timedelta(days=DAYS)))
        told.append([figure.value for figure in report.figures("up")])
    assert told[0] == told[1]
