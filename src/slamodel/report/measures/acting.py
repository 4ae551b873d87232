"""Acting: which figures of a period target are told over a stretch, and which version of the agreement judges them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import evolve, frozen

from slamodel.clock.texts import instant_text
from slamodel.model.agreement import Agreement
from slamodel.model.period import Period
from slamodel.model.period_target import PeriodTarget
from slamodel.model.versions import Versions
from slamodel.report.change.mid_period import Judged, judged, parts_of
from slamodel.report.measures.asked import in_life, periods_in
from slamodel.report.periods import Periods
from slamodel.timeline.instants import FIRST, LAST, Bool


@frozen(eq=False)
class Acting:
    """One period target of one version of an agreement, and the periods, or parts of them, that it judges.

    The periods end at ``as_of`` where they are not over by then.
    """

    versions: Versions
    agreement: Agreement
    target: PeriodTarget
    periods: Periods
    as_of: int


@frozen(eq=False)
class Course:
    """All figures of a period target over periods of one kind, in order; some version judges each of ``figures``.

    ``whole`` are its periods, cut to the agreement's life alone, ``seen`` the same as known at ``as_of``. ``without``
    are the periods that have no figure, each with the version that is told and the reason.
    """

    name: str
    whole: Periods
    seen: Periods
    figures: tuple[Judged, ...]
    without: tuple[tuple[int, Agreement, str], ...]

    @property
    def over(self) -> Bool:
        """Which periods are over."""
        found: Bool = self.whole.ends <= self.seen.ends
        return found

    def parts(self, version: int) -> tuple[Periods, list[tuple[int, int]]]:
        """Return what a version judges as periods, and for each the numbers of its figure and of its part of it."""
        return parts_of(self.figures, version, self.seen)


def life_of(versions: Versions) -> tuple[int, int]:
    """Return the instants [from, until) in which any version binds; nothing at all is (LAST, FIRST)."""
    spans = [(start, end) for start, end, _ in versions.spans() if start < end]
    return min((start for start, _ in spans), default=LAST), max((end for _, end in spans), default=FIRST)


def courses(versions: Versions, low: int, high: int, as_of: int) -> Iterator[Course]:
    """Yield the period targets of an agreement with their periods of [low, high), as known at ``as_of``.

    They come in the order of the versions, and of the targets in them. What a version that takes over amid a period
    judges of it is `slamodel.report.change.mid_period`'s to say.
    """
    live = [(start, end, one) for start, end, one in versions.spans() if start < end]
    kinds = dict.fromkeys((target.id, target.per) for _, _, version in live for target in version.measured)
    for name, per in kinds:
        yield _course(versions, name, per, low, high, as_of)


def _course(versions: Versions, name: str, per: Period, low: int, high: int, as_of: int) -> Course:
    life = life_of(versions)
    first = next(one for start, end, one in versions.spans() if start < end)
    whole = periods_in(per, low, high, life, versions.latest.zone, first.starts_on)
    now = min(as_of, high)
    seen = evolve(whole, ends=np.maximum(np.minimum(whole.ends, now), whole.starts))
    found = judged(versions, name, seen, per)
    return Course(name, whole, seen, found, tuple(_without(versions, name, per, whole, now, life)))


def _without(
    versions: Versions, name: str, per: Period, whole: Periods, now: int, life: tuple[int, int]
) -> Iterator[tuple[int, Agreement, str]]:
    """Yield the periods that lie outside the agreement's life, or have not begun, with the version that is told."""
    live = [(start, end, one) for start, end, one in versions.spans() if start < end]
    inside = in_life(whole, life)
    for number, start in enumerate(whole.starts.tolist()):
        if not inside[number]:
            version, why = (live[0] if start < life[0] else live[-1])[2], _not_in_force(versions, life)
        elif start >= now:
            version = next((one for since, until, one in live if since <= start < until), live[-1][2])
            why = f"it begins {instant_text(start)}, and is told as of {instant_text(now)}"
        else:
            continue
        if _target(version, name, per) is not None:
            yield number, version, why


def _target(version: Agreement, name: str, per: Period) -> PeriodTarget | None:
    return next((one for one in version.measured if one.id == name and one.per == per), None)


def _not_in_force(versions: Versions, life: tuple[int, int]) -> str:
    since = f" from {instant_text(life[0])}" if FIRST < life[0] < LAST else ""
    until = f" until {instant_text(life[1])}" if FIRST < life[1] < LAST else ""
    return f"agreement {versions.latest.id!r} is in force{since}{until}"


def acting(versions: Versions, found: Sequence[Course], as_of: int) -> dict[int, list[tuple[int, Acting]]]:
    """Return by version what it judges: the number of each course, and its target with the parts of periods."""
    made: dict[int, list[tuple[int, Acting]]] = {}
    for number, course in enumerate(found):
        for version in dict.fromkeys(part.version for figure in course.figures for part in figure.parts):
            target = next(one for one in version.measured if one.id == course.name)
            periods, _ = course.parts(version.version)
            one = Acting(versions, version, target, periods, as_of)
            made.setdefault(version.version, []).append((number, one))
    return made
