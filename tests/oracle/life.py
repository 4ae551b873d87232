"""Life: what the events make of an item's clocks, ticked through (C7, C10, C11)."""

from datetime import datetime, timedelta

from tests.oracle.dates import ZERO
from tests.oracle.events import Row, matches
from tests.oracle.ticks import Clock, Tick

MOMENTS = ("starts", "stops", "resets", "cancels", "reopens", "ends")


class Life:
    """The clocks of one item under one target: every cycle one."""

    def __init__(self, rules: Row, seen: list[Row], as_of: datetime, step: timedelta) -> None:
        self.rules, self.clocks, self.gap, self.shut = rules, list[Clock](), list[Tick](), False
        for row, then in zip(seen, [*(row["at"] for row in seen[1:]), as_of], strict=True):
            self.now = row["at"]
            self.apply(row)
            while self.now < then:
                self.tick(row, step)
                self.now += step
        self.tick(row, ZERO)

    @property
    def stage(self) -> str:
        return self.clocks[-1].ticks[-1].state if self.clocks else "pending"

    def tick(self, row: Row, length: timedelta) -> None:
        """Let time pass: for a clock that has stopped it may count later."""
        if self.stage == "active":
            self.clocks[-1].ticks.append(Tick(self.now, length, "active", row, row["limit"]))
        elif self.stage == "stopped":
            self.gap.append(Tick(self.now, length, "gap", row, row["limit"]))

    def end(self, state: str) -> None:
        """End a clock, under the limit that was in force."""
        last, self.gap = self.clocks[-1].ticks[-1], []
        self.clocks[-1].ticks.append(Tick(self.now, ZERO, state, last.row, last.limit))

    def begin(self, row: Row, *, another: bool = False, chained: datetime | None = None) -> None:
        """Begin another clock, or one in place of the last."""
        if self.clocks and not another:
            chained = self.clocks.pop().chained
        self.clocks.append(Clock(chained, [Tick(self.now, ZERO, "active", row, row["limit"])]))

    def apply(self, row: Row) -> None:
        """Let one event happen."""
        rules, stage, clock = self.rules, self.stage, self.clocks[-1] if self.clocks else None
        before = [tick.limit for tick in clock.ticks if tick.limit][-1:] if clock else []
        says = [row["moment"] == name if "moment" in row else matches(rules[name], row) for name in MOMENTS]
        start, stop, reset, cancel, again, end = says
        goes_on = not (stop or end or cancel)
        again |= start and "do" not in (rules["starts"] or {"do"})
        zero = start and (stop or end) and rules["start_with_stop"] == "zero"
        if stage == "active" and (stop or end):
            self.stop(row, chained=rules["cycles"] == "chain" and not end)
        elif stage == "active" and (reset or (start and goes_on and rules["cycles"] == "latest")):
            self.begin(row)
        elif stage == "active" and cancel:
            self.end("cancelled")
        elif stage != "active" and start and (goes_on or zero) and (stage != "stopped" or rules["cycles"] != "once"):
            self.begin(row, another=stage == "stopped")
            if zero:
                self.stop(row, chained=rules["cycles"] == "chain" and not end)
        elif stage in {"stopped", "cancelled"} and again and goes_on:
            self.reopen(row)
        changed = row["limit"] and before not in ([], [row["limit"]])
        if changed and rules["change"] == "restart" and self.stage == "active" and clock is self.clocks[-1]:
            self.begin(row)
        self.tick(row, ZERO)

    def stop(self, row: Row, *, chained: bool) -> None:
        """Stop; a stop that is said twice begins no cycle."""
        if self.clocks[-1].chained == self.now:
            self.clocks.pop()
        else:
            self.end("stopped")
        if chained:
            self.begin({**row, "moment": ""}, another=True, chained=self.now)

    def reopen(self, row: Row) -> None:
        """Go on after a stop or a cancel."""
        if self.stage == "stopped":
            gone = self.now - self.clocks[-1].ticks[-1].at
            self.shut |= self.rules["reopen"] != "ignore" and ZERO < self.rules["ignore_after"] < gone
        if self.shut or (self.stage == "stopped" and self.rules["reopen"] == "ignore"):
            return
        if self.stage == "stopped" and (self.rules["reopen"] == "new_cycle" or self.rules["cycles"] == "chain"):
            self.begin(row, another=True)
        elif self.stage == "stopped" and self.rules["reopen"] == "continue_with_gap":
            self.clocks[-1].ticks += self.gap
        self.clocks[-1].ticks.append(Tick(self.now, ZERO, "active", row, row["limit"]))
