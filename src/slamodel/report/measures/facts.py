"""Facts: what a report is measured on, and the parts of it that an agreement or a period target is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from slamodel.clock.events import Coded
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.model.selector import ALWAYS_TRUE, Selector
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.placing import Relief
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.outages import Outages, Stretches
from slamodel.timeline.instants import Bool, Int64

_DENSE: Final = 1 << 16


@frozen(kw_only=True)
class Told:
    """The figure of one period of one period target, with what it is made of.

    ``n`` is how many things made it, ``evidence`` the items, outages or rows to look at, ``note`` what else is to be
    said, ``detail`` what it is made of, in words.
    """

    figure: Figure
    n: int
    evidence: Sequence[Any] = ()
    note: str = ""
    detail: str = ""


@frozen(eq=False, kw_only=True)
class Facts:
    """What is measured: verdicts, outages, series and charges; None for what was not given."""

    verdicts: VerdictTable | None = None
    outages: Outages | None = None
    series: Any = None
    charges: Any = None
    relief: tuple[Relief, ...] = ()
    downtime: DowntimeRules = field(factory=DowntimeRules)
    unknown: Stretches | None = None
    as_of: int
    _kept: dict[Any, Any] = field(factory=dict, init=False)

    def of_target(self, agreement: str, target: str) -> Bool:
        """Return the verdicts of a target of an agreement, of its parts, and of all its versions; "": of any.

        Raises EventError (E102) where the verdicts are not those of the agreement.
        """
        verdicts = self._judged()
        if all(one.agreement != agreement for one in verdicts.targets):
            have = ", ".join(repr(one) for one in dict.fromkeys(one.agreement for one in verdicts.targets))
            msg = (
                f"the verdicts are those of {have or 'no agreement'}, not of {agreement!r}; evaluate the same portfolio"
            )
            raise EventError(msg, "E102")
        mine = [
            one.agreement == agreement and (not target or target in (one.id, one.id.removesuffix(f"[{one.part}]")))
            for one in verdicts.targets
        ]
        return np.array([*mine, False], bool)[verdicts.codes["target"].codes]

    def holds(self, condition: Selector, whose: str) -> Bool:
        """Return the verdicts on items for which a condition holds.

        By what the last event of an item tells of it; a priority is that by which the item was judged. Raises
        EventError (E102) for a field that the log does not have, named with ``whose`` condition it is.
        """
        verdicts = self._judged()
        if condition == ALWAYS_TRUE:
            return np.ones(len(verdicts), bool)
        missing = self.lacking(condition)
        if missing:
            have = ", ".join(sorted(verdicts.log.fields)) if verdicts.log else "none"
            msg = f"{whose} asks for {missing[0]!r}, which the log does not have; it has {have}"
            raise EventError(msg, "E102")
        if condition not in self._kept:
            names = sorted(condition.fields())
            self._kept[condition] = _answered([self._field(name) for name in names], names, condition)
        found: Bool = self._kept[condition]
        return found

    def lacking(self, condition: Selector) -> list[str]:
        """Return the fields of a condition that the log does not have."""
        verdicts = self._judged()
        priorities = {one.priority_field for one in verdicts.targets}
        known = set(verdicts.log.fields) if verdicts.log else set()
        return sorted(condition.fields() - known - priorities)

    def field(self, name: str) -> Coded | None:
        """Return a field of the item of each verdict, by its last event; None where the log has none of that name."""
        return self._field(name) if not self.lacking(_Asked(name)) else None

    def _field(self, name: str) -> Coded:
        verdicts = self._judged()
        if name in {one.priority_field for one in verdicts.targets}:
            return verdicts.codes["priority"]
        assert verdicts.log is not None  # noqa: S101  `evaluate` made it
        last: Int64 = verdicts.log.first[1:] - 1
        return verdicts.log.fields[name].take(last[verdicts.item])

    def _judged(self) -> VerdictTable:
        if self.verdicts is None:
            msg = "the period targets count items, and no verdicts were given; pass verdicts=evaluate(book, events)"
            raise EventError(msg, "E190")
        return self.verdicts


@frozen
class _Asked(Selector):
    """The field itself, whatever it holds."""

    name: str

    def fields(self) -> frozenset[str]:
        """Return the one field."""
        return frozenset({self.name})


def matching(columns: Mapping[str, Coded | None], condition: Selector, count: int) -> Bool:
    """Return the rows for which a condition holds; a field that is not there has no value."""
    names = sorted(condition.fields())
    found = [columns.get(name) or Coded(np.full(count, -1, np.int32), ()) for name in names]
    return _answered(found, names, condition) if names else np.full(count, condition.matches({}))


def _answered(columns: list[Coded], names: list[str], condition: Selector) -> Bool:
    """Ask a condition once for each combination of values that occurs."""
    sizes = [len(column.values) + 1 for column in columns]
    if prod(sizes) > _DENSE:
        # Few of so many combinations occur: those alone are asked.
        rows = np.stack([column.codes for column in columns], axis=1)
        seen, code = np.unique(rows, axis=0, return_inverse=True)
        asked = {number: tuple(codes) for number, codes in enumerate(seen.tolist())}
    else:
        code = np.zeros(len(columns[0]), np.int64)
        for column, size in zip(columns, sizes, strict=True):
            code = code * size + (column.codes + 1)
        present = np.flatnonzero(np.bincount(code, minlength=1)).tolist()
        asked = {number: tuple(int(c) - 1 for c in np.unravel_index(number, sizes)) for number in present}
    said = np.zeros(max(asked, default=0) + 1, bool)
    for number, codes in asked.items():
        cells = zip(names, columns, codes, strict=True)
        said[number] = condition.matches({name: None if c < 0 else column.values[c] for name, column, c in cells})
    found: Bool = said[code.ravel()]
    return found
