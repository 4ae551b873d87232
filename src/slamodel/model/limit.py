"""Limits: the allowed covered time of one item, or the due that its start gives."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model.calendar import Calendar
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.timeline.durations import Amount, duration_text
from slamodel.timeline.instants import DAY
from slamodel.timeline.relative import RelativeDue

READINGS: Final = ("same_time", "end_of_day", "hours")


@frozen
class Limit:
    """The allowed covered time of one item on one calendar, or so many business days read one of three ways (C5).

    ``reading``: "same_time" (the same wall time N business days later), "end_of_day" (the close of the Nth
    following business day) or "hours" (N times the calendar's nominal day of covered time). ``due``: a due
    relative to the start, instead of an amount. ``field``: the item's field that holds the amount, such as a
    negotiated "6h", instead of one amount for all.

    Raises AgreementError where it says nothing (E130), or what its calendar cannot count (E131, E132).
    """

    amount: Amount
    calendar: Calendar
    calendar_id: str = ""
    reading: str = field(default="same_time", validator=validators.in_(READINGS))
    due: RelativeDue | None = None
    field: str = ""

    def __attrs_post_init__(self) -> None:
        name = repr(self.calendar_id) if self.calendar_id else f"'{self.calendar}'"
        if self.due:
            check_due(self.due, name, self.calendar)
        elif not (self.field or self.amount.us > 0 or self.amount.days > 0):
            msg = f"limit must be greater than zero, got {self.amount}"
            raise AgreementError(msg, "E130")
        check_amount(self.amount, str(self.amount), name, self.calendar)


def check_amount(amount: Amount, written: str, name: str, calendar: Calendar) -> None:
    """Refuse an amount that a calendar cannot count; the message tells it as ``written``, the calendar by ``name``."""
    if amount.days:
        _need_dates(written, name, calendar)
    if amount.calendar_days and not calendar.never_closes:
        ways = [*_in_business_hours(amount, calendar, weeks="w" in written), "cover it 24x7"]
        msg = f"{written!r} is ambiguous in business hours: write {', '.join(ways[:-1])}, or {ways[-1]}"
        raise AgreementError(msg, "E131")


def check_due(due: RelativeDue, name: str, calendar: Calendar) -> None:
    """Refuse a due in business days on a calendar without dates of its own."""
    if due.days or not due.field:
        _need_dates(str(due), name, calendar)


def _need_dates(written: str, name: str, calendar: Calendar) -> None:
    if calendar.never_closes or not isinstance(calendar, ServiceCalendar):
        msg = f"{written!r} needs a calendar with closed days; {name} has none"
        raise AgreementError(msg, "E132")


def _in_business_hours(amount: Amount, calendar: Calendar, *, weeks: bool) -> list[str]:
    """Return what days or weeks may have been meant to say."""
    if not isinstance(calendar, ServiceCalendar) or not any(calendar.week):
        return ["it in hours"]
    open_days = sum(map(bool, calendar.week))
    days, rest = divmod(amount.us, DAY)
    days = days // 7 * open_days + days % 7 if weeks else days
    hours = duration_text(days * calendar.nominal_day + rest)
    return [hours] if rest else [f"{days}bd (business days)", hours]
