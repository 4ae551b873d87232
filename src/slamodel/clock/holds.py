"""Holds: pauses that end, or turn out void, by themselves (C8): caps, a least length, and a time that a field holds."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.events import EventTable
from slamodel.clock.plan import Hold, Plan
from slamodel.clock.rows import Rows, rows_before
from slamodel.timeline.instants import NAT, Int64

_HOLD: Final = np.uint8(kernel.HOLD)
_NEVER: Final = 2**62


@frozen(eq=False)
class _Stretches:
    """The pauses of one rule: per row whether it is ``on`` and in which stretch; per stretch where it lies.

    ``open`` stretches are not over by ``as_of``, which then stands for their end; ``tail`` is the last row of each.
    """

    on: NDArray[np.bool_]
    number: Int64
    item: Int64
    begin: Int64
    end: Int64
    open: NDArray[np.bool_]
    tail: Int64
    limit_row: Int64


def cut_short(
    plan: Plan, events: EventTable, rows: Rows, on: list[NDArray[np.bool_]], limit_row: NDArray[np.int16], as_of: int
) -> tuple[Rows, NDArray[np.bool_]]:
    """Return the rows with one where a pause ends by itself, and whether any limited pause is on after each.

    ``on`` tells, for each of ``plan.limited``, whether its condition holds after each row of a running clock.
    """
    found = [_stretches(rows, each, limit_row, as_of) for each in on]
    cuts = [_cuts(plan, events, rows, hold, each) for hold, each in zip(plan.limited, found, strict=True)]
    after, at = [], []
    for each, cut in zip(found, cuts, strict=True):
        early = np.flatnonzero((cut > each.begin) & ((cut < each.end) | (each.open & (cut <= as_of))))
        here = rows_before(rows.first, rows.at, each.item[early], cut[early])
        after.append(np.minimum(here, each.tail[early]))
        at.append(cut[early])
    put, when = np.concatenate(after), np.concatenate(at)
    held = np.zeros(len(rows.at) + len(put), bool)
    made = rows.after(put, when, rows.signals[put] & _HOLD) if len(put) else rows
    place = np.insert(np.arange(len(rows.at)), np.sort(put) + 1, np.sort(put))
    for each, cut in zip(found, cuts, strict=True):
        mine = each.on[place]
        mine[mine] = made.at[mine] < cut[each.number[place[mine]]]
        held |= mine
    return made, held


def _stretches(rows: Rows, on: NDArray[np.bool_], limit_row: NDArray[np.int16], as_of: int) -> _Stretches:
    owners = rows.owners
    is_head = np.zeros(len(on) + 1, bool)
    is_head[rows.first] = True
    was = np.zeros(len(on), bool)
    was[1:] = on[:-1]
    begins = np.flatnonzero(on & (~was | is_head[:-1]))
    goes_on = np.zeros(len(on), bool)
    goes_on[:-1] = on[1:]
    tails = np.flatnonzero(on & (~goes_on | is_head[1:]))
    is_open = is_head[tails + 1]
    end = np.where(is_open, as_of, rows.at[np.minimum(tails + 1, len(on) - 1)])
    number = np.cumsum(on & (~was | is_head[:-1])) - 1
    row = limit_row[begins].astype(np.int64)
    return _Stretches(on, number, owners[begins].astype(np.int64), rows.at[begins], end, is_open, tails, row)


def _cuts(plan: Plan, events: EventTable, rows: Rows, hold: Hold, found: _Stretches) -> Int64:
    """Return where each pause ends: at its natural end, before it by itself, or where it began if it never was."""
    rule, table = hold.rule, plan.timetable
    cut = np.where(found.open, _NEVER, found.end)
    counted = found.limit_row >= 0
    row = np.maximum(found.limit_row, 0)
    line = None if plan.one_line else plan.line[row]
    if rule.ends_at:
        when = plan.cut(events.times[rule.ends_at][rows.in_log(found.tail)])
        cut = np.where((when != NAT) & (when > found.begin), np.minimum(cut, when), cut)
    if hold.at_least is not None and len(cut):
        length = table.elapsed(found.begin, found.end, line)
        cut = np.where(~found.open & counted & (length < hold.at_least[row]), found.begin, cut)
    if hold.at_most is not None and len(cut):
        cut = np.where(counted, np.minimum(cut, table.due(found.begin, hold.at_most[row], line)), cut)
    if hold.at_most_in_total is not None and len(cut):
        length = table.elapsed(found.begin, np.minimum(cut, found.end), line)
        total = np.cumsum(length) - length
        heads = np.flatnonzero(np.append(True, found.item[1:] != found.item[:-1]))
        counts = np.diff(np.append(heads, len(cut)))
        left = hold.at_most_in_total[row] - (total - np.repeat(total[heads], counts))
        last = table.due(found.begin, np.maximum(left, 0), line)
        cut = np.where(counted, np.minimum(cut, last), cut)
    return cut
