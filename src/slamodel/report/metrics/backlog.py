"""Backlog: what is open at an instant, and how old it is, in covered time or on the wall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from slamodel.clock.events import EventTable
from slamodel.clock.run import all_clocks, until
from slamodel.clock.stages import PAUSED, RUNNING
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError
from slamodel.model.calendar import Calendar
from slamodel.model.metric import STATISTICS
from slamodel.model.selector import ALWAYS_TRUE, Selector
from slamodel.model.target import Target
from slamodel.report.metrics.items import asked, unheard
from slamodel.report.metrics.measurement import Measurement, not_measured
from slamodel.report.periods import Periods
from slamodel.timeline.durations import Amount, amount
from slamodel.timeline.instants import NAT, Bool, Int64

_NONE: Final = np.empty(0, np.int64)


@frozen(eq=False)
class Backlog:
    """What was open at an instant, the end of a period: what happens at that instant has not happened.

    ``items`` are names, ``since`` when each was opened, or its clock started, ``age`` how old it is, int64
    microseconds; ``aged_by`` says in which time: "covered" or "wall". ``reason`` says why nothing is known ("": it is).
    """

    at: int
    aged_by: str
    items: NDArray[Any] = field(factory=lambda: np.empty(0, object))
    since: Int64 = field(factory=lambda: _NONE)
    age: Int64 = field(factory=lambda: _NONE)
    reason: str = ""

    def __len__(self) -> int:
        return len(self.items)

    def buckets(self, *edges: Amount | str) -> tuple[int, ...]:
        """Return how many are younger than the first edge, from it to the next, ..., and of the last or older.

        Edges are lengths such as "1d", "7d" in the time of ``aged_by``. Raises AgreementError (E107) where they
        do not grow.
        """
        lengths = [amount(edge) for edge in edges]
        cuts = [one.us for one in lengths]
        if any(one.days for one in lengths) or cuts != sorted(set(cuts)):
            msg = f"buckets {', '.join(map(str, edges))}: lengths in hours or days that grow, such as 1d, 7d, 30d"
            raise AgreementError(msg, "E107")
        places = np.searchsorted(np.array(cuts, np.int64), self.age, side="right")
        return tuple(np.bincount(places, minlength=len(cuts) + 1).tolist())


def open_items(
    log: EventTable,
    when: Selector,
    periods: Periods,
    *,
    age: str,
    calendar: Calendar | None = None,
    applies: Selector = ALWAYS_TRUE,
    as_of: int | None = None,
) -> list[Backlog]:
    """Return the items for which a condition held at the end of each period, by their last events before it.

    ``age`` is "wall", or "covered" by a ``calendar``, since an item's first event. ``as_of`` in microseconds (None: the
    last event): a period that has not ended is looked at then. Raises AgreementError (E107) for an age that is
    neither, or is covered by nothing.
    """
    if age not in ("covered", "wall") or (age == "covered") != (calendar is not None):
        msg = f"age {age!r} with {'a' if calendar else 'no'} calendar; write wall, or covered with the calendar"
        raise AgreementError(msg, "E107")
    now = (int(log.at.max()) if len(log) else 0) if as_of is None else as_of

    def look(seen: EventTable, at: int) -> Backlog:
        row = seen.first[1:] - 1
        kept = np.flatnonzero(asked(seen, when, row) & asked(seen, applies, row))
        since = seen.at[seen.first[kept]]
        ages = at - since
        if calendar is not None and len(since):
            ages = calendar.elapsed(since.view("M8[us]"), np.int64(at).view("M8[us]")).astype("m8[us]").view(np.int64)
        return Backlog(at, age, seen.items[kept], since, ages)

    return [
        Backlog(at, age, reason=why) if why else look(until(log, seen), at)
        for at, seen, why in _looks(log, now, periods)
    ]


def open_clocks(
    verdicts: VerdictTable,
    targets: Iterable[Target],
    periods: Periods,
    *,
    age: str,
    applies: Selector = ALWAYS_TRUE,
) -> list[Backlog]:
    """Return the items whose clocks ran or were paused at the end of each period, as they were judged then.

    ``targets`` are some of ``verdicts.targets``; an item with several open clocks counts once, with its oldest. ``age``
    is "covered", what the clock has used up, or "wall", the time since it started. Raises AgreementError (E107) for
    an age that is neither.
    """
    if age not in ("covered", "wall"):
        msg = f"age {age!r}; write covered, for what the clock has used up, or wall, for the time since it started"
        raise AgreementError(msg, "E107")
    log, chosen = verdicts.log, tuple(targets)
    assert log is not None  # noqa: S101  `evaluate` made it

    found: list[Backlog] = []
    were_open, last, lasting = log.items[:0], NAT, all(_needs_an_event(target) for target in chosen)
    for at, cut, why in _looks(log, verdicts.as_of, periods):
        if why:
            found.append(Backlog(at, age, reason=why))
            continue
        seen = until(log, cut)
        if lasting and last != NAT:
            # What was not open at the last look, and has had no event since, is not open now.
            heard = np.maximum.reduceat(seen.at, seen.first[:-1]) > last
            seen = _of_items(seen, heard | np.isin(seen.items, were_open))
        one, open_now = _look(chosen, seen, at, age, applies)
        were_open, last = open_now, cut
        found.append(one)
    return found


def _look(
    targets: tuple[Target, ...], seen: EventTable, at: int, age: str, applies: Selector
) -> tuple[Backlog, NDArray[Any]]:
    """Return what is open at an instant, and the items that are, whether or not the condition picks them."""
    number, since, ages, ever = [_NONE], [_NONE], [_NONE], [_NONE]
    for _, clocks in all_clocks(targets, seen, at):
        cells = clocks.columns(at)
        items = cells["item"].astype(np.int64)
        going = (cells["stage"] == RUNNING) | (cells["stage"] == PAUSED)
        going &= True if clocks.kept is None else clocks.kept
        ever.append(items[going])
        going &= asked(seen, applies, seen.first[items + 1] - 1)
        number.append(items[going])
        since.append(cells["started_at"][going])
        ages.append(cells["elapsed"][going] if age == "covered" else at - cells["started_at"][going])
    owner, start, old = map(np.concatenate, (number, since, ages))
    order = np.lexsort((-old, owner))
    order = order[np.flatnonzero(np.diff(owner[order], prepend=-1))]
    names = seen.items
    return Backlog(at, age, names[owner[order]], start[order], old[order]), names[np.unique(np.concatenate(ever))]


def _needs_an_event(target: Target) -> bool:
    """Return whether a clock that is not open stays so until its item has an event: no other instant opens one."""
    follows = any(moment.after for moment in (target.starts, target.stops, target.ends))
    return not (follows or target.time_fields or target.in_force.changes)


def _of_items(log: EventTable, kept: Bool) -> EventTable:
    """Return the table of some of its items."""
    counts = np.diff(log.first)
    rows = np.flatnonzero(np.repeat(kept, counts))
    return evolve(
        log,
        items=log.items[kept],
        first=np.append(0, np.cumsum(counts[kept])),
        at=log.at[rows],
        fields={name: column.take(rows) for name, column in log.fields.items()},
        times={name: column[rows] for name, column in log.times.items()},
        lines=None if log.lines is None else log.lines[rows],
    )


def backlog(found: Sequence[Backlog], *, statistic: str = "open") -> list[Measurement]:
    """Return how many items were "open" at the end of each period, or the age of the "oldest" in microseconds.

    The evidence are those that were open, or the oldest of them. Where nothing is open there is no oldest.
    """
    if statistic not in STATISTICS["backlog"]:
        msg = f"{statistic!r} is no statistic of backlog; it has {', '.join(STATISTICS['backlog'])}"
        raise AgreementError(msg, "E107")
    return [_measured(one, statistic) for one in found]


def _measured(one: Backlog, statistic: str) -> Measurement:
    if one.reason or (statistic == "oldest" and not len(one)):
        return not_measured(one.reason or "nothing is open")
    if statistic == "open":
        return Measurement(value=Fraction(len(one)), n=len(one), evidence=tuple(one.items.tolist()))
    oldest = int(one.age.max())
    return Measurement(value=Fraction(oldest), n=len(one), evidence=tuple(one.items[one.age == oldest].tolist()))


def _looks(log: EventTable, as_of: int, periods: Periods) -> list[tuple[int, int, str]]:
    """Return the end of each period, the last instant whose events have happened then, and why nothing is known."""
    ends = periods.ends.tolist()
    silent = unheard(log, as_of, periods)
    return [(min(end, as_of), min(end - 1, as_of), why) for end, why in zip(ends, silent, strict=True)]
