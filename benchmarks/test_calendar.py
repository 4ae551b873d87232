"""Questions to calendars, beside NumPy's whole days and the fastest peer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import workclock

import slamodel as sm
from benchmarks import subjects
from benchmarks.subjects import PAIRS, PEER_PAIRS

NEW_YORK = ZoneInfo("America/New_York")
START, END = datetime(2026, 3, 6, 10, 5, tzinfo=NEW_YORK), datetime(2026, 4, 2, 16, 40, tzinfo=NEW_YORK)


def _measure(benchmark: Any, run: Callable[[], Any], count: int, rounds: int = 5) -> None:
    benchmark.extra_info["count"] = count
    benchmark.pedantic(run, rounds=rounds, iterations=1, warmup_rounds=1)


def _peer() -> Any:
    rules: list[Any] = [
        workclock.WorkDay(time(9), time(17, 30)),
        workclock.Break(time(12, 30), time(13, 30)),
        workclock.Holidays([day.item() for day in subjects.holiday_dates()]),
    ]
    return workclock.Schedule(rules, time_zone="America/New_York")


def test_busday_count(benchmark: Any) -> None:
    """NumPy counts whole business days, which is all it can."""
    starts, ends = (column.astype("M8[D]") for column in subjects.pairs(30))
    days = np.busdaycalendar(holidays=subjects.holiday_dates())
    _measure(benchmark, lambda: np.busday_count(starts, ends, busdaycal=days), PAIRS)


def test_elapsed(benchmark: Any) -> None:
    """Open time between two instants, to the microsecond."""
    starts, ends = subjects.pairs(30)
    _measure(benchmark, lambda: subjects.office().elapsed(starts, ends), PAIRS)


def test_elapsed_three_years(benchmark: Any) -> None:
    """The same between instants three years apart."""
    starts, ends = subjects.pairs(1095)
    _measure(benchmark, lambda: subjects.office().elapsed(starts, ends), PAIRS)


def test_due(benchmark: Any) -> None:
    """When eight hours are used up."""
    starts, _ = subjects.pairs(30)
    _measure(benchmark, lambda: subjects.office().due(starts, "8h"), PAIRS)


def test_table(benchmark: Any) -> None:
    """Open time of each pair on its own one of a thousand calendars, in turns with all of them on one."""
    starts, ends = subjects.pairs(30)
    table, column = subjects.thousand_calendars(), subjects.calendar_column()
    beside = []

    def one_calendar() -> None:
        began = perf_counter()
        subjects.office().elapsed(starts, ends)
        beside.append(perf_counter() - began)

    benchmark.extra_info["count"] = PAIRS
    benchmark.pedantic(
        lambda: table.elapsed(column, starts, ends), setup=one_calendar, rounds=7, iterations=1, warmup_rounds=1
    )
    benchmark.extra_info["one"] = min(beside)


def test_peer_elapsed(benchmark: Any) -> None:
    """What workclock takes for a hundredth of the pairs; its answers are ours."""
    starts, ends = (column[:PEER_PAIRS] for column in subjects.pairs(30))
    schedule = _peer()
    _measure(benchmark, lambda: schedule.between_many(starts, ends), PEER_PAIRS, rounds=3)
    assert (schedule.between_many(starts, ends) == subjects.office().elapsed(starts, ends)).all()


def test_peer_due(benchmark: Any) -> None:
    """What workclock takes to add eight hours."""
    starts = subjects.pairs(30)[0][:PEER_PAIRS]
    schedule = _peer()
    _measure(benchmark, lambda: schedule.add_many(starts, timedelta(hours=8)), PEER_PAIRS, rounds=3)
    assert (schedule.add_many(starts, timedelta(hours=8)) == subjects.office().due(starts, "8h")).all()


@pytest.mark.benchmark(max_time=4)
def test_one_elapsed(benchmark: Any) -> None:
    """One question asked with datetimes."""
    calendar = subjects.office()
    calendar.elapsed(START, END)
    benchmark(calendar.elapsed, START, END)


@pytest.mark.benchmark(max_time=4)
def test_one_due(benchmark: Any) -> None:
    """One due asked with a datetime."""
    calendar = subjects.office()
    calendar.due(START, "8h")
    benchmark(calendar.due, START, "8h")


def test_compile_year(benchmark: Any) -> None:
    """One more year of a calendar: its hours laid out, its holidays cut, its clock changes read."""
    calendar = subjects.office()
    calendar.spans_in_years(2026, 2027)
    benchmark(calendar.spans_in_years, 2027, 2028)


def test_new_calendar(benchmark: Any) -> None:
    """A calendar made from its document and asked once."""
    at = datetime(2026, 5, 5, 12, tzinfo=UTC)
    document = {"timezone": "America/New_York", "hours": subjects.HOURS}
    benchmark(lambda: sm.ServiceCalendar.from_dict(document).due(at, "8h"))
