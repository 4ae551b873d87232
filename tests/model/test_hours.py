"""Hours of a week as they are written: read, merged, written back, refused with a reason (S4)."""

from typing import Any

import pytest
from hypothesis import given

import slamodel as sm
from slamodel.model.hours import (
    WEEKDAYS,
    nominal_day,
    parse_days,
    parse_stretches,
    parse_week,
    stretches_text,
    week_dict,
)
from tests.strategies import day_hours, weeks

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("09:00-17:00", [(9, 17)]),
        ("9:00-17:00", [(9, 17)]),
        (" 09:00 - 17:00 ", [(9, 17)]),
        ("09:00-12:30, 13:30-17:30", [(9, 12.5), (13.5, 17.5)]),
        ("13:30-17:30,09:00-12:30", [(9, 12.5), (13.5, 17.5)]),
        ("09:00-12:00, 12:00-17:00", [(9, 17)]),
        ("22:00-06:00", [(22, 30)]),
        ("22:00-00:00", [(22, 24)]),
        ("22:00-24:00", [(22, 24)]),
        ("00:00-24:00", [(0, 24)]),
        ("24h", [(0, 24)]),
        ("10:00-34:00", [(10, 34)]),
        ("20:00-48:00", [(20, 48)]),
        ("09:00:30-17:00:01", [(9 + 30 / 3600, 17 + 1 / 3600)]),
        ("closed", []),
        ("None", []),
        ("", []),
        (None, []),
        ([], []),
        (["09:00-12:00", "13:00-17:00"], [(9, 12), (13, 17)]),
        ([("09:00", "12:00"), ["13:00", "17:00"]], [(9, 12), (13, 17)]),
    ],
)
def test_day_is_read(text: Any, stretches: list[tuple[float, float]]) -> None:
    """Stretches from midnight, sorted; touching ones are one; an end at or before its start is tomorrow's."""
    assert parse_stretches(text) == tuple((round(a * HOUR), round(b * HOUR)) for a, b in stretches)


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (1020, "E103", '1020 is not a time; YAML read 17:00 as a number, quote it; write "09:00-17:00"'),
        (540.0, "E103", "540.0 is not a time; YAML read 09:00 as a number"),
        (61200, "E103", '61200 is not a time; write "09:00-17:00"'),
        (float("inf"), "E103", "inf is not a time; write"),
        (True, "E103", 'True is not a time; write "09:00-17:00"'),
        (["09:00", 1020], "E120", "'09:00' is not a stretch of hours"),
        ([[540, 1020]], "E103", '540 is not a time of day; write "09:00" or "09:00:30"'),
        ([1020], "E120", '1020 is not a stretch of hours; write "09:00-17:00"'),
        (object, "E120", "<class 'object'> are not hours"),
        ("09:00", "E120", "'09:00' is not a stretch of hours"),
        ("09:00-12:00-17:00", "E120", "'09:00-12:00-17:00' is not a stretch of hours"),
        ("9-17", "E103", "'9' is not a time of day"),
        (
            "09:00-17:60",
            "E103",
            "'17:60' is not a time of day; hours go to 24:00, or to 48:00 for an end on the next day",
        ),
        ("09:00-17:00:60", "E103", "'17:00:60' is not a time of day"),
        ("09:00-48:01", "E103", "'48:01' is not a time of day"),
        ("24:00-26:00", "E120", "24:00 does not start on its day; a start is before 24:00"),
        ("09:00-09:00", "E120", '09:00-09:00 is empty; for the whole day write "00:00-24:00"'),
        ("00:00-00:00", "E120", "00:00-00:00 is empty"),
        ("09:00-17:00, 16:00-20:00", "E120", "09:00-17:00 overlaps 16:00-20:00"),
        ("22:00-06:00, 23:00-24:00", "E120", "22:00-06:00 overlaps 23:00-24:00"),
        ("\u0660\u0669:\u0660\u0660-\u0661\u0667:\u0660\u0660", "E103", "is not a time of day"),
    ],
)
def test_day_is_refused(value: Any, code: str, message: str) -> None:
    """E103: YAML turned a time into a number; E120: empty and overlapping hours (S4)."""
    with pytest.raises(sm.CalendarError) as caught:
        parse_stretches(value)
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.code == code


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", [0]),
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("Mon-Wed", [0, 1, 2]),
        ("monday - tuesday", [0, 1]),
        ("sat-mon", [5, 6, 0]),
        ("fri-fri", [4]),
        ("mon, wed", [0, 2]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
        ("weekdays, sun", [0, 1, 2, 3, 4, 6]),
        ("weekends", [5, 6]),
    ],
)
def test_days_are_read(text: str, days: list[int]) -> None:
    """Days by name, in ranges that may pass Sunday, in lists and in groups."""
    assert parse_days(text) == days


@pytest.mark.parametrize(
    ("hours", "messages"),
    [
        ({"mno": "09:00-17:00"}, ["mno: 'mno' is not a day of the week; did you mean 'mon'? [E101]"]),
        ({"mon-": "09:00-17:00", "x": "24h"}, ["x: 'x' is not a day of the week; known: mon, tue, wed"]),
        ({1: "09:00-17:00"}, ["1: '1' is not a day of the week"]),
        (
            {"mon-fri": "09:00-17:00", "wed": "09:00-12:00"},
            ["wed: wed is given twice; put all its hours in one place [E120]"],
        ),
        ("09:00-17:00", ["'09:00-17:00' are not opening hours; write \"24x7\" or days with hours, such as"]),
        (1020, ["1020 are not opening hours"]),
        (
            {"mon": "09:00-09:00", "tue": 1020, "wde": "closed"},
            ["mon: 09:00-09:00 is empty", "tue: 1020 is not a time; YAML read 17:00", "wde: 'wde' is not a day"],
        ),
    ],
)
def test_week_is_refused(hours: Any, messages: list[str]) -> None:
    """Every problem of a week is told at once, each at its day."""
    with pytest.raises(sm.CalendarError) as caught:
        parse_week(hours)
    told = str(caught.value).split("\n")
    assert len(told) == len(messages)
    assert all(message in line for message, line in zip(messages, told, strict=True)), told


@given(day_hours(1))
def test_day_is_written_and_read_back(text: str) -> None:
    """parse_stretches reads what stretches_text writes."""
    stretches = parse_stretches(text)
    assert parse_stretches(stretches_text(stretches)) == stretches


@given(weeks(5))
def test_week_is_written_and_read_back(hours: Any) -> None:
    """parse_week reads what week_dict writes: days in order, equal neighbours as one range."""
    week = parse_week(hours)
    written = week_dict(week)
    assert parse_week(written) == week
    if isinstance(written, dict):
        firsts = [key[:3] for key in written]
        assert firsts == sorted(firsts, key=WEEKDAYS.index)


def test_week_is_written_short() -> None:
    """Ranges where neighbours are equal; closed days are left out."""
    hours = dict.fromkeys(["tue", "wed", "thu"], "09:00-17:00") | {"sat": "22:00-06:00", "sun": "10:00:30-34:00:30"}
    assert week_dict(parse_week(hours)) == {
        "tue-thu": "09:00-17:00",
        "sat": "22:00-06:00",
        "sun": "10:00:30-34:00:30",
    }
    assert week_dict(parse_week({"daily": "24h"})) == "24x7"
    assert stretches_text([]) == "closed"


def test_nominal_day() -> None:
    """C5: the length of a business day is the open time of a week over its open weekdays."""
    assert nominal_day(parse_week({"mon-thu": "09:00-17:00", "fri": "09:00-12:00"})) == 7 * HOUR
    assert nominal_day(parse_week({"daily": "closed"})) == 0
    assert sm.ServiceCalendar(hours="24x7").nominal_day == 24 * HOUR
