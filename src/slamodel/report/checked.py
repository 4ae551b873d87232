"""Checked: what is odd in agreements and between them, the proofs of their promises, and what a profile asks for."""

from __future__ import annotations

from collections.abc import Sequence

from slamodel.errors import Problem
from slamodel.model.agreement import Agreement
from slamodel.model.portfolio import Portfolio
from slamodel.report.backing.result import Backing
from slamodel.report.check.complete import Promise, matrix
from slamodel.report.check.findings import Findings
from slamodel.report.check.lint import lint, lint_backing
from slamodel.report.check.profiles import COMPLETE, check_profile, profiled
from slamodel.report.proofs import Window, beside, proofs

Placed = tuple[Agreement, str]


def checked(book: Portfolio, *, profile: str = "", over: Window | None = None) -> Findings:
    """Check agreements that were loaded, or made in Python; see `slamodel.Portfolio.check`."""
    check_profile(profile)
    found, proved = across([(one, _path(book, one)) for one in book.agreements], profile, over, which=book.which)
    told = dict.fromkeys((*book.warnings, *_beside_each_other(book), *found))
    return Findings(tuple(told), proved, promised(book.agreements, profile))


def across(
    agreements: Sequence[Placed], profile: str, over: Window | None, *, which: str
) -> tuple[tuple[Problem, ...], tuple[Backing, ...]]:
    """Return what is odd in versions of agreements and between them, and the proofs of what stands behind promises.

    Each comes with its path. What a profile asks for is asked of the versions that were agreed latest.
    """
    book = Portfolio(tuple(one for one, _ in agreements), which)
    found: list[Problem] = []
    proved: list[Backing] = []
    for agreement, path in agreements:
        known = beside(book, agreement)
        found += [problem.under(path) for problem in (*lint(agreement), *lint_backing(known, agreement))]
        for one in proofs(known, agreement, over):
            if isinstance(one, Backing):
                proved.append(one)
            else:
                found.append(one.under(path))
    if profile:
        paths = {one.id: path for one, path in agreements if book[one.id] is one}
        found += [problem.under(paths[name]) for name, problem in profiled(list(book.values()), profile)]
    return tuple(found), tuple(proved)


def promised(agreements: Sequence[Agreement], profile: str) -> tuple[Promise, ...]:
    """Return the coverage matrix of the versions that were agreed latest, where the profile asks for it."""
    latest = Portfolio(tuple(agreements)).values()
    return tuple(cell for one in latest for cell in matrix(one)) if profile == COMPLETE else ()


def _beside_each_other(book: Portfolio) -> tuple[Problem, ...]:
    """Return what versions say of each other (W183, W184), and who claims the same items (E191)."""
    told = [problem for name in book for problem in book.versions(name).warnings]
    loaded = {(one.code, one.message) for one in book.warnings}
    return (*(one for one in told if (one.code, one.message) not in loaded), *book.contested)


def _path(book: Portfolio, agreement: Agreement) -> str:
    """Return the path of a version: the agreement's id, and its number where there are several."""
    return f"{agreement.id}@{agreement.version}" if len(book.versions(agreement.id)) > 1 else agreement.id
