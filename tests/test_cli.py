"""The command line, run as a user would."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from slamodel.cli import main

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "examples" / "servicenow-incidents"
AGREEMENT, LOG = str(SAMPLE / "agreement.yaml"), str(SAMPLE / "incidents.csv.gz")
AS_OF = "2017-02-19T00:00:00Z"
BOOK = """
slamodel: 1
agreement: desk
name: Desk
calendar: 24x7
targets: {resolve: {P1: 1h, P2: 2h}}
events: {columns: {priority: prio}}
"""
EVENTS = """item,at,do,prio
A,2026-06-01T08:00:00Z,opened,P1
A,2026-06-01T08:30:00Z,resolved,
B,2026-06-01T08:00:00Z,opened,P2
B,2026-06-01T11:00:00Z,resolved,
C,2026-06-01T10:30:00Z,opened,P1
"""


@pytest.fixture
def desk(tmp_path: Path) -> tuple[str, str]:
    """Return the paths of a small agreement and log."""
    (tmp_path / "desk.yaml").write_text(BOOK)
    (tmp_path / "events.csv").write_text(EVENTS)
    return str(tmp_path / "desk.yaml"), str(tmp_path / "events.csv")


def test_main_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sample is read, judged, counted, compared and written."""
    out = tmp_path / "verdicts.csv"
    code = main(["evaluate", AGREEMENT, LOG, "--as-of", AS_OF, "-o", str(out), "--compare", "made_sla=resolve"])
    said = capsys.readouterr()
    assert code == 0
    assert not said.err
    assert "11,655 events of 2,076 items, as of 2017-02-19T00:00:00Z" in said.out
    assert "Stored made_sla reproduced by resolve: 2,073 of 2,076" in said.out
    assert f"2,076 verdicts written to {out}" in said.out
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 2076
    assert {row["stage"] for row in rows} == {"met", "missed"}
    assert sum(row["stage"] == "met" for row in rows if row["priority"] == "P3") == 1281


def test_small_log(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A table a target and priority; without --as-of the log's last instant holds."""
    assert main(["evaluate", *desk]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[0][-1] == "2026-06-01T11:00:00Z"
    assert lines[2] == ["resolve", "P1", "1", "1", "0", "1", "0", "30m", "30m", "100.0", "%"]
    assert lines[3] == ["resolve", "P2", "1", "0", "1", "0", "0", "3h", "3h", "0.0", "%"]


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_outputs(desk: tuple[str, str], tmp_path: Path, kind: str) -> None:
    """Verdicts are written as CSV, JSON or Parquet, as the name ends."""
    out = tmp_path / f"v.{kind}"
    assert main(["evaluate", *desk, "-o", str(out)]) == 0
    if kind == "csv":
        items = [row["item"] for row in csv.DictReader(out.read_text().splitlines())]
    elif kind == "json":
        rows = json.loads(out.read_text())
        assert rows[0]["elapsed"] == "0:30:00"
        assert rows[0]["due"] == "2026-06-01T09:00:00Z"
        assert rows[0]["breached_at"] is None
        items = [row["item"] for row in rows]
    else:
        pq = pytest.importorskip("pyarrow.parquet")
        items = pq.read_table(out)["item"].to_pylist()
    assert items == ["A", "B", "C"]


def test_output_of_an_unknown_kind(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another ending is refused, and nothing is written."""
    assert main(["evaluate", *desk, "-o", str(tmp_path / "v.xlsx")]) == 2
    assert "verdicts are written to .csv, .json or .parquet" in capsys.readouterr().err
    assert not (tmp_path / "v.xlsx").exists()


def test_map(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--map names the log's columns, the item's and the time's too, and wins over the agreement."""
    other = tmp_path / "other.csv"
    other.write_text(EVENTS.replace("item,at,do,prio", "number,when,do,level"))
    assert main(["evaluate", desk[0], str(other), "--map", "item=number"]) == 1
    assert "column 'at' is not in other.csv" in capsys.readouterr().err
    arguments = ["--map", "item=number", "--map", "at=when", "--map", "priority=level"]
    assert main(["evaluate", desk[0], str(other), *arguments]) == 0
    assert "5 events of 3 items" in capsys.readouterr().out


def test_dialect(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--dialect counts as a product does: ServiceNow is late exactly on the limit; an unknown one names the closest."""
    log = tmp_path / "exactly.csv"
    log.write_text("item,at,do,prio\nA,2026-06-01T08:00:00Z,opened,P1\nA,2026-06-01T09:00:00Z,resolved,\n")
    for arguments, stage in ([], "met"), (["--dialect", "servicenow"], "missed"):
        out = tmp_path / f"{stage}.csv"
        assert main(["evaluate", desk[0], str(log), "-o", str(out), *arguments]) == 0
        assert [row["stage"] for row in csv.DictReader(out.read_text().splitlines())] == [stage]
    assert main(["evaluate", *desk, "--dialect", "servicenau"]) == 2
    assert "did you mean 'servicenow'?" in capsys.readouterr().err


def test_rejects(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows that cannot be used are counted, written and told by the exit code; the rest is judged."""
    with Path(desk[1]).open("a") as file:
        file.write("D,never,opened,P1\n,2026-06-01T09:00:00Z,opened,P1\n")
    assert main(["evaluate", *desk]) == 1
    assert "2 rows set aside (--rejects FILE writes them all); line 7: at " in capsys.readouterr().err
    rejects = tmp_path / "rejects.csv"
    assert main(["evaluate", *desk, "--rejects", str(rejects)]) == 1
    said = capsys.readouterr()
    assert f"2 rows set aside (written to {rejects}); line 7" in said.err
    assert "5 events of 3 items" in said.out
    written = list(csv.DictReader(rejects.read_text().splitlines()))
    assert [row["line"] for row in written] == ["7", "8"]
    assert written[1]["reason"] == "item is missing"


def test_strict(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """An event that changes nothing is listed quietly, and an error with --strict (C6)."""
    with Path(desk[1]).open("a") as file:
        file.write("C,2026-06-01T10:40:00Z,opened,P1\n")
    assert main(["evaluate", *desk]) == 0
    capsys.readouterr()
    assert main(["evaluate", *desk, "--strict"]) == 1
    assert "C: opened at 2026-06-01T10:40:00Z" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["evaluate", "only-one"], "EVENTS"),
        (["evaluate", "a", "b", "--as-of", "2026-06-01"], "'2026-06-01' has no UTC offset; write 2026-06-01Z"),
        (["evaluate", "a", "b", "--as-of", "soon"], "'soon' is not an instant such as 2026-06-30T18:00:00Z"),
        (["evaluate", "a", "b", "--map", "item"], "'item' is not of the form name=value"),
        (["evaluate", "nowhere.yaml", "b"], "nowhere.yaml"),
    ],
)
def test_usage_errors(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be understood says how to write it, with exit code 2."""
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_agreement_errors(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A faulty agreement is told whole, each problem with its place, with exit code 2."""
    Path(desk[0]).write_text(BOOK.replace("P1: 1h", "P1: 0h").replace("calendar: 24x7", "calender: 24x7"))
    assert main(["evaluate", *desk]) == 2
    said = capsys.readouterr().err
    assert "calender: unknown key; did you mean 'calendar'?" in said
    assert "desk.yaml:6:" in said


def test_missing_log(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log that is not there is a usage error that names it."""
    assert main(["evaluate", desk[0], str(tmp_path / "gone.csv")]) == 2
    assert "gone.csv: there is no such file" in capsys.readouterr().err


def test_nothing_half_written(desk: tuple[str, str], tmp_path: Path) -> None:
    """A run that fails leaves an old output as it was."""
    out = tmp_path / "v.csv"
    out.write_text("old")
    Path(desk[1]).write_text("item,at,do,prio\n")
    assert main(["evaluate", *desk, "-o", str(out)]) == 1
    assert out.read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"desk.yaml", "events.csv", "v.csv"}


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    """--version and --help are no errors."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("slamodel ")
    assert main(["evaluate", "--help"]) == 0
    assert "Exit codes: 0 done, 1 problems in the data, 2 usage or agreement errors." in capsys.readouterr().out


def test_as_a_module() -> None:
    """``python -m slamodel`` is the same program."""
    done = subprocess.run([sys.executable, "-m", "slamodel", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("slamodel ")


def test_explain(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The verdicts on one item are told in words and by stretches; without --as-of the log's last instant holds."""
    assert main(["explain", *desk, "--item", "B"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith(
        "B missed resolve (P2, 2h): 3h of covered time were used, the limit ran out on Mon 2026-06-01 10:00 "
        "and it was resolved 1h later."
    )
    assert "Mon 2026-06-01 08:00 Mon 2026-06-01 11:00 running in hours P2 2h 3h 3h" in said
    assert main(["explain", *desk, "--item", "C", "--as-of", "2026-06-01T13:30:00+02:00"]) == 0
    assert "C is running on resolve (P1, 1h): 1h of covered time was used by Mon 2026-06-01 11:30" in " ".join(
        capsys.readouterr().out.split()
    )


def test_explain_every_target(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every target that has a verdict on the item is explained, or the one that is named."""
    Path(desk[0]).write_text(BOOK.replace("targets: {", "targets: {respond: {P1: 15m}, update: {P2: 9h}, "))
    assert main(["explain", *desk, "--item", "A"]) == 0
    out = capsys.readouterr().out
    assert out.index("A is late on respond (P1, 15m)") < out.index("\n\nA met resolve (P1, 1h)")
    assert "update" not in out
    for name in ("resolve", "desk/resolve"):
        assert main(["explain", *desk, "--item", "A", "--target", name]) == 0
        assert capsys.readouterr().out.startswith("A met resolve")


def test_explain_as_json(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """--format json prints data and nothing else."""
    assert main(["explain", *desk, "--item", "A", "--format", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["verdict"]["stage"] == "met"
    assert [row["state"] for row in one["stretches"]] == ["running", "ended"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--item", "AA"], 1, "item 'AA' is not in the log; did you mean 'A'? [E102]"),
        (["--item", "A", "--as-of", "2026-01-01T00:00Z"], 1, "is not in the log up to 2026-01-01T00:00:00Z"),
        (["--item", "E"], 1, "no target promises anything for E (priority P9) [E136]"),
        (["--item", "F"], 1, "no target promises anything for F (it has no priority) [E136]"),
        (["--item", "A", "--target", "reslove"], 2, "target 'reslove' was not judged; did you mean 'resolve'?"),
        (["--item", "A", "--cycle", "2"], 1, "'resolve' has 1 cycle on A, no 2"),
        (["--item", "A", "--format", "xml"], 2, "invalid choice: 'xml'"),
        ([], 2, "--item"),
    ],
)
def test_explain_errors(
    desk: tuple[str, str], arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be explained says why, with the exit codes of evaluate."""
    with Path(desk[1]).open("a") as file:
        file.write("E,2026-06-01T09:00:00Z,opened,P9\nF,2026-06-01T09:00:00Z,opened,\n")
    assert main(["explain", *desk, *arguments]) == code
    said = capsys.readouterr()
    assert message in said.err
    assert not said.out


def test_explain_tells_rejects(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Rows that cannot be used are told, and the rest is explained."""
    with Path(desk[1]).open("a") as file:
        file.write("A,never,opened,P1\n")
    assert main(["explain", *desk, "--item", "A"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("A met resolve")
    assert "1 row set aside (slamodel evaluate --rejects FILE writes them all); line 7" in said.err
