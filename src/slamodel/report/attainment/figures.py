"""Figures: one value of one period as it is told: what it is, what it comes to, and by which rules (M3)."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from attrs import frozen

from slamodel.model.percent import number_text
from slamodel.report.attainment.goals import NOT_MEASURED, Judgement
from slamodel.timeline.durations import duration_text


@frozen(kw_only=True)
class Figure:
    """The figure of one period, held to its goal.

    ``interval`` is that of Wilson at 95 % and ``wording`` how clear the verdict is, both only told. ``rules`` are
    the fields that decided which items count; ``judgement.decided_by`` is the rule that decided the verdict. ``unit``
    says what the value is: a "share", "time" in microseconds, a "number", or units of "money".
    """

    period: str
    judgement: Judgement
    met: int = 0
    missed: int = 0
    excluded: int = 0
    relieved: int = 0
    requested: int = 0
    disputed: int = 0
    partial: bool = False
    interval: tuple[float, float] | None = None
    wording: str = ""
    rules: str = ""
    unit: str = "share"

    @property
    def verdict(self) -> str:
        """What it comes to: met, missed or not_measured."""
        return self.judgement.verdict

    @property
    def value(self) -> Fraction | None:
        """The exact figure, in its unit; None where nothing was measured."""
        return self.judgement.value

    @property
    def measured(self) -> int:
        """How many items were met or missed."""
        return self.met + self.missed

    def __str__(self) -> str:
        value = self.value
        told = "nothing measured" if value is None else figure_text(value, self.unit)
        if self.measured:
            told += f" ({self.met} of {self.measured})"
        verdict = "not measured" if self.verdict == NOT_MEASURED else self.verdict
        below = ", below the minimum" if self.judgement.below_minimum else ""
        open_relief = self.requested + self.disputed
        asked = f"; relief open for {open_relief}" if open_relief else ""
        out = f"; {self.excluded} excluded" if self.excluded else ""
        part = " (part of it)" if self.partial else ""
        clear = f" ({self.wording})" if self.wording else ""
        why = f"; decided by {self.judgement.decided_by}; {self.rules}" if self.rules else ""
        return f"{self.period}{part}: {told}, {verdict}{below}{clear}{out}{asked}{why}"


def figure_text(value: Fraction, unit: str, places: int = 1) -> str:
    """Write a value in its unit, cut: a share, a length of time, a number or an amount to two places."""
    if unit == "share":
        return share_text(value, places)
    if unit == "time":
        return time_text(value)
    sign, size = ("-" if value < 0 else ""), abs(value)
    if unit == "money":
        units = floor(size * 100)
        return f"{sign}{units // 100}.{units % 100:02d}"
    return f"{sign}{number_text(Fraction(floor(size * 100), 100))}"


def share_text(share: Fraction, places: int = 1) -> str:
    """Write a share as a percentage, cut and never rounded up: 99.96 % is 99.9 % (C13)."""
    scale = 10**places
    whole, part = divmod(floor(share * 100 * scale), scale)
    return f"{whole}.{part:0{places}d} %" if places else f"{whole} %"


def time_text(value: Fraction) -> str:
    """Write microseconds as a length, cut to whole ones."""
    return duration_text(floor(value))
