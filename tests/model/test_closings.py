"""Why a calendar is closed: what the paper says closes it, over every stretch that is (S5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import slamodel as sm
from slamodel.model.closings import closings, zone_of
from slamodel.timeline.instants import from_datetime, to_datetime
from slamodel.timeline.spans import EMPTY, Spans

LONDON = ZoneInfo("Europe/London")
DESK: dict[str, Any] = {"timezone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}}


def reasons(calendar: sm.Calendar, first: str, last: str, zone: str = "Europe/London") -> list[str]:
    """Return a line a closed stretch between two local times; they are all that is closed."""
    place = ZoneInfo(zone)
    start, end = (from_datetime(datetime.fromisoformat(text).replace(tzinfo=place)) for text in (first, last))
    closed = Spans([start], [end]) - calendar._timetable.spans_one(start, end)
    found = closings(calendar, closed)
    assert Spans([a for a, _, _ in found], [b for _, b, _ in found]).total == closed.total
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    return [
        f"{to_datetime(a).astimezone(place):%a %H:%M}-{to_datetime(b).astimezone(place):%a %H:%M} {why}"
        for a, b, why in found
    ]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["Wed 17:00-Thu 09:00 outside hours"]),
        ({"closed": ["2026-12-17"]}, ["Wed 17:00-Thu 00:00 outside hours", "Thu 00:00-Thu 12:00 closed date"]),
        (
            {"closed": ["2026-12-17"], "closure": "shift"},
            ["Wed 17:00-Thu 09:00 outside hours", "Thu 09:00-Thu 12:00 closed date"],
        ),
        (
            {"holidays": {"2026-12-17": "Saturnalia"}},
            ["Wed 17:00-Thu 00:00 outside hours", "Thu 00:00-Thu 12:00 holiday: Saturnalia"],
        ),
        ({"holidays": ["2026-12-17"]}, ["Wed 17:00-Thu 00:00 outside hours", "Thu 00:00-Thu 12:00 holiday"]),
        (
            {"holidays": ["2026-12-17"], "closed": ["2026-12-17"]},
            ["Wed 17:00-Thu 00:00 outside hours", "Thu 00:00-Thu 12:00 closed date"],
        ),
        (
            {"holidays": ["2026-12-17"], "special": {"2026-12-17": "10:00-11:00"}},
            [
                "Wed 17:00-Thu 09:00 outside hours",
                "Thu 09:00-Thu 10:00 special day",
                "Thu 11:00-Thu 12:00 special day",
            ],
        ),
        (
            {"special": {"2026-12-17": "none"}},
            ["Wed 17:00-Thu 09:00 outside hours", "Thu 09:00-Thu 12:00 special day"],
        ),
        ({"breaks": {"2026-12-16": "13:00-13:30"}}, ["Wed 13:00-Wed 13:30 break", "Wed 17:00-Thu 09:00 outside hours"]),
        (
            {"closed": [("2026-12-16T15:00", "2026-12-17T10:00")]},
            ["Wed 15:00-Thu 10:00 closed"],
        ),
        (
            {
                "closed": [("2026-12-16T15:00", "2026-12-16T16:00"), "2026-12-16"],
                "breaks": {"2026-12-16": "12:00-13:00"},
            },
            [
                "Wed 12:00-Wed 13:00 break",
                "Wed 13:00-Wed 15:00 closed date",
                "Wed 15:00-Wed 16:00 closed",
                "Wed 16:00-Thu 00:00 closed date",
                "Thu 00:00-Thu 09:00 outside hours",
            ],
        ),
    ],
)
def test_what_closes(more: dict[str, Any], expected: list[str]) -> None:
    """Each exception of a calendar is named over what it closes, the one closest to the hour first."""
    assert reasons(sm.ServiceCalendar.from_dict({**DESK, **more}), "2026-12-16T12:00", "2026-12-17T12:00") == expected


def test_nights() -> None:
    """A closed date cuts a night at midnight; under `shift` it cancels the night that starts on it, tail and all."""
    nights = {"timezone": "Europe/London", "hours": {"daily": "22:00-06:00"}, "closed": ["2026-12-17"]}
    by_date = sm.ServiceCalendar.from_dict(nights)
    assert reasons(by_date, "2026-12-16T23:00", "2026-12-18T07:00") == [
        "Thu 00:00-Fri 00:00 closed date",
        "Fri 06:00-Fri 07:00 outside hours",
    ]
    by_shift = sm.ServiceCalendar.from_dict({**nights, "closure": "shift"})
    assert reasons(by_shift, "2026-12-16T23:00", "2026-12-18T07:00") == [
        "Thu 06:00-Thu 22:00 outside hours",
        "Thu 22:00-Fri 06:00 closed date",
        "Fri 06:00-Fri 07:00 outside hours",
    ]
    special = sm.ServiceCalendar.from_dict({**nights, "closure": "shift", "special": {"2026-12-17": "23:00-24:00"}})
    assert reasons(special, "2026-12-17T22:00", "2026-12-18T00:00") == [
        "Thu 22:00-Thu 23:00 special day",
        "Thu 23:00-Fri 00:00 closed date",
    ]


def test_days_of_another_length() -> None:
    """A closed date on which the clocks change is 23 or 25 hours long (S3)."""
    calendar = sm.ServiceCalendar.from_dict({**DESK, "hours": "24x7", "closed": ["2026-03-29", "2026-10-25"]})
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        start = datetime(day.year, day.month, day.day, tzinfo=LONDON)
        a, b = from_datetime(start), from_datetime(start.replace(day=day.day) + timedelta(days=1))
        ((begin, end, why),) = closings(calendar, Spans([a], [b]))
        assert (to_datetime(end) - to_datetime(begin), why) == (timedelta(hours=hours), "closed date")


def test_over_new_year() -> None:
    """Closed time may pass a year, and the years of the zone are not those of UTC."""
    calendar = sm.ServiceCalendar.from_dict(
        {**DESK, "timezone": "Pacific/Auckland", "closed": ["2026-12-31", "2027-01-01"]}
    )
    assert reasons(calendar, "2026-12-30T16:00", "2027-01-04T10:00", "Pacific/Auckland") == [
        "Wed 17:00-Thu 00:00 outside hours",
        "Thu 00:00-Sat 00:00 closed date",
        "Sat 00:00-Mon 09:00 outside hours",
    ]


def test_holidays_of_a_country() -> None:
    """The holidays of a country go by their names; one that a special day replaces closes nothing."""
    calendar = sm.ServiceCalendar.from_dict({**DESK, "holidays": "GB-ENG", "special": {"2026-12-28": "10:00-12:00"}})
    assert reasons(calendar, "2026-12-24T16:00", "2026-12-28T17:00") == [
        "Thu 17:00-Fri 00:00 outside hours",
        "Fri 00:00-Sat 00:00 holiday: Christmas Day",
        "Sat 00:00-Sun 00:00 holiday: Boxing Day",
        "Sun 00:00-Mon 09:00 outside hours",
        "Mon 09:00-Mon 10:00 special day",
        "Mon 12:00-Mon 17:00 special day",
    ]


def test_combinations() -> None:
    """Of calendars put together those are named that close it alone."""
    desk = sm.ServiceCalendar.from_dict({**DESK, "closed": ["2026-12-16"]})
    other = sm.ServiceCalendar.from_dict({**DESK, "holidays": {"2026-12-17": "Feast"}})
    always = sm.ServiceCalendar.from_dict("24x7")
    ends = ("2026-12-16T12:00", "2026-12-17T12:00")
    assert reasons(desk & other, *ends) == ["Wed 12:00-Thu 00:00 closed date", "Thu 00:00-Thu 12:00 holiday: Feast"]
    assert reasons(desk | other, *ends) == ["Wed 17:00-Thu 09:00 outside hours"]
    assert reasons(desk - ~always, *ends) == ["Wed 12:00-Thu 00:00 closed date", "Thu 00:00-Thu 09:00 outside hours"]
    assert reasons(~desk, *ends) == ["Thu 09:00-Thu 12:00 outside hours"]


def test_nothing_closed() -> None:
    """What is open has no reason to be closed."""
    assert closings(sm.ServiceCalendar.from_dict("24x7"), EMPTY) == []


def test_zones() -> None:
    """A calendar is told in its zone; a combination in the one its parts share, or else in UTC."""
    london, tokyo = (
        sm.ServiceCalendar.from_dict({**DESK, "timezone": zone}) for zone in ("Europe/London", "Asia/Tokyo")
    )
    assert zone_of(london) == zone_of(london & ~london) == "Europe/London"
    assert zone_of(london | tokyo) == "UTC"
    assert zone_of(sm.ServiceCalendar.from_dict("24x7")) == "UTC" == str(UTC)
