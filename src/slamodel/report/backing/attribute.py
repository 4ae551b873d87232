"""Attribute: which party held an item while the clock of a promise ran, by the clocks of the links behind it (P3).

The time that the promise's clock used up goes, stretch by stretch, to those of its links whose clocks ran then. All
clocks are told by their ledgers; here they are only laid over each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from slamodel.clock.telling.explain import Explanation
from slamodel.clock.telling.ledger import RUNNING
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError, EventError
from slamodel.model.agreement import Agreement
from slamodel.model.portfolio import Portfolio
from slamodel.report.backing.behind import links_behind
from slamodel.report.backing.holding import Attribution, Held, Holder

Ran: TypeAlias = tuple[datetime, datetime, Holder]


def attribute(
    verdicts: VerdictTable, book: Portfolio, *, item: object, target: str | None = None, cycle: int | None = None
) -> Attribution:
    """Tell which party held an item how long of the time that a promise's clock used up (P3).

    ``verdicts`` are those of ``book`` on a log, which has the events of the links' clocks too. ``target`` and
    ``cycle`` name a clock of the item as `slamodel.explain` takes them. The links are those that ``backed_by`` names
    for the priority of the verdict.

    Raises AgreementError (E102) for a promise with nothing behind it, and for links whose targets were not judged;
    and what `slamodel.explain` raises.
    """
    told = verdicts.explain(item, target, cycle)
    name = f"{told.target.agreement}/{told.target.id}"
    whose, verdict = told.target, told.verdict
    found = links_behind(book, whose.agreement, whose.id.partition("[")[0], verdict["rule"], verdict["priority"])
    links = dict.fromkeys((each.agreement, each.target) for each in found)
    if not links:
        priority = told.verdict["priority"]
        whom = f" for priority {priority}" if priority is not None else ""
        msg = f"nothing is said to stand behind {name!r}{whom}, so nobody can be told to hold it; write backed_by"
        raise AgreementError(msg, "E102")
    ran = [one for link in links for one in _ran(verdicts, book, item, link)]
    return Attribution(told, tuple(_laid(told, ran)))


def _ran(verdicts: VerdictTable, book: Portfolio, item: object, link: tuple[str, str]) -> Iterator[Ran]:
    """Yield when a link's clocks ran on an item, all its cycles."""
    agreement, target = link
    name, party = f"{agreement}/{target}", _party(book[agreement]) if agreement in book else agreement
    mine = [one for one in verdicts.targets if one.agreement == agreement and one.id.partition("[")[0] == target]
    if not mine:
        msg = f"{name!r} stands behind it and was not judged; evaluate the portfolio that has it"
        raise AgreementError(msg, "E102")
    for one in mine:
        for clock in _clocks(verdicts, item, f"{agreement}/{one.id}"):
            for stretch in clock:
                if stretch.state == RUNNING:
                    yield stretch.start, stretch.end, Holder(party, name, stretch.covered)


def _clocks(verdicts: VerdictTable, item: object, name: str) -> Iterator[Explanation]:
    try:
        last = verdicts.explain(item, name)
    except EventError as error:
        if [problem.code for problem in error.problems] != ["E136"]:
            raise
        return  # the link promises nothing for this item, so it never held it
    for number in range(1, last.verdict["cycles"]):
        yield verdicts.explain(item, name, number)
    yield last


def _party(agreement: Agreement) -> str:
    return str(agreement.owed_by or agreement.id)


def _laid(told: Explanation, ran: list[Ran]) -> Iterator[Held]:
    """Lay what ran over the elapsed time of a promise: cut wherever another holds the item, and joined where none."""
    last: Held | None = None
    for stretch in told:
        if stretch.state != RUNNING or not stretch.covered:
            continue
        near = [one for one in ran if one[0] < stretch.end and one[1] > stretch.start]
        inside = {at for start, end, _ in near for at in (start, end) if stretch.start < at < stretch.end}
        for start, end in pairwise(sorted({stretch.start, stretch.end} | inside)):
            holders = tuple(sorted({who for since, until, who in near if since <= start and end <= until}))
            if last is not None and (last.end, last.holders) == (start, holders):
                last = Held(last.start, end, holders)
                continue
            if last is not None:
                yield last
            last = Held(start, end, holders)
    if last is not None:
        yield last
