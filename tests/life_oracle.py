"""The dumb reference for a life: the events of one item, and what they make of its clocks (C6, C7, C9 to C11)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from tests.clock_oracle import Clock, Facts, Row, TooShort
from tests.dates_oracle import ZERO

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = ("starts", "stops", "resets", "cancels", "reopens", "ends")
COLUMNS = (
    *("stage", "breached", "started_at", "stopped_at", "due", "breaches_after", "breached_at", "elapsed", "cycles"),
    *("wall_elapsed", "paused", "wall_paused", "remaining", "limit", "paused_since", "due_if_resumed"),
)


def matches(when: Row | None, row: Row) -> bool:
    return when is not None and all(row.get(name) in values for name, values in when.items())


def name_of(rules: Row, row: Row) -> str | None:
    """Return under which name the row's priority has a limit."""
    limits, name = rules["limits"], row.get("priority")
    found: str | None = name if name in limits else "else" if name not in rules["without"] else None
    return found if limits.get(found) else None


def cut(rules: Row, value: Any) -> Any:
    return value - (value - EPOCH) % rules["resolution"] if isinstance(value, datetime) else value


def placed(rules: Row, rows: list[Row], as_of: datetime, step: timedelta) -> list[Row]:
    """Return what has happened, filled forward, with the moments at the times that the last row's fields hold."""
    seen: list[Row] = []
    for row in sorted((row for row in rows if row["at"] <= as_of), key=lambda row: row["at"]):
        said = {name: cut(rules, value) for name, value in row.items() if value is not None}
        seen.append({**(seen or [{}])[-1], "do": None, **said})
    held: dict[str, list[Row]] = {"starts": [], "stops": [], "ends": []}
    for name, found in held.items():
        when = seen[-1].get(rules[f"{name}_at"])
        if rules.get(f"{name}_after"):
            upstream, edge = rules[f"{name}_after"]
            when = (verdict(upstream, rows, as_of, step) or {}).get(edge)
        if when is not None and when <= as_of:
            known = [row for row in seen if row["at"] <= when] or [{"priority": seen[0].get("priority")}]
            found.append({**known[-1], "at": when, "do": name, "only": name})
    return sorted([*held["starts"], *seen, *held["stops"], *held["ends"]], key=lambda row: row["at"])


class Life:
    """One item's clocks under one target, ticked to ``as_of``, by the ``facts`` that are known from the future."""

    def __init__(self, rules: Row, seen: list[Row], as_of: datetime, step: timedelta, facts: Facts) -> None:
        self.rules, self.step, self.facts = rules, step, facts
        self.now, self.stage, self.shut = seen[0]["at"], "pending", False
        self.wanted: set[int] = set()
        self.cycles: list[Clock] = []
        self.news: dict[Any, Any] = {}
        self.count = 0
        self.begin(another=True)
        while True:
            rows_now = [row for row in seen if row["at"] == self.now]
            for row in rows_now:
                self.apply(row)
            self.clock.hold(self.wanted, self.now)
            if (rows_now or self.now == as_of) and self.stage == "active" and self.clock.held_since is None:
                self.clock.look(self.now)
            if self.now == as_of:
                break
            if self.stage == "active":
                self.clock.tick(self.now)
            self.now += step
        if self.stage == "pending":
            self.clock.switch(name_of(rules, seen[-1]), self.now)

    @property
    def clock(self) -> Clock:
        return self.cycles[-1]

    def begin(self, *, another: bool = False) -> None:
        """Begin a clock: the next one, or one in place of the last."""
        self.count += 1
        self.chained_at: datetime | None = None if another else self.chained_at
        fresh = Clock(self.rules, self.now, self.step, self.count, self.facts)
        self.cycles = [*(self.cycles if another else self.cycles[:-1]), fresh]

    def apply(self, row: Row) -> None:
        """Let one event happen."""
        rules, stage = self.rules, self.stage
        says = [row.get("only", name) == name and matches(rules[name], row) for name in MOMENTS]
        start, stop, reset, cancel, again, end = says
        again |= start and "do" not in rules["starts"]
        zero = start and (stop or end) and rules["start_with_stop"] == "zero"
        fresh = start and not (stop or end or cancel)
        if stage == "active" and (stop or end):
            self.stop(chained=not end)
        elif stage == "active" and (reset or (fresh and rules["cycles"] == "latest")):
            self.begin()
        elif stage == "active" and cancel:
            self.stage = "cancelled"
        elif stage != "active" and (fresh or zero) and (stage != "stopped" or rules["cycles"] != "once"):
            self.begin(another=stage == "stopped")
            self.stage = "active"
            if zero:
                self.switch(row)
                self.stop(chained=not end)
        elif stage in {"stopped", "cancelled"} and again and not (stop or end or cancel):
            self.reopen()
        if self.stage == "active":
            self.switch(row)
        self.pause(row)

    def stop(self, *, chained: bool) -> None:
        if self.chained_at == self.now:
            # The stop is said twice: the cycle that it began never was.
            self.cycles.pop()
        else:
            self.clock.look(self.now)
            self.clock.hold(set(), self.now)
        self.stage, self.clock.stopped = "stopped", self.now
        if chained and self.rules["cycles"] == "chain":
            self.begin(another=True)
            self.stage, self.chained_at = "active", self.now

    def reopen(self) -> None:
        """Go on after a stop or a cancel."""
        rules, stopped = self.rules, self.clock.stopped
        if stopped and rules["reopen"] != "ignore" and rules["ignore_after"]:
            self.shut |= self.now - stopped > rules["ignore_after"]
        if self.shut or (stopped and rules["reopen"] == "ignore"):
            return
        if stopped and (rules["reopen"] == "new_cycle" or rules["cycles"] == "chain"):
            self.begin(another=True)
            stopped = None
        while stopped and self.clock.limit and rules["reopen"] == "continue_with_gap" and stopped < self.now:
            self.clock.run(stopped, self.clock.limit)
            stopped += self.step
        self.stage, self.clock.stopped = "active", None

    def switch(self, row: Row) -> None:
        name = name_of(self.rules, row)
        if self.clock.switch(name, self.now) and self.rules["change"] == "restart":
            self.begin()
            self.clock.switch(name, self.now)
        if self.clock.turned and "judged_by" in self.rules:
            self.news["turn", self.count] = self.clock.turned

    def pause(self, row: Row) -> None:
        """Find which rules, but for their limits, pause the clock after a row."""
        clock, rules, turn = self.clock, self.rules, self.facts.get(("turn", self.count))
        clock.latched = clock.latched if self.stage == "active" else set()
        self.wanted = set()
        for n, rule in enumerate(rules["pauses"]) if self.stage == "active" else ():
            on = matches(rule["when"], row) and matches(rule.get("needs", {}), row)
            off, both = matches(rule.get("until"), row), rules["pause_with_resume"] == "pause"
            if "until" in rule and "only" not in row:
                clock.latched |= {n} if on and (both or not off) else set()
                clock.latched -= {n} if off and not on else set()
            # Pauses before a change that is retroactive for them, too, never were.
            if clock.limit and not (turn and not rules["retroactive_pause"] and self.now < turn[0]):
                self.wanted |= {n} if (n in clock.latched if "until" in rule else on) else set()
        clock.hold(self.wanted, self.now)
        self.news |= {
            ("ends", n, on.since): row.get(rules["pauses"][n].get("ends_at")) for n, on in clock.pauses.items()
        }

    def breached(self) -> datetime | None:
        """Return when the cycles were late, as a whole."""
        judged = {"first": self.cycles[:1], "last": self.cycles[-1:], "all": self.cycles}[self.rules["met_if"]]
        return min((cycle.breached for cycle in judged if cycle.breached), default=None)

    def verdict(self) -> dict[str, Any] | None:
        """Return what a row of verdicts says, None where nothing is promised."""
        clock, late, rules = self.clock, self.breached(), self.rules
        if clock.was is None:
            return None
        running = "paused" if clock.held_since else "running"
        stage = {"active": running, "stopped": "missed" if late else "met"}.get(self.stage, self.stage)
        found: dict[str, Any] = dict.fromkeys(COLUMNS) | {"stage": stage if clock.limit else "cancelled"}
        found |= {"breached": late is not None, "breached_at": late, "cycles": len(self.cycles)}
        if self.stage == "pending":
            length = clock.limit.amount if clock.limit and not clock.limit.is_dated else None
            return found | {"limit": length, "cycles": 0}
        found |= {"started_at": clock.started, "stopped_at": clock.stopped, "elapsed": clock.used}
        found |= {"wall_elapsed": len(clock.ran) * self.step, "wall_paused": len(clock.paused) * self.step}
        found |= {"paused": sum(clock.paused) * self.step, "paused_since": clock.held_since}
        if clock.limit is None:
            return found
        limit, left = clock.whole(), clock.whole() - clock.used
        found |= {"limit": limit, "remaining": left if rules["negative_remaining"] else max(left, ZERO)}
        if clock.held_since:
            resumed = clock.reach(limit, clock.onward(self.now)) if left >= ZERO else None
            return found | {
                "due_if_resumed": resumed,
                "due": {"none": None, "frozen": clock.frozen, "rolls": resumed}[rules["due_while_paused"]],
            }
        return found | (clock.dues(clock.stopped or self.now) if stage in {"running", "met", "missed"} else {})


def lived(rules: Row, rows: list[Row], as_of: datetime, step: timedelta) -> Life:
    """Tell an item's life, again and again until nothing that is found later changes what came before."""
    seen, as_of = placed(rules, rows, as_of, step), cut(rules, as_of)
    limits = dict(rules["limits"])
    for name, span in limits.items():
        if span.field:
            on = seen[-1].get(span.field)
            limits[name] = evolve(span, on=on) if on else None
    rules = {**rules, "limits": limits}
    if rules["change"].startswith("retroactive"):
        rules = {**rules, "judged_by": name_of(rules, seen[-1])}
    facts: Facts = {}
    while True:
        try:
            life = Life(rules, seen, as_of, step, facts)
        except TooShort as pause:
            facts = {**facts, pause.args: True}
            continue
        if all(facts.get(key) == news for key, news in life.news.items()):
            return life
        facts = {**facts, **life.news}


def verdict(rules: Row, rows: list[Row], as_of: datetime, step: timedelta) -> dict[str, Any] | None:
    """Tick through an item's life; under `strictest` twice, for the clock that runs out first (C10)."""
    if rules["change"] != "strictest":
        return lived(rules, rows, as_of, step).verdict()
    both = [lived({**rules, "change": change}, rows, as_of, step) for change in ("carry", "keep")]
    return min(both, key=runs_out).verdict()


def runs_out(life: Life) -> datetime:
    """Return when a life was late, or would be if its clock ran on."""
    there = life.clock.limit is not None and life.stage in {"active", "stopped"}
    last = life.clock.dues(life.clock.stopped or life.now)["breaches_after"] if there else None
    return life.breached() or last or datetime.max.replace(tzinfo=UTC)
