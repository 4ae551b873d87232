"""Times of a log, as instants: many are read at once, and one that cannot be used costs its own row only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from slamodel.clock.events import Coded, Codes, is_missing
from slamodel.errors import EventError, InstantError
from slamodel.io.logs.blocks import Naive, Raw
from slamodel.io.logs.patterns import FINE, NO_SUCH, STRANGE, TOO_FAR, TOO_FINE, Grammar
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
_MOSTLY_NEW: Final = 0.6
_EPOCH: Final = re.compile(r"([0-9]{9,10})([0-9]{3})?(\.[0-9]+)?", re.ASCII)
_EPOCH_UNITS: Final = {"epoch": 1_000_000, "epoch_ms": 1_000}


class TimeColumn:
    """A column of times that grows block by block; rows before its first block are missing (``NAT``)."""

    def __init__(self, place: str, events: EventMap, rows: int = 0) -> None:
        self._place = place
        self._events = events
        self._grammar = Grammar(events.format)
        self._zone: Zone | None = zone(events.timezone) if events.timezone else None
        self._missing = frozenset({*events.missing, "", None})
        self._parts = [np.full(rows, NAT, np.int64)]

    def read(self, raw: Raw | None, rows: int) -> tuple[Int64, Faults]:
        """Return the instants of a block of this column, ``NAT`` where missing, and the rows with an unusable time.

        Raises EventError where a time has no UTC offset and the event map names no zone to read it in.
        """
        if raw is None:
            return np.full(rows, NAT, np.int64), {}
        if isinstance(raw, Naive):
            us, faults = _from_ticks(raw.ticks)
            return self._in_zone(us, faults) if (us != NAT).any() else (us, faults)
        if isinstance(raw, np.ndarray) and raw.dtype.kind == "M":
            return _from_ticks(raw)
        if isinstance(raw, np.ndarray) and raw.dtype.kind in "iu" and self._events.format in _EPOCH_UNITS:
            return _from_numbers(raw, _EPOCH_UNITS[self._events.format])
        if isinstance(raw, Coded):
            return self._by_code(_keys(raw.values), raw.codes)
        keys = _keys(raw.tolist() if isinstance(raw, np.ndarray) else raw)
        distinct = dict(zip(dict.fromkeys(keys), count(), strict=False))
        if len(distinct) > len(keys) * _MOSTLY_NEW:
            return self._read(keys)
        return self._by_code(list(distinct), np.fromiter(map(distinct.__getitem__, keys), np.int32, len(keys)))

    def add(self, instants: Int64) -> None:
        """Put the instants of a block at the end."""
        self._parts.append(instants)

    def whole(self) -> Int64:
        """Return the whole column."""
        return np.concatenate(self._parts)

    def _by_code(self, keys: Sequence[Any], codes: Codes) -> tuple[Int64, Faults]:
        us, faults = self._read(keys)
        rows = np.flatnonzero(np.isin(codes, list(faults))).tolist() if faults else []
        return np.append(us, NAT)[codes], {row: faults[int(codes[row])] for row in rows}

    def _read(self, keys: Sequence[Any]) -> tuple[Int64, dict[int, str]]:
        """Return the instants of values as `_keys` gives them, and what is wrong with those that cannot be used."""
        faults: dict[int, str] = {}
        absent = np.fromiter(map(self._missing.__contains__, keys), bool, len(keys))
        texts = [key if type(key) is str else "" for key in keys]
        us, aware, fate = self._grammar.read(texts)
        naive = ~aware
        us[absent | (fate != FINE)] = NAT
        for i in np.flatnonzero((fate != FINE) & ~absent).tolist():
            if isinstance(keys[i], str):
                faults[i] = self._fault(texts[i], int(fate[i]))
            elif keys[i][0] == "fault":
                faults[i] = keys[i][1]
            else:
                kind, us[i], texts[i] = keys[i]
                naive[i], fate[i] = kind == "wall", FINE
        walls = np.flatnonzero(naive & (fate == FINE) & ~absent)
        if walls.size:
            us[walls], found = self._in_zone(us[walls], {}, [texts[i] for i in walls.tolist()])
            faults.update((int(walls[i]), fault) for i, fault in found.items())
        return us, faults

    def _fault(self, text: str, fate: int) -> str:
        shown = repr(text if len(text) <= 60 else f"{text[:57]}...")
        if fate != STRANGE:
            return f"{shown} {_FATES[fate]}"
        if self._grammar.pattern == "iso":
            epoch = _EPOCH.fullmatch(text.strip())
            unit = f"; for time since 1970 write format: {'epoch_ms' if epoch[2] else 'epoch'}" if epoch else ""
            return f"{shown} is not a time such as 2026-03-02T09:30:00Z (the format is 'iso'{unit})"
        return f"{shown} is not a time of the format {self._grammar.pattern!r}"

    def _in_zone(self, walls: Int64, faults: Faults, texts: Sequence[str] | None = None) -> tuple[Int64, Faults]:
        """Return the instants at which the zone's clocks show ``walls``; skipped and repeated ones are faults (S6)."""
        if self._zone is None:
            shown = _shown(walls, texts, int((walls != NAT).argmax()))
            msg = (
                f"{self._place} holds times without a UTC offset, such as {shown!r}; say in which "
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


def _keys(values: Sequence[Any]) -> Sequence[Any]:
    """Return each value as a text, as None, or as (kind, microseconds or what is wrong with it, text).

    A datetime is turned into microseconds at once: two that a clock change tells apart are equal to Python.
    """
    return values if set(map(type, values)) <= {str, type(None)} else [_key(value) for value in values]


def _key(value: Any) -> Any:
    if isinstance(value, np.generic) and value.dtype.kind != "M":
        value = value.item()
    if isinstance(value, str):
        return str(value)
    if is_missing(value):
        return None
    if isinstance(value, np.datetime64):
        us, faults = _from_ticks(np.array([value]))
        return ("fault", faults[0]) if faults else ("instant", int(us[0]), str(value))
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        kind = "wall" if moment.tzinfo is None else "instant"
        try:
            at = from_datetime(moment.replace(tzinfo=UTC) if kind == "wall" else moment)
        except InstantError:
            far = not FIRST_YEAR < moment.year < LAST_YEAR
            return "fault", f"'{value}' {_FATES[TOO_FAR if far else TOO_FINE]}"
        return kind, at, str(value)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(value)
    return "fault", f"{value!r} is not a time"


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
