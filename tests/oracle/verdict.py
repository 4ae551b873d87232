"""Verdict: what the clocks of one item come to, as a row of a table of verdicts (C7, C10, C11)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.oracle.count import counted
from tests.oracle.events import Row, cut, happened, placed
from tests.oracle.life import Life

NEVER = datetime.max.replace(tzinfo=UTC)
COLUMNS = (
    *("stage", "breached", "started_at", "stopped_at", "due", "breaches_after", "breached_at", "elapsed", "cycles"),
    *("wall_elapsed", "paused", "wall_paused", "remaining", "limit", "paused_since", "due_if_resumed"),
)


def verdict(rules: Row, rows: list[Row], as_of: datetime, step: timedelta) -> dict[str, Any] | None:
    """Tick through an item's life up to ``as_of``; None where nothing is promised."""
    seen = happened(rules, rows, as_of)
    if not seen or (rules["per"] and not any(row.get(rules["per"]) == rules["part"] for row in seen)):
        return None
    times = {name: seen[-1].get(rules[f"{name}_at"]) for name in ("starts", "stops", "ends")}
    for name, (other, edge) in rules["after"].items():
        times[name] = cut((verdict(other, rows, as_of, step) or {}).get(f"{edge}_at"), rules["resolution"])
    seen = placed(seen, times, as_of)
    nothing: dict[str, Any] = dict.fromkeys(COLUMNS) | {"breached": False, "cycles": 0}
    if rules["per"]:
        elsewhere = {None, *(row.get(rules["per"]) for row in seen)} - {rules["part"]}
        rules = {**rules, "pauses": ({"when": {rules["per"]: elsewhere}}, *rules["pauses"])}
    found = clocks(rules, seen, cut(as_of, rules["resolution"]), step)
    if not found and seen[-1]["limit"]:
        found = [{"stage": "pending", "limit": None if seen[-1]["limit"].is_dated else seen[-1]["limit"].amount}]
    if not found or not found[-1]:
        return None
    if times["starts"] and times["stops"] and times["stops"] < times["starts"]:
        return nothing | {"stage": "excluded"}
    judged = {"first": found[:1], "last": found[-1:], "all": found}[rules["met_if"]]
    late = min((row["breached_at"] for row in judged if row and row.get("breached_at")), default=None)
    row = nothing | found[-1] | {"breached_at": late, "breached": late is not None}
    if row["stage"] in {"met", "missed"}:
        row["stage"] = "missed" if late else "met"
    return row | {"cycles": len(found) * (row["stage"] != "pending")}


def clocks(rules: Row, seen: list[Row], as_of: datetime, step: timedelta) -> list[dict[str, Any] | None]:
    """Return the row of each clock; under `strictest` of the one of two that runs out first (C10)."""
    if rules["change"] == "strictest":
        both = [clocks({**rules, "change": change}, seen, as_of, step) for change in ("carry", "keep")]
        return [min(pair, key=runs_out) for pair in zip(*both, strict=True)]
    return [counted(rules, clock, seen[-1]["limit"], step) for clock in Life(rules, seen, as_of, step).clocks]


def runs_out(row: dict[str, Any] | None) -> datetime:
    names = ("breached_at", "breaches_after", "due_if_resumed")
    return next((row[name] for name in names if row and row.get(name)), NEVER)
