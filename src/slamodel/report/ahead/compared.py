"""Compared: the figures and credits of two reports on the same stretch, beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen

from slamodel.model.money import Money
from slamodel.report.attainment.figures import figure_text
from slamodel.report.attainment.goals import NOT_MEASURED
from slamodel.report.measures.report import PeriodReport
from slamodel.report.measures.rows import Row


@frozen(kw_only=True)
class FigureSides:
    """One period of one period target, before and after; None where only the other side has it.

    ``verdict_`` is what the figure comes to as things stand, ``credit_`` what it costs, where that is known.
    """

    agreement: str
    period_target: str
    period: str
    unit: str
    value_before: Fraction | None
    value_after: Fraction | None
    verdict_before: str | None
    verdict_after: str | None
    credit_before: Money | None
    credit_after: Money | None

    @property
    def changes(self) -> bool:
        """Whether the value, the verdict or the credit is another."""
        return (self.value_before, self.verdict_before, self.credit_before) != (
            self.value_after, self.verdict_after, self.credit_after,
        )  # fmt: skip

    def __str__(self) -> str:
        told = [
            "without a figure"
            if verdict is None or verdict == NOT_MEASURED or value is None
            else f"{figure_text(value, self.unit)}, {verdict}"
            + ("" if credit is None or not credit.amount else f", {credit}")
            for value, verdict, credit in (
                (self.value_before, self.verdict_before, self.credit_before),
                (self.value_after, self.verdict_after, self.credit_after),
            )
        ]
        return f"{self.period_target} {self.period}: {told[0]} would be {told[1]}"

    def to_dict(self) -> dict[str, Any]:
        """Return one flat dict: values as floats, credits as texts with their currency."""
        told: dict[str, Any] = {
            "agreement": self.agreement,
            "period_target": self.period_target,
            "period": self.period,
            "unit": self.unit,
        }
        for side in ("before", "after"):
            value, credit = getattr(self, f"value_{side}"), getattr(self, f"credit_{side}")
            told[f"value_{side}"] = None if value is None else float(value)
            told[f"verdict_{side}"] = getattr(self, f"verdict_{side}")
            told[f"credit_{side}"] = None if credit is None else str(credit)
        return told


@frozen
class CreditDifference:
    """What is owed after, less what is owed before, by currency; ``unknown`` lines on either side are not in it."""

    by_currency: Mapping[str, Money]
    unknown: int = 0

    def __str__(self) -> str:
        told = ", ".join(_signed(money) for money in self.by_currency.values()) or "nothing"
        lines = "1 line" if self.unknown == 1 else f"{self.unknown} lines"
        return f"credits: {told}" + (f", without {lines} of which no charge is known" if self.unknown else "")

    def to_dict(self) -> dict[str, Any]:
        """Return the differences as texts, by currency."""
        return {"difference": {name: str(money) for name, money in self.by_currency.items()}, "unknown": self.unknown}


def compared(before: PeriodReport | None, after: PeriodReport | None) -> tuple[FigureSides, ...]:
    """Return the figures of two reports beside each other, in the order of the first, then of the second."""
    old, new = _rows(before), _rows(after)
    return tuple(_sides(key, old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new)))


def difference(before: PeriodReport | None, after: PeriodReport | None) -> CreditDifference:
    """Return what more is owed after than before: credits less bonuses and less what was earned back."""
    sums: dict[str, Decimal] = {}
    unknown = 0
    for report, sign in ((before, -1), (after, 1)):
        for ledger in _ledgers(report):
            unknown += sum(1 for _ in ledger.unknown())
            for currency, money in ledger.totals().items():
                sums[currency] = sums.get(currency, Decimal(0)) + sign * money.amount
    return CreditDifference({name: Money(amount, name) for name, amount in sums.items()}, unknown)


def _rows(report: PeriodReport | None) -> dict[tuple[str, str, str], Row]:
    rows: Iterable[Row] = () if report is None else report.rows
    return {(row.agreement.id, row.target.id, row.figure.period): row for row in rows if row.measurable}


def _ledgers(report: PeriodReport | None) -> Iterable[Any]:
    return () if report is None else report.ledgers.values()


def _sides(key: tuple[str, str, str], old: Row | None, new: Row | None) -> FigureSides:
    some = new or old
    assert some is not None  # noqa: S101  one of the two has the key
    return FigureSides(
        agreement=key[0],
        period_target=key[1],
        period=key[2],
        unit=some.figure.unit,
        value_before=old.figure.value if old else None,
        value_after=new.figure.value if new else None,
        verdict_before=old.stands if old else None,
        verdict_after=new.stands if new else None,
        credit_before=old.credit if old else None,
        credit_after=new.credit if new else None,
    )


def _signed(money: Money) -> str:
    return f"{'+' if money.amount > 0 else ''}{money}"
