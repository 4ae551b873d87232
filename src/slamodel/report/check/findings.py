"""Findings: what a check of agreements came to, to be asked, printed, and written as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from attrs import asdict, evolve, frozen

from slamodel.errors import Problem
from slamodel.report.backing.result import Backing
from slamodel.report.check.complete import Promise
from slamodel.report.check.share_problem import ShareProblem

SEVERITIES: Final = ("error", "warning", "note")


@frozen
class Findings:
    """Every problem of some agreements, in the order of their files.

    ``backing`` has a proof for every promise with a ``backed_by`` that could be proved, ``promises`` the coverage
    matrix of the profile "complete".
    """

    problems: tuple[Problem, ...] = ()
    backing: tuple[Backing, ...] = ()
    promises: tuple[Promise, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are errors."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def passed(self, *, strict: bool = False) -> bool:
        """Return whether there is no error; with ``strict``, no warning either."""
        bad = SEVERITIES[: 2 if strict else 1]
        return not any(problem.severity in bad for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        """Return the findings in JSON types."""
        keys = ("code", "severity", "path", "file", "line", "column", "message")
        count = {name: sum(problem.severity == name for problem in self.problems) for name in SEVERITIES}
        return {
            "problems": [{key: getattr(problem, key) for key in keys} for problem in self.problems],
            "count": count,
            "backing": [one.to_dict() for one in self.backing],
            "shares": [one.to_dict() for one in self.problems if isinstance(one, ShareProblem)],
            "promises": [asdict(one) for one in self.promises],
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for problem in self.problems:
            place = str(evolve(problem, path="", message="")).removesuffix(f" [{problem.code}]")
            path = f"{problem.path}: " if problem.path else ""
            yield f"{place}{problem.severity}: {path}{problem.message} [{problem.code}]"
        kept = [proof.line for proof in self.backing if proof.backed and not proof.notes]
        yield from ["", *kept] if kept else ()
        for proof in self.backing:
            if proof.line not in kept:
                yield ""
                yield str(proof)
        if self.problems or self.backing:
            yield ""
        told = [(name, sum(problem.severity == name for problem in self.problems)) for name in SEVERITIES]
        yield ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in told)
