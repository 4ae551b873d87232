"""Holding: the elapsed time of a promise on one item, stretch by stretch, with the parties that held the item (P3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from slamodel.clock.telling.explain import Explanation
from slamodel.report.backing.words import length_text

NOBODY: Final = "nobody"
_NONE: Final = timedelta()


@frozen(order=True)
class Holder:
    """A party that held an item: the provider of a link ("telco-uc/repair") whose clock ran, in its hours or not."""

    party: str
    link: str
    in_hours: bool


@frozen
class Held:
    """A stretch of the promise's elapsed time, [start, end) in UTC, and who held the item in it; nobody where empty."""

    start: datetime
    end: datetime
    holders: tuple[Holder, ...] = ()

    @property
    def length(self) -> timedelta:
        """How long it is: all of it is covered time of the promise."""
        return self.end - self.start

    @property
    def parties(self) -> tuple[str, ...]:
        """Who held the item, once each."""
        return tuple(dict.fromkeys(one.party for one in self.holders))


@frozen
class Attribution:
    """The elapsed time of a promise on one item, and who held the item in it (P3).

    ``stretches`` are in order, and add up exactly to what the clock used up; ``explanation`` is that clock's.
    """

    explanation: Explanation
    stretches: tuple[Held, ...]

    @property
    def elapsed(self) -> timedelta:
        """What the stretches add up to: ``elapsed`` of the verdict, less what a carried share adds (C10)."""
        return sum((one.length for one in self.stretches), _NONE)

    @property
    def by_party(self) -> dict[tuple[str, ...], timedelta]:
        """The time of each party, of parties that held the item together, and of nobody, ``()``; it adds up."""
        found: dict[tuple[str, ...], timedelta] = {}
        for one in self.stretches:
            found[one.parties] = found.get(one.parties, _NONE) + one.length
        return found

    @property
    def nobody(self) -> timedelta:
        """The time in which no link's clock ran."""
        return self.by_party.get((), _NONE)

    def held(self, party: str, *, in_hours: bool | None = None) -> timedelta:
        """Return how long a party held the item, alone or together; of that, only in its hours or out of them."""
        return sum(
            (
                one.length
                for one in self.stretches
                if any(each.party == party and in_hours in {None, each.in_hours} for each in one.holders)
            ),
            _NONE,
        )

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a stretch: aware datetimes in UTC, a timedelta, the parties, their links, and who waited."""
        return [
            {
                "item": self.explanation.verdict["item"],
                "target": self.explanation.target.id,
                "start": one.start,
                "end": one.end,
                "length": one.length,
                "parties": list(one.parties),
                "links": [each.link for each in one.holders],
                "out_of_hours": [each.link for each in one.holders if not each.in_hours],
            }
            for one in self.stretches
        ]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        verdict = self.explanation.verdict
        yield f"{verdict['item']}  {verdict['rule']}  {verdict['stage']}, {length_text(self.elapsed)} used"
        told = {" and ".join(parties) or NOBODY: length for parties, length in self.by_party.items()}
        width = max(map(len, told), default=0)
        for (name, length), parties in zip(told.items(), self.by_party, strict=True):
            waits = [(party, self._waits(parties, party)) for party in parties]
            closed = ", ".join(f"{party} closed for {length_text(wait)}" for party, wait in waits if wait)
            yield f"  {name:<{width}}  {length_text(length)}{f' ({closed})' if closed else ''}"

    def _waits(self, parties: tuple[str, ...], party: str) -> timedelta:
        return sum(
            (
                one.length
                for one in self.stretches
                if one.parties == parties and not any(each.party == party and each.in_hours for each in one.holders)
            ),
            _NONE,
        )
