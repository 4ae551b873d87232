"""A whole log of a real desk: 7,554 incidents that wait, are completed, and come back."""

from __future__ import annotations

import csv
import gzip
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from numpy.typing import NDArray

import slamodel as sm
from tests.tickets import at

LOG = Path(__file__).parent / "data" / "volvo-incidents.csv.gz"
pytestmark = pytest.mark.skipif(not LOG.exists(), reason="the source distribution does not carry this log")
ROWS, ITEMS = 65_533, 7_554
STOPPED, RUNNING, PAUSED = 0, 1, 2
STOPS = ["Resolved", "Closed", "In Call"]
WAITS = ["Wait", "Wait - User", "Wait - Vendor", "Wait - Customer", "Wait - Implementation"]
CALENDAR = {"timezone": "Europe/Stockholm", "hours": {"mon-fri": "08:00-12:00, 13:00-17:00"}, "holidays": "SE"}
AGREEMENT = {
    "slamodel": 1,
    "agreement": "volvo-it",
    "calendar": CALENDAR,
    "targets": {
        "resolve": {
            "Major": "4h",
            "High": "8h",
            "Medium": "24h",
            "Low": "5bd",
            "priority_field": "impact",
            "starts": {"status": {"not": "Completed"}},
            "stops": {"sub_status": STOPS},
            "cancels": {"sub_status": "Cancelled"},
        }
    },
    "pauses": {name.lower().replace(" - ", "_"): {"when": {"sub_status": name}} for name in WAITS},
    "events": {"kind": "snapshots", "item": "number", "at": "changed_at"},
}
# The end of the log, an instant in a night of its last weeks, and one in an afternoon in the middle of them.
NOW = ["2012-05-24T00:00+01:00", "2012-05-04T03:00+01:00", "2012-04-25T15:30+01:00"]
LENGTHS = ("elapsed", "paused", "wall_elapsed", "wall_paused")


def instant(text: str) -> np.datetime64:
    """Read a time of the log, which says +01:00 in summer too."""
    return np.datetime64(text.removesuffix("+01:00"), "us") - np.timedelta64(1, "h")


@cache
def table() -> sm.EventTable:
    book = sm.load(AGREEMENT)
    return sm.read_events(LOG, book.events)


@cache
def verdicts(now: str) -> sm.VerdictTable:
    return sm.evaluate(sm.load(AGREEMENT), table(), as_of=at(now))


@frozen
class Walked:
    """What a walk along the rows of the log says of each item that began, in the order of the items' names."""

    items: list[str]
    start: NDArray[Any]
    end: NDArray[Any]
    lengths: dict[str, NDArray[Any]]
    gap: NDArray[Any]
    covered_gap: NDArray[Any]


@cache
def walked(now: str) -> Walked:
    """Walk along the log as it stands in its file, one row after another."""
    stretches: list[tuple[int, int, np.datetime64, np.datetime64]] = []
    ends: list[tuple[np.datetime64, np.datetime64]] = []
    items: list[str] = []
    for name, rows in sorted(by_item(now).items()):
        begun = next((k for k, (_, state) in enumerate(rows) if state != STOPPED), None)
        if begun is None:
            continue
        last = len(rows) - 1
        while rows[last][1] == STOPPED and rows[last - 1][1] == STOPPED:
            last -= 1
        instants = [when for when, _ in rows] + [instant(now)]
        last += rows[last][1] != STOPPED
        stretches += [(len(items), rows[k][1], instants[k], instants[k + 1]) for k in range(begun, last)]
        ends.append((rows[begun][0], instants[last]))
        items.append(name)
    owner, state, start, end = (np.array(column) for column in zip(*stretches, strict=True))
    covered, wall = sm.ServiceCalendar.from_dict(CALENDAR).elapsed(start, end), end - start

    def total(lengths: NDArray[Any], kind: int) -> NDArray[Any]:
        found = np.zeros(len(items), np.int64)
        np.add.at(found, owner, np.where(state == kind, lengths.astype("m8[us]").astype(np.int64), 0))
        return found.view("m8[us]")

    kinds = (covered, RUNNING), (covered, PAUSED), (wall, RUNNING), (wall, PAUSED)
    lengths = dict(zip(LENGTHS, (total(*kind) for kind in kinds), strict=True))
    first, final = (np.array(column, "M8[us]") for column in zip(*ends, strict=True))
    return Walked(items, first, final, lengths, total(wall, STOPPED), total(covered, STOPPED))


@cache
def lines() -> list[tuple[str, np.datetime64, int]]:
    with gzip.open(LOG, "rt", encoding="utf-8") as file:
        return [
            (
                row["number"],
                instant(row["changed_at"]),
                PAUSED if row["sub_status"] in WAITS else STOPPED if row["status"] == "Completed" else RUNNING,
            )
            for row in csv.DictReader(file)
        ]


@cache
def by_item(now: str) -> dict[str, list[tuple[np.datetime64, int]]]:
    """Return the changes of each incident up to an instant, and what each left it as."""
    stop = instant(now)
    found: dict[str, list[tuple[np.datetime64, int]]] = {}
    for number, when, state in lines():
        if when <= stop:
            found.setdefault(number, []).append((when, state))
    return found


def test_no_row_is_set_aside() -> None:
    """Every row of every incident can be used."""
    log = table()
    assert (len(log), len(log.items), log.rejects) == (ROWS, ITEMS, ())


def test_log_has_what_is_asked_of_it() -> None:
    """Incidents wait, come back after they were completed, and are open at the end: enough to be a test."""
    whole = by_item(NOW[0])
    states = [[state for _, state in rows] for rows in whole.values()]
    again = sum(any(a == STOPPED != b for a, b in pairwise(each)) for each in states)
    assert (sum(PAUSED in each for each in states), again) == (3365, 514)


@pytest.mark.parametrize("now", NOW)
def test_every_item_adds_up(now: str) -> None:
    """Running, paused, closed and completed time make up start to end, to the microsecond, of every incident (C15)."""
    table, walk = verdicts(now), walked(now)
    began = table.column("stage") != "pending"
    assert table.column("item")[began].tolist() == walk.items
    found = {name: table.column(name)[began] for name in LENGTHS}
    for name in LENGTHS:
        assert (found[name] == walk.lengths[name]).all(), name
    assert (table.column("started_at")[began] == walk.start).all()
    stopped = table.column("stopped_at")[began]
    assert (np.isnat(stopped) | (stopped == walk.end)).all()

    closed = found["wall_elapsed"] - found["elapsed"] + found["wall_paused"] - found["paused"]
    assert (closed >= np.timedelta64(0)).all()
    assert (found["elapsed"] + found["paused"] + closed + walk.gap == walk.end - walk.start).all()
    open_time = sm.ServiceCalendar.from_dict(CALENDAR).elapsed(walk.start, walk.end)
    assert (found["elapsed"] + found["paused"] + walk.covered_gap == open_time).all()


@pytest.mark.parametrize("now", NOW)
def test_stages_are_those_of_the_last_row(now: str) -> None:
    """Who waits is paused, who is worked on runs, and who is completed does neither."""
    table, last = verdicts(now), {item: rows[-1][1] for item, rows in by_item(now).items()}
    stages = zip(table.column("item").tolist(), table.column("stage").tolist(), strict=True)
    going = {"running": RUNNING, "paused": PAUSED}
    assert {item: going.get(stage, STOPPED) for item, stage in stages} == last


def explained(now: str, numbers: range) -> int:
    """Hold the ledgers of some verdicts to their columns; return how many stretches they have."""
    table, zero, count = verdicts(now), timedelta(), 0
    rows = table.to_dicts()
    for row in (rows[number] for number in numbers):
        ledger = table.explain(row["item"])
        count += len(ledger)
        told = {
            "elapsed": ledger.total("running", covered=True),
            "paused": ledger.total("paused", covered=True),
            "wall_elapsed": ledger.total("running"),
            "wall_paused": ledger.total("paused"),
        }
        assert told == {name: row[name] or zero for name in LENGTHS}, row["item"]
        assert sum(ledger.paused_by_reason.values(), zero) == told["paused"], row["item"]
        assert ledger.total() == (at(now) - row["started_at"] if row["started_at"] else zero), row["item"]
    return count


def test_ledgers_add_up() -> None:
    """The ledger of every 151st incident tells what its verdict does, and covers start to now without a gap (C15)."""
    assert explained(NOW[1], range(0, len(verdicts(NOW[1])), 151)) > 500


@pytest.mark.slow
def test_every_ledger_adds_up() -> None:
    """And so does that of every incident."""
    assert len(verdicts(NOW[0])) == ITEMS
    assert explained(NOW[0], range(ITEMS)) > ROWS
