"""Jobs: work that has to be done by an instant, and what it costs if it is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from slamodel.errors import DurationError
from slamodel.model.calendar import Calendar
from slamodel.timeline.durations import Amount, amount
from slamodel.timeline.instants import MICROSECOND, from_datetime

Length: TypeAlias = str | timedelta | Amount
Number: TypeAlias = int | Fraction | Decimal


@frozen
class Job:
    """Work on one item: ``due`` is the last instant in time, ``work`` what is left to do, in the worker's open time.

    ``penalty`` is what it costs when it is late, in any unit that all jobs share (exact: int, Fraction or Decimal).
    ``chance`` is how likely it is to be late if nobody sees to it. ``binding`` names the commitment that is due first,
    and ``others`` are those that are due later, by name and due. Raises InstantError for a naive due, DurationError
    for work that is none, ValueError for a penalty or a chance that cannot be.
    """

    name: Any
    due: datetime
    work: Length
    penalty: Number = 1
    chance: float = 1.0
    binding: str = ""
    others: tuple[tuple[str, datetime], ...] = ()

    def __attrs_post_init__(self) -> None:
        from_datetime(self.due)
        if isinstance(self.penalty, float) or not self.penalty >= 0:
            msg = f"{self.name}: {self.penalty!r} is no exact penalty from zero on, such as 400 or Decimal('12.50')"
            raise ValueError(msg)
        if not 0 <= self.chance <= 1:
            msg = f"{self.name}: {self.chance!r} is no probability; it lies between 0 and 1"
            raise ValueError(msg)
        if self.length <= 0:
            msg = f"{self.name}: work takes longer than {self.work}; write what is left to do, such as '2h'"
            raise DurationError(msg)

    @property
    def length(self) -> int:
        """The work in microseconds. Business days are refused: a worker's day is a number of hours."""
        read = amount(self.work)
        if read.days:
            msg = f"{self.name}: {read} counts business days; write the hours of work, such as '16h'"
            raise DurationError(msg)
        return read.us

    @property
    def rate(self) -> Fraction:
        """What lateness costs for each hour of work."""
        return Fraction(self.penalty) * 3_600_000_000 / self.length


@frozen
class Task:
    """A job in its worker's open time: microseconds from now on. ``number`` is its place among the jobs as given."""

    number: int
    job: Job
    due: int
    work: int

    @property
    def slack(self) -> int:
        """What would be left before the due if the work began now; below zero it cannot be done in time."""
        return self.due - self.work


def tasks(jobs: Sequence[Job], now: datetime, worker: Calendar) -> list[Task]:
    """Return the jobs in the open time of a worker's calendar, counted from ``now``; negative where a due is over."""
    start = from_datetime(now)
    if not jobs:
        return []
    dues = np.array([from_datetime(job.due) for job in jobs], np.int64).view("M8[us]")
    left = worker.elapsed(np.full(len(jobs), start, np.int64).view("M8[us]"), dues).view(np.int64).tolist()
    lengths = [job.length for job in jobs]
    return [Task(n, job, due, work) for n, (job, due, work) in enumerate(zip(jobs, left, lengths, strict=True))]


def after(now: datetime, worker: Calendar, open_time: int) -> datetime:
    """Return the instant at which so much of a worker's open time has passed."""
    found: datetime = worker.due(now, open_time * MICROSECOND)
    return found
