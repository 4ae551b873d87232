"""Words for the lines of a ledger: figures, steps and amounts, exact wherever a decimal can be."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from slamodel.model.metric import in_numbers
from slamodel.model.money import EXPONENTS, Money
from slamodel.model.percent import Percent, number_text
from slamodel.model.period_target import PeriodTarget
from slamodel.timeline.durations import Amount, duration_text

_PLACES = 4


def exact_text(number: Fraction) -> str:
    """Write a number as a decimal where it is one with few places, else cut after four and marked."""
    text = number_text(number)
    if "/" not in text and len(text.partition(".")[2]) <= 2 * _PLACES:
        return text
    scaled = abs(number) * 10**_PLACES
    whole, part = divmod(floor(scaled), 10**_PLACES)
    return f"{'-' if number < 0 else ''}{whole}.{part:0{_PLACES}d}.."


def value_text(value: Fraction, target: PeriodTarget) -> str:
    """Write a figure in the unit in which its target is told."""
    if isinstance(target.expected, Percent):
        return f"{exact_text(value * 100)}%"
    if isinstance(target.expected, Amount):
        return duration_text(floor(value))
    return (
        f"{exact_text(value)} {target.expected.currency}" if isinstance(target.expected, Money) else exact_text(value)
    )


def step_text(step: Fraction, target: PeriodTarget) -> str:
    """Write the size of a step: "0.1 points" of a percentage, a length, a number."""
    if isinstance(target.expected, Amount):
        return duration_text(floor(step))
    return f"{exact_text(step)} %-point" if isinstance(target.expected, Percent) else exact_text(step)


def expected_text(target: PeriodTarget) -> str:
    """Write what a figure is held to: ">= 99.5%"."""
    sign = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}[target.comparison]
    return f"{sign} {value_text(in_numbers(target.expected), target)}"


def amount_text(amount: Fraction, currency: str) -> str:
    """Write an exact amount with the places of its currency, more where it has more."""
    places = EXPONENTS.get(currency, 2)
    scaled = amount * 10**places
    if scaled.denominator != 1:
        return f"{exact_text(amount)} {currency}"
    whole, part = divmod(abs(scaled.numerator), 10**places)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}.{part:0{places}d} {currency}" if places else f"{sign}{whole:,} {currency}"
