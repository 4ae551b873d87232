"""Steps: one start followed through a path, link by link: how long each waits and works, in the promise's time."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

import numpy as np
from attrs import evolve, frozen

from slamodel.model.chain import Link
from slamodel.report.backing.because import closed_days
from slamodel.report.backing.legs import Leg, Ruler
from slamodel.report.backing.words import instant_text, length_text, seconds
from slamodel.report.backing.worst import AFTER, BEFORE, Peak, WorstStart
from slamodel.timeline.instants import MICROSECOND, to_datetime


@frozen
class Step:
    """One link at the worst start.

    What came before ends at ``start``; after the hand-off the clock starts at ``ready``, work begins at ``begins``,
    the first open instant, and is done at ``end``. ``hand_off``, ``wait`` (its calendar is closed) and ``work`` are
    lengths of the promise's time: over all steps they add up to what the chain takes.
    """

    link: Link
    start: datetime
    ready: datetime
    begins: datetime
    end: datetime
    hand_off: timedelta
    wait: timedelta
    work: timedelta

    def to_dict(self) -> dict[str, Any]:
        """Return the step in JSON types."""
        times = {name: getattr(self, name).isoformat() for name in ("start", "ready", "begins", "end")}
        lengths = {f"{name}_seconds": seconds(getattr(self, name)) for name in ("hand_off", "wait", "work")}
        return {"link": self.link.name, **times, **lengths}

    def __str__(self) -> str:
        spent = [("hand-off", self.hand_off), ("waits", self.wait), ("works", self.work)]
        told = ", ".join(f"{what} {length_text(length)}" for what, length in spent if length) or "takes nothing"
        until = instant_text(self.end)
        until = until.split(maxsplit=2)[-1] if self.start.date() == self.end.date() else until
        return f"{self.link.name}  {instant_text(self.start)} to {until}: {told}"


def steps(promise: Ruler, worst: Peak, zone: tzinfo | None) -> tuple[Step, ...]:
    """Return the steps of the latest start: of the starts just after it, or of the last before it, if those are."""
    at = worst.at - (worst.side == BEFORE and any(leg.is_dated for leg in worst.path))
    found, start, side = [], np.array([at], np.int64), np.array([worst.side == AFTER])
    for leg in worst.path:
        end, side = leg.ends(start, side)
        found.append(_step(promise, leg, int(start[0]), int(end[0]), zone))
        start = end
    return tuple(found)


def started(promise: Ruler, worst: Peak, zone: tzinfo | None) -> WorstStart:
    """Return the latest start in datetimes, with the dates on which the chain stands still before it is done."""
    waits = [(step.link.limit.calendar, step.ready, step.end) for step in steps(promise, worst, zone)]
    return evolve(worst.start(zone), closed=closed_days(waits))


def _step(promise: Ruler, leg: Leg, start: int, end: int, zone: tzinfo | None) -> Step:
    ready = start + leg.hand_off
    spans = leg.ruler.table.spans_one(ready, end)
    work = int(promise.table.elapsed(spans.starts, spans.ends).sum())
    table = promise.table
    return Step(
        link=leg.link,
        start=to_datetime(start, zone),
        ready=to_datetime(ready, zone),
        begins=to_datetime(leg.ruler.table.next_open_one(ready), zone),
        end=to_datetime(end, zone),
        hand_off=table.elapsed_one(start, ready) * MICROSECOND,
        wait=(table.elapsed_one(ready, end) - work) * MICROSECOND,
        work=work * MICROSECOND,
    )
