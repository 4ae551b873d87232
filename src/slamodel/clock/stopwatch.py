"""Stopwatch: one live item, judged by the same engine as a whole log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self

import numpy as np

from slamodel.clock.clocks import Cells, Clocks, clocks
from slamodel.clock.columns import named, numbered
from slamodel.clock.events import EventTable, event_table
from slamodel.clock.lost import may_have, unanswered
from slamodel.clock.plan import plan
from slamodel.clock.run import until
from slamodel.clock.single import cycle_of
from slamodel.clock.telling.explain import Explanation, explained
from slamodel.clock.verdicts import one_verdict
from slamodel.errors import AgreementError, EventError, HorizonError
from slamodel.model.selector import EVENT
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, Int64, from_datetime, to_datetime

_ITEM = "item"
_KEYS = frozenset(("at", EVENT, "to", "sequence"))


class Stopwatch:
    """The clock of one target on one live item.

    It keeps the item's events and asks the engine: a table of one row. Events may come in any order; those of
    the same instant keep the order in which they came, unless they carry a ``sequence``.
    """

    def __init__(self, target: Target, item: Mapping[str, Any] | None = None) -> None:
        """Watch an item: ``item`` are the fields it starts with, such as {"item": "INC7", "priority": "P2"}.

        Raises AgreementError (E107) for a target that looks for a time in a field that is a key of every event.
        """
        for name in sorted(_KEYS & target.time_fields):
            msg = (
                f"target {target.id!r} looks for a time in field {name!r}, which is a key of every event (at, do, to, "
            )
            raise AgreementError(msg + "sequence); call the field something else, such as finished_at", "E107")
        self._target = target
        self._item = dict(item or {})
        self._events: list[dict[str, Any]] = []
        self._ready: tuple[EventTable, Clocks | None] | None = None

    def apply(self, event: Mapping[str, Any]) -> Self:
        """Add one event: {"at": aware datetime or ISO text with offset, "do": name, "to": value, other fields}.

        ``do`` with ``to`` sets the field of that name; other keys set the fields they name, so that no field is
        called ``at``, ``do``, ``to`` or ``sequence``. Raises EventError
        for an event whose instant cannot be read.
        """
        read = dict(event)
        at = read.get("at")
        if isinstance(at, str):
            try:
                at = datetime.fromisoformat(at)
            except ValueError:
                at = None
        if not isinstance(at, datetime):
            msg = f'{event.get("at")!r} is no instant; an event needs "at", such as 2026-06-10T14:03:00+01:00'
            raise EventError(msg, "E110")
        read["at"] = from_datetime(at)
        self._events.append(read)
        self._ready = None
        return self

    def apply_all(self, events: Iterable[Mapping[str, Any]]) -> Self:
        """Add events one after another."""
        for event in events:
            self.apply(event)
        return self

    def verdict(self, as_of: datetime) -> dict[str, Any]:
        """Return the verdict at ``as_of``: the row that `evaluate` gives for a log with these events.

        Raises EventError where the item has no event yet, or the target promises nothing for it.
        """
        try:
            seen, counted = self._counted(as_of)
            cells = counted.columns(from_datetime(as_of))
        except HorizonError:
            seen, cells = self._unanswered(as_of)
        return self._told(seen, {name: column[0] for name, column in cells.items()})

    def each_cycle(self, as_of: datetime) -> list[dict[str, Any]]:
        """Return the verdict on every cycle at ``as_of``; ``cycles`` is then the number of each, from 1.

        Raises as `verdict`.
        """
        seen, counted = self._counted(as_of)
        cells, kept = counted.cycles(from_datetime(as_of)), counted.kept_cycles
        cells["cycles"] = numbered(cells["item"], cells["cycles"])
        rows = range(len(cells["cycles"])) if kept is None else np.flatnonzero(kept).tolist()
        return [self._told(seen, {name: column[row] for name, column in cells.items()}) for row in rows]

    def explain(self, as_of: datetime, cycle: int | None = None) -> Explanation:
        """Explain the verdict at ``as_of`` (C15), as `slamodel.explain` does of a log; raises as `verdict`.

        ``cycle`` is the number of one of the item's clocks, from 1 (default: the last, in the light of what all come
        to); EventError (E102) where it has no such cycle.
        """
        seen, _ = self._ready or self._build()
        log = until(seen, from_datetime(as_of))
        if cycle is None:
            return explained(self._target, log, as_of, self.verdict(as_of))
        found = cycle_of(self.each_cycle(as_of), self._target.id, self._item.get(_ITEM, _ITEM), cycle)
        return explained(self._target, log, as_of, found, cycle - 1)

    def _counted(self, as_of: datetime) -> tuple[EventTable, Clocks]:
        at = from_datetime(as_of)
        seen, counted = self._ready or self._build()
        if counted is None or at < seen.at[-1]:
            # Not all events have come, or times that fields hold may have: count again for this instant.
            seen = until(seen, at)
            if not len(seen):
                msg = f"the item has no event at {as_of.isoformat()} yet"
                raise EventError(msg, "E190")
            counted = clocks(0, plan(self._target, seen), seen, slice(0, 1), at)
        self._check(as_of, promised=counted.kept is None or bool(counted.kept[0]))
        return seen, counted

    def _unanswered(self, as_of: datetime) -> tuple[EventTable, Cells]:
        """Return the one row of an item whose calendar gives no answer (C14)."""
        seen = until((self._ready or self._build())[0], from_datetime(as_of))
        made = plan(self._target, seen)
        self._check(as_of, promised=may_have(made, seen, 0))
        return seen, unanswered(0, made, seen, 0)

    def _check(self, as_of: datetime, *, promised: bool) -> None:
        if not promised:
            msg = f"target {self._target.id!r} promises nothing for this item at {as_of.isoformat()}"
            raise EventError(msg, "E136")

    def _told(self, seen: EventTable, cells: Mapping[str, Any]) -> dict[str, Any]:
        bare = {name: value.item() for name, value in cells.items()} | {"item": seen.items[0].item()}
        return one_verdict(self._target, named(self._target, seen, bare))

    def to_dict(self) -> dict[str, Any]:
        """Return the state in JSON types: the item's fields and its events, instants as ISO 8601 UTC."""
        events = [{**event, "at": to_datetime(event["at"]).isoformat()} for event in self._events]
        return {"item": dict(self._item), "events": events}

    @classmethod
    def from_dict(cls, target: Target, state: Mapping[str, Any]) -> Self:
        """Return a stopwatch that goes on from a state that `to_dict` gave."""
        return cls(target, state["item"]).apply_all(state["events"])

    def _build(self) -> tuple[EventTable, Clocks | None]:
        if not self._events:
            msg = "the item has no event yet"
            raise EventError(msg, "E190")
        count = len(self._events)
        columns: dict[str, list[Any]] = {EVENT: [None] * count}
        held = self._target.time_fields
        first = min(range(count), key=lambda i: (self._events[i]["at"], self._events[i].get("sequence", i)))
        for i, event in enumerate(self._events):
            values = {key: value for key, value in event.items() if key not in {"at", "to", "sequence"}}
            if i == first:
                values = {**{key: value for key, value in self._item.items() if key != _ITEM}, **values}
            if event.get("to") is not None:
                values[str(event[EVENT])] = event["to"]
            for key, value in values.items():
                columns.setdefault(key, [None] * count)[i] = value
        table = event_table(
            item=[self._item.get(_ITEM, _ITEM)] * count,
            at=np.array([event["at"] for event in self._events], np.int64),
            fields={name: column for name, column in columns.items() if name not in held},
            times={name: _held(columns.get(name, [None] * count)) for name in held},
            sequence=[event.get("sequence", i) for i, event in enumerate(self._events)],
        )
        self._ready = (table, None)
        made = plan(self._target, table)
        whole = None if made.by_time else clocks(0, made, table, slice(0, 1), int(table.at[-1]))
        self._ready = (table, whole)
        return self._ready


def _held(values: list[Any]) -> Int64:
    read = [NAT if value is None else from_datetime(_datetime(value)) for value in values]
    return np.array(read, np.int64)


def _datetime(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, datetime):
        return value
    msg = f"{value!r} is no instant; write an aware datetime or a text such as 2026-06-10T14:03:00+01:00"
    raise EventError(msg, "E110")
