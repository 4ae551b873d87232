"""Control charts: which periods lie outside of what chance does to a process that stays the same.

A p-chart is for shares, an individuals and moving-range chart (I-MR) for single values. Limits are told as floats;
whether a point lies beyond them is decided by exact numbers, without a root.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Final

from attrs import frozen

from slamodel.errors import AgreementError

SIGMAS: Final = 3
D2: Final = Fraction(1128, 1000)
"""The mean range of two values, in standard deviations (NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2)."""
D4: Final = Fraction(3267, 1000)
"""The upper limit of a moving range of two values, over the mean of the ranges (the same, 6.3.2.2)."""


@frozen
class Point:
    """One period on a chart: its exact value, the limits (low, high) that hold for it, and whether it lies beyond them.

    ``value`` is None, and so are the limits, where nothing was measured (M2).
    """

    name: str
    value: Fraction | None
    low: float | None
    high: float | None
    beyond: bool


@frozen
class PChart:
    """Shares of successive periods about their common ``centre``, each with limits by the number of its items."""

    centre: Fraction
    points: tuple[Point, ...]

    @property
    def beyond(self) -> tuple[str, ...]:
        """The periods that lie beyond their limits."""
        return tuple(point.name for point in self.points if point.beyond)


@frozen
class IMR:
    """Single values about their mean, and the ranges from each to the next; the first value has no range.

    ``centre`` and ``mean_range`` are exact, and so are ``low`` and ``high`` of the values and ``range_high``.
    """

    centre: Fraction
    mean_range: Fraction
    low: Fraction
    high: Fraction
    range_high: Fraction
    points: tuple[Point, ...]
    ranges: tuple[Point, ...]

    @property
    def beyond(self) -> tuple[str, ...]:
        """The periods whose value, or whose step from the one before, lies beyond its limits."""
        return tuple(dict.fromkeys(point.name for point in (*self.points, *self.ranges) if point.beyond))


def p_chart(counts: Sequence[int], measured: Sequence[int], names: Sequence[str]) -> PChart:
    """Return the chart of the shares counts / measured: missed of measured, or met.

    The centre is p = sum(counts) / sum(measured), the limits of a period with n items are p -+ 3 sqrt(p (1 - p) / n),
    not below 0 or above 1 (W. Shewhart; NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.3.2). Raises
    AgreementError (E107) where nothing was measured at all, or more is counted than was measured.
    """
    _check_lengths(counts, measured, names)
    whole = sum(measured)
    if not whole or any(not 0 <= hit <= n for hit, n in zip(counts, measured, strict=True)):
        msg = f"{sum(counts)} of {whole}: a p-chart is made of items of which none to all are counted"
        raise AgreementError(msg, "E107")
    centre = Fraction(sum(counts), whole)
    variance = centre * (1 - centre)
    points = []
    for name, hit, n in zip(names, counts, measured, strict=True):
        if not n:
            points.append(Point(name, None, None, None, beyond=False))
            continue
        share = Fraction(hit, n)
        half = SIGMAS * sqrt(variance / n)
        apart = (share - centre) ** 2 * n > SIGMAS**2 * variance
        points.append(Point(name, share, max(0.0, float(centre) - half), min(1.0, float(centre) + half), apart))
    return PChart(centre, tuple(points))


def imr(values: Sequence[Fraction], names: Sequence[str]) -> IMR:
    """Return the chart of single values, in the order of their periods: a mean time a month, an availability.

    The limits are the mean -+ 3 * mean range / 1.128, and 3.267 * mean range for the ranges (NIST/SEMATECH e-Handbook,
    6.3.2.2). A mean range is the mean of the distances between neighbours. Raises AgreementError (E107) for fewer than
    two values.
    """
    _check_lengths(values, names)
    if len(values) < 2:
        msg = f"{len(values)} values have no range from one to the next; a chart of single values begins with two"
        raise AgreementError(msg, "E107")
    steps = [abs(later - one) for one, later in pairwise(values)]
    centre, mean_range = sum(values, Fraction(0)) / len(values), sum(steps, Fraction(0)) / len(steps)
    half, most = SIGMAS * mean_range / D2, D4 * mean_range
    low, high = centre - half, centre + half
    return IMR(
        centre,
        mean_range,
        low,
        high,
        most,
        tuple(Point(n, v, float(low), float(high), not low <= v <= high) for n, v in zip(names, values, strict=True)),
        tuple(Point(n, r, 0.0, float(most), r > most) for n, r in zip(names[1:], steps, strict=True)),
    )


def _check_lengths(*columns: Sequence[object]) -> None:
    if len({len(column) for column in columns}) > 1:
        msg = f"columns of {', '.join(str(len(column)) for column in columns)} rows; give each period its own in all"
        raise AgreementError(msg, "E107")
