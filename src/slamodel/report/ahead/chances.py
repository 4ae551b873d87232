"""Chances: how likely each open item is to be late, by what became of those that came as far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing
from slamodel.clock.phrases import length_words
from slamodel.clock.plan import Plan, plan
from slamodel.clock.verdicts import VerdictTable
from slamodel.report.ahead.strata import AT_LEAST, is_open, strata
from slamodel.report.ahead.survival import Float64
from slamodel.timeline.instants import NAT, Bool, Int64, from_datetime, to_datetime, to_timedelta

BY: Final = ("priority",)
LATE: Final = "late already"
NO_LIMIT: Final = "it has no limit yet"


@frozen(eq=False, repr=False)
class Chances(Listing):
    """How likely open items are to be late: one row a clock that has not come to an end, in the order of the verdicts.

    ``chance`` is P(late) from 0 to 1, NaN (None in dicts) where there is no estimate, ``most`` the most that it can
    be. ``stratum`` names the past clocks that it rests on, ``finished`` of which came to an end, and ``came_past``
    came as far as this one; ``reason`` says why there is no estimate.
    """

    COLUMNS: ClassVar = (
        *("item", "target", "priority", "stage", "elapsed", "limit", "chance", "most", "stratum", "finished"),
        *("came_past", "reason"),
    )

    as_of: int
    rows: Int64
    found: Mapping[str, NDArray[Any]]

    def __repr__(self) -> str:
        return f"Chances({len(self)} open clocks at {to_datetime(self.as_of).isoformat()})"

    def column(self, name: str) -> NDArray[Any]:
        """Return one column; KeyError for a name that is not in ``COLUMNS``."""
        return self.found[name]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a row; what does not exist is None."""
        rows = super().to_dicts()
        for row in rows:
            row["chance"] = None if row["chance"] != row["chance"] else row["chance"]
        return rows

    def likeliest(self, most: int | None = None) -> Chances:
        """Return the rows that may still be met, the likeliest to be late first; those without an estimate last."""
        kept = np.flatnonzero(self.found["reason"] != LATE)
        chance = self.found["chance"][kept]
        order = kept[np.lexsort((np.nan_to_num(-chance, nan=1.0), np.isnan(chance)))][:most]
        return Chances(self.as_of, self.rows[order], {name: column[order] for name, column in self.found.items()})


def chances(
    verdicts: VerdictTable,
    *,
    by: Sequence[str] = BY,
    at_least: int = AT_LEAST,
    history: VerdictTable | None = None,
    since: datetime | None = None,
    rows: Bool | None = None,
) -> Chances:
    """Estimate how likely each open item is to be late: S(limit) / S(used up), by Kaplan and Meier (M9).

    S is the share of past clocks that used up more than so much covered time; open ones count for as long as they
    have run. They are those of ``history`` (None: of the same table) of the same target and of equal ``by``:
    "priority" and fields of the log, such as ("priority", "service"). Fewer than ``at_least`` finished ones are too
    few: then the last name is left out, in the end every name. Only clocks that started ``since`` an instant count
    (None: all); where work has become faster or slower, old ones mislead. What is late already has chance 1. ``rows``
    (bool, one a verdict) picks verdicts. There is no estimate beyond the longest clock that finished. Raises EventError
    for a field that the log has not.
    """
    chosen = is_open(verdicts) if rows is None else is_open(verdicts) & rows
    mine = np.flatnonzero(chosen)
    spent, (allowed, at_limit) = verdicts.values["elapsed"].copy(), _allowed(verdicts)
    spent[spent == NAT] = 0
    count = len(verdicts)
    chance, most = np.full(count, np.nan), np.ones(count)
    finished, came_past = np.zeros(count, np.int64), np.zeros(count, np.int64)
    stratum, reason = np.full(count, "", object), np.full(count, "", object)
    late = mine[verdicts.breached[mine]]
    chance[late], reason[late] = 1.0, LATE
    limited = allowed[mine] != NAT
    reason[mine[~limited & ~verdicts.breached[mine]]] = NO_LIMIT
    asked = mine[limited & ~verdicts.breached[mine]]
    first = None if since is None else from_datetime(since)
    for one in strata(verdicts, asked, history or verdicts, by, at_least, first):
        part = one.rows
        chance[part], most[part] = one.survival.breach(spent[part], allowed[part], at_limit=at_limit[part])
        finished[part], came_past[part] = one.survival.finished, one.survival.came_past(spent[part])
        stratum[part] = one.name
        reason[part[np.isnan(chance[part])]] = _why(one.survival.last)
    columns: dict[str, NDArray[Any]] = {
        **{name: verdicts.column(name)[mine] for name in Chances.COLUMNS[:6]},
        "chance": chance[mine],
        "most": most[mine],
        "stratum": stratum[mine],
        "finished": finished[mine],
        "came_past": came_past[mine],
        "reason": reason[mine],
    }
    return Chances(verdicts.as_of, mine, columns)


def most_of(table: Chances) -> Float64:
    """Return the chances that a cautious forecast counts with: where there is no estimate, the most it can be."""
    chance, most = table.column("chance"), table.column("most")
    return np.where(np.isnan(chance), most, chance)


def _allowed(verdicts: VerdictTable) -> tuple[Int64, Bool]:
    """Return what each clock may use up, and whether just that much is late (C3): as the engine has it."""
    limit, code = verdicts.values["limit"], verdicts.codes["target"].codes
    allowed, at_limit = limit.copy(), np.zeros(len(limit), bool)
    assert verdicts.log is not None  # noqa: S101  `evaluate` made it
    for number, target in enumerate(verdicts.targets):
        made: Plan = plan(target, verdicts.log)
        rows = np.flatnonzero((code == number) & (limit != NAT))
        allowed[rows], at_limit[rows] = made.allowed(limit[rows]), made.at_is_late
    return allowed, at_limit


def _why(last: int | None) -> str:
    if last is None:
        return "no clock of the past has finished"
    return f"none of the past finished later than after {length_words(to_timedelta(last))}"
