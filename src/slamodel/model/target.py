"""Targets: one promise about one item, and the rules by which its clock runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntFlag
from typing import Any, Final

import attrs
from attrs import evolve, field, frozen, validators

from slamodel.errors import AgreementError
from slamodel.model.escalation import Level
from slamodel.model.in_force import InForce, limit_number
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.selector import ALWAYS_TRUE, EVENT, NEVER, In, Not, Selector, as_text, event
from slamodel.timeline.durations import Amount

KINDS: Final = (
    *("respond", "assign", "workaround", "restore", "resolve", "fulfil", "root_cause", "publish"),
    *("next_reply", "update", "ownership"),
)
PRIORITY_CHANGES: Final = ("carry", "restart", "keep", "proportional", "retroactive", "retroactive_floor", "strictest")
REOPENS: Final = ("continue", "continue_with_gap", "new_cycle", "ignore")
CYCLES: Final = ("once", "each", "latest", "chain")
MET_IFS: Final = ("all", "last", "first")
JUDGES: Final = ("elapsed", "timestamp", "percent")
AT_LIMITS: Final = ("met", "missed")
RESOLUTIONS: Final = ("us", "ms", "s", "min")
PAUSE_MEASURES: Final = ("covered", "wall", "last_wall")
DUES_WHILE_PAUSED: Final = ("none", "frozen", "rolls")
BOUNDARIES: Final = ("close", "open", "day_end")
STARTS_WITH_STOP: Final = ("never_ran", "zero")
PAUSES_WITH_RESUME: Final = ("neither", "pause")
EDGES: Final = ("started", "stopped", "breached")
ELSEWHERE: Final = "elsewhere"
"""The name of the pause of a clock that runs only while an item is in one place."""
_NONE: Final = Amount()
_EVER: Final = InForce()


class Effect(IntFlag):
    """What one event does to the clock of one target (C7); more than one may hold at once."""

    NONE = 0
    START = 1
    STOP = 2
    RESET = 4
    CANCEL = 8
    REOPEN = 16
    END = 32
    NEXT = 64
    HOLD = 128


@frozen
class Moment:
    """When something happens to a clock.

    At an event that matches, at the time that a ``field`` of the item holds, or when the clock of another target,
    ``after``, started, stopped or breached (``edge``).
    """

    selector: Selector = NEVER
    field: str = ""
    after: Target | None = None
    edge: str = attrs.field(default="stopped", validator=validators.in_(EDGES))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that decide."""
        return self.selector.fields()


@frozen(kw_only=True)
class Target:
    """One promise about one item: whom it is for, how long it may take, and what starts and stops its clock.

    ``limits`` are (priority, Limit), priority None meaning every other save those in ``without``; an item whose
    priority has no limit has no clock. Options and their defaults are sentences C3-C11.

    ``cycles`` says how often a clock may begin on an item: "once"; "each" (a start after a stop begins the next:
    the oldest unanswered request counts); "latest" (as each, and a start while one runs begins it anew: the last
    contact counts); "chain" (a stop begins the next at once, until ``ends``: "every 30m until resolved"). What the
    cycles come to is ``met_if`` all, the last or the first of them is met.

    ``per`` names a field whose every value gets a clock of its own, which runs while the item has it; ``part`` is
    that value, in the target of one of them. ``hand_off`` is the time on the wall that goes by before its clock starts,
    where it stands behind another promise. ``in_force`` is a portfolio's: for which items this is promised (C12).
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
    kind: str = field(default="", validator=validators.in_(("", *KINDS)))
    cycles: str = field(default="once", validator=validators.in_(CYCLES))
    ends: Moment = Moment(NEVER)
    met_if: str = field(default="all", validator=validators.in_(MET_IFS))
    per: str = ""
    part: str = ""
    grace: Amount = _NONE
    at_limit: str = field(default="met", validator=validators.in_(AT_LIMITS))
    judge: str = field(default="elapsed", validator=validators.in_(JUDGES))
    priority_change: str = field(default="carry", validator=validators.in_(PRIORITY_CHANGES))
    floor: Amount = _NONE
    forgive_on_downgrade: bool = False
    reopen: str = field(default="continue", validator=validators.in_(REOPENS))
    ignore_after: Amount = _NONE
    retroactive_pause: bool = True
    percent_decimals: int = field(default=2, validator=[validators.ge(0), validators.le(6)])
    resolution: str = field(default="us", validator=validators.in_(RESOLUTIONS))
    pause_measure: str = field(default="covered", validator=validators.in_(PAUSE_MEASURES))
    due_while_paused: str = field(default="none", validator=validators.in_(DUES_WHILE_PAUSED))
    boundary: str = field(default="close", validator=validators.in_(BOUNDARIES))
    negative_remaining: bool = True
    start_with_stop: str = field(default="never_ran", validator=validators.in_(STARTS_WITH_STOP))
    pause_with_resume: str = field(default="neither", validator=validators.in_(PAUSES_WITH_RESUME))
    escalations: tuple[Level, ...] = ()
    hand_off: Amount = _NONE
    dialect: str = ""
    agreement: str = ""
    clause: str = ""
    in_force: InForce = _EVER

    def parts(self, values: Iterable[Any]) -> tuple[Target, ...]:
        """Return the targets of each value of the field ``per``: "ownership[network]" runs while the item has it."""
        if not self.per or self.part:
            return (self,)
        texts = sorted({text for text in map(as_text, values) if text is not None})
        return tuple(
            evolve(
                self,
                id=f"{self.id}[{text}]",
                part=text,
                pauses=(PauseRule(ELSEWHERE, Not(In(self.per, (text,)))), *self.pauses),
            )
            for text in texts
        )

    def limit_number(self, priority: Any) -> int | None:
        """Return which of the limits an item with this priority has, or None where nothing is promised."""
        return limit_number(self.limits, self.without, priority)

    def limit_for(self, priority: Any) -> Limit | None:
        """Return the limit of an item with this priority, or None where nothing is promised."""
        number = self.limit_number(priority)
        return None if number is None else self.limits[number][1]

    @property
    def every_limit(self) -> tuple[tuple[int, str | None, Limit], ...]:
        """The limits that can decide, as (version, priority, Limit): its own, or those of all versions in order."""
        if not self.in_force.amended:
            return tuple((self.in_force.version, *limit) for limit in self.limits)
        return tuple((one.version, *limit) for one in self.in_force.amended for limit in one.limits)

    def __attrs_post_init__(self) -> None:
        if not self.limits:
            msg = f"target {self.id!r} promises nothing; give it a limit"
            raise AgreementError(msg, "E102")

    def effect(self, fields: Mapping[str, Any]) -> Effect:
        """Return what an event does that leaves the item with these fields."""
        found = Effect.NONE
        for moment, effect in (
            (self.starts, Effect.START),
            (self.stops, Effect.STOP),
            (self.resets, Effect.RESET),
            (self.cancels, Effect.CANCEL),
            (self.reopens, Effect.REOPEN),
            (self.ends, Effect.END),
        ):
            if moment.selector.matches(fields):
                found |= effect
        if found & Effect.START and EVENT not in self.starts.fields:
            # A start that is a state, not an event, starts the clock again whenever it comes back (C11).
            found |= Effect.REOPEN
        if any(rule.condition.matches(fields) for rule in self.holds):
            found |= Effect.HOLD
        return found

    @property
    def fields(self) -> frozenset[str]:
        """Every field of an item that decides something, those that hold times among them.

        The priority is one where limits name priorities; else it is shown if it is there.
        """
        force, limits = self.in_force, self.every_limit
        named = bool(self.without) or any(name is not None for _, name, _ in limits)
        named |= any(one.without for one in force.amended)
        priority = frozenset({self.priority_field} if named else ())
        others = frozenset(limit.field or (limit.due.field if limit.due else "") for _, _, limit in limits)
        scopes = [one.applies.fields() for one in (*force.unless, *(scope for _, scope in force.rivals))]
        levels = [level.applies.fields() for level in self.escalations]
        rules = [rule.fields for rule in self.pauses]
        upstream = [moment.after.fields for moment in (self.starts, self.stops, self.ends) if moment.after]
        found = self.effect_fields.union(self.applies.fields(), priority, self.time_fields, others, *levels, *rules)
        return found.union({self.per}, *upstream, *scopes) - {""}

    @property
    def time_fields(self) -> frozenset[str]:
        """The fields that hold times: of starts, stops and ends, of dues, and of pauses that end by themselves."""
        moments = (self.starts, self.stops, self.ends)
        above = [moment.after.time_fields for moment in moments if moment.after]
        dues = {limit.due.field for _, _, limit in self.every_limit if limit.due}
        own = {moment.field for moment in moments} | dues | {rule.ends_at for rule in self.pauses}
        return frozenset(own).union(*above) - {""}

    @property
    def latches(self) -> tuple[PauseRule, ...]:
        """The pause rules that begin and end at events."""
        return tuple(rule for rule in self.pauses if rule.is_latch)

    @property
    def holds(self) -> tuple[PauseRule, ...]:
        """The pause rules that hold as long as a condition does, and no longer or shorter."""
        return tuple(rule for rule in self.pauses if not rule.is_latch and not rule.is_limited)

    @property
    def effect_fields(self) -> frozenset[str]:
        """The fields that `effect` looks at."""
        moments = (self.starts, self.stops, self.resets, self.cancels, self.reopens, self.ends)
        names = [moment.fields for moment in moments]
        names += [rule.condition.fields() for rule in self.holds]
        return frozenset().union(*names)
