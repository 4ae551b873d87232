"""Events: what has happened to an item, in order, with the limit that each row's priority has (C6, C7, C10).

Rules and rows are plain data: a condition is ``{field: values}`` or None (never), a row ``{"at": ..., field: value}``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from tests.oracle.dates import Span

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = Mapping[str, Any]


def matches(when: Row | None, row: Row) -> bool:
    return when is not None and all(row.get(name) in values for name, values in when.items())


def cut(value: Any, unit: timedelta) -> Any:
    return value - (value - EPOCH) % unit if isinstance(value, datetime) else value


def promised(rules: Row, row: Row, last: Row) -> Span | None:
    """Return the limit of a row: that of its priority; dates are those that the item's last row holds (C5)."""
    limits, name = rules["limits"], row.get("priority")
    name = name if name in limits else None if name in rules["without"] else "else"
    span: Span | None = limits.get(name)
    if span and span.field:
        span = evolve(span, on=last[span.field]) if last.get(span.field) else None
    if span and span.agreed:
        span = span.worth(row.get(span.agreed) or "")
    return span and evolve(span, name=name)


def happened(rules: Row, rows: list[Row], as_of: datetime) -> list[Row]:
    """Return the rows by ``as_of``, each once, filled forward, each with its limit."""
    seen: list[Row] = []
    once = (row for n, row in enumerate(rows) if row["at"] <= as_of and row not in rows[:n])
    for row in sorted(once, key=lambda row: row["at"]):
        said = {name: cut(value, rules["resolution"]) for name, value in row.items() if value is not None}
        seen.append({**(seen or [{}])[-1], "do": None, **said})
    return [{**row, "limit": promised(rules, row, seen[-1])} for row in seen]


def placed(seen: list[Row], times: Row, as_of: datetime) -> list[Row]:
    """Return the rows with those at the ``times`` of moments between them: no events, they do what they are called."""
    held: dict[str, list[Row]] = {"starts": [], "stops": [], "ends": []}
    for name, at in times.items():
        if at and at <= as_of:
            # Before its first row nothing is known of an item, but what is promised for it.
            known = [row for row in seen if row["at"] <= at] or [{"limit": seen[0]["limit"]}]
            held[name].append({**known[-1], "at": at, "moment": name})
    return sorted([*held["starts"], *seen, *held["stops"], *held["ends"]], key=lambda row: row["at"])
