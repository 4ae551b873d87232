"""Outages: rows of what was down, unknown or planned, as columns that are checked once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from slamodel.clock.events import Coded, Reject, coded
from slamodel.errors import EventError
from slamodel.timeline.instants import NAT, Bool, Int64, from_array

EVERY_SERVICE: Final = -1
_FINEST: Final = 10**6
STAMPS: Final = ("detected", "acknowledged", "repaired", "restored", "resolved")
"""The instants of an outage beside its start and end, from which mean times are made."""


@frozen(eq=False)
class Stretches:
    """Stretches of services: planned work, or time without data. ``service`` codes ``services``, -1 is every one.

    ``announced`` is when each was told of (``NAT``: never). Int64 columns of one length, microseconds UTC.
    """

    services: tuple[Any, ...]
    service: Int64
    start: Int64
    end: Int64
    announced: Int64

    def __len__(self) -> int:
        return len(self.start)


@frozen(eq=False, repr=False)
class Outages:
    """Outages of services in columns of one length; ``service`` codes ``services``.

    ``start`` and ``end`` are int64 microseconds UTC, ``NAT`` for an end that has not come. ``weight`` / ``scale`` is
    how much was down (all of it: 1), ``affected`` how many users (-1: all). ``responsibility`` is whose it was,
    ``planned`` that it was announced before (at ``announced``). ``stamps`` are the further instants that are known.
    ``names`` are the ids of the rows, ``fields`` further columns that conditions may ask, ``lines`` where each row
    stood in its source (1-based), ``rejects`` the rows that were set aside.
    """

    services: tuple[Any, ...]
    service: Int64
    start: Int64
    end: Int64
    weight: Int64
    scale: int
    affected: Int64
    responsibility: Coded
    planned: Bool
    announced: Int64
    stamps: dict[str, Int64] = field(factory=dict)
    names: Coded | None = None
    fields: dict[str, Coded] = field(factory=dict)
    lines: Int64 | None = None
    rejects: tuple[Reject, ...] = ()

    def __len__(self) -> int:
        return len(self.start)

    def __repr__(self) -> str:
        return f"Outages({len(self)} outages of {len(self.services)} services, {len(self.rejects)} rejected)"

    def taken(self, rows: Int64) -> Outages:
        """Return the outages of these rows, in their order."""
        return evolve(
            self,
            service=self.service[rows],
            start=self.start[rows],
            end=self.end[rows],
            weight=self.weight[rows],
            affected=self.affected[rows],
            responsibility=self.responsibility.take(rows),
            planned=self.planned[rows],
            announced=self.announced[rows],
            stamps={name: column[rows] for name, column in self.stamps.items()},
            names=None if self.names is None else self.names.take(rows),
            fields={name: column.take(rows) for name, column in self.fields.items()},
            lines=None if self.lines is None else self.lines[rows],
        )

    def field(self, name: str) -> Coded | None:
        """Return a column that a condition asks, coded; None where the outages have none of that name."""
        own = {
            "service": lambda: Coded(self.service.astype(np.int32), self.services),
            "responsibility": lambda: self.responsibility,
            "planned": lambda: Coded(self.planned.astype(np.int32), ("false", "true")),
        }
        return own[name]() if name in own else self.fields.get(name)

    def of(self, responsibilities: Sequence[str] | None) -> Bool:
        """Return which of them are of these responsibilities (None: of any)."""
        if responsibilities is None:
            return np.ones(len(self), bool)
        wanted = [i for i, name in enumerate(self.responsibility.values) if name in responsibilities]
        return np.isin(self.responsibility.codes, wanted)


def outages(
    service: Any,
    start: Any,
    end: Any,
    *,
    services: Sequence[Any] | None = None,
    weight: Any = None,
    affected: Any = None,
    responsibility: Any = None,
    planned: Any = None,
    announced: Any = None,
    **stamps: Any,
) -> Outages:
    """Return outages from columns: instants are aware datetimes or ``datetime64`` UTC, None or NaT for none yet.

    ``services`` are all that are measured, those without an outage too (none: those of the rows). ``weight`` is how
    much was down, above 0 and at most 1 (none: all); ``affected`` a number of users. ``stamps``: detected,
    acknowledged, repaired, restored, resolved. Raises EventError with every row that cannot be: one that ends before
    it starts, a weight that is none, a service that is not measured.
    """
    names, codes = _services(service, services)
    begins, ends = from_array(start)[0], from_array(end)[0]
    size = len(begins)
    users = np.full(size, -1, np.int64) if affected is None else np.asarray(affected, np.int64)
    shares, scale, bad_weight = _weights(weight, size)
    unknown = set(stamps) - set(STAMPS)
    _refuse_rows(
        (codes < 0, "names no service that is measured"),
        (begins == NAT, "has no start"),
        ((ends != NAT) & (ends < begins), "ends before it starts"),
        (bad_weight, "has a weight that is not above 0 and at most 1"),
        (users < -1, "has fewer than no users"),
        (np.full(size, bool(unknown)), f"has columns that no outage has: {', '.join(sorted(unknown))}"),
    )
    return Outages(
        names,
        codes,
        begins,
        ends,
        shares,
        scale,
        users,
        coded(["provider"] * size) if responsibility is None else coded(responsibility),
        np.zeros(size, bool) if planned is None else np.asarray(planned, bool),
        np.full(size, NAT, np.int64) if announced is None else from_array(announced)[0],
        {name: from_array(column)[0] for name, column in stamps.items()},
    )


def stretches(
    start: Any, end: Any, *, service: Any = None, services: Sequence[Any] = (), announced: Any = None
) -> Stretches:
    """Return stretches from columns, as `outages` takes them; without ``service`` they are about every one.

    Raises EventError for one that has no end, or ends before it starts.
    """
    begins, ends = from_array(start)[0], from_array(end)[0]
    size = len(begins)
    names, codes = (tuple(services), np.full(size, EVERY_SERVICE)) if service is None else _services(service, services)
    known = np.full(size, NAT, np.int64) if announced is None else from_array(announced)[0]
    _refuse_rows(
        ((codes < 0) & (service is not None), "names no service that is measured"),
        ((begins == NAT) | (ends == NAT), "has no start or no end"),
        (ends < begins, "ends before it starts"),
    )
    return Stretches(names, codes, begins, ends, known)


def _services(column: Any, services: Sequence[Any] | None) -> tuple[tuple[Any, ...], Int64]:
    found = coded(column)
    if not services:
        return found.values, found.codes.astype(np.int64)
    known = {name: number for number, name in enumerate(services)}
    numbers = np.array([*(known.get(name, -1) for name in found.values), -1], np.int64)
    return tuple(services), numbers[found.codes]


def _weights(column: Any, size: int) -> tuple[Int64, int, NDArray[np.bool_]]:
    if column is None:
        return np.ones(size, np.int64), 1, np.zeros(size, bool)
    values = coded(column)
    shares = [Fraction(Decimal(repr(one))) if isinstance(one, float) else Fraction(one) for one in values.values]
    scale = lcm(*(share.denominator for share in shares))
    if scale > _FINEST:
        msg = f"weights such as {next(s for s in shares if s.denominator > 1)} have no common unit above 1/{_FINEST}"
        raise EventError(f"{msg}; round them to six places")
    numbers = np.array([*(int(share * scale) for share in shares), 0], np.int64)[values.codes]
    return numbers, scale, (numbers <= 0) | (numbers > scale)


def _refuse_rows(*rules: tuple[NDArray[np.bool_], str]) -> None:
    wrong = [f"row {row} {what}" for bad, what in rules for row in np.flatnonzero(np.atleast_1d(bad))[:5].tolist()]
    if wrong:
        msg = f"{'; '.join(wrong[:12])}: correct these rows, or leave them out"
        raise EventError(msg)
