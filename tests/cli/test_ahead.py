"""`slamodel forecast`, `whatif` and `next`, run as a user would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slamodel.cli import main

BOOK = """
slamodel: 1
agreement: desk
timezone: UTC
calendars: {office: {hours: {mon-fri: "09:00-17:00"}}}
calendar: 24x7
currency: GBP
targets: {resolve: {P1: 4h, P2: 8h}}
pauses: {waiting: {when: {status: waiting}}}
measured: [{id: resolve-80, what: resolve, expected: 80%, per: month}]
credits: {charge: monthly, rules: {resolve-80: {">= 80%": 0%, otherwise: 10%}}}
events: {columns: {priority: prio}}
"""
TIMES = (1, 2, 2, 3, 4, 5, 6, 8, 10, 12)
NOW = "2026-06-05T12:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> tuple[str, str]:
    """Return the paths of a small agreement and log: ten finished, two open, one paused."""
    rows = ["item,at,do,prio,status"]
    for n, took in enumerate(TIMES):
        rows += [f"I{n},2026-06-02T00:00:00Z,opened,P2,", f"I{n},2026-06-02T{took:02d}:00:00Z,resolved,,"]
    rows += ["NEW,2026-06-05T08:00:00Z,opened,P2,", "FRESH,2026-06-05T11:00:00Z,opened,P1,"]
    rows += ["WAIT,2026-06-05T07:00:00Z,opened,P2,", "WAIT,2026-06-05T08:00:00Z,status,,waiting"]
    (tmp_path / "desk.yaml").write_text(BOOK)
    (tmp_path / "events.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "charges.csv").write_text("agreement,period,amount,currency\ndesk,2026-06,1000.00,GBP\n")
    (tmp_path / "change.yaml").write_text("change: desk\ntargets: {resolve: {P2: 5h}}\n")
    return str(tmp_path / "desk.yaml"), str(tmp_path / "events.csv")


def told(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    assert not said.err
    return said.out


def test_forecast(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The month that runs, the money at risk, and the likeliest items to be late."""
    charges = str(tmp_path / "charges.csv")
    assert main(["forecast", *desk, "--as-of", NOW, "--charges", charges]) == 0
    out = told(capsys)
    lines = [line.split() for line in out.splitlines() if line.strip()]
    # 8 of 10 met; NEW is late with 40 %, WAIT with 22 % (1 h used, 2 of 9), FRESH (1 h of 4 h) with 5 of 9.
    assert lines[1][:6] == ["resolve-80", "2026-06", "8", "2", "3", "-"]
    assert "GBP expected" in out
    assert "3 open, 0 late already" in out
    assert [line[0] for line in lines if line[0] in {"NEW", "FRESH", "WAIT"}] == ["FRESH", "NEW", "WAIT"]


def test_forecast_as_json(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The same as data: probabilities as numbers, instants and lengths as texts; without charges it says so."""
    assert main(["forecast", *desk, "--as-of", NOW, "--format", "json", "--arrivals", "3"]) == 0
    found = json.loads(told(capsys))
    [one] = found["forecasts"]
    assert (one["met"], one["missed"], one["open"], one["arrivals"]) == (8, 2, 3, 3.0)
    assert one["end"] == "2026-07-01T00:00:00Z"
    assert one["no_exposure"].startswith("no charge for")
    [new] = [row for row in found["chances"] if row["item"] == "NEW"]
    assert (new["elapsed"], new["chance"]) == ("4:00:00", pytest.approx(0.4))


def test_forecast_without_period_targets(
    desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a period target the chances are told; --expected holds every target to one."""
    bare = "".join(line + "\n" for line in BOOK.splitlines() if not line.startswith(("measured", "credits")))
    (tmp_path / "desk.yaml").write_text(bare)
    assert main(["forecast", *desk, "--as-of", NOW]) == 0
    assert "No attainment of a period is promised" in told(capsys)
    assert main(["forecast", *desk, "--as-of", NOW, "--expected", "75%", "--items", "1"]) == 0
    out = told(capsys)
    assert "resolve" in out.splitlines()[1]
    assert "NEW" not in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--expected", "750%"], "more than all items"),
        (["--expected", "0.75"], "is not a percentage"),
        (["--arrivals", "many"], "nor 'history'"),
        (["--at-least", "-1"], "not a number of items"),
        (["--since", "2026-06-01"], "no UTC offset"),
    ],
)
def test_forecast_refuses(
    desk: tuple[str, str], arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read is a usage error that says what to write."""
    assert main(["forecast", *desk, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_forecast_by_an_unknown_field(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A field that the log does not have is a problem of the data."""
    assert main(["forecast", *desk, "--by", "priority,servce"]) == 1
    assert "servce" in capsys.readouterr().err


def test_whatif(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both sides, the items that are lost, what changes in period targets and credits, and the caveat."""
    arguments = ["--change", str(tmp_path / "change.yaml"), "--charges", str(tmp_path / "charges.csv")]
    assert main(["whatif", *desk, "--as-of", "2026-07-01T00:00:00Z", *arguments]) == 0
    out = told(capsys)
    assert "resolve: 4 late of 13 would be 6; lost I6, I7" in out
    assert "credits: " in out
    assert out.rstrip().endswith("done otherwise.")
    assert main(["whatif", *desk, "--as-of", NOW, *arguments, "--format", "json", "--period", "month"]) == 0
    found = json.loads(told(capsys))
    assert found["impact"][0]["lost"] == ["I6", "I7"]
    assert found["attainment"][0]["period"] == "2026-06"
    assert (found["attainment"][0]["met_before"], found["attainment"][0]["met_after"]) == (8, 6)


def test_whatif_another_matrix(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A change of the matrix of impact and urgency is read with the log, which is read once for each side."""
    matrix = BOOK.replace(
        "events: {columns: {priority: prio}}", "priority: {matrix: {urgency: [high, low], high: [P2, P1]}}"
    )
    (tmp_path / "desk.yaml").write_text(matrix)
    log = ["item,at,do,impact,urgency", "A,2026-06-02T00:00:00Z,opened,high,high", "A,2026-06-02T06:00:00Z,resolved,,"]
    (tmp_path / "events.csv").write_text("\n".join(log) + "\n")
    (tmp_path / "change.yaml").write_text("change: desk\npriority: {matrix: {urgency: [high, low], high: [P1, P2]}}\n")
    assert main(["whatif", *desk, "--change", str(tmp_path / "change.yaml")]) == 0
    assert "resolve: 0 late of 1 would be 1; lost A" in told(capsys)


def test_whatif_refuses(desk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A change that is wrong is told at its place in its own file."""
    path = tmp_path / "change.yaml"
    path.write_text("change: desk\ntargets: {resolve: {P2: 5x}}\n")
    assert main(["whatif", *desk, "--change", str(path)]) == 2
    assert f"{path}:2:21: targets.resolve.P2: '5x' is not a length of time" in capsys.readouterr().err
    assert main(["whatif", *desk]) == 2
    assert main(["whatif", *desk, "--change", str(path), "--period", "fortnight"]) == 2


def test_next(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """What is late next, the paused ones last, with when they would be if they went on."""
    assert main(["next", *desk, "--as-of", NOW, "--within", "8h"]) == 0
    lines = [line.split() for line in told(capsys).splitlines() if line.strip()]
    assert [line[0] for line in lines] == ["Late", "item", "FRESH", "NEW", "WAIT"]
    assert lines[2][-1] == "3h"
    assert lines[4][3] == "paused"


def test_digest(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """With --since the digest comes first; --until is --as-of."""
    assert main(["next", *desk, "--since", "2026-06-05T07:30:00Z", "--until", NOW, "--at-risk", "50%"]) == 0
    out = told(capsys)
    assert out.startswith("From Fri 2026-06-05 07:30 to Fri 2026-06-05 12:00")
    assert "At risk: 1\n  NEW" in out
    assert "New since: 2" in out
    assert "Still paused: 1\n  WAIT" in out
    arguments = ["--since", "2026-06-05T07:30:00Z", "--until", NOW, "--format", "json"]
    assert main(["next", *desk, *arguments]) == 0
    found = json.loads(told(capsys))
    assert found["digest"]["since"] == "2026-06-05T07:30:00Z"
    assert [row["item"] for row in found["digest"]["new"]] == ["NEW", "FRESH"]
    assert [row["remaining"] for row in found["next"]] == ["3:00:00", "4:00:00", "7:00:00"]
    assert main(["next", *desk, "--until", NOW, "--as-of", "2026-06-05T11:00:00Z"]) == 2
    assert "give one of them" in capsys.readouterr().err


def test_order(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """With --work the order in which to work, in the worker's hours, and whether it can be done."""
    arguments = ["--as-of", NOW, "--worker", "office", "--penalty", "P1=100", "--penalty", "P2=10"]
    assert main(["next", *desk, *arguments, "--work", "3h", "--order", "least_penalty"]) == 0
    out = told(capsys)
    assert "least_penalty: 1 of 2 late" in out
    assert "infeasible: 6h of work, 4h before Fri 2026-06-05 16:00 needs 6h" in out
    assert "give up FRESH" not in out
    assert main(["next", *desk, *arguments, "--work", "P1=1h", "--work", "P2=2h", "--format", "json"]) == 0
    found = json.loads(told(capsys))
    assert [(row["item"], row["end"], row["late"]) for row in found["order"]] == [
        ("FRESH", "2026-06-05T13:00:00Z", False), ("NEW", "2026-06-05T15:00:00Z", False),
    ]  # fmt: skip
    assert (found["feasibility"]["verdict"], found["feasibility"]["work"]) == ("feasible", "3:00:00")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--work", "1h", "--order", "eddd"], "did you mean 'edd'"),
        (["--work", "P1=1h"], "work of NEW (P2) is not told"),
        (["--work", "1h", "--worker", "ofice"], "did you mean 'office'"),
        (["--work", "1h", "--penalty", "P1=dear"], "no penalty"),
        (["--work", "1h", "--workers", "2", "--order", "fewest_late"], "best for one"),
        (["--within", "soon"], "not a length of time"),
        (["--at-risk", "0%"], "no share of a limit"),
    ],
)
def test_next_refuses(
    desk: tuple[str, str], arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be is a usage error."""
    assert main(["next", *desk, "--as-of", NOW, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_rejects_are_told(desk: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Rows that were set aside are told by the exit code; the rest is done."""
    with Path(desk[1]).open("a") as file:
        file.write("BAD,yesterday,opened,P1,\n")
    assert main(["next", *desk, "--as-of", NOW]) == 1
    said = capsys.readouterr()
    assert "1 row set aside" in said.err
    assert "Late within" in said.out
