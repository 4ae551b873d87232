"""Work order: the jobs in the order of a rule, when each is done in the workers' calendar, and what the order costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Any, overload

from attrs import frozen

from slamodel.model._checks import did_you_mean
from slamodel.model.calendar import Calendar
from slamodel.report.ahead.work.jobs import Job, after, tasks
from slamodel.report.ahead.work.orders import EXACT, LOOK_AHEAD, ORDERS, atc
from slamodel.report.backing.words import instant_text
from slamodel.timeline.instants import MICROSECOND


@frozen
class Place:
    """One place of an order: the job, who does it (from 1), from when to when, and why it stands here.

    ``lateness`` is the worker's open time from the due to the end; below zero it is done so much before.
    """

    job: Job
    worker: int
    start: datetime
    end: datetime
    lateness: timedelta
    reason: str

    @property
    def late(self) -> bool:
        """Whether it is done after its due."""
        return self.lateness > timedelta()

    def __str__(self) -> str:
        binding = f" ({self.job.binding})" if self.job.binding else ""
        late = ", late" if self.late else ""
        return f"{self.job.name}{binding}: done {instant_text(self.end)}{late}; {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Return the place as one dict."""
        return {
            "item": self.job.name,
            "binding": self.job.binding,
            "due": self.job.due,
            "worker": self.worker,
            "start": self.start,
            "end": self.end,
            "late": self.late,
            "lateness": self.lateness,
            "penalty": self.job.penalty,
            "reason": self.reason,
        }


@frozen
class WorkOrder(Sequence[Place]):
    """Jobs in the order in which they are begun, by one rule; ``str()`` gives a line a place."""

    by: str
    places: tuple[Place, ...]

    @overload
    def __getitem__(self, place: int) -> Place: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Place, ...]: ...
    def __getitem__(self, place: int | slice) -> Place | tuple[Place, ...]:
        return self.places[place]

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Place]:
        return iter(self.places)

    def __str__(self) -> str:
        return "\n".join(f"{number}. {place}" for number, place in enumerate(self.places, 1))

    @property
    def names(self) -> tuple[Any, ...]:
        """The items in order."""
        return tuple(place.job.name for place in self.places)

    @property
    def late(self) -> tuple[Any, ...]:
        """The items that are done late, in order."""
        return tuple(place.job.name for place in self.places if place.late)

    @property
    def penalty(self) -> Fraction:
        """What the late ones cost, exact."""
        return sum((Fraction(place.job.penalty) for place in self.places if place.late), Fraction(0))

    @property
    def max_lateness(self) -> timedelta:
        """The largest lateness; below zero all is done before its due. Zero without jobs."""
        return max((place.lateness for place in self.places), default=timedelta())

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a place."""
        return [place.to_dict() for place in self.places]


def work_order(
    jobs: Sequence[Job], now: datetime, worker: Calendar, *, by: str = "edd", workers: int = 1, k: float = LOOK_AHEAD
) -> WorkOrder:
    """Put jobs in order for ``workers`` who keep one calendar; who is free first takes the next job.

    ``by``: "edd" (due first), "least_slack", "penalty_rate" (penalty for each hour of work), "atc" (the same, weighted
    by slack; ``k`` tells how far it looks ahead), "probability" (penalty times chance); for one worker also
    "fewest_late" and "least_penalty", which are exact. Times are in the open time of the workers' calendar; of equal
    jobs the one that was given first comes first. Raises ValueError for another rule, and for an exact one with several
    workers.
    """
    if by not in ORDERS:
        msg = f"{by!r} is no order of work{did_you_mean(by, ORDERS)}"
        raise ValueError(msg)
    if workers < 1 or (workers > 1 and by in EXACT):
        msg = f"{by!r} for {workers} workers: it is the best for one; order by edd, and ask feasibility() for bounds"
        raise ValueError(msg)
    found = tasks(jobs, now, worker)
    ordered = atc(found, k) if by == "atc" else ORDERS[by](found)
    free = [(0, number) for number in range(1, workers + 1)]
    heapify(free)
    places = []
    for task, reason in ordered:
        begun, number = heappop(free)
        done = begun + task.work
        heappush(free, (done, number))
        places.append(
            Place(
                job=task.job,
                worker=number,
                start=worker.breaches_after(now, begun * MICROSECOND),
                end=after(now, worker, done),
                lateness=(done - task.due) * MICROSECOND,
                reason=reason,
            )
        )
    return WorkOrder(by, tuple(places))
