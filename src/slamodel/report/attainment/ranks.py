"""Ranks: means, medians and percentiles of whole numbers, exact; percentiles by nearest rank (C13)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from slamodel.timeline.instants import Int64

HALF: Final = Fraction(1, 2)


def mean(values: Int64) -> Fraction | None:
    """Return the exact mean; None without values (M2)."""
    if not len(values):
        return None
    # In two halves: the sum of a million long times does not fit into 64 bits.
    high, low = values >> 32, values & 0xFFFFFFFF
    return Fraction((int(high.sum()) << 32) + int(low.sum()), len(values))


def percentile(values: Int64, share: Fraction = HALF) -> int | None:
    """Return the smallest value that so great a share of all does not exceed: the one of rank ceil(share * n).

    So "95 % within 4 h" holds just where the 95th percentile is at most 4 h. None without values.
    """
    if not len(values):
        return None
    rank = max(1, -(-len(values) * share.numerator // share.denominator))
    return int(np.partition(values, rank - 1)[rank - 1])


def weighted_mean(values: Int64, weights: Int64) -> Fraction | None:
    """Return the exact mean of values that count ``weights`` times each; None where no weight is."""
    total = int(weights.sum())
    if not total:
        return None
    pairs = zip(values.tolist(), weights.tolist(), strict=True)
    return Fraction(sum(value * weight for value, weight in pairs), total)
