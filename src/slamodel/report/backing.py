"""Backing: whether the OLAs and contracts behind a promise can keep it, for every start in a window."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.chain import AllOf, Chain, InOrder, Link
from slamodel.model.limit import Limit
from slamodel.report.backing_course import course
from slamodel.report.backing_legs import covered, ruler
from slamodel.report.backing_limits import link_limits
from slamodel.report.backing_openings import openings
from slamodel.report.backing_proof import proof_of
from slamodel.report.backing_result import Backing
from slamodel.report.backing_steps import Step, steps
from slamodel.report.backing_worst import AFTER, mondays, ordinary_start, worst_start
from slamodel.timeline.instants import MICROSECOND, from_datetime

ARRIVALS: Final = ("open", "any")


def prove(
    promise: Limit, chain: Chain, *, over: tuple[datetime, datetime], arrivals: str = "open", target: str = "promise"
) -> Backing:
    """Prove that a chain keeps a promise for every start in a window, or show where it does not.

    ``over`` is (start, end), aware datetimes, the end not included; answers are in the zone of the start. A year at
    least sees every holiday and every week in which clocks have changed in one zone and not in another. ``arrivals``:
    starts count in the promise's open time ("open") or at any instant ("any"); what the chain takes at worst is the
    same, the share of starts that fail is not. ``target`` names the promise in the answer.

    Raises AgreementError for limits that are no covered time: business days read as dates, dues in words, amounts in
    a field (E132, E136); for what is no chain or no window (E107), a link with two limits (E102), and a window in
    which the promise is never open (E121). InstantError for naive datetimes;
    HorizonError where a calendar never opens again.
    """
    low, high = (from_datetime(at) for at in over)
    limit = covered(promise, target)
    measure = ruler(promise.calendar)
    _check(chain, over, arrivals)
    if not measure.table.elapsed_one(low, high):
        msg = f"{target}: its calendar is never open from {over[0]} to {over[1]}; take a window in which it is"
        raise AgreementError(msg, "E121")
    proof = proof_of(measure, limit, chain.paths(), low, high, open_only=arrivals == "open")
    weeks, zone = np.array(list(mondays(*over)), np.int64), over[0].tzinfo
    found = course(measure, proof.paths, low, high, weeks, open_only=proof.open_only)
    worst, path = worst_start(found, limit, zone)
    usual = ordinary_start(found, limit, weeks, zone)
    through = steps(measure, proof.paths[path], from_datetime(worst.start), after=worst.side == AFTER, zone=zone)
    broken = worst.slack < timedelta()
    waits = {step.link.name: step.wait // MICROSECOND for step in through}
    opened = openings(proof, lambda link: waits.get(link.name, 0)) if broken else []
    return Backing(
        target=target,
        promise=promise,
        chain=chain,
        over=over,
        arrivals=arrivals,
        limit=limit * MICROSECOND,
        worst=worst,
        ordinary=usual if usual and usual.takes != worst.takes else None,
        timeline=through,
        failing=found.failing(limit) * MICROSECOND,
        starts=int(found.lengths.sum()) * MICROSECOND,
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
