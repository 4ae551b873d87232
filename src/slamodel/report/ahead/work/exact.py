"""Exact orders for one worker: the fewest late jobs, and the smallest penalty."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from heapq import heappush, heapreplace
from math import lcm
from typing import Final, TypeAlias

from slamodel.report.ahead.work.jobs import Task

MOST: Final = 2_000_000
"""The most partial orders that are kept in mind at once."""
_Chain: TypeAlias = "tuple[_Chain, int] | None"


def by_due(tasks: Sequence[Task]) -> list[Task]:
    """Return jobs in the order of their dues; of equal ones the first that was given."""
    return sorted(tasks, key=lambda task: (task.due, task.number))


def fewest(tasks: Sequence[Task]) -> tuple[list[Task], list[Task]]:
    """Return (in time, given up), each by due: as few as possible are late.

    J. M. Moore, "An n job, one machine sequencing algorithm for minimizing the number of late jobs", Management Science
    15 (1968), in Hodgson's form: go by due, and where one would be late give up the longest so far.
    """
    longest: list[tuple[int, int]] = []
    spent = 0
    given_up: set[int] = set()
    for task in by_due(tasks):
        spent += task.work
        if spent <= task.due:
            heappush(longest, (-task.work, task.number))
            continue
        if longest and -longest[0][0] > task.work:
            work, number = heapreplace(longest, (-task.work, task.number))
        else:
            work, number = -task.work, task.number
        spent += work
        given_up.add(number)
    return _parted(tasks, given_up)


def cheapest(tasks: Sequence[Task]) -> tuple[list[Task], list[Task]]:
    """Return (in time, given up), each by due: the penalties of the late ones add up to as little as possible.

    The weighted number of late jobs, by E. L. Lawler and J. M. Moore, "A functional equation and its application to
    resource allocation and sequencing problems", Management Science 16 (1969): jobs by due, each in time or given up,
    and of all ways that take as long only the best is kept. Times and penalties are integers here, so it is exact. Of
    equal penalties the one with more jobs in time, then with less work. Raises ValueError where there are more than two
    million ways to keep in mind.
    """
    ordered = by_due(tasks)
    worth = _worth(ordered)
    ways: list[tuple[int, int, _Chain]] = [(0, 0, None)]
    for place, task in enumerate(ordered):
        taken: list[tuple[int, int, _Chain]] = [
            (spent + task.work, gain + worth[place], (chain, task.number))
            for spent, gain, chain in ways
            if spent + task.work <= task.due
        ]
        ways = _best(ways, taken)
        if len(ways) > MOST:
            msg = f"{len(tasks)} jobs have too many orders to find the best; order by fewest_late, or round the work"
            raise ValueError(msg)
    in_time: set[int] = set()
    chain = ways[-1][2]
    while chain is not None:
        chain, number = chain
        in_time.add(number)
    return _parted(tasks, {task.number for task in tasks} - in_time)


def _worth(ordered: Sequence[Task]) -> list[int]:
    """Return what each job in time is worth, as integers: its penalty, and of equal ones one job more."""
    penalties = [Fraction(task.job.penalty) for task in ordered]
    scale = lcm(*(penalty.denominator for penalty in penalties)) * (len(ordered) + 1)
    return [int(penalty * scale) + 1 for penalty in penalties]


def _best(one: list[tuple[int, int, _Chain]], other: list[tuple[int, int, _Chain]]) -> list[tuple[int, int, _Chain]]:
    """Return the ways that no other one beats: more gain only for more time."""
    found: list[tuple[int, int, _Chain]] = []
    for way in sorted([*one, *other], key=lambda way: (way[0], -way[1])):
        if not found or way[1] > found[-1][1]:
            found.append(way)
    return found


def _parted(tasks: Sequence[Task], given_up: set[int]) -> tuple[list[Task], list[Task]]:
    ordered = by_due(tasks)
    kept = [task for task in ordered if task.number not in given_up]
    return kept, [task for task in ordered if task.number in given_up]
