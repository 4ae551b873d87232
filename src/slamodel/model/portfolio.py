"""Portfolio: the agreements that were loaded together, each in all its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Self

from attrs import evolve, field, frozen, validators

from slamodel.errors import AgreementError, Problem
from slamodel.model._checks import Problems, did_you_mean
from slamodel.model.agreement import Agreement
from slamodel.model.applicable import WHICH, contested, narrowed
from slamodel.model.event_map import EventMap
from slamodel.model.promises import promises
from slamodel.model.target import Target
from slamodel.model.versions import Versions


@frozen(eq=False)
class Portfolio(Mapping[str, Agreement]):
    """The agreements of one file by id, and which of them applies to an item; `slamodel.Portfolio` is asked for more.

    A portfolio is equal to another with equal agreements that are applied alike. Raises AgreementError (E180) where
    the versions of an agreement do not follow one another.
    """

    agreements: tuple[Agreement, ...] = ()
    which: str = field(default="most_specific", validator=validators.in_(WHICH))
    warnings: tuple[Problem, ...] = field(default=(), repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        for name in self:
            with problems.at(name):
                self.versions(name)
        problems.raise_as(AgreementError)

    def __eq__(self, other: object) -> bool:
        """Return whether another portfolio holds equal agreements and applies them alike."""
        if not isinstance(other, Portfolio):
            return NotImplemented
        return (self.agreements, self.which) == (other.agreements, other.which)

    def __hash__(self) -> int:
        return hash((self.agreements, self.which))

    def __getitem__(self, name: str) -> Agreement:
        return self.versions(name).latest

    def __contains__(self, name: object) -> bool:
        return any(agreement.id == name for agreement in self.agreements)

    def get(self, name: str, default: Any = None) -> Any:
        """Return an agreement by its id, or the default."""
        return self[name] if name in self else default  # noqa: SIM401  that is what get does

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(agreement.id for agreement in self.agreements))

    def __len__(self) -> int:
        return len({agreement.id for agreement in self.agreements})

    def versions(self, name: str) -> Versions:
        """Return all versions of an agreement, by their numbers. Raises AgreementError (E102) for another id."""
        found = [agreement for agreement in self.agreements if agreement.id == name]
        if not found:
            msg = f"no agreement {name!r}{did_you_mean(name, self)}"
            raise AgreementError(msg, "E102")
        return Versions(found)

    def as_of(self, effective: date, *, known_at: datetime | None = None) -> Self:
        """Return what bound at one instant, by what was known at another: at most one version of each agreement.

        ``effective``: an aware datetime, or a date for the instant at which it begins in the zone of each agreement;
        ``known_at``: an aware datetime (None: all that is known). So "what bound us on 1 July" and "what did we
        believe on 1 July" are two questions. What was recorded later (versions, suspensions, terminations, renewals)
        is left out.
        """
        found = [self.versions(name).in_force(effective, known_at=known_at) for name in self]
        return evolve(self, agreements=tuple(one for one in found if one is not None))

    def promises(self, as_of: int | None = None) -> tuple[Target, ...]:
        """Return what items are judged by, as things stand at an instant (microseconds UTC; None: at the end).

        Every target of every version in force, each for the items that are its own (C12). Raises AgreementError
        where ``as_of`` of an agreement asks for what cannot be judged.
        """
        return narrowed([(self[name], promises(self.versions(name), as_of)) for name in self], self.which)

    @property
    def contested(self) -> tuple[Problem, ...]:
        """Where two agreements claim the same items equally, so that judging one of these is an error (E191).

        So it is where the stricter of two limits is asked for and they cannot be compared.
        """
        try:
            return contested(self.promises())
        except AgreementError as error:
            return tuple(problem for problem in error.problems if problem.code == "E191")

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets of every agreement and version, in the order they were written."""
        return tuple(target for agreement in self.agreements for target in agreement.targets)

    @property
    def fields(self) -> frozenset[str]:
        """Every field that the agreements and their targets look at: the columns that a log is read for."""
        whose = (agreement.applies.fields() for agreement in self.agreements)
        return frozenset().union(*whose, *(target.fields for target in self.targets))

    @property
    def events(self) -> EventMap:
        """How the log is read: as the first agreement says."""
        return self.agreements[0].events if self.agreements else EventMap()
