"""Placing: what each verdict counts as, at which instant, and what exclusions and relief make of it (M3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from attrs import field, frozen, validators
from numpy.typing import NDArray

from slamodel.clock.stages import MET, MISSED, PAUSED, PENDING, RUNNING
from slamodel.clock.verdicts import VerdictTable
from slamodel.model.period_target import COUNTED_IN, PeriodTarget
from slamodel.model.selector import as_text
from slamodel.timeline.instants import NAT, Bool, Int64

RELIEF_STATES: Final = ("requested", "granted", "disputed")
RELIEF_EFFECTS: Final = ("remove", "count_as_met")
NOT_COUNTED: Final = -1
_OPEN: Final = (PENDING, RUNNING, PAUSED)


@frozen(kw_only=True)
class Counting:
    """To which period an item belongs, and what an open one that is late counts as.

    ``by``: "stopped" (when its clock stopped), "opened" (when it started), "due", or "breached" (a missed item when
    it was breached, a met one when it stopped). ``open_breaches``: an open item that is breached counts as missed,
    by "stopped" in the period of its breach; else it does not count before its clock stops.
    """

    by: str = field(default="stopped", validator=validators.in_(COUNTED_IN))
    open_breaches: bool = True

    @classmethod
    def of(cls, target: PeriodTarget) -> Counting:
        """Return how a period target counts."""
        return cls(by=target.count_in, open_breaches=target.open_breaches)

    def __str__(self) -> str:
        late = "open late items count as missed" if self.open_breaches else "open late items do not count"
        return f"counted when {self.by}; {late}"


@frozen
class Relief:
    """An item that is asked out of a figure: ``effect`` remove, or count_as_met; only a granted one changes it.

    ``targets`` are the targets that it is about (none: all of the item's).
    """

    item: object
    state: str = field(default="granted", validator=validators.in_(RELIEF_STATES))
    effect: str = field(default="remove", validator=validators.in_(RELIEF_EFFECTS))
    targets: tuple[str, ...] = ()
    reason: str = ""
    clause: str = ""


@frozen(eq=False)
class Relieved:
    """What was asked of verdicts in columns, one value a verdict: what several reliefs come to together.

    ``removed`` and ``met`` were granted (out of the figure; counted as met), ``asked`` and ``disputed`` were not.
    """

    removed: Bool
    met: Bool
    asked: Bool
    disputed: Bool

    @classmethod
    def none(cls, count: int) -> Relieved:
        """Return that nothing was asked of so many verdicts."""
        return cls(*(np.zeros(count, bool) for _ in range(4)))


@frozen(eq=False)
class Placed:
    """Verdicts as they count, one row a verdict.

    ``at`` int64 microseconds is the instant that puts it into a period (``NAT``: it is in none); ``outcome`` 1 met,
    0 missed, -1 not counted. ``excluded`` and ``relieved`` rows had relief granted, ``asked`` and ``disputed`` ones
    have not.
    """

    at: Int64
    outcome: NDArray[np.int8]
    excluded: Bool
    relieved: Bool
    asked: Bool
    disputed: Bool


def placed(
    verdicts: VerdictTable, counting: Counting, relief: Iterable[Relief] = (), relieved: Relieved | None = None
) -> Placed:
    """Return what each verdict counts as; one that relief removes keeps its instant, and is ``excluded``."""
    stage, values = verdicts.codes["stage"].codes, verdicts.values
    done = (stage == MET) | (stage == MISSED)
    late = verdicts.breached & np.isin(stage, _OPEN) & counting.open_breaches
    outcome = np.where(stage == MET, 1, np.where((stage == MISSED) | late, 0, NOT_COUNTED)).astype(np.int8)
    stopped, breached = values["stopped_at"], values["breached_at"]
    if counting.by == "opened":
        at = values["started_at"]
    elif counting.by == "due":
        # A clock that stands still has no due (C9); a late one was due when it was breached.
        at = np.where(values["due"] != NAT, values["due"], np.where(breached != NAT, breached, stopped))
    else:
        first = breached if counting.by == "breached" else np.where(done, NAT, breached)
        at = np.where((outcome == 0) & (first != NAT), first, stopped)
    at = np.where(outcome == NOT_COUNTED, NAT, at)
    flags = {name: np.zeros(len(verdicts), bool) for name in ("excluded", "relieved", "asked", "disputed")}
    _relieve(verdicts, outcome, flags, tuple(relief))
    if relieved is not None:
        counted = outcome != NOT_COUNTED
        flags["excluded"] |= relieved.removed & counted
        flags["relieved"] |= relieved.met & counted
        flags["asked"] |= relieved.asked & counted
        flags["disputed"] |= relieved.disputed & counted
        outcome[relieved.met & counted] = 1
    granted = flags["excluded"] | flags["relieved"]
    flags["asked"] &= ~granted  # what was granted is no longer asked for
    flags["disputed"] &= ~granted
    return Placed(at, outcome, **flags)


def _relieve(
    verdicts: VerdictTable, outcome: NDArray[np.int8], flags: dict[str, Bool], relief: tuple[Relief, ...]
) -> None:
    if not relief:
        return
    known = {as_text(name): number for number, name in enumerate(verdicts.items.tolist())}
    targets = {name: number for number, name in enumerate(verdicts.codes["target"].values)}
    order = np.argsort(verdicts.item, kind="stable")
    sorted_items = verdicts.item[order]
    for one in relief:
        number = known.get(as_text(one.item), NOT_COUNTED)
        low, high = np.searchsorted(sorted_items, [number, number + 1])
        rows = order[low:high]
        if one.targets:
            mine = [targets[name] for name in one.targets if name in targets]
            rows = rows[np.isin(verdicts.codes["target"].codes[rows], mine)]
        rows = rows[outcome[rows] != NOT_COUNTED]
        if one.state != "granted":
            flags["disputed" if one.state == "disputed" else "asked"][rows] = True
        elif one.effect == "remove":
            flags["excluded"][rows] = True
        else:
            flags["relieved"][rows] = True
            outcome[rows] = 1
