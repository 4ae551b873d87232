"""What agreements that were read together say of each other: their versions in order, and whose items are whose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from slamodel.errors import AgreementError
from slamodel.io.agreements.section import Section
from slamodel.model._checks import Problems
from slamodel.model.agreement import Agreement
from slamodel.model.portfolio import Portfolio
from slamodel.model.promises import promises
from slamodel.model.versions import Versions, disorder
from slamodel.report.change.pro_rata import check_joined

_WAITS = "E107"
"""The code of a rule for items that whoever tells periods follows, and a log alone does not."""


def check_together(read: Sequence[tuple[Agreement, Section]], which: str) -> None:
    """Note what is wrong, and what is odd, about agreements and versions as they stand beside each other.

    Versions that do not follow one another (E180), that an item (E153) or a period target (E184) cannot follow, that
    are backdated (W183) or begin amid a period (W184); agreements that claim the same items equally (E191). The last is
    looked at only where nothing else is wrong.
    """
    if not read:
        return
    places = {(one.id, one.version): section for one, section in read}
    problems = read[0][1].problems
    named: dict[str, list[Agreement]] = {}
    for one, _ in read:
        named.setdefault(one.id, []).append(one)
    sound = True
    for name, versions in named.items():
        wrong = list(disorder(versions))
        for one, problem in wrong:
            places[name, one.version].note(problem.code, problem.path, problem.message)
        if wrong:
            sound = False
            continue
        for one, problem in Versions(versions).oddities():
            places[name, one.version].warn(problem.code, problem.path, problem.message)
        _joined(Versions(versions), places)
        sound = sound and _followed(Versions(versions), places)
    if sound and not problems.found:
        _contested([one for one, _ in read], which, places, problems)


def _joined(versions: Versions, places: dict[tuple[str, int], Section]) -> None:
    """Note where a version takes over pro rata, and a period target has no figure in common with the one before."""
    for (_, end, before), (since, _, after) in pairwise(versions.spans()):
        for target in after.measured if end == since and after.mid_period == "pro_rata" else ():
            old = next((one for one in before.measured if one.id == target.id), None)
            with places[after.id, after.version].at("mid_period"):
                check_joined([target if old is None else old, target], after.version)


def _followed(versions: Versions, places: dict[tuple[str, int], Section]) -> bool:
    """Note where an item cannot follow the versions as their rule says, at that rule."""
    try:
        promises(versions)
    except AgreementError as error:
        section = places[versions.latest.id, versions.latest.version]
        for problem in error.problems:
            if problem.code != _WAITS:
                section.note(problem.code, "as_of", problem.message)
        return False
    return True


def _contested(
    agreements: Iterable[Agreement], which: str, places: dict[tuple[str, int], Section], problems: Problems
) -> None:
    book = Portfolio(tuple(agreements), which)
    for problem in book.contested:
        name, found, path = problem.path.partition(".targets.")
        if found:
            places[name, book[name].version].note(problem.code, f"targets.{path}", problem.message)
        else:
            problems.add(problem.code, "which", problem.message)
