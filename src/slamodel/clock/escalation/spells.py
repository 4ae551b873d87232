"""Spells: the stretches in which clocks ran, each asked when it would have used up an amount."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen

from slamodel.clock.terms import UNLIMITED
from slamodel.timeline.instants import NAT, Int64
from slamodel.timeline.timetable import Timetable

FAR: Final = 2**62
"""The end of a stretch that still runs."""


@frozen(eq=False)
class Spells:
    """The stretches in which clocks ran, those that still run last: their item, and what they found used up.

    ``limit`` is what counts against them (`UNLIMITED` where nothing does), ``line`` the calendar.
    """

    item: Int64
    start: Int64
    end: Int64
    spent: Int64
    limit: Int64
    line: Int64 | None

    def used_up(self, amount: Int64, table: Timetable) -> Int64:
        """Return when each stretch, if it ran on, has used up an amount; its start where that was before."""
        at = np.full(len(self.item), NAT)
        some = np.flatnonzero(self.limit < UNLIMITED)
        line = None if self.line is None else self.line[some]
        at[some] = table.due(self.start[some], np.maximum(amount - self.spent, 0)[some], line)
        return at

    def first(self, at: Int64, count: int) -> Int64:
        """Return, for each of ``count`` items, the instant of its first stretch that reached its own."""
        reached = np.flatnonzero((at != NAT) & (at <= self.end))[::-1]
        found = np.full(count, NAT)
        found[self.item[reached]] = at[reached]  # the last that is written is the first stretch
        return found
