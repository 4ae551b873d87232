"""What happens next on the command line: chances, forecasts, replays, digests and orders of work, in tables or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any, Final

from slamodel.clock.phrases import instant_words, length_words
from slamodel.clock.telling.ledger import as_text
from slamodel.clock.upcoming import NextBreaches
from slamodel.model.money import Money
from slamodel.report.ahead.chances import Chances
from slamodel.report.ahead.forecast import Forecast, percent
from slamodel.report.ahead.whatif import WhatIf
from slamodel.report.ahead.work.order import WorkOrder
from slamodel.report.attainment.figures import share_text
from slamodel.show.tables import print_table
from slamodel.timeline.durations import Amount

_FORECAST: Final = (
    *("period target", "period", "met", "missed", "open", "to arrive", "expected", "9 of 10 from", "to", "to be met"),
    *("may be missed",),
)
_CHANCES: Final = ("item", "target", "priority", "used", "limit", "late", "by clocks of", "finished")
_SIDES: Final = ("target", "period", "met", "of", "attainment", "would be met", "of", "attainment")
_NEXT: Final = ("item", "target", "priority", "stage", "due", "left")
_ORDER: Final = ("item", "binding", "due", "done", "why")


def print_json(data: Any, out: IO[str]) -> None:
    """Print plain data as JSON: instants as ISO 8601 UTC, lengths as [-]H:MM:SS, amounts of money as texts."""
    json.dump(_plain(data), out, indent=1, ensure_ascii=False)
    out.write("\n")


def print_forecasts(found: Iterable[Forecast], out: IO[str]) -> None:
    """Print a row a forecast, and below them what each says of money."""
    rows, notes, listed = [], [], list(found)
    several = len({one.agreement.id for one in listed}) > 1
    for one in listed:
        name = f"{one.agreement.id}/{one.target.id}" if several else one.target.id
        share, low, high = one.share, one.share_at(0.05), one.share_at(0.95)
        rows.append(
            (
                name,
                one.period,
                f"{one.met:,}",
                f"{one.missed:,}",
                f"{one.open:,}",
                f"{one.arrivals:,.0f}" if one.arrivals else "-",
                "-" if share is None else share_text(Fraction(share)),
                "-" if low is None else share_text(low),
                "-" if high is None else share_text(high),
                percent(one.chance),
                f"{one.headroom:,}" if one.headroom >= 0 else f"{-one.headroom:,} too many",
            )
        )
        if one.without_estimate:
            notes.append(
                f"{name}: {one.without_estimate} open without an estimate count with the most they can be; "
                f"at best {percent(one.chance_at_best)}"
            )
        if one.exposure is not None:
            notes.append(f"{name}: {one.exposure}")
        elif one.no_exposure:
            notes.append(f"{name}: the money at risk is not known: {one.no_exposure}")
    print_table(_FORECAST, rows, out, names=2)
    out.write("".join(f"\n{note}" for note in notes) + "\n" * bool(notes))


def print_chances(table: Chances, out: IO[str]) -> None:
    """Print a row an open clock: what it has used up, and how likely it is to be late, by which past clocks."""
    rows = [
        (
            str(row["item"]),
            row["target"],
            row["priority"] or "-",
            length_words(row["elapsed"]) if row["elapsed"] is not None else "-",
            length_words(row["limit"]) if row["limit"] is not None else "-",
            "not known" if row["chance"] is None else percent(row["chance"]),
            row["reason"] if row["chance"] is None else row["stratum"],
            f"{row['finished']:,}",
        )
        for row in table
    ]
    print_table(_CHANCES, rows, out, names=3)


def print_what_if(found: WhatIf, out: IO[str]) -> None:
    """Print both sides of every target, the items that change sides, what else changes, and the caveat."""
    rows = [
        (
            one.target,
            one.period,
            f"{one.met_before:,}",
            f"{one.met_before + one.missed_before:,}",
            _share(one.before),
            f"{one.met_after:,}",
            f"{one.met_after + one.missed_after:,}",
            _share(one.after),
        )
        for one in found.attainment
    ]
    print_table(_SIDES, rows, out, names=2)
    out.write("\n")
    for line in found.impact:
        out.write(f"{line}\n")
    for figure in found.figures:
        if figure.changes:
            out.write(f"{figure}\n")
    if found.credits.by_currency or found.credits.unknown:
        out.write(f"{found.credits}\n")
    out.write(f"\n{found.caveat}\n")


def print_next(found: NextBreaches, within: Amount, zone: str, out: IO[str]) -> None:
    """Print a row a clock that is late next, the paused ones last."""
    rows = [
        (
            str(row["item"]),
            row["target"],
            row["priority"] or "-",
            row["stage"],
            instant_words(row["due"] or row["due_if_resumed"], zone) + ("" if row["due"] else " if it goes on"),
            length_words(row["remaining"]),
        )
        for row in found
    ]
    out.write(f"Late within {within}: {len(rows)}\n")
    if rows:
        out.write("\n")
        print_table(_NEXT, rows, out, names=5)


def print_order(order: WorkOrder, zone: str, out: IO[str]) -> None:
    """Print a row a place of an order of work, and what is late in it."""
    rows = [
        (
            str(place.job.name),
            place.job.binding,
            instant_words(place.job.due, zone),
            instant_words(place.end, zone) + (" late" if place.late else ""),
            place.reason,
        )
        for place in order
    ]
    print_table(_ORDER, rows, out, names=len(_ORDER))
    out.write(f"\n{order.by}: {len(order.late)} of {len(order)} late\n")


def _share(share: Fraction | None) -> str:
    return "not measured" if share is None else share_text(share)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (Sequence, set, frozenset)) and not isinstance(value, (str, bytes)):
        return [_plain(one) for one in value]
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, (Money, Decimal)):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, datetime):
        return value if isinstance(value, bool) else as_text(value)
    return as_text(value)
