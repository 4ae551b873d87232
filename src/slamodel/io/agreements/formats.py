"""JSON and TOML: data as the standard library reads it, and the places of its keys."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from slamodel.io.agreements.document import DEEPEST, TOO_DEEP, Event, Place, join, place_after, unreadable

_TOKEN: Final = re.compile(r'[{}\[\]]|"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^\s{}\[\]:,"]++')
_KEY: Final = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED: Final = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_LINE: Final = re.compile(rf"[ \t]*(?:\[(\[?)[ \t]*({_DOTTED})[ \t]*\]|({_DOTTED})[ \t]*=)")
_LONG_KEY: Final = re.compile(rf"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{DEEPEST}}}")
_TOML_PLACE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)")


def json_events(text: str) -> Iterator[Event]:
    """Go through a text in JSON."""
    import json

    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise unreadable(f"not JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise unreadable(TOO_DEEP) from None
    except ValueError as error:
        raise unreadable(f"not JSON: {error}") from None
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    for token in _TOKEN.finditer(text):
        line = bisect_right(starts, token.start())
        column = token.start() - starts[line - 1] + 1
        word = token[0]
        if word in "{[":
            yield Event(word, line, column)
        elif word in "}]":
            yield Event("}", line, column)
        elif word[0] == '"':
            text = json.loads(word) if "\\" in word else word[1:-1]
            yield Event("=", line, column, text, text)
        else:
            yield Event("=", line, column, word, json.loads(word))


def _no_constant(word: str) -> NoReturn:
    msg = f"{word} is no number of JSON"
    raise ValueError(msg)


def toml_data(text: str) -> Any:
    """Return what a text in TOML holds."""
    if _LONG_KEY.search(text):  # which would cost the parser time without end
        raise unreadable(TOO_DEEP)
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise unreadable(TOO_DEEP) from None
    except ValueError as error:
        said = _TOML_PLACE.fullmatch(str(error))
        if not said:
            raise unreadable(f"not TOML: {error}") from None
        place = (int(said[2]), int(said[3])) if said[2] else place_after(text)
        raise unreadable(f"not TOML: {said[1]}", *place) from None


def toml_places(text: str) -> dict[str, Place]:
    """Return where the keys of a text in TOML stand: of tables and of pairs on lines of their own."""
    places: dict[str, Place] = {"": (1, 1)}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.match(line)
        if not found:
            continue
        path = table if found[3] else ""
        parts = [part.strip("\"'") for part in re.findall(_KEY, found[2] or found[3])]
        for i, part in enumerate(parts):
            path = join(path, part)
            places.setdefault(path, (number, found.start(2 if found[2] else 3) + 1))
            if found[1] and i == len(parts) - 1:
                counts[path] = counts.get(path, -1) + 1
            if path in counts:
                path = join(path, str(counts[path]))
                places.setdefault(path, (number, found.start(2 if found[2] else 3) + 1))
        if found[2]:
            table = path
    return places
