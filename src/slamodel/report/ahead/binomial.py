"""Counts of chances: how many of several unequal ones come about, and how many items arrive."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, exp, floor, lgamma, log, sqrt
from typing import Any, TypeAlias

import numpy as np

from slamodel.report.ahead.survival import Float64

Chance: TypeAlias = float | Fraction
"""A probability from 0 to 1: an estimate as a float, or an exact fraction."""


def exact_share(value: Any, what: str) -> Fraction:
    """Return an exact share of something, above 0 and at most 1. Raises ValueError for anything else, floats too."""
    if isinstance(value, float) or not 0 < value <= 1:
        msg = f"{value!r} is no share of {what}; write Fraction(95, 100), above 0 and at most 1"
        raise ValueError(msg)
    return Fraction(value)


def check_chances(chances: Sequence[Chance]) -> None:
    """Refuse what is no probability: ValueError."""
    for chance in chances:
        if not 0 <= chance <= 1:  # NaN is neither
            msg = f"{chance!r} is no probability; it lies between 0 and 1, both included"
            raise ValueError(msg)


def poisson_binomial(chances: Sequence[Chance]) -> list[Chance]:
    """Return the probability of 0, 1, ... n of n independent things that come about with unequal chances.

    Exact, by convolution: one thing after the other, each either comes about or not (the Poisson binomial
    distribution). Fractions give fractions, else the result is in floats. Raises ValueError for what is no probability.
    """
    check_chances(chances)
    if all(isinstance(chance, int | Fraction) for chance in chances):
        found = [Fraction(1)]
        for one in [Fraction(chance) for chance in chances]:
            found = [a * (1 - one) + b * one for a, b in zip([*found, Fraction(0)], [Fraction(0), *found], strict=True)]
        return list(found)
    part = np.ones(1)
    for chance in map(float, chances):
        more = np.zeros(len(part) + 1)
        more[:-1] = part * (1 - chance)
        more[1:] += part * chance
        part = more
    return list(part.tolist())


def poisson(mean: float) -> tuple[int, Float64]:
    """Return (n, probabilities of n, n + 1, ...) of a Poisson count with this mean.

    Far tails, together less likely than 1e-10, are cut off.

    S. D. Poisson, 1837: P(n) = exp(-mean) * mean ** n / n!. Raises ValueError for a mean that is negative or no number.
    """
    if not 0 <= mean < 1e9:
        msg = f"{mean!r} is no expected number; it is zero or more"
        raise ValueError(msg)
    if mean == 0:
        return 0, np.ones(1)
    reach = 7 * sqrt(mean) + 25
    first, last = max(0, floor(mean - reach)), ceil(mean + reach)
    each = [exp(n * log(mean) - mean - lgamma(n + 1)) for n in range(first, last + 1)]
    return first, np.array(each)
