"""Goals: a figure held to what is expected of it, by exact numbers (M1); nothing measured is no figure (M2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Final

from attrs import evolve, field, frozen, validators

from slamodel.model.metric import in_numbers
from slamodel.model.percent import Percent, number_text
from slamodel.model.period_target import EMPTY, ROUNDINGS, PeriodTarget, SmallVolume

MET: Final = "met"
MISSED: Final = "missed"
NOT_MEASURED: Final = "not_measured"
_EFFECTS: Final = {"as_met": MET, "as_missed": MISSED, NOT_MEASURED: ""}


@frozen(kw_only=True)
class Goal:
    """What a figure is held to; the fields are those of a `PeriodTarget`, its values as numbers.

    ``expected`` and ``minimum`` are shares (19/20) or microseconds; ``comparison`` is ge, gt, le or lt; ``precision``
    is the step that a figure is rounded to before it is compared, in its own unit (None: it is not rounded).
    """

    expected: Fraction
    minimum: Fraction | None = None
    comparison: str = field(default="ge", validator=validators.in_(("ge", "gt", "le", "lt")))
    permitted_misses: int = 0
    small: tuple[SmallVolume, ...] = ()
    at_least: int = 0
    empty: str = field(default=NOT_MEASURED, validator=validators.in_(EMPTY))
    precision: Fraction | None = None
    rounding: str = field(default="half_up", validator=validators.in_(ROUNDINGS))

    @classmethod
    def of(cls, target: PeriodTarget) -> Goal:
        """Return what a period target holds its figures to; its precision is in per cent where its values are."""
        step = target.precision
        return cls(
            expected=in_numbers(target.expected),
            minimum=None if target.minimum is None else in_numbers(target.minimum),
            comparison=target.comparison,
            permitted_misses=target.permitted_misses,
            small=target.small,
            at_least=target.at_least,
            empty=target.empty,
            precision=step / 100 if step is not None and isinstance(target.expected, Percent) else step,
            rounding=target.rounding,
        )

    @property
    def rises(self) -> bool:
        """Whether more is better."""
        return self.comparison in ("ge", "gt")

    def holds(self, value: Fraction, level: Fraction) -> bool:
        """Return whether a value is as a level wants it: products of integers are compared, never floats."""
        ours, theirs = value.numerator * level.denominator, level.numerator * value.denominator
        least = {"ge": ours >= theirs, "gt": ours > theirs, "le": ours <= theirs, "lt": ours < theirs}
        return least[self.comparison]

    def small_volume(self, measured: int) -> SmallVolume | None:
        """Return the rule that holds for so many measured items: that of the smallest number above it, or None."""
        rules = [rule for rule in self.small if measured < rule.below]
        return min(rules, key=lambda rule: rule.below, default=None)


@frozen
class Judgement:
    """A figure and what it comes to.

    ``verdict`` is met, missed or not_measured; ``value`` the exact figure (None: there is none), ``compared`` the one
    that was held to the goal, rounded if the goal says so. ``below_minimum``: a default. ``decided_by`` is the rule
    that decided (M3), ``effect`` what a contract makes of it: met, missed, or "" where it says nothing.
    """

    verdict: str
    value: Fraction | None
    compared: Fraction | None
    below_minimum: bool
    decided_by: str
    effect: str


def judge(value: Fraction | None, measured: int, goal: Goal) -> Judgement:
    """Hold a figure that ``measured`` values make to a goal."""
    if value is None or not measured:
        return _unmeasured(None, f"nothing measured: {goal.empty}", goal)
    if measured < goal.at_least:
        return _unmeasured(value, f"at least {goal.at_least}, measured {measured}", goal)
    compared = rounded(value, goal.precision, goal.rounding)
    verdict = MET if goal.holds(compared, goal.expected) else MISSED
    below = verdict == MISSED and goal.minimum is not None and not goal.holds(compared, goal.minimum)
    return Judgement(verdict, value, compared, below, f"{goal.comparison} {number_text(goal.expected)}", verdict)


def judge_share(met: int, measured: int, goal: Goal) -> Judgement:
    """Hold met / measured to a goal, with its rules for few items and its permitted misses (M2)."""
    missed, rule = measured - met, goal.small_volume(measured)
    if measured and rule is not None and rule.then == NOT_MEASURED:
        return _unmeasured(Fraction(met, measured), f"below {rule.below}: {rule}", goal)
    found = judge(Fraction(met, measured) if measured else None, measured, goal)
    if found.verdict != MISSED:
        return found
    allowed = rule.misses if rule is not None and rule.then == "allow" else 0
    if missed <= goal.permitted_misses:
        return _excused(found, f"permitted misses {goal.permitted_misses}")
    if rule is not None and missed <= allowed:
        return _excused(found, f"below {rule.below}: {rule}")
    return found


def judge_each(met: Sequence[int], measured: Sequence[int], goal: Goal) -> list[Judgement]:
    """Hold the figures of successive periods to a goal; with few items the ones before may be counted with them.

    An aggregate is told as the figure of its last period.
    """
    found = []
    for i, (hit, count) in enumerate(zip(met, measured, strict=True)):
        rule = goal.small_volume(count)
        if rule is None or rule.then != "aggregate":
            found.append(judge_share(hit, count, goal))
            continue
        since = max(0, i + 1 - rule.periods)
        alone = evolve(goal, small=tuple(one for one in goal.small if one.then != "aggregate"))
        together = judge_share(sum(met[since : i + 1]), sum(measured[since : i + 1]), alone)
        why = f"below {rule.below}: {rule} ({i + 1 - since} of them), then {together.decided_by}"
        found.append(evolve(together, decided_by=why))
    return found


def judge_together(steps: Iterable[Judgement]) -> str:
    """Return what a promise in several steps comes to: missed if one is, met if all that were measured are."""
    verdicts = {step.verdict for step in steps}
    return next((verdict for verdict in (MISSED, MET) if verdict in verdicts), NOT_MEASURED)


def in_default(judgements: Sequence[Judgement], failures: int = 0, of: int = 0) -> list[bool]:
    """Return for each period whether it is a default.

    It is one where it lies below the minimum, or where ``failures`` of the last ``of`` periods missed what was
    expected, it among them.
    """
    missed = [one.verdict == MISSED for one in judgements]
    found = []
    for i, one in enumerate(judgements):
        run = sum(missed[max(0, i + 1 - of) : i + 1]) if of else 0
        found.append(one.below_minimum or (missed[i] and 0 < failures <= run))
    return found


def allowed_misses(measured: int, expected: Fraction) -> int:
    """Return how many of so many items may be missed: floor(n * (1 - q)), exact."""
    return floor(measured * (1 - expected))


def rounded(value: Fraction, step: Fraction | None, how: str) -> Fraction:
    """Return a value as a whole number of steps: half_up, half_even, down or up; half_up goes away from zero."""
    if step is None:
        return value
    steps = value / step
    if how == "half_even":
        return round(steps) * step
    if how == "half_up":
        return (floor(steps + Fraction(1, 2)) if steps >= 0 else ceil(steps - Fraction(1, 2))) * step
    return (floor(steps) if how == "down" else ceil(steps)) * step


def _unmeasured(value: Fraction | None, why: str, goal: Goal) -> Judgement:
    return Judgement(NOT_MEASURED, value, None, False, why, _EFFECTS[goal.empty])


def _excused(found: Judgement, why: str) -> Judgement:
    return evolve(found, verdict=MET, below_minimum=False, decided_by=why, effect=MET)
