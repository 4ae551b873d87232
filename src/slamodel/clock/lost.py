"""Lost: items whose calendar gives no answer, because it does not open as often as they need (C14)."""

from __future__ import annotations

import numpy as np

from slamodel.clock import stages
from slamodel.clock.clocks import NEVER, Cells
from slamodel.clock.events import EventTable
from slamodel.clock.plan import Plan
from slamodel.timeline.instants import NAT


def may_have(made: Plan, events: EventTable, item: int) -> bool:
    """Tell whether a target can promise an item something, as far as that does not take its calendar."""
    first, last = events.first[item : item + 2].tolist()
    ever = made.part is None or bool(made.part.rows(slice(first, last)).any())
    return ever and bool(made.applies.rows(slice(last - 1, last))[0])


def unanswered(number: int, made: Plan, events: EventTable, item: int) -> Cells:
    """Return the columns of one item whose calendar gives no answer: excluded, with the reason (C14)."""
    last = np.array([events.first[item + 1] - 1])
    priority = events.field(made.target.priority_field)
    rule = made.rule[made.limit_row.rows(last)] if made.limit_row.rows(last)[0] >= 0 else np.array([-1])
    return {
        "target": np.array([number], np.int16),
        "item": np.array([item], np.int32),
        "stage": np.array([stages.EXCLUDED], np.int8),
        "reason": np.array([NEVER], np.int8),
        "limit_row": rule.astype(np.int16),
        "priority": np.array([-1], np.int32) if priority is None else priority.codes[last],
        "cycles": np.zeros(1, np.int32),
        "breached": np.zeros(1, bool),
        **{name: np.array([NAT], np.int64) for name in (*stages.INSTANTS, *stages.LENGTHS) if name != "remaining"},
    }
