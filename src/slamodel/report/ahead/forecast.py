"""Forecast: how a period will end, by what is met and missed so far, what is open, and what still arrives (M9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import frozen

from slamodel.clock.verdicts import VerdictTable
from slamodel.model.agreement import Agreement
from slamodel.model.period_target import PeriodTarget
from slamodel.report.ahead.arrivals import Arrivals, arrivals_of, miss_rate_of
from slamodel.report.ahead.binomial import Chance
from slamodel.report.ahead.coming import Coming, coming
from slamodel.report.ahead.estimates import Learning
from slamodel.report.ahead.exposure import Exposure
from slamodel.report.ahead.headroom import headroom, recovery
from slamodel.report.ahead.outcomes import Outcomes, outcomes
from slamodel.report.ahead.strata import AT_LEAST
from slamodel.report.ahead.survival import Float64
from slamodel.report.attainment.attainment import Attainment
from slamodel.report.attainment.figures import share_text
from slamodel.report.attainment.goals import Goal
from slamodel.timeline.instants import Bool, to_datetime

FROM_HISTORY: Final = "history"


@frozen(kw_only=True)
class Forecast:
    """How one period of one period target will end, as things stand at ``as_of``.

    ``met`` and ``missed`` are counted so far, open late items among them; ``coming`` are the open items that may be
    counted too, with what becomes of each. ``arrivals`` more are expected, missed with ``miss_rate``.
    ``outcomes`` are all ends of the period, cautious: an item without an estimate counts with the most that its chance
    can be. ``best`` are the ends if none of those is missed. ``exposure`` is the money at risk; where a credit hangs on
    the figure and it is None, ``no_exposure`` says why.
    """

    agreement: Agreement
    target: PeriodTarget
    period: str
    start: datetime
    end: datetime
    as_of: datetime
    met: int
    missed: int
    coming: Coming
    arrivals: float
    miss_rate: float
    outcomes: Outcomes
    best: Outcomes
    earlier: tuple[tuple[int, int], ...] = ()
    exposure: Exposure | None = None
    no_exposure: str = ""

    @property
    def goal(self) -> Goal:
        """What the figure is held to."""
        return Goal.of(self.target)

    @property
    def open(self) -> int:
        """How many open items may still be counted."""
        return len(self.coming.rows)

    @property
    def sure(self) -> int:
        """How many of them will be counted in any case, because they are due by the end of the period."""
        return int(self.coming.sure.sum())

    @property
    def without_estimate(self) -> int:
        """How many of them have no estimate."""
        return int(self.coming.unknown.sum())

    @property
    def chance(self) -> Chance:
        """The probability that what is expected will be met."""
        return self.outcomes.chance(self.goal, self.earlier, self.target.volume_at_most)

    @property
    def chance_at_best(self) -> Chance:
        """The same if no item without an estimate is missed."""
        return self.best.chance(self.goal, self.earlier, self.target.volume_at_most)

    @property
    def share(self) -> Chance | None:
        """The expected attainment; None where nothing will be measured."""
        return self.outcomes.share

    @property
    def headroom(self) -> int:
        """How many more items may be missed, of those that are counted or sure to be; below zero, so many too many."""
        return headroom(self.missed, self.met + self.missed + self.sure, self.goal.expected)

    @property
    def recovery(self) -> int | None:
        """How many items in a row must be met for the share so far to be as expected; None: no number is enough."""
        return recovery(self.met, self.met + self.missed, self.goal.expected)

    def share_at(self, level: float) -> Fraction | None:
        """Return the attainment that is not exceeded with this probability: 0.05 is a bad end, 0.95 a good one."""
        return self.outcomes.quantile(level)

    def __str__(self) -> str:
        share, low, high = self.share, self.share_at(0.05), self.share_at(0.95)
        told = (
            "nothing to measure"
            if share is None or low is None or high is None
            else (f"expected {share_text(Fraction(share))}, 9 of 10 between {share_text(low)} and {share_text(high)}")
        )
        sure = (
            ""
            if not self.without_estimate
            else (f" (up to {percent(self.chance_at_best)}: {self.without_estimate} open without an estimate)")
        )
        more = f", {self.arrivals:g} to arrive" if self.arrivals else ""
        room, need = self.headroom, self.recovery
        affords = f"{room} more may be missed" if room >= 0 else f"{-room} missed too many"
        money = "" if self.exposure is None else f"; {self.exposure}"
        again = "" if not need else f", {need} met in a row to recover"
        return (
            f"{self.target.id} {self.period}: {self.met} met, {self.missed} missed, {self.open} open{more}; {told}; "
            f"{percent(self.chance)} to be met{sure}; {affords}{again}{money}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the forecast as one flat dict; probabilities and shares as floats, None for what does not exist."""
        share = {name: self.share_at(level) for name, level in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95))}
        return {
            "agreement": self.agreement.id,
            "period_target": self.target.id,
            "period": self.period,
            "start": self.start,
            "end": self.end,
            "as_of": self.as_of,
            "met": self.met,
            "missed": self.missed,
            "open": self.open,
            "sure": self.sure,
            "without_estimate": self.without_estimate,
            "arrivals": self.arrivals,
            "miss_rate": self.miss_rate,
            "expected": float(self.goal.expected),
            "share": None if self.share is None else float(self.share),
            **{f"share_{name}": None if value is None else float(value) for name, value in share.items()},
            "misses": float(self.outcomes.misses),
            "chance": float(self.chance),
            "chance_at_best": float(self.chance_at_best),
            "headroom": self.headroom,
            "recovery": self.recovery,
            "exposure": None if self.exposure is None else self.exposure.to_dict(),
            "no_exposure": self.no_exposure,
        }


def forecast_of(
    verdicts: VerdictTable,
    agreement: Agreement,
    target: PeriodTarget,
    found: Attainment,
    rows: Bool,
    *,
    by: Sequence[str] | None = None,
    at_least: int = AT_LEAST,
    history: tuple[VerdictTable, Bool] | None = None,
    since: datetime | None = None,
    arrivals: float | str = 0.0,
) -> Forecast:
    """Forecast the period of an attainment that holds ``as_of``; ``rows`` (bool) are the verdicts that it counts.

    See `slamodel.report.ahead.forecasts.forecast`. ``history`` are other verdicts to learn from, with those of its rows
    that the target counts. Raises ValueError where ``as_of`` lies in no period.
    """
    starts, ends = found.periods.starts, found.periods.whole_ends
    here = np.flatnonzero((starts <= verdicts.as_of) & (verdicts.as_of < ends))
    if len(here) != 1:
        msg = f"{to_datetime(verdicts.as_of).isoformat()} lies in none of the periods; pass those around it"
        raise ValueError(msg)
    now = int(here[0])
    start, end = int(starts[now]), int(ends[now])
    past, past_rows = history or (verdicts, rows)
    learn = Learning.of(verdicts, by, at_least, past, since)
    open_ones = coming(verdicts, found.counting, rows, (start, end), learn)
    expected = _arrivals(arrivals, past, past_rows, found, (verdicts.as_of, end))
    counts = list(zip(found.met.tolist(), found.missed.tolist(), strict=True))
    met, missed = counts[now]

    def told(part_missed: Float64, part_met: Float64) -> Outcomes:
        sure = open_ones.sure
        perhaps = zip(part_missed[~sure].tolist(), part_met[~sure].tolist(), strict=True)
        return outcomes(
            met,
            missed,
            part_missed[sure].tolist(),
            perhaps=list(perhaps),
            arrivals=expected.expected,
            miss_rate=expected.miss_rate,
        )

    return Forecast(
        agreement=agreement,
        target=target,
        period=found.periods.names[now],
        start=to_datetime(start),
        end=to_datetime(end),
        as_of=to_datetime(verdicts.as_of),
        met=met,
        missed=missed,
        coming=open_ones,
        arrivals=expected.expected,
        miss_rate=expected.miss_rate,
        outcomes=told(open_ones.missed, open_ones.met),
        best=told(open_ones.best_missed, open_ones.best_met),
        earlier=tuple((hit, hit + lost) for hit, lost in counts[:now]),
    )


def _arrivals(
    asked: float | str, verdicts: VerdictTable, rows: Bool, found: Attainment, rest: tuple[int, int]
) -> Arrivals:
    if asked == FROM_HISTORY:
        return arrivals_of(verdicts, rows, found.counting, found.periods, rest)
    expected = float(asked)
    return Arrivals(expected, miss_rate_of(verdicts, rows, found.counting) if expected else 0.0)


def percent(chance: Chance) -> str:
    """Write a probability in per cent, to one decimal; what is neither sure nor impossible is not written as either."""
    if 0 < chance < Fraction(1, 1000):
        return "less than 0.1 %"
    if Fraction(999, 1000) < chance < 1:
        return "more than 99.9 %"
    return f"{float(chance) * 100:.1f} %"
