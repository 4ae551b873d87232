"""Clocks of other applications: their own cases, each by its dialect or fields, met to the second."""

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import slamodel as sm
from slamodel.model.selector import EVENT, Every, In, Not, event
from slamodel.model.target import Moment
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import SECOND
from tests.vectors.corpus import FILES, Vector, calendar_of, instant, vectors
from tests.vectors.test_differences import UNMET

pytestmark = pytest.mark.vectors
CLOCKS = [vector for name in FILES for vector in vectors(name) if vector["law"] == "clock"]
DOCUMENT = tomllib.loads(Path(__file__).with_name("clocks.toml").read_text("utf-8"))
CASES: dict[str, dict[str, Any]] = {each["id"]: each for each in DOCUMENT.get("case", [])}
MINUTE, LONG = timedelta(minutes=1), 10_000 * 3600
NOTHING: dict[str, Any] = {"keys": []}
# A ticket whose owner asks for himself needs no first reply.
OWN = ("creator is requestor and owner",)
STARTS = Moment(Every((event("start"), Not(In("why", OWN)))))
TARGET: dict[str, Any] = {
    "id": "clock",
    "starts": STARTS,
    "stops": Moment(event("stop")),
    "resets": Moment(event("reset")),
    "cancels": Moment(event("drop")),
    "priority_field": "seconds",
    "without": ("0",),
}
PAUSE = sm.PauseRule("pause", event("pause"), event("resume"))


def named(vector: Vector) -> str:
    return str(vector["id"])


def application(vector: Vector) -> dict[str, Any]:
    """Return how this application's clocks are written."""
    fitting = (each for each in DOCUMENT["application"] if vector["id"].startswith(each["ids"]))
    found: dict[str, Any] = max(fitting, key=lambda each: len(each["ids"]))
    return found


def target_of(vector: Vector) -> sm.Target:
    """Return the target with the fields of its application, a limit for each that the events name."""
    args, policy, calendar = vector["args"], vector["args"].get("policy", {}), calendar_of(vector["calendar"])
    app = application(vector)
    dialect = sm.dialects()[app["dialect"]].fields if app["dialect"] else {}
    reading = "end_of_day" if policy.get("end_of_working_day") else "same_time"
    amounts = {str(seconds or "never"): Amount(us=(seconds or LONG) * SECOND) for seconds in seconds_of(args)}
    if "target_business_days" in args:
        amounts[""] = Amount(days=args["target_business_days"])
    promise: dict[str, Any] = {
        "limits": tuple((name or None, sm.Limit(each, calendar, reading=reading)) for name, each in amounts.items()),
        "pauses": () if policy.get("pauses_ignored") else (PAUSE,),
        "dialect": app["dialect"],
    }
    fields = {**dialect, **app["fields"], **CASES.get(vector["id"], {}).get("fields", {})}
    return sm.Target(**{**TARGET, **promise, **fields})


def seconds_of(args: dict[str, Any]) -> list[int]:
    """Return the limits of a case in seconds, the first one first; one that has none never runs out."""
    given = [each["target_seconds"] for each in args["events"] if each["do"] == "sla"]
    if "target_business_days" in args:
        return given
    return [LONG if args["target_seconds"] is None else args["target_seconds"], *given]


def log_of(args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the events; pauses that the source gives as a length lie right after the start."""
    first = next(iter(seconds_of(args)), "")
    for row in args["events"]:
        at = instant(row["at"])
        fields = {"why": row["why"]} if "why" in row else {}
        seconds = {"start": first, "sla": row.get("target_seconds")}.get(row["do"])
        yield {"at": at, EVENT: row["do"], **fields, **({} if seconds is None else {"seconds": seconds})}
        if row["do"] == "start" and (given := args.get("policy", {}).get("pause_seconds_given")):
            yield {"at": at, EVENT: "pause"}
            yield {"at": at + timedelta(seconds=given), EVENT: "resume"}


def told(found: dict[str, Any]) -> dict[str, Any]:
    """Return what the applications show of a verdict: whole minutes are cut, a percentage ends at 100."""
    if found["stage"] == "pending":
        return {"due_shown": None}
    limit, elapsed = found["limit"], found["elapsed"]
    minutes = elapsed // MINUTE
    running = found["stage"] == "running"
    return {
        "due": found["due"],
        "due_shown": found["due"] if running else None,
        "elapsed": elapsed,
        "elapsed_minutes": minutes,
        "elapsed_shown": None if found["stage"] == "cancelled" else elapsed,
        "remaining": found["remaining"],
        "remaining_minutes": limit // MINUTE - minutes,
        "paused": found["paused"],
        "breached": found["breached"],
        "percent_elapsed": min(round(found["percentage"]), 100),
    }


def expected(key: str, value: Any) -> Any:
    if key in {"due", "due_shown"} and value is not None:
        return instant(value)
    return timedelta(seconds=value) if key in {"elapsed", "remaining", "paused"} else value


def judged(vector: Vector) -> dict[str, Any]:
    """Return what is told of a vector's verdict, at the instant it names or at its last event."""
    log = list(log_of(vector["args"]))
    now = instant(vector["args"]["now"]) if "now" in vector["args"] else log[-1]["at"]
    return told(sm.Stopwatch(target_of(vector)).apply_all(log).verdict(now))


def cases() -> Iterator[Any]:
    for vector in CLOCKS:
        if "keys" in UNMET.get(vector["id"], NOTHING):
            waits = CASES.get(vector["id"], {}).get("waits", "")
            marks = [pytest.mark.xfail(reason=waits, strict=False)] if waits else []
            yield pytest.param(vector, id=vector["id"], marks=marks)


@pytest.mark.parametrize("vector", list(cases()))
def test_each_clock_is_met(vector: Vector) -> None:
    """C1 to C13: every figure that the case asserts, save the keys that UNMET names, which differ."""
    found, unmet = judged(vector), UNMET.get(vector["id"], NOTHING)["keys"]
    wanted = {key: expected(key, value) for key, value in vector["expect"].items()}
    same = {key for key, value in wanted.items() if key in found and found[key] == value}
    assert same == wanted.keys() - set(unmet), (found, wanted, vector)


@pytest.mark.parametrize("vector", [each for each in CLOCKS if each["args"].get("target_seconds") == 0], ids=named)
def test_no_limit_no_clock(vector: Vector) -> None:
    """C5, C10 no limit: limits are positive; where nothing is promised, there is no verdict, and no due."""
    with pytest.raises(sm.EventError, match="promises nothing"):
        judged(vector)


def test_every_vector_has_an_application() -> None:
    """Cases name vectors, and every vector is met, unmet in part, or unmet as a whole."""
    ids = {vector["id"] for vector in CLOCKS}
    assert len(ids) == len(CLOCKS) == 148
    assert CASES.keys() <= ids
    assert all(application(vector) for vector in CLOCKS)
    for name, each in UNMET.items():
        if name in ids:
            assert each["reason"]
