"""Agreement: what two parties agreed."""

from __future__ import annotations

from typing import Final

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
