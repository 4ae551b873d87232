"""How likely each open item is to be late, by what became of those that came as far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import slamodel as sm
from slamodel.errors import EventError
from slamodel.report.ahead.chances import LATE, chances

START = datetime(2026, 6, 1, tzinfo=UTC)
BOOK = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {P1: 4h, P2: 8h%s}}
pauses: {waiting: {when: {status: waiting}}}
"""
F1 = (1, 2, 2, 3, 4, 5, 6, 8, 10, 12)


def log(*items: tuple[str, str, float, float], **fields: str) -> list[dict[str, Any]]:
    """Return the events of items: name, priority, hour opened, hours until resolved (0: open)."""
    rows: list[dict[str, Any]] = []
    for name, priority, opened, took in items:
        at = START + timedelta(hours=opened)
        rows.append({"item": name, "at": at, "do": "opened", "priority": priority, **fields})
        if took:
            rows.append({"item": name, "at": at + timedelta(hours=took), "do": "resolved"})
    return rows


def past(priority: str = "P2", times: tuple[float, ...] = F1, **fields: str) -> list[dict[str, Any]]:
    return log(
        *((f"{priority}{n:02d}{''.join(fields.values())}", priority, 0, took) for n, took in enumerate(times)), **fields
    )


AT = START + timedelta(hours=104)


def judged(*rows: list[dict[str, Any]], as_of: datetime = AT, more: str = "") -> sm.VerdictTable:
    book = sm.loads(BOOK % more)
    events = sm.read_events([row for some in rows for row in some], book.events)
    return sm.evaluate(book, events, as_of=as_of)


def row_of(table: Any, item: str) -> dict[str, Any]:
    [row] = [row for row in table if row["item"] == item]
    return dict(row)


def test_f1_on_a_log() -> None:
    """F1 on verdicts: 4 h used of 8 h; the open item itself is censored at 4 h and changes nothing there."""
    row = row_of(chances(judged(past(), log(("NEW", "P2", 100, 0)))), "NEW")
    assert row["chance"] == pytest.approx(0.4)
    assert (row["elapsed"], row["limit"]) == (timedelta(hours=4), timedelta(hours=8))
    assert (row["stratum"], row["finished"], row["came_past"], row["reason"]) == ("all", 10, 5, "")


def test_strata_and_fallback() -> None:
    """M9 strata: a stratum with too few finished clocks gives way to the one without its last name, at last to all."""
    quick = past("P2", (0.5,) * 10, service="mail")
    slow = past("P2", (9.0,) * 10, service="web")
    table = judged(quick, slow, log(("M", "P2", 103, 0), service="mail"), log(("N", "P2", 103, 0), service="new"),
                   log(("O", "P1", 103, 0), service="mail"))  # fmt: skip
    found = chances(table, by=("priority", "service"), at_least=10)
    assert [(row_of(found, item)["stratum"], row_of(found, item)["finished"]) for item in "MNO"] == [
        ("P2, mail", 10), ("P2", 20), ("all", 20),
    ]  # fmt: skip
    assert row_of(chances(table, by=("priority", "service"), at_least=11), "M")["stratum"] == "P2"
    # Priority and service are the default where the log has a service; a history without one has priority alone.
    assert [row["stratum"] for row in chances(table, at_least=10)] == [row["stratum"] for row in found]
    assert row_of(chances(table, history=judged(past()), at_least=10), "M")["stratum"] == "P2"
    nobody = judged(log(("X", "P2", 0, 0)), as_of=START)
    assert row_of(chances(table, history=nobody), "M")["reason"] == "no clock of the past has finished"
    # Nobody of mail took more than half an hour, so nothing is known there of an hour and more.
    assert row_of(found, "M")["chance"] is None
    assert row_of(found, "M")["reason"] == "none of the past finished later than after 30m"
    assert row_of(found, "N")["chance"] == pytest.approx(1.0)
    with pytest.raises(EventError, match="no field 'servce' to compare items by; did you mean 'service'"):
        chances(table, by=("servce",))


def test_by_name_of_the_target() -> None:
    """Clocks of one target are compared with each other alone."""
    book = sm.loads("""
slamodel: 1
agreement: desk
calendar: 24x7
targets: {respond: {P2: 1h, stops: replied}, resolve: {P2: 8h}}
""")
    rows = [*past(), *log(("NEW", "P2", 100, 0)), *({**row, "do": "replied", "at": START + timedelta(minutes=6)}
            for row in past() if row["do"] == "resolved")]  # fmt: skip
    found = chances(sm.evaluate(book, rows, as_of=AT))
    resolve, respond = sorted((row for row in found if row["item"] == "NEW"), key=lambda row: row["target"])
    assert resolve["chance"] == pytest.approx(0.4)
    assert respond["reason"] == LATE


def test_late_paused_and_without_limit() -> None:
    """What is late is sure; a paused clock counts with what it has used up; without a limit there is no chance."""
    # The late one is open at 14 h: beyond 4 h it is a sixth clock, and of the six three come beyond 8 h.
    waiting = log(("W", "P2", 98, 0))
    waiting.append({"item": "W", "at": START + timedelta(hours=102), "do": "status", "to": "waiting"})
    found = chances(judged(past(), waiting, log(("L", "P2", 90, 0))))
    assert (row_of(found, "W")["stage"], row_of(found, "W")["chance"]) == ("paused", pytest.approx(0.5))
    assert (row_of(found, "L")["chance"], row_of(found, "L")["reason"]) == (1.0, LATE)
    assert [row["item"] for row in found.likeliest()] == ["W"]


def test_what_is_allowed_is_the_engines() -> None:
    """Grace counts (C3), and where the limit itself is late those that take just as long are."""
    new = log(("NEW", "P2", 100, 0))
    assert row_of(chances(judged(past(), new, more=", grace: 2h")), "NEW")["chance"] == pytest.approx(0.2)
    assert row_of(chances(judged(past(), new, more=", at_limit: missed")), "NEW")["chance"] == pytest.approx(0.6)


def test_history_since_and_of_another_table() -> None:
    """Another table, or only recent clocks, may tell the past; cancelled ones count as open for as long as they ran."""
    now = judged(log(("NEW", "P2", 100, 0)))
    assert row_of(chances(now), "NEW")["reason"] == "no clock of the past has finished"
    assert row_of(chances(now, history=judged(past())), "NEW")["chance"] == pytest.approx(0.4)
    both = judged(past(), log(*((f"R{n}", "P2", 50, 9) for n in range(5))), log(("NEW", "P2", 100, 0)))
    recent = chances(both, since=START + timedelta(hours=50), at_least=5)
    assert (row_of(recent, "NEW")["finished"], row_of(recent, "NEW")["chance"]) == (5, pytest.approx(1.0))
    gone = log(("C", "P2", 0, 0))
    gone.append({"item": "C", "at": START + timedelta(hours=5), "do": "cancelled"})
    # At risk until 5 h: of 6 beyond 4 h one finishes at 5 h, then 4 are left of which 1 and 1 finish until 8 h.
    found = row_of(chances(judged(past(), gone, log(("NEW", "P2", 100, 0)))), "NEW")
    assert found["chance"] == pytest.approx(5 / 6 * 3 / 4 * 2 / 3)


def test_recent_clocks_first() -> None:
    """M9 strata: where only recent clocks are asked and they give no estimate, those of any time do."""
    quick = log(*((f"R{n}", "P2", 50, 1) for n in range(20)))
    table = judged(past(), quick, log(("NEW", "P2", 100, 0)))
    row = row_of(chances(table, since=START + timedelta(hours=50), at_least=10), "NEW")
    assert (row["stratum"], row["finished"]) == ("P2, of any time", 30)
    assert row["chance"] == pytest.approx(0.4)


def test_excluded_items_tell_nothing() -> None:
    """An item that is excluded, because its stop lies before its start, is in no history."""
    text = (BOOK % "").replace(
        "targets: {", "targets: {resolve: {P2: 8h, starts: {at: opened_at}, stops: {at: closed_at}}} #"
    )
    book = sm.loads(text + "events: {times: [opened_at, closed_at]}\n")
    rows = [
        {"item": item, "at": START, "do": "opened", "priority": "P2", "opened_at": START, "closed_at": closed}
        for item, closed in (("A", START + timedelta(hours=2)), ("B", START - timedelta(hours=2)), ("NEW", None))
    ]
    verdicts = sm.evaluate(book, rows, as_of=START + timedelta(hours=1))
    assert sorted(row["stage"] for row in verdicts) == ["excluded", "running", "running"]
    later = sm.evaluate(book, rows, as_of=START + timedelta(hours=3))
    assert row_of(chances(later), "NEW")["finished"] == 1


def test_the_most_it_can_be() -> None:
    """Where there is no estimate the chance is at most S(longest) / S(used up), or 1 where no clock came so far."""
    # FAR is beyond the longest that finished; of NEAR, three were at risk at 1 h, two at 2 h, and then one is left.
    table = chances(judged(past(times=(1.0, 2.0)), log(("FAR", "P2", 101, 0), ("NEAR", "P2", 103.5, 0))))
    assert [row["chance"] for row in table] == [None, None]
    assert table.column("most").tolist() == pytest.approx([1.0, 2 / 3 * 1 / 2])
    assert len(table.to_csv().splitlines()) == 3


def test_rows() -> None:
    """Rows pick verdicts; no open item is no row."""
    table = judged(past(), log(("A", "P2", 100, 0), ("B", "P1", 103, 0)))
    assert [row["item"] for row in chances(table, rows=table.column("priority") == "P1")] == ["B"]
    assert len(chances(judged(past()))) == 0
