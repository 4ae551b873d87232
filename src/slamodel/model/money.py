"""Money: an amount of a currency, in decimals, with the places that the currency has (ISO 4217)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from attrs import field, frozen

from slamodel.errors import AgreementError
from slamodel.model._checks import did_you_mean

_TWO: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR: Final = "CLF UYW"
EXPONENTS: Final[dict[str, int]] = {
    code: places for places, codes in ((0, _NONE), (2, _TWO), (3, _THREE), (4, _FOUR)) for code in codes.split()
}
"""The decimal places of every currency in use (ISO 4217)."""

_AFTER: Final = re.compile(r"\s*(-?[\d,]*\d(?:\.\d+)?)\s+([A-Za-z]{3})\s*", re.ASCII)
_BEFORE: Final = re.compile(r"\s*([A-Za-z]{3})\s+(-?[\d,]*\d(?:\.\d+)?)\s*", re.ASCII)
_LONGEST: Final = 40


def check_currency(code: Any) -> None:
    """Refuse a currency that ISO 4217 does not have: AgreementError (E107)."""
    if not isinstance(code, str) or code not in EXPONENTS:
        upper = code[:10].upper() if isinstance(code, str) else ""
        swapped = [known for known in EXPONENTS if sorted(known) == sorted(upper)]
        meant = did_you_mean(upper, swapped or EXPONENTS)
        hint = meant if "mean" in meant else "; write its three letters, such as GBP"
        msg = f"{str(code)[:_LONGEST]!r} is no currency of ISO 4217{hint}"
        raise AgreementError(msg, "E107")


def _check_amount(_: Any, __: Any, value: Any) -> None:
    if not isinstance(value, Decimal) or not value.is_finite():
        msg = f"{value!r} is not an exact amount; write Decimal('8400.00')"
        raise AgreementError(msg, "E107")


@frozen
class Money:
    """An amount of a currency: ``Money(Decimal("8400.00"), "GBP")``.

    Raises AgreementError (E107) for a currency that ISO 4217 does not have, for what is no finite decimal (a
    float), and for more decimal places than the currency has. Amounts are compared by value: 2.0 is 2.00.
    """

    amount: Decimal = field(validator=_check_amount)
    currency: str

    def __attrs_post_init__(self) -> None:
        check_currency(self.currency)
        places = self.amount.normalize().as_tuple().exponent
        if isinstance(places, int) and -places > self.exponent:
            msg = f"{self.amount:f} {self.currency} has more decimal places than the {self.exponent} of {self.currency}"
            raise AgreementError(msg, "E107")

    @classmethod
    def parse(cls, text: Any) -> Money:
        """Read "8,400.00 GBP" or "GBP 8400". Raises AgreementError (E107) for anything else."""
        bare = text if isinstance(text, str) and len(text) <= _LONGEST else ""
        after, before = _AFTER.fullmatch(bare), _BEFORE.fullmatch(bare)
        if after:
            return cls(_decimal(after[1], bare), after[2])
        if before:
            return cls(_decimal(before[2], bare), before[1])
        msg = f"{str(text)[:_LONGEST]!r} is not an amount of money; write the amount and the currency, as 8400.00 GBP"
        raise AgreementError(msg, "E107")

    @property
    def exponent(self) -> int:
        """The decimal places of the currency: 0 for JPY, 2 for GBP, 3 for KWD."""
        return EXPONENTS[self.currency]

    def __str__(self) -> str:
        return f"{self.amount:.{self.exponent}f} {self.currency}"


def reads_as_money(value: Any) -> bool:
    """Return whether a value looks like an amount of money, right or wrong."""
    return isinstance(value, str) and bool(_AFTER.fullmatch(value) or _BEFORE.fullmatch(value))


def _decimal(digits: str, whole: str) -> Decimal:
    groups = digits.lstrip("-").partition(".")[0].split(",")
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        msg = f"{whole!r}: commas stand before every three digits; write it without them, or as 8,400.00 GBP"
        raise AgreementError(msg, "E107")
    return Decimal(digits.replace(",", ""))
