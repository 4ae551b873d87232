"""Chains: what stands behind a promise, as a tree of links: in order, side by side, or one of several."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from math import prod
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from slamodel.errors import AgreementError
from slamodel.model._checks import Problems
from slamodel.model.limit import Limit
from slamodel.timeline.durations import Amount

MOST_PATHS: Final = 64
_NONE: Final = Amount()


@frozen
class Link:
    """One target of another agreement that a promise rests on: an OLA's, or an underpinning contract's.

    ``agreement`` and ``target`` are ids, ``limit`` what it allows, ``hand_off`` the time on the wall between the end
    of what came before and the start of its clock. ``since`` and ``until`` are the instants from which and
    until which its agreement runs, aware datetimes (None: it always has, it has no end). Raises AgreementError (E102,
    E107, E132) for one that names nothing, has no limit, or hands off in business days.
    """

    agreement: str
    target: str
    limit: Limit
    hand_off: Amount = _NONE
    clause: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __attrs_post_init__(self) -> None:
        problems = Problems()
        for name, value in (("agreement", self.agreement), ("target", self.target)):
            if not value:
                problems.add("E102", name, f"{value!r} is no id; a link names an agreement and one of its targets")
        if not isinstance(self.limit, Limit):
            problems.add("E107", "limit", f"{self.limit!r} is not a Limit: an amount on a calendar")
        if not isinstance(self.hand_off, Amount):
            problems.add("E107", "hand_off", f"{self.hand_off!r} is not an amount; write parse_amount('10m')")
        elif self.hand_off.days:
            problems.add("E132", "hand_off", f"'{self.hand_off}' counts business days; write time on the wall, as 10m")
        problems.raise_as(AgreementError)

    @property
    def name(self) -> str:
        """The agreement and the target, as they are written: "telco-uc/repair"."""
        return f"{self.agreement}/{self.target}"

    @property
    def links(self) -> tuple[Link, ...]:
        """The link itself: a chain of one."""
        return (self,)

    @property
    def path_count(self) -> int:
        """How many paths there are: one."""
        return 1

    def paths(self) -> tuple[tuple[Link, ...], ...]:
        """Return the one path there is."""
        return ((self,),)


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


@frozen
class _Parts:
    """What branches have in common: parts, each a chain itself."""

    parts: tuple[Chain, ...] = field(converter=_parts)

    @parts.validator
    def _check_parts(self, _: Any, value: tuple[Any, ...]) -> None:
        problems = Problems()
        if not value:
            problems.add("E102", "", f"{type(self).__name__} of nothing backs nothing; name at least one link")
        for i, part in enumerate(value):
            if not isinstance(part, (Link, _Parts)):
                problems.add("E107", str(i), f"{part!r} is neither a Link nor InOrder, AllOf or AnyOf of links")
        problems.raise_as(AgreementError)
        if self.path_count > MOST_PATHS:
            msg = f"{self.path_count} paths lead through this chain, more than {MOST_PATHS}; "
            msg += "put those that run side by side into one link each, or prove its parts apart"
            raise AgreementError(msg, "E107")

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link, once, in the order they are written."""
        return tuple(dict.fromkeys(link for part in self.parts for link in part.links))

    @property
    def path_count(self) -> int:
        """How many paths lead through, without laying them out."""
        raise NotImplementedError  # pragma: no cover - each branch says how

    def paths(self) -> tuple[tuple[Link, ...], ...]:
        """Return the paths that lead through, each a sequence of links; what takes longest is the longest of them."""
        raise NotImplementedError  # pragma: no cover - each branch says how


@frozen
class InOrder(_Parts):
    """Parts that are worked one after another: each starts where the one before it ends."""

    @property
    def path_count(self) -> int:
        """How many paths lead through: the product of those of the parts."""
        return prod(part.path_count for part in self.parts)

    def paths(self) -> tuple[tuple[Link, ...], ...]:
        """Return one path for every choice of a path through each part."""
        chosen = product(*(part.paths() for part in self.parts))
        return tuple(dict.fromkeys(tuple(link for path in paths for link in path) for paths in chosen))


@frozen
class AllOf(_Parts):
    """Parts that are worked side by side and are all needed: what follows starts when the last of them ends."""

    @property
    def path_count(self) -> int:
        """How many paths lead through: the sum of those of the parts."""
        return sum(part.path_count for part in self.parts)

    def paths(self) -> tuple[tuple[Link, ...], ...]:
        """Return the paths of every part."""
        return tuple(dict.fromkeys(path for part in self.parts for path in part.paths()))


@frozen
class AnyOf(AllOf):
    """Parts of which one is worked, nobody knows which beforehand: a promise must hold for the worst of them."""


Chain: TypeAlias = Link | InOrder | AllOf | AnyOf
