"""Calendars of an agreement: those it names, the one that holds where none is named, and their zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from attrs import evolve, field, frozen

from slamodel.errors import CalendarError, SlaModelError
from slamodel.io.agreements.combined import is_combined, opened, read_combined
from slamodel.io.agreements.document import join
from slamodel.io.agreements.section import Section, shown
from slamodel.model._checks import Problems, did_you_mean
from slamodel.model.calendar import Calendar
from slamodel.model.hours import ALWAYS
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.timeline.zones import zone

_YEARS: Final = range(1900, 2200)
_NO_ZONE: Final = "missing; say in which zone the hours are, here or for the agreement: timezone: Europe/London"


@frozen
class Cover:
    """A calendar under the name that the file gives it (none: the agreement's own); no calendar if it is unreadable."""

    name: str
    calendar: Calendar | None

    def __str__(self) -> str:
        return repr(self.name) if self.name else "the agreement's calendar"


@frozen
class Covers:
    """The calendars that an agreement may name, the one that holds where it names none, and the zone of all."""

    named: Mapping[str, Cover] = field(factory=dict)
    default: Cover | None = None
    zone: str = ""

    def find(self, name: str) -> Cover | None:
        """Return the calendar of a name; none where there is none."""
        if name == ALWAYS:
            return Cover(ALWAYS, ServiceCalendar(hours=ALWAYS, timezone=self.zone or "UTC"))
        return self.named.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that there are."""
        return (*self.named, ALWAYS)


def read_covers(section: Section, outer: Covers) -> Covers:
    """Read ``timezone``, ``calendars`` and ``calendar``; those of the whole file (``outer``) hold as well."""
    place = _read_zone(section) or outer.zone
    own = section.section("calendars")
    named = dict(outer.named)
    covers = evolve(outer, named=named, zone=place)
    for name, document in sorted(own.data.items(), key=lambda pair: is_combined(pair[1])):  # parts before the whole
        if name == ALWAYS or name in outer.named:
            msg = (
                "the name of the calendar that never closes" if name == ALWAYS else "defined for the whole file already"
            )
            own.note("E102", name, f"{msg}; choose another name")
        named[name] = Cover(name, read_calendar(document, join(own.path, name), section.problems, covers))
    covers = evolve(covers, named={name: named[name] for name in (*outer.named, *own.data)})
    document = section.get("calendar")
    if document is None:
        return covers
    if not isinstance(document, str):
        default = Cover("", read_calendar(document, join(section.path, "calendar"), section.problems, covers))
        return evolve(covers, default=default)
    found = covers.find(document)
    if found is None:
        section.note(
            "E102", "calendar", f"calendar {shown(document)} is not defined{section.hint(document, covers.names)}"
        )
    return evolve(covers, default=found or Cover(document, None))


def _read_zone(section: Section) -> str:
    if section.get("timezone") in (None, ""):
        return ""
    with section.at("timezone"):
        return zone(section.text("timezone") or "UTC").key
    return "UTC"  # so that its calendars are read on, and do not repeat the problem


def read_calendar(
    document: Any, path: str, problems: Problems, covers: Covers, *, is_part: bool = False
) -> Calendar | None:
    """Read a calendar: "24x7", the keys of ServiceCalendar, or a combination of calendars.

    Without a zone of its own it takes that of ``covers``. Hours without any zone are refused (S6), unless they
    never close. A part of a combination (``is_part``) may be a calendar that never opens.
    """
    place = covers.zone
    if isinstance(document, Calendar):
        return document
    if is_combined(document):
        section = Section(document, path, problems)
        found = read_combined(section, partial(_read_part, problems, covers))
        return found if is_part else opened(section, found)
    before = len(problems.found)
    if document == ALWAYS:
        document = {"hours": ALWAYS}
    if isinstance(document, Mapping):
        section = Section(document, path, problems)
        document = _checked(section)
        if "hours" in document and not (section.get("timezone") or place) and _closes(document):
            section.note("E113", "timezone", _NO_ZONE)
        document.setdefault("timezone", place or "UTC")
    with problems.at(path):
        made = _made(document)
        return made if len(problems.found) == before else None
    return None


def _read_part(problems: Problems, covers: Covers, document: Any, path: str) -> Calendar | None:
    """Read a part of a combination: the name of a calendar, or one written out."""
    if not isinstance(document, str) or document == ALWAYS:
        return read_calendar(document, path, problems, covers, is_part=True)
    found = covers.find(document)
    if found is None:
        hint = did_you_mean(document, covers.names)
        problems.add("E102", path, f"calendar {shown(document)} is not defined above its combination{hint}")
    return found.calendar if found else None


def _closes(document: Mapping[str, Any]) -> bool:
    dated = ("holidays", "special", "closed", "breaks", "seasons")
    return document["hours"] != ALWAYS or any(document.get(key) for key in dated)


def _checked(section: Section) -> dict[str, Any]:
    """Return the keys that have a value of the right kind; what they say is for ServiceCalendar to check."""
    checks: dict[str, Callable[[str], object]] = {
        "timezone": section.text,
        "closure": section.text,
        "closed": section.entries,
        "seasons": section.entries,
        "holidays": partial(_check_holidays, section),
    }
    kept = {key: value for key, value in section.data.items() if value is not None}
    for key, check in checks.items():
        before = len(section.problems.found)
        check(key)
        if len(section.problems.found) > before:
            del kept[key]
    return kept


def _check_holidays(calendar: Section, key: str) -> None:
    value = calendar.get(key)
    if not isinstance(value, Mapping) or not {"country", "market"} & set(value):
        return
    section = calendar.section(key)
    for name in ("country", "subdivision", "market", "language", "source"):
        section.text(name)
    section.texts("categories")
    section.flag("observed")
    section.section("dates")
    years = section.get("years")
    if years is not None and not (
        isinstance(years, list)
        and len(years) == 2
        and all(isinstance(year, int) and year in _YEARS for year in years)
        and years[0] <= years[1]
    ):
        section.note("E107", "years", f"{shown(years)} is not a pair of years such as [2020, 2030]")


def _made(document: Any) -> ServiceCalendar:
    try:
        return ServiceCalendar.from_dict(document)
    except SlaModelError:
        raise
    except (TypeError, ValueError, OverflowError) as error:  # no document, however odd, breaks the reader
        msg = f"cannot be read: {error}"
        raise CalendarError(msg) from error
