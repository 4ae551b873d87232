"""``slamodel next``: what is late next, what the morning's digest says, and in which order to work."""

from __future__ import annotations

import argparse
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from slamodel.cli.arguments import EXIT_CODES, USAGE, instant, mapped, pair, take_log, tell_rejects
from slamodel.clock.evaluate import evaluate
from slamodel.clock.upcoming import next_breaches
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError, DurationError
from slamodel.model.calendar import Calendar
from slamodel.model.percent import Percent
from slamodel.model.portfolio import Portfolio
from slamodel.timeline.durations import Amount, parse_amount
from slamodel.timeline.instants import to_datetime


def add(commands: Any) -> None:
    """Add the command to the line."""
    one = commands.add_parser(
        "next",
        help="tell what is late next, what happened since, and in which order to work",
        description="Tell what is late next; with --since what happened since, with --work in which order to work.",
        epilog=EXIT_CODES,
    )
    take_log(one)
    one.add_argument(
        "--within", type=_length, default=parse_amount("24h"), metavar="TIME", help="how far to look (default: 24h)"
    )
    one.add_argument("--since", type=instant, metavar="T", help="tell the digest of what happened since")
    one.add_argument("--until", type=instant, metavar="T", help="as --as-of: the end of the digest")
    one.add_argument(
        "--at-risk", type=_share, default=Fraction(3, 4), metavar="SHARE", help="of the limit (default: 75%%)"
    )
    one.add_argument(
        "--work", action="append", default=[], metavar="TIME", help="what each item takes, or P1=2h by priority or item"
    )
    one.add_argument("--penalty", action="append", default=[], type=pair, metavar="P1=N", help="what a late one costs")
    one.add_argument("--order", default="edd", metavar="RULE", help="edd, least_slack, penalty_rate, atc, ...")
    one.add_argument("--worker", default="", metavar="CALENDAR", help="whose hours count (default: of the first limit)")
    one.add_argument("--workers", type=int, default=1, metavar="N", help="how many work (default: 1)")
    one.add_argument(
        "--own", action="append", metavar="AGREEMENT", help="whose promises are ours to keep (default: all)"
    )
    one.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    one.set_defaults(run=_next)


def _next(chosen: argparse.Namespace) -> int:
    from slamodel.io.agreement_file import load
    from slamodel.io.event_file import read_events
    from slamodel.report.ahead.digest import digest
    from slamodel.show import ahead
    from slamodel.show.progress import Progress

    if chosen.until and chosen.as_of and chosen.until != chosen.as_of:
        sys.stderr.write("--until is --as-of; give one of them\n")
        return USAGE
    book: Portfolio = load(chosen.agreement, dialect=chosen.dialect)
    wanted = {target.priority_field for target in book.targets}
    with Progress(sys.stderr) as progress:
        progress.phase(f"reading {Path(chosen.events).name}")
        events = read_events(chosen.events, mapped(book.events, chosen.map, book), needed=book.fields, wanted=wanted)
        progress.phase("judging", len(events) * len(book.targets))
        verdicts = evaluate(book, events, as_of=chosen.until or chosen.as_of, progress=progress.step)
    zone = next(iter(book.values())).zone
    told = digest(verdicts, chosen.since, at_risk=chosen.at_risk, timezone=zone) if chosen.since else None
    coming = next_breaches(verdicts, chosen.within)
    work = _work(chosen, book, verdicts) if chosen.work else None
    if chosen.format == "json":
        data: dict[str, Any] = {"as_of": to_datetime(verdicts.as_of), "next": coming.to_dicts()}
        data |= {} if told is None else {"digest": told.to_dict()}
        data |= {} if work is None else {"order": work[0].to_dicts(), "feasibility": work[1].to_dict()}
        ahead.print_json(data, sys.stdout)
    else:
        if told is not None:
            sys.stdout.write(f"{told}\n\n")
        ahead.print_next(coming, chosen.within, zone, sys.stdout)
        if work is not None:
            sys.stdout.write("\n")
            ahead.print_order(work[0], zone, sys.stdout)
            sys.stdout.write(f"{work[1]}\n")
    return tell_rejects(events, None, "slamodel evaluate --rejects FILE writes them all")


def _work(chosen: argparse.Namespace, book: Portfolio, verdicts: VerdictTable) -> tuple[Any, Any]:
    """Return the order of work on the running clocks, and whether it can be done."""
    from slamodel.report.ahead.chances import chances
    from slamodel.report.ahead.work.commitments import commitments
    from slamodel.report.ahead.work.feasible import feasibility
    from slamodel.report.ahead.work.order import work_order

    lengths = dict(pair(text) for text in chosen.work if "=" in text)
    every = [text for text in chosen.work if "=" not in text]
    penalties = {name: Fraction(_number(text)) for name, text in chosen.penalty}
    try:
        jobs = commitments(
            verdicts,
            every[0] if every and not lengths else lengths,
            penalty=penalties or 1,
            own=chosen.own,
            chances=chances(verdicts),
        )
        worker, now = _worker(chosen.worker, book), to_datetime(verdicts.as_of)
        order = work_order(jobs, now, worker, by=chosen.order, workers=chosen.workers)
        return order, feasibility(jobs, now, worker, workers=chosen.workers)
    except DurationError:
        raise
    except ValueError as error:
        raise AgreementError(str(error), "E107") from None


def _worker(name: str, book: Portfolio) -> Calendar:
    calendars = {known: calendar for agreement in book.values() for known, calendar in agreement.calendars}
    if not name:
        found: Calendar = book.targets[0].every_limit[0][2].calendar
        return found
    if name not in calendars:
        from slamodel.model._checks import did_you_mean

        msg = f"no calendar {name!r}{did_you_mean(name, calendars)}"
        raise AgreementError(msg, "E102")
    return calendars[name]


def _number(text: str) -> str:
    if not text.replace(".", "", 1).isdigit():
        msg = f"{text!r} is no penalty; write a number from zero on, such as P1=400"
        raise AgreementError(msg, "E107")
    return text


def _length(text: str) -> Amount:
    try:
        return parse_amount(text)
    except DurationError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _share(text: str) -> Fraction:
    try:
        share = Percent.parse(text).share
    except AgreementError as error:
        raise argparse.ArgumentTypeError(error.problems[0].message) from None
    if not 0 < share <= 1:
        msg = f"{text} is no share of a limit; write such as 75%"
        raise argparse.ArgumentTypeError(msg)
    return share
