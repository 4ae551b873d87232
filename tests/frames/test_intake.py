"""Frames: a pandas, polars or Arrow table gives the events that its rows would give."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from slamodel.clock.events import EventTable
from slamodel.errors import EventError
from slamodel.frames.intake import events_of
from slamodel.io.event_file import read_events
from slamodel.io.logs.arrow import Parquet, arrow_column, arrow_row
from slamodel.io.logs.blocks import Naive
from slamodel.model.event_map import EventMap

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pq = pytest.importorskip("pyarrow.parquet")

AT = [datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in (9, 10, 11, 12)]
ROWS: list[dict[str, Any]] = [
    {"item": "A", "at": AT[0], "do": "opened", "to": None, "priority": 2},
    {"item": "A", "at": AT[1], "do": "status", "to": "waiting", "priority": None},
    {"item": None, "at": AT[2], "do": "resolved", "to": None, "priority": 3},
    {"item": "B", "at": None, "do": "resolved", "to": None, "priority": None},
    {"item": "B", "at": AT[3], "do": "opened", "to": None, "priority": 1},
]


def everything(table: EventTable) -> tuple[object, ...]:
    fields = {name: column.to_list() for name, column in table.fields.items()}
    rejects = [(reject.line, reject.reason) for reject in table.rejects]
    return table.items.tolist(), table.at.tolist(), fields, [] if table.lines is None else table.lines.tolist(), rejects


FRAMES: dict[str, Callable[[], Any]] = {
    "rows": lambda: ROWS,
    "iterator": lambda: iter(ROWS),
    "pandas": lambda: pd.DataFrame(ROWS),
    "pandas nanoseconds": lambda: pd.DataFrame(ROWS).astype({"at": "datetime64[ns, Asia/Tokyo]"}),
    "pandas objects": lambda: pd.DataFrame(ROWS, dtype=object),
    "pandas categories": lambda: pd.DataFrame(ROWS).astype({"item": "category", "do": "category"}),
    "pandas arrow": lambda: pa.Table.from_pylist(ROWS).to_pandas(types_mapper=pd.ArrowDtype),
    "polars": lambda: pl.DataFrame(ROWS),
    "polars lazy": lambda: pl.LazyFrame(ROWS),
    "polars categories": lambda: pl.DataFrame(ROWS).with_columns(pl.col("item", "do").cast(pl.Categorical)),
    "arrow": lambda: pa.Table.from_pylist(ROWS),
    "arrow batch": lambda: pa.RecordBatch.from_pylist(ROWS),
    "arrow stream": lambda: pa.RecordBatchReader.from_batches(
        (table := pa.Table.from_pylist(ROWS)).schema, table.to_batches(max_chunksize=2)
    ),
    "arrow chunks": lambda: pa.concat_tables([pa.Table.from_pylist(ROWS)[:2], pa.Table.from_pylist(ROWS)[2:]]),
    "arrow dictionaries": lambda: pa.Table.from_pylist(ROWS).set_column(
        0, "item", pa.chunked_array([pa.array([row["item"] for row in ROWS]).dictionary_encode()])
    ),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_every_frame_is_its_rows(kind: str) -> None:
    """Times, integers with gaps, categories, chunks: every frame gives the table that its rows give."""
    table = events_of(FRAMES[kind]())
    assert everything(table) == everything(read_events(ROWS))
    assert table.fields["priority"].to_list() == [2, 2, 1]
    row = table.rejects[0].row
    assert (row["item"], row["do"]) == (None, "resolved")
    assert events_of(table) is table


def test_times_without_a_zone() -> None:
    """S6: a frame's times without a zone are read in the log's zone, else refused; the skipped hour is set aside."""
    walls = [datetime(2026, 3, 29, 0, 30), datetime(2026, 3, 29, 1, 30), datetime(2026, 7, 1, 12)]
    rows = [{"item": "A", "at": wall, "do": "x"} for wall in walls]
    for frame in (pd.DataFrame(rows), pl.DataFrame(rows), pa.Table.from_pylist(rows)):
        with pytest.raises(EventError, match=r"holds times without a UTC offset, such as '2026-03-29T00:30:00.*E110"):
            events_of(frame)
        utc = EventMap(timezone="UTC", columns=(("seen", "at"),))
        assert events_of(frame, utc).at.tolist() == [
            int(wall.replace(tzinfo=UTC).timestamp()) * 10**6 for wall in walls
        ]
        assert events_of(frame, utc).fields["seen"].values == tuple(walls)
        table = events_of(frame, EventMap(timezone="Europe/London"))
        assert table.at.view("M8[us]").tolist() == [walls[0], datetime(2026, 7, 1, 11)]
        assert [reject.line for reject in table.rejects] == [2]
        assert table.rejects[0].reason.startswith("at 2026-03-29T01:30:00.000000 does not exist in Europe/London")


def test_nanoseconds_cost_their_row() -> None:
    """S1: a time with a part below a microsecond is set aside, the others are kept."""
    times = pd.to_datetime(np.array([1, 10**9], "M8[ns]") + np.timedelta64(20000, "D"), utc=True)
    table = events_of(pd.DataFrame({"item": "A", "at": times, "do": "x"}))
    assert len(table) == 1
    assert "has a part below a microsecond" in table.rejects[0].reason
    assert table.rejects[0].row["item"] == "A"


def test_only_what_is_needed_is_converted() -> None:
    """A column that nobody reads may hold anything."""
    frame = pd.DataFrame(
        {"item": ["A"], "at": AT[:1], "do": ["x"], "odd": [object()], "when": pd.period_range("2026", periods=1)}
    )
    assert sorted(events_of(frame, needed=()).fields) == ["do"]
    table = events_of(frame)
    assert table.fields["when"].to_list() == [str(frame["when"][0])]
    assert str(table.fields["odd"].to_list()[0]).startswith("<object object")


def test_missing_column() -> None:
    """A frame that lacks a column is told so by its names."""
    with pytest.raises(EventError, match="column 'item' is not in the table; columns: at, do"):
        events_of(pl.DataFrame({"at": AT, "do": ["x"] * 4}))


def test_paths_and_mappings_pass(tmp_path: Path) -> None:
    """What is no frame goes to `read_events` as it is."""
    path = tmp_path / "log.csv"
    path.write_bytes("item,at,do\nA,2026-01-01T00:00Z,geöffnet\n".encode("cp1252"))
    assert len(events_of(path, encoding="cp1252")) == 1
    assert len(events_of({"item": ["A"], "at": AT[:1], "do": ["x"]})) == 1
    with pytest.raises(EventError, match="int is no log of events"):
        events_of(7)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the packages an error says which extra to install; what needs none still works."""
    frame = pd.DataFrame(ROWS)
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(EventError, match=r"a DataFrame is read through narwhals; install it .*slamodel\[frames\]"):
        events_of(frame)
    assert len(events_of(iter(ROWS))) == 3
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "log.parquet").touch()
    with pytest.raises(EventError, match=r"log.parquet: Parquet is read through pyarrow; .*slamodel\[frames\]"):
        read_events(tmp_path / "log.parquet")


# -- Parquet


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    path = tmp_path / "log.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=2)
    return path


def test_parquet(parquet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Parquet file gives what its rows give, in batches too; a rejected row is shown whole."""
    monkeypatch.setattr("slamodel.io.logs.arrow._BLOCK_ROWS", 1)
    table = read_events(parquet)
    assert everything(table) == everything(read_events(ROWS))
    assert [reject.row["priority"] for reject in table.rejects] == [3, None]
    narrow = read_events(parquet, needed=())
    assert sorted(narrow.fields) == ["do"]
    assert narrow.rejects[0].row == {
        "item": None,
        "at": "2026-01-01 11:00:00.000000Z",
        "do": "resolved",
        "to": None,
        "priority": 3,
    }


def test_rows_of_parquet_are_found(parquet: Path) -> None:
    """Any row is found in its row group, in any order."""
    file = Parquet(parquet)
    assert [file._row(i)["at"] for i in (4, 0, 3, 1, 2)] == [
        None if row["at"] is None else f"{row['at']:%Y-%m-%d %H:%M:%S}.000000Z"
        for row in (ROWS[i] for i in (4, 0, 3, 1, 2))
    ]


def test_bad_parquet(tmp_path: Path) -> None:
    """A file that is no Parquet, or cut off, or empty, says so."""
    path = tmp_path / "log.parquet"
    path.write_bytes(b"item,at,do\n")
    with pytest.raises(EventError, match=r"log\.parquet is not a Parquet file, or is damaged"):
        read_events(path)
    pq.write_table(pa.Table.from_pylist(ROWS)[:0], path)
    with pytest.raises(EventError, match=r"log\.parquet has no rows"):
        read_events(path)


# -- Arrow columns


def test_arrow_columns() -> None:
    """Times come as `datetime64`, texts and numbers by distinct value, lists as they are."""
    stamps = pa.array(AT, pa.timestamp("ms", "Asia/Tokyo"))
    np.testing.assert_array_equal(arrow_column(stamps), np.array([at.replace(tzinfo=None) for at in AT], "M8[ms]"))
    naive = arrow_column(pa.array([date(2026, 1, 1), None]))
    assert isinstance(naive, Naive)
    assert np.isnat(naive.ticks).tolist() == [False, True]
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        assert arrow_column(pa.array(["a", None, "a"], kind)).to_list() == ["a", None, "a"]  # type: ignore[union-attr]  # coded
    assert arrow_column(pa.array([1.5, None, 2.0])).to_list() == [1.5, None, 2.0]  # type: ignore[union-attr]  # coded
    assert arrow_column(pa.array([True, None])).to_list() == [True, None]  # type: ignore[union-attr]  # coded
    assert arrow_column(pa.array([[1], None])) == [[1], None]
    assert arrow_column(pa.array([None, None])) == [None, None]
    assert arrow_column(pa.chunked_array([], pa.string())).to_list() == []  # type: ignore[union-attr]  # coded
    assert arrow_row(pa.table({"t": pa.array([1], pa.timestamp("ns"))}), 0) == {"t": "1970-01-01 00:00:00.000000001"}
