"""Findings on the command line: as text with the coverage matrix, or as JSON."""

from __future__ import annotations

import json
from typing import IO, Final

from slamodel.report.check.findings import Findings
from slamodel.show.tables import print_table

_HEAD: Final = ("agreement", "service", "type", "priority", "kind", "promised by", "limit", "hours")


def print_findings(found: Findings, out: IO[str]) -> None:
    """Print findings as text."""
    if found.promises:
        rows = [one.to_row() for one in found.promises]
        print_table(_HEAD, rows, out, names=len(_HEAD))
        out.write("\n")
    out.write(f"{found}\n")


def print_json(found: Findings, out: IO[str]) -> None:
    """Print findings as JSON."""
    json.dump(found.to_dict(), out, indent=2, ensure_ascii=False)
    out.write("\n")
