"""A calendar is its document: it comes back whole from a dict, its repr and a pickle; nothing else gets in."""

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from tests.strategies import Asked, Document, asked, documents

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
HOURS = {"mon-fri": "09:00-17:00"}
NAMES = {"ServiceCalendar": sm.ServiceCalendar}


@given(documents())
def test_dict_round_trip(document: Document) -> None:
    """from_dict(to_dict()) is an equal calendar, with an equal hash; to_dict is made of JSON types."""
    calendar = sm.ServiceCalendar.from_dict(document)
    again = sm.ServiceCalendar.from_dict(calendar.to_dict())
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert again.to_dict() == calendar.to_dict()
    assert is_json(calendar.to_dict())


def is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_json(each) for key, each in value.items())
    return all(map(is_json, value)) if isinstance(value, list) else isinstance(value, str)


@given(documents())
def test_repr_round_trip(document: Document) -> None:
    """eval(repr()) is an equal calendar."""
    calendar = sm.ServiceCalendar.from_dict(document)
    assert eval(repr(calendar), NAMES) == calendar  # noqa: S307  what repr promises


def test_repr_is_short() -> None:
    """Holidays that the installed package gives are told by their rule; others by their dates."""
    for holidays, shown in (
        ("GB-ENG", "'GB-ENG'"),
        ({"country": "DE", "years": [2026, 2027]}, "{'country': 'DE', 'language': "),
        ({"market": "XNYS"}, "{'market': 'XNYS', "),
        (["2026-12-25"], "['2026-12-25']"),
    ):
        calendar = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, holidays=holidays)
        assert f"holidays={shown}" in repr(calendar)
        assert len(repr(calendar)) < 250
        assert eval(repr(calendar), NAMES) == calendar  # noqa: S307  what repr promises
    document = calendar_of_another_source()
    moved = sm.ServiceCalendar.from_dict(document)
    assert "2026-05-05" in repr(moved)
    assert eval(repr(moved), NAMES) == moved  # noqa: S307  what repr promises


def calendar_of_another_source() -> Document:
    document = sm.ServiceCalendar(hours="24x7", holidays={"country": "GB", "years": [2026, 2026]}).to_dict()
    document["holidays"]["dates"]["2026-05-05"] = "agreed"
    return document


@given(asked(2))
def test_pickle_round_trip(question: Asked) -> None:
    """A pickle, a copy and a deep copy are equal and answer alike, before and after a question was asked."""
    calendar, (a, b) = question.calendar, question.instants
    fresh = pickle.loads(pickle.dumps(calendar))  # noqa: S301  our own
    elapsed = calendar.elapsed(a, b)
    for other in (fresh, pickle.loads(pickle.dumps(calendar)), copy.copy(calendar), copy.deepcopy(calendar)):  # noqa: S301
        assert other == calendar
        assert other.elapsed(a, b) == elapsed
    combined = calendar | ~fresh
    assert pickle.loads(pickle.dumps(combined)) == combined  # noqa: S301


def spelled(pair: list[str]) -> tuple[datetime, str]:
    return datetime.fromisoformat(pair[0]), f"{pair[1]}:00.000"


def backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(reversed(value.items()))
    return value[::-1] if isinstance(value, list) else value


@given(asked(2))
def test_same_calendar_from_any_spelling(question: Asked) -> None:
    """The order of keys and lists says nothing; nor do dates and texts, or a closed special day and a closed date."""
    document = question.document
    other: Document = {key: backwards(value) for key, value in reversed(document.items())}
    special = other.get("special", {})
    other["special"] = {date.fromisoformat(day): text for day, text in special.items() if text != "closed"}
    other["closed"] = [
        *(date.fromisoformat(item) if isinstance(item, str) else spelled(item) for item in other.get("closed", [])),
        *(day for day, text in special.items() if text == "closed"),
    ]
    again = sm.ServiceCalendar.from_dict(other)
    assert again == question.calendar
    assert len({again, question.calendar}) == 1


def test_unequal() -> None:
    """What differs is unequal; a calendar is no document."""
    calendar = sm.ServiceCalendar(hours=HOURS)
    assert calendar != sm.ServiceCalendar(hours=HOURS, timezone="Europe/London")
    assert calendar != sm.ServiceCalendar(hours=HOURS, closure="shift")
    assert calendar != object()


def test_frozen() -> None:
    """A calendar does not change once it is made (S7)."""
    with pytest.raises(AttributeError):
        sm.ServiceCalendar(hours=HOURS).timezone = "UTC"  # type: ignore[misc]


def test_always_open_is_one_word() -> None:
    """The calendar that never closes is written in one word."""
    always = sm.ServiceCalendar.from_dict("24x7")
    assert always == sm.ServiceCalendar(hours="24x7") == sm.ServiceCalendar(hours={"daily": "00:00-24:00"})
    assert always.to_dict() == {"timezone": "UTC", "hours": "24x7"}


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.dates()
    | st.datetimes()
    | st.sampled_from(["2026-12-24", "closed", "09:00-17:00", "24x7", "GB", "XNYS", "06-15", "2026-03-02T12:00"])
)
keys = st.sampled_from(
    [
        "2026-12-24",
        "mon",
        "mon-fri",
        "from",
        "to",
        "hours",
        "country",
        "market",
        "dates",
        "years",
        "categories",
        "language",
    ]
)
junk = st.recursive(
    leaves,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(keys | leaves, each, max_size=3),
    max_leaves=8,
)
PARTS = ("timezone", "hours", "holidays", "special", "closed", "breaks", "seasons", "closure")


@given(st.dictionaries(st.sampled_from(PARTS), junk, min_size=1, max_size=3) | junk)
def test_junk_is_a_calendar_error(document: Any) -> None:
    """Whatever stands in a document, it makes a calendar that comes back whole, or a CalendarError that speaks."""
    if isinstance(document, dict):
        document = {"hours": HOURS, **document}
    calendar = made(document)
    if isinstance(calendar, sm.CalendarError):
        assert calendar.problems
        assert all(problem.code and problem.message for problem in calendar.problems)
    else:
        assert sm.ServiceCalendar.from_dict(calendar.to_dict()) == calendar


def made(document: Any) -> sm.ServiceCalendar | sm.CalendarError:
    try:
        return sm.ServiceCalendar.from_dict(document)
    except sm.CalendarError as error:
        return error


@given(documents(), st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_opening_is_what_starts_on_the_date(document: Document, day: date) -> None:
    """opening(date) is the hours of a date as they are when no clock changes: in UTC, what is open of them."""
    calendar = sm.ServiceCalendar.from_dict({**document, "timezone": "UTC"})
    plain = [item for item in document.get("closed", []) if isinstance(item, str)]
    calendar = sm.ServiceCalendar.from_dict({**calendar.to_dict(), "closed": plain} if plain else without(calendar))
    dates = {day, *(date.fromisoformat(text) for text in [*document.get("special", {}), *plain])}
    for each in dates:
        midnight = datetime(each.year, each.month, each.day, tzinfo=UTC)
        for start, end in calendar.opening(each):
            a, b = (midnight + timedelta(microseconds=at) for at in (start, end))
            assert calendar.elapsed(a, b) == b - a
        following = calendar.opening(each - timedelta(1)), calendar.opening(each)
        ends = [(a - 86_400_000_000, b - 86_400_000_000) for a, b in following[0]] + list(following[1])
        covered = {at for a, b in ends for at in range(max(a, 0), min(b, 86_400_000_000), 60_000_000)}
        assert calendar.elapsed(midnight, midnight + timedelta(1)) == timedelta(minutes=len(covered))


def without(calendar: sm.ServiceCalendar) -> Document:
    return {key: value for key, value in calendar.to_dict().items() if key != "closed"}
