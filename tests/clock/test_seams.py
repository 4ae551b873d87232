"""Where two conventions of a clock meet: what ticking through its whole life found (C3, C5, C7 to C11, C14)."""

from typing import Any

import pytest

import slamodel as sm
from slamodel.clock.stopwatch import Stopwatch
from slamodel.model.target import Moment, Target
from tests.tickets import Row, at, length, promise, rows, verdict

HOURS = {"timezone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
ALWAYS = {"timezone": "UTC", "hours": "24x7"}
DUE: dict[str, Any] = {"events": {"times": ["due_date"]}}
AT: dict[str, Any] = {"events": {"times": ["opened_at", "closed_at"]}}
OPENED = "2026-12-14T09:00Z opened priority=P1"


def judged(options: Any, *lines: str, as_of: str | None = None, calendar: Any = HOURS, **document: Any) -> Row:
    return verdict(promise(options, calendar=calendar, **document), *lines, as_of=as_of)


def test_a_due_on_a_date_is_told_while_paused() -> None:
    """C9 resumed: paused in closed time only, the due that resuming would give is the date itself."""
    lines = (f"{OPENED} due_date=2026-12-14T22:00Z", "2026-12-14T18:00Z paused")
    found = judged("on due_date", *lines, as_of="2026-12-14T20:00Z", pauses=["paused"], **DUE)
    assert (found["stage"], found["due"], found["due_if_resumed"]) == ("paused", None, at("2026-12-14T22:00Z"))


def test_what_was_used_up_before_the_pause_was_due_then() -> None:
    """C9 resumed: eight hours were used up at the close, and resuming at night changes nothing about that."""
    lines = (OPENED, "2026-12-14T17:00Z paused", "2026-12-14T20:00Z resumed")
    paused = judged("8h", *lines[:2], as_of="2026-12-14T19:00Z", pauses=["paused"])
    assert paused["due_if_resumed"] == judged("8h", *lines, pauses=["paused"])["due"] == at("2026-12-14T17:00Z")


@pytest.mark.parametrize(("measure", "due"), [("wall", "2026-12-14T17:00Z"), ("last_wall", "2026-12-14T15:00Z")])
def test_a_pause_on_the_wall_moves_the_due_that_resuming_gives(measure: str, due: str) -> None:
    """C8 measure, C9 resumed: two hours, then three so far; the due is what it is once the clock goes on."""
    options = {"within": "3h", "pause_measure": measure}
    lines = (OPENED, "2026-12-14T10:00Z paused", "2026-12-14T12:00Z resumed", "2026-12-14T12:30Z paused")
    found = judged(options, *lines, as_of="2026-12-14T15:30Z", pauses=["paused"])
    gone_on = judged(options, *lines, "2026-12-14T15:30Z resumed", pauses=["paused"])
    assert found["due_if_resumed"] == gone_on["due"] == at(due)


def test_a_change_of_the_limit_does_not_cut_a_pause_in_two() -> None:
    """C8 measure: the last pause is three hours long, though the priority changed in it."""
    options = {"P1": "4h", "P2": "6h", "pause_measure": "last_wall"}
    lines = (OPENED, "2026-12-14T10:00Z paused", "2026-12-14T11:00Z triaged priority=P2", "2026-12-14T13:00Z resumed")
    assert judged(options, *lines, pauses=["paused"])["due"] == at("2026-12-14T18:00Z")


def test_late_on_the_wall_is_late_from_the_due() -> None:
    """C8 measure: running or stopped, the breach is the due as it stands, though the clock stood still then."""
    options = {"within": "2h", "pause_measure": "wall"}
    lines = (OPENED, "2026-12-14T12:00Z paused", "2026-12-14T14:00Z resumed")
    for more in ((), ("2026-12-14T15:00Z resolved",)):
        found = judged(options, *lines, *more, as_of="2026-12-14T15:00Z", pauses=["paused"])
        assert (found["due"], found["breached_at"]) == (at("2026-12-14T13:00Z"), at("2026-12-14T13:00Z"))
    assert not judged(options, *lines[:2], as_of="2026-12-14T13:30Z", pauses=["paused"])["breached"]


def test_grace_counts_beside_a_date_on_the_wall() -> None:
    """C3 grace: it moves `breaches_after`, under `pause_measure: wall` and a due on a date too."""
    options = {"within": "on due_date", "pause_measure": "wall", "grace": "1h"}
    found = judged(options, f"{OPENED} due_date=2026-12-14T12:00Z", **DUE)
    assert (found["due"], found["breaches_after"]) == (at("2026-12-14T12:00Z"), at("2026-12-14T13:00Z"))


def test_stopped_while_paused_after_the_due() -> None:
    """C3 timestamp: paused at the close, when the limit is used up; it stopped after its due, and is late then."""
    lines = (OPENED, "2026-12-14T17:00Z paused", "2026-12-14T20:00Z resolved")
    found = judged({"within": "8h", "judge": "timestamp"}, *lines, pauses=["paused"])
    assert (found["stage"], found["due"]) == ("missed", at("2026-12-14T17:00Z"))
    assert found["breached_at"] == at("2026-12-14T20:00Z")
    assert judged("8h", *lines, pauses=["paused"])["stage"] == "met"


def test_a_due_in_closed_time_is_a_stamp_under_another_limit_too() -> None:
    """C3 timestamp: a due at night, with no open time before it, is not passed by a change in the evening."""
    options = {"P1": "on due_date", "P2": "8h", "judge": "timestamp"}
    lines = ("2026-12-14T18:00Z opened priority=P1 due_date=2026-12-14T23:00Z", "2026-12-14T20:00Z triaged priority=P2")
    assert not judged(options, *lines, as_of="2026-12-14T21:00Z", **DUE)["breached"]
    late = ("2026-12-14T18:00Z opened priority=P1 due_date=2026-12-14T19:00Z", lines[1])
    assert judged(options, *late, as_of="2026-12-14T21:00Z", **DUE)["breached_at"] == at("2026-12-14T19:00Z")


def test_a_change_in_closed_time_is_on_no_closing() -> None:
    """C3 boundary: a smaller limit that came too late is due at its change; only a closing is told otherwise."""
    options = {"P1": "4h", "P2": "2h", "boundary": "open", "priority_change": "proportional"}
    found = judged(options, OPENED, "2026-12-14T20:00Z triaged priority=P2", as_of="2026-12-14T21:00Z")
    assert found["due"] == at("2026-12-14T20:00Z")


def test_a_limit_that_changed_while_stopped() -> None:
    """C10 restart: the limit of the clock changes when it is opened again; that begins it anew."""
    options = {"P1": "4h", "P2": "8h", "priority_change": "restart"}
    lines = (
        OPENED,
        "2026-12-14T10:00Z resolved",
        "2026-12-14T11:00Z triaged priority=P2",
        "2026-12-14T12:00Z reopened",
    )
    found = judged(options, *lines, as_of="2026-12-14T13:00Z")
    assert (found["started_at"], found["elapsed"]) == (at("2026-12-14T12:00Z"), length("1h"))


def test_a_limit_before_the_start_is_not_the_clocks() -> None:
    """C10 floor: what held before the clock started is no limit that it had, so it gives no floor."""
    options = {"P1": "1h", "P2": "2h", "priority_change": "retroactive_floor", "floor": "8h"}
    lines = (
        "2026-12-14T09:00Z noted priority=P1",
        "2026-12-14T10:00Z opened priority=P3",
        "2026-12-14T11:00Z triaged priority=P2",
    )
    assert judged(options, *lines, as_of="2026-12-14T12:00Z")["limit"] == length("2h")


def test_one_amount_written_in_two_ways() -> None:
    """C10: "2h" and "120m" are the same limit, so the second is no change."""
    options = {"within": {"field": "agreed"}, "priority_change": "restart"}
    lines = (f"{OPENED} agreed=2h", "2026-12-14T10:00Z noted agreed=120m", "2026-12-14T10:30Z noted agreed=3h")
    assert judged(options, *lines[:2], as_of="2026-12-14T11:00Z")["started_at"] == at("2026-12-14T09:00Z")
    assert judged(options, *lines, as_of="2026-12-14T11:00Z")["started_at"] == at("2026-12-14T10:30Z")


def test_before_its_first_event_an_item_has_no_group() -> None:
    """C7 before: a clock that runs `while` a group has the item does not run before the log says which."""
    options = {"within": "8h", "starts": {"at": "opened_at"}, "while": {"group": "network"}}
    lines = ("2026-12-14T11:00Z noted group=network opened_at=2026-12-14T09:00Z",)
    found = judged(options, *lines, as_of="2026-12-14T12:00Z", **AT)
    assert (found["elapsed"], found["paused"]) == (length("1h"), length("2h"))


def test_a_limited_pause_does_not_hold_before_the_first_event() -> None:
    """C7 before: nor does a capped pause hold then, whatever the first event says."""
    capped = {"when": {"status": "waiting"}, "at_most": "8h"}
    lines = ("2026-12-14T11:00Z noted status=waiting opened_at=2026-12-14T09:00Z",)
    options = {"within": "8h", "starts": {"at": "opened_at"}}
    found = judged(options, *lines, as_of="2026-12-14T12:00Z", pauses={"waiting": capped}, **AT)
    assert (found["elapsed"], found["paused"]) == (length("2h"), length("1h"))


def test_a_cancelled_cycle_of_a_chain_may_go_on_late() -> None:
    """C11 ignore_after is about stops: a cycle that was cancelled goes on whenever it is opened again."""
    options = {"kind": "update", "every": "30m", "until": "resolved", "ignore_after": "1h"}
    lines = (OPENED, "2026-12-14T09:10Z updated", "2026-12-14T11:00Z cancelled", "2026-12-14T12:00Z reopened")
    found = verdict(promise(options, target="update", calendar=ALWAYS), *lines, as_of="2026-12-14T12:10Z")
    assert (found["stage"], found["cycles"], found["started_at"]) == ("running", 2, at("2026-12-14T09:10Z"))


def test_an_excluded_item_has_no_times() -> None:
    """C14 backwards: its times are null, and it has no cycle."""
    options = {"within": "8h", "starts": {"at": "opened_at"}, "stops": {"at": "closed_at"}}
    found = judged(options, f"{OPENED} opened_at=2026-12-14T12:00Z closed_at=2026-12-14T10:00Z", **AT)
    none = ("started_at", "stopped_at", "paused_since", "due", "breached_at", "elapsed", "limit", "remaining")
    assert (found["stage"], found["cycles"], [found[name] for name in none]) == ("excluded", 0, [None] * len(none))


@pytest.mark.parametrize("name", ["to", "at", "do", "sequence"])
def test_a_time_that_is_a_key_of_every_event(name: str) -> None:
    """E107: live events have keys of their own; a time of that name would never be found."""
    target = promise("8h", calendar=HOURS)
    with pytest.raises(sm.AgreementError, match=f"in field '{name}', which is a key of every event .*finished_at"):
        Stopwatch(Target(id="resolve", limits=target.limits, starts=Moment(field=name)))


def test_each_cycle_of_a_live_item() -> None:
    """C15 cycles: a live item tells each of its cycles, and explains the one that is named."""
    options = {"kind": "update", "every": "30m", "until": "resolved"}
    watch = Stopwatch(promise(options, target="update", calendar=ALWAYS))
    watch.apply_all(rows(OPENED, "2026-12-14T09:40Z updated"))
    as_of = at("2026-12-14T10:00Z")
    assert [(row["cycles"], row["stage"]) for row in watch.each_cycle(as_of)] == [(1, "missed"), (2, "running")]
    assert watch.explain(as_of, cycle=1).total() == length("1h")
    with pytest.raises(sm.EventError, match="'update' has 2 cycles on item, no 3"):
        watch.explain(as_of, cycle=3)


def test_a_live_item_without_an_answer() -> None:
    """C14 no answer: a live item says what a log says of it: excluded, with the reason, not an error."""
    target = promise(
        "8h", calendar={"timezone": "UTC", "hours": {"mon": "closed"}, "special": {"2026-12-14": "09:00-17:00"}}
    )
    lines = (OPENED, "2026-12-15T10:00Z noted")
    watch = Stopwatch(target, {"item": "a"}).apply_all(rows(*lines))
    found = watch.verdict(at("2026-12-16T10:00Z"))
    assert found | {"item": None} == verdict(target, *lines, as_of="2026-12-16T10:00Z") | {"item": None}
    assert (found["stage"], found["elapsed"]) == ("excluded", None)
