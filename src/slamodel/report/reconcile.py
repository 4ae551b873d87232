"""Reconcile: verdicts held against those that another system stored, so that a difference can be named."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen

from slamodel.clock.events import EventTable
from slamodel.clock.stages import MET, MISSED
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.selector import as_text

_MET: Final = frozenset({"true", "1", "yes", "met"})
_MISSED: Final = frozenset({"false", "0", "no", "missed", "breached"})


@frozen
class Reconciled:
    """How many stored verdicts of one priority ours reproduce: ``same`` of ``compared``; ``differ`` names the rest."""

    priority: str | None
    compared: int
    same: int
    differ: tuple[str, ...]


def reconcile(verdicts: VerdictTable, events: EventTable, field: str, target: str) -> list[Reconciled]:
    """Compare a target's met and missed verdicts with a field that holds the system's own, per priority.

    ``field`` holds true or false (also 1/0, yes/no, met/missed) in the item's last row; items without a value,
    and clocks that have not stopped, are not compared. Raises EventError where the log has no such field or
    there is no such target.
    """
    stored = events.field(field)
    targets = verdicts.codes["target"]
    if stored is None:
        raise EventError(f"the log has no field {field!r}{did_you_mean(field, events.fields)}", "E102")
    if target not in targets.values:
        raise EventError(f"there is no target {target!r}{did_you_mean(target, targets.values)}", "E102")
    truth = np.array([_truth(value) for value in stored.values] + [-1], np.int8)
    last = dict(zip(events.items.tolist(), truth[stored.codes[events.first[1:] - 1]].tolist(), strict=True))
    priority, stage = verdicts.codes["priority"], verdicts.codes["stage"].codes
    ours = (targets.codes == targets.values.index(target)) & ((stage == MET) | (stage == MISSED))
    rows = np.flatnonzero(ours)
    items = verdicts.items[verdicts.item[rows]].tolist()
    theirs = np.array([last.get(item, -1) for item in items], np.int8)
    met = stage[rows] == MET
    found = []
    for code in np.unique(priority.codes[rows]).tolist():
        mine = (priority.codes[rows] == code) & (theirs >= 0)
        wrong = np.flatnonzero(mine & (met != (theirs == 1)))
        name = None if code < 0 else str(priority.values[code])
        count = int(mine.sum())
        found.append(Reconciled(name, count, count - len(wrong), tuple(str(items[i]) for i in wrong.tolist())))
    return sorted(found, key=lambda one: (one.priority is None, one.priority or ""))


def _truth(value: object) -> int:
    text = (as_text(value) or "").lower()
    return 1 if text in _MET else 0 if text in _MISSED else -1
