"""What is measured: one calendar, random instants over ten years, a thousand calendars, and logs of any size."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import slamodel as sm
from slamodel.clock.events import Coded, EventTable, event_table
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.selector import parse_selector
from slamodel.model.target import Target
from slamodel.timeline.durations import parse_amount

PAIRS: Final = 10_000_000
PEER_PAIRS: Final = 100_000
EVENTS_EACH: Final = 6
EVENTFUL_EACH: Final = 9
HOURS: Final = {"mon-fri": "09:00-12:30, 13:30-17:30"}
_DAY: Final = 86_400_000_000
_ZONES: Final = (
    "America/New_York",
    "Europe/London",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "UTC",
)


@cache
def office() -> sm.ServiceCalendar:
    """Return the office in New York with a lunch break and the federal holidays of 2015 to 2035."""
    return sm.ServiceCalendar(
        timezone="America/New_York", hours=HOURS, holidays={"country": "US", "years": [2015, 2035]}
    )


@cache
def holiday_dates() -> NDArray[np.datetime64]:
    """Return the same holidays for NumPy."""
    holidays = office().holidays
    assert holidays is not None
    return np.array([day for day, _ in holidays.between(2015, 2035)], "M8[D]")


@cache
def pairs(days: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return (starts, ends): starts random over ten years, ends up to ``days`` later; for 1095, that long exactly."""
    rng = np.random.default_rng(7)
    low, high = np.array(["2016-01-01", "2026-01-01"], "M8[us]").view(np.int64)
    starts = rng.integers(low, high, PAIRS)
    ends = starts + (rng.integers(0, days * _DAY, PAIRS) if days < 1000 else days * _DAY)
    return starts.view("M8[us]"), ends.view("M8[us]")


@cache
def thousand_calendars() -> sm.CalendarTable:
    """Return a thousand calendars of clients, no two alike: eight zones, their own hours, holidays and closures."""
    return sm.CalendarTable(
        sm.ServiceCalendar(
            timezone=_ZONES[i % 8],
            hours={"mon-fri": f"{7 + i % 4:02d}:{i % 60:02d}-12:30, 13:30-{16 + i % 5}:{i * 7 % 60:02d}"},
            holidays="US" if i % 3 else None,
            closed=[f"2020-03-{1 + i % 28:02d}"],
        )
        for i in range(1000)
    )


@cache
def calendar_column() -> NDArray[np.int64]:
    """Return a calendar for each pair, at random."""
    return np.random.default_rng(8).integers(0, 1000, PAIRS)


def log(items: int) -> EventTable:
    """Return a sorted log of six events an item: opened, in work, paused, resumed, replied, resolved."""
    rng = np.random.default_rng(9)
    low, high = np.array(["2016-01-01", "2025-06-01"], "M8[us]").view(np.int64)
    gaps = rng.integers(60_000_000, 2 * _DAY, (items, EVENTS_EACH))
    gaps[:, 0] = rng.integers(low, high, items)
    return event_table(
        item=np.repeat(np.arange(items), EVENTS_EACH),
        at=np.cumsum(gaps, axis=1).reshape(-1),
        fields={
            "do": Coded(
                np.tile(np.array([0, 1, 1, 1, 2, 3], np.int32), items), ("opened", "status", "replied", "resolved")
            ),
            "status": Coded(
                np.tile(np.array([0, 1, 2, 1, 1, 3], np.int32), items), ("new", "open", "awaiting_customer", "resolved")
            ),
            "priority": Coded(
                np.repeat(rng.integers(0, 4, items).astype(np.int32), EVENTS_EACH), ("P1", "P2", "P3", "P4")
            ),
        },
    )


def eventful_log(items: int) -> EventTable:
    """Return a sorted log of nine events an item: two pauses, a reopening, and for most a change of priority."""
    rng = np.random.default_rng(10)
    low, high = np.array(["2016-01-01", "2025-06-01"], "M8[us]").view(np.int64)
    gaps = rng.integers(60_000_000, 2 * _DAY, (items, EVENTFUL_EACH))
    gaps[:, 0] = rng.integers(low, high, items)
    priorities = np.repeat(rng.integers(0, 4, (items, 1)), EVENTFUL_EACH, axis=1)
    priorities[:, 4:] = rng.integers(0, 4, (items, 1))
    does = np.array([0, 1, 1, 1, 1, 2, 3, 1, 2], np.int32)
    statuses = np.array([0, 1, 2, 1, 1, 3, 1, 2, 3], np.int32)
    return event_table(
        item=np.repeat(np.arange(items), EVENTFUL_EACH),
        at=np.cumsum(gaps, axis=1).reshape(-1),
        fields={
            "do": Coded(np.tile(does, items), ("opened", "status", "resolved", "reopened")),
            "status": Coded(np.tile(statuses, items), ("new", "open", "awaiting_customer", "resolved")),
            "priority": Coded(priorities.reshape(-1).astype(np.int32), ("P1", "P2", "P3", "P4")),
        },
    )


@cache
def target() -> Target:
    """Return a resolve target with a limit for each of four priorities that pauses for the customer."""
    return Target(
        id="resolve",
        limits=tuple((f"P{i}", Limit(parse_amount(f"{4 * i}h"), office())) for i in range(1, 5)),
        pauses=(PauseRule("awaiting_customer", parse_selector({"status": "awaiting_customer"})),),
    )
