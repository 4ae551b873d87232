"""What one rule comes to for one value, before repeats and caps (M5): a pure function of value and charge."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Final

from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.model.bands import Pay, Points, cost
from slamodel.model.credit_rule import CreditRule
from slamodel.model.metric import in_numbers
from slamodel.model.money import Money
from slamodel.model.percent import Percent
from slamodel.model.period_target import PeriodTarget
from slamodel.model.remedy import CreditScheme
from slamodel.report.attainment.goals import rounded
from slamodel.report.credits.words import exact_text, step_text, value_text

POINT: Final = Percent(Fraction(1, 100))
"""What a service point is worth unless the scheme says otherwise: 1 % of the charges (M5 point)."""


@frozen(kw_only=True)
class Owed:
    """What a rule comes to for one value: no repeats, no caps, not rounded.

    ``amount`` is in units of money, exact; None where it is a share of charges and there are none. ``points`` are
    service points, 0 where the rule has none. ``because`` is the band or the steps that decided, in words;
    ``of_charges`` whether the amount is a share of them.
    """

    amount: Fraction | None
    points: Fraction
    because: str
    of_charges: bool = True

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is owed, whatever was charged."""
        return self.amount == 0


def owed(
    rule: CreditRule,
    value: Fraction,
    charge: Money | None,
    *,
    target: PeriodTarget | None = None,
    scheme: CreditScheme | None = None,
    bonus: bool = False,
) -> Owed:
    """Return what one rule comes to for one value, before repeats and caps.

    ``value`` is exact, as a `Figure` has it: a share, a number, microseconds or units of money; it is rounded to the
    precision of the rule, else of its ``target``. ``charge`` is what shares are of. ``target`` says from where a
    price per point counts, and which way is better; ``scheme`` what is at risk and what a point is worth. Whether the
    figure is met is not asked here: a rule whose bands cost nothing from the expected value on owes nothing then.

    Raises AgreementError (E102) for a price per point without its target.
    """
    value = _stepped(rule, value, target)
    if rule.per_point is not None:
        pays = rule.per_point
        factor, because = _per_point(rule, pays, value, target, bonus=bonus)
    else:
        assert rule.bands is not None  # noqa: S101  a rule has one of the two
        band = rule.bands.band(value)
        pays, factor = band.pays, Fraction(1)
        because = f"band {band} {'earns' if bonus else 'costs'} {pays}"
    one = in_money(pays, charge, rule, scheme) if factor else Fraction(0)
    return Owed(
        amount=None if one is None else one * factor,
        points=pays.number * factor if isinstance(pays, Points) else Fraction(0),
        because=because,
        of_charges=not isinstance(scheme.point if scheme and isinstance(pays, Points) else pays, Money),
    )


def in_money(
    pays: Pay, charge: Money | None, rule: CreditRule | None = None, scheme: CreditScheme | None = None
) -> Fraction | None:
    """Return what a share, an amount or points come to in units of money; None for a share of unknown charges.

    A share of a rule with an ``allocation`` is of its part of what is at risk: A x B x C.
    """
    if isinstance(pays, Money):
        return Fraction(pays.amount)
    if not cost(pays):
        return Fraction(0)
    if isinstance(pays, Points):
        point = in_money(scheme.point if scheme and scheme.point else POINT, charge)
        return None if point is None else pays.number * point
    if charge is None:
        return None
    share = pays.share * Fraction(charge.amount)
    if rule is None or rule.allocation is None:
        return share
    return share * rule.allocated * (scheme.at_risk.share if scheme and scheme.at_risk else 1)


def _stepped(rule: CreditRule, value: Fraction, target: PeriodTarget | None) -> Fraction:
    step = rule.precision or (target.precision if target else None)
    if step is None:
        return value
    return rounded(value, step / _unit(rule, target), target.rounding if target else "half_up")


def _unit(rule: CreditRule, target: PeriodTarget | None) -> int:
    """Return what a figure is told in: a share is told in per cent."""
    bounds = [tile.high for tile in rule.bands.tiles[:-1]] if rule.bands else [rule.counted_from]
    return 100 if isinstance(target.expected if target else next(iter(bounds), None), Percent) else 1


def _per_point(
    rule: CreditRule, pay: Pay, value: Fraction, target: PeriodTarget | None, *, bonus: bool
) -> tuple[Fraction, str]:
    """Return how many steps a value is short (of a bonus: better), and that in words."""
    if target is None:
        msg = f"credits of {rule.target!r} are counted by the point; pass its period target too"
        raise AgreementError(msg, "E102")
    start = in_numbers(rule.counted_from if rule.counted_from is not None else target.expected)
    down = target.rises is not bonus
    short = max((start - value) * (1 if down else -1), Fraction(0))
    steps = short * _unit(rule, target) / rule.step
    counted = {"commenced": Fraction(ceil(steps)), "complete": Fraction(floor(steps))}.get(rule.steps, steps)
    side = f"{'below' if down else 'above'} {value_text(start, target)}"
    if not steps:
        return counted, f"not {side}"
    kind = "" if rule.steps == "pro_rata" else f"{rule.steps} "
    many = f"{exact_text(counted)} {kind}step{'' if counted == 1 else 's'}"
    return counted, f"{many} of {step_text(rule.step, target)} {side}, {pay} each"
