"""Periods: whole stretches of the wall calendar as instants, cut where the measured time begins and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.period_dates import named
from slamodel.report.periods import periods
from tests.strategies import ODD_ZONES

LONDON = ZoneInfo("Europe/London")
KINDS = ["day", "week", "week from sunday", "month", "month from 15", "quarter", "half year", "year", "contract month"]


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("month", ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")),
        ("month from 15", ("2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15")),
        ("quarter", ("2026-Q1", "2026-Q2")),
        ("half year", ("2026-H1",)),
        ("year", ("2026",)),
        ("contract month", ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30")),
        ("contract year", ("2026-01-31",)),
        ("term", ("term",)),
    ],
)
def test_names(kind: str, names: tuple[str, ...]) -> None:
    """Every kind by its names; a contract month from the 31st begins on the last day that there is."""
    found = periods(kind, london("2026-01-31"), london("2026-05-03"), timezone="Europe/London")
    assert found.names == names


def test_month_that_has_begun() -> None:
    """Before the 15th the month from the 15th is the one that began in the month before."""
    found = periods("month from 15", london("2026-01-10"), london("2026-01-20"), timezone="Europe/London")
    assert found.names == ("2025-12-15", "2026-01-15")
    begun = date(2025, 3, 31)
    found = periods(
        "contract month", london("2026-02-27"), london("2026-03-02"), timezone="Europe/London", begins=begun
    )
    assert found.names == ("2026-01-31", "2026-02-28")


def test_month_in_summer_time() -> None:
    """A month begins at midnight on the wall, whatever the offset; so March has an hour less than 31 days."""
    found = periods("month", london("2026-03-01"), london("2026-05-01"), timezone="Europe/London")
    assert found.spans() == [
        (london("2026-03-01"), london("2026-04-01")),
        (london("2026-04-01"), london("2026-05-01")),
    ]
    assert (found.ends - found.starts).tolist()[0] == (31 * 24 - 1) * 3600 * 10**6


def test_partial() -> None:
    """A first and a last period that are cut are marked, keep their whole ends, and can be left out."""
    found = periods("month", london("2026-01-10"), london("2026-03-10"), timezone="Europe/London")
    assert found.partial.tolist() == [True, False, True]
    assert found.spans()[0] == (london("2026-01-10"), london("2026-02-01"))
    assert found.whole().names == ("2026-02",)
    assert found.until(int(found.starts[1]) + 5).names == ("2026-01", "2026-02")
    assert found.until(int(found.starts[1]) + 5).partial.tolist() == [True, True]


def test_weeks() -> None:
    """A week is ISO 8601's, from Monday; one from Sunday goes by its first date."""
    found = periods("week", london("2026-12-28"), london("2027-01-11"), timezone="Europe/London")
    assert found.names == ("2026-W53", "2027-W01")
    sundays = periods("week from sunday", london("2026-12-27"), london("2027-01-10"), timezone="Europe/London")
    assert sundays.names == ("2026-12-27", "2027-01-03")


def test_rolling() -> None:
    """Thirty days to every midnight, named by the last of them; those that reach back too far are cut."""
    found = periods("rolling 30 days", london("2026-06-01"), london("2026-07-06"), timezone="Europe/London")
    assert len(found) == 35
    whole = found.whole()
    assert whole.names[0] == "2026-06-30"
    assert whole.names[-1] == "2026-07-05"
    assert whole.spans()[-1] == (london("2026-06-06"), london("2026-07-06"))


def test_midnight_that_a_clock_change_skips() -> None:
    """24 April 2026 begins at 01:00 in Cairo; and Apia had no 30 December 2011."""
    cairo = periods("day", london("2026-04-22"), london("2026-04-27"), timezone="Africa/Cairo")
    starts = dict(zip(cairo.names, cairo.spans(), strict=True))
    assert starts["2026-04-24"][0].hour == 1
    since, until = datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 2, tzinfo=UTC)
    apia = periods("day", since, until, timezone="Pacific/Apia")
    assert "2011-12-29" in apia.names
    assert "2011-12-30" not in apia.names
    # In Toronto clocks went from 23:30 to 00:30: the date begins with the change, not half an hour after it.
    since, until = datetime(1919, 3, 30, tzinfo=UTC), datetime(1919, 4, 2, tzinfo=UTC)
    toronto = periods("day", since, until, timezone="America/Toronto")
    starts = dict(zip(toronto.names, toronto.spans(), strict=True))
    assert starts["1919-03-31"][0].astimezone(UTC) == datetime(1919, 3, 31, 4, 30, tzinfo=UTC)


@given(
    st.sampled_from(KINDS),
    st.sampled_from(ODD_ZONES),
    st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1)),
    st.integers(1, 900),
)
def test_tiles(kind: str, key: str, start: datetime, days: int) -> None:
    """Periods that do not roll cover what is measured without a gap or an overlap, in every zone."""
    since = start.replace(tzinfo=UTC)
    until = since + timedelta(days=days, hours=7)
    found = periods(kind, since, until, timezone=key)
    assert found.spans()[0][0] == since
    assert found.spans()[-1][1] == until
    assert found.ends.tolist()[:-1] == found.starts.tolist()[1:]
    assert (found.starts < found.ends).all()
    assert (found.whole_starts <= found.starts).all()
    assert (found.ends <= found.whole_ends).all()
    assert not found.partial[1:-1].any()


@pytest.mark.parametrize(
    ("name", "first", "after"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-Q2", "2026-04-01", "2026-07-01"),
        ("2026-H2", "2026-07-01", "2027-01-01"),
        ("2026-06", "2026-06-01", "2026-07-01"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2026-06-15", "2026-06-15", "2026-06-16"),
    ],
)
def test_named(name: str, first: str, after: str) -> None:
    """The name of a period gives its dates."""
    assert named(name) == (date.fromisoformat(first), date.fromisoformat(after))


@pytest.mark.parametrize("name", ["2026-13", "2025-W53", "2026-02-30", "June", "9999", ""])
def test_no_name(name: str) -> None:
    """A period that is not there is an error that says how one is written."""
    with pytest.raises(sm.AgreementError, match="is no period; write it as 2026, 2026-Q2"):
        named(name)


def test_refused() -> None:
    """Naive times, and an end that is not after the start."""
    with pytest.raises(sm.InstantError, match="has no UTC offset"):
        periods("month", datetime(2026, 1, 1), london("2026-02-01"))
    with pytest.raises(sm.InstantError, match="is not after since"):
        periods("month", london("2026-02-01"), london("2026-02-01"))
