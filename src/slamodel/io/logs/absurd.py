"""Absurd dates: times before 1971, and those far beyond all others, which would make everybody late (C14 absurd)."""

from __future__ import annotations

from typing import Final

import numpy as np

from slamodel.clock.events import Coded, Reject
from slamodel.clock.texts import instant_text
from slamodel.timeline.instants import DAY, NAT, Bool, Int64, year_start

EARLIEST: Final = year_start(1971)
SILENCE_YEARS: Final = 8
"""A wrong digit in the decade moves a date by ten years, and a log spans a year or two; none is silent for eight."""

_SILENCE: Final = SILENCE_YEARS * 365 * DAY


def too_early(at: Int64) -> dict[int, str]:
    """Return why times before 1971 cannot be used: they stand for none, or were read in a wrong unit."""
    rows = np.flatnonzero((at < EARLIEST) & (at != NAT)).tolist()
    why = "is before 1971: no time, which belongs under events: missing, or read in the wrong unit"
    return {row: f"{instant_text(int(at[row]))} {why}" for row in rows}


def far_beyond(at: Int64) -> Bool | None:
    """Return the rows after a silence of more than eight years in which nothing happened, or None without any.

    Only where they are fewer than the rows before it: else nobody can tell which are wrong.
    """
    if not at.size or int(at.max()) - int(at.min()) <= _SILENCE:
        return None
    ordered = np.sort(at)
    last = np.flatnonzero(np.diff(ordered) > _SILENCE)
    last = last[2 * (last + 1) > len(at)]
    return at > ordered[last[0]] if len(last) else None


def beyond_rejects(rows: Int64, items: Coded, at: Int64, lines: Int64, names: tuple[str, str]) -> list[Reject]:
    """Return these rows as set aside, with what is known of them."""
    found = []
    for row in rows.tolist():
        code, shown = int(items.codes[row]), instant_text(int(at[row]))
        reason = f"{names[1]} {shown} is more than {SILENCE_YEARS} years after all events before it; is it a typo?"
        found.append(Reject(int(lines[row]), reason, {names[0]: items.values[code], names[1]: shown}))
    return found
