"""Metrics: what a period target is about, from attainment to the cost of a unit, and in what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.bound import Bound
from slamodel.model.calendar import Calendar
from slamodel.model.money import Money, reads_as_money
from slamodel.model.percent import Percent, number_text, parse_number, reads_as_percent
from slamodel.model.selector import Selector
from slamodel.timeline.durations import Amount, parse_amount

METRICS: Final = (
    *("attainment", "time_stat", "availability", "reliability", "ratio", "count", "recurrence", "backlog", "score"),
    *("threshold", "unit_cost", "deliverable", "qualitative", "composite"),
)
Value: TypeAlias = Percent | Fraction | Amount | Money
"""What a figure is told in: a share, a number, a length of time, an amount of money."""

_WORDS: Final[Mapping[type, str]] = {
    Percent: "a percentage, such as 99.5%",
    Fraction: "a number, such as 4.2",
    Amount: "a length of time, such as 4h",
    Money: "an amount of money, such as 12.50 GBP",
}
TOLD_IN: Final[Mapping[str, tuple[type, ...]]] = {
    "attainment": (Percent,),
    "time_stat": (Amount,),
    "availability": (Percent,),
    "reliability": (Amount, Fraction),
    "ratio": (Percent, Fraction),
    "count": (Fraction,),
    "recurrence": (Percent,),
    "backlog": (Fraction, Amount),
    "score": (Fraction, Percent),
    "threshold": (Fraction, Percent, Amount),
    "unit_cost": (Money,),
    "deliverable": (Percent, Fraction),
    "qualitative": (Percent, Fraction),
    "composite": (Percent, Fraction),
}
"""The values that each metric is told in."""
_TOLD_BY: Final[Mapping[tuple[str, str], tuple[type, ...]]] = {
    ("backlog", "open"): (Fraction,),
    ("backlog", "oldest"): (Amount,),
    ("score", "mean"): (Fraction,),
    ("score", "top_box"): (Percent,),
    ("score", "nps"): (Fraction,),
    ("threshold", "share"): (Percent,),
    ("deliverable", "on_time"): (Percent,),
    ("deliverable", "days_late"): (Fraction,),
    ("composite", "met"): (Percent,),
}
"""The values that a statistic is told in, where its metric has others too."""
STATISTICS: Final[Mapping[str, tuple[str, ...]]] = {
    "time_stat": ("mean", "median", "percentile"),
    "availability": ("time", "user_minutes"),
    "reliability": ("mtbf", "mtbsi", "mtrs", "outages", "longest_outage"),
    "backlog": ("open", "oldest"),
    "score": ("mean", "top_box", "nps"),
    "count": ("items", "missed", "events"),
    "threshold": ("worst", "mean", "median", "percentile", "largest", "smallest", "total", "last", "share"),
    "unit_cost": ("mean", "total", "last"),
    "deliverable": ("on_time", "days_late"),
    "composite": ("worst", "weighted", "met"),
}
"""What is made of the measured values, where a metric leaves a choice; the first is the default."""
FALLING: Final = ("time_stat", "count", "recurrence", "backlog", "threshold", "unit_cost")
"""The metrics of which less is better, unless the target says otherwise."""
_FALLING_STATISTICS: Final = ("mtrs", "outages", "longest_outage", "oldest", "days_late")
_RISING_STATISTICS: Final = ("share",)
AGES: Final = ("", "covered", "wall")
_NONE: Final = Amount()


@frozen(kw_only=True)
class Metric:
    """What is measured: ``kind``, one of the fourteen, and what it needs to know.

    ``target`` is the id of the target whose clocks are counted, ``of`` the services, ``source`` where the data come
    from, ``measured_by`` the party that measures. ``statistic`` is one of those of its kind ("" takes the first),
    ``percentile`` the share for "percentile". ``during`` is the calendar of the agreed service time, under the name
    ``during_id``; outages shorter than ``outages_from`` are none. ``out_of`` is the best of a score, ``good_from`` the
    least answer in its top box. ``within`` is the time in which something comes back with the same values in the
    fields ``by`` (recurrence). ``when`` is the condition under which an item is good (ratio), open (backlog) or an
    event is counted (count). ``divided_by`` is what ``source`` is divided by (ratio, unit_cost), ``bound`` what each
    value of a series is held to (threshold, share). ``age`` says how the oldest open item is told: covered or wall
    time. ``parts`` are the period targets of a composite, each with its weight.

    Raises AgreementError (E107) for a statistic that its kind does not have, and for parts that it cannot use.
    """

    kind: str = field(validator=validators.in_(METRICS))
    target: str = ""
    of: tuple[str, ...] = ()
    source: str = ""
    measured_by: str = ""
    statistic: str = ""
    percentile: Percent | None = None
    during: Calendar | None = None
    during_id: str = ""
    outages_from: Amount = _NONE
    out_of: Fraction | None = None
    within: Amount = _NONE
    parts: tuple[tuple[str, Fraction], ...] = ()
    unit: str = ""
    by: tuple[str, ...] = ()
    when: Selector | None = None
    divided_by: str = ""
    bound: Bound | None = None
    good_from: Fraction | None = None
    age: str = field(default="", validator=validators.in_(AGES))

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        known = STATISTICS.get(self.kind, ())
        if self.statistic and self.statistic not in known:
            said = f"it has {', '.join(known)}" if known else "it has none"
            problems.add("E107", "statistic", f"{self.statistic!r} is no statistic of {self.kind}; {said}")
        if (self.percentile is not None) != (self.statistic == "percentile"):
            msg = "a percentile has a share and the statistic of that name; write statistic: p95"
            problems.add("E107", "statistic", msg)
        if self.percentile is not None and not 0 < self.percentile.share <= 1:
            problems.add("E140", "statistic", f"percentile {self.percentile}: must be above 0% and at most 100%")
        for name, value, kinds in (
            ("outages_from", self.outages_from != _NONE, ("availability", "reliability")),
            ("out_of", self.out_of is not None, ("score",)),
            ("parts", bool(self.parts), ("composite",)),
            ("within", self.within != _NONE, ("recurrence",)),
            ("by", bool(self.by), ("recurrence",)),
            ("when", self.when is not None, ("ratio", "count", "backlog")),
            ("divided_by", bool(self.divided_by), ("ratio", "unit_cost")),
            ("bound", self.bound is not None, ("threshold",)),
            ("good_from", self.good_from is not None, ("score",)),
            ("age", bool(self.age), ("backlog",)),
        ):
            if value and self.kind not in kinds:
                problems.add("E107", name, f"{name!r} is about {' and '.join(kinds)}, and this is {self.kind}")
        if self.kind == "count" and self.how == "missed" and not self.target:
            problems.add("E107", "statistic", "missed are clocks of a target; write what: resolve, metric: count")
        if self.how == "oldest" and not self.age:
            problems.add("E102", "age", "missing; the oldest is told in one time: write age: covered, or age: wall")
        if self.out_of is not None and self.out_of <= 0:
            problems.add("E107", "out_of", f"the best of a score is above zero, got {number_text(self.out_of)}")
        if (self.bound is not None) != (self.kind == "threshold" and self.how == "share"):
            msg = "a share of a series has a bound, and only that; write statistic: share, bound: <= 200"
            problems.add("E107", "bound", msg)
        if any(weight <= 0 for _, weight in self.parts):
            problems.add("E107", "parts", "the weight of a part is above zero")
        problems.raise_as(AgreementError)

    @property
    def how(self) -> str:
        """The statistic: the one that is said, else the first of its kind; "" where there is no choice."""
        return self.statistic or STATISTICS.get(self.kind, ("",))[0]

    @property
    def rises(self) -> bool:
        """Whether more is better."""
        if self.how in _RISING_STATISTICS:
            return True
        return self.kind not in FALLING and self.how not in _FALLING_STATISTICS

    def check_level(self, value: Any) -> None:
        """Refuse a value that the metric, by its statistic, is not told in: AgreementError (E107)."""
        check_value(value, self.kind)
        kinds = _TOLD_BY.get((self.kind, self.how), ())
        if kinds and not isinstance(value, kinds):
            wanted = " or ".join(_WORDS[kind] for kind in kinds)
            msg = f"{value_text(value)} does not tell {self.how} of {self.kind}; write {wanted}"
            raise AgreementError(msg, "E107")


def parse_value(written: Any, metric: str) -> Value:
    """Read what a metric is held to: "99.5%", 4.2, "4h" or "12.50 GBP". Raises AgreementError (E107)."""
    kinds = TOLD_IN[metric]
    value: Value
    if reads_as_percent(written):
        value = Percent.parse(written)
    elif reads_as_money(written):
        value = Money.parse(written)
    elif Amount in kinds and isinstance(written, str) and not written.replace(".", "", 1).isdigit():
        value = _time(written)
    elif Fraction in kinds:
        value = parse_number(written)
    else:
        raise _not_told_in(written, metric)
    check_value(value, metric)
    return value


def check_value(value: Any, metric: str) -> None:
    """Refuse a value that a metric is not told in: AgreementError (E107)."""
    if not isinstance(value, TOLD_IN[metric]):
        raise _not_told_in(value, metric)


def value_text(value: Value) -> str:
    """Write a value as `parse_value` reads it."""
    return number_text(value) if isinstance(value, Fraction) else str(value)


def in_numbers(value: Value) -> Fraction:
    """Return a value as a number, to compare it with others of its kind: a share, microseconds, units of money."""
    if isinstance(value, Percent):
        return value.share
    if isinstance(value, Amount):
        return Fraction(value.us)
    return Fraction(value.amount) if isinstance(value, Money) else value


def _time(written: str) -> Amount:
    from slamodel.errors import DurationError

    try:
        value = parse_amount(written)
    except DurationError as error:
        raise AgreementError(str(error), "E107") from None
    if value.days:
        msg = f"{written!r} counts business days; a figure of a period is told in hours, minutes or seconds"
        raise AgreementError(msg, "E132")
    return value


def _not_told_in(written: Any, metric: str) -> AgreementError:
    shown = value_text(written) if isinstance(written, (Percent, Fraction, Amount, Money)) else repr(written)[:60]
    wanted = " or ".join(_WORDS[kind] for kind in TOLD_IN[metric])
    return AgreementError(f"{shown} does not tell {metric}; write {wanted}", "E107")
