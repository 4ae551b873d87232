"""Contracts for the tests of credits, read as files are, and figures of made-up months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import slamodel as sm
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import Goal, judge
from slamodel.report.credits.charges import Charges, charges

MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 13))


def contract(terms: Mapping[str, Any], *measured: Mapping[str, Any], **more: Any) -> sm.Agreement:
    """An agreement of one period target `up`, availability of 99.5 % a month, unless others are given."""
    up = {"id": "up", "what": "availability", "expected": "99.5%"}
    book = sm.load(
        {
            "slamodel": 1,
            "agreement": "payroll",
            "provider": "acme",
            "customer": "borough",
            "currency": "GBP",
            "calendar": "24x7",
            "from": "2026-01-01",
            "targets": {"resolve": {"P1": "4h"}},
            "measured": [dict(one) for one in measured] or [up],
            "credits": {"charge": "monthly", **terms},
            **more,
        }
    )
    return book[str(more.get("agreement", "payroll"))]


def share(percent: str | float | Fraction) -> Fraction:
    """99.32 as the exact share that it is written as."""
    return Fraction(str(percent)) / 100


def figures(
    agreement: sm.Agreement, values: Mapping[str, Sequence[Any]], periods: Sequence[str] = MONTHS
) -> dict[str, list[Figure]]:
    """Figures of successive periods, judged by their targets: per cent as they are written, None for nothing."""
    found = {}
    for target in agreement.measured:
        scale = 100 if isinstance(target.expected, sm.Percent) else 1
        exact = [None if one is None else Fraction(str(one)) / scale for one in values.get(target.id, ())]
        if target.id in values:
            found[target.id] = [
                Figure(period=name, judgement=judge(value, 1, Goal.of(target)))
                for name, value in zip(periods, exact, strict=False)
            ]
    return found


def charged(amount: Any, periods: Sequence[str] = MONTHS, currency: str = "GBP", service: str = "") -> Charges:
    """The same charge in every period."""
    rows = [{"agreement": "payroll", "period": one, "amount": str(amount), "currency": currency} for one in periods]
    return charges([{**row, "service": service} for row in rows])
