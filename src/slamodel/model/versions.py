"""Versions: all versions of one agreement in order, and which of them is in force when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final, overload

from attrs import evolve, field, frozen

from slamodel.errors import AgreementError, Problem
from slamodel.model._checks import Problems
from slamodel.model.agreement import Agreement
from slamodel.model.in_force import InstantSpans, merged
from slamodel.model.period import Period
from slamodel.model.period_dates import begins_of
from slamodel.model.version import day_start, out_of_order
from slamodel.timeline.instants import LAST, from_datetime

_ENDS: Final = ("superseded", "terminated", "expired")
_ON_THE_CALENDAR: Final = ("week", "month", "quarter", "half_year", "year")


def _in_order(value: Iterable[Agreement]) -> tuple[Agreement, ...]:
    return tuple(sorted(value, key=lambda one: one.version))


@frozen
class Versions(Sequence[Agreement]):
    """The versions of one agreement, by their numbers.

    A later one takes over when it starts, whether or not the earlier one has ended. Raises AgreementError where two
    have one number, or an agreed one starts before an earlier one (E180).
    """

    agreements: tuple[Agreement, ...] = field(converter=_in_order)

    def __attrs_post_init__(self) -> None:
        problems = Problems([problem for _, problem in disorder(self.agreements)])
        problems.raise_as(AgreementError)

    @overload
    def __getitem__(self, place: int) -> Agreement: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Agreement, ...]: ...
    def __getitem__(self, place: int | slice) -> Agreement | tuple[Agreement, ...]:
        return self.agreements[place]

    def __len__(self) -> int:
        return len(self.agreements)

    @property
    def latest(self) -> Agreement:
        """The version that was agreed latest; where none is agreed, the one with the highest number."""
        return next((one for one in reversed(self.agreements) if one.state == "agreed"), self.agreements[-1])

    def number(self, version: int) -> Agreement:
        """Return the version with this number. Raises AgreementError (E102) where there is none."""
        for one in self.agreements:
            if one.version == version:
                return one
        known = ", ".join(str(one.version) for one in self.agreements) or "none that was known then"
        msg = f"there is no version {version}; known: {known}"
        raise AgreementError(msg, "E102")

    def in_force(self, at: date, *, known_at: datetime | None = None) -> Agreement | None:
        """Return the version that binds at an instant, by what was known at another (None: all that is), or None.

        ``at``: an aware datetime, or a date for the instant at which it begins in the agreement's zone.
        """
        known = self.known(known_at)
        for start, end, one in known.spans():
            if start <= instant(at, one) < end:
                return one
        return None

    def status(self, version: int, at: date, *, known_at: datetime | None = None) -> str:
        """Return where a version stands at an instant: what was decided, and what time makes of it.

        "draft", "proposed", "withdrawn" or "rejected", as it is stored; of an agreed one "scheduled", "active",
        "suspended", or what ended it first: "superseded", "terminated", "expired". What is asked is as `in_force`.
        """
        known = self.known(known_at)
        one = known.number(version)
        if one.state != "agreed":
            return one.state
        now, when = instant(at, one), one.span[0]
        later = [other.span[0] for other in known if other.state == "agreed" and other.version > version]
        ends = {
            "superseded": min(later, default=LAST),
            "terminated": LAST if one.termination is None else from_datetime(one.termination.at),
            "expired": evolve(one, termination=None).span[1],
        }
        ended = [name for name in _ENDS if ends[name] <= now and ends[name] < LAST]
        if ended:
            return min(ended, key=lambda name: ends[name])
        if now < when:
            return "scheduled"
        return "suspended" if any(start <= now < end for start, end in known.suspended) else "active"

    def known(self, at: datetime | None) -> Versions:
        """Return the versions as they were known at an instant (None: as they are): what was recorded by then."""
        if at is None:
            return self
        now = from_datetime(at)
        kept = [_as_known(one, now) for one in self.agreements if _is_known(one.recorded_at, now)]
        return Versions(kept)

    def spans(self) -> list[tuple[int, int, Agreement]]:
        """Return when each agreed version is in force, as (from, until, version) in microseconds UTC, in order."""
        agreed = [one for one in self.agreements if one.state == "agreed"]
        found, takes_over = [], LAST
        for one in reversed(agreed):
            start, end = one.span
            found.append((start, max(start, min(end, takes_over)), one))
            takes_over = min(takes_over, start)
        return found[::-1]

    @property
    def suspended(self) -> InstantSpans:
        """The spans in which the agreement is suspended, whichever version says so; in microseconds UTC."""
        return merged(each.span for one in self.agreements if one.state == "agreed" for each in one.suspensions)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is odd about the versions and no error: backdated (W183), or changed amid a measured period (W184)."""
        return tuple(problem.under(one.id) for one, problem in self.oddities())

    def oddities(self) -> list[tuple[Agreement, Problem]]:
        """Return the versions that are odd and no error, each with what is odd about it."""
        found = [(one, problem) for one in self.agreements for problem in one.warnings]
        return found + [(one, problem) for one in self.agreements[1:] for problem in _amid(one)]


def disorder(agreements: Iterable[Agreement]) -> Iterator[tuple[Agreement, Problem]]:
    """Yield the versions of one agreement that do not follow those before them, each with what is wrong (E180)."""
    told, earlier = _in_order(agreements), None
    for before, one in pairwise(told):
        if before.version == one.version:
            msg = f"version {one.version} of {one.id!r} is there twice; a later one needs a number of its own"
            yield one, Problem("E180", "version", msg)
    for one in told:
        if one.state != "agreed":
            continue
        if earlier is not None and (not one.starts_on or one.span[0] < earlier.span[0]):
            yield one, Problem("E180", "from", out_of_order(one, earlier))
        earlier = one


def instant(at: date, agreement: Agreement) -> int:
    """Return an aware datetime as an instant, or the first instant of a date in an agreement's zone."""
    return from_datetime(at) if isinstance(at, datetime) else day_start(at, agreement.zone)


def _amid(one: Agreement) -> list[Problem]:
    """Return what starts inside a period that is measured (W184)."""
    if one.state != "agreed" or not one.starts_on:
        return []
    day = date.fromisoformat(one.starts_on)
    inside = {str(target.per): target.id for target in one.measured if not _begins(day, target.per)}
    says = f"mid_period: {one.mid_period} says how it counts"
    return [
        Problem("W184", "from", f"{one.starts_on} is inside a {per} that {name!r} is measured over; {says}")
        for per, name in inside.items()
    ]


def _begins(day: date, per: Period) -> bool:
    """Return whether a period of the calendar begins on a day; others have no beginning that is known here."""
    if per.rolling is not None or per.unit not in _ON_THE_CALENDAR:
        return True
    return day in begins_of(per, day, day, day)


def _is_known(recorded_at: datetime | None, now: int) -> bool:
    return recorded_at is None or from_datetime(recorded_at) <= now


def _as_known(one: Agreement, now: int) -> Agreement:
    """Return a version without the facts that were recorded later."""

    def kept(facts: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(fact for fact in facts if _is_known(fact.recorded_at, now))

    ended = one.termination
    return evolve(
        one,
        suspensions=kept(one.suspensions),
        renewals=kept(one.renewals),
        termination=ended if ended is not None and _is_known(ended.recorded_at, now) else None,
    )
