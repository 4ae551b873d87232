"""Remedies: what is owed when a period target is missed, and within which bounds."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError, Problem
from slamodel.model._checks import Problems
from slamodel.model.bands import Points, parse_pay
from slamodel.model.credit_rule import CreditRule, check_multipliers
from slamodel.model.money import Money, check_currency
from slamodel.model.percent import Percent
from slamodel.model.period import Term

AVERAGED: Final = ("year", "contract_year")
ONE_INCIDENT: Final = ("every", "highest_only")
MODES: Final = ("half_up", "half_even", "down", "up")
ROUND_WHAT: Final = ("line", "total")
_FAILURES: Final = re.compile(r"(\d{1,3})\s+failures?\s+in\s+(.+)", re.ASCII)
_CAP: Final = re.compile(r"(.+?)\s+of\s+annual", re.ASCII)


@frozen
class Cap:
    """The most that is paid in one ``per``: an amount, or a share of its charges, or of the charges of a year."""

    per: str = field(validator=validators.in_(("month", "quarter", "year", "contract_year", "term")))
    most: Percent | Money
    of_annual: bool = False

    def __attrs_post_init__(self) -> None:
        if isinstance(self.most, Percent) and self.most.share > 1:
            msg = f"cap {self.most} is above the charges that it is a share of; write at most 100%"
            raise AgreementError(msg, "E164")
        if isinstance(self.most, Money) and self.most.amount < 0:
            msg = f"cap {self.most} is below zero"
            raise AgreementError(msg, "E164")

    @classmethod
    def parse(cls, per: str, text: Any) -> Cap:
        """Read "15%", "10% of annual" or "5000.00 GBP". Raises AgreementError (E107, E164)."""
        found = _CAP.fullmatch(text.strip()) if isinstance(text, str) else None
        pay = parse_pay(found[1] if found else text)
        if isinstance(pay, Points):
            msg = f"{pay} are no cap; write a share of the charges or an amount"
            raise AgreementError(msg, "E107")
        return cls(per, pay, of_annual=bool(found))

    def __str__(self) -> str:
        return f"{self.most} of annual" if self.of_annual else str(self.most)


@frozen
class FailureCount:
    """So many failures in so many months: "3 failures in 12 months"."""

    count: int
    within: Term

    @classmethod
    def parse(cls, text: Any) -> FailureCount:
        """Read "3 failures in 12 months". Raises AgreementError (E107)."""
        found = _FAILURES.fullmatch(text.strip()) if isinstance(text, str) else None
        if not found or int(found[1]) < 1:
            msg = f"{str(text)[:40]!r} is no number of failures; write '3 failures in 12 months'"
            raise AgreementError(msg, "E107")
        return cls(int(found[1]), Term.parse(found[2]))

    def __str__(self) -> str:
        return f"{self.count} failure{'s' if self.count > 1 else ''} in {self.within}"


@frozen(kw_only=True)
class EarnBack:
    """How a credit is earned back: ``after`` so long at a ``level`` (None: as expected), ``not_if`` too many fail.

    In place of ``after`` the ``average`` of the "year" or "contract_year" reaches the level. Raises AgreementError
    (E102) for neither or both of them.
    """

    after: Term | None = None
    level: Percent | Fraction | None = None
    average: str = field(default="", validator=validators.in_(("", *AVERAGED)))
    not_if: FailureCount | None = None
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        if (self.after is None) == (not self.average):
            msg = "say how long the level must hold, as after: 3 months, or average: year; one of them"
            raise AgreementError(msg, "E102")


@frozen(kw_only=True)
class CreditScheme:
    """What is owed for missed period targets, and within which bounds (M5): structure, and no arithmetic.

    ``charge`` names the charges that shares are of ("monthly"), ``currency`` that of every amount. ``caps`` bound a
    month, a year or the term; ``multipliers`` go by the run of periods missed, or those missed ``multipliers_within``
    a term; ``one_incident`` tells whether one incident that fails several targets costs for every one or only the
    highest; ``earn_back`` how credits are given back; ``rounding`` is (line or total, mode). ``at_risk`` is the share
    of the charges at stake, of which the ``allocations`` of the rules add up to no more than ``pool``. A ``point`` is
    worth so much (None: 1% of the charges). ``claim_within`` bounds when a credit is claimed, and one below ``least``
    is not paid. ``bonuses`` are owed the other way, for figures that are better than was promised.

    Raises AgreementError: E162 for allocations above the pool, E163 for shares without charges, E164 for caps and
    numbers that make no sense, E165 for amounts in another currency.
    """

    rules: tuple[CreditRule, ...]
    charge: str = ""
    currency: str = ""
    caps: tuple[Cap, ...] = ()
    multipliers: tuple[Fraction, ...] = ()
    multipliers_within: Term | None = None
    one_incident: str = field(default="every", validator=validators.in_(ONE_INCIDENT))
    earn_back: EarnBack | None = None
    rounding: tuple[str, str] = ("line", "half_up")
    at_risk: Percent | None = None
    pool: Percent | None = None
    point: Percent | Money | None = None
    bonuses: tuple[CreditRule, ...] = ()
    claim_within: Term | None = None
    least: Money | None = None
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        if not self.rules:
            problems.add("E102", "rules", "credits for nothing; write rules, by period target")
        if self.rounding[0] not in ROUND_WHAT or self.rounding[1] not in MODES:
            msg = f"{' '.join(self.rounding)!r} is no rounding; write 'line half_up' (or total; half_even, down, up)"
            problems.add("E107", "round", msg)
        with problems.at("repeat"):
            check_multipliers(self.multipliers)
        self._check_shares(problems)
        self._check_amounts(problems)
        problems.raise_as(AgreementError)

    def _check_shares(self, problems: Problems) -> None:
        every = (*self.rules, *self.bonuses)
        amounts = (Money, Points) if isinstance(self.point, Money) else Money
        pays = [pay for rule in every for pay in rule.pays if not isinstance(pay, amounts)]
        if not self.charge and (pays or any(isinstance(cap.most, Percent) for cap in self.caps)):
            problems.add("E163", "charge", "missing; say which charges the credits are a share of, as charge: monthly")
        allocated = sum((rule.allocated for rule in self.rules), Fraction(0))
        pool = self.pool or Percent(1)
        if allocated > pool.share:
            msg = f"allocations add to {Percent(allocated)}, the pool allows {pool}; lower them, or write pool"
            problems.add("E162", "rules", msg)

    def _check_amounts(self, problems: Problems) -> None:
        if self.currency:
            with problems.at("currency"):
                check_currency(self.currency)
        amounts = [(f"rules.{rule.target}", pay) for rule in self.rules for pay in rule.pays]
        amounts += [(f"bonus.{rule.target}", pay) for rule in self.bonuses for pay in rule.pays]
        caps = [(f"cap.{cap.per}", cap.most) for cap in self.caps]
        for path, pay in (*amounts, *caps, ("least", self.least), ("point", self.point)):
            if isinstance(pay, Money) and self.currency and pay.currency != self.currency:
                msg = f"{pay} is {pay.currency}, the agreement is {self.currency}; write it in {self.currency}"
                problems.add("E165", path, msg)

    def warnings(self) -> tuple[Problem, ...]:
        """Return what is allowed and yet odd: a yearly cap below a monthly one (W164)."""
        caps = {cap.per: cap for cap in self.caps}
        year, month = caps.get("year") or caps.get("contract_year"), caps.get("month")
        if not year or not month or type(year.most) is not type(month.most):
            return ()
        yearly, monthly = _in_months(year), _in_months(month)
        if yearly >= monthly:
            return ()
        msg = f"yearly cap {year} is below one monthly cap {month}; one month can use all of it"
        return (Problem("W164", f"cap.{year.per}", msg),)


def _in_months(cap: Cap) -> Fraction:
    """Return a cap in amounts, or in charges of one month: a share of annual charges is of twelve."""
    if isinstance(cap.most, Money):
        return Fraction(cap.most.amount)
    return cap.most.share * (12 if cap.of_annual else 1)
