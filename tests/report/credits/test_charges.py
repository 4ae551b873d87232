"""What was charged over some dates: by name, by dates, put together of its parts, and what is missing."""

from __future__ import annotations

from datetime import date

import pytest

import slamodel as sm
from slamodel.report.credits.charges import Charges, charges
from slamodel.report.credits.dates import Dates


def rows(*said: str, service: str = "") -> Charges:
    """Charges from "2026-06 100"."""
    return charges(
        [
            {
                "agreement": "payroll",
                "service": service,
                "period": one.split()[0],
                "amount": one.split()[1],
                "currency": "GBP",
            }
            for one in said
        ]
    )


def over(found: Charges, start: str, end: str, first: str = "", last: str = "", **how: object) -> tuple[int, str]:
    days = [date.fromisoformat(day) for day in (start, end, first or start, last or end)]
    told = found.over("payroll", Dates(*days), **how)  # type: ignore[arg-type]  # the test says what
    return int(told.amount), told.missing


QUARTER = ("2026-01-01", "2026-04-01")


@pytest.mark.parametrize(
    ("said", "amount", "missing"),
    [
        (["2026-01 1", "2026-02 2", "2026-03 4"], 7, ""),
        (["2026-Q1 9", "2026-01 1", "2026-02 2", "2026-03 4"], 9, ""),
        (["2026-01 1", "2026-03 4"], 5, "2026-02-01 to 2026-03-01"),
        (["2026-02 2", "2026-03 4"], 6, "2026-01-01 to 2026-02-01"),
        (["2026-01 1", "2026-02 2"], 3, "2026-03-01 to 2026-04-01"),
        (["2025-12 8", "2026-04 16"], 0, "2026-01-01 to 2026-04-01"),
        (["2026 32"], 0, "2026-01-01 to 2026-04-01"),
        (["2026-01 1", "2026-02 2", "2026-03 4", "2026-01-15 64"], 7, ""),
    ],
)
def test_of_its_parts(said: list[str], amount: int, missing: str) -> None:
    """A row over just the dates goes first, then those inside them one after another, each day once."""
    assert over(rows(*said), *QUARTER) == (amount, missing)


def test_cut_by_the_agreement() -> None:
    """Only the dates that are agreed on must be charged, and what is charged beyond them does not count."""
    found = rows("2026-01 1", "2026-02 2", "2026-03 4")
    assert over(found, *QUARTER, first="2026-02-10") == (6, "")
    assert over(found, *QUARTER, last="2026-02-20") == (3, "")


def test_by_name() -> None:
    """A row of the name of the period goes before all others, whatever its dates are."""
    found = rows("2026-01-15 5", "2026-01 1")
    assert over(found, "2026-01-15", "2026-02-15", name="2026-01-15") == (5, "")
    assert over(rows("term 7"), "2026-01-01", "2029-01-01", name="term") == (7, "")


def test_contract_months() -> None:
    """Months that are named by the date they begin on are as long as the charges are told to be."""
    found = rows("2026-01-15 5", "2026-02-15 6")
    assert over(found, "2026-01-15", "2026-03-15", kind=sm.Period("contract_month")) == (11, "")
    assert over(found, "2026-01-15", "2026-03-15")[1] == "2026-01-16 to 2026-02-15"


def test_services() -> None:
    """Services that all have charges are asked for their own, else the agreement's own rows are; or one is missing."""
    both = Charges((*rows("2026-01 1", service="a").rows, *rows("2026-01 2", service="b").rows))
    whole = Charges((*both.rows, *rows("2026-01 4").rows))
    month = ("2026-01-01", "2026-02-01")
    asked: list[tuple[str, ...]] = [("a",), ("a", "b"), (), ("c",), ("a", "c")]
    assert [over(both, *month, services=one)[0] for one in asked] == [1, 3, 3, 0, 1]
    assert over(both, *month, services=("a", "c")) == (1, "2026-01-01 to 2026-02-01")
    assert [over(whole, *month, services=one)[0] for one in asked] == [1, 3, 4, 4, 4]
    late = Charges((*rows("2026-01 1", service="a").rows, *rows("2026-02 2", service="b").rows))
    assert over(late, *month, services=("a", "b")) == (1, "2026-01-01 to 2026-02-01")
