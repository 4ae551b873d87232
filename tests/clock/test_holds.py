"""Pauses that end, or turn out void, by themselves (C8)."""

from typing import Any

import pytest

from tests.tickets import Row, at, length, promise, verdict

HOURS = {"timezone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
OPENED, PAUSED = "2026-12-14T09:00Z opened", "2026-12-14T10:00Z status=awaiting_customer"
AGAIN = ("2026-12-14T14:00Z status=open", "2026-12-14T15:00Z status=awaiting_customer")


def paused(rule: dict[str, Any], *lines: str, as_of: str, within: str = "8h") -> Row:
    rules = {"awaiting_customer": {"when": {"status": "awaiting_customer"}, **rule}}
    return verdict(promise(within, calendar=HOURS, pauses=rules), OPENED, *lines, as_of=as_of)


@pytest.mark.parametrize(
    ("as_of", "stage", "elapsed"),
    [
        ("2026-12-14T11:59Z", "paused", "1h"),
        ("2026-12-14T12:00Z", "running", "1h"),
        ("2026-12-14T13:00Z", "running", "2h"),
    ],
)
def test_a_cap_ends_a_pause_by_itself(as_of: str, stage: str, elapsed: str) -> None:
    """C8 caps: at most two covered hours; then the clock runs, though the customer is still awaited."""
    found = paused({"at_most": "2h"}, PAUSED, as_of=as_of)
    assert (found["stage"], found["elapsed"]) == (stage, length(elapsed))
    assert found["due"] == (None if stage == "paused" else at("2026-12-15T11:00Z"))


def test_a_cap_counts_covered_time() -> None:
    """C8 caps: paused on Friday at 16:00 with a cap of two hours: over on Monday at 10:00."""
    lines = ("2026-12-18T16:00Z status=awaiting_customer",)
    rules = {"awaiting_customer": {"when": {"status": "awaiting_customer"}, "at_most": "2h"}}
    target = promise("8h", calendar=HOURS, pauses=rules)
    found = verdict(target, "2026-12-18T09:00Z opened", *lines, as_of="2026-12-21T10:30Z")
    assert (found["stage"], found["paused"], found["wall_paused"]) == ("running", length("2h"), length("66h"))


def test_a_pause_that_ended_itself_comes_again_only_anew() -> None:
    """C8 caps: each pause has its own cap, and needs a new beginning."""
    found = paused({"at_most": "2h"}, PAUSED, *AGAIN, as_of="2026-12-15T12:00Z")
    # 10-12 and 15-17 are paused; 12-15 and 9-12 on Tuesday run.
    assert (found["stage"], found["paused"], found["elapsed"]) == ("running", length("4h"), length("7h"))


def test_a_cap_on_all_pauses_together() -> None:
    """C8 caps: five hours in all: four in the first pause, one in the second."""
    found = paused({"at_most_in_total": "5h"}, PAUSED, *AGAIN, as_of="2026-12-15T09:00Z")
    assert (found["stage"], found["paused"], found["elapsed"]) == ("running", length("5h"), length("3h"))


def test_no_pause_is_left_when_the_total_is_used() -> None:
    """C8 caps: three hours in all are used in the first pause; the second never is."""
    found = paused({"at_most_in_total": "3h"}, PAUSED, *AGAIN, as_of="2026-12-14T16:00Z")
    assert (found["stage"], found["paused"], found["elapsed"]) == ("running", length("3h"), length("4h"))


def test_a_cap_in_business_days_is_of_nominal_days() -> None:
    """C8 caps: one business day of an eight-hour week is eight covered hours."""
    found = paused({"at_most": "1bd"}, PAUSED, as_of="2026-12-15T11:00Z", within="24h")
    assert (found["stage"], found["paused"]) == ("running", length("8h"))


@pytest.mark.parametrize(("as_of", "lasts"), [("2026-12-14T10:20Z", "20m"), ("2026-12-14T11:00Z", "0h")])
def test_a_pause_too_short_never_was(as_of: str, lasts: str) -> None:
    """C8 least: while it lasts it counts; once it is over and shorter than half an hour it never was."""
    found = paused({"at_least": "30m"}, PAUSED, "2026-12-14T10:25Z status=open", as_of=as_of)
    assert found["paused"] == length(lasts)
    assert found["elapsed"] == (length("1h") if as_of < "2026-12-14T10:25Z" else length("2h"))


def test_a_pause_of_the_least_length_counts() -> None:
    """C8 least: half an hour is not shorter than half an hour."""
    found = paused({"at_least": "30m"}, PAUSED, "2026-12-14T10:30Z status=open", as_of="2026-12-14T11:00Z")
    assert (found["paused"], found["elapsed"]) == (length("30m"), length("1h30m"))


@pytest.mark.parametrize(("as_of", "stage"), [("2026-12-14T12:29Z", "paused"), ("2026-12-14T12:30Z", "running")])
def test_a_pause_until_the_time_in_a_field(as_of: str, stage: str) -> None:
    """C8 ends_at: the follow-up that was agreed ends the pause by itself."""
    rules = {"later": {"when": {"status": "awaiting_customer"}, "ends_at": "follow_up"}}
    target = promise("8h", calendar=HOURS, pauses=rules, events={"times": ["follow_up"]})
    lines = (OPENED, PAUSED + " follow_up=2026-12-14T12:30Z")
    assert verdict(target, *lines, as_of=as_of)["stage"] == stage


def test_a_follow_up_before_the_pause_says_nothing() -> None:
    """C8 ends_at: a time that lies before the pause belongs to an earlier one."""
    rules = {"later": {"when": {"status": "awaiting_customer"}, "ends_at": "follow_up"}}
    target = promise("8h", calendar=HOURS, pauses=rules, events={"times": ["follow_up"]})
    found = verdict(target, OPENED + " follow_up=2026-12-14T09:30Z", PAUSED, as_of="2026-12-14T16:00Z")
    assert found["stage"] == "paused"


@pytest.mark.parametrize(("reason", "stage"), [("customer_informed", "paused"), ("none_given", "running")])
def test_a_pause_that_needs_something(reason: str, stage: str) -> None:
    """C8: the clock stands still only while the customer has been informed."""
    found = paused({"needs": {"reason": "customer_informed"}}, f"{PAUSED} reason={reason}", as_of="2026-12-14T12:00Z")
    assert found["stage"] == stage


def test_events_that_pause_have_caps_too() -> None:
    """C8 caps: paused by an event, never resumed: it goes on after two hours; a resume after that changes nothing."""
    rules = {"paused": {"when": "paused", "until": "resumed", "at_most": "2h"}}
    target = promise("8h", calendar=HOURS, pauses=rules)
    lines = (OPENED, "2026-12-14T10:00Z paused")
    assert verdict(target, *lines, as_of="2026-12-14T13:00Z")["elapsed"] == length("2h")
    found = verdict(target, *lines, "2026-12-14T14:00Z resumed", as_of="2026-12-14T15:00Z")
    assert (found["elapsed"], found["paused"]) == (length("4h"), length("2h"))


def test_caps_of_several_rules_stand_side_by_side() -> None:
    """C8: two rules pause at once; the time is paused until the longer one ends."""
    rules = {
        "customer": {"when": {"status": "awaiting_customer"}, "at_most": "1h"},
        "vendor": {"when": {"vendor": "asked"}, "at_most": "3h"},
    }
    target = promise("8h", calendar=HOURS, pauses=rules)
    lines = (OPENED, f"{PAUSED} vendor=asked")
    found = verdict(target, *lines, as_of="2026-12-14T14:00Z")
    assert (found["paused"], found["elapsed"]) == (length("3h"), length("2h"))


def test_a_stop_during_a_capped_pause() -> None:
    """C8, C9: what ran after the cap counts, although the item was still awaiting the customer."""
    found = paused({"at_most": "1h"}, PAUSED, "2026-12-14T16:00Z resolved", as_of="2026-12-20T00:00Z", within="5h")
    assert (found["stage"], found["elapsed"], found["breached_at"]) == ("missed", length("6h"), at("2026-12-14T15:00Z"))


def test_a_pause_that_began_before_there_was_a_limit() -> None:
    """C8 least: its cap counts from where a limit, and with it a calendar, is there."""
    rules = {"paused": {"when": "paused", "until": "resumed", "at_most": "2h"}}
    target = promise({"P1": "8h"}, calendar=HOURS, pauses=rules)
    lines = (OPENED, "2026-12-14T10:00Z paused", "2026-12-14T11:00Z priority priority=P1")
    found = verdict(target, *lines, as_of="2026-12-14T15:00Z")
    assert (found["paused"], found["elapsed"]) == (length("2h"), length("2h"))
