"""Check agreements: every problem of their files, what is odd between them, and what a profile asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, TypeAlias

from slamodel.errors import AgreementError, HorizonError, Problem
from slamodel.io.agreement_file import read_agreements
from slamodel.io.agreements.document import Document, join
from slamodel.model._checks import Problems
from slamodel.model.agreement import Agreement
from slamodel.model.backers import chain_of, why_not
from slamodel.model.portfolio import Portfolio
from slamodel.report.backing.lints import misalignments
from slamodel.report.backing.prove import prove
from slamodel.report.backing.result import Backing
from slamodel.report.check.complete import matrix
from slamodel.report.check.findings import Findings
from slamodel.report.check.lint import lint, lint_backing
from slamodel.report.check.profiles import COMPLETE, check_profile, profiled
from slamodel.timeline.zones import zone

Window: TypeAlias = tuple[datetime, datetime]


def check(source: Any, *, profile: str = "", over: Window | None = None) -> Findings:
    """Check agreements and return everything that is wrong or odd, at its place; nothing is raised for their sake.

    ``source`` is what `load` reads (a file, a folder, a list of files, a mapping), or agreements that were loaded,
    which know no places. ``profile`` asks for more: "complete", "ready", "iso20000" or "cobit-apo09". Promises with a
    ``backed_by`` are proved for every start in ``over``, (start, end) in aware datetimes; without it in the first
    year of each agreement. Raises AgreementError (E102) for another profile.
    """
    check_profile(profile)
    problems = Problems()
    if isinstance(source, (Portfolio, Agreement)):
        book = (source,) if isinstance(source, Agreement) else source.agreements
        warned = () if isinstance(source, Agreement) else source.warnings
        found, proofs = _cross([(one, one.id) for one in book], profile, over)
        return Findings((*warned, *found), proofs, _promises(book, profile))
    try:
        document, read = read_agreements(source, problems)
    except AgreementError as error:
        return Findings(error.problems)
    sound = [(one, section.path) for one, section in read if not _broken(section.path, problems)]
    found, proofs = _cross(sound, profile, over) if sound else ((), ())
    unused = _unused(document, [(one, section.path) for one, section in read]) if not problems.found else ()
    told = document.located([*problems.found, *problems.warned, *found, *unused])
    return Findings(tuple(told), proofs, _promises([one for one, _ in sound], profile))


def _broken(path: str, problems: Problems) -> bool:
    """Return whether there is an error in an agreement, so that what else is odd in it may come of that."""
    return any(not path or f"{one.path}.".startswith(f"{path}.") or one.file for one in problems.found)


def _cross(
    agreements: Sequence[tuple[Agreement, str]], profile: str, over: Window | None
) -> tuple[tuple[Problem, ...], tuple[Backing, ...]]:
    """Return what is odd in agreements and between them, and the proofs of what stands behind their promises."""
    known = {one.id: one for one, _ in agreements}
    paths = {one.id: path for one, path in agreements}
    found: list[Problem] = []
    proofs: list[Backing] = []
    for agreement, path in agreements:
        found += [problem.under(path) for problem in (*lint(agreement), *lint_backing(known, agreement))]
        for one in _proofs(known, agreement, over):
            if isinstance(one, Backing):
                proofs.append(one)
            else:
                found.append(one.under(path))
    if profile:
        asked = profiled([one for one, _ in agreements], profile)
        found += [problem.under(paths[name]) for name, problem in asked]
    return tuple(found), tuple(proofs)


def _proofs(known: Mapping[str, Agreement], agreement: Agreement, over: Window | None) -> Iterator[Backing | Problem]:
    """Yield the proof of every promise that says what stands behind it, and what is wrong with it."""
    for backed in agreement.backed_by:
        path = f"backed_by.{backed}"
        promise = agreement[backed.target].limit_for(backed.priority or None)
        if promise is None or any(why_not(known, agreement, one, backed.priority) for one in backed.by.references):
            continue
        window = over or _first_year(agreement)
        if window is None:
            msg = "the agreement has no first day, so there is no year to prove it in; write from: 2026-01-01"
            yield Problem("N177", path, msg)
            continue
        try:
            chain = chain_of(known, agreement, backed)
            proof = prove(promise, chain, over=window, target=f"{agreement.id}/{backed}")
            odd = misalignments(promise, chain, over=window, target=str(backed))
        except (AgreementError, HorizonError) as error:
            yield Problem("E177", path, f"cannot be proved: {error}")
            continue
        yield from (one.problem(path) for one in odd)
        if not proof.backed:
            msg = f"'{backed}' is not backed; worst start {proof.worst}; broken by {' and '.join(proof.broken_by)}"
            yield Problem("E177", path, msg)
        yield proof


def _first_year(agreement: Agreement) -> Window | None:
    if not agreement.starts_on:
        return None
    first = date.fromisoformat(agreement.starts_on)
    last = first.replace(year=first.year + 1, day=28 if (first.month, first.day) == (2, 29) else first.day)
    place = zone(agreement.zone).info
    return datetime.combine(first, time(), place), datetime.combine(last, time(), place)


def _promises(agreements: Sequence[Agreement], profile: str) -> tuple[Any, ...]:
    return tuple(cell for one in agreements for cell in matrix(one)) if profile == COMPLETE else ()


def _unused(document: Document, agreements: Sequence[tuple[Agreement, str]]) -> tuple[Problem, ...]:
    """Return the calendars that are defined and named by nothing (W121); one of a template by none of its children."""
    unused: dict[Problem, Problem] = {}
    used: set[Problem] = set()
    for path in dict.fromkeys(("", *(path for _, path in agreements))):
        section = document.data
        for key in path.split(".") if path else ():
            section = section[int(key) if isinstance(section, list) else key]
        calendars = section.get("calendars") if isinstance(section, Mapping) else None
        said = set(_words(section))
        for name in calendars if isinstance(calendars, Mapping) else ():
            msg = f"calendar {name!r} is used by nothing; name it with 'calendar' or 'cover', or leave it out"
            problem = Problem("W121", join(path, f"calendars.{name}"), msg)
            (told,) = document.located([problem])
            if name in said:
                used.add(told)
            unused.setdefault(told, problem)
    return tuple(problem for told, problem in unused.items() if told not in used)


def _words(data: Any) -> Iterator[str]:
    """Yield every text that is a value."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, (Mapping, list)):
        for value in data.values() if isinstance(data, Mapping) else data:
            yield from _words(value)
