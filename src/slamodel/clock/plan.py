"""Plan: what a target says about the distinct values of a log, asked once and stored in lookup arrays.

The rule book is `slamodel.model`; nothing of it is written again here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock import kernel
from slamodel.clock.answers import Answers, answers
from slamodel.clock.events import EventTable
from slamodel.clock.terms import Terms, amounts, terms
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.selector import EVENT, In
from slamodel.model.target import Target
from slamodel.timeline.instants import MINUTE, NAT, SECOND, Int64

_UNITS: Final = {"us": 1, "ms": 1000, "s": SECOND, "min": MINUTE}


@frozen(eq=False)
class Hold:
    """A pause rule whose pauses events end, or that can end by themselves: where they begin and where they end.

    ``ends`` is None where the condition itself lasts as long as the pause; ``unknown`` tells whether it holds of an
    item of which nothing is known yet. The amounts (None: no such limit) are
    covered microseconds, one for each limit of the target.
    """

    rule: PauseRule
    begins: Answers
    ends: Answers | None
    unknown: bool
    at_most: Int64 | None
    at_most_in_total: Int64 | None
    at_least: Int64 | None
    pause_wins: bool


@frozen(eq=False, kw_only=True)
class Plan(Terms):
    """One target, compiled for one log: its terms, and what events do to its clocks.

    ``signals`` gives uint8 effects a row, ``transitions`` what they do to a clock. ``upstream`` are the clocks that
    this one's moments hang on, ``part`` the rows on which an item is in the part of the target that this is;
    ``latches`` and ``limited`` are the pauses that are not a mere condition. ``unit`` is the resolution in
    microseconds.

    ``by_events``: events, not states, stop the clock, and only then can one of them change nothing (C6);
    ``strict``: only more than the limit is late (C3's default), ``at_is_late``: the limit itself is; ``by_wall``:
    pauses count in wall time; ``one_limit``: the last limit holds from the start; ``looks_back``: when it last
    changed matters; ``by_time``: what has happened depends on ``as_of`` too.
    """

    target: Target
    signals: Answers
    transitions: NDArray[np.uint8]
    applies: Answers
    part: Answers | None
    upstream: Mapping[str, Plan]
    latches: tuple[Hold, ...]
    limited: tuple[Hold, ...]
    unit: int
    by_events: bool
    strict: bool
    at_is_late: bool
    by_timestamp: bool
    by_wall: bool
    one_limit: bool
    looks_back: bool
    by_time: bool

    def cut(self, at: Int64) -> Int64:
        """Return instants as this target sees them: cut down to its resolution (C13)."""
        if self.unit == 1:
            return at
        whole = at // self.unit * self.unit
        return np.where(at == NAT, NAT, whole)


def plan(target: Target, events: EventTable) -> Plan:
    """Compile a target for a log. Raises EventError where the log lacks what the target looks at."""
    _check_fields(target, events)
    promised = terms(target, events)
    holds = [_hold(rule, promised["limits"], events, target) for rule in target.pauses if rule not in target.holds]
    retroactive = target.priority_change.startswith("retroactive")
    moments = {"starts": target.starts, "stops": target.stops, "ends": target.ends}
    return Plan(
        **promised,
        target=target,
        signals=answers(events, target.effect_fields, target.effect, np.uint8),
        transitions=kernel.transitions(_reopens(target), "once", target.start_with_stop),
        applies=answers(events, target.applies.fields(), target.applies.matches, bool),
        part=answers(events, {target.per}, In(target.per, (target.part,)).matches, bool) if target.part else None,
        upstream={name: plan(moment.after, events) for name, moment in moments.items() if moment.after},
        latches=tuple(hold for hold in holds if not hold.rule.is_limited),
        limited=tuple(hold for hold in holds if hold.rule.is_limited),
        unit=_UNITS[target.resolution],
        by_events=EVENT in target.stops.fields and target.cycles == "once",
        strict=target.at_limit == "met" and target.judge == "elapsed",
        at_is_late=target.at_limit == "missed" or target.judge == "percent",
        by_timestamp=target.judge == "timestamp" or target.pause_measure != "covered",
        by_wall=target.pause_measure != "covered",
        one_limit=retroactive,
        looks_back=retroactive and (target.priority_change == "retroactive_floor" or not target.retroactive_pause),
        by_time=bool(target.time_fields)
        or target.in_force.changes
        or any(moment.after for moment in moments.values())
        or any(hold.rule.is_limited for hold in holds),
    )


def _reopens(target: Target) -> str:
    """Return what a reopening does to one clock: where it begins a cycle, that is another clock's."""
    return "ignore" if target.reopen == "new_cycle" else target.reopen


def _hold(rule: PauseRule, limits: tuple[Limit, ...], events: EventTable, target: Target) -> Hold:
    return Hold(
        rule=rule,
        begins=answers(events, rule.condition.fields(), rule.condition.matches, bool),
        ends=answers(events, rule.until.fields(), rule.until.matches, bool) if rule.is_latch else None,
        unknown=rule.condition.matches({}),
        at_most=amounts(rule.at_most, limits),
        at_most_in_total=amounts(rule.at_most_in_total, limits),
        at_least=amounts(rule.at_least, limits),
        pause_wins=target.pause_with_resume == "pause",
    )


def _check_fields(target: Target, events: EventTable) -> None:
    where = f"target {target.id!r}"
    for name in sorted(target.effect_fields | target.applies.fields()):
        # In a log of changes a field exists once something sets it.
        if events.field(name) is None and events.kind == "snapshots":
            msg = f"{where} looks at field {name!r}, which the log does not have{did_you_mean(name, events.fields)}"
            raise EventError(msg, "E102")
    for name in sorted(target.time_fields):
        if name not in events.times:
            msg = f"{where} needs the time in field {name!r}, which the log does not have"
            msg += did_you_mean(name, events.times)
            raise EventError(msg + "; list it under events: times", "E102")
    names = events.field(EVENT)
    stops = [moment.selector for moment in (target.stops,) if EVENT in moment.fields]
    if events.kind == "snapshots" and names is not None and stops:
        known = [{EVENT: value} for value in names.values]
        if not any(selector.matches(fields) for selector in stops for fields in known):
            msg = f"{where} stops at an event, but a log of snapshots has states, not events; "
            msg += "write stops as fields, such as {status: resolved}, or as {at: resolved_at}"
            raise EventError(msg, "E151")
