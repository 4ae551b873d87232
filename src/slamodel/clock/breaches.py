"""Breaches: the first instant at which a clock was beyond the limit that was in force then (C3, C4)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.plan import Plan
from slamodel.clock.reach import Totals, first_of, line_of, with_raw
from slamodel.clock.segments import Segments
from slamodel.clock.terms import UNLIMITED
from slamodel.timeline.instants import NAT, Int64


def breached(
    plan: Plan,
    segments: Segments,
    totals: Totals,
    used: Int64,
    limit: Int64,
    breaches_after: Int64,
    given: Mapping[str, Int64],
) -> Int64:
    """Return the first instant at which a closed stretch was beyond the limit then in force, or ``NAT`` (C3, C4)."""
    allowed = plan.allowed(limit)
    beyond = used > allowed if plan.strict else used >= allowed
    if plan.by_timestamp and beyond.any():
        after_due = past(plan, segments.end, breaches_after[segments.item])
        found = segments.ran & after_due & (totals.after >= allowed[segments.item])
        beyond = np.zeros(len(limit), bool)
        beyond[segments.item[found]] = True
    breached_at = np.where(beyond, breaches_after, NAT)
    other = segments.row != segments.limit_row[segments.item]
    if other.any():
        _judge_as_it_was(plan, segments, totals, np.unique(segments.item[other]), used, allowed, breached_at, given)
    if other.any() or plan.by_timestamp:
        # A limit that shrank, or a due that passed, while the clock stood still is found exceeded when the clock stops.
        found_late = _beyond(plan, used, allowed)
        if plan.by_timestamp:
            found_late |= (used >= allowed) & past(plan, segments.stopped_at, breaches_after)
        found_late &= (segments.stage == kernel.STOPPED) & (breached_at == NAT)
        breached_at = np.where(found_late, segments.stopped_at, breached_at)
    return breached_at


def _beyond(plan: Plan, used: Int64, allowed: Int64) -> NDArray[np.bool_]:
    """Return where more is used up than is allowed (C3)."""
    late: NDArray[np.bool_] = used >= allowed if plan.at_is_late else used > allowed
    return late


def _judge_as_it_was(
    plan: Plan,
    segments: Segments,
    totals: Totals,
    items: Int64,
    used: Int64,
    allowed: Int64,
    breached_at: Int64,
    given: Mapping[str, Int64],
) -> None:
    """Find the breaches of items whose limit changed: each stretch against the limit that was in force then."""
    breached_at[items] = NAT
    mine = np.flatnonzero(np.isin(segments.item, items))
    owner = segments.item[mine]
    here = {name: column[owner] for name, column in given.items()}
    limits, raw = plan.limits_of(segments.row[mine], segments.started_at[owner], np.ones(len(mine), bool), here)
    limits = np.where(plan.in_days[segments.row[mine]] & (raw == NAT), UNLIMITED, limits)
    in_force = plan.allowed(limits)
    # A limit that held for no time at all was never in force (S2).
    over = segments.ran[mine] & (segments.end[mine] > segments.start[mine])
    over &= totals.after[mine] > in_force if plan.strict else totals.after[mine] >= in_force
    if plan.target.forgive_on_downgrade:
        over &= mine >= _forgiven(plan, segments, totals, mine, in_force, used, allowed)[segments.item[mine]]
    raw = np.where(in_force == limits, raw, NAT)[over]
    mine, spare = mine[over], in_force[over] - totals.before[mine[over]]
    ask = plan.timetable.breaches_after if plan.strict else plan.timetable.due
    crossed = ask(segments.start[mine], np.maximum(spare, 0), line_of(plan, segments.row[mine]))
    crossed = np.where(spare < 0, segments.start[mine], crossed)
    if plan.by_timestamp:
        due = _stamps(plan, segments, mine, spare, raw, crossed)
        kept = past(plan, segments.end[mine], due) | (spare < 0)
        mine, crossed = mine[kept], np.maximum(np.where(spare < 0, crossed, due), segments.start[mine])[kept]
    first = first_of(np.arange(len(mine)), segments.item[mine])
    breached_at[segments.item[mine[first]]] = crossed[first]


def _stamps(plan: Plan, segments: Segments, mine: Int64, spare: Int64, raw: Int64, crossed: Int64) -> Int64:
    """Return the dues of stretches as they are told; one that was reached in a stretch before stays where it was."""
    item, row = segments.item[mine], segments.row[mine]
    due = plan.published(with_raw(plan, row, segments.started_at[item], raw, crossed), row)
    again = np.zeros(len(mine), bool)
    again[1:] = (spare[1:] == 0) & (item[1:] == item[:-1]) & (row[1:] == row[:-1])
    return due[np.maximum.accumulate(np.where(again, 0, np.arange(len(mine))))] if len(mine) else due


def _forgiven(
    plan: Plan, segments: Segments, totals: Totals, mine: Int64, in_force: Int64, used: Int64, allowed: Int64
) -> Int64:
    """Return, for each item, the stretch before which all is forgiven: where a limit began that was still kept (C4)."""
    since, item, row = segments.first[:-1].copy(), segments.item[mine], segments.row[mine]
    changed = np.zeros(len(mine), bool)
    changed[1:] = (row[1:] != row[:-1]) & (item[1:] == item[:-1])
    eased = changed & ~_beyond(plan, totals.before[mine], in_force)
    since[item[eased]] = mine[eased]
    last = np.flatnonzero((segments.first[1:] > segments.first[:-1]) & (segments.limit_row >= 0))
    changed_last = segments.limit_row[last] != segments.row[segments.first[last + 1] - 1]
    eased_last = last[changed_last & ~_beyond(plan, used[last], allowed[last])]
    since[eased_last] = segments.first[eased_last + 1]
    return since


def past(plan: Plan, end: Int64, due: Int64) -> NDArray[np.bool_]:
    """Return which stretches end after their due: the judgement by timestamp (C3)."""
    late: NDArray[np.bool_] = end >= due if plan.at_is_late else end > due
    return late
