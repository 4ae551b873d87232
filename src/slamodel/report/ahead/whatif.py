"""What if: a log replayed under a changed agreement, with the items that change sides and the attainment of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from attrs import field, frozen

from slamodel.clock.evaluate import evaluate
from slamodel.clock.events import EventTable
from slamodel.clock.verdicts import VerdictTable
from slamodel.model.agreement import Agreement
from slamodel.model.period import Period
from slamodel.model.portfolio import Portfolio
from slamodel.report.ahead.compared import CreditDifference, FigureSides, compared, difference
from slamodel.report.attainment.attainment import attainment
from slamodel.report.attainment.figures import share_text
from slamodel.report.attainment.placing import Counting
from slamodel.report.change.impact import Impact, judged, sides
from slamodel.report.credits.charges import Charges
from slamodel.report.measures.measure import measure
from slamodel.report.measures.report import PeriodReport
from slamodel.report.periods import Periods, periods
from slamodel.timeline.instants import NAT, to_datetime

Paper: TypeAlias = Agreement | Portfolio
CAVEAT: Final = (
    "This replays what was done under the old terms; people work to their targets, so under others they would have "
    "done otherwise."
)


@frozen(kw_only=True)
class Sides:
    """What one target came to in one period, before and after: items met and missed, open late ones as missed (M3)."""

    agreement: str
    target: str
    period: str
    met_before: int
    missed_before: int
    met_after: int
    missed_after: int

    @property
    def before(self) -> Fraction | None:
        """The attainment as agreed; None where nothing was measured (M2)."""
        return _share(self.met_before, self.missed_before)

    @property
    def after(self) -> Fraction | None:
        """The attainment under the change."""
        return _share(self.met_after, self.missed_after)

    def __str__(self) -> str:
        told = [
            "nothing measured" if share is None else f"{share_text(share)} ({met} of {met + missed})"
            for share, met, missed in (
                (self.before, self.met_before, self.missed_before),
                (self.after, self.met_after, self.missed_after),
            )
        ]
        return f"{self.target} {self.period}: {told[0]} would be {told[1]}"

    def to_dict(self) -> dict[str, Any]:
        """Return one flat dict, shares as floats."""
        shares = {"before": self.before, "after": self.after}
        return {
            "agreement": self.agreement,
            "target": self.target,
            "period": self.period,
            "met_before": self.met_before,
            "missed_before": self.missed_before,
            "met_after": self.met_after,
            "missed_after": self.missed_after,
            **{f"share_{name}": None if share is None else float(share) for name, share in shares.items()},
        }


@frozen(kw_only=True, eq=False)
class WhatIf:
    """A log under two agreements: which items change sides, and what each target comes to in each period.

    ``impact`` names the items that are gained and lost, ``attainment`` has every target by period, ``figures`` what is
    promised over periods, and ``credits`` what more would be owed. ``before`` and ``after`` are the two tables of
    verdicts. ``caveat`` goes with every figure: behaviour adapts to targets.
    """

    impact: Impact
    attainment: tuple[Sides, ...]
    figures: tuple[FigureSides, ...]
    credits: CreditDifference
    before: VerdictTable = field(repr=False)
    after: VerdictTable = field(repr=False)
    caveat: str = CAVEAT

    def __str__(self) -> str:
        owed = [str(self.credits)] if self.credits.by_currency or self.credits.unknown else []
        figures = [str(one) for one in self.figures if one.changes]
        return "\n".join([*map(str, self.impact), *map(str, self.attainment), *figures, *owed, self.caveat])

    def to_dict(self) -> dict[str, Any]:
        """Return all of it but the verdicts, as plain data."""
        return {
            "impact": [
                {
                    "agreement": one.agreement,
                    "target": one.target,
                    "judged": one.judged,
                    "late_before": one.late_before,
                    "late_after": one.late_after,
                    **{name: list(getattr(one, name)) for name in ("gained", "lost", "added", "removed")},
                }
                for one in self.impact
            ],
            "attainment": [one.to_dict() for one in self.attainment],
            "figures": [one.to_dict() for one in self.figures],
            "credits": self.credits.to_dict(),
            "caveat": self.caveat,
        }


def what_if(
    book: Paper,
    changed: Paper,
    events: EventTable,
    *,
    as_of: datetime | None = None,
    period: Period | str = "term",
    charges: Charges | None = None,
    reread: EventTable | None = None,
) -> WhatIf:
    """Replay a log under a changed agreement: other limits, hours, holidays, pauses, priorities.

    ``book`` and ``changed`` are whole papers, judged as by `impact`: an agreement alone holds for every item, of a
    portfolio each item has its own version. ``as_of`` as in `evaluate`; it holds for both. ``period`` says over which
    periods the attainment of targets is told, those of the agreement's zone ("term": all at once). Period targets are
    measured over their own, and cost what the ledger says; ``charges`` are what credits are shares of. What needs other
    facts than a log, such as outages, is without a figure here. ``reread`` is the log as the
    changed agreement reads it, where it reads it otherwise (another matrix of impact and urgency); else it is the same.
    Raises as `evaluate` does.
    """
    at = to_datetime(int(events.at.max())) if as_of is None and len(events) else as_of
    before = evaluate(judged(book), events, as_of=at)
    after = evaluate(judged(changed), events if reread is None else reread, as_of=at)
    agreements = judged(book)
    found: list[Sides] = []
    zones = {name: agreements[name].zone for name in agreements}
    keys = dict.fromkeys((one.agreement, one.id) for table in (before, after) for one in table.targets)
    for agreement, target in keys:
        some = _periods((before, after), period, zones.get(agreement, "UTC"))
        old, new = (_counted(table, some, agreement, target) for table in (before, after))
        found += [
            Sides(
                agreement=agreement,
                target=target,
                period=name,
                met_before=old[n][0],
                missed_before=old[n][1],
                met_after=new[n][0],
                missed_after=new[n][1],
            )
            for n, name in enumerate(some.names)
            if any((*old[n], *new[n]))
        ]
    reports = [_measured(judged(paper), table, charges) for paper, table in ((book, before), (changed, after))]
    return WhatIf(
        impact=sides(before, after),
        attainment=tuple(found),
        figures=compared(*reports),
        credits=difference(*reports),
        before=before,
        after=after,
    )


def _measured(book: Portfolio, verdicts: VerdictTable, charges: Charges | None) -> PeriodReport | None:
    """Return what is promised over periods, from the first event of the log to ``as_of``; None where nothing is."""
    if not any(agreement.measured for agreement in book.agreements):
        return None
    assert verdicts.log is not None  # noqa: S101  `evaluate` made it
    stretch = to_datetime(int(verdicts.log.at.min())), to_datetime(verdicts.as_of + 1)
    return measure(book, verdicts=verdicts, charges=charges, period=stretch)


def _periods(tables: Sequence[VerdictTable], period: Period | str, timezone: str) -> Periods:
    known = [column[column != NAT] for table in tables for column in _moments(table.values)]
    low = min((int(column.min()) for column in known if len(column)), default=tables[0].as_of)
    high = max((int(column.max()) for column in known if len(column)), default=tables[0].as_of)
    return periods(period, to_datetime(low), to_datetime(max(high, tables[0].as_of) + 1), timezone=timezone)


def _moments(values: Mapping[str, Any]) -> list[Any]:
    return [values[name] for name in ("started_at", "stopped_at", "breached_at")]


def _counted(table: VerdictTable, some: Periods, agreement: str, target: str) -> list[tuple[int, int]]:
    mine = np.array([(one.agreement, one.id) == (agreement, target) for one in table.targets], bool)
    rows = mine[table.codes["target"].codes]
    found = attainment(table, some, counting=Counting(), rows=rows)
    return list(zip(found.met.tolist(), found.missed.tolist(), strict=True))


def _share(met: int, missed: int) -> Fraction | None:
    return Fraction(met, met + missed) if met + missed else None
