"""Targets with several clocks on one item: next replies, chains of updates, reopenings, parts (C11)."""

import pytest

from slamodel.clock.evaluate import evaluate
from tests.tickets import Row, at, events_of, length, promise, rows, verdict

UPDATE = {"every": "30m", "until": {"do": "resolved"}, "kind": "update"}
ALWAYS = {"timezone": "UTC", "hours": "24x7"}


def each(target: object, *lines: str, as_of: str | None = None) -> list[Row]:
    """Return the verdicts on every cycle of one item."""
    log = rows(*lines)
    now = at(as_of) if as_of else max(row["at"] for row in log)
    return evaluate([target], events_of({"0": log}), as_of=now).each_cycle().to_dicts()  # type: ignore[list-item]


def told(found: list[Row]) -> list[tuple[object, ...]]:
    return [(row["cycles"], row["stage"], row["started_at"], row["stopped_at"]) for row in found]


LATE_UPDATE = (
    "2026-12-14T09:00Z opened",
    "2026-12-14T09:20Z updated",
    "2026-12-14T10:00Z updated",
    "2026-12-14T10:10Z resolved",
)


def test_every_update_begins_the_next_cycle() -> None:
    """C11 bases: every 30 minutes until resolved: met, missed by 10 minutes, met."""
    target = promise(UPDATE, target="update", calendar=ALWAYS)
    assert told(each(target, *LATE_UPDATE)) == [
        (1, "met", at("2026-12-14T09:00Z"), at("2026-12-14T09:20Z")),
        (2, "missed", at("2026-12-14T09:20Z"), at("2026-12-14T10:00Z")),
        (3, "met", at("2026-12-14T10:00Z"), at("2026-12-14T10:10Z")),
    ]


@pytest.mark.parametrize(("met_if", "stage"), [("all", "missed"), ("last", "met"), ("first", "met")])
def test_what_cycles_come_to(met_if: str, stage: str) -> None:
    """C11 cycles: the verdict is the last cycle's; the stage of a finished one is by met_if."""
    target = promise({**UPDATE, "met_if": met_if}, target="update", calendar=ALWAYS)
    found = verdict(target, *LATE_UPDATE)
    assert (found["stage"], found["cycles"], found["elapsed"]) == (stage, 3, length("10m"))
    assert found["breached_at"] == (at("2026-12-14T09:50Z") if stage == "missed" else None)


def test_a_chain_ends_and_begins_again_at_a_reopening() -> None:
    """C11 bases: after its end updates begin nothing; a reopening does."""
    target = promise(UPDATE, target="update", calendar=ALWAYS)
    lines = (*LATE_UPDATE, "2026-12-14T11:00Z updated")
    assert verdict(target, *lines)["cycles"] == 3
    found = verdict(target, *lines, "2026-12-14T12:00Z reopened", as_of="2026-12-14T12:20Z")
    assert (found["cycles"], found["stage"], found["started_at"]) == (4, "running", at("2026-12-14T12:00Z"))
    assert (found["breached"], found["due"]) == (True, at("2026-12-14T12:30Z"))


def test_a_chain_pauses() -> None:
    """C8, C11: a pausable update: the time with the customer is not in the cycle."""
    target = promise(UPDATE, target="update", calendar=ALWAYS, pauses=["awaiting_customer"])
    lines = (
        "2026-12-14T09:00Z opened",
        "2026-12-14T09:10Z status=awaiting_customer",
        "2026-12-14T11:10Z status=open",
        "2026-12-14T11:25Z updated",
        "2026-12-14T11:30Z resolved",
    )
    assert [row["elapsed"] for row in each(target, *lines)] == [length("25m"), length("5m")]
    assert verdict(target, *lines)["stage"] == "met"


TALK = (
    "2026-12-14T09:00Z opened",
    "2026-12-14T09:00Z requester_replied",
    "2026-12-14T09:30Z requester_replied",
    "2026-12-14T10:10Z replied",
    "2026-12-14T12:00Z requester_replied",
    "2026-12-14T12:30Z replied",
)


@pytest.mark.parametrize(
    ("cycles", "first", "stage"),
    [("each", "2026-12-14T09:00Z", "missed"), ("latest", "2026-12-14T09:30Z", "met")],
)
def test_the_base_of_a_next_reply(cycles: str, first: str, stage: str) -> None:
    """C11 bases: from the oldest unanswered request, or from the last contact."""
    target = promise({"within": "1h", "kind": "next_reply", "cycles": cycles}, target="next_reply", calendar=ALWAYS)
    found = each(target, *TALK)
    assert [row["started_at"] for row in found] == [at(first), at("2026-12-14T12:00Z")]
    assert [row["stage"] for row in found] == [stage, "met"]


def test_an_answered_request_leaves_nothing_running() -> None:
    """C11: between an answer and the next request there is no clock that could be late."""
    target = promise({"within": "1h", "kind": "next_reply"}, target="next_reply", calendar=ALWAYS)
    found = verdict(target, *TALK[:4], as_of="2026-12-20T00:00Z")
    assert (found["stage"], found["elapsed"], found["breached"]) == ("missed", length("70m"), True)


def test_reset_forgets_within_a_cycle() -> None:
    """C7, C11: a reset begins the running cycle anew; it is not a cycle of its own."""
    target = promise(
        {"within": "1h", "kind": "next_reply", "resets": ["forwarded"]}, target="next_reply", calendar=ALWAYS
    )
    found = each(target, *TALK[:3], "2026-12-14T09:40Z forwarded", *TALK[3:])
    assert [row["started_at"] for row in found] == [at("2026-12-14T09:40Z"), at("2026-12-14T12:00Z")]


def test_an_item_without_a_start_has_no_cycle() -> None:
    """C11: pending, no cycle counted; one row all the same."""
    target = promise({"within": "1h", "kind": "next_reply"}, target="next_reply", calendar=ALWAYS)
    found = verdict(target, "2026-12-14T09:00Z opened")
    assert (found["stage"], found["cycles"]) == ("pending", 0)
    assert told(each(target, "2026-12-14T09:00Z opened")) == [(0, "pending", None, None)]


def test_parts_of_an_item() -> None:
    """C11 parts: a clock for each group that ever held the item, which runs while it does."""
    target = promise({"within": "2h", "kind": "ownership", "per": "group"}, target="ownership", calendar=ALWAYS)
    log = rows(
        "2026-12-14T09:00Z opened group=desk",
        "2026-12-14T10:00Z assigned group=network",
        "2026-12-14T13:00Z assigned group=desk",
        "2026-12-14T13:30Z resolved",
    )
    other = rows("2026-12-14T09:00Z opened group=desk", "2026-12-14T09:30Z resolved")
    found = evaluate([target], events_of({"a": log, "b": other}), as_of=at("2026-12-15T00:00Z")).to_dicts()
    assert [(row["item"], row["target"], row["elapsed"], row["stage"]) for row in found] == [
        ("a", "ownership[desk]", length("1h30m"), "met"),
        ("b", "ownership[desk]", length("30m"), "met"),
        ("a", "ownership[network]", length("3h"), "missed"),
    ]


def test_a_reopening_that_begins_a_cycle() -> None:
    """C11: met in 3 h, reopened and missed after 9 h: two cycles, each with its own limit."""
    target = promise({"within": "8h", "reopen": "new_cycle"}, calendar=ALWAYS)
    lines = (
        "2026-12-14T09:00Z opened",
        "2026-12-14T12:00Z resolved",
        "2026-12-15T10:00Z reopened",
        "2026-12-15T19:00Z resolved",
    )
    assert told(each(target, *lines)) == [
        (1, "met", at("2026-12-14T09:00Z"), at("2026-12-14T12:00Z")),
        (2, "missed", at("2026-12-15T10:00Z"), at("2026-12-15T19:00Z")),
    ]


def test_a_late_reopening_is_ignored_and_all_after_it() -> None:
    """C11 ignore_after: four days after the stop is too late, and a reopening soon after that one too."""
    target = promise({"within": "8h", "ignore_after": "3d"}, calendar=ALWAYS)
    lines = ("2026-12-14T09:00Z opened", "2026-12-14T12:00Z resolved", "2026-12-18T12:00Z reopened")
    found = verdict(target, *lines, "2026-12-18T13:00Z resolved", "2026-12-18T14:00Z reopened")
    assert (found["stage"], found["stopped_at"]) == ("met", at("2026-12-14T12:00Z"))
    soon = verdict(target, *lines[:2], "2026-12-16T12:00Z reopened")
    assert (soon["stage"], soon["elapsed"]) == ("running", length("3h"))


def test_a_reopening_goes_on_with_the_last_cycle() -> None:
    """C11: a reply that was not one: the cycle of the last request goes on, unless reopenings are ignored."""
    lines = (*TALK[:4], "2026-12-14T11:00Z reopened", "2026-12-14T11:30Z replied")
    for reopen, elapsed in (("continue", "1h40m"), ("ignore", "1h10m")):
        target = promise({"within": "1h", "kind": "next_reply", "reopen": reopen}, target="next_reply", calendar=ALWAYS)
        found = verdict(target, *lines)
        assert (found["cycles"], found["elapsed"]) == (1, length(elapsed))


def test_an_update_said_twice_is_one() -> None:
    """C6, C11: two updates at one instant, or one with the end, make no cycle of no time."""
    target = promise(UPDATE, target="update", calendar=ALWAYS)
    twice = ("2026-12-14T09:20Z updated", "2026-12-14T09:20Z noted", "2026-12-14T09:20Z updated")
    lines = ("2026-12-14T09:00Z opened", *twice, "2026-12-14T09:40Z updated", "2026-12-14T09:40Z resolved")
    assert told(each(target, *lines)) == [
        (1, "met", at("2026-12-14T09:00Z"), at("2026-12-14T09:20Z")),
        (2, "met", at("2026-12-14T09:20Z"), at("2026-12-14T09:40Z")),
    ]


def test_a_chain_that_ignores_reopenings_stays_ended() -> None:
    """C11: reopen: ignore holds for chains too."""
    target = promise({**UPDATE, "reopen": "ignore"}, target="update", calendar=ALWAYS)
    found = verdict(target, *LATE_UPDATE, "2026-12-14T12:00Z reopened", as_of="2026-12-14T14:00Z")
    assert (found["stage"], found["cycles"]) == ("missed", 3)
