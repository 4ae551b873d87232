"""Coming: what becomes of the open items by the end of a period: met, missed, or not counted in it (M9 period)."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from slamodel.clock.verdicts import VerdictTable
from slamodel.report.ahead.estimates import Learning, estimates, limits_of, used_up
from slamodel.report.ahead.strata import is_open
from slamodel.report.ahead.survival import Float64
from slamodel.report.attainment.placing import Counting
from slamodel.timeline.instants import MICROSECOND, NAT, Bool, Int64, to_datetime


@frozen(eq=False)
class Coming:
    """The open items that a period may still count, one entry an item.

    ``rows`` are the numbers of their verdicts, ``missed`` and ``met`` the chances to be counted so by the end of the
    period; what they leave to one is the chance not to be counted in it; ``sure`` ones leave nothing. Where there is no
    estimate (``unknown``) the entry is the cautious one; ``best_missed`` and ``best_met`` are those of the best end.
    """

    rows: Int64
    missed: Float64
    met: Float64
    best_missed: Float64
    best_met: Float64
    unknown: Bool
    sure: Bool


def coming(verdicts: VerdictTable, counting: Counting, rows: Bool, period: tuple[int, int], learn: Learning) -> Coming:
    """Return what becomes of the open items of ``rows`` (bool) in a period [start, end), microseconds.

    By ``opened`` and ``due`` an item counts where it was opened or is due, whenever it ends. By ``stopped`` and
    ``breached`` it counts here if it stops or is breached before the end: until then its clock is taken to run on, on
    the calendar of its limit. What is late already is missed, and by ``stopped`` counts here if it stops in time.
    """
    found = _Parts(verdicts, learn)
    values, late = verdicts.values, verdicts.breached
    # What has not started may never start, as a supplier's clock on what is not handed to it: it is still to arrive.
    going = is_open(verdicts) & rows & (values["started_at"] != NAT)
    start, end = period
    here = (values["breached_at"] >= start) & (values["breached_at"] < end)
    counted = late & counting.open_breaches
    if counting.by == "opened":
        inside = (values["started_at"] >= start) & (values["started_at"] < end)
        found.whenever(going & inside & ~counted)
        return found.made()
    if counting.by == "due":
        due = np.where(values["due"] != NAT, values["due"], values["due_if_resumed"])
        # A late clock that stands still has no due, and counts where it was breached.
        due = np.where(due == NAT, values["breached_at"], due)
        found.whenever(going & (due >= start) & (due < end) & ~counted)
        return found.made()
    spent, limits = used_up(verdicts), limits_of(verdicts)
    by_end = spent + _time_left(verdicts, np.flatnonzero(going), end)
    known = limits.allowed != NAT
    ends_late = known & ((by_end > limits.allowed) | (limits.at_limit & (by_end == limits.allowed)))
    in_time = going & ~late & known
    if counting.by == "breached":
        found.whenever(going & late & here & ~counted)
        found.whenever(in_time & ends_late)
    else:
        found.if_stopped_late(going & late & ~(here & counted), by_end)
        if counting.open_breaches:
            found.whenever(in_time & ends_late)
        else:
            found.either(in_time & ends_late, by_end)
    found.if_met(in_time & ~ends_late, by_end)
    return found.made()


class _Parts:
    """Collects the entries, a kind of item after the other."""

    def __init__(self, verdicts: VerdictTable, learn: Learning) -> None:
        self._verdicts, self._learn = verdicts, learn
        self._limits = limits_of(verdicts)
        self._parts: list[tuple[Int64, Float64, Float64, Float64, Float64, Bool, Bool]] = []

    def whenever(self, chosen: Bool) -> None:
        """Add items that count whenever they end: missed with the chance to be late, which those that are have."""
        rows = np.flatnonzero(chosen)
        late = self._verdicts.breached[rows]
        chance, most, unknown = np.ones(len(rows)), np.ones(len(rows)), np.zeros(len(rows), bool)
        chance[~late], most[~late], unknown[~late] = self._beyond(rows[~late], self._limits.allowed, at_limit=True)
        worst, best = np.where(unknown, most, chance), np.where(unknown, 0.0, chance)
        self._add(rows, worst, 1 - worst, best, 1 - best, unknown, np.ones(len(rows), bool))

    def if_met(self, chosen: Bool, by_end: Int64) -> None:
        """Add items that cannot be late by the end: met if they stop before it, else not counted."""
        rows = np.flatnonzero(chosen)
        chance, most, unknown = self._beyond(rows, by_end)
        none = np.zeros(len(rows))
        worst, best = np.where(unknown, 1 - most, 1 - chance), np.where(unknown, 1.0, 1 - chance)
        self._add(rows, none, worst, none, best, unknown, np.zeros(len(rows), bool))

    def if_stopped_late(self, chosen: Bool, by_end: Int64) -> None:
        """Add items that are late already: missed if they stop before the end, else not counted."""
        rows = np.flatnonzero(chosen)
        chance, _, unknown = self._beyond(rows, by_end)
        none = np.zeros(len(rows))
        worst, best = np.where(unknown, 1.0, 1 - chance), np.where(unknown, 0.0, 1 - chance)
        self._add(rows, worst, none, best, none, unknown, np.zeros(len(rows), bool))

    def either(self, chosen: Bool, by_end: Int64) -> None:
        """Add items that count only when they stop: met before they are late, missed after it and before the end."""
        rows = np.flatnonzero(chosen)
        late, most_late, unknown = self._beyond(rows, self._limits.allowed, at_limit=True)
        after, _, unknown_after = self._beyond(rows, by_end)
        missed = np.maximum(late - after, 0.0)
        either = unknown | unknown_after
        worst_late = np.where(unknown, most_late, late)
        worst, met = np.where(either, worst_late, missed), np.where(either, 1 - worst_late, 1 - late)
        best, best_met = np.where(either, 0.0, missed), np.where(either, 1.0, 1 - late)
        self._add(rows, worst, met, best, best_met, either, np.zeros(len(rows), bool))

    def made(self) -> Coming:
        """Return all of it, in the order of the verdicts."""
        nothing = np.zeros(0)
        parts = [(np.zeros(0, np.int64), *(nothing,) * 4, nothing.astype(bool), nothing.astype(bool)), *self._parts]
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Coming(*(column[order] for column in columns))

    def _beyond(self, rows: Int64, bound: Int64, *, at_limit: bool = False) -> tuple[Float64, Float64, Bool]:
        just = self._limits.at_limit if at_limit else np.zeros(len(bound), bool)
        found = estimates(self._verdicts, rows, bound, just, self._learn)
        return found.beyond, found.most, np.isnan(found.beyond)

    def _add(self, *columns: Int64 | Float64 | Bool) -> None:
        self._parts.append(columns)  # type: ignore[arg-type]  # one tuple of seven columns of one length


def _time_left(verdicts: VerdictTable, rows: Int64, end: int) -> Int64:
    """Return the covered time from ``as_of`` to an instant on the calendar of each clock's limit; 0 for other rows."""
    left = np.zeros(len(verdicts), np.int64)
    priority, target = verdicts.codes["priority"], verdicts.codes["target"].codes
    pairs = np.stack([target[rows].astype(np.int64), priority.codes[rows].astype(np.int64)], axis=1)
    for number, code in np.unique(pairs, axis=0).tolist() if len(rows) else []:
        limit = verdicts.targets[number].limit_for(None if code < 0 else priority.values[code])
        if limit is not None:
            span = limit.calendar.elapsed(to_datetime(verdicts.as_of), to_datetime(end))
            left[rows[(pairs[:, 0] == number) & (pairs[:, 1] == code)]] = span // MICROSECOND
    return left
