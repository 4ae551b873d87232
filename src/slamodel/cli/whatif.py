"""``slamodel whatif``: what other terms would have done to a log."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from slamodel.cli.arguments import EXIT_CODES, mapped, take_log, tell_rejects
from slamodel.errors import AgreementError
from slamodel.model.event_map import EventMap
from slamodel.model.period import Period
from slamodel.model.portfolio import Portfolio
from slamodel.report.measures.fields import measured_fields


def add(commands: Any) -> None:
    """Add the command to the line."""
    one = commands.add_parser(
        "whatif",
        help="replay a log under a changed agreement",
        description="Replay a log under a changed agreement: which items change sides, and what it comes to.",
        epilog=EXIT_CODES,
    )
    take_log(one)
    one.add_argument(
        "--change",
        required=True,
        metavar="FILE",
        help="what would be otherwise (change: ID, ...), or a whole agreement",
    )
    one.add_argument("--period", type=_period, default="term", metavar="P", help="month, quarter, ... (default: term)")
    one.add_argument("--charges", metavar="FILE", help="what credits are shares of: .csv or .json")
    one.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    one.set_defaults(run=_what_if)


def _what_if(chosen: argparse.Namespace) -> int:
    from slamodel.io.agreement_file import load
    from slamodel.io.changed_agreement import load_changed
    from slamodel.io.charge_file import read_charges
    from slamodel.io.event_file import read_events
    from slamodel.report.ahead.whatif import what_if
    from slamodel.show import ahead
    from slamodel.show.progress import Progress

    book: Portfolio = load(chosen.agreement, dialect=chosen.dialect)
    changed = load_changed(chosen.agreement, chosen.change, dialect=chosen.dialect)
    charges = read_charges(chosen.charges) if chosen.charges else None
    papers = [*book.agreements, *changed.agreements]
    wanted = measured_fields(papers) | {target.priority_field for one in papers for target in one.targets}
    needed = book.fields | changed.fields
    maps = [mapped(one.events, chosen.map, one, *needed, *wanted) for one in (book, changed)]

    def read(events: EventMap) -> Any:
        return read_events(chosen.events, events, needed=needed, wanted=wanted)

    with Progress(sys.stderr) as progress:
        progress.phase(f"reading {Path(chosen.events).name}")
        events = read(maps[0])
        again = None if maps[0] == maps[1] else read(maps[1])
        progress.phase("judging twice")
        found = what_if(book, changed, events, as_of=chosen.as_of, period=chosen.period, charges=charges, reread=again)
    if chosen.format == "json":
        ahead.print_json(found.to_dict(), sys.stdout)
    else:
        ahead.print_what_if(found, sys.stdout)
    return tell_rejects(events, None, "slamodel evaluate --rejects FILE writes them all")


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except AgreementError as error:
        raise argparse.ArgumentTypeError(error.problems[0].message) from None
