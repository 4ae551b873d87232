"""Targets: one promise about one item, and the rules by which its clock runs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag
from typing import Any, Final

from attrs import field, frozen, validators

from slamodel.model.calendar import Calendar
from slamodel.model.selector import ALWAYS_TRUE, EVENT, NEVER, Selector, as_text, event
from slamodel.timeline.durations import Amount

READINGS: Final = ("same_time", "end_of_day", "hours")
PRIORITY_CHANGES: Final = ("carry", "restart", "keep", "retroactive")
REOPENS: Final = ("continue", "ignore")
JUDGES: Final = ("elapsed", "timestamp")
AT_LIMITS: Final = ("met", "missed")
_RESUMED: Final = event("resumed")
_NONE: Final = Amount()


class Effect(IntFlag):
    """What one event does to the clock of one target (C7); more than one may hold at once."""

    NONE = 0
    START = 1
    STOP = 2
    RESET = 4
    CANCEL = 8
    REOPEN = 16
    HOLD = 32
    PAUSE = 64
    RESUME = 128


@frozen
class Moment:
    """When something happens to a clock: at an event that matches, or at the time that a field of the item holds."""

    selector: Selector = NEVER
    field: str = ""

    @property
    def fields(self) -> frozenset[str]:
        """The fields that decide."""
        return self.selector.fields()


@frozen
class PauseRule:
    """While ``when`` holds the clock stands still (C8).

    A condition on fields pauses as long as it holds; on an event it pauses from that event ``until``
    another. ``stops`` are the ids of the targets it pauses (none named: every one but respond).
    """

    name: str
    when: Selector
    until: Selector = _RESUMED
    stops: tuple[str, ...] = ()
    clause: str = ""

    @property
    def is_latch(self) -> bool:
        """Whether events, not states, begin and end the pause."""
        return EVENT in self.when.fields()


@frozen
class Limit:
    """The allowed covered time of one item on one calendar, or so many business days read one of three ways (C5).

    ``reading``: "same_time" (the same wall time N business days later), "end_of_day" (the close of the Nth
    following business day) or "hours" (N times the calendar's nominal day of covered time).
    """

    amount: Amount
    calendar: Calendar
    calendar_id: str = ""
    reading: str = field(default="same_time", validator=validators.in_(READINGS))


@frozen(kw_only=True)
class Target:
    """One promise about one item: whom it is for, how long it may take, and what starts and stops its clock.

    ``limits`` are (priority, Limit), priority None meaning every other save those in ``without``; an item whose
    priority has no limit has no clock. ``warn_at`` and the like come with escalation. Options and their defaults
    are sentences C3-C11.
    """

    id: str
    limits: tuple[tuple[str | None, Limit], ...]
    without: tuple[str, ...] = ()
    applies: Selector = ALWAYS_TRUE
    starts: Moment = Moment(event("opened"))
    stops: Moment = Moment(event("resolved", "closed"))
    resets: Moment = Moment(NEVER)
    cancels: Moment = Moment(event("cancelled"))
    reopens: Moment = Moment(event("reopened"))
    pauses: tuple[PauseRule, ...] = ()
    priority_field: str = "priority"
    grace: Amount = _NONE
    at_limit: str = field(default="met", validator=validators.in_(AT_LIMITS))
    judge: str = field(default="elapsed", validator=validators.in_(JUDGES))
    priority_change: str = field(default="carry", validator=validators.in_(PRIORITY_CHANGES))
    forgive_on_downgrade: bool = False
    reopen: str = field(default="continue", validator=validators.in_(REOPENS))
    agreement: str = ""
    clause: str = ""

    def limit_number(self, priority: Any) -> int | None:
        """Return which of the limits an item with this priority has, or None where nothing is promised."""
        numbers, name = {named: number for number, (named, _) in enumerate(self.limits)}, as_text(priority)
        return numbers.get(name, None if name in self.without else numbers.get(None))

    def limit_for(self, priority: Any) -> Limit | None:
        """Return the limit of an item with this priority, or None where nothing is promised."""
        number = self.limit_number(priority)
        return None if number is None else self.limits[number][1]

    def effect(self, fields: Mapping[str, Any]) -> Effect:
        """Return what an event does that leaves the item with these fields."""
        found = Effect.NONE
        for moment, effect in (
            (self.starts, Effect.START),
            (self.stops, Effect.STOP),
            (self.resets, Effect.RESET),
            (self.cancels, Effect.CANCEL),
            (self.reopens, Effect.REOPEN),
        ):
            if moment.selector.matches(fields):
                found |= effect
        if found & Effect.START and EVENT not in self.starts.fields:
            # A start that is a state, not an event, starts the clock again whenever it comes back (C11).
            found |= Effect.REOPEN
        for rule in self.pauses:
            if not rule.is_latch and rule.when.matches(fields):
                found |= Effect.HOLD
        return found

    @property
    def fields(self) -> frozenset[str]:
        """Every field of an item that decides something, those that hold times among them.

        The priority is one where limits name priorities; else it is shown if it is there.
        """
        named = bool(self.without) or any(name is not None for name, _ in self.limits)
        priority = frozenset({self.priority_field} if named else ())
        moments = frozenset({self.starts.field, self.stops.field}) - {""}
        latches = [rule.when.fields() | rule.until.fields() for rule in self.latches]
        return self.effect_fields.union(self.applies.fields(), priority, moments, *latches)

    @property
    def latches(self) -> tuple[PauseRule, ...]:
        """The pause rules that begin and end at events."""
        return tuple(rule for rule in self.pauses if rule.is_latch)

    @property
    def effect_fields(self) -> frozenset[str]:
        """The fields that `effect` looks at."""
        moments = (self.starts, self.stops, self.resets, self.cancels, self.reopens)
        names = [moment.fields for moment in moments]
        names += [rule.when.fields() for rule in self.pauses if not rule.is_latch]
        return frozenset().union(*names)
