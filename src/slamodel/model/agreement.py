"""Agreement: what two parties agreed, in one of its versions."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems, did_you_mean
from slamodel.model.backing import BackedBy
from slamodel.model.calendar import Calendar
from slamodel.model.event_map import EventMap
from slamodel.model.exclusion import ExclusionRule, Window
from slamodel.model.party import Party
from slamodel.model.period_target import PeriodTarget
from slamodel.model.priority import PriorityScheme
from slamodel.model.remedy import CreditScheme
from slamodel.model.requirement import (
    Contact,
    QualitativeObligation,
    RenewalTerms,
    Review,
    ServiceLevelRequirement,
)
from slamodel.model.selector import ALWAYS_TRUE, Selector
from slamodel.model.service import Service
from slamodel.model.target import Target
from slamodel.model.trigger import Trigger
from slamodel.model.version import Version

KINDS: Final = ("sla", "ola", "uc")


@frozen(kw_only=True)
class Agreement(Version):
    """What a provider and a counterparty agreed: targets, and how the records they are measured on are read.

    It is one version of an agreement, and never changes: moves such as `propose`, `agree` and `amend` return others.
    ``starts_on`` and ``ends_on`` are ISO dates, both included; ``priorities`` go from the most urgent to the least.
    ``applies`` are the items that it is for, ``precedence`` puts it before others that match as closely (C12).
    ``parties`` describe those who are named, ``roles`` are (role, party) of others than the two sides; an underpinning
    contract needs an external supplier as provider, an operational level agreement two units of one organisation.
    ``measured`` holds over periods, ``credits`` and ``triggers`` are what misses lead to, ``backed_by`` is what stands
    behind a promise. Raises AgreementError (E170, E171) for sides that its kind cannot have.
    """

    targets: tuple[Target, ...]
    kind: str = field(default="sla", validator=validators.in_(KINDS))
    name: str = ""
    calendars: tuple[tuple[str, Calendar], ...] = ()
    priorities: tuple[str, ...] = ()
    events: EventMap = field(factory=EventMap)
    parties: tuple[Party, ...] = ()
    applies: Selector = ALWAYS_TRUE
    precedence: int = 0
    roles: tuple[tuple[str, str], ...] = ()
    currency: str = ""
    scheme: PriorityScheme | None = None
    services: tuple[Service, ...] = ()
    measured: tuple[PeriodTarget, ...] = ()
    exclusions: tuple[ExclusionRule, ...] = ()
    windows: tuple[Window, ...] = ()
    credits: CreditScheme | None = None
    triggers: tuple[Trigger, ...] = ()
    backed_by: tuple[BackedBy, ...] = ()
    requirements: tuple[ServiceLevelRequirement, ...] = ()
    obligations: tuple[QualitativeObligation, ...] = ()
    reviews: tuple[Review, ...] = ()
    contacts: tuple[Contact, ...] = ()
    renewal: RenewalTerms | None = None

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        provider, customer = self.owed_by, self.owed_to
        if provider is not None and customer is not None:
            if provider.id == customer.id:
                problems.add("E171", "provider", f"provider and customer are both {provider.id!r}")
            elif {provider, customer} <= {*self.parties}:
                wrong = _contradiction(self.kind, provider, customer)
                if wrong:
                    problems.add("E170", "provider", wrong)
        problems.raise_as(AgreementError)

    def __getitem__(self, target: str) -> Target:
        found = {one.id: one for one in self.targets}
        if target not in found:
            msg = f"agreement {self.id!r} has no target {target!r}{did_you_mean(target, found)}"
            raise AgreementError(msg, "E102")
        return found[target]

    @property
    def zone(self) -> str:
        """The zone in which its dates are read: its own, else that of its calendars if they share one, else UTC."""
        if self.timezone:
            return self.timezone
        found = {getattr(limit.calendar, "timezone", "") for target in self.targets for _, limit in target.limits}
        found -= {"UTC", ""}
        return found.pop() if len(found) == 1 else "UTC"

    @property
    def owed_by(self) -> Party | None:
        """Who keeps the promises: the provider, as it is described, or by its name alone."""
        return self._party(self.provider)

    @property
    def owed_to(self) -> Party | None:
        """To whom they are made: the customer, the unit that an OLA serves, who bought an underpinning contract."""
        return self._party(self.customer)

    @property
    def is_internal(self) -> bool:
        """Whether both sides are known to belong to one organisation."""
        provider, customer = self.owed_by, self.owed_to
        if provider is None or customer is None:
            return False
        return provider.organisation.id == customer.organisation.id

    def _party(self, name: str) -> Party | None:
        if not name:
            return None
        return next((one for one in self.parties if one.is_called(name)), Party(name))

    def _has_approved(self, name: str) -> bool:
        party = self._party(name)
        return party is not None and any(one.party and one.party in {party.id, party.name} for one in self.approvals)


def _contradiction(kind: str, provider: Party, customer: Party) -> str:
    """Return what is wrong with the parties of an agreement of this kind, or nothing (E170)."""
    internal = provider.organisation.id == customer.organisation.id
    if kind == "uc" and internal:
        msg = f"a UC needs an external supplier as provider; {provider.id!r} is a {provider.kind} of the same"
        return f"{msg} organisation (use ola)"
    if kind == "ola" and not internal:
        organisation = provider.organisation.id
        return f"an OLA needs two units of one organisation; {provider.id!r} belongs to {organisation!r} (use uc)"
    outer = [party for party in (provider, customer) if party.kind == "organisation"]
    if kind == "ola" and outer:
        return f"an OLA needs two units of one organisation; {outer[0].id!r} is the organisation itself (use sla)"
    return ""
