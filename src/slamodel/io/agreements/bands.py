"""Bands of credits as they are written: {">= 99.5%": 0%, ">= 99%": 2%, otherwise: 5%}, laid out as tiles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Any, Final, NamedTuple

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.bands import OTHERWISE, Band, Bands, Pay, cost, parse_pay
from slamodel.model.metric import Value, in_numbers, parse_value, value_text
from slamodel.model.percent import Percent

_RANGE: Final = re.compile(r"([^<>=]+?)\s*(?:-|to)\s*([^<>=]+?)", re.ASCII)
_WRITE: Final = "write '>= 99%', '< 95%', '95% - 98.9%' or otherwise"


class _Written(NamedTuple):
    """A band as it stands in the file; the bounds that are given, and which of them belong to it."""

    key: str
    low: Value | None
    high: Value | None
    with_low: bool | None
    with_high: bool | None
    pays: Pay


def parse_bands(rules: Mapping[str, Any], metric: str, precision: Fraction | None = None) -> Bands:
    """Read {">= 99.5%": 0%, ">= 99%": 2%, otherwise: 5%} into tiles; of several ">=" that hold, the highest counts.

    Also "< 95%", "<= 4h", "> 8h", ">= 95% < 99%" and, where figures are rounded to a ``precision``, "98.0% - 98.9%"
    with both ends in it. Raises AgreementError (E107, E160, E164).
    """
    problems = Problems()
    written = []
    for key, value in rules.items():
        with problems.at(key, "E107"):
            written.append(_written(key, value, metric, precision))
    problems.raise_as(AgreementError)
    closed = _closed(written)
    return Bands(tuple(_tiles(written)), closed)


def free_from(rules: Mapping[str, Any], metric: str, *, rises: bool) -> Value:
    """Read {">= 95%": 0%}: from where on nothing is owed, beside a price per point. Raises AgreementError (E160)."""
    wanted = ">= 95%" if rises else "<= 4h"
    for key, value in rules.items() if len(rules) == 1 else ():
        one = _written(key, value, metric, None)
        bound, far, with_bound = (one.low, one.high, one.with_low) if rises else (one.high, one.low, one.with_high)
        if bound is not None and far is None and with_bound and not cost(one.pays):
            return bound
    msg = f"beside a price per point stands one band at most, and it costs nothing: '{wanted}': 0%"
    raise AgreementError(msg, "E160")


def _written(key: str, value: Any, metric: str, precision: Fraction | None) -> _Written:
    pays, bare = parse_pay(value), key.strip()
    if bare == OTHERWISE:
        return _Written(key, None, None, None, None, pays)
    bounds = _bounds(bare)
    lows = [(sign, text) for sign, text in bounds if sign[0] == ">"]
    highs = [(sign, text) for sign, text in bounds if sign[0] == "<"]
    if bounds and bare[0] in "<>" and len(lows) <= 1 and len(highs) <= 1:
        low = parse_value(lows[0][1], metric) if lows else None
        high = parse_value(highs[0][1], metric) if highs else None
        with_low = lows[0][0] == ">=" if lows else None
        with_high = highs[0][0] == "<=" if highs else None
        return _Written(key, low, high, with_low, with_high, pays)
    if not bounds and (ends := _RANGE.fullmatch(bare)):
        first, last = (parse_value(_unit(end, bare), metric) for end in ends.groups())
        low = None if first == Percent(Fraction(0)) else first  # a share is never below 0%, nor above 100%
        high = None if last == Percent(Fraction(1)) else _stepped(last, precision)
        return _Written(key, low, high, True, False, pays)
    msg = f"{key[:40]!r} is no band; {_WRITE}"
    raise AgreementError(msg, "E107")


def _bounds(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"(>=|<=|>|<)", text.replace(" and ", " "))
    return [(parts[i], parts[i + 1].strip()) for i in range(1, len(parts) - 1, 2)]


def _unit(end: str, whole: str) -> str:
    """Return an end of a range with its unit: "98.0 - 98.9%" says it once."""
    return f"{end.strip()}%" if whole.endswith("%") and not end.strip().endswith("%") else end.strip()


def _stepped(last: Value, precision: Fraction | None) -> Value:
    """Return the first value after the last one of a band, where figures have steps: 98.9% and 0.1 are 99.0%."""
    if precision is None:
        return last
    if isinstance(last, Percent):
        return Percent(last.share + precision / 100)
    if isinstance(last, Fraction):
        return last + precision
    msg = f"{value_text(last)}: only shares and numbers are rounded to a precision; write '<' and '>='"
    raise AgreementError(msg, "E107")


def _closed(written: Sequence[_Written]) -> str:
    """Return which bound belongs to the tiles. AgreementError (E160) where a value would be in two or in none."""
    sides = {("low" if one.with_low else "high") for one in written if one.with_low is not None}
    sides |= {("high" if one.with_high else "low") for one in written if one.with_high is not None}
    if len(sides) > 1:
        problems = Problems()
        for message in _seams(written):
            problems.add("E160", "", message)
        problems.raise_as(AgreementError)
        msg = "credit bands hold a bound twice or not at all; write them all with '>=' and '<', or with '>' and '<='"
        raise AgreementError(msg, "E160")
    return sides.pop() if sides else "low"


def _seams(written: Iterable[_Written]) -> Iterator[str]:
    """Tell, where bands that are bound on a side follow each other, which values are in none of them or in two."""
    bands = sorted((one for one in written if one.low is not None or one.high is not None), key=_lowest)
    for one, other in pairwise(bands):
        if one.high is None or other.low is None:
            continue  # of several '>=' the highest counts, so they end where the next begins
        high, low = in_numbers(one.high), in_numbers(other.low)
        where = value_text(one.high)
        if high < low:
            yield f"credit bands leave {where}-{value_text(other.low)} uncovered; close the gap"
        elif high > low:
            yield f"credit bands overlap in {value_text(other.low)}-{where}; let each value be in one of them"
        elif one.with_high and other.with_low:
            yield f"{where} is in two credit bands, {one.key!r} and {other.key!r}; let it be in one of them"
        elif not one.with_high and not other.with_low:
            yield f"{where} is in no credit band, between {one.key!r} and {other.key!r}; let it be in one of them"


def _lowest(one: _Written) -> tuple[bool, Fraction]:
    """Sort bands by their lower bound, those without one first."""
    return one.low is not None, _place(one)


def _tiles(written: list[_Written]) -> list[Band]:
    """Lay the bands out: open ones reach to the next bound of their side, 'otherwise' takes what is left at an end."""
    closed_in = sorted((one for one in written if one.low is not None and one.high is not None), key=_place)
    lows = sorted((one for one in written if one.low is not None and one.high is None), key=_place)
    highs = sorted((one for one in written if one.low is None and one.high is not None), key=_place)
    rest = [one for one in written if one.low is None and one.high is None]
    tiles: list[Band] = []
    below: Value | None = None
    for one in highs:
        tiles.append(Band(below, one.high, one.pays))
        below = one.high
    tiles += [Band(one.low, one.high, one.pays) for one in closed_in]
    for one, above in zip_longest(lows, lows[1:]):
        tiles.append(Band(one.low, above.low if above else None, one.pays))
    for one in rest:
        low, high = (tiles[0].low, tiles[-1].high) if tiles else (None, None)
        if low is not None and high is not None:
            msg = "'otherwise' would stand at both ends of these bands; write one of them with '<' or '>='"
            raise AgreementError(msg, "E160")
        if tiles and low is None and high is None:
            msg = "'otherwise' is about nothing: the other bands hold every value; leave it out"
            raise AgreementError(msg, "E160")
        tiles.insert(0, Band(None, low, one.pays)) if high is None else tiles.append(Band(high, None, one.pays))
    return tiles


def _place(one: _Written) -> Fraction:
    bound = one.low if one.low is not None else one.high
    return in_numbers(bound) if bound is not None else Fraction(0)
