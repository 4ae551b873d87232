"""Unmatched: what targets ask of the fields of a log that the log never has, so that it can never happen there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from slamodel.clock.events import Coded, EventTable
from slamodel.model.selector import EVENT, Either, Every, In, Selector, as_text
from slamodel.model.target import Target

_MOST_SHOWN: Final = 8
_POINTED: Final = re.compile(r"-?[0-9]+\.0", re.ASCII)


def unmatched(targets: Iterable[Target], events: EventTable) -> list[str]:
    """Return in sentences what targets ask for that the log never has, though it has the field.

    That is: priorities that look like one that is promised for, and are none; conditions on fields without one of
    their values in the log; and starts at events none of which it has. Other events that do not come are no news,
    unless the log spells one otherwise.
    """
    return list(dict.fromkeys(note for target in targets for note in _notes(target, events)))


def looks_like(text: str) -> str:
    """Return a value with case, blanks and a .0 aside, by which one is known in another spelling."""
    plain = text.strip().casefold()
    return plain[:-2] if _POINTED.fullmatch(plain) else plain


def used_texts(column: Coded | None) -> list[str]:
    """Return the values that a column has, as they are compared, in order."""
    if column is None:
        return []
    codes = np.flatnonzero(np.bincount(column.codes + 1)[1:]).tolist()
    return sorted({text for code in codes if (text := as_text(column.values[code])) is not None})


def quoted(texts: Sequence[str]) -> str:
    """Return some values in quotes, of many the first."""
    return ", ".join(map(repr, texts[:_MOST_SHOWN])) + (", ..." if len(texts) > _MOST_SHOWN else "")


def _notes(target: Target, events: EventTable) -> Iterator[str]:
    who = f"target {target.id!r}"
    moments = {"starts at": target.starts, "stops at": target.stops, "is reset at": target.resets}
    moments |= {"is cancelled at": target.cancels, "is reopened at": target.reopens, "ends at": target.ends}
    yield from _priorities(target, events)
    for condition in _leaves(target.applies):
        yield from _note(f"{who} is for", condition, events, telling=True)
    for verb, moment in moments.items():
        for condition in _leaves(moment.selector):
            yield from _note(f"{who} {verb}", condition, events, telling=verb == "starts at")
    for rule in target.pauses:
        for condition in (*_leaves(rule.condition), *(_leaves(rule.until) if rule.is_latch else ())):
            yield from _note(f"pause {rule.name!r} asks for", condition, events, telling=False)


def _priorities(target: Target, events: EventTable) -> Iterator[str]:
    """Tell of priorities of the log that are none of those promised for, and look like one of them."""
    named = {name for _, name, _ in target.every_limit if name is not None} | {*target.without}
    alike = {looks_like(name): name for name in named}
    field = target.priority_field
    for text in used_texts(events.field(field)) if named else ():
        near = alike.get(looks_like(text))
        if near is not None and text not in named:
            what = f"target {target.id!r} knows {field} {near!r}, and the log has {text!r}, which looks like it"
            yield f"{what} and is another; map it under events: values"


def _leaves(selector: Selector) -> Iterator[In]:
    """Yield the conditions that a field has some value, wherever they do not stand under a not."""
    if isinstance(selector, In):
        yield selector
    elif isinstance(selector, (Every, Either)):
        for part in selector.parts:
            yield from _leaves(part)


def _note(what: str, condition: In, events: EventTable, *, telling: bool) -> Iterator[str]:
    name = condition.name
    column = events.field(name)
    found = used_texts(column)
    if column is None or not found or any(condition.matches({name: text}) for text in found):
        return
    asked = {looks_like(value): value for value in reversed(condition.values)}
    near = next((asked[looks_like(text)] for text in found if looks_like(text) in asked), None)
    if name == EVENT and near is None and not telling:
        return
    hint = f" (did you mean {near!r}?)" if near is not None else ""
    yield (
        f"{what} {name} {quoted(condition.values)}, and the log's {name} never has it: it has {quoted(found)}{hint}; "
        "map them under events: values"
    )
