"""Limits: the largest limit of each link with which a chain keeps a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from attrs import frozen

from slamodel.model.chain import Link
from slamodel.report.backing_proof import Proof
from slamodel.report.backing_words import length_text, seconds
from slamodel.timeline.instants import MICROSECOND, MINUTE


@frozen
class LinkLimit:
    """The largest limit of a link with which its chain keeps the promise, the others as they are.

    None: no limit does, however short; then hours are the problem, its own or those of the others.
    """

    link: Link
    largest: timedelta | None

    def to_dict(self) -> dict[str, Any]:
        """Return the limit in JSON types."""
        largest = None if self.largest is None else seconds(self.largest)
        return {"link": self.link.name, "limit": str(self.link.limit.amount), "largest_seconds": largest}

    def __str__(self) -> str:
        most = "no limit keeps the promise" if self.largest is None else f"at most {length_text(self.largest)}"
        return f"{self.link.name}  {self.link.limit.amount}; the others as they are, {most}"


def link_limits(proof: Proof, links: Iterable[Link]) -> tuple[LinkLimit, ...]:
    """Return the largest limit of each link, one a name."""
    now = {leg.link.name: leg.amount for path in proof.paths for leg in path}
    most = {name: largest_limit(proof, name, amount) for name, amount in now.items()}
    found = {link.name: LinkLimit(link, _length(most[link.name])) for link in links}
    return tuple(found.values())


def _length(us: int | None) -> timedelta | None:
    return None if us is None else us * MICROSECOND


def largest_limit(proof: Proof, name: str, now: int) -> int | None:
    """Return the largest limit, in microseconds, with which the chain backs the promise; None if none does.

    ``now`` is the limit it has. What the chain takes never falls as a limit grows, so the answer is found by halving:
    first in whole minutes, which is where it mostly lies.
    """

    def fits(amount: int) -> bool:
        return proof.with_limit(name, amount).holds()

    if fits(now):
        low, high = now, _beyond(proof, name)
    elif fits(1):
        low, high = 1, now
    else:
        return None
    minutes = _halve(lambda number: fits(number * MINUTE), low // MINUTE, -(-high // MINUTE))
    low, high = max(low, minutes * MINUTE), min(high, (minutes + 1) * MINUTE)
    return low if high - low == 1 or not fits(low + 1) else _halve(fits, low + 1, high)


def _halve(fits: Callable[[int], bool], low: int, high: int) -> int:
    """Return the largest number that fits: ``low`` does, ``high`` does not."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _beyond(proof: Proof, name: str) -> int:
    """Return a limit that is too long: more than lies between a start and the last instant that is in time for it."""
    start = proof.promise.table.next_open_one(proof.low)
    last = proof.promise.table.breaches_after_one(start, proof.limit)
    rulers = {one.ruler for path in proof.paths for one in path if one.link.name == name}
    return max(each.table.elapsed_one(start, last) for each in rulers) + 2
