"""Reports as text and as JSON: what a person reads, and what a program does."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import slamodel as sm
from slamodel.frames.measure import measure
from slamodel.report.measures.report import PeriodReport
from slamodel.show.report import print_json, print_report

TEXT = """
slamodel: 1
agreement: payroll-sla
timezone: UTC
currency: GBP
from: 2026-01-01
calendar: 24x7
services: [payroll]
targets: {resolve: 8h}
measured:
  - {id: up, what: availability, of: payroll, expected: 99.9%, minimum: 99.8%}
  - {id: csat, what: score, source: survey, expected: 4.2}
credits: {charge: monthly, rules: {up: {">= 99.9%": 0%, otherwise: 5%}}}
triggers: [{when: up missed 2 months in a row, then: rectification_plan, clause: "Cl 33"}]
"""
DOWN = [
    {"service": "payroll", "from": "2026-05-10T10:00Z", "to": "2026-05-10T12:00Z"},
    {"service": "payroll", "from": "2026-06-10T10:00Z", "to": "2026-06-10T12:00Z", "id": "O1"},
]
CHARGE = {"agreement": "payroll-sla", "amount": "1000.00", "currency": "GBP"}


def report(**more: Any) -> PeriodReport:
    charges = [{**CHARGE, "period": f"2026-{month:02d}"} for month in range(1, 7)]
    given = {"outages": DOWN, "charges": charges, "period": "2026-06", "as_of": datetime(2026, 8, 1, tzinfo=UTC)}
    return measure(sm.loads(TEXT), **{**given, **more})


def text(found: PeriodReport, **how: Any) -> list[str]:
    out = io.StringIO()
    print_report(found, out, **how)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_text() -> None:
    """A row a figure, cut and never rounded up; what is owed, and what the misses lead to, stand below."""
    head, up, csat, *below = text(report())
    assert head == "period target period value expected n met missed excluded verdict credit"
    assert up == "up 2026-06 99.722 % >= 99.9% 1 - - 0 missed, below minimum 50.00 GBP"
    assert csat == "csat 2026-06 - >= 4.2 0 - - 0 not measured -"
    assert "owed under payroll-sla: 50.00 GBP" in below
    assert any("rectification plan" in line for line in below)


def test_why() -> None:
    """On request every figure has its sentence."""
    lines = text(report(), why=True)
    assert any(line.startswith("up in 2026-06 is 99.722 % (2h down of 720h agreed)") for line in lines)
    assert "csat in 2026-06 is not measured: no series 'survey' was given." in lines


def test_open_period() -> None:
    """A figure that is not final says so, with what it comes to as things stand."""
    lines = text(report(as_of=datetime(2026, 6, 15, tzinfo=UTC)))
    assert lines[1].startswith("up 2026-06 (part) 99.404 % >= 99.9% 1 - - 0 provisional (missed), below minimum -")


def test_unknown_credit() -> None:
    """What is owed and not known is told, not left out."""
    lines = text(report(charges=[{**CHARGE, "period": "2026-05"}]))
    assert "owed under payroll-sla: an amount that is not known" in lines
    assert any(line.startswith("note: up: what it owes is not known: ") for line in lines)


def test_two_agreements() -> None:
    """With several agreements each row names its own."""
    other = sm.loads(TEXT.replace("payroll-sla", "other-sla"))
    both = sm.Portfolio((*sm.loads(TEXT).agreements, *other.agreements), which="all")
    found = measure(both, outages=DOWN, period="2026-06")
    assert [line.split()[0] for line in text(found)[1:5]] == [
        *("payroll-sla/up", "payroll-sla/csat", "other-sla/up", "other-sla/csat"),
    ]


def test_json() -> None:
    """JSON has exact fractions as texts beside numbers, the lines of the ledger, and what it was made from."""
    out = io.StringIO()
    found = report()
    print_json(found, out)
    document = json.loads(out.getvalue())
    up, csat = document["rows"]
    assert (up["value_exact"], up["value"]) == ("359/360", 359 / 360)
    assert (up["credit"], up["evidence"], up["until"]) == ("50.00 GBP", ["O1"], "2026-07-01T00:00:00Z")
    assert (csat["value"], csat["low"], csat["reason"]) == (None, None, "no series 'survey' was given")
    assert {line["period"] for line in document["ledger"]} == {"2026-06"}
    assert document["made_from"] == dict(found.made_from)
