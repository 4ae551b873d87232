"""Rounding of credits: line by line or on the total, in the currency's places, and never above a cap (M5 rounding)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from math import floor

from slamodel.model.money import EXPONENTS
from slamodel.report.attainment.goals import rounded
from slamodel.report.credits.lines import Draft


def in_units(
    drafts: Sequence[Draft], rounding: tuple[str, str], currency: str, group: Callable[[Draft], Hashable]
) -> list[Fraction | None]:
    """Return what each line comes to in whole units of the currency.

    Line by line, each is rounded by itself. On the total, the lines of a ``group`` are rounded as they add up: each
    is the difference that it makes to the rounded sum, so they add up to the rounded total. Where a rounded line
    would bring the sum above a cap it takes what the cap has left. None where the amount is not known.
    """
    unit = Fraction(1, 10 ** EXPONENTS.get(currency, 2))
    what, mode = rounding
    exact: dict[Hashable, Fraction] = defaultdict(Fraction)
    given: dict[Hashable, Fraction] = defaultdict(Fraction)
    spent: dict[tuple[object, ...], Fraction] = defaultdict(Fraction)
    found: list[Fraction | None] = []
    for draft in drafts:
        if draft.amount is None:
            found.append(None)
            continue
        key = group(draft) if what == "total" else id(draft)
        exact[key] += draft.amount
        amount = rounded(exact[key], unit, mode) - given[key]
        for bound, most in draft.bounds:
            amount = min(amount, max(floor((most - spent[bound]) / unit) * unit, Fraction(0)))
        given[key] += amount
        for bound, _ in draft.bounds:
            spent[bound] += amount
        found.append(amount)
    return found
