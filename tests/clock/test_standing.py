"""What is used up and when the limit runs out: breaches under limits that change (C3, C4, C6, C10)."""

from datetime import timedelta

import numpy as np
import pytest

from slamodel.clock.evaluate import evaluate
from slamodel.clock.events import event_table
from slamodel.timeline.instants import from_datetime
from tests.tickets import at, promise, verdict

OPENED = "2026-12-14T09:00Z opened priority=P3"
LIMITS = {"P1": "1h", "P2": "4h", "P3": "24h"}


@pytest.mark.parametrize(("change", "stage"), [("carry", "met"), ("keep", "met"), ("retroactive", "missed")])
def test_a_priority_after_the_stop_counts_for_retroactive_only(change: str, stage: str) -> None:
    """C10: a clock that has stopped keeps its limit, unless the item's last priority judges all of its life."""
    target = promise({**LIMITS, "priority_change": change})
    found = verdict(target, OPENED, "2026-12-14T12:00Z resolved", "2026-12-15T10:00Z priority priority=P1")
    assert found["stage"] == stage
    assert found["breached_at"] == (at("2026-12-14T10:00Z") if stage == "missed" else None)


@pytest.mark.parametrize("forgive", [False, True])
def test_a_smaller_limit_that_came_too_late_is_broken_when_it_comes(forgive: bool) -> None:
    """C4: five hours under P3, then P1: the breach is the change, whether or not downgrades are forgiven."""
    target = promise({**LIMITS, "forgive_on_downgrade": forgive})
    found = verdict(target, OPENED, "2026-12-14T14:00Z priority priority=P1", "2026-12-14T15:00Z resolved")
    assert (found["stage"], found["breached_at"]) == ("missed", at("2026-12-14T14:00Z"))


def test_a_downgrade_is_forgiven_only_within_the_larger_limit() -> None:
    """C4: a breach that the larger limit would have had too stays where it was."""
    target = promise({**LIMITS, "forgive_on_downgrade": True})
    lines = ("2026-12-14T09:00Z opened priority=P1", "2026-12-14T15:00Z priority priority=P2")
    assert verdict(target, *lines, as_of="2026-12-14T14:00Z")["breached_at"] == at("2026-12-14T10:00Z")
    assert verdict(target, *lines)["breached_at"] == at("2026-12-14T10:00Z")
    eased = verdict(target, *lines, "2026-12-14T16:00Z priority priority=P3")
    assert (eased["stage"], eased["breached_at"]) == ("running", None)


def test_a_forgiven_breach_can_come_again() -> None:
    """C4: P1 missed, forgiven under P3, missed again under P1: the second breach counts."""
    target = promise({**LIMITS, "forgive_on_downgrade": True})
    lines = ("2026-12-14T09:00Z opened priority=P1", "2026-12-14T11:00Z priority priority=P3")
    found = verdict(target, *lines, "2026-12-14T12:00Z priority priority=P1", "2026-12-14T13:00Z resolved")
    assert (found["stage"], found["breached_at"]) == ("missed", at("2026-12-14T12:00Z"))


def test_a_limit_that_held_for_no_time_breaks_nothing() -> None:
    """S2, C4: a priority that was corrected at the same instant was never in force."""
    slip = ("2026-12-14T14:00Z priority priority=P1", "2026-12-14T14:00Z priority priority=P3")
    found = verdict(promise(LIMITS), OPENED, *slip, "2026-12-14T15:00Z resolved")
    assert (found["stage"], found["breached"]) == ("met", False)


@pytest.mark.parametrize(("at_limit", "stage"), [("met", "met"), ("missed", "missed")])
def test_a_limit_that_shrank_to_what_was_used_in_a_pause(at_limit: str, stage: str) -> None:
    """C3, C9: one hour used, paused, the limit becomes one hour, resolved: what exactly on the limit is decides."""
    target = promise({**LIMITS, "at_limit": at_limit}, pauses=["paused"])
    lines = ("2026-12-14T10:00Z paused", "2026-12-14T11:00Z priority priority=P1", "2026-12-14T12:00Z resolved")
    found = verdict(target, OPENED, *lines)
    assert (found["stage"], found["elapsed"].total_seconds()) == (stage, 3600)
    assert found["breached_at"] == (at("2026-12-14T12:00Z") if stage == "missed" else None)


def test_a_smaller_limit_is_broken_at_once_by_timestamp_too() -> None:
    """C3: judged by timestamps, a due that lies before the change is missed at the change."""
    target = promise({**LIMITS, "judge": "timestamp"})
    found = verdict(target, OPENED, "2026-12-14T14:00Z priority priority=P1")
    assert (found["breached_at"], found["due"]) == (at("2026-12-14T14:00Z"), at("2026-12-14T10:00Z"))


@pytest.mark.parametrize("year", [1916, 2026])
def test_days_before_1970_are_days(year: int) -> None:
    """C5: one business day from a Sunday ends when Tuesday opens, in any year."""
    sunday = {1916: "1916-05-21", 2026: "2026-05-17"}[year]
    target = promise("1bd", calendar={"timezone": "UTC", "hours": {"mon-fri": "09:00-17:00"}})
    opened = np.array([from_datetime(at(f"{sunday}T12:00Z"))])  # a log that is read has no such years (C14 absurd)
    (found,) = evaluate([target], event_table(item=["A"], at=opened, fields={"do": ["opened"]}))
    assert found["due"] == at(f"{sunday}T09:00Z") + timedelta(days=2)
