"""Exclusions: what does not count against a promise; and windows of maintenance, and of freezes."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError, DurationError
from slamodel.model._checks import Problems
from slamodel.model.hours import parse_days, parse_stretches
from slamodel.model.period import Period
from slamodel.model.selector import ALWAYS_TRUE, Selector
from slamodel.timeline.durations import Amount, parse_amount
from slamodel.timeline.recurrence import Recurrence

EXCLUSION_KINDS: Final = (
    *("maintenance", "force_majeure", "customer_caused", "third_party", "out_of_scope", "duplicate", "suspension"),
    "low_severity",
)
EFFECTS: Final = ("remove", "count_as_met", "count_as_up", "count_as_down")
WINDOW_KINDS: Final = ("maintenance", "freeze")
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ALLOWANCE: Final = re.compile(r"(.+?)\s+(?:per|a|each|every)\s+(.+)", re.ASCII)
_NONE: Final = Amount()


def parse_recurrence(text: Any) -> tuple[Recurrence, ...]:
    """Read "sun 02:00-06:00", "mon-fri 22:00-23:00, 01:00-02:00", or an RRULE with times.

    Raises AgreementError (E107) for anything else.
    """
    if isinstance(text, str) and text.strip().upper().startswith(("FREQ=", "RRULE:")):
        try:
            return (Recurrence.parse(text),)
        except DurationError as error:
            raise AgreementError(str(error), "E107") from None
    days, _, hours = text.strip().partition(" ") if isinstance(text, str) else ("", "", "")
    if not hours or len(text) > 200:
        msg = f"{str(text)[:60]!r} does not say when it recurs; write 'sun 02:00-06:00' or an RRULE with its times"
        raise AgreementError(msg, "E107")
    weekdays, stretches = sorted(set(parse_days(days))), parse_stretches(hours)
    rule = f"FREQ=WEEKLY;BYDAY={','.join(_DAYS[day] for day in weekdays)}"
    found = tuple(Recurrence(rule, start, end - start) for start, end in stretches)
    if not found:
        msg = f"{text[:60]!r} has no hours; write 'sun 02:00-06:00'"
        raise AgreementError(msg, "E107")
    return found


@frozen
class Allowance:
    """So much at most in every period: "8h per month".

    Raises AgreementError: E130 for no time at all, E132 for business days.
    """

    amount: Amount
    per: Period

    def __attrs_post_init__(self) -> None:
        if self.amount.days:
            msg = f"'{self.amount}' counts business days; an allowance is in hours, minutes or seconds"
            raise AgreementError(msg, "E132")
        if not self.amount.us:
            msg = "an allowance is greater than zero; leave it out where there is none"
            raise AgreementError(msg, "E130")

    @classmethod
    def parse(cls, text: Any) -> Allowance:
        """Read "8h per month" or "4h each quarter". Raises AgreementError (E107, E130, E132)."""
        found = _ALLOWANCE.fullmatch(text.strip()) if isinstance(text, str) else None
        if not found:
            msg = f"{str(text)[:60]!r} is not so much of a period; write '8h per month'"
            raise AgreementError(msg, "E107")
        try:
            amount = parse_amount(found[1])
        except DurationError as error:
            raise AgreementError(str(error), "E107") from None
        return cls(amount, Period.parse(found[2]))

    def __str__(self) -> str:
        return f"{self.amount} per {self.per}"


@frozen(kw_only=True)
class Window:
    """When something is planned: maintenance, or a freeze in which nothing may be changed.

    Either it ``recurs``, or it stands ``between`` two times; both by the wall clock of ``timezone``. ``services`` are
    those that it is about (none: all), ``notice`` the time in which it is announced before it begins, ``agreed_by``
    who agreed. Raises AgreementError: E102 for one that says neither when or both, E105 for an end before its start.
    """

    id: str
    kind: str = field(default="maintenance", validator=validators.in_(WINDOW_KINDS))
    recurs: tuple[Recurrence, ...] = ()
    between: tuple[str, str] | None = None
    timezone: str = ""
    services: tuple[str, ...] = ()
    notice: Amount = _NONE
    at_most: Allowance | None = None
    agreed_by: str = ""
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        if not self.id:
            problems.add("E102", "", "a window has an id, such as month-end")
        if bool(self.recurs) == (self.between is not None):
            said = "say it once, with 'recurs' or with 'between'" if self.recurs else "write recurs: sun 02:00-06:00"
            problems.add("E102", "", f"a window says when it is; {said}")
        if self.between is not None and self.between[1] <= self.between[0]:
            problems.add("E105", "between", f"{self.between[1]} is not after {self.between[0]}; a window has a length")
        problems.raise_as(AgreementError)


@frozen(kw_only=True)
class ExclusionRule:
    """What is taken out of the figures, or counted in the provider's favour, and under which conditions.

    It holds for items and outages for which ``when`` holds, or in the windows in which it ``recurs`` (the wall clock
    of ``timezone``). ``effect``: "remove" takes it out of both sides of the figure, "count_as_met" counts an item as
    met, "count_as_up" time as up, "count_as_down" as an outage. ``needs`` is who or what must have approved it,
    ``notice`` how long before it was announced, ``at_most`` how much of a period it may take. ``about`` are the ids
    of the targets and period targets that it is about (none: all). Raises AgreementError: E102 without a name.
    """

    name: str
    kind: str = field(default="out_of_scope", validator=validators.in_(EXCLUSION_KINDS))
    when: Selector = ALWAYS_TRUE
    recurs: tuple[Recurrence, ...] = ()
    timezone: str = ""
    services: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    effect: str = field(default="remove", validator=validators.in_(EFFECTS))
    needs: tuple[str, ...] = ()
    notice: Amount = _NONE
    at_most: Allowance | None = None
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.name:
            msg = "an exclusion has a name, such as planned_maintenance"
            raise AgreementError(msg, "E102")
