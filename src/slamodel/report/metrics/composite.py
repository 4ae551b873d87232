"""Composites: results of other period targets put together: the worst, a weighted mean, or the share that was met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.model.metric import STATISTICS
from slamodel.model.period_target import PeriodTarget
from slamodel.report.attainment.goals import MET, NOT_MEASURED
from slamodel.report.metrics.measurement import Measurement, not_measured


class Told(Protocol):
    """What a composite asks of a figure."""

    @property
    def value(self) -> Fraction | None:
        """The exact figure."""

    @property
    def verdict(self) -> str:
        """What it comes to."""


@frozen
class Part:
    """One part of a composite: the period target, its weight, and its figures in the order of the periods."""

    target: PeriodTarget
    weight: Fraction
    figures: Sequence[Told]

    @classmethod
    def of(
        cls, whole: PeriodTarget, targets: Mapping[str, PeriodTarget], figures: Mapping[str, Sequence[Told]]
    ) -> tuple[Part, ...]:
        """Return the parts of a composite by the ids that it names.

        Raises AgreementError (E102) for one without figures.
        """
        for name, _ in whole.metric.parts:
            if name not in targets or name not in figures:
                raise AgreementError(f"{whole.id!r} is made of {name!r}, of which there are no figures", "E102")
        return tuple(cls(targets[name], weight, figures[name]) for name, weight in whole.metric.parts)


def composite(parts: Sequence[Part], *, statistic: str = "worst") -> list[Measurement]:
    """Return what the parts come to in each period, exact.

    ``statistic``: "worst", the worst value by the way in which the parts are better; "weighted", the mean of
    the values by their weights; "met", the share of the weights of those that were met, for parts of any kind.
    A period in which a part was not measured is not measured. The evidence are the parts that were not met.

    Raises AgreementError (E107) without parts, for parts told in different things or better in different ways where
    their values are put together, and for parts over different periods.
    """
    _check(parts, statistic)
    found = []
    for number in range(len(parts[0].figures)):
        figures = [(part, part.figures[number]) for part in parts]
        missing = [part.target.id for part, one in figures if one.value is None or one.verdict == NOT_MEASURED]
        if missing:
            found.append(not_measured(f"{' and '.join(missing)} not measured"))
            continue
        values = [one.value for _, one in figures if one.value is not None]
        whole = sum((part.weight for part in parts), Fraction(0))
        if statistic == "worst":
            value = min(values) if parts[0].target.rises else max(values)
        elif statistic == "weighted":
            value = sum((part.weight * v for part, v in zip(parts, values, strict=True)), Fraction(0)) / whole
        else:
            value = sum((part.weight for part, one in figures if one.verdict == MET), Fraction(0)) / whole
        missed = tuple(part.target.id for part, one in figures if one.verdict != MET)
        found.append(Measurement(value=value, n=len(parts), evidence=missed))
    return found


def _check(parts: Sequence[Part], statistic: str) -> None:
    if statistic not in STATISTICS["composite"] or not parts:
        msg = f"{statistic!r} of {len(parts)} parts; a composite is {', '.join(STATISTICS['composite'])} of some"
        raise AgreementError(msg, "E107")
    if len({len(part.figures) for part in parts}) > 1 or len({part.target.per for part in parts}) > 1:
        told = ", ".join(f"{part.target.id} per {part.target.per}" for part in parts)
        raise AgreementError(f"the parts are told over different periods ({told}); tell them over one", "E107")
    if statistic == "met":
        return
    kinds = {type(part.target.expected).__name__ for part in parts}
    ways = {part.target.rises for part in parts}
    if len(kinds) > 1 or len(ways) > 1:
        told = ", ".join(f"{part.target.id} {part.target.expected}" for part in parts)
        msg = f"the parts are told in different things, or are better in different ways ({told}); write statistic: met"
        raise AgreementError(msg, "E107")
