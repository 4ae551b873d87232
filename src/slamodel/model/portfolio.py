"""Portfolio: the agreements that were loaded together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.model._checks import did_you_mean
from slamodel.model.agreement import Agreement
from slamodel.model.event_map import EventMap
from slamodel.model.target import Target


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
