"""Chances: how likely each open item is to be late, by what became of those that came as far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing
from slamodel.clock.verdicts import VerdictTable
from slamodel.report.ahead.estimates import Learning, estimates, limits_of
from slamodel.report.ahead.strata import AT_LEAST, is_open
from slamodel.timeline.instants import Bool, Int64, to_datetime

LATE: Final = "late already"


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
    by: Sequence[str] | None = None,
    at_least: int = AT_LEAST,
    history: VerdictTable | None = None,
    since: datetime | None = None,
    rows: Bool | None = None,
) -> Chances:
    """Estimate how likely each open item is to be late: S(limit) / S(used up), by Kaplan and Meier (M9).

    S is the share of past clocks that used up more than so much covered time; open ones count for as long as they
    have run. They are those of ``history`` (None: of the same table) of the same target and of equal ``by``:
    "priority" and fields of the log (None: priority, and service if the log has it). Fewer than ``at_least`` finished
    ones are too few: then the last name is left out, in the end every name. Only clocks that started ``since`` an
    instant count (None: all), unless they give no estimate; where work has become faster or slower, old ones mislead.
    What is late already has chance 1. ``rows`` (bool, one a verdict) picks verdicts. There is no estimate beyond the
    longest clock that finished. Raises EventError (E190) for a field that the log has not.
    """
    chosen = is_open(verdicts) if rows is None else is_open(verdicts) & rows
    mine = np.flatnonzero(chosen)
    late = verdicts.breached[mine]
    learn = Learning.of(verdicts, by, at_least, history, since)
    limits = limits_of(verdicts)
    found = estimates(verdicts, mine[~late], limits.allowed, limits.at_limit, learn)
    chance, most = np.ones(len(mine)), np.ones(len(mine))
    finished, came_past = np.zeros(len(mine), np.int64), np.zeros(len(mine), np.int64)
    stratum, reason = np.full(len(mine), "", object), np.full(len(mine), LATE, object)
    chance[~late], most[~late] = found.beyond, found.most
    finished[~late], came_past[~late] = found.finished, found.came_past
    stratum[~late], reason[~late] = found.stratum, found.reason
    columns: dict[str, NDArray[Any]] = {
        **{name: verdicts.column(name)[mine] for name in Chances.COLUMNS[:6]},
        "chance": chance,
        "most": most,
        "stratum": stratum,
        "finished": finished,
        "came_past": came_past,
        "reason": reason,
    }
    return Chances(verdicts.as_of, mine, columns)
