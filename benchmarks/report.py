"""Run the benchmarks once and print one table: what was measured, what it must reach, what it reached."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.subjects import PAIRS
from benchmarks.test_measures import MANY
from tests.hostile import HOSTILE

ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

Seconds = Callable[[str], float]
"""The least time a measured test took, in seconds for each thing it counts."""


def main() -> int:
    """Measure, print, and return 1 if anything misses its mark."""
    measured = _measure(sys.argv[1:])
    info = {test["name"]: test["extra_info"] for test in measured["benchmarks"]}
    least = {test["name"]: test["stats"]["min"] / test["extra_info"].get("count", 1) for test in measured["benchmarks"]}
    rows = (
        _rows(least.__getitem__, info)
        if len(sys.argv) == 1
        else [(name, f"{s:.3g} s", "", True) for name, s in least.items()]
    )
    width = max(len(name) for name, *_ in rows)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, one thread\n")
    print(f"{'what':<{width}}  {'reached':>14}  {'must reach':>18}")
    for name, reached, must, good in rows:
        print(f"{name:<{width}}  {reached:>14}  {must:>18}{'' if good else '  MISSED'}")
    return 0 if all(good for *_, good in rows) else 1


def _measure(arguments: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "measured.json")
        command = [sys.executable, "-m", "pytest", "benchmarks", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        command += [f"--benchmark-json={path}", "--benchmark-disable-gc", "--benchmark-quiet", "--no-cov", *arguments]
        done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        found: dict[str, Any] = json.loads(path.read_text())
        return found


def _rows(s: Seconds, info: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str, bool]]:
    busday, elapsed, due = s("test_busday_count"), s("test_elapsed"), s("test_due")
    small, middle, large = (s(f"test_evaluate[{items}]") for items in (16_667, 166_667, 2_000_000))
    outages = s("test_availability[24x7-plain-False]")
    memory = info["test_memory"]["extra_bytes"] / info["test_memory"]["count"]
    return [
        _at_most("elapsed / busday_count (whole days)", elapsed / busday, 0.45),
        _at_least("workclock between_many / elapsed", s("test_peer_elapsed") / elapsed, 120),
        _at_most("elapsed 3 years apart / 30 days", s("test_elapsed_three_years") / elapsed, 1.3),
        _at_most("due 8h / busday_count", due / busday, 0.6),
        _at_least("workclock add_many / due", s("test_peer_due") / due, 80),
        _at_most("1,000 calendars in a column / one", s("test_table") * PAIRS / info["test_table"]["one"], 3.0),
        _at_least("evaluate, million events a second", 1e-6 / large, 6.0),
        _at_most("evaluate, peak extra bytes an event", memory, 120),
        _at_most("evaluate, time an event at 10^7 / 10^5", large / small, 1.3),
        _at_most("evaluate, time an event at 10^7 / 10^6", large / middle, 1.3),
        _at_least("pauses, reopenings, changes of priority / plain", middle / s("test_evaluate_eventful"), 0.5),
        _at_most("cal.elapsed(datetime, datetime), us", s("test_one_elapsed") * 1e6, 3.0),
        _at_most("cal.due(datetime, '8h'), us", s("test_one_due") * 1e6, 4.0),
        _at_most("Stopwatch.verdict, us", s("test_stopwatch") * 1e6, 80),
        _at_most("compile one year of a calendar, ms", s("test_compile_year") * 1e3, 3.0),
        _at_most("load the sample agreement, ms", s("test_load") * 1e3, 60),
        _at_most(
            "refuse the slowest of the hostile texts, ms",
            max(s(f"test_refused[{name}]") for name in HOSTILE) * 1e3,
            100,
        ),
        _at_most("prove a chain of five links over a year, s", s("test_prove"), 2.0),
        _at_most("measure a million verdicts by month, s", s("test_measure"), 2.0),
        _at_most("a million outages by month / sorting their edges", outages / s("test_sort_of_edges"), 4.0),
        _told("a million outages of a thousand services by month, s", outages * MANY),
        _told("elapsed, ns a pair", elapsed * 1e9),
        _told("due, ns each", due * 1e9),
        _told("busday_count, ns a pair", busday * 1e9),
        _told("a new calendar asked once, ms", s("test_new_calendar") * 1e3),
        _told("Stopwatch: an event and a verdict, us", s("test_stopwatch_event") * 1e6),
    ]


def _at_most(name: str, value: float, bound: float) -> tuple[str, str, str, bool]:
    return name, f"{value:.3g}", f"at most {bound:g}", value <= bound


def _at_least(name: str, value: float, bound: float) -> tuple[str, str, str, bool]:
    return name, f"{value:.3g}", f"at least {bound:g}", value >= bound


def _told(name: str, value: float) -> tuple[str, str, str, bool]:
    return name, f"{value:.3g}", "", True


if __name__ == "__main__":
    sys.exit(main())
