"""PeriodReport: its columns and forms, the sentences, what it was made from, and the credits (M5, M6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import attrs
import numpy as np
import pytest

import slamodel as sm
from slamodel.frames.outages import read_outages
from slamodel.report.credits.charges import Charges, charges
from slamodel.report.measures.made_from import digest
from slamodel.report.measures.measure import measure
from slamodel.report.measures.report import PeriodReport

TEXT = """
slamodel: 1
agreement: managed-service
timezone: UTC
currency: GBP
from: 2026-01-01
calendars: {office: {hours: {mon-fri: "08:00-18:00"}}}
calendar: office
services: [payroll]
targets: {resolve: 8h}
measured:
  - {id: fixed, what: resolve, expected: 96%, minimum: 80%, clause: "Sch 2 s.3"}
  - {id: payroll-up, what: availability, of: payroll, during: office, expected: 99.5%}
credits:
  charge: monthly
  cap: {month: 15%}
  rules:
    payroll-up: {">= 99.5%": 0%, ">= 99.0%": 2%, otherwise: 10%}
"""
START = datetime(2026, 5, 4, 9, tzinfo=UTC)
OUT = {"service": "payroll", "from": "2026-06-10T17:30Z", "to": "2026-06-11T08:45Z", "id": "O1"}
LATE = datetime(2026, 9, 1, tzinfo=UTC)


@cache
def verdicts() -> sm.VerdictTable:
    log = []
    for n in range(50):
        opened = START + timedelta(days=n)
        log.append({"item": f"INC{n}", "at": opened, "do": "opened"})
        log.append({"item": f"INC{n}", "at": opened + timedelta(hours=90 if n % 25 == 3 else 1), "do": "resolved"})
    return sm.evaluate(sm.loads(TEXT), log, as_of=LATE)


def charged(*months: int) -> Charges:
    return charges(
        [
            {"agreement": "managed-service", "period": f"2026-{month:02d}", "amount": "1000.00", "currency": "GBP"}
            for month in months
        ]
    )


def report(period: Any = "2026-05..2026-06", **more: Any) -> PeriodReport:
    given: dict[str, Any] = {"verdicts": verdicts(), "outages": read_outages([OUT]), "charges": charged(*range(1, 7))}
    return measure(sm.loads(TEXT), period=period, **{**given, **more})


def test_rows() -> None:
    """One row a period target and period, in the order of the agreement."""
    found = report()
    assert found.column("period_target").tolist() == ["fixed", "fixed", "payroll-up", "payroll-up"]
    assert found.column("period").tolist() == ["2026-05", "2026-06"] * 2
    assert found.column("verdict").tolist() == ["met", "missed", "met", "missed"]
    assert len(found) == 4
    assert repr(found) == "PeriodReport(4 figures of 2 period targets, as of 2026-09-01T00:00:00+00:00)"


def test_columns() -> None:
    """Every column is there, exact in Python; a name that is none is refused."""
    found = report()
    columns = found.columns()
    assert tuple(columns) == PeriodReport.COLUMNS
    assert columns["value"].tolist()[3] == 1 - Fraction(75, 22 * 600)
    assert columns["expected"].tolist()[0] == Fraction(96, 100)
    assert columns["minimum"].tolist() == [Fraction(80, 100)] * 2 + [None] * 2
    assert columns["since"][1] == np.datetime64("2026-06-01")
    assert columns["clause"].tolist()[0] == "Sch 2 s.3"
    assert columns["evidence"].tolist() == [("INC3",), ("INC28",), (), ("O1",)]
    assert columns["n"].dtype == np.int64
    with pytest.raises(KeyError):
        found.column("colour")


def test_forms() -> None:
    """The forms are those of verdicts: dicts, pandas, polars, Arrow and CSV."""
    pytest.importorskip("pyarrow")
    found = report()
    value = float(1 - Fraction(75, 13_200))
    assert found.to_dicts()[3]["value"] == 1 - Fraction(75, 13_200)
    assert found.to_pandas()["value"].tolist()[3] == value
    assert found.to_polars()["value"].to_list()[3] == value
    assert found.to_arrow()["evidence"].to_pylist()[3] == ["O1"]
    head, *rows = found.to_csv().splitlines()
    assert head.split(",")[:3] == ["agreement", "version", "period_target"]
    assert len(rows) == 4
    assert f",{value!r},share,0.995," in rows[3]


def test_credits() -> None:
    """M5: what a figure costs stands beside it, and the ledger has the line that explains it."""
    found = report()
    assert [str(row.credit) for row in found.of("payroll-up")] == ["0.00 GBP", "20.00 GBP"]
    assert [row.credit for row in found.of("fixed")] == [None, None]
    (ledger,) = found.ledgers.values()
    assert str(ledger.amount("payroll-up", "2026-06")) == "20.00 GBP"
    assert "the credit is 20.00 GBP" in found.why("payroll-up", "2026-06")


def test_charges_that_are_missing() -> None:
    """Nothing is silently zero: what owes and has no charge has no amount, and says why."""
    row = report("2026-06", charges=charged(1, 2, 3, 4, 5)).of("payroll-up")[0]
    assert row.credit is None
    assert "what it owes is not known: " in row.note
    assert "no charge for 2026-06" in row.note


def test_no_credit_before_the_end() -> None:
    """M5 over: a period that is not over is not settled."""
    row = report("2026-06", as_of=datetime(2026, 6, 20, tzinfo=UTC)).of("payroll-up")[0]
    assert (row.verdict, row.stands, row.credit) == ("provisional", "missed", None)


def test_caps_look_back() -> None:
    """M5: caps and repeats see the months before, though only June is asked for."""
    text = TEXT.replace("cap: {month: 15%}", "repeat: x2\n  cap: {month: 15%}")
    may = {**OUT, "from": "2026-05-13T17:30Z", "to": "2026-05-14T08:45Z", "id": "O0"}
    found = measure(
        sm.loads(text),
        verdicts=verdicts(),
        outages=read_outages([may, OUT]),
        charges=charged(*range(1, 7)),
        period="2026-06",
    )
    assert [str(row.credit) for row in found.of("payroll-up")] == ["40.00 GBP"]


def test_summary() -> None:
    """One line a period target: how its periods stand, and what is owed for them."""
    fixed, up = report().summary()
    assert (fixed.period_target, fixed.periods, fixed.met, fixed.missed, fixed.credit) == ("fixed", 2, 1, 1, None)
    assert up.credit == sm.Money(Decimal("20.00"), "GBP")
    assert (up.open, up.not_measured) == (0, 0)
    assert report("2026-06", as_of=datetime(2026, 6, 20, tzinfo=UTC)).summary()[0].open == 1


def test_asked_by_name() -> None:
    """Figures are asked by id; a name that is none is answered with what was meant."""
    found = report()
    assert [figure.period for figure in found.figures("fixed")] == ["2026-05", "2026-06"]
    assert found.figures("managed-service/fixed") == found.figures("fixed")
    assert found.why("fixed").startswith("fixed in 2026-06 is ")
    with pytest.raises(sm.AgreementError, match="no period target 'fixd'; did you mean 'fixed'"):
        found.of("fixd")
    with pytest.raises(sm.AgreementError, match="has no period '2026-07'"):
        found.why("fixed", "2026-07")


def test_two_agreements_with_one_name() -> None:
    """Two agreements may call a period target alike; then its agreement is said too."""
    other = sm.loads(TEXT.replace("managed-service", "other-service"))
    both = sm.Portfolio((*sm.loads(TEXT).agreements, *other.agreements), which="all")
    judged = sm.evaluate(both, verdicts().log, as_of=LATE)
    found = measure(both, verdicts=judged, outages=read_outages([OUT]), period="2026-06")
    assert len(found) == 4
    assert found.of("other-service/payroll-up")[0].figure.value == 1 - Fraction(75, 13_200)
    with pytest.raises(sm.AgreementError, match="managed-service, other-service all have a period target"):
        found.of("payroll-up")


def test_sentences() -> None:
    """Every figure says in one sentence what it is, what it is made of and what decided, with its clause."""
    found = report()
    for row in found.rows:
        assert row.why.startswith(f"{row.target.id} in {row.figure.period} is ")
        assert row.why.endswith(".")
    assert " [Sch 2 s.3]." in found.rows[0].why


def test_made_from() -> None:
    """M6: the report names the engine, the versions and digests that it was made from; the same again is the same."""
    one, again = report(), report()
    assert one.made_from == again.made_from
    assert one.to_csv() == again.to_csv()
    assert re.fullmatch(r"slamodel \d.*", one.made_from["engine"])
    assert set(one.made_from) == {
        "engine",
        "zones",
        "holidays",
        "as_of",
        "agreements",
        "calendars",
        "facts",
        "asked",
        "digest",
    }
    assert list(one.made_from["agreements"]) == ["managed-service@1"]
    assert list(one.made_from["facts"]) == ["verdicts", "outages", "charges"]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"outages": read_outages([{**OUT, "to": "2026-06-11T08:46Z"}])}, "facts"),
        ({"charges": charged(1, 2, 3, 4, 6)}, "facts"),
        ({"as_of": datetime(2026, 8, 1, tzinfo=UTC)}, "as_of"),
        ({"period": "2026-06"}, "asked"),
    ],
)
def test_digests_tell(change: dict[str, Any], part: str) -> None:
    """M6: whatever changes, its digest changes, and that of the whole."""
    one, other = report(), report(**change)
    assert one.made_from[part] != other.made_from[part]
    assert one.made_from["digest"] != other.made_from["digest"]


def test_digest_of_an_agreement() -> None:
    """M6 digest: any change of an agreement's text changes its digest; the order of a mapping does not."""
    (one,) = sm.loads(TEXT).values()
    (same,) = sm.loads(TEXT).values()
    other = attrs.evolve(one, name="Payroll")
    assert digest(one) == digest(same) != digest(other)
    assert digest(["ab", "c"]) != digest(["a", "bc"])
    assert digest([["a"], ["b"]]) != digest([["a", "b"], []])
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
