"""Services: what is promised something about, what it is composed of, and the offerings of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems, did_you_mean
from slamodel.model.money import Money
from slamodel.timeline.durations import Amount

STATUSES: Final = ("pipeline", "live", "retired")


@frozen
class Composition:
    """What must be up for a service to be up: ``needed`` of its ``parts``, services by id or compositions.

    All of them needed is a series, one of them is a parallel, anything between is k of n. Raises AgreementError:
    E102 without parts or with one named twice, E107 where more are needed than there are.
    """

    needed: int
    parts: tuple[Part, ...]

    def __attrs_post_init__(self) -> None:
        if not self.parts:
            msg = "composed of nothing; name the services that it needs"
            raise AgreementError(msg, "E102")
        if not 1 <= self.needed <= len(self.parts):
            msg = (
                f"{self.needed} of {len(self.parts)} parts cannot be needed; write a number from 1 to {len(self.parts)}"
            )
            raise AgreementError(msg, "E107")
        twice = next((part for i, part in enumerate(self.parts) if part in self.parts[:i]), None)
        if twice is not None:
            msg = f"{twice!r} is named twice; keep one"
            raise AgreementError(msg, "E102")

    @property
    def is_series(self) -> bool:
        """Whether every part is needed."""
        return self.needed == len(self.parts)

    @property
    def services(self) -> tuple[str, ...]:
        """The ids of every service in it, once."""
        found = [part.services if isinstance(part, Composition) else (part,) for part in self.parts]
        return tuple(dict.fromkeys(name for names in found for name in names))


Part: TypeAlias = str | Composition


@frozen(kw_only=True)
class ServiceOffering:
    """One tier of a service, as the catalogue offers it: how soon it is there, and what it costs.

    ``fulfilment`` is the length of time that a request for it may take; ``cost`` is for one of ``cost_per`` ("user
    per month"). Raises AgreementError (E102) without an id.
    """

    id: str
    service: str = ""
    name: str = ""
    tier: str = ""
    fulfilment: Amount | None = None
    cost: Money | None = None
    cost_per: str = ""
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.id:
            msg = "an offering has an id, such as gold"
            raise AgreementError(msg, "E102")


@frozen(kw_only=True)
class Service:
    """What agreements are about: payroll, the network, a service desk.

    ``kind`` is free (IT, administrative), ``owner`` a party or a person, ``criticality`` free (high, 1), ``users``
    how many there are. ``external`` has what other systems call it: (system, id). Raises AgreementError: E102
    without an id, E107 for users below zero.
    """

    id: str
    name: str = ""
    kind: str = ""
    owner: str = ""
    criticality: str = ""
    status: str = field(default="live", validator=validators.in_(STATUSES))
    users: int | None = None
    components: Composition | None = None
    offerings: tuple[ServiceOffering, ...] = ()
    external: tuple[tuple[str, str], ...] = ()
    clause: str = ""

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        if not self.id:
            problems.add("E102", "", "a service has an id, such as payroll")
        if self.users is not None and self.users < 0:
            problems.add("E107", "users", f"{self.users} users are none; write 0 or more")
        problems.raise_as(AgreementError)


def check_services(services: Iterable[Service]) -> None:
    """Hold services to each other. AgreementError: E102 for a component that is none of them, E178 for a circle."""
    known = {service.id: service for service in services}
    problems = Problems()
    for service in known.values():
        for name in service.components.services if service.components else ():
            if name not in known:
                msg = f"service {service.id!r} needs {name!r}, which is no service{did_you_mean(name, known)}"
                problems.add("E102", f"{service.id}.components", msg)
    round_ = _circle(known)
    if round_:
        msg = f"a service is not part of itself: {' -> '.join(round_)}; leave one of them out"
        problems.add("E178", f"{round_[0]}.components", msg)
    problems.raise_as(AgreementError)


def _circle(known: dict[str, Service]) -> list[str]:
    """Return the ids of services that are composed of each other in a circle, the first one again at the end."""
    done: set[str] = set()
    for first in known:
        path: dict[str, list[str]] = {first: _needs(known, first)} if first not in done else {}
        while path:
            name, left = next(reversed(path.items()))
            if not left:
                done.add(name)
                del path[name]
                continue
            other = left.pop(0)
            if other in path:
                names = list(path)
                return [*names[names.index(other) :], other]
            if other not in done:
                path[other] = _needs(known, other)
    return []


def _needs(known: dict[str, Service], name: str) -> list[str]:
    composed = known[name].components
    return [part for part in composed.services if part in known] if composed else []
