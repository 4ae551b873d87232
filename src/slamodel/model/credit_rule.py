"""What one period target costs: by bands or by the point, with what repeats cost and how much is at stake."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model.bands import Bands, Pay
from slamodel.model.metric import Value
from slamodel.model.percent import Percent, number_text, parse_number
from slamodel.model.period import Term

STEPS: Final = ("commenced", "complete", "pro_rata")


@frozen(kw_only=True)
class CreditRule:
    """What one period target costs: by ``bands``, or ``per_point`` that it falls short.

    Points are counted from ``counted_from`` (None: from what is expected), each ``step`` long in the unit of the
    figure (1 is one per cent, one, or a microsecond). ``steps`` tells what a part of one costs: "commenced" as much
    as a whole one, "complete" nothing, "pro_rata" its share. A figure is rounded to ``precision`` before its band is
    looked up (None: to that of its target). ``at_most`` caps the rule. ``multipliers`` go by the length of the run of
    periods missed (the last one stays), or by the number of those missed ``multipliers_within`` a term.
    ``allocation`` is its share of what is at risk, or of the ``category`` that has a share of that. Raises
    AgreementError: E102 for neither or both of bands and a price per point, E164 for a step, a precision or a
    multiplier that makes no sense.
    """

    target: str
    bands: Bands | None = None
    per_point: Pay | None = None
    counted_from: Value | None = None
    step: Fraction = Fraction(1)
    steps: str = field(default="pro_rata", validator=validators.in_(STEPS))
    precision: Fraction | None = None
    at_most: Pay | None = None
    multipliers: tuple[Fraction, ...] = ()
    multipliers_within: Term | None = None
    allocation: Percent | None = None
    category: Percent | None = None
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        if (self.bands is None) == (self.per_point is None):
            msg = "a rule has bands, such as '>= 99%': 0%, or a price per_point_below; write one of them"
            raise AgreementError(msg, "E102")
        if self.step <= 0:
            msg = f"a step of {number_text(self.step)} is none; write how large it is, such as step: 0.1"
            raise AgreementError(msg, "E164")
        if self.precision is not None and self.precision <= 0:
            msg = f"a precision of {number_text(self.precision)} is none; write the step that figures have, such as 0.1"
            raise AgreementError(msg, "E164")
        if self.category is not None and self.allocation is None:
            msg = f"category {self.category} without a share of it; write allocation too, such as allocation: 40%"
            raise AgreementError(msg, "E102")
        check_multipliers(self.multipliers)

    @property
    def allocated(self) -> Fraction:
        """Its share of what is at risk: A x B, its allocation of its category's; 0 where it has none."""
        if self.allocation is None:
            return Fraction(0)
        return self.allocation.share * (self.category.share if self.category else 1)

    @property
    def pays(self) -> tuple[Pay, ...]:
        """Everything that the rule can come to, its cap among it."""
        found = (*(self.bands.costs if self.bands else ()), self.per_point, self.at_most)
        return tuple(pay for pay in found if pay is not None)


def check_multipliers(multipliers: tuple[Fraction, ...]) -> None:
    """Refuse multipliers below one: AgreementError (E164)."""
    if any(factor < 1 for factor in multipliers):
        msg = "a repeated miss costs as much or more; write repeat: x2, or repeat: [1, 1.5, 2]"
        raise AgreementError(msg, "E164")


def parse_multipliers(value: Any) -> tuple[Fraction, ...]:
    """Read "x2" (the second and later ones in a run), or the factors by length of the run: [1, 1.5, 2]."""
    if isinstance(value, list):
        return tuple(parse_number(factor) for factor in value)
    if isinstance(value, str) and value[:1] == "x":
        return (Fraction(1), parse_number(value[1:]))
    msg = f"{str(value)[:40]!r} is no factor; write x2, or the factors of a run: [1, 1.5, 2]"
    raise AgreementError(msg, "E107")
