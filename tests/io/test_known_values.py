"""Values that a field may have: a row with another is set aside, with the ones that are known."""

from __future__ import annotations

from typing import Any

import slamodel as sm

BOOK = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {default: 1h}}
events:
  kind: %s
  known: {status: [new, awaiting_customer], priority: [P1, 2]}
  values: {status: {Wait: awaiting_customer}}
"""
AT = "2026-06-01T08:00:00Z"


def _rejects(kind: str, rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    events = sm.read_events(rows, sm.loads(BOOK % kind).events)
    return [(reject.line, reject.reason) for reject in events.rejects]


def test_snapshots() -> None:
    """The values are those of the agreement, after renaming; a missing one is no stranger."""
    rows: list[dict[str, Any]] = [
        {"item": "A", "at": AT, "status": "new", "priority": "P1"},
        {"item": "A", "at": AT, "status": "Wait", "priority": 2},
        {"item": "B", "at": AT, "status": "-100", "priority": "P1"},
        {"item": "C", "at": AT, "status": None, "priority": "P9"},
    ]
    assert _rejects("snapshots", rows) == [
        (3, "status '-100' is not known; known: new, awaiting_customer"),
        (4, "priority 'P9' is not known; known: P1, 2"),
    ]


def test_changes() -> None:
    """What a change sets is looked at too, whatever column it stands in."""
    rows = [
        {"item": "A", "at": AT, "do": "opened", "priority": "P1"},
        {"item": "A", "at": AT, "do": "status", "to": "Wait"},
        {"item": "A", "at": AT, "do": "status", "to": "gone"},
        {"item": "A", "at": AT, "do": "priority", "to": "P3"},
        {"item": "A", "at": AT, "do": "assigned", "to": "anyone"},
    ]
    assert _rejects("changes", rows) == [
        (3, "status 'gone' is not known; known: new, awaiting_customer"),
        (4, "priority 'P3' is not known; known: P1, 2"),
    ]
