"""Instants: int64 microseconds since 1970-01-01T00:00Z inside, aware datetimes or ``datetime64`` in UTC outside.

The border is here: whatever crosses it is checked once (S1, S6), and nothing below it knows a time zone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from slamodel.errors import DurationError, InstantError, SlaModelError

Int64: TypeAlias = NDArray[np.int64]
Bool: TypeAlias = NDArray[np.bool_]
Times: TypeAlias = "NDArray[np.datetime64]"
Lengths: TypeAlias = "NDArray[np.timedelta64]"

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

NAT: Final = int(np.iinfo(np.int64).min)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR: Final = 2
LAST_YEAR: Final = 9998
MICROSECOND: Final = timedelta(microseconds=1)
_EPOCHS: Final[dict[int, datetime]] = {}
_EPOCHS_KEPT: Final = 256
_KEPT_UNITS: Final = ("s", "ms", "us")
_PER_UNIT: Final = {"s": SECOND, "ms": 1000, "us": 1}
_LONGEST_TICK: Final = {"Y": 366 * DAY, "M": 31 * DAY, "W": 7 * DAY, "D": DAY, "h": HOUR, "m": MINUTE, **_PER_UNIT}


def year_start(year: int) -> int:
    """Return the instant at which ``year`` begins in UTC."""
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND


def year_of(instant: int) -> int:
    """Return the UTC year that holds ``instant``."""
    return (EPOCH + timedelta(microseconds=instant)).year


FIRST: Final = year_start(FIRST_YEAR)
LAST: Final = year_start(LAST_YEAR + 1)


def from_datetime(value: datetime) -> int:
    """Return the instant of an aware datetime; a naive one, or one outside years 2-9998, is refused (S6)."""
    try:
        gap = value - EPOCH
    except TypeError:
        if not isinstance(value, datetime):
            msg = f"{value!r} is not an instant: pass an aware datetime or a datetime64 array in UTC"
            raise InstantError(msg) from None
        msg = (
            f"{value.isoformat()} has no UTC offset: say which zone it is read in, "
            "for example value.replace(tzinfo=ZoneInfo('Europe/London'))"
        )
        raise InstantError(msg) from None
    if type(value) is not datetime and (value != value or getattr(value, "nanosecond", False)):  # noqa: PLR0124  NaT
        msg = f"{value!r} is not a whole number of microseconds; NaT and finer times are refused (S1, C14)"
        raise InstantError(msg)
    at = gap.days * DAY + gap.seconds * SECOND + gap.microseconds
    if not FIRST <= at < LAST:
        msg = f"{value} is outside years {FIRST_YEAR}-{LAST_YEAR}"
        raise InstantError(msg)
    return at


def from_datetimes(one: datetime, other: datetime) -> tuple[int, int]:
    """Return `from_datetime` of two datetimes: a question on a pair spends most of its time here."""
    zone = one.tzinfo
    if zone is other.tzinfo and zone is not None and type(one) is datetime and type(other) is datetime:
        # Within one zone a subtraction is that of wall clocks, eight times faster than one across zones.
        epoch = _EPOCHS.get(id(zone)) or _epoch_in(zone)
        ahead, later = one.utcoffset(), other.utcoffset()
        if ahead is None or later is None:  # a zone of somebody's own that does not know
            return from_datetime(one), from_datetime(other)
        a, b = one - epoch - ahead, other - epoch - later
        at = a.days * DAY + a.seconds * SECOND + a.microseconds
        till = b.days * DAY + b.seconds * SECOND + b.microseconds
        if FIRST <= at < LAST and FIRST <= till < LAST:
            return at, till
    return from_datetime(one), from_datetime(other)


def _epoch_in(zone: tzinfo) -> datetime:
    """Return midnight of 1970-01-01 on the walls of ``zone``; it holds the zone, so the zone's id stays its own."""
    if len(_EPOCHS) >= _EPOCHS_KEPT:
        _EPOCHS.clear()
    return _EPOCHS.setdefault(id(zone), EPOCH.replace(tzinfo=zone))


def to_datetime(instant: int, zone: tzinfo | None = UTC) -> datetime:
    """Return ``instant`` as an aware datetime in ``zone``."""
    at = EPOCH + instant * MICROSECOND
    return at if zone is UTC or zone is None else at.astimezone(zone)


def to_timedelta(length: int) -> timedelta:
    """Return a length in microseconds as a timedelta."""
    # A product: timedelta(microseconds=...) takes five times as long.
    return length * MICROSECOND


def from_array(values: Any) -> tuple[Int64, str]:
    """Return (instants, unit) of ``datetime64`` values in UTC, or of a sequence of aware datetimes.

    NaT and None become ``NAT``. Units s, ms and us are kept for the answer; coarser ones count as s, and
    nanoseconds as us: a value with a part below a microsecond is refused, never rounded (S1).
    """
    array = np.asarray(values)
    if array.dtype.kind == "M":
        return _from_ticks(array, "datetime64", InstantError)
    if array.dtype.kind == "O":
        flat = [NAT if item is None or item != item else _from_item(item) for item in array.ravel()]  # noqa: PLR0124  NaT
        return np.array(flat, dtype=np.int64).reshape(array.shape), "us"
    if array.size == 0:
        return np.empty(array.shape, np.int64), "us"
    msg = f"an array of {array.dtype} holds no instants: pass datetime64 in UTC, or aware datetimes"
    raise InstantError(msg)


def _from_item(item: Any) -> int:
    if isinstance(item, np.datetime64):
        return int(from_array(item)[0])
    return from_datetime(item)


def lengths_from_array(values: Any) -> tuple[Int64, str]:
    """Return (microseconds, unit) of ``timedelta64`` values; NaT becomes ``NAT``."""
    array = np.asarray(values)
    if np.datetime_data(array.dtype)[0] in {"Y", "M"}:
        msg = "a timedelta64 of years or months has no fixed length; give it in days or hours"
        raise DurationError(msg)
    return _from_ticks(array, "timedelta64", DurationError)


def _from_ticks(array: NDArray[Any], kind: str, error: type[SlaModelError]) -> tuple[Int64, str]:
    unit, step = np.datetime_data(array.dtype)
    if unit == "generic":
        if array.size and not np.isnat(array).all():
            msg = f"{kind} without a unit cannot be read; name one, such as {kind}[us]"
            raise error(msg)
        return np.full(array.shape, NAT, np.int64), "us"
    if unit in {"ns", "ps", "fs", "as"}:
        whole = array.astype(f"{kind}[us]")
        if not ((whole.astype(array.dtype) == array) | np.isnat(array)).all():
            msg = f"a {kind} has a part below a microsecond; round it yourself, for example to {kind}[us] (S1)"
            raise error(msg)
        return whole.view(np.int64), "us"
    if unit == "us" and step == 1:
        return (array if array.dtype.isnative else array.astype(f"{kind}[us]")).view(np.int64), "us"
    ticks = array[~np.isnat(array)]
    per_tick = step * _LONGEST_TICK[unit]
    if ticks.size and max(-int(ticks.view("i8").min()), int(ticks.view("i8").max())) * per_tick > 2**62:
        msg = f"a {kind} is outside years {FIRST_YEAR}-{LAST_YEAR}, or longer than they are"
        raise error(msg)
    return array.astype(f"{kind}[us]").view(np.int64), unit if unit in _KEPT_UNITS and step == 1 else "s"


def finest(*units: str) -> str:
    """Return the finest of the given units."""
    return max(units, key=_KEPT_UNITS.index)


def to_array(instants: Int64, unit: str) -> Times:
    """Return instants as ``datetime64[unit]`` (``NAT`` becomes NaT); a finer unit where the value needs it."""
    return _to_ticks(instants, unit, "M8")


def lengths_to_array(lengths: Int64, unit: str) -> Lengths:
    """Return microseconds as ``timedelta64[unit]`` (``NAT`` becomes NaT); a finer unit where the value needs it."""
    return _to_ticks(lengths, unit, "m8")


def _to_ticks(values: Int64, unit: str, kind: str) -> NDArray[Any]:
    ticks = values.view(f"{kind}[us]")
    if unit == "us":
        return ticks
    per = _PER_UNIT[unit]
    missing = values == NAT
    if not ((values % per == 0) | missing).all():
        return ticks
    return ticks.astype(f"{kind}[{unit}]")


def bounds_of(instants: Int64) -> tuple[int, int]:
    """Return the least and the greatest of instants without ``NAT``; outside years 2-9998 they are refused."""
    low, high = int(instants.min()), int(instants.max())
    if kept_outside(low, high):
        msg = f"an instant is outside years {FIRST_YEAR}-{LAST_YEAR}: {np.int64(low).view('M8[us]')} to "
        msg += f"{np.int64(high).view('M8[us]')}"
        raise InstantError(msg)
    return low, high


def kept_outside(low: int, high: int) -> bool:
    """Return whether a range of instants leaves the years this library answers for."""
    return low < FIRST or high >= LAST
