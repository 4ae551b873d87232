"""Zones: the offsets of a place over time, and wall times turned into instants.

The one room that knows gaps and folds (S3, S6). The rules are those of the ``tzdata`` package, never of the
machine, so that one version of it gives one answer everywhere.
"""

from __future__ import annotations

import struct
import threading
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from slamodel.errors import CalendarError, InstantError
from slamodel.timeline.instants import DAY, EPOCH, FIRST, LAST, LAST_YEAR, SECOND, Int64, year_of, year_start

_PROBE_DAYS: Final = 7
_HEADER: Final = struct.Struct(">4s1s15x6I")
_WHOLE_SECOND: Final = timedelta(seconds=1)
_FOR_EVER: Final = 2 * LAST


def tz_database() -> str:
    """Return the release of the time zone rules in use and where they come from (M6)."""
    import tzdata

    return f"{tzdata.IANA_VERSION} (tzdata {tzdata.__version__})"


class Zone:
    """A place with its offsets from UTC, as [instant, offset] steps that are extended when asked further."""

    def __init__(self, key: str) -> None:
        data = _read(key)
        self.key = key
        self.info = _zone_info(key)
        explicit, follows_rule = _transitions(data)
        self._instants: list[int] = [t for t in explicit if FIRST + DAY < t < LAST - DAY]
        self._follows_rule = follows_rule
        self._probed_to = max([*self._instants, year_start(1970)]) if follows_rule else _FOR_EVER
        self._steps = self._measure()
        self._lock = threading.Lock()

    def steps(self, end: int) -> tuple[Int64, Int64]:
        """Return (instants, offsets): from instants[i] on the wall clock is UTC + offsets[i], good up to ``end``."""
        if end > self._probed_to:
            with self._lock:
                self._extend(end)
        return self._steps

    def walls(self, at: Int64) -> Int64:
        """Return what the wall clock shows at each instant, in microseconds since 1970 on the wall."""
        instants, offsets = self.steps(int(at.max()) + DAY)
        return at + offsets[np.searchsorted(instants, at, side="right") - 1]

    def to_instants(self, wall: int) -> list[int]:
        """Return the instants at which the wall clock shows ``wall``: none in a gap, two in a fold."""
        instants, offsets = self.steps(wall + 2 * DAY)
        near = slice(max(0, int(np.searchsorted(instants, wall - 2 * DAY)) - 1), None)
        found = []
        begins, shifts = instants[near].tolist(), offsets[near].tolist()
        for i, (begin, shift) in enumerate(zip(begins, shifts, strict=True)):
            if begin > wall + 2 * DAY:
                break
            if begin <= wall - shift < (begins[i + 1] if i + 1 < len(begins) else LAST + DAY):
                found.append(wall - shift)
        return found

    def first_instant(self, wall: int) -> int:
        """Return the first instant at which the wall clock shows ``wall``; that of UTC, if a clock change skips it."""
        return min(self.to_instants(wall), default=wall)

    def to_instant(self, wall: int, shown: str) -> int:
        """Return the one instant at which the wall clock shows ``wall``; skipped or repeated times are refused (S6)."""
        found = self.to_instants(wall)
        if len(found) == 1:
            return found[0]
        if not found:
            before, after = self._around(wall)
            msg = f"{shown} does not exist in {self.key} (clocks go {before} -> {after})"
            raise InstantError(msg)
        offsets = " or ".join(_offset_text(wall - instant) for instant in found)
        msg = f"{shown} happens twice in {self.key}; add {offsets}"
        raise InstantError(msg)

    def to_instants_array(self, walls: Int64) -> tuple[Int64, Int64]:
        """Return (instants, how many instants show that wall time: 0 in a gap, 1, 2 in a fold)."""
        if not walls.size:
            return walls, walls
        instants, offsets = self.steps(int(walls.max()) + 2 * DAY)
        before, after = offsets[:-1], offsets[1:]
        late, early = instants[1:] + np.maximum(before, after), instants[1:] + np.minimum(before, after)
        late = np.maximum.accumulate(late) if late.size else late
        period = np.searchsorted(late, walls, side="right")
        following = np.minimum(period, max(len(late) - 1, 0))
        odd = (walls >= early[following]) & (walls < late[following]) if late.size else np.zeros(walls.shape, bool)
        folds = after[following] < before[following] if late.size else odd
        return walls - offsets[period], np.where(odd, np.where(folds, 2, 0), 1)

    def _around(self, wall: int) -> tuple[str, str]:
        instants, offsets = self._steps
        i = max(1, int(np.argmin(np.abs(instants + offsets - wall))))
        walls = (int(instants[i] + offsets[i - 1]), int(instants[i] + offsets[i]))
        return tuple(f"{EPOCH + timedelta(microseconds=w):%H:%M}" for w in walls)  # type: ignore[return-value]  # two in, two out

    def _offset(self, instant: int) -> int:
        offset = datetime.fromtimestamp(instant // SECOND, tz=UTC).astimezone(self.info).utcoffset()
        return (offset or timedelta()) // _WHOLE_SECOND * SECOND

    def _measure(self) -> tuple[Int64, Int64]:
        instants = [FIRST, *self._instants]
        offsets = [self._offset(instant) for instant in instants]
        return np.array(instants, np.int64), np.array(offsets, np.int64)

    def _extend(self, end: int) -> None:
        # Past the last listed change the zone follows a yearly rule, whose two changes lie months apart:
        # probing the rule once a week finds each, and halving finds its second.
        if end <= self._probed_to:
            return
        stop = year_start(min(year_of(end), LAST_YEAR) + 1)
        probes = range(self._probed_to, stop + _PROBE_DAYS * DAY, _PROBE_DAYS * DAY)
        offsets = [self._offset(at) for at in probes]
        found = []
        for at, before, after in zip(probes, offsets, offsets[1:], strict=False):
            if before == after:
                continue
            low, high = at // SECOND, at // SECOND + _PROBE_DAYS * DAY // SECOND
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self._offset(middle * SECOND) == before else (low, middle)
            found.append(high * SECOND)
        self._instants = [*self._instants, *(t for t in found if t > self._instants[-1])] if self._instants else found
        self._steps = self._measure()
        self._probed_to = _FOR_EVER if stop == LAST else probes[-1]


def zone(key: str) -> Zone:
    """Return the zone of an IANA name such as 'Europe/London'; refuse anything else with a hint."""
    if not isinstance(key, str):
        msg = f"timezone {key!r}: write an IANA place such as 'Europe/London'"
        raise CalendarError(msg, "E113")
    return _zone(key)


@cache
def _zone(key: str) -> Zone:
    return Zone(key)


def _offset_text(offset: int) -> str:
    minutes, seconds = divmod(abs(offset) // SECOND, 60)
    text = f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def _read(key: str) -> bytes:
    abbreviations = {"EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "MET", "EET", "WET"}
    if key in abbreviations:
        msg = f"timezone {key!r}: use a place such as 'America/New_York' (an abbreviation has no rules of its own)"
        raise CalendarError(msg, "E113")
    try:
        *package, name = key.split("/")
        if not all(part.replace("_", "").replace("-", "").replace("+", "").isalnum() for part in (*package, name)):
            raise FileNotFoundError
        data = resources.files(".".join(["tzdata", "zoneinfo", *package])).joinpath(name).read_bytes()
    except (OSError, ImportError, ValueError):
        data = b""
    if data[:4] != b"TZif":
        msg = f"timezone {key!r} is not known{_suggestion(key)}; use an IANA place such as 'Europe/London'"
        raise CalendarError(msg, "E113")
    return data


def _suggestion(key: str) -> str:
    from difflib import get_close_matches

    names = resources.files("tzdata").joinpath("zones").read_text().split()
    close = get_close_matches(key.replace(" ", "_"), names, n=1)
    close = close or [name for name in names if name.rsplit("/", 1)[-1].lower() == key.lower().replace(" ", "_")][:1]
    return f", did you mean {close[0]!r}" if close else ""


def _zone_info(key: str) -> ZoneInfo:
    *package, name = key.split("/")
    with resources.files(".".join(["tzdata", "zoneinfo", *package])).joinpath(name).open("rb") as file:
        return ZoneInfo.from_file(file, key=key)


def _transitions(data: bytes) -> tuple[list[int], bool]:
    """Return the listed changes of a TZif file (RFC 8536, the 64-bit block) and whether a yearly rule follows."""
    _, _, is_ut, is_std, leaps, times, types, chars = _HEADER.unpack_from(data)
    second = _HEADER.size + times * 5 + types * 6 + chars + leaps * 8 + is_std + is_ut
    _, _, is_ut, is_std, leaps, times, types, chars = _HEADER.unpack_from(data, second)
    body = second + _HEADER.size
    instants = [t * SECOND for t in struct.unpack_from(f">{times}q", data, body)]
    footer = data[body + times * 9 + types * 6 + chars + leaps * 12 + is_std + is_ut :]
    return instants, b"," in footer
