"""Head-room: how many misses a period can still afford, and how many items must be met to make up for misses."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

from slamodel.report.attainment.goals import allowed_misses


def headroom(missed: int, total: int, expected: Fraction) -> int:
    """Return how many more of ``total`` items may be missed: floor(N * (1 - q)) - X; below zero, so many too many.

    Exact: ``expected`` is a fraction. Raises ValueError for numbers that cannot be.
    """
    _check(total - missed, total, expected)
    return allowed_misses(total, expected) - missed


def recovery(met: int, measured: int, expected: Fraction) -> int | None:
    """Return how many items in a row must be met until the share is as expected: ceil((q * n - m) / (1 - q)).

    0 where it is already; None where no number is enough, because everything is expected and something was missed.
    """
    _check(met, measured, expected)
    short = expected * measured - met
    if short <= 0:
        return 0
    return ceil(short / (1 - expected)) if expected < 1 else None


def _check(part: int, whole: int, expected: Any) -> None:
    if not 0 <= part <= whole:
        msg = f"{part} of {whole} items cannot be; write counts from zero on"
        raise ValueError(msg)
    if isinstance(expected, float) or not 0 <= expected <= 1:
        msg = f"{expected!r} is no exact share; write Fraction(95, 100)"
        raise ValueError(msg)
