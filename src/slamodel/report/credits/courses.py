"""The figures of one period target in order, with their dates: which are misses, and how many came before."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.model.agreement import Agreement
from slamodel.model.period import Term
from slamodel.model.period_target import PeriodTarget
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import MET, MISSED
from slamodel.report.credits.dates import Dates, figure_dates, later
from slamodel.report.periods import Periods


@frozen
class Course:
    """The figures of one period target, in the order of their periods."""

    target: PeriodTarget
    figures: tuple[Figure, ...]
    dates: tuple[Dates, ...]

    @classmethod
    def of(
        cls, target: PeriodTarget, figures: Sequence[Figure], agreement: Agreement, periods: Periods | None
    ) -> Course:
        """Return figures with their dates.

        Raises AgreementError: E107 for periods that are out of order, there twice or left out, E168 for one outside
        the agreement.
        """
        dates = tuple(figure_dates(one.period, target.per, agreement, periods) for one in figures)
        for before, after, one in zip(dates, dates[1:], figures[1:], strict=False):
            if after.start <= before.start:
                msg = f"figures of {target.id!r}: {one.period} does not come after the period before it; sort them"
                raise AgreementError(msg, "E107")
            if after.start > before.end:
                msg = f"figures of {target.id!r} leave out {before.end} to {after.start}; "
                raise AgreementError(msg + "give one of every period, not measured where nothing was", "E107")
        return cls(target, tuple(figures), dates)

    def failed(self, i: int) -> bool:
        """Whether a period was missed, as the contract counts it: one without a value may be (M2 effect)."""
        return self.figures[i].judgement.effect == MISSED

    def run(self, i: int) -> int:
        """Return how many periods in a row were missed up to one, it among them; 0 where it was not.

        A period without a verdict is passed over: it neither adds to a run nor ends it (M5 run).
        """
        count = 0
        for k in range(i, -1, -1):
            effect = self.figures[k].judgement.effect
            if effect == MET or (effect != MISSED and k == i):
                break
            count += effect == MISSED
        return count

    def misses(self, i: int, within: Term) -> int:
        """Return how many periods were missed of those that lie in the term that ends with one, it among them."""
        since = later(self.dates[i].end, within, -1)
        return sum(self.failed(k) for k in range(i + 1) if self.dates[k].start >= since)
