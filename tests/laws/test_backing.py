"""The proof of a chain against a walker that starts every minute, looks at the wall clock, and knows nothing else.

Hours lie on a grid of 15 minutes, and so do limits and hand-offs: between two of its lines what a chain takes is
linear. So the walker's limit just after a line is drawn from the two minutes that follow it, and whether a stretch
fails is seen at a minute inside it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
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
from slamodel.report.backing.proof import proof_of
from slamodel.report.backing.prove import prove
from slamodel.report.backing.result import Backing
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import from_datetime
from tests.oracle import WEEKDAYS, Oracle, place
from tests.strategies import documents

GRID = 15
LINE = timedelta(minutes=GRID)
MINUTE = timedelta(minutes=1)
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
# Weeks in which clocks change in London, New York and on Lord Howe, one in which nothing does, and Christmas.
DATES = ((3, 6), (3, 27), (4, 2), (6, 10), (10, 2), (10, 23), (10, 30), (12, 24))
WEEKS = [date(2026, month, day) for month, day in DATES]
SHARE = 4
"""One of so many examples of a profile: each walks every minute of three days."""
LONGEST = timedelta(21)
DAYS = 3


class Walker:
    """The open minutes of a calendar's document, one by one, counted from ``first``."""

    def __init__(self, document: dict[str, Any], first: datetime) -> None:
        self.document, self.first = document, first
        oracle = Oracle(document, LINE, first, first + LONGEST)
        looks = [oracle.look(first + i * LINE) for i in range(LONGEST // LINE)]
        self.is_open = [look for look in looks for _ in range(GRID)]
        self.open_minutes = [minute for minute, look in enumerate(self.is_open) if look]

    def due(self, start: int, amount: int) -> int:
        """Walk so many open minutes from a start: the end of the last of them."""
        last = bisect_left(self.open_minutes, start) + amount - 1
        assume(last < len(self.open_minutes))
        return self.open_minutes[last] + 1

    def dated(self, start: int, days: int, reading: str) -> int:
        """Count business days on the wall, of a calendar without nights, and look for the hours of the last."""
        zone = place(self.document["timezone"])
        wall = (self.first + start * MINUTE).astimezone(zone).replace(tzinfo=None)
        day, since, left = wall.date(), wall.hour * 60 + wall.minute, days
        if not self.hours(day):
            while not self.hours(day):
                day += timedelta(1)
            since, left = self.hours(day)[0][0], days - (reading == "end_of_day")
        while left:
            day += timedelta(1)
            left -= bool(self.hours(day))
        hours = self.hours(day)
        at = hours[-1][1] if reading == "end_of_day" else min(max(since, hours[0][0]), hours[-1][1])
        if at > hours[0][0] and not any(a < at <= b for a, b in hours):
            at = max(b for _, b in hours if b < at)
        due = datetime(day.year, day.month, day.day) + at * MINUTE
        return (due.replace(tzinfo=zone).astimezone(UTC) - self.first) // MINUTE

    def hours(self, day: date) -> list[tuple[int, int]]:
        """Return the hours of a date in minutes, of a calendar without nights."""
        text = self.document.get("special", {}).get(str(day))
        if text is None and str(day) not in self.document.get("holidays", []):
            text = self.document["hours"].get(WEEKDAYS[day.weekday()])
        parts = [part.split("-") for part in (text or "").split(", ") if part]
        return [(minute_of(a), minute_of(b)) for a, b in parts]

    def elapsed(self, start: int, end: int) -> int:
        return bisect_left(self.open_minutes, end) - bisect_left(self.open_minutes, start)


def minute_of(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


@frozen
class Case:
    """A promise and a chain on calendars that the walker knows by their number (as each link's clause)."""

    documents: list[dict[str, Any]]
    promise: Limit
    chain: Chain
    first: datetime


@st.composite
def limits(draw: st.DrawFn, calendar: sm.ServiceCalendar, most: int, *, dated: bool) -> Limit:
    if dated and draw(st.booleans()):
        reading = draw(st.sampled_from(["same_time", "end_of_day"]))
        return Limit(Amount(days=draw(st.integers(1, 2))), calendar, reading=reading)
    return Limit(Amount(us=draw(st.integers(1, most)) * GRID * 60_000_000), calendar)


@st.composite
def links(draw: st.DrawFn, calendars: list[sm.ServiceCalendar], *, dated: bool) -> Link:
    number = draw(st.integers(0, len(calendars) - 1))
    hand_off = Amount(us=draw(st.sampled_from([0, 0, 1, 3])) * GRID * 60_000_000)
    name = f"link-{draw(st.integers(0, 10**6))}"
    return Link(name, "done", draw(limits(calendars[number], 40, dated=dated)), hand_off, clause=str(number))


@st.composite
def chains(draw: st.DrawFn, calendars: list[sm.ServiceCalendar], *, dated: bool, depth: int = 2) -> Chain:
    if not depth or draw(st.integers(0, 2)) == 0:
        return draw(links(calendars, dated=dated))
    parts = draw(st.lists(chains(calendars, dated=dated, depth=depth - 1), min_size=1, max_size=3 if depth == 1 else 2))
    branch = draw(st.sampled_from(["in order", "in order", "all", "any"]))
    return InOrder(parts) if branch == "in order" else AllOf(parts) if branch == "all" else AnyOf(parts)


@st.composite
def plain_documents(draw: st.DrawFn, zone: str, near: date) -> dict[str, Any]:
    """Return a calendar with dates of its own: no nights, holidays, and days with other hours."""
    hours = st.sampled_from(["09:00-17:00", "08:00-12:30, 13:15-18:00", "07:00-22:00", "10:00-14:00"])
    days = st.integers(-2, 9).map(lambda number: str(near + timedelta(number)))
    return {
        "timezone": zone,
        "hours": {day: draw(hours) for day in draw(st.sampled_from([WEEKDAYS[:5], WEEKDAYS[:6], WEEKDAYS[:3]]))},
        "holidays": draw(st.lists(days, max_size=2, unique=True)),
        "special": draw(st.dictionaries(days, hours, max_size=2)),
    }


@st.composite
def cases(draw: st.DrawFn, *, dated: bool = False) -> Case:
    near = draw(st.sampled_from(WEEKS))
    written: list[dict[str, Any]] = []
    for grid in draw(st.lists(st.sampled_from([15, 30]), min_size=2, max_size=4)):
        zone = draw(st.sampled_from(ZONES))
        always = st.just({"timezone": "UTC", "hours": "24x7"})
        written.append(draw(plain_documents(zone, near) if dated else always | documents(zone, near, grid)))
    calendars = [sm.ServiceCalendar.from_dict(document) for document in written]
    promise = draw(limits(calendars[0], 80, dated=dated))
    chain = draw(chains(calendars, dated=dated))
    assume(len({link.name for link in chain.links}) == len(chain.links))
    return Case(written, promise, chain, datetime(near.year, near.month, near.day, tzinfo=UTC))


def ended(case: Case, walkers: list[Walker], start: int) -> int:
    """Return the minute at which all of a chain is done; of links that dates give, each path alone (P1 branches)."""
    if any(link.limit.amount.days for link in case.chain.links):
        return max(walk(case, InOrder(list(path)), walkers, start) for path in case.chain.paths())
    return walk(case, case.chain, walkers, start)


def walk(case: Case, chain: Chain, walkers: list[Walker], start: int) -> int:
    """Follow a chain from a minute to the minute at which all of it is done."""
    if isinstance(chain, Link):
        return end_of(chain.limit, walkers[int(chain.clause)], start + chain.hand_off.us // 60_000_000)
    if isinstance(chain, InOrder):
        for part in chain.parts:
            start = walk(case, part, walkers, start)
        return start
    return max(walk(case, part, walkers, start) for part in chain.parts)


def end_of(limit: Limit, walker: Walker, start: int) -> int:
    if limit.amount.days:
        return walker.dated(start, limit.amount.days, limit.reading)
    return walker.due(start, limit.amount.us // 60_000_000)


@frozen
class Walked:
    """What the walker found: how late it is at most, how much of the time fails, and how much counts."""

    late: int
    failing: int
    starts: int


def walked(case: Case, arrivals: str) -> Walked:
    walkers = [Walker(document, case.first) for document in case.documents]
    promise, window = walkers[0], DAYS * 24 * 60

    def late_from(start: int) -> int:
        taken = promise.elapsed(start, ended(case, walkers, start))
        if not case.promise.amount.days:
            return taken - case.promise.amount.us // 60_000_000
        return taken - promise.elapsed(start, end_of(case.promise, promise, start))

    late = [late_from(start) for start in range(window)]
    counts = [arrivals == "any" or promise.is_open[start] for start in range(window)]
    lines = [line for line in range(0, window, GRID) if counts[line]]
    assume(lines)
    most = [late[start] for start in range(window) if counts[start]]
    most += [2 * late[line + 1] - late[line + 2] for line in lines]
    most += [2 * late[line + GRID - 1] - late[line + GRID - 2] for line in lines]
    # Steep stretches become late on a line, because limits and hours lie on the grid.
    return Walked(max(most), GRID * sum(late[line + GRID // 2] > 0 for line in lines), GRID * len(lines))


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
    try:
        proof = proof_of(case.promise, case.chain, (low, high), open_only=open_only)
        courses = proof.courses(np.empty(0, np.int64))
    except sm.HorizonError:
        assume(condition=False)
    for found in courses:
        taken = found.taken
        assert (taken.before(found.lengths) == taken.at[1:]).all()
        assert (np.abs(taken.slope) <= 1).all()
        assert (taken.after >= taken.at[:-1]).all(), "jumps go up"


@settings(max_examples=settings().max_examples // SHARE)
@given(cases() | cases(dated=True), st.sampled_from(["open", "any"]))
@pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
def test_proof_is_the_walkers(case: Case, arrivals: str) -> None:
    """The supremum, how much of the time fails, and the sum of the timeline are those of a start every minute."""
    expected = walked(case, arrivals)
    found = proved(case, arrivals)
    assert minutes(found.slack) == -expected.late
    assert minutes(found.starts) == expected.starts
    assert minutes(found.failing) == expected.failing
    assert found.backed == (expected.late <= 0)
    told = sum((step.hand_off + step.wait + step.work for step in found.timeline), timedelta())
    assert found.takes - told <= timedelta(microseconds=found.worst.side == "just before")


def test_sweep_is_large() -> None:
    """`make sweep` holds at least 500 chains to the walker."""
    assert settings.get_profile("sweep").max_examples // SHARE >= 500


@settings(max_examples=settings().max_examples // 8)
@given(cases(), st.data())
@pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
def test_largest_limit_is_the_largest(case: Case, data: st.DataObject) -> None:
    """With the largest limit of a link the walker finds the promise kept, and one line longer not."""
    found = proved(case, "open")
    one = data.draw(st.sampled_from(found.limits))
    if one.largest is None:
        line = Amount(us=GRID * 60_000_000)
        assert walked(with_limit(case, one.link, line), "open").late > 0
        return
    limit = one.largest.us
    assert not limit % (GRID * 60_000_000)
    assert walked(with_limit(case, one.link, Amount(us=limit)), "open").late <= 0
    longer = with_limit(case, one.link, Amount(us=limit + GRID * 60_000_000))
    assert walked(longer, "open").late > 0


@settings(max_examples=settings().max_examples // SHARE)
@given(cases() | cases(dated=True), st.integers(1, DAYS * 24 - 1), st.booleans())
@pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
def test_term_is_a_window(case: Case, hour: int, ends: bool) -> None:
    """P1 term: an agreement that begins or ends proves what a window of its term does; the rest is told if worse."""
    cut = case.first + timedelta(hours=hour)
    since, until = (None, cut) if ends else (cut, None)
    found = proved(changed(case, lambda link: evolve(link, since=since, until=until)), "open")
    inside, outside = ((case.first, cut), (cut, case.first + timedelta(DAYS)))[:: 1 if ends else -1]
    try:
        alone = prove(case.promise, case.chain, over=inside)
    except sm.AgreementError:
        assert found.proved == found.over, "the promise is not open in the term"
        return
    assert found.proved == inside
    assert (found.worst, found.failing, found.starts) == (alone.worst, alone.failing, alone.starts)
    try:
        rest = prove(case.promise, case.chain, over=outside).worst
    except sm.AgreementError:
        rest = found.worst
    assert found.renewed == (rest if rest.slack < found.slack else None)


def with_limit(case: Case, link: Link, amount: Amount) -> Case:
    return changed(case, lambda one: evolve(one, limit=evolve(one.limit, amount=amount)) if one == link else one)


def changed(case: Case, change: Callable[[Link], Link]) -> Case:
    def made(chain: Chain) -> Chain:
        if isinstance(chain, Link):
            return change(chain)
        return type(chain)([made(part) for part in chain.parts])

    return evolve(case, chain=made(case.chain))
