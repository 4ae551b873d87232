"""What can go wrong, as exceptions that name the place, the rule, what came, and the next step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import evolve, field, frozen

_SEVERITIES: Final = {"W": "warning", "N": "note"}


@frozen
class Problem:
    """One thing that is wrong, at one place.

    ``path`` is the place inside the document (``targets.resolve.P1``), ``file``, ``line`` and ``column``
    the place in the text it came from (1-based; 0 where there is none), ``code`` the number of the rule.
    ``severity`` is "error", "warning" or "note"; unless it is given, by the letter of the code: ``E120``, ``W134``,
    ``N101``.
    """

    code: str
    path: str
    message: str
    file: str = field(default="", kw_only=True)
    line: int = field(default=0, kw_only=True)
    column: int = field(default=0, kw_only=True)
    severity: str = field(kw_only=True)

    @severity.default
    def _severity_of_code(self) -> str:
        return _SEVERITIES.get(self.code[:1], "error")

    def __str__(self) -> str:
        numbers = "".join(f":{number}" for number in (self.line, self.column) if number)
        place = f"{self.file}{numbers}: " if self.file or numbers else ""
        path = f"{self.path}: " if self.path else ""
        return f"{place}{path}{self.message} [{self.code}]"

    def under(self, path: str) -> Problem:
        """Return the same problem as seen from further out: ``path`` in front of its own."""
        return evolve(self, path=".".join(part for part in (path, self.path) if part))


class SlaModelError(Exception):
    """The root of every error this library raises on purpose."""


class InstantError(SlaModelError, ValueError):
    """A point in time that cannot be used: naive, skipped or repeated by a clock change, out of range."""


class DurationError(SlaModelError, ValueError):
    """A length of time that cannot be read, or that means nothing here."""


class HorizonError(SlaModelError, ValueError):
    """A question that no amount of calendar answers: it never opens again, or lies outside years 2-9998."""


class ProblemsError(SlaModelError, ValueError):
    """Everything that is wrong with one thing, at once (``.problems``)."""

    def __init__(self, problems: Iterable[Problem] | str, code: str = "E100") -> None:
        self.problems = (Problem(code, "", problems),) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ProblemsError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class CalendarError(ProblemsError):
    """Opening hours, zones or closures that contradict themselves."""


class AgreementError(ProblemsError):
    """What is wrong with an agreement document."""


class EventError(ProblemsError):
    """What is wrong with a table of events."""


class ChargeError(ProblemsError):
    """What is wrong with charges: rows that cannot be read, and what is missing or mixed among them."""


class HolidayHorizonWarning(UserWarning):
    """A question went past the last holiday that was listed."""
