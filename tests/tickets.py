"""Small logs by hand: a line is ``2026-06-10T14:03Z opened priority=P2``, its first bare word what was done."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import slamodel as sm
from slamodel.clock.evaluate import evaluate
from slamodel.timeline.durations import amount

BH = {"timezone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}, "closed": ["2026-12-25", "2026-12-28"]}
RESOLVED = {"resolve": {"within": "8h"}}
Row = dict[str, Any]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def length(text: str) -> timedelta:
    """Read "-1h30m" as it stands in tables of expected values."""
    sign = -1 if text.startswith("-") else 1
    return sign * timedelta(microseconds=amount(text.removeprefix("-")).us)


def rows(*lines: str) -> list[Row]:
    """Return the events of these lines."""
    found = []
    for line in lines:
        when, *words = line.split()
        row: Row = {"at": at(when)}
        for word in words:
            name, equals, value = word.partition("=")
            row.update({name: value} if equals else {"do": word})
        found.append(row)
    return found


def promise(limits: Any = "8h", *, calendar: Any = BH, target: str = "resolve", **document: Any) -> sm.Target:
    """Return a target as an agreement file writes it; keys of the agreement itself are passed by name."""
    options = limits if isinstance(limits, Mapping) else {"within": limits}
    whole = {"slamodel": 1, "agreement": "test", "calendar": calendar, "targets": {target: options}, **document}
    return sm.load(whole)["test"][target]


def events_of(logs: Mapping[str, Iterable[Row]], kind: str = "changes", times: Iterable[str] = ()) -> sm.EventTable:
    """Return the table of some items' rows."""
    found = [{"item": item, **row} for item, log in logs.items() for row in log]
    return sm.read_events(found, sm.EventMap(kind=kind, times=tuple(times)))


def verdict(target: sm.Target, *lines: str, as_of: str | datetime | None = None, kind: str = "changes") -> Row:
    """Return the verdict on one item, which is the same alone, in a batch, and live."""
    log = rows(*lines)
    now = at(as_of) if isinstance(as_of, str) else as_of or max(row["at"] for row in log)
    times = target.time_fields
    found = evaluate([target], events_of({"0": log}, kind, times), as_of=now).to_dicts()
    batch = evaluate([target], events_of({str(n): log for n in range(9)}, kind, times), as_of=now).to_dicts()
    assert batch == [{**found[0], "item": str(n)} for n in range(9)]
    if kind == "changes":
        assert sm.Stopwatch(target, {"item": "0"}).apply_all(log).verdict(now) == found[0]
    return found[0]
