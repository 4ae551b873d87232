"""``slamodel evaluate``: every item of a log judged by every target of an agreement."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import IO, Any

from slamodel.cli.arguments import (
    EXIT_CODES,
    UsageError,
    check_instant,
    check_outputs,
    mapped,
    pair,
    read_log,
    take_log,
    tell_notes,
    tell_rejects,
)
from slamodel.clock.evaluate import evaluate
from slamodel.clock.events import EventTable
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.model._checks import did_you_mean
from slamodel.model.portfolio import Portfolio
from slamodel.timeline.instants import to_datetime


def add(commands: Any) -> None:
    """Add the command to the line."""
    one = commands.add_parser(
        "evaluate",
        help="judge every item of an event log by every target of an agreement",
        description="Judge every item of an event log by every target of an agreement, and count.",
        epilog=EXIT_CODES,
    )
    take_log(one)
    one.add_argument("-o", "--output", metavar="FILE", help="write the verdicts: .csv, .json or .parquet")
    one.add_argument("--rejects", metavar="FILE", help="write the rows that were set aside, with reasons: .csv")
    one.add_argument(
        "--compare", type=pair, metavar="FIELD=TARGET", help="count the stored verdicts that ours reproduce"
    )
    one.add_argument("--strict", action="store_true", help="an event that changes nothing is an error")
    one.set_defaults(run=_evaluate)


def _evaluate(chosen: argparse.Namespace) -> int:
    from slamodel.io.agreement_file import load
    from slamodel.io.event_file import write_rejects
    from slamodel.io.verdict_file import check_kind, write_verdicts
    from slamodel.show import tables
    from slamodel.show.progress import Progress

    check_outputs([chosen.agreement, chosen.events], output=chosen.output, rejects=chosen.rejects)
    if chosen.output:
        try:
            check_kind(chosen.output)
        except EventError as error:
            raise UsageError(str(error)) from None
    book = load(chosen.agreement, dialect=chosen.dialect)
    field, target = chosen.compare or ("", "")
    _check_target(book, target)
    wanted = {one.priority_field for one in book.targets} | ({field} - {""})
    how = mapped(book.events, chosen.map, book, field)
    with Progress(sys.stderr) as progress:
        progress.phase(f"reading {Path(chosen.events).name}")
        events = read_log(chosen.events, how, needed=book.fields, wanted=wanted)
        check_instant(chosen.as_of, events)
        if field and events.field(field) is None:
            raise UsageError(
                f"--compare {field}={target}: the log has no {field!r}{did_you_mean(field, events.fields)}"
            )
        progress.phase("judging", len(events) * len(book.targets))
        verdicts = evaluate(book, events, as_of=chosen.as_of, strict=chosen.strict, progress=progress.step)
    _introduce(book, events, verdicts, sys.stdout)
    tables.print_table(tables.SUMMARY_HEAD, tables.summary_cells(verdicts.summary()), sys.stdout, names=2)
    if left := tables.without_verdict(verdicts):
        sys.stdout.write(f"\n{left}\n")
    if chosen.compare:
        _compare(verdicts, events, field, target)
    if chosen.output:
        write_verdicts(verdicts, chosen.output)
        sys.stdout.write(f"\n{len(verdicts):,} verdicts written to {chosen.output}\n")
    if chosen.rejects:
        write_rejects(chosen.rejects, events.rejects)
    tell_notes(verdicts)
    return tell_rejects(events, chosen.rejects)


def _introduce(book: Portfolio, events: EventTable, verdicts: VerdictTable, out: IO[str]) -> None:
    names = ", ".join(agreement.name or agreement.id for agreement in book.values())
    at = to_datetime(verdicts.as_of).isoformat().replace("+00:00", "Z")
    out.write(f"{names}: {len(events) + len(events.repeats):,} events of {len(events.items):,} items, as of {at}\n\n")


def _check_target(book: Portfolio, name: str) -> None:
    """Refuse a target that the agreement does not have; one of a part is named as ownership[network]."""
    known = [target.id for target in book.targets]
    if name and name not in known and name.partition("[")[0] not in known:
        raise UsageError(f"--compare: there is no target {name!r}{did_you_mean(name, known)}")


def _compare(verdicts: VerdictTable, events: EventTable, field: str, target: str) -> None:
    from slamodel.report.reconcile import reconcile
    from slamodel.show import tables

    rows = reconcile(verdicts, events, field, target)
    same, compared = sum(row.same for row in rows), sum(row.compared for row in rows)
    sys.stdout.write(f"\nStored {field} reproduced by {target}: {same:,} of {compared:,}\n\n")
    tables.print_table(tables.RECONCILED_HEAD, tables.reconciled_cells(rows), sys.stdout)
