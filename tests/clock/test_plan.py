"""Plans: what a target needs of a log, and rules asked once for each combination of values that occurs."""

from datetime import UTC, datetime
from typing import Any

import pytest

import slamodel as sm
from slamodel.clock.evaluate import evaluate
from tests.tickets import BH, at, events_of, promise, rows

OPENED = "2026-12-14T09:00Z opened"
SNAPSHOT = rows("2026-12-14T09:00Z status=new stat=x", "2026-12-14T10:00Z status=resolved stat=x")


@pytest.mark.parametrize(
    ("options", "times", "said"),
    [
        (
            {"stops": {"state": "resolved"}},
            (),
            "looks at field 'state', which the log does not have; did you mean 'stat'",
        ),
        (
            {"stops": {"at": "resolved_at"}},
            (),
            "needs the time in field 'resolved_at', which the log does not have; list it under events",
        ),
        ({"stops": "resolved"}, (), "a log of snapshots has states, not events; write stops as fields"),
    ],
)
def test_what_a_log_lacks(options: dict[str, Any], times: tuple[str, ...], said: str) -> None:
    """E102, E151: the field, the closest that there is, and what to write instead."""
    target = promise({"within": "4h", "starts": {"status": "new"}, **options})
    with pytest.raises(sm.EventError, match=said):
        evaluate([target], events_of({"a": SNAPSHOT}, "snapshots", times))


def test_rules_on_many_fields_are_asked_for_what_occurs() -> None:
    """Five fields of ten values have a hundred thousand combinations; ten of them occur."""
    names = ["a", "b", "c", "d", "e"]
    stops = {"all": [{"do": "done"}, *({name: "v3"} for name in names)]}
    target = promise({"within": "4h", "stops": stops})
    fields = {n: " ".join(f"{name}=v{n}" for name in names) for n in range(10)}
    logs = {str(n): rows(f"{OPENED} {fields[n]}", "2026-12-14T10:00Z done") for n in range(10)}
    found = evaluate([target], events_of(logs)).to_dicts()
    assert [row["item"] for row in found if row["stage"] == "met"] == ["3"]


def test_priorities_of_several_fields_stand_in_one_column() -> None:
    """Two targets take the priority from different fields; each row shows its own."""
    document = {
        "slamodel": 1,
        "agreement": "desk",
        "calendar": BH,
        "targets": {
            "resolve": {"P1": "4h", "P2": "8h"},
            "answer": {"high": "1h", "low": "2h", "priority_field": "urgency", "stops": "replied"},
        },
    }
    logs = {"a": rows(f"{OPENED} priority=P2 urgency=high"), "b": rows(f"{OPENED} priority=P1")}
    table = evaluate(sm.load(document), events_of(logs), as_of=at("2026-12-14T12:00Z"))
    found = [(row["target"], row["item"], row["priority"]) for row in table]
    assert found == [("resolve", "a", "P2"), ("resolve", "b", "P1"), ("answer", "a", "high")]


def test_a_live_item_with_a_time_that_is_none() -> None:
    """E110: a field that holds a time must hold one."""
    watch = sm.Stopwatch(promise({"within": "4h", "stops": {"at": "resolved_at"}}))
    watch.apply({"at": "2026-12-14T09:00Z", "do": "opened", "resolved_at": "soon"})
    with pytest.raises(sm.EventError, match="'soon' is no instant; write an aware datetime"):
        watch.verdict(datetime(2026, 12, 14, 12, tzinfo=UTC))


def test_business_days_before_reach_back_as_far_as_they_must() -> None:
    """C5 relative: thirty business days of Mondays are thirty weeks; two of one day are no answer."""
    mondays = {"timezone": "UTC", "hours": {"mon": "09:00-17:00"}}
    options = {"within": "30bd before due_date"}
    target = promise(options, calendar=mondays, events={"times": ["due_date"]})
    log = {"a": rows(f"{OPENED} due_date=2027-12-13T12:00Z")}
    found = evaluate([target], events_of(log, times=["due_date"])).to_dicts()
    assert found[0]["due"] == at("2027-05-17T12:00Z")
    special = {"timezone": "UTC", "hours": {}, "special": {"2026-12-14": "09:00-17:00"}}
    target = promise({"within": "2bd before due_date"}, calendar=special, events={"times": ["due_date"]})
    log = {"a": rows(f"{OPENED} due_date=2026-12-14T12:00Z")}
    (lost,) = evaluate([target], events_of(log, times=["due_date"])).to_dicts()
    assert (lost["stage"], lost["due"]) == ("excluded", None)
    assert lost["reason"].startswith("its calendar gives no answer")
    with pytest.raises(sm.HorizonError, match="has no 2 business days before 2026-12-14"):
        evaluate([target], events_of({str(n): log["a"] for n in range(101)}, times=["due_date"]))
