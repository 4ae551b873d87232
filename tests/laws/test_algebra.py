"""Calendars put together, across zones: what is open is decided instant by instant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from tests.laws.test_covered import found
from tests.strategies import Asked, asked, documents

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")


def second(data: st.DataObject, question: Asked) -> sm.ServiceCalendar:
    """Return another calendar, in a zone of its own, with its exceptions in the same days."""
    return sm.ServiceCalendar.from_dict(data.draw(documents(near=question.instants[0].date())))


@given(asked(3), st.data())
def test_open_instant_by_instant(question: Asked, data: st.DataObject) -> None:
    """a | b is open when either is, a & b when both are, a - b when a is and b is not, ~a when a is not."""
    a, b = question.calendar, second(data, question)
    either, both, less, complement = a | b, a & b, a - b, ~a
    for at in question.instants:
        in_a, in_b = a.is_open(at), b.is_open(at)
        assert either.is_open(at) == (in_a or in_b)
        assert both.is_open(at) == (in_a and in_b)
        assert less.is_open(at) == (in_a and not in_b)
        assert complement.is_open(at) == (not in_a)


@given(asked(2), st.data())
def test_inclusion_and_exclusion(question: Asked, data: st.DataObject) -> None:
    """Open time of a and of b is that of a | b and of a & b together; a is a & b and a - b."""
    a, b, (start, end) = question.calendar, second(data, question), question.instants
    of_a, of_both = a.elapsed(start, end), (a & b).elapsed(start, end)
    assert of_a + b.elapsed(start, end) == (a | b).elapsed(start, end) + of_both
    assert of_a == of_both + (a - b).elapsed(start, end)


@given(asked(2), st.data())
def test_same_spans_either_way(question: Asked, data: st.DataObject) -> None:
    """Commutative, idempotent, and De Morgan's laws, as stretches."""
    a, b, (start, end) = question.calendar, second(data, question), question.instants
    assert (a | b).spans(start, end) == (b | a).spans(start, end) == (a | b | a).spans(start, end)
    assert (a & b).spans(start, end) == (b & a).spans(start, end) == (a & b & a).spans(start, end)
    assert (~(a | b)).spans(start, end) == (~a & ~b).spans(start, end)
    assert (~~a).spans(start, end) == a.spans(start, end)
    assert (a - b).spans(start, end) == (a & ~b).spans(start, end)


@given(asked(2), st.data())
def test_combined_answers_hold_the_laws(question: Asked, data: st.DataObject) -> None:
    """C2 for a combined calendar: an amount is used up at due and at breaches_after, which enclose no open time."""
    cal, (a, _), (s, _) = question.calendar | second(data, question), question.instants, question.amounts
    due, last = found(cal.due, a, s), found(cal.breaches_after, a, s)
    assert cal.elapsed(a, due) == s == cal.elapsed(a, last)
    assert due <= last
    start = found(cal.start_by, a, s)
    assert cal.elapsed(start, a) == s


def london_and_new_york() -> tuple[sm.ServiceCalendar, sm.ServiceCalendar]:
    office: dict[str, Any] = {"mon-fri": "09:00-17:00"}
    return (
        sm.ServiceCalendar(timezone="Europe/London", hours=office),
        sm.ServiceCalendar(timezone="America/New_York", hours=office),
    )


def test_follow_the_sun() -> None:
    """London and New York together are open for 13 hours, both at once for 3; in mid March for 12 and 4."""
    london, new_york = london_and_new_york()
    winter, march = datetime(2026, 1, 14, tzinfo=UTC), datetime(2026, 3, 18, tzinfo=UTC)
    day, hour = timedelta(days=1), timedelta(hours=1)
    assert (london | new_york).elapsed(winter, winter + day) == 13 * hour
    assert (london & new_york).elapsed(winter, winter + day) == 3 * hour
    assert (london | new_york).elapsed(march, march + day) == 12 * hour
    assert (london & new_york).elapsed(march, march + day) == 4 * hour
    assert (london & new_york).due(winter, "3h") == winter + 17 * hour
    assert (london - new_york).due(winter, "5h") == winter + 14 * hour


def test_minus_a_freeze() -> None:
    """A change freeze, written as a calendar of its own, is taken out of the hours."""
    london, _ = london_and_new_york()
    freeze = sm.ServiceCalendar(
        timezone="Europe/London", hours={"daily": "closed"}, special={"2026-01-14": "10:00-15:00"}
    )
    assert (london - freeze).due(datetime(2026, 1, 14, 9, tzinfo=UTC), "2h") == datetime(2026, 1, 14, 16, tzinfo=UTC)


def test_only_calendars_combine() -> None:
    """Anything else is refused by name."""
    london, _ = london_and_new_york()
    with pytest.raises(sm.CalendarError, match="'24x7' is not a calendar; combine calendars with calendars"):
        london | "24x7"  # type: ignore[operator]


def test_shown() -> None:
    """A combined calendar is shown as the sum that it is; its repr makes it again."""
    london, new_york = london_and_new_york()
    both = ~(london | new_york) - london
    assert str(london & new_york) == "(mon-fri 09:00-17:00 Europe/London) & (mon-fri 09:00-17:00 America/New_York)"
    assert str(~london) == "~(mon-fri 09:00-17:00 Europe/London)"
    assert eval(repr(both), {"ServiceCalendar": sm.ServiceCalendar}) == both  # noqa: S307  what repr promises


def test_parts_know_their_holidays() -> None:
    """The holidays of a combined calendar are known for the years in which those of all its parts are."""
    listed = {"hours": {"mon-fri": "09:00-17:00"}, "holidays": ["2026-01-01", "2027-01-01"]}
    other = {**listed, "holidays": ["2027-12-27", "2028-12-25"]}
    both = sm.ServiceCalendar.from_dict(listed) | sm.ServiceCalendar.from_dict(other)
    at = datetime(2027, 6, 1, tzinfo=UTC)
    assert both.is_open(at + timedelta(hours=10))
    with pytest.warns(sm.HolidayHorizonWarning, match="asked about 2026, but its holidays are known for 2027 to 2027"):
        both.is_open(at - timedelta(days=300))
