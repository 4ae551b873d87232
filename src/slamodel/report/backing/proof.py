"""Proof: what is to be proved, and the same under other limits or longer hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
from attrs import evolve, field, frozen

from slamodel.model.chain import Chain, Link
from slamodel.model.limit import Limit
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.report.backing.course import Course, Path, course
from slamodel.report.backing.dated import leg
from slamodel.report.backing.legs import Leg, Ruler, ruler
from slamodel.report.backing.worst import Peak, highest, peak
from slamodel.timeline.instants import Int64

_ALWAYS: Final = ServiceCalendar.from_dict("24x7")


@frozen(eq=False)
class Proof:
    """What is to be proved: that no start in [low, high) takes more than is ``allowed`` of the promise's time.

    ``allowed`` is the promise's limit, or the promise as a leg where dates give its due.
    """

    promise: Ruler
    allowed: int | Leg
    paths: tuple[Path, ...]
    low: int
    high: int
    open_only: bool
    _peaks: dict[Path, Peak] = field(factory=dict, alias="peaks")

    def courses(self, cuts: Int64) -> list[Course]:
        """Return what every start takes, a course a path, cut at ``cuts`` too."""
        ends = np.array([self.low, self.high], np.int64)
        inside = np.unique(np.concatenate([ends, cuts]))
        return [course(self.promise, self.allowed, path, inside, open_only=self.open_only) for path in self.paths]

    def worst(self) -> Peak:
        """Return the first of the latest starts."""
        return highest(map(self._peak, self.paths))

    def holds(self) -> bool:
        """Return whether the chain backs the promise."""
        return all(self._peak(path).late <= 0 for path in self.paths)

    def _peak(self, path: Path) -> Peak:
        """Return the latest start of a path; one that was asked before is not asked again."""
        if path not in self._peaks:
            ends = np.array([self.low, self.high], np.int64)
            found = course(self.promise, self.allowed, path, ends, open_only=self.open_only)
            self._peaks[path] = peak(found, found.counts)
        return self._peaks[path]

    def allowed_from(self, start: int) -> int:
        """Return what is allowed from one start on, in microseconds of the promise's time."""
        if not isinstance(self.allowed, Leg):
            return self.allowed
        due, _ = self.allowed.ends(np.array([start], np.int64), np.array([False]))
        return self.promise.table.elapsed_one(start, int(due[0]))

    def between(self, low: int, high: int) -> Proof:
        """Return the same for other starts."""
        return self if (low, high) == (self.low, self.high) else evolve(self, low=low, high=high, peaks={})

    def with_limit(self, name: str, amount: int) -> Proof:
        """Return the same with another limit, in microseconds or business days, for every link of that name."""
        return self._with({name}, lambda one: one.with_amount(amount))

    def always_open(self, links: Iterable[Link]) -> Proof:
        """Return the same with these links worked around the clock."""
        return self._with({link.name for link in links}, lambda one: evolve(one, ruler=ruler(_ALWAYS)))

    def _with(self, names: set[str], change: Callable[[Leg], Leg]) -> Proof:
        paths = tuple(tuple(change(one) if one.link.name in names else one for one in path) for path in self.paths)
        return evolve(self, paths=paths)


def proof_of(
    promise: Limit, chain: Chain, over: tuple[int, int], *, target: str = "promise", open_only: bool = True
) -> Proof:
    """Return what is to be proved. Raises AgreementError (E136) for a limit that each item has for itself."""
    kept = leg(Link("the promise", target, promise), target)
    allowed = kept if kept.is_dated else kept.amount
    paths = tuple(tuple(leg(link) for link in path) for path in chain.paths())
    return Proof(kept.ruler, allowed, paths, *over, open_only)
