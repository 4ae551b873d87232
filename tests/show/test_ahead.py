"""Forecasts as a table: whose promise each row is."""

import io
from datetime import UTC, datetime

import slamodel as sm
from slamodel.show.ahead import print_forecasts

ONE = {"calendar": "24x7", "targets": {"resolve": "4h"}, "measured": ["95% of resolve within target each month"]}
TWO = {
    "slamodel": 1,
    "which": "all",
    "agreements": [{"agreement": name, "provider": "desk", "customer": name, **ONE} for name in ("north", "south")],
}
ROWS = [
    {"item": "A", "at": datetime(2026, 6, 1, 8, tzinfo=UTC), "do": "opened"},
    {"item": "A", "at": datetime(2026, 6, 1, 9, tzinfo=UTC), "do": "resolved"},
]


def printed(document: object) -> str:
    book, out = sm.load(document), io.StringIO()
    print_forecasts(sm.forecast(book, sm.evaluate(book, ROWS)), out)
    return out.getvalue()


def test_whose_promise_it_is() -> None:
    """Of several agreements each row says whose it is; of one, nothing needs saying."""
    rows = [line.split()[0] for line in printed(TWO).splitlines()[1:3]]
    assert [row.partition("/")[0] for row in rows] == ["north", "south"]
    assert "/" not in printed({"slamodel": 1, "agreement": "alone", **ONE}).splitlines()[1].split()[0]
