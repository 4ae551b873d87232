"""Commitments: the open clocks of a table of verdicts as jobs, one an item, with the one that binds named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import frozen

from slamodel.clock.stages import RUNNING
from slamodel.clock.verdicts import VerdictTable
from slamodel.report.ahead.chances import Chances
from slamodel.report.ahead.work.jobs import Job, Length, Number
from slamodel.timeline.instants import NAT, Int64, to_datetime


@frozen
class Given:
    """What a caller tells of items: by item, else by priority, else for all."""

    name: str
    values: Any

    def of(self, item: Any, priority: Any) -> Any:
        """Return what holds for one item. Raises ValueError where nothing is told."""
        if not isinstance(self.values, Mapping):
            return self.values
        for key in (item, priority):
            if key in self.values:
                return self.values[key]
        msg = f"{self.name} of {item} ({priority}) is not told; give it by item, by priority, or one for all"
        raise ValueError(msg)


def commitments(
    verdicts: VerdictTable,
    work: Length | Mapping[Any, Length],
    *,
    penalty: Number | Mapping[Any, Number] = 1,
    own: Collection[str] | None = None,
    chances: Chances | None = None,
) -> list[Job]:
    """Return a job for every item with a running clock, in the order of the items.

    Of several commitments on one item (response and resolution, or SLA and OLA) the one that is late first binds; it is
    named as agreement/target, and the others are listed. ``own`` are the agreements whose promises are ours to keep
    (None: all); an underpinning contract is its supplier's. ``work`` and ``penalty`` are by item, by priority, or one
    for all. ``chances`` gives the binding clock's chance to be late; without it every chance is 1. A due is the last
    instant in time (``breaches_after``). Paused items wait for somebody else: they are no jobs. Raises ValueError where
    work or penalty of an item is not told.
    """
    rows = _running(verdicts, own)
    told_work, told_penalty = Given("work", work), Given("penalty", penalty)
    after, target = verdicts.values["breaches_after"], verdicts.codes["target"].codes
    priority = verdicts.codes["priority"]
    likely = {} if chances is None else _likely(chances)
    found = []
    for start, end in _groups(verdicts.item[rows]):
        group = rows[start:end]
        first, *later = group[np.argsort(after[group], kind="stable")].tolist()
        item = verdicts.items[verdicts.item[first]]
        name = item.item() if hasattr(item, "item") else item
        code = int(priority.codes[first])
        level = None if code < 0 else priority.values[code]
        found.append(
            Job(
                name=name,
                due=to_datetime(int(after[first])),
                work=told_work.of(name, level),
                penalty=told_penalty.of(name, level),
                chance=likely.get(first, 1.0),
                binding=_called(verdicts, int(target[first])),
                others=tuple((_called(verdicts, int(target[row])), to_datetime(int(after[row]))) for row in later),
            )
        )
    return found


def _running(verdicts: VerdictTable, own: Collection[str] | None) -> Int64:
    """Return the rows of our running clocks, by item."""
    running = (verdicts.codes["stage"].codes == RUNNING) & (verdicts.values["breaches_after"] != NAT)
    if own is not None:
        ours = np.array([target.agreement in own for target in verdicts.targets], bool)
        running &= ours[verdicts.codes["target"].codes]
    rows = np.flatnonzero(running)
    return rows[np.argsort(verdicts.item[rows], kind="stable")]


def _groups(items: Int64) -> list[tuple[int, int]]:
    edges = [0, *(np.flatnonzero(items[1:] != items[:-1]) + 1).tolist(), len(items)] if len(items) else [0]
    return list(pairwise(edges))


def _likely(chances: Chances) -> dict[int, float]:
    known = zip(chances.rows.tolist(), chances.column("chance").tolist(), chances.column("most").tolist(), strict=True)
    return {row: most if chance != chance else chance for row, chance, most in known}  # noqa: PLR0124  NaN


def _called(verdicts: VerdictTable, number: int) -> str:
    target = verdicts.targets[number]
    return f"{target.agreement}/{target.id}" if target.agreement else target.id
