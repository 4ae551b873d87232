"""Legs: when the work of one link ends, for many starts at once, from each side of a start.

Everything is asked of the link's calendar, a `Timetable`: there is no arithmetic of open time here. A start is an
instant t, or "just after" it: the limit as t is approached from the right. Just after t the work of an open
calendar ends just after `breaches_after` (C2); that of a closed one ends at `due`, wherever in the gap t lies.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from attrs import evolve, frozen

from slamodel.model.calendar import Calendar
from slamodel.model.chain import Link
from slamodel.model.limit import Limit
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.timeline.instants import Bool, Int64, year_of
from slamodel.timeline.spans import EMPTY
from slamodel.timeline.timetable import Timetable


class Ruler:
    """A calendar as a proof asks it: its seven questions, and where it opens and closes, kept by whole years."""

    def __init__(self, calendar: Calendar) -> None:
        self._line = calendar.line
        self.table = Timetable([self._line])
        self._years = (0, 0)
        self._edges = EMPTY.starts

    def edges(self, low: int, high: int) -> Int64:
        """Return the openings and closings in [low, high], and the ends of years in between."""
        first, stop = year_of(low), year_of(high) + 1
        have_first, have_stop = self._years if self._years[1] else (first, stop)
        if not self._years[1] or first < have_first or stop > have_stop:
            self._years = min(first, have_first), max(stop, have_stop)
            spans = self._line.source(*self._years)
            self._edges = np.unique(np.concatenate([spans.starts, spans.ends]))
        a, b = np.searchsorted(self._edges, low), np.searchsorted(self._edges, high, side="right")
        return self._edges[a:b]


@lru_cache(maxsize=64)
def ruler(calendar: Calendar) -> Ruler:
    """Return the ruler of a calendar, compiled once for all proofs that use it."""
    return Ruler(calendar)


@frozen(eq=False)
class Leg:
    """One link as a function from starts to ends: ``amount`` of its calendar's time, ``hand_off`` after the start."""

    link: Link
    ruler: Ruler
    amount: int
    hand_off: int

    @property
    def is_dated(self) -> bool:
        """Whether dates give the end, not an amount of covered time."""
        return False

    def with_amount(self, amount: int) -> Leg:
        """Return the same with another amount."""
        return evolve(self, amount=amount)

    def ends(self, at: Int64, after: Bool) -> tuple[Int64, Bool]:
        """Return (when the work ends, whether just after it) of starts at these instants, or just after them."""
        begin = at + self.hand_off
        table = self.ruler.table
        amounts = np.full(len(at), self.amount)
        end = table.due(begin, amounts)
        runs = np.flatnonzero(after)
        runs = runs[table.is_open(begin[runs])]
        end[runs] = table.breaches_after(begin[runs], amounts[runs])
        beyond = np.zeros(len(at), bool)
        beyond[runs] = True
        return end, beyond

    def starts(self, end: Int64) -> Int64:
        """Return the starts of work that ends at these instants, where there is one just before and just after it."""
        return self.ruler.table.start_by(end, np.full(len(end), self.amount)) - self.hand_off

    def start_breaks(self, low: int, high: int) -> Int64:
        """Return the starts in [low, high] at which the work may begin to end otherwise."""
        return self.ruler.edges(low + self.hand_off, high + self.hand_off) - self.hand_off

    def end_breaks(self, low: int, high: int) -> Int64:
        """Return the ends in [low, high] before or after which the work may end otherwise."""
        return self.ruler.edges(low, high)


def covered(limit: Limit) -> int | None:
    """Return a limit as microseconds of covered time; None where dates, or the item, give the due."""
    if limit.field or limit.due is not None:
        return None
    if not limit.amount.days:
        return limit.amount.us
    if limit.reading != "hours" or not isinstance(limit.calendar, ServiceCalendar):
        return None
    return limit.amount.days * limit.calendar.nominal_day
