"""Windows: what recurs or stands along the wall clock, as stretches of instants (S3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from slamodel.model.exclusion import Window
from slamodel.timeline import wall
from slamodel.timeline.instants import DAY, EPOCH, MICROSECOND, to_datetime, year_of
from slamodel.timeline.recurrence import Recurrence
from slamodel.timeline.spans import EMPTY, Spans, spans_of
from slamodel.timeline.zones import zone

_WALL: Final = EPOCH.replace(tzinfo=None)


@lru_cache(maxsize=256)
def recurring(rules: tuple[Recurrence, ...], timezone: str, low: int, high: int) -> Spans:
    """Return the instants of [low, high) at which the wall clock of a zone is inside a window that recurs."""
    if not rules or low >= high:
        return EMPTY
    longest = timedelta(microseconds=max(rule.length for rule in rules)) + timedelta(days=2)
    first, last = to_datetime(low).replace(tzinfo=None) - longest, to_datetime(high + 2 * DAY).replace(tzinfo=None)
    return _read([pair for rule in rules for pair in rule.windows(first, last)], timezone, low, high)


def standing(window: Window, low: int, high: int) -> Spans:
    """Return the instants of [low, high) that lie in a window of an agreement, recurring or not."""
    if window.between is None:
        return recurring(window.recurs, window.timezone or "UTC", low, high)
    start, end = (datetime.fromisoformat(text) for text in window.between)
    return _read([(start, end)], window.timezone or "UTC", low, high)


def _read(pairs: list[tuple[datetime, datetime]], timezone: str, low: int, high: int) -> Spans:
    walls = spans_of([(a - _WALL) // MICROSECOND for a, _ in pairs], [(b - _WALL) // MICROSECOND for _, b in pairs])
    found = wall.read(walls, zone(timezone), year_of(low), year_of(high - 1) + 1) if len(walls) else EMPTY
    return found.clip(low, high)
