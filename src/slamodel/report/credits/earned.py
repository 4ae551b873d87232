"""Earn-back: provisional, then earned back or final, and never twice (M5 earn-back)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from attrs import evolve, frozen

from slamodel.model.agreement import Agreement
from slamodel.model.metric import in_numbers
from slamodel.model.metric import value_text as level_text
from slamodel.model.remedy import EarnBack
from slamodel.report.attainment.goals import Goal
from slamodel.report.credits.courses import Course
from slamodel.report.credits.dates import later, window
from slamodel.report.credits.words import value_text

PROVISIONAL: Final = "provisional"
EARNED_BACK: Final = "earned_back"
FINAL: Final = "final"


@frozen
class Standing:
    """How a credit stands: its state, the number of the figure that decided it (None: not yet), and why."""

    state: str
    at: int | None
    why: str


def standing(course: Course, i: int, earn: EarnBack, agreement: Agreement) -> Standing:
    """Return how the credit for one missed period stands, by the figures that are known.

    A credit of a figure that is told in another unit than the level stands: it can reach no such level.
    """
    target = course.target
    level = target.expected if earn.level is None else earn.level
    if type(level) is not type(target.expected):
        return Standing(FINAL, i, f"final: {level_text(level)} is no level of {target.id}")
    goal = Goal.of(target)
    if earn.level is not None:  # a level that is written is reached by what is as good
        goal = evolve(goal, comparison="ge" if goal.rises else "le")
    held = in_numbers(level)
    found = _average(course, i, earn, held, goal, agreement) if earn.average else _after(course, i, earn, held, goal)
    if found.state == EARNED_BACK and earn.not_if is not None and found.at is not None:
        missed = course.misses(found.at, earn.not_if.within)
        if missed >= earn.not_if.count:
            why = f"{missed} were missed in the {earn.not_if.within} to {course.figures[found.at].period}"
            return Standing(FINAL, found.at, f"not earned back: {why}, {earn.not_if} exclude it")
    return found


def _after(course: Course, i: int, earn: EarnBack, level: Fraction, goal: Goal) -> Standing:
    """Ask the periods that follow, until the term is over: each must be at the level."""
    assert earn.after is not None  # noqa: S101  else the average is asked
    since = course.dates[i].end
    until = later(since, earn.after)
    told = value_text(level, course.target)
    seen = []
    for k in range(i + 1, len(course.figures)):
        figure = course.figures[k]
        if course.dates[k].end > until:
            break
        compared = figure.judgement.compared
        if figure.value is None or compared is None:
            return Standing(FINAL, k, f"final: {figure.period} was not measured, so {told} was not held")
        if not goal.holds(compared, level):
            shown = value_text(figure.value, course.target)
            return Standing(FINAL, k, f"final: {figure.period} came to {shown}, not to {told}")
        seen.append(k)
    if course.dates[-1].end < until:
        return Standing(PROVISIONAL, None, f"provisional: earned back if {told} holds for {earn.after}")
    if not seen:
        return Standing(FINAL, i, f"final: no whole period lies in the {earn.after} after it")
    names = ", ".join(course.figures[k].period for k in seen)
    return Standing(EARNED_BACK, seen[-1], f"earned back: {names} held {told}")


def _average(course: Course, i: int, earn: EarnBack, level: Fraction, goal: Goal, agreement: Agreement) -> Standing:
    """Ask the mean of the figures of the year, once the year is over."""
    year = window(earn.average, course.dates[i].start, agreement)
    inside = [k for k, dates in enumerate(course.dates) if year.start <= dates.start < year.end]
    told, name = value_text(level, course.target), earn.average.replace("_", " ")
    if course.dates[inside[-1]].last < year.last:
        return Standing(PROVISIONAL, None, f"provisional: earned back if the average of the {name} comes to {told}")
    measured = [course.figures[k] for k in inside if course.figures[k].judgement.compared is not None]
    values = [one.value for one in measured if one.value is not None]
    if not values:
        return Standing(FINAL, inside[-1], f"final: nothing was measured in the {name}")
    mean = sum(values, Fraction(0)) / len(values)
    shown = value_text(mean, course.target)
    if goal.holds(mean, level):
        return Standing(EARNED_BACK, inside[-1], f"earned back: the average of the {name} is {shown}, promised {told}")
    return Standing(FINAL, inside[-1], f"final: the average of the {name} is {shown}, not {told}")
