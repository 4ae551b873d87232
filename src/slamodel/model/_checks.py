"""Checks shared by the nouns: collect every problem of one thing, then speak once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from attrs import field, frozen

from slamodel.errors import Problem, ProblemsError, SlaModelError


@frozen
class Problems:
    """A list of problems that grows while a thing is read; beside it, ``warned``, what is odd and yet allowed."""

    found: list[Problem] = field(factory=list)
    warned: list[Problem] = field(factory=list)

    def add(self, code: str, path: str, message: str) -> None:
        """Note one problem."""
        self.found.append(Problem(code, path, message))

    def warn(self, code: str, path: str, message: str) -> None:
        """Note what is odd, and yet no error."""
        self.warned.append(Problem(code, path, message))

    @contextmanager
    def at(self, path: str, code: str = "E100") -> Iterator[None]:
        """Note whatever the block raises on purpose, as problems under ``path``."""
        try:
            yield
        except ProblemsError as error:
            self.found.extend(problem.under(path) for problem in error.problems)
        except SlaModelError as error:
            self.add(code, path, str(error))

    def raise_as(self, kind: type[ProblemsError]) -> None:
        """Raise all that was noted, if anything was."""
        if self.found:
            raise kind(self.found)


def did_you_mean(word: object, known: Iterable[str], most: int = 12) -> str:
    """Return "; did you mean 'x'?" for a near miss, else "; known: a, b", ``most`` of them."""
    known = list(known)
    close = get_close_matches(str(word), known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(known[:most])}" if known else ""


def as_date(value: Any) -> date:
    """Return a date, or its ISO text, as a date."""
    if isinstance(value, datetime):
        msg = f"{value.isoformat()} is an instant where a date is wanted, such as '2026-12-24'"
        raise ProblemsError(msg, "E105")
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        msg = f"{value!r} is not a date; write it as '2026-12-24'"
        raise ProblemsError(msg, "E105") from None
