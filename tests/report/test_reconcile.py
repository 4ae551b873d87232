"""Verdicts held against stored ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import slamodel as sm
from slamodel.report.reconcile import Reconciled, reconcile

BOOK = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {P1: 1h, P2: 2h, default: 4h}}
"""
AS_OF = datetime(2026, 6, 2, tzinfo=UTC)


def _judged(*items: tuple[str, str | None, int, Any]) -> tuple[sm.VerdictTable, sm.EventTable]:
    rows: list[dict[str, Any]] = []
    for name, priority, minutes, made in items:
        rows.append({"item": name, "at": "2026-06-01T08:00:00Z", "do": "opened", "priority": priority, "made": made})
        if minutes:
            stop = f"2026-06-01T{8 + minutes // 60:02d}:{minutes % 60:02d}:00Z"
            rows.append({"item": name, "at": stop, "do": "resolved", "made": made})
    book = sm.loads(BOOK)
    events = sm.read_events(rows, book.events)
    return sm.evaluate(book, events, as_of=AS_OF), events


def test_counts_by_priority() -> None:
    """Each priority has its own count, and every difference its name."""
    verdicts, events = _judged(
        ("A", "P1", 30, "true"),
        ("B", "P1", 90, "true"),
        ("C", "P1", 90, "false"),
        ("D", "P2", 119, "TRUE"),
        ("E", None, 30, "yes"),
        ("F", "P2", 0, "true"),
        ("G", "P2", 30, None),
        ("H", "P2", 30, "perhaps"),
    )
    assert reconcile(verdicts, events, "made", "resolve") == [
        Reconciled("P1", 3, 2, ("B",)),
        Reconciled("P2", 1, 1, ()),
        Reconciled(None, 1, 1, ()),
    ]


@pytest.mark.parametrize("word", ["true", True, 1, "1", "yes", "Met"])
def test_words_for_met(word: Any) -> None:
    """A stored verdict may be a truth, a number or a word."""
    verdicts, events = _judged(("A", "P1", 30, word))
    assert reconcile(verdicts, events, "made", "resolve") == [Reconciled("P1", 1, 1, ())]


@pytest.mark.parametrize("word", ["false", False, 0, "no", "missed", "breached"])
def test_words_for_missed(word: Any) -> None:
    """And so may a miss."""
    verdicts, events = _judged(("A", "P1", 30, word))
    assert reconcile(verdicts, events, "made", "resolve") == [Reconciled("P1", 1, 0, ("A",))]


def test_unknown_names() -> None:
    """A field or target that is not there is named, with the nearest that is."""
    verdicts, events = _judged(("A", "P1", 30, "true"))
    with pytest.raises(sm.EventError, match="the log has no field 'mode'; did you mean 'made'"):
        reconcile(verdicts, events, "mode", "resolve")
    with pytest.raises(sm.EventError, match="there is no target 'reslove'; did you mean 'resolve'"):
        reconcile(verdicts, events, "made", "reslove")
