"""Triggers: what repeated misses lead to, in the words of the contract."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model.percent import Percent
from slamodel.model.period import Term

EFFECTS: Final = ("notify", "rectification_plan", "chronic", "termination_right")
HAPPENINGS: Final = ("missed", "below_minimum")
_WHEN: Final = re.compile(
    r"(?P<of>\S+)(?:\s+targets?)?\s+(?P<what>missed|below minimum)"
    r"(?:\s+(?:(?P<row>\d{1,3})\s+(?P<unit>day|week|month|quarter|year|period)s?\s+in\s+a\s+row"
    r"|(?P<n>\d{1,3})\s+of\s+(?P<m>\d{1,3})\s+(?P<unit2>day|week|month|quarter|year|period)s?|once))?",
    re.ASCII,
)
_REACHED: Final = re.compile(r"credits\s+reach\s+(.+?)\s+of\s+(?:the\s+)?(\w+)\s+cap", re.ASCII)
_POINTS: Final = re.compile(r"points\s+reach\s+(\d{1,6})\s+in\s+(.+)", re.ASCII)


@frozen(kw_only=True)
class Trigger:
    """What repeated misses lead to: "payroll-up missed 3 months in a row" gives a right, or asks for a plan.

    ``of`` is a period target, or "any". It fires when that is ``what`` ("missed", "below_minimum") in ``count`` of
    ``within`` periods of ``unit`` ("period": those of the target); as many as there are is in a row. Instead ``share``
    of the cap ``of`` a period is reached by credits, or so many ``points`` within ``within`` of ``unit``. ``then`` is
    told, and never done by itself. Raises AgreementError (E107) for numbers that cannot be.
    """

    of: str
    then: str = field(validator=validators.in_(EFFECTS))
    what: str = field(default="missed", validator=validators.in_((*HAPPENINGS, "credits", "points")))
    count: int = 1
    within: int = 1
    unit: str = "period"
    share: Percent | None = None
    points: int = 0
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.count <= self.within:
            msg = f"{self.count} of {self.within} {self.unit}s cannot be; write '3 months in a row' or '4 of 12 months'"
            raise AgreementError(msg, "E107")

    @classmethod
    def parse(cls, when: Any, then: str, clause: str = "") -> Trigger:
        """Read when it fires. Raises AgreementError (E107).

        "x missed", "x missed 3 months in a row", "any target missed 4 of 12 months", "x below minimum once",
        "credits reach 75% of year cap", "points reach 10 in 3 months".
        """
        bare = " ".join(when.split()) if isinstance(when, str) else ""
        if found := _REACHED.fullmatch(bare):
            return cls(of=found[2], what="credits", share=Percent.parse(found[1]), then=then, clause=clause)
        if found := _POINTS.fullmatch(bare):
            term = Term.parse(found[2])
            return cls(
                of="any",
                what="points",
                points=int(found[1]),
                within=term.count,
                unit=term.unit,
                then=then,
                clause=clause,
            )
        found = _WHEN.fullmatch(bare)
        if not found:
            msg = f"{str(when)[:60]!r} does not say when; write 'payroll-up missed 3 months in a row' or "
            raise AgreementError(msg + "'any target missed 4 of 12 months'", "E107")
        count = int(found["row"] or found["n"] or 1)
        within, unit = int(found["m"] or count), found["unit"] or found["unit2"] or "period"
        what = found["what"].replace(" ", "_")
        return cls(of=found["of"], what=what, count=count, within=within, unit=unit, then=then, clause=clause)

    @property
    def in_a_row(self) -> bool:
        """Whether every one of the periods must be missed."""
        return self.count == self.within

    def __str__(self) -> str:
        if self.what == "credits":
            return f"credits reach {self.share} of {self.of} cap"
        if self.what == "points":
            return f"points reach {self.points} in {self.within} {_several(self.unit, self.within)}"
        said = f"{self.of} {self.what.replace('_', ' ')}"
        if self.within == 1 and self.unit == "period":
            return said
        if self.in_a_row:
            return f"{said} {self.count} {_several(self.unit, self.count)} in a row"
        return f"{said} {self.count} of {self.within} {_several(self.unit, self.within)}"


def _several(unit: str, count: int) -> str:
    return f"{unit}s" if count > 1 else unit
