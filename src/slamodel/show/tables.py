"""Tables: columns of text, drawn by rich where it is installed, else aligned with spaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import IO, Any, Final

import numpy as np

from slamodel.clock.verdicts import SummaryRow, VerdictTable
from slamodel.model.selector import as_text
from slamodel.report.reconcile import Reconciled
from slamodel.timeline.durations import duration_text
from slamodel.timeline.instants import SECOND

SUMMARY_HEAD = ("target", "priority", "measured", "met", "missed", "open", "paused", "median", "95th pct", "attainment")
_MOST_SHOWN: Final = 8
RECONCILED_HEAD = ("priority", "compared", "same", "differ", "share")


def summary_cells(rows: Iterable[SummaryRow]) -> list[tuple[str, ...]]:
    """Return the cells of a summary: a row a target and priority; of several agreements each target with its own."""
    rows = list(rows)
    several = len({row.agreement for row in rows}) > 1
    return [
        (
            f"{row.agreement}/{row.target}" if several else row.target,
            row.priority or "-",
            f"{row.measured:,}",
            f"{row.met:,}",
            f"{row.missed:,}",
            f"{row.open:,}",
            f"{row.paused:,}",
            _length(row.median),
            _length(row.p95),
            _share(row.met, row.measured),
        )
        for row in rows
    ]


def without_verdict(verdicts: VerdictTable) -> str:
    """Return one line on the items that no target has a verdict on, with what they have where limits are found."""
    log = verdicts.log
    judged = np.zeros(len(verdicts.items), bool)
    judged[verdicts.item] = True
    left = np.flatnonzero(~judged)
    if log is None or not len(left):
        return ""
    names: dict[str, None] = {}
    for target in verdicts.targets:
        limits = target.every_limit
        names |= dict.fromkeys([target.priority_field] if any(name is not None for _, name, _ in limits) else [])
        names |= dict.fromkeys(limit.field for _, _, limit in limits if limit.field)
    cells = {name: column.take(log.first[left + 1] - 1).to_list() for name in names if (column := log.field(name))}
    labels = [", ".join(_label(name, cells.get(name, ()), i) for name in names) for i in range(len(left))]
    counted = [f"{label} ({count:,})" if label else "" for label, count in Counter(labels).most_common()]
    shown = ", ".join(counted[:_MOST_SHOWN]) + (", ..." if len(counted) > _MOST_SHOWN else "")
    what = "item has" if len(left) == 1 else "items have"
    return f"{len(left):,} {what} no verdict{': ' if shown else ''}{shown}"


def _label(name: str, cells: Sequence[Any], i: int) -> str:
    value = as_text(cells[i]) if cells else None
    return f"{name} {'none' if value is None else value}"


def reconciled_cells(rows: Iterable[Reconciled]) -> list[tuple[str, ...]]:
    """Return the cells of a comparison with stored verdicts: a row a priority."""
    return [
        (
            row.priority or "-",
            f"{row.compared:,}",
            f"{row.same:,}",
            f"{row.compared - row.same:,}",
            _share(row.same, row.compared, places=3),
        )
        for row in rows
    ]


def _length(value: int | None) -> str:
    return "-" if value is None else duration_text(value // SECOND * SECOND)


def _share(part: int, whole: int, places: int = 1) -> str:
    """Write a share as a percentage, cut and never rounded up: 99.96 % is not shown as 100 %."""
    if not whole:
        return "not measured"
    units = part * 100 * 10**places // whole
    return f"{units // 10**places}.{units % 10**places:0{places}d} %"


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], out: IO[str], names: int = 1) -> None:
    """Print rows under a head; the first ``names`` columns to the left, the others to the right."""
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        _print_plain(head, rows, out, names)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, title in enumerate(head):
        table.add_column(title, justify="left" if i < names else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console = Console(file=out, width=None if out.isatty() else 200, highlight=False)
    # What is wider than the screen runs on to the next line; a cut cell would hide a figure.
    console.width = max(console.width, sum(max(len(row[i]) for row in (head, *rows)) + 2 for i in range(len(head))))
    console.print(table)


def _print_plain(head: Sequence[str], rows: Sequence[Sequence[str]], out: IO[str], names: int) -> None:
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        cells = [
            cell.ljust(w) if i < names else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        out.write("  ".join(cells).rstrip() + "\n")
