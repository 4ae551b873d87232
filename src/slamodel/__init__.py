"""slamodel: service-level agreements, what was agreed and what time says about it."""

from slamodel.errors import (
    AgreementError,
    CalendarError,
    DurationError,
    EventError,
    HolidayHorizonWarning,
    HorizonError,
    InstantError,
    Problem,
    SlaModelError,
)
from slamodel.model.calendar import Calendar, CombinedCalendar
from slamodel.model.calendar_table import CalendarTable
from slamodel.model.service_calendar import ServiceCalendar

__all__ = [
    "AgreementError",
    "Calendar",
    "CalendarError",
    "CalendarTable",
    "CombinedCalendar",
    "DurationError",
    "EventError",
    "HolidayHorizonWarning",
    "HorizonError",
    "InstantError",
    "Problem",
    "ServiceCalendar",
    "SlaModelError",
]
