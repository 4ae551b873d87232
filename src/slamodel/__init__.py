"""slamodel: service-level agreements, what was agreed and what time says about it."""

from typing import TYPE_CHECKING, Any, Final

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

if TYPE_CHECKING:
    from slamodel.io.agreement_file import load, loads

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
    "load",
    "loads",
]

# Loaded when first asked for, so that `import slamodel` stays light.
_LATER: Final = {
    "load": "slamodel.io.agreement_file",
    "loads": "slamodel.io.agreement_file",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    value = getattr(import_module(_LATER[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
