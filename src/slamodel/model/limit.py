"""Limits: the allowed covered time of one item, or the due that its start gives."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen, validators

from slamodel.model.calendar import Calendar
from slamodel.timeline.durations import Amount
from slamodel.timeline.relative import RelativeDue

READINGS: Final = ("same_time", "end_of_day", "hours")


@frozen
class Limit:
    """The allowed covered time of one item on one calendar, or so many business days read one of three ways (C5).

    ``reading``: "same_time" (the same wall time N business days later), "end_of_day" (the close of the Nth
    following business day) or "hours" (N times the calendar's nominal day of covered time). ``due``: a due
    relative to the start, instead of an amount. ``field``: the item's field that holds the amount, such as a
    negotiated "6h", instead of one amount for all.
    """

    amount: Amount
    calendar: Calendar
    calendar_id: str = ""
    reading: str = field(default="same_time", validator=validators.in_(READINGS))
    due: RelativeDue | None = None
    field: str = ""
