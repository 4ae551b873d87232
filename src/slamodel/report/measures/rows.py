"""Rows: one period of one period target as a report tells it, with its words, its credit and one sentence of why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import evolve, field, frozen

from slamodel.clock.texts import instant_text
from slamodel.model.agreement import Agreement
from slamodel.model.metric import in_numbers, value_text
from slamodel.model.money import Money
from slamodel.model.period_target import PeriodTarget
from slamodel.report.attainment.figures import Figure, figure_text
from slamodel.report.attainment.goals import NOT_MEASURED, Goal, judge
from slamodel.report.change.mid_period import Judged
from slamodel.report.measures.acting import Course
from slamodel.report.measures.facts import Told
from slamodel.timeline.instants import Bool

PROVISIONAL: Final = "provisional"
DISPUTED: Final = "disputed"
_SAYS: Final = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
_COUNTS: Final = ("met", "missed", "excluded", "relieved", "requested", "disputed")
_COUNTED: Final = ("count", "backlog")
PLACES: Final = {"availability": 3}


@frozen(eq=False, kw_only=True)
class Row:
    """One period of one period target.

    ``figure`` is what it comes to as things stand. ``start`` and ``end`` (microseconds) are what was measured of the
    period, ``since`` and ``until`` its own ends. ``reason`` says why it is not final, or not measured.
    """

    agreement: Agreement
    target: PeriodTarget
    goal: Goal
    figure: Figure
    n: int
    start: int
    end: int
    since: int
    until: int
    over: bool
    reason: str
    evidence: Sequence[Any] = ()
    note: str = ""
    detail: str = ""
    credit: Money | None = field(default=None)

    @property
    def stands(self) -> str:
        """What the figure comes to as things stand: met, missed or not_measured."""
        return self.figure.verdict

    @property
    def verdict(self) -> str:
        """What the figure comes to; "disputed" or "provisional" while that is open (M3 open)."""
        if not self.measurable:
            return NOT_MEASURED
        if self.figure.disputed:
            return DISPUTED
        return PROVISIONAL if not self.over or self.figure.requested else self.stands

    @property
    def measurable(self) -> bool:
        """Whether the agreement was in force in the period, and the period has begun."""
        return self.start < self.end

    @property
    def warned(self) -> bool:
        """Whether the figure is not as good as the level to be told at."""
        warn, value = self.target.warn, self.figure.judgement.compared
        return warn is not None and value is not None and not self.goal.holds(value, in_numbers(warn))

    @property
    def why(self) -> str:
        """One sentence that says what the figure is, what it is made of, and which rules decided it."""
        figure, target = self.figure, self.target
        name = f"{target.id} in {figure.period}{' (part of it)' if figure.partial else ''}"
        if figure.value is None:
            counts = f"; the contract counts that as {figure.judgement.effect}" if figure.judgement.effect else ""
            return f"{name} is not measured: {self.reason or self._decided()}{counts}.{self._noted()}"
        value = figure_text(figure.value, figure.unit, PLACES.get(target.metric.kind, 1))
        made = self.detail or (f"{figure.met:,} of {figure.measured:,}" if figure.measured else self._made())
        aside = [f"{count} {word}" for count, word in self._aside() if count]
        parts = [part for part in (made, *aside) if part]
        said = f"{name} is {value}" + (f" ({'; '.join(parts)})" if parts else "")
        level = f"{_SAYS[target.comparison]} {self._expected()} is expected"
        stands = {NOT_MEASURED: "is not measured"}.get(self.stands, f"is {self.stands}")
        below = (
            f", and below the minimum of {value_text(target.minimum)}"
            if figure.judgement.below_minimum and target.minimum
            else ""
        )
        by = self._decided()
        opened = f" ({self.verdict}: {self.reason})" if self.verdict in (PROVISIONAL, DISPUTED) else ""
        rules = f"; {figure.rules}" if figure.rules else ""
        owes = f"; the credit is {self.credit}" if self.credit is not None else ""
        clause = f" [{target.clause}]" if target.clause else ""
        return f"{said}; {level}, so it {stands}{below}{by}{opened}{rules}{owes}{clause}.{self._noted()}"

    def _expected(self) -> str:
        """Return what is expected, as it is written; of several versions their levels put together."""
        if self.goal.expected == in_numbers(self.target.expected):
            return value_text(self.target.expected)
        return figure_text(self.goal.expected, self.figure.unit, 3)

    def _made(self) -> str:
        metric = self.target.metric
        if metric.kind in _COUNTED:
            return ""  # the value says it
        how = metric.how.replace("_", " ")
        return f"{how} of {self.n:,}" if how else f"of {self.n:,}"

    def _aside(self) -> tuple[tuple[int, str], ...]:
        figure = self.figure
        return (
            (figure.excluded, "excluded"),
            (figure.relieved, "counted as met by relief"),
            (figure.requested, "with relief asked for"),
            (figure.disputed, "disputed"),
        )

    def _decided(self) -> str:
        """Say which rule decided, where it is not the comparison that was said already."""
        decided = self.figure.judgement.decided_by
        return "" if decided.split(" ")[0] in _SAYS else f" ({decided})"

    def _noted(self) -> str:
        return f" {self.note[0].upper()}{self.note[1:]}." if self.note else ""


def rows_of(course: Course, told: Mapping[tuple[int, int], Told]) -> list[Row]:
    """Return the rows of a period target in the order of its periods.

    ``told`` are the figures of the parts, by the numbers of the figure and of its part. A period that has no figure is
    told as such, with the reason.
    """
    over = course.over
    found = [
        (figure.period, _row(course, figure, [told[number, place] for place in range(len(figure.parts))], over))
        for number, figure in enumerate(course.figures)
    ]
    found += [(number, _bare(course, number, version, why)) for number, version, why in course.without]
    return [row for _, row in sorted(found, key=lambda pair: (pair[0], pair[1].start))]


def _row(course: Course, judged: Judged, parts: Sequence[Told], over: Bool) -> Row:
    """Return the row of one figure; of several parts the values are put together, and what is counted adds up."""
    one, i, last = parts[0], judged.period, judged.parts[-1]
    figure, n = one.figure, sum(part.n for part in parts)
    if len(parts) > 1:
        counts = {name: sum(getattr(part.figure, name) for part in parts) for name in _COUNTS}
        value = judged.value([part.figure.value for part in parts])
        judgement = judge(value, max(n, value is not None), judged.goal)
        figure = evolve(parts[-1].figure, judgement=judgement, interval=None, wording="", **counts)
    row = Row(
        agreement=last.version,
        target=last.target,
        goal=judged.goal,
        figure=figure,
        n=n,
        start=judged.parts[0].start,
        end=last.end,
        since=int(course.whole.whole_starts[i]),
        until=int(course.whole.whole_ends[i]),
        over=bool(over[i]),
        reason="",
        evidence=one.evidence if len(parts) == 1 else tuple(name for part in parts for name in part.evidence),
        note="; ".join(dict.fromkeys(part.note for part in parts if part.note)),
        detail="; then ".join(part.detail for part in parts if part.detail),
    )
    return evolve(row, reason=_open(row))


def _bare(course: Course, number: int, version: Agreement, why: str) -> Row:
    """Return the row of a period that has no figure."""
    target = next(one for one in version.measured if one.id == course.name)
    goal, start = Goal.of(target), int(course.whole.starts[number])
    judgement = evolve(judge(None, 0, goal), decided_by=f"{why}: {goal.empty}")
    return Row(
        agreement=version,
        target=target,
        goal=goal,
        figure=Figure(period=course.whole.names[number], judgement=judgement),
        n=0,
        start=start,
        end=start,
        since=int(course.whole.whole_starts[number]),
        until=int(course.whole.whole_ends[number]),
        over=False,
        reason=why,
    )


def _open(row: Row) -> str:
    """Return why a figure is not final, or not measured; "" where it is final."""
    figure, said = row.figure, []
    if figure.disputed:
        said.append(f"relief for {figure.disputed} is disputed")
    if figure.requested:
        said.append(f"relief for {figure.requested} is asked for")
    if not row.over:
        said.append(f"it is told as of {instant_text(row.end)}, before it ends")
    if not said and figure.verdict == NOT_MEASURED:
        return figure.judgement.decided_by.removesuffix(f": {row.goal.empty}")
    return "; ".join(said)
