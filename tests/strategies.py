"""Generators: calendars in every zone, and instants near the places where things go wrong.

A document is what `ServiceCalendar.from_dict` reads, with the days of the week named singly (as the oracle wants
them). A `Case` adds instants and amounts that are whole steps of a tick, so that the oracle can count them.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from math import gcd
from typing import Any

from attrs import frozen
from hypothesis import assume
from hypothesis import strategies as st

import slamodel as sm
from tests.oracle import WEEKDAYS, place

Document = dict[str, Any]
Draw = st.DrawFn
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROBE = 15 * DAY
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2201, 1, 1, tzinfo=UTC)
ABBREVIATIONS = {"EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "MET", "EET", "WET"}
ZONES = sorted({*resources.files("tzdata").joinpath("zones").read_text("utf-8").split()} - ABBREVIATIONS)

# The zones in which most things can go wrong: half-hour and 45-minute offsets, a 30-minute summer time, changes at
# midnight, a skipped day, winter time as the exception, changes that no rule foresees.
ODD_ZONES = [
    *("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu"),
    *("Europe/Dublin", "Africa/Casablanca", "America/Havana", "Asia/Tehran", "Pacific/Chatham", "America/St_Johns"),
    *("Antarctica/Troll", "America/Sao_Paulo", "Pacific/Kwajalein", "Asia/Gaza", "America/Nuuk", "UTC"),
]


@frozen
class Case:
    """A calendar with questions: everything lies between ``first`` and ``last`` and is a whole number of steps."""

    document: Document
    step: timedelta
    first: datetime
    last: datetime
    instants: list[datetime]
    amounts: list[timedelta]


@cache
def clock_changes(key: str) -> list[datetime]:
    """Return the instants from 1900 to 2200 at which the offset of a zone changes, found by probing."""
    zone, found = place(key), []
    probes = [FIRST + i * PROBE for i in range((LAST - FIRST) // (PROBE))]
    offsets = [offset_at(key, probe) for probe in probes]
    for at, before, after in zip(probes, offsets, offsets[1:], strict=False):
        low, high = at, at + PROBE
        while before != after and high - low > SECOND:
            middle = low + (high - low) // SECOND // 2 * SECOND
            low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
        found += [high] if before != after else []
    return found


def offset_at(key: str, at: datetime) -> timedelta:
    return at.astimezone(place(key)).utcoffset() or timedelta()


def zones() -> st.SearchStrategy[str]:
    return st.sampled_from(ODD_ZONES) | st.sampled_from(ZONES)


def years() -> st.SearchStrategy[int]:
    return st.integers(1990, 2040) | st.integers(1900, 2199)


@st.composite
def anchors(draw: Draw, key: str) -> datetime:
    """Return a whole minute UTC near which questions are asked: clock changes, new years, any other time."""
    at = datetime(draw(years()), 1, 1, tzinfo=UTC) + draw(st.integers(0, 365 * 24)) * HOUR
    kind = draw(st.sampled_from(["change", "change", "new year", "any"]))
    changes = clock_changes(key)
    if kind == "change" and changes:
        return min(changes, key=lambda change: abs(change - at))
    if kind == "new year":
        return datetime(at.year, 1, 1, tzinfo=UTC)
    return at


def clock_text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@st.composite
def day_hours(draw: Draw, grid: int, *, may_close: bool = True) -> str:
    """Return the hours of one day, on a grid of minutes."""
    kind = draw(st.sampled_from(["office", "split", "night", "night", "whole", "round", "closed"]))
    if kind == "closed":
        return draw(st.sampled_from(["closed", "none"])) if may_close else "00:00-24:00"
    if kind == "whole":
        return "00:00-24:00"
    if kind == "round":
        start = draw(st.integers(0, 1440 // grid - 1)) * grid
        return f"{clock_text(start)}-{clock_text(start + 1440)}"
    size = 2 if kind == "office" else 4
    ticks = st.lists(st.integers(0, 1440 // grid), min_size=size, max_size=size, unique=True).map(sorted)
    cuts = [tick * grid for tick in draw(ticks)]
    if kind == "night" and cuts[-2] > cuts[0] and cuts[-2] < 1440:
        # The last stretch ends on the next day, before it would meet itself.
        return f"{clock_text(cuts[1])}-{clock_text(cuts[2])}, {clock_text(cuts[2])}-{clock_text(cuts[0])}"
    if kind == "split" and draw(st.booleans()):
        cuts[2] = cuts[1]
    return ", ".join(f"{clock_text(a)}-{clock_text(b)}" for a, b in zip(cuts[::2], cuts[1::2], strict=True) if a < b)


@st.composite
def weeks(draw: Draw, grid: int, *, may_close: bool = True) -> Any:
    if draw(st.integers(0, 11)) == 0:
        return "24x7"
    if draw(st.booleans()):
        text = draw(day_hours(grid, may_close=False))
        return dict.fromkeys(WEEKDAYS[:5], text)
    days = draw(st.lists(st.sampled_from(WEEKDAYS), unique=True, min_size=0 if may_close else 1))
    return {day: draw(day_hours(grid, may_close=may_close)) for day in days} or {"mon": "closed"}


@st.composite
def local_spans(draw: Draw, key: str, near: date, grid: int) -> list[str]:
    """Return a closed stretch between two local times that each happen exactly once."""
    days = st.integers(-5, 5).map(lambda n: near + n * DAY)
    walls = sorted(
        datetime.combine(draw(days), time()) + draw(st.integers(0, 1440 // grid - 1)) * grid * MINUTE for _ in "ab"
    )
    instants = {wall: to_instants(key, wall) for wall in walls}
    assume(all(len(found) == 1 for found in instants.values()))
    a, b = (instants[wall][0] for wall in walls)
    assume(a < b)
    return [wall.isoformat(timespec="minutes") for wall in walls]


def to_instants(key: str, wall: datetime) -> list[datetime]:
    """Return the instants at which the wall clock of a zone shows a (naive) time."""
    both = [wall.replace(tzinfo=place(key), fold=fold).astimezone(UTC) for fold in (0, 1)]
    return sorted({at for at in both if at.astimezone(place(key)).replace(tzinfo=None, fold=0) == wall})


@st.composite
def seasons(draw: Draw, near: date, grid: int) -> list[Document]:
    kind = draw(st.sampled_from(["none", "none", "dated", "yearly"]))
    if kind == "none":
        return []
    if kind == "dated":
        cuts = sorted(draw(st.lists(st.integers(-9, 9), min_size=4, max_size=4, unique=True)))
        days = [(near + cut * DAY).isoformat() for cut in cuts]
        pairs = list(zip(days[::2], days[1::2], strict=True))
    else:
        ends = [near + draw(st.integers(-9, 9)) * DAY, near + draw(st.integers(-200, 200)) * DAY]
        first, last = draw(st.permutations([f"{day:%m-%d}" for day in ends]))
        pairs = [(first, last)]
    return [{"from": a, "to": b, "hours": draw(weeks(grid))} for a, b in pairs]


@st.composite
def documents(draw: Draw, key: str | None = None, near: date | None = None, grid: int | None = None) -> Document:
    """Return a calendar's document, its dated exceptions near one date; it has open hours somewhere."""
    key, grid = key or draw(zones()), grid or draw(st.sampled_from([1, 5, 15, 30]))
    near = near or date(draw(years()), 1, 1) + draw(st.integers(0, 364)) * DAY
    dates = st.integers(-6, 6).map(lambda n: (near + n * DAY).isoformat())
    hours = day_hours(grid)
    written: Document = {
        "timezone": key,
        "hours": draw(weeks(grid)),
        "holidays": draw(st.lists(dates, max_size=2, unique=True)),
        "special": draw(st.dictionaries(dates, hours, max_size=3)),
        "closed": [
            *draw(st.lists(dates, max_size=2, unique=True)),
            *draw(st.lists(local_spans(key, near, grid), max_size=1)),
        ],
        "breaks": draw(st.dictionaries(dates, hours, max_size=2)),
        "seasons": draw(seasons(near, grid)),
        "closure": draw(st.sampled_from(["date", "date", "shift"])),
    }
    assume(ever_open(written))
    return {name: value for name, value in written.items() if value or name == "hours"}


def ever_open(document: Document) -> bool:
    weekly = [document["hours"], *(season["hours"] for season in document["seasons"])]
    texts = [text for week in weekly for text in ([week] if isinstance(week, str) else week.values())]
    return not {"closed", "none"}.issuperset({*texts, *document["special"].values()})


@st.composite
def cases(draw: Draw) -> Case:
    """Return a calendar with questions about the days around a place where things go wrong."""
    key = draw(zones())
    anchor = draw(anchors(key))
    grid = draw(st.sampled_from([1, 5, 15, 30, 30]))
    document = draw(documents(key, anchor.astimezone(place(key)).date(), grid))
    # The tick divides every edge: the hours, the offsets from UTC and the clock changes.
    wide = 13 * DAY
    near = [change for change in clock_changes(key) if abs(change - anchor) <= wide]
    offsets = [offset_at(key, at) for at in (anchor - wide, *near, anchor + wide)]
    step = gcd(grid * 60, *(offset // SECOND for offset in offsets), *((c - EPOCH) // SECOND for c in near)) * SECOND
    reach = {True: 13 * DAY, step < 5 * MINUTE: 4 * DAY, step < MINUTE: 6 * HOUR, step < 15 * SECOND: 3 * HOUR}[True]
    start = EPOCH + (anchor - EPOCH) // step * step
    edges = edges_near(document, start, reach // 2)
    at = st.integers(-(reach // 2 // step), reach // 2 // step).map(lambda n: start + n * step)
    instants = draw(st.lists(st.sampled_from([start, *edges]) | at, min_size=3, max_size=5))
    ticks = st.integers(0, 4 * HOUR // step) | st.integers(0, 16 * 60 // grid).map(lambda n: n * grid * MINUTE // step)
    amounts = draw(st.lists(ticks.map(lambda n: n * step), min_size=len(instants), max_size=len(instants)))
    return Case(document, step, start - reach // step * step, start + reach // step * step, instants, amounts)


def edges_near(document: Document, at: datetime, reach: timedelta) -> list[datetime]:
    """Return the instants near ``at`` at which some hours of the document begin or end."""
    week = document["hours"]
    texts = {*(["00:00-24:00"] if isinstance(week, str) else week.values()), *document.get("special", {}).values()}
    times = {t for text in texts - {"closed", "none"} for part in text.split(",") for t in part.strip().split("-")}
    today = at.astimezone(place(document["timezone"])).date()
    found = []
    for text in sorted(times):
        hours, minutes = map(int, text.split(":"))
        for n in range(-2, 3):
            wall = datetime.combine(today, time()) + n * DAY + hours * HOUR + minutes * MINUTE
            found += [edge for edge in to_instants(document["timezone"], wall) if abs(edge - at) <= reach]
    return found


@frozen
class Asked:
    """A calendar with instants in order, and amounts, to the microsecond."""

    document: Document
    calendar: sm.ServiceCalendar
    instants: list[datetime]
    amounts: list[timedelta]


@st.composite
def asked(draw: Draw, count: int = 3) -> Asked:
    """Return a calendar with ``count`` sorted instants and as many amounts; no oracle could count so finely."""
    key = draw(zones())
    anchor = draw(anchors(key))
    document = draw(documents(key, anchor.astimezone(place(key)).date()))
    edges = edges_near(document, anchor, 30 * DAY)
    about = st.timedeltas(-30 * DAY, 30 * DAY).map(lambda gap: anchor + gap)
    instants = draw(st.lists(st.sampled_from([anchor, *edges]) | about, min_size=count, max_size=count).map(sorted))
    lengths = st.integers(0, 40).map(lambda n: n * HOUR) | st.timedeltas(timedelta(), 40 * HOUR)
    amounts = draw(st.lists(lengths, min_size=count, max_size=count))
    return Asked(document, sm.ServiceCalendar.from_dict(document), instants, amounts)
