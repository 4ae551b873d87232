"""Generators of clocks: a target, the logs of some items, and an instant to judge them at.

A target is made twice: as plain rules for the oracle, and as the nouns of the library.
"""

from datetime import datetime, timedelta
from math import gcd
from typing import Any

import numpy as np
from attrs import frozen
from hypothesis import strategies as st

import slamodel as sm
from slamodel.clock.events import EventTable, event_table
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.selector import NEVER, Every, In, Selector
from slamodel.model.target import EDGES, Moment, Target
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import NAT
from slamodel.timeline.relative import RelativeDue
from tests.oracle import Oracle, place
from tests.oracle.dates import Span
from tests.oracle.events import Row
from tests.oracle.life import MOMENTS
from tests.strategies import (
    DAY,
    EPOCH,
    HOUR,
    MINUTE,
    SECOND,
    Document,
    Draw,
    anchors,
    clock_changes,
    documents,
    edges_near,
    offset_at,
    zones,
)

REACH = 4 * DAY
MOMENT = timedelta(microseconds=1)
STATUSES = ("new", "open", "waiting", "resolved", "closed")
PRIORITIES = ("P1", "P2", "P3", "P4")
TIMES = ("opened_at", "resolved_at", "wait_until", "due_at")
FIELDS = ("do", "status", "priority", "vendor", "agreed")
AGREED = ("2h", "120m", "5h", "1h30m", "1bd", "1d", "soon")
PLACED = ("starts", "stops", "ends")
ALWAYS = {"timezone": "UTC", "hours": "24x7"}
RESOLUTIONS = {"us": MOMENT, "ms": 1000 * MOMENT, "s": SECOND, "min": MINUTE}


@frozen
class Lives:
    """Items under one target: ``logs`` are the rows of each in the order they came; all instants are whole steps."""

    rules: Row
    target: Target
    logs: tuple[tuple[Row, ...], ...]
    as_of: datetime
    step: timedelta
    kind: str = "changes"

    def table(self, *items: int) -> EventTable:
        """Return the log of some items (none named: all)."""
        return table_of({f"item {i}": list(self.logs[i]) for i in items or range(len(self.logs))}, kind=self.kind)


def table_of(logs: dict[str, list[Any]], kind: str = "changes", sequence: Any = None) -> EventTable:
    rows = [(item, row) for item, log in logs.items() for row in log]
    return event_table(
        item=[item for item, _ in rows],
        at=np.array([us(row["at"]) for _, row in rows], np.int64),
        fields={name: [row.get(name) for _, row in rows] for name in FIELDS},
        times={name: np.array([us(row.get(name)) for _, row in rows], np.int64) for name in TIMES},
        kind=kind,
        sequence=sequence,
    )


def us(at: datetime | None) -> int:
    return NAT if at is None else (at - EPOCH) // MOMENT


def selector(when: Row | None) -> Selector:
    parts = [In(name, tuple(values)) for name, values in (when or {}).items()]
    return NEVER if when is None else parts[0] if len(parts) == 1 else Every(tuple(parts))


def target_of(rules: Row) -> Target:
    """Put plain rules into the nouns of the library."""
    others: dict[str, Any] = {
        name: Moment(field=rules[f"{name}_at"]) if rules.get(f"{name}_at") else Moment(selector(rules[name]))
        for name in MOMENTS
    }
    others |= {name: Moment(after=target_of(other), edge=edge) for name, (other, edge) in rules["after"].items()}
    limits = []
    for name, span in rules["limits"].items():
        limits.append((None if name == "else" else name, limit_of(span)))
    others |= {name: amount_of(rules[name]) for name in ("grace", "floor", "ignore_after")}
    same: tuple[str, ...] = (
        "at_limit",
        "judge",
        "reopen",
        "cycles",
        "met_if",
        "percent_decimals",
        "retroactive_pause",
        "pause_measure",
    )
    same += ("boundary", "due_while_paused", "negative_remaining", "start_with_stop", "pause_with_resume")
    others |= {name: rules[name] for name in same}
    target = Target(
        id="resolve",
        limits=tuple(limits),
        without=rules["without"],
        pauses=tuple(pause_of(f"pause {n}", rule) for n, rule in enumerate(rules["pauses"])),
        priority_change=rules["change"],
        forgive_on_downgrade=rules["forgive"],
        resolution=next(name for name, unit in RESOLUTIONS.items() if unit == rules["resolution"]),
        per=rules["per"],
        **others,
    )
    return target.parts([rules["part"]])[0]


def limit_of(span: Span) -> Limit:
    calendar = sm.ServiceCalendar.from_dict(span.oracle.doc)
    if span.field:
        return Limit(Amount(), calendar, due=RelativeDue(span.days or 0, field=span.field))
    if span.agreed:
        return Limit(Amount(), calendar, field=span.agreed)
    if isinstance(span.at, timedelta):
        return Limit(Amount(), calendar, due=RelativeDue(span.days or 0, span.at // MOMENT))
    if span.days == 0:
        return Limit(Amount(), calendar, due=RelativeDue())
    reading = "end_of_day" if span.at else "same_time"
    return Limit(Amount(days=span.days) if span.days else amount_of(span.amount), calendar, reading=reading)


def amount_of(length: timedelta) -> Amount:
    return Amount(us=length // MOMENT)


def pause_of(name: str, rule: Row) -> PauseRule:
    said: dict[str, Any] = {key: selector(rule[key]) for key in ("until", "needs") if key in rule}
    said |= {key: amount_of(rule[key]) for key in ("at_most", "at_most_in_total", "at_least") if key in rule}
    return PauseRule(name, selector(rule["when"]), ends_at=rule.get("ends_at", ""), **said)


@st.composite
def grids(draw: Draw) -> tuple[str, datetime, int, timedelta]:
    """Return (zone, anchor, grid of minutes, step): the step divides all that can happen near the anchor."""
    key = draw(zones())
    anchor = draw(anchors(key))
    grid = draw(st.sampled_from([15, 30, 30, 60]))
    wide = 13 * DAY
    near = [change for change in clock_changes(key) if abs(change - anchor) <= wide]
    offsets = [offset_at(key, at) for at in (anchor - wide, *near, anchor + wide)]
    parts = (grid * 60, *(offset // SECOND for offset in offsets), *((c - EPOCH) // SECOND for c in near))
    return key, anchor, grid, gcd(*parts) * SECOND


@st.composite
def rule_books(
    draw: Draw, oracles: list[Oracle], step: timedelta, grid: int, *, in_days: bool = False, deep: bool = True
) -> Row:
    """Return the rules of a target on these calendars; a ``deep`` one may hang on the clock of another."""

    def one_of(*choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    ticks = st.integers(1, max(1, 5 * HOUR // step)) | st.integers(1, 10 * 60 // grid).map(
        lambda n: n * grid * MINUTE // step
    )

    def span() -> Span:
        oracle = one_of(*oracles)
        if in_days and oracle.doc["hours"] != "24x7" and draw(st.booleans()):
            days, wall = draw(st.integers(0, 3)), draw(st.integers(0, 24 * 60 // grid)) * grid * MINUTE
            at = one_of(*([None, "close"] if days else ["close"]), wall)
            return (
                Span(oracle, field="due_at", days=days or None)
                if one_of(*"nnny") == "y"
                else Span(oracle, days=days, at=at)
            )
        return Span(oracle, agreed="agreed") if one_of(*"nnnnny") == "y" else Span(oracle, draw(ticks) * step)

    def pause(rule: Row) -> Row:
        keys = [
            key for key in ("needs", "at_most", "at_most_in_total", "at_least", "ends_at") if one_of(*"nnny") == "y"
        ]
        said = {"needs": {"vendor": ("yes",)}, "ends_at": "wait_until"}
        return {**rule, **{key: said.get(key) or draw(ticks) * step for key in keys}}

    named = draw(st.sampled_from([("P1",), ("P1", "P2"), ("P1", "P2", "P3"), ("else",), ("P1", "else")]))
    cycles = one_of("once", "once", "once", "each", "latest", "chain")
    starts = one_of("event", "event", "event", *(["state"] if cycles in {"once", "chain"} else []), "field")
    stops = one_of("event", "event", "both", "state", "field")
    holds = one_of((), HOLDS[:1], HOLDS)
    latches = one_of((), LATCHES[:1], LATCHES)
    after: list[str] = [one_of("starts", "starts", *PLACED)] if deep and one_of(*"nnnnny") == "y" else []
    above = [draw(rule_books(oracles, step, grid, in_days=in_days, deep=False)) for _ in after]
    # What hangs on a clock begins where it says: at whole ticks.
    whole = {"judge": one_of("elapsed", "timestamp"), "change": one_of("carry", "restart", "keep", "strictest")}
    ends_at = one_of("", "", "", "resolved_at") if cycles == "chain" else ""
    units = [name for name, unit in RESOLUTIONS.items() if not step % unit]
    return {
        "starts": None
        if "starts" in after
        else {
            "event": {"do": ("opened", "created")},
            "state": {"status": ("new", "open")},
            "field": None,
        }[starts],
        "stops": None
        if "stops" in after
        else {
            "event": {"do": ("resolved", "closed")},
            "both": {"do": ("resolved", "closed", "created")},
            "state": {"status": ("resolved", "closed")},
            "field": None,
        }[stops],
        "starts_at": "opened_at" if starts == "field" else "",
        "stops_at": "resolved_at" if stops == "field" else "",
        "ends_at": ends_at,
        "after": {name: ({**other, **whole}, one_of(*EDGES)) for name, other in zip(after, above, strict=True)},
        "per": one_of("", "", "", "", "vendor", "status") if deep else "",
        "part": one_of("yes", "open", "waiting"),
        "resets": one_of(None, None, {"do": ("restarted",)}),
        "cancels": one_of({"do": ("cancelled",)}, {"do": ("cancelled",), "status": ("open", "waiting")}),
        "reopens": one_of({"do": ("reopened",)}, {"do": ("reopened",)}, {"status": ("open",)}, None),
        "ends": None if ends_at or "ends" in after else one_of(None, {"do": ("ended",)}, {"do": ("ended", "closed")}),
        "pauses": tuple(pause(rule) for rule in (*holds, *latches)),
        "limits": {name: span() for name in named},
        "without": one_of((), ("P3",)) if "else" in named else (),
        "grace": one_of(timedelta(), timedelta(), step, 3 * step),
        "at_limit": one_of("met", "met", "missed"),
        "judge": one_of("elapsed", "elapsed", "timestamp", "percent"),
        "percent_decimals": one_of(0, 1, 2, 6),
        "change": one_of(
            *("carry", "carry", "restart", "keep", "proportional", "retroactive", "retroactive_floor", "strictest"),
        ),
        "floor": draw(ticks) * step,
        "retroactive_pause": one_of(True, True, False),
        "forgive": one_of(False, False, True),
        "reopen": one_of(*REOPENS),
        "ignore_after": one_of(timedelta(), timedelta(), 2 * HOUR, 9 * HOUR),
        "cycles": cycles,
        "met_if": one_of("all", "last", "first"),
        "resolution": RESOLUTIONS[one_of("us", "us", *units)],
        "start_with_stop": one_of("never_ran", "zero"),
        "pause_with_resume": one_of("neither", "pause"),
        "pause_measure": one_of(*["covered"] * 6, "wall", "last_wall"),
        "due_while_paused": one_of("none", "frozen", "rolls"),
        "boundary": one_of("close", "close", "open", "day_end"),
        "negative_remaining": one_of(True, False),
    }


REOPENS = ("continue", "continue_with_gap", "new_cycle", "ignore")
HOLDS: tuple[Row, ...] = ({"when": {"status": ("waiting",)}}, {"when": {"vendor": ("yes",)}})
LATCHES: tuple[Row, ...] = (
    {"when": {"do": ("paused", "flipped")}, "until": {"do": ("resumed", "flipped")}},
    {"when": {"do": ("vendor_out",)}, "until": {"do": ("vendor_in", "resumed")}},
)
DOINGS = (
    *("opened", "opened", "status", "status", "priority", "priority", "paused", "paused", "resumed", "resumed"),
    *("vendor_out", "vendor_in", "resolved", "resolved", "closed", "reopened", "reopened", "cancelled", "restarted"),
    *("note", "vendor", "created", "flipped", "ended", "reopened"),
)


@st.composite
def logs(draw: Draw, ats: st.SearchStrategy[datetime], most: int = 10) -> tuple[Row, ...]:
    """Return the rows of one item, in the order of their instants."""
    count = draw(st.sampled_from(range(1, most + 1)))
    ends = draw(st.sampled_from([None, None, "resolved", "closed"]))
    instants = sorted(draw(st.lists(ats, min_size=count, max_size=count)))
    rows = []
    for n, at in enumerate(instants):
        do = "opened" if not n and draw(st.integers(0, 9)) else draw(st.sampled_from(DOINGS))
        do = ends or do if n == count - 1 else do
        row: dict[str, Any] = {"at": at, "do": do}
        if do == "status" or not draw(st.integers(0, 4)):
            row["status"] = draw(st.sampled_from(STATUSES if n or not draw(st.integers(0, 3)) else ("new",)))
        if do == "priority" or not n or not draw(st.integers(0, 9)):
            row["priority"] = draw(st.sampled_from(PRIORITIES))
        if not n or not draw(st.integers(0, 5)):
            row["agreed"] = draw(st.sampled_from(AGREED))
        if do == "vendor" or not n:
            row["vendor"] = draw(st.sampled_from(["yes", "no"]))
        if not n or not draw(st.integers(0, 5)):
            row["opened_at"] = draw(st.just(instants[0]) | ats)
        if not draw(st.integers(0, 3)):
            row["resolved_at"] = draw(st.just(at) | st.just(instants[-1]) | ats)
        if not draw(st.integers(0, 3)):
            row["wait_until"] = draw(ats)
        if not n or not draw(st.integers(0, 4)):
            row["due_at"] = draw(ats)
        rows.append(row)
    return tuple(rows)


def blurred(draw: Draw, log: tuple[Row, ...], unit: timedelta) -> tuple[Row, ...]:
    """Return rows with instants somewhere inside their units of the resolution, in their order."""
    parts = st.integers(0, 8).map(lambda n: unit * n // 10 if unit > MOMENT else timedelta())
    moved = [{**row, **{name: at + draw(parts) for name, at in row.items() if isinstance(at, datetime)}} for row in log]
    return tuple(sorted(moved, key=lambda row: row["at"]))


@st.composite
def lives(draw: Draw, /, *, items: int = 3, most: int = 10, in_days: bool = False, **fixed: Any) -> Lives:
    """Return some items under one target, near a place where things go wrong."""
    key, anchor, grid, step = draw(grids())
    start = EPOCH + (anchor - EPOCH) // step * step
    near = anchor.astimezone(place(key)).date()
    written: list[Document] = [draw(documents(key, near, grid))]
    written.append(
        draw(st.sampled_from([ALWAYS, written[0]])) if draw(st.booleans()) else draw(documents(key, near, grid))
    )
    oracles = [Oracle(document, step, start - 2 * REACH, start + 6 * REACH) for document in written]
    rules = {**draw(rule_books(oracles, step, grid, in_days=in_days)), **fixed}
    same = {"resolution": rules["resolution"]}
    rules["after"] = {name: ({**other, **same}, edge) for name, (other, edge) in rules["after"].items()}
    edges = [edge for document in written for edge in edges_near(document, start, REACH // 2)]
    ats = st.sampled_from([start, *edges]) | st.integers(0, REACH // step).map(lambda n: start - REACH // 2 + n * step)
    written_logs = tuple(draw(logs(ats, most)) for _ in range(items))
    ends = st.sampled_from([row["at"] for log in written_logs for row in log])
    as_of = draw(st.just(start + REACH // 2) | st.just(start + REACH // 2) | ends | ats)
    if rules["resolution"] > MOMENT:
        # What has happened by then has happened at any resolution.
        as_of += rules["resolution"] * 9 // 10
        written_logs = tuple(blurred(draw, log, rules["resolution"]) for log in written_logs)
    return Lives(rules, target_of(rules), written_logs, as_of, step)
