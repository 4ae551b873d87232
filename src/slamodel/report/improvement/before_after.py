"""Before and after: whether a share has moved, or chance may have done it."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Final

from attrs import frozen

from slamodel.report.attainment.intervals import Z95, wilson

BETTER: Final = "clearly better"
UNCLEAR: Final = "not distinguishable"
WORSE: Final = "clearly worse"


@frozen
class Difference:
    """After less before, exact, and its Newcombe interval at 95 %; None where one of them was not measured (M2)."""

    value: Fraction | None
    interval: tuple[float, float] | None
    wording: str

    def __str__(self) -> str:
        if self.value is None or self.interval is None:
            return "not measured"
        told = [f"{100 * part:+.1f}" for part in (float(self.value), *self.interval)]
        return f"{told[0]} points ({told[1]} to {told[2]}), {self.wording}"


def difference(before: tuple[int, int], after: tuple[int, int], *, rises: bool = True, z: Fraction = Z95) -> Difference:
    """Return how a share has moved from (met, measured) before to that after; ``rises``: more is better.

    The interval is made of the two Wilson intervals [l, u]: d - sqrt((p2 - l2)^2 + (u1 - p1)^2) to
    d + sqrt((u2 - p2)^2 + (p1 - l1)^2), with d = p2 - p1 (R. Newcombe, "Interval estimation for the difference between
    independent proportions", Statistics in Medicine 17, 1998, method 10). The wording is clear where 0 lies outside.
    """
    one, two = wilson(*before, z=z), wilson(*after, z=z)
    if one is None or two is None:
        return Difference(None, None, "")
    value = Fraction(*after) - Fraction(*before)
    p1, p2 = before[0] / before[1], after[0] / after[1]
    low = float(value) - sqrt((p2 - two[0]) ** 2 + (one[1] - p1) ** 2)
    high = float(value) + sqrt((two[1] - p2) ** 2 + (p1 - one[0]) ** 2)
    up, down = (BETTER, WORSE) if rises else (WORSE, BETTER)
    return Difference(value, (low, high), up if low > 0 else down if high < 0 else UNCLEAR)
