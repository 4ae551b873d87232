"""Intervals: how much a share of few items tells, by Wilson. The verdict is the contract's; an interval only speaks."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Final

Z95: Final = Fraction(49, 25)
"""1.96 standard deviations: an interval of 95 per cent."""
CLEARLY_MET: Final = "clearly met"
UNCLEAR: Final = "not distinguishable"
CLEARLY_MISSED: Final = "clearly missed"


def wilson(met: int, measured: int, z: Fraction = Z95) -> tuple[float, float] | None:
    """Return the Wilson interval of a share, from 0 to 1; None where nothing was measured (M2). For show."""
    if not measured:
        return None
    share, square = met / measured, float(z * z) / measured
    middle = (share + square / 2) / (1 + square)
    half = float(z) * sqrt(share * (1 - share) / measured + square / (4 * measured)) / (1 + square)
    # At the ends the two are equal, and floats would leave a hair between them.
    low = 0.0 if met == 0 else max(0.0, middle - half)
    return low, 1.0 if met == measured else min(1.0, middle + half)


def wording(met: int, measured: int, expected: Fraction, z: Fraction = Z95, *, rises: bool = True) -> str:
    """Return how a share stands to what is expected: clearly met, not distinguishable, or clearly missed.

    It is clear where what is expected lies outside the interval. Exact: the interval holds just the shares q with
    n * (p - q) ** 2 <= z ** 2 * q * (1 - q), which needs no root. ``rises``: more is better. "" without items.
    """
    if not measured:
        return ""
    apart = Fraction(met, measured) - expected
    if measured * apart * apart <= z * z * expected * (1 - expected):
        return UNCLEAR
    return CLEARLY_MET if (apart > 0) == rises else CLEARLY_MISSED
