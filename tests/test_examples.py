"""The examples do what their pages say: every command prints what is shown, and every log is what its script makes."""

import contextlib
import io
import re
import runpy
import shlex
from pathlib import Path

import pytest

from slamodel.cli import main

ROOT = Path(__file__).parent.parent
FOLDERS = sorted(path.parent for path in ROOT.glob("examples/*/README.md"))
LOGS = {"help-desk": "june.csv", "managed-service-provider": "may.csv", "integrator": "first-half.csv"}
BLOCK = re.compile(r"```console\n\$ slamodel ((?:\\\n|[^\n])*)\n(.+?)```", re.DOTALL)
SHOWN = [
    (folder.name, command, shown)
    for folder in FOLDERS
    for command, shown in BLOCK.findall((folder / "README.md").read_text("utf-8"))
]


@pytest.mark.parametrize(("folder", "command", "shown"), SHOWN, ids=[f"{one[0]} {one[1][:8]}" for one in SHOWN])
def test_commands_print_what_is_shown(folder: str, command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command of a page prints what the page shows; a check fails where the page shows errors."""
    monkeypatch.chdir(ROOT)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        done = main(shlex.split(command))
    assert [line.rstrip() for line in out.getvalue().splitlines()] == [line.rstrip() for line in shown.splitlines()]
    fails = command.startswith("check") and not shown.rstrip().splitlines()[-1].startswith("0 errors")
    assert (done, folder == "integrator" and command.startswith("check")) == (int(fails), fails)


def test_every_new_example_is_checked_and_evaluated() -> None:
    """Each of the example portfolios shows a check and an evaluation."""
    for name in LOGS:
        assert [command.split()[0] for folder, command, _ in SHOWN if folder == name] == ["check", "evaluate"]


@pytest.mark.parametrize("name", LOGS)
def test_logs_are_made_by_their_scripts(name: str) -> None:
    """A log is the same, byte for byte, whenever it is made again."""
    made = runpy.run_path(str(ROOT / "examples" / name / "make_log.py"))
    assert made["text"]() == (ROOT / "examples" / name / LOGS[name]).read_text("utf-8")


def test_the_second_client_is_five_lines() -> None:
    """A client that takes the template as it is says who it is, from when, and which items are its own."""
    text = (ROOT / "examples/managed-service-provider/agreements/clients.yaml").read_text("utf-8")
    second = text.split("\n\n")[1]
    assert second.startswith("  - extends: gold\n    agreement: water-board\n")
    assert len(second.splitlines()) == 5
