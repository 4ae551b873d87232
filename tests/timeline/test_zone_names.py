"""Zones by name: IANA places only, with a hint for anything else; wall times that a clock change took or doubled."""

from datetime import datetime

import pytest

import slamodel as sm
from slamodel.timeline.instants import from_datetime, year_start
from slamodel.timeline.zones import tz_database, zone


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("EST", r"timezone 'EST': use a place such as 'America/New_York' \(an abbreviation has no rules of its own\)"),
        ("CET", "timezone 'CET': use a place"),
        ("Europe/Lodnon", "timezone 'Europe/Lodnon' is not known, did you mean 'Europe/London'?"),
        ("europe/london", "did you mean 'Europe/London'?"),
        ("London", "did you mean 'Europe/London'?"),
        ("New York", "did you mean 'America/New_York'?"),
        ("Mars/Olympus", "timezone 'Mars/Olympus' is not known; use an IANA place such as 'Europe/London'"),
        ("", "timezone '' is not known"),
        ("Europe", "timezone 'Europe' is not known"),
        ("../zones", "is not known"),
        ("Europe/../Europe/London", "is not known"),
        ("__init__.py", "is not known"),
        ("zone.tab", "is not known"),
        (None, "timezone None: write an IANA place such as 'Europe/London'"),
        (["UTC"], r"timezone \['UTC'\]: write an IANA place"),
    ],
)
def test_name_is_refused(key: object, message: str) -> None:
    """E113: what is not a place is named, with the nearest place."""
    with pytest.raises(sm.CalendarError, match=message) as caught:
        sm.ServiceCalendar(timezone=key, hours="24x7")  # type: ignore[arg-type]
    assert [problem.code for problem in caught.value.problems] == ["E113"]


def wall(text: str) -> int:
    return from_datetime(datetime.fromisoformat(f"{text}Z"))


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("Europe/London", "2026-03-29T01:30", r"does not exist in Europe/London \(clocks go 01:00 -> 02:00\)"),
        ("Europe/London", "2026-10-25T01:30", r"happens twice in Europe/London; add \+01:00 or \+00:00"),
        ("America/New_York", "2026-11-01T01:30", r"happens twice in America/New_York; add -04:00 or -05:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", r"add \+11:00 or \+10:30"),
        ("Pacific/Apia", "2011-12-30T12:00", r"does not exist in Pacific/Apia \(clocks go 00:00 -> 00:00\)"),
        ("Africa/Monrovia", "1972-01-07T00:20", r"does not exist in Africa/Monrovia \(clocks go 00:00 -> 00:44\)"),
        ("America/New_York", "1883-11-18T12:01", r"happens twice in America/New_York; add -04:56:02 or -05:00"),
        ("Europe/London", "2199-03-31T01:30", r"does not exist in Europe/London"),
    ],
)
def test_wall_time_is_refused(key: str, text: str, message: str) -> None:
    """E111 and E112: which clock change it was, and which offsets would say what is meant."""
    with pytest.raises(sm.InstantError, match=message):
        zone(key).to_instant(wall(text), text)


def test_wall_time_is_read() -> None:
    """Any other wall time is one instant."""
    london = zone("Europe/London")
    assert london.to_instant(wall("2026-07-01T10:00"), "") == wall("2026-07-01T09:00")
    assert london.first_instant(wall("2026-10-25T01:30")) == wall("2026-10-25T00:30")
    assert london.first_instant(wall("2026-03-29T01:30")) == wall("2026-03-29T01:30")
    assert zone("UTC").first_instant(year_start(2026)) == year_start(2026)


def test_same_zone_is_kept() -> None:
    """A zone is read once."""
    assert zone("Europe/London") is zone("Europe/London")


def test_release_is_told() -> None:
    """M6: which release of the rules is in use, and where it comes from."""
    release, _, source = tz_database().partition(" ")
    assert release[:2] == "20"
    assert source.startswith("(tzdata ")
