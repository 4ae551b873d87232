"""How far a calendar answers: it grows as far as it must, never for ever, and says where its holidays end."""

import linecache
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import slamodel as sm

OFFICE = {"mon-fri": "09:00-17:00"}
LISTED = {"hours": OFFICE, "holidays": ["2026-01-01", "2026-12-25"]}
BEFORE, INSIDE, AFTER = (datetime(year, 6, 1, 10, tzinfo=UTC) for year in (2025, 2026, 2027))
HOUR = timedelta(hours=1)

# Each question, put so that it looks at the instant given and at nothing further.
ASKS: dict[str, list[Any]] = {
    "elapsed": [HOUR],
    "due": ["1h"],
    "breaches_after": ["1h"],
    "start_by": ["1h"],
    "is_open": [],
    "next_open": [],
    "previous_close": [],
    "spans": [HOUR],
}


def ask(question: str, at: Any, calendar: sm.ServiceCalendar) -> Any:
    gaps = [
        np.timedelta64(gap) if isinstance(gap, timedelta) and not isinstance(at, datetime) else gap
        for gap in ASKS[question]
    ]
    rest = [gap if isinstance(gap, str) else at + gap for gap in gaps]
    return getattr(calendar, question)(at, *rest)


def column(at: datetime) -> Any:
    return np.full(6, np.datetime64(at.replace(tzinfo=None), "us"))


@contextmanager
def silence() -> Iterator[None]:
    """Fail if anything warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize(
    ("question", "many"), [(name, many) for name in ASKS for many in (False, True) if not many or name != "spans"]
)
@pytest.mark.parametrize(("at", "year"), [(BEFORE, 2025), (AFTER, 2027)])
def test_beyond_the_list_warns_once(question: str, at: datetime, year: int, many: bool) -> None:
    """W122: one warning a calendar, with the year, at the line that asked; none inside the listed years."""
    calendar = sm.ServiceCalendar.from_dict(LISTED)
    with silence():
        ask(question, column(INSIDE) if many else INSIDE, calendar)
    message = f"was asked about {year}, but its holidays are known for 2026 to 2026 only; list those of other years too"
    with pytest.warns(sm.HolidayHorizonWarning, match=message) as caught:
        ask(question, column(at) if many else at, calendar)
    lines = [linecache.getline(warning.filename, warning.lineno).strip() for warning in caught]
    assert lines == ["return getattr(calendar, question)(at, *rest)"]
    with silence():
        ask(question, at, calendar)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_whole_year_is_known(zone: str) -> None:
    """The listed years are years of the place: from its first midnight to its last, nothing warns."""
    place = ZoneInfo(zone)
    start, end = datetime(2026, 1, 1, tzinfo=place), datetime(2027, 1, 1, tzinfo=place)
    calendar = sm.ServiceCalendar.from_dict({"timezone": zone, **LISTED})
    columns = np.array([start.astimezone(UTC).replace(tzinfo=None)] * 6, "M8[us]"), column(end.astimezone(UTC))
    with silence():
        calendar.elapsed(start, end)
        calendar.elapsed(end, start)
        calendar.elapsed(*columns)
        calendar.spans(start, end)
        calendar.is_open(end - timedelta(microseconds=1))
        calendar.is_open(columns[1] - np.timedelta64(1, "us"))
        calendar.previous_close(end)
        calendar.start_by(columns[1], "8h")
    with pytest.warns(sm.HolidayHorizonWarning, match="was asked about 2027"):
        calendar.is_open(end)


def test_year_of_the_place_is_told() -> None:
    """A question late on 31 December in UTC is about the next year in Auckland."""
    calendar = sm.ServiceCalendar.from_dict({"timezone": "Pacific/Auckland", **LISTED})
    with pytest.warns(
        sm.HolidayHorizonWarning, match="was asked about 2027, but its holidays are known for 2026 to 2026"
    ):
        calendar.is_open(datetime(2026, 12, 31, 12, tzinfo=UTC))


@pytest.mark.parametrize("many", [False, True])
def test_what_lies_between_counts(many: bool) -> None:
    """An answer inside the listed years warns too, if the way to it leads through years that are not listed."""
    start, end = datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2027, 1, 4, 10, tzinfo=UTC)
    late = datetime(2026, 12, 30, 10, tzinfo=UTC)
    with silence():
        sm.ServiceCalendar.from_dict(LISTED).due(column(late) if many else late, "15h")
    with pytest.warns(sm.HolidayHorizonWarning, match="asked about 2025"):
        sm.ServiceCalendar.from_dict(LISTED).due(column(start) if many else start, "9h")
    with pytest.warns(sm.HolidayHorizonWarning, match="asked about 2027"):
        sm.ServiceCalendar.from_dict(LISTED).start_by(column(end) if many else end, "9h")
    with pytest.warns(sm.HolidayHorizonWarning, match="asked about 2027"):
        sm.ServiceCalendar.from_dict(LISTED).breaches_after(column(late) if many else late, "15h")


def test_a_country_goes_on() -> None:
    """S7: a country's rules speak beyond the pinned years too, so nothing warns."""
    calendar = sm.ServiceCalendar(hours=OFFICE, holidays="GB-ENG")
    with silence():
        assert not calendar.is_open(datetime(2055, 12, 27, 12, tzinfo=UTC))
        assert not calendar.is_open(datetime(1985, 12, 25, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "calendar",
    [
        sm.ServiceCalendar(hours={"daily": "closed"}, special={"2026-01-05": "09:00-17:00"}),
        sm.ServiceCalendar(
            timezone="Europe/London",
            hours={"daily": "closed"},
            seasons=[{"from": "2026-01-05", "to": "2026-01-06", "hours": "24x7"}],
        ),
        sm.ServiceCalendar(hours={"mon": "09:00-17:00"}) & sm.ServiceCalendar(hours={"tue": "09:00-17:00"}),
        ~sm.ServiceCalendar(timezone="America/New_York", hours="24x7"),
    ],
    ids=["one day", "one season", "never together", "never"],
)
def test_never_open_again_is_an_error(calendar: sm.Calendar) -> None:
    """A calendar that does not open again answers with an error, quickly, forwards and backwards."""
    begun = time.monotonic()
    after, before = datetime(2026, 2, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)
    for at in (after, column(after)):
        for name, rest in (("due", ["1h"]), ("breaches_after", ["1h"]), ("next_open", [])):
            with pytest.raises(sm.HorizonError, match=r"never opens after 20\d\d-.*Z: no answer up to year 2\d\d\d"):
                getattr(calendar, name)(at, *rest)
    for at in (before, column(before)):
        for name, rest in (("start_by", ["1h"]), ("previous_close", [])):
            with pytest.raises(
                sm.HorizonError, match=r"is never open before 20\d\d-.*Z: no answer back to year 1\d\d\d"
            ):
                getattr(calendar, name)(at, *rest)
    assert not calendar.is_open(after)
    assert calendar.due(after, "0h") == after
    assert calendar.elapsed(after, after + timedelta(days=900)) == timedelta()
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("many", [False, True])
def test_patience_has_no_memory(many: bool) -> None:
    """Looking far in one direction does not shorten the look in the other."""
    once = {"hours": {"daily": "closed"}, "special": {"2030-06-03": "09:00-17:00"}}
    before, after = datetime(2025, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
    calendar = sm.ServiceCalendar.from_dict(once)
    with pytest.raises(sm.HorizonError, match="is never open before 2025-01-01T00:00:00"):
        calendar.previous_close(before)
    assert np.all(calendar.next_open(column(before) if many else before) == opened(many, 9))
    calendar = sm.ServiceCalendar.from_dict(once)
    with pytest.raises(sm.HorizonError, match="never opens after 2035-01-01T00:00:00"):
        calendar.next_open(after)
    assert np.all(calendar.previous_close(column(after) if many else after) == opened(many, 17))


def opened(many: bool, hour: int) -> Any:
    at = datetime(2030, 6, 3, hour, tzinfo=UTC)
    return column(at) if many else at


def test_rare_openings_are_found() -> None:
    """One hour every 29 February is found, four and eight years on, and before."""
    calendar = sm.ServiceCalendar(
        hours={"daily": "closed"}, seasons=[{"from": "02-29", "to": "02-29", "hours": {"daily": "12:00-13:00"}}]
    )
    assert calendar.next_open(datetime(2096, 3, 1, tzinfo=UTC)) == datetime(2104, 2, 29, 12, tzinfo=UTC)
    assert calendar.due(datetime(2026, 1, 1, tzinfo=UTC), "2h") == datetime(2032, 2, 29, 13, tzinfo=UTC)
    assert calendar.start_by(datetime(2026, 1, 1, tzinfo=UTC), "3h") == datetime(2016, 2, 29, 12, tzinfo=UTC)
    assert calendar.previous_close(column(datetime(2103, 1, 1, tzinfo=UTC)))[0] == np.datetime64("2096-02-29T13:00")


def test_long_amounts() -> None:
    """A limit of years is counted out, in scalars and arrays."""
    calendar = sm.ServiceCalendar(hours={"daily": "00:00-12:00"})
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert calendar.due(start, "87600h") == start + timedelta(days=7299, hours=12)
    assert (calendar.breaches_after(column(start), "87600h") == column(start + timedelta(days=7300))).all()
    assert calendar.start_by(start, "87600h") == start - timedelta(days=7300)
