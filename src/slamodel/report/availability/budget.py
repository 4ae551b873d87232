"""Budget: how much may be bad before a target is missed, how fast it is used, and when to be told."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.report.availability.availability import Availability
from slamodel.timeline.instants import DAY, HOUR, MINUTE, Bool, Int64


@frozen
class Budget:
    """The error budget of a period: ``target`` a share below 1, ``agreed`` and ``bad`` microseconds (or events).

    Raises AgreementError (E140) for a target of 100 %, which leaves no budget, and for one that is no share.
    """

    target: Fraction
    agreed: Fraction
    bad: Fraction = Fraction(0)

    def __attrs_post_init__(self) -> None:
        _allowed(self.target)

    @property
    def whole(self) -> Fraction:
        """All of it: (1 - target) * agreed."""
        return (1 - self.target) * self.agreed

    @property
    def left(self) -> Fraction:
        """What is not used; negative once the target is missed."""
        return self.whole - self.bad

    @property
    def used(self) -> Fraction | None:
        """The share that is used, 1 for all of it; None without agreed time."""
        return self.bad / self.whole if self.whole else None

    def lasts(self, burn: Fraction) -> Fraction | None:
        """Return for how long what is left lasts at a burn rate; None at none, 0 where nothing is left."""
        return max(Fraction(0), self.left) / (burn * (1 - self.target)) if burn > 0 else None


def burn_rate(bad_share: Fraction, target: Fraction) -> Fraction:
    """Return how many times as fast as allowed the budget is used: 1 uses just all of it over the period."""
    return bad_share / _allowed(target)


def budget_used(burn: Fraction, window: int, period: int) -> Fraction:
    """Return the share of a period's budget that a burn rate over a window uses; both in one unit."""
    return burn * Fraction(window, period)


def burn_for(share: Fraction, window: int, period: int) -> Fraction:
    """Return the burn rate that uses a share of a period's budget within a window: 2 % in 1 h of 30 days is 14.4."""
    return share * Fraction(period, window)


@frozen
class BurnAlert:
    """Be told where the budget burns faster than ``burn`` over a long and over a short window (microseconds)."""

    long: int
    short: int
    burn: Fraction
    severity: str = "page"

    def fires(self, bad_long: Fraction, bad_short: Fraction, target: Fraction) -> bool:
        """Return whether the bad shares of both windows exceed the rate; just at it they do not."""
        return all(burn_rate(bad, target) > self.burn for bad in (bad_long, bad_short))


BURN_ALERTS: Final = (
    BurnAlert(HOUR, 5 * MINUTE, Fraction(144, 10)),
    BurnAlert(6 * HOUR, 30 * MINUTE, Fraction(6)),
    BurnAlert(3 * DAY, 6 * HOUR, Fraction(1), "ticket"),
)
"""The usual three, for 30 days: 2 % of the budget in 1 h, 5 % in 6 h, 10 % in 3 d."""


def alerts_at(
    found: Availability, at: Int64, target: Fraction, service: int = 0, rules: Sequence[BurnAlert] = BURN_ALERTS
) -> dict[BurnAlert, Bool]:
    """Return for each rule at which instants (int64 microseconds) it fires, by the downtime of one service.

    A window is the time before the instant. One without agreed service time is not bad.
    """
    laid, scale = found.laid, int(found.laid.scale[service])
    allowed = _allowed(target)

    def burning(window: int, burn: Fraction) -> Bool:
        start = np.maximum(at - window, laid.since[service])
        agreed = laid.table.elapsed(start, at, np.full(len(at), laid.line[service])) if len(at) else at
        agreed = agreed - laid.removed.between_one(service, start, at)[0]
        down = laid.down.between_one(service, start, at)[1]
        most = burn * allowed
        pairs = zip(down.tolist(), agreed.tolist(), strict=True)
        return np.array([bad * most.denominator > most.numerator * whole * scale for bad, whole in pairs], bool)

    return {rule: burning(rule.long, rule.burn) & burning(rule.short, rule.burn) for rule in rules}


def _allowed(target: Fraction) -> Fraction:
    if not 0 <= target < 1:
        msg = (
            f"a target of {target} leaves no error budget; it is a share from 0 to below 1, such as Fraction(999, 1000)"
        )
        raise AgreementError(msg, "E140")
    return 1 - target
