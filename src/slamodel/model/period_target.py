"""Period targets: what share or value must hold over a period, and what counts where little was measured."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.metric import Metric, Value, in_numbers, value_text
from slamodel.model.percent import Percent, check_share
from slamodel.model.period import Period
from slamodel.model.selector import ALWAYS_TRUE, Selector

COMPARATORS: Final = ("", "ge", "gt", "le", "lt")
COUNTED_IN: Final = ("stopped", "opened", "due", "breached")
SMALL: Final = ("allow", "not_measured", "aggregate")
EMPTY: Final = ("not_measured", "as_met", "as_missed")
ROUNDINGS: Final = ("half_up", "half_even", "down", "up")

_ALLOW: Final = re.compile(r"allow\s+(\d{1,6})\s+miss(?:es)?", re.ASCII)
_AGGREGATE: Final = re.compile(r"aggregate\s+(\d{1,3})\s+periods?", re.ASCII)


@frozen
class SmallVolume:
    """What holds ``below`` so many measured items: so many ``misses`` allowed, no figure, or ``periods`` together.

    Raises AgreementError (E107) for numbers below one.
    """

    below: int
    then: str = field(default="allow", validator=validators.in_(SMALL))
    misses: int = 0
    periods: int = 0

    def __attrs_post_init__(self) -> None:
        if self.below < 1:
            msg = f"fewer than {self.below} items are never measured; write a number from 1 on"
            raise AgreementError(msg, "E107")
        if (self.then == "aggregate") != (self.periods > 1) or self.misses < 0:
            msg = "write 'aggregate 3 periods', two or more, or 'allow 1 miss'"
            raise AgreementError(msg, "E107")

    @classmethod
    def parse(cls, below: int, text: Any) -> SmallVolume:
        """Read "allow 1 miss", "not_measured" or "aggregate 3 periods". Raises AgreementError (E107)."""
        bare = text.strip() if isinstance(text, str) else ""
        if found := _ALLOW.fullmatch(bare):
            return cls(below, "allow", misses=int(found[1]))
        if found := _AGGREGATE.fullmatch(bare):
            return cls(below, "aggregate", periods=int(found[1]))
        if bare.replace(" ", "_") == "not_measured":
            return cls(below, "not_measured")
        msg = (
            f"{str(text)[:40]!r} is no rule for few items; write 'allow 1 miss', not_measured or 'aggregate 3 periods'"
        )
        raise AgreementError(msg, "E107")

    def __str__(self) -> str:
        if self.then == "allow":
            return f"allow {self.misses} miss{'' if self.misses == 1 else 'es'}"
        return f"aggregate {self.periods} periods" if self.then == "aggregate" else self.then


@frozen(kw_only=True)
class PeriodTarget:
    """One promise about a period: 95% of resolve within target each month.

    ``expected`` is what must hold, ``minimum`` the level below which it is a default, ``warn`` one to be told at;
    how a figure is held to them is ``comparator`` ("" takes that of the metric: ge where more is better, else le).
    ``applies`` says which items count, ``count_in`` to which period they belong (M3), ``open_breaches`` whether an
    open item that is late counts. ``small`` has rules for few items, ``permitted_misses`` are allowed in any case,
    ``at_least`` so many values make a figure, and without any value it is ``empty``. ``precision`` is the step that a
    figure is rounded to before it is compared (none: it is not), ``volume_at_most`` the number of items up to which
    the promise holds.

    Raises AgreementError: E140 for a share above 100%, E141 for a minimum beyond what is expected, E107 for values
    that the metric is not told in.
    """

    id: str
    metric: Metric
    expected: Value
    minimum: Value | None = None
    warn: Value | None = None
    comparator: str = field(default="", validator=validators.in_(COMPARATORS))
    applies: Selector = ALWAYS_TRUE
    per: Period = field(factory=Period)
    count_in: str = field(default="stopped", validator=validators.in_(COUNTED_IN))
    open_breaches: bool = True
    small: tuple[SmallVolume, ...] = ()
    permitted_misses: int = 0
    at_least: int = 0
    empty: str = field(default="not_measured", validator=validators.in_(EMPTY))
    precision: Fraction | None = None
    rounding: str = field(default="half_up", validator=validators.in_(ROUNDINGS))
    volume_at_most: int | None = None
    name: str = ""
    clause: str = ""
    agreement: str = ""

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        if not self.id:
            problems.add("E102", "id", "missing; give the period target an id, such as resolve-95")
        levels = {"expected": self.expected, "minimum": self.minimum, "warn": self.warn}
        told = {name: level for name, level in levels.items() if level is not None}
        for name, level in told.items():
            with problems.at(name):
                self.metric.check_level(level)
                if isinstance(level, Percent):
                    check_share(level, name)
                _check_out_of(level, self.metric)
        if not problems.found:
            self._check_order(problems, told)
        if self.precision is not None and self.precision <= 0:
            problems.add("E107", "precision", "the step that figures are rounded to is above zero, such as 0.1")
        for count, path in ((self.permitted_misses, "permitted_misses"), (self.at_least, "at_least")):
            if count < 0:
                problems.add("E107", path, f"{count} is below zero")
        belows = [rule.below for rule in self.small]
        if len(set(belows)) < len(belows):
            problems.add("E102", "small", "two rules for the same number of items; keep one")
        problems.raise_as(AgreementError)

    def _check_order(self, problems: Problems, told: dict[str, Value]) -> None:
        minimum = told.get("minimum")
        if len({type(level) for level in told.values()}) > 1:
            problems.add("E107", "minimum" if minimum is not None else "warn", "is not told as 'expected' is")
        elif minimum is not None and self._is_beyond(minimum):
            side, way = ("above", "at most") if self.rises else ("below", "at least")
            msg = f"minimum {value_text(minimum)} is {side} expected {value_text(self.expected)}"
            problems.add("E141", "minimum", f"{msg}; write {way} {value_text(self.expected)}")

    def _is_beyond(self, minimum: Value) -> bool:
        least, expected = in_numbers(minimum), in_numbers(self.expected)
        return least > expected if self.rises else least < expected

    @property
    def comparison(self) -> str:
        """How a figure is held to the levels: ge, gt, le or lt."""
        return self.comparator or ("ge" if self.metric.rises else "le")

    @property
    def rises(self) -> bool:
        """Whether more is better."""
        return self.comparison in ("ge", "gt")

    def small_volume(self, measured: int) -> SmallVolume | None:
        """Return the rule that holds for so many measured items: that of the smallest number above it, or None."""
        rules = [rule for rule in self.small if measured < rule.below]
        return min(rules, key=lambda rule: rule.below, default=None)


def _check_out_of(level: Value, metric: Metric) -> None:
    if metric.out_of is not None and isinstance(level, Fraction) and level > metric.out_of:
        msg = f"{value_text(level)} out of {value_text(metric.out_of)}: a score is at most its best"
        raise AgreementError(msg, "E140")
