"""Pauses: which ticks of a clock the rules of its pauses make stand still (C7, C8)."""

from datetime import timedelta

from attrs import evolve

from tests.oracle.dates import ZERO
from tests.oracle.events import Row, matches
from tests.oracle.ticks import Clock, Tick


def lay(rules: Row, clock: Clock, turn: int) -> None:
    """Mark the ticks that are paused; ``turn`` is the tick before which no pause counts (C8, retroactive)."""
    for rule in rules["pauses"]:
        total = ZERO
        for pause in pauses_of(rule, clock, both=rules["pause_with_resume"] == "pause"):
            total += held(rule, pause, total, over=pause[-1] is not clock.ticks[-1])
    for tick in clock.ticks[:turn]:
        tick.paused = False


def pauses_of(rule: Row, clock: Clock, *, both: bool) -> list[list[Tick]]:
    """Return the ticks of each pause of a rule, its limits aside."""
    found: list[list[Tick]] = []
    on = was = False
    for tick in clock.ticks:
        begins = matches(rule["when"], tick.row) and matches(rule.get("needs", {}), tick.row)
        if "until" in rule and "moment" not in tick.row:
            ends = matches(rule["until"], tick.row)
            on = (on or (begins and (both or not ends))) and not (ends and not begins)
        elif "until" not in rule:
            on = begins
        # A stop ends a pause, and a clock without a limit is not paused.
        on &= tick.state == "active"
        if on and tick.limit:
            found += [] if was else [[]]
            found[-1].append(tick)
        was = on and tick.limit is not None
    return found


def held(rule: Row, pause: list[Tick], total: timedelta, *, over: bool) -> timedelta:
    """Mark a pause of a rule that paused ``total`` before, as far as its limits go, and return how long it was."""
    first, covered, ends = pause[0], ZERO, pause[-1].row.get(rule.get("ends_at", ""))
    # All of it is counted on the calendar on which it began.
    lengths = [evolve(tick, limit=first.limit).covered for tick in pause]
    void = over and sum(lengths, ZERO) < rule.get("at_least", ZERO)
    most = min(rule.get("at_most", timedelta.max), rule.get("at_most_in_total", timedelta.max) - total)
    for tick, length in zip(pause, lengths, strict=True):
        if not (void or covered >= most or (ends and first.at < ends <= tick.at)):
            tick.paused = True
            covered += length
    return covered
