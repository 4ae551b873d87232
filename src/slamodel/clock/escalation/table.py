"""EscalationTable: the levels that come in a stretch of time, one row a level of one clock."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing, taken
from slamodel.clock.texts import instant_text
from slamodel.model.escalation import Level
from slamodel.model.target import Target
from slamodel.timeline.instants import Int64, to_datetime


@frozen(eq=False, repr=False)
class EscalationTable(Listing):
    """The levels that come in a stretch of time, in order: one row a level of one clock.

    ``key`` names the level of the clock and is the same whenever it is asked; ``at`` is when the level comes,
    ``come`` whether it has by ``as_of`` (else it will, if nothing happens before); ``cycle`` and ``started_at`` tell
    the clocks of one item apart; ``level`` is the level's id, ``to`` its receivers (none for a warning).
    """

    COLUMNS: ClassVar = (
        *("key", "at", "come", "item", "agreement", "target", "cycle", "started_at", "level", "to", "clause"),
    )

    as_of: int
    item: NDArray[Any]
    levels: tuple[tuple[Target, Level], ...]
    number: Int64
    at: Int64
    come: NDArray[np.bool_]
    cycle: Int64
    started_at: Int64
    by_field: NDArray[np.bool_]

    def __repr__(self) -> str:
        return f"EscalationTable({len(self)} levels, by what is known at {to_datetime(self.as_of).isoformat()})"

    def __len__(self) -> int:
        return len(self.at)

    def column(self, name: str) -> NDArray[Any]:
        """Return one column; KeyError for a name that is not in ``COLUMNS``."""
        if name == "key":
            return self._keys()
        if name in {"item", "come", "cycle"}:
            found: NDArray[Any] = getattr(self, name)
            return found
        if name in {"at", "started_at"}:
            instants: Int64 = getattr(self, name)
            return instants.view("M8[us]")
        said = {
            "agreement": [target.agreement for target, _ in self.levels],
            "target": [target.id for target, _ in self.levels],
            "level": [level.id for _, level in self.levels],
            "to": [level.to for _, level in self.levels],
            "clause": [level.clause for _, level in self.levels],
        }
        return taken(said[name], self.number)

    def _keys(self) -> NDArray[Any]:
        """Return agreement/target/item/start/level of each row, parts with a stroke in them quoted.

        The start is its instant; where a field holds it, the name of the field: a start that is corrected is the same.
        """
        heads = [f"{_quoted(target.agreement)}/{_quoted(target.id)}" for target, _ in self.levels]
        columns = (self.number, self.item, self.started_at, self.by_field)
        keys = []
        for number, item, at, by_field in zip(*(column.tolist() for column in columns), strict=True):
            target, level = self.levels[number]
            start = target.starts.field if by_field else instant_text(at)
            keys.append(f"{heads[number]}/{_quoted(str(item))}/{start}/{level.id}")
        return taken(keys, np.arange(len(keys)))


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace("/", "%2F")
