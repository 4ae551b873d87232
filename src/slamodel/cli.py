"""The command line: ``slamodel evaluate AGREEMENT EVENTS``, ``explain``, ``check FILE...``, ``show FILE``, ``schema``.

Exit codes: 0 done, 1 problems in the data or found by a check, 2 usage or agreement errors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from attrs import evolve

from slamodel.clock.evaluate import evaluate
from slamodel.clock.events import EventTable
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError, EventError, SlaModelError
from slamodel.model.event_map import EventMap
from slamodel.model.portfolio import Portfolio
from slamodel.timeline.instants import to_datetime

DONE: Final = 0
DATA: Final = 1
USAGE: Final = 2
_EXIT_CODES: Final = "Exit codes: 0 done, 1 problems in the data, 2 usage or agreement errors."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = _parser()
    try:
        chosen = parser.parse_args(arguments)
    except SystemExit as stop:
        return DONE if not stop.code else USAGE
    try:
        return int(chosen.run(chosen))
    except AgreementError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except SlaModelError as error:
        sys.stderr.write(f"{error}\n")
        return DATA
    except OSError as error:
        sys.stderr.write(f"{error.filename or ''}: {error.strerror or error}\n")
        return USAGE


def _parser() -> argparse.ArgumentParser:
    from importlib.metadata import version

    parser = argparse.ArgumentParser(prog="slamodel", description="Service levels: what was agreed, what time says.")
    parser.add_argument("--version", action="version", version=f"slamodel {version('slamodel')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser(
        "evaluate",
        help="judge every item of an event log by every target of an agreement",
        description="Judge every item of an event log by every target of an agreement, and count.",
        epilog=_EXIT_CODES,
    )
    _take_log(one)
    one.add_argument("-o", "--output", metavar="FILE", help="write the verdicts: .csv, .json or .parquet")
    one.add_argument("--rejects", metavar="FILE", help="write the rows that were set aside, with reasons: .csv")
    one.add_argument(
        "--compare", type=_pair, metavar="FIELD=TARGET", help="count the stored verdicts that ours reproduce"
    )
    one.add_argument("--strict", action="store_true", help="an event that changes nothing is an error")
    one.set_defaults(run=_evaluate)
    one = commands.add_parser(
        "explain",
        help="tell what the verdicts on one item are made of, and why",
        description="Tell what the verdicts on one item are made of, and why: in words, and stretch by stretch.",
        epilog=_EXIT_CODES,
    )
    _take_log(one)
    one.add_argument("--item", required=True, metavar="ITEM", help="the item, such as INC0012")
    one.add_argument("--target", metavar="TARGET", help="the target (default: each that has a verdict)")
    one.add_argument("--cycle", type=int, metavar="N", help="one of the item's clocks, from 1 (default: the last)")
    one.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    one.set_defaults(run=_explain)
    _take_paper(commands)
    return parser


def _take_paper(commands: Any) -> None:
    """Add the commands that look at agreements alone."""
    one = commands.add_parser(
        "check",
        help="tell everything that is wrong or odd in agreements",
        description="Tell everything that is wrong or odd in agreements, each with its place.",
        epilog="Exit codes: 0 no error, 1 errors (with --strict: or warnings), 2 usage.",
    )
    one.add_argument("files", nargs="+", metavar="FILE", help="agreements, or a folder of them; read as one portfolio")
    one.add_argument(
        "--profile", metavar="NAME", default="", help="ask for more: complete, ready, iso20000, cobit-apo09"
    )
    one.add_argument("--strict", action="store_true", help="warnings fail, too")
    one.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    one.set_defaults(run=_check)
    one = commands.add_parser(
        "show",
        help="print agreements as one file, templates filled in",
        description="Print agreements as one file: templates filled in, short forms written out; it loads to the same.",
        epilog=_EXIT_CODES,
    )
    one.add_argument("file", metavar="FILE", help="the agreement, or a folder of them")
    one.add_argument("--long", action="store_true", help="every option, and every holiday by its date")
    one.add_argument("--format", choices=("yaml", "json", "toml"), default="yaml", help="default: yaml")
    one.set_defaults(run=_show)
    one = commands.add_parser(
        "schema",
        help="print the JSON Schema of agreement files, for editors",
        description="Print the JSON Schema of agreement files, with which editors complete and check them.",
    )
    one.add_argument("--path", action="store_true", help="print where the schema lies instead")
    one.set_defaults(run=_schema)


def _take_log(one: argparse.ArgumentParser) -> None:
    one.add_argument("agreement", metavar="AGREEMENT", help="the agreement: .yaml, .toml or .json")
    one.add_argument("events", metavar="EVENTS", help="the log: .csv, .csv.gz, .jsonl or .parquet")
    one.add_argument("--as-of", type=_instant, metavar="T", help="the instant to judge at (default: the log's last)")
    one.add_argument(
        "--map", action="append", default=[], type=_pair, metavar="NAME=COLUMN", help="the log's column of a field"
    )
    one.add_argument("--dialect", default="", metavar="NAME", help="count as a product does, such as servicenow")


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not an instant such as 2026-06-30T18:00:00Z"
        raise argparse.ArgumentTypeError(msg) from None
    if at.tzinfo is None:
        msg = f"{text!r} has no UTC offset; write {text}Z or {text}+01:00"
        raise argparse.ArgumentTypeError(msg)
    return at


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        msg = f"{text!r} is not of the form name=value"
        raise argparse.ArgumentTypeError(msg)
    return name, value


def _evaluate(chosen: argparse.Namespace) -> int:
    from slamodel.io.agreement_file import load
    from slamodel.io.event_file import read_events, write_rejects
    from slamodel.io.verdict_file import write_verdicts
    from slamodel.show import tables
    from slamodel.show.progress import Progress

    book = load(chosen.agreement, dialect=chosen.dialect)
    needed = book.fields | ({chosen.compare[0]} if chosen.compare else set())
    wanted = {target.priority_field for target in book.targets}
    with Progress(sys.stderr) as progress:
        progress.phase(f"reading {Path(chosen.events).name}")
        events = read_events(chosen.events, _mapped(book.events, chosen.map), needed=needed, wanted=wanted)
        progress.phase("judging", len(events) * len(book.targets))
        verdicts = evaluate(book, events, as_of=chosen.as_of, strict=chosen.strict, progress=progress.step)
    _introduce(book, events, verdicts, sys.stdout)
    tables.print_table(tables.SUMMARY_HEAD, tables.summary_cells(verdicts.summary()), sys.stdout, names=2)
    if chosen.compare:
        _compare(verdicts, events, *chosen.compare)
    if chosen.output:
        write_verdicts(verdicts, chosen.output)
        sys.stdout.write(f"\n{len(verdicts):,} verdicts written to {chosen.output}\n")
    if chosen.rejects:
        write_rejects(chosen.rejects, events.rejects)
    return _tell_rejects(events, chosen.rejects)


def _explain(chosen: argparse.Namespace) -> int:
    from slamodel.clock.explain import explain
    from slamodel.clock.single import only, position
    from slamodel.io.agreement_file import load
    from slamodel.io.event_file import read_events
    from slamodel.show.explain import print_explanation, print_json
    from slamodel.show.progress import Progress

    book = load(chosen.agreement, dialect=chosen.dialect)
    wanted = {target.priority_field for target in book.targets}
    with Progress(sys.stderr) as progress:
        progress.phase(f"reading {Path(chosen.events).name}")
        events = read_events(chosen.events, _mapped(book.events, chosen.map), needed=book.fields, wanted=wanted)
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
    return _tell_rejects(events, None, "slamodel evaluate --rejects FILE writes them all")


def _check(chosen: argparse.Namespace) -> int:
    from slamodel.io.check_file import check
    from slamodel.show.findings import print_findings, print_json

    found = check(chosen.files[0] if len(chosen.files) == 1 else chosen.files, profile=chosen.profile)
    (print_json if chosen.format == "json" else print_findings)(found, sys.stdout)
    return DONE if found.passed(strict=chosen.strict) else DATA


def _show(chosen: argparse.Namespace) -> int:
    from slamodel.io.agreement_file import load
    from slamodel.io.written_agreement import dumps

    sys.stdout.write(dumps(load(chosen.file), format=chosen.format, long=chosen.long))
    return DONE


def _schema(chosen: argparse.Namespace) -> int:
    from slamodel.io import schema

    sys.stdout.write(f"{schema.PATH}\n" if chosen.path else schema.text())
    return DONE


def _mapped(events: EventMap, pairs: Sequence[tuple[str, str]]) -> EventMap:
    """Return the event map with columns given on the command line; item, at and sequence are columns too."""
    own: dict[str, Any] = {name: column for name, column in pairs if name in {"item", "at", "sequence"}}
    fields = {**dict(events.columns), **{name: column for name, column in pairs if name not in own}}
    return evolve(events, columns=tuple(fields.items()), **own)


def _introduce(book: Portfolio, events: EventTable, verdicts: VerdictTable, out: IO[str]) -> None:
    names = ", ".join(agreement.name or agreement.id for agreement in book.values())
    at = to_datetime(verdicts.as_of).isoformat().replace("+00:00", "Z")
    out.write(f"{names}: {len(events):,} events of {len(events.items):,} items, as of {at}\n\n")


def _compare(verdicts: VerdictTable, events: EventTable, field: str, target: str) -> None:
    from slamodel.report.reconcile import reconcile
    from slamodel.show import tables

    rows = reconcile(verdicts, events, field, target)
    same, compared = sum(row.same for row in rows), sum(row.compared for row in rows)
    sys.stdout.write(f"\nStored {field} reproduced by {target}: {same:,} of {compared:,}\n\n")
    tables.print_table(tables.RECONCILED_HEAD, tables.reconciled_cells(rows), sys.stdout)


def _tell_rejects(events: EventTable, path: str | None, otherwise: str = "--rejects FILE writes them all") -> int:
    if not events.rejects:
        return DONE
    first = events.rejects[0]
    where = f"written to {path}" if path else otherwise
    rows = "row" if len(events.rejects) == 1 else "rows"
    sys.stderr.write(f"{len(events.rejects):,} {rows} set aside ({where}); line {first.line}: {first.reason}\n")
    return DATA
