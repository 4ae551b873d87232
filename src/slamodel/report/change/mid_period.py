"""Mid-period: which version of an agreement judges each period of a period target, or which part of it (M3 amended).

A version that takes over inside a period judges from the next one on (``next_period``), its own part (``split``), or a
part that is put together with the part before it (``pro_rata``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from attrs import evolve, frozen

from slamodel.model.agreement import Agreement
from slamodel.model.period import Period
from slamodel.model.period_target import PeriodTarget
from slamodel.model.versions import Versions
from slamodel.report.attainment.goals import Goal
from slamodel.report.change.pro_rata import check_joined, goal_of, value_of, weights_of
from slamodel.report.periods import Periods

_Live: TypeAlias = Sequence[tuple[int, int, Agreement]]


@frozen
class Part:
    """A part [start, end) of a period, microseconds UTC, the version that judges it, and its period target."""

    version: Agreement
    target: PeriodTarget
    start: int
    end: int


@frozen
class Judged:
    """One figure that is told: of a period, or of a part of one; ``period`` is its number in the table of periods.

    Several ``parts`` make one figure (pro rata), by their ``weights``: the agreed service time of each in microseconds,
    suspended time left out.
    """

    period: int
    name: str
    parts: tuple[Part, ...]
    weights: tuple[int, ...] = ()

    @property
    def goal(self) -> Goal:
        """What the figure is held to: the levels of its part, or those of its parts by their weights."""
        return goal_of([part.target for part in self.parts], self.weights)

    def value(self, values: Sequence[Fraction | None]) -> Fraction | None:
        """Return the figure that the values of its parts make, in their order; None where nothing was measured."""
        return value_of([part.target for part in self.parts], self.weights, values)


def judged(versions: Versions, target: str, periods: Periods, per: Period | None = None) -> tuple[Judged, ...]:
    """Return the figures of a period target, in order: the version, or the parts of versions, that judge each period.

    A period that no version judges has none: the agreement is not in force, or what judges it does not have the
    target. ``per`` is the kind of period of the table; versions that measure the target over another judge none of it
    (None: all do). Raises AgreementError (E184) where parts cannot be put together pro rata.
    """
    live = [each for each in versions.spans() if each[0] < each[1]]
    found: list[Judged] = []
    for number, name in enumerate(periods.names):
        whole = int(periods.whole_starts[number]), int(periods.whole_ends[number])
        groups: list[list[Part]] = []
        for stretch in _stretches(live, *whole):
            part = _part(stretch, target, per, int(periods.starts[number]), int(periods.ends[number]))
            if part is None:
                continue
            if stretch.joined and groups and groups[-1][-1].end == part.start:
                groups[-1].append(part)
            else:
                groups.append([part])
        found += [_figure(versions, number, name, parts) for parts in groups]
    return tuple(found)


def parts_of(figures: Iterable[Judged], version: int, periods: Periods) -> tuple[Periods, list[tuple[int, int]]]:
    """Return the parts that a version judges, as periods, and for each the numbers of its figure and of its part.

    What is measured in these periods, by that version, are the values that `Judged.value` puts together.
    """
    own = [
        (figure.period, part, (number, place))
        for number, figure in enumerate(figures)
        for place, part in enumerate(figure.parts)
        if part.version.version == version
    ]
    table = periods.taken(np.array([period for period, _, _ in own], np.int64))
    starts, ends = [part.start for _, part, _ in own], [part.end for _, part, _ in own]
    return evolve(table, starts=starts, ends=ends), [where for _, _, where in own]


@frozen
class _Stretch:
    """A stretch [start, end) that a version judges; ``joined`` to the one before it."""

    start: int
    end: int
    version: Agreement
    joined: bool


def _stretches(live: _Live, low: int, high: int) -> Iterator[_Stretch]:
    """Yield the stretches in which each version judges what lies in a whole period [low, high), in order."""
    before: _Stretch | None = None
    for since, until, version in live:
        if until <= low or since >= high:
            continue
        amends = before is not None and before.end == since  # else there is nothing to go on with
        if before is not None and amends and version.mid_period == "next_period":
            before = evolve(before, end=until)
            continue
        if before is not None:
            yield before
        before = _Stretch(since, until, version, amends and version.mid_period == "pro_rata")
    if before is not None:
        yield before


def _part(one: _Stretch, name: str, per: Period | None, low: int, high: int) -> Part | None:
    """Return the part of what is measured, [low, high), that a version judges; None where it judges none."""
    start, end = max(one.start, low), min(one.end, high)
    target = next((each for each in one.version.measured if each.id == name), None)
    if start >= end or target is None or (per is not None and target.per != per):
        return None
    return Part(one.version, target, start, end)


def _figure(versions: Versions, number: int, name: str, parts: Sequence[Part]) -> Judged:
    if len(parts) == 1:
        return Judged(number, name, tuple(parts))
    check_joined([part.target for part in parts], parts[-1].version.version)
    spans = [(part.target, part.start, part.end) for part in parts]
    return Judged(number, name, tuple(parts), weights_of(spans, versions.suspended))
