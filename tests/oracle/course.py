"""Course: how a clock went so far, and when it would have used up how much if it ran on (C2, C3, C5, C8)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from attrs import define, field

from tests.oracle.dates import ZERO, Span, dated, length
from tests.oracle.events import Row
from tests.oracle.hours import place
from tests.oracle.ticks import Tick

MICROSECOND = timedelta(microseconds=1)


@define
class Course:
    """What a clock has used up, the limit that holds, and the ticks that ran and those of each pause."""

    rules: Row
    started: datetime
    step: timedelta
    limit: Span
    used: timedelta = ZERO
    floor: timedelta = ZERO
    ran: list[Tick] = field(factory=list)
    pauses: list[list[Tick]] = field(factory=list)

    @property
    def by_walls(self) -> bool:
        return bool(self.rules["pause_measure"] != "covered")

    @property
    def at_once(self) -> bool:
        """Whether exactly as much as is allowed is late."""
        return bool(self.rules["judge"] == "percent" or self.rules["at_limit"] == "missed")

    @property
    def whole(self) -> timedelta:
        return max(length(self.limit, self.started), self.floor)

    @property
    def allowed(self) -> timedelta:
        """How much may be used up (C3)."""
        allowed: timedelta = self.whole + self.rules["grace"]
        # Rounded half up, 100 per cent is shown from half a last digit below it on.
        parts = 200 * 10 ** int(self.rules["percent_decimals"]) if self.rules["judge"] == "percent" else 0
        return allowed - allowed // MICROSECOND // parts * MICROSECOND if parts else allowed

    def late(self, at: datetime) -> datetime | None:
        """Return the last instant in time of a clock that is late at an instant at which it runs, or stops (C3)."""
        left = self.allowed - self.used
        used_up = left < ZERO or (left == ZERO and (self.at_once or self.rules["judge"] == "timestamp"))
        if not used_up and not self.by_walls:
            return None
        last = self.in_time(at)
        return (
            min(last, at) if (left < ZERO and not self.by_walls) or last < at or (last == at and self.at_once) else None
        )

    def in_time(self, at: datetime) -> datetime:
        """Return the last instant that is in time (C3)."""
        if self.by_walls or self.rules["judge"] == "timestamp":
            return max(self.started, self.due(self.allowed, at))
        return self.reach(self.allowed, at, latest=not self.at_once)

    def due(self, amount: timedelta, at: datetime) -> datetime:
        """Return when an amount is used up by a clock that runs on from ``at``, as it is told."""
        raw = dated(self.limit, self.started) if self.limit.is_dated and amount == self.whole else None
        if self.by_walls:
            # Pauses move it as long as they are on the wall, all of them or the last.
            over = [pause for pause in self.pauses if pause[0].at < at]
            over = over[-1:] if self.rules["pause_measure"] == "last_wall" else over
            found = raw or self.limit.oracle.due(self.started, amount)
            return self.told(found + sum((tick.length for pause in over for tick in pause), ZERO))
        found = self.reach(amount, at)
        # A due that dates give stays as it is while nothing covered was paused before it.
        stays = raw and (raw <= self.started or not self.limit.oracle.elapsed(found, raw))
        return raw if raw and stays else self.told(found)

    def reach(self, amount: timedelta, at: datetime, *, latest: bool = False) -> datetime:
        """Return the first instant at which an amount is used up, or the last."""
        ran = [tick for tick in self.ran if tick.limit == self.limit or self.rules["change"] != "proportional"]
        for tick in chain(ran, self.onward(at)):
            left = amount - tick.spent
            if left < tick.covered or (left == tick.covered and not latest):
                return tick.at + max(left, ZERO)
        raise LookupError(at)

    def onward(self, at: datetime) -> Iterator[Tick]:
        """Tick on from an instant as if the clock ran."""
        used = self.used
        while True:
            tick = Tick(at, self.step, "active", {}, self.limit, spent=used)
            yield tick
            at, used = at + self.step, used + tick.covered

    def told(self, due: datetime) -> datetime:
        """Return a due as it is told: one on a closing as the next opening, where that is agreed (C3)."""
        oracle, boundary = self.limit.oracle, self.rules["boundary"]
        if self.limit.is_dated or boundary == "close" or not oracle.is_open(due - MICROSECOND):
            return due
        opens, zone = oracle.next_open(due), place(oracle.doc["timezone"])
        same = (due - MICROSECOND).astimezone(zone).date() == opens.astimezone(zone).date()
        return due if boundary == "day_end" and same else opens
