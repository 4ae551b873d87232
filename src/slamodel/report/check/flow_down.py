"""Flow-down: what a supplier owes for a miss, held to what we owe for the promise that rests on it (back-to-back).

Charges are not in the paper, so shares of charges are compared as shares: they tell how large the supplier's charges
would have to be for its credits to pay back ours. What a rule comes to at worst is asked of the credits themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import frozen

from slamodel.errors import Problem
from slamodel.model.agreement import Agreement
from slamodel.model.money import EXPONENTS, Money
from slamodel.model.period_target import PeriodTarget
from slamodel.report.backing.words import share_text
from slamodel.report.check.behind import Backer, backers, counted
from slamodel.report.credits.rules import in_money, owed

FLOW: Final = "N252"
_UNIT: Final = Money(Decimal(1), "EUR")
"""A charge of one: what is owed of it is the share of any charge, in any currency."""
_WORST: Final = Fraction(0)


@frozen(order=True)
class Most:
    """The most that a miss costs in a period: a share of charges, or an amount of a ``currency``."""

    of: Fraction
    currency: str = ""

    def __str__(self) -> str:
        if not self.currency:
            return f"{share_text(self.of)} of its charges"
        amount = Decimal(self.of.numerator) / Decimal(self.of.denominator)
        return f"{amount:.{EXPONENTS[self.currency]}f} {self.currency}"


def flow_down(known: Mapping[str, Agreement], agreement: Agreement) -> Iterator[Problem]:
    """Yield where what a supplier owes may not pay back what this agreement owes for the same miss (N252)."""
    told: set[Problem] = set()
    for backed in agreement.backed_by:
        mine = [(one, most_of(agreement, one)) for one in counted(agreement, agreement[backed.target], backed.priority)]
        for backer in backers(known, agreement, backed):
            for one, ours in mine if backer.agreement.kind == "uc" else ():
                said = _said(agreement, one, ours, backer) if ours and ours.of else ""
                problem = Problem(FLOW, f"backed_by.{backed}", said)
                if said and problem not in told:
                    told.add(problem)
                    yield problem


def most_of(agreement: Agreement, target: PeriodTarget) -> Most | None:
    """Return the most that a miss of a period target costs in a period: with repeats, within all caps.

    None where nothing is owed for it.
    """
    scheme = agreement.credits
    rule = next((one for one in scheme.rules if one.target == target.id), None) if scheme else None
    if scheme is None or rule is None:
        return None
    bare = owed(rule, _WORST, None, target=target, scheme=scheme).amount
    charge = _UNIT if bare is None else None
    found = owed(rule, _WORST, charge, target=target, scheme=scheme).amount or Fraction(0)
    found *= max(rule.multipliers or scheme.multipliers or (Fraction(1),))
    caps = [(rule.at_most, 1), *((cap.most, 12 if cap.of_annual else 1) for cap in scheme.caps)]
    # A cap in the other form, an amount or a share, cannot be compared without the charges.
    bounds = [
        (in_money(most, charge) or Fraction(0)) * months
        for most, months in caps
        if most is not None and isinstance(most, Money) is (charge is None)
    ]
    return Most(min([found, *bounds]), "" if charge else scheme.currency or agreement.currency)


def _said(agreement: Agreement, one: PeriodTarget, ours: Most, backer: Backer) -> str:
    """Return what is to be said of a supplier; nothing where its credits surely pay back ours."""
    supplier = f"{backer.agreement.id!r}"
    costs = f"a miss of {one.id!r} may cost {agreement.id!r} {ours}"
    theirs = [most for each in backer.measured if (most := most_of(backer.agreement, each)) and most.of]
    if not theirs:
        return f"{costs}, and {supplier} owes nothing for {backer.target.id!r}; agree credits with it"
    if {each.currency for each in theirs} != {ours.currency}:
        listed = ", ".join(map(str, theirs))
        return f"{costs}, and {supplier} owes {listed} for {backer.target.id!r}: compare them by the charges"
    most = max(theirs)
    if ours.currency:
        less = f"{costs}, and {supplier} owes at most {most} for {backer.target.id!r}; it does not pay that back"
        return less if most < ours else ""
    needed = share_text(ours.of / most.of, up=True)
    says = f"{costs}, and {supplier} at most {most} for {backer.target.id!r}"
    return f"{says}; that pays it back if its charges are {needed} of ours, or more"
