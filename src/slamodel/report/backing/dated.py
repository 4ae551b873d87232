"""Dated legs: links and promises in business days, and dues in words, whose end dates give and not an amount (C5).

The due is that of a clock's terms. It follows the wall clock of the start, or stands still, and jumps at midnights,
at breaks and at clock changes; so it is asked at a start, and for its limit just after it at the two microseconds that
follow, between which there is no break.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from attrs import evolve, frozen

from slamodel.clock.events import event_table
from slamodel.clock.terms import Terms, terms
from slamodel.errors import AgreementError
from slamodel.model.chain import Link
from slamodel.model.limit import Limit
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import Target
from slamodel.report.backing.legs import Leg, covered, ruler
from slamodel.timeline.instants import DAY, Bool, Int64
from slamodel.timeline.workdays import Workdays
from slamodel.timeline.zones import Zone, zone


@frozen(eq=False)
class DatedLeg(Leg):
    """One link whose end dates give: ``amount`` is in business days, 0 for a due in words."""

    limit: Limit

    @property
    def is_dated(self) -> bool:
        """Whether dates give the end, not an amount of covered time."""
        return True

    def with_amount(self, amount: int) -> DatedLeg:
        """Return the same with another number of business days."""
        return evolve(self, amount=amount, limit=evolve(self.limit, amount=evolve(self.limit.amount, days=amount)))

    def ends(self, at: Int64, after: Bool) -> tuple[Int64, Bool]:
        """Return (when the work ends, whether just after it) of starts at these instants, or just after them."""
        begin = at + self.hand_off
        end = self._due(begin)
        runs = np.flatnonzero(after)
        first, second = self._due(begin[runs] + 1), self._due(begin[runs] + 2)
        follows = second - first == 1
        end[runs] = first - follows
        beyond = np.zeros(len(at), bool)
        beyond[runs] = follows
        return end, beyond

    def starts(self, end: Int64) -> Int64:
        """Return the starts of work that ends at these instants, where it follows the wall clock of the start."""
        if self.limit.due is not None or self.limit.reading != "same_time" or not len(end):
            return end[:0]
        place, days = self._place
        _, opening = days.before(end, self.limit.amount.days)
        midnight = place.walls(opening) // DAY * DAY
        # Hours may be those of the night before; and there are both sides of a clock change.
        dates = np.concatenate([midnight, midnight + DAY])
        sides = np.concatenate(
            [dates + np.tile(each, 2) for each in (place.walls(end) % DAY, (place.walls(end - 1) + 1) % DAY)]
        )
        found, _ = place.to_instants_array(sides)
        return found - self.hand_off

    def start_breaks(self, low: int, high: int) -> Int64:
        """Return the starts in [low, high] at which the work may begin to end otherwise: midnights among them."""
        low, high = low + self.hand_off, high + self.hand_off
        place, _ = self._place
        days = np.arange(low // DAY - 2, high // DAY + 3) * DAY
        walls = [days, days + self.limit.due.at] if self.limit.due and self.limit.due.at > 0 else [days]
        found, _ = place.to_instants_array(np.concatenate(walls))
        found = np.concatenate([found, self._changes(low, high), self.ruler.edges(low, high)])
        return found[(found >= low) & (found <= high)] - self.hand_off

    def end_breaks(self, low: int, high: int) -> Int64:
        """Return the ends in [low, high] before or after which the work may end otherwise."""
        return np.concatenate([self.ruler.edges(low, high), self._changes(low, high)])

    def _changes(self, low: int, high: int) -> Int64:
        changes, _ = self._place[0].steps(high)
        return changes[(changes >= low) & (changes <= high)]

    @property
    def _place(self) -> tuple[Zone, Workdays]:
        return _place(self.limit.calendar)

    def _due(self, start: Int64) -> Int64:
        rows = np.zeros(len(start), np.int64)
        _, due = _terms(self.limit).limits_of(rows, start, np.ones(len(start), bool), {})
        return np.maximum(due, start)


@lru_cache(maxsize=64)
def _place(calendar: ServiceCalendar) -> tuple[Zone, Workdays]:
    place = zone(calendar.timezone)
    return place, Workdays(f"calendar {calendar}", place, calendar.opening)


@lru_cache(maxsize=256)
def _terms(limit: Limit) -> Terms:
    """Return the terms of a clock with one limit: they know what dates give."""
    log = event_table(item=np.array([0]), at=np.array([0], np.int64), fields={})
    return Terms(**terms(Target(id="link", limits=((None, limit),)), log))


def leg(link: Link, name: str = "") -> Leg:
    """Return a link as a leg. Raises AgreementError (E136) where its limit is the item's, not the agreement's."""
    if link.limit.field or (link.limit.due is not None and link.limit.due.field):
        written = link.limit.due or f"the limit in field {link.limit.field!r}"
        msg = f"{name or link.name}: {written} is another for each item; prove the chain for one amount, such as 4h"
        raise AgreementError(msg, "E136")
    amount = covered(link.limit)
    measure = ruler(link.limit.calendar)
    if amount is not None:
        return Leg(link, measure, amount, link.hand_off.us)
    return DatedLeg(link, measure, link.limit.amount.days, link.hand_off.us, link.limit)
