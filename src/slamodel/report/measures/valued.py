"""Valued: metrics of series and charges: scores, thresholds, unit costs and obligations."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import evolve

from slamodel.errors import EventError
from slamodel.model.metric import Metric
from slamodel.model.money import EXPONENTS, Money
from slamodel.report.credits.dates import figure_dates
from slamodel.report.measures.acting import Acting
from slamodel.report.measures.counted import condition_of, log_of, nothing, series_of
from slamodel.report.measures.facts import Facts
from slamodel.report.metrics.counts import total_of
from slamodel.report.metrics.items import items_opened
from slamodel.report.metrics.measurement import Measurement
from slamodel.report.metrics.qualitative import kept
from slamodel.report.metrics.scores import scores
from slamodel.report.metrics.series import Values, values_of_items
from slamodel.report.metrics.threshold import threshold, unit_of
from slamodel.report.metrics.unit_cost import unit_cost
from slamodel.timeline.durations import Amount

_CHARGES: Final = ("", "charges")


def scored(one: Acting, facts: Facts) -> list[Measurement]:
    """Return what the answers of each period come to, from a series or from a field of the items."""
    metric = one.target.metric
    answers = series_of(one, facts, metric.source)
    left = ""
    if answers is None:
        if facts.verdicts is None or facts.verdicts.log is None or facts.verdicts.log.field(metric.source) is None:
            return nothing(one, f"no series {metric.source!r} was given")
        answers, left = _answers(one, facts, metric)
    found = scores(answers, one.periods, statistic=metric.how, out_of=metric.out_of, good_from=metric.good_from)
    return [_noted(value, left) for value in found]


def _answers(one: Acting, facts: Facts, metric: Metric) -> tuple[Values, str]:
    """Return a field of items as answers, each at the last event of its item."""
    items = items_opened(log_of(facts, one), applies=condition_of(one), as_of=facts.as_of)
    column = items.log.fields[metric.source].take(items.row)
    names = items.log.items[items.number].tolist()
    found, wrong = values_of_items(names, items.log.at[items.row], column, metric.source)
    return found, "; ".join(f"{len(those)} items left out: {why}" for why, those in wrong.items())


def _noted(value: Measurement, note: str) -> Measurement:
    return evolve(value, note="; ".join(filter(None, (value.note, note)))) if note else value


def held(one: Acting, facts: Facts) -> list[Measurement]:
    """Return what the values of a series come to in each period."""
    metric, target = one.target.metric, one.target
    values = series_of(one, facts, metric.source)
    if values is None:
        return nothing(one, f"no series {metric.source!r} was given")
    return threshold(
        values,
        one.periods,
        statistic=metric.how,
        rises=target.rises,
        percentile=metric.percentile.share if metric.percentile else None,
        bound=metric.bound,
        unit=Fraction(1) if metric.bound else unit_of(metric.unit, time=isinstance(target.expected, Amount)),
    )


def costs_of_units(one: Acting, facts: Facts) -> list[Measurement]:
    """Return what was charged in each period, or a series of costs, over a quantity."""
    metric, currency = one.target.metric, _currency(one)
    quantity = series_of(one, facts, metric.divided_by)
    if quantity is None:
        return nothing(one, f"no series {metric.divided_by!r} was given")
    if metric.source not in _CHARGES:
        cost = series_of(one, facts, metric.source)
        if cost is None:
            return nothing(one, f"no series {metric.source!r} was given")
        sums = [value.value for value in total_of(cost, one.periods)]
        costs = [None if value is None else _money(value, currency) for value in sums]
    elif facts.charges is None:
        return nothing(one, "no charges were given")
    else:
        costs = [_charged(one, facts, number) for number in range(len(one.periods))]
    return unit_cost(costs, quantity, one.periods, statistic=metric.how, currency=currency)


def _currency(one: Acting) -> str:
    expected = one.target.expected
    return expected.currency if isinstance(expected, Money) else one.agreement.currency


def _charged(one: Acting, facts: Facts, number: int) -> Money | None:
    """Return what was charged in a period; None where some of it is not known."""
    name, per, metric = one.periods.names[number], one.target.per, one.target.metric
    dates = figure_dates(name, per, one.agreement, one.periods)
    found = facts.charges.over(one.agreement.id, dates, per, metric.of, name)
    return None if found.missing or not found.currency else _money(found.amount, found.currency)


def _money(amount: Fraction, currency: str) -> Money:
    places = EXPONENTS.get(currency, 0)
    units = amount * 10**places
    if units.denominator != 1:
        msg = f"a cost of {float(amount)} {currency} has more decimal places than {currency}; round it before"
        raise EventError(msg, "E197")
    return Money(Decimal(units.numerator).scaleb(-places), currency)


def obligations(one: Acting, facts: Facts) -> list[Measurement]:
    """Return the share of the checks of each period in which an obligation was kept."""
    checks = series_of(one, facts, one.target.metric.source)
    if checks is None:
        return nothing(one, f"no series {one.target.metric.source!r} was given")
    return kept(checks, one.periods)
