"""Summaries: verdicts counted by agreement, target and priority, the versions of an agreement together."""

from datetime import timedelta

import slamodel as sm
from slamodel.show.tables import summary_cells

FILE = """
slamodel: 1
which: all
agreements:
  - {agreement: a, calendar: 24x7, targets: {resolve: {P1: 8h, P2: 8h}, gone: {within: 1h, stops: x}}}
  - {agreement: a, version: 2, amends: 1, from: 2026-07-01, targets: {resolve: {P2: 1h}, gone: none}}
  - {agreement: b, calendar: 24x7, targets: {resolve: 2h}}
"""
ITEMS = [("A", "2026-06-30T12:00Z", "P1"), ("B", "2026-06-30T12:00Z", "P2"), ("C", "2026-07-02T12:00Z", "P2")]
LOG = [
    row
    for item, at, priority in ITEMS
    for row in (
        {"item": item, "at": at, "do": "opened", "priority": priority},
        {"item": item, "at": at.replace("12:", "15:"), "do": "resolved"},
    )
]


def test_versions_are_counted_together() -> None:
    """C13 summary: items that two versions judge stand in one row; agreements stand apart."""
    book = sm.loads(FILE)
    verdicts = sm.evaluate(book, LOG)
    assert {row["rule"] for row in verdicts} >= {"a/resolve/P2", "a@2/resolve/P2", "b/resolve/default"}
    told = [
        (row.agreement, row.target, row.priority, row.measured, row.met, row.missed, row.open)
        for row in verdicts.summary()
    ]
    assert told == [
        ("a", "resolve", "P1", 1, 1, 0, 0),
        ("a", "resolve", "P2", 2, 1, 1, 0),
        ("a", "gone", "P1", 0, 0, 0, 1),
        ("a", "gone", "P2", 0, 0, 0, 1),
        ("b", "resolve", "P1", 1, 0, 1, 0),
        ("b", "resolve", "P2", 2, 0, 2, 0),
    ]
    assert verdicts.summary()[1].median == timedelta(hours=3) // timedelta(microseconds=1)
    assert [cells[0] for cells in summary_cells(verdicts.summary())][:2] == ["a/resolve", "a/resolve"]
    alone = sm.Portfolio((book["b"],))
    assert [cells[0] for cells in summary_cells(sm.evaluate(alone, LOG).summary())] == ["resolve", "resolve"]
