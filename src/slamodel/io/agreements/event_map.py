"""How an agreement says its log is read: ``events``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from slamodel.io.agreements.section import Section, shown
from slamodel.io.logs.columns import TO
from slamodel.io.logs.lines import codec
from slamodel.model.event_map import EventMap
from slamodel.model.selector import as_text
from slamodel.timeline.zones import zone

_KINDS: Final = ("snapshots", "changes")
_FORMATS: Final = ("iso", "epoch", "epoch_ms")
_TEXTS: Final = ("item", "at", "sequence", "format", "timezone", "encoding")
_KEYS: Final = (
    "kind",
    "item",
    "at",
    "sequence",
    "format",
    "timezone",
    "missing",
    "columns",
    "values",
    "times",
    "known",
    "encoding",
)


def read_event_map(section: Section) -> EventMap:
    """Read ``events``; what is not said is as EventMap has it."""
    part = section.section("events")
    part.only(_KEYS)
    given: dict[str, Any] = {key: part.text(key) or None for key in _TEXTS}
    given["kind"] = part.choice("kind", _KINDS)
    pattern = part.text("format")
    if pattern and pattern not in _FORMATS and "%" not in pattern:
        msg = f"{shown(pattern)} is no format; write {', '.join(_FORMATS)} or a pattern such as '%d/%m/%Y %H:%M'"
        part.note("E107", "format", msg)
    if given["timezone"]:
        with part.at("timezone"):
            zone(given["timezone"])
    if given["encoding"]:
        with part.at("encoding"):
            codec(given["encoding"])
    given["missing"], given["times"] = part.texts("missing"), part.texts("times")
    if given["kind"] != "snapshots" and TO in (given["times"] or ()):
        msg = f"{TO!r} is the new value of an event in a log of changes, and no field; call the time something else"
        part.note("E107", "times", f"{msg}, in the log too, such as finished_at")
    columns = part.section("columns")
    given["columns"] = tuple((field, columns.text(field)) for field in columns.data)
    values = part.section("values")
    given["values"] = tuple((field, _names(values.section(field))) for field in values.data)
    known = part.section("known")
    given["known"] = tuple((field, tuple(known.texts(field) or ())) for field in known.data)
    return EventMap(**{key: value for key, value in given.items() if value is not None})


def _names(section: Section) -> tuple[tuple[str, str], ...]:
    names = []
    for logged, name in section.data.items():
        if name is None or isinstance(name, (Mapping, list)):
            section.note("E107", logged, f"{shown(name)} is not a value; write what {shown(logged)} is called")
        names.append((logged, as_text(name) or ""))
    return tuple(names)
