"""Every answer of another engine is either met or accounted for: nothing is skipped in silence."""

import tomllib
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import slamodel as sm
from tests.oracle import place
from tests.vectors.corpus import FILES, QUESTIONS, calendar_of, instant, vectors

pytestmark = pytest.mark.vectors
DOCUMENT = tomllib.loads(Path(__file__).with_name("differences.toml").read_text("utf-8"))
EXCEPTIONS: dict[str, dict[str, Any]] = {each["id"]: each for each in DOCUMENT["exception"]}
UNMET: dict[str, dict[str, Any]] = {each["id"]: each for each in DOCUMENT["unmet"]}
BY_ID = {vector["id"]: vector for name in FILES for vector in vectors(name)}


def kind(why: str) -> list[dict[str, Any]]:
    return [each for each in DOCUMENT["exception"] if each["why"] == why]


def test_ids_are_unique() -> None:
    """An exception names exactly one vector."""
    assert len(BY_ID) == sum(len(vectors(name)) for name in FILES)
    assert EXCEPTIONS.keys() <= BY_ID.keys()
    assert len(EXCEPTIONS) == len(DOCUMENT["exception"])
    assert UNMET.keys() <= BY_ID.keys()
    assert len(UNMET) == len(DOCUMENT["unmet"])
    assert {BY_ID[name]["law"] for name in UNMET} <= {"clock", "days"}


def test_counts_add_up() -> None:
    """Vectors met, vectors of another law and named exceptions are the whole corpus, law by law and op by op."""
    corpus = Counter((vector["law"], vector["op"]) for vector in BY_ID.values())
    told = Counter({(each["law"], each["op"]): each["count"] for each in DOCUMENT["difference"]})
    met = Counter({key: count for key, count in corpus.items() if key in QUESTIONS})
    assert len(told) == len(DOCUMENT["difference"])
    assert not told.keys() & met.keys()
    assert told + met == corpus
    exceptions = Counter((BY_ID[name]["law"], BY_ID[name]["op"]) for name in EXCEPTIONS)
    assert exceptions <= met
    assert met.total() - exceptions.total() == DOCUMENT["met"]
    assert corpus.total() == DOCUMENT["total"]


@pytest.mark.parametrize("name", [each["id"] for each in kind("never open")])
def test_never_open_is_refused(name: str) -> None:
    """E121: the peer answers "closed, 0 seconds, nothing"; here such a calendar is an error when it is made."""
    vector = BY_ID[name]
    assert vector["expect"] in (False, 0, [])
    with pytest.raises(sm.CalendarError, match="no open hours"):
        calendar_of(vector["calendar"])


@pytest.mark.parametrize("each", kind("time zone release"), ids=lambda each: each["id"])
def test_zone_release_decides(each: dict[str, Any]) -> None:
    """M6: the answer follows the release of the time zone rules; the peer had one from before Cuba's winter of 2026."""
    vector = BY_ID[each["id"]]
    calendar = calendar_of(vector["calendar"])
    args = vector["args"]
    if vector["op"] == "next_open":
        answer = calendar.next_open(instant(args["at"]))
    else:
        answer = calendar.due(instant(args["start"]), timedelta(seconds=args["seconds"]))
    winter = datetime(2026, 12, 1, tzinfo=place("America/Havana")).utcoffset()
    assert answer == instant(vector["expect"] if winter == timedelta(hours=-5) else each["ours"])


@pytest.mark.parametrize("each", kind("strict too"), ids=lambda each: each["id"])
def test_strict_as_well(each: dict[str, Any]) -> None:
    """At a closing the previous close is that closing; the peer's answer is the one before."""
    vector = BY_ID[each["id"]]
    calendar = calendar_of(vector["calendar"], "shift")
    at = instant(vector["args"]["at"])
    assert calendar.previous_close(at) == at
    opening = calendar.spans(at - timedelta(days=1), at)[-1][0]
    assert calendar.previous_close(opening) == instant(vector["expect"])
