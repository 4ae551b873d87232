"""The bar of a long run."""

from __future__ import annotations

import io
import sys

import pytest

from slamodel.show.progress import Progress


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def _run(out: io.StringIO, *, wait: bool) -> Progress:
    with Progress(out, patience=0.0 if wait else 60.0) as progress:
        progress.phase("reading log.csv")
        if wait and out.isatty():
            progress._timer.join()  # the bar is up before the work goes on
        progress.phase("judging", 10)
        progress.step(4)
        progress.step(6)
    return progress


def test_bar_on_a_terminal() -> None:
    """Once its time has come the bar names each phase and counts its work."""
    out = Terminal()
    progress = _run(out, wait=True)
    assert [(task.description, task.completed, task.total) for task in progress._bar.tasks] == [
        ("reading log.csv", 0, None),
        ("judging", 10, 10),
    ]
    assert "judging" in out.getvalue()


def test_quick_work_shows_nothing() -> None:
    """Work that is done before its time has come leaves no trace."""
    out = Terminal()
    _run(out, wait=False)
    assert not out.getvalue()


def test_no_terminal_no_bar() -> None:
    """A file gets no bar."""
    out = io.StringIO()
    _run(out, wait=True)
    assert not out.getvalue()


def test_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where rich is not installed the work goes on in silence."""
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    out = Terminal()
    _run(out, wait=True)
    assert not out.getvalue()
