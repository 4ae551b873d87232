"""Bands: what each value of a figure costs, as tiles that leave no value out and hold none twice."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, TypeAlias

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.metric import Value, in_numbers, value_text
from slamodel.model.money import Money, reads_as_money
from slamodel.model.percent import Percent, number_text

OTHERWISE: Final = "otherwise"
_POINTS: Final = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)\s+points?", re.ASCII)


@frozen(order=True)
class Points:
    """Service points, of which so many are a credit. Raises AgreementError (E164) below zero."""

    number: Fraction

    def __attrs_post_init__(self) -> None:
        if self.number < 0:
            msg = f"{number_text(self.number)} points are below zero"
            raise AgreementError(msg, "E164")

    def __str__(self) -> str:
        return f"{number_text(self.number)} point{'' if self.number == 1 else 's'}"


Pay: TypeAlias = Percent | Money | Points
"""What a band costs: a share of the charges, an amount, or points."""


def parse_pay(text: Any) -> Pay:
    """Read "5%", "500.00 GBP" or "2 points". Raises AgreementError (E107, E164 below zero)."""
    if found := _POINTS.fullmatch(text.strip()) if isinstance(text, str) else None:
        return Points(Fraction(found[1]))
    if reads_as_money(text):
        pay = Money.parse(text)
        if pay.amount < 0:
            msg = f"{pay} is below zero; a credit is zero or more"
            raise AgreementError(msg, "E164")
        return pay
    if isinstance(text, str) and text.rstrip().endswith("%"):
        return Percent.parse(text)
    msg = f"{str(text)[:40]!r} is no credit; write a share of the charges, as 5%, an amount, as 500 GBP, or 2 points"
    raise AgreementError(msg, "E107")


@frozen
class Band:
    """A tile: the values from ``low`` to ``high`` (None: without end), and what they cost."""

    low: Value | None
    high: Value | None
    pays: Pay

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            ends = f">= {value_text(self.low)}" if self.low is not None else ""
            return ends or (f"< {value_text(self.high)}" if self.high is not None else OTHERWISE)
        return f"{value_text(self.low)}-{value_text(self.high)}"


@frozen
class Bands:
    """Tiles in order, the lowest first. ``closed`` is the bound that belongs to a tile: "low" (>=) or "high" (<=).

    Raises AgreementError: E160 for tiles that overlap, leave a gap or do not reach both ends, E107 for bounds or
    costs that cannot be compared.
    """

    tiles: tuple[Band, ...]
    closed: str = field(default="low", validator=validators.in_(("low", "high")))

    def __attrs_post_init__(self) -> None:
        bounds = [bound for tile in self.tiles for bound in (tile.low, tile.high) if bound is not None]
        if not self.tiles:
            msg = "credit bands of nothing; write what each value costs, such as '>= 99%': 0%"
            raise AgreementError(msg, "E160")
        if len({type(bound) for bound in bounds}) > 1 or len({type(tile.pays) for tile in self.tiles}) > 1:
            msg = "credit bands are told in one unit, and cost in one: shares, amounts or points"
            raise AgreementError(msg, "E107")
        problems = Problems()
        first, last = self.tiles[0], self.tiles[-1]
        for end, side in ((first.low, "below"), (last.high, "above")):
            if end is not None:
                msg = f"credit bands leave what is {side} {value_text(end)} uncovered; add 'otherwise'"
                problems.add("E160", "", msg)
        for tile in self.tiles:
            if tile.low is not None and tile.high is not None and in_numbers(tile.low) >= in_numbers(tile.high):
                problems.add("E160", "", f"credit band {tile} is empty; its second value is the larger one")
        for one, other in pairwise(self.tiles):
            _check_seam(problems, one, other)
        problems.raise_as(AgreementError)

    @property
    def costs(self) -> tuple[Pay, ...]:
        """What the tiles cost, the lowest first."""
        return tuple(tile.pays for tile in self.tiles)

    def band(self, value: Value) -> Band:
        """Return the tile of a value."""
        number = in_numbers(value)
        for tile in self.tiles[:-1]:
            high = in_numbers(tile.high) if tile.high is not None else number
            if number < high or (number == high and self.closed == "high"):
                return tile
        return self.tiles[-1]

    def check_direction(self, *, rises: bool) -> None:
        """Refuse bands in which the worse value costs less: AgreementError (E161). ``rises``: more is better."""
        worse = self.tiles if rises else self.tiles[::-1]
        for bad, good in pairwise(worse):
            if cost(bad.pays) < cost(good.pays):
                msg = f"worse costs less: band {bad} gives {bad.pays}, band {good} gives {good.pays}; "
                raise AgreementError(msg + "let the worse one give as much or more", "E161")


def _check_seam(problems: Problems, one: Band, other: Band) -> None:
    if one.high is None or other.low is None:
        problems.add("E160", "", f"credit bands {one} and {other} overlap; let each value be in one of them")
        return
    high, low = in_numbers(one.high), in_numbers(other.low)
    where = f"{value_text(one.high)}-{value_text(other.low)}"
    if high < low:
        problems.add("E160", "", f"credit bands leave {where} uncovered; add precision: 0.1 or close the gap")
    elif high > low:
        where = f"{value_text(other.low)}-{value_text(one.high)}"
        problems.add("E160", "", f"credit bands overlap in {where}; let each value be in one of them")


def cost(pay: Pay) -> Fraction:
    """Return what a band costs as a number, to compare it with others of its kind."""
    if isinstance(pay, Points):
        return pay.number
    return Fraction(pay.amount) if isinstance(pay, Money) else pay.share
