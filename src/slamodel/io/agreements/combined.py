"""Combined calendars of an agreement file: either, both, one without another, all the time outside of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Final

from slamodel.errors import HorizonError
from slamodel.io.agreements.document import join
from slamodel.io.agreements.section import Section, shown
from slamodel.model.calendar import Calendar, CombinedCalendar

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
WORDS: Final[Mapping[str, str]] = {"either": "|", "both": "&", "without": "-", "outside": "~"}
"""The key of a combination, and the operator that it is in Python."""


def is_combined(document: Any) -> bool:
    """Return whether a calendar is written as a combination."""
    return isinstance(document, Mapping) and not document.keys().isdisjoint(WORDS)


def read_combined(section: Section, read: Callable[[Any, str], Calendar | None]) -> Calendar | None:
    """Read ``{either: [a, b]}``; ``read`` takes a part, a name or a calendar, and its path.

    None where a part cannot be read; what is wrong is noted.
    """
    section.only(WORDS)
    words = [word for word in WORDS if section.get(word) is not None]
    if len(words) != 1 or len(section.data) != 1:
        said = " and ".join(words) or "nothing"
        section.note("E102", "", f"combines calendars by {said}; write one of {', '.join(WORDS)}, and nothing beside")
        return None
    (word,) = words
    value, path = section.get(word), join(section.path, word)
    if WORDS[word] == "~":
        part = read(value, path)
        return None if part is None else ~part
    least, most = 2, 2 if word == "without" else 20
    if not isinstance(value, list) or not least <= len(value) <= most:
        example = "[office, freeze]" if word == "without" else "[office, desk]"
        section.note("E107", word, f"{shown(value)} are not calendars to combine; write {word}: {example}")
        return None
    parts = [read(part, join(path, str(i))) for i, part in enumerate(value)]
    if any(part is None for part in parts):
        return None
    return reduce(lambda one, other: CombinedCalendar(WORDS[word], (one, other)), [part for part in parts if part])


def opened(section: Section, calendar: Calendar | None) -> Calendar | None:
    """Return a combination that opens at all; one that never does is noted."""
    if calendar is None:
        return None
    for ask in (calendar.next_open, calendar.previous_close):
        with suppress(HorizonError):
            ask(_LONG_AGO)
            return calendar
    section.note("E121", "", "no instant is open; a clock on this calendar would never run")
    return None
