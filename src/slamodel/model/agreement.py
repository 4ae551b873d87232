"""Agreement: what two parties agreed, and the portfolio of agreements that were loaded together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model._checks import did_you_mean
from slamodel.model.calendar import Calendar
from slamodel.model.event_map import EventMap
from slamodel.model.target import Target

KINDS: Final = ("sla", "ola", "uc")


@frozen(kw_only=True)
class Agreement:
    """What a provider and a counterparty agreed: targets, and how the records they are measured on are read.

    ``starts_on`` and ``ends_on`` are ISO dates, both included; ``priorities`` go from the most urgent to the least.
    """

    id: str
    targets: tuple[Target, ...]
    kind: str = field(default="sla", validator=validators.in_(KINDS))
    name: str = ""
    provider: str = ""
    customer: str = ""
    starts_on: str = ""
    ends_on: str = ""
    calendars: tuple[tuple[str, Calendar], ...] = ()
    priorities: tuple[str, ...] = ()
    events: EventMap = field(factory=EventMap)

    def __getitem__(self, target: str) -> Target:
        found = {one.id: one for one in self.targets}
        if target not in found:
            msg = f"agreement {self.id!r} has no target {target!r}{did_you_mean(target, found)}"
            raise AgreementError(msg, "E102")
        return found[target]


@frozen
class Portfolio(Mapping[str, Agreement]):
    """Agreements by id, as one file gave them: a mapping, ``book["it-helpdesk"]["resolve"]`` is a target."""

    agreements: tuple[Agreement, ...] = ()

    def __getitem__(self, name: str) -> Agreement:
        for agreement in self.agreements:
            if agreement.id == name:
                return agreement
        msg = f"no agreement {name!r}{did_you_mean(name, [agreement.id for agreement in self.agreements])}"
        raise AgreementError(msg, "E102")

    def __contains__(self, name: object) -> bool:
        return any(agreement.id == name for agreement in self.agreements)

    def get(self, name: str, default: Any = None) -> Any:
        """Return an agreement by its id, or the default."""
        return next((agreement for agreement in self.agreements if agreement.id == name), default)

    def __iter__(self) -> Iterator[str]:
        return iter([agreement.id for agreement in self.agreements])

    def __len__(self) -> int:
        return len(self.agreements)

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets of every agreement, in the order they were written."""
        return tuple(target for agreement in self.agreements for target in agreement.targets)

    @property
    def fields(self) -> frozenset[str]:
        """Every field that the targets look at: the columns that a log is read for."""
        return frozenset().union(*(target.fields for target in self.targets))

    @property
    def events(self) -> EventMap:
        """How the log is read: as the first agreement says."""
        return self.agreements[0].events if self.agreements else EventMap()
