"""Plain data as a text in YAML, TOML or JSON, which the reader reads back to the same data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from slamodel.errors import AgreementError
from slamodel.model._checks import did_you_mean

_ODD: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_WORDS: Final = re.compile(r"[A-Za-z_][\w.%/+-]*(?: [\w.%/+()'-]+)*", re.ASCII)
_LENGTHS: Final = re.compile(r"(?:\d+(?:bd|w|d|h|ms|us|m|s))+|\d+(?:\.\d+)?%|\d{4}-\d\d-\d\d|24x7", re.ASCII)
_TAKEN: Final = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_WIDE: Final = 118
_LONGEST_KEY: Final = 100


def text_of(data: Mapping[str, Any], format: str) -> str:  # noqa: A002  as json calls it
    """Return a document as text. Raises AgreementError for a format that is not written."""
    if format not in WRITERS:
        msg = f"format {format!r} is not written{did_you_mean(format, WRITERS)}"
        raise AgreementError(msg)
    return WRITERS[format](data)


def _json(data: Mapping[str, Any]) -> str:
    return _escaped(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def _quoted(value: Any) -> str:
    return _escaped(json.dumps(value, ensure_ascii=False))


def _escaped(text: str) -> str:
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _yaml(data: Mapping[str, Any]) -> str:
    return "".join(f"{line}\n" for line in _yaml_mapping(data, 0))


def _yaml_mapping(data: Mapping[str, Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for key, value in data.items():
        written = _yaml_scalar(key)
        if len(written) > _LONGEST_KEY:  # YAML reads no long key before a colon
            yield f"{indent}? {written}"
            written = ""
        flow = _yaml_flow(value)
        fits = len(indent) + len(written) + len(flow) + 2 <= _WIDE and (depth or not _is_table(value))
        if fits or not isinstance(value, (Mapping, list)) or not value:
            yield f"{indent}{written}: {flow}"
        else:
            yield f"{indent}{written}:"
            yield from _yaml_mapping(value, depth + 1) if isinstance(value, Mapping) else _yaml_list(value, depth + 1)


def _yaml_list(data: list[Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for value in data:
        flow = _yaml_flow(value)
        if not isinstance(value, (Mapping, list)) or not value or len(indent) + len(flow) + 2 <= _WIDE:
            yield f"{indent}- {flow}"
            continue
        lines = _yaml_mapping(value, depth + 1) if isinstance(value, Mapping) else _yaml_list(value, depth + 1)
        for number, line in enumerate(lines):
            yield line if number else f"{indent}- {line[len(indent) + 2 :]}"


def _yaml_flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_yaml_scalar(key)}: {_yaml_flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml_flow, value))}]"
    return _yaml_scalar(value)


def _yaml_scalar(value: Any) -> str:
    """Return a scalar; a text stands without quotes only where YAML 1.1 reads it as a text too."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _WORDS.fullmatch(value) or _LENGTHS.fullmatch(value)
    return value if plain and value.lower() not in _TAKEN else _quoted(value)


def _toml(data: Mapping[str, Any]) -> str:
    return "\n".join(_toml_table(data, "", ordered=False)).lstrip("\n") + "\n"


def _toml_table(data: Mapping[str, Any], path: str, *, ordered: bool) -> Iterator[str]:
    """Write a table: pairs, then tables of their own, which TOML has last.

    Where the order of keys says something, a table that a pair follows is written in line.
    """
    names = {key: _toml_key(key) for key in data}
    pairs = [key for key, value in data.items() if not _is_table(value) or (ordered and _fits(names[key], value))]
    last = list(data).index(pairs[-1]) if pairs and ordered else -1
    tables = [key for n, key in enumerate(data) if n > last and key not in pairs]
    yield from (f"{names[key]} = {_toml_value(data[key])}" for key in data if key not in tables)
    for key in tables:
        value, inner = data[key], f"{path}.{names[key]}" if path else names[key]
        for one in value if isinstance(value, list) else [value]:
            yield from ("", f"[[{inner}]]" if isinstance(value, list) else f"[{inner}]")
            # The keys of an agreement have no order, those of anything inside it may.
            yield from _toml_table(one, inner, ordered=bool(path) or not isinstance(value, list))


def _fits(name: str, value: Any) -> bool:
    return len(name) + len(_toml_value(value)) <= _WIDE


def _is_table(value: Any) -> bool:
    """Return whether a value is a mapping, or a list of nothing else."""
    listed = isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, Mapping) or listed


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _quoted(key)


def _toml_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_toml_key(key)} = {_toml_value(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    return _quoted(value)


WRITERS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {"yaml": _yaml, "toml": _toml, "json": _json}
