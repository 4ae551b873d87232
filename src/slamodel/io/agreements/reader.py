"""The reader of documents: a file, a text or a mapping becomes plain data that knows its places.

YAML is read as YAML 1.2 core: `17:00`, `NO`, `on` and `2026-12-24` stay texts. Anchors, aliases, merge keys and
tags are refused, and so is whatever is too large or too deep, before it costs time. The one room that knows
PyYAML.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve

from slamodel.errors import AgreementError, Problem
from slamodel.io.agreements.document import MOST_TOLD, Document, Event, build, plain, unreadable
from slamodel.io.agreements.formats import json_events, toml_data, toml_places
from slamodel.io.agreements.source import FORMATS, bytes_of, clean_text, format_of
from slamodel.model._checks import Problems, did_you_mean

_WORDS: Final[Mapping[str, Any]] = {
    **{sign + word: float(f"{sign}inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_KINDS: Final[Mapping[str, str]] = {"MappingStartEvent": "{", "SequenceStartEvent": "["}
_NO_SHARING: Final = "a value is written out wherever it holds"
_SECOND: Final = "a second document begins; several agreements in a file are a list under 'agreements'"
_LONGEST_NUMBER: Final = 300
_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def read_document(source: Any, *, format: str = "", problems: Problems | None = None) -> Document:  # noqa: A002  so users know it
    """Read a path (.yaml, .yml, .toml, .json), a mapping, or with ``format`` a text (str, or bytes in UTF-8).

    What cannot be read raises AgreementError with file, line and column. A key that stands twice is such a
    thing too; with ``problems`` it is noted there instead, and its first value holds.
    """
    noted = Problems() if problems is None else problems
    file = "<text>" if format else str(source) if isinstance(source, (str, os.PathLike)) else ""
    try:
        if isinstance(source, Mapping):
            document = Document(plain(source, noted))
        elif format:
            document = _parse(clean_text(source), format, noted)
        else:
            kind = format_of(source)
            document = _parse(clean_text(bytes_of(source)), kind, noted)
    except AgreementError as error:
        raise AgreementError([evolve(problem, file=file) for problem in error.problems]) from error.__cause__
    document = evolve(document, file=file)
    if problems is None and noted.found:
        raise AgreementError(document.located(noted.found))
    return document


def _parse(text: str, format: str, problems: Problems) -> Document:  # noqa: A002  as above
    if format == "toml":
        data = plain(toml_data(text), problems)
        return Document(data, places=toml_places(text))
    if format == "json":
        data, places = build(json_events(text), problems)
        return Document(data, places=places)
    if format != "yaml":
        msg = f"format {format!r} is not read{did_you_mean(format, dict.fromkeys(FORMATS.values()))}"
        raise unreadable(msg)
    refused: list[Problem] = []
    data, places = build(_yaml_events(text, refused), problems)
    if refused:
        raise AgreementError(refused)
    return Document(data, places=places)


def _yaml_events(text: str, refused: list[Problem]) -> Iterator[Event]:
    """Go through a text in YAML; what is legal there but not here goes into ``refused``."""
    import yaml

    documents = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            mark: Any = event.start_mark
            line, column = mark.line + 1, mark.column + 1
            if isinstance(event, yaml.CollectionEndEvent):
                yield Event("}", line, column)
            elif isinstance(event, yaml.NodeEvent):
                if event.anchor or getattr(event, "tag", None) or getattr(event, "value", None) == "<<":
                    refused += [Problem("E100", "", msg, line=line, column=column) for msg in _refusals(event)]
                    if len(refused) > MOST_TOLD:
                        return
                if isinstance(event, yaml.ScalarEvent):
                    value = _resolved(event.value) if event.implicit[0] else event.value
                    yield Event("=", line, column, event.value, value)
                else:
                    yield Event(_KINDS.get(type(event).__name__, "="), line, column)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    refused.append(Problem("E100", "", _SECOND, line=line, column=column))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        hint = "; YAML indents with spaces, never with a tab" if text[mark.index : mark.index + 1] == "\t" else ""
        raise unreadable(f"not YAML: {said}{hint}", mark.line + 1, mark.column + 1) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # So stumbles the pure-Python parser at an escape such as "\UFFFFFFFF".
        raise unreadable(f"not YAML: {error}") from None


def _refusals(event: Any) -> Iterator[str]:
    alias, tag = not hasattr(event, "implicit"), getattr(event, "tag", None)
    if event.anchor:
        yield f"{'*' if alias else '&'}{event.anchor} is an {'alias' if alias else 'anchor'}; {_NO_SHARING}"
    if tag:
        yield f"{tag.replace('tag:yaml.org,2002:', '!!')} is a tag; a value is what it looks like, and text in quotes"
    if getattr(event, "value", None) == "<<" and event.implicit[0]:
        yield f"<< merges mappings; {_NO_SHARING}"


def _resolved(text: str) -> Any:
    """Return what a plain scalar means in YAML 1.2 core."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    if _INT.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    return float(text) if _FLOAT.fullmatch(text) else text
