"""Evaluate: a log held against every target of a portfolio, at one instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from slamodel.clock.columns import Columns, filled
from slamodel.clock.events import EventTable
from slamodel.clock.run import judged, parts, until
from slamodel.clock.unmatched import looks_like, quoted, used_texts
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError, Problem
from slamodel.model.portfolio import Portfolio
from slamodel.model.target import Target
from slamodel.timeline.instants import Int64, from_datetime

_MOST_SHOWN: Final = 8


def evaluate(
    book: Portfolio | Iterable[Target],
    events: EventTable,
    *,
    as_of: datetime | None = None,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
) -> VerdictTable:
    """Judge every item of a log by every target that applies to it, as things stood at ``as_of``.

    ``as_of``: an aware datetime (default: the last instant of the log); events after it are not there yet.
    ``strict``: raise EventError for events that change nothing and rows that repeat one, instead of listing them (C6).
    ``progress`` is called with the number of events done since the last call.

    One row an item and target, in the order of the targets, then of the items' names. Raises EventError where
    the log lacks a field that a target needs, or where no priority of the log has a limit; AgreementError where two
    agreements claim an item equally (E191), or versions cannot be followed as they say (C12).
    """
    if not len(events):
        raise EventError("the log has no usable row", "E190")
    at = int(events.at.max()) if as_of is None else from_datetime(as_of)
    promised = book.promises(at) if isinstance(book, Portfolio) else tuple(book)
    seen = until(events, at)
    targets = tuple(part for target in promised for part in parts(target, seen))
    out = Columns(len(targets) * len(seen.items))
    unused: dict[str, list[Int64]] = {}
    for one in judged(targets, seen, at, progress):
        out.put(one.cells, one.kept)
        if len(one.ignored):
            unused.setdefault(one.target.id, []).append(one.ignored)
    table = VerdictTable(**filled(targets, seen, out, unused, at))
    if len(seen) and not len(table):
        _explain_none(targets, seen)
    if strict and table.ignored:
        raise EventError([Problem("E192", "", note) for note in table.ignored])
    return table


def _explain_none(targets: tuple[Target, ...], events: EventTable) -> None:
    """Say why nothing was judged: most often the log and the agreement name the priorities differently."""
    for target in targets:
        column = events.field(target.priority_field)
        promised = [priority for _, priority, _ in target.every_limit if priority is not None]
        found = used_texts(column)
        if promised and not set(promised) & set(found):
            alike = {looks_like(name): name for name in promised}
            near = [f"{text!r} looks like {alike[looks_like(text)]!r}" for text in found if looks_like(text) in alike]
            hint = f" ({', '.join(near[:_MOST_SHOWN])})" if near else ""
            msg = (
                f"no item of the log has a priority that target {target.id!r} promises anything for: it names "
                f"{quoted(promised)}, the log's {target.priority_field!r} has {quoted(found) or 'no value'}{hint}; "
                "map them under events: values"
            )
            raise EventError(msg, "E136")
