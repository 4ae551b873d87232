"""Parties of an agreement: provider, customer and others by their role, and whom to call."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from attrs import field, frozen

from slamodel.io.agreements.calendars import Covers
from slamodel.io.agreements.cover import read_cover
from slamodel.io.agreements.priorities import slips
from slamodel.io.agreements.section import Section, shown
from slamodel.model.party import KINDS, Party
from slamodel.model.requirement import Contact

SIDES: Final = ("provider", "customer")
ROLES: Final = ("integrator", "auditor", "broker", "measurer", "beneficiary")
_KEYS: Final = ("id", "name", "kind", "parent", "external_ids", "contacts")
_CONTACT_KEYS: Final = ("name", "address", "calendar")
_NEAR: Final = 2


@frozen
class Parties:
    """Who takes part: the two sides by id or name, the others as (role, id), those that are described, and contacts."""

    sides: Mapping[str, str] = field(factory=dict)
    others: tuple[tuple[str, str], ...] = ()
    described: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()


def read_shared_parties(root: Section) -> dict[str, Party]:
    """Read ``parties`` of a file of several agreements: by id."""
    section = root.section("parties")
    known: dict[str, Party] = {}
    for name in section.data:
        part = section.section(name)
        party = _read_party(part, name, known, _keys(part, ("name", "kind", "parent", "external_ids")))
        if party is not None:
            known[name] = party
    return known


def read_parties(section: Section, shared: Mapping[str, Party], covers: Covers) -> Parties:
    """Read ``provider``, ``customer`` and ``parties``: a text, or a mapping with ``id`` and ``name``."""
    inner = section.section("parties")
    inner.only((*SIDES, *ROLES))
    for role in SIDES:
        if section.get(role) is not None and inner.get(role) is not None:
            inner.note("E102", role, f"says the same as {role!r} of the agreement; keep one")
    sides: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    described: dict[str, Party] = {}
    contacts: list[Contact] = []
    for role in (*SIDES, *ROLES):
        holder = section if role in SIDES and section.get(role) is not None else inner
        name = _read(holder, role, shared, described)
        if name and role in SIDES:
            sides[role] = name
        elif name:
            others.append((role, name))
        if isinstance(holder.get(role), Mapping):
            contacts += _read_contacts(holder.section(role), name or role, covers)
    return Parties(sides, tuple(others), tuple(described.values()), tuple(contacts))


def _read(holder: Section, role: str, shared: Mapping[str, Party], described: dict[str, Party]) -> str:
    """Return what a party is called; one that is described joins those that are."""
    value = holder.get(role)
    if not isinstance(value, Mapping):
        name = holder.text(role)
        party = next((one for one in shared.values() if one.is_called(name)), None)
    else:
        part = holder.section(role)
        external, ident = _keys(part, _KEYS), part.text("id")
        name = ident or part.text("name")
        party = _read_party(part, ident, shared, external) if ident else None
    if party is not None:
        described[party.id] = party
        return party.id
    return name


def _keys(part: Section, known: Collection[str]) -> dict[str, str]:
    """Return the keys of a party that are names in other systems, such as ``sap_vendor``; slips are noted."""
    found = {}
    for key in part.data:
        if key in known:
            continue
        if "_" not in key and (len(key) < 4 or any(slips(key, word) <= _NEAR for word in known)):
            part.note("E101", key, f"unknown key{part.hint(key, known)}")
        else:
            found[key] = part.text(key)
    return found


def _read_party(part: Section, name: str, known: Mapping[str, Party], external: dict[str, str]) -> Party | None:
    parent: Party | None = None
    written = part.get("parent")
    if isinstance(written, Mapping):
        above = part.section("parent")
        parent = _read_party(above, above.text("id"), known, _keys(above, _KEYS))
    elif written is not None:
        parent = known.get(part.text("parent")) or (Party(part.text("parent")) if part.text("parent") else None)
    inner = part.section("external_ids")
    external |= {system: inner.text(system) for system in inner.data}
    kind = part.choice("kind", KINDS) or "organisation"
    with part.problems.at(part.path):
        return Party(name, part.text("name"), kind, parent, external)
    return None


def _read_contacts(part: Section, party: str, covers: Covers) -> Iterator[Contact]:
    """Read ``contacts``: role: name, or role: {name, address, calendar}, or a list of those."""
    section = part.section("contacts")
    for role in section.data:
        value = section.get(role)
        for i, one in enumerate(value if isinstance(value, list) else [value]):
            path = f"{role}.{i}" if isinstance(value, list) else role
            if isinstance(one, str):
                yield Contact(role=role, party=party, name=one)
            elif isinstance(one, Mapping):
                entry = section.entry(path, one)
                entry.only(_CONTACT_KEYS)
                cover = read_cover(entry, "calendar", covers)
                yield Contact(
                    role=role,
                    party=party,
                    name=entry.text("name"),
                    address=entry.text("address"),
                    calendar=cover.calendar if cover else None,
                    calendar_id=cover.name if cover else "",
                )
            else:
                section.note("E107", path, f"{shown(one)} is no contact; write a name, or {{name, address, calendar}}")
