"""Escalation: who hears of a clock, and at which point of its life."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from attrs import evolve, field, frozen

from slamodel.errors import AgreementError, DurationError
from slamodel.model.calendar import Calendar
from slamodel.model.selector import ALWAYS_TRUE, Selector
from slamodel.timeline.durations import Amount, parse_amount

_SHARE: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%", re.ASCII)
_AFTER: Final = re.compile(r"breach\s*\+\s*(.+)", re.ASCII)
_BEFORE: Final = re.compile(r"(.+?)\s+before\s+due", re.ASCII)
_FINEST: Final = 1_000_000
_NONE: Final = Amount()
_POINTS: Final = "write a share such as 75%, breach, 'breach + 4h' or '1h before due'"


@frozen
class Level:
    """One level of escalation: at a share of the limit, or so long before or after the clock runs out (A10).

    ``share`` of the limit (1/2 is 50 %), or else an amount ``after`` the breach (``before`` the due if
    ``is_before``; no amount: the breach itself). ``calendar`` counts that amount (None: the calendar of the limit).
    ``to`` are the receivers, ``applies`` the items. A level comes once a cycle, and moves with a pause. Raises
    AgreementError (E154) for a point that no clock has.
    """

    id: str
    share: Fraction | None = None
    after: Amount = field(factory=Amount)
    is_before: bool = False
    to: tuple[str, ...] = ()
    applies: Selector = ALWAYS_TRUE
    calendar: Calendar | None = None
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        counted = bool(self.after.us or self.after.days)
        if self.share is not None:
            _check_share(self.share)
        if self.after.days:
            msg = f"'{self.point}' counts business days; write covered time, such as 8h"
            raise AgreementError(msg, "E154")
        if self.is_before and not counted:
            msg = f"no time before the due is the due; {_POINTS}, or 100%"
            raise AgreementError(msg, "E154")
        if counted and self.share is not None:
            msg = f"a level is at a share ({self.point}) or so long ({self.after}) after the breach; keep one"
            raise AgreementError(msg, "E154")
        if self.calendar is not None and not counted:
            msg = f"a calendar counts the time after a breach or before a due; at {self.point} there is none to count"
            raise AgreementError(msg, "E154")

    @classmethod
    def at(cls, point: str, *, id: str = "", to: str | Sequence[str] = (), **others: Any) -> Level:  # noqa: A002  as the field
        """Return the level at "75%", "breach", "breach + 4h" or "1h before due"; its id is the point unless given.

        ``others`` are fields of the level. Raises AgreementError (E154) for anything else.
        """
        share, after, is_before = _parse(point)
        receivers = (to,) if isinstance(to, str) else tuple(to)
        made = cls(id, share, after, is_before, receivers, **others)
        return made if id else evolve(made, id=made.point)

    @property
    def is_late(self) -> bool:
        """Whether the level comes at a breach or after it, so that a clock in time never has it."""
        return self.share is None and not self.is_before

    @property
    def point(self) -> str:
        """When the level comes, as it is written."""
        if self.share is not None:
            return f"{_percent(self.share)}%"
        if self.is_before:
            return f"{self.after} before due"
        return "breach" if self.after == _NONE else f"breach + {self.after}"


def _parse(text: Any) -> tuple[Fraction | None, Amount, bool]:
    bare = text.strip() if isinstance(text, str) else ""
    if found := _SHARE.fullmatch(bare):
        share = Fraction(found[1]) / 100
        _check_share(share)
        return share, _NONE, False
    if bare == "breach":
        return None, _NONE, False
    if found := _AFTER.fullmatch(bare):
        length = _length(found[1], bare)
        if length == _NONE:
            msg = f"{bare!r} is the breach itself; write 'breach'"
            raise AgreementError(msg, "E154")
        return None, length, False
    if found := _BEFORE.fullmatch(bare):
        return None, _length(found[1], bare), True
    msg = f"{text!r} is not a point of a clock; {_POINTS}"
    raise AgreementError(msg, "E154")


def _length(text: str, whole: str) -> Amount:
    try:
        return parse_amount(text)
    except DurationError as error:
        msg = f"{whole[:60]!r}: {error}"
        raise AgreementError(msg, "E154") from None


def _check_share(share: Fraction) -> None:
    if share > 1:
        msg = f"{_percent(share)}% is beyond the limit; write how long after it, such as 'breach + 4h'"
        raise AgreementError(msg, "E154")
    if share <= 0:
        msg = f"{_percent(share)}% is no share of a limit; {_POINTS}"
        raise AgreementError(msg, "E154")
    if share.denominator > _FINEST:
        msg = f"{_percent(share)}% has more than four decimals; write fewer"
        raise AgreementError(msg, "E154")


def _percent(share: Fraction) -> str:
    percent = share * 100
    text = Decimal(percent.numerator) / Decimal(percent.denominator)
    return f"{text:f}" if Fraction(text) == percent else str(percent)
