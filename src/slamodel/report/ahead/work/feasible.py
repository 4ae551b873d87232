"""Feasibility: whether all jobs can be done in time by so many workers, and what to give up if not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from heapq import heapreplace
from typing import Any, Final

from attrs import frozen

from slamodel.clock.phrases import length_words
from slamodel.model.calendar import Calendar
from slamodel.report.ahead.work.exact import by_due, cheapest, fewest
from slamodel.report.ahead.work.jobs import Job, Task, tasks
from slamodel.report.backing.words import instant_text
from slamodel.timeline.instants import to_timedelta

FEASIBLE: Final = "feasible"
INFEASIBLE: Final = "infeasible"
UNDECIDED: Final = "undecided"


@frozen(kw_only=True)
class Feasibility:
    """Whether so many ``workers`` of one calendar can do all jobs in time: feasible, infeasible or undecided.

    ``work`` is all work, ``before`` the due at which most is missing (None where nothing is), ``open_time`` what the
    workers have until then, ``needed`` what has to be done by then: microseconds. ``alone`` are the jobs that cannot be
    in time even if they come first. For one worker ``fewest`` are as few jobs as can be given up so that all others are
    in time, and ``cheapest`` those whose penalties add up to as little as possible; for several workers ``fewest`` is a
    set that is enough, and ``cheapest`` is None.
    """

    verdict: str
    workers: int
    work: int
    before: datetime | None
    open_time: int
    needed: int
    alone: tuple[Any, ...]
    fewest: tuple[Any, ...]
    cheapest: tuple[Any, ...] | None
    penalty: Fraction | None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as one dict; lengths as timedeltas, the penalty as a float."""
        return {
            "verdict": self.verdict,
            "workers": self.workers,
            "work": to_timedelta(self.work),
            "before": self.before,
            "open_time": to_timedelta(self.open_time),
            "needed": to_timedelta(self.needed),
            "alone": list(self.alone),
            "fewest": list(self.fewest),
            "cheapest": None if self.cheapest is None else list(self.cheapest),
            "penalty": None if self.penalty is None else float(self.penalty),
            "told": str(self),
        }

    def __str__(self) -> str:
        told = f"{self.verdict}: {_length(self.work)} of work"
        if self.before is not None:
            told += f", {_length(self.open_time)} before {instant_text(self.before)} needs {_length(self.needed)}"
        if self.alone:
            told += f"; not even first: {_names(self.alone)}"
        if self.fewest:
            told += f"; give up {_names(self.fewest)}" + ("" if self.cheapest is None else " (as few as possible)")
        if self.cheapest:
            told += f", or {_names(self.cheapest)} (the cheapest: {float(self.penalty or 0):g})"
        return told


def feasibility(jobs: Sequence[Job], now: datetime, worker: Calendar, *, workers: int = 1) -> Feasibility:
    """Say whether ``workers`` who keep one calendar can do all jobs in time, each job by one of them, without a break.

    Necessary: for every due d the work due by d is no more than ``workers`` times the open time from ``now`` to d, and
    each job alone fits. Sufficient: nothing is late when the free worker always takes the job that is due first (a list
    schedule). For one worker the two are the same (Jackson 1955); for several what lies between is undecided. Raises
    ValueError for less than one worker.
    """
    if workers < 1:
        msg = f"{workers} workers do nothing; write at least one"
        raise ValueError(msg)
    all_tasks = tasks(jobs, now, worker)
    ordered = by_due(all_tasks)
    worst, before, needed = 0, None, 0
    so_far = 0
    for place, task in enumerate(ordered):
        so_far += task.work
        is_last = place + 1 == len(ordered) or ordered[place + 1].due > task.due
        missing = so_far - workers * max(task.due, 0)
        if is_last and missing > worst:
            worst, before, needed = missing, task, so_far
    alone = [task for task in ordered if task.slack < 0]
    late = list_schedule_late(ordered, workers)
    verdict = FEASIBLE if not late else INFEASIBLE if before or alone or workers == 1 else UNDECIDED
    few = fewest(all_tasks)[1] if workers == 1 else _enough(ordered, workers)
    cheap = cheapest(all_tasks)[1] if workers == 1 else None
    return Feasibility(
        verdict=verdict,
        workers=workers,
        work=sum(task.work for task in ordered),
        before=before.job.due if before else None,
        open_time=workers * max(before.due, 0) if before else 0,
        needed=needed,
        alone=_of(alone),
        fewest=_of(few),
        cheapest=None if cheap is None else _of(cheap),
        penalty=None if cheap is None else sum((Fraction(task.job.penalty) for task in cheap), Fraction(0)),
    )


def list_schedule_late(ordered: Sequence[Task], workers: int) -> list[Task]:
    """Return the jobs that are late when the worker who is free first takes the next one."""
    free = [0] * workers
    late = []
    for task in ordered:
        done = free[0] + task.work
        heapreplace(free, done)
        if done > task.due:
            late.append(task)
    return late


def _enough(ordered: Sequence[Task], workers: int) -> list[Task]:
    """Return jobs without which the list schedule has none late: at each late one the longest so far is given up."""
    left, given_up = list(ordered), []
    while late := list_schedule_late(left, workers):
        tried = left[: left.index(late[0]) + 1]
        longest = max(tried, key=lambda task: (task.work, task.number))
        left.remove(longest)
        given_up.append(longest)
    return by_due(given_up)


def _of(found: Sequence[Task]) -> tuple[Any, ...]:
    return tuple(task.job.name for task in found)


def _length(us: int) -> str:
    return length_words(to_timedelta(us))


def _names(names: Sequence[Any], most: int = 8) -> str:
    told = ", ".join(map(str, names[:most]))
    return f"{told} and {len(names) - most} more" if len(names) > most else told
