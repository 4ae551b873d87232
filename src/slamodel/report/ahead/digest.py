"""Digest: what a morning begins with: breached since, at risk now, new since, still paused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import frozen

from slamodel.clock.phrases import length_words
from slamodel.clock.stages import PAUSED
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import InstantError
from slamodel.report.ahead.binomial import exact_share
from slamodel.report.ahead.strata import is_open
from slamodel.report.backing.words import instant_text
from slamodel.timeline.instants import NAT, Bool, Int64, from_datetime, to_datetime, to_timedelta
from slamodel.timeline.zones import zone

AT_RISK: Final = Fraction(3, 4)
SECTIONS: Final = ("breached", "at_risk", "new", "paused")
_TITLES: Final[Mapping[str, str]] = {
    "breached": "Breached since",
    "at_risk": "At risk",
    "new": "New since",
    "paused": "Still paused",
}


@frozen(kw_only=True)
class Line:
    """One clock in a digest: ``at`` is when it was breached, will be, was opened, or paused; None where not known."""

    item: Any
    target: str
    priority: str | None
    at: datetime | None
    used: Fraction | None
    told: str

    def to_dict(self) -> dict[str, Any]:
        """Return one flat dict; ``used`` is the share of the limit, as a float."""
        return {
            "item": self.item,
            "target": self.target,
            "priority": self.priority,
            "at": self.at,
            "used": None if self.used is None else float(self.used),
            "told": self.told,
        }


@frozen(kw_only=True)
class Digest:
    """What happened in [since, until) and how things stand then, clock by clock; ``str()`` is the text of it.

    ``breached`` came to be late in the window, ``at_risk`` are open, in time, and have used so great a share of their
    limit, the nearest to it first; ``new`` started in the window; ``paused`` stand still, the longest first.
    """

    since: datetime
    until: datetime
    risk: Fraction
    breached: tuple[Line, ...]
    at_risk: tuple[Line, ...]
    new: tuple[Line, ...]
    paused: tuple[Line, ...]

    def __str__(self) -> str:
        lines = [f"From {instant_text(self.since)} to {instant_text(self.until)}"]
        for name in SECTIONS:
            found = getattr(self, name)
            lines.append(f"\n{_TITLES[name]}: {len(found)}")
            lines += [f"  {one.item}  {one.priority or '-'}  {one.target}: {one.told}" for one in found]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the digest as plain data: aware datetimes, a list of dicts for each part."""
        parts = {name: [one.to_dict() for one in getattr(self, name)] for name in SECTIONS}
        return {"since": self.since, "until": self.until, "at_risk_from": float(self.risk), **parts}


def digest(verdicts: VerdictTable, since: datetime, *, at_risk: Fraction = AT_RISK, timezone: str = "UTC") -> Digest:
    """Return what happened from ``since`` to the ``as_of`` of the verdicts, and how things stand then.

    The window is half-open, so that digests that follow each other tell each breach once. ``at_risk`` is the share of
    the limit from which an open clock is told (exact: Fraction(3, 4)); ``timezone`` is that of the texts. Raises
    InstantError where ``since`` is naive or not before ``as_of``, ValueError for a share that is none.
    """
    low, high = from_datetime(since), verdicts.as_of
    if low >= high:
        msg = f"since ({since.isoformat()}) is not before the verdicts' as_of ({to_datetime(high).isoformat()})"
        raise InstantError(msg)
    at_risk = exact_share(at_risk, "a limit")
    place = zone(timezone).info
    values, late = verdicts.values, verdicts.breached
    going, paused = is_open(verdicts), verdicts.codes["stage"].codes == PAUSED
    elapsed, limit = values["elapsed"], values["limit"]
    limited = (elapsed != NAT) & (limit != NAT) & (limit > 0)
    near = np.zeros(len(verdicts), bool)
    kept = np.flatnonzero(going & ~late & limited)
    near[kept] = [
        used * at_risk.denominator >= whole * at_risk.numerator
        for used, whole in zip(elapsed[kept].tolist(), limit[kept].tolist(), strict=True)
    ]

    def lines(rows: Int64, column: str, told: str) -> tuple[Line, ...]:
        return tuple(_line(verdicts, row, column, told, int(left[row]), place) for row in rows.tolist())

    def ordered(chosen: Bool, key: Int64) -> Int64:
        rows = np.flatnonzero(chosen)
        return rows[np.argsort(key[rows], kind="stable")]

    breached_at, started_at = values["breached_at"], values["started_at"]
    left = verdicts.column("remaining").view(np.int64)
    return Digest(
        since=to_datetime(low, place),
        until=to_datetime(high, place),
        risk=at_risk,
        breached=lines(ordered(late & _inside(breached_at, low, high), breached_at), "breached_at", "late since {at}"),
        at_risk=lines(ordered(near, left), "due", "{used} % used, {length} left, due {at}"),
        new=lines(ordered(_inside(started_at, low, high), started_at), "started_at", "since {at}"),
        paused=lines(
            ordered(paused & going, values["paused_since"]), "paused_since", "paused since {at}, {length} left"
        ),
    )


def _inside(at: Int64, low: int, high: int) -> Bool:
    found: Bool = (at != NAT) & (at >= low) & (at < high)
    return found


def _line(verdicts: VerdictTable, row: int, column: str, told: str, left: int, place: Any) -> Line:
    at = int(verdicts.values[column][row])
    elapsed, limit = int(verdicts.values["elapsed"][row]), int(verdicts.values["limit"][row])
    used = Fraction(elapsed, limit) if NAT not in {elapsed, limit} and limit else None
    when = None if at == NAT else to_datetime(at, place)
    name = verdicts.items[verdicts.item[row]]
    words = told.format(
        at="not while it is paused" if when is None else instant_text(when),
        used="-" if used is None else int(used * 100),
        length="-" if left == NAT else ("-" if left < 0 else "") + length_words(to_timedelta(left)),
    )
    priority = _value(verdicts, "priority", row)
    return Line(
        item=name.item() if hasattr(name, "item") else name,
        target=_value(verdicts, "target", row),
        priority=None if priority is None else str(priority),
        at=when,
        used=used,
        told=words,
    )


def _value(verdicts: VerdictTable, name: str, row: int) -> Any:
    column = verdicts.codes[name]
    code = int(column.codes[row])
    return None if code < 0 else column.values[code]
