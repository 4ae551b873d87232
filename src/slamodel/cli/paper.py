"""The commands that look at agreements alone: ``slamodel check``, ``show`` and ``schema``."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from slamodel.cli.arguments import DATA, DONE, EXIT_CODES


def add(commands: Any) -> None:
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
        epilog=EXIT_CODES,
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
