"""``slamodel measure``: what an agreement promises over periods, from a log, outages, series and charges."""

from __future__ import annotations

import argparse
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from slamodel.cli.arguments import (
    DATA,
    EXIT_CODES,
    UsageError,
    check_instant,
    check_outputs,
    mapped,
    read_log,
    take_log,
    tell_rejects,
)
from slamodel.clock.evaluate import evaluate


def add(commands: Any) -> None:
    """Add the command to the line."""
    one = commands.add_parser(
        "measure",
        help="measure what an agreement promises over a month, or any other period",
        description="Measure what an agreement promises over periods: attainment, availability, credits and the rest.",
        epilog=EXIT_CODES,
    )
    take_log(one)
    one.add_argument(
        "--period", required=True, metavar="P", help="the stretch: 2026-06, 2026-Q2, 2026, 2026-01..2026-06, 2026-W24"
    )
    one.add_argument("--outages", metavar="FILE", help="outages, with service, from, to: .csv, .json, .jsonl, .parquet")
    one.add_argument("--charges", metavar="FILE", help="charges, with agreement, period, amount, currency")
    one.add_argument("--series", metavar="FILE", help="series of numbers, with at, series, value")
    one.add_argument("--format", choices=("text", "csv", "json"), default="text", help="default: text")
    one.add_argument("--why", action="store_true", help="add a sentence to each figure (text)")
    one.add_argument("-o", "--output", metavar="FILE", help="write to a file instead")
    one.set_defaults(run=_measure)


def _measure(chosen: argparse.Namespace) -> int:
    from slamodel.io.agreement_file import load
    from slamodel.io.charge_file import read_charges
    from slamodel.io.outage_file import read_outages
    from slamodel.io.series_file import read_series
    from slamodel.io.whole_file import whole_file
    from slamodel.report.measures.fields import measured_fields
    from slamodel.report.measures.measure import measure
    from slamodel.show.progress import Progress
    from slamodel.show.report import print_json, print_report

    inputs = [path for path in (chosen.outages, chosen.charges, chosen.series) if path is not None]
    check_outputs([chosen.agreement, chosen.events, *inputs], output=chosen.output)
    for path in inputs:
        if not Path(path).exists():
            raise UsageError(f"{path}: there is no such file")
    book = load(chosen.agreement, dialect=chosen.dialect)
    wanted = {target.priority_field for target in book.targets} | measured_fields(book.agreements)
    with Progress(sys.stderr) as progress:
        progress.phase(f"reading {Path(chosen.events).name}")
        how = mapped(book.events, chosen.map, book, *wanted)
        events = read_log(chosen.events, how, needed=book.fields, wanted=wanted)
        check_instant(chosen.as_of, events)
        outages = None if chosen.outages is None else read_outages(chosen.outages, timezone=book.events.timezone)
        charges = None if chosen.charges is None else read_charges(chosen.charges)
        series = None if chosen.series is None else read_series(chosen.series)
        progress.phase("judging", len(events) * len(book.targets))
        verdicts = evaluate(book, events, as_of=chosen.as_of, progress=progress.step)
        progress.phase("measuring")
        report = measure(book, verdicts=verdicts, outages=outages, charges=charges, series=series, period=chosen.period)
    text = StringIO()
    if chosen.format == "csv":
        text.write(report.to_csv())
    elif chosen.format == "json":
        print_json(report, text)
    else:
        print_report(report, sys.stdout if chosen.output is None else text, why=chosen.why)
    if chosen.output is None:
        sys.stdout.write(text.getvalue())
    else:
        with whole_file(chosen.output) as file:
            file.write(text.getvalue())
    code = tell_rejects(events, None, "slamodel evaluate --rejects FILE writes them all")
    for name, facts in (("outages", outages), ("series", series)):
        for reject in (() if facts is None else facts.rejects)[:1]:
            many = len(facts.rejects) if facts is not None else 0
            sys.stderr.write(f"{many:,} of the {name} set aside; line {reject.line}: {reject.reason}\n")
            code = DATA
    return code
