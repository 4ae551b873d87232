"""Charges of frames: whole numbers and decimals are taken, floats are refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slamodel as sm

COLUMNS: dict[str, list[Any]] = {"agreement": ["a"], "period": ["2026-06"], "currency": ["GBP"]}


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table], ids=["pandas", "polars", "arrow"])
@pytest.mark.parametrize(
    ("amount", "told"), [(5, "5.00 GBP"), (Decimal("5.50"), "5.50 GBP"), ("1,000.00", "1000.00 GBP")]
)
def test_frames(frame: Any, amount: Any, told: str) -> None:
    """Every frame gives the charges that are in it, exactly."""
    found = sm.read_charges(frame({**COLUMNS, "amount": [amount]}))
    assert [str(row.money) for row in found.rows] == [told]
    assert sm.read_charges(found) is found


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table], ids=["pandas", "polars", "arrow"])
def test_floats_are_no_amounts(frame: Any) -> None:
    """A column of floats is refused row by row: write it as text or decimals (E107)."""
    with pytest.raises(sm.ChargeError, match=r"row 1: .*5\.5.* is not an exact amount") as error:
        sm.read_charges(frame({**COLUMNS, "amount": [5.5]}))
    assert [one.code for one in error.value.problems] == ["E107"]


def test_what_holds_no_rows() -> None:
    """What is neither a file nor a table is refused as charges (E194)."""
    with pytest.raises(sm.ChargeError):
        sm.read_charges(5)
