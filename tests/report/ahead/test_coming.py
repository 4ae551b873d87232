"""What becomes of open items by the end of a period (M9 period)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

import slamodel as sm
from slamodel.report.ahead.coming import Coming, coming
from slamodel.report.ahead.estimates import Learning
from slamodel.report.attainment.placing import Counting
from slamodel.timeline.instants import from_datetime

START = datetime(2026, 6, 1, tzinfo=UTC)
F1 = (1, 2, 2, 3, 4, 5, 6, 8, 10, 12)
BOOK = sm.loads("""
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {P2: 8h}}
""")
AT = START + timedelta(hours=100)


def opened(item: str, at: datetime) -> dict[str, Any]:
    return {"item": item, "at": at, "do": "opened", "priority": "P2"}


PAST = [
    row
    for n, took in enumerate(F1)
    for row in (
        opened(f"I{n}", START),
        {"item": f"I{n}", "at": START + timedelta(hours=took), "do": "resolved"},
    )
]


def ends(used: float, left: float, *, by: str = "stopped", open_breaches: bool = True, past: Any = PAST) -> Coming:
    """Return what becomes of one item that has used up so much, ``left`` hours before the end of the period."""
    verdicts = sm.evaluate(BOOK, [*past, opened("NEW", AT - timedelta(hours=used))], as_of=AT)
    period = from_datetime(AT - timedelta(hours=1)), from_datetime(AT + timedelta(hours=left))
    counting = Counting(by=by, open_breaches=open_breaches)
    return coming(verdicts, counting, np.ones(len(verdicts), bool), period, Learning(("priority",)))


def told(found: Coming) -> Any:
    [missed], [met], [sure] = found.missed.tolist(), found.met.tolist(), found.sure.tolist()
    return missed, met, sure


def test_due_by_the_end() -> None:
    """An item that will be late before the end counts in any case: F1, 4 h used, 5 h left, 40 % to be missed."""
    assert told(ends(4, 5)) == (pytest.approx(0.4), pytest.approx(0.6), True)
    assert told(ends(4, 5, by="breached")) == (pytest.approx(0.4), pytest.approx(0.6), True)


def test_due_after_the_end() -> None:
    """One that cannot be late by then is met if it stops before: of 5 beyond 4 h, 2 (5 h, 6 h) do within 2 h."""
    assert told(ends(4, 2)) == (0, pytest.approx(2 / 5), False)
    # Just at the limit it is not late yet; of the five, the one of 8 h stops there too.
    assert told(ends(4, 4)) == (0, pytest.approx(3 / 5), False)


def test_late_already() -> None:
    """One that was late before the period is missed if it stops in it: beyond 9 h (10 h, 12 h), one does within 2 h."""
    assert told(ends(9.5, 2)) == (pytest.approx(1 / 2), 0, False)
    assert len(ends(9.5, 2, by="breached").rows) == 0
    # Late in the period itself it is counted already.
    assert len(ends(8.5, 2).rows) == 0


def test_counted_only_when_it_stops() -> None:
    """Without open breaches an item counts when it stops: met until 8 h, missed from then to the end, or not at all."""
    assert told(ends(4, 7, open_breaches=False)) == (pytest.approx(1 / 5), pytest.approx(3 / 5), False)
    assert told(ends(8.5, 2, open_breaches=False)) == (pytest.approx(1 / 2), 0, False)
    assert told(ends(8.5, 2, by="breached", open_breaches=False)) == (1, 0, True)


def test_whenever_it_ends() -> None:
    """By opened an item counts where it was opened, by due where it is due, whenever it ends."""
    assert told(ends(0.5, 2, by="opened")) == (pytest.approx(2 / 10), pytest.approx(8 / 10), True)
    assert len(ends(4, 2, by="opened").rows) == 0
    assert told(ends(4, 5, by="due")) == (pytest.approx(0.4), pytest.approx(0.6), True)
    assert len(ends(4, 2, by="due").rows) == 0


def test_without_an_estimate_it_is_cautious() -> None:
    """M9 beyond: without an estimate an item is counted with the worst, and the best is told beside it."""
    late = ends(20, 2)
    assert told(late) == (1, 0, False)
    assert (late.best_missed.tolist(), late.best_met.tolist(), late.unknown.tolist()) == ([0], [0], [True])
    quick = [row for row in PAST if row["item"] in {"I0", "I1", "I2"}]  # 1, 2, 2 h
    due = ends(4, 5, past=quick)
    assert (told(due), due.best_missed.tolist(), due.best_met.tolist()) == ((1, 0, True), [0], [1])
    after = ends(1.5, 3, past=quick)
    # All that came past 1.5 h had finished by 2 h, so at most none is open at 4.5 h.
    assert (told(after), after.best_met.tolist()) == ((0, 1, False), [1])
    either = ends(4, 7, open_breaches=False, past=quick)
    assert (told(either), either.best_met.tolist()) == ((1, 0, False), [1])


def test_time_left_is_the_calendars() -> None:
    """Until the end the clock runs on its own calendar: over a weekend nothing is used up."""
    book = sm.loads(
        "{slamodel: 1, agreement: desk, calendar: {timezone: UTC, hours: {mon-fri: '09:00-17:00'}}, "
        "targets: {resolve: {P2: 8h}}}"
    )
    friday = datetime(2026, 6, 5, 16, tzinfo=UTC)
    rows = [
        opened("OLD", friday - timedelta(days=2)),
        {"item": "OLD", "at": friday - timedelta(days=1), "do": "resolved"},
    ]
    verdicts = sm.evaluate(book, [*rows, opened("NEW", friday - timedelta(hours=2))], as_of=friday)
    period = from_datetime(friday), from_datetime(friday + timedelta(days=2, hours=8))
    found = coming(verdicts, Counting(), np.ones(2, bool), period, Learning(()))
    # OLD took 8 h; until Monday midnight NEW comes to 3 h.
    assert told(found) == (0, 0, False)


@pytest.mark.parametrize("by", ["stopped", "breached", "due", "opened"])
def test_a_clock_that_has_not_started(by: str) -> None:
    """M9 started: "an open item whose clock has not started is not among those that a period counts at its end"."""
    book = sm.loads("""
    slamodel: 1
    agreement: carrier
    calendar: 24x7
    targets: {repair: {P2: 8h, starts: handed_over, stops: repaired}}
    """)
    rows = [opened("A", AT), {"item": "A", "at": AT, "do": "handed_over"}, opened("B", AT)]
    verdicts = sm.evaluate(book, rows, as_of=AT)
    assert list(verdicts.column("stage")) == ["running", "pending"]
    period = from_datetime(START), from_datetime(AT + timedelta(hours=24))
    found = coming(verdicts, Counting(by=by), np.ones(2, bool), period, Learning(("priority",)))
    assert verdicts.column("item")[found.rows].tolist() == ["A"]
