"""Backing: whether the OLAs and contracts behind a promise can keep it, for every start in a window."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import reduce
from operator import or_
from typing import Any, Final

import numpy as np

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.chain import AllOf, Chain, InOrder, Link
from slamodel.model.limit import Limit
from slamodel.report.backing.legs import Ruler
from slamodel.report.backing.limits import link_limits
from slamodel.report.backing.openings import openings
from slamodel.report.backing.proof import Proof, proof_of
from slamodel.report.backing.result import Backing
from slamodel.report.backing.steps import Step, started, steps
from slamodel.report.backing.worst import Peak, WorstStart, highest, mondays, ordinary, peak
from slamodel.timeline.instants import MICROSECOND, from_datetime, to_datetime

ARRIVALS: Final = ("open", "any")


def prove(
    promise: Limit, chain: Chain, *, over: tuple[datetime, datetime], arrivals: str = "open", target: str = "promise"
) -> Backing:
    """Prove that a chain keeps a promise for every start in a window, or show where it does not.

    ``over`` is (start, end), aware datetimes, the end not included; answers are in the zone of the start. A year at
    least sees every holiday and every week in which clocks have changed in one zone and not in another. Where the
    agreement of a link begins or ends inside it, the rest is told apart, as if it ran then too. ``arrivals``:
    starts count in the promise's open time ("open") or at any instant ("any"); of a promise in covered time the worst
    is the same, the share of starts that fail is not. ``target`` names the promise in the answer.

    Raises AgreementError for limits that each item has for itself (E136); for what is no chain or no window (E107), a
    link with two limits (E102), and a window in which the promise is never open (E121). InstantError for naive
    datetimes; HorizonError where a calendar never opens again.
    """
    _check(chain, over, arrivals)
    low, high = (from_datetime(at) for at in over)
    zone, open_only = over[0].tzinfo, arrivals == "open"
    whole = proof_of(promise, chain, (low, high), target=target, open_only=open_only)
    measure = whole.promise
    if not measure.table.elapsed_one(low, high):
        msg = f"{target}: its calendar is never open from {over[0]} to {over[1]}; take a window in which it is"
        raise AgreementError(msg, "E121")
    term = _term(chain, measure, low, high)
    proof = whole.between(*term)
    first, last = (to_datetime(at, zone) for at in term)
    weeks = np.array(list(mondays(first, last)), np.int64)
    courses = proof.courses(weeks)
    top, usual = highest(peak(one, one.counts) for one in courses), ordinary(courses, weeks)
    worst = started(measure, top, zone)
    broken = top.late > 0
    opened = openings(proof, zone) if broken else []
    through = steps(measure, top, zone)
    return Backing(
        target=target,
        promise=promise,
        chain=chain,
        over=over,
        proved=over if term == (low, high) else (first, last),
        arrivals=arrivals,
        limit=worst.takes + worst.slack,
        worst=worst,
        ordinary=started(measure, usual, zone) if usual and usual.late != top.late else None,
        renewed=_renewed(whole, term, top, zone),
        timeline=through,
        failing=reduce(or_, (one.failing() for one in courses)).total * MICROSECOND,
        starts=courses[0].starts().total * MICROSECOND,
        limits=link_limits(proof, chain.links),
        openings=tuple(opened),
        broken_by=(tuple(one.name for one in opened) or _longest(through)) if broken else (),
    )


def _term(chain: Chain, promise: Ruler, low: int, high: int) -> tuple[int, int]:
    """Return from when to when every link's agreement runs: the whole window where that leaves no open time in it."""
    start = max([low, *(from_datetime(link.since) for link in chain.links if link.since is not None)])
    end = min([high, *(from_datetime(link.until) for link in chain.links if link.until is not None)])
    return (start, end) if start < end and promise.table.elapsed_one(start, end) else (low, high)


def _renewed(whole: Proof, term: tuple[int, int], top: Peak, zone: tzinfo | None) -> WorstStart | None:
    """Return the worst start of the rest of the window, where it is later than those in the term."""
    rest = [(whole.low, term[0]), (term[1], whole.high)]
    found = [whole.between(*part).worst() for part in rest if whole.promise.table.elapsed_one(*part)]
    late = highest(found) if found else top
    return started(whole.promise, late, zone) if late.late > top.late else None


def _check(chain: Any, over: tuple[datetime, datetime], arrivals: str) -> None:
    problems = Problems()
    if arrivals not in ARRIVALS:
        problems.add("E107", "arrivals", f"{arrivals!r} is neither 'open' nor 'any'")
    if over[1] <= over[0]:
        problems.add("E107", "over", f"{over[0]} to {over[1]} is no window; its end lies after its start")
    if not isinstance(chain, (Link, InOrder, AllOf)):
        problems.add("E107", "chain", f"{chain!r} is neither a Link nor InOrder, AllOf or AnyOf of links")
    else:
        limits: dict[str, Limit] = {}
        for link in chain.links:
            if limits.setdefault(link.name, link.limit) != link.limit:
                problems.add("E102", "chain", f"{link.name} is named with two limits; give each its own target")
    problems.raise_as(AgreementError)


def _longest(through: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the links that take most of the promise's time, where no calendar is to blame."""
    most = max(step.work for step in through)
    return tuple(dict.fromkeys(step.link.name for step in through if step.work == most))
