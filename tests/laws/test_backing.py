"""The proof of a chain against a walker that starts every minute, looks at the wall clock, and knows nothing else.

Hours lie on a grid of 15 minutes, and so do limits and hand-offs: between two of its lines what a chain takes is
linear. So the walker's limit just after a line is drawn from the two minutes that follow it, and whether a stretch
fails is seen at a minute inside it.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.chain import AllOf, AnyOf, Chain, InOrder, Link
from slamodel.model.limit import Limit
from slamodel.report.backing import prove
from slamodel.report.backing_course import course
from slamodel.report.backing_legs import ruler
from slamodel.report.backing_proof import proof_of
from slamodel.report.backing_result import Backing
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import from_datetime
from tests.oracle import Oracle
from tests.strategies import documents

GRID = 15
LINE = timedelta(minutes=GRID)
MINUTE = timedelta(minutes=1)
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
# Weeks in which clocks change in London, New York and on Lord Howe, one in which nothing does, and Christmas.
DATES = ((3, 6), (3, 27), (4, 2), (6, 10), (10, 2), (10, 23), (10, 30), (12, 24))
WEEKS = [date(2026, month, day) for month, day in DATES]
LONGEST = timedelta(21)
DAYS = 3


class Walker:
    """The open minutes of a calendar's document, one by one, counted from ``first``."""

    def __init__(self, document: dict[str, Any], first: datetime) -> None:
        oracle = Oracle(document, LINE, first, first + LONGEST)
        looks = [oracle.look(first + i * LINE) for i in range(LONGEST // LINE)]
        self.is_open = [look for look in looks for _ in range(GRID)]
        self.open_minutes = [minute for minute, look in enumerate(self.is_open) if look]

    def due(self, start: int, amount: int) -> int:
        """Walk so many open minutes from a start: the end of the last of them."""
        last = bisect_left(self.open_minutes, start) + amount - 1
        assume(last < len(self.open_minutes))
        return self.open_minutes[last] + 1

    def elapsed(self, start: int, end: int) -> int:
        return bisect_left(self.open_minutes, end) - bisect_left(self.open_minutes, start)


@frozen
class Case:
    """A promise and a chain on calendars that the walker knows by their number (as each link's clause)."""

    documents: list[dict[str, Any]]
    promise: Limit
    chain: Chain
    first: datetime


@st.composite
def links(draw: st.DrawFn, calendars: list[sm.ServiceCalendar]) -> Link:
    number = draw(st.integers(0, len(calendars) - 1))
    amount = Amount(us=draw(st.integers(1, 40)) * GRID * 60_000_000)
    hand_off = Amount(us=draw(st.sampled_from([0, 0, 1, 3])) * GRID * 60_000_000)
    name = f"link-{draw(st.integers(0, 10**6))}"
    return Link(name, "done", Limit(amount, calendars[number]), hand_off, clause=str(number))


@st.composite
def chains(draw: st.DrawFn, calendars: list[sm.ServiceCalendar], depth: int = 2) -> Chain:
    if not depth or draw(st.integers(0, 2)) == 0:
        return draw(links(calendars))
    parts = draw(st.lists(chains(calendars, depth - 1), min_size=1, max_size=3 if depth == 1 else 2))
    branch = draw(st.sampled_from(["in order", "in order", "all", "any"]))
    return InOrder(parts) if branch == "in order" else AllOf(parts) if branch == "all" else AnyOf(parts)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    monday = draw(st.sampled_from(WEEKS))
    written = [
        draw(st.just({"timezone": "UTC", "hours": "24x7"}) | documents(draw(st.sampled_from(ZONES)), monday, grid))
        for grid in draw(st.lists(st.sampled_from([15, 30]), min_size=2, max_size=4))
    ]
    calendars = [sm.ServiceCalendar.from_dict(document) for document in written]
    promise = Limit(Amount(us=draw(st.integers(1, 80)) * GRID * 60_000_000), calendars[0])
    chain = draw(chains(calendars))
    assume(len({link.name for link in chain.links}) == len(chain.links))
    return Case(written, promise, chain, datetime(monday.year, monday.month, monday.day, tzinfo=UTC))


def walk(case: Case, chain: Chain, walkers: list[Walker], start: int) -> int:
    """Follow a chain from a minute to the minute at which all of it is done."""
    if isinstance(chain, Link):
        begin = start + chain.hand_off.us // 60_000_000
        return walkers[int(chain.clause)].due(begin, chain.limit.amount.us // 60_000_000)
    if isinstance(chain, InOrder):
        for part in chain.parts:
            start = walk(case, part, walkers, start)
        return start
    return max(walk(case, part, walkers, start) for part in chain.parts)


@frozen
class Walked:
    """What the walker found: the most taken, how much of the time fails, and how much counts."""

    takes: int
    failing: int
    starts: int


def walked(case: Case, arrivals: str) -> Walked:
    walkers = [Walker(document, case.first) for document in case.documents]
    promise, limit, window = walkers[0], case.promise.amount.us // 60_000_000, DAYS * 24 * 60
    taken = [promise.elapsed(at, walk(case, case.chain, walkers, at)) for at in range(window + 1)]
    counts = [arrivals == "any" or promise.is_open[at] for at in range(window)]
    lines = [line for line in range(0, window, GRID) if counts[line]]
    assume(lines)
    most = [taken[at] for at in range(window) if counts[at]] + [taken[window]] * (arrivals == "any")
    most += [2 * taken[line + 1] - taken[line + 2] for line in lines]
    # Steep stretches cross the limit on a line, because the limit lies on the grid.
    failing = GRID * sum(taken[line + GRID // 2] > limit for line in lines)
    return Walked(max(most), failing, GRID * len(lines))


def proved(case: Case, arrivals: str) -> Backing:
    over = (case.first, case.first + timedelta(DAYS))
    try:
        return prove(case.promise, case.chain, over=over, arrivals=arrivals)
    except (sm.HorizonError, sm.AgreementError):
        # A calendar that never opens again, or a promise that is never open in the window.
        assume(condition=False)
        raise


def minutes(length: timedelta) -> Fraction:
    return Fraction(length // timedelta(microseconds=1), 60_000_000)


@given(cases(), st.booleans())
@pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
def test_linear_between_breaks(case: Case, open_only: bool) -> None:
    """Between two breaks what a path takes goes from its limit just after the first to its value at the second."""
    low, high = (from_datetime(at) for at in (case.first, case.first + timedelta(DAYS)))
    promise, none = ruler(case.promise.calendar), np.empty(0, np.int64)
    try:
        paths = proof_of(promise, 1, case.chain.paths(), low, high, open_only=open_only).paths
        found = course(promise, paths, low, high, none, open_only=open_only)
    except sm.HorizonError:
        assume(condition=False)
    assert (found.just_after + found.slope * np.diff(found.at) == found.taken[:, 1:]).all()
    assert (np.abs(found.slope) <= 1).all()
    assert (found.just_after >= found.taken[:, :-1]).all(), "jumps go up"


@settings(max_examples=settings().max_examples // 4)
@given(cases(), st.sampled_from(["open", "any"]))
@pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
def test_proof_is_the_walkers(case: Case, arrivals: str) -> None:
    """The supremum, how much of the time fails, and the sum of the timeline are those of a start every minute."""
    expected = walked(case, arrivals)
    found = proved(case, arrivals)
    assert minutes(found.takes) == expected.takes
    assert minutes(found.starts) == expected.starts
    assert minutes(found.failing) == expected.failing
    assert found.backed == (expected.takes * MINUTE <= found.limit)
    assert sum((s.hand_off + s.wait + s.work for s in found.timeline), timedelta()) == found.takes


@settings(max_examples=settings().max_examples // 8)
@given(cases(), st.data())
@pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
def test_largest_limit_is_the_largest(case: Case, data: st.DataObject) -> None:
    """With the largest limit of a link the walker finds the promise kept, and one line longer not."""
    found = proved(case, "open")
    one = data.draw(st.sampled_from(found.limits))
    if one.largest is None:
        line = Amount(us=GRID * 60_000_000)
        assert walked(with_limit(case, one.link, line), "open").takes * MINUTE > found.limit
        return
    assert not one.largest % LINE
    limit = one.largest // timedelta(microseconds=1)
    assert walked(with_limit(case, one.link, Amount(us=limit)), "open").takes * MINUTE <= found.limit
    longer = with_limit(case, one.link, Amount(us=limit + GRID * 60_000_000))
    assert walked(longer, "open").takes * MINUTE > found.limit


def with_limit(case: Case, link: Link, amount: Amount) -> Case:
    def changed(chain: Chain) -> Chain:
        if isinstance(chain, Link):
            return evolve(chain, limit=evolve(chain.limit, amount=amount)) if chain == link else chain
        return type(chain)([changed(part) for part in chain.parts])

    return evolve(case, chain=changed(case.chain))
