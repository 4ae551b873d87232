"""Survival: which share of clocks used up more than so much covered time, by the product-limit estimate.

E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the American Statistical
Association 53 (1958): S(t) is the product, over the times up to t at which clocks stopped, of 1 - stopped / at risk. A
clock that is open was at risk for as long as it has run (right-censored), so long open ones are not left out.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.timeline.instants import Bool, Int64

Float64 = NDArray[np.float64]


@frozen(eq=False)
class Survival:
    """What the clocks of a history tell.

    ``times`` are the distinct lengths at which clocks stopped (int64 microseconds of covered time, in order),
    ``stopped`` and ``at_risk`` how many did at each, of how many that had come so far; ``lengths`` are those of all
    clocks, in order, open ones among them. An estimate, so in floats; `exact` gives the same as fractions.
    """

    times: Int64
    stopped: Int64
    at_risk: Int64
    lengths: Int64
    _left: Float64

    @property
    def finished(self) -> int:
        """How many clocks stopped."""
        return int(self.stopped.sum())

    @property
    def last(self) -> int | None:
        """The longest length at which a clock stopped: nothing is known beyond it. None without any."""
        return int(self.times[-1]) if len(self.times) else None

    def left(self, at: Int64, *, just_before: bool = False) -> Float64:
        """Return S(t), the share that uses up more than ``at``; with ``just_before`` as much as that, or more."""
        found: Float64 = self._left[np.searchsorted(self.times, at, side="left" if just_before else "right")]
        return found

    def exact(self, at: int) -> Fraction:
        """Return S(t) as a fraction."""
        known = int(np.searchsorted(self.times, at, side="right"))
        pairs = zip(self.stopped[:known].tolist(), self.at_risk[:known].tolist(), strict=True)
        return prod((Fraction(n - d, n) for d, n in pairs), start=Fraction(1))

    def came_past(self, at: Int64) -> Int64:
        """Return how many clocks of the history ran longer than each length: those that an estimate there rests on."""
        return np.asarray(len(self.lengths) - np.searchsorted(self.lengths, at, side="right"), np.int64)

    def breach(self, spent: Int64, allowed: Int64, *, at_limit: Bool | None = None) -> tuple[Float64, Float64]:
        """Return the chance that clocks which have used up ``spent`` come past ``allowed``: S(allowed) / S(spent).

        ``at_limit`` says where a clock that comes to ``allowed`` exactly is late already. The second array is the most
        that the chance can be; the first is NaN where there is no estimate, which is beyond the last clock that
        stopped, and there the second is S(last) / S(spent), or 1 where no clock of the history came so far.
        """
        now = self.left(spent)
        then = self.left(allowed)
        if at_limit is not None:
            then = np.where(at_limit, self.left(allowed, just_before=True), then)
        some = now > 0
        most = np.divide(np.minimum(then, now), now, out=np.ones(len(now)), where=some)
        known = some & (len(self.times) > 0)
        if len(self.times):
            known &= allowed <= self.times[-1]
        return np.where(known, most, np.nan), most


def kaplan_meier(lengths: Int64, stopped: Bool) -> Survival:
    """Return the survival of clocks: ``lengths`` of covered time (int64 microseconds), and whether each has stopped.

    A clock that was open at a length at which another stopped was at risk there, as is usual.
    """
    order = np.sort(lengths)
    times, counts = np.unique(lengths[stopped], return_counts=True)
    at_risk = len(order) - np.searchsorted(order, times, side="left")
    left = np.concatenate([[1.0], np.cumprod(1.0 - counts / at_risk)]) if len(times) else np.ones(1)
    return Survival(times, counts.astype(np.int64), at_risk.astype(np.int64), order, left)
