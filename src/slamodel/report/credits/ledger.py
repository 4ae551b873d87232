"""Ledger: the lines of what is owed, which add up, explain themselves and come out as tables (M5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing
from slamodel.errors import ChargeError, Problem
from slamodel.model.money import EXPONENTS, Money
from slamodel.report.attainment.goals import rounded
from slamodel.report.credits.fired import Fired
from slamodel.report.credits.lines import CreditLine

_TEXTS = ("agreement", "target", "period", "kind", "state", "verdict", "clause", "explanation")


@frozen(eq=False, repr=False)
class Ledger(Listing):
    """What an agreement owes, line by line, and what repeated misses lead to.

    ``lines`` stand in the order in which their periods end. ``triggers`` are those that fired, ``problems`` what is
    odd about what was settled. As a table a line is a row: ``value`` is a fraction, ``calculated`` (before caps),
    ``charge`` and ``amount`` are decimals, None where they are not known; ``claim_by`` is a ``datetime64[D]``.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("agreement", "target", "period", "kind", "state", "value", "verdict", "points", "factor", "charge"),
        *("calculated", "amount", "currency", "claim_by", "clause", "explanation"),
    )

    lines: tuple[CreditLine, ...] = ()
    currency: str = ""
    triggers: tuple[Fired, ...] = ()
    problems: tuple[Problem, ...] = ()
    _by_figure: dict[tuple[str, str, str], CreditLine] = field(init=False)

    def __attrs_post_init__(self) -> None:
        found = {(one.target, one.period, one.kind): one for one in self.lines if one.kind != "earn_back"}
        object.__setattr__(self, "_by_figure", found)

    def __repr__(self) -> str:
        return f"Ledger({len(self.lines)} lines)"

    def __str__(self) -> str:
        return "\n".join(map(str, (*self.lines, *self.triggers)))

    def line(self, target: str, period: str, kind: str = "credit") -> CreditLine | None:
        """Return the line of a figure: its credit, or its "bonus"; None where it has none."""
        return self._by_figure.get((target, period, kind))

    def amount(self, target: str, period: str) -> Money | None:
        """Return the credit for one figure; None where it has no rule, was not measured, or is not known.

        It is what was owed for that figure: a credit that was earned back later is still told here, and given back
        by a line of its own.
        """
        line = self.line(target, period)
        return line.amount if line else None

    def total(self, period: str | None = None) -> Money | None:
        """Return what is owed in a period, or in all: credits less bonuses and less what was earned back.

        A credit counts in the period of its figure, what is given back in the period that earned it. None where
        something that is owed is not known: see `unknown`. Raises ChargeError (E165) where the lines have several
        currencies: ask `totals`.
        """
        found = self.totals(period)
        if len(found) > 1:
            msg = f"lines in {', '.join(found)} have no total; ask totals(), which has one a currency"
            raise ChargeError(msg, "E165")
        if any(True for _ in self.unknown(period)):
            return None
        return next(iter(found.values()), None) or (Money(Decimal(0), self.currency) if self.currency else None)

    def totals(self, period: str | None = None) -> dict[str, Money]:
        """Return the sum of what is known, by currency."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            if line.amount is not None and period in (None, line.period):
                sums[line.amount.currency] = sums.get(line.amount.currency, Decimal(0)) + line.amount.amount
        return {currency: Money(amount, currency) for currency, amount in sums.items()}

    def unknown(self, period: str | None = None) -> Iterator[CreditLine]:
        """Return the lines that owe and whose amount is not known."""
        return (one for one in self.lines if one.state == "unknown" and period in (None, one.period))

    def of(self, period: str) -> Ledger:
        """Return the lines and triggers of one period."""
        lines = tuple(one for one in self.lines if one.period == period)
        return evolve(self, lines=lines, triggers=tuple(one for one in self.triggers if one.period == period))

    def joined(self, *others: Ledger) -> Ledger:
        """Return one ledger of several: of other agreements, perhaps in other currencies."""
        every = (self, *others)
        currencies = {one.currency for one in every if one.currency}
        return Ledger(
            tuple(line for one in every for line in one.lines),
            currency=currencies.pop() if len(currencies) == 1 else "",
            triggers=tuple(line for one in every for line in one.triggers),
            problems=tuple(line for one in every for line in one.problems),
        )

    def column(self, name: str) -> NDArray[Any]:
        """Return one column, a row a line; KeyError for a name that is not in ``COLUMNS``."""
        if name in _TEXTS or name in ("value", "points", "factor"):
            return _objects([getattr(one, name) for one in self.lines])
        if name == "claim_by":
            return np.array([one.claim_by or "NaT" for one in self.lines], "M8[D]")
        if name == "calculated":
            return _objects([_decimal(one.calculated, _currency(one, self.currency)) for one in self.lines])
        if name == "currency":
            return _objects([_currency(one, self.currency) or None for one in self.lines])
        return _objects([_amount({"charge": one.charge, "amount": one.amount}[name]) for one in self.lines])

    def to_json(self) -> str:
        """Return the lines as JSON: amounts and fractions as texts, so that nothing becomes a float."""
        rows = []
        for line, row in zip(self.lines, self.to_dicts(), strict=True):
            steps = [{"step": one.stage, "amount": _text(one.amount), "why": one.why} for one in line.steps]
            rows.append({**{name: _text(cell) for name, cell in row.items()}, "steps": steps})
        return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def _objects(values: list[Any]) -> NDArray[Any]:
    column = np.empty(len(values), object)
    column[:] = values
    return column


def _currency(line: CreditLine, currency: str) -> str:
    return next((one.currency for one in (line.amount, line.charge) if one is not None), currency)


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount


def _decimal(amount: Fraction | None, currency: str) -> Decimal | None:
    """Return an exact amount as a decimal for show, half up in the currency's places."""
    if amount is None:
        return None
    places = EXPONENTS.get(currency, 2)
    units = rounded(amount, Fraction(1, 10**places), "half_up") * 10**places
    return Decimal((int(units < 0), tuple(map(int, str(abs(units.numerator)))), -places))


def _text(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, str) else str(cell)
