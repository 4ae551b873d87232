"""Whatever holds events, evaluated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import slamodel as sm

BOOK = """
slamodel: 1
agreement: desk
timezone: UTC
calendar: {hours: {mon-fri: "09:00-17:00"}}
targets: {resolve: {%s, starts: {at: opened}, stops: {at: closed}}}
events: {kind: snapshots, item: id, at: seen, times: [opened, closed]}
"""
ROW = {"id": 7, "seen": "2026-06-05T18:00:00Z", "opened": "2026-06-05T08:00:00Z", "closed": "2026-06-07T12:00:00Z"}
AS_OF = datetime(2026, 6, 30, tzinfo=UTC)


def test_priority_is_not_needed() -> None:
    """Where no limit names a priority the log needs no such column, and shows it where it has one."""
    book = sm.loads(BOOK % "within: 8h")
    assert sm.evaluate(book, [ROW], as_of=AS_OF).to_dicts()[0]["priority"] is None
    assert sm.evaluate(book, [{**ROW, "priority": "P1"}], as_of=AS_OF).to_dicts()[0]["priority"] == "P1"
    with pytest.raises(sm.EventError, match="column 'priority' is not in the list"):
        sm.evaluate(sm.loads(BOOK % "P1: 8h"), [ROW], as_of=AS_OF)


@pytest.mark.parametrize(
    ("options", "stage", "breached_at"),
    [
        ("within: 1bd", "met", None),
        ("within: 1bd, at_limit: missed", "missed", datetime(2026, 6, 5, 17, tzinfo=UTC)),
        ("within: 1bd, judge: timestamp", "met", None),
    ],
)
def test_exactly_on_a_limit_in_days(options: str, stage: str, breached_at: datetime | None) -> None:
    """C3: on the limit is met; with at_limit: missed it is late from the instant the covered time is used up."""
    verdict: dict[str, Any] = sm.evaluate(sm.loads(BOOK % options), [ROW], as_of=AS_OF).to_dicts()[0]
    assert verdict["due"] == datetime(2026, 6, 8, 9, tzinfo=UTC)
    assert (verdict["elapsed"], verdict["limit"]) == (timedelta(hours=8), timedelta(hours=8))
    assert (verdict["stage"], verdict["breached_at"]) == (stage, breached_at)
