"""Breach register: every breach with its cause, the links behind the promise that were late too, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.listing import Listing, taken
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError, EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.portfolio import Portfolio
from slamodel.model.selector import as_text
from slamodel.report.backing.behind import links_behind
from slamodel.report.improvement.actions import CorrectiveAction
from slamodel.report.improvement.pareto import Pareto, pareto
from slamodel.timeline.instants import NAT, Bool, Int64, from_datetime

_Names: TypeAlias = tuple[str, ...]
_BY: Final = ("cause", "at_fault", "responsible", "agreement", "target", "priority")


@frozen(eq=False, repr=False)
class BreachRegister(Listing):
    """Breaches in the order of their instants, a row each.

    ``late`` is the covered time beyond the limit, so far where the clock still runs. ``at_fault`` are the links of the
    chain behind the promise (agreement/target) whose own clocks on the item were late, ``unjudged`` those of which
    there are no verdicts. ``responsible`` are the providers of the agreements of the links at fault; where all links
    were judged and none was late, or there is no chain, the provider of the promise itself; else nobody can be told.
    ``actions`` are the ids of the corrective actions about the item or its cause.
    """

    cells: Mapping[str, NDArray[Any]]
    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("item", "agreement", "target", "priority", "breached_at", "stage", "late", "cause", "at_fault", "unjudged"),
        *("responsible", "clause", "actions"),
    )

    def __repr__(self) -> str:
        return f"BreachRegister({len(self)} breaches)"

    def column(self, name: str) -> NDArray[Any]:
        """Return one column."""
        return self.cells[name]

    def pareto(self, by: str = "cause") -> Pareto:
        """Return how often each cause, link at fault, or responsible party stands in the register.

        Where a breach has several, each counts. Raises AgreementError (E107) for another column.
        """
        if by not in _BY:
            raise AgreementError(f"breaches are not counted by {by!r}{did_you_mean(by, _BY)}", "E107")
        found = [cell if isinstance(cell, tuple) else (cell,) for cell in self.cells[by].tolist()]
        return pareto([one for cells in found for one in cells or (None,)])


def breach_register(
    verdicts: VerdictTable,
    book: Portfolio | None = None,
    *,
    causes: str | Mapping[Any, Any] = "",
    actions: Iterable[CorrectiveAction] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    rows: Bool | None = None,
) -> BreachRegister:
    """Return the breaches among verdicts, those in [since, until) where these are given.

    ``book`` are the agreements that were judged, for chains and providers; the links' own targets should be among the
    verdicts. ``causes`` is the field of the log that holds an item's cause, or a mapping by item. ``rows`` (bool, one
    a verdict) picks verdicts: those on the links have breaches of their own. Raises EventError (E102) for a field that
    the log does not have.
    """
    at = verdicts.values["breached_at"]
    inside = verdicts.breached & (at != NAT)
    for edge, late in ((since, False), (until, True)):
        if edge is not None:
            inside &= (at < from_datetime(edge)) if late else (at >= from_datetime(edge))
    if rows is not None:
        inside &= rows
    kept = np.flatnonzero(inside)
    kept = kept[np.argsort(at[kept], kind="stable")]
    targets = verdicts.codes["target"].codes[kept].tolist()
    names = verdicts.items[verdicts.item[kept]]
    limit, elapsed = verdicts.values["limit"][kept], verdicts.values["elapsed"][kept]
    late_by = np.where((limit == NAT) | (elapsed == NAT), NAT, elapsed - limit)
    found = _causes(verdicts, kept, causes)
    promising = [verdicts.targets[number].agreement for number in targets]
    at_fault, unjudged = _at_fault(verdicts, book, kept)
    cells: dict[str, list[Any]] = {
        "agreement": promising,
        "clause": [verdicts.targets[number].clause for number in targets],
        "cause": found,
        "at_fault": at_fault,
        "unjudged": unjudged,
        "responsible": _responsible(book, promising, at_fault, unjudged),
        "actions": _about(tuple(actions), names.tolist(), found),
    }
    columns = {
        "item": names,
        **{name: verdicts.column(name)[kept] for name in ("target", "priority", "stage", "breached_at")},
        "late": late_by.view("m8[us]"),
        **{name: taken(column, np.arange(len(column))) for name, column in cells.items()},
    }
    return BreachRegister(columns)


def _causes(verdicts: VerdictTable, rows: Int64, causes: str | Mapping[Any, Any]) -> list[Any]:
    log = verdicts.log
    if isinstance(causes, Mapping):
        known = {as_text(item): cause for item, cause in causes.items()}
        return [known.get(as_text(item)) for item in verdicts.items[verdicts.item[rows]].tolist()]
    if not causes or log is None:
        return [None] * len(rows)
    column = log.field(causes)
    if column is None:
        raise EventError(f"the log has no field {causes!r}{did_you_mean(causes, log.fields)}", "E102")
    last = log.first[verdicts.item[rows].astype(np.int64) + 1] - 1
    return column.take(last).to_list()


def _at_fault(verdicts: VerdictTable, book: Portfolio | None, rows: Int64) -> tuple[list[_Names], list[_Names]]:
    """Return for each breach the links of its chain that were late on the same item, and those that nobody judged."""
    if book is None:
        return [()] * len(rows), [()] * len(rows)
    targets, codes = verdicts.targets, verdicts.codes["target"].codes
    number = {(one.agreement, one.id): code for code, one in enumerate(targets)}
    late: dict[int, set[int]] = {}
    for code in set(number.values()):
        late[code] = set(verdicts.item[(codes == code) & verdicts.breached].tolist())
    rules, priorities = verdicts.column("rule"), verdicts.column("priority")
    known: dict[tuple[int, Any, Any], tuple[tuple[str, int], ...]] = {}
    found: tuple[list[_Names], list[_Names]] = ([], [])
    for row in rows.tolist():
        key = int(codes[row]), rules[row], priorities[row]
        if key not in known:
            known[key] = tuple(
                (f"{link.agreement}/{link.target}", number.get((link.agreement, link.target), -1))
                for link in links_behind(book, targets[key[0]].agreement, targets[key[0]].id, key[1], key[2])
            )
        item = int(verdicts.item[row])
        found[0].append(tuple(name for name, code in known[key] if item in late.get(code, ())))
        found[1].append(tuple(name for name, code in known[key] if code < 0))
    return found


def _responsible(
    book: Portfolio | None, agreements: list[str], at_fault: list[_Names], unjudged: list[_Names]
) -> list[_Names]:
    providers = {} if book is None else {name: book[name].provider for name in book}
    found = []
    for agreement, links, unknown in zip(agreements, at_fault, unjudged, strict=True):
        owed = [link.partition("/")[0] for link in links] or ([] if unknown else [agreement])
        found.append(tuple(dict.fromkeys(providers[one] for one in owed if providers.get(one))))
    return found


def _about(actions: tuple[CorrectiveAction, ...], items: list[Any], causes: list[Any]) -> list[_Names]:
    by_item: dict[str | None, list[str]] = {}
    by_cause: dict[str | None, list[str]] = {}
    for one in actions:
        for known, things in ((by_item, one.items), (by_cause, one.causes)):
            for thing in things:
                known.setdefault(as_text(thing), []).append(one.id)
    found = []
    for item, cause in zip(items, causes, strict=True):
        about = {*by_item.get(as_text(item), ()), *(() if cause is None else by_cause.get(as_text(cause), ()))}
        found.append(tuple(one.id for one in actions if one.id in about) if about else ())
    return found
