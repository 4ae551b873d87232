"""Ratios: good of all, from fields of items or from two series: first-contact fix, change success, abandoned calls."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from slamodel.errors import EventError
from slamodel.model.bound import Bound
from slamodel.model.selector import Selector
from slamodel.report.metrics.items import Items
from slamodel.report.metrics.measurement import Measurement, each_period, not_measured, share
from slamodel.report.metrics.series import Values
from slamodel.report.periods import Periods

_NEGATIVE = Bound("lt", Fraction(0))


def ratio(items: Items, good: Selector, periods: Periods) -> list[Measurement]:
    """Return the share of the items of each period that are good, by what they are now.

    Items of a log belong to the period that they were opened in, those of clocks where M3 puts them. The evidence are
    the items that are not good.
    """
    fine = items.matching(good)

    def make(rows: slice, period: str) -> Measurement:
        bad = np.flatnonzero(~fine[rows]) + rows.start
        count = max(0, rows.stop - rows.start)
        return share(count - len(bad), count, items.named(bad), f"no item in {period}")

    return each_period(items.at, periods, make)


def ratio_of_series(good: Values, total: Values, periods: Periods) -> list[Measurement]:
    """Return the sum of one series over that of another in each period: answered calls of those that were offered.

    Where both are whole numbers and the first is no more than the second, it is a share of so many. The evidence are
    the values of the first. Raises EventError (E197) for values below zero, and for two values of a service at one
    instant.
    """
    for series in (good, total):
        series.refuse_twice()
        below = np.flatnonzero(series.keeps(slice(0, len(series)), _NEGATIVE))
        if len(below):
            msg = f"{series.name!r} is {series.value(int(below[0]))} on line {series.lines[below[0]]}"
            raise EventError(f"{msg}; what is counted is zero or more", "E197")
    hits = each_period(good.at, periods, lambda rows, _: _summed(good, rows))
    whole = each_period(total.at, periods, lambda rows, _: _summed(total, rows))
    found = []
    for top, bottom, period in zip(hits, whole, periods.names, strict=True):
        lacking = next((one.name for one, sum_ in ((good, top), (total, bottom)) if sum_.value is None), "")
        if lacking or top.value is None or not bottom.value:
            found.append(not_measured(f"no value of {lacking!r} in {period}" if lacking else f"{total.name!r} is 0"))
        elif top.value.denominator == bottom.value.denominator == 1 and top.value <= bottom.value:
            found.append(share(int(top.value), int(bottom.value), top.evidence, ""))
        else:
            found.append(Measurement(value=top.value / bottom.value, n=bottom.n, evidence=top.evidence))
    return found


def _summed(series: Values, rows: slice) -> Measurement:
    if rows.stop <= rows.start:
        return not_measured("")
    return Measurement(value=series.total(rows), n=rows.stop - rows.start, evidence=series.named(rows))
