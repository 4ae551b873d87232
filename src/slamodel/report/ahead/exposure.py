"""Exposure: the money at risk, which is what each end of a period would cost, weighed by how likely it is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.model.credit_rule import CreditRule
from slamodel.model.money import EXPONENTS, Money
from slamodel.model.period_target import PeriodTarget
from slamodel.model.remedy import CreditScheme
from slamodel.report.ahead.binomial import Chance
from slamodel.report.ahead.outcomes import Outcome, Outcomes, times, total
from slamodel.report.attainment.goals import MISSED, Goal, rounded
from slamodel.report.credits.rules import in_money, owed


@frozen(kw_only=True)
class Exposure:
    """What a period may cost: (amount, probability) of each amount that can be owed, the smallest first.

    Amounts are exact, in units of ``currency``, before repeats and the caps of the whole agreement.
    """

    currency: str
    each: tuple[tuple[Fraction, Chance], ...]

    @property
    def expected(self) -> Chance:
        """E[credit]: the amounts, weighed by their probabilities; a fraction where these are."""
        return total(times(amount, chance) for amount, chance in self.each)

    @property
    def chance(self) -> Chance:
        """The probability that anything is owed."""
        return total(chance for amount, chance in self.each if amount)

    @property
    def most(self) -> Money:
        """The most that can be owed."""
        return self._money(self.each[-1][0])

    def at(self, level: Chance) -> Money:
        """Return the smallest amount that is not exceeded with this probability, rounded half up to the currency."""
        so_far: Chance = Fraction(0)
        for amount, chance in self.each:
            so_far += chance
            if so_far >= level or float(so_far) >= float(level) - 1e-12:
                return self._money(amount)
        return self.most

    def __str__(self) -> str:
        return (
            f"{self._money(Fraction(self.expected))} expected, {self.at(0.5)} at the median, at most {self.at(0.95)} "
            f"in 19 of 20 cases; {float(self.chance) * 100:.1f} % that anything is owed"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the exposure as one flat dict; amounts as texts with their currency."""
        return {
            "expected": str(self._money(Fraction(self.expected))),
            "p50": str(self.at(0.5)),
            "p95": str(self.at(0.95)),
            "most": str(self.most),
            "chance": float(self.chance),
        }

    def _money(self, amount: Fraction) -> Money:
        places = EXPONENTS[self.currency]
        units = rounded(amount * 10**places, Fraction(1), "half_up")
        return Money(Decimal(int(units)).scaleb(-places), self.currency)


def exposure(
    outcomes: Outcomes,
    target: PeriodTarget,
    rule: CreditRule,
    charge: Money | None = None,
    *,
    scheme: CreditScheme | None = None,
    currency: str = "",
    earlier: tuple[tuple[int, int], ...] = (),
) -> Exposure:
    """Return what each end of a period would cost by one credit rule, and how likely that is.

    A period that would be met costs nothing; else it costs what the ledger takes for that attainment
    (`slamodel.report.credits.rules.owed`), and no more than the rule's own cap and the charge. Repeats, and the caps of
    the month and the year, hang on other targets and periods: they are left to the ledger. ``earlier`` as in
    `Outcomes.judged`. Raises AgreementError: E163 where the rule is a share of charges and ``charge`` is missing, E165
    where no currency is told.
    """
    amounts = [pay for pay in rule.pays if isinstance(pay, Money)]
    own = currency or (scheme.currency if scheme else "") or next((pay.currency for pay in amounts), "")
    told = charge.currency if charge is not None else own
    found: dict[Fraction, Chance] = {}
    for one, judgement in outcomes.judged(Goal.of(target), earlier, target.volume_at_most):
        amount = _amount(one, target, rule, charge, scheme) if judgement.verdict == MISSED else Fraction(0)
        found[amount] = found.get(amount, Fraction(0)) + one.chance
    if not told:
        msg = "in which currency the credits are is not told; pass the charge, or the currency"
        raise AgreementError(msg, "E165")
    return Exposure(currency=told, each=tuple(sorted(found.items())))


def _amount(
    one: Outcome, target: PeriodTarget, rule: CreditRule, charge: Money | None, scheme: CreditScheme | None
) -> Fraction:
    if one.share is None:
        return Fraction(0)
    found = owed(rule, one.share, charge, target=target, scheme=scheme).amount
    if found is None:
        msg = f"credits of {rule.target!r} are a share of charges; pass the charge of the period"
        raise AgreementError(msg, "E163")
    caps = [None if rule.at_most is None else in_money(rule.at_most, charge, None, scheme)]
    caps.append(None if charge is None else Fraction(charge.amount))
    return min([found, *(cap for cap in caps if cap is not None)])
