"""One calendar, many threads: the answers are those of one thread, though the horizon grows under them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import numpy as np
import pytest

import slamodel as sm

OFFICE = {"timezone": "America/New_York", "hours": {"mon-fri": "09:00-12:30, 13:30-17:00"}}
THREADS = 8
HOUR = timedelta(hours=1)


def ask_all(calendar: sm.ServiceCalendar, thread: int, barrier: Barrier | None = None) -> list[Any]:
    """Ask about years further and further away, each thread in steps of its own."""
    answers: list[Any] = []
    if barrier:
        barrier.wait()
    for step in range(5):
        ahead = 1 + thread + step * 2
        start = datetime(2026 + ahead, 3, 7, 15, tzinfo=UTC)
        early = datetime(2026 - ahead, 11, 1, 3, tzinfo=UTC)
        column = np.datetime64(start.replace(tzinfo=None), "us") + np.arange(9) * np.timedelta64(11, "h")
        answers += [
            calendar.due(start, 700 * HOUR),
            calendar.start_by(early, 300 * HOUR),
            calendar.elapsed(early, start),
            calendar.due(column, "90h").tolist(),
            calendar.previous_close(column).tolist(),
            calendar.is_open(column).tolist(),
        ]
    return answers


@pytest.mark.parametrize("document", [OFFICE, {**OFFICE, "holidays": "US"}], ids=["office", "holidays"])
def test_threads_answer_as_one(document: dict[str, Any]) -> None:
    """Eight threads on one calendar, all at once, get what each gets alone on a calendar of its own."""
    alone = [ask_all(sm.ServiceCalendar.from_dict(document), thread) for thread in range(THREADS)]
    for _ in range(3):
        shared, barrier = sm.ServiceCalendar.from_dict(document), Barrier(THREADS)
        with ThreadPoolExecutor(THREADS) as pool:
            futures = [pool.submit(ask_all, shared, thread, barrier) for thread in range(THREADS)]
            assert [future.result() for future in futures] == alone
