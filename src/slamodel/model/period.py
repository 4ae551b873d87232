"""Period and Term: the stretches that a promise is measured over, and lengths in whole days, weeks, months or years."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError

UNITS: Final = ("day", "week", "month", "quarter", "half_year", "year", "contract_month", "contract_year", "term")
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADVERBS: Final = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
    "annual": "year",
}
_TERM: Final = re.compile(r"\s*(\d{1,4})\s*(day|week|month|quarter|year)s?\s*", re.ASCII | re.IGNORECASE)
_SHORT: Final = re.compile(r"\s*(\d{1,4})\s*([dw])\s*", re.ASCII)
_ROLLING: Final = re.compile(r"\s*rolling\s+(.+)", re.ASCII | re.IGNORECASE)
_FROM: Final = re.compile(r"(week|month)\s+from\s+(?:the\s+)?(\w+?)(?:st|nd|rd|th)?", re.ASCII)
_PERIODS: Final = "week, month, quarter, half year, year, contract month, contract year, term, or rolling 30 days"
_LAST: Final = 28


@frozen
class Term:
    """So many whole days, weeks, months, quarters or years of the calendar on the wall: "6 months".

    Raises AgreementError (E107) for a count below one or another unit.
    """

    count: int
    unit: str = field(validator=validators.in_(("day", "week", "month", "quarter", "year")))

    def __attrs_post_init__(self) -> None:
        if self.count < 1:
            msg = f"{self.count} {self.unit}s is no length; it is one or more"
            raise AgreementError(msg, "E107")

    @classmethod
    def parse(cls, text: Any) -> Term:
        """Read "30 days", "6 months", "1 year", "30d" or "2w". Raises AgreementError (E107)."""
        bare = text if isinstance(text, str) else ""
        if found := _TERM.fullmatch(bare):
            return cls(int(found[1]), found[2].lower())
        if found := _SHORT.fullmatch(bare):
            return cls(int(found[1]), {"d": "day", "w": "week"}[found[2]])
        msg = f"{str(text)[:40]!r} is not a length in days, weeks, months or years; write it as '6 months'"
        raise AgreementError(msg, "E107")

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'s' if self.count > 1 else ''}"


@frozen
class Period:
    """What a figure is told over: a stretch of the calendar again and again, or a rolling one.

    ``first`` is the day a week or a month begins on, where that is not Monday or the first: 6 for Sunday (Monday is
    0), 15 for the 15th. ``rolling`` is the length of a rolling period; its unit is then "day". Contract months and
    years count from the agreement's first day; a term is the whole of it. Raises AgreementError (E107).
    """

    unit: str = field(default="month", validator=validators.in_(UNITS))
    first: int = 0
    rolling: Term | None = None

    def __attrs_post_init__(self) -> None:
        low, high = {"week": (0, 6), "month": (0, _LAST)}.get(self.unit, (0, 0))
        if not low <= self.first <= high:
            msg = f"a {self.unit} does not begin on {self.first}"
            hint = f"; a month begins on one of the days 1 to {_LAST}" if self.unit == "month" else ""
            raise AgreementError(msg + hint, "E107")

    @classmethod
    def parse(cls, text: Any) -> Period:
        """Read "month", "quarterly", "week from sunday", "month from 15", "contract year" or "rolling 30 days".

        Raises AgreementError (E107) for anything else.
        """
        bare = " ".join(text.lower().replace("_", " ").split()) if isinstance(text, str) else ""
        unit = _ADVERBS.get(bare, bare.replace(" ", "_").replace("-", "_"))
        if unit in UNITS:
            return cls(unit)
        if found := _ROLLING.fullmatch(bare):
            return cls("day", rolling=Term.parse(found[1]))
        if found := _FROM.fullmatch(bare):
            return cls(found[1], _first(found[1], found[2], bare))
        msg = f"{str(text)[:40]!r} is not a period; write {_PERIODS}"
        raise AgreementError(msg, "E107")

    def __str__(self) -> str:
        if self.rolling:
            return f"rolling {self.rolling}"
        unit = self.unit.replace("_", " ")
        if not self.first:
            return unit
        return f"{unit} from {_WEEKDAYS[self.first] if self.unit == 'week' else self.first}"


def _first(unit: str, word: str, whole: str) -> int:
    if unit == "month" and word.isdigit() and 1 <= int(word) <= _LAST:
        return int(word) if int(word) > 1 else 0
    found = [number for number, day in enumerate(_WEEKDAYS) if len(word) >= 3 and day.startswith(word)]
    if unit == "week" and found:
        return found[0]
    msg = f"{whole[:40]!r} is not a period; write 'week from sunday' or 'month from 15' (1 to {_LAST})"
    raise AgreementError(msg, "E107")
