"""The corpus: answers of other engines, and their calendars read as ours."""

import gzip
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import slamodel as sm

DATA = Path(__file__).parent / "data"
FILES = sorted(path.name.removesuffix(".jsonl.gz") for path in DATA.glob("*.jsonl.gz"))
Vector = dict[str, Any]

# (law, op) of a vector -> the question of ours that gives its answer. All other vectors stand in differences.toml.
QUESTIONS = {
    ("ours", "elapsed"): "elapsed",
    ("ours", "due"): "due",
    ("ours", "due_back"): "start_by",
    ("ours", "is_open"): "is_open",
    ("ours", "next_open"): "next_open",
    ("ours", "prev_close"): "previous_close",
    ("ours", "spans"): "spans",
    ("latest", "due"): "breaches_after",
    ("shift", "elapsed"): "elapsed",
    ("shift", "is_open"): "is_open",
    ("shift", "next_open"): "next_open",
    ("shift", "prev_close"): "previous_close",
    ("zero:start", "due"): "due",
    ("zero:start", "due_back"): "start_by",
    ("zero:open", "due"): "breaches_after",
    ("zero:back", "due_back"): "previous_close",
}


@cache
def vectors(name: str) -> list[Vector]:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def calendar_of(document: dict[str, Any] | None, closure: str = "date") -> sm.ServiceCalendar:
    if document is None:
        return sm.ServiceCalendar(hours="24x7")
    return sm.ServiceCalendar(
        timezone=document["timezone"],
        hours={day: hours_text(hours) for day, hours in document["weekly"].items()} or {"daily": "closed"},
        special={day: hours_text(hours) for day, hours in document.get("overrides", {}).items()},
        closed=[item for pair in document.get("closed", ()) for item in closures(pair["from"], pair["to"])],
        breaks={day: hours_text(hours) for day, hours in document.get("breaks", {}).items()},
        closure=closure,
    )


def closures(start: str, stop: str) -> list[Any]:
    if "T" in start:
        return [(start, stop)]
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(stop)
    return [(first + timedelta(n)).date() for n in range((last - first).days)]


def hours_text(hours: Iterable[tuple[str, str]]) -> str:
    """Write the hours of a day: overlapping ones as one (they are an error here), equal ends as 24 hours."""
    joined: list[list[int]] = []
    for start, end in sorted(
        (seconds(a), seconds(b) if seconds(b) > seconds(a) else seconds(b) + 86400) for a, b in hours
    ):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return ", ".join(f"{clock(start)}-{clock(end)}" for start, end in joined) or "none"


def seconds(text: str) -> int:
    return sum(int(number) * unit for number, unit in zip(text.split(":"), (3600, 60, 1), strict=False))


def clock(at: int) -> str:
    return f"{at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d}"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def joined_spans(spans: Iterable[tuple[str, str]]) -> list[tuple[datetime, datetime]]:
    """Return stretches as a set of instants: touching ones are one, empty ones none (S2)."""
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted((instant(a), instant(b)) for a, b in spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found
