"""Border: questions asked with datetimes or ``datetime64`` arrays, answered in kind.

An aware ``datetime`` gives a ``datetime`` in the same zone or a ``timedelta``; anything array-like gives
``datetime64`` or ``timedelta64``: broadcast, NaT in NaT out, unit kept (C14).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np

from slamodel.errors import CalendarError, DurationError, InstantError, SlaModelError
from slamodel.timeline.durations import amount as read_amount
from slamodel.timeline.instants import (
    MICROSECOND,
    NAT,
    Bool,
    Int64,
    bounds_of,
    finest,
    from_array,
    from_datetime,
    from_datetimes,
    lengths_from_array,
    lengths_to_array,
    to_array,
    to_datetime,
)
from slamodel.timeline.timetable import Timetable
from slamodel.timeline.zones import Zone

_LONGEST = 2**58


def elapsed(table: Timetable, start: Any, end: Any, line: Any = None) -> Any:
    """Put the ``elapsed`` question: two instants to a length."""
    if line is None and isinstance(start, datetime) and isinstance(end, datetime):
        try:
            at, till = from_datetimes(start, end)
        except InstantError:
            if not (_is_nat(start) or _is_nat(end)):
                raise
        else:
            return table.elapsed_one(at, till) * MICROSECOND
    (starts, unit), (ends, other) = _instants(start), _instants(end)
    answer = _vector(table.elapsed, line, (starts, ends))
    return lengths_to_array(answer, finest(unit, other))[()]


def shifted(one: Callable[..., int], many: Callable[..., Int64], at: Any, amount: Any, line: Any = None) -> Any:
    """Put one of ``due``, ``breaches_after`` and ``start_by``: an instant and an amount to an instant.

    ``one`` and ``many`` are the question on Python ints and on arrays.
    """
    if line is None and isinstance(at, datetime) and not isinstance(amount, (np.ndarray, np.timedelta64)):
        try:
            length = text_us(amount) if type(amount) is str else amount_us(amount)
            start = from_datetime(at)
        except SlaModelError:
            if not (_is_nat(at) or _is_nat(amount)):
                raise
        else:
            return to_datetime(one(start, length), at.tzinfo)
    instants, unit = _instants(at)
    return to_array(_vector(many, line, (instants,), amounts_us(amount)), unit)[()]


def moved(one: Callable[..., int], many: Callable[..., Int64], at: Any, line: Any = None) -> Any:
    """Put one of ``next_open`` and ``previous_close``: an instant to an instant."""
    if line is None and isinstance(at, datetime) and not _is_nat(at):
        return to_datetime(one(from_datetime(at)), at.tzinfo)
    instants, unit = _instants(at)
    return to_array(_vector(many, line, (instants,)), unit)[()]


def is_open(table: Timetable, at: Any, line: Any = None) -> Any:
    """Put the ``is_open`` question: an instant to a truth; NaT is not open."""
    if line is None and isinstance(at, datetime) and not _is_nat(at):
        return table.is_open_one(from_datetime(at))
    instants, _ = _instants(at)
    answer: Bool = _vector(table.is_open, line, (instants,))
    return answer[()]


def amount_us(value: Any) -> int:
    """Return an amount of covered time in microseconds; business days need a limit's reading and are refused."""
    read = read_amount(value)
    if read.days:
        msg = f"{read} counts business days; a calendar's own questions take hours, a target's limit takes days"
        raise DurationError(msg)
    return read.us


@lru_cache(maxsize=4096)
def text_us(value: str) -> int:
    """Return `amount_us` of a text, which is read once."""
    return amount_us(value)


def amounts_us(value: Any) -> Int64:
    """Return amounts as int64 microseconds: timedelta64 values, or one amount in words."""
    if _is_nat(value):
        return np.asarray(NAT, np.int64)
    if isinstance(value, np.timedelta64) or (isinstance(value, np.ndarray) and value.dtype.kind == "m"):
        us, _ = lengths_from_array(value)
        kept = us[us != NAT] if us.ndim else us.reshape(1)[us.reshape(1) != NAT]
        if kept.size and (int(kept.min()) < 0 or int(kept.max()) > _LONGEST):
            bad = lengths_to_array(kept[(kept < 0) | (kept > _LONGEST)][:1], "us")[0]
            msg = f"{bad} is no length of time: zero or more, below 9,000 years (to count backwards use start_by)"
            raise DurationError(msg)
        return us
    return np.asarray(amount_us(value), np.int64)


def _instants(value: Any) -> tuple[Int64, str]:
    if isinstance(value, datetime):
        return np.asarray(NAT if _is_nat(value) else from_datetime(value), np.int64), "s"
    return from_array(value)


def _is_nat(value: Any) -> bool:
    """Return whether a value is pandas' NaT: a datetime that is not equal to itself."""
    return isinstance(value, datetime) and value != value  # noqa: PLR0124


def _vector(ask: Callable[..., Any], line: Any, instants: tuple[Int64, ...], amount: Int64 | None = None) -> Any:
    """Ask with columns of one shape and no NAT; give back that shape, NAT where any column had it."""
    columns = [*instants, *(() if amount is None else (amount,)), *(() if line is None else (line,))]
    shape = np.broadcast_shapes(*(column.shape for column in columns))
    flat = [np.broadcast_to(column, shape).reshape(-1) for column in columns]
    times = len(columns) - (line is not None)
    missing = None
    if flat[0].size and any(
        int(column.min()) == NAT for column in (*instants, *flat[len(instants) : times]) if column.size
    ):
        missing = np.logical_or.reduce([column == NAT for column in flat[:times]])
        flat = [column[~missing] for column in flat]
    bounds = None
    if flat[0].size:
        each = [bounds_of(column) for column in flat[: len(instants)]]
        bounds = min(low for low, _ in each), max(high for _, high in each)
    answer = ask(*flat[:times], flat[-1] if line is not None else None, bounds)
    if missing is not None:
        whole = np.full(missing.shape, NAT if answer.dtype == np.int64 else 0, answer.dtype)
        whole[~missing] = answer
        answer = whole
    return answer.reshape(shape)


def local_instant(value: datetime, shown: str, place: Zone) -> int:
    """Return the instant of a local time in ``place``; its own offset, if it has one, decides (S6)."""
    if value.tzinfo is not None:
        return from_datetime(value)
    return place.to_instant(from_datetime(value.replace(tzinfo=UTC)), shown)


def positions(ids: Any, known: Mapping[Any, int]) -> Int64:
    """Return the position of each id: integers within the table as they are, names looked up once a distinct one."""
    column = np.asarray(ids)
    if column.dtype.kind in "iu":
        found = column.astype(np.int64, copy=False)
        # As unsigned numbers those below zero are the greatest: one pass sees both ends.
        if found.size and int(found.view(np.uint64).max()) >= len(known):
            bad = int(found.max() if found.max() >= len(known) else found.min())
            msg = f"calendar {bad} is not in the table of {len(known)}"
            raise CalendarError(msg)
        return found
    distinct, codes = np.unique(column, return_inverse=True)
    unknown = [name for name in distinct.tolist() if name not in known]
    if unknown:
        msg = f"calendar {unknown[0]!r} is not in the table; known: {', '.join(map(str, list(known)[:12]))}"
        raise CalendarError(msg)
    return np.array([known[name] for name in distinct.tolist()], np.int64)[codes.reshape(column.shape)]
