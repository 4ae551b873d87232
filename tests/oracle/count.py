"""Count: what the ticks of one clock come to (C4, C8 to C10)."""

from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from tests.oracle.course import MICROSECOND, Course
from tests.oracle.dates import ZERO, Span
from tests.oracle.events import Row
from tests.oracle.pauses import lay
from tests.oracle.ticks import Clock


def counted(rules: Row, clock: Clock, last: Span | None, step: timedelta) -> dict[str, Any] | None:
    """Return the row of verdicts of one clock; None where nothing was promised. ``last`` is the item's last limit."""
    ticks, change, back = clock.ticks, rules["change"], rules["change"].startswith("retroactive")
    turn = turned(clock)
    for tick in ticks:
        tick.limit = last if back else ticks[0].limit if change == "keep" else tick.limit
    lay(rules, clock, turn if back and not rules["retroactive_pause"] else 0)
    limits = [tick.limit for tick in ticks if tick.limit]
    if not limits:
        return None
    course = Course(rules, ticks[0].at, step, limits[0])
    if turn and change == "retroactive_floor":
        course.floor = rules["floor"] + sum((tick.covered for tick in ticks[:turn] if tick.runs), ZERO)
    course.pauses = [list(group) for paused, group in groupby(ticks, lambda tick: tick.paused) if paused]
    return row_of(clock, course, breach(clock, course))


def turned(clock: Clock) -> int:
    """Return the tick at which the limit of the clock's rows last changed."""
    own = [(n, tick.row["limit"]) for n, tick in enumerate(clock.ticks) if tick.state == "active" and tick.row["limit"]]
    return max((n for (_, was), (n, limit) in pairwise(own) if was != limit), default=0)


def breach(clock: Clock, course: Course) -> datetime | None:
    """Let the ticks pass, and return when the clock was late (C3, C4)."""
    rules, breached, end = course.rules, None, clock.ticks[-1]
    for tick in clock.ticks:
        if tick.limit is None:
            continue
        if tick.limit != course.limit:
            was, course.limit = course.whole, tick.limit
            if rules["change"] == "proportional" and was:
                course.used = (
                    course.used // MICROSECOND * (course.whole // MICROSECOND) // (was // MICROSECOND) * MICROSECOND
                )
            if rules["forgive"] and not course.late(tick.at):
                breached = None
        tick.spent = course.used
        if tick.runs:
            course.ran.append(tick)
            course.used += tick.covered
        looked_at = tick.state == "stopped" or (tick.runs and (tick.length or tick is end))
        if looked_at and not breached and not course.by_walls:
            last = course.late(tick.at + tick.length)
            breached = last and max(last, tick.at)
    stands = end.limit and not end.paused and end.state != "cancelled"
    return course.late(end.at) if course.by_walls and stands else breached


def row_of(clock: Clock, course: Course, breached: datetime | None) -> dict[str, Any]:
    """Return a clock's row of verdicts."""
    rules, end, waited = course.rules, clock.ticks[-1], [tick for pause in course.pauses for tick in pause]
    stage = {"active": "paused" if end.paused else "running", "stopped": "missed" if breached else "met"}
    found: dict[str, Any] = {
        "stage": stage.get(end.state, "cancelled") if end.limit else "cancelled",
        "started_at": course.started,
        "stopped_at": end.at if end.state == "stopped" else None,
        "breached_at": breached,
        "elapsed": course.used,
        "wall_elapsed": sum((tick.length for tick in course.ran), ZERO),
        "paused": sum((tick.covered for tick in waited), ZERO),
        "wall_paused": sum((tick.length for tick in waited), ZERO),
    }
    if not end.limit:
        return found
    left = course.whole - course.used
    found |= {"limit": course.whole, "remaining": left if rules["negative_remaining"] else max(left, ZERO)}
    if found["stage"] == "paused":
        since = course.pauses[-1][0].at
        resumed = course.due(course.whole, end.at) if left >= ZERO else None
        frozen = course.due(course.whole, since)
        due = {"none": None, "rolls": resumed, "frozen": frozen}[rules["due_while_paused"]]
        return found | {"paused_since": since, "due_if_resumed": resumed, "due": due}
    going = found["stage"] != "cancelled"
    return found | (
        {"due": course.due(course.whole, end.at), "breaches_after": course.in_time(end.at)} if going else {}
    )
