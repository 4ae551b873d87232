"""Worst starts: where in a window a chain takes longest, and where it does in the weeks that are most common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Final

import numpy as np
from attrs import frozen

from slamodel.report.backing_course import Course
from slamodel.report.backing_words import instant_text, length_text, seconds
from slamodel.timeline.instants import MICROSECOND, Bool, Int64, from_datetime, to_datetime

AT: Final = "at"
AFTER: Final = "just after"
BEFORE: Final = "just before"
_NEVER: Final = -1
_FEW_WEEKS: Final = 3


@frozen
class WorstStart:
    """The first start in a window for which a chain takes longest.

    ``side``: "at" the start itself; "just after" it: the limit of the starts that follow; or "just before" it, at
    the end of the window. ``attained`` tells whether some start takes that long, or whether starts only come as near
    to it as one likes. ``slack`` is the promise's limit less ``takes``, negative where the promise is not kept.
    """

    start: datetime
    side: str
    takes: timedelta
    slack: timedelta
    attained: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the start in JSON types."""
        return {
            "worst_start": self.start.isoformat(),
            "worst_side": self.side,
            "takes_seconds": seconds(self.takes),
            "slack_seconds": seconds(self.slack),
            "attained": self.attained,
        }

    def __str__(self) -> str:
        side = "" if self.side == AT else f"{self.side} "
        nearly = "" if self.attained else "nearly "
        takes, slack = length_text(self.takes), length_text(self.slack)
        return f"{side}{instant_text(self.start)}: takes {nearly}{takes}, slack {slack}"


def worst_start(course: Course, limit: int, zone: tzinfo | None) -> tuple[WorstStart, int]:
    """Return the worst start of a window, and the number of its path."""
    found = _first_worst(course, course.is_open, limit, zone)
    if not course.open_only:
        last = int(course.taken[:, -1].max())
        if found is None or last * MICROSECOND > found[0].takes:
            start = WorstStart(
                to_datetime(int(course.at[-1]), zone), BEFORE, last * MICROSECOND, (limit - last) * MICROSECOND, False
            )
            return start, int(course.taken[:, -1].argmax())
    assert found is not None  # noqa: S101  the promise is open somewhere in the window
    return found


def ordinary_start(course: Course, limit: int, weeks: Int64, zone: tzinfo | None) -> WorstStart | None:
    """Return the worst start of the first of the weeks that are most common: those that take equally long.

    ``weeks`` are their beginnings, breaks of the course. None where there are too few to speak of.
    """
    most = np.full(len(weeks) + 1, _NEVER)
    week = np.searchsorted(weeks, course.at[:-1], side="right")
    np.maximum.at(most, week, np.where(course.is_open, _most(course), _NEVER))
    whole = most[1:-1]
    values, counts = np.unique(whole[whole >= 0], return_counts=True)
    if counts.sum() < _FEW_WEEKS:
        return None
    common = values[len(counts) - 1 - counts[::-1].argmax()]
    first = int(np.flatnonzero(whole == common)[0]) + 1
    found = _first_worst(course, course.is_open & (week == first), limit, zone)
    return found and found[0]


def mondays(low: datetime, high: datetime) -> Iterator[int]:
    """Yield the instants in [low, high] at which weeks begin, in the zone of ``low``."""
    day = low.date() + timedelta(-low.weekday() % 7)
    while (at := datetime.combine(day, time(), low.tzinfo)) <= high:
        if at >= low:
            yield from_datetime(at)
        day += timedelta(7)


def _most(course: Course) -> Int64:
    """Return the most that is taken at each break but the last, or just after it."""
    found: Int64 = np.maximum(course.taken[:, :-1], course.just_after).max(axis=0)
    return found


def _first_worst(course: Course, counts: Bool, limit: int, zone: tzinfo | None) -> tuple[WorstStart, int] | None:
    if not counts.any():
        return None
    most = np.where(counts, _most(course), _NEVER)
    takes, i = int(most.max()), int(most.argmax())
    side, values = (AT, course.taken) if (course.taken[:, i] == takes).any() else (AFTER, course.just_after)
    reached = (course.taken[:, :-1] == takes) | ((course.just_after == takes) & (course.slope == 0))
    start = WorstStart(
        start=to_datetime(int(course.at[i]), zone),
        side=side,
        takes=takes * MICROSECOND,
        slack=(limit - takes) * MICROSECOND,
        attained=bool((reached & counts).any()),
    )
    return start, int(values[:, i].argmax())
