"""Progress: a bar on a terminal for what takes longer than a second, drawn by rich where it is installed."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import IO, Any, Final, Self

PATIENCE_SECONDS: Final = 1.0


class Progress:
    """Phases of work, each with a name and, where it is known, an amount.

    Nothing is shown where ``out`` is no terminal, where rich is not installed, or in the first second.
    """

    def __init__(self, out: IO[str], patience: float = PATIENCE_SECONDS) -> None:
        self._out = out
        self._bar: Any = None
        self._phase: tuple[str, int | None] = ("", None)
        self._done = 0
        self._lock = threading.Lock()
        self._timer = threading.Timer(patience, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if self._out.isatty():
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.stop()

    def phase(self, name: str, total: int | None = None) -> None:
        """Begin a phase of so much work; None: nobody knows how much."""
        with self._lock:
            self._phase, self._done = (name, total), 0
            if self._bar is not None:
                self._begin()

    def step(self, count: int) -> None:
        """Add work done."""
        with self._lock:
            self._done += count
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[-1], completed=self._done)

    def _show(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import Progress as Bar
        except ImportError:
            return
        with self._lock:
            self._bar = Bar(console=Console(file=self._out), transient=True)
            self._bar.start()
            self._begin()

    def _begin(self) -> None:
        name, total = self._phase
        self._bar.add_task(name, total=total, completed=self._done)
