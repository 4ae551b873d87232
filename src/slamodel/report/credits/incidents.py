"""The single-event rule: one incident that fails several targets costs only the highest credit (M5 one incident)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from slamodel.report.credits.lines import Draft

STAGE = "one incident"


def highest_only(drafts: Sequence[Draft]) -> None:
    """Let every line give way to a higher one of another target that shares an incident with it.

    Lines are asked from the highest down, of equal ones first that whose rule stands first; one that gave way takes
    no other with it. Periods that do not overlap have no incident in common.
    """
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda one: (-(one.amount or Fraction(0)), one.dates.start, one.order)):
        higher = next((one for one in kept if draft.amount and _share(one, draft)), None)
        if higher is None:
            draft.step(STAGE, draft.amount)
            kept.append(draft)
            continue
        names = ", ".join(sorted(draft.incidents & higher.incidents)[:3])
        why = f"{names} failed {higher.course.target.id} too, which costs more: only the highest counts"
        draft.step(STAGE, Fraction(0), why)


def _share(one: Draft, other: Draft) -> bool:
    overlap = one.dates.start < other.dates.end and other.dates.start < one.dates.end
    return overlap and one.course is not other.course and bool(one.incidents & other.incidents)
