"""What a calendar is made of, how it is shown, and what is said of one that cannot be (S4 to S6)."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import slamodel as sm
from slamodel.errors import Problem

OFFICE = {"mon-fri": "09:00-17:00"}
HOUR = timedelta(hours=1)
FULL: dict[str, Any] = {
    "timezone": "Europe/London",
    "hours": {"mon-thu": "09:00-12:30, 13:30-17:30", "fri": "09:00-16:00"},
    "holidays": ["2026-12-25", "2026-12-28"],
    "special": {"2026-12-24": "09:00-13:00", "2026-12-31": "closed", "2026-12-30": "none"},
    "closed": ["2026-12-29", ["2026-03-02T12:00", "2026-03-02T14:00"]],
    "breaks": {"2026-05-05": "10:00-11:00"},
    "seasons": [{"from": "07-01", "to": "08-31", "hours": {"mon-fri": "08:00-14:00"}}],
    "closure": "shift",
}


def day_of(calendar: sm.Calendar, day: str, zone: str = "Europe/London") -> timedelta:
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    answer: timedelta = calendar.elapsed(start, start + timedelta(days=1))  # the wall clock's day
    return answer


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-03-03", 7.5),
        ("2026-03-06", 7),
        ("2026-03-02", 6.5),
        ("2026-05-05", 6.5),
        ("2026-07-01", 6),
        ("2026-12-24", 4),
        ("2026-12-25", 0),
        ("2026-12-29", 0),
        ("2026-12-30", 0),
        ("2026-12-31", 0),
        ("2026-12-26", 0),
    ],
)
def test_each_part_does_its_work(day: str, hours: float) -> None:
    """S5: weekly hours, holiday, special day, closure, local span, break, season."""
    assert day_of(sm.ServiceCalendar.from_dict(FULL), day) == hours * HOUR


def test_document() -> None:
    """to_dict is JSON, and says what the calendar says, briefly."""
    calendar = sm.ServiceCalendar.from_dict(FULL)
    assert json.loads(json.dumps(calendar.to_dict())) == {
        **FULL,
        "special": {"2026-12-24": "09:00-13:00", "2026-12-30": "none"},
        "closed": ["2026-12-29", "2026-12-31", ["2026-03-02T12:00", "2026-03-02T14:00"]],
    }


def test_shown() -> None:
    """str is one line for messages: the hours, the zone, and how many exceptions there are."""
    assert str(sm.ServiceCalendar.from_dict(FULL)) == (
        "mon-thu 09:00-12:30, 13:30-17:30, fri 09:00-16:00 Europe/London "
        "(holidays listed, 2 special days, 3 closures, 1 break, 1 season)"
    )
    assert str(sm.ServiceCalendar(hours="24x7")) == "24x7 UTC"
    assert str(sm.ServiceCalendar(hours="24x7", holidays="GB-ENG")) == "24x7 UTC (holidays GB-ENG)"
    assert str(sm.ServiceCalendar(hours="24x7", holidays="US")) == "24x7 UTC (holidays US)"
    assert str(sm.ServiceCalendar(hours="24x7", holidays={"market": "XNYS"})) == "24x7 UTC (holidays XNYS)"
    once = sm.ServiceCalendar(hours={"mon": "closed"}, special={"2026-12-24": "09:00-13:00"})
    assert str(once) == "closed UTC (1 special day)"
    assert (
        repr(once)
        == "ServiceCalendar(timezone='UTC', hours={'daily': 'closed'}, special={'2026-12-24': '09:00-13:00'})"
    )


@pytest.mark.parametrize(
    ("closure", "evening", "night_before", "night_after"),
    [("date", 0, 2, 6), ("shift", 0, 8, 0)],
)
def test_closed_date_and_night_shift(closure: str, evening: int, night_before: int, night_after: int) -> None:
    """S5: a closed date cuts its 24 hours; with `closure: shift` it cancels what starts on it, tail and all."""
    nights = {"hours": {"daily": "22:00-06:00"}, "closed": ["2026-12-25"], "closure": closure}
    calendar = sm.ServiceCalendar.from_dict(nights)
    noon = datetime(2026, 12, 24, 12, tzinfo=UTC)
    christmas = datetime(2026, 12, 25, 22, tzinfo=UTC)
    assert calendar.elapsed(christmas, christmas + 2 * HOUR) == evening * HOUR
    assert calendar.elapsed(noon, noon + 24 * HOUR) == night_before * HOUR
    assert calendar.elapsed(christmas + 2 * HOUR, christmas + 14 * HOUR) == night_after * HOUR


def test_special_night_on_a_closed_date() -> None:
    """S5: a date both special and closed is closed; the special hours past its midnight remain."""
    calendar = sm.ServiceCalendar(
        hours={"daily": "20:00-02:00"}, special={"2026-12-25": "22:00-06:00"}, closed=["2026-12-25"]
    )
    midnight = datetime(2026, 12, 26, tzinfo=UTC)
    assert calendar.elapsed(midnight - 4 * HOUR, midnight) == timedelta()
    assert calendar.elapsed(midnight, midnight + 12 * HOUR) == 6 * HOUR


def test_special_day_replaces_what_starts() -> None:
    """S5: a special day leaves the tail of the night before it alone."""
    calendar = sm.ServiceCalendar(hours={"daily": "22:00-06:00"}, special={"2026-12-25": "12:00-13:00"})
    assert day_of(calendar, "2026-12-25", "UTC") == 7 * HOUR
    assert day_of(calendar, "2026-12-26", "UTC") == 2 * HOUR
    nothing = sm.ServiceCalendar(hours={"daily": "22:00-06:00"}, special={"2026-12-25": "none"})
    assert day_of(nothing, "2026-12-25", "UTC") == 6 * HOUR
    shut = sm.ServiceCalendar(hours={"daily": "22:00-06:00"}, special={"2026-12-25": " Closed"})
    assert day_of(shut, "2026-12-25", "UTC") == timedelta()
    assert day_of(shut, "2026-12-26", "UTC") == 8 * HOUR


def test_opening_of_a_date() -> None:
    """The hours that start on a date, after closures and breaks, in microseconds after its midnight."""
    calendar = sm.ServiceCalendar(
        hours={"daily": "22:00-06:00"},
        closed=["2026-12-25"],
        breaks={"2026-12-28": "03:00-04:00", "2026-12-27": "23:00-25:00"},
    )
    hour = 3_600_000_000
    assert calendar.opening(date(2026, 12, 24)) == ((22 * hour, 24 * hour),)
    assert calendar.opening(date(2026, 12, 25)) == ((24 * hour, 30 * hour),)
    assert calendar.opening(date(2026, 12, 27)) == (
        (22 * hour, 23 * hour),
        (25 * hour, 27 * hour),
        (28 * hour, 30 * hour),
    )


@pytest.mark.parametrize(
    ("pair", "left"),
    [
        (("2026-03-29T00:00", "2026-03-29T12:00"), timedelta()),
        (("2026-03-29T00:00", "2026-03-29T01:00+00:00"), 10 * HOUR),
        (("2026-10-25T01:30+01:00", "2026-10-25T01:30+00:00"), 12 * HOUR),
        ((datetime(2026, 6, 1, 9), datetime(2026, 6, 1, 10)), 11 * HOUR),
        ((datetime(2026, 6, 1, 8, tzinfo=UTC), "2026-06-01T09:00:00.000001"), 12 * HOUR - timedelta(microseconds=1)),
    ],
)
def test_local_spans(pair: Any, left: timedelta) -> None:
    """S6: a closed stretch between local times; its ends may carry their offset, and must where it matters."""
    calendar = sm.ServiceCalendar(timezone="Europe/London", hours={"daily": "00:00-12:00"}, closed=[pair])
    assert day_of(calendar, str(pair[0])[:10]) == left
    assert sm.ServiceCalendar.from_dict(calendar.to_dict()) == calendar


@pytest.mark.parametrize(
    ("document", "messages"),
    [
        ({"hours": {"mon": "closed"}}, ["hours: no open hours; a clock on this calendar would never run [E121]"]),
        ({"hours": {}}, ["hours: no open hours"]),
        ({"hours": OFFICE, "timezone": "EST"}, ["timezone: timezone 'EST': use a place such as 'America/New_York'"]),
        (
            {"hours": OFFICE, "timezone": "Europe/Lodnon"},
            ["did you mean 'Europe/London'; use an IANA place such as 'Europe/London' [E113]"],
        ),
        ({"hours": OFFICE, "timezone": 5}, ["timezone: timezone 5: write an IANA place"]),
        ({"hours": {"mon": "09:00-17:00, 16:00-20:00"}}, ["hours.mon: 09:00-17:00 overlaps 16:00-20:00 [E120]"]),
        ({"hours": {"mon": 1020}}, ["hours.mon: 1020 is not a time; YAML read 17:00 as a number, quote it"]),
        ({"hours": OFFICE, "holidays": False}, ["holidays: False; YAML 1.1 reads NO as false"]),
        ({"hours": OFFICE, "holiday": "GB"}, ["holiday: unknown key; did you mean 'holidays'? [E101]"]),
        ({"timezone": "UTC"}, ['hours: missing; write "24x7" or days with hours [E102]']),
        ({"hours": None}, ["hours: missing"]),
        ({"hours": OFFICE, "closure": "shfit"}, ["closure: 'shfit' is neither 'date' nor 'shift' [E101]"]),
        ({"hours": OFFICE, "closure": ["date"]}, ["closure: ['date'] is neither 'date' nor 'shift'"]),
        ({"hours": OFFICE, "special": ["2026-12-24"]}, ["special: ['2026-12-24'] is not a mapping of dates to hours"]),
        (
            {"hours": OFFICE, "special": {"24.12.2026": "none"}},
            ["special.24.12.2026: '24.12.2026' is not a date; write"],
        ),
        ({"hours": OFFICE, "special": {"2026-12-24": 780}}, ["special.2026-12-24: 780 is not a time; YAML read 13:00"]),
        ({"hours": OFFICE, "breaks": {"2026-12-24": "9-10"}}, ["breaks.2026-12-24: '9' is not a time of day"]),
        ({"hours": OFFICE, "closed": "2026-12-24"}, ["closed: '2026-12-24' is not a list of dates"]),
        ({"hours": OFFICE, "closed": 5}, ["closed: 5 is not a list of dates"]),
        ({"hours": OFFICE, "closed": ["2026-12-24", "Xmas"]}, ["closed.1: 'Xmas' is not a date"]),
        (
            {"hours": OFFICE, "closed": [datetime(2026, 12, 24)]},
            ["closed.0: 2026-12-24T00:00:00 is an instant where a date"],
        ),
        (
            {"hours": OFFICE, "closed": [["2026-03-02T12:00"]]},
            ["closed.0: ['2026-03-02T12:00'] is not a pair of local times"],
        ),
        (
            {"hours": OFFICE, "closed": [["noon", "2026-03-02T12:00"]]},
            ["closed.0: noon to 2026-03-02T12:00 are not local"],
        ),
        (
            {"hours": OFFICE, "closed": [["2026-03-02T14:00", "2026-03-02T12:00"]]},
            ["closed.0: 2026-03-02T14:00 to 2026-03-02T12:00 ends before it starts [E105]"],
        ),
        ({"hours": OFFICE, "closed": [["9999-12-31", "9999-12-31T12:00"]]}, ["is outside years 2-9998"]),
        (
            {"hours": OFFICE, "timezone": "Europe/London", "closed": [["2026-03-29T01:30", "2026-03-29T03:00"]]},
            ["closed.0: 2026-03-29T01:30 does not exist in Europe/London (clocks go 01:00 -> 02:00)"],
        ),
        (
            {"hours": OFFICE, "timezone": "Europe/London", "closed": [["2026-10-25T01:30", "2026-10-25T03:00"]]},
            ["closed.0: 2026-10-25T01:30 happens twice in Europe/London; add +01:00 or +00:00"],
        ),
        ("always", ["'always' is not a calendar; write \"24x7\", or keys such as timezone and hours [E100]"]),
        (None, ["None is not a calendar"]),
        (
            {
                "timezone": "Europe/Lodnon",
                "hours": {"mon": "09:00-09:00", "tue": 1020},
                "holidays": ["x"],
                "special": {"y": "none"},
                "closed": [["2026-03-02T12:00", "2026-03-02T14:00"], "z"],
                "seasons": 5,
                "closure": "both",
                "hoilidays": [],
            },
            [
                "hoilidays: unknown key; did you mean 'holidays'?",
                "timezone: timezone 'Europe/Lodnon' is not known",
                "hours.mon: 09:00-09:00 is empty",
                "hours.tue: 1020 is not a time",
                "holidays: 'x' is not a date",
                "seasons: 5 is not a list of seasons",
                "special.y: 'y' is not a date",
                "closed.1: 'z' is not a date",
                "closure: 'both' is neither",
            ],
        ),
    ],
)
def test_calendar_is_refused(document: Any, messages: list[str]) -> None:
    """Every problem of a document at once: its place, the rule, what came, and the next step."""
    with pytest.raises(sm.CalendarError) as caught:
        sm.ServiceCalendar.from_dict(document)
    told = str(caught.value).split("\n")
    assert len(told) == len(messages), told
    assert all(message in line for message, line in zip(messages, told, strict=True)), told


def test_errors_travel() -> None:
    """An error with its problems survives a pickle; a problem shows the place it came from."""
    import pickle

    error = sm.CalendarError([Problem("E101", "hours.mno", "what", file="a.yaml", line=3, column=5)])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    assert again.problems == error.problems
    assert str(again) == "a.yaml:3:5: hours.mno: what [E101]"
    assert str(Problem("E101", "", "what", file="a.yaml")) == "a.yaml: what [E101]"
    assert Problem("E101", "mno", "what").under("hours").path == "hours.mno"
    assert sm.CalendarError("what").problems == (Problem("E100", "", "what"),)


def test_base_calendar_has_no_hours() -> None:
    """A calendar of one's own says what is open in given years; the base says nothing."""
    with pytest.raises(NotImplementedError):
        sm.Calendar().spans_in_years(2026, 2027)
    with pytest.raises(NotImplementedError):
        _ = sm.Calendar().line
    with pytest.raises(NotImplementedError):
        sm.Calendar().is_open(datetime(2026, 1, 1, tzinfo=UTC))
