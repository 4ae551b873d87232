"""The dumb reference for one clock: it ticks, and looks at every tick (C2 to C5, C8 to C10).

Rules and rows are plain data: a condition is ``{field: values}`` or None (never), a row ``{"at": ..., field: value}``,
a pause ``{"when": condition, "until": condition, if it is bound to events, ...}`` with the limits that C8 names.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any

from attrs import define

from tests.dates_oracle import ZERO, Span, dated, length
from tests.oracle import Oracle, place

MICROSECOND = timedelta(microseconds=1)
Row = Mapping[str, Any]
Facts = Mapping[Any, Any]
Tick = tuple[datetime, bool, timedelta]


class TooShort(Exception):  # noqa: N818
    """A pause that is over and never was (C8): its life is told again, without it."""


@define
class Pause:
    """One pause of one rule: since when, on which calendar it is measured, and how much of it has passed."""

    since: datetime
    oracle: Oracle
    on: bool
    covered: timedelta = ZERO
    wanted: timedelta = ZERO
    ticks: int = 0


@lru_cache(maxsize=64)
def from_start(oracle: Oracle, start: datetime, amount: timedelta) -> datetime:
    return oracle.due(start, amount)


class Clock:
    """One clock: what it has used up, what it may use, and when it was late. ``facts`` are known from the future."""

    def __init__(self, rules: Row, now: datetime, step: timedelta, number: int, facts: Facts) -> None:
        self.rules, self.started, self.step, self.number, self.facts = rules, now, step, number, facts
        self.by_walls = rules["pause_measure"] != "covered"
        self.by_stamps = self.by_walls or rules["judge"] == "timestamp"
        self.stopped: datetime | None = None
        self.breached: datetime | None = None
        self.held_since: datetime | None = None
        self.frozen: datetime | None = None
        self.limit: Span | None = None
        self.was: Span | None = None
        self.last: str | None = None
        self.turned: tuple[datetime, timedelta] | None = None
        self.kept, self.used, self.scaled, self.last_pause = False, ZERO, 0, 0
        self.latched: set[int] = set()
        self.pauses: dict[int, Pause] = {}
        self.past: dict[int, timedelta] = {}
        self.ran: list[Tick] = []
        self.paused: list[bool] = []

    def whole(self, limit: Span | None = None) -> timedelta:
        """Return the limit; one with a floor is at least so much more than was used when it last changed (C10)."""
        found, turn = length(limit or self.limit, self.started), self.facts.get(("turn", self.number))
        return max(found, turn[1] + self.rules["floor"]) if turn and "floor" in self.rules["change"] else found

    def allowed(self) -> tuple[timedelta, bool]:
        """Return how much may be used up, and whether exactly so much is late (C3)."""
        allowed, parts = self.whole() + self.rules["grace"], 200 * 10 ** self.rules["percent_decimals"]
        if self.rules["judge"] == "percent":
            # Rounded half up, 100 is shown from half a last digit below it on.
            return -(-allowed // MICROSECOND * (parts - 1) // parts) * MICROSECOND, True
        return allowed, self.rules["at_limit"] == "missed"

    def switch(self, name: str | None, now: datetime) -> bool:
        """Let the limit of a priority hold from now on, and tell whether a limit came instead of another (C10)."""
        rules, changed = self.rules, None not in {name, self.last} and name != self.last
        if rules["change"] == "keep" and self.kept:
            return False
        self.kept, self.last, self.turned = True, name or self.last, (now, self.used) if changed else self.turned
        self.limit = rules["limits"].get(rules.get("judged_by", name))
        if changed and rules["change"] == "proportional":
            new, old = (self.whole(limit) // MICROSECOND for limit in (self.limit, self.was))
            self.used = self.used // MICROSECOND * new // old * MICROSECOND if old else self.used
            self.scaled = len(self.ran)
        self.was = self.limit or self.was
        if rules["forgive"] and changed and "judged_by" not in rules and not self.late(now):
            self.breached = None
        return changed

    def late(self, now: datetime) -> bool:
        """Tell whether a clock that runs, or stops, is late at an instant (C3)."""
        allowed, at_once = self.allowed()
        last = self.in_time(self.ran[self.scaled :]) if self.by_stamps else None
        used_up = not self.by_walls and (self.used > allowed or (at_once and self.used == allowed))
        return used_up or (last is not None and (last < now or (at_once and self.by_walls and last == now)))

    def look(self, now: datetime) -> None:
        if self.limit and self.breached is None and self.late(now):
            self.breached = now

    def hold(self, wanted: set[int], now: datetime) -> None:
        """Begin and end pauses; some end by themselves, or never were (C8)."""
        for n, rule in enumerate(self.rules["pauses"]):
            if n in wanted and n not in self.pauses and self.limit:
                self.pauses[n] = Pause(now, self.limit.oracle, on=("void", n, now) not in self.facts)
            pause = self.pauses.get(n)
            if pause is None:
                continue
            total, ends = pause.covered + self.past.get(n, ZERO), self.facts.get(("ends", n, pause.since))
            caps = ((pause.covered, rule.get("at_most")), (total, rule.get("at_most_in_total")))
            over = any(cap and covered >= cap for covered, cap in caps) or (ends and pause.since < ends <= now)
            pause.on &= not over
            if n not in wanted:
                # Its own end decides, whatever a cap makes of it.
                if (
                    pause.ticks
                    and pause.wanted < rule.get("at_least", ZERO)
                    and ("void", n, pause.since) not in self.facts
                ):
                    raise TooShort("void", n, pause.since)
                self.past[n] = total
                del self.pauses[n]
        if not any(pause.on for pause in self.pauses.values()):
            self.held_since = None
        elif self.held_since is None:
            self.held_since, self.last_pause = now, 0
            self.frozen = self.dues(now)["due"] if self.rules["due_while_paused"] == "frozen" else None

    def tick(self, now: datetime) -> None:
        """Let a tick pass in which the clock is active."""
        for pause in self.pauses.values():
            pause.wanted += pause.oracle.is_open(now) * self.step
            pause.covered += (pause.on and pause.oracle.is_open(now)) * self.step
            pause.ticks += 1
        if self.held_since and self.limit:
            self.paused.append(self.limit.oracle.is_open(now))
            self.last_pause += 1
        elif self.limit:
            self.run(now, self.limit)

    def run(self, now: datetime, limit: Span) -> None:
        """Let a tick pass in which the clock runs, and look whether it was late in it (C3)."""
        self.ran.append((now, limit.oracle.is_open(now), self.used))
        self.used += self.ran[-1][1] * self.step
        allowed, at_once = self.allowed()
        if self.breached is None and (self.used >= allowed or self.by_walls):
            last = self.in_time(self.ran[self.scaled :])
            if last and (last < now + self.step or (at_once and last == now + self.step)):
                self.breached = max(last, now)

    def onward(self, at: datetime) -> Iterator[Tick]:
        """Tick on from an instant as if the clock ran."""
        assert self.limit is not None
        used = self.used
        while True:
            is_open = self.limit.oracle.is_open(at)
            yield at, is_open, used
            at, used = at + self.step, used + is_open * self.step

    def reach(self, amount: timedelta, ticks: Iterable[Tick], *, beyond: bool = False) -> datetime | None:
        """Return the first instant in some ticks at which an amount is used up, or the last."""
        for at, is_open, spent in ticks:
            left = amount - spent
            if left < is_open * self.step or (left == is_open * self.step and not beyond):
                return at + max(left, ZERO)
        return None

    def told(self, due: datetime | None) -> datetime | None:
        """Return a due as it is told: one on a closing as the next opening, where that is agreed (C3)."""
        opens, boundary = due, self.rules["boundary"]
        if due is None or opens is None or self.limit is None or boundary == "close":
            return due
        if not self.limit.oracle.is_open(due - MICROSECOND):
            return due
        while not self.limit.oracle.is_open(opens):
            opens += self.step
        zone = place(self.limit.oracle.doc["timezone"])
        same = (due - MICROSECOND).astimezone(zone).date() == opens.astimezone(zone).date()
        return due if boundary == "day_end" and same else opens

    def due(self, amount: timedelta, ticks: Iterable[Tick]) -> datetime | None:
        """Return when an amount is used up; pauses on the wall move that as they are long, all of them or the last."""
        assert self.limit is not None
        if self.by_walls:
            ticks_paused = len(self.paused) if self.rules["pause_measure"] == "wall" else self.last_pause
            return self.told(from_start(self.limit.oracle, self.started, amount) + ticks_paused * self.step)
        found = self.reach(amount, ticks)
        # A due that dates give stays as it is while nothing covered was paused before it.
        raw = dated(self.limit, self.started) if self.limit.is_dated and amount == self.whole() else None
        stays = found and raw and (raw <= self.started or not self.limit.oracle.elapsed(found, raw))
        return raw if stays else self.told(found)

    def in_time(self, ticks: Iterable[Tick]) -> datetime | None:
        """Return the last instant that is in time (C3)."""
        allowed, at_once = self.allowed()
        if self.by_stamps:
            return self.due(allowed, ticks)
        return self.reach(allowed, ticks, beyond=not at_once)

    def dues(self, at: datetime) -> dict[str, datetime | None]:
        """Return when the limit of a clock that runs on from an instant is used up, and when it was in time at last."""
        history = self.ran[self.scaled :]
        due = self.due(self.whole(), chain(history, self.onward(at)))
        return {"due": due, "breaches_after": self.in_time(chain(history, self.onward(at)))}
