"""Triggers that fired: what repeated misses lead to by the paper; told, and never done (M5 triggers)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from attrs import frozen

from slamodel.errors import Problem
from slamodel.model.agreement import Agreement
from slamodel.model.period import Term
from slamodel.model.trigger import Trigger
from slamodel.report.attainment.goals import MET, MISSED
from slamodel.report.credits.caps import Caps
from slamodel.report.credits.courses import Course
from slamodel.report.credits.dates import later, window
from slamodel.report.credits.lines import CreditLine
from slamodel.report.credits.words import amount_text, exact_text

_LEADS_TO: Final[Mapping[str, str]] = {
    "notify": "to be told",
    "rectification_plan": "a rectification plan is due",
    "chronic": "a chronic failure",
    "termination_right": "a right to terminate",
}


@frozen(kw_only=True)
class Fired:
    """A trigger that began to hold in a period: of one ``target`` ("" for points and caps), and ``why``."""

    trigger: Trigger
    target: str
    period: str
    ends: date
    why: str

    @property
    def then(self) -> str:
        """What it leads to: notify, rectification_plan, chronic or termination_right."""
        return self.trigger.then

    @property
    def clause(self) -> str:
        """Where the paper says so."""
        return self.trigger.clause

    def __str__(self) -> str:
        clause = f" ({self.clause})" if self.clause else ""
        return f"{self.period}: {self.trigger}: {self.why}; {_LEADS_TO[self.then]}{clause}."


def fired(
    agreement: Agreement, courses: Mapping[str, Course], lines: Sequence[CreditLine], caps: Caps | None
) -> tuple[tuple[Fired, ...], tuple[Problem, ...]]:
    """Return the triggers of an agreement that fired, in the order of the periods, and what cannot be told.

    One fires in the period in which it begins to hold; "missed" alone in every period that is.
    """
    found: list[Fired] = []
    problems: list[Problem] = []
    for trigger in agreement.triggers:
        if trigger.what == "points":
            found += _points(trigger, lines)
        elif trigger.what == "credits":
            found += _credits(agreement, trigger, lines, caps, problems)
        else:
            wanted = [one for name, one in courses.items() if trigger.of in ("any", name)]
            found += (one for course in wanted for one in _missed(trigger, course))
    return tuple(sorted(found, key=lambda one: one.ends)), tuple(problems)


def _missed(trigger: Trigger, course: Course) -> Iterator[Fired]:
    held = False
    for i, figure in enumerate(course.figures):
        hits = [k for k in _looked_at(trigger, course, i) if _hit(trigger, course, k)]
        holds = len(hits) >= trigger.count and _hit(trigger, course, i)
        if holds and (not held or trigger.within == 1):
            names = ", ".join(course.figures[k].period for k in hits)
            what = "below the minimum in" if trigger.what == "below_minimum" else "missed in"
            why = f"{course.target.id} {what} {names}"
            yield Fired(
                trigger=trigger, target=course.target.id, period=figure.period, ends=course.dates[i].end, why=why
            )
        held = len(hits) >= trigger.count


def _hit(trigger: Trigger, course: Course, k: int) -> bool:
    return course.figures[k].judgement.below_minimum if trigger.what == "below_minimum" else course.failed(k)


def _looked_at(trigger: Trigger, course: Course, i: int) -> Sequence[int]:
    """Return the periods that count: those in a row up to one, or those that lie in the months (or the like) to it."""
    if trigger.in_a_row:
        first = i
        while first >= 0 and not _breaks(trigger, course, first):
            first -= 1
        return range(first + 1, i + 1)
    if trigger.unit == "period":
        return range(max(0, i + 1 - trigger.within), i + 1)
    since = later(course.dates[i].end, Term(trigger.within, trigger.unit), -1)
    return [k for k in range(i + 1) if course.dates[k].start >= since]


def _breaks(trigger: Trigger, course: Course, k: int) -> bool:
    """Whether a period ends a row: a met one does, one without a verdict is passed over (M5 run)."""
    if trigger.what == "below_minimum":
        return course.figures[k].judgement.effect in (MET, MISSED) and not _hit(trigger, course, k)
    return course.figures[k].judgement.effect == MET


def _points(trigger: Trigger, lines: Sequence[CreditLine]) -> Iterator[Fired]:
    credited = [one for one in lines if one.kind == "credit"]
    held = False
    for last in _last_of_each(credited):
        since = later(last.ends, Term(trigger.within, trigger.unit), -1)
        points = sum((one.points for one in credited if since <= one.starts and one.ends <= last.ends), Fraction(0))
        holds = points >= trigger.points
        if holds and not held:
            why = f"{exact_text(points)} points from {since} on"
            yield Fired(trigger=trigger, target="", period=last.period, ends=last.ends, why=why)
        held = holds


def _last_of_each(lines: Sequence[CreditLine]) -> list[CreditLine]:
    """Return a line for every date on which a period ends, in order."""
    return sorted({one.ends: one for one in lines}.values(), key=lambda one: one.ends)


def _credits(
    agreement: Agreement, trigger: Trigger, lines: Sequence[CreditLine], caps: Caps | None, problems: list[Problem]
) -> Iterator[Fired]:
    cap = next((one for one in caps.scheme.caps if one.per == trigger.of), None) if caps else None
    if caps is None or cap is None or trigger.share is None:
        return
    sums: dict[object, Fraction] = {}
    done: set[object] = set()
    for line in lines:
        if line.kind != "credit" or line.amount is None:
            continue
        day = line.ends - timedelta(days=1)
        key = window(trigger.of, day, agreement).span
        sums[key] = sums.get(key, Fraction(0)) + Fraction(line.amount.amount)
        most = caps.most(cap, day)
        if key in done or not sums[key] or sums[key] < trigger.share.share * most.amount:
            continue
        done.add(key)
        if most.missing:
            msg = f"whether {trigger} cannot be told: no charge for {most.missing}; give the charges of it"
            problems.append(Problem("W167", "triggers", msg))
            continue
        reached = amount_text(sums[key], line.amount.currency)
        why = f"{reached} of {amount_text(most.amount, line.amount.currency)}"
        yield Fired(trigger=trigger, target="", period=line.period, ends=line.ends, why=why)
