"""Backing: whether the OLAs and contracts behind a promise can keep it, for every start in a window."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final

import numpy as np

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.chain import AllOf, Chain, InOrder, Link
from slamodel.model.limit import Limit
from slamodel.report.backing.limits import link_limits
from slamodel.report.backing.openings import openings
from slamodel.report.backing.proof import proof_of
from slamodel.report.backing.result import Backing
from slamodel.report.backing.steps import Step, steps
from slamodel.report.backing.worst import highest, mondays, ordinary, peak
from slamodel.timeline.instants import MICROSECOND, from_datetime

ARRIVALS: Final = ("open", "any")


def prove(
    promise: Limit, chain: Chain, *, over: tuple[datetime, datetime], arrivals: str = "open", target: str = "promise"
) -> Backing:
    """Prove that a chain keeps a promise for every start in a window, or show where it does not.

    ``over`` is (start, end), aware datetimes, the end not included; answers are in the zone of the start. A year at
    least sees every holiday and every week in which clocks have changed in one zone and not in another. ``arrivals``:
    starts count in the promise's open time ("open") or at any instant ("any"); of a promise in covered time the worst
    is the same, the share of starts that fail is not. ``target`` names the promise in the answer.

    Raises AgreementError for limits that each item has for itself (E136); for what is no chain or no window (E107), a
    link with two limits (E102), and a window in which the promise is never open (E121). InstantError for naive
    datetimes; HorizonError where a calendar never opens again.
    """
    low, high = (from_datetime(at) for at in over)
    _check(chain, over, arrivals)
    proof = proof_of(promise, chain, (low, high), target=target, open_only=arrivals == "open")
    measure, zone = proof.promise, over[0].tzinfo
    if not measure.table.elapsed_one(low, high):
        msg = f"{target}: its calendar is never open from {over[0]} to {over[1]}; take a window in which it is"
        raise AgreementError(msg, "E121")
    weeks = np.array(list(mondays(*over)), np.int64)
    courses = proof.courses(weeks)
    top, usual = highest(peak(one, one.counts) for one in courses), ordinary(courses, weeks)
    worst = top.start(zone)
    through = steps(measure, top, zone)
    broken = top.late > 0
    opened = openings(proof) if broken else []
    return Backing(
        target=target,
        promise=promise,
        chain=chain,
        over=over,
        arrivals=arrivals,
        limit=worst.takes + worst.slack,
        worst=worst,
        ordinary=usual.start(zone) if usual and usual.late != top.late else None,
        timeline=through,
        failing=reduce(or_, (one.failing() for one in courses)).total * MICROSECOND,
        starts=courses[0].starts().total * MICROSECOND,
        limits=link_limits(proof, chain.links),
        openings=tuple(opened),
        broken_by=(tuple(one.name for one in opened) or _longest(through)) if broken else (),
    )


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
