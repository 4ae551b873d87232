"""Lengths of time as they are written: read exactly, written back, refused with a reason."""

from datetime import timedelta

import pandas as pd
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.timeline.durations import Amount, amount, duration_text, parse_amount

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("8h", 8 * HOUR),
        ("1h30m", 3 * HOUR // 2),
        ("90m", 3 * HOUR // 2),
        ("90min", 3 * HOUR // 2),
        ("1.5h", 3 * HOUR // 2),
        (" 1 h 30 m ", 3 * HOUR // 2),
        ("45s", 45_000_000),
        ("0.5s", 500_000),
        ("250ms", 250_000),
        ("7us", 7),
        ("0.1ms", 100),
        ("0h", 0),
        ("2d", 48 * HOUR),
        ("1w", 168 * HOUR),
        ("PT8H", 8 * HOUR),
        ("PT1H30M", 3 * HOUR // 2),
        ("P2DT4H", 52 * HOUR),
        ("PT0.5S", 500_000),
        ("PT0,000001S", 1),
        ("PT36H", 36 * HOUR),
    ],
)
def test_amounts_are_read(text: str, us: int) -> None:
    """Each spelling is so many microseconds."""
    assert amount(text).us == us
    assert amount(text).days == 0


@pytest.mark.parametrize(("text", "is_calendar"), [("2d", True), ("1w", True), ("P2D", True), ("48h", False)])
def test_calendar_days_are_told(text: str, is_calendar: bool) -> None:
    """E131 needs to know that a length was written in d or w (C5)."""
    assert amount(text).calendar_days is is_calendar


def test_business_days_stay_days() -> None:
    """C5: bd is no number of hours until a limit says how to read it."""
    assert amount("3bd") == Amount(days=3)
    assert str(amount("3bd")) == "3bd"
    assert str(amount("36h")) == "36h"
    assert str(amount("36h15m")) == "36h15m"
    assert str(amount("2d4h")) == "2d4h"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("8", r"'8' has no unit; write '8h', '8m' or '8bd'"),
        ("1.5", r"'1.5' has no unit"),
        ("-4h", r"'-4h' is negative; a length of time is zero or more"),
        ("1.5bd", r"'1.5bd': business days must be whole numbers"),
        ("1bd4h", r"'1bd4h' mixes business days with other units"),
        ("1h2h", r"'1h2h' says a unit twice"),
        ("8x", r"'8x' is not a length of time; write '8h', '1h30m', 'PT8H' or '3bd'"),
        ("", r"'' is not a length of time"),
        ("h", r"'h' is not a length of time"),
        ("8 hours", r"'8 hours' is not a length of time"),
        ("0.1us", r"'0.1us' has a part below a microsecond \(S1\)"),
        ("P1M", r"'P1M' is not an ISO 8601 duration of days, hours, minutes and seconds"),
        ("P1Y", r"'P1Y' is not an ISO 8601 duration"),
        ("P1W", r"'P1W' is not an ISO 8601 duration"),
        ("P", r"'P' is not an ISO 8601 duration"),
        ("PT", r"'PT' is not an ISO 8601 duration"),
        ("PT-8H", r"'PT-8H' is not an ISO 8601 duration"),
        ("P2D4H", r"'P2D4H' is not an ISO 8601 duration"),
        ("PT0.0000001S", r"'PT0.0000001S' is not an ISO 8601 duration"),
        ("9001000d", r"'9001000d' is longer than 9,000 years"),
        ("99999999bd", r"'99999999bd' is longer than 9,000 years"),
        ("1" * 99 + "h1m", r"'1{40}' is not a length of time"),
        ("PT" + "1" * 99 + "H", r"'PT1{38}' is not an ISO 8601 duration"),
    ],
)
def test_text_is_refused(text: str, message: str) -> None:
    """What cannot be read is named, with what to write (E133 and its kin)."""
    with pytest.raises(sm.DurationError, match=message):
        parse_amount(text)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (8, "8 is not a length of time; write a number and a unit"),
        (8.5, "8.5 is not a length of time"),
        (None, "None is not a length of time"),
        (["8h"], r"\['8h'\] is not a length of time"),
        (timedelta(hours=-1), "is negative; a length of time is zero or more"),
        (timedelta(days=9000 * 367), "is longer than 9,000 years"),
        (pendulum.duration(hours=-1), "is negative; a length of time is zero or more"),
        (pd.Timedelta("-1us"), "is negative; a length of time is zero or more"),
        (pd.Timedelta("1ns"), r"has a part below a microsecond \(S1\)"),
        (pd.NaT, "NaT is not a length of time"),
    ],
)
def test_value_is_refused(value: object, message: str) -> None:
    """Bare numbers want a unit; a length is zero or more, whole microseconds, and not for ever."""
    with pytest.raises(sm.DurationError, match=message):
        amount(value)


def test_other_kinds_of_timedelta() -> None:
    """The timedeltas of pandas and pendulum are timedeltas."""
    length = {"days": 3, "hours": 8, "seconds": 5, "microseconds": 7}
    expected = amount(timedelta(**length))
    assert amount(pd.Timedelta(timedelta(**length))) == amount(pendulum.duration(**length)) == expected
    assert amount(pendulum.interval(pendulum.datetime(2026, 1, 1), pendulum.datetime(2026, 3, 1))).us == 59 * 24 * HOUR
    assert amount(Amount(us=5)) == Amount(us=5)


@given(st.integers(0, 9000 * 366 * 24 * HOUR), st.booleans())
def test_written_and_read_back(us: int, days: bool) -> None:
    """parse_amount reads what duration_text writes."""
    assert amount(duration_text(us, days=days)).us == us


@given(st.integers(0, 9000 * 366 * 24 * HOUR), st.booleans())
def test_an_amount_keeps_its_unit(us: int, days: bool) -> None:
    """C5: half a day written as 0.5d is told in days, so that it reads back as what only a 24x7 calendar can count."""
    assert parse_amount(str(Amount(us=us, calendar_days=days))) == Amount(us=us, calendar_days=days)
    assert str(parse_amount("0.5d")) == "0d12h"


def test_written() -> None:
    """Lengths are shown with their units; a negative remaining time with its sign."""
    assert duration_text(0) == "0s"
    assert duration_text(-3 * HOUR // 2) == "-1h30m"
    assert duration_text(50 * HOUR) == "50h"
    assert duration_text(50 * HOUR, days=True) == "2d2h"
