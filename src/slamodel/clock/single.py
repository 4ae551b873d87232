"""Single: one clock of one item, counted by the engine of whole logs, and what it says of its stops and pauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen

from slamodel.clock import kernel
from slamodel.clock.clocks import Clocks, clocks
from slamodel.clock.events import Coded, EventTable
from slamodel.clock.force import SUSPENDED
from slamodel.clock.plan import Plan, plan
from slamodel.clock.rows import Rows
from slamodel.clock.segments import Segments
from slamodel.clock.telling.ledger import NO_LIMIT
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.pause import PauseRule
from slamodel.model.selector import EVENT, as_text
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, Int64

_NEAR: Final = 500


@frozen
class Pause:
    """When one rule alone pauses the clock, and whether it does at ``as_of``."""

    rule: PauseRule
    spans: tuple[tuple[int, int], ...]
    holds: bool


@frozen(eq=False)
class Single:
    """What the engine says of one clock of one item at ``as_of``: which of the ``cycles`` it counted it is."""

    plan: Plan
    log: EventTable
    as_of: int
    rows: Rows
    cycles: Segments
    number: int

    @property
    def row(self) -> int:
        """The number of the limit that decides, in the plan; -1 for none."""
        return int(self.cycles.limit_row[self.number])

    @property
    def started_at(self) -> int:
        """When the clock started; ``NAT`` if it has not."""
        return int(self.cycles.started_at[self.number])

    @property
    def stopped_by(self) -> str:
        """What stopped the clock; empty if nothing did."""
        at = int(self.cycles.stopped_at[self.number])
        return "" if at == NAT else self.stop(at)

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still after its last event."""
        return bool(self.cycles.paused[self.number])

    def stretches(self) -> Iterator[tuple[int, int, bool, int]]:
        """Yield (start, end, ran, number of the limit) of what runs or pauses; what goes on ends at ``as_of``."""
        found, mine = self.cycles, slice(*self.cycles.first[self.number : self.number + 2].tolist())
        columns = (found.start, found.end, found.ran, found.row)
        yield from zip(*(column[mine].tolist() for column in columns), strict=True)
        since = int(found.open_since[self.number])
        if since != NAT:
            yield since, self.as_of, bool(found.running[self.number]), self.row

    def stop(self, at: int) -> str:
        """Return what stopped the clock at an instant: the event by its name, where events decide."""
        rows, target = self.rows, self.plan.target
        low, high = rows.first[self.number : self.number + 2].tolist()
        here = low + np.flatnonzero(rows.at[low:high] == at)
        for signal, moment, word in (
            (kernel.STOP, target.stops, "stopped"),
            (kernel.END, target.ends, "stopped"),
            (kernel.CANCEL, target.cancels, "cancelled"),
        ):
            found = here[(rows.signals[here] & np.uint8(signal)) != 0]
            if len(found):
                return (EVENT in moment.fields and self._event(found[:1])) or word
        return NO_LIMIT

    def _event(self, row: Int64) -> str:
        names = self.log.field(EVENT)
        code = -1 if names is None else int(names.codes[self.rows.in_log(row)][0])
        return str(names.values[code]) if names is not None and code >= 0 else ""

    def pause(self, rule: PauseRule) -> Pause:
        """Ask the engine when a rule alone would pause the clock: rules do not know of each other (C8)."""
        target = self.plan.target
        alone = evolve(target, pauses=(rule,), in_force=evolve(target.in_force, suspended=()))
        return self._paused(rule, alone)

    def suspension(self) -> Pause:
        """Ask the engine when the suspension of the agreement alone would pause the clock (C12)."""
        return self._paused(SUSPENDED, evolve(self.plan.target, pauses=()))

    def _paused(self, rule: PauseRule, target: Target) -> Pause:
        alone = counted(target, self.log, self.as_of, self.number)
        return Pause(rule, tuple((start, end) for start, end, ran, _ in alone.stretches() if not ran), alone.is_paused)


def counted(target: Target, log: EventTable, as_of: int, cycle: int = -1) -> Single:
    """Count the one item of a log without events after ``as_of``: its last clock, or the one with this number.

    Of two policies the one decides that was stricter on the clock (C10, strictest).
    """
    made = plan(target, log)
    found = clocks(0, made, log, slice(0, 1), as_of)
    if found.stricter is not None and not _same(found, evolve(found, stricter=None), as_of, cycle):
        found = found.stricter
    whole = found.counted
    number = range(len(whole.segments.stage))[cycle]
    return Single(found.plan, log, as_of // made.unit * made.unit, whole.rows, whole.segments, number)


def _same(found: Clocks, other: Clocks, as_of: int, cycle: int) -> bool:
    mine, theirs = found.cycles(as_of), other.cycles(as_of)
    return all(column[cycle] == theirs[name][cycle] for name, column in mine.items())


def cycle_of(cycles: Sequence[dict[str, Any]], target: str, item: object, number: int) -> dict[str, Any]:
    """Return the verdict on the cycle with a number, from 1; EventError (E102) where an item has no such cycle."""
    found = [each for each in cycles if each["cycles"] == number and number]
    if found:
        return found[0]
    most = max((each["cycles"] for each in cycles), default=0)
    msg = f"{target!r} has {most} {'cycle' if most == 1 else 'cycles'} on {item}, no {number}"
    raise EventError(msg, "E102")


def only(log: EventTable, number: int) -> EventTable:
    """Return the log of one item: its rows, and of each column the values that occur in them."""
    rows = np.arange(log.first[number], log.first[number + 1])

    def column(name: str, whole: Coded) -> Coded:
        # What happens in a log of snapshots at all is looked at before it is judged.
        return whole.take(rows) if name == EVENT and log.kind == "snapshots" else _few(whole.take(rows))

    return evolve(
        log,
        items=log.items[number : number + 1],
        first=np.array([0, len(rows)]),
        at=log.at[rows],
        fields={name: column(name, whole) for name, whole in log.fields.items()},
        times={name: held[rows] for name, held in log.times.items()},
        lines=None if log.lines is None else log.lines[rows],
    )


def _few(column: Coded) -> Coded:
    used, codes = np.unique(column.codes, return_inverse=True)
    known = used[used >= 0].tolist()
    return Coded((codes - (len(used) - len(known))).astype(np.int32), tuple(column.values[code] for code in known))


def position(log: EventTable, item: object, place: str = "the log") -> int:
    """Return the number of an item by its name; EventError with the closest name where ``place`` has none."""
    items = log.items
    name = as_text(item) or ""
    wanted: Any = name
    if items.dtype.kind in "iu":
        wanted = int(name) if name.removeprefix("-").isdecimal() else None
    found = 0 if wanted is None else int(np.searchsorted(items, wanted))
    if wanted is not None and found < len(items) and items[found] == wanted:
        return found
    # Names sort by how they begin, so a near miss is near; all of a large log would take seconds.
    near = [str(one) for one in items[max(0, found - _NEAR) : found + _NEAR].tolist()]
    msg = f"item {name!r} is not in {place}{did_you_mean(name, near)}"
    raise EventError(msg, "E102")
