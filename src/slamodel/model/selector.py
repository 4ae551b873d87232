"""Selectors: conditions on the fields of an item, in a small closed language without code.

``{status: resolved}`` (eq), ``{status: [resolved, closed]}`` (in), ``{status: {not: closed}}``,
``{vendor: {exists: true}}``, ``{all: [...]}``, ``{any: [...]}``, ``{not: {...}}``; several keys hold together.
A bare word names an event of the log: ``resolved``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems

EVENT: Final = "do"
"""The field that holds the name of what happened."""

EVENT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "opened": ("opened", "created"),
    "first_reply": ("first_reply", "replied", "responded"),
    "next_reply": ("replied", "responded"),
    "resolved": ("resolved",),
    "closed": ("closed",),
    "reopened": ("reopened",),
    "cancelled": ("cancelled",),
    "assigned": ("assigned",),
    "paused": ("paused",),
    "resumed": ("resumed",),
    "workaround": ("workaround",),
    "restored": ("restored",),
    "fulfilled": ("fulfilled",),
    "root_cause_found": ("root_cause_found",),
    "published": ("published",),
    "requester_replied": ("requester_replied", "customer_replied"),
    "updated": ("updated",),
}
"""The built-in event names and what logs call them; any other name stands for itself."""


_TRUTHS: Final = frozenset({"true", "false"})


def as_text(value: Any) -> str | None:
    """Return a field's value as it is compared: as text, truths in lower case, 3.0 as 3, missing as None (C14)."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


class Selector:
    """A condition on the fields of one item after one event."""

    __slots__ = ()

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """Return whether the condition holds for these values; a missing field holds no value."""
        raise NotImplementedError

    def fields(self) -> frozenset[str]:
        """Return the names of the fields that the condition looks at."""
        raise NotImplementedError


@frozen
class In(Selector):
    """The field has one of these values."""

    name: str
    values: tuple[str, ...]

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """Compare as text; the log may write a truth that is asked for in any case (C14)."""
        text = as_text(fields.get(self.name))
        if text in self.values or text is None:
            return text is not None
        return text.lower() in _TRUTHS and text.lower() in self.values

    def fields(self) -> frozenset[str]:
        """Return the one field."""
        return frozenset({self.name})


@frozen
class Exists(Selector):
    """The field has a value."""

    name: str

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """Look for any value."""
        return fields.get(self.name) is not None

    def fields(self) -> frozenset[str]:
        """Return the one field."""
        return frozenset({self.name})


@frozen
class Not(Selector):
    """The condition does not hold."""

    inner: Selector

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """Turn the answer round."""
        return not self.inner.matches(fields)

    def fields(self) -> frozenset[str]:
        """Return the fields of the condition."""
        return self.inner.fields()


@frozen
class Every(Selector):
    """All conditions hold; with none of them, always."""

    parts: tuple[Selector, ...] = field(default=())

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """Ask each."""
        return all(part.matches(fields) for part in self.parts)

    def fields(self) -> frozenset[str]:
        """Return the fields of all conditions."""
        return frozenset().union(*(part.fields() for part in self.parts))


@frozen
class Either(Selector):
    """At least one condition holds; with none of them, never."""

    parts: tuple[Selector, ...] = field(default=())

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """Ask each."""
        return any(part.matches(fields) for part in self.parts)

    def fields(self) -> frozenset[str]:
        """Return the fields of all conditions."""
        return frozenset().union(*(part.fields() for part in self.parts))


NEVER: Final = Either()
ALWAYS_TRUE: Final = Every()


def event(*names: str) -> Selector:
    """Return the selector of events by their built-in or own names."""
    return In(EVENT, tuple(dict.fromkeys(alias for name in names for alias in EVENT_NAMES.get(name, (name,)))))


def parse_selector(document: Any) -> Selector:
    """Read a selector; a text or a list of texts names events. Raises AgreementError with every problem."""
    if isinstance(document, str):
        return event(document)
    if isinstance(document, (list, tuple)) and document:
        if all(isinstance(name, str) for name in document):
            return event(*document)
        return Either(_parse_parts(document))
    if not isinstance(document, Mapping) or not document:
        msg = f"{document!r} is not a condition; write an event such as resolved, or fields such as {{status: closed}}"
        raise AgreementError(msg, "E151")
    problems = Problems()
    parts: list[Selector] = []
    for key, value in document.items():
        with problems.at(str(key), "E151"):
            parts.append(_parse_entry(str(key), value))
    problems.raise_as(AgreementError)
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _parse_parts(documents: Any) -> tuple[Selector, ...]:
    if not isinstance(documents, (list, tuple)):
        msg = f"{documents!r} is not a list of conditions"
        raise AgreementError(msg, "E151")
    problems = Problems()
    parts = []
    for i, document in enumerate(documents):
        with problems.at(str(i), "E151"):
            parts.append(parse_selector(document))
    problems.raise_as(AgreementError)
    return tuple(parts)


def _parse_entry(key: str, value: Any) -> Selector:
    if key == "all":
        return Every(_parse_parts(value))
    if key == "any":
        return Either(_parse_parts(value))
    if key == "not":
        return Not(parse_selector(value))
    return _parse_field(key, value)


def _parse_field(name: str, value: Any) -> Selector:
    if isinstance(value, Mapping):
        if len(value) != 1 or next(iter(value)) not in {"eq", "in", "not", "exists"}:
            msg = f"{dict(value)!r} is not a condition on a field; use one of eq, in, not, exists"
            raise AgreementError(msg, "E151")
        ((operator, wanted),) = value.items()
        if operator == "exists":
            if not isinstance(wanted, bool):
                msg = f"exists: {wanted!r} is neither true nor false"
                raise AgreementError(msg, "E151")
            return Exists(name) if wanted else Not(Exists(name))
        if operator == "not":
            return Not(_parse_field(name, wanted))
        return _parse_field(name, wanted)
    if value is None:
        return Not(Exists(name))
    wanted = value if isinstance(value, (list, tuple)) else [value]
    texts = tuple(text for text in map(as_text, wanted) if text is not None)
    if len(texts) < len(wanted) or any(isinstance(one, (Mapping, list)) for one in wanted):
        msg = f"{value!r} is not a list of values"
        raise AgreementError(msg, "E151")
    return In(name, texts)
