"""Explain: what a verdict is made of, and why, told of one item when somebody asks (C15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from slamodel.clock.events import Coded, EventTable
from slamodel.clock.single import cycle_of, only, position
from slamodel.clock.telling import story, words
from slamodel.clock.telling.ledger import Ledger
from slamodel.clock.telling.notes import Note
from slamodel.clock.telling.stretches import life
from slamodel.clock.texts import instant_text
from slamodel.errors import AgreementError, EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.target import Target
from slamodel.timeline.instants import Int64, from_datetime, to_datetime

_EXCLUDED: Final = "excluded"


class _Verdicts(Protocol):
    """What is asked of a table of verdicts, which itself stands above this room."""

    @property
    def as_of(self) -> int: ...
    @property
    def items(self) -> NDArray[Any]: ...
    @property
    def item(self) -> Int64: ...
    @property
    def codes(self) -> Mapping[str, Coded]: ...
    @property
    def breached(self) -> NDArray[np.bool_]: ...
    @property
    def cycles(self) -> NDArray[np.int32]: ...
    @property
    def values(self) -> Mapping[str, Int64]: ...
    @property
    def targets(self) -> tuple[Target, ...]: ...
    @property
    def log(self) -> EventTable | None: ...


@frozen
class Explanation(Ledger):
    """One verdict explained: the ledger of its stretches, one sentence (`why`), and a paragraph (`str()`).

    ``notes`` tell what the agreement made otherwise than the log alone would let one think.
    """

    notes: tuple[Note, ...] = ()

    @property
    def why(self) -> str:
        """One sentence that says why it was met or missed, or how it stands."""
        return words.why(self)

    @property
    def paragraph(self) -> str:
        """The whole story in plain words, with times in the zone of the calendar and the clauses that hold."""
        return story.paragraph(self, self.notes)

    def __str__(self) -> str:
        return self.paragraph


def explain(verdicts: _Verdicts, *, item: object, target: str | None = None, cycle: int | None = None) -> Explanation:
    """Explain one verdict: the stretches of its clock with reasons and clauses, which add up to it exactly (C15).

    ``target`` is the target's id, or "agreement/target" where several agreements have that id; it may be left out
    where the item has one verdict. ``cycle`` is the number of one of the item's clocks, from 1 (default: the last,
    in the light of what all come to). Only the item's own events are looked at.

    Raises EventError for an item that the log does not have, or a cycle that is not there (E102), and for an item
    that the target promises nothing (E136); AgreementError for a target that was not judged, or where several could
    be meant (E102).
    """
    log = verdicts.log
    if log is None:
        msg = "these verdicts do not know the log they were made of; explain those that evaluate gave"
        raise EventError(msg, "E190")
    number = position(log, item, f"the log up to {instant_text(verdicts.as_of)}")
    row = _row(verdicts, number, target)
    promise, alone = verdicts.targets[int(verdicts.codes["target"].codes[row])], only(log, number)
    table: Any = verdicts
    if cycle is None:
        here = slice(row, row + 1)
        one = evolve(
            table,
            item=verdicts.item[here],
            codes={name: Coded(column.codes[here], column.values) for name, column in verdicts.codes.items()},
            breached=verdicts.breached[here],
            cycles=verdicts.cycles[here],
            values={name: column[here] for name, column in verdicts.values.items()},
        )
        return explained(promise, alone, to_datetime(verdicts.as_of), one.to_dicts()[0])
    cycles = evolve(table, items=alone.items, targets=(promise,), log=alone).each_cycle().to_dicts()
    found = cycle_of(cycles, promise.id, verdicts.items[number], cycle)
    return explained(promise, alone, to_datetime(verdicts.as_of), found, cycle - 1)


def explained(
    target: Target, log: EventTable, as_of: datetime, verdict: Mapping[str, Any], cycle: int = -1
) -> Explanation:
    """Return the explanation of a verdict on one clock (default: the last) of the one item of a log up to ``as_of``."""
    if verdict["stage"] == _EXCLUDED:
        return Explanation(verdict, target, as_of)
    found = life(target, log, from_datetime(as_of), cycle)
    told = (found.stretches, found.limit, found.zone, found.stopped_by, found.paused_for, found.notes)
    return Explanation(verdict, target, to_datetime(found.as_of), *told)


def _row(verdicts: _Verdicts, number: int, target: str | None) -> int:
    """Return the verdict on an item: they stand in the order of the targets, then of the items."""
    names = [(one.id, f"{one.agreement}/{one.id}") for one in verdicts.targets]
    if target is not None and not any(target in pair for pair in names):
        msg = f"target {target!r} was not judged{did_you_mean(target, [name for name, _ in names])}"
        raise AgreementError(msg, "E102")
    codes, found = verdicts.codes["target"].codes, {}
    for code, pair in enumerate(names):
        if target is None or target in pair:
            low, high = np.searchsorted(codes, [code, code + 1])
            at = low + int(np.searchsorted(verdicts.item[low:high], number, side="right")) - 1
            if at >= low and verdicts.item[at] == number:
                found[pair] = int(at)
    if len(found) == 1:
        return next(iter(found.values()))
    item = verdicts.items[number]
    if not found:
        msg = f"{f'target {target!r}' if target else 'the agreement'} promises nothing for {item}"
        raise EventError(msg, "E136")
    ids = [name for name, _ in found]
    shown = ids if len(set(ids)) == len(ids) else [full for _, full in found]
    msg = f"{item} has {len(found)} verdicts; say which: {', '.join(shown)}"
    raise AgreementError(msg, "E102")
