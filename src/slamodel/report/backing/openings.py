"""Openings: which calendars break a promise, and what the chain takes once they are open around the clock."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from typing import Any

from attrs import frozen

from slamodel.model.calendar import Calendar
from slamodel.model.chain import Link
from slamodel.report.backing.proof import Proof
from slamodel.report.backing.words import length_text
from slamodel.report.backing.worst import WorstStart


@frozen
class Opening:
    """Links of one agreement and calendar that break a promise by their hours.

    ``worst`` is the worst start that is left once these, and those of the openings before, are worked around the clock.
    """

    links: tuple[Link, ...]
    calendar: Calendar
    worst: WorstStart

    @property
    def name(self) -> str:
        """The link, or the agreement where it is several of its links."""
        return self.links[0].name if len(self.links) == 1 else self.links[0].agreement

    @property
    def takes(self) -> timedelta:
        """What the chain takes then."""
        return self.worst.takes

    @property
    def slack(self) -> timedelta:
        """The promise's limit less that."""
        return self.worst.slack

    def to_dict(self) -> dict[str, Any]:
        """Return the opening in JSON types."""
        return {
            "name": self.name,
            "links": [link.name for link in self.links],
            "calendar": str(self.calendar),
            **self.worst.to_dict(),
        }

    def sentence(self, *, also: bool = False) -> str:
        """Return the opening in words, ``also`` where others come before it."""
        once = "once that is, too" if also else "once that is open 24x7"
        takes = f"the chain takes {length_text(self.takes)} {once}"
        start = f", from {self.worst.when}" if self.slack < timedelta() else ""
        return f"{self.name}, open {self.calendar}; {takes}{start}"


def openings(proof: Proof, zone: tzinfo | None) -> list[Opening]:
    """Return which calendars break the promise: opened around the clock one after another until it holds.

    Each is the one that brings most; where none brings anything alone, the first of the chain. None where even all
    of them open bring nothing.
    """
    legs = [one for path in proof.paths for one in path if not one.is_dated]
    links = dict.fromkeys(one.link for one in legs)
    groups: dict[tuple[str, Calendar], list[Link]] = {}
    for link in links:
        if not link.limit.calendar.never_closes:
            groups.setdefault((link.agreement, link.limit.calendar), []).append(link)
    left = [(tuple(members), calendar) for (_, calendar), members in groups.items()]
    found: list[Opening] = []
    late = proof.worst().late
    least = max(0, proof.always_open(links).worst().late)
    while late > least and left:
        tried = [(proof.always_open(one[0]).worst(), one) for one in left]
        worst, best = min(tried, key=lambda each: each[0].late)
        late = worst.late
        proof = proof.always_open(best[0])
        left.remove(best)
        found.append(Opening(*best, worst.start(zone)))
    return found
