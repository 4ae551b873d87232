"""Priorities of an agreement: their field, their order, and which keys of a target name one.

A key of a target that is no option names a priority, so a misspelt option must never pass for one. With
``priority.order`` the agreement says which priorities there are, and any other key is unknown. Without it a key
is taken for a misspelt option, not for a priority, where

- its value looks like a limit, and one slip of the keys (two, in a word of six letters or more) makes it an option;
- its value does not look like a limit, and the key resembles an option at all.

What remains is a priority, and its value must then be a limit. So nothing is passed over in silence, and a
priority that does look like an option ("grave") is declared in ``priority.order``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import attrs
from attrs import frozen

from slamodel.io._limits import reads_as_limit
from slamodel.io._section import Section, shown

_LONG_WORD: Final = 6


@frozen
class Priorities:
    """The field that holds the priority, and its values from the most urgent on, where the agreement lists them."""

    field: str = "priority"
    order: Mapping[str, None] = attrs.field(factory=dict)

    def misread(self, section: Section, key: str, options: Collection[str]) -> str:
        """Return what is wrong with a key of a target as the name of a priority; nothing if it is one."""
        if self.order:
            return "" if key in self.order else f"unknown key{section.hint(key, [*self.order, *options])}"
        word = key[:60].lower()
        if not reads_as_limit(section.get(key)):
            hint = section.hint(word, options)
            return f"unknown key{hint}" if "mean" in hint else ""
        allowed = 2 if len(word) >= _LONG_WORD else 1
        near = [option for option in options if slips(word, option) <= allowed]
        hint = "a priority of this name is listed in priority.order"
        return f"unknown key; did you mean {near[0]!r}? {hint}" if near else ""


def read_priorities(section: Section) -> Priorities:
    """Read ``priority``: the field of the log, and the order."""
    part = section.section("priority")
    part.only(("field", "order"))
    order: dict[str, None] = {}
    for i, name in enumerate(part.texts("order") or ()):
        if name in order:
            part.note("E102", f"order.{i}", f"priority {shown(name)} is written twice; keep one")
        order[name] = None
    return Priorities(part.text("field", "priority"), order)


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
