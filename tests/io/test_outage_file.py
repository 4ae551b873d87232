"""Outages from files, columns and records: what is read, and which rows are set aside with which reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from slamodel.errors import EventError
from slamodel.frames.outages import read_outages
from slamodel.report.availability.outages import Outages
from slamodel.timeline.instants import NAT, from_datetime

JUNE = datetime(2026, 6, 10, 10, tzinfo=UTC)
CSV = """service,from,to,id,weight,users,responsibility,planned,announced,cause
payroll,2026-06-10T10:00:00Z,2026-06-10T11:30:00Z,O1,0.5,20,customer,no,,disk
payroll,2026-06-14T02:00:00Z,2026-06-14T06:00:00Z,O2,,,,yes,2026-06-01T09:00:00Z,
network,2026-06-20T02:00:00Z,,O3,25%,,supplier:telco,,,link
"""


def read(text: str, tmp_path: Path, name: str = "outages.csv", **how: Any) -> Outages:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return read_outages(path, **how)


def row(**cells: Any) -> dict[str, Any]:
    return {"service": "payroll", "from": "2026-06-10T10:00Z", "to": "2026-06-10T11:00Z", **cells}


def test_file(tmp_path: Path) -> None:
    """Every column is read, in the order of services and instants; an end that has not come is none."""
    found = read(CSV, tmp_path)
    assert (len(found), found.services, found.rejects) == (3, ("network", "payroll"), ())
    assert found.end[0] == NAT
    assert found.start[1] == from_datetime(JUNE)
    assert [float(w) / found.scale for w in found.weight.tolist()] == [0.25, 0.5, 1.0]
    assert found.affected.tolist() == [-1, 20, -1]
    assert found.responsibility.to_list() == ["supplier:telco", "customer", "provider"]
    assert found.planned.tolist() == [False, False, True]
    assert found.announced[2] == from_datetime(datetime(2026, 6, 1, 9, tzinfo=UTC))
    assert found.names is not None
    assert found.names.to_list() == ["O3", "O1", "O2"]
    assert found.fields["cause"].to_list() == ["link", "disk", None]
    assert found.lines is not None
    assert found.lines.tolist() == [4, 2, 3]


def test_json_and_records_are_read_alike(tmp_path: Path) -> None:
    """A list of mappings, and the same as JSON and JSON lines, are the same outages."""
    rows = [row(id="O1", weight="0.5", detected="2026-06-10T10:05Z"), row(service="net", to=None)]
    there = [
        read_outages(rows),
        read(json.dumps(rows), tmp_path, "outages.json"),
        read("\n".join(map(json.dumps, rows)), tmp_path, "outages.jsonl"),
    ]
    for found in there:
        assert found.start.tolist() == there[0].start.tolist()
        assert found.weight.tolist() == there[0].weight.tolist()
        assert found.stamps["detected"].tolist() == there[0].stamps["detected"].tolist()


def test_frames() -> None:
    """A frame, or a mapping of arrays, is read as a file is; what was read already stays as it is."""
    pd = pytest.importorskip("pandas")
    start = np.array(["2026-06-10T10:00", "2026-06-11T10:00"], "M8[us]")
    end = np.array(["2026-06-10T11:00", "NaT"], "M8[us]")
    columns = {"service": ["a", "a"], "from": start, "to": end}
    found = read_outages(columns)
    frame = pd.DataFrame(columns)
    frame["from"], frame["to"] = frame["from"].dt.tz_localize("UTC"), frame["to"].dt.tz_localize("UTC")
    assert read_outages(frame).start.tolist() == found.start.tolist() == start.view(np.int64).tolist()
    assert read_outages(frame).end.tolist() == found.end.tolist() == [from_datetime(JUNE.replace(hour=11)), NAT]
    assert read_outages(found) is found


def test_other_names_and_zones() -> None:
    """Common other names are known, others are given; times without an offset are read in a zone."""
    rows = [{"svc": "payroll", "started_at": "2026-06-10 11:00", "ended_at": "2026-06-10 12:00"}]
    found = read_outages(rows, columns={"service": "svc"}, timezone="Europe/London")
    assert found.start.tolist() == [from_datetime(JUNE)]
    with pytest.raises(EventError, match=r"without a UTC offset.*timezone='Europe/London'"):
        read_outages(rows, columns={"service": "svc"})


def test_kind_says_planned() -> None:
    """Without a column of its own a kind of maintenance is planned."""
    assert read_outages([row(kind="maintenance"), row(service="net", kind="outage")]).planned.tolist() == [False, True]


def test_no_outage() -> None:
    """Nothing at all is no outage, and no error: services can be up all month."""
    assert len(read_outages([])) == len(read_outages([], services=["payroll"])) == 0
    assert read_outages([], services=["payroll"]).services == ("payroll",)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"service": ""}, "service is missing"),
        ({"from": ""}, "from is missing"),
        ({"from": "soon"}, "from 'soon' is not a time"),
        ({"to": "2026-06-09T10:00Z"}, "ends before it starts"),
        ({"weight": "0"}, "weight '0' is not above 0 and at most 1"),
        ({"weight": "-0.5"}, "weight '-0.5' is not above 0 and at most 1"),
        ({"weight": "1.5"}, "weight '1.5' is not above 0 and at most 1"),
        ({"weight": "NaN"}, "weight 'NaN' is not above 0 and at most 1"),
        ({"weight": "half"}, "weight 'half' is not above 0 and at most 1"),
        ({"users": "-3"}, "users '-3' is no number from 0 on"),
        ({"planned": "perhaps"}, "planned 'perhaps' is neither true nor false"),
        ({"service": "mail"}, "service mail is not measured"),
        ({"id": "O1"}, "has the id O1 again: see line 1"),
        ({"id": "O1", "cause": "disk", "to": "2026-06-10T11:00Z"}, "is there twice, and counts once"),
        ({"announced": "x"}, "announced 'x' is not a time"),
    ],
)
def test_set_aside(bad: dict[str, Any], reason: str) -> None:
    """C14: one bad row costs itself only, and says on which line and why."""
    good = row(id="O1", cause="disk", weight="", users="", planned="", announced="")
    other = {**good, "id": "O2", "to": "2026-06-12T10:00Z", **bad}
    found = read_outages([good, other], services=["payroll"])
    assert len(found) == 1
    assert [one.line for one in found.rejects] == [2]
    assert reason in found.rejects[0].reason


def test_twice_without_ids() -> None:
    """The same row twice is one outage; the same time with another cause is another row."""
    found = read_outages([row(cause="a"), row(cause="b"), row(cause="a")])
    assert (len(found), [one.line for one in found.rejects]) == (2, [3])


def test_nothing_usable() -> None:
    """Where no row is an outage that is an error, with the first reasons."""
    with pytest.raises(EventError, match="line 1 ends before it starts"):
        read_outages([row(to="2026-06-09T10:00Z")])
    with pytest.raises(EventError, match="'service' is not in"):
        read_outages([{"from": "2026-06-10T10:00Z"}])
