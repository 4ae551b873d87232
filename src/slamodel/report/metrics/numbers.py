"""Numbers as they are written, exact: one by one as fractions, or an array at once over one denominator."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from slamodel.errors import AgreementError
from slamodel.model.percent import Percent, parse_number, reads_as_percent

_WIDE: Final = 1 << 62
_DIGITS: Final = 10**15
_PLACES: Final = 9
_PLAIN: Final = re.compile(r"(-?\d{1,15})(?:\.(\d{1,12}))?", re.ASCII)
_TRUTHS: Final = {"yes": Fraction(1), "true": Fraction(1), "no": Fraction(0), "false": Fraction(0)}


def number_of(cell: Any) -> Fraction | str:
    """Return a cell as an exact number, or what is wrong with it.

    "99.5%" is a share, yes and true are 1, no and false 0. A comma is refused: in some places it ends the whole part,
    in others it only groups its digits.
    """
    if isinstance(cell, (bool, np.bool_)):
        return Fraction(int(cell))
    if isinstance(cell, np.generic):
        cell = cell.item()
    text = cell.strip() if isinstance(cell, str) else cell
    if isinstance(text, str):
        if text.lower() in _TRUTHS:
            return _TRUTHS[text.lower()]
        if "," in text:
            return f"{text[:40]!r} has a comma; write numbers with a point, and without marks between thousands"
        if (plain := _PLAIN.fullmatch(text)) is not None:
            return Fraction(int(plain[1] + (plain[2] or "")), 10 ** len(plain[2] or ""))
    try:
        return Percent.parse(text).share if reads_as_percent(text) else parse_number(text)
    except AgreementError as error:
        return error.problems[0].message


def over_one(exact: Sequence[Fraction]) -> tuple[NDArray[Any], int]:
    """Return fractions as whole numbers over one denominator: int64, or Python's where a sum of them would not fit."""
    scale = lcm(*{one.denominator for one in exact})
    whole = [one.numerator * (scale // one.denominator) for one in exact]
    fits = not whole or max(map(abs, whole)) * len(whole) < _WIDE
    return np.array(whole, np.int64 if fits else object), scale


def whole_numbers(column: NDArray[Any]) -> tuple[NDArray[Any], int] | None:
    """Return an array of numbers over one denominator at once; None where they need a look each.

    A float of at most 15 digits is the decimal that it is written as: no other decimal of so few digits is as near.
    """
    if column.dtype.kind not in "iuf" or not column.size:
        return None
    is_float = column.dtype.kind == "f"
    given = column.astype(np.float64) if is_float else column
    for places in range(_PLACES + 1 if is_float else 1):
        scale = 10**places
        whole = np.rint(given * scale) if is_float else given
        most = max(abs(float(whole.min())), abs(float(whole.max())))
        if not most * len(whole) < _WIDE or (is_float and most >= _DIGITS):  # NaN is below nothing
            return None
        if not is_float or (whole / scale == given).all():
            return whole.astype(np.int64), scale
    return None
