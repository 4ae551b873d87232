"""What if, for whatever holds events: each side reads them as its own agreement does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from slamodel.clock.events import EventTable
from slamodel.frames.intake import events_of
from slamodel.model.agreement import Agreement
from slamodel.model.period import Period
from slamodel.model.portfolio import Portfolio
from slamodel.report.ahead import whatif
from slamodel.report.ahead.whatif import WhatIf
from slamodel.report.change.impact import Paper
from slamodel.report.credits.charges import Charges
from slamodel.report.measures.fields import measured_fields


def what_if(
    book: Paper,
    changed: Paper,
    events: Any,
    *,
    as_of: datetime | None = None,
    period: Period | str = "term",
    charges: Charges | None = None,
) -> WhatIf:
    """Replay a log under a changed agreement: other limits, hours, holidays, pauses, priorities.

    ``book`` and ``changed`` are whole papers, judged as by `impact`: an agreement alone holds for every item, of a
    portfolio each item has its own version. ``events`` is what `evaluate` takes; a source is read by each side's own
    event map, so a changed matrix of impact and urgency counts too, and an `EventTable` is what it is. ``as_of`` as in
    `evaluate`; it holds for both sides. ``period`` says over which periods the attainment of targets is told ("term":
    all at once), in the zone of their agreement; period targets are measured over their own, and cost what the ledger
    says, with ``charges`` for shares of them. What needs other facts than a log, such as outages, has no figure here.
    Raises as `evaluate` and `measure` do.
    """
    if isinstance(events, EventTable):
        return whatif.what_if(book, changed, events, as_of=as_of, period=period, charges=charges)
    needed = _fields(book) | _fields(changed)
    wanted = measured_fields([*_agreements(book), *_agreements(changed)])
    wanted |= {
        target.priority_field for one in (book, changed) for paper in _agreements(one) for target in paper.targets
    }
    maps = [_agreements(one)[0].events for one in (book, changed)]
    source = list(events) if hasattr(events, "__next__") else events
    read = events_of(source, maps[0], needed=needed, wanted=wanted)
    again = None if maps[0] == maps[1] else events_of(source, maps[1], needed=needed, wanted=wanted)
    return whatif.what_if(book, changed, read, as_of=as_of, period=period, charges=charges, reread=again)


def _agreements(paper: Paper) -> tuple[Agreement, ...]:
    return paper.agreements if isinstance(paper, Portfolio) else (paper,)


def _fields(paper: Paper) -> frozenset[str]:
    found = [one.applies.fields() for one in _agreements(paper)]
    return frozenset().union(*found, *(target.fields for one in _agreements(paper) for target in one.targets))
