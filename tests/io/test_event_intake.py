"""Intake: how the event map lays a log out as items, instants, fields and times."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slamodel.clock.events import Coded, EventTable, coded
from slamodel.errors import EventError
from slamodel.io.event_file import read_events
from slamodel.model.event_map import EventMap
from slamodel.timeline.instants import NAT

HOUR = 3_600_000_000


def at(hour: int, minute: int = 0) -> str:
    return f"2026-01-01T{hour:02}:{minute:02}Z"


def us(hour: int) -> int:
    return int(np.datetime64(f"2026-01-01T{hour:02}", "us").astype(np.int64))


def fields(table: EventTable) -> dict[str, list[Any]]:
    return {name: column.to_list() for name, column in table.fields.items()}


def refused(source: Any, events: EventMap | None = None) -> str:
    with pytest.raises(EventError) as caught:
        read_events(source, events)
    return str(caught.value)


ITEM = {
    "item": "INC0012",
    "client": "borough",
    "priority": "P2",
    "events": [
        {"at": "2026-06-10T14:03:00+01:00", "do": "opened"},
        {"at": "2026-06-10T14:20:00+01:00", "do": "replied"},
        {
            "at": "2026-06-10T15:00:00+01:00",
            "do": "status",
            "to": "awaiting_customer",
            "reason": "customer_informed",
        },
        {"at": "2026-06-11T09:30:00+01:00", "do": "status", "to": "in_progress"},
        {"at": "2026-06-11T10:10:00+01:00", "do": "priority", "to": "P1"},
        {"at": "2026-06-11T12:00:00+01:00", "do": "resolved"},
    ],
}


# -- changes


@pytest.mark.parametrize("source", [ITEM, [ITEM], (ITEM,), iter([ITEM])])
def test_item_with_its_events(source: Any) -> None:
    """An item's record gives what it starts with, its events what they change; values hold until they change."""
    table = read_events(source)
    assert table.items.tolist() == ["INC0012"]
    assert fields(table) == {
        "do": ["opened", "replied", "status", "status", "priority", "resolved"],
        "client": ["borough"] * 6,
        "priority": ["P2"] * 4 + ["P1"] * 2,
        "status": [None, None, "awaiting_customer", "in_progress", "in_progress", "in_progress"],
        "reason": [None, None] + ["customer_informed"] * 4,
    }
    first = datetime(2026, 6, 10, 13, 3, tzinfo=UTC)
    assert table.at[0] == int(first.timestamp()) * 1_000_000


def test_starting_values_are_those_of_the_first_event_in_time() -> None:
    """What an item starts with stands before its earliest event, wherever that is in the log."""
    events = [{"at": at(12), "do": "resolved"}, {"at": at(9), "do": "opened"}, {"at": "soon", "do": "lost"}]
    table = read_events([{"item": "A", "priority": "P3", "events": events}])
    assert fields(table) == {"do": ["opened", "resolved"], "priority": ["P3", "P3"]}
    assert table.rejects[0].row == {"item": "A", "priority": "P3", "at": "soon", "do": "lost"}


def test_change_by_name() -> None:
    """`do: status, to: closed` sets the field status; a name without a value just happens."""
    rows = [
        {"item": "A", "at": at(9), "do": "opened", "to": None, "priority": "P2"},
        {"item": "A", "at": at(10), "do": "status", "to": "waiting"},
        {"item": "A", "at": at(11), "do": "status", "to": ""},
        {"item": "A", "at": at(12), "do": "priority", "to": "P1", "priority": "P9"},
        {"item": "A", "at": at(13), "do": "do", "to": "nothing"},
        {"item": "A", "at": at(14), "status": "closed"},
    ]
    assert fields(read_events(rows)) == {
        "do": ["opened", "status", "status", "priority", "do", None],
        "priority": ["P2", "P2", "P2", "P1", "P1", "P1"],
        "status": [None, "waiting", "waiting", "waiting", "waiting", "closed"],
    }


def test_values_and_names_are_renamed() -> None:
    """The map renames columns, the values of fields, the names of what happened, and what a change sets."""
    events = EventMap(
        item="ticket",
        columns=(("at", "when"), ("do", "action"), ("to", "new"), ("priority", "prio")),
        values=(
            ("do", (("State Change", "status"), ("Opened", "opened"))),
            ("status", (("On Hold", "waiting"),)),
            ("priority", (("1", "P1"),)),
        ),
        missing=("-",),
    )
    rows = [
        {"ticket": 7, "when": at(9), "action": "Opened", "new": "-", "prio": 1},
        {"ticket": 7, "when": at(10), "action": "State Change", "new": "On Hold", "prio": "-"},
        {"ticket": 7, "when": at(11), "action": "priority", "new": "2", "prio": "-"},
    ]
    table = read_events(rows, events)
    assert table.items.tolist() == [7]
    assert fields(table) == {
        "do": ["opened", "status", "priority"],
        "priority": ["P1", "P1", "2"],
        "status": [None, "waiting", "waiting"],
    }


def test_times_that_change() -> None:
    """A field that holds times can be a column, what an item starts with, or what a change sets."""
    events = EventMap(times=("due", "met"))
    nested = {
        "item": "A",
        "due": at(20),
        "events": [
            {"at": at(9), "do": "opened"},
            {"at": at(10), "do": "due", "to": at(22)},
            {"at": at(11), "do": "noted", "met": at(8)},
            {"at": at(12), "do": "due", "to": "later"},
            {"at": at(13), "do": "resolved"},
        ],
    }
    table = read_events([nested], events)
    assert table.times["due"].tolist() == [us(20), us(22), us(22), us(22)]
    assert table.times["met"].tolist() == [NAT, NAT, us(8), us(8)]
    assert [reject.reason[:24] for reject in table.rejects] == ["to 'later' is not a time"]
    assert sorted(table.fields) == ["do"]
    bad = {**nested, "due": "never"}
    assert "due 'never' is not a time" in refused([bad], events)


def test_unknown_starting_value() -> None:
    """What an item starts with is held to the known values too: none of its events can be judged."""
    events = EventMap(known=(("priority", ("P1", "P2")),))
    items = [{"item": name, "priority": name, "events": [{"at": at(9), "do": "opened"}]} for name in ("P1", "P9")]
    table = read_events(items, events)
    assert table.items.tolist() == ["P1"]
    assert [reject.reason for reject in table.rejects] == ["priority 'P9' is not known; known: P1, P2"]


def test_needed_fields_only() -> None:
    """What no target needs is not read, and not asked for."""
    rows = [{"item": "A", "at": at(9), "do": "status", "to": "x", "priority": "P1", "note": "long"}]
    assert sorted(read_events(rows, needed={"priority"}).fields) == ["do", "priority"]
    assert sorted(read_events(rows, needed={"status"}).fields) == ["do", "status"]
    assert sorted(read_events(rows, needed=set()).fields) == ["do"]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    assert sorted(read_events(columns, needed={"status", "elsewhere"}).fields) == ["do", "status"]


def test_changes_need_what_the_map_names() -> None:
    """A column that the map renames must be there; any other field may be set by changes alone."""
    rows = [{"item": "A", "at": at(9), "do": "x"}]
    assert "column 'prio' is not in the list" in refused(rows, EventMap(columns=(("priority", "prio"),)))
    assert "column 'new' is not in the list" in refused(rows, EventMap(columns=(("to", "new"),)))
    assert "column 'nr' is not in the list" in refused(rows, EventMap(sequence="nr"))
    assert "column 'do' is not in the list" in refused([{"item": "A", "at": at(9), "status": "x"}])
    assert read_events(rows, EventMap(times=("due",))).times["due"].tolist() == [NAT]


# -- snapshots


def test_snapshots() -> None:
    """Each row is the item after an update: the first is `opened`, nothing is filled forward."""
    events = EventMap(kind="snapshots", item="number", at="updated", times=("opened_at",), missing=("?",))
    rows = [
        {"number": "B", "updated": at(9), "status": "New", "opened_at": at(8)},
        {"number": "A", "updated": at(11), "status": "?", "opened_at": "?"},
        {"number": "A", "updated": at(10), "status": "New", "opened_at": at(10)},
        {"number": "?", "updated": at(10), "status": "New", "opened_at": at(10)},
        {"number": "A", "updated": "?", "status": "New", "opened_at": at(10)},
        {"number": "A", "updated": at(12), "status": "New", "opened_at": "2026-02-30"},
    ]
    table = read_events(rows, events)
    assert table.items.tolist() == ["A", "B"]
    assert table.first.tolist() == [0, 2, 3]
    assert fields(table) == {"status": ["New", None, "New"], "do": ["opened", "updated", "opened"]}
    assert table.times["opened_at"].tolist() == [us(10), NAT, us(8)]
    assert table.lines is not None
    assert table.lines.tolist() == [3, 2, 1]
    assert [(reject.line, reject.reason) for reject in table.rejects] == [
        (4, "number is missing"),
        (5, "updated is missing"),
        (6, "opened_at '2026-02-30' names a day, an hour or an offset that does not exist"),
    ]


def test_nested_snapshots() -> None:
    """In a log of snapshots the fields around the events hold for each of them that says nothing else."""
    record = {"item": "A", "vendor": "x", "events": [{"at": at(9)}, {"at": at(10), "vendor": "y"}, {"at": at(11)}]}
    table = read_events([record], EventMap(kind="snapshots"))
    assert fields(table) == {"vendor": ["x", "y", "x"], "do": ["opened", "updated", "updated"]}


def test_snapshots_may_name_what_happened() -> None:
    """A column `do` of a log of snapshots is what happened; without one the first row is `opened`."""
    rows = [{"item": "A", "at": at(9), "do": "created", "status": "x"}]
    assert fields(read_events(rows, EventMap(kind="snapshots"), needed={"do"})) == {"do": ["created"]}
    named = EventMap(kind="snapshots", columns=(("do", "action"),))
    assert "column 'action' is not in the list" in refused(rows, named)
    assert fields(read_events([{"item": "A", "at": at(9)}], EventMap(kind="snapshots"), needed={"do"})) == {
        "do": ["opened"]
    }


def test_one_column_read_twice() -> None:
    """A column can be the item or the time, and a field as well, under any name."""
    events = EventMap(
        kind="snapshots", columns=(("status", "state"), ("stage", "state"), ("name", "item")), times=("at",)
    )
    table = read_events([{"item": "A", "at": at(9), "state": "x"}], events)
    assert fields(table) == {"status": ["x"], "stage": ["x"], "name": ["A"], "do": ["opened"]}
    assert table.times["at"].tolist() == [us(9)]


# -- order


def test_sequence() -> None:
    """C6: equal instants are ordered by the sequence, else as the log has them; one that is no number costs its row."""
    rows = [
        {"item": "A", "at": at(9), "do": "b", "nr": "10"},
        {"item": "A", "at": at(9), "do": "a", "nr": 9},
        {"item": "A", "at": at(9), "do": "c", "nr": "x"},
        {"item": "A", "at": at(9), "do": "d", "nr": None},
        {"item": "A", "at": at(9), "do": "e", "nr": 2.5},
    ]
    assert read_events(rows, needed=()).fields["do"].to_list() == ["b", "a", "c", "d", "e"]
    table = read_events(rows, EventMap(sequence="nr"))
    assert table.fields["do"].to_list() == ["a", "b"]
    assert [reject.reason for reject in table.rejects] == [
        "nr 'x' is no whole number",
        "nr is missing",
        "nr '2.5' is no whole number",
    ]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["", "P1", "P2"])), max_size=12), st.randoms())
def test_order_of_rows_is_nothing(rows: list[tuple[str, str]], shuffle: random.Random) -> None:
    """C6: where instants differ, any order of the rows gives the same table."""
    records = [
        {"item": item, "at": at(i // 60, i % 60), "do": "x", "priority": value} for i, (item, value) in enumerate(rows)
    ]
    mixed = [*records]
    shuffle.shuffle(mixed)
    one, other = read_events(records), read_events(mixed)
    assert one.items.tolist() == other.items.tolist()
    assert one.at.tolist() == other.at.tolist()
    assert one.first.tolist() == other.first.tolist()
    assert fields(one) == fields(other)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("AB"),
            st.sampled_from(["opened", "status", "priority"]),
            st.sampled_from(["", "s1", "s2"]),
            st.sampled_from(["", "P1", "P2"]),
        ),
        max_size=15,
    )
)
def test_values_hold_until_they_change(rows: list[tuple[str, str, str, str]]) -> None:
    """A field after a row is what the item's last change to it said, as a loop over the rows finds it."""
    records = [
        {"item": item, "at": at(i), "do": do, "to": to, "priority": priority}
        for i, (item, do, to, priority) in enumerate(rows)
    ]
    state: dict[str, dict[str, str]] = {"A": {}, "B": {}}
    wanted: dict[str, list[tuple[str | None, str | None]]] = {"A": [], "B": []}
    for item, do, to, priority in rows:
        mine = state[item]
        mine.update({"priority": priority} if priority else {})
        mine.update({do: to} if to else {})
        wanted[item].append((mine.get("status"), mine.get("priority")))
    table = read_events(records)
    nothing = Coded(np.full(len(table), -1, np.int32), ())
    found = list(
        zip((table.field("status") or nothing).to_list(), (table.field("priority") or nothing).to_list(), strict=True)
    )
    assert found == [*wanted["A"], *wanted["B"]]


# -- sources


def as_lists(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


ROWS: list[dict[str, Any]] = [
    {"item": "A", "at": at(9), "do": "opened", "size": 1},
    {"item": "A", "at": at(10), "do": "closed", "size": None},
    {"item": None, "at": at(10), "do": "closed", "size": 3},
]


def test_kinds_of_columns() -> None:
    """Lists, arrays, coded columns, anything iterable: one table."""
    wanted = fields(read_events(ROWS))
    lists = as_lists(ROWS)
    assert fields(read_events(lists)) == wanted
    mixed: dict[str, Any] = {
        "item": coded(lists["item"]),
        "at": np.array([text.rstrip("Z") for text in lists["at"]], "M8[s]"),
        "do": np.array(lists["do"]),
        "size": (each for each in [1.0, float("nan"), 3.0]),
    }
    table = read_events(mixed)
    assert fields(table) == wanted
    assert table.rejects[0].row == {"item": None, "at": f"{at(10)[:-1]}:00", "do": "closed", "size": 3.0}
    floats = {**lists, "size": np.array([1, np.nan, 3])}
    assert fields(read_events(floats)) == wanted


class Categorical:
    """As pandas has it: codes and categories."""

    codes = np.array([0, 0, -1], np.int8)
    categories = ("A",)


def test_categorical_column() -> None:
    """A categorical is read by its codes."""
    assert read_events({**as_lists(ROWS), "item": Categorical()}).items.tolist() == ["A"]


def test_plain_values() -> None:
    """Values of Python become what reads the same: truths as texts, whole floats as integers, the rest as it is."""
    values = [True, 1, 1.0, Decimal("2.50"), 2.5, b"x", ["a", 1], {"k": None}, np.int64(4), float("nan"), "?", 9, None]
    values.append(np.arange(2))
    rows = [{"item": "A", "at": at(i), "do": "x", "v": value} for i, value in enumerate(values)]
    table = read_events(rows, EventMap(missing=("?", "9"), kind="snapshots"))
    assert fields(table)["v"] == [
        "true",
        1,
        1,
        "2.5",
        2.5,
        "x",
        '["a", 1]',
        '{"k": null}',
        4,
        None,
        None,
        None,
        None,
        "[0, 1]",
    ]


def test_times_as_a_field() -> None:
    """A column of `datetime64` that is not listed under times is a field like any other."""
    table = read_events(
        {"item": ["A", "A"], "at": [at(1), at(2)], "do": ["x", "y"], "due": np.array(["2026-01-01", "NaT"], "M8[D]")}
    )
    assert [str(value) for value in fields(table)["due"]] == ["2026-01-01"] * 2


def test_rows_show_what_they_held() -> None:
    """A rejected row of a table in memory is shown as Python values."""
    columns = {
        "item": np.array([0, 1]),
        "at": np.array(["2026-01-01", "NaT"], "M8[D]"),
        "do": coded(["x", "y"]),
        "size": np.array([1.5, 2.5]),
    }
    table = read_events(columns)
    assert table.items.tolist() == [0]
    assert table.rejects[0].row == {"item": 1, "at": "NaT", "do": "y", "size": 2.5}


def test_empty_tables() -> None:
    """A table in memory may have no rows: a filter can leave none."""
    table = read_events({"item": [], "at": np.array([], "M8[us]"), "do": [], "priority": np.array([])})
    assert (len(table), table.items.tolist(), sorted(table.fields)) == (0, [], ["do", "priority"])
    assert len(read_events([])) == 0
    assert len(read_events({"item": [], "at": [], "status": []}, EventMap(kind="snapshots"))) == 0
    with pytest.raises(EventError, match="column 'item' is not in the table"):
        read_events({})


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"item": "A", "at": at(9), "do": "x"}, r"'item' is 'A', not a column: pass a list or an array for each"),
        ({"item": 7, "at": [], "do": []}, r"'item' is 7, not a column"),
        ({"item": np.zeros((2, 2)), "at": [], "do": []}, r"'item' is array\(\[\[0., 0.\],"),
        ({"item": ["A"], "at": [], "do": []}, "column 'at' of the table has 0 rows, 'item' has 1"),
        (7, "int is no log of events; pass a path, a mapping of columns or a list of mappings"),
        (b"item,at", "bytes is no log of events"),
        (None, "NoneType is no log of events"),
        (["item,at"], "none of the 1 rows of the list can be used\n  line 1: 'item,at' is no event with its fields"),
        ([["x" * 99]], r"line 1: \['x+\.\.\. is no event with its fields"),
    ],
)
def test_no_log(source: Any, message: str) -> None:
    """What is no log says what is."""
    with pytest.raises(EventError, match=message):
        read_events(source)


def test_records_that_change_their_keys() -> None:
    """A key that comes late is missing before, whether it names a field or a time."""
    rows: list[dict[str, Any]] = [
        {"item": "A", "at": at(9), "do": "opened"},
        {"item": "A", "at": at(10), "do": "x", "new": "v", "due": at(20)},
        {"item": "A", "at": at(11), "do": "y"},
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("slamodel.io.logs.records._BLOCK_ROWS", 1)
        table = read_events(rows, EventMap(times=("due",)))
        assert fields(table) == {"do": ["opened", "x", "y"], "new": [None, "v", "v"]}
        assert table.times["due"].tolist() == [NAT, us(20), us(20)]
        later = [
            {"item": "A", "events": [{"at": at(9), "do": "opened"}]},
            {"item": "B", "p": "P1", "due": at(20), "events": [{"at": at(9), "do": "opened"}]},
            {"item": "C", "events": [{"at": at(9), "do": "p", "to": "P2"}]},
        ]
        table = read_events(later, EventMap(times=("due",)))
        assert fields(table) == {"do": ["opened", "opened", "p"], "p": [None, "P1", "P2"]}
        assert table.times["due"].tolist() == [NAT, us(20), NAT]
