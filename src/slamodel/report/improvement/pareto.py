"""Pareto: causes by how often they were at fault, with exact shares, and the few that make up most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import accumulate
from typing import Any, ClassVar, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing, taken
from slamodel.errors import AgreementError

VITAL: Final = Fraction(4, 5)


@frozen(eq=False)
class Pareto(Listing):
    """Causes from the most frequent to the least, of equal ones by name; None is "no cause is known", and comes last.

    ``share`` is of all, ``cumulative`` that of a cause and all before it; both are exact.
    """

    causes: tuple[Any, ...]
    counts: tuple[Fraction, ...]
    COLUMNS: ClassVar[tuple[str, ...]] = ("cause", "count", "share", "cumulative")

    def column(self, name: str) -> NDArray[Any]:
        """Return one column."""
        whole = sum(self.counts, Fraction(0))
        cells: list[Any]
        if name == "cause":
            cells = list(self.causes)
        elif name == "count":
            cells = [int(one) if one.denominator == 1 else one for one in self.counts]
        elif name == "share":
            cells = [one / whole for one in self.counts]
        elif name == "cumulative":
            cells = [one / whole for one in accumulate(self.counts)]
        else:
            raise KeyError(name)
        return taken(cells, np.arange(len(cells)))

    def vital(self, share: Fraction = VITAL) -> tuple[Any, ...]:
        """Return the fewest causes that make up a share of all: the vital few (J. Juran)."""
        found, sum_ = [], Fraction(0)
        for cause, count in zip(self.causes, self.counts, strict=True):
            if sum_ >= share * sum(self.counts, Fraction(0)):
                break
            found.append(cause)
            sum_ += count
        return tuple(found)


def pareto(causes: Iterable[Any] | Mapping[Any, int | Fraction]) -> Pareto:
    """Return the Pareto table of causes: one a miss, or how much weight each has (minutes, money).

    Raises AgreementError (E107) for a weight below zero.
    """
    weights = dict(causes) if isinstance(causes, Mapping) else dict(Counter(causes))
    below = next((one for one, weight in weights.items() if weight < 0), None)
    if below is not None:
        raise AgreementError(f"{below!r} weighs {weights[below]}; a cause weighs nothing or more", "E107")
    order = sorted((one for one in weights if weights[one]), key=lambda one: (one is None, -weights[one], str(one)))
    return Pareto(tuple(order), tuple(Fraction(weights[one]) for one in order))
