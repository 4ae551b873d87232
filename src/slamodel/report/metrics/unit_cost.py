"""Unit costs: what a service cost in a period, over how much of it there was: cost per user, per call."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from slamodel.errors import AgreementError, EventError
from slamodel.model.bound import Bound
from slamodel.model.metric import STATISTICS
from slamodel.model.money import Money
from slamodel.report.metrics.measurement import Measurement, each_period, not_measured
from slamodel.report.metrics.series import Values
from slamodel.report.periods import Periods

_NEGATIVE = Bound("lt", Fraction(0))


def unit_cost(
    costs: Sequence[Money | None], quantity: Values, periods: Periods, *, statistic: str = "mean", currency: str = ""
) -> list[Measurement]:
    """Return the cost of each period (None: it is not known) over its quantity, in units of money.

    ``statistic`` says what the values of the quantity come to: "mean" for a level such as users, "total" for what adds
    up such as calls, "last" for the state at the end. Exact, and not rounded to the places of the currency.

    Raises AgreementError (E107 for another statistic, E165 for costs in several currencies, or in another than
    ``currency``); EventError (E197) for quantities below zero, or two values of a service at one instant.
    """
    if statistic not in STATISTICS["unit_cost"]:
        msg = f"{statistic!r} is no statistic of unit_cost; it has {', '.join(STATISTICS['unit_cost'])}"
        raise AgreementError(msg, "E107")
    spoken = dict.fromkeys([*([currency] if currency else []), *(one.currency for one in costs if one is not None)])
    if len(spoken) > 1:
        raise AgreementError(f"costs are told in {' and '.join(spoken)}; tell them in one currency", "E165")
    quantity.refuse_twice()
    below = np.flatnonzero(quantity.keeps(slice(0, len(quantity)), _NEGATIVE))
    if len(below):
        msg = f"{quantity.name!r} is {quantity.value(int(below[0]))} on line {quantity.lines[below[0]]}"
        raise EventError(f"{msg}; a quantity is zero or more", "E197")
    known = iter(costs)

    def make(rows: slice, period: str) -> Measurement:
        cost, n = next(known), rows.stop - rows.start
        if cost is None:
            return not_measured(f"no cost of {period}")
        if n <= 0:
            return not_measured(f"no value of {quantity.name!r} in {period}")
        amount = quantity.value(rows.stop - 1)
        if statistic != "last":
            amount = quantity.total(rows) / (n if statistic == "mean" else 1)
        if not amount:
            return not_measured(f"{quantity.name!r} is 0 in {period}")
        return Measurement(value=Fraction(cost.amount) / amount, n=n, evidence=quantity.named(rows))

    return each_period(quantity.at, periods, make)
