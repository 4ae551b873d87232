"""What stands beside the targets: requirements they are traced to, obligations in words, reviews, contacts, renewal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from attrs import field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.calendar import Calendar
from slamodel.model.period import Period, Term

REQUIREMENT_STATUSES: Final = ("proposed", "accepted", "rejected", "met", "withdrawn")


@frozen(kw_only=True)
class _Written:
    """What has texts that must be there: their names, each with an example for who left it out."""

    _needed: ClassVar[Mapping[str, str]] = {}

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        for name, example in self._needed.items():
            if not getattr(self, name):
                problems.add("E102", name, f"missing; write {name}: {example}")
        problems.raise_as(AgreementError)


@frozen(kw_only=True)
class ServiceLevelRequirement(_Written):
    """What a customer needs, in words, and the targets that answer it (n to m).

    ``party`` is who needs it, ``measurable`` how it could be measured, ``targets`` the ids of targets and period
    targets. Raises AgreementError (E102) without an id or a text.
    """

    _needed: ClassVar[Mapping[str, str]] = {"id": "slr-1", "text": "Pay slips are out on the last working day"}
    id: str
    text: str
    party: str = ""
    priority: str = ""
    status: str = field(default="proposed", validator=validators.in_(REQUIREMENT_STATUSES))
    measurable: str = ""
    targets: tuple[str, ...] = ()
    clause: str = ""


@frozen(kw_only=True)
class QualitativeObligation(_Written):
    """What somebody promised that no number measures (ISO/IEC 19086: a qualitative objective).

    ``obligor`` owes it ("" the provider), ``evidence`` shows that it was kept, ``per`` is how often it is due (None:
    always). Raises AgreementError (E102) without an id or a statement.
    """

    _needed: ClassVar[Mapping[str, str]] = {"id": "encrypted", "statement": "Backups are encrypted"}
    id: str
    statement: str
    obligor: str = ""
    evidence: str = ""
    per: Period | None = None
    clause: str = ""


@frozen(kw_only=True)
class Review(_Written):
    """A meeting that looks at the agreement or its figures: the forum, how often, and who comes.

    Raises AgreementError (E102) without an id.
    """

    _needed: ClassVar[Mapping[str, str]] = {"id": "service-review"}
    id: str
    per: Period
    forum: str = ""
    attendees: tuple[str, ...] = ()
    clause: str = ""


@frozen(kw_only=True)
class Contact(_Written):
    """A person or a desk that plays a ``role`` for a party: delivery_manager, finance, auditor.

    ``party`` is a role in the agreement (provider, customer) or the id of a party, ``address`` where to reach it,
    ``calendar`` when, under the name ``calendar_id``. Raises AgreementError (E102) without a role.
    """

    _needed: ClassVar[Mapping[str, str]] = {"role": "delivery_manager"}
    role: str
    party: str
    name: str = ""
    address: str = ""
    calendar: Calendar | None = None
    calendar_id: str = ""


@frozen(kw_only=True)
class RenewalTerms:
    """How an agreement goes on after its last day.

    ``notice`` is how long before it notice is given, ``review`` how often renewal is looked at, ``automatic`` the
    term by which it renews itself where nobody gives notice (None: it ends).
    """

    notice: Term | None = None
    review: Period | None = None
    automatic: Term | None = None
    clause: str = ""
