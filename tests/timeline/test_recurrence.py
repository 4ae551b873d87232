"""Windows recur by the wall clock, on the dates of a rule."""

from datetime import datetime
from typing import Any

import pytest

import slamodel as sm
from slamodel.model.exclusion import parse_recurrence
from slamodel.timeline.instants import HOUR
from slamodel.timeline.recurrence import Recurrence


def windows(recurrence: Recurrence, first: str, last: str) -> list[str]:
    found = recurrence.windows(datetime.fromisoformat(first), datetime.fromisoformat(last))
    return [f"{start:%m-%d %H:%M} {end:%m-%d %H:%M}" for start, end in found]


def test_every_week() -> None:
    """A phrase is a weekly rule; a window is told if it begins at the first instant, and not at the last."""
    (sunday,) = parse_recurrence("sun 02:00-06:00")
    assert sunday == Recurrence("FREQ=WEEKLY;BYDAY=SU", 2 * HOUR, 4 * HOUR)
    assert windows(sunday, "2026-06-07T02:00", "2026-06-21T02:00") == [
        "06-07 02:00 06-07 06:00",
        "06-14 02:00 06-14 06:00",
    ]
    assert windows(sunday, "2026-06-07T02:01", "2026-06-14T02:00") == []


def test_several_hours_and_nights() -> None:
    """Several hours of several days are a rule each; a night ends on the next date."""
    late, early = parse_recurrence("mon-tue 22:00-02:00, 12:00-13:00")[::-1]
    assert windows(late, "2026-06-08", "2026-06-15") == ["06-08 22:00 06-09 02:00", "06-09 22:00 06-10 02:00"]
    assert early.length == HOUR


def test_rules() -> None:
    """The first Saturday of a month, its last day, every other week from a Monday, and more than a day."""
    (saturday,) = parse_recurrence("FREQ=MONTHLY;BYDAY=1SA 22:00 for 56h")
    assert windows(saturday, "2026-06-01", "2026-08-01") == ["06-06 22:00 06-09 06:00", "07-04 22:00 07-07 06:00"]
    (last,) = parse_recurrence("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1 18:00-06:00")
    assert windows(last, "2026-02-01", "2026-04-01") == ["02-28 18:00 03-01 06:00", "03-31 18:00 04-01 06:00"]
    (other,) = parse_recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO 00:00-24:00")
    assert windows(other, "2000-01-01", "2000-02-01") == [
        "01-03 00:00 01-04 00:00",
        "01-17 00:00 01-18 00:00",
        "01-31 00:00 02-01 00:00",
    ]


@pytest.mark.parametrize(
    "text", ["FREQ=WEEKLY;BYDAY=SU 02:00 for 4h", "FREQ=MONTHLY;BYDAY=1SA 22:00 for 56h", "FREQ=DAILY 01:02:03 for 1s"]
)
def test_text(text: str) -> None:
    """A recurrence is written as it is read."""
    assert str(Recurrence.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "sometimes", "sun", "sun closed", "sundae 02:00-06:00", "sun 02:00", 5, None, "sun " + "x" * 300),
        *(
            "FREQ=HOURLY 02:00-03:00",
            "FREQ=DAILY",
            "FREQ=DAILY 02:00",
            "FREQ=DAILY 25:00-26:00",
            "BYDAY=SU 02:00-03:00",
        ),
        *("FREQ=DAILY;COUNT=3 02:00-03:00", "FREQ=DAILY;UNTIL=20270101 02:00-03:00", "FREQ=DAILY 02:00 for 3bd"),
        *("FREQ=WEEKLY;BYDAY=XX 02:00-03:00", "FREQ=MONTHLY;BYMONTHDAY=x 02:00-03:00", "FREQ=DAILY 02:00 for 400d"),
    ],
)
def test_refused(text: Any) -> None:
    """What does not recur is refused with a sentence."""
    with pytest.raises(sm.SlaModelError):
        parse_recurrence(text)


def test_refused_as_made() -> None:
    """A window begins on its day and has a length."""
    for at, length in ((24 * HOUR, HOUR), (-1, HOUR), (0, 0)):
        with pytest.raises(sm.DurationError):
            Recurrence("FREQ=DAILY", at, length)
