"""VerdictTable: one row an item and a target at one as_of, in columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.events import Coded, EventTable, Reject
from slamodel.clock.run import cycles_of_each, paused_by_rule
from slamodel.clock.stages import (
    CANCELLED,
    EXCLUDED,
    INSTANTS,
    LENGTHS,
    MET,
    MISSED,
    PAUSED,
    PENDING,
    RUNNING,
    STAGES,
)
from slamodel.clock.texts import instant_text, length_text, safe_cell
from slamodel.model.selector import EVENT
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, Int64, to_datetime, to_timedelta

if TYPE_CHECKING:
    from slamodel.clock.escalation.table import EscalationTable
    from slamodel.clock.telling.explain import Explanation

CODES: Final = ("target", "priority", "stage", "reason", "rule")
_IS_INSTANT: Final = frozenset(INSTANTS)
_IS_LENGTH: Final = frozenset(LENGTHS)
COLUMNS: Final = (
    "item",
    "target",
    "priority",
    "stage",
    "breached",
    "started_at",
    "stopped_at",
    "due",
    "breaches_after",
    "breached_at",
    "elapsed",
    "wall_elapsed",
    "paused",
    "wall_paused",
    "remaining",
    "limit",
    "percentage",
    "cycles",
    "paused_since",
    "due_if_resumed",
    "reason",
    "rule",
)


@frozen
class SummaryRow:
    """The verdicts of one target of one agreement, in all of its versions, and of one priority, counted.

    ``measured`` is met + missed; ``open`` is pending + running, of which ``open_breached`` are late already;
    ``median`` and ``p95`` (nearest rank) are covered time of the measured ones in microseconds, None without
    any; ``excluded`` items are in no other count; ``met`` / ``measured`` is the attainment, which does not exist
    where nothing was measured (M2).
    """

    target: str
    priority: str | None
    measured: int
    met: int
    missed: int
    open: int
    open_breached: int
    paused: int
    cancelled: int
    median: int | None
    p95: int | None
    excluded: int = 0
    agreement: str = ""

    @property
    def attainment(self) -> float | None:
        """The share that was met, for show; None where nothing was measured."""
        return self.met / self.measured if self.measured else None


@frozen(eq=False)
class VerdictTable:
    """Verdicts in columns.

    ``column(name)`` gives a NumPy array: instants ``datetime64[us]`` UTC, lengths ``timedelta64[us]`` (covered
    time, but for the ``wall_`` ones), ``percentage`` float64 (100 * elapsed / limit), ``breached`` bool, the
    rest objects; what does not exist is NaT, NaN or None, and ``reason`` says why.
    `ignored` lists the events that changed nothing (C6), ``rejects`` the rows of the log that were set aside.
    ``targets`` and ``log`` (up to ``as_of``) are what the verdicts were made of.
    """

    as_of: int
    items: NDArray[Any]
    item: Int64
    codes: Mapping[str, Coded]
    breached: NDArray[np.bool_]
    cycles: NDArray[np.int32]
    values: Mapping[str, Int64]
    unused: tuple[tuple[str, Int64], ...] = ()
    targets: tuple[Target, ...] = ()
    log: EventTable | None = None
    rejects: tuple[Reject, ...] = ()

    def __len__(self) -> int:
        return len(self.item)

    def __repr__(self) -> str:
        return f"VerdictTable({len(self)} verdicts on {len(self.items)} items at {to_datetime(self.as_of).isoformat()})"

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def column(self, name: str) -> NDArray[Any]:
        """Return one column; KeyError for a name that is not in `COLUMNS`."""
        if name == "item":
            return self.items[self.item]
        if name in {"breached", "cycles"}:
            found: NDArray[Any] = getattr(self, name)
            return found
        if name in {"percentage", "remaining"}:
            elapsed, limit = self.values["elapsed"], self.values["limit"]
            known = (elapsed != NAT) & (limit != NAT)
            if name == "remaining":
                floor = np.array([NAT if one.negative_remaining else 0 for one in self.targets], np.int64)
                least = floor[self.codes["target"].codes]
                return np.where(known, np.maximum(limit - elapsed, least), NAT).view("m8[us]")
            known &= limit != 0
            return np.where(known, 100.0 * elapsed / np.where(known, limit, 1), np.nan)
        if name in self.codes:
            column = self.codes[name]
            return np.array([*column.values, None], object)[column.codes]
        return self.values[name].view("M8[us]" if name in INSTANTS else "m8[us]")

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return all columns by name, in order."""
        return {name: self.column(name) for name in COLUMNS}

    def paused_by_reason(self) -> dict[str, NDArray[np.timedelta64]]:
        """Return the covered time that each pause rule paused the clock of each row, ``timedelta64[us]`` by its name.

        Time in which several rules hold counts for the first of the agreement, so a row's reasons add up to its
        ``paused`` (C8 reason); NaT where no clock ran. Of an item with several cycles it is the last one's.
        """
        assert self.log is not None  # noqa: S101  `evaluate` made it
        found = paused_by_rule(self.targets, self.log, self.as_of)
        return {name: column.view("m8[us]") for name, column in found.items()}

    def each_cycle(self) -> VerdictTable:
        """Return the verdicts on every cycle of every item; ``cycles`` is then the number of each, from 1."""
        assert self.log is not None  # noqa: S101  `evaluate` made it
        return VerdictTable(**cycles_of_each(self.targets, self.log, self.as_of))

    def escalations(self, since: datetime, until: datetime) -> EscalationTable:
        """Return the levels of escalation that come in [since, until), aware datetimes, in order.

        By what is known at ``as_of``: ``until`` may lie after it, and what comes later is what would, if nothing
        happened before. Raises InstantError for a naive datetime, or where ``until`` lies before ``since``.
        """
        from slamodel.clock.escalation.escalations import escalations

        return escalations(self, since, until)

    def explain(self, item: object, target: str | None = None, cycle: int | None = None) -> Explanation:
        """Explain the verdict on one item (C15); see `slamodel.explain`, which says what it raises."""
        from slamodel.clock.telling.explain import explain

        return explain(self, item=item, target=target, cycle=cycle)

    @property
    def ignored(self) -> list[str]:
        """What changed nothing, each in a sentence: events before the start or after the end, rows that repeat one."""
        log = self.log
        if log is None:
            return []
        names = log.field(EVENT)
        notes = []
        for target, rows in self.unused:
            owners = np.searchsorted(log.first, rows, side="right") - 1
            for row, owner in zip(rows.tolist(), owners.tolist(), strict=True):
                what = names.values[names.codes[row]] if names is not None and names.codes[row] >= 0 else "event"
                line = "" if log.lines is None else f" (line {log.lines[row]})"
                at = instant_text(int(log.at[row]))
                notes.append(f"{log.items[owner]}: {what} at {at}{line} changes nothing for {target}")
        again = log.repeats.tolist() if log.kind == "changes" else []
        return notes + [f"line {line} repeats an earlier row and counts once" for line in again]

    @property
    def unmatched(self) -> list[str]:
        """What targets ask of a field that the log has, and never has there, each in a sentence."""
        from slamodel.clock.unmatched import unmatched

        return [] if self.log is None else unmatched(self.targets, self.log)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a verdict: aware datetimes, timedeltas, and None for what does not exist."""
        lists = [_python(name, self.column(name)) for name in COLUMNS]
        return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*lists, strict=True)]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame; instants are ``datetime64[us, UTC]`` (needs the extra ``frames``)."""
        import pandas as pd

        frame = pd.DataFrame(self.columns())
        for name in INSTANTS:
            frame[name] = frame[name].dt.tz_localize("UTC")
        return frame

    def to_arrow(self) -> Any:
        """Return a pyarrow Table; instants are ``timestamp[us, UTC]`` (needs the extra ``frames``)."""
        import pyarrow as pa

        arrays = {}
        for name, column in self.columns().items():
            if name in INSTANTS:
                arrays[name] = pa.array(column, pa.timestamp("us", "UTC"))
            elif name == "percentage":
                arrays[name] = pa.array(column, from_pandas=True)
            elif name in self.codes:
                coded = self.codes[name]
                codes = pa.array(coded.codes, mask=coded.codes < 0)
                arrays[name] = pa.DictionaryArray.from_arrays(
                    codes, pa.array([str(v) for v in coded.values], pa.string())
                )
            else:
                arrays[name] = pa.array(column)
        return pa.table(arrays)

    def to_polars(self) -> Any:
        """Return a polars DataFrame (needs the extra ``frames``)."""
        import polars as pl

        return pl.from_arrow(self.to_arrow())

    def to_csv(self) -> str:
        """Return CSV text: instants as ISO 8601 UTC, lengths as [-]H:MM:SS with hours beyond 24, empty for none."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(zip(*(self._texts(name) for name in COLUMNS), strict=True))
        return out.getvalue()

    def _texts(self, name: str) -> list[Any]:
        if name in INSTANTS:
            return [instant_text(value) for value in self.column(name).view(np.int64).tolist()]
        if name in LENGTHS:
            return [length_text(value) for value in self.column(name).view(np.int64).tolist()]
        if name == "percentage":
            return ["" if value is None else f"{value:.2f}" for value in _python(name, self.column(name))]
        if name == "breached":
            return ["true" if value else "false" for value in self.breached.tolist()]
        return [safe_cell(value) for value in self.column(name).tolist()]

    def summary(self) -> list[SummaryRow]:
        """Return one row a target and priority, in the order of the targets and of the priorities' names.

        The versions of an agreement are one: what each of them judged is counted together (C13 summary).
        """
        priority, stage, elapsed = self.codes["priority"], self.codes["stage"].codes, self.values["elapsed"]
        named = [(one.agreement, one.id) for one in self.targets]
        number = {name: n for n, name in enumerate(dict.fromkeys(named))}
        targets = np.array([number[name] for name in named], np.int64)[self.codes["target"].codes]
        rows = []
        for (agreement, target_name), t in number.items():
            of_target = targets == t
            for p in _by_name(np.unique(priority.codes[of_target]).tolist(), priority.values):
                mine = of_target & (priority.codes == p)
                count = np.bincount(stage[mine], minlength=len(STAGES)).tolist()
                done = np.sort(elapsed[mine & ((stage == MET) | (stage == MISSED))])
                going = mine & ((stage == PENDING) | (stage == RUNNING))
                rows.append(
                    SummaryRow(
                        target=target_name,
                        priority=None if p < 0 else priority.values[p],
                        measured=len(done),
                        met=count[MET],
                        missed=count[MISSED],
                        open=count[PENDING] + count[RUNNING],
                        open_breached=int((going & self.breached).sum()),
                        paused=count[PAUSED],
                        cancelled=count[CANCELLED],
                        median=_rank(done, 50),
                        p95=_rank(done, 95),
                        excluded=count[EXCLUDED],
                        agreement=agreement,
                    )
                )
        return rows


def one_verdict(target: Target, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return a verdict as `VerdictTable.to_dicts` gives it, from the bare cells of one row of a target."""
    found: dict[str, Any] = {}
    elapsed, limit = cells["elapsed"], cells["limit"]
    known = NAT not in {elapsed, limit}
    derived: dict[str, Any] = {
        "remaining": max(limit - elapsed, NAT if target.negative_remaining else 0) if known else NAT,
        "percentage": 100.0 * elapsed / limit if known and limit else None,
    }
    for name in COLUMNS:
        value = derived[name] if name in derived else cells[name]
        if name in _IS_INSTANT:
            value = None if value == NAT else to_datetime(value)
        elif name in _IS_LENGTH:
            value = None if value == NAT else to_timedelta(value)
        found[name] = value
    return found


def _by_name(codes: Sequence[int], values: Sequence[Any]) -> list[int]:
    return sorted(codes, key=lambda code: (code < 0, "" if code < 0 else str(values[code])))


def _rank(ordered: Int64, percent: int) -> int | None:
    """Return the nearest-rank percentile: the smallest value that so many per cent do not exceed."""
    return int(ordered[-(-len(ordered) * percent // 100) - 1]) if len(ordered) else None


def _python(name: str, column: NDArray[Any]) -> list[Any]:
    if name in INSTANTS:
        return [None if value == NAT else to_datetime(value) for value in column.view(np.int64).tolist()]
    if name in LENGTHS:
        return [None if value == NAT else to_timedelta(value) for value in column.view(np.int64).tolist()]
    if name == "percentage":
        return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124  NaN
    return list(column.tolist())
