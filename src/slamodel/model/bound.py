"""Bound: what a number is held to, such as "<= 200"."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model.percent import Percent, number_text, parse_number, reads_as_percent

SIGNS: Final = {">=": "ge", ">": "gt", "<=": "le", "<": "lt"}
"""How numbers are compared, by the sign that says so."""
_BOUND: Final = re.compile(r"(>=|<=|>|<)\s*(.+)", re.ASCII)


@frozen
class Bound:
    """A comparison with a number: ``comparison`` is ge, gt, le or lt, ``value`` exact.

    Raises AgreementError (E107) for what is no exact number.
    """

    comparison: str = field(validator=validators.in_(tuple(SIGNS.values())))
    value: Fraction = field(converter=parse_number)

    @classmethod
    def parse(cls, text: Any) -> Bound:
        """Read "<= 200", "> 4.5" or ">= 99.5%". Raises AgreementError (E107) for anything else."""
        found = _BOUND.fullmatch(text.strip()) if isinstance(text, str) else None
        if not found:
            msg = f"{str(text)[:40]!r} is no bound; write a sign and a number, such as '<= 200' (>=, >, <=, <)"
            raise AgreementError(msg, "E107")
        number = Percent.parse(found[2]).share if reads_as_percent(found[2]) else parse_number(found[2])
        return cls(SIGNS[found[1]], number)

    def __str__(self) -> str:
        return f"{next(sign for sign, name in SIGNS.items() if name == self.comparison)} {number_text(self.value)}"
