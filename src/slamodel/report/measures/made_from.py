"""Made from: the versions and digests that a report was computed from, so that it can be computed again (M6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib.metadata import version
from typing import Any

import attrs
import numpy as np

from slamodel.clock.texts import instant_text
from slamodel.clock.verdicts import VerdictTable
from slamodel.model.agreement import Agreement
from slamodel.model.calendar import Calendar
from slamodel.timeline.zones import tz_database


def digest(*things: Any) -> str:
    """Return a digest of values by their content: equal content, equal digest, in every process (SHA-256)."""
    found = hashlib.sha256()
    for thing in things:
        _update(found, thing)
    return found.hexdigest()


def made_from(
    agreements: Mapping[str, tuple[Agreement, ...]], inputs: Mapping[str, Any], asked: Any, as_of: int
) -> dict[str, Any]:
    """Return what a report was made from: the engine, the rules of zones and holidays, the agreements and the facts.

    ``agreements`` are all versions by id, ``inputs`` the facts by what they are (None: not given), ``asked`` what was
    asked of them. ``digest`` is that of all of it.
    """
    calendars = {
        f"{one.id}@{one.version}/{name}": digest(calendar)
        for versions in agreements.values()
        for one in versions
        for name, calendar in (*one.calendars, *_of_targets(one))
    }
    told: dict[str, Any] = {
        **_releases(),
        "as_of": instant_text(as_of),
        "agreements": {f"{one.id}@{one.version}": digest(one) for those in agreements.values() for one in those},
        "calendars": calendars,
        "facts": {name: digest(_facts(fact)) for name, fact in inputs.items() if fact is not None},
        "asked": digest(asked),
    }
    return {**told, "digest": digest(told)}


@cache
def _releases() -> dict[str, str]:
    """Return the releases of what decides beside agreements and facts; they stay while the program runs."""
    return {
        "engine": f"slamodel {version('slamodel')}",
        "zones": tz_database(),
        "holidays": f"holidays {version('holidays')}",
    }


def _of_targets(one: Agreement) -> list[tuple[str, Calendar]]:
    """Return the calendars that targets count on, under the names of the targets."""
    limits = [
        (f"{target.id}/{name or 'default'}", limit.calendar) for target in one.targets for name, limit in target.limits
    ]
    return limits + [(target.id, target.metric.during) for target in one.measured if target.metric.during is not None]


def _facts(fact: Any) -> Any:
    """Return what of some facts decides: of verdicts the columns, for they are made from the rest."""
    if isinstance(fact, VerdictTable):
        return [fact.as_of, fact.items, fact.item, fact.codes, fact.breached, fact.cycles, fact.values]
    return fact


def _update(found: Any, thing: Any) -> None:
    """Feed a value to a digest: its kind, then its parts in order, each told apart from the next."""
    if isinstance(thing, np.ndarray):
        if thing.dtype.kind == "O":
            _update(found, thing.tolist())
            return
        found.update(f"array {thing.dtype.str} {thing.shape};".encode())
        found.update(np.ascontiguousarray(thing).view(np.uint8).data if thing.size else b"")
    elif isinstance(thing, Calendar):
        _text(found, "calendar", repr(thing))
    elif attrs.has(type(thing)):
        fields = [one for one in attrs.fields(type(thing)) if one.init]
        found.update(f"{type(thing).__name__} {len(fields)};".encode())
        for one in fields:
            _text(found, "field", one.name)
            _update(found, getattr(thing, one.name))
    elif isinstance(thing, Mapping):
        found.update(f"map {len(thing)};".encode())
        for key, value in sorted(thing.items(), key=lambda pair: str(pair[0])):
            _update(found, key)
            _update(found, value)
    elif isinstance(thing, list | tuple):
        found.update(f"list {len(thing)};".encode())
        for part in thing:
            _update(found, part)
    elif isinstance(thing, set | frozenset):
        _update(found, sorted(map(str, thing)))
    elif isinstance(thing, date | datetime):
        _text(found, "time", thing.isoformat())
    else:
        _text(found, type(thing).__name__, thing.name if isinstance(thing, Enum) else str(thing))


def _text(found: Any, kind: str, text: str) -> None:
    written = text.encode()
    found.update(f"{kind} {len(written)};".encode())
    found.update(written)
