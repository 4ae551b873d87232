"""Tables of text."""

from __future__ import annotations

import io
import sys

import pytest

from slamodel.clock.verdicts import SummaryRow
from slamodel.report.reconcile import Reconciled
from slamodel.show import tables

HOUR = 3_600_000_000
ROW = SummaryRow("resolve", "P1", 2000, 1999, 1, 3, 1, 4, 5, HOUR * 3 // 2 + 1, 40 * HOUR)
EMPTY = SummaryRow("resolve", None, 0, 0, 0, 1200, 0, 0, 0, None, None)


def test_summary_cells() -> None:
    """Counts with separators, lengths in words, shares cut and never rounded up; nothing measured says so (M2)."""
    assert tables.summary_cells([ROW, EMPTY]) == [
        ("resolve", "P1", "2,000", "1,999", "1", "3", "4", "1h30m", "40h", "99.9 %"),
        ("resolve", "-", "0", "0", "0", "1,200", "0", "-", "-", "not measured"),
    ]


def test_reconciled_cells() -> None:
    """A comparison shows what differs and a share of three places."""
    rows = [Reconciled("P3", 23466, 23434, ("INC1",) * 32), Reconciled(None, 0, 0, ())]
    assert tables.reconciled_cells(rows) == [
        ("P3", "23,466", "23,434", "32", "99.863 %"),
        ("-", "0", "0", "0", "not measured"),
    ]


@pytest.mark.parametrize("plain", [False, True])
def test_print_table(monkeypatch: pytest.MonkeyPatch, *, plain: bool) -> None:
    """With rich or without, names stand to the left and numbers to the right."""
    if plain:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    out = io.StringIO()
    tables.print_table(("name", "count"), [("a", "1,000"), ("longer", "7")], out)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert lines == ["name    count", "a       1,000", "longer      7"]
