"""Backers: the references of what stands behind a promise, followed to the targets that other agreements promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from attrs import evolve

from slamodel.errors import AgreementError
from slamodel.model._checks import did_you_mean
from slamodel.model.agreement import Agreement
from slamodel.model.backing import BackedBy, Reference
from slamodel.model.chain import Chain, Link
from slamodel.model.target import Target
from slamodel.timeline.instants import to_datetime
from slamodel.timeline.zones import zone


def each_promise(agreement: Agreement) -> Iterator[tuple[BackedBy, BackedBy]]:
    """Yield what is backed, as it is written and for one limit: a target that is backed as a whole for each priority.

    A priority that is backed by itself has what is written for it, and not what the whole has.
    """
    own = {(one.target, one.priority) for one in agreement.backed_by}
    for written in agreement.backed_by:
        if written.priority:
            yield written, written
            continue
        for priority, _ in agreement[written.target].limits:
            if priority is None or (written.target, priority) not in own:
                yield written, evolve(written, priority=priority or "")


def why_not(known: Mapping[str, Agreement], promising: Agreement, reference: Reference, priority: str) -> str:
    """Return what is wrong with a reference among these agreements; nothing if it leads to a limit."""
    agreement = known.get(reference.agreement)
    if agreement is None:
        return f"'{reference}' is of agreement {reference.agreement!r}, which was not read"
    target = target_of(agreement, reference)
    if target is None:
        return f"agreement {agreement.id!r} has no target {reference.target!r}"
    wanted = priority_of(promising, agreement, reference, priority)
    if target.limit_for(wanted or None) is None:
        limits = ", ".join(one for one, _ in target.limits if one)
        return f"'{reference}' promises nothing for {wanted or 'every priority'}; it has {limits}"
    return ""


def chain_of(known: Mapping[str, Agreement], promising: Agreement, backed: BackedBy) -> Chain:
    """Return the chain of links behind a promise, its references followed.

    A link has the limit of the reference's priority, else of what that agreement calls the priority of the promise,
    its hand-off or else that of its target, and the term of its agreement. Raises AgreementError (E102) with every
    reference that leads nowhere.
    """

    def link(reference: Reference) -> Link:
        wrong = why_not(known, promising, reference, backed.priority)
        agreement = known.get(reference.agreement)
        target = target_of(agreement, reference) if agreement else None
        if wrong or agreement is None or target is None:
            hint = did_you_mean(reference.agreement, known) if agreement is None else ""
            raise AgreementError(wrong + hint, "E102")
        limit = target.limit_for(priority_of(promising, agreement, reference, backed.priority) or None)
        if limit is None:  # pragma: no cover - why_not has said so
            raise AgreementError(str(reference), "E102")
        hand_off = target.hand_off if reference.hand_off is None else reference.hand_off
        clause = reference.clause or target.clause
        return Link(agreement.id, target.id, limit, hand_off, clause, *_term(agreement))

    return backed.chain(link)


def _term(agreement: Agreement) -> tuple[datetime | None, datetime | None]:
    """Return the instants from which and until which an agreement runs, in its own zone; None where it has none."""
    ends = bool(agreement.last_day) or agreement.termination is not None
    start, end = agreement.span
    place = zone(agreement.zone).info
    return to_datetime(start, place) if agreement.starts_on else None, to_datetime(end, place) if ends else None


def target_of(agreement: Agreement, reference: Reference) -> Target | None:
    """Return the target that a reference names, of its agreement; None where that has none."""
    return next((one for one in agreement.targets if one.id == reference.target), None)


def priority_of(promising: Agreement, agreement: Agreement, reference: Reference, priority: str) -> str:
    """Return the priority whose limit counts, as the backing agreement calls it; "" for that of every item."""
    if reference.priority or not priority:
        return reference.priority
    for other in (agreement.id, agreement.provider) if promising.scheme else ():
        theirs = promising.scheme.theirs(other, priority) if promising.scheme else None
        if theirs is not None:
            return theirs
    return priority
