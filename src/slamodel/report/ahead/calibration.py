"""Calibration: what became of the items that were given a chance of 60 to 80 per cent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import InstantError
from slamodel.report.ahead.chances import LATE, Chances
from slamodel.report.ahead.strata import is_open
from slamodel.report.ahead.survival import Float64
from slamodel.report.attainment.intervals import wilson
from slamodel.timeline.instants import Bool, to_datetime

EDGES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@frozen(eq=False, repr=False)
class Calibration(Listing):
    """Forecasts held against what came, one row a band of chances [low, high); the last holds 1 too.

    ``given`` is how many forecasts lie in it, ``mean`` their mean chance, ``late`` how many were late, ``share`` late /
    given, and ``least`` to ``most`` the Wilson interval of that at 95 %; NaN (None in dicts) without any. ``brier`` is
    the mean square of chance less outcome over all (G. W. Brier, Monthly Weather Review 78, 1950): 0 is perfect.
    ``unknown`` forecasts are left out: the items are still open, or had no estimate.
    """

    COLUMNS: ClassVar = ("low", "high", "given", "mean", "late", "share", "least", "most")

    found: dict[str, NDArray[Any]]
    brier: float | None
    unknown: int

    def __repr__(self) -> str:
        return f"Calibration({int(self.found['given'].sum())} forecasts in {len(self)} bands)"

    def column(self, name: str) -> NDArray[Any]:
        """Return one column; KeyError for a name that is not in ``COLUMNS``."""
        return self.found[name]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a band; what does not exist is None."""
        return [
            {name: None if value != value else value for name, value in row.items()}  # noqa: PLR0124  NaN
            for row in super().to_dicts()
        ]

    def __str__(self) -> str:
        lines = []
        for row in self.to_dicts():
            band = f"{row['low'] * 100:g}-{row['high'] * 100:g} %"
            told = (
                "-"
                if row["share"] is None
                else (
                    f"{row['share'] * 100:.0f} % late ({row['late']} of {row['given']}; "
                    f"given {row['mean'] * 100:.0f} %, interval {row['least'] * 100:.0f}-{row['most'] * 100:.0f} %)"
                )
            )
            lines.append(f"{band}: {told}")
        return "\n".join(lines)


def calibration(chance: Float64, late: Bool, *, edges: Sequence[float] = EDGES, unknown: int = 0) -> Calibration:
    """Hold chances (float64, from 0 to 1) against what came (bool): by bands with these edges, in rising order."""
    cuts = np.asarray(edges, float)
    if len(cuts) < 2 or (np.diff(cuts) <= 0).any() or cuts[0] > 0 or cuts[-1] < 1:
        msg = f"bands {list(edges)} do not go from 0 to 1 in rising order"
        raise ValueError(msg)
    if np.isnan(chance).any() or (len(chance) and (chance.min() < 0 or chance.max() > 1)):
        msg = "a chance lies between 0 and 1; leave out those without an estimate"
        raise ValueError(msg)
    bands = len(cuts) - 1
    band = np.minimum(np.searchsorted(cuts, chance, side="right") - 1, bands - 1)
    given = np.bincount(band, minlength=bands)
    came = np.bincount(band, weights=late, minlength=bands).astype(np.int64)
    sums = np.bincount(band, weights=chance, minlength=bands)
    wide = [wilson(int(k), int(n)) or (np.nan, np.nan) for k, n in zip(came, given, strict=True)]
    some = given > 0

    def part(values: NDArray[Any]) -> Float64:
        return np.asarray(np.divide(values, given, out=np.full(bands, np.nan), where=some), np.float64)

    columns: dict[str, NDArray[Any]] = {
        "low": cuts[:-1],
        "high": cuts[1:],
        "given": given,
        "mean": part(sums),
        "late": came,
        "share": part(came),
        "least": np.array([low for low, _ in wide]),
        "most": np.array([high for _, high in wide]),
    }
    brier = float(((chance - late) ** 2).mean()) if len(chance) else None
    return Calibration(columns, brier, unknown)


def backtest_chances(
    forecast: Callable[[datetime], tuple[VerdictTable, Chances]],
    at: Iterable[datetime],
    final: VerdictTable,
    *,
    edges: Sequence[float] = EDGES,
) -> Calibration:
    """Hold forecasts made at several instants against what became of the items.

    ``forecast`` gives the verdicts and the chances as of an instant, from what was known then alone. ``final`` are
    later verdicts of the same targets; an item that is open and in time there is unknown. What was late already when
    it was forecast tells nothing and is left out. An item counts once for each instant at which it was open. Raises
    InstantError where ``final`` is no later than a forecast.
    """
    outcome = _outcomes(final)
    chance: list[float] = []
    late: list[bool] = []
    unknown = 0
    for moment in at:
        if moment >= to_datetime(final.as_of):
            msg = f"{moment.isoformat()} is no earlier than the verdicts that it is held against"
            raise InstantError(msg)
        verdicts, table = forecast(moment)
        codes = verdicts.codes["target"].codes[table.rows].tolist()
        keys = [(verdicts.targets[code].agreement, verdicts.targets[code].id) for code in codes]
        rows = zip(keys, *(table.column(name).tolist() for name in ("item", "chance", "reason")), strict=True)
        for key, item, given, reason in rows:
            if reason == LATE:
                continue
            came = outcome.get((*key, item))
            if came is None or given != given:  # noqa: PLR0124  NaN
                unknown += 1
                continue
            chance.append(given)
            late.append(came)
    return calibration(np.array(chance, float), np.array(late, bool), edges=edges, unknown=unknown)


def _outcomes(final: VerdictTable) -> dict[tuple[str, str, Any], bool]:
    known = np.flatnonzero(final.breached | ~is_open(final))
    codes = final.codes["target"].codes[known].tolist()
    items, late = final.items[final.item[known]].tolist(), final.breached[known].tolist()
    found = {}
    for code, item, is_late in zip(codes, items, late, strict=True):
        target = final.targets[code]
        found[target.agreement, target.id, item] = is_late
    return found
