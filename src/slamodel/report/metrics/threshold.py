"""Thresholds: a series of numbers held to a bound: its worst value, its mean, a percentile, or how many keep to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

import numpy as np

from slamodel.errors import AgreementError
from slamodel.model.bound import Bound
from slamodel.model.metric import STATISTICS
from slamodel.report.metrics.measurement import Measurement, each_period, not_measured, share
from slamodel.report.metrics.series import Values
from slamodel.report.periods import Periods
from slamodel.timeline.durations import parse_amount

_HALF: Final = Fraction(1, 2)
_RANKS: Final[Mapping[str, Callable[[int, Fraction, bool], int]]] = {
    "worst": lambda n, _, rises: 0 if rises else n - 1,
    "largest": lambda n, _, __: n - 1,
    "smallest": lambda *_: 0,
    "median": lambda n, _, __: _rank(n, _HALF),
    "percentile": lambda n, part, _: _rank(n, part),
}
"""The place of the value that a statistic picks, among those of a period in order of their size."""


def threshold(
    series: Values,
    periods: Periods,
    *,
    statistic: str = "worst",
    rises: bool = False,
    percentile: Fraction | None = None,
    bound: Bound | None = None,
    unit: Fraction = Fraction(1),
) -> list[Measurement]:
    """Return what the values of each period come to, to be held to a threshold.

    ``statistic``: "worst" (the smallest where more is better, ``rises``, else the largest), "largest", "smallest",
    "mean", "median" and "percentile" (nearest rank), "total", "last", or "share", of the values that keep to a
    ``bound``. The value is in ``unit`` of what the series holds (`unit_of`). The evidence is the value that was picked,
    or those out of bound.

    Raises AgreementError (E107) for a statistic that lacks what it needs; EventError (E197) where a service has two
    values at one instant.
    """
    known = STATISTICS["threshold"]
    lacks = (statistic == "share") != (bound is not None) or (statistic == "percentile") != (percentile is not None)
    if statistic not in known or lacks:
        msg = f"{statistic!r} with percentile {percentile} and bound {bound}: write one of {', '.join(known)}"
        raise AgreementError(f"{msg}; a percentile has its share, a share its bound", "E107")
    series.refuse_twice()

    def make(rows: slice, period: str) -> Measurement:
        n, nothing = rows.stop - rows.start, f"no value of {series.name!r} in {period}"
        if n <= 0:
            return not_measured(nothing)
        if bound is not None:
            fine = series.keeps(rows, bound)
            return share(int(fine.sum()), n, series.named(np.flatnonzero(~fine) + rows.start), nothing)
        if statistic in ("mean", "total"):
            value = series.total(rows) / (n if statistic == "mean" else 1)
            return Measurement(value=value * unit, n=n, evidence=series.named(rows))
        row = rows.stop - 1
        if statistic != "last":
            order = np.argsort(series.numbers[rows], kind="stable")
            row = rows.start + int(order[_RANKS[statistic](n, percentile or _HALF, rises)])
        return Measurement(value=series.value(row) * unit, n=n, evidence=series.named(slice(row, row + 1)))

    return each_period(series.at, periods, make)


def unit_of(text: str, *, time: bool) -> Fraction:
    """Return what one of a unit is: "%" a hundredth, of a ``time`` ("ms", "h") so many microseconds, else 1.

    Raises AgreementError (E107) for a length of time without a unit of time.
    """
    if not time:
        return Fraction(1, 100) if text.strip() == "%" else Fraction(1)
    try:
        return Fraction(parse_amount(f"1{text.strip()}").us)
    except ValueError:
        msg = f"{text!r} is no unit of time, and the series is held to a length; write unit: ms (us, s, m, h)"
        raise AgreementError(msg, "E107") from None


def _rank(n: int, part: Fraction) -> int:
    """Return the place of a nearest rank, from 0: ceil(part * n) - 1 (C13)."""
    return max(1, -(-n * part.numerator // part.denominator)) - 1
