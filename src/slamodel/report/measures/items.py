"""Items: attainment, and statistics of used-up time, of the verdicts that a period target is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from attrs import evolve, frozen

from slamodel.errors import EventError
from slamodel.model.selector import as_text
from slamodel.report.attainment.attainment import Attainment, attainment
from slamodel.report.attainment.figures import Figure, time_text
from slamodel.report.attainment.goals import NOT_MEASURED, Goal
from slamodel.report.attainment.placing import Counting
from slamodel.report.measures.acting import Acting
from slamodel.report.measures.exclusions import relief_for, relieved
from slamodel.report.measures.facts import Facts, Told
from slamodel.timeline.instants import Bool


def rows_of(one: Acting, facts: Facts) -> Bool:
    """Return the verdicts that a period target counts: those of its target, for the items that it is about."""
    metric = one.target.metric
    whose = f"period target {one.target.id!r}"
    rows = facts.of_target(one.agreement.id, metric.target) & facts.holds(one.target.applies, whose)
    if not metric.of:
        return rows
    column = facts.field("service")
    if column is None:
        msg = f"{whose} counts items of {', '.join(metric.of)}, and the log has no field 'service'"
        raise EventError(msg, "E102")
    known = np.array([*(as_text(value) in metric.of for value in column.values), False], bool)
    rows &= known[column.codes]
    return rows


def counted(one: Acting, facts: Facts) -> tuple[Attainment, list[str]]:
    """Return the verdicts of a period target counted by its periods, and what is to be said of it."""
    rows = rows_of(one, facts)
    asked, notes = relieved(facts, one.agreement, one.target, rows)
    assert facts.verdicts is not None  # noqa: S101  `rows_of` asked for them
    found = attainment(
        facts.verdicts,
        one.periods,
        counting=Counting.of(one.target),
        relief=relief_for(facts.relief, one.target),
        relieved=asked,
        rows=rows,
    )
    return found, notes


def attained(one: Acting, facts: Facts) -> list[Told]:
    """Return the attainment of each period."""
    found, notes = counted(one, facts)
    figures = [_within_volume(figure, one) for figure in found.figures(Goal.of(one.target))]
    return [
        Told(figure=figure, n=figure.measured, evidence=MissedItems(found, i), note="; ".join(notes))
        for i, figure in enumerate(figures)
    ]


def time_stat(one: Acting, facts: Facts) -> list[Told]:
    """Return the mean, the median or a percentile of the used-up time of each period."""
    found, notes = counted(one, facts)
    metric = one.target.metric
    share = metric.percentile.share if metric.percentile else None
    told = []
    for i, figure in enumerate(found.time_figures(Goal.of(one.target), metric.how, share)):
        n = len(found.times(i))
        detail = "" if figure.value is None else f"{metric.how} of {n} items: {time_text(figure.value)}"
        held = _within_volume(figure, one)
        told.append(Told(figure=held, n=n, evidence=MissedItems(found, i), note="; ".join(notes), detail=detail))
    return told


def _within_volume(figure: Figure, one: Acting) -> Figure:
    """Return a figure; where more items came than the promise is for, it does not hold (M3 volume)."""
    most = one.target.volume_at_most
    if most is None or figure.measured <= most:
        return figure
    why = f"the promise is for {most:,} items, and {figure.measured:,} were measured"
    judgement = evolve(
        figure.judgement, verdict=NOT_MEASURED, below_minimum=False, decided_by=why, effect="", compared=None
    )
    return evolve(figure, judgement=judgement)


@frozen(eq=False)
class MissedItems(Sequence[Any]):
    """The items of a period that were missed, looked up when they are asked for."""

    found: Attainment
    number: int

    def __len__(self) -> int:
        return int(self.found.missed[self.number])

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        return self.found.items(self.number, met=False)[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.found.items(self.number, met=False))
