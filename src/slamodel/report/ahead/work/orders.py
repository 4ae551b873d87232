"""Orders: by which rule the next job is taken, each place with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import exp
from typing import Final, TypeAlias

from slamodel.clock.phrases import length_words
from slamodel.model.percent import number_text
from slamodel.report.ahead.work.exact import by_due, cheapest, fewest
from slamodel.report.ahead.work.jobs import Task
from slamodel.report.backing.words import instant_text
from slamodel.timeline.instants import to_timedelta

Ordered: TypeAlias = list[tuple[Task, str]]
LOOK_AHEAD: Final = 2.0
"""The k of `atc`, in mean lengths of work."""


def edd(tasks: Sequence[Task]) -> Ordered:
    """Order by due: the largest lateness is as small as one worker can make it.

    J. R. Jackson, "Scheduling a production line to minimize maximum tardiness", University of California, 1955.
    """
    return [(task, _due(task)) for task in by_due(tasks)]


def least_slack(tasks: Sequence[Task]) -> Ordered:
    """Order by slack: what would be left before the due if the work began now."""
    return [(task, _slack(task)) for task in sorted(tasks, key=lambda task: (task.slack, task.number))]


def penalty_rate(tasks: Sequence[Task]) -> Ordered:
    """Order by penalty for each hour of work, the highest first.

    W. E. Smith, "Various optimizers for single-stage production", Naval Research Logistics Quarterly 3 (1956).
    """
    return [(task, _rate(task)) for task in sorted(tasks, key=lambda task: (-task.job.rate, task.number))]


def atc(tasks: Sequence[Task], k: float = LOOK_AHEAD) -> Ordered:
    """Order by apparent tardiness cost: w / p * exp(-max(0, slack) / (k * mean p)), the highest first.

    A. P. J. Vepsalainen and T. E. Morton, "Priority rules for job shops with weighted tardiness costs", Management
    Science 33 (1987). Slack is looked at anew for each place, when the jobs before it are done; the mean is of the jobs
    that are left. Raises ValueError for a ``k`` that is not above zero.
    """
    if not k > 0:
        msg = f"k is above zero, such as 2; got {k!r}"
        raise ValueError(msg)
    left, spent, found = list(tasks), 0, []
    while left:
        mean = sum(task.work for task in left) / len(left)
        urgency = {task.number: _urgency(task, spent, k * mean) for task in left}
        best = min(left, key=lambda task: (-urgency[task.number], task.number))
        found.append((best, f"urgency {urgency[best.number]:.3g}: {_rate(best)}, {_slack(best, spent)}"))
        left.remove(best)
        spent += best.work
    return found


def probability(tasks: Sequence[Task]) -> Ordered:
    """Order by what seeing to it now can save: penalty times chance; what can no longer be in time comes last."""
    stakes = {task.number: Fraction(task.job.penalty) * Fraction(task.job.chance) for task in tasks}

    def place(task: Task) -> tuple[bool, Fraction, int]:
        return task.slack < 0, -stakes[task.number], task.number

    return [
        (task, f"{_number(stakes[task.number])} at stake" if task.slack >= 0 else f"too late: {_slack(task)}")
        for task in sorted(tasks, key=place)
    ]


def fewest_late(tasks: Sequence[Task]) -> Ordered:
    """Order so that as few jobs as possible are late (Moore and Hodgson); those given up come last."""
    kept, given_up = fewest(tasks)
    lost = [
        (task, f"given up: {length_words(to_timedelta(task.work))} of work let more others be in time")
        for task in given_up
    ]
    return [*((task, f"in time, {_due(task)}") for task in kept), *lost]


def least_penalty(tasks: Sequence[Task]) -> Ordered:
    """Order so that penalties add up to as little as possible (Lawler and Moore); those given up come last."""
    kept, given_up = cheapest(tasks)
    lost = [(task, f"given up: {_number(Fraction(task.job.penalty))} is the cheapest loss") for task in given_up]
    return [*((task, f"in time, {_due(task)}") for task in kept), *lost]


ORDERS: Final[Mapping[str, Callable[[Sequence[Task]], Ordered]]] = {
    "edd": edd,
    "least_slack": least_slack,
    "penalty_rate": penalty_rate,
    "atc": atc,
    "probability": probability,
    "fewest_late": fewest_late,
    "least_penalty": least_penalty,
}
EXACT: Final = ("fewest_late", "least_penalty")
"""The orders that are the best for one worker, and say nothing for several."""


def _urgency(task: Task, spent: int, scale: float) -> float:
    return float(task.job.rate) * exp(-max(0, task.slack - spent) / scale)


def _due(task: Task) -> str:
    return f"due {instant_text(task.job.due)}"


def _slack(task: Task, spent: int = 0) -> str:
    slack = task.slack - spent
    told = length_words(to_timedelta(abs(slack)))
    return f"slack {told}" if slack >= 0 else f"{told} short"


def _rate(task: Task) -> str:
    return f"{_number(task.job.rate)} an hour"


def _number(value: Fraction) -> str:
    return number_text(value) if value.denominator == 1 else f"{float(value):.2f}"
