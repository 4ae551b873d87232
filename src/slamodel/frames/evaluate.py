"""Evaluate whatever holds events: a file, a frame, Python's own tables, or an `EventTable`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from slamodel.clock import evaluate as clock
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError
from slamodel.frames.intake import events_of
from slamodel.model.agreement import Agreement
from slamodel.model.portfolio import Portfolio
from slamodel.model.target import Target
from slamodel.report.measures.fields import measured_fields


def evaluate(
    book: Portfolio | Iterable[Target],
    events: Any,
    *,
    as_of: datetime | None = None,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
) -> VerdictTable:
    """Judge every item of a log by every target that applies to it, as things stood at ``as_of``.

    ``book`` is a portfolio, or targets; ``events`` the path of a log, a pandas, polars or Arrow table, a mapping
    of columns, a list of mappings, or an `EventTable`; the portfolio's ``events`` section says how it is read.
    ``as_of`` is an aware datetime (default: the last instant of the log); events after it are not there yet.
    ``strict`` raises EventError for events that change nothing, instead of listing them (C6). ``progress`` is
    called with the number of events judged since its last call.

    One row an item and target, in the order of the targets, then of the items' names. Raises EventError where
    the log cannot be read, lacks a field that a target needs, or has no priority with a limit; AgreementError where
    ``book`` is no portfolio (E107), two agreements claim an item equally (E191), or versions cannot be followed as they
    say (C12).
    """
    measured: frozenset[str] = frozenset()
    if not isinstance(book, (Portfolio, list, tuple, set, frozenset, Iterator)):
        what = f"agreement {book.id!r}" if isinstance(book, Agreement) else f"{book!r:.60}"
        raise AgreementError(
            f"evaluate takes a portfolio, or targets, not {what}; pass what slamodel.load() gives", "E107"
        )
    if isinstance(book, Portfolio):
        targets, needed, how = book.targets, book.fields, book.events
        measured = measured_fields(book.agreements)
    else:
        targets, how = tuple(book), None
        needed = frozenset().union(*(target.fields for target in targets))
    wanted = {target.priority_field for target in targets} | measured
    table = events_of(events, how, needed=needed, wanted=wanted)
    judged = book if isinstance(book, Portfolio) else targets
    return clock.evaluate(judged, table, as_of=as_of, strict=strict, progress=progress)
