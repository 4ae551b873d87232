"""Outcomes: how a period can end, in items met and missed, and how likely each end is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, sqrt
from typing import Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.report.ahead.binomial import Chance, check_chances, poisson, poisson_binomial
from slamodel.report.ahead.survival import Float64
from slamodel.report.attainment.goals import MET, NOT_MEASURED, Goal, Judgement, judge_each
from slamodel.timeline.instants import Int64

_LEFT_OUT: Final = 1e-9
_NEVER: Final = 1e-13
_MOST: Final = 20_000


@frozen
class Outcome:
    """One way in which a period can end: the items met and missed, and its probability."""

    met: int
    missed: int
    chance: Chance

    @property
    def measured(self) -> int:
        """How many items are met or missed."""
        return self.met + self.missed

    @property
    def share(self) -> Fraction | None:
        """The attainment, exact; None without items (M2)."""
        return Fraction(self.met, self.measured) if self.measured else None


@frozen
class Outcomes:
    """All ways in which a period can end, the worst attainment first; those without any item before them."""

    each: tuple[Outcome, ...]

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.each)

    def __len__(self) -> int:
        return len(self.each)

    def judged(
        self, goal: Goal, earlier: Sequence[tuple[int, int]] = (), volume: int | None = None
    ) -> Iterator[tuple[Outcome, Judgement]]:
        """Yield each outcome with what it comes to.

        ``earlier`` periods (met, measured) count where a rule says so; of more than ``volume`` items there is no figure
        (M3 volume).
        """
        past_met, past_measured = [met for met, _ in earlier], [measured for _, measured in earlier]
        for one in self.each:
            found = judge_each([*past_met, one.met], [*past_measured, one.measured], goal)[-1]
            if volume is not None and one.measured > volume:
                found = evolve(found, verdict=NOT_MEASURED, effect="")
            yield one, found

    def chance(self, goal: Goal, earlier: Sequence[tuple[int, int]] = (), volume: int | None = None) -> Chance:
        """Return the probability that the goal is met at the end of the period."""
        found = total(one.chance for one, found in self.judged(goal, earlier, volume) if found.verdict == MET)
        return found if isinstance(found, Fraction) else min(found, 1.0)

    @property
    def share(self) -> Chance | None:
        """The expected attainment; None where it is sure that nothing is measured."""
        pairs = [(one.share, one.chance) for one in self.each if one.share is not None]
        all_of_them = total(chance for _, chance in pairs)
        return total(times(share, chance) for share, chance in pairs) / all_of_them if all_of_them else None

    @property
    def misses(self) -> Chance:
        """The expected number of missed items."""
        return total(one.missed * one.chance for one in self.each)

    def quantile(self, level: Chance) -> Fraction | None:
        """Return the smallest attainment that is not exceeded with probability ``level``; None without any."""
        pairs = [(one.share, one.chance) for one in self.each if one.share is not None]
        wanted = float(level * total(chance for _, chance in pairs))
        so_far: Chance = Fraction(0)
        for share, chance in pairs:
            so_far += chance
            if so_far >= wanted - _LEFT_OUT:
                return share
        return pairs[-1][0] if pairs else None


def outcomes(
    met: int,
    missed: int,
    chances: Sequence[Chance] = (),
    *,
    perhaps: Sequence[tuple[float, float]] = (),
    arrivals: float = 0.0,
    miss_rate: Chance = 0.0,
) -> Outcomes:
    """Return how a period can end that has so many items met and missed, and open ones with chances to be missed.

    Misses of open items are a Poisson binomial. ``perhaps`` are open items that need not be counted: the chances
    (missed, met) of each. ``arrivals`` more items are expected, a Poisson number, of which each is missed with chance
    ``miss_rate``; so missed and met ones are two independent Poisson numbers. With ``chances`` alone all is exact, and
    in fractions where these are; else ends that together are less likely than 1e-9 are left out, and where there are
    more than 20,000, neighbours are told as one, at their mean.
    """
    late = poisson_binomial(chances)
    if not arrivals and not len(perhaps):
        found = [Outcome(met + len(chances) - n, missed + n, chance) for n, chance in enumerate(late) if chance]
    else:
        found = list(_spread((met, missed), np.array(late, float), perhaps, arrivals, float(miss_rate)))
    return Outcomes(tuple(sorted(found, key=lambda one: (one.share is not None, one.share or 0, one.measured))))


def total(chances: Iterator[Chance] | Sequence[Chance]) -> Chance:
    """Return the sum of probabilities: a fraction where all are."""
    found: Chance = Fraction(0)
    for chance in chances:
        found += chance
    return found


def times(value: Fraction, chance: Chance) -> Chance:
    """Return a value weighed by a probability: a fraction where that is one."""
    return value * chance if isinstance(chance, Fraction) else float(value) * chance


def _spread(
    so_far: tuple[int, int], late: Float64, perhaps: Sequence[tuple[float, float]], arrivals: float, miss_rate: float
) -> Iterator[Outcome]:
    """Yield the ends where the number of items is not sure either."""
    if not 0 <= miss_rate <= 1:
        msg = f"{miss_rate!r} is no miss rate; it lies between 0 and 1, both included"
        raise ValueError(msg)
    first_missed, more_missed = _added(poisson(arrivals * miss_rate), [one for one, met in perhaps if not met])
    first_met, more_met = _added(poisson(arrivals * (1 - miss_rate)), [met for one, met in perhaps if not one])
    likely = np.flatnonzero(late > _NEVER)
    low, high = int(likely[0]), int(likely[-1])
    spread = high - low
    grid: NDArray[np.float64] = np.zeros((spread + len(more_missed), spread + len(more_met)))
    both = np.outer(more_missed, more_met)
    for n in range(low, high + 1):
        rows, columns = n - low, high - n
        grid[rows : rows + len(more_missed), columns : columns + len(more_met)] += late[n] * both
    for one, met in perhaps:
        if one and met:
            grid = _either(grid, one, met)
    flat = np.sort(grid, axis=None)
    least = flat[np.searchsorted(np.cumsum(flat), _LEFT_OUT)]
    rows_kept, columns_kept = np.nonzero(grid >= least)
    kept = grid[rows_kept, columns_kept]
    base_met = so_far[0] + len(late) - 1 - high + first_met
    base_missed = so_far[1] + low + first_missed
    if len(kept) > _MOST:
        rows_kept, columns_kept, kept = _coarser(rows_kept, columns_kept, kept)
    for row, column, chance in zip(
        rows_kept.tolist(), columns_kept.tolist(), (kept / kept.sum()).tolist(), strict=True
    ):
        yield Outcome(base_met + column, base_missed + row, chance)


def _coarser(rows: Int64, columns: Int64, chances: Float64) -> tuple[Int64, Int64, Float64]:
    """Return fewer ends: those of a block of neighbours as one, at their mean, to the next whole item."""
    side = ceil(sqrt(len(chances) / _MOST))
    width = int(columns.max()) // side + 1
    _, place = np.unique(rows // side * width + columns // side, return_inverse=True)
    weight = np.asarray(np.bincount(place, weights=chances), np.float64)
    at = [np.rint(np.bincount(place, weights=chances * values) / weight).astype(np.int64) for values in (rows, columns)]
    return at[0], at[1], weight


def _added(count: tuple[int, Float64], chances: Sequence[float]) -> tuple[int, Float64]:
    """Return a count and that of independent things with these chances put together; unlikely numbers cut off."""
    first, each = count
    found = np.convolve(each, np.array(poisson_binomial(chances), float))
    kept = np.flatnonzero(found > _NEVER)
    return first + int(kept[0]), found[kept[0] : kept[-1] + 1]


def _either(grid: NDArray[np.float64], missed: float, met: float) -> NDArray[np.float64]:
    """Return a grid of (missed, met) with one item more that is missed, met or not counted."""
    check_chances([missed, met, missed + met])
    more = np.zeros((grid.shape[0] + 1, grid.shape[1] + 1))
    more[:-1, :-1] += grid * (1 - missed - met)
    more[1:, :-1] += grid * missed
    more[:-1, 1:] += grid * met
    return more
