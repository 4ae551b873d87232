"""Wall: opening hours laid along the wall clock of a zone, and read at every instant (S3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, TypeAlias

import numpy as np

from slamodel.timeline.instants import DAY, Int64, year_start
from slamodel.timeline.spans import EMPTY, Spans, spans_of
from slamodel.timeline.zones import Zone

Stretches: TypeAlias = tuple[tuple[int, int], ...]
Week: TypeAlias = tuple[Stretches, ...]
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY: Final = 3


def lay(
    weeks: Iterable[tuple[date, date, Week]],
    replaced: Mapping[date, Stretches],
    cut: Iterable[tuple[date, Stretches]],
) -> Spans:
    """Return wall-clock stretches (microseconds since 1970-01-01T00:00 on the wall).

    ``weeks`` are (first, stop, week): the ordinary hours of the dates first <= date < stop, which do not overlap;
    ``replaced`` are the dates whose starting hours are others; ``cut`` are stretches, counted from the
    midnight of their date, in which nothing is open.
    """
    starts: list[Int64] = []
    ends: list[Int64] = []
    other = np.array(sorted(day.toordinal() - _EPOCH_ORDINAL for day in replaced), np.int64)
    for first, stop, week in weeks:
        begin, end = first.toordinal() - _EPOCH_ORDINAL, stop.toordinal() - _EPOCH_ORDINAL
        for weekday, stretches in enumerate(week):
            days = np.arange(begin + (weekday - begin - _EPOCH_WEEKDAY) % 7, end, 7, dtype=np.int64)
            midnights = days[~np.isin(days, other)] * DAY if other.size else days * DAY
            for a, b in stretches:
                starts.append(midnights + a)
                ends.append(midnights + b)
    extra = _on_dates(replaced.items())
    opened = spans_of(np.concatenate([*starts, extra.starts]), np.concatenate([*ends, extra.ends]))
    return opened - _on_dates(cut)


def _on_dates(dated: Iterable[tuple[date, Stretches]]) -> Spans:
    pairs = [
        ((day.toordinal() - _EPOCH_ORDINAL) * DAY + a, (day.toordinal() - _EPOCH_ORDINAL) * DAY + b)
        for day, stretches in dated
        for a, b in stretches
    ]
    return spans_of([a for a, _ in pairs], [b for _, b in pairs])


def read(wall: Spans, zone: Zone, first: int, stop: int) -> Spans:
    """Return the instants of the years first <= year < stop (UTC) at which the wall clock is inside ``wall``."""
    begin, end = year_start(first), year_start(stop)
    instants, offsets = zone.steps(end)
    low = max(0, int(np.searchsorted(instants, begin, side="right")) - 1)
    high = int(np.searchsorted(instants, end, side="left"))
    starts, ends = [], []
    for i in range(low, high):
        since = max(begin, int(instants[i]))
        until = min(end, int(instants[i + 1])) if i + 1 < len(instants) else end
        shift = int(offsets[i])
        a = int(np.searchsorted(wall.ends, since + shift, side="right"))
        b = int(np.searchsorted(wall.starts, until + shift, side="left"))
        starts.append(np.maximum(wall.starts[a:b] - shift, since))
        ends.append(np.minimum(wall.ends[a:b] - shift, until))
    return spans_of(np.concatenate(starts), np.concatenate(ends)) if starts else EMPTY
