"""Verdicts and rejects written to files, each whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from slamodel.clock.stages import INSTANTS, LENGTHS
from slamodel.clock.texts import length_text
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import EventError
from slamodel.io.whole_file import whole_file

_KINDS: Final = (".csv", ".json", ".parquet")


def check_kind(path: str | os.PathLike[str]) -> str:
    """Return the kind of file that a name asks for; EventError (E196) where verdicts are not written to it."""
    kind = Path(path).suffix.lower()
    if kind not in _KINDS:
        raise EventError(f"{os.fspath(path)!r}: verdicts are written to .csv, .json or .parquet", "E196")
    return kind


def write_verdicts(verdicts: VerdictTable, path: str | os.PathLike[str]) -> None:
    """Write verdicts to .csv, .json (a list of objects) or .parquet, as the name ends.

    CSV and JSON hold instants as ISO 8601 UTC and lengths as [-]H:MM:SS. Raises EventError for another ending,
    or for Parquet without pyarrow.
    """
    kind = check_kind(path)
    if kind == ".csv":
        with whole_file(path) as file:
            file.write(verdicts.to_csv())
    elif kind == ".json":
        with whole_file(path) as file:
            json.dump([{name: _json(name, value) for name, value in row.items()} for row in verdicts], file, indent=1)
            file.write("\n")
    else:
        try:
            import pyarrow.parquet as pq
        except ImportError:
            raise EventError("writing Parquet needs pyarrow: pip install 'slamodel[frames]'", "E196") from None
        with whole_file(path, binary=True) as file:
            pq.write_table(verdicts.to_arrow(), file)


def _json(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in INSTANTS:
        return value.isoformat().replace("+00:00", "Z")
    if name in LENGTHS:
        return length_text(value.days * 86_400_000_000 + value.seconds * 1_000_000 + value.microseconds)
    return value
