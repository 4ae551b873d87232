"""The small values of an agreement as a file has them: lengths, points, conditions and moments.

Each function undoes one of the readers: what it returns is read back to an equal value.
"""

from __future__ import annotations

from typing import Any

from slamodel.errors import AgreementError
from slamodel.model.escalation import Level
from slamodel.model.selector import EVENT, EVENT_NAMES, Either, Every, Exists, In, Not, Selector, event
from slamodel.model.target import Moment
from slamodel.timeline.durations import Amount

_OPERATORS = frozenset(("all", "any", "not"))


def point_text(level: Level) -> str:
    """Return the point of a level."""
    if level.share is not None or level.after == Amount():
        return level.point
    length = str(level.after)
    return f"{length} before due" if level.is_before else f"breach + {length}"


def condition_of(selector: Selector) -> dict[str, Any]:
    """Return a condition as a mapping. Raises AgreementError for a field that has the name of an operator."""
    if isinstance(selector, In):
        return {_field(selector.name): _one_or_many(selector.values)}
    if isinstance(selector, Exists):
        return {_field(selector.name): {"exists": True}}
    if isinstance(selector, Not):
        return _negated(selector.inner)
    if isinstance(selector, Either):
        return {"any": [condition_of(part) for part in selector.parts]}
    if isinstance(selector, Every):
        parts = [condition_of(part) for part in selector.parts]
        keys = [key for part in parts for key in part]
        if len(parts) > 1 and len(set(keys)) == len(keys) == len(parts):
            return {key: value for part in parts for key, value in part.items()}
        return {"all": parts}
    msg = f"a condition of type {type(selector).__name__} cannot be written to a file"
    raise AgreementError(msg)


def _negated(inner: Selector) -> dict[str, Any]:
    if isinstance(inner, Exists):
        return {_field(inner.name): {"exists": False}}
    if isinstance(inner, In):
        return {_field(inner.name): {"not": _one_or_many(inner.values)}}
    return {"not": condition_of(inner)}


def _one_or_many(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _field(name: str) -> str:
    if name in _OPERATORS:
        msg = f"a field called {name!r} cannot be written to a file, where it joins conditions; rename the field"
        raise AgreementError(msg)
    return name


def happening_of(selector: Selector) -> Any:
    """Return what an event or a condition is called: built-in events by their names."""
    if not isinstance(selector, In) or selector.name != EVENT or any("." in name for name in selector.values):
        return condition_of(selector)
    for names in ((), *((name,) for name in EVENT_NAMES), selector.values):
        if names and event(*names) == selector:
            return _one_or_many(names)
    return condition_of(selector)


def moment_of(moment: Moment) -> Any:
    """Return a moment: an event, a condition, a time in a field, or what another target's clock does."""
    if moment.after is not None:
        return f"{moment.after.id}.{moment.edge}"
    if moment.field:
        return {"at": moment.field}
    found = happening_of(moment.selector)
    if isinstance(found, dict) and isinstance(found.get("after"), str):
        # The bare word would be taken for the clock of a target.
        found["after"] = {"eq": found["after"]}
    return found
