"""Tightest: the smallest limit that so great a share of the finished items would have kept, by nearest rank."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen

from slamodel.clock.phrases import length_words
from slamodel.clock.stages import MET, MISSED
from slamodel.clock.verdicts import VerdictTable
from slamodel.report.ahead.binomial import exact_share
from slamodel.report.ahead.whatif import CAVEAT
from slamodel.report.attainment.figures import share_text
from slamodel.report.attainment.ranks import percentile
from slamodel.timeline.instants import Bool, to_timedelta


@frozen(kw_only=True)
class Tightest:
    """The tightest limit of one target and priority, in covered time of the calendar as it is (microseconds).

    ``limit`` is the smallest that ``share`` of the ``finished`` items kept; where ``exclusive`` just the limit is late
    already, so it must be longer than that. None where nothing has finished. ``left_out`` items are still open.
    """

    agreement: str
    target: str
    priority: str | None
    share: Fraction
    limit: int | None
    finished: int
    left_out: int
    exclusive: bool
    caveat: str = CAVEAT

    def __str__(self) -> str:
        told = "nothing has finished"
        if self.limit is not None:
            more = "more than " if self.exclusive else ""
            told = f"{more}{length_words(to_timedelta(self.limit))} is the tightest limit for {share_text(self.share)}"
        rest = f", {self.left_out} open left out" if self.left_out else ""
        return f"{self.target} {self.priority or '-'}: {told} of {self.finished}{rest}"


def tightest(verdicts: VerdictTable, share: Fraction, *, rows: Bool | None = None) -> list[Tightest]:
    """Return the tightest limit that ``share`` of the finished items kept, by target and priority.

    The nearest-rank percentile of the time that they used up (C13): the smallest limit that so many do not exceed. The
    calendar and the pauses are those that the items were judged by; other hours need a replay (`what_if`). ``rows``
    (bool, one a verdict) picks verdicts. Raises ValueError for a share that is not above 0 and at most 1, or a float.
    """
    share = exact_share(share, "the items")
    stage, elapsed = verdicts.codes["stage"].codes, verdicts.values["elapsed"]
    finished = (stage == MET) | (stage == MISSED)
    chosen = np.ones(len(verdicts), bool) if rows is None else rows
    priority = verdicts.codes["priority"]
    found = []
    for number, target in enumerate(verdicts.targets):
        of_target = chosen & (verdicts.codes["target"].codes == number)
        for code in sorted(np.unique(priority.codes[of_target]).tolist(), key=lambda one: _name(priority.values, one)):
            mine = of_target & (priority.codes == code)
            done = mine & finished
            found.append(
                Tightest(
                    agreement=target.agreement,
                    target=target.id,
                    priority=None if code < 0 else str(priority.values[code]),
                    share=share,
                    limit=percentile(elapsed[done], share),
                    finished=int(done.sum()),
                    left_out=int((mine & ~finished).sum()),
                    exclusive=target.at_limit == "missed",
                )
            )
    return found


def _name(values: tuple[Any, ...], code: int) -> tuple[bool, str]:
    return code < 0, "" if code < 0 else str(values[code])
