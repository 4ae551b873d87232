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
from slamodel.model.target import Moment, Target
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import NAT
from tests.clock_oracle import MOMENTS, Row, Span
from tests.oracle import Oracle, place
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
TIMES = ("opened_at", "resolved_at")
FIELDS = ("do", "status", "priority", "vendor")
ALWAYS = {"timezone": "UTC", "hours": "24x7"}


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
    moments: dict[str, Any] = {
        name: Moment(field=rules[f"{name}_at"]) if rules.get(f"{name}_at") else Moment(selector(rules[name]))
        for name in MOMENTS
    }
    limits = []
    for name, span in rules["limits"].items():
        reading = "end_of_day" if span.end_of_day else "same_time"
        amount = Amount(days=span.days) if span.days else Amount(us=span.amount // MOMENT)
        calendar = sm.ServiceCalendar.from_dict(span.oracle.doc)
        limits.append((None if name == "else" else name, Limit(amount, calendar, reading=reading)))
    return Target(
        id="resolve",
        limits=tuple(limits),
        without=rules["without"],
        pauses=(
            *(PauseRule(f"hold {n}", selector(when)) for n, when in enumerate(rules["holds"])),
            *(PauseRule(f"latch {n}", selector(a), selector(b)) for n, (a, b) in enumerate(rules["latches"])),
        ),
        grace=Amount(us=rules["grace"] // MOMENT),
        at_limit=rules["at_limit"],
        judge=rules["judge"],
        priority_change=rules["change"],
        forgive_on_downgrade=rules["forgive"],
        reopen=rules["reopen"],
        **moments,
    )


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
def rule_books(draw: Draw, oracles: list[Oracle], step: timedelta, grid: int, *, in_days: bool = False) -> Row:
    """Return the rules of a target on these calendars."""

    def one_of(*choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    ticks = st.integers(1, max(1, 5 * HOUR // step)) | st.integers(1, 10 * 60 // grid).map(
        lambda n: n * grid * MINUTE // step
    )

    def span() -> Span:
        oracle = one_of(*oracles)
        if in_days and draw(st.booleans()):
            return Span(oracle, days=one_of(1, 1, 2, 3), end_of_day=one_of(True, False))
        return Span(oracle, draw(ticks) * step)

    named = draw(st.sampled_from([("P1",), ("P1", "P2"), ("P1", "P2", "P3"), ("else",), ("P1", "else")]))
    starts = one_of("event", "event", "event", "state", "field")
    stops = one_of("event", "event", "event", "state", "field")
    return {
        "starts": {
            "event": {"do": ("opened", "created")},
            "state": {"status": ("new", "open")},
            "field": {"do": ("starts",)},
        }[starts],
        "stops": {
            "event": {"do": ("resolved", "closed")},
            "state": {"status": ("resolved", "closed")},
            "field": {"do": ("stops",)},
        }[stops],
        "starts_at": "opened_at" if starts == "field" else "",
        "stops_at": "resolved_at" if stops == "field" else "",
        "resets": one_of(None, None, {"do": ("restarted",)}),
        "cancels": one_of({"do": ("cancelled",)}, {"do": ("cancelled",), "status": ("open", "waiting")}),
        "reopens": one_of({"do": ("reopened",)}, {"do": ("reopened",)}, {"status": ("open",)}, None),
        "holds": one_of((), ({"status": ("waiting",)},), ({"status": ("waiting",)}, {"vendor": ("yes",)})),
        "latches": one_of((), (LATCHES[0],), LATCHES),
        "limits": {name: span() for name in named},
        "without": one_of((), ("P3",)) if "else" in named else (),
        "grace": one_of(timedelta(), timedelta(), step, 3 * step),
        "at_limit": one_of("met", "met", "missed"),
        "judge": one_of("elapsed", "elapsed", "timestamp"),
        "change": one_of("carry", "carry", "restart", "keep", "retroactive"),
        "forgive": one_of(False, False, True),
        "reopen": one_of("continue", "continue", "ignore"),
    }


LATCHES = (({"do": ("paused",)}, {"do": ("resumed",)}), ({"do": ("vendor_out",)}, {"do": ("vendor_in", "resumed")}))
DOINGS = (
    *("opened", "opened", "status", "status", "priority", "priority", "paused", "paused", "resumed", "resumed"),
    *("vendor_out", "vendor_in", "resolved", "resolved", "closed", "reopened", "reopened", "cancelled", "restarted"),
    *("note", "vendor"),
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
            row["status"] = draw(st.sampled_from(STATUSES)) if n else "new"
        if do == "priority" or not n or not draw(st.integers(0, 9)):
            row["priority"] = draw(st.sampled_from(PRIORITIES))
        if do == "vendor":
            row["vendor"] = draw(st.sampled_from(["yes", "no"]))
        if not n or not draw(st.integers(0, 5)):
            row["opened_at"] = draw(st.just(instants[0]) | ats)
        if not draw(st.integers(0, 3)):
            row["resolved_at"] = draw(st.just(at) | st.just(instants[-1]) | ats)
        rows.append(row)
    return tuple(rows)


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
    edges = [edge for document in written for edge in edges_near(document, start, REACH // 2)]
    ats = st.sampled_from([start, *edges]) | st.integers(0, REACH // step).map(lambda n: start - REACH // 2 + n * step)
    written_logs = tuple(draw(logs(ats, most)) for _ in range(items))
    ends = st.sampled_from([row["at"] for log in written_logs for row in log])
    as_of = draw(st.just(start + REACH // 2) | st.just(start + REACH // 2) | ends | ats)
    return Lives(rules, target_of(rules), written_logs, as_of, step)
