"""Words: instants, lengths and shares of a proof, as people and as machines read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Final

from slamodel.clock.phrases import length_words
from slamodel.timeline.instants import MICROSECOND, SECOND

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def seconds(length: timedelta) -> int | float:
    """Return a length in seconds: a whole number where it is one."""
    whole, rest = divmod(length // MICROSECOND, SECOND)
    return whole + rest / SECOND if rest else whole


def length_text(length: timedelta) -> str:
    """Write a length as "41h 40m", "-30m" or "0s"."""
    return f"{'-' if length < timedelta() else ''}{length_words(length)}"


def instant_text(at: datetime) -> str:
    """Write an instant as "Sat 2026-04-04 14:35", in its own zone."""
    clock = f"{at:%Y-%m-%d %H:%M}" + (f"{at:%S}".join([":", ""]) if at.second or at.microsecond else "")
    clock += f".{at.microsecond:06d}" if at.microsecond else ""
    return f"{_DAYS[at.weekday()]} {clock}"


def share_text(share: Fraction, decimals: int = 2, *, up: bool = False) -> str:
    """Write a share in per cent, cut and never rounded up (C13), unless it is one to reach: then ``up``."""
    scale = 10**decimals
    ticks = share * 100 * scale
    cut = ceil(ticks) if up else floor(ticks)
    return f"{cut // scale}.{cut % scale:0{decimals}d}%" if cut or not share else f"less than {1 / scale:.{decimals}f}%"
