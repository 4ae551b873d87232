"""``slamodel forecast``: how periods will end, and which open items are likely to be late."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from attrs import evolve

from slamodel.cli.arguments import EXIT_CODES, instant, mapped, take_log, tell_rejects
from slamodel.clock.evaluate import evaluate
from slamodel.errors import AgreementError
from slamodel.model.metric import Metric
from slamodel.model.percent import Percent
from slamodel.model.period_target import PeriodTarget
from slamodel.model.portfolio import Portfolio
from slamodel.report.measures.fields import measured_fields


def add(commands: Any) -> None:
    """Add the command to the line."""
    one = commands.add_parser(
        "forecast",
        help="tell how periods will end, and which open items are likely to be late",
        description="Tell how the periods that run will end, and which open items are likely to be late.",
        epilog=EXIT_CODES,
    )
    take_log(one)
    one.add_argument(
        "--by", default="", metavar="FIELDS", help="compare items by these (default: priority, and service)"
    )
    one.add_argument(
        "--at-least", type=_count, default=20, metavar="N", help="finished items of a stratum (default: 20)"
    )
    one.add_argument("--since", type=instant, metavar="T", help="learn from items that started at T or later alone")
    one.add_argument(
        "--arrivals", type=_arrivals, default=0.0, metavar="N", help="items still expected, or 'history' (default: 0)"
    )
    one.add_argument("--expected", type=_percent, metavar="SHARE", help="hold every target to this, such as 95%%")
    one.add_argument("--charges", metavar="FILE", help="what credits are shares of: .csv or .json")
    one.add_argument("--items", type=_count, default=10, metavar="N", help="the likeliest to tell (default: 10)")
    one.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    one.set_defaults(run=_forecast)


def _forecast(chosen: argparse.Namespace) -> int:
    from slamodel.io.agreement_file import load
    from slamodel.io.charge_file import read_charges
    from slamodel.io.event_file import read_events
    from slamodel.report.ahead.chances import chances
    from slamodel.report.ahead.forecasts import forecast, is_forecast
    from slamodel.show import ahead
    from slamodel.show.progress import Progress

    book: Portfolio = load(chosen.agreement, dialect=chosen.dialect)
    if chosen.expected is not None:
        book = evolve(book, agreements=tuple(_held_to(one, chosen.expected) for one in book.agreements))
    by = [name for name in chosen.by.split(",") if name] or None
    wanted = measured_fields(book.agreements) | {target.priority_field for target in book.targets} | {"service"}
    needed = book.fields | {name for name in by or () if name != "priority"}
    charges = read_charges(chosen.charges) if chosen.charges else None
    with Progress(sys.stderr) as progress:
        progress.phase(f"reading {Path(chosen.events).name}")
        events = read_events(
            chosen.events, mapped(book.events, chosen.map, book, *needed, *wanted), needed=needed, wanted=wanted
        )
        progress.phase("judging", len(events) * len(book.targets))
        verdicts = evaluate(book, events, as_of=chosen.as_of, progress=progress.step)
    options = {"by": by, "at_least": chosen.at_least, "since": chosen.since}
    promised = any(is_forecast(target) for agreement in book.agreements for target in agreement.measured)
    found = forecast(book, verdicts, arrivals=chosen.arrivals, charges=charges, **options) if promised else ()
    table = chances(verdicts, **options)
    shown = table.likeliest(chosen.items)
    if chosen.format == "json":
        data = {"forecasts": [one.to_dict() for one in found], "chances": table.to_dicts()}
        ahead.print_json(data, sys.stdout)
        return tell_rejects(events, None, "slamodel evaluate --rejects FILE writes them all")
    if found:
        ahead.print_forecasts(found, sys.stdout)
        sys.stdout.write("\n")
    else:
        sys.stdout.write("No attainment of a period is promised; --expected 95% holds every target to one.\n\n")
    late = int((table.column("reason") == "late already").sum())
    sys.stdout.write(f"{len(table):,} open, {late:,} late already; the likeliest to be late:\n\n")
    ahead.print_chances(shown, sys.stdout)
    return tell_rejects(events, None, "slamodel evaluate --rejects FILE writes them all")


def _held_to(agreement: Any, expected: Percent) -> Any:
    measured = tuple(
        PeriodTarget(
            id=target.id,
            metric=Metric(kind="attainment", target=target.id),
            expected=expected,
            agreement=agreement.id,
        )
        for target in agreement.targets
    )
    return evolve(agreement, measured=measured, credits=None, triggers=())


def _count(text: str) -> int:
    if not text.isdigit():
        msg = f"{text!r} is not a number of items, such as 20"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _arrivals(text: str) -> float | str:
    if text == "history":
        return text
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e9:
        msg = f"{text!r} is not a number of items from zero on, nor 'history'"
        raise argparse.ArgumentTypeError(msg)
    return found


def _percent(text: str) -> Percent:
    try:
        found = Percent.parse(text)
    except AgreementError as error:
        raise argparse.ArgumentTypeError(error.problems[0].message) from None
    if found.share > 1:
        msg = f"{text} is more than all items"
        raise argparse.ArgumentTypeError(msg)
    return found
