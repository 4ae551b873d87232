"""Capability: defects per million opportunities, and the level of sigma that they are called by."""

from __future__ import annotations

from fractions import Fraction
from statistics import NormalDist
from typing import Final

from slamodel.errors import AgreementError

MILLION: Final = 10**6
SHIFT: Final = 1.5
"""The drift of a process over time that the level of sigma allows for, in standard deviations (Motorola)."""


def dpmo(defects: int, items: int, opportunities: int = 1) -> Fraction | None:
    """Return the defects per million opportunities, exact: 1,000,000 * defects / (items * opportunities).

    An item has ``opportunities`` of going wrong: 2 where both its response and its resolution are promised. None
    without items (M2). Raises AgreementError (E107) for more defects than opportunities, and for counts below zero.
    """
    whole = items * opportunities
    if not 0 <= defects <= whole or opportunities < 1:
        msg = f"{defects} defects in {items} items with {opportunities} opportunities; none to all of them go wrong"
        raise AgreementError(msg, "E107")
    return Fraction(MILLION * defects, whole) if whole else None


def sigma_level(per_million: Fraction | None) -> float | None:
    """Return the level of sigma of so many defects per million: z(1 - DPMO / 1,000,000) + 1.5. For show.

    z is the quantile of the normal distribution; 3.4 defects are six sigma (M. Harry, R. Schroeder, "Six Sigma", 2000).
    None where none, or all, went wrong: no level is that high, or that low.
    """
    if per_million is None or not 0 < per_million < MILLION:
        return None
    return NormalDist().inv_cdf(float(1 - per_million / MILLION)) + SHIFT
