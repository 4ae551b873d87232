"""Backing: what a proof found, to be asked, printed, and written as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from attrs import frozen

from slamodel.clock.phrases import listed
from slamodel.model.chain import Chain
from slamodel.model.limit import Limit
from slamodel.report.backing.limits import LinkLimit
from slamodel.report.backing.openings import Opening
from slamodel.report.backing.steps import Step
from slamodel.report.backing.words import instant_text, length_text, seconds, share_text
from slamodel.report.backing.worst import WorstStart
from slamodel.timeline.instants import MICROSECOND

_YEAR: Final = timedelta(365)
_WIDTH: Final = 13


@frozen(kw_only=True)
class Backing:
    """Whether a chain backs a promise: what it takes at worst, when, link by link, and what would repair it.

    ``target`` names the promise, ``promise`` is its limit, ``limit`` that in covered time (from the worst start on, if
    dates give the due), ``over`` the window of starts. ``proved`` is the part of it in which the agreement of every
    link runs (all of it where there is none): the proof is about starts in it. ``worst`` is the worst start,
    ``ordinary`` that of the weeks which are most common, if it is another, ``renewed`` that of the rest of the window,
    as if all agreements ran then unchanged, where it is worse. ``timeline`` follows the worst start link by link.
    ``failing`` of ``starts`` is how long starts fail, and ``arrivals`` says which count. ``limits`` are the largest
    with which the chain keeps the promise, one a link; ``openings`` the calendars that break it, each with what the
    chain takes once it and those before are open 24x7; ``broken_by`` the names of what breaks it.
    """

    target: str
    promise: Limit
    chain: Chain
    over: tuple[datetime, datetime]
    proved: tuple[datetime, datetime]
    arrivals: str
    limit: timedelta
    worst: WorstStart
    ordinary: WorstStart | None
    renewed: WorstStart | None
    timeline: tuple[Step, ...]
    failing: timedelta
    starts: timedelta
    limits: tuple[LinkLimit, ...]
    openings: tuple[Opening, ...]
    broken_by: tuple[str, ...]

    @property
    def backed(self) -> bool:
        """Whether no start takes more than the limit."""
        return self.worst.slack >= timedelta()

    @property
    def takes(self) -> timedelta:
        """The most of the promise's time that the chain takes: a supremum, ``attained`` or only approached."""
        return self.worst.takes

    @property
    def slack(self) -> timedelta:
        """The limit less what the chain takes; negative where it does not keep the promise."""
        return self.worst.slack

    @property
    def attained(self) -> bool:
        """Whether some start takes as long as that."""
        return self.worst.attained

    @property
    def worst_start(self) -> datetime:
        """The first of the worst starts; ``worst.side`` tells whether it is meant itself, or the starts just after."""
        return self.worst.start

    @property
    def share_failing(self) -> Fraction:
        """The share of starts that fail, exact."""
        return Fraction(self.failing // MICROSECOND, self.starts // MICROSECOND)

    @property
    def notes(self) -> tuple[str, ...]:
        """What limits the answer: agreements that end, and a window of less than a year."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        links = self.chain.links
        begun = dict.fromkeys(link.agreement for link in links if link.since and link.since > self.over[0])
        ended = dict.fromkeys(link.agreement for link in links if link.until and link.until < self.over[1])
        if self.proved != self.over:
            since = f" from {instant_text(self.proved[0])}, when {_does(begun, 'begin')}" if begun else ""
            until = f" until {instant_text(self.proved[1])}, when {_does(ended, 'end')}" if ended else ""
            how = "outside that, on the same terms" if begun else "renewed unchanged"
            yield f"starts{since}{until}; {how}, " + (
                f"the worst start is {self.renewed}" if self.renewed else "it is no worse"
            )
        elif begun or ended:
            yield f"no start lies in the term of {listed(begun | ended)}; proved as if it were renewed unchanged"
        length = self.over[1] - self.over[0]
        if length < _YEAR:
            told = f"starts of {length.days} days only"
            yield f"{told}; a year sees every holiday, and zones that change their clocks apart"

    def to_dict(self) -> dict[str, Any]:
        """Return the proof in JSON types: lengths in seconds, instants with their offset from UTC."""
        return {
            "target": self.target,
            "backed": self.backed,
            "limit_seconds": seconds(self.limit),
            **self.worst.to_dict(),
            "ordinary": self.ordinary and self.ordinary.to_dict(),
            "renewed": self.renewed and self.renewed.to_dict(),
            "broken_by": list(self.broken_by),
            "failing_share": float(self.share_failing),
            "failing_seconds": seconds(self.failing),
            "starts_seconds": seconds(self.starts),
            "arrivals": self.arrivals,
            "over": [at.isoformat() for at in self.over],
            "proved": [at.isoformat() for at in self.proved],
            "timeline": [step.to_dict() for step in self.timeline],
            "limits": [one.to_dict() for one in self.limits],
            "openings": [one.to_dict() for one in self.openings],
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    @property
    def line(self) -> str:
        """The answer in one line: the promise, whether it is backed, and the worst start."""
        return f"{self._head()}; worst start {self.worst}"

    def _head(self) -> str:
        written = self.promise.due or self.promise.amount
        return f"{self.target}  {written}, {self.promise.calendar}  {'' if self.backed else 'NOT '}BACKED"

    def _lines(self) -> Iterator[str]:
        yield self._head()
        yield _line("worst start", str(self.worst))
        if self.ordinary:
            yield _line("most weeks", str(self.ordinary))
        for head, step in zip(["link by link", *[""] * len(self.timeline)], self.timeline, strict=False):
            yield _line(head, str(step))
        if not self.backed:
            which = "open time" if self.arrivals == "open" else "all time"
            yield _line("fails for", f"{share_text(self.share_failing)} of {which}")
            yield from self._causes()
        for head, one in zip(["limits", *[""] * len(self.limits)], self.limits, strict=False):
            yield _line(head, str(one))
        for note in self.notes:
            yield _line("note", note)

    def _causes(self) -> Iterator[str]:
        if not self.openings:
            yield _line(
                "broken by", f"{' and '.join(self.broken_by)}: longer hours bring nothing, the limits are too long"
            )
        for head, one in zip(["broken by", *[""] * len(self.openings)], self.openings, strict=False):
            yield _line(head, one.sentence(also=not head) + self._no_limit(one))
        if self.openings and self.openings[-1].slack >= timedelta():
            names = " and ".join(one.name for one in self.openings)
            yield _line("repaired by", f"{names} open 24x7: slack {length_text(self.openings[-1].slack)}")

    def _no_limit(self, opening: Opening) -> str:
        largest = {one.link: one.largest for one in self.limits}
        return "" if any(largest.get(link) for link in opening.links) else "; no shorter limit repairs it"


def _does(names: Collection[str], verb: str) -> str:
    return f"{listed(names)} {verb}{'s' if len(names) == 1 else ''}"


def _line(head: str, text: str) -> str:
    return f"  {head:<{_WIDTH}} {text}".rstrip()
