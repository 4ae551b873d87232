"""Where a document comes from: a path or a text, made into clean text within limits."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from slamodel.io.agreements.document import LARGEST, place_after, unreadable
from slamodel.model._checks import did_you_mean

FORMATS: Final[Mapping[str, str]] = {".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".json": "json"}
_ODD: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def format_of(path: Any) -> str:
    """Return the format of a file by the end of its name."""
    if not isinstance(path, (str, os.PathLike)):
        msg = f"{type(path).__name__} is neither a path nor a mapping; a text is read by loads"
        raise unreadable(msg)
    if "\n" in str(path):
        msg = "this is a text, not a path; read it with loads"
        raise unreadable(msg)
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        msg = f"a file of kind {suffix!r} is not read{did_you_mean(suffix, FORMATS)}"
        raise unreadable(msg)
    return FORMATS[suffix]


def bytes_of(path: Any) -> bytes:
    """Return what a file holds; of one that is too large, just enough to see that it is."""
    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        msg = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise unreadable(msg) from error


def clean_text(source: Any) -> str:
    """Return a text, or bytes in UTF-8, without byte order mark; refuse what is too large or holds odd characters."""
    if not isinstance(source, (str, bytes)):
        msg = f"{type(source).__name__} is not a text"
        raise unreadable(msg)
    if len(source) > LARGEST:
        msg = f"larger than {LARGEST // 1_000_000} MB; split the agreements over several files"
        raise unreadable(msg)
    if isinstance(source, bytes):
        try:
            source = source.decode()
        except UnicodeDecodeError as error:
            msg = f"byte 0x{source[error.start]:02x} is not UTF-8; save the file as UTF-8"
            raise unreadable(msg, *place_after(source[: error.start].decode())) from None
    text: str = source.removeprefix("\ufeff")
    odd = _ODD.search(text)
    if odd:
        msg = f"the character U+{ord(odd[0]):04X} cannot stand in an agreement; remove it"
        raise unreadable(msg, *place_after(text[: odd.start()]))
    return text
