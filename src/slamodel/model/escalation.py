"""Escalation: who hears of a clock, and at which point of its life."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from slamodel.model.calendar import Calendar
from slamodel.model.selector import ALWAYS_TRUE, Selector
from slamodel.timeline.durations import Amount


@frozen
class Level:
    """One level of escalation: at a share of the limit, or so long before or after the clock runs out (A10).

    ``share`` of the limit (1/2 is 50 %), or else an amount ``after`` the breach (``before`` the due if
    ``is_before``). ``calendar`` counts that amount (None: the calendar of the limit). ``to`` are the receivers,
    ``applies`` the items. A level fires once a cycle, and moves with a pause.
    """

    id: str
    share: Fraction | None = None
    after: Amount = field(factory=Amount)
    is_before: bool = False
    to: tuple[str, ...] = ()
    applies: Selector = ALWAYS_TRUE
    calendar: Calendar | None = None
    clause: str = ""
