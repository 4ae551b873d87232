"""Texts in YAML that mean harm: small ones that grow, deep ones, large ones, and what no agreement needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from slamodel.io.agreements.document import LARGEST

_FULL: Final = LARGEST - 100
LARGE: Final = "a: 1\n" * 2_000_000
"""A text of 10 MB."""


def _bomb() -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    return "\n".join(lines)


HOSTILE: Final[Mapping[str, Callable[[], str]]] = {
    "alias bomb": _bomb,
    "many aliases": lambda: "a: &a 1\nb: [" + "*a," * (_FULL // 3 - 10) + "]",
    "deep lists": lambda: "[" * _FULL,
    "deep mappings": lambda: "{a: " * (_FULL // 4),
    "deep blocks": lambda: "- " * (_FULL // 2),
    "10 MB": lambda: LARGE,
    "duplicate keys": lambda: "a: 1\n" * (_FULL // 5),
    "merge keys": lambda: "".join(f"k{i}: {{<<: x}}\n" for i in range(100_000)),
    "tags": lambda: "a: !!python/object/apply:os.system [x]\n" + "".join(f"k{i}: !x 1\n" for i in range(130_000)),
    "control character": lambda: "a: \x07",
    "control character at the end": lambda: f"a: {'x' * _FULL}\x07",
}
"""Each by its name; it is as large as a text may be, or small."""
