"""The command line: one module a command, or a family of them; ``slamodel --help`` lists them.

Exit codes: 0 done, 1 problems in the data or found by a check, 2 usage or agreement errors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from slamodel.cli import evaluate, explain, forecast, measure, paper, whatif
from slamodel.cli import next as next_
from slamodel.cli.arguments import DATA, DONE, USAGE, UsageError
from slamodel.errors import AgreementError, SlaModelError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = _parser()
    try:
        chosen = parser.parse_args(arguments)
    except SystemExit as stop:
        return DONE if not stop.code else USAGE
    try:
        code = int(chosen.run(chosen))
        sys.stdout.flush()
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except AgreementError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except SlaModelError as error:
        sys.stderr.write(f"{error}\n")
        return DATA
    except OSError as error:
        sys.stderr.write(f"{error.filename or 'standard output'}: {error.strerror or error}\n")
        return USAGE
    return code


def _parser() -> argparse.ArgumentParser:
    from importlib.metadata import version

    parser = argparse.ArgumentParser(prog="slamodel", description="Service levels: what was agreed, what time says.")
    parser.add_argument("--version", action="version", version=f"slamodel {version('slamodel')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for room in (evaluate, measure, explain, paper, forecast, whatif, next_):
        room.add(commands)
    return parser
