"""A replay of whatever holds events; each side reads them as its own agreement does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import slamodel as sm

TEXT = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {P1: 1h, P2: 8h}}
priority: {matrix: {urgency: [high, low], high: [%s]}}
"""
BOOK, CHANGED = sm.loads(TEXT % "P2, P1"), sm.loads(TEXT % "P1, P2")
ROWS: list[dict[str, Any]] = [
    {"item": "A", "at": "2026-06-01T08:00:00Z", "do": "opened", "impact": "high", "urgency": "high"},
    {"item": "A", "at": "2026-06-01T10:00:00Z", "do": "resolved"},
]


@pytest.mark.parametrize("kind", ["rows", "iterator", "columns", "pandas", "file"])
def test_each_side_reads_for_itself(kind: str, tmp_path: Path) -> None:
    """A changed matrix of impact and urgency counts, whatever holds the events; an iterator is not used up."""
    columns = {name: [row.get(name) for row in ROWS] for name in ROWS[0]}
    source: Any = ROWS
    if kind == "iterator":
        source = iter(ROWS)
    elif kind == "columns":
        source = columns
    elif kind == "pandas":
        source = pytest.importorskip("pandas").DataFrame(columns)
    elif kind == "file":
        source = tmp_path / "log.csv"
        lines = [
            ",".join("" if value is None else value for value in row) for row in zip(*columns.values(), strict=True)
        ]
        source.write_text("\n".join([",".join(columns), *lines]) + "\n")
    [one] = sm.what_if(BOOK, CHANGED, source).impact
    assert (one.judged, one.lost) == (1, ("A",))


def test_a_table_is_what_it_is() -> None:
    """Events that were read already carry the priorities that they were read with."""
    [one] = sm.what_if(BOOK, CHANGED, sm.read_events(ROWS, BOOK.events)).impact
    assert (one.judged, one.lost) == (1, ())


def test_agreements_alone() -> None:
    """An agreement stands for itself, whatever its dates."""
    [one] = sm.what_if(BOOK["desk"], CHANGED["desk"], ROWS).impact
    assert one.lost == ("A",)
