"""``slamodel explain``: what the verdicts on one item are made of, and why."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from slamodel.cli.arguments import EXIT_CODES, mapped, read_log, take_log, tell_rejects
from slamodel.clock.evaluate import evaluate
from slamodel.errors import EventError
from slamodel.timeline.instants import to_datetime


def add(commands: Any) -> None:
    """Add the command to the line."""
    one = commands.add_parser(
        "explain",
        help="tell what the verdicts on one item are made of, and why",
        description="Tell what the verdicts on one item are made of, and why: in words, and stretch by stretch.",
        epilog=EXIT_CODES,
    )
    take_log(one)
    one.add_argument("--item", required=True, metavar="ITEM", help="the item, such as INC0012")
    one.add_argument("--target", metavar="TARGET", help="the target (default: each that has a verdict)")
    one.add_argument("--cycle", type=int, metavar="N", help="one of the item's clocks, from 1 (default: the last)")
    one.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    one.set_defaults(run=_explain)


def _explain(chosen: argparse.Namespace) -> int:
    from slamodel.clock.single import only, position
    from slamodel.clock.telling.explain import explain
    from slamodel.io.agreement_file import load
    from slamodel.show.explain import print_explanation, print_json
    from slamodel.show.progress import Progress

    book = load(chosen.agreement, dialect=chosen.dialect)
    wanted = {target.priority_field for target in book.targets}
    with Progress(sys.stderr) as progress:
        progress.phase(f"reading {Path(chosen.events).name}")
        how = mapped(book.events, chosen.map, book)
        events = read_log(chosen.events, how, needed=book.fields, wanted=wanted)
    at = to_datetime(int(events.at.max())) if chosen.as_of is None else chosen.as_of
    # The verdicts on one item hang on its own events alone.
    alone = only(events, position(events, chosen.item))
    try:
        verdicts = evaluate(book, alone, as_of=at)
    except EventError as error:
        if error.problems[0].code != "E136":
            raise
        columns = {target.priority_field: alone.field(target.priority_field) for target in book.targets}
        said = [f"{name} {value}" for name, column in columns.items() if column for value in column.values]
        msg = f"no target promises anything for {chosen.item} ({', '.join(said) or 'it has no priority'})"
        raise EventError(msg, "E136") from None
    judged = [verdicts.targets[code] for code in verdicts.codes["target"].codes.tolist()]
    names = [chosen.target] if chosen.target else [f"{target.agreement}/{target.id}" for target in judged]
    found = [explain(verdicts, item=chosen.item, target=name, cycle=chosen.cycle) for name in names or [None]]
    if chosen.format == "json":
        print_json(found, sys.stdout)
    else:
        for number, one in enumerate(found):
            sys.stdout.write("\n" * (number > 0))
            print_explanation(one, sys.stdout)
    return tell_rejects(events, None, "slamodel evaluate --rejects FILE writes them all")
