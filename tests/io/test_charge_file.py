"""Charges from files: every problem at its line, and nothing that is wrong is left out."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

import slamodel as sm
from slamodel.report.credits.charges import Charges

HEADER = "agreement,service,period,amount,currency,reference\n"
GOOD = 'payroll,,2026-06,"120,000.00",GBP,\npayroll,network,2026-Q2,5,GBP,R1\npayroll,network,2026-Q2,2.50,GBP,R2\n'


def written(folder: Path, text: str, name: str = "charges.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_csv(tmp_path: Path) -> None:
    """Amounts are exact decimals; rows of one period with references add up, and each keeps its line."""
    found = sm.read_charges(written(tmp_path, HEADER + GOOD))
    assert [(one.period, str(one.money), one.service, one.line) for one in found.rows] == [
        ("2026-06", "120000.00 GBP", "", 2),
        ("2026-Q2", "5.00 GBP", "network", 3),
        ("2026-Q2", "2.50 GBP", "network", 4),
    ]


def test_every_kind_of_source(tmp_path: Path) -> None:
    """The same charges as CSV, zipped, with tabs, as JSON, one document a line, a mapping of columns and records."""
    rows = [{"agreement": "a", "period": "2026-06", "amount": "12.50", "currency": "EUR"}]
    csv = "agreement,period,amount,currency\na,2026-06,12.50,EUR\n"
    (tmp_path / "z.csv.gz").write_bytes(gzip.compress(csv.encode()))
    json = '{"agreement": "a", "period": "2026-06", "amount": 12.50, "currency": "EUR"}'
    sources = [
        written(tmp_path, csv),
        tmp_path / "z.csv.gz",
        written(tmp_path, csv.replace(",", "\t"), "a.tsv"),
        written(tmp_path, f"[{json}]", "a.json"),
        written(tmp_path, f"{json}\n", "a.jsonl"),
        {key: [value] for key, value in rows[0].items()},
        rows,
    ]
    assert {str(sm.read_charges(one).rows[0].money) for one in sources} == {"12.50 EUR"}
    assert len({sm.read_charges(one) for one in sources}) == 1


def test_columns_of_another_system(tmp_path: Path) -> None:
    """Columns of another name are told; agreement and currency may be said once; other columns are left alone."""
    path = written(tmp_path, "PERIOD;NETWR;VBELN\n2026-06;100.00;471\n")
    names = {"period": "PERIOD", "amount": "NETWR", "reference": "VBELN"}
    found = sm.read_charges(path, columns=names, agreement="payroll", currency="GBP")
    row = found.rows[0]
    assert (row.agreement, row.money, row.reference) == ("payroll", sm.Money(Decimal("100.00"), "GBP"), "471")


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("payroll,,2026-06,12.345,GBP,", "E107", "more decimal places than the 2 of GBP"),
        ("payroll,,2026-06,1.5,JPY,", "E107", "more decimal places than the 0 of JPY"),
        ('payroll,,2026-06,"12,50",GBP,', "E107", "commas stand before every three digits"),
        ("payroll,,2026-06,a lot,GBP,", "E107", "is not an amount of money"),
        ("payroll,,2026-06,NaN,GBP,", "E107", "is not an amount of money"),
        ("payroll,,2026-06,5,GPB,", "E107", "did you mean 'GBP'"),
        ("payroll,,June,5,GBP,", "E107", "'June' is no period"),
        ("payroll,,2026-13,5,GBP,", "E107", "'2026-13' is no period"),
        ("payroll,,2026-06,,GBP,", "E102", "has no amount"),
        (",,2026-06,5,GBP,", "E102", "has no agreement"),
        ("payroll,,2026-06,-5,GBP,", "E164", "below zero"),
        ("payroll,,2026-06,5", "E194", "has 4 fields, the header has 6"),
    ],
)
def test_rows_that_cannot_be(tmp_path: Path, row: str, code: str, said: str) -> None:
    """A row that cannot be a charge is an error at its line; it is never left out."""
    with pytest.raises(sm.ChargeError, match=said) as error:
        sm.read_charges(written(tmp_path, f"{HEADER}network,,2026-06,7,GBP,\n{row}\n"))
    problem = error.value.problems[0]
    assert problem.code == code
    assert code == "E164" or str(problem).startswith("charges.csv:3: ")


def test_all_problems_at_once(tmp_path: Path) -> None:
    """Every row that cannot be is told, in the order of the lines."""
    path = written(tmp_path, f"{HEADER}a,,2026-06,x,GBP,\na,,2026-06\na,,,5,GBP,\n")
    with pytest.raises(sm.ChargeError) as error:
        sm.read_charges(path)
    assert [(one.line, one.code) for one in error.value.problems] == [(2, "E107"), (3, "E194"), (4, "E102")]


def test_charged_twice(tmp_path: Path) -> None:
    """The same agreement, service and period twice is an error at the second, not a double charge (E166)."""
    path = written(tmp_path, f"{HEADER}a,,2026-06,5,GBP,\na,x,2026-06,5,GBP,\na,,2026-06,5,GBP,\n")
    with pytest.raises(sm.ChargeError) as error:
        sm.read_charges(path)
    assert [(one.line, one.code) for one in error.value.problems] == [(4, "E166")]


def test_a_credit_note_is_a_row(tmp_path: Path) -> None:
    """A row below zero is a correction, if its period does not come to less than nothing."""
    path = written(tmp_path, f"{HEADER}a,,2026-06,5,GBP,1\na,,2026-06,-2,GBP,2\n")
    assert len(sm.read_charges(path)) == 2


def test_columns_are_asked_for(tmp_path: Path) -> None:
    """A file without a column that is needed says which it has (E102); a float is no amount (E107)."""
    with pytest.raises(sm.ChargeError, match="has no column 'amount', 'currency'; it has agreement, period"):
        sm.read_charges(written(tmp_path, "agreement,period\na,2026-06\n"))
    with pytest.raises(sm.ChargeError, match=r"row 1: 5.5 is not an exact amount"):
        sm.read_charges([{"agreement": "a", "period": "2026-06", "amount": 5.5, "currency": "GBP"}])
    with pytest.raises(sm.ChargeError, match="not read"):
        sm.read_charges(written(tmp_path, "", "charges.xlsx"))


def test_none() -> None:
    """No charges are no error until something owes a share of them."""
    assert len(Charges()) == 0
    assert Charges().agreements() == ()
