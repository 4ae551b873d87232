"""What the command line refuses before it does any work, and what it tells beside the table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from slamodel.cli import main
from tests.test_cli import BOOK, EVENTS

LINES = EVENTS.splitlines()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a small agreement and log in the folder at hand."""
    monkeypatch.chdir(tmp_path)
    Path("desk.yaml").write_text(BOOK)
    Path("events.csv").write_text(EVENTS)
    return ["evaluate", "desk.yaml", "events.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "events.csv"], "--output events.csv is what is read, and would be overwritten; write to another file"),
        (["-o", "./x/../events.csv"], "is what is read"),
        (["-o", "link.csv"], "is what is read"),
        (["-o", "hard.csv"], "is what is read"),
        (["--rejects", "events.csv"], "--rejects events.csv is what is read"),
        (["--rejects", "desk.yaml"], "--rejects desk.yaml is what is read"),
        (["-o", "z.csv", "--rejects", "./z.csv"], "--rejects ./z.csv is written by --output too"),
        (["-o", "typo/dir/x.csv"], "typo/dir; make it first"),
        (["-o", "folder.csv"], "--output folder.csv is a folder; name a file in it"),
        (["-o", "out.xlsx"], "'out.xlsx': verdicts are written to .csv, .json or .parquet"),
        (["-o", "out"], "verdicts are written to"),
        (["-o", "out.csv.gz"], "verdicts are written to"),
        (["-o", "-"], "verdicts are written to"),
        (["--compare", "prio=reslve"], "--compare: there is no target 'reslve'; did you mean 'resolve'?"),
        (["--compare", "made=resolve"], "--compare made=resolve: the log has no 'made'"),
        (["--map", "priorty=prio"], "--map priorty=prio: nothing reads 'priorty'; did you mean 'priority'?"),
        (["--as-of", "1999-01-01T00:00:00Z"], "nothing has happened by then; the log begins at 2026-06-01T08:00:00Z"),
        (["--encoding", "cp12"], "'cp12' is no known encoding of text"),
    ],
)
def test_refused_before_the_work(
    desk: list[str], arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be done is told with exit code 2, and no file is made, changed or judged."""
    Path("folder.csv").mkdir()
    Path("x").mkdir()
    Path("link.csv").symlink_to("events.csv")
    os.link("events.csv", "hard.csv")
    before = {path.name for path in Path().iterdir()}
    assert main([*desk, *arguments]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert not told.out
    assert (Path("events.csv").read_text(), Path("desk.yaml").read_text()) == (EVENTS, BOOK)
    assert {path.name for path in Path().iterdir()} == before


@pytest.mark.parametrize(
    "command",
    [
        ["explain", "--item", "A"],
        ["next"],
        ["forecast"],
        ["whatif", "--change", "change.yaml"],
        ["measure", "--period", "2026-06"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_refuses_what_nothing_reads(
    desk: list[str], command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A name in --map that nothing reads is a slip of the pen, whatever the command."""
    Path("change.yaml").write_text("slamodel: 1\nchange: desk\ntargets: {resolve: 9h}\n")
    name, *options = command
    assert main([name, *desk[1:], *options, "--map", "priorty=prio"]) == 2
    assert "--map priorty=prio: nothing reads 'priorty'; did you mean 'priority'?" in capsys.readouterr().err


def test_what_is_no_file_may_be_written_twice(desk: list[str]) -> None:
    """A device holds nothing that could be lost."""
    assert main([*desk, "--rejects", os.devnull]) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_full_disk_is_named(desk: list[str]) -> None:
    """Which output has no room is said: a file by its name, or standard output; the end of the program adds nothing."""
    Path("full.csv").symlink_to("/dev/full")
    command = [sys.executable, "-m", "slamodel", *desk]
    done = subprocess.run([*command, "-o", "full.csv"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "full.csv: No space left on device\n")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "standard output: No space left on device\n")


def test_map_knows_what_is_read(desk: list[str]) -> None:
    """Whatever the agreement or the log asks for may be mapped."""
    Path("events.csv").write_text(EVENTS.replace("do,prio", "doing,prio"))
    assert main([*desk, "--map", "do=doing"]) == 0
    assert (
        main([*desk, "--map", "do=doing", "--map", "to=item", "--map", "kept=prio", "--compare", "kept=resolve"]) == 0
    )
    assert main(["explain", *desk[1:], "--item", "A", "--map", "do=doing", "--map", "x=prio"]) == 2


def test_encoding(desk: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """--encoding, or events: {encoding: cp1252}, reads a file that is not UTF-8."""
    Path("events.csv").write_bytes(EVENTS.replace("A,", "Ä,").encode("cp1252"))
    assert main(desk) == 1
    assert "or say which it is: events: {encoding: cp1252}, --encoding cp1252" in capsys.readouterr().err
    assert main([*desk, "--encoding", "cp1252"]) == 0
    assert main(["explain", *desk[1:], "--item", "Ä", "--encoding", "windows-1252"]) == 0
    Path("desk.yaml").write_text(BOOK.replace("events: {", "events: {encoding: cp1252, "))
    assert main(desk) == 0
    assert main([*desk, "--encoding", "utf-8"]) == 1
    Path("desk.yaml").write_text(BOOK.replace("events: {", "events: {encoding: cp12, "))
    assert main(desk) == 2
    assert "events.encoding: 'cp12' is no known encoding of text" in capsys.readouterr().err


def test_items_without_a_verdict_are_counted(desk: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Items that no target promises anything for stand below the table, by what they have where limits are found."""
    more = [f"{item},2026-06-01T09:00:00Z,opened,{prio}" for item, prio in (("D", "P5"), ("E", ""), ("F", "P5"))]
    Path("events.csv").write_text("\n".join([*LINES, *more]) + "\n")
    assert main(desk) == 0
    assert "\n3 items have no verdict: priority P5 (2), priority none (1)\n" in capsys.readouterr().out
    Path("desk.yaml").write_text(BOOK.replace("{P1: 1h, P2: 2h}", "{within: {field: hrs}}"))
    rows = [f"{item},2026-06-01T09:00:00Z,opened,,{hours}" for item, hours in (("A", "6h"), ("B", "6"))]
    Path("events.csv").write_text("\n".join(["item,at,do,prio,hrs", *rows]) + "\n")
    assert main(desk) == 0
    assert "\n1 item has no verdict: hrs 6 (1)\n" in capsys.readouterr().out


def test_what_the_log_never_has_is_told(desk: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A log in which nothing starts a target says so, and rows that repeat others are counted."""
    Path("events.csv").write_text(EVENTS.replace("opened", "Opened") + LINES[1].replace("opened", "Opened") + "\n")
    assert main(desk) == 0
    told = capsys.readouterr()
    assert "6 events of 3 items" in told.out
    assert "1 row repeats an earlier one, which counts once (C6); the first is in line 7" in told.err
    assert (
        "target 'resolve' starts at do 'opened', 'created', and the log's do never has it: it has 'Opened'" in told.err
    )
    assert "(did you mean 'opened'?); map them under events: values" in told.err


def test_rows_with_absurd_dates_are_told(desk: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """C14 absurd: one typo moves nobody's as_of; it is set aside with its line."""
    Path("events.csv").write_text(EVENTS + "D,2062-06-01T08:00:00Z,opened,P1\n")
    assert main(desk) == 1
    told = capsys.readouterr()
    assert "5 events of 3 items, as of 2026-06-01T11:00:00Z" in told.out
    assert "line 7: at 2062-06-01T08:00:00Z is more than 8 years after all events before it; is it a typo?" in told.err
