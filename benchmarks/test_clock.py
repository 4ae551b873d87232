"""Clocks over logs: events a second, growth with size, and one live item."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import slamodel as sm
from benchmarks import subjects
from benchmarks.subjects import EVENTFUL_EACH, EVENTS_EACH
from slamodel.clock.evaluate import evaluate
from slamodel.clock.stopwatch import Stopwatch

AGREEMENT = Path("examples/servicenow-incidents/agreement.yaml")


@pytest.mark.parametrize("items", [16_667, 166_667, 2_000_000])
def test_evaluate(benchmark: Any, items: int) -> None:
    """Every item of a log judged: 10^5, 10^6 and 12 million events, with pauses."""
    events = subjects.log(items)
    benchmark.extra_info["count"] = items * EVENTS_EACH
    benchmark.pedantic(
        lambda: evaluate([subjects.target()], events), rounds=3 if items > 10**6 else 5, iterations=1, warmup_rounds=1
    )


def test_evaluate_eventful(benchmark: Any) -> None:
    """A log in which clocks pause twice, are reopened, and most change their priority on the way."""
    items = 111_111
    events = subjects.eventful_log(items)
    benchmark.extra_info["count"] = items * EVENTFUL_EACH
    benchmark.pedantic(lambda: evaluate([subjects.target()], events), rounds=5, iterations=1, warmup_rounds=1)


def test_memory(benchmark: Any) -> None:
    """The memory that judging 12 million events takes beyond the log itself, in a process of its own."""
    benchmark.extra_info["count"] = 12_000_000
    code = "from benchmarks.test_clock import extra_bytes; print(extra_bytes(2_000_000))"

    def run() -> None:
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        benchmark.extra_info["extra_bytes"] = int(done.stdout)

    benchmark.pedantic(run, rounds=1, iterations=1)


def extra_bytes(items: int) -> int:
    """Return the most memory that judging a log holds at once beyond the log, in bytes, every allocation counted."""
    events = subjects.log(items)
    evaluate([subjects.target()], subjects.log(100))
    tracemalloc.start()
    evaluate([subjects.target()], events)
    return tracemalloc.get_traced_memory()[1]


@pytest.mark.benchmark(max_time=4)
def test_stopwatch(benchmark: Any) -> None:
    """The verdict of one live item: what time has added since its last event."""
    watch = Stopwatch(subjects.target(), {"item": "INC7", "priority": "P2"})
    watch.apply({"at": "2026-03-05T14:03:00Z", "do": "opened"})
    watch.apply({"at": "2026-03-05T15:00:00Z", "do": "status", "to": "awaiting_customer"})
    watch.apply({"at": "2026-03-06T15:30:00Z", "do": "status", "to": "open"})
    at = datetime(2026, 3, 6, 18, tzinfo=UTC)
    watch.verdict(at)
    benchmark(watch.verdict, at)


def test_stopwatch_event(benchmark: Any) -> None:
    """One event applied and the verdict after it."""
    at = datetime(2026, 3, 6, 18, tzinfo=UTC)

    def run() -> None:
        watch = Stopwatch(subjects.target(), {"item": "INC7", "priority": "P2"})
        watch.apply({"at": "2026-03-05T14:03:00Z", "do": "opened"}).verdict(at)

    run()
    benchmark(run)


def test_load(benchmark: Any) -> None:
    """The agreement of the sample, loaded."""
    sm.load(AGREEMENT)
    benchmark(sm.load, AGREEMENT)
