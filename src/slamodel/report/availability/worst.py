"""Worst: the rolling window in which a service was least available, and where it lies."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import frozen

from slamodel.report.availability.availability import Availability
from slamodel.timeline.instants import Int64, from_datetime, to_datetime

_NEAR: Final = 1e-9


@frozen
class WorstWindow:
    """A window [start, end) in microseconds, its agreed service time, what of it was down, and its availability."""

    service: Any
    start: int
    end: int
    agreed: int
    down: Fraction
    share: Fraction

    def __str__(self) -> str:
        span = f"{to_datetime(self.start).isoformat()} to {to_datetime(self.end).isoformat()}"
        return f"{self.service}: {float(self.share):.6%} from {span}"


def worst_window(
    found: Availability, length: int, since: datetime, until: datetime, service: int = 0
) -> WorstWindow | None:
    """Return the window of ``length`` (microseconds) inside [since, until) with the least availability.

    Between the edges of outages, hours and planned time, downtime and agreed time both grow evenly, so their ratio
    only rises or only falls: the least lies where a window begins or ends at such an edge. Of equal ones that
    lie so the earliest. None where no window has agreed service time, or none fits. Downtime counts without rounding.
    """
    low, high = from_datetime(since), from_datetime(until)
    if length <= 0 or high - low < length:
        return None
    laid = found.laid
    low = max(low, int(laid.since[service]))
    table, line = laid.table, int(laid.line[service])
    edges = [np.array([low, high - length, high], np.int64)]
    hours = table.spans_one(low, high, line)
    edges += [hours.starts, hours.ends]
    for part in (laid.down, laid.removed):
        mine = slice(int(part.first[service]), int(part.first[service + 1]))
        edges += [part.start[mine], part.end[mine]]
    at = np.unique(np.concatenate(edges))
    starts = np.unique(np.concatenate([at, at - length]))
    starts = starts[(starts >= low) & (starts + length <= high)]
    return _least(found, service, starts, length)


def _least(found: Availability, service: int, starts: Int64, length: int) -> WorstWindow | None:
    laid = found.laid
    lines = np.full(len(starts), laid.line[service])
    agreed = laid.table.elapsed(starts, starts + length, lines) if len(starts) else starts
    agreed = agreed - laid.removed.between_one(service, starts, starts + length)[0]
    down = laid.down.between_one(service, starts, starts + length)[1]
    kept = agreed > 0
    if not kept.any():
        return None
    starts, agreed, down = starts[kept], agreed[kept], down[kept]
    scale = int(laid.scale[service])
    bad = down.astype(np.float64) / agreed
    # Floats only choose whom to ask: those near the worst are compared exactly.
    near = np.flatnonzero(bad >= bad.max() * (1 - _NEAR)).tolist()
    exact = {i: Fraction(int(down[i]), int(agreed[i]) * scale) for i in near}
    worst = max(near, key=lambda i: (exact[i], -i))
    start = int(starts[worst])
    return WorstWindow(
        found.services[service],
        start,
        start + length,
        int(agreed[worst]),
        Fraction(int(down[worst]), scale),
        1 - exact[worst],
    )
