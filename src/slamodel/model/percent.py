"""Percent: a share as an exact fraction, written "99.5%"; and numbers as they are written, exact too (M1)."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from attrs import field, frozen

from slamodel.errors import AgreementError

_PERCENT: Final = re.compile(r"\s*(-?\d{1,12}(?:\.\d{1,12})?)\s*%\s*", re.ASCII)
_NUMBER: Final = re.compile(r"\s*(-?\d{1,3}(?:,\d{3})+|-?\d{1,15})(\.\d{1,12})?\s*", re.ASCII)
_WRITE: Final = "write it with its sign, such as 99.5%"


def _as_fraction(value: Any) -> Any:
    return Fraction(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else value


@frozen(order=True)
class Percent:
    """A share of something: ``share`` 199/200 is 99.5%. It is never negative; more than the whole is 250%.

    Raises AgreementError: E107 for what is no exact number (a float), E140 below zero.
    """

    share: Fraction = field(converter=_as_fraction)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.share, Fraction):
            msg = f"{self.share!r} is not an exact share; write Percent.parse('99.5%') or Fraction(199, 200)"
            raise AgreementError(msg, "E107")
        if self.share < 0:
            msg = f"{number_text(self.share * 100)}%: must not be negative"
            raise AgreementError(msg, "E140")

    @classmethod
    def parse(cls, text: Any) -> Percent:
        """Read "95%" or "99.5 %". Raises AgreementError (E107, E140) for anything else."""
        found = _PERCENT.fullmatch(text) if isinstance(text, str) else None
        if not found:
            msg = f"{_short(text)} is not a percentage; {_WRITE}"
            raise AgreementError(msg, "E107")
        return cls(Fraction(found[1]) / 100)

    def __str__(self) -> str:
        return f"{number_text(self.share * 100)}%"


def reads_as_percent(value: Any) -> bool:
    """Return whether a value is a text that ends in the sign of a percentage, right or wrong."""
    return isinstance(value, str) and value.rstrip().endswith("%")


def check_share(percent: Percent, name: str) -> None:
    """Refuse more than the whole: AgreementError (E140), with what may have been meant."""
    if percent.share > 1:
        digits = len(str(int(percent.share)))  # 995% is 9.95, one digit too many
        meant = Percent(percent.share / 10**digits)
        msg = f"{name} {percent}: must be 0-100%; did you mean {meant}?"
        raise AgreementError(msg, "E140")


def parse_number(value: Any) -> Fraction:
    """Return a number, as it is written, exactly: 4.2 is 21/5. Raises AgreementError (E107)."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, float) and abs(value) < 1e15:  # NaN is not below anything
        return Fraction(Decimal(repr(value)))
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and -(10**15) < value < 10**15:
        return Fraction(value)
    found = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    if not found:
        msg = f"{_short(value)} is not a number; write it in digits, such as 4.2"
        raise AgreementError(msg, "E107")
    return Fraction(found[1].replace(",", "") + (found[2] or ""))


def number_text(number: Fraction) -> str:
    """Write a number as a decimal where it is one, else as a fraction."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return str(number)
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
