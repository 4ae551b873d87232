"""What a proposal would have done to the items of a log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.selector import In
from slamodel.report.change.impact import TargetImpact

BOOK = """
slamodel: 1
agreement: desk
calendar: 24x7
targets:
  resolve: {P1: 4h, P2: 8h}
  respond: {within: 1h, for: {priority: P1}}
"""
NOW = sm.loads(BOOK)["desk"]
THEN = sm.loads(BOOK.replace("8h", "6h").replace("4h", "5h"))["desk"]


def log(*items: tuple[str, str, float]) -> sm.EventTable:
    rows: list[dict[str, Any]] = []
    for name, priority, hours in items:
        rows.append({"item": name, "at": "2026-06-01T00:00:00Z", "do": "opened", "priority": priority})
        if hours:
            at = datetime(2026, 6, 1, int(hours), int(hours % 1 * 60), tzinfo=UTC)
            rows.append({"item": name, "at": at, "do": "resolved"})
    return sm.read_events(rows, NOW.events)


LOG = log(("A", "P2", 7), ("B", "P2", 5), ("C", "P2", 9), ("D", "P1", 4.5), ("E", "P1", 2), ("F", "P1", 0))


def test_which_items_change_sides() -> None:
    """Gained were late and would not be, lost were in time and would be late; who stays is only counted."""
    found = sm.impact(NOW, THEN, LOG, as_of=datetime(2026, 6, 1, 4, 30, tzinfo=UTC))
    [resolve, respond] = found
    assert (resolve.gained, resolve.lost, resolve.added, resolve.removed) == (("D", "F"), (), (), ())
    later = sm.impact(NOW, THEN, LOG, as_of=datetime(2026, 6, 2, tzinfo=UTC))
    assert later[0] == TargetImpact("desk", "resolve", 6, 3, 3, gained=("D",), lost=("A",))
    assert later[1] == TargetImpact("desk", "respond", 3, 3, 3)
    assert (later.changes, found.changes, len(later), later[:1]) == (2, 2, 2, (later[0],))
    assert str(later) == "resolve: 3 late of 6 would be 3; lost A; gained D\nrespond: 3 late of 3 would be 3"
    assert respond.changes == 0


def test_nothing_changes() -> None:
    """An agreement has no impact on itself."""
    assert sm.impact(NOW, NOW, LOG).changes == 0


def test_who_comes_and_goes() -> None:
    """An item without a verdict under one of the two is told apart."""
    wide = sm.loads(BOOK.replace("{P1: 4h, P2: 8h}", "{P1: 4h, P3: 8h}").replace("respond:", "restore:").replace(
        "{within", "{stops: restored, within"))["desk"]  # fmt: skip
    resolve, respond, restore = sm.impact(NOW, wide, log(("A", "P1", 2), ("B", "P2", 2), ("C", "P3", 2)))
    assert (resolve.added, resolve.removed, resolve.judged) == (("C",), ("B",), 1)
    assert (respond.target, respond.added, respond.removed) == ("respond", (), ("A",))
    assert (restore.target, restore.added, restore.changes) == ("restore", ("A",), 1)
    assert str(resolve) == "resolve: 0 late of 1 would be 0; added C; removed B"


def test_many_items_are_cut() -> None:
    """A line names eight."""
    many = log(*((f"I{number:02d}", "P2", 7) for number in range(12)))
    assert str(sm.impact(NOW, THEN, many)[0]).endswith("lost I00, I01, I02, I03, I04, I05, I06, I07 and 4 more")


def test_cancelled_clocks_have_no_verdict() -> None:
    """What was cancelled is late under neither."""
    rows = [{"item": "A", "at": f"2026-06-01T{hour:02d}:00:00Z", "do": do, "priority": "P2"}
            for hour, do in ((0, "opened"), (7, "cancelled"))]  # fmt: skip
    [resolve, _] = sm.impact(NOW, THEN, sm.read_events(rows, NOW.events))
    assert (resolve.judged, resolve.changes) == (0, 0)


def test_an_agreement_is_for_its_own_items() -> None:
    """What an agreement applies to counts, its dates and suspensions do not."""
    own = evolve(NOW, applies=In("priority", ("P1",)), starts_on="2027-01-01")
    assert sm.impact(NOW, own, LOG)[0].removed == ("A", "B", "C")
    still = NOW.suspend(datetime(2026, 1, 1, tzinfo=UTC)).terminate(datetime(2026, 1, 1, tzinfo=UTC))
    assert sm.impact(NOW, still, LOG).changes == 0


def test_portfolios_judge_by_version() -> None:
    """A portfolio with the proposal as its next version judges each item by its own; an agreement alone all of them."""
    book = sm.Portfolio((evolve(NOW, starts_on="2026-01-01"),))
    more = sm.Portfolio((*book.agreements, evolve(THEN, version=2, starts_on="2026-06-02")))
    assert sm.impact(book, more, LOG).changes == 0
    earlier = sm.Portfolio((*book.agreements, evolve(THEN, version=2, starts_on="2026-06-01")))
    assert sm.impact(book, earlier, LOG)[0].lost == ("A",)
    rows = [{"item": item, "at": f"2026-06-0{day}T0{hour}:00:00Z", "do": do, "priority": "P2"}
            for item, day in (("B", 1), ("A", 2)) for do, hour in (("opened", 0), ("resolved", 7))]  # fmt: skip
    turned = sm.read_events(rows, NOW.events)
    strict = sm.Portfolio((evolve(THEN, starts_on="2026-01-01"), evolve(THEN, version=2, starts_on="2026-06-02")))
    assert sm.impact(strict, NOW, turned)[0].gained == ("A", "B")
    assert sm.impact(NOW, strict, turned)[0].lost == ("A", "B")
    assert sm.impact(NOW, evolve(THEN, starts_on="2027-01-01", state="draft"), LOG)[0].lost == ("A",)


@pytest.mark.parametrize("proposal", [NOW, THEN])
@given(st.lists(st.tuples(st.sampled_from(["P1", "P2"]), st.integers(0, 12)), min_size=1, max_size=8))
def test_sides_add_up(proposal: sm.Agreement, items: list[tuple[str, int]]) -> None:
    """For any log: late after is late before, without the gained, with the lost; and evaluate says the same."""
    events = log(*((f"I{number}", priority, hours) for number, (priority, hours) in enumerate(items)))
    for one in sm.impact(NOW, proposal, events):
        assert one.late_after == one.late_before - len(one.gained) + len(one.lost)
        rows = [row for row in sm.evaluate(proposal.targets, events) if row["target"] == one.target]
        assert one.late_after == sum(row["breached"] for row in rows)
