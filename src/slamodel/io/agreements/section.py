"""Section: one mapping of a document while it is read, key by key, with every problem noted at its path."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, Final

from attrs import frozen

from slamodel.io.agreements.document import join
from slamodel.model._checks import Problems, as_date, did_you_mean
from slamodel.model.selector import as_text

_MANY: Final = 200
_LONG: Final = 60


@frozen
class Section:
    """A mapping at a path. A value of the wrong kind is noted in ``problems``, and read as if it were absent.

    An empty value (``name:`` with nothing after it) is absent too.
    """

    data: Mapping[str, Any]
    path: str
    problems: Problems

    def get(self, key: str) -> Any:
        """Return a value as it stands."""
        return self.data.get(key)

    def at(self, key: str) -> AbstractContextManager[None]:
        """Note what the block raises on purpose, at a key."""
        return self.problems.at(join(self.path, key))

    def note(self, code: str, key: str, message: str) -> None:
        """Note one problem at a key; at the section itself where the key is empty."""
        self.problems.add(code, join(self.path, key) if key else self.path, message)

    def warn(self, code: str, key: str, message: str) -> None:
        """Note what is odd at a key, and yet no error; at the section itself where the key is empty."""
        self.problems.warn(code, join(self.path, key) if key else self.path, message)

    def hint(self, word: str, known: Collection[str]) -> str:
        """Return "; did you mean 'x'?" or what is known; nothing once there are more problems than anyone reads."""
        return "" if len(self.problems.found) > _MANY else did_you_mean(word[:_LONG], list(islice(known, _MANY)))

    def only(self, known: Collection[str]) -> None:
        """Note every key that is not known."""
        for key in self.data:
            if key not in known:
                self.note("E101", key, f"unknown key{self.hint(key, known)}")

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        value = self.get(key)
        if isinstance(value, str):
            return value or default
        if isinstance(value, bool):
            self.note("E104", key, f"{shown(value)} is not a text; {yaml_read(value)}, put it in quotes")
        elif value is not None:
            hint = "" if isinstance(value, (Mapping, list)) else "; put it in quotes"
            self.note("E107", key, f"{shown(value)} is not a text{hint}")
        return default

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts, numbers and truths as texts; one alone is a list of one."""
        value = self.get(key)
        if value is None:
            return None
        found = []
        for i, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, (Mapping, list)) or item is None:
                self.note("E107", f"{key}.{i}" if isinstance(value, list) else key, f"{shown(item)} is not a text")
            else:
                found.append(as_text(item) or "")
        return tuple(found)

    def choice(self, key: str, known: Collection[str]) -> str | None:
        """Return one of the known words."""
        word = self.text(key)
        if word and word not in known:
            self.note("E107", key, f"{shown(word)} is unknown{self.hint(word, known)}")
            return None
        return word or None

    def flag(self, key: str) -> bool | None:
        """Return a truth."""
        value = self.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.note("E107", key, f"{shown(value)} is neither true nor false")
        return None

    def whole(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number from ``low`` to ``high``."""
        value = self.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and low <= value <= high):
            return value
        self.note("E107", key, f"{shown(value)} is not a whole number from {low} to {high}")
        return None

    def date(self, key: str) -> str:
        """Return a date as ISO text."""
        if self.get(key) is None:
            return ""
        with self.at(key):
            return as_date(self.get(key)).isoformat()
        return ""

    def section(self, key: str) -> Section:
        """Return a mapping inside this one; an empty one where there is none."""
        return self.entry(key, self.get(key))

    def entry(self, key: str, value: Any) -> Section:
        """Return a value as the mapping at ``key`` ("targets", "agreements.0")."""
        if value is not None and not isinstance(value, Mapping):
            self.note("E107", key, f"{shown(value)} is not a mapping of keys to values")
        return Section(value if isinstance(value, Mapping) else {}, join(self.path, key), self.problems)

    def entries(self, key: str) -> list[Any]:
        """Return a list; an empty one where there is none."""
        value = self.get(key)
        if value is not None and not isinstance(value, list):
            self.note("E107", key, f"{shown(value)} is not a list")
        return value if isinstance(value, list) else []


def shown(value: Any) -> str:
    """Return a value as a message shows it: short."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def yaml_read(value: bool) -> str:
    """Return how a truth value comes about that nobody wrote."""
    return "YAML 1.1 reads yes and on as true" if value else "YAML 1.1 reads no and off as false"
