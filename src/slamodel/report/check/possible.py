"""What conditions can come to: whether one can hold at all, or holds whenever another does.

Both are asked of the conditions themselves, on every combination of the values that they name, of one that they do
not name, and of none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Any, Final

from slamodel.model.selector import Either, Every, Exists, In, Not, Selector

ANOTHER: Final = "\0another value"
_MOST: Final = 20_000

Known = Mapping[str, tuple[str, ...]]
"""The only values that a field has, by field."""


def can_hold(selector: Selector, known: Known | None = None) -> bool:
    """Return whether some item fulfils a condition; True too where there are more cases than anyone tries."""
    worlds = _worlds((selector,), known or {})
    return worlds is None or any(map(selector.matches, worlds))


def implies(one: Selector, other: Selector, known: Known | None = None) -> bool:
    """Return whether every item that fulfils one condition fulfils the other, and some item does."""
    worlds = _worlds((one, other), known or {})
    found = [] if worlds is None else [world for world in worlds if one.matches(world)]
    return bool(found) and all(map(other.matches, found))


def values_of(selector: Selector, name: str) -> tuple[str, ...]:
    """Return the values of a field that a condition names."""
    return tuple(dict.fromkeys(value for field, value in _named(selector) if field == name and value is not None))


def _worlds(selectors: Iterable[Selector], known: Known) -> list[dict[str, Any]] | None:
    values: dict[str, dict[str | None, None]] = {}
    for selector in selectors:
        for name, value in _named(selector):
            start = (*known[name], None) if name in known else (ANOTHER, None)
            held = values.setdefault(name, dict.fromkeys(start))
            if value is not None and name not in known:
                held[value] = None
    if prod(map(len, values.values())) > _MOST:
        return None
    return [dict(zip(values, combination, strict=True)) for combination in product(*values.values())]


def _named(selector: Selector) -> Iterator[tuple[str, str | None]]:
    """Yield the fields that a condition looks at, each with the values that it names, and once with none."""
    if isinstance(selector, In):
        yield from ((selector.name, value) for value in (None, *selector.values))
    elif isinstance(selector, Exists):
        yield selector.name, None
    elif isinstance(selector, Not):
        yield from _named(selector.inner)
    elif isinstance(selector, (Every, Either)):
        for part in selector.parts:
            yield from _named(part)
