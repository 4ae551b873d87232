"""Ticks: what a clock is made of."""

from datetime import datetime, timedelta

from attrs import define, field

from tests.oracle.dates import ZERO, Span
from tests.oracle.events import Row


@define
class Tick:
    """A tick of a clock, or a moment (no ``length``): an event, or the instant that is asked about.

    It is active, or a ``gap`` between a stop and a reopening that counts; or the clock stopped or was cancelled at it.
    """

    at: datetime
    length: timedelta
    state: str
    row: Row
    limit: Span | None
    paused: bool = False
    spent: timedelta = ZERO

    @property
    def runs(self) -> bool:
        return self.state in {"active", "gap"} and self.limit is not None and not self.paused

    @property
    def covered(self) -> timedelta:
        return self.length * (self.limit is not None and self.limit.oracle.is_open(self.at))


@define
class Clock:
    """One clock: its ticks, and when a stop began it, if it is a further one of a chain."""

    chained: datetime | None = None
    ticks: list[Tick] = field(factory=list)
