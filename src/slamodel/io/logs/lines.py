"""Lines of a text file, zipped or not: decoded strictly, and an error that says where."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, cast

from slamodel.errors import EventError

UNREADABLE: Final = "E194"
_CHUNK: Final = 1 << 18
_GZIP: Final = b"\x1f\x8b"
_SAY: Final = "say which it is: events: {encoding: cp1252}, --encoding cp1252, or encoding='cp1252' in Python"
_OTHERS: Final = {
    b"PK\x03\x04": "is a zip archive or a spreadsheet: unpack it, or save it as CSV in UTF-8",
    b"PAR1": "is a Parquet file: let its name end in .parquet",
    b"\xff\xfe": "is UTF-16: save it as UTF-8, or say so: events: {encoding: utf-16}, or --encoding utf-16",
    b"\xfe\xff": "is UTF-16: save it as UTF-8, or say so: events: {encoding: utf-16}, or --encoding utf-16",
}


def codec(encoding: str) -> str:
    """Return an encoding's name as Python spells it; EventError (E107) for one that it does not have."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise EventError(
            f"{encoding!r} is no known encoding of text; known are utf-8, cp1252, utf-16", "E107"
        ) from None


def text_lines(path: Path, encoding: str = "utf-8") -> Iterator[str]:
    """Give the lines of a text file without their line breaks, which may be those of any system."""
    encoding = codec(encoding)
    decode = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    breaks = io.IncrementalNewlineDecoder(decode, translate=True)
    rest = ""
    try:
        with open_bytes(path) as file:
            while chunk := file.read(_CHUNK):
                *lines, rest = (rest + breaks.decode(chunk)).split("\n")
                yield from lines
            *lines, rest = (rest + breaks.decode(b"", final=True)).split("\n")
            yield from lines
    except UnicodeDecodeError as error:
        raise _undecodable(path, encoding) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        msg = f"{path.name} is cut off or damaged ({error}); copy it again, nothing of it was used"
        raise EventError(msg, UNREADABLE) from error
    if rest:
        yield rest


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, unzipped if it is gzip (its first bytes tell, not its name)."""
    with path.open("rb") as file:
        zipped = file.read(len(_GZIP)) == _GZIP
    return cast("IO[bytes]", gzip.open(path)) if zipped else path.open("rb")


def _undecodable(path: Path, encoding: str) -> EventError:
    """Say which byte of which line cannot be decoded; only a file that has one is read a second time."""
    with open_bytes(path) as file:
        for number, line in enumerate(file, 1):
            what = next((what for magic, what in _OTHERS.items() if number == 1 and line.startswith(magic)), "")
            if what and (encoding == "utf-8" or "UTF-16" not in what):
                return EventError(f"{path.name} {what}", UNREADABLE)
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                msg = (
                    f"{path.name}, line {number}: byte {error.start + 1} (0x{line[error.start]:02x}) is not "
                    f"{encoding.upper()}; save the file as UTF-8, or {_SAY}"
                )
                return EventError(msg, UNREADABLE)
    return EventError(f"{path.name} is not {encoding.upper()}; {_SAY}", UNREADABLE)
