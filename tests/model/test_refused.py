"""What a calendar refuses that would otherwise pass for something else."""

from __future__ import annotations

from typing import Any

import pytest

import slamodel as sm


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"seasons": [{"from": "0001-01-01", "to": "0001-02-01", "hours": "24x7"}]},
            "0001-01-01 is outside years 3-9997",
        ),
        (
            {"seasons": [{"from": "9999-01-01", "to": "9999-02-01", "hours": "24x7"}]},
            "9999-01-01 is outside years 3-9997",
        ),
        ({"holidays": {"country": "GB", "observed": "no"}}, "observed: 'no' is neither true nor false"),
    ],
)
def test_refused(given: dict[str, Any], message: str) -> None:
    """A season at the end of time, and a text where a truth is wanted."""
    with pytest.raises(sm.CalendarError, match=message):
        sm.ServiceCalendar(hours="24x7", **given)
