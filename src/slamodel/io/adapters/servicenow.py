"""ServiceNow: a verdict as the record of `task_sla` that its Table API would give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from slamodel.clock.evaluate import evaluate
from slamodel.clock.single import only
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.timeline.instants import to_datetime

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NONE: Final = timedelta(0)
_STAGES: Final = {
    "running": "in_progress",
    "paused": "paused",
    "met": "completed",
    "missed": "completed",
    "cancelled": "cancelled",
}


def task_sla(
    verdict: Mapping[str, Any],
    as_of: datetime,
    *,
    percentage_of: Literal["window", "limit"] = "window",
    first_due: datetime | None = None,
) -> dict[str, str]:
    """Return a verdict, as of an instant, as the fields of a ServiceNow ``task_sla`` record.

    Every value is a text: instants are UTC ``2026-01-05 15:00:00``, lengths the epoch plus the length
    (``1970-01-02 02:03:04`` is 26 h 3 min 4 s), percentages have two decimals at most, nothing is "". All lengths
    are those of the verdict, cut to the second: ``business_`` ones are covered time, the others wall time.

    ``business_percentage`` is business_duration of the limit. ``percentage`` has two denominators: "window", as the
    shipped script counts, is the wall time from start to due less what was paused; "limit", as an example of the
    documentation has it, is the limit itself. ``first_due`` is the due as it was at the start, for
    ``original_breach_time``: a verdict by itself does not tell it, and `task_slas` finds it.

    Raises EventError for a verdict that has no record there (pending, excluded), and for one of a paused clock that
    is not as of its pause: ServiceNow calculates nothing while a clock is paused.
    """
    stage, due = verdict["stage"], verdict["due"]
    if stage not in _STAGES:
        msg = f"{verdict['item']}: a clock that is {stage} has no task_sla record; keep those that have started"
        raise EventError(msg, "E190")
    if stage == "paused" and as_of != verdict["paused_since"]:
        since = verdict["paused_since"].isoformat()
        msg = f"{verdict['item']}: its record stands still since the pause; evaluate as of {since}"
        raise EventError(msg, "E190")
    now = verdict["stopped_at"] or as_of
    window = None
    if due is not None:
        whole = due - verdict["started_at"]
        window = whole - (verdict["wall_paused"] if whole >= verdict["wall_paused"] else verdict["paused"])
    return {
        "stage": _STAGES[stage],
        "active": _truth(verdict["stopped_at"] is None and stage != "cancelled"),
        "has_breached": _truth(verdict["breached"]),
        "start_time": _stamp(verdict["started_at"]),
        "end_time": _stamp(verdict["stopped_at"]),
        "pause_time": _stamp(verdict["paused_since"]),
        "planned_end_time": _stamp(due),
        "original_breach_time": _stamp(first_due),
        "pause_duration": _length(verdict["wall_paused"]),
        "business_pause_duration": _length(verdict["paused"]),
        "duration": _length(verdict["wall_elapsed"]),
        "percentage": _percent(verdict["wall_elapsed"], window if percentage_of == "window" else verdict["limit"]),
        "time_left": _length(None if due is None else max(due - now, _NONE)),
        "business_duration": _length(verdict["elapsed"]),
        "business_percentage": _percent(verdict["elapsed"], verdict["limit"]),
        "business_time_left": _length(None if verdict["remaining"] is None else max(verdict["remaining"], _NONE)),
    }


def task_slas(verdicts: VerdictTable, *, percentage_of: Literal["window", "limit"] = "window") -> list[dict[str, str]]:
    """Return the record of every verdict that has one, whole: as `task_sla`, after ``task`` (the item) and ``sla``.

    ``original_breach_time`` is the due as it was when the clock started, judged by what was known then. The record of a
    paused clock is that of its pause. Verdicts without a record (pending, excluded) are left out.
    """
    log, records = verdicts.log, []
    if log is None:
        raise EventError("these verdicts have no log, which tells what was due at the start", "E190")
    targets, items = verdicts.codes["target"].codes.tolist(), verdicts.item.tolist()
    for verdict, number, position in zip(verdicts, targets, items, strict=True):
        if verdict["stage"] not in _STAGES:
            continue
        target, alone, as_of = verdicts.targets[number], only(log, position), to_datetime(verdicts.as_of)
        told = verdict
        if verdict["stage"] == "paused":
            as_of = verdict["paused_since"]
            (told,) = evaluate([target], alone, as_of=as_of)
        known = max(verdict["started_at"], to_datetime(int(alone.at[0])))
        (first,) = evaluate([target], alone, as_of=known)
        record = task_sla(told, as_of, percentage_of=percentage_of, first_due=first["due"])
        records.append({"task": str(verdict["item"]), "sla": verdict["target"], **record})
    return records


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _stamp(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _length(length: timedelta | None) -> str:
    return "" if length is None else _stamp(_EPOCH + length)


def _percent(part: timedelta | None, whole: timedelta | None) -> str:
    """Write a share in per cent, rounded half up to two decimals, without the zeros that say nothing."""
    if part is None or not whole:
        return ""
    second = timedelta(seconds=1)
    hundredths = (20_000 * (part // second) * second + whole) // (2 * whole)
    units, rest = divmod(hundredths, 100)
    return f"{units}.{rest:02d}".rstrip("0").rstrip(".")
