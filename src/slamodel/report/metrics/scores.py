"""Scores: what answers to a survey come to: their mean, the share of good ones, or the net promoter score."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from slamodel.errors import AgreementError
from slamodel.model.bound import Bound
from slamodel.model.metric import STATISTICS
from slamodel.model.percent import number_text
from slamodel.report.metrics.measurement import Measurement, each_period, not_measured, share
from slamodel.report.metrics.series import Values
from slamodel.report.periods import Periods

NPS_BEST: Final = 10
_PROMOTERS: Final = Bound("ge", Fraction(9))
_DETRACTORS: Final = Bound("le", Fraction(6))


def scores(
    answers: Values,
    periods: Periods,
    *,
    statistic: str = "mean",
    out_of: Fraction | None = None,
    good_from: Fraction | None = None,
) -> list[Measurement]:
    """Return what the answers of each period come to.

    ``statistic``: "mean"; "top_box", the share of answers from ``good_from`` on (none: from ``out_of``, the best);
    "nps", from -100 to 100: the share of 9 and 10 less that of 0 to 6, times 100 (F. Reichheld, "The One Number You
    Need to Grow", Harvard Business Review, December 2003). An answer below zero, or above the best, is left out and
    told. How many answers make a figure is the goal's ``at_least``. The evidence are the answers, for "top_box" those
    that are not good, for "nps" those of the detractors.

    Raises AgreementError (E107) for a top box that nothing bounds, and for a net promoter score out of another best
    than 10.
    """
    if statistic not in STATISTICS["score"]:
        msg = f"{statistic!r} is no statistic of score; it has {', '.join(STATISTICS['score'])}"
        raise AgreementError(msg, "E107")
    if statistic == "nps" and out_of not in (None, NPS_BEST):
        msg = "a net promoter score is made of answers from 0 to 10, these have another best"
        raise AgreementError(msg, "E107")
    good = out_of if good_from is None else good_from
    if statistic == "top_box" and good is None:
        msg = "a top box says from which answer on it counts; write good_from: 4, or out_of: 5"
        raise AgreementError(msg, "E107")
    best = Fraction(NPS_BEST) if statistic == "nps" else out_of

    def make(rows: slice, period: str) -> Measurement:
        wrong = answers.keeps(rows, Bound("lt", Fraction(0)))
        if best is not None:
            wrong |= answers.keeps(rows, Bound("gt", best))
        here = np.flatnonzero(~wrong) + rows.start
        note = ""
        if wrong.any():
            most = f"above {number_text(best)}" if best is not None else "above the best"
            note = f"{int(wrong.sum())} answers below 0 or {most} left out"
        nothing = f"no answer of {answers.name!r} in {period}"
        if not len(here):
            return not_measured(nothing, note)
        if statistic == "mean":
            value = Fraction(int(answers.numbers[here].sum()), len(here) * answers.scale)
            return Measurement(value=value, n=len(here), evidence=answers.named(here), note=note)
        if statistic == "top_box" and good is not None:
            hit = answers.keeps(rows, Bound("ge", good))[~wrong]
            return share(int(hit.sum()), len(here), answers.named(here[~hit]), nothing, note)
        promote, detract = (answers.keeps(rows, one)[~wrong] for one in (_PROMOTERS, _DETRACTORS))
        value = Fraction(100 * (int(promote.sum()) - int(detract.sum())), len(here))
        return Measurement(value=value, n=len(here), evidence=answers.named(here[detract]), note=note)

    return each_period(answers.at, periods, make)
