"""Proofs of what agreements say: the promises with something behind them, each over a year of its agreement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TypeAlias

from slamodel.errors import AgreementError, HorizonError, Problem
from slamodel.model._checks import did_you_mean
from slamodel.model.agreement import Agreement
from slamodel.model.backers import chain_of, each_promise, why_not
from slamodel.model.backing import BackedBy
from slamodel.model.portfolio import Portfolio
from slamodel.report.backing.lints import misalignments
from slamodel.report.backing.prove import prove
from slamodel.report.backing.result import Backing
from slamodel.timeline.zones import zone

Window: TypeAlias = tuple[datetime, datetime]


def beside(book: Portfolio, agreement: Agreement) -> dict[str, Agreement]:
    """Return the agreements by id as they stand where a version begins, itself among them (P1 versions).

    Of those that are not in force then it is the version that was agreed latest.
    """
    known: dict[str, Agreement] = dict(book)
    if agreement.starts_on:
        known |= book.as_of(date.fromisoformat(agreement.starts_on))
    return known | {agreement.id: agreement}


def prove_target(
    book: Portfolio, target: str, *, over: Window | None = None, arrivals: str = "open", version: int = 0
) -> Backing:
    """Prove a promise by its name, "sla/resolve/P2"; see `slamodel.Portfolio.prove`."""
    name, _, promise = target.partition("/")
    agreement = book.versions(name).number(version) if version else book.get(name)
    backed = None
    if agreement is not None:
        backed = next((one for _, one in each_promise(agreement) if str(one) == promise), None)
    if agreement is None or backed is None:
        known = [f"{one.id}/{each}" for one in book.values() for _, each in each_promise(one)]
        msg = f"nothing is said to stand behind {target!r} (backed_by){did_you_mean(target, known)}"
        raise AgreementError(msg, "E102")
    window = over or first_year(agreement)
    if window is None:
        msg = f"agreement {name!r} has no first day, so there is no year to prove it in; say over=(start, end)"
        raise AgreementError(msg, "E107")
    limit = agreement[backed.target].limit_for(backed.priority or None)
    if limit is None:
        msg = f"{target!r} promises nothing; prove one of its priorities"
        raise AgreementError(msg, "E102")
    chain = chain_of(beside(book, agreement), agreement, backed)
    return prove(limit, chain, over=window, arrivals=arrivals, target=_name(agreement, backed))


def proofs(known: dict[str, Agreement], agreement: Agreement, over: Window | None) -> Iterator[Backing | Problem]:
    """Yield the proof of every promise that says what stands behind it, and what is wrong with it."""
    for written, backed in each_promise(agreement):
        path = f"backed_by.{written}"
        promise = agreement[backed.target].limit_for(backed.priority or None)
        if promise is None or any(why_not(known, agreement, one, backed.priority) for one in backed.by.references):
            continue
        window = over or first_year(agreement)
        if window is None:
            msg = "the agreement has no first day, so there is no year to prove it in; write from: 2026-01-01"
            yield Problem("N177", path, msg)
            continue
        try:
            chain = chain_of(known, agreement, backed)
            proof = prove(promise, chain, over=window, target=_name(agreement, backed))
            odd = misalignments(promise, chain, over=window, target=str(backed))
        except (AgreementError, HorizonError) as error:
            yield Problem("E177", path, f"cannot be proved: {error}")
            continue
        yield from (one.problem(path) for one in odd)
        if not proof.backed:
            msg = f"'{backed}' is not backed; worst start {proof.worst}; broken by {' and '.join(proof.broken_by)}"
            yield Problem("E177", path, msg)
        yield proof


def first_year(agreement: Agreement) -> Window | None:
    """Return the first year of a version, in its zone; None for one without a first day."""
    if not agreement.starts_on:
        return None
    first = date.fromisoformat(agreement.starts_on)
    last = first.replace(year=first.year + 1, day=28 if (first.month, first.day) == (2, 29) else first.day)
    place = zone(agreement.zone).info
    return datetime.combine(first, time(), place), datetime.combine(last, time(), place)


def _name(agreement: Agreement, backed: BackedBy) -> str:
    return f"{agreement.id}{f'@{agreement.version}' if agreement.version > 1 else ''}/{backed}"
