"""``slamodel measure``: files in, a report out, and exit codes as the other commands have them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from slamodel.cli import main

AGREEMENT = """
slamodel: 1
agreement: payroll-sla
timezone: UTC
currency: GBP
from: 2026-01-01
calendar: 24x7
services: [payroll]
targets: {resolve: 8h}
measured:
  - {id: fixed, what: resolve, expected: 95%}
  - {id: up, what: availability, of: payroll, expected: 99.9%}
  - {id: csat, what: score, source: survey, expected: 4.2}
exclusions: [{name: duplicate}]
credits: {charge: monthly, rules: {up: {">= 99.9%": 0%, otherwise: 5%}}}
"""
FILES = {
    "agreement.yaml": AGREEMENT,
    "log.csv": "item,at,do,closure\nA,2026-06-01T09:00Z,opened,\nA,2026-06-01T10:00Z,resolved,\n"
    "B,2026-06-02T09:00Z,opened,\nB,2026-06-05T10:00Z,resolved,duplicate\n",
    "outages.csv": "service,from,to,id\npayroll,2026-06-10T10:00Z,2026-06-10T12:00Z,O1\n",
    "charges.csv": "agreement,period,amount,currency\npayroll-sla,2026-06,1000.00,GBP\n",
    "series.csv": "at,series,value\n2026-06-03T10:00Z,survey,4\n2026-06-04T10:00Z,survey,5\n",
}
GIVEN = ["--outages", "outages.csv", "--charges", "charges.csv", "--series", "series.csv"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*more: str) -> int:
    return main(["measure", "agreement.yaml", "log.csv", "--as-of", "2026-07-02T00:00Z", "--period", "2026-06", *more])


@pytest.mark.usefixtures("folder")
def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    """A table of the month; fields that exclusions ask for are read from the log."""
    assert run(*GIVEN) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == "fixed 2026-06 100.0 % >= 95% 1 1 0 1 met -"
    assert lines[2] == "up 2026-06 99.722 % >= 99.9% 1 - - 0 missed 50.00 GBP"
    assert lines[3] == "csat 2026-06 4.5 >= 4.2 2 - - 0 met -"


def test_json_and_csv(folder: Path) -> None:
    """The same rows as JSON and as CSV, into a file that appears whole."""
    assert run(*GIVEN, "--format", "json", "-o", "report.json") == 0
    assert run(*GIVEN, "--format", "csv", "-o", "report.csv") == 0
    rows = json.loads((folder / "report.json").read_text("utf-8"))["rows"]
    with (folder / "report.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    assert [row["period_target"] for row in rows] == [row["period_target"] for row in cells] == ["fixed", "up", "csat"]
    assert [row["verdict"] for row in rows] == [row["verdict"] for row in cells]


@pytest.mark.usefixtures("folder")
def test_why_and_missing_facts(capsys: pytest.CaptureFixture[str]) -> None:
    """Without outages there is no availability, and the sentence says so; that is no failure."""
    assert run("--why") == 0
    assert "up in 2026-06 is not measured: no outages were given." in capsys.readouterr().out


def test_rows_set_aside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1: a row of any file was set aside, all others were measured."""
    (folder / "outages.csv").write_text(
        FILES["outages.csv"] + "payroll,2026-06-11T10:00Z,2026-06-11T09:00Z,O2\n", "utf-8"
    )
    assert run(*GIVEN) == 1
    shown = capsys.readouterr()
    assert "1 of the outages set aside; line 3: ends before it starts" in shown.err
    assert "50.00 GBP" in shown.out


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (["--period", "2026-13"], 2, "'2026-13' is no period"),
        (["--outages", "nowhere.csv"], 2, "nowhere.csv: there is no such file"),
        (["-o", "outages.csv", "--outages", "outages.csv"], 2, "would be overwritten"),
        (["--charges", "log.csv"], 1, "amount"),
        (["--format", "xml"], 2, "invalid choice"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_exit_codes(more: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit codes: 1 problems in the data, 2 usage or agreement errors."""
    assert run(*more) == code
    assert message in capsys.readouterr().err
