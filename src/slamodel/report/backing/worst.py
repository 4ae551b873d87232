"""Worst starts: where in a window a chain takes longest, and where it does in the weeks that are most common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen

from slamodel.report.backing.because import ClosedDay
from slamodel.report.backing.course import Course, Path
from slamodel.report.backing.words import instant_text, length_text, seconds
from slamodel.timeline.instants import MICROSECOND, NAT, Bool, Int64, from_datetime, to_datetime

AT: Final = "at"
AFTER: Final = "just after"
BEFORE: Final = "just before"
_NEVER: Final = NAT
_FEW_WEEKS: Final = 3


@frozen
class WorstStart:
    """The first start in a window for which a chain takes longest.

    ``side``: "at" the start itself; "just after" it: the limit of the starts that follow; or "just before" it, at
    the end of the window. ``attained`` tells whether some start takes that long, or whether starts only come as near
    to it as one likes. ``slack`` is the promise's limit less ``takes``, negative where the promise is not kept.
    ``closed`` are the holidays and other dates on which the chain stands still before it is done.
    """

    start: datetime
    side: str
    takes: timedelta
    slack: timedelta
    attained: bool
    closed: tuple[ClosedDay, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the start in JSON types."""
        return {
            "worst_start": self.start.isoformat(),
            "worst_side": self.side,
            "takes_seconds": seconds(self.takes),
            "slack_seconds": seconds(self.slack),
            "attained": self.attained,
            "closed": [one.to_dict() for one in self.closed],
        }

    @property
    def when(self) -> str:
        """The start in words: "just after Sat 2026-04-04 14:35"."""
        return instant_text(self.start) if self.side == AT else f"{self.side} {instant_text(self.start)}"

    def __str__(self) -> str:
        nearly = "" if self.attained else "nearly "
        takes, slack = length_text(self.takes), length_text(self.slack)
        why = f" ({', '.join(map(str, self.closed))})" if self.closed else ""
        return f"{self.when}: takes {nearly}{takes}, slack {slack}{why}"


@frozen(eq=False)
class Peak:
    """Where starts that count are latest: the break, the side of it, the path, and how late, in microseconds."""

    at: int
    side: str
    path: Path
    taken: int
    late: int
    attained: bool

    def start(self, zone: tzinfo | None) -> WorstStart:
        """Return the start in datetimes."""
        at = to_datetime(self.at, zone)
        return WorstStart(at, self.side, self.taken * MICROSECOND, -self.late * MICROSECOND, self.attained)


def peak(course: Course, counts: Bool) -> Peak:
    """Return the first of the latest starts in the stretches that count; at least one does."""
    late = _latest(course, counts)
    most = int(late.max())
    reached = late == most
    i = int(reached.any(axis=0).argmax())
    side = int(reached[:, i].argmax())
    taken = (course.taken.at[i], course.taken.after[i], course.taken.before(course.lengths)[i])
    return Peak(
        at=int(course.at[i + (side == 2)]),
        side=(AT, AFTER, BEFORE)[side],
        path=course.path,
        taken=int(taken[side]),
        late=most,
        attained=bool((reached[0] | (reached[1] & (course.late.slope == 0))).any()),
    )


def highest(peaks: Iterable[Peak]) -> Peak:
    """Return the first of the latest starts of several paths; it is attained if that of any path is."""
    found = sorted(peaks, key=lambda one: (-one.late, one.at, (AT, AFTER, BEFORE).index(one.side)))
    return evolve(found[0], attained=any(one.attained for one in found if one.late == found[0].late))


def _latest(course: Course, counts: Bool) -> Int64:
    """Return how late starts are at each break, just after it, and just before the next, shape (3, n)."""
    late, before = course.late, course.late.before(course.lengths)
    # Just before a break counts where the break itself is not as late, or is no start.
    told = (late.slope > 0) & ((before > late.at[1:]) | ~np.append(counts[1:], False))
    found = np.stack([late.at[:-1], late.after, np.where(told, before, _NEVER)])
    return np.where(counts, found, _NEVER)


def ordinary(courses: Sequence[Course], weeks: Int64) -> Peak | None:
    """Return the first of the latest starts in the weeks that are most common: those that are equally late.

    ``weeks`` are their beginnings, breaks of every course. None where there are too few to speak of.
    """
    most = np.full(len(weeks) + 1, _NEVER)
    number = [np.searchsorted(weeks, course.at[:-1], side="right") for course in courses]
    for course, week in zip(courses, number, strict=True):
        np.maximum.at(most, week, _latest(course, course.counts).max(axis=0))
    whole = most[1:-1]
    values, times = np.unique(whole[whole > _NEVER], return_counts=True)
    if times.sum() < _FEW_WEEKS:
        return None
    common = values[len(times) - 1 - times[::-1].argmax()]
    first = int(np.flatnonzero(whole == common)[0]) + 1
    return highest(peak(course, course.counts & (week == first)) for course, week in zip(courses, number, strict=True))


def mondays(low: datetime, high: datetime) -> Iterator[int]:
    """Yield the instants in [low, high] at which weeks begin, in the zone of ``low``."""
    day = low.date() + timedelta(-low.weekday() % 7)
    while (at := datetime.combine(day, time(), low.tzinfo)) <= high:
        if at >= low:
            yield from_datetime(at)
        day += timedelta(7)
