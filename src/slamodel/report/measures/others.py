"""Others: the metrics that are neither attainment nor uptime, each from what it is measured on, as told figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import evolve

from slamodel.clock.events import EventTable
from slamodel.errors import AgreementError, EventError
from slamodel.model.metric import Metric
from slamodel.model.money import EXPONENTS, Money
from slamodel.model.period_target import PeriodTarget
from slamodel.model.selector import ALWAYS_TRUE, Every, In, Selector
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import Goal
from slamodel.report.attainment.intervals import wilson, wording
from slamodel.report.attainment.placing import Counting, Relief
from slamodel.report.credits.dates import figure_dates
from slamodel.report.measures.acting import Acting
from slamodel.report.measures.exclusions import relief_for, relieved
from slamodel.report.measures.facts import Facts, Told
from slamodel.report.measures.items import rows_of
from slamodel.report.metrics.backlog import backlog, open_clocks, open_items
from slamodel.report.metrics.composite import Part, composite
from slamodel.report.metrics.counts import count_events, count_items, total_of
from slamodel.report.metrics.deliverables import deliverables
from slamodel.report.metrics.items import Items, items_of_clocks, items_opened
from slamodel.report.metrics.measurement import Measurement, judged, not_measured
from slamodel.report.metrics.qualitative import kept
from slamodel.report.metrics.ratios import ratio, ratio_of_series
from slamodel.report.metrics.recurrence import recurrence
from slamodel.report.metrics.scores import scores
from slamodel.report.metrics.series import Values, values_of_items
from slamodel.report.metrics.threshold import threshold, unit_of
from slamodel.report.metrics.unit_cost import unit_cost
from slamodel.timeline.durations import Amount

_CHARGES: Final = ("", "charges")
_UNITS: Final = {"Percent": "share", "Amount": "time", "Money": "money"}


def unit_told(target: PeriodTarget) -> str:
    """Return in what the figures of a period target are told: a share, a number, time or money."""
    return _UNITS.get(type(target.expected).__name__, "number")


def measured(one: Acting, facts: Facts) -> list[Told]:
    """Return the figures of a period target by its metric, held to its goal."""
    found = MEASURED[one.target.metric.kind](one, facts)
    return told(one, found)


def composed(one: Acting, targets: Mapping[str, PeriodTarget], figures: Mapping[str, Sequence[Figure]]) -> list[Told]:
    """Return the figures of a composite from those of its parts, which are over the same periods."""
    parts = Part.of(one.target, targets, figures)
    return told(one, composite(parts, statistic=one.target.metric.how))


def told(one: Acting, found: Sequence[Measurement]) -> list[Told]:
    """Return measurements of successive periods as figures held to a goal."""
    goal, unit = Goal.of(one.target), unit_told(one.target)
    pairs = zip(found, judged(found, goal), one.periods.names, one.periods.partial.tolist(), strict=True)
    return [
        Told(
            figure=Figure(
                period=name,
                partial=partial,
                judgement=judgement,
                met=value.good or 0,
                missed=value.missed or 0,
                interval=None if value.good is None else wilson(value.good, value.n),
                wording="" if value.good is None else wording(value.good, value.n, goal.expected, rises=goal.rises),
                unit=unit,
            ),
            n=value.n,
            evidence=value.evidence,
            note=value.note,
        )
        for value, judgement, name, partial in pairs
    ]


def _nothing(one: Acting, why: str) -> list[Measurement]:
    return [not_measured(why)] * len(one.periods)


def _log(facts: Facts, one: Acting) -> EventTable:
    if facts.verdicts is None or facts.verdicts.log is None:
        msg = f"period target {one.target.id!r} counts items, and no verdicts were given; pass verdicts=evaluate(...)"
        raise EventError(msg, "E190")
    return facts.verdicts.log


def _about(one: Acting) -> Selector:
    """Return the condition of the items that a period target is about, whatever they are judged by."""
    parts = [part for part in (one.agreement.applies, one.target.applies) if part != ALWAYS_TRUE]
    if one.target.metric.of:
        parts.append(In("service", one.target.metric.of))
    return Every(tuple(parts)) if parts else ALWAYS_TRUE


def _items(one: Acting, facts: Facts) -> Items:
    """Return the items that a period target counts: those of its clocks, else those of the log."""
    log = _log(facts, one)
    if not one.target.metric.target:
        return items_opened(log, applies=_about(one), as_of=facts.as_of)
    rows = rows_of(one, facts)
    asked, _ = relieved(facts, one.agreement, one.target, rows)
    assert facts.verdicts is not None  # noqa: S101  it has the log
    verdicts = facts.verdicts
    named = verdicts.items[verdicts.item[np.flatnonzero(asked.met)]].tolist()
    relief = [*relief_for(facts.relief, one.target), *(Relief(name, effect="count_as_met") for name in named)]
    return items_of_clocks(verdicts, Counting.of(one.target), relief=relief, rows=rows & ~asked.removed)


def _series(one: Acting, facts: Facts, name: str) -> Values | None:
    """Return a series of the services that a period target is about; None where it was not given."""
    if facts.series is None or name not in facts.series:
        return None
    values: Values = facts.series[name]
    return values.of(one.target.metric.of)


def _ratio(one: Acting, facts: Facts) -> list[Measurement]:
    metric = one.target.metric
    if metric.source:
        good, total = (_series(one, facts, name) for name in (metric.source, metric.divided_by))
        if good is None or total is None:
            return _nothing(one, f"no series {metric.source if good is None else metric.divided_by!r} was given")
        return ratio_of_series(good, total, one.periods)
    if metric.when is None:
        msg = f"{one.target.id!r} does not say what is good; write when: {{status: fixed}}, or source and divided_by"
        raise AgreementError(msg, "E102")
    return ratio(_items(one, facts), metric.when, one.periods)


def _count(one: Acting, facts: Facts) -> list[Measurement]:
    metric = one.target.metric
    if metric.source:
        values = _series(one, facts, metric.source)
        return (
            _nothing(one, f"no series {metric.source!r} was given") if values is None else total_of(values, one.periods)
        )
    if metric.how == "events" or (metric.when is not None and not metric.target):
        when = metric.when or ALWAYS_TRUE
        return count_events(_log(facts, one), Every((when, _about(one))), one.periods, as_of=facts.as_of)
    return count_items(_items(one, facts), one.periods, missed=metric.how == "missed")


def _recurrence(one: Acting, facts: Facts) -> list[Measurement]:
    metric = one.target.metric
    items = items_opened(_log(facts, one), applies=_about(one), as_of=facts.as_of)
    return recurrence(items, metric.by, metric.within, one.periods)


def _backlog(one: Acting, facts: Facts) -> list[Measurement]:
    metric, log = one.target.metric, _log(facts, one)
    if metric.when is not None:
        age = metric.age or ("covered" if metric.during else "wall")
        calendar = metric.during if age == "covered" else None
        found = open_items(
            log, metric.when, one.periods, age=age, calendar=calendar, applies=_about(one), as_of=facts.as_of
        )
        return backlog(found, statistic=metric.how)
    assert facts.verdicts is not None  # noqa: S101  it has the log
    mine = [
        target
        for target in facts.verdicts.targets
        if target.agreement == one.agreement.id
        and metric.target in ("", target.id, target.id.removesuffix(f"[{target.part}]"))
    ]
    found = open_clocks(facts.verdicts, mine, one.periods, age=metric.age or "covered", applies=_about(one))
    return backlog(found, statistic=metric.how)


def _score(one: Acting, facts: Facts) -> list[Measurement]:
    metric = one.target.metric
    answers = _series(one, facts, metric.source)
    left = ""
    if answers is None:
        if facts.verdicts is None or facts.verdicts.log is None or facts.verdicts.log.field(metric.source) is None:
            return _nothing(one, f"no series {metric.source!r} was given")
        answers, left = _answers(one, facts, metric)
    found = scores(answers, one.periods, statistic=metric.how, out_of=metric.out_of, good_from=metric.good_from)
    return [_noted(value, left) for value in found]


def _answers(one: Acting, facts: Facts, metric: Metric) -> tuple[Values, str]:
    """Return a field of items as answers, each at the last event of its item."""
    items = items_opened(_log(facts, one), applies=_about(one), as_of=facts.as_of)
    column = items.log.fields[metric.source].take(items.row)
    names = items.log.items[items.number].tolist()
    found, wrong = values_of_items(names, items.log.at[items.row], column, metric.source)
    return found, "; ".join(f"{len(those)} items left out: {why}" for why, those in wrong.items())


def _noted(value: Measurement, note: str) -> Measurement:
    return evolve(value, note="; ".join(filter(None, (value.note, note)))) if note else value


def _threshold(one: Acting, facts: Facts) -> list[Measurement]:
    metric, target = one.target.metric, one.target
    values = _series(one, facts, metric.source)
    if values is None:
        return _nothing(one, f"no series {metric.source!r} was given")
    return threshold(
        values,
        one.periods,
        statistic=metric.how,
        rises=target.rises,
        percentile=metric.percentile.share if metric.percentile else None,
        bound=metric.bound,
        unit=Fraction(1) if metric.bound else unit_of(metric.unit, time=isinstance(target.expected, Amount)),
    )


def _unit_cost(one: Acting, facts: Facts) -> list[Measurement]:
    metric, currency = one.target.metric, _currency(one)
    quantity = _series(one, facts, metric.divided_by)
    if quantity is None:
        return _nothing(one, f"no series {metric.divided_by!r} was given")
    if metric.source not in _CHARGES:
        cost = _series(one, facts, metric.source)
        if cost is None:
            return _nothing(one, f"no series {metric.source!r} was given")
        sums = [value.value for value in total_of(cost, one.periods)]
        costs = [None if value is None else _money(value, currency) for value in sums]
    elif facts.charges is None:
        return _nothing(one, "no charges were given")
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


def _deliverable(one: Acting, facts: Facts) -> list[Measurement]:
    metric = one.target.metric
    return deliverables(_items(one, facts), one.periods, statistic=metric.how, calendar=metric.during)


def _qualitative(one: Acting, facts: Facts) -> list[Measurement]:
    checks = _series(one, facts, one.target.metric.source)
    if checks is None:
        return _nothing(one, f"no series {one.target.metric.source!r} was given")
    return kept(checks, one.periods)


MEASURED: Final[Mapping[str, Callable[[Acting, Facts], Any]]] = {
    "ratio": _ratio,
    "count": _count,
    "recurrence": _recurrence,
    "backlog": _backlog,
    "score": _score,
    "threshold": _threshold,
    "unit_cost": _unit_cost,
    "deliverable": _deliverable,
    "qualitative": _qualitative,
}
