"""Ledger: a verdict with the stretches that it is made of, which add up to it exactly (C15)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from slamodel.clock.texts import instant_text, length_text, safe_cell
from slamodel.model.limit import Limit
from slamodel.model.target import Target
from slamodel.timeline.instants import MICROSECOND, from_datetime

RUNNING: Final = "running"
PAUSED: Final = "paused"
STOPPED: Final = "stopped"
ENDED: Final = "ended"
IN_HOURS: Final = "in hours"
NO_LIMIT: Final = "the priority has no limit"
COLUMNS: Final = ("item", "target", "start", "end", "state", "covered", "length", "reason", "clause", "limit")
_NONE: Final = timedelta()


@frozen
class Stretch:
    """A part of a clock's life in which nothing changes: [start, end), aware datetimes in UTC.

    ``state``: "running", "paused", "stopped" (the gap before a reopening, or while there is no limit) or "ended".
    ``covered``: inside the hours of the calendar; only running time that is covered is used up. ``reason``: "in
    hours", the pause rules that hold, why the calendar is closed, or the event that stopped the clock; ``clause``
    where the paper says so; ``limit`` the limit that holds, such as "P2 8h". ``pauses`` are the names of the pause
    rules that hold, in the order of the agreement, and ``closed`` why the calendar is closed, if it is.
    """

    start: datetime
    end: datetime
    state: str
    covered: bool
    reason: str
    clause: str = ""
    limit: str = ""
    pauses: tuple[str, ...] = ()
    closed: str = ""

    @property
    def length(self) -> timedelta:
        """How long it is on the wall; of a covered stretch this is covered time as well."""
        return self.end - self.start


@frozen
class Ledger:
    """One verdict and its stretches, in order; they adjoin from ``started_at`` to ``as_of``.

    ``verdict`` is the row of the table of verdicts, ``target`` the promise, ``limit`` the one that decided (None
    where the priority has none) and ``zone`` that of the calendar that counted last. ``stopped_by`` names what
    stopped the clock, and ``paused_for`` the pause rules that hold at ``as_of``.
    """

    verdict: Mapping[str, Any]
    target: Target
    as_of: datetime
    stretches: tuple[Stretch, ...] = ()
    limit: Limit | None = None
    zone: str = "UTC"
    stopped_by: str = ""
    paused_for: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.stretches)

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self.stretches)

    def total(self, state: str = "", *, covered: bool | None = None) -> timedelta:
        """Return the sum of all stretches, or of those in one state, or of the covered or the closed among them."""
        return sum(
            (one.length for one in self.stretches if state in {"", one.state} and covered in {None, one.covered}), _NONE
        )

    @property
    def rescaled(self) -> timedelta:
        """What ``elapsed`` has beyond the covered running time: nothing, but where a share is carried (C10)."""
        return (self.verdict["elapsed"] or _NONE) - self.total(RUNNING, covered=True)

    @property
    def paused_by_reason(self) -> dict[str, timedelta]:
        """The covered time paused by each pause rule: they add up to ``paused``.

        Where several rules hold at once the time goes to the first of them in the agreement.
        """
        found: dict[str, timedelta] = {}
        for one in self.stretches:
            if one.state == PAUSED and one.covered:
                name = next(iter(one.pauses), "")
                found[name] = found.get(name, _NONE) + one.length
        order = {rule.name: number for number, rule in enumerate(self.target.pauses)}
        return dict(sorted(found.items(), key=lambda pair: order.get(pair[0], len(order))))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a stretch: aware datetimes in UTC, timedeltas, texts."""
        whose = {"item": self.verdict["item"], "target": self.target.id}
        return [
            {**whose, **{name: getattr(one, name) for name in COLUMNS if name not in whose}} for one in self.stretches
        ]

    def to_csv(self) -> str:
        """Return CSV text: instants as ISO 8601 UTC, lengths as H:MM:SS with hours beyond 24."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: safe_cell(as_text(value)) for name, value in row.items()} for row in self.to_dicts())
        return out.getvalue()


def as_text(value: Any) -> Any:
    """Write an instant, a length or a truth as files hold them; anything else stays as it is."""
    if isinstance(value, datetime):
        return instant_text(from_datetime(value))
    if isinstance(value, timedelta):
        return length_text(value // MICROSECOND)
    return str(value).lower() if isinstance(value, bool) else value
