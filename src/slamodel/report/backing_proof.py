"""Proof: what is to be proved, and the same under other limits or longer hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from attrs import evolve, frozen

from slamodel.model.chain import Link
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.report.backing_course import Path, worst
from slamodel.report.backing_legs import Leg, Ruler, leg, ruler

_ALWAYS: Final = ServiceCalendar.from_dict("24x7")


@frozen(eq=False)
class Proof:
    """What is to be proved: that no start in [low, high) takes more than ``limit`` of the promise's time."""

    promise: Ruler
    limit: int
    paths: tuple[Path, ...]
    low: int
    high: int
    open_only: bool

    def worst(self) -> int:
        """Return the most that any start takes."""
        return worst(self.promise, self.paths, self.low, self.high, open_only=self.open_only)

    def holds(self) -> bool:
        """Return whether the chain backs the promise."""
        return self.worst() <= self.limit

    def with_limit(self, name: str, amount: int) -> Proof:
        """Return the same with another limit, in microseconds, for every link of that name."""
        return self._with(lambda one: evolve(one, amount=amount) if one.link.name == name else one)

    def always_open(self, links: Iterable[Link]) -> Proof:
        """Return the same with these links worked around the clock."""
        names = {link.name for link in links}
        return self._with(lambda one: evolve(one, ruler=ruler(_ALWAYS)) if one.link.name in names else one)

    def _with(self, change: Callable[[Leg], Leg]) -> Proof:
        return evolve(self, paths=tuple(tuple(map(change, path)) for path in self.paths))


def proof_of(
    promise: Ruler, limit: int, paths: Iterable[tuple[Link, ...]], low: int, high: int, *, open_only: bool
) -> Proof:
    """Return what is to be proved of a chain's paths. Raises AgreementError for a limit that is no covered time."""
    legs = tuple(tuple(leg(link) for link in path) for path in paths)
    return Proof(promise, limit, legs, low, high, open_only)
