"""The dates on which periods begin, and what they are called."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NoReturn

from slamodel.errors import AgreementError
from slamodel.model.period import Period

MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "contract_month": 1, "contract_year": 12}
"""How many months the periods last that are counted in months."""
_DAYS: Final = {"day": 1, "week": 7}
_NAMED: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|W(?P<week>\d{2})|(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d{2}))?))?",
    re.ASCII,
)


def shifted(day: date, unit: str, count: int) -> date:
    """Return the date so many days, weeks, months, quarters or years later; a day that a month lacks is its last."""
    if unit in _DAYS:
        return day + timedelta(days=count * _DAYS[unit])
    return _in_month(day.year * 12 + day.month - 1 + count * MONTHS[unit], day.day)


def begins_of(period: Period, first: date, last: date, agreed: date) -> list[date]:
    """Return the dates on which periods begin: from the one that holds ``first`` to the one after ``last``."""
    if period.unit in _DAYS:
        step = _DAYS[period.unit]
        start = first - timedelta(days=(first.weekday() - period.first) % step)
        return [start + timedelta(days=n * step) for n in range((last - start).days // step + 2)]
    step = MONTHS[period.unit]
    contract = period.unit.startswith("contract")
    day = agreed.day if contract else max(period.first, 1)
    base = agreed.year * 12 + agreed.month - 1 if contract else 0
    month = first.year * 12 + first.month - 1
    month = base + (month - base) // step * step
    if _in_month(month, day) > first:
        month -= step
    cuts = [_in_month(month, day)]
    while cuts[-1] <= last:
        month += step
        cuts.append(_in_month(month, day))
    return cuts


def name_of(period: Period, start: date) -> str:
    """Return the name of the period of that kind that begins on a date."""
    if period.first or period.unit in ("day", "contract_month", "contract_year"):
        return str(start)
    if period.unit == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04d}-W{week:02d}"
    if period.unit == "year":
        return f"{start.year:04d}"
    if period.unit == "month":
        return f"{start.year:04d}-{start.month:02d}"
    if period.unit == "quarter":
        return f"{start.year:04d}-Q{(start.month + 2) // 3}"
    return f"{start.year:04d}-H{(start.month + 5) // 6}"


def named(name: str) -> tuple[date, date]:
    """Return the first date of a period, and the first after it, by its name: "2026", "2026-Q2", "2026-06", ...

    Raises AgreementError (E107) for a name that no period has.
    """
    found = _NAMED.fullmatch(name.strip())
    try:
        return _dates(found, name.strip()) if found else _refuse(name)
    except (ValueError, OverflowError):
        return _refuse(name)


def _dates(found: re.Match[str], name: str) -> tuple[date, date]:
    year = int(found["year"])
    if found["week"]:
        start = date.fromisocalendar(year, int(found["week"]), 1)
        return start, shifted(start, "week", 1)
    if found["day"]:
        start = date.fromisoformat(name)
        return start, shifted(start, "day", 1)
    unit = next((unit for unit in ("month", "quarter", "half") if found[unit]), "year")
    months = {"half": 6}.get(unit) or MONTHS[unit]
    month = year * 12 + (int(found[unit]) - 1) * months if unit != "year" else year * 12
    return _in_month(month, 1), _in_month(month + months, 1)


def _refuse(name: str) -> NoReturn:
    msg = f"{name[:40]!r} is no period; write it as 2026, 2026-Q2, 2026-H1, 2026-06, 2026-W24 or 2026-06-15"
    raise AgreementError(msg, "E107")


def _in_month(month: int, day: int) -> date:
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))
