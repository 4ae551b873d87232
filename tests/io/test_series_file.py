"""Series from files and tables: what is a number and what is not, and rows that are set aside."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import slamodel as sm
from slamodel.frames.series import read_series
from slamodel.report.metrics.numbers import number_of
from slamodel.report.metrics.series import Series

LONG = """at,series,value,service,id,evidence
2026-06-01T10:00Z,survey,4,payroll,A1,
2026-06-02T10:00Z,survey,five,payroll,A2,
2026-06-03T10:00Z,survey,,payroll,A3,
2026-06-01T09:00Z,survey,5,desk,A4,
2026-06-04T10:00Z,encrypted,yes,,C1,scan 17
never,survey,3,desk,A5,
"""
WIDE = """at;offered;answered;share
2026-06-01T00:00Z;100;95;99.5%
2026-06-02T00:00Z;80;;1,5
2026-06-03T00:00Z;120;118.5;100%
"""


def told(series: Series, name: str) -> list[Fraction]:
    return [series[name].value(row) for row in range(len(series[name]))]


def written(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_long(tmp_path: Path, name: str) -> None:
    """A row is a value of the series that it names, in the order of instants; bad rows have their line and reason."""
    found = read_series(written(tmp_path, name, LONG))
    survey = found["survey"]
    assert told(found, "survey") == [5, 4]
    assert survey.ids.to_list() == ["A4", "A1"]
    assert survey.service.to_list() == ["desk", "payroll"]
    assert told(found, "encrypted") == [1]
    assert found["encrypted"].evidence.to_list() == ["scan 17"]
    assert [(one.line, one.reason) for one in found.rejects] == [
        (3, "value: 'five' is not a number; write it in digits, such as 4.2"),
        (4, "value is missing"),
        (7, "at 'never' is not a time such as 2026-03-02T09:30:00Z (the format is 'iso')"),
    ]
    assert found.rejects[0].row["id"] == "A2"


def test_wide(tmp_path: Path) -> None:
    """Every other column is a series; an empty cell is no value, and a decimal comma is not guessed at."""
    found = read_series(written(tmp_path, "calls.csv", WIDE))
    assert told(found, "offered") == [100, 120]
    assert told(found, "answered") == [95, Fraction(237, 2)]
    assert told(found, "share") == [Fraction(199, 200), 1]
    assert (found["answered"].scale, found["answered"].lines.tolist()) == (2, [2, 4])
    assert [one.line for one in found.rejects] == [3]
    assert "has a comma" in found.rejects[0].reason


def test_columns(tmp_path: Path) -> None:
    """Text columns of an export do not cost it its rows: the columns that are series can be named."""
    path = written(tmp_path, "survey.csv", "at,score,comment\n2026-06-01T10:00Z,4,fine\n2026-06-02T10:00Z,5,\n")
    assert told(read_series(path, columns=["score"]), "score") == [4, 5]
    assert told(read_series(path), "score") == [5]
    with pytest.raises(sm.EventError, match=r"column 'scores' is not in survey.csv; did you mean 'score'"):
        read_series(path, columns=["scores"])
    alone = written(tmp_path, "one.csv", "at,comment\n2026-06-01T10:00Z,fine\n")
    with pytest.raises(sm.EventError, match=r"line 2: comment: 'fine' is not a number.*\n.*columns=") as error:
        read_series(alone)
    assert error.value.problems[0].code == "E195"


def test_renamed(tmp_path: Path) -> None:
    """The event map renames columns and reads times in its zone; without a zone naive times are an error (S6)."""
    text = "when;latency\n01.06.2026 12:00;200\n"
    events = sm.EventMap(at="when", timezone="Europe/Berlin", format="%d.%m.%Y %H:%M")
    found = read_series(written(tmp_path, "probe.csv", text), events)
    assert found["latency"].at.view("M8[us]").tolist() == [datetime(2026, 6, 1, 10)]
    with pytest.raises(sm.EventError, match="without a UTC offset"):
        read_series(written(tmp_path, "naive.csv", "at,latency\n2026-06-01T12:00,200\n"))


def test_named_by_the_file(tmp_path: Path) -> None:
    """A file of one series without a column that names it is called as the file, or as it is asked to be."""
    path = written(tmp_path, "nps.csv", "at,value\n2026-06-01T10:00Z,9\n")
    assert list(read_series(path).columns) == ["nps"]
    assert list(read_series(path, name="survey").columns) == ["survey"]


ROWS = [
    {"at": datetime(2026, 6, 1, 10, tzinfo=UTC), "series": "users", "value": 1200},
    {"at": datetime(2026, 6, 2, 10, tzinfo=UTC), "series": "users", "value": 0.1},
    {"at": datetime(2026, 6, 3, 10, tzinfo=UTC), "series": "users", "value": Decimal("0.2")},
]


@pytest.mark.parametrize(
    "source",
    [
        ROWS,
        {name: [row[name] for row in ROWS] for name in ROWS[0]},
        pd.DataFrame({"at": [row["at"] for row in ROWS], "series": "users", "value": [1200.0, 0.1, 0.2]}),
        pl.DataFrame({"at": [row["at"] for row in ROWS], "series": "users", "value": [1200.0, 0.1, 0.2]}),
    ],
    ids=["records", "columns", "pandas", "polars"],
)
def test_tables(source: Any) -> None:
    """Numbers of any table are exact: 0.1 is a tenth, and adds up with 0.2 to three tenths."""
    found = read_series(source)
    assert told(found, "users") == [1200, Fraction(1, 10), Fraction(1, 5)]
    assert found["users"].total(slice(1, 3)) == Fraction(3, 10)
    assert read_series(found) is found


def test_json(tmp_path: Path) -> None:
    """A JSON file reads as a list of mappings; what is no mapping is set aside."""
    rows = [{"at": "2026-06-01T10:00Z", "value": 0.1}, "what"]
    found = read_series(written(tmp_path, "kwh.json", json.dumps(rows)))
    assert told(found, "kwh") == [Fraction(1, 10)]
    assert [one.line for one in found.rejects] == [2]


def test_nothing(tmp_path: Path) -> None:
    """A file without a value is an error; an empty list is a series of nothing."""
    with pytest.raises(sm.EventError, match=r"a.csv has no value"):
        read_series(written(tmp_path, "a.csv", "at,value\n"))
    assert read_series([]).columns == {}
    with pytest.raises(sm.EventError, match="column 'at' is not in the list"):
        read_series([{"value": 3}])
    with pytest.raises(sm.EventError, match="there is no series 'surve'; did you mean 'survey'"):
        read_series([{"at": "2026-06-01T10:00Z", "value": 3, "series": "survey"}])["surve"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("99.5%", Fraction(199, 200)),
        (" 4.20 ", Fraction(21, 5)),
        ("-3", Fraction(-3)),
        ("Yes", Fraction(1)),
        ("FALSE", Fraction(0)),
        (True, Fraction(1)),
        (np.float64(0.1), Fraction(1, 10)),
        (np.int32(7), Fraction(7)),
        (10**14, Fraction(10**14)),
    ],
)
def test_numbers(cell: Any, number: Fraction) -> None:
    """Numbers are what they are written as, exact."""
    assert number_of(cell) == number


@pytest.mark.parametrize(
    "cell", ["4,2", "1.234,5", "1,234", "n/a", "1e5", "", None, float("nan"), float("inf"), "--5%"]
)
def test_no_numbers(cell: Any) -> None:
    """What could be read in two ways, or in none, is no number."""
    assert isinstance(number_of(cell), str)


def test_wide_numbers() -> None:
    """Numbers that do not fit into 64 bits together stay exact."""
    rows = [
        {"at": datetime(2026, 6, day, tzinfo=UTC), "value": value} for day, value in ((1, 10**14), (2, "0.0000001"))
    ]
    found = read_series(rows)["value"]
    assert found.numbers.dtype == object
    assert found.total(slice(0, 2)) == 10**14 + Fraction(1, 10**7)
