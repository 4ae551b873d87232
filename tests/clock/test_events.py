"""EventTable: columns coded by distinct value, ordered, and filled forward."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slamodel.clock.events import Coded, EventTable, Reject, coded, event_table, filled_from, is_missing
from slamodel.errors import EventError
from slamodel.timeline.instants import NAT, year_start

VALUES = st.lists(st.sampled_from([None, "a", "b", 0, 1, 2.5, True, False, float("nan")]), max_size=12)
HOUR = 3_600_000_000


def hours(*values: int) -> Any:
    return np.array(values, np.int64) * HOUR


def plain(values: Sequence[Any]) -> list[Any]:
    """Values with None for NaN, and types told apart."""
    return [None if value is None or value != value else (type(value), value) for value in values]  # noqa: PLR0124  NaN


# -- coded columns


@given(VALUES)
def test_coded_is_the_column(values: list[Any]) -> None:
    """Coding loses nothing: None and NaN are missing, and True is not 1."""
    column = coded(values)
    assert plain(column.to_list()) == plain(values)
    assert len(column) == len(values)
    assert len({(type(value), value) for value in column.values}) == len(column.values)
    assert coded(column) is column


@pytest.mark.parametrize(
    ("array", "wanted"),
    [
        (np.array([3, 5, 3]), [3, 5, 3]),
        (np.array([3, 5, 3], np.uint8), [3, 5, 3]),
        (np.array([1, 10**9, 1]), [1, 10**9, 1]),
        (np.array([True, False]), [True, False]),
        (np.array([1.5, np.nan]), [1.5, None]),
        (np.array(["b", "a", "b"]), ["b", "a", "b"]),
        (np.array(["b", None], object), ["b", None]),
        (np.array([1, True], object), [1, True]),
        (np.array([], np.int64), []),
        (np.array([], np.float64), []),
    ],
)
def test_coded_arrays(array: Any, wanted: list[Any]) -> None:
    """Arrays of every kind are coded by value."""
    assert plain(coded(array).to_list()) == plain(wanted)


def test_coded_times() -> None:
    """NaT is missing."""
    assert coded(np.array(["2026-01-01", "NaT"], "M8[D]")).codes.tolist() == [0, -1]


def test_missing_values() -> None:
    """None, NaN, NaT and what is neither equal nor unequal to itself are missing; an array is a value."""

    class Neither:
        __hash__ = None  # type: ignore[assignment]  # as pandas' NA compares

        def __ne__(self, other: object) -> bool:
            raise TypeError

    missing = [None, float("nan"), np.datetime64("NaT"), np.float64("nan"), Neither()]
    assert all(map(is_missing, missing))
    assert not any(map(is_missing, [0, "", False, np.arange(2)]))
    assert coded(missing).codes.tolist() == [-1] * 5


class Categorical:
    codes = np.array([1, -1, 0], np.int8)
    categories = ("x", "y")


class Series:
    cat = Categorical()


@pytest.mark.parametrize("column", [Categorical(), Series()])
def test_coded_categorical(column: Any) -> None:
    """A categorical, or a series of one, is taken by its codes."""
    assert coded(column).to_list() == ["y", None, "x"]


def test_take() -> None:
    """Rows are taken in any order."""
    assert coded(["a", None, "b"]).take(np.array([2, 1, 0, 2])).to_list() == ["b", None, "a", "b"]


@given(VALUES)
def test_renamed(values: list[Any]) -> None:
    """Renaming is by what a value reads as; two values may become one; missing ones are gone."""
    names = {"a": "x", "b": "x", "1": "one", "true": "yes"}
    column = coded(values).renamed(names, missing=("0",))
    found = [
        None if value is None or value != value or (value == 0 and not isinstance(value, bool)) else value  # noqa: PLR0124
        for value in values
    ]
    text = {None: None, True: "yes", False: False}
    assert column.to_list() == [
        text[value] if value is None or isinstance(value, bool) else names.get(str(value), value) for value in found
    ]
    assert len(set(map(repr, column.values))) == len(column.values)


def test_renamed_none() -> None:
    """A table of values may hold None."""
    assert Coded(np.array([0, 1], np.int32), (None, "a")).renamed({}).to_list() == [None, "a"]


@given(st.lists(st.tuples(st.sampled_from([None, "a", "b"]), st.sampled_from([None, "b", "c"])), max_size=8))
def test_filled_from(pairs: list[tuple[str | None, str | None]]) -> None:
    """Where a column has no value the other's stands, and equal values get one code."""
    column = filled_from(coded([one for one, _ in pairs]), coded([other for _, other in pairs]))
    assert column.to_list() == [one if one is not None else other for one, other in pairs]
    assert len(set(column.values)) == len(column.values)


# -- the table


ROW = st.tuples(
    st.sampled_from(["A", "B", "C"]), st.integers(0, 5), st.sampled_from([None, "p", "q"]), st.sampled_from([NAT, 1, 2])
)


def table_of(rows: Sequence[tuple[str, int, str | None, int]], **options: Any) -> EventTable:
    return event_table(
        item=[item for item, *_ in rows],
        at=hours(*(at for _, at, *_ in rows)),
        fields={"f": [value for _, _, value, _ in rows], "do": ["x"] * len(rows)},
        times={"t": np.array([time for *_, time in rows], np.int64)},
        **options,
    )


@given(st.lists(ROW, max_size=12))
def test_table_is_a_loop(rows: list[tuple[str, int, str | None, int]]) -> None:
    """C6: a table is its rows by item and time, in the order of the log where times are equal, each once, filled."""
    order = sorted((k for k, row in enumerate(rows) if row not in rows[:k]), key=lambda k: (rows[k][0], rows[k][1], k))
    known: dict[str, tuple[str | None, int]] = {}
    fields, times = [], []
    for k in order:
        item, _, value, time = rows[k]
        before = known.get(item, (None, NAT))
        known[item] = (before[0] if value is None else value, before[1] if time == NAT else time)
        fields.append(known[item][0])
        times.append(known[item][1])
    table = table_of(rows, lines=np.arange(len(rows)) + 2)
    assert table.items.tolist() == sorted({item for item, *_ in rows})
    assert np.repeat(table.items, np.diff(table.first)).tolist() == [rows[k][0] for k in order]
    assert table.at.tolist() == [rows[k][1] * HOUR for k in order]
    assert table.fields["f"].to_list() == fields
    assert table.times["t"].tolist() == times
    assert table.lines is not None
    assert table.lines.tolist() == [k + 2 for k in order]
    assert table.repeats.tolist() == [k + 2 for k, row in enumerate(rows) if row in rows[:k]]


@given(st.lists(ROW, max_size=12), st.lists(st.integers(0, 11), max_size=12))
def test_duplicates_change_nothing(rows: list[tuple[str, int, str | None, int]], again: list[int]) -> None:
    """C6: rows that stand in the log once more, wherever, leave the table as it is, and are told."""
    more = [rows[k] for k in again if k < len(rows)]
    once, twice = table_of(rows), table_of([*rows, *more])
    assert (twice.items.tolist(), twice.first.tolist()) == (once.items.tolist(), once.first.tolist())
    assert (twice.at.tolist(), twice.times["t"].tolist()) == (once.at.tolist(), once.times["t"].tolist())
    assert twice.fields["f"].to_list() == once.fields["f"].to_list()
    assert len(twice.repeats) == len(once.repeats) + len(more)


def test_what_makes_a_row_another() -> None:
    """C6 twice: a row with another value, time or place in the sequence is no duplicate."""
    same = {"item": ["A", "A"], "at": hours(1, 1)}
    assert len(event_table(**same, fields={"f": ["p", "p"]})) == 1
    assert len(event_table(**same, fields={"f": ["p", "q"]})) == 2
    assert len(event_table(**same, fields={"f": ["p", None]})) == 2
    assert len(event_table(**same, fields={}, times={"t": hours(1, 2)})) == 2
    assert len(event_table(**same, fields={}, sequence=[1, 2])) == 2
    assert len(event_table(**same, fields={}, sequence=[1, 1])) == 1
    assert len(event_table(item=["A", "B"], at=hours(1, 1), fields={})) == 2
    snapshots = event_table(**same, fields={}, kind="snapshots")
    assert snapshots.fields["do"].to_list() == ["opened"]


def test_numbers_that_meet_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows whose numbers are equal by chance are told apart by their columns."""
    monkeypatch.setattr("slamodel.clock.order._SPREAD", np.uint64(0))
    table = table_of([("A", 1, "p", 1), ("A", 1, "q", 1), ("A", 1, "p", 1), ("A", 1, "p", 2), ("B", 1, "p", 1)])
    assert table.fields["f"].to_list() == ["p", "q", "p", "p"]
    assert table.repeats.tolist() == [3]


@given(st.lists(ROW, max_size=12, unique_by=lambda row: row[:2]), st.randoms())
def test_order_of_rows_is_nothing(rows: list[tuple[str, int, str | None, int]], shuffle: random.Random) -> None:
    """C6: where instants differ, the order in which the rows came changes nothing."""
    mixed = [*rows]
    shuffle.shuffle(mixed)
    one, other = table_of(rows), table_of(mixed)
    assert one.items.tolist() == other.items.tolist()
    assert one.first.tolist() == other.first.tolist()
    assert one.at.tolist() == other.at.tolist()
    assert one.fields["f"].to_list() == other.fields["f"].to_list()
    assert one.times["t"].tolist() == other.times["t"].tolist()


def test_sequence_decides_equal_instants() -> None:
    """C6: rows at the same instant follow the sequence."""
    table = event_table(item=[1, 1, 2], at=hours(3, 3, 1), fields={"do": ["b", "a", "c"]}, sequence=[2, 1, 0])
    assert table.fields["do"].to_list() == ["a", "b", "c"]
    assert table.lines is not None
    assert table.lines.tolist() == [2, 1, 3]


def test_lines_of_rows_in_order() -> None:
    """Rows that came in order need no lines of their own."""
    assert event_table(item=["A"], at=hours(1), fields={}).lines is None


def test_snapshots_are_not_filled() -> None:
    """A snapshot says all there is: nothing is carried over, and its first row is `opened`."""
    table = table_of([("A", 1, "p", 1), ("A", 2, None, NAT)], kind="snapshots")
    assert table.fields["f"].to_list() == ["p", None]
    assert table.times["t"].tolist() == [1, NAT]
    assert table.fields["do"].to_list() == ["x", "x"]
    bare = event_table(item=["B", "A", "A"], at=hours(1, 2, 1), fields={}, kind="snapshots")
    assert bare.fields["do"].to_list() == ["opened", "updated", "opened"]


def test_starting_values() -> None:
    """What an item starts with fills its first row in time, and holds until it changes."""
    table = event_table(
        item=["A", "A", "B", "B"],
        at=hours(2, 1, 1, 2),
        fields={"f": [None, None, "own", None], "do": ["y", "x", "x", "y"]},
        times={"t": np.array([NAT, NAT, 7, NAT])},
        starting={"f": ["late", "first", "first", "late"], "g": ["G", "H", None, "J"], "t": np.array([1, 2, 3, 4])},
    )
    assert table.fields["f"].to_list() == ["first", "first", "own", "own"]
    assert table.fields["g"].to_list() == ["H", "H", None, None]
    assert table.times["t"].tolist() == [2, 2, 7, 7]


def test_a_callers_arrays_are_left_alone() -> None:
    """Filling writes into a table's own columns."""
    times = np.array([NAT, NAT])
    event_table(item=["A", "A"], at=hours(1, 2), fields={}, times={"t": times}, starting={"t": np.array([1, 1])})
    assert times.tolist() == [NAT, NAT]


@pytest.mark.parametrize(
    ("items", "names"),
    [
        ([3, 1, 2], [1, 2, 3]),
        (np.array([3, 1, 2]), [1, 2, 3]),
        (np.array([1, 1, 2]), [1, 2]),
        (np.array([10, 9, 9]), [9, 10]),
        (["10", "9", "9"], ["10", "9"]),
        (np.array(["b", "a", "b"]), ["a", "b"]),
        (coded(["b", "a", "b"]), ["a", "b"]),
        ([7, "7", "x"], ["7", "x"]),
        ([1.5, 2, "a"], ["1.5", "2", "a"]),
        (["x" * 300, "a", "b"], ["a", "b", "x" * 300]),
    ],
)
def test_items(items: Any, names: list[Any]) -> None:
    """Items are integers or texts in sorted order; where both occur all are texts, and 7 and "7" are one item."""
    table = event_table(item=items, at=hours(1, 2, 3), fields={})
    assert table.items.tolist() == names
    rows = items.to_list() if isinstance(items, Coded) else list(items)
    owner = np.repeat(table.items, np.diff(table.first)).tolist()
    as_names = rows if rows[0] in names else [str(row) for row in rows]
    assert sorted(owner) == sorted(as_names)


def test_unused_items_are_no_items() -> None:
    """An item of which no row is left is none."""
    table = event_table(item=Coded(np.array([1, 1], np.int32), ("gone", "A")), at=hours(1, 2), fields={})
    assert table.items.tolist() == ["A"]


@pytest.mark.parametrize("items", [[], np.empty(0, np.int64), np.array([], object), np.array([], "U3")])
def test_empty_table(items: Any) -> None:
    """A table may be empty."""
    table = event_table(item=items, at=hours(), fields={"f": []}, times={"t": hours()})
    assert (len(table), len(table.items), table.first.tolist()) == (0, 0, [0])
    assert table.fields["f"].to_list() == []
    assert repr(table) == "EventTable(0 changes of 0 items, 0 rejected)"


def test_table_tells_itself() -> None:
    """A table says how much it holds, and gives its columns by name."""
    table = event_table(item=["A"], at=hours(1), fields={"f": ["p"]}, rejects=[Reject(2, "why")])
    assert repr(table) == "EventTable(1 changes of 1 items, 1 rejected)"
    assert table.field("f") is table.fields["f"]
    assert table.field("g") is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fields": {"f": ["p"]}}, "column 'f' has 1 rows, the instants have 2"),
        ({"times": {"t": hours(1)}}, "column 't' has 1 rows, the instants have 2"),
        ({"starting": {"f": ["p"]}}, "column 'f' has 1 rows, the instants have 2"),
        ({"item": ["A"]}, "1 items for 2 events"),
        ({"item": np.array([1])}, "1 items for 2 events"),
        ({"item": ["A", None]}, "every event needs an item"),
        ({"at": np.array([1, NAT])}, "an event has no instant, or one outside years 2-9998"),
        ({"at": np.array([1, year_start(9999)])}, "an event has no instant, or one outside years 2-9998"),
    ],
)
def test_no_table(options: dict[str, Any], message: str) -> None:
    """Columns that do not fit together are refused with the numbers."""
    with pytest.raises(EventError, match=message):
        event_table(**{"item": ["A", "A"], "at": hours(1, 2), "fields": {}, **options})
