"""Listings: small tables come out as dicts, frames and CSV, whatever their cells are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest

import slamodel as sm
from slamodel.clock.listing import Listing, taken
from slamodel.timeline.instants import HOUR, NAT

AT = datetime(2026, 6, 1, tzinfo=UTC)


class Small(Listing):
    """Two rows of everything."""

    COLUMNS: ClassVar = ("name", "at", "length", "share", "credit", "items", "flag", "mixed")

    def column(self, name: str) -> Any:
        cells: dict[str, Any] = {
            "name": np.array(["=1+1", "b"], object),
            "at": np.array(["2026-06-01", "NaT"], "M8[us]"),
            "length": np.array([HOUR, NAT]).view("m8[us]"),
            "share": np.array([Fraction(1, 3), None], object),
            "credit": np.array([sm.Money(Decimal("12.50"), "GBP"), None], object),
            "items": taken([("INC1", "INC2"), ()], np.arange(2)),
            "flag": np.array([True, False]),
            "mixed": np.array([7, "seven"], object),
        }
        return cells[name]


def test_dicts_are_exact() -> None:
    """M1: in Python a share stays a fraction, and an amount of money what it is."""
    first, second = Small()
    assert (first["share"], first["credit"]) == (Fraction(1, 3), sm.Money(Decimal("12.50"), "GBP"))
    assert (first["at"], first["length"], first["items"]) == (AT, timedelta(hours=1), ("INC1", "INC2"))
    assert [second[name] for name in ("at", "length", "share", "credit")] == [None] * 4


def test_csv() -> None:
    """Nothing is empty, a list is one cell, and no cell is run by a spreadsheet."""
    head, first, second = Small().to_csv().splitlines()
    assert head == "name,at,length,share,credit,items,flag,mixed"
    assert first == f"'=1+1,2026-06-01T00:00:00Z,1:00:00,{1 / 3!r},12.50 GBP,INC1 INC2,true,7"
    assert second == "b,,,,,,false,seven"


def test_frames() -> None:
    """pandas, Arrow and polars have the same rows; shares are numbers there."""
    pytest.importorskip("pyarrow")
    pandas, polars, arrow = Small().to_pandas(), Small().to_polars(), Small().to_arrow()
    assert pandas["share"].tolist()[0] == polars["share"].to_list()[0] == arrow["share"].to_pylist()[0] == 1 / 3
    assert pandas["at"].iloc[0] == polars["at"].to_list()[0] == arrow["at"].to_pylist()[0] == AT
    assert polars["share"].to_list()[1] is None
    assert arrow["length"].to_pylist() == [timedelta(hours=1), None]
    assert arrow["items"].to_pylist() == [["INC1", "INC2"], []]
    assert arrow["mixed"].to_pylist() == ["7", "seven"]
    assert pandas["credit"].tolist()[0] == polars["credit"].to_list()[0] == "12.50 GBP"
