"""Qualitative obligations: kept or not, by what shows it (ISO/IEC 19086-1: qualitative objectives)."""

from __future__ import annotations

import numpy as np

from slamodel.errors import EventError
from slamodel.report.metrics.measurement import Measurement, each_period, share
from slamodel.report.metrics.series import Values
from slamodel.report.periods import Periods


def kept(checks: Values, periods: Periods) -> list[Measurement]:
    """Return the share of the checks of each period in which an obligation was kept.

    A check is 1 (kept) or 0 (not), with its ``evidence``. One that says kept without evidence shows nothing: it is left
    out, and told. The evidence are the checks in which it was not kept. Raises EventError (E197) for another value.
    """
    strange = np.flatnonzero((checks.numbers != 0) & (checks.numbers != checks.scale))
    if len(strange):
        where = f"on line {checks.lines[strange[0]]}"
        msg = (
            f"{checks.name!r} is {checks.value(int(strange[0]))} {where}; an obligation is kept (yes, 1) or not (no, 0)"
        )
        raise EventError(msg, "E197")
    yes, shown = checks.numbers != 0, checks.evidence.codes >= 0

    def make(rows: slice, period: str) -> Measurement:
        counts = ~yes[rows] | shown[rows]
        bare = int((~counts).sum())
        note = f"{bare} kept without evidence left out" if bare else ""
        broken = checks.named(np.flatnonzero(~yes[rows]) + rows.start)
        n = int(counts.sum())
        nothing = f"no check of {checks.name!r} with evidence in {period}"
        return share(n - len(broken), n, broken, nothing, note)

    return each_period(checks.at, periods, make)
