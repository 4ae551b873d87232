"""Series: numbers by name, each with its instant, and with the service and the id that it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from slamodel.clock.events import Coded, Reject, coded
from slamodel.clock.texts import instant_text
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.bound import Bound
from slamodel.model.selector import as_text
from slamodel.report.availability.outages import Outages, Stretches
from slamodel.report.availability.slices import from_probes
from slamodel.report.metrics.numbers import number_of, over_one, whole_numbers
from slamodel.timeline.instants import NAT, Bool, Int64, from_array


@frozen(eq=False, repr=False)
class Values:
    """One series: numbers in the order of their instants.

    ``at`` is int64 microseconds UTC, ``numbers`` / ``scale`` are the values: int64, or Python's integers where those
    would not fit. ``service`` and ``evidence`` are coded texts, ``ids`` say what each value is about (an answer, a
    check), ``lines`` where it stood.
    """

    name: str
    at: Int64
    numbers: NDArray[Any]
    scale: int
    service: Coded
    ids: Coded
    evidence: Coded
    lines: Int64

    def __len__(self) -> int:
        return len(self.at)

    def __repr__(self) -> str:
        return f"Values({len(self)} of {self.name!r})"

    def value(self, row: int) -> Fraction:
        """Return one value, exact."""
        return Fraction(int(self.numbers[row]), self.scale)

    def total(self, rows: slice) -> Fraction:
        """Return the sum of some rows, exact."""
        return Fraction(int(self.numbers[rows].sum()) if rows.stop > rows.start else 0, self.scale)

    def keeps(self, rows: slice, bound: Bound) -> Bool:
        """Return which of some rows keep to a bound, exact: it is taken to their scale."""
        numbers, edge = self.numbers[rows], bound.value * self.scale
        if bound.comparison in ("ge", "lt"):
            kept = numbers >= ceil(edge)
            return np.asarray(kept if bound.comparison == "ge" else ~kept, bool)
        kept = numbers <= floor(edge)
        return np.asarray(kept if bound.comparison == "le" else ~kept, bool)

    def of(self, services: Collection[str]) -> Values:
        """Return the values of these services (none: all)."""
        if not services:
            return self
        wanted = [code for code, name in enumerate(self.service.values) if as_text(name) in services]
        return self.taken(np.flatnonzero(np.isin(self.service.codes, wanted)))

    def taken(self, rows: Int64) -> Values:
        """Return some of the rows, in order."""
        columns = {name: getattr(self, name).take(rows) for name in ("service", "ids", "evidence")}
        return evolve(self, at=self.at[rows], numbers=self.numbers[rows], lines=self.lines[rows], **columns)

    def named(self, rows: Int64 | slice) -> tuple[Any, ...]:
        """Return what some rows are called: their ids, else the lines they stood on."""
        some = np.arange(len(self))[rows]
        pairs = zip(self.ids.take(some).to_list(), self.lines[some].tolist(), strict=True)
        return tuple(f"line {line}" if name is None else name for name, line in pairs)

    def refuse_twice(self) -> Values:
        """Return the series itself. Raises EventError (E197) where a service has two values at one instant."""
        order = np.lexsort((self.at, self.service.codes))
        same = (np.diff(self.at[order]) == 0) & (np.diff(self.service.codes[order]) == 0)
        twice = np.flatnonzero(same)
        if len(twice):
            first, second = order[twice[0]], order[twice[0] + 1]
            service = self.service.take(np.array([first])).to_list()[0]
            of = "" if service is None else f" of {service}"
            lines = f"lines {self.lines[first]} and {self.lines[second]}"
            more = f", and so on {len(twice) - 1} more times" if len(twice) > 1 else ""
            msg = f"{self.name!r}{of} has two values at {instant_text(int(self.at[first]))} ({lines}){more}; keep one"
            raise EventError(msg, "E197")
        return self

    def probes(self, start: Any, end: Any, width: int, *, down_from: int = 1) -> tuple[Outages, Stretches]:
        """Return what probes with the values 1 (it answered) and 0 (it failed) say: `from_probes` has the rest.

        Raises EventError (E197) for a value that is neither.
        """
        strange = np.flatnonzero((self.numbers != 0) & (self.numbers != self.scale))
        if len(strange):
            msg = f"{self.name!r} has {self.value(int(strange[0]))} on line {self.lines[strange[0]]}; a probe is 1 or 0"
            raise EventError(msg, "E197")
        services = [as_text(name) or "" for name in self.service.to_list()]
        return from_probes(
            services, self.at.view("M8[us]"), self.numbers == 0, start=start, end=end, width=width, down_from=down_from
        )


@frozen(eq=False, repr=False)
class Series:
    """Several series by name, and the rows that were set aside."""

    columns: Mapping[str, Values]
    rejects: tuple[Reject, ...] = field(default=())

    def __repr__(self) -> str:
        told = ", ".join(f"{len(one)} of {name!r}" for name, one in self.columns.items())
        return f"Series({told}; {len(self.rejects)} rejected)"

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Values:
        """Return one of them. Raises EventError (E102) for a name that none has."""
        if name not in self.columns:
            raise EventError(f"there is no series {name!r}{did_you_mean(name, self.columns)}", "E102")
        return self.columns[name]


def values(
    name: str,
    at: Any,
    value: Any,
    *,
    service: Any = None,
    ids: Any = None,
    evidence: Any = None,
    lines: Any = None,
) -> Values:
    """Return a series from columns of one length.

    ``at`` are aware datetimes, ``datetime64`` UTC or int64 microseconds; ``value`` numbers as they are written, texts
    such as "99.5%" (a share) and "yes" (1). Raises EventError (E197) with the rows that have no instant or no number.
    """
    instants = _instants(at)
    quick = whole_numbers(value) if isinstance(value, np.ndarray) else None
    cells = value.tolist() if isinstance(value, np.ndarray) else list(value)
    exact = [] if quick else [number_of(one) for one in cells]
    stood = np.arange(1, len(cells) + 1) if lines is None else np.asarray(lines, np.int64)
    wrong = [f"line {stood[i]}: {why}" for i, why in enumerate(exact) if isinstance(why, str)]
    wrong += [f"line {stood[i]}: has no instant" for i in np.flatnonzero(instants == NAT).tolist()]
    if len(instants) != len(cells):
        wrong = [f"{len(instants)} instants for {len(cells)} values"]
    if wrong:
        raise EventError(f"{name!r}: {'; '.join(wrong[:5])}", "E197")
    numbers = quick or over_one([one for one in exact if not isinstance(one, str)])
    return laid(name, instants, numbers, service, ids, evidence, stood)


def laid(
    name: str, at: Int64, exact: tuple[NDArray[Any], int], service: Any, ids: Any, evidence: Any, lines: Int64
) -> Values:
    """Return a series from columns that are good, in the order of its instants; ``exact`` are numbers and scale."""
    numbers, scale = exact
    order = np.argsort(at, kind="stable")
    none = Coded(np.full(len(at), -1, np.int32), ())
    texts = [none if column is None else coded(column) for column in (service, ids, evidence)]
    services, named, shown = (one.take(order) for one in texts)
    return Values(name, at[order], numbers[order], scale, services, named, shown, lines[order])


def values_of_items(items: Iterable[Any], at: Int64, column: Coded, name: str) -> tuple[Values, dict[str, list[Any]]]:
    """Return a field of items as a series, and by what is wrong the items whose value is no number.

    An item without a value has none in the series.
    """
    known = [number_of(value) for value in column.values]
    good = np.array([*(not isinstance(one, str) for one in known), False])[column.codes]
    rows = np.flatnonzero(good)
    owners = np.array(list(items), object)
    exact = [known[code] for code in column.codes[rows].tolist()]
    wrong: dict[str, list[Any]] = {}
    for row in np.flatnonzero((column.codes >= 0) & ~good).tolist():
        wrong.setdefault(str(known[column.codes[row]]), []).append(owners[row])
    ids = Coded(np.arange(len(rows), dtype=np.int32), tuple(owners[rows].tolist()))
    numbers = over_one([one for one in exact if not isinstance(one, str)])
    found = laid(name, at[rows], numbers, None, ids, None, rows + 1)
    return found, wrong


def _instants(at: Any) -> Int64:
    if isinstance(at, np.ndarray) and at.dtype.kind in "iu":
        return at.astype(np.int64)
    return from_array(at if isinstance(at, np.ndarray) else list(at))[0]
