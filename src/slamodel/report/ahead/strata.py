"""Strata: with which clocks of the past each clock is compared, and the wider stratum where those are too few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.stages import CANCELLED, EXCLUDED, MET, MISSED
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.selector import as_text
from slamodel.report.ahead.survival import Survival, kaplan_meier
from slamodel.timeline.instants import NAT, Bool, Int64

AT_LEAST: Final = 20
"""The finished clocks that a stratum has at least, unless another number is asked for."""
ALL: Final = "all"
_PRIORITY: Final = "priority"


@frozen(eq=False)
class Stratum:
    """Some rows that are compared with one history: its name, its survival, and the numbers of the rows."""

    name: str
    survival: Survival
    rows: Int64


def strata(
    verdicts: VerdictTable,
    rows: Int64,
    history: VerdictTable,
    by: Sequence[str],
    at_least: int = AT_LEAST,
    since: int | None = None,
) -> Iterator[Stratum]:
    """Yield the strata of some rows; each row is in one.

    Clocks of one target are compared with each other. ``by`` names what else must be the same: "priority" or fields
    of the log, an item's last value counts. Where fewer than ``at_least`` clocks finished, the last name is left out,
    and so on; in the end all clocks of the target count, however few. Cancelled clocks count as open ones for as long
    as they ran, excluded ones do not. Of the history those count that started at ``since`` (microseconds) or later.
    """
    stage, elapsed = history.codes["stage"].codes, history.values["elapsed"]
    counts = elapsed != NAT  # what is excluded has no times (C14)
    known = np.flatnonzero(counts if since is None else counts & (history.values["started_at"] >= since))
    finished = (stage == MET) | (stage == MISSED)
    labels = [_targets(verdicts, history), *(_pair(verdicts, history, name) for name in by)]
    columns = [(name, *values_of(verdicts, name)) for name in by]
    left = rows
    for depth in range(len(labels), 0, -1):
        mine, theirs = _together([(one[left], other[known]) for one, other in labels[:depth]])
        count = np.bincount(theirs[finished[known]], minlength=_size(mine, theirs))
        enough = count[mine] >= (at_least if depth > 1 else 0)
        ours, others = _Grouped(left[enough], mine[enough]), _Grouped(known, theirs)
        for key in np.unique(mine[enough]).tolist():
            some, past = ours.of(key), others.of(key)
            name = _name(columns[: depth - 1], int(some[0]))
            yield Stratum(name, kaplan_meier(elapsed[past], finished[past]), some)
        left = left[~enough]


def values_of(verdicts: VerdictTable, name: str) -> tuple[Int64, tuple[Any, ...]]:
    """Return a column of verdicts by code (-1: none): the priority that is told, or the last value of a field.

    Raises EventError (E190) where the log has no such field.
    """
    if name == _PRIORITY:
        column = verdicts.codes[name]
        return column.codes.astype(np.int64), column.values
    assert verdicts.log is not None  # noqa: S101  `evaluate` made it
    field = verdicts.log.field(name)
    if field is None:
        hint = did_you_mean(name, sorted(verdicts.log.fields))
        msg = f"the log has no field {name!r} to compare items by{hint}; read it with the log, or leave it out"
        raise EventError(msg, "E190")
    last = verdicts.log.first[1:] - 1
    return field.codes[last][verdicts.item].astype(np.int64), field.values


def _targets(one: VerdictTable, other: VerdictTable) -> tuple[Int64, Int64]:
    known: dict[tuple[str, str], int] = {}
    found = []
    for table in (one, other):
        codes = [known.setdefault((target.agreement, target.id), len(known)) for target in table.targets]
        found.append(np.array(codes, np.int64)[table.codes["target"].codes])
    return found[0], found[1]


def _pair(one: VerdictTable, other: VerdictTable, name: str) -> tuple[Int64, Int64]:
    known: dict[str | None, int] = {}
    found = []
    for table in (one, other):
        codes, values = values_of(table, name)
        lookup = np.array([known.setdefault(as_text(value), len(known)) for value in (*values, None)], np.int64)
        found.append(lookup[codes])
        if one is other:
            found *= 2
            break
    return found[0], found[1]


def _together(labels: Sequence[tuple[Int64, Int64]]) -> tuple[Int64, Int64]:
    """Return one code for each combination of labels, the same on both sides."""
    mine, theirs = labels[0]
    for one, other in labels[1:]:
        width = 1 + max((int(part.max()) for part in (one, other) if len(part)), default=0)
        both = np.unique(np.concatenate([mine * width + one, theirs * width + other]), return_inverse=True)[1]
        mine, theirs = both[: len(mine)], both[len(mine) :]
    return mine, theirs


class _Grouped:
    """Rows by their codes, sorted once, so that many small groups cost no more than one pass."""

    def __init__(self, rows: Int64, codes: Int64) -> None:
        order = np.argsort(codes, kind="stable")
        self._rows, self._codes = rows[order], codes[order]

    def of(self, code: int) -> Int64:
        """Return the rows of one code, in order."""
        low, high = np.searchsorted(self._codes, [code, code + 1])
        return self._rows[low:high]


def _size(*codes: NDArray[Any]) -> int:
    return 1 + max((int(part.max()) for part in codes if len(part)), default=0)


def _name(columns: Sequence[tuple[str, Int64, tuple[Any, ...]]], row: int) -> str:
    told = []
    for name, codes, values in columns:
        code = int(codes[row])
        told.append(f"no {name}" if code < 0 else str(values[code]))
    return ", ".join(told) or ALL


def is_open(verdicts: VerdictTable) -> Bool:
    """Return which verdicts are on clocks that have not come to an end."""
    stage = verdicts.codes["stage"].codes
    found: Bool = ~np.isin(stage, (MET, MISSED, CANCELLED, EXCLUDED))
    return found
