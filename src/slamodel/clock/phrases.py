"""Phrases: instants, lengths and lists as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from slamodel.timeline.durations import duration_text
from slamodel.timeline.instants import MICROSECOND, SECOND
from slamodel.timeline.zones import zone

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def instant_words(at: datetime, key: str) -> str:
    """Write an instant on the wall of a zone: "Tue 2026-12-15 11:30"; with its offset where that time comes twice."""
    here = at.astimezone(zone(key).info)
    clock = here.strftime("%Y-%m-%d %H:%M" + (":%S" if here.second or here.microsecond else ""))
    clock += f".{here.microsecond:06d}" if here.microsecond else ""
    twice = here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset()
    return f"{_DAYS[here.weekday()]} {clock}" + (f" {here:%z}" if twice else "")


def length_words(length: timedelta) -> str:
    """Write a length as "9h 12m", cut to whole seconds; what is shorter than a second is written in full."""
    us = abs(length) // MICROSECOND
    text = duration_text(us // SECOND * SECOND if us > SECOND else us)
    for unit in "hm":
        text = text.replace(unit, f"{unit} ", 1) if f"{unit}s" not in text else text
    return text.strip()


def were(length: str) -> str:
    """Return the verb that goes with a length: "1h was", "2h were"."""
    return "was" if length in {"1h", "1m", "1s"} else "were"


def listed(texts: Iterable[str]) -> str:
    """Write "a, b and c"."""
    *most, last = texts
    return f"{', '.join(most)} and {last}" if most else last


def for_pauses(names: Iterable[str]) -> str:
    """Return for which rules a clock is paused: " for vendor"; nothing for a pause that is only called so."""
    said = [name for name in names if name not in {"", "paused"}]
    return f" for {listed(said)}" if said else ""
