"""What crosses the border into instants, and what is refused there (S1, S6, C14)."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pendulum
import pytest

import slamodel as sm
from slamodel.timeline.border import local_instant
from slamodel.timeline.instants import _EPOCHS, _EPOCHS_KEPT, finest, from_datetime, from_datetimes
from slamodel.timeline.zones import zone

CALENDAR = sm.ServiceCalendar(timezone="Europe/London", hours={"mon-fri": "09:00-17:00"})
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
questions = pytest.mark.parametrize(
    "question", ["elapsed", "due", "start_by", "is_open", "next_open", "previous_close"]
)


def ask(question: str, at: Any) -> Any:
    rest: dict[str, list[Any]] = {"elapsed": [NOON], "due": ["1h"], "start_by": ["1h"]}
    return getattr(CALENDAR, question)(at, *rest.get(question, []))


@questions
@pytest.mark.parametrize(
    ("at", "message"),
    [
        (datetime(2026, 1, 5, 12), r"2026-01-05T12:00:00 has no UTC offset: say which zone it is read in"),
        ([NOON, datetime(2026, 1, 5, 12)], r"2026-01-05T12:00:00 has no UTC offset"),
        (pd.Timestamp("2026-01-05 12:00:00.000000001Z"), r"is not a whole number of microseconds.*S1"),
        (np.array(["2026-01-05T12:00:00.000000001"]), "an array of <U29 holds no instants: pass datetime64 in UTC"),
        (np.array([1, 2]), "an array of int64 holds no instants"),
        ("2026-01-05T12:00Z", "an array of <U17 holds no instants"),
        ([date(2026, 1, 5)], r"datetime.date\(2026, 1, 5\) is not an instant"),
        (["noon", NOON, None], "'noon' is not an instant: pass an aware datetime"),
        (
            np.array(["2026-01-05T12:00:00.000000001"], "M8[ns]"),
            r"a datetime64 has a part below a microsecond; round it",
        ),
        (np.array([1]).view("M8"), "datetime64 without a unit cannot be read"),
        (datetime(1, 12, 31, tzinfo=UTC), "0001-12-31 00:00:00.00:00 is outside years 2-9998"),
        (datetime(9999, 1, 1, tzinfo=UTC), "is outside years 2-9998"),
        (np.array(["-0044-03-15"], "M8[us]"), "an instant is outside years 2-9998: -044-03-15"),
        (np.array(["2026-01-05", "12026-01-05"], "M8[s]"), "an instant is outside years 2-9998: 2026-01-05"),
        (np.array(["12026"], "M8[Y]"), "an instant is outside years 2-9998"),
        (np.array([2**62], "M8[D]"), "a datetime64 is outside years 2-9998"),
        (np.array([-(2**62)], "M8[s]"), "a datetime64 is outside years 2-9998"),
    ],
)
def test_instant_is_refused(question: str, at: Any, message: str) -> None:
    """E110 and its kin: naive, finer than a microsecond, absurd years, no instant at all."""
    with pytest.raises(sm.InstantError, match=message):
        ask(question, at)


def test_spans_want_datetimes() -> None:
    """The open stretches of a calendar are asked with two aware datetimes."""
    with pytest.raises(sm.InstantError, match="is not an instant: pass an aware datetime"):
        CALENDAR.spans(np.datetime64("2026-01-05"), NOON)  # type: ignore[arg-type]
    with pytest.raises(sm.InstantError, match="has no UTC offset"):
        CALENDAR.spans(NOON, datetime(2026, 1, 6))


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (np.array([-1], "m8[h]"), "-3600000000 microseconds is no length of time: zero or more"),
        (np.array([1, -1, 2], "m8[h]"), "-3600000000 microseconds is no length of time"),
        (np.timedelta64(-1, "us"), "-1 microseconds is no length of time"),
        (np.timedelta64(2**60, "us"), "is no length of time: zero or more, below 9,000 years"),
        (np.array([1500], "m8[ns]"), r"a timedelta64 has a part below a microsecond.*S1"),
        (np.array([2**62], "m8[s]"), "a timedelta64 is outside years 2-9998, or longer than they are"),
        (np.array([5], "m8"), "timedelta64 without a unit cannot be read"),
        (np.array([1], "m8[M]"), "a timedelta64 of years or months has no fixed length"),
        (np.timedelta64(1, "Y"), "a timedelta64 of years or months has no fixed length"),
        (np.array([8]), r"array\(\[8\]\) is not a length of time; write a number and a unit"),
        ("3bd", "3bd counts business days; a calendar's own questions take hours"),
        ("8", "'8' has no unit"),
        (timedelta(hours=-8), r"to count backwards use start_by"),
    ],
)
def test_amount_is_refused(amount: Any, message: str) -> None:
    """Lengths are zero or more, in whole microseconds, with a unit that has a length; asked either way."""
    for at in (NOON, np.array(["2026-01-05T12:00"] * 6, "M8[s]")):
        for name in ("due", "breaches_after", "start_by"):
            with pytest.raises(sm.DurationError, match=message):
                getattr(CALENDAR, name)(at, amount)


def test_any_aware_datetime() -> None:
    """The datetimes of pandas and pendulum are datetimes; an answer comes in their zone."""
    for at in (pd.Timestamp("2026-01-05 12:00Z"), pendulum.datetime(2026, 1, 5, 20, tz="Asia/Tokyo")):
        assert CALENDAR.due(at, "1h") == at + timedelta(hours=1)
        assert CALENDAR.due(at, "1h").utcoffset() == at.utcoffset()
    assert CALENDAR.elapsed(pendulum.datetime(2026, 1, 5, 12), NOON + timedelta(hours=1)) == timedelta(hours=1)


def test_pandas_columns() -> None:
    """A column of pandas, aware or in UTC, is an array."""
    column = pd.Series([pd.Timestamp("2026-01-05T12:00Z"), pd.NaT, pd.Timestamp("2026-01-05T18:00Z")] * 2)
    assert CALENDAR.is_open(column.to_numpy()).tolist() == [True, False, False] * 2
    assert CALENDAR.is_open(column).tolist() == [True, False, False] * 2
    assert CALENDAR.is_open(pd.DatetimeIndex(column)).tolist() == [True, False, False] * 2


def test_first_and_last_year() -> None:
    """Years 2 to 9998 are answered, to their last microsecond; a bigger step is an error, not a loop."""
    first, last = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    always = sm.ServiceCalendar(hours="24x7")
    assert always.is_open(first)
    assert always.is_open(last)
    assert always.is_open(np.array([last.replace(tzinfo=None)] * 5, "M8[us]")).all()
    assert always.elapsed(first, last) == last - first
    assert always.previous_close(last) == last
    with pytest.raises(sm.HorizonError, match="never opens after 9999-01-01"):
        always.due(last, "1h")
    with pytest.raises(sm.HorizonError, match="is never open before 0002-01-01"):
        always.start_by(first, "1us")
    with pytest.raises(sm.HorizonError, match="is never open before 0002-01-01"):
        always.previous_close(np.array(["0002-01-01"] * 5, "M8[s]"))


def test_local_times() -> None:
    """S6: a local time is read in its place, or by its own offset; absurd years are refused."""
    london = zone("Europe/London")
    noon = (NOON - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert local_instant(datetime(2026, 1, 5, 12), "noon", london) == noon
    assert local_instant(datetime.fromisoformat("2026-01-05T14:00+02:00"), "noon", london) == noon
    with pytest.raises(sm.InstantError, match="outside years 2-9998"):
        local_instant(datetime(9999, 12, 31, 12), "the end", london)


def test_finest_unit() -> None:
    """Units meet at the finest of them."""
    assert finest("s", "us", "ms") == "us"
    assert finest("s", "s") == "s"


class Unknowing(tzinfo):
    """A zone of somebody's own: it knows its offset, or does not."""

    def __init__(self, hours: int | None) -> None:
        self.hours = hours

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None if self.hours is None else timedelta(hours=self.hours)

    def dst(self, _: datetime | None) -> None:
        return None

    def tzname(self, _: datetime | None) -> None:
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknowing)

    def __hash__(self) -> int:
        return 1


def test_zones_of_somebodys_own() -> None:
    """A pair in one zone is read by that zone: not by an equal one, and not where it does not know its offset."""
    for hours in range(-12, 13):
        place = Unknowing(hours)
        pair = NOON.replace(tzinfo=place), (NOON + timedelta(hours=5)).replace(tzinfo=place)
        assert from_datetimes(*pair) == (from_datetime(pair[0]), from_datetime(pair[1]))
    with pytest.raises(sm.InstantError, match="has no UTC offset"):
        CALENDAR.elapsed(NOON.replace(tzinfo=Unknowing(None)), NOON.replace(tzinfo=Unknowing(None)))


def test_a_pair_in_the_repeated_hour() -> None:
    """Both walls of an hour that comes twice are told apart, in one zone as across two."""
    london = ZoneInfo("Europe/London")
    first, second = (datetime(2026, 10, 25, 1, 30, tzinfo=london, fold=fold) for fold in (0, 1))
    assert from_datetimes(first, second) == (from_datetime(first), from_datetime(second))
    always = sm.ServiceCalendar(timezone="UTC", hours="24x7")
    assert always.elapsed(first, second) == timedelta(hours=1)


def test_many_zones_are_forgotten() -> None:
    """What is kept for a zone is bounded, and a new zone never takes the place of one that is gone."""
    for minutes in range(-700, 700):
        place = timezone(timedelta(minutes=minutes))
        pair = NOON.replace(tzinfo=place), NOON.replace(tzinfo=place) + timedelta(hours=1)
        assert from_datetimes(*pair) == (from_datetime(pair[0]), from_datetime(pair[1]))
    assert len(_EPOCHS) <= _EPOCHS_KEPT
