"""Decades of published exchange sessions come out of weekly hours, special days and closed dates (S3 to S5)."""

import csv
import gzip
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from attrs import frozen

import slamodel as sm

FOLDER = Path(__file__).parent / "exchanges"
DAY = timedelta(days=1)
Spans = list[tuple[datetime, datetime]]


@frozen
class Era:
    """The week of an exchange from its first date on."""

    since: date
    hours: dict[str, str]


@frozen
class Exchange:
    """What is known of an exchange beside its sessions, and how many of them and of the exceptions there are."""

    timezone: str
    eras: tuple[Era, ...]
    sessions: int
    special: int
    closed: int


EXCHANGES = {
    "xnys": Exchange(
        timezone="America/New_York",
        eras=(Era(date(1990, 1, 1), {"mon-fri": "09:30-16:00"}),),
        sessions=8324,
        special=69,
        closed=295,
    ),
    "xhkg": Exchange(
        timezone="Asia/Hong_Kong",
        eras=(
            Era(date(1990, 1, 1), {"mon-fri": "10:00-12:00, 13:00-16:00"}),
            Era(date(2011, 3, 7), {"mon-fri": "09:30-12:00, 13:00-16:00"}),
        ),
        sessions=8803,
        special=59,
        closed=506,
    ),
    "xtae": Exchange(
        timezone="Asia/Jerusalem",
        eras=(
            Era(date(2019, 1, 1), {"sun": "09:59-15:40", "mon-thu": "09:59-17:15"}),
            Era(date(2026, 1, 5), {"mon-thu": "09:59-17:15", "fri": "09:59-13:50"}),
        ),
        sessions=1968,
        special=53,
        closed=120,
    ),
}


@cache
def sessions(name: str) -> dict[date, Spans]:
    """Return the published open stretches of each session: two where there is a lunch break."""
    found = {}
    with gzip.open(FOLDER / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        for day, opens, closes, lunch, back in list(csv.reader(file))[1:]:
            edges = [datetime.fromisoformat(text) for text in (opens, lunch, back, closes) if text]
            found[date.fromisoformat(day[:10])] = list(zip(edges[::2], edges[1::2], strict=True))
    return found


def local_hours(spans: Spans, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    return ", ".join("-".join(f"{edge.astimezone(zone):%H:%M}" for edge in span) for span in spans)


def weekly_hours(exchange: Exchange, day: date) -> str:
    week = [era.hours for era in exchange.eras if era.since <= day][-1]
    names = {"mon-fri": range(5), "mon-thu": range(4), "fri": [4], "sun": [6]}
    return next((hours for days, hours in week.items() if day.weekday() in names[days]), "")


@cache
def exceptions(name: str) -> tuple[dict[date, str], list[date]]:
    """Return the special days and the closed dates: where the sessions differ from the weekly hours."""
    exchange, found = EXCHANGES[name], sessions(name)
    special, closed = {}, []
    first, last = min(found), max(found)
    for day in (first + n * DAY for n in range((last - first).days + 1)):
        regular = weekly_hours(exchange, day)
        held = local_hours(found.get(day, []), exchange.timezone)
        if held and held != regular:
            special[day] = held
        elif regular and not held:
            closed.append(day)
    return special, closed


@cache
def calendar(name: str) -> sm.ServiceCalendar:
    exchange, (special, closed) = EXCHANGES[name], exceptions(name)
    *earlier, last = exchange.eras
    stops = [era.since - DAY for era in exchange.eras[1:]]
    seasons = [{"from": era.since, "to": stop, "hours": era.hours} for era, stop in zip(earlier, stops, strict=True)]
    return sm.ServiceCalendar(
        timezone=exchange.timezone, hours=last.hours, seasons=seasons, special=special, closed=closed
    )


def stretches(name: str) -> Spans:
    return [span for spans in sessions(name).values() for span in spans]


def column(instants: list[datetime]) -> "np.ndarray[tuple[int], np.dtype[np.datetime64]]":
    return np.array([at.replace(tzinfo=None) for at in instants], "M8[us]")


@pytest.mark.parametrize("name", EXCHANGES)
def test_most_sessions_need_no_exception(name: str) -> None:
    """The weekly hours alone give at least nine sessions of ten; the rest are special days."""
    exchange, (special, closed) = EXCHANGES[name], exceptions(name)
    assert (len(sessions(name)), len(special), len(closed)) == (exchange.sessions, exchange.special, exchange.closed)
    assert len(special) <= len(sessions(name)) / 10


@pytest.mark.parametrize("name", EXCHANGES)
def test_sessions_come_out(name: str) -> None:
    """The open stretches over decades are the published ones, to the instant."""
    published = stretches(name)
    assert calendar(name).spans(published[0][0], published[-1][1]) == published


@pytest.mark.parametrize("name", EXCHANGES)
def test_questions_about_sessions(name: str) -> None:
    """Open at every opening, at no closing (S2); each session is as long as published, and found from its ends."""
    opens, closes = (column(list(edges)) for edges in zip(*stretches(name), strict=True))
    cal = calendar(name)
    assert cal.is_open(opens).all()
    assert not cal.is_open(closes).any()
    assert (cal.elapsed(opens, closes) == closes - opens).all()
    assert (cal.elapsed(opens[:1], closes[-1:]) == (closes - opens).sum()).all()
    assert (cal.next_open(closes[:-1]) == opens[1:]).all()
    assert (cal.previous_close(opens[1:]) == closes[:-1]).all()
    assert (cal.due(opens, closes - opens) == closes).all()
    assert (cal.breaches_after(opens[:-1], (closes - opens)[:-1]) == opens[1:]).all()
    assert (cal.start_by(closes, closes - opens) == opens).all()


def test_market_closes_new_york() -> None:
    """The holidays of market XNYS are the closed dates of New York: no date need be listed."""
    special, _ = exceptions("xnys")
    hours = EXCHANGES["xnys"].eras[0].hours
    named = sm.ServiceCalendar(timezone="America/New_York", hours=hours, special=special, holidays={"market": "XNYS"})
    published = stretches("xnys")
    assert named.spans(published[0][0], published[-1][1]) == published
