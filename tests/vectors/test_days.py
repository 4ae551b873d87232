"""Business days of other engines: each one's convention in terms of ours, met to the instant (C5).

All of them ask which date lies N business days away, and keep the time of day; none of them looks at the hours for
the date. So dates are counted on a calendar of whole days; what a peer makes of a time outside the hours, and of a
start on another day, is its policy below.
"""

import json
from collections import defaultdict
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

import slamodel as sm
from slamodel.clock.evaluate import evaluate
from slamodel.timeline.instants import HOUR, MINUTE, SECOND, Int64, from_datetime, to_datetime
from slamodel.timeline.relative import CLOSE
from slamodel.timeline.workdays import Workdays
from slamodel.timeline.zones import zone
from tests.tickets import events_of, promise
from tests.vectors.corpus import FILES, Vector, calendar_of, instant, vectors
from tests.vectors.test_differences import UNMET

pytestmark = pytest.mark.vectors
DAYS = [vector for name in FILES for vector in vectors(name) if vector["law"] == "days"]
DATES = [vector for vector in DAYS if vector["op"] != "is_open"]


class Policy(NamedTuple):
    """What a peer makes of a start on a date that is no business day, and of a time outside the hours.

    ``counts``: "from" the business day that the start is moved to, forwards and, going back, ``backwards``; or that
    day "is the first". ``moves``: whether a time outside the hours moves on to the next open instant.
    """

    counts: str = "from"
    backwards: bool = True
    moves: bool = False


POLICIES = {
    "numpy-busday": Policy(backwards=False),
    "working_hours": Policy(),
    "glpi": Policy(),
    "biz": Policy(counts="is the first", moves=True),
    "ran-biz": Policy(counts="is the first", moves=True),
}


def named(vector: Vector) -> str:
    return str(vector["id"])


def peer(vector: Vector) -> str:
    return named(vector).partition("/")[0]


def whole_days(document: dict[str, Any]) -> dict[str, Any]:
    """Return the same business days, open all day; a peer's overrides and breaks change no date."""
    weekly = {day: [("00:00", "24:00")] for day, hours in document["weekly"].items() if hours}
    return {"timezone": document["timezone"], "weekly": weekly, "closed": document.get("closed", [])}


def made(document: dict[str, Any]) -> tuple[sm.ServiceCalendar, Workdays]:
    """Return a calendar and its business days."""
    return _made(json.dumps(document, sort_keys=True))


@cache
def _made(text: str) -> tuple[sm.ServiceCalendar, Workdays]:
    calendar = calendar_of(json.loads(text))
    return calendar, Workdays(str(calendar), zone(calendar.timezone), calendar.opening)


def dated(document: dict[str, Any], start: datetime, days: int, policy: Policy, *, back: bool) -> Int64:
    """Return the midnight of the date that lies so many business days after or before a start."""
    (dates, days_of), at = made(document), np.array([from_datetime(start)])
    first = policy.counts == "is the first"
    if not back:
        return days_of.after(at, np.array([days]), 0 if first else None)[1]
    if not policy.backwards:
        at = days_of.after(at, np.array([0]))[0]
    off = not dates.opening(start.astimezone(zone(dates.timezone).info).date())
    return days_of.before(at, max(days - (first and off), 0))[1]


def answer(vector: Vector) -> datetime:
    """Return what a peer's policy makes of our business days."""
    args, policy, back = vector["args"], POLICIES[peer(vector)], vector["op"] == "due_back"
    start, days = instant(args["start"]), args["business_days"]
    (calendar, hours_of), dates = made(vector["calendar"]), whole_days(vector["calendar"])
    midnight = dated(dates, start, days, policy, back=back)
    if args.get("end_of_working_day"):
        return to_datetime(int(hours_of.after(midnight, np.array([0]), CLOSE)[0][0]))
    if peer(vector) == "numpy-busday":
        return to_datetime(int(midnight[0]))
    if days == 0 and not policy.moves:
        return start
    wall = start.astimezone(zone(calendar.timezone).info)
    since = wall.hour * HOUR + wall.minute * MINUTE + wall.second * SECOND + wall.microsecond
    found = to_datetime(int(made(dates)[1].after(midnight, np.array([0]), since)[0][0]))
    if not policy.moves or calendar.is_open(found):
        return found
    moved: datetime = calendar.previous_close(found) if back else calendar.next_open(found)
    return moved


def rolled(vector: Vector) -> datetime:
    """Return where NumPy's other ways to roll put a start: onto the business day before or after, by the month."""
    start, way = instant(vector["args"]["start"]), vector["convention"].partition("roll=")[2].split()[0]
    (_, days_of), at = made(vector["calendar"]), np.array([from_datetime(start)])
    before, after = (to_datetime(int(day[0])) for day in (days_of.before(at, 0)[1], days_of.after(at, at * 0)[1]))
    first, second = (before, after) if way == "modifiedpreceding" else (after, before)
    return before if way == "backward" else first if first.month == start.month else second


@pytest.mark.parametrize("name", POLICIES)
def test_each_date_is_met(name: str) -> None:
    """C5: every date of a peer by its policy; those in UNMET differ, each for its reason."""
    wrong = []
    for vector in DATES:
        if peer(vector) == name:
            ask = rolled if any(way in vector["convention"] for way in ("modified", "backward")) else answer
            found = ask(vector)
            if (found == instant(vector["expect"])) == (vector["id"] in UNMET):
                wrong.append(f"{vector['id']}: {vector['args']} is {found}, told {vector['expect']}; {vector}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("vector", [each for each in DAYS if each["op"] == "is_open"], ids=named)
def test_business_dates(vector: Vector) -> None:
    """C5 business day: a date is a business day where hours start on it."""
    opening = calendar_of(vector["calendar"]).opening(instant(vector["args"]["at"]).date())
    assert bool(opening) == vector["expect"]


def test_limits_in_business_days() -> None:
    """C5: the same dates as limits of a target, read as the same time or as the end of the day."""
    groups: defaultdict[tuple[str, str], list[Vector]] = defaultdict(list)
    for vector in DATES:
        args = vector["args"]
        if peer(vector) in {"numpy-busday", "glpi"} and vector["op"] == "due" and args["business_days"]:
            reading = "end_of_day" if args.get("end_of_working_day") else "same_time"
            groups[reading, json.dumps(vector["calendar"], sort_keys=True)].append(vector)
    for (reading, text), asked in groups.items():
        limits = {str(each["args"]["business_days"]): f"{each['args']['business_days']}bd" for each in asked}
        target = promise({**limits, "reading": reading}, calendar=calendar_of(json.loads(text)).to_dict())
        starts = [instant(each["args"]["start"]) for each in asked]
        log = {
            each["id"]: [{"at": start, "do": "opened", "priority": str(each["args"]["business_days"])}]
            for each, start in zip(asked, starts, strict=True)
        }
        found = evaluate([target], events_of(log)).to_dicts()
        assert {each["item"]: each["due"] for each in found} == {each["id"]: instant(each["expect"]) for each in asked}
    assert sum(map(len, groups.values())) == 259
