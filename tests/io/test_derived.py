"""Impact and urgency give the priority of items that have none, when a log is read."""

from typing import Any

import pytest

import slamodel as sm

BOOK = sm.loads("""
slamodel: 1
agreement: x
calendar: 24x7
priority: {matrix: {urgency: [high, low], major: [P1, P2], minor: [P2, P3]}}
targets: {resolve: {P1: 1h, P2: 2h, P3: 3h}}
""")
AT = "2026-06-10T10:00:00Z"


def limits(rows: Any, book: sm.Portfolio = BOOK) -> dict[Any, str]:
    return {row["item"]: str(row["limit"]) for row in sm.evaluate(book, rows)}


def test_of_impact_and_urgency() -> None:
    """The matrix gives the priority, an item's own goes before it, and a pair that it does not have gives none."""
    rows = [
        {"item": "a", "at": AT, "do": "opened", "impact": "minor", "urgency": "high"},
        {"item": "b", "at": AT, "do": "opened", "impact": "minor", "urgency": "high", "priority": "P1"},
        {"item": "c", "at": AT, "do": "opened", "impact": "major", "urgency": "none"},
        {"item": "d", "at": AT, "do": "opened", "impact": "major"},
        {"item": "e", "at": AT, "do": "opened", "impact": "minor", "urgency": "low"},
    ]
    assert limits(rows) == {"a": "2:00:00", "b": "1:00:00", "e": "3:00:00"}


def test_changes() -> None:
    """A change of the impact changes the priority, as a change of the priority itself does (C10)."""
    rows = [
        {"item": "a", "at": AT, "do": "opened", "impact": "minor", "urgency": "low"},
        {"item": "a", "at": "2026-06-10T10:30:00Z", "do": "impact", "to": "major"},
        {"item": "a", "at": "2026-06-10T12:30:00Z", "do": "resolved"},
    ]
    (row,) = sm.evaluate(BOOK, rows)
    assert (row["priority"], str(row["limit"]), row["stage"]) == ("P2", "2:00:00", "missed")
    rows.insert(2, {"item": "a", "at": "2026-06-10T11:00:00Z", "do": "priority", "to": "P3"})
    (row,) = sm.evaluate(BOOK, rows)
    assert (row["priority"], row["stage"]) == ("P3", "met")


def test_a_log_without_priorities() -> None:
    """A table of snapshots needs no column of the priority, where its impact and urgency give one."""
    text = """
slamodel: 1
agreement: x
calendar: 24x7
events: {kind: snapshots, columns: {gravity: severity}, values: {gravity: {1: major}}}
priority: {field: p, impact_field: gravity, matrix: {urgency: [high], major: [P1]}}
targets: {resolve: {P1: 1h, starts: opened, stops: {status: closed}}}
"""
    book = sm.loads(text)
    log = {"item": [1, 1], "at": [AT, "2026-06-10T12:00:00Z"], "severity": [1, 1], "urgency": ["high", "high"]}
    (row,) = sm.evaluate(book, {**log, "status": ["new", "closed"]})
    assert (row["priority"], row["stage"]) == ("P1", "missed")
    with pytest.raises(sm.EventError, match="'p'"):
        sm.evaluate(book, {"item": [1], "at": [AT], "status": ["new"]})


def test_one_matrix_reads_a_log() -> None:
    """A file of agreements with several matrices is warned: the log is read as the first says."""
    one = {"calendar": "24x7", "targets": {"resolve": {"P1": "1h"}}}
    matrices = [{"matrix": {"urgency": ["high"], impact: ["P1"]}} for impact in ("major", "minor")]
    book = sm.load(
        {
            "slamodel": 1,
            "which": "all",
            "agreements": [
                {**one, "agreement": "a", "priority": matrices[0]},
                {**one, "agreement": "b", "priority": matrices[0]},
                {**one, "agreement": "c", "priority": matrices[1]},
            ],
        }
    )
    assert [str(warning) for warning in book.warnings] == [
        (
            "agreements.2.priority.matrix: is not that of 'a', as which the log is read; "
            "give both one matrix, or read them apart [W137]"
        ),
    ]
