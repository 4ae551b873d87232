"""Lead times and hand-offs: by hand, against a walk along the rows, and on the log of a real desk."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.selector import parse_selector
from slamodel.report.improvement.hand_offs import hand_offs
from slamodel.report.improvement.lead_time import LeadTimes, lead_times
from tests.tickets import at, events_of, rows

VOLVO = Path(__file__).parents[2] / "clock" / "data" / "volvo-incidents.csv.gz"
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DONE = parse_selector({"status": "closed"})
LOG = {
    "A": rows(
        "2026-06-01T09:00Z opened status=new group=desk",
        "2026-06-01T10:00Z status status=active",
        "2026-06-01T12:00Z group group=net",
        "2026-06-01T13:00Z status status=waiting",
        "2026-06-02T13:00Z group group=desk status=active",
        "2026-06-02T15:00Z resolved status=closed",
        "2026-06-03T09:00Z reopened status=active",
        "2026-06-03T10:00Z resolved status=closed",
    ),
    "B": rows("2026-06-01T09:00Z opened status=new", "2026-06-01T11:00Z group group=net"),
}


def told(found: LeadTimes, name: str = "wall") -> dict[tuple[str, str | None], Any]:
    return {(row["item"], row["value"]): row[name] for row in found.to_dicts()}


def test_by_hand() -> None:
    """Time in each status, by all visits; that after the closing is nobody's, a reopening opens it again (M8 wait)."""
    found = lead_times(events_of(LOG), "status", done=DONE, as_of=at("2026-06-03T11:00Z"))
    assert told(found) == {
        ("A", "new"): HOUR,
        ("A", "active"): 6 * HOUR,
        ("A", "waiting"): 24 * HOUR,
        ("B", "new"): 50 * HOUR,
    }
    assert told(found, "visits") == {("A", "new"): 1, ("A", "active"): 3, ("A", "waiting"): 1, ("B", "new"): 1}
    whole = lead_times(events_of(LOG), "status", as_of=at("2026-06-03T11:00Z"))
    assert told(whole)["A", "closed"] == 19 * HOUR


def test_covered() -> None:
    """With a calendar waits count in its hours, and the wall stands beside them."""
    office = sm.ServiceCalendar(timezone="UTC", hours={"mon-fri": "09:00-17:00"})
    found = lead_times(events_of(LOG), "status", calendar=office, done=DONE, as_of=at("2026-06-03T11:00Z"))
    assert told(found, "covered")["A", "waiting"] == 8 * HOUR
    assert told(found)["A", "waiting"] == 24 * HOUR
    assert found.share_in("waiting") == Fraction(8, 8 + 6 + 1 + 18)


def test_by_group() -> None:
    """An item without a group was with nobody; `applies` picks items by what they are now."""
    found = lead_times(events_of(LOG), "group", as_of=at("2026-06-01T12:30Z"))
    assert told(found) == {
        ("A", "desk"): 3 * HOUR,
        ("A", "net"): HOUR / 2,
        ("B", None): 2 * HOUR,
        ("B", "net"): 3 * HOUR / 2,
    }
    some = lead_times(events_of(LOG), "group", applies=parse_selector({"group": "net"}), as_of=at("2026-06-03T11:00Z"))
    assert {row["item"] for row in some.to_dicts()} == {"B"}


def test_by_value() -> None:
    """What the items' times come to: the longest first, its mean, median and 90th percentile by nearest rank."""
    found = lead_times(events_of(LOG), "status", done=DONE, as_of=at("2026-06-03T11:00Z")).by_value()
    first, second, third = found.to_dicts()
    assert first == {
        "value": "new",
        "items": 2,
        "visits": 2,
        "total": 51 * HOUR,
        "mean": timedelta(hours=25, minutes=30),
        "median": HOUR,
        "p90": 50 * HOUR,
        "share": Fraction(51, 81),
    }
    assert (second["value"], third["value"], third["visits"]) == ("waiting", "active", 3)
    assert found.to_csv().splitlines()[1].startswith("new,2,2,51:00:00,25:30:00,1:00:00,50:00:00,0.6296")


def test_hand_offs() -> None:
    """Who handed to whom, how often back, and how long the item had been there."""
    found = hand_offs(events_of(LOG), "group", as_of=at("2026-06-03T11:00Z"))
    assert found.to_dicts() == [
        {"source": None, "to": "net", "count": 1, "items": 1, "back": 0, "wait": 2 * HOUR},
        {"source": "desk", "to": "net", "count": 1, "items": 1, "back": 0, "wait": 3 * HOUR},
        {"source": "net", "to": "desk", "count": 1, "items": 1, "back": 1, "wait": 25 * HOUR},
    ]
    assert len(hand_offs(events_of({"B": LOG["B"][:1]}), "status")) == 0


def test_unknown() -> None:
    """A field that is not there is named, with those that come close."""
    for ask in (lead_times, hand_offs):
        with pytest.raises(sm.EventError, match="no field 'state'; did you mean 'status'"):
            ask(events_of(LOG), "state")
    with pytest.raises(KeyError):
        lead_times(events_of(LOG), "status").column("rank")


STATES = st.lists(st.tuples(st.integers(0, 90), st.sampled_from(["a", "b", "c"])), min_size=1, max_size=9)


@given(st.lists(STATES, min_size=1, max_size=4), st.integers(0, 120))
def test_walk(logs: list[list[tuple[int, str]]], after: int) -> None:
    """The times of each item are those of a walk along its rows, and add up to its life; so do the summaries."""
    now = JUNE + timedelta(hours=after)
    log: dict[str, list[dict[str, Any]]] = {
        str(n): [{"at": JUNE + hour * HOUR, "do": "status", "to": state} for hour, state in sorted(each)]
        for n, each in enumerate(logs)
    }
    seen = {item: [row for row in each if row["at"] <= now] for item, each in log.items()}
    expected: dict[tuple[str, str], timedelta] = defaultdict(timedelta)
    moves = 0
    for item, each in seen.items():
        for row, later in zip(each, [*(r["at"] for r in each[1:]), now], strict=False):
            expected[item, row["to"]] += later - row["at"]
        moves += sum(one["to"] != two["to"] for one, two in pairwise(each))
    if not any(seen.values()):
        return
    found = lead_times(events_of(log), "status", as_of=now)
    assert told(found) == expected
    for item, each in seen.items():
        lives = [time for (name, _), time in expected.items() if name == item]
        assert sum(lives, timedelta()) == (now - each[0]["at"] if each else timedelta())
    table = found.by_value()
    assert sum((row["total"] for row in table.to_dicts()), timedelta()) == sum(expected.values(), timedelta())
    assert sum(row[2] for row in hand_offs(events_of(log), "status", as_of=now).rows) == moves


# The log of a real desk.


@pytest.mark.skipif(not VOLVO.exists(), reason="the source distribution does not carry this log")
def test_volvo() -> None:
    """Wait by status: what 7,554 incidents spent waiting is what a walk along the file's 65,533 rows gives."""
    events = sm.EventMap(kind="snapshots", item="number", at="changed_at")
    log = sm.read_events(VOLVO, events)
    found = lead_times(log, "sub_status", done=parse_selector({"status": "Completed"}))
    walked: dict[str, timedelta] = defaultdict(timedelta)
    items: dict[str, set[str]] = defaultdict(set)
    with gzip.open(VOLVO, "rt", encoding="utf-8") as file:
        by_item: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in csv.DictReader(file):
            by_item[row["number"]].append(row)
    last = max(at(row["changed_at"]) for each in by_item.values() for row in each)
    for number, each in by_item.items():
        ends = [at(row["changed_at"]) for row in each[1:]] + [last]
        for row, end in zip(each, ends, strict=True):
            if row["status"] != "Completed":
                walked[row["sub_status"]] += end - at(row["changed_at"])
                items[row["sub_status"]].add(number)
    table = {row["value"]: row for row in found.by_value().to_dicts()}
    assert {name: row["total"] for name, row in table.items()} == walked
    assert {name: row["items"] for name, row in table.items()} == {name: len(each) for name, each in items.items()}
    waits = {name: row["total"] // timedelta(days=1) for name, row in table.items() if name.startswith("Wait")}
    assert waits == {
        "Wait - User": 19350,
        "Wait": 6258,
        "Wait - Implementation": 2688,
        "Wait - Vendor": 1716,
        "Wait - Customer": 485,
    }
    steps = hand_offs(log, "sub_status").to_dicts()
    assert sum(row["count"] for row in steps) == sum(
        one["sub_status"] != two["sub_status"] for each in by_item.values() for one, two in pairwise(each)
    )
