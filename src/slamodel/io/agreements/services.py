"""Services of an agreement or of a whole file: ids alone, or what they are composed of and what is offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from slamodel.io.agreements.lengths import length_of
from slamodel.io.agreements.section import Section, shown
from slamodel.model.money import Money
from slamodel.model.selector import as_text
from slamodel.model.service import STATUSES, Composition, Part, Service, ServiceOffering, check_services

_KEYS: Final = (
    *("name", "kind", "owner", "criticality", "status", "users", "components", "offerings", "external_ids", "clause"),
)
_OFFERING_KEYS: Final = ("name", "tier", "fulfilment", "cost", "cost_per", "clause")
_COMPOSED: Final = ("all_of", "any_of", "needed", "of")
_DEEPEST: Final = 20


def read_services(section: Section, outer: Mapping[str, Service]) -> tuple[Service, ...]:
    """Read ``services``: a list of ids, or id: service. Ids of the whole file (``outer``) stand for what it says."""
    value = section.get("services")
    if isinstance(value, list):
        found = list(_named(section, value, outer))
    else:
        part = section.section("services")
        found = [_read(part, name) for name in part.data]
    with section.at("services"):
        check_services([*outer.values(), *found])
    return tuple(found)


def _named(section: Section, value: list[Any], outer: Mapping[str, Service]) -> Iterator[Service]:
    seen: set[str] = set()
    for i, name in enumerate(value):
        if not isinstance(name, str) or not name:
            section.note("E107", f"services.{i}", f"{shown(name)} is no id; a service with more is id: {{name: ...}}")
        elif name in seen:
            section.note("E102", f"services.{i}", f"service {shown(name)} is written twice; keep one")
        elif outer and name not in outer:
            msg = f"service {shown(name)} is not among the services of this file{section.hint(name, outer)}"
            section.note("E102", f"services.{i}", msg)
        else:
            yield outer.get(name) or Service(id=name)
        seen.add(str(name))


def _read(services: Section, name: str) -> Service:
    part = services.section(name)
    part.only(_KEYS)
    external = part.section("external_ids")
    value = part.get("criticality")
    return Service(
        id=name,
        name=part.text("name"),
        kind=part.text("kind"),
        owner=part.text("owner"),
        criticality=part.text("criticality") if not isinstance(value, int) else as_text(value) or "",
        status=part.choice("status", STATUSES) or "live",
        users=part.whole("users", 0, 10**9),
        components=_components(part, "components"),
        offerings=tuple(_offerings(part, name)),
        external=tuple((system, external.text(system)) for system in external.data),
        clause=part.text("clause"),
    )


def _components(part: Section, key: str, depth: int = 0) -> Composition | None:
    """Read what a service needs: a list (all of it), ``all_of``, ``any_of``, or ``needed`` so many ``of`` a list."""
    value = part.get(key)
    if value is None:
        return None
    inner = part.entry(key, value) if isinstance(value, Mapping) else part
    name, needed = key, 0
    if isinstance(value, Mapping):
        inner.only(_COMPOSED)
        said = [word for word in ("all_of", "any_of", "of") if inner.get(word) is not None]
        if len(said) != 1 or depth > _DEEPEST:
            part.note("E107", key, "say all_of, any_of, or needed: 2 with of, each with a list of services")
            return None
        name = said[0]
        needed = 1 if name == "any_of" else inner.whole("needed", 1, 10**4) or 0
        if name == "of" and not needed:
            inner.note("E102", "needed", "missing; say how many of them are needed, such as needed: 2")
            return None
    parts = list(_parts(inner, name, depth))
    with part.at(key):
        return Composition(needed or len(parts), tuple(parts))
    return None


def _parts(inner: Section, key: str, depth: int) -> Iterator[Part]:
    for i, one in enumerate(inner.entries(key)):
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            held = Section({f"{key}.{i}": one}, inner.path, inner.problems)
            made = _components(held, f"{key}.{i}", depth + 1)
            if made is not None:
                yield made
        else:
            inner.note("E107", f"{key}.{i}", f"{shown(one)} is no service; write its id")


def _offerings(part: Section, service: str) -> Iterator[ServiceOffering]:
    section = part.section("offerings")
    for name in section.data:
        one = section.section(name)
        one.only(_OFFERING_KEYS)
        fulfilment, cost = None, None
        if one.get("fulfilment") is not None:
            with one.at("fulfilment"):
                fulfilment = length_of(one.get("fulfilment"))
        cost_per = one.text("cost_per")
        if one.get("cost") is not None:
            with one.at("cost"):
                amount, per, unit = str(one.get("cost")).partition(" per ")
                cost, cost_per = Money.parse(amount), unit if per else cost_per
        with one.problems.at(one.path):
            yield ServiceOffering(
                id=name,
                service=service,
                name=one.text("name"),
                tier=one.text("tier") or name,
                fulfilment=fulfilment,
                cost=cost,
                cost_per=cost_per,
                clause=one.text("clause"),
            )


def check_named(section: Section, key: str, names: tuple[str, ...], services: Mapping[str, Service]) -> None:
    """Note names that are none of the agreement's services, where it lists any."""
    for name in names:
        if services and name not in services:
            section.note("E102", key, f"service {shown(name)} is none of this agreement{section.hint(name, services)}")
