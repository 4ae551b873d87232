"""Lints: what can be said of a chain before any search for its worst start, from its calendars and limits alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from slamodel.errors import Problem
from slamodel.model.chain import Chain, Link
from slamodel.model.limit import Limit
from slamodel.report.backing.legs import covered
from slamodel.report.backing.words import length_text
from slamodel.timeline.instants import DAY, MICROSECOND, from_datetime

HOLE: Final = "W175"
TOO_LONG: Final = "W176"
_MINUTE: Final = timedelta(minutes=1)


@frozen
class Misalignment:
    """A link, or links in order, that do not fit a promise.

    ``code``: W175, the promise is open while the link is closed, for ``length`` of a week on average; W176, the
    limits alone are longer than the promise, by ``length``, because all of their time passes in its hours.
    """

    code: str
    links: tuple[Link, ...]
    length: timedelta
    message: str

    def problem(self, path: str = "") -> Problem:
        """Return it as a problem at a place of a document."""
        return Problem(self.code, path, self.message)


def misalignments(
    promise: Limit, chain: Chain, *, over: tuple[datetime, datetime], target: str = "promise"
) -> tuple[Misalignment, ...]:
    """Return how the calendars and limits of a chain do not fit a promise, over a window such as `prove` takes.

    A hole need not break the promise, and a chain without any may break it: `prove` tells. Raises what `prove` does.
    """
    low, high = (from_datetime(at) for at in over)
    limit = covered(promise)
    found, inside = [], {}
    for link in {link.name: link for link in chain.links}.values():
        hole = (promise.calendar - link.limit.calendar).elapsed(*over)
        inside[link.name] = not (link.limit.calendar - promise.calendar).elapsed(*over)
        if hole:
            found.append(_hole(link, hole // MICROSECOND * 7 * DAY // (high - low) * MICROSECOND, target))
    for path in chain.paths():
        links = tuple(link for link in path if inside[link.name] and covered(link.limit))
        excess = sum(covered(link.limit) or 0 for link in links) - (limit or 0)
        if limit and excess > 0:
            found.append(_too_long(links, excess * MICROSECOND, promise, target))
    return tuple(found)


def _hole(link: Link, length: timedelta, target: str) -> Misalignment:
    told = length_text(length // _MINUTE * _MINUTE or length)
    message = f"{link.name} is closed for {told} of a week, on average, while {target} is open; "
    message += f"it is open {link.limit.calendar}"
    return Misalignment(HOLE, (link,), length, message)


def _too_long(links: tuple[Link, ...], excess: timedelta, promise: Limit, target: str) -> Misalignment:
    names = ", then ".join(f"{link.name} {link.limit.amount}" for link in links)
    message = (
        f"{names}: {length_text(excess)} longer than the {promise.amount} of {target}, in whose hours they all pass"
    )
    return Misalignment(TOO_LONG, links, excess, message)
