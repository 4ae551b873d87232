"""Back to back: what is owed and recovered for the same failure, and what nobody covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import slamodel as sm
from slamodel.report.credits.back_to_back import BackToBack, back_to_back
from slamodel.report.credits.ledger import Ledger
from slamodel.report.credits.settle import settle
from tests.report.credits.contracts import MONTHS, contract, figures

LATE = {"id": "report", "what": "deliverable", "statistic": "days_late", "expected": 0}


def owing(agreement: str, months: Sequence[int], incidents: Any = None, currency: str = "GBP") -> Ledger:
    """A ledger that owes so many pounds in each month."""
    terms = {"charge": "", "rules": {"report": {"per_point_above": f"1 {currency}"}}}
    made = contract(terms, LATE, agreement=agreement, currency=currency)
    return settle(made, figures(made, {"report": months}), incidents=incidents)


def told(found: BackToBack) -> list[tuple[str, ...]]:
    return [(row.period, row.target, str(row.owed), str(row.recovered), str(row.uncovered)) for row in found.rows]


def by(*incidents: str, month: int = 0) -> dict[str, dict[str, list[str]]]:
    return {"report": {MONTHS[month]: list(incidents)}}


def test_the_same_incident() -> None:
    """Of 1,000 that we owe for an incident a supplier owes 300 for the same one: 700 are ours alone."""
    found = back_to_back(owing("payroll", [1000], by("INC1")), [owing("telco", [300], by("INC1", "INC2"))])
    assert told(found) == [("2026-01", "report", "1000.00 GBP", "300.00 GBP", "700.00 GBP")]
    assert str(found) == (
        "report 2026-01: owed 1000.00 GBP, recovered 300.00 GBP from telco (incident INC1), 700.00 GBP uncovered"
    )


def test_another_incident() -> None:
    """What a supplier owes for another incident covers nothing of ours, and is told on a row of its own."""
    found = back_to_back(owing("payroll", [1000], by("INC1")), [owing("telco", [300], by("INC2"))])
    assert told(found) == [
        ("2026-01", "report", "1000.00 GBP", "0.00 GBP", "1000.00 GBP"),
        ("2026-01", "", "0.00 GBP", "300.00 GBP", "0.00 GBP"),
    ]
    assert str(found.rows[1]) == "2026-01: telco owe 300.00 GBP for no failure of ours"


def test_each_credit_is_used_once() -> None:
    """Two failures of ours by one incident of a supplier share its credit; what is left over is told."""
    ours = owing("payroll", [200, 500], {"report": {MONTHS[0]: ["X"], MONTHS[1]: ["Y"]}})
    telco, host = owing("telco", [300], by("X")), owing("host", [0, 100], by("Y", month=1))
    found = back_to_back(ours, [telco, host])
    assert told(found) == [
        ("2026-01", "report", "200.00 GBP", "200.00 GBP", "0.00 GBP"),
        ("2026-02", "report", "500.00 GBP", "100.00 GBP", "400.00 GBP"),
        ("2026-01", "", "0.00 GBP", "100.00 GBP", "0.00 GBP"),
    ]
    assert told(found.by_period()) == [
        ("2026-01", "all", "200.00 GBP", "300.00 GBP", "0.00 GBP"),
        ("2026-02", "all", "500.00 GBP", "100.00 GBP", "400.00 GBP"),
    ]


def test_currencies_are_not_set_against_each_other() -> None:
    """What is owed to us in another currency covers nothing, in the rows and in their sums."""
    found = back_to_back(owing("payroll", [10], by("X")), [owing("telco", [10], by("X"), "EUR")])
    assert [row[2:] for row in told(found.by_period())] == [
        ("10.00 GBP", "0.00 GBP", "10.00 GBP"),
        ("0.00 EUR", "10.00 EUR", "0.00 EUR"),
    ]


def test_what_stands_behind_the_target() -> None:
    """Without incidents a supplier's credit is for the same failure where its agreement backs the target."""
    measured = {"id": "resolved", "what": "resolve", "expected": "95%"}
    terms = {"charge": "", "rules": {"resolved": {">= 95%": "0 GBP", "otherwise": "50 GBP"}}}
    mine = contract(terms, measured, backed_by={"resolve/P1": "telco/repair"})
    ours = settle(mine, figures(mine, {"resolved": ["90", "90"]}))
    found = back_to_back(ours, [owing("telco", [20]), owing("host", [5])], agreement=mine)
    assert told(found) == [
        ("2026-01", "resolved", "50.00 GBP", "20.00 GBP", "30.00 GBP"),
        ("2026-02", "resolved", "50.00 GBP", "0.00 GBP", "50.00 GBP"),
        ("2026-01", "", "0.00 GBP", "5.00 GBP", "0.00 GBP"),
    ]
    assert found.rows[0].why == "stands behind it"


def test_as_a_table() -> None:
    """A row a failure, in the forms of every small table."""
    found = back_to_back(owing("payroll", [10], by("X")), [owing("telco", [4], by("X"))])
    assert found.to_csv().splitlines() == [
        "period,target,currency,owed,recovered,uncovered,suppliers,why",
        "2026-01,report,GBP,10.00,4.00,6.00,telco,incident X",
    ]
    assert found.to_dicts()[0]["uncovered"] == sm.Money.parse("6.00 GBP").amount


def test_what_was_earned_back_is_owed_no_more() -> None:
    """A credit that was given back needs no cover."""
    terms = {
        "charge": "",
        "rules": {"report": {"per_point_above": "1 GBP"}},
        "earn_back": {"after": "1 month", "at": "expected"},
    }
    made = contract(terms, LATE)
    ours = settle(made, figures(made, {"report": [10, 0, 7]}))
    assert told(back_to_back(ours, [])) == [("2026-03", "report", "7.00 GBP", "0.00 GBP", "7.00 GBP")]
