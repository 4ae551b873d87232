"""Business days after an instant, by the two readings that need dates (C5): against a walk from date to date."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.timeline.relative import CLOSE
from slamodel.timeline.workdays import Workdays
from slamodel.timeline.zones import zone

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY_US = DAY // MICROSECOND


def ask(calendar: sm.ServiceCalendar, start: datetime, days: int, *, end_of_day: bool) -> tuple[datetime, datetime]:
    workdays = Workdays(str(calendar), zone(calendar.timezone), calendar.opening)
    column = np.array([(start - EPOCH) // MICROSECOND] * 2)
    due, opening = workdays.after(column, np.array([days] * 2), CLOSE if end_of_day else None)
    assert due[0] == due[1]
    return EPOCH + int(due[0]) * MICROSECOND, EPOCH + int(opening[0]) * MICROSECOND


@pytest.mark.parametrize("thursday", ["09:00-17:00", "09:00-13:00"])
@pytest.mark.parametrize(("end_of_day", "hour"), [(False, 14), (True, 17)])
def test_worked_example_a6(thursday: str, end_of_day: bool, hour: int) -> None:
    """Worked examples A6a and A6b: two business days from Wednesday 14:00 are Friday 14:00, or Friday's close."""
    calendar = sm.ServiceCalendar(
        timezone="Europe/London", hours={"mon-fri": "09:00-17:00"}, special={"2026-12-17": thursday}
    )
    due, opening = ask(calendar, datetime(2026, 12, 16, 14, tzinfo=UTC), 2, end_of_day=end_of_day)
    assert due == datetime(2026, 12, 18, hour, tzinfo=UTC)
    assert opening == datetime(2026, 12, 18, 9, tzinfo=UTC)


def walked(calendar: sm.ServiceCalendar, start: datetime, days: int, *, end_of_day: bool) -> datetime:
    """Step from date to date along the wall clock of the calendar."""
    wall = start.astimezone(zone(calendar.timezone).info).replace(tzinfo=None)
    day = wall.date()
    since = (wall - midnight(day)) // MICROSECOND
    if not calendar.opening(day):
        day = following(calendar, day)
        since = calendar.opening(day)[0][0]
        days -= end_of_day
    for _ in range(days):
        day = following(calendar, day)
    opens, closes = calendar.opening(day)[0][0], calendar.opening(day)[-1][1]
    at = closes if end_of_day else min(max(since, opens), closes)
    if not end_of_day and since < opens:
        night = [closes for _, closes in calendar.opening(day - DAY)[-1:] if closes > DAY_US]
        if night and since + DAY_US <= night[0]:
            at = since
        elif since + DAY_US <= closes:
            at = since + DAY_US
    due = midnight(day) + at * MICROSECOND
    return due.replace(tzinfo=zone(calendar.timezone).info).astimezone(UTC)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def following(calendar: sm.ServiceCalendar, day: date) -> date:
    while True:
        day += DAY
        if calendar.opening(day):
            return day


WEEKS: list[dict[str, str]] = [
    {"mon-fri": "09:00-12:00, 13:00-17:00"},
    {"daily": "01:15-02:45"},
    {"sun-thu": "22:00-06:00"},
    {"tue": "00:00-24:00", "sat": "10:00-34:00"},
]


@given(
    st.sampled_from(WEEKS),
    st.sampled_from(["Europe/London", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.datetimes(datetime(2011, 6, 1), datetime(2012, 6, 1)),
    st.integers(1, 30),
    st.booleans(),
    st.lists(st.integers(0, 400), max_size=5),
)
def test_walk_from_date_to_date(
    hours: dict[str, str], key: str, start: datetime, days: int, end_of_day: bool, closed: list[int]
) -> None:
    """C5: the date is that of walking over the dates on which hours start."""
    dates = [date(2011, 6, 1) + n * DAY for n in closed]
    calendar = sm.ServiceCalendar(timezone=key, hours=hours, closed=dates, closure="shift")
    at = start.replace(tzinfo=UTC)
    due, _ = ask(calendar, at, days, end_of_day=end_of_day)
    assert due == walked(calendar, at, days, end_of_day=end_of_day)


def test_horizon_grows_and_ends() -> None:
    """Days are looked for as far as they must be, and no further where none come any more."""
    hours = ((9 * 3_600_000_000, 17 * 3_600_000_000),)
    start = np.array([(datetime(2026, 7, 1, tzinfo=UTC) - EPOCH) // MICROSECOND])
    yearly = Workdays("yearly", zone("UTC"), lambda day: hours if (day.month, day.day) == (6, 1) else ())
    due, opening = yearly.after(start, np.array([3]))
    assert due[0] == opening[0] == (datetime(2030, 6, 1, 9, tzinfo=UTC) - EPOCH) // MICROSECOND
    assert yearly.after(start, np.array([3]))[0] == due  # asked again, nothing grows
    once = Workdays("once", zone("UTC"), lambda day: hours if day == date(2026, 8, 1) else ())
    with pytest.raises(sm.HorizonError, match="once has no 2 business days after 2026-07-01"):
        once.after(start, np.array([2]))
