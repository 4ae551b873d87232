"""Counted: metrics of items: ratios, counts, recurrence, backlog and deliverables, from the log or from clocks."""

from __future__ import annotations

import numpy as np

from slamodel.clock.events import EventTable
from slamodel.errors import AgreementError, EventError
from slamodel.model.selector import ALWAYS_TRUE, Every, In, Selector
from slamodel.report.attainment.placing import Counting, Relief
from slamodel.report.measures.acting import Acting
from slamodel.report.measures.exclusions import relief_for, relieved
from slamodel.report.measures.facts import Facts
from slamodel.report.measures.items import rows_of
from slamodel.report.metrics.backlog import backlog, open_clocks, open_items
from slamodel.report.metrics.counts import count_events, count_items, total_of
from slamodel.report.metrics.deliverables import deliverables
from slamodel.report.metrics.items import Items, items_of_clocks, items_opened
from slamodel.report.metrics.measurement import Measurement, not_measured
from slamodel.report.metrics.ratios import ratio, ratio_of_series
from slamodel.report.metrics.recurrence import recurrence
from slamodel.report.metrics.series import Values


def nothing(one: Acting, why: str) -> list[Measurement]:
    """Return that none of the periods was measured, and why."""
    return [not_measured(why)] * len(one.periods)


def series_of(one: Acting, facts: Facts, name: str) -> Values | None:
    """Return a series of the services that a period target is about; None where it was not given."""
    if facts.series is None or name not in facts.series:
        return None
    values: Values = facts.series[name]
    return values.of(one.target.metric.of)


def log_of(facts: Facts, one: Acting) -> EventTable:
    """Return the log that the verdicts were made of; EventError (E190) without verdicts."""
    if facts.verdicts is None or facts.verdicts.log is None:
        msg = f"period target {one.target.id!r} counts items, and no verdicts were given; pass verdicts=evaluate(...)"
        raise EventError(msg, "E190")
    return facts.verdicts.log


def condition_of(one: Acting) -> Selector:
    """Return the condition of the items that a period target is about, whatever they are judged by."""
    parts = [part for part in (one.agreement.applies, one.target.applies) if part != ALWAYS_TRUE]
    if one.target.metric.of:
        parts.append(In("service", one.target.metric.of))
    return Every(tuple(parts)) if parts else ALWAYS_TRUE


def items_of(one: Acting, facts: Facts) -> Items:
    """Return the items that a period target counts: those of its clocks, else those of the log."""
    log = log_of(facts, one)
    if not one.target.metric.target:
        return items_opened(log, applies=condition_of(one), as_of=facts.as_of)
    rows = rows_of(one, facts)
    asked, _ = relieved(facts, one.agreement, one.target, rows)
    assert facts.verdicts is not None  # noqa: S101  it has the log
    verdicts = facts.verdicts
    named = verdicts.items[verdicts.item[np.flatnonzero(asked.met)]].tolist()
    relief = [*relief_for(facts.relief, one.target), *(Relief(name, effect="count_as_met") for name in named)]
    return items_of_clocks(verdicts, Counting.of(one.target), relief=relief, rows=rows & ~asked.removed)


def ratios(one: Acting, facts: Facts) -> list[Measurement]:
    """Return the share of items that are good, or of one series in another, of each period."""
    metric = one.target.metric
    if metric.source:
        good, total = (series_of(one, facts, name) for name in (metric.source, metric.divided_by))
        if good is None or total is None:
            return nothing(one, f"no series {metric.source if good is None else metric.divided_by!r} was given")
        return ratio_of_series(good, total, one.periods)
    if metric.when is None:
        msg = f"{one.target.id!r} does not say what is good; write when: {{status: fixed}}, or source and divided_by"
        raise AgreementError(msg, "E102")
    return ratio(items_of(one, facts), metric.when, one.periods)


def counts(one: Acting, facts: Facts) -> list[Measurement]:
    """Return the number of items, of misses or of events of each period, or the sum of a series."""
    metric = one.target.metric
    if metric.source:
        values = series_of(one, facts, metric.source)
        return (
            nothing(one, f"no series {metric.source!r} was given") if values is None else total_of(values, one.periods)
        )
    if metric.how == "events" or (metric.when is not None and not metric.target):
        when = metric.when or ALWAYS_TRUE
        return count_events(log_of(facts, one), Every((when, condition_of(one))), one.periods, as_of=facts.as_of)
    return count_items(items_of(one, facts), one.periods, missed=metric.how == "missed")


def recurrences(one: Acting, facts: Facts) -> list[Measurement]:
    """Return the share of items of each period that repeat an earlier one."""
    metric = one.target.metric
    items = items_opened(log_of(facts, one), applies=condition_of(one), as_of=facts.as_of)
    return recurrence(items, metric.by, metric.within, one.periods)


def backlogs(one: Acting, facts: Facts) -> list[Measurement]:
    """Return what was open at the end of each period: items by a condition, else clocks."""
    metric, log = one.target.metric, log_of(facts, one)
    if metric.when is not None:
        age = metric.age or ("covered" if metric.during else "wall")
        calendar = metric.during if age == "covered" else None
        found = open_items(
            log, metric.when, one.periods, age=age, calendar=calendar, applies=condition_of(one), as_of=facts.as_of
        )
        return backlog(found, statistic=metric.how)
    assert facts.verdicts is not None  # noqa: S101  it has the log
    mine = [
        target
        for target in facts.verdicts.targets
        if target.agreement == one.agreement.id
        and metric.target in ("", target.id, target.id.removesuffix(f"[{target.part}]"))
    ]
    found = open_clocks(facts.verdicts, mine, one.periods, age=metric.age or "covered", applies=condition_of(one))
    return backlog(found, statistic=metric.how)


def delivered(one: Acting, facts: Facts) -> list[Measurement]:
    """Return the share of deliverables of each period that were on time, or how late they were."""
    metric = one.target.metric
    return deliverables(items_of(one, facts), one.periods, statistic=metric.how, calendar=metric.during)
