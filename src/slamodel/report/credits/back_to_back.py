"""Back to back: what we owe for a failure, what suppliers owe us for the same one, and the rest that nobody covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing, taken
from slamodel.model.agreement import Agreement
from slamodel.model.money import Money
from slamodel.report.credits.ledger import Ledger
from slamodel.report.credits.lines import CreditLine

_NONE: Final = Decimal(0)


@frozen(kw_only=True)
class Covered:
    """One failure of ours, or what suppliers owe beside any of ours (``target`` ""), in one currency.

    ``owed`` is what we owe for it, ``recovered`` what suppliers owe us for the same failure, ``uncovered`` the rest
    that is ours alone, never below zero. ``suppliers`` are the agreements that it is recovered by, and ``why`` how
    their failures are known to be the same.
    """

    period: str
    target: str
    owed: Money
    recovered: Money
    suppliers: tuple[str, ...] = ()
    why: str = ""

    @property
    def uncovered(self) -> Money:
        """What is owed beyond what is recovered."""
        return Money(max(self.owed.amount - self.recovered.amount, _NONE), self.owed.currency)

    def __str__(self) -> str:
        if not self.target:
            return f"{self.period}: {', '.join(self.suppliers)} owe {self.recovered} for no failure of ours"
        by = f" from {', '.join(self.suppliers)} ({self.why})" if self.suppliers else ""
        return (
            f"{self.target} {self.period}: owed {self.owed}, recovered {self.recovered}{by}, {self.uncovered} uncovered"
        )


@frozen(eq=False, repr=False)
class BackToBack(Listing):
    """What we owe against what is owed to us, a row a failure; `by_period` puts the rows of a period together."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("period", "target", "currency", "owed", "recovered", "uncovered", "suppliers", "why"),
    )

    rows: tuple[Covered, ...] = ()

    def __repr__(self) -> str:
        return f"BackToBack({len(self.rows)} rows)"

    def __str__(self) -> str:
        return "\n".join(map(str, self.rows))

    def column(self, name: str) -> NDArray[Any]:
        """Return one column, a row a failure; amounts are decimals."""
        values: list[Any]
        if name == "currency":
            values = [row.owed.currency for row in self.rows]
        elif name in ("owed", "recovered", "uncovered"):
            values = [getattr(row, name).amount for row in self.rows]
        else:
            values = [getattr(row, name) for row in self.rows]
        return taken(values, np.arange(len(values)))

    def by_period(self) -> BackToBack:
        """Return a row a period and currency: everything that is owed in it, and everything that is recovered."""
        together: dict[tuple[str, str], list[Covered]] = defaultdict(list)
        for row in self.rows:
            together[row.period, row.owed.currency].append(row)
        return BackToBack(
            tuple(
                Covered(
                    period=period,
                    target="all",
                    owed=Money(sum((row.owed.amount for row in rows), _NONE), currency),
                    recovered=Money(sum((row.recovered.amount for row in rows), _NONE), currency),
                    suppliers=tuple(sorted({one for row in rows for one in row.suppliers})),
                    why="the same period",
                )
                for (period, currency), rows in together.items()
            )
        )


def back_to_back(ours: Ledger, theirs: Iterable[Ledger], *, agreement: Agreement | None = None) -> BackToBack:
    """Set what we owe, by one ledger, against what suppliers owe us, by theirs.

    A credit of a supplier is for the same failure as one of ours where their periods overlap and they share an
    incident; where the incidents of one of them are not known, where the supplier's agreement stands behind the
    target that the figure of ours counts (``agreement`` is ours, with its ``backed_by``). Each credit of a supplier
    is used once, for our failures in the order of our ledger; what is left of it is a row of its own. What was earned
    back is owed no more. Other currencies are never set against each other.
    """
    behind = _behind(agreement)
    credits_of_theirs = [line for ledger in theirs for line in _owing(ledger)]
    left = {id(line): _paid(line) for line in credits_of_theirs}
    rows = []
    for line in _owing(ours):
        need, by, whys = _paid(line), [], []
        for other in credits_of_theirs:
            why = _same(line, other, behind)
            used = min(need, left[id(other)])
            if why and used:
                need -= used
                left[id(other)] -= used
                by.append(other.agreement)
                whys.append(why)
        rows.append(
            Covered(
                period=line.period,
                target=line.target,
                owed=_money(_paid(line), line),
                recovered=_money(_paid(line) - need, line),
                suppliers=tuple(dict.fromkeys(by)),
                why="; ".join(dict.fromkeys(whys)),
            )
        )
    for other in credits_of_theirs:
        if rest := left[id(other)]:
            nothing, paid = _money(_NONE, other), _money(rest, other)
            rows.append(
                Covered(period=other.period, target="", owed=nothing, recovered=paid, suppliers=(other.agreement,))
            )
    return BackToBack(tuple(rows))


def _owing(ledger: Ledger) -> list[CreditLine]:
    return [one for one in ledger.lines if one.kind == "credit" and one.state != "earned_back" and _paid(one)]


def _paid(line: CreditLine) -> Decimal:
    return line.amount.amount if line.amount else _NONE


def _money(amount: Decimal, like: CreditLine) -> Money:
    return Money(amount, like.amount.currency if like.amount else "")


def _behind(agreement: Agreement | None) -> Mapping[str, frozenset[str]]:
    """Return by period target the agreements that stand behind the target that its figure counts."""
    if agreement is None:
        return {}
    backers: dict[str, set[str]] = defaultdict(set)
    for one in agreement.backed_by:
        backers[one.target] |= {reference.agreement for reference in one.by.references}
    return {one.id: frozenset(backers.get(one.metric.target, ())) for one in agreement.measured}


def _same(ours: CreditLine, theirs: CreditLine, behind: Mapping[str, frozenset[str]]) -> str:
    """Return how two lines are known to be about one failure; "" where they are not."""
    overlap = ours.starts < theirs.ends and theirs.starts < ours.ends
    if not overlap or ours.amount is None or theirs.amount is None or ours.amount.currency != theirs.amount.currency:
        return ""
    if ours.incidents and theirs.incidents:
        shared = sorted(ours.incidents & theirs.incidents)
        return f"incident {', '.join(shared[:3])}" if shared else ""
    return "stands behind it" if theirs.agreement in behind.get(ours.target, ()) else ""
