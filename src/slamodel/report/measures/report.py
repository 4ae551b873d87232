"""PeriodReport: one row a period target and period, with the rules that decided and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing, taken
from slamodel.errors import AgreementError
from slamodel.model._checks import did_you_mean
from slamodel.model.money import Money
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import MET, MISSED, NOT_MEASURED, judge_together
from slamodel.report.measures.rows import Row
from slamodel.timeline.instants import to_datetime

_INSTANTS = ("since", "until")
_FLAGS = ("partial", "below_minimum", "warned")
_COUNTS = ("version", "n", "met", "missed", "excluded", "requested", "disputed")


@frozen
class ReportSummary:
    """The periods of one period target, counted by what they come to, and the credits owed for them."""

    agreement: str
    period_target: str
    periods: int
    met: int
    missed: int
    not_measured: int
    open: int
    credit: Money | None


@frozen(eq=False, repr=False, kw_only=True)
class PeriodReport(Listing):
    """What an agreement promised over periods, and what it came to: one row a period target and period.

    ``column(name)`` gives a NumPy array; ``value``, ``expected`` and ``minimum`` are exact fractions in the ``unit`` of
    the figure (float64 in frames), instants ``datetime64[us]`` UTC. ``ledgers`` are what is owed, by agreement,
    ``notes`` what else is to be said, ``made_from`` the versions and digests that it was computed from (M6).
    """

    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("agreement", "version", "period_target", "metric", "period", "since", "until", "partial"),
        *("value", "unit", "expected", "minimum", "n", "met", "missed", "excluded", "requested", "disputed"),
        *("low", "high", "wording", "verdict", "stands", "below_minimum", "warned", "credit", "evidence"),
        *("decided_by", "rules", "reason", "why", "clause"),
    )

    rows: tuple[Row, ...]
    as_of: int
    ledgers: Mapping[str, Any] = field(factory=dict)
    notes: tuple[str, ...] = ()
    made_from: Mapping[str, Any] = field(factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        count = len({(row.agreement.id, row.target.id) for row in self.rows})
        return (
            f"PeriodReport({len(self)} figures of {count} period targets, as of {to_datetime(self.as_of).isoformat()})"
        )

    def column(self, name: str) -> NDArray[Any]:
        """Return one column; KeyError for a name that is not in ``COLUMNS``."""
        if name not in self.COLUMNS:
            raise KeyError(name)
        cells = [_CELLS[name](row) for row in self.rows]
        if name in _INSTANTS:
            return np.array(cells, np.int64).view("M8[us]")
        if name in _FLAGS:
            return np.array(cells, bool)
        if name in _COUNTS:
            return np.array(cells, np.int64)
        if name in ("low", "high"):
            return np.array([np.nan if cell is None else cell for cell in cells], np.float64)
        return taken(cells, np.arange(len(cells)))

    def of(self, period_target: str) -> tuple[Row, ...]:
        """Return the rows of a period target, by its id or ``agreement/id``, in the order of their periods.

        Raises AgreementError (E102) for an id that none has, or that several agreements have.
        """
        agreement, _, name = period_target.rpartition("/")
        found = [row for row in self.rows if row.target.id == name and agreement in ("", row.agreement.id)]
        if not found:
            known = dict.fromkeys(row.target.id for row in self.rows)
            raise AgreementError(f"no period target {period_target!r}{did_you_mean(name, known)}", "E102")
        owners = dict.fromkeys(row.agreement.id for row in found)
        if len(owners) > 1:
            msg = f"{', '.join(owners)} all have a period target {name!r}; write {next(iter(owners))}/{name}"
            raise AgreementError(msg, "E102")
        return tuple(found)

    def figures(self, period_target: str) -> list[Figure]:
        """Return the figures of a period target in the order of its periods; see `of`."""
        return [row.figure for row in self.of(period_target)]

    def why(self, period_target: str, period: str | None = None) -> str:
        """Return the sentence that explains the figure of a period (None: the last). AgreementError (E102) as `of`."""
        found = self.of(period_target)
        if period is None:
            return found[-1].why
        for row in found:
            if row.figure.period == period:
                return row.why
        known = [row.figure.period for row in found]
        raise AgreementError(f"{period_target!r} has no period {period!r}{did_you_mean(period, known)}", "E102")

    def together(self, *period_targets: str) -> list[str]:
        """Return for each period what a promise in several steps comes to: missed if one of them is."""
        columns = [self.figures(name) for name in period_targets]
        return [judge_together(figure.judgement for figure in figures) for figures in zip(*columns, strict=True)]

    def summary(self) -> list[ReportSummary]:
        """Return one row a period target: how many of its periods were met, missed, not measured or are still open."""
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            groups.setdefault((row.agreement.id, row.target.id), []).append(row)
        return [_summed(*names, rows) for names, rows in groups.items()]


def _summed(agreement: str, target: str, rows: Sequence[Row]) -> ReportSummary:
    verdicts = [row.verdict for row in rows]
    owed = [row.credit for row in rows if row.credit is not None]
    total = Money(sum((one.amount for one in owed[1:]), owed[0].amount), owed[0].currency) if owed else None
    met, missed, nothing = (verdicts.count(one) for one in (MET, MISSED, NOT_MEASURED))
    return ReportSummary(
        agreement=agreement,
        period_target=target,
        periods=len(rows),
        met=met,
        missed=missed,
        not_measured=nothing,
        open=len(rows) - met - missed - nothing,
        credit=total,
    )


_CELLS: dict[str, Any] = {
    "agreement": lambda row: row.agreement.id,
    "version": lambda row: row.agreement.version,
    "period_target": lambda row: row.target.id,
    "metric": lambda row: row.target.metric.kind,
    "period": lambda row: row.figure.period,
    "since": lambda row: row.start,
    "until": lambda row: row.end,
    "partial": lambda row: row.figure.partial,
    "value": lambda row: row.figure.value,
    "unit": lambda row: row.figure.unit,
    "expected": lambda row: row.goal.expected,
    "minimum": lambda row: row.goal.minimum,
    "n": lambda row: row.n,
    "met": lambda row: row.figure.met,
    "missed": lambda row: row.figure.missed,
    "excluded": lambda row: row.figure.excluded,
    "requested": lambda row: row.figure.requested,
    "disputed": lambda row: row.figure.disputed,
    "low": lambda row: row.figure.interval[0] if row.figure.interval else None,
    "high": lambda row: row.figure.interval[1] if row.figure.interval else None,
    "wording": lambda row: row.figure.wording,
    "verdict": lambda row: row.verdict,
    "stands": lambda row: row.stands,
    "below_minimum": lambda row: row.figure.judgement.below_minimum,
    "warned": lambda row: row.warned,
    "credit": lambda row: row.credit,
    "evidence": lambda row: tuple(row.evidence),
    "decided_by": lambda row: row.figure.judgement.decided_by,
    "rules": lambda row: row.figure.rules,
    "reason": lambda row: row.reason,
    "why": lambda row: row.why,
    "clause": lambda row: row.target.clause,
}
