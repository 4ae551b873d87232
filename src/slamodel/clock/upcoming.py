"""Upcoming: which open items are late next, if nothing happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock import stages
from slamodel.clock.listing import Listing
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import DurationError
from slamodel.model._checks import did_you_mean
from slamodel.timeline.durations import Amount, amount
from slamodel.timeline.instants import NAT, Int64, to_datetime

BYS: Final = ("due", "breaches_after", "remaining")


@frozen(eq=False, repr=False)
class NextBreaches(Listing):
    """What is late next: running clocks in order, after them the paused ones that would be if they went on.

    A running row has ``due``, ``breaches_after`` (the last instant in time) and ``remaining`` covered time; a paused
    one has no due, but ``due_if_resumed``, the due if it went on at ``as_of``.
    """

    COLUMNS: ClassVar = (
        *("item", "target", "priority", "stage", "due", "breaches_after", "remaining", "due_if_resumed", "rule"),
    )

    as_of: int
    found: Mapping[str, NDArray[Any]]

    def __repr__(self) -> str:
        return f"NextBreaches({len(self)} clocks at {to_datetime(self.as_of).isoformat()})"

    def column(self, name: str) -> NDArray[Any]:
        """Return one column; KeyError for a name that is not in ``COLUMNS``."""
        return self.found[name]


def next_breaches(
    verdicts: VerdictTable, within: str | timedelta | Amount, *, by: str = "due", paused: bool = True
) -> NextBreaches:
    """Return the open items that are in time at ``as_of`` and late ``within`` so long, if nothing happens.

    ``within``: "4h" or a timedelta, on the wall, hours or not; its end is included. ``by`` orders the rows: "due",
    "breaches_after" or "remaining". ``paused``: list paused clocks too, after the running ones. Raises DurationError
    for a length that is none, or in business days, and ValueError for another order.
    """
    if by not in BYS:
        msg = f"{by!r} is no order of breaches{did_you_mean(by, BYS)}"
        raise ValueError(msg)
    span = amount(within)
    if span.days:
        msg = f"{span} counts business days; within is time on the wall, such as '4h' or '3d'"
        raise DurationError(msg)
    stage, values = verdicts.codes["stage"].codes, verdicts.values
    in_time = ~verdicts.breached
    remaining = verdicts.column("remaining").view(np.int64)
    running = _until(in_time & (stage == stages.RUNNING), values["breaches_after"], verdicts.as_of + span.us)
    order = {"due": values["due"], "breaches_after": values["breaches_after"], "remaining": remaining}[by]
    rows = running[np.lexsort((values["breaches_after"][running], order[running]))]
    if paused:
        still = _until(in_time & (stage == stages.PAUSED), values["due_if_resumed"], verdicts.as_of + span.us)
        rows = np.concatenate([rows, still[np.argsort(values["due_if_resumed"][still], kind="stable")]])
    return NextBreaches(verdicts.as_of, {name: verdicts.column(name)[rows] for name in NextBreaches.COLUMNS})


def _until(among: NDArray[np.bool_], at: Int64, until: int) -> Int64:
    return np.flatnonzero(among & (at != NAT) & (at <= until))
