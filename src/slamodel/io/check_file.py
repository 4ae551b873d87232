"""Check agreements: every problem of their files, what is odd between them, and what a profile asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slamodel.errors import AgreementError, Problem
from slamodel.io.agreement_file import read_agreements
from slamodel.io.agreements.document import Document, join
from slamodel.model._checks import Problems
from slamodel.model.agreement import Agreement
from slamodel.model.portfolio import Portfolio
from slamodel.report.check.findings import Findings
from slamodel.report.check.profiles import check_profile
from slamodel.report.checked import across, checked, promised
from slamodel.report.proofs import Window


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
        book = Portfolio((source,)) if isinstance(source, Agreement) else source
        return checked(book, profile=profile, over=over)
    try:
        document, read, which = read_agreements(source, problems)
    except AgreementError as error:
        return Findings(error.problems)
    sound = [(one, section.path) for one, section in read if not _broken(section.path, problems)]
    ordered = not any(problem.code == "E180" for problem in problems.found)
    found, proofs = across(sound, profile, over, which=which) if sound and ordered else ((), ())
    unused = _unused(document, [(one, section.path) for one, section in read]) if not problems.found else ()
    told = document.located([*problems.found, *problems.warned, *found, *unused])
    return Findings(tuple(told), proofs, promised([one for one, _ in sound], profile) if ordered else ())


def _broken(path: str, problems: Problems) -> bool:
    """Return whether there is an error in an agreement, so that what else is odd in it may come of that."""
    return any(not path or f"{one.path}.".startswith(f"{path}.") or one.file for one in problems.found)


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
