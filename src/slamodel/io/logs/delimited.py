"""Delimited text: CSV, and its kin with tabs, semicolons or bars, row by row with their line numbers."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from slamodel.clock.events import Reject
from slamodel.errors import EventError
from slamodel.io.logs.blocks import Block
from slamodel.io.logs.lines import UNREADABLE, text_lines

_DELIMITERS: Final = ",\t;|"
_BLOCK_CELLS: Final = 1 << 18
_SEPARATOR: Final = re.compile(r'sep=([^"\r\n])', re.IGNORECASE)
_NUL: Final = "holds a NUL byte"

Record: TypeAlias = tuple[int, str, list[str], str]
"""The line a row starts on, its text, its fields, and why it cannot be told apart ('' where it can)."""


class Delimited:
    """A file of delimited text with a header. The delimiter is the one that gives the header the most columns.

    A line ``sep=;`` before the header, which spreadsheets write, names it.
    """

    is_file = True

    def __init__(self, path: Path, encoding: str = "utf-8") -> None:
        self.name = path.name
        self._path, self._encoding = path, encoding
        lines = text_lines(path, encoding)
        first = next(lines, "")
        said = _SEPARATOR.fullmatch(first)
        self._skipped = 1 if said else 0
        first = next(lines, "") if said else first
        if not first.strip():
            msg = f"{self.name} is empty, or begins with an empty line where the header should be"
            raise EventError(msg, UNREADABLE)
        most = max(_DELIMITERS, key=lambda each: len(next(csv.reader([first], delimiter=each))))
        self._delimiter = said[1] if said else most
        _, _, names, fault = next(self._records())
        self.header = [name.strip() for name in names]
        self._names = [
            name if name and name not in self.header[:i] else f"column {i + 1}" for i, name in enumerate(self.header)
        ]
        if fault:
            msg = f"{self.name}: the header {fault}"
            raise EventError(msg, UNREADABLE)

    def blocks(self, wanted: Collection[str] | None) -> Iterator[Block]:
        """Give the rows, of the columns only the wanted ones."""
        width = len(self.header)
        places = [place for place, name in enumerate(self.header) if wanted is None or name in wanted]
        pick = itemgetter(0, *places)  # two or more make it a tuple
        rows = _BLOCK_CELLS // (1 + len(places)) + 1
        records = self._records()
        next(records)
        while True:
            lines: list[int] = []
            texts: list[str] = []
            cells: list[str] = []
            rejects: list[Reject] = []
            for line, text, fields, fault in islice(records, rows):
                if fault or len(fields) != width:
                    reason = fault or f"has {len(fields)} fields, the header has {width}"
                    rejects.append(Reject(line, reason, self._row(fields)))
                else:
                    # The other fields are let go at once: to keep them would take longer than to read them.
                    cells.extend(pick(fields))
                    lines.append(line)
                    texts.append(text)
            if not lines and not rejects:
                return
            yield Block(
                {self.header[place]: cells[1 + i :: 1 + len(places)] for i, place in enumerate(places)},
                np.array(lines, np.int64),
                lambda i, texts=texts: self._row(self._fields(texts[i])),  # type: ignore[misc]  # its default is its own
                rejects=rejects,
            )

    def _row(self, fields: Sequence[str]) -> Mapping[str, Any]:
        names = [*self._names, *(f"column {i + 1}" for i in range(len(self._names), len(fields)))]
        return dict(zip(names, fields, strict=False))

    def _records(self) -> Iterator[Record]:
        """Give every row that is not blank. A line without quotes is cut at its delimiters, as the csv module would.

        Where a quoted field goes wrong only the line on which its row begins is set aside, and the next line is a
        row again: a forgotten quote does not swallow the rest of the file.
        """
        texts = islice(text_lines(self._path, self._encoding), self._skipped, None)
        lines, delimiter = _Lines(texts), self._delimiter
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = self._skipped
        while (line := lines.first()) is not None:
            number += 1
            if '"' not in line:
                if line:
                    yield number, line, line.split(delimiter), _NUL if "\0" in line else ""
                continue
            try:
                fields = next(reader)
            except csv.Error as error:
                yield number, line, line.split(delimiter), f"is not well quoted: {error}"
                lines.give_back()
            else:
                text = "\n".join(lines.row)
                yield number, text, fields, _NUL if "\0" in text else ""
                number += len(lines.row) - 1

    def _fields(self, text: str) -> list[str]:
        if '"' in text:
            return next(csv.reader(io.StringIO(text), delimiter=self._delimiter, strict=True))
        return text.split(self._delimiter)


class _Lines:
    """Lines for the csv module, which remember those of the row at hand so that they can be given back."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source, self._ahead = source, deque[str]()
        self._fresh = False
        self.row: list[str] = []

    def first(self) -> str | None:
        """Begin a row: return the next line, or None at the end."""
        line = self._ahead.popleft() if self._ahead else next(self._source, None)
        if line is not None:
            self.row, self._fresh = [line], True
        return line

    def give_back(self) -> None:
        """End a row with its first line; the others are yet to come."""
        self._ahead.extendleft(reversed(self.row[1:]))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._fresh:
            self._fresh = False
            return f"{self.row[0]}\n"
        line = self._ahead.popleft() if self._ahead else next(self._source)
        self.row.append(line)
        return f"{line}\n"
