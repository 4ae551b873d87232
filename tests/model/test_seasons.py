"""Seasons: another week between two dates, or each year between two days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm

SUMMER = {"mon-fri": "08:00-14:00"}
OFFICE = {"mon-fri": "09:00-17:00"}


def opening(calendar: sm.ServiceCalendar, day: str) -> list[float]:
    return [at / 3_600_000_000 for span in calendar.opening(date.fromisoformat(day)) for at in span]


def with_seasons(*seasons: dict[str, Any]) -> sm.ServiceCalendar:
    return sm.ServiceCalendar(hours=OFFICE, seasons=seasons)


def test_every_year() -> None:
    """Both days are part of the season, each year; the rest of the year has the usual hours."""
    calendar = with_seasons({"from": "06-15", "to": "09-15", "hours": SUMMER})
    assert opening(calendar, "2026-06-12") == [9, 17]
    assert opening(calendar, "2026-06-15") == [8, 14]
    assert opening(calendar, "2031-09-15") == [8, 14]
    assert opening(calendar, "2031-09-16") == [9, 17]


def test_over_new_year() -> None:
    """A season may pass New Year."""
    calendar = with_seasons({"from": "12-20", "to": "01-06", "hours": SUMMER})
    assert opening(calendar, "2026-12-18") == [9, 17]
    assert opening(calendar, "2026-12-21") == [8, 14]
    assert opening(calendar, "2027-01-06") == [8, 14]
    assert opening(calendar, "2027-01-07") == [9, 17]
    start = datetime(2026, 12, 31, tzinfo=UTC)
    assert calendar.elapsed(start, start + timedelta(days=2)) == timedelta(hours=12)


def test_between_two_dates() -> None:
    """A dated season comes once; dates may be dates or texts."""
    calendar = with_seasons({"from": date(2026, 6, 15), "to": "2026-06-16", "hours": {"daily": "closed"}})
    assert opening(calendar, "2026-06-15") == []
    assert opening(calendar, "2026-06-17") == [9, 17]
    assert opening(calendar, "2027-06-15") == [9, 17]
    assert calendar.to_dict()["seasons"] == [{"from": "2026-06-15", "to": "2026-06-16", "hours": {"daily": "closed"}}]


def test_leap_day() -> None:
    """In a year without 29 February a season from it starts on 1 March, and one to it ends on 28 February."""
    winter = {"from": "01-07", "to": "02-28", "hours": SUMMER}
    spring = {"from": "02-29", "to": "03-20", "hours": {"mon-fri": "10:00-11:00"}}
    calendar = with_seasons(winter, spring)
    assert opening(calendar, "2028-02-28") == [8, 14]
    assert opening(calendar, "2028-02-29") == [10, 11]
    assert opening(calendar, "2029-02-28") == [8, 14]
    assert opening(calendar, "2029-03-01") == [10, 11]
    to_leap_day = with_seasons({**winter, "to": "02-29"})
    assert opening(to_leap_day, "2028-02-29") == [8, 14]
    assert opening(to_leap_day, "2029-02-28") == [8, 14]
    assert opening(to_leap_day, "2029-03-01") == [9, 17]
    assert opening(with_seasons({"from": "02-29", "to": "02-29", "hours": SUMMER}), "2029-03-01") == [9, 17]


@given(
    st.dates(date(1999, 1, 1), date(2032, 12, 31)), st.dates(date(2000, 1, 1), date(2031, 12, 31)), st.integers(0, 400)
)
def test_spans_know_the_season_too(day: date, first: date, length: int) -> None:
    """What opens on a date is what the open stretches have, in and out of season."""
    last = first + timedelta(length)
    dated = {"from": first, "to": last, "hours": {"daily": "01:00-02:00"}}
    yearly = {"from": f"{first:%m-%d}", "to": f"{last:%m-%d}", "hours": {"daily": "01:00-02:00"}}
    for season in (dated, yearly):
        calendar = sm.ServiceCalendar(hours={"daily": "03:00-05:00"}, seasons=[season])
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        hours = sum(b - a for a, b in calendar.opening(day))
        assert calendar.elapsed(midnight, midnight + timedelta(1)) == timedelta(microseconds=hours)
        assert hours in {3_600_000_000, 7_200_000_000}


@pytest.mark.parametrize(
    ("seasons", "message"),
    [
        ([{"from": "06-15", "to": "09-15"}], "seasons.0: a season has the keys from, to and hours [E101]"),
        ([{"from": "06-15", "to": "09-15", "hours": SUMMER, "x": 1}], "a season has the keys from, to and hours"),
        (["summer"], "seasons.0: a season has the keys from, to and hours"),
        ("summer", "seasons: 'summer' is not a list of seasons"),
        (5, "seasons: 5 is not a list of seasons"),
        ([{"from": "06-15", "to": "2026-09-15", "hours": SUMMER}], "06-15 to 2026-09-15 is no season; write two dates"),
        ([{"from": "2026-09-15", "to": "2026-06-15", "hours": SUMMER}], "2026-09-15 to 2026-06-15 is no season"),
        ([{"from": "02-30", "to": "06-15", "hours": SUMMER}], "'2024-02-30' is not a date"),
        ([{"from": "spring", "to": "06-15", "hours": SUMMER}], "'spring' is not a date; write it as '2026-12-24'"),
        ([{"from": "06-15", "to": "09-15", "hours": {"mno": "24h"}}], "seasons.0.mno: 'mno' is not a day of the week"),
        (
            [{"from": "06-15", "to": "09-15", "hours": SUMMER}, {"from": "09-15", "to": "10-01", "hours": SUMMER}],
            "seasons: two seasons overlap on 2023-09-15",
        ),
        (
            [{"from": "12-20", "to": "01-06", "hours": SUMMER}, {"from": "01-06", "to": "01-07", "hours": SUMMER}],
            "two seasons overlap on",
        ),
        (
            [
                {"from": "2026-01-01", "to": "2030-01-01", "hours": SUMMER},
                {"from": "06-15", "to": "06-16", "hours": SUMMER},
            ],
            "two seasons overlap on 2026-06-15",
        ),
    ],
)
def test_season_is_refused(seasons: Any, message: str) -> None:
    """What is no season, and seasons that meet, are refused at their place."""
    with pytest.raises(sm.CalendarError) as caught:
        sm.ServiceCalendar(hours=OFFICE, seasons=seasons)
    assert message in str(caught.value)


def test_neighbours_do_not_overlap() -> None:
    """Seasons may follow each other day upon day."""
    calendar = with_seasons(
        {"from": "09-16", "to": "12-31", "hours": {"daily": "closed"}},
        {"from": "01-01", "to": "06-14", "hours": {"daily": "closed"}},
        {"from": "06-15", "to": "09-15", "hours": SUMMER},
    )
    assert opening(calendar, "2026-06-15") == [8, 14]
    assert opening(calendar, "2026-09-16") == []


def test_a_season_reaches_the_last_year() -> None:
    """S1 years: a season over new year is there in the last year that is answered for, and in the first."""
    hours = {"daily": "10:00-12:00"}
    seasons = [{"from": "07-11", "to": "01-02", "hours": hours}]
    last, first = (sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, seasons=seasons) for _ in range(2))
    assert last.due(datetime(9998, 12, 20, 9, tzinfo=UTC), "3h") == datetime(9998, 12, 21, 11, tzinfo=UTC)
    assert first.elapsed(datetime(2, 1, 1, tzinfo=UTC), datetime(2, 1, 2, tzinfo=UTC)) == timedelta(hours=2)
