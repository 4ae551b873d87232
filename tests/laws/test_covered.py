"""The laws of open time: C1, C2, C13 and the properties of elapsed, due, breaches_after and start_by."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import slamodel as sm
from tests.strategies import ABBREVIATIONS, DAY, Asked, asked, clock_changes, documents, weeks, years, zones

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
TICK = timedelta(microseconds=1)
NONE = timedelta()


def found(ask: Callable[..., Any], *arguments: Any) -> Any:
    """Return the answer of a calendar that opens again; the law says nothing of one that does not."""
    try:
        return ask(*arguments)
    except sm.HorizonError:
        return assume(False)


@given(asked(3))
def test_elapsed_adds_up(question: Asked) -> None:
    """Property 1: elapsed(a, c) = elapsed(a, b) + elapsed(b, c), in any order of a, b and c (C1)."""
    cal, (a, b, c) = question.calendar, question.instants
    assert cal.elapsed(a, c) == cal.elapsed(a, b) + cal.elapsed(b, c)
    assert cal.elapsed(c, b) == cal.elapsed(c, a) + cal.elapsed(a, b)


@given(asked(2))
def test_elapsed_is_signed(question: Asked) -> None:
    """C1: elapsed(b, a) = -elapsed(a, b), and none from an instant to itself."""
    cal, (a, b) = question.calendar, question.instants
    assert cal.elapsed(b, a) == -cal.elapsed(a, b)
    assert cal.elapsed(a, a) == NONE


@given(asked(2))
def test_elapsed_is_within_the_wall(question: Asked) -> None:
    """Property 2: 0 <= elapsed(a, b) <= b - a."""
    cal, (a, b) = question.calendar, question.instants
    assert NONE <= cal.elapsed(a, b) <= b - a


@given(asked(1))
def test_slope_is_whether_it_is_open(question: Asked) -> None:
    """C1, C13: in one microsecond open time grows by it or not at all, as is_open says."""
    cal, (at,) = question.calendar, question.instants
    assert cal.elapsed(at, at + TICK) == (TICK if cal.is_open(at) else NONE)


@given(asked(1))
def test_amount_is_used_up_at_due(question: Asked) -> None:
    """Property 3: elapsed(a, due(a, s)) = s, and it is the earliest such instant (C2)."""
    cal, (a,), (s,) = question.calendar, question.instants, question.amounts
    due = found(cal.due, a, s)
    assert cal.elapsed(a, due) == s
    assert due == a if not s else cal.elapsed(a, due - TICK) < s


@given(asked(1))
def test_amount_is_used_up_at_breaches_after(question: Asked) -> None:
    """Property 3: elapsed(a, breaches_after(a, s)) = s, and it is the latest such instant (C2)."""
    cal, (a,), (s,) = question.calendar, question.instants, question.amounts
    last = found(cal.breaches_after, a, s)
    assert cal.elapsed(a, last) == s
    assert cal.elapsed(a, last + TICK) > s


@given(asked(1))
def test_due_is_not_after_breaches_after(question: Asked) -> None:
    """Property 4: due <= breaches_after, equal unless open time is flat at due."""
    cal, (a,), (s,) = question.calendar, question.instants, question.amounts
    due, last = found(cal.due, a, s), found(cal.breaches_after, a, s)
    assert due <= last
    assert (due == last) == cal.is_open(due)


@given(asked(2))
def test_due_of_due(question: Asked) -> None:
    """Property 5: due(due(a, s1), s2) = due(a, s1 + s2)."""
    cal, (a, _), (s1, s2) = question.calendar, question.instants, question.amounts
    assert found(cal.due, found(cal.due, a, s1), s2) == found(cal.due, a, s1 + s2)


@pytest.mark.parametrize("name", ["due", "breaches_after", "start_by"])
@given(question=asked(2))
def test_monotone_in_the_instant(name: str, question: Asked) -> None:
    """Property 6: later starts are due no earlier (and later ends start no earlier)."""
    ask, (a, b), (s, _) = getattr(question.calendar, name), question.instants, question.amounts
    assert found(ask, a, s) <= found(ask, b, s)


@given(asked(2))
def test_monotone_in_the_amount(question: Asked) -> None:
    """Property 6: more time is due no earlier, and must start no later."""
    cal, (a, _), (less, more) = question.calendar, question.instants, sorted(question.amounts)
    assert found(cal.due, a, less) <= found(cal.due, a, more)
    assert found(cal.breaches_after, a, less) <= found(cal.breaches_after, a, more)
    assert found(cal.start_by, a, less) >= found(cal.start_by, a, more)


@given(asked(2), st.data())
def test_more_hours_are_due_earlier(question: Asked, data: st.DataObject) -> None:
    """Property 7: if one calendar is within another, it has no more open time and is due no earlier."""
    cal, (a, b), (s, _) = question.calendar, question.instants, question.amounts
    other = sm.ServiceCalendar.from_dict(data.draw(documents(near=a.date())))
    less, more = cal & other, cal | other
    assert less.elapsed(a, b) <= cal.elapsed(a, b) <= more.elapsed(a, b)
    assert found(cal.due, a, s) >= found(more.due, a, s)
    assert found(less.due, a, s) >= found(cal.due, a, s)


@given(asked(2))
def test_open_and_closed_are_all(question: Asked) -> None:
    """Property 9: elapsed of a calendar and of its complement add up to b - a."""
    cal, (a, b) = question.calendar, question.instants
    assert cal.elapsed(a, b) + (~cal).elapsed(a, b) == b - a


@given(st.data(), zones(), years(), st.integers(0, 364), st.integers(1, 9))
def test_weeks_translate(data: st.DataObject, key: str, year: int, day: int, count: int) -> None:
    """Property 10: a whole number of weeks later, with no clock change between, every answer is as much later."""
    hours = data.draw(weeks(15, may_close=False))
    start = datetime(year, 1, 1, tzinfo=UTC) + day * DAY
    later = 7 * count * DAY
    assume(not any(start - 9 * DAY <= change <= start + later + 30 * DAY for change in clock_changes(key)))
    cal = sm.ServiceCalendar(timezone=key, hours=hours)
    a, b = sorted(start + data.draw(st.timedeltas(NONE, 7 * DAY)) for _ in "ab")
    s = data.draw(st.timedeltas(NONE, timedelta(hours=9)))
    assert cal.elapsed(a + later, b + later) == cal.elapsed(a, b)
    assert cal.is_open(a + later) == cal.is_open(a)
    for name in ("due", "breaches_after", "start_by"):
        ask = getattr(cal, name)
        assert ask(a + later, s) == ask(a, s) + later
    assert cal.next_open(a + later) == cal.next_open(a) + later
    assert cal.previous_close(a + later) == cal.previous_close(a) + later


@given(asked(1), zones())
def test_always_open_is_the_wall(question: Asked, key: str) -> None:
    """Property 13: round the clock, due = breaches_after = a + s, start_by = a - s, in every zone."""
    cal, (a,), (s,) = sm.ServiceCalendar(timezone=key, hours="24x7"), question.instants, question.amounts
    assert cal.due(a, s) == cal.breaches_after(a, s) == a + s
    assert cal.start_by(a, s) == a - s
    assert cal.next_open(a) == cal.previous_close(a) == a
    assert cal.is_open(a)


@given(asked(1))
def test_start_by_is_the_latest(question: Asked) -> None:
    """C2: start_by(b, s) is the latest t <= b with elapsed(t, b) >= s."""
    cal, (b,), (s,) = question.calendar, question.instants, question.amounts
    start = found(cal.start_by, b, s)
    assert start <= b
    assert cal.elapsed(start, b) == s
    assert start == b or cal.elapsed(start + TICK, b) < s


@given(asked(1))
def test_start_by_undoes_due(question: Asked) -> None:
    """C2: the latest start for a due instant is the first open instant from its start on."""
    cal, (a,), (s,) = question.calendar, question.instants, question.amounts
    assume(s)
    assert cal.start_by(found(cal.due, a, s), s) == cal.next_open(a)


@given(asked(1))
def test_next_open_is_the_first(question: Asked) -> None:
    """next_open(t) is open, not before t, and nothing is open between."""
    cal, (at,) = question.calendar, question.instants
    opening = found(cal.next_open, at)
    assert opening >= at
    assert cal.is_open(opening)
    assert cal.elapsed(at, opening) == NONE
    assert cal.is_open(at) == (opening == at)


@given(asked(1))
def test_previous_close_is_the_last(question: Asked) -> None:
    """previous_close(t) has open time just before it, is not after t, and nothing is open between."""
    cal, (at,) = question.calendar, question.instants
    closing = found(cal.previous_close, at)
    assert closing <= at
    assert cal.is_open(closing - TICK)
    assert cal.elapsed(closing, at) == NONE


@given(asked(2))
def test_spans_are_the_open_time(question: Asked) -> None:
    """S2: the spans of a stretch lie in it, apart from each other, open from their start to their end, and are all."""
    cal, (a, b) = question.calendar, question.instants
    spans = cal.spans(a, b)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert all(a <= edge <= b for edge in edges)
    assert sum((end - start for start, end in spans), NONE) == cal.elapsed(a, b)
    for start, end in spans:
        assert cal.is_open(start)
        assert cal.elapsed(start, end) == end - start
        assert end == b or not cal.is_open(end)
    assert cal.spans(b, a) == []


@given(asked(3))
def test_answers_have_no_memory(question: Asked) -> None:
    """An answer is the same whatever was asked before, however far the calendar is compiled already."""
    cal, (a, b, c), (s, *_) = question.calendar, question.instants, question.amounts

    def answers(calendar: Callable[[], sm.ServiceCalendar]) -> list[Any]:
        return [
            calendar().elapsed(a, b),
            found(calendar().due, a, s),
            found(calendar().breaches_after, b, s),
            found(calendar().start_by, c, s),
            calendar().is_open(b),
        ]

    alone = answers(lambda: sm.ServiceCalendar.from_dict(question.document))
    cal.elapsed(a - 700 * DAY, c + 3000 * DAY)
    assert answers(lambda: cal) == alone


def test_abbreviations_are_no_zones() -> None:
    """E113: the names that the generators leave out are those that a calendar refuses."""
    for name in ABBREVIATIONS:
        with pytest.raises(sm.CalendarError, match="an abbreviation has no rules of its own"):
            sm.ServiceCalendar(timezone=name, hours="24x7")
