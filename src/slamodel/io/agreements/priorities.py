"""Priorities of an agreement: their field, their order, and which keys of a target name one.

A key of a target that is no option names a priority, so a misspelt option must never pass for one. With
``priority.order`` the agreement says which priorities there are, and any other key is unknown. Without it a key
is taken for an option gone wrong, not for a priority, where

- it is a word that agreement files use elsewhere (``when``, ``at_most``, ``notice``);
- it and an option begin alike (``with``, ``stop``, ``starts_when``);
- one slip of the keys (two, in a word of six letters or more) makes it an option (``wihtin``);
- its value does not look like a limit, and it resembles an option at all (``strat: opened``).

What remains is a priority, and its value must then be a limit. So nothing is passed over in silence, and a
priority that does look like an option ("grave", like grace) is declared in ``priority.order``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import attrs
from attrs import frozen

from slamodel.io.agreements.limits import reads_as_limit
from slamodel.io.agreements.section import Section, shown
from slamodel.model.priority import Matrix, PriorityScheme
from slamodel.model.selector import ALWAYS_TRUE, In, Selector, parse_selector

_LONG_WORD: Final = 6
_BEGINNING: Final = 4
_ELSEWHERE: Final = frozenset(
    (
        *("after", "at_least", "at_most", "ends_at", "expected", "hours", "minimum", "name", "needs"),
        *("notice", "obligor", "rounding", "timezone", "warn_at", "when"),
    )
)
KEYS: Final = ("field", "order", "matrix", "impact_field", "urgency_field", "by_type", "names", "clause")
_URGENCY: Final = "urgency"
_MEANT: Final[Mapping[str, str]] = {"calendar": "cover", "limit": "within", "field": "within"}


@frozen
class Priorities:
    """The field that holds the priority, and its values from the most urgent on, where the agreement lists them.

    ``promised`` are those that every target has a limit for, or none: those of the order or the matrix. ``scheme`` is
    what the agreement says of them beside the field and the order.
    """

    field: str = "priority"
    order: Mapping[str, None] = attrs.field(factory=dict)
    promised: tuple[str, ...] = ()
    scheme: PriorityScheme | None = None

    def misread(self, section: Section, key: str, options: Collection[str]) -> str:
        """Return what is wrong with a key of a target as the name of a priority; nothing if it is one."""
        if self.order:
            return "" if key in self.order else f"unknown key{section.hint(key, [*self.order, *options])}"
        word = key[:60].lower().replace("-", "_").replace(" ", "_")
        near = [option for option in options if _alike(word, option) or _MEANT.get(word) == option]
        if reads_as_limit(section.get(key)):
            if near:
                return f"unknown key; did you mean {near[0]!r}? A priority of this name is listed in priority.order"
            return "unknown key; a priority of this name is listed in priority.order" if word in _ELSEWHERE else ""
        hint = f"; did you mean {near[0]!r}?" if near else section.hint(word, options)
        return f"unknown key{hint}" if near or "mean" in hint or word in _ELSEWHERE else ""


def read_priorities(section: Section) -> Priorities:
    """Read ``priority``: the field of the log, the order, the matrix, and what others call them."""
    part = section.section("priority")
    part.only(KEYS)
    order: dict[str, None] = {}
    for name in part.texts("order") or ():
        if name in order:
            part.note("E102", "order", f"priority {shown(name)} is written twice; keep one")
        order[name] = None
    by_type, names = part.section("by_type"), part.section("names")
    given: dict[str, Any] = {
        "field": part.text("field", "priority"),
        "order": tuple(order),
        "matrix": _matrix(part),
        "by_type": tuple((kind, tuple(dict.fromkeys(by_type.texts(kind) or ()))) for kind in by_type.data),
        "names": tuple((other, _pairs(names.section(other))) for other in names.data),
        "clause": part.text("clause"),
    }
    with part.problems.at(part.path):
        scheme = PriorityScheme(**given)
        promised = scheme.order or (scheme.matrix.priorities if scheme.matrix else ())
        more = any(part.get(key) is not None for key in KEYS[2:])
        return Priorities(scheme.field, dict.fromkeys(scheme.priorities), promised, scheme if more else None)
    return Priorities(given["field"], order, tuple(order))


def _matrix(part: Section) -> Matrix | None:
    """Read ``matrix``: a row of urgencies, and under each impact its priorities, in the same order or by urgency."""
    if part.get("matrix") is None:
        return None
    before = len(part.problems.found)
    section = part.section("matrix")
    if not isinstance(section.get(_URGENCY), list):
        msg = (
            "missing; write the urgencies across, such as urgency: [high, medium, low], and below them a row an impact"
        )
        section.note("E137", "" if section.get(_URGENCY) is None else _URGENCY, msg)
        return None
    urgencies = section.texts(_URGENCY) or ()
    impacts, cells = [], []
    for impact in section.data:
        if impact == _URGENCY:
            continue
        row = section.section(impact) if isinstance(section.get(impact), Mapping) else None
        if row is not None:
            row.only(urgencies)
            cells.append(tuple((row.texts(urgency) or ("",))[0] for urgency in urgencies))
        else:
            cells.append(section.texts(impact) or ())
        impacts.append(impact)
    if len(part.problems.found) > before:
        return None
    with section.problems.at(section.path):
        return Matrix(
            impacts=tuple(impacts),
            urgencies=urgencies,
            cells=tuple(cells),
            impact_field=part.text("impact_field", "impact"),
            urgency_field=part.text("urgency_field", _URGENCY),
        )
    return None


def _pairs(section: Section) -> tuple[tuple[str, str], ...]:
    return tuple((theirs, (section.texts(theirs) or ("",))[0]) for theirs in section.data)


def read_applies(section: Section, priorities: Priorities) -> Selector:
    """Read ``for``: names of priorities, or a condition; without it, all items."""
    value = section.get("for")
    if isinstance(value, str) or (value and isinstance(value, list) and all(isinstance(name, str) for name in value)):
        names = section.texts("for") or ()
        for name in names:
            if priorities.order and name not in priorities.order:
                msg = f"{shown(name)} is not a priority of this agreement{section.hint(name, priorities.order)}"
                section.note("E102", "for", msg)
        return In(priorities.field, names)
    if value is not None:
        with section.at("for"):
            return parse_selector(value)
    return ALWAYS_TRUE


def _alike(word: str, option: str) -> bool:
    """Return whether a word is an option gone wrong: it begins like one, or is a slip or two away from it."""
    if min(len(word), len(option)) >= _BEGINNING and (option.startswith(word) or word.startswith(option)):
        return True
    if word.startswith(f"{option}_"):
        return True
    return slips(word, option) <= (2 if len(word) >= _LONG_WORD else 1)


def slips(word: str, other: str) -> int:
    """Return how many slips make one word the other: a letter more, less or wrong, or two neighbours swapped.

    Words whose lengths differ by more than two are not compared: three.
    """
    if abs(len(word) - len(other)) > 2:
        return 3
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word):
        two_above, above, row = above, row, [i + 1]
        for j, wanted in enumerate(other):
            fewest = min(above[j + 1] + 1, row[j] + 1, above[j] + (letter != wanted))
            if i and j and letter == other[j - 1] and word[i - 1] == wanted:
                fewest = min(fewest, two_above[j - 1] + 1)
            row.append(fewest)
    return row[-1]
