"""Others: the metrics that are neither attainment nor uptime, each from what it is measured on, as told figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from slamodel.model.period_target import PeriodTarget
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import Goal
from slamodel.report.attainment.intervals import wilson, wording
from slamodel.report.measures.acting import Acting
from slamodel.report.measures.counted import backlogs, counts, delivered, ratios, recurrences
from slamodel.report.measures.facts import Facts, Told
from slamodel.report.measures.valued import costs_of_units, held, obligations, scored
from slamodel.report.metrics.composite import Part, composite
from slamodel.report.metrics.measurement import Measurement, judged

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


MEASURED: Final[Mapping[str, Callable[[Acting, Facts], Any]]] = {
    "ratio": ratios,
    "count": counts,
    "recurrence": recurrences,
    "backlog": backlogs,
    "score": scored,
    "threshold": held,
    "unit_cost": costs_of_units,
    "deliverable": delivered,
    "qualitative": obligations,
}
