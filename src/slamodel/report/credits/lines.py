"""Lines of a ledger: what one figure costs, with every step of the pipeline that led there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import define, field, frozen

from slamodel.model.credit_rule import CreditRule
from slamodel.model.money import EXPONENTS, Money
from slamodel.report.attainment.figures import Figure
from slamodel.report.credits.courses import Course
from slamodel.report.credits.dates import Dates

PIPELINE: Final = (
    *("measure", "band", "multiplier", "one incident", "target cap", "charge cap", "pool cap", "month cap"),
    *("quarter cap", "year cap", "contract year cap", "term cap", "earn-back", "rounding", "claim"),
)
"""The steps, in the order in which a line goes through them (M5)."""
KINDS: Final = ("credit", "bonus", "earn_back")
STATES: Final = (*("nothing", "not_measured", "unknown", "provisional", "final", "earned_back", "too_small", "lapsed"),)
"""How a line stands: ``unknown`` owes and its amount is not known; ``provisional`` may still be earned back."""


@frozen
class Step:
    """One step of the pipeline: the exact amount after it (None: not known), and why; "" where it changed nothing."""

    stage: str
    amount: Fraction | None
    why: str = ""


@frozen(kw_only=True)
class CreditLine:
    """What one figure comes to in money.

    ``kind`` is credit (owed to the customer), bonus (owed to the provider) or earn_back (a credit given back); the
    last two have amounts below zero. ``amount`` is None where nothing was measured or what is owed is not known;
    ``state`` is one of `STATES`. ``steps`` are those of the `PIPELINE` that it went through, ``calculated`` is the
    exact amount before caps. ``charge`` is what shares are of. ``claim_by`` is the last date of a claim that is in
    time. ``incidents`` are those that the figure was missed by, where they are known.
    """

    agreement: str
    target: str
    period: str
    kind: str
    state: str
    amount: Money | None
    starts: date
    ends: date
    value: Fraction | None = None
    verdict: str = ""
    points: Fraction = Fraction(0)
    factor: Fraction = Fraction(1)
    charge: Money | None = None
    calculated: Fraction | None = None
    claim_by: date | None = None
    clause: str = ""
    incidents: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()
    explanation: str = ""

    def __str__(self) -> str:
        return self.explanation


@define(kw_only=True, eq=False)
class Draft:
    """A line while it goes through the pipeline; ``amount`` is exact, None once it is not known, for ``unknown``."""

    course: Course
    i: int
    rule: CreditRule
    order: int
    bonus: bool = False
    charge: Money | None = None
    incidents: frozenset[str] = frozenset()
    amount: Fraction | None = None
    unknown: str = ""
    points: Fraction = Fraction(0)
    factor: Fraction = Fraction(1)
    calculated: Fraction | None = None
    state: str = ""
    steps: list[Step] = field(factory=list)
    bounds: list[tuple[tuple[object, ...], Fraction]] = field(factory=list)

    @property
    def figure(self) -> Figure:
        """The figure that it is about."""
        return self.course.figures[self.i]

    @property
    def dates(self) -> Dates:
        """The dates of its period."""
        return self.course.dates[self.i]

    @property
    def owes(self) -> bool:
        """Whether there is something to pay, known or not."""
        return self.amount is None or self.amount > 0

    def step(self, stage: str, amount: Fraction | None, why: str = "") -> None:
        """Go on to an amount, and note why."""
        self.amount = amount
        self.steps.append(Step(stage, amount, why))

    def lose(self, stage: str, reason: str) -> None:
        """Note that what it comes to is not known from a step on."""
        self.unknown = self.unknown or reason
        self.step(stage, None, reason)


def money(units: Fraction, currency: str) -> Money:
    """Return an amount that is a whole number of the currency's smallest units, exactly."""
    places = EXPONENTS[currency]
    number = units * 10**places
    digits = tuple(map(int, str(abs(number.numerator))))
    return Money(Decimal((int(number < 0), digits, -places)), currency)
