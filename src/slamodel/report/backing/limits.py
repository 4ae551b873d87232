"""Limits: the largest limit of each link with which a chain keeps a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import frozen

from slamodel.model.chain import Link
from slamodel.report.backing.legs import Leg
from slamodel.report.backing.proof import Proof
from slamodel.report.backing.words import length_text, seconds
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import MICROSECOND, MINUTE


@frozen
class LinkLimit:
    """The largest limit of a link with which its chain keeps the promise, the others as they are.

    None: no limit does, however short; then hours are the problem, its own or those of the others.
    """

    link: Link
    largest: Amount | None

    def to_dict(self) -> dict[str, Any]:
        """Return the limit in JSON types: in seconds, or in business days where the link counts those."""
        if self.link.limit.amount.days:
            largest: dict[str, Any] = {"largest_days": self.largest and self.largest.days}
        else:
            largest = {"largest_seconds": self.largest and seconds(self.largest.us * MICROSECOND)}
        return {"link": self.link.name, "limit": str(self.link.limit.amount), **largest}

    def __str__(self) -> str:
        most = "no limit keeps the promise"
        if self.largest is not None:
            length = str(self.largest) if self.largest.days else length_text(self.largest.us * MICROSECOND)
            most = f"at most {length}"
        return f"{self.link.name}  {self.link.limit.amount}; the others as they are, {most}"


def link_limits(proof: Proof, links: Iterable[Link]) -> tuple[LinkLimit, ...]:
    """Return the largest limit of each link, one a name; a due in words has no amount that could be another."""
    legs = {leg.link.name: leg for path in proof.paths for leg in path if leg.amount}
    found = {name: _largest(proof, leg) for name, leg in legs.items()}
    named = {link.name: link for link in links if link.name in legs}
    return tuple(LinkLimit(link, found[name]) for name, link in named.items())


def _largest(proof: Proof, leg: Leg) -> Amount | None:
    """Return the largest limit of a leg's links with which the chain backs the promise; None if none does.

    What the chain takes never falls as a limit grows, so the answer is found by halving: of covered time first in
    whole minutes, which is where it mostly lies.
    """

    def fits(amount: int) -> bool:
        return proof.with_limit(leg.link.name, amount).holds()

    if not fits(leg.amount):
        if not fits(1):
            return None
        low, high = 1, leg.amount
    else:
        low, high = leg.amount, _days_beyond(fits, leg.amount) if leg.is_dated else _beyond(proof, leg.link.name)
    if leg.is_dated:
        return Amount(days=_halve(fits, low, high))
    minutes = _halve(lambda number: fits(number * MINUTE), low // MINUTE, -(-high // MINUTE))
    low, high = max(low, minutes * MINUTE), min(high, (minutes + 1) * MINUTE)
    return Amount(us=low if high - low == 1 or not fits(low + 1) else _halve(fits, low + 1, high))


def _halve(fits: Callable[[int], bool], low: int, high: int) -> int:
    """Return the largest number that fits: ``low`` does, ``high`` does not."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _beyond(proof: Proof, name: str) -> int:
    """Return a limit that is too long: more than lies between a start and the last instant that is in time for it."""
    start = proof.promise.table.next_open_one(proof.low)
    last = proof.promise.table.breaches_after_one(start, proof.allowed_from(start))
    rulers = {one.ruler for path in proof.paths for one in path if one.link.name == name}
    return max(each.table.elapsed_one(start, last) for each in rulers) + 2


def _days_beyond(fits: Callable[[int], bool], days: int) -> int:
    """Return a number of business days that is too many."""
    while fits(days):
        days *= 2
    return days
