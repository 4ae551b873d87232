"""Completeness: what is promised to every service, type of item and priority, and where nothing or two things are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from attrs import frozen

from slamodel.errors import Problem
from slamodel.model.agreement import Agreement
from slamodel.model.limit import Limit
from slamodel.model.priority import PriorityScheme
from slamodel.model.selector import Every, In, Selector
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import Target
from slamodel.report.check.possible import can_hold, implies, values_of
from slamodel.timeline.durations import duration_text

TYPE: Final = "type"
SERVICE: Final = "service"


@frozen
class Promise:
    """One cell of the coverage matrix: what an agreement promises to a service, a type of item and a priority.

    "" is any service or type, where none is named. ``targets`` may be none (a hole) or several (an overlap);
    ``limits`` and ``hours`` (of an ordinary week) are theirs.
    """

    agreement: str
    service: str
    type: str
    priority: str
    kind: str
    targets: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()

    def to_row(self) -> tuple[str, ...]:
        """Return the cell as texts: of agreement, service, type, priority, kind, targets, limits and hours."""
        whom = (self.agreement, self.service, self.type, self.priority, self.kind)
        return tuple(text or "-" for text in (*whom, *map(", ".join, (self.targets, self.limits, self.hours))))


def matrix(agreement: Agreement) -> Iterator[Promise]:
    """Yield the cells of an agreement: every service x type x priority x kind of target that it speaks of."""
    scope = agreement.applies
    conditions = (scope, *(target.applies for target in agreement.targets))
    services = tuple(one.id for one in agreement.services if one.status != "retired") or ("",)
    types = tuple(dict.fromkeys(value for one in conditions for value in values_of(one, TYPE))) or ("",)
    kinds = dict.fromkeys(target.kind or target.id for target in agreement.targets)
    for service, type_, kind in product(services, types, kinds):
        targets = [target for target in agreement.targets if (target.kind or target.id) == kind]
        for priority in _priorities(agreement, type_, targets):
            item = _item({SERVICE: service, TYPE: type_, targets[0].priority_field: priority})
            found = [one for one in targets if can_hold(Every((item, scope, one.applies)))]
            promised = [(one, limit) for one in found if (limit := one.limit_for(priority or None))]
            yield Promise(
                agreement.id,
                service,
                type_,
                priority,
                kind,
                tuple(one.id for one, _ in promised),
                tuple(_limit_text(limit) for _, limit in promised),
                tuple(_hours_text(limit) for _, limit in promised),
            )


def incomplete(agreements: Iterable[Agreement]) -> Iterator[tuple[str, Problem]]:
    """Yield (agreement, problem) for every hole (E210) and every overlap (W211) of the coverage matrix."""
    slas = [agreement for agreement in agreements if agreement.kind == "sla"]
    for agreement in slas:
        by_id = {target.id: target for target in agreement.targets}
        for cell in matrix(agreement):
            path = f"targets.{cell.targets[0]}" if cell.targets else _near(agreement, cell.kind)
            if not cell.targets and not _is_meant(agreement, cell):
                msg = f"{_whom(cell)} is promised no {cell.kind!r}; give a limit, or write 'none'"
                yield agreement.id, Problem("E210", path, msg)
            elif len(cell.targets) > 1 and _always(cell, [by_id[name] for name in cell.targets]):
                names = " and ".join(map(repr, cell.targets))
                msg = f"{_whom(cell)} is promised {cell.kind!r} twice, by {names}; let 'for' of one be narrower"
                yield agreement.id, Problem("W211", path, msg)
    covered = {service.id for agreement in slas for service in agreement.services}
    for agreement in slas:
        for service in agreement.services:
            for part in service.components.services if service.components else ():
                if part not in covered:
                    msg = f"rests on {part!r}, which no SLA promises anything about; add it to the services"
                    yield agreement.id, Problem("W212", f"services.{service.id}.components", msg)


def _priorities(agreement: Agreement, type_: str, targets: Iterable[Target]) -> tuple[str, ...]:
    named = [name for target in agreement.targets for name, _ in target.limits if name is not None]
    fields = {target.priority_field for target in targets}
    scheme = agreement.scheme or PriorityScheme()
    listed = scheme.of_type(type_) if scheme.field in fields else ()
    return tuple(dict.fromkeys(listed or agreement.priorities or named)) or ("",)


def _item(fields: Mapping[str, str]) -> Selector:
    return Every(tuple(In(name, (value,)) for name, value in fields.items() if value))


def _is_meant(agreement: Agreement, cell: Promise) -> bool:
    """Return whether a target says 'none' for the priority, or is an update, which need not be promised to all."""
    mine = [target for target in agreement.targets if (target.kind or target.id) == cell.kind]
    narrow = all(TYPE in one.applies.fields() or one.priority_field in one.applies.fields() for one in mine)
    return cell.kind == "update" or narrow or any(cell.priority in target.without for target in mine)


def _always(cell: Promise, targets: Iterable[Target]) -> bool:
    """Return whether each of these targets is for every item of the cell."""
    return all(
        implies(_item({SERVICE: cell.service, TYPE: cell.type, one.priority_field: cell.priority}), one.applies)
        for one in targets
    )


def _near(agreement: Agreement, kind: str) -> str:
    mine = [target.id for target in agreement.targets if (target.kind or target.id) == kind]
    return f"targets.{mine[0]}" if len(mine) == 1 else "targets"


def _whom(cell: Promise) -> str:
    said = [f"service {cell.service!r}" if cell.service else "", cell.type, cell.priority]
    return ", ".join(part for part in said if part) or "an item"


def _limit_text(limit: Limit) -> str:
    return f"as {limit.field} says" if limit.field else str(limit.due or limit.amount)


def _hours_text(limit: Limit) -> str:
    calendar = limit.calendar
    if isinstance(calendar, ServiceCalendar):
        week = sum(end - start for stretches in calendar.week for start, end in stretches)
        return f"{duration_text(week)} of 168h"
    return str(calendar)
