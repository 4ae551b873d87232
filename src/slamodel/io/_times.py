"""Times of a log, as instants: each distinct value is read once, and one that cannot be used costs its row only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from slamodel.clock.events import Coded
from slamodel.errors import EventError, InstantError
from slamodel.io._blocks import Naive, Raw
from slamodel.io._columns import Coder
from slamodel.io._patterns import FINE, NO_SUCH, STRANGE, TOO_FAR, TOO_FINE, Grammar
from slamodel.model.event_map import EventMap
from slamodel.timeline.instants import DAY, FIRST, FIRST_YEAR, LAST, LAST_YEAR, NAT, Int64, from_datetime
from slamodel.timeline.zones import Zone, zone

Faults = Mapping[int, str]
"""Why rows of a block cannot be used, by their position in it."""

_FATES: Final = {
    NO_SUCH: "names a day, an hour or an offset that does not exist",
    TOO_FINE: "has a part below a microsecond (S1)",
    TOO_FAR: f"is outside years {FIRST_YEAR}-{LAST_YEAR}",
}
_EPOCH_UNITS: Final = {"epoch": 1_000_000, "epoch_ms": 1_000}


class TimeColumn:
    """A column of times that grows block by block; rows before its first block are missing (``NAT``)."""

    def __init__(self, place: str, events: EventMap, rows: int = 0) -> None:
        self._place = place
        self._events = events
        self._grammar = Grammar(events.format)
        self._zone: Zone | None = zone(events.timezone) if events.timezone else None
        self._coder = Coder(events.missing)
        self._instants = np.full(1 << 10, NAT, np.int64)  # by code, with room; the last (code -1) stays NAT
        self._faults: dict[int, str] = {}
        self._parts = [np.full(rows, NAT, np.int64)]

    def read(self, raw: Raw | None, rows: int) -> tuple[Int64, Faults]:
        """Return the instants of a block of this column, ``NAT`` where missing, and the rows with an unusable time.

        Raises EventError where a time has no UTC offset and the event map names no zone to read it in.
        """
        if raw is None:
            return np.full(rows, NAT, np.int64), {}
        if isinstance(raw, Naive):
            us, faults = _from_ticks(raw.ticks)
            return (us, faults) if self._zone is None else self._in_zone(us, faults)
        if isinstance(raw, np.ndarray) and raw.dtype.kind == "M":
            return _from_ticks(raw)
        if isinstance(raw, np.ndarray) and raw.dtype.kind in "iu" and self._events.format in _EPOCH_UNITS:
            return _from_numbers(raw, _EPOCH_UNITS[self._events.format])
        if isinstance(raw, Coded):
            lookup = np.append(self._codes(raw.values), np.int32(-1))
            codes = lookup[raw.codes]
        else:
            codes = self._codes(raw.tolist() if isinstance(raw, np.ndarray) else raw)
        faulty: dict[int, str] = {}
        if self._faults:
            known = np.fromiter(self._faults, np.int32, len(self._faults))
            faulty = {row: self._faults[int(codes[row])] for row in np.flatnonzero(np.isin(codes, known)).tolist()}
        return self._instants[codes], faulty

    def add(self, instants: Int64) -> None:
        """Put the instants of a block at the end."""
        self._parts.append(instants)

    def whole(self) -> Int64:
        """Return the whole column."""
        return np.concatenate(self._parts)

    def _codes(self, values: Sequence[Any]) -> NDArray[np.int32]:
        """Return a number for each value; those that were never seen before are read."""
        known = len(self._coder.values_seen)
        if not set(map(type, values)) <= {str, type(None)}:
            values = [value if isinstance(value, str) else _key(value) for value in values]
        codes = self._coder.codes(values)
        new = self._coder.values_seen[known:]
        if new:
            if known + len(new) >= len(self._instants):
                more = np.full(known + 2 * len(new), NAT, np.int64)
                self._instants = np.concatenate([self._instants, more])
            self._instants[known : known + len(new)] = self._read(new, known)
        return codes

    def _read(self, keys: Sequence[Any], base: int) -> Int64:
        """Return the instants of new distinct values; what is wrong with one is noted under its code."""
        texts = [key if isinstance(key, str) else "" for key in keys]
        us, aware, fate = self._grammar.read(texts)
        naive = ~aware
        for i, key in enumerate(keys) if "" in texts else ():
            if not isinstance(key, str):
                kind, value, texts[i] = key
                us[i], naive[i], fate[i] = value, kind == "wall", FINE if kind != "fault" else STRANGE
        for i in np.flatnonzero(fate).tolist():
            us[i] = NAT
            self._faults[base + i] = keys[i][2] if isinstance(keys[i], tuple) else self._fault(texts[i], int(fate[i]))
        walls = np.flatnonzero(naive & (fate == FINE))
        if walls.size:
            us[walls], faults = self._in_zone(us[walls], {}, [texts[i] for i in walls.tolist()])
            self._faults.update((base + int(walls[i]), fault) for i, fault in faults.items())
        return us

    def _fault(self, text: str, fate: int) -> str:
        shown = repr(text if len(text) <= 60 else f"{text[:57]}...")
        if fate != STRANGE:
            return f"{shown} {_FATES[fate]}"
        if self._grammar.pattern == "iso":
            return f"{shown} is not a time such as 2026-03-02T09:30:00Z (the format is 'iso')"
        return f"{shown} is not a time of the format {self._grammar.pattern!r}"

    def _in_zone(self, walls: Int64, faults: Faults, texts: Sequence[str] | None = None) -> tuple[Int64, Faults]:
        """Return the instants at which the zone's clocks show ``walls``; skipped and repeated ones are faults (S6)."""
        if self._zone is None:
            msg = (
                f"{self._place} holds times without a UTC offset, such as {_shown(walls, texts, 0)!r}; say in which "
                "zone they are read, under events: {timezone: Europe/London}, or timezone: UTC"
            )
            raise EventError(msg, "E110")
        found = dict(faults)
        present = walls != NAT
        near = present & (walls >= FIRST + DAY) & (walls < LAST - DAY)
        instants = np.full(len(walls), NAT, np.int64)
        instants[near], shows = self._zone.to_instants_array(walls[near])
        for row in np.flatnonzero(present & ~near).tolist():
            found[row] = f"{_shown(walls, texts, row)} {_FATES[TOO_FAR]}"
        for row in np.flatnonzero(near)[shows != 1].tolist():
            instants[row] = NAT
            try:
                self._zone.to_instant(int(walls[row]), _shown(walls, texts, row))
            except InstantError as error:
                found[row] = f"{error} [{'E112' if 'twice' in str(error) else 'E111'}]"
        return instants, found


def _shown(walls: Int64, texts: Sequence[str] | None, row: int) -> str:
    return texts[row] if texts else str(walls[row].view("M8[us]"))


def _key(value: Any) -> Any:
    """Return what stands for a value that is no text: None, a text, or (kind, microseconds, text).

    A datetime is turned into microseconds at once: two that a clock change tells apart are equal to Python.
    """
    if isinstance(value, (np.generic, Decimal)):
        value = str(value) if isinstance(value, Decimal) else value.item() if value.dtype.kind != "M" else value
    if value is None or value != value:  # noqa: PLR0124  NaN, NaT
        return None
    if isinstance(value, np.datetime64):
        (us,), faults = _from_ticks(np.array([value]))
        return ("fault", 0, faults[0]) if faults else ("instant", int(us), str(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if isinstance(value, datetime):
        kind = "wall" if value.tzinfo is None else "instant"
        try:
            us = from_datetime(value.replace(tzinfo=UTC) if kind == "wall" else value)
        except InstantError:
            return "fault", 0, f"{value.isoformat()!r} {_FATES[TOO_FINE]}"
        return (kind, us, value.isoformat()) if FIRST <= us < LAST else ("fault", 0, f"{value} {_FATES[TOO_FAR]}")
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        return str(value)
    return "fault", 0, f"{value!r} is not a time"


def _from_ticks(ticks: NDArray[Any]) -> tuple[Int64, dict[int, str]]:
    """Return ``datetime64`` values in microseconds, and what is wrong with those that cannot be used."""
    if np.datetime_data(ticks.dtype)[0] == "generic":
        ticks = ticks.astype("M8[us]")
    missing = np.isnat(ticks)
    whole = ticks.astype("M8[us]")
    us = whole.view(np.int64)
    year = ticks.astype("M8[Y]").astype(np.int64) + 1970
    far = ~missing & ((year < FIRST_YEAR) | (year > LAST_YEAR))
    fine = ~missing & ~far & (whole.astype(ticks.dtype) != ticks)
    faults = {
        row: f"{str(ticks[row])!r} {_FATES[TOO_FAR if far[row] else TOO_FINE]}"
        for row in np.flatnonzero(fine | far).tolist()
    }
    us[list(faults)] = NAT
    return us, faults


def _from_numbers(numbers: NDArray[Any], unit: int) -> tuple[Int64, dict[int, str]]:
    """Return whole seconds or milliseconds since 1970 in microseconds, and those out of range."""
    far = (numbers < FIRST // unit) | (numbers >= LAST // unit)
    us = np.where(far, 0, numbers).astype(np.int64) * unit
    us[far] = NAT
    return us, {row: f"'{numbers[row]}' {_FATES[TOO_FAR]}" for row in np.flatnonzero(far).tolist()}
