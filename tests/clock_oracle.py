"""The dumb reference for clocks: it ticks through the life of an item and looks at every tick (C2 to C11).

Rules and rows are plain data: a condition is ``{field: values}`` or None (never), a row ``{"at": ..., field: value}``.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any

from attrs import frozen

from tests.oracle import Oracle, inside, place

ZERO, DAY = timedelta(), timedelta(days=1)
MOMENTS = ("starts", "stops", "resets", "cancels", "reopens")
COLUMNS = (
    *("stage", "breached", "started_at", "stopped_at", "due", "breaches_after", "breached_at", "elapsed"),
    *("wall_elapsed", "paused", "wall_paused", "remaining", "limit", "paused_since", "due_if_resumed"),
)
Row = Mapping[str, Any]
Tick = tuple[datetime, bool, timedelta]


@frozen
class Span:
    """What is promised: so much covered time, or so many business days read in one of two ways (C5)."""

    oracle: Oracle
    amount: timedelta = ZERO
    days: int = 0
    end_of_day: bool = False

    def hours_of(self, day: datetime) -> list[datetime]:
        """Return the wall ticks of the hours that start on a date."""
        hours, step = self.oracle.starting(str(day.date())), self.oracle.step
        walls = [day + i * step for i in range(2 * DAY // step) if inside(i * step, hours)]
        return [wall for wall in walls if not self.oracle.is_cut(wall)]

    def next_day(self, day: datetime) -> datetime:
        """Walk to the first business day from a date on."""
        while not self.hours_of(day):
            day += DAY
            if day.replace(tzinfo=UTC) > self.oracle.last:
                raise LookupError(day)
        return day


@lru_cache(maxsize=64)
def dated(span: Span, start: datetime) -> datetime:
    """Walk from date to date to the due of a limit in business days."""
    zone, step = place(span.oracle.doc["timezone"]), span.oracle.step
    wall = start.astimezone(zone).replace(tzinfo=None)
    today = datetime.combine(wall, time())
    day = span.next_day(today)
    since = (wall if day == today else span.hours_of(day)[0]) - day
    for _ in range(span.days - (span.end_of_day and day != today)):
        day = span.next_day(day + DAY)
    opens, closes = span.hours_of(day)[0], span.hours_of(day)[-1] + step
    wall = closes if span.end_of_day else min(max(day + since, opens), closes)
    due, first = (at.replace(tzinfo=zone).astimezone(UTC) for at in (wall, opens))
    while due > first and not span.oracle.is_open(due - step):
        due -= step
    return due


@lru_cache(maxsize=64)
def length(span: Span, start: datetime) -> timedelta:
    return span.oracle.elapsed(start, dated(span, start)) if span.days else span.amount


def matches(when: Row | None, row: Row) -> bool:
    return when is not None and all(row.get(name) in values for name, values in when.items())


def name_of(rules: Row, row: Row) -> str | None:
    """Return under which name the row's priority has a limit."""
    name: str | None = row.get("priority")
    others = "else" if name not in rules["without"] and "else" in rules["limits"] else None
    return name if name in rules["limits"] else others


def placed(rules: Row, rows: list[Row], as_of: datetime) -> list[Row]:
    """Return what has happened, filled forward, with starts and stops at the times that the last row's fields hold."""
    seen: list[Row] = []
    for row in sorted((row for row in rows if row["at"] <= as_of), key=lambda row: row["at"]):
        seen.append({**(seen or [{}])[-1], "do": None, **{k: v for k, v in row.items() if v is not None}})
    held: dict[str, list[Row]] = {"starts": [], "stops": []}
    for name, found in held.items():
        when = seen[-1].get(rules[f"{name}_at"])
        if when is not None and when <= as_of:
            known = [row for row in seen if row["at"] <= when] or [{"priority": seen[0].get("priority")}]
            found.append({**known[-1], "at": when, "do": name, "only": name})
    return sorted([*held["starts"], *seen, *held["stops"]], key=lambda row: row["at"])


class Clock:
    """One item's clock under one target, ticked to ``as_of``, which is not before its first row."""

    def __init__(self, rules: Row, rows: list[Row], as_of: datetime, step: timedelta) -> None:
        self.rules, self.step, self.stage = rules, step, "pending"
        seen = placed(rules, rows, as_of)
        self.now = seen[0]["at"]
        self.begin()
        while True:
            for row in seen:
                if row["at"] == self.now:
                    self.apply(row)
            self.look(live=self.stage == "active" and self.held_since is None)
            if self.now == as_of:
                break
            self.tick()
        if self.stage == "pending":
            self.switch(seen[-1])

    def begin(self) -> None:
        self.started: datetime = self.now
        self.stopped: datetime | None = None
        self.breached: datetime | None = None
        self.held_since: datetime | None = None
        self.limit: Span | None = None
        self.name: str | None = None
        self.last: str | None = None
        self.kept = False
        self.used, self.latched = ZERO, frozenset[int]()
        self.ran: list[Tick] = []
        self.paused: list[bool] = []

    def apply(self, row: Row) -> None:
        """Let one event happen (C6, C7, C10, C11)."""
        rules = self.rules
        says = [row.get("only", name) == name and matches(rules[name], row) for name in MOMENTS]
        start, stop, reset, cancel, again = says
        again |= start and "do" not in rules["starts"]
        if self.stage == "active" and stop:
            self.look(live=True)
            self.stage, self.stopped = "stopped", self.now
        elif self.stage == "active" and cancel and not reset:
            self.stage = "cancelled"
        elif (self.stage == "active" and reset) or (self.stage in {"pending", "cancelled"} and start > stop + cancel):
            self.begin()
            self.stage = "active"
        elif again > stop + cancel and self.stage in {"cancelled", rules["reopen"] == "continue" and "stopped"}:
            self.stage, self.stopped = "active", None
        if self.stage == "active":
            self.switch(row)
            for n, latch in enumerate(rules["latches"]):
                on, off = ("only" not in row and matches(when, row) for when in latch)
                self.latched = self.latched | {n} if on > off else self.latched - {n} if off > on else self.latched
        else:
            self.latched = frozenset()
        held = bool(self.latched) or (self.stage == "active" and any(matches(when, row) for when in rules["holds"]))
        self.held_since = (self.held_since or self.now) if held and self.limit else None

    def switch(self, row: Row) -> None:
        """Let the limit of the row's priority hold from now on (C10)."""
        limits, name = self.rules["limits"], name_of(self.rules, row)
        if self.rules["change"] == "keep" and self.kept:
            return
        if self.rules["change"] == "restart" and None not in {name, self.last} and name != self.last:
            self.begin()
        changed = None not in {name, self.last} and name != self.last
        self.kept, self.name, self.last, self.limit = True, name, name or self.last, limits.get(name)
        if self.rules["forgive"] and changed and not self.late():
            self.breached = None

    def late(self) -> bool:
        """Tell whether more than the limit is used up (C3)."""
        assert self.limit is not None
        allowed = length(self.limit, self.started) + self.rules["grace"]
        return bool(self.used > allowed or (self.rules["at_limit"] == "missed" and self.used == allowed))

    def look(self, *, live: bool) -> None:
        if live and self.limit and self.breached is None and self.late():
            self.breached = self.now

    def tick(self) -> None:
        if self.stage == "active" and self.limit:
            is_open = self.limit.oracle.is_open(self.now)
            if self.held_since:
                self.paused.append(is_open)
            else:
                self.ran.append((self.now, is_open, self.used))
                spent, self.used = self.used, self.used + is_open * self.step
                allowed = length(self.limit, self.started) + self.rules["grace"]
                if self.breached is None and (
                    self.used > allowed or (self.rules["judge"] == "timestamp" and spent >= allowed)
                ):
                    self.breached = self.now
                if self.breached is None and self.late():
                    self.breached = self.now + self.step
        self.now += self.step

    def onward(self, at: datetime) -> Iterator[Tick]:
        """Tick on from an instant as if the clock ran."""
        assert self.limit is not None
        used = self.used
        while True:
            is_open = self.limit.oracle.is_open(at)
            yield at, is_open, used
            at, used = at + self.step, used + is_open * self.step

    def reach(self, amount: timedelta, at: datetime, *, beyond: bool) -> Tick:
        """Return the first tick that uses an amount up, or goes beyond it, if the clock runs on from an instant."""
        if not amount:
            raise LookupError  # no tick uses nothing up
        for tick in chain(self.ran, self.onward(at)):
            after = tick[2] + tick[1] * self.step
            if after > amount or (after == amount and not beyond):
                return tick
        raise AssertionError

    def verdict(self) -> dict[str, Any] | None:
        """Return what a row of verdicts says, None where nothing is promised."""
        if self.last is None:
            return None
        running = "paused" if self.held_since else "running"
        stage = {"active": running, "stopped": "missed" if self.breached else "met"}.get(self.stage, self.stage)
        found: dict[str, Any] = dict.fromkeys(COLUMNS) | {"stage": stage if self.limit else "cancelled"}
        found["breached"], found["breached_at"] = self.breached is not None, self.breached
        if self.stage == "pending":
            return found | {"limit": self.limit.amount if self.limit and not self.limit.days else None}
        found |= {"started_at": self.started, "stopped_at": self.stopped, "elapsed": self.used}
        found |= {"wall_elapsed": len(self.ran) * self.step, "wall_paused": len(self.paused) * self.step}
        found |= {"paused": sum(self.paused) * self.step, "paused_since": self.held_since}
        if self.limit is None:
            return found
        limit, at = length(self.limit, self.started), self.stopped or self.now
        found |= {"limit": limit, "remaining": limit - self.used}
        if self.held_since and self.used <= limit:
            resumed = (at for at, is_open, used in self.onward(at) if used + is_open * self.step >= limit)
            found["due_if_resumed"] = at if self.used == limit else next(resumed) + self.step
        if self.stage in {"active", "stopped"} and not self.held_since:
            due = self.reach(limit, at, beyond=False)[0] + self.step
            # A due that dates give stays as it is while nothing covered was paused before it.
            raw = dated(self.limit, self.started) if self.limit.days else due
            found["due"] = due if self.limit.oracle.elapsed(due, raw) else raw
            beyond = (self.rules["at_limit"], self.rules["judge"]) == ("met", "elapsed")
            now = self.reach(limit + self.rules["grace"], at, beyond=beyond)[0]
            found["breaches_after"] = now if beyond else now + self.step
        return found


def clock(rules: Row, rows: list[Row], as_of: datetime, step: timedelta) -> Clock:
    """Tick through an item's life; where a change is retroactive, with the limit of its last priority (C10)."""
    if rules["change"] == "retroactive":
        name = name_of(rules, placed(rules, rows, as_of)[-1])
        rules = {**rules, "limits": {"else": rules["limits"][name]} if name else {}, "without": ()}
    return Clock(rules, rows, as_of, step)
