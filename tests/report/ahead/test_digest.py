"""What a morning begins with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

import slamodel as sm
from slamodel.errors import InstantError
from slamodel.report.ahead.digest import digest

TEXT = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {P1: 4h, P2: 8h}}
pauses: {waiting: {when: {status: waiting}}}
"""
NIGHT = datetime(2026, 6, 9, 17, tzinfo=UTC)
MORNING = datetime(2026, 6, 10, 8, tzinfo=UTC)


def opened(item: str, at: datetime, priority: str = "P2") -> dict[str, Any]:
    return {"item": item, "at": at, "do": "opened", "priority": priority}


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


ROWS = [
    opened("OLD", NIGHT - hours(20)),  # late long before
    opened("LATE", NIGHT - hours(6)),  # late at 19:00
    opened("DONE", NIGHT - hours(7)),  # late at 18:00, resolved since
    {"item": "DONE", "at": NIGHT + hours(3), "do": "resolved"},
    opened("RISK", MORNING - hours(6)),
    opened("NEAR", MORNING - hours(7), "P2"),
    opened("FINE", MORNING - hours(5.9)),
    opened("WAIT", NIGHT - hours(1)),
    {"item": "WAIT", "at": NIGHT + hours(1), "do": "status", "to": "waiting"},
]


def table(at: datetime = MORNING) -> sm.VerdictTable:
    return sm.evaluate(sm.loads(TEXT), ROWS, as_of=at)


def test_sections() -> None:
    """Breached since, at risk, new since, still paused: each in its order."""
    found = digest(table(), NIGHT)
    assert [line.item for line in found.breached] == ["DONE", "LATE"]
    assert [line.item for line in found.at_risk] == ["NEAR", "RISK"]
    assert [line.item for line in found.new] == ["NEAR", "RISK", "FINE"]
    assert [line.item for line in found.paused] == ["WAIT"]
    assert (found.since, found.until) == (NIGHT, MORNING)


def test_text() -> None:
    """The text of it, for a mail or a stand-up."""
    assert (
        str(digest(table(), NIGHT))
        == """\
From Tue 2026-06-09 17:00 to Wed 2026-06-10 08:00

Breached since: 2
  DONE  P2  resolve: late since Tue 2026-06-09 18:00
  LATE  P2  resolve: late since Tue 2026-06-09 19:00

At risk: 2
  NEAR  P2  resolve: 87 % used, 1h left, due Wed 2026-06-10 09:00
  RISK  P2  resolve: 75 % used, 2h left, due Wed 2026-06-10 10:00

New since: 3
  NEAR  P2  resolve: since Wed 2026-06-10 01:00
  RISK  P2  resolve: since Wed 2026-06-10 02:00
  FINE  P2  resolve: since Wed 2026-06-10 02:06

Still paused: 1
  WAIT  P2  resolve: paused since Tue 2026-06-09 18:00, 6h left"""
    )


def test_digests_follow_each_other() -> None:
    """A half-open window: whatever is breached is told once, by one of two digests that meet."""
    noon = NIGHT + hours(2)  # LATE is breached just then
    first, second = digest(table(noon), NIGHT), digest(table(), noon)
    assert [line.item for line in (*first.breached, *second.breached)] == ["DONE", "LATE"]
    assert [line.item for line in second.breached] == ["LATE"]


def test_the_end_belongs_to_the_next() -> None:
    """What comes just at the end is told by the digest that begins there."""
    strict = sm.loads(TEXT.replace("P2: 8h", "P2: 8h, at_limit: missed"))
    rows = [opened("JUST", MORNING - hours(8)), opened("NEW", MORNING)]
    first = digest(sm.evaluate(strict, rows, as_of=MORNING), NIGHT)
    assert ([line.item for line in first.breached], [line.item for line in first.new]) == ([], ["JUST"])
    second = digest(sm.evaluate(strict, rows, as_of=MORNING + hours(1)), MORNING)
    assert ([line.item for line in second.breached], [line.item for line in second.new]) == (["JUST"], ["NEW"])


def test_data() -> None:
    """The same as plain data."""
    found = digest(table(), NIGHT, at_risk=Fraction(4, 5)).to_dict()
    assert [row["item"] for row in found["at_risk"]] == ["NEAR"]
    assert found["at_risk"][0] == {
        "item": "NEAR", "target": "resolve", "priority": "P2", "at": MORNING + hours(1), "used": 0.875,
        "told": "87 % used, 1h left, due Wed 2026-06-10 09:00",
    }  # fmt: skip
    assert found["at_risk_from"] == 0.8


def test_zone_of_the_texts() -> None:
    """Texts are told on the wall of a zone."""
    found = digest(table(), NIGHT, timezone="Europe/Berlin")
    assert found.breached[0].told == "late since Tue 2026-06-09 20:00"
    assert found.breached[0].at == NIGHT + hours(1)


def test_refuses() -> None:
    """A window has a beginning before its end, and a share is exact."""
    with pytest.raises(InstantError, match="is not before"):
        digest(table(), MORNING)
    with pytest.raises(InstantError, match="no UTC offset"):
        digest(table(), datetime(2026, 6, 9))
    with pytest.raises(ValueError, match="no share of a limit"):
        digest(table(), NIGHT, at_risk=0.75)  # type: ignore[arg-type]
