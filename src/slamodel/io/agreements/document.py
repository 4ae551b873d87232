"""Document: plain data, the place of every part of it in its text, and the limits of what is read at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, Final, NamedTuple

from attrs import define, evolve, field, frozen

from slamodel.errors import AgreementError, Problem
from slamodel.model._checks import Problems
from slamodel.model.selector import as_text

LARGEST: Final = 2_000_000
"""The most bytes that a text may have."""
DEEPEST: Final = 60
"""The most mappings and lists that may lie inside each other."""
MOST: Final = 100_000
"""The most values that a document may hold."""
MOST_TOLD: Final = 1_000
"""The most keys that stand twice, or things that are refused, that are told of one text; the rest is not read."""
TOO_MANY: Final = f"more than {MOST:,} values; split the agreements over several files"
TOO_DEEP: Final = f"nested more than {DEEPEST} deep; an agreement needs far less"

Place = tuple[int, int]


@frozen
class Document:
    """Plain data (mappings with text keys, lists, texts, numbers, truths, None), and where it was written.

    ``places`` has the (line, column), both from 1, of every key and of every item of a list, under the path of
    Problem ("targets.resolve.P1", "closed.0"); the root is "".
    """

    data: Any
    file: str = ""
    places: Mapping[str, Place] = field(factory=dict, repr=False)

    def place(self, path: str) -> Place:
        """Return where ``path`` was written, or else the nearest part around it; (0, 0) without a text."""
        while path not in self.places:
            if not path:
                return 0, 0
            path = path.rpartition(".")[0]
        return self.places[path]

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems with file, line and column, in the order of the text."""
        found = []
        for problem in problems:
            line, column = (problem.line, problem.column) if problem.line else self.place(problem.path)
            found.append(evolve(problem, file=self.file, line=line, column=column))
        return sorted(found, key=lambda problem: (problem.line, problem.column))


class Event(NamedTuple):
    """One step through a text: "{" and "[" open, "}" closes either, "=" is a scalar.

    ``text`` is a scalar as it would name a key, ``value`` what it means as a value.
    """

    kind: str
    line: int
    column: int
    text: str = ""
    value: Any = None


@define
class _Open:
    """A mapping or list that is being filled; ``key`` waits for its value."""

    into: Any
    path: str
    key: str | None = None
    lines: dict[str, int] = field(factory=dict)


def build(events: Iterable[Event], problems: Problems) -> tuple[Any, dict[str, Place]]:
    """Put a document together: its data and its places.

    A key that stands twice is noted in ``problems``, and its first value kept. What cannot be a document at
    all, or has more such keys than anyone reads, raises AgreementError.
    """
    root: Any = None
    places: dict[str, Place] = {}
    stack: list[_Open] = []
    values = 0
    for event in events:
        top = stack[-1] if stack else None
        if event.kind == "}":
            stack.pop()
            continue
        if top is not None and top.key is None and isinstance(top.into, dict):
            _open_key(top, event, places, problems)
            continue
        values += 1
        if values > MOST:
            raise unreadable(TOO_MANY, event.line, event.column)
        made = {} if event.kind == "{" else [] if event.kind == "[" else event.value
        if top is None:
            path, root = "", made
        elif top.key is None:
            path = f"{top.path}.{len(top.into)}" if top.path else str(len(top.into))
            top.into.append(made)
        else:
            path = join(top.path, top.key)
            top.into.setdefault(top.key, made)
            top.key = None
        places.setdefault(path, (event.line, event.column))
        if event.kind != "=":
            if len(stack) == DEEPEST:
                raise unreadable(TOO_DEEP, event.line, event.column)
            stack.append(_Open(made, path))
    places.setdefault("", (1, 1))
    return root, places


def _open_key(top: _Open, event: Event, places: dict[str, Place], problems: Problems) -> None:
    if event.kind != "=":
        msg = "a key is a plain text, not a mapping or a list"
        raise unreadable(msg, event.line, event.column)
    path = join(top.path, event.text)
    first = top.lines.setdefault(event.text, event.line)
    if event.text in top.into:
        where = f"on lines {first} and {event.line}" if first != event.line else f"on line {first}"
        msg = f"written twice, {where}; keep one"
        problems.found.append(Problem("E102", path, msg, line=event.line, column=event.column))
        if len(problems.found) > MOST_TOLD:
            raise AgreementError(problems.found)
    places.setdefault(path, (event.line, event.column))
    top.key = event.text


def plain(data: Any, problems: Problems) -> Any:
    """Return data that was not read here as the data of a document: keys and dates as text, the limits kept.

    It may come from a YAML 1.1 loader: a key that it took for a truth value is noted in ``problems``.
    """
    left = [MOST]

    def copy(value: Any, path: str, depth: int) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise unreadable(TOO_MANY)
        if isinstance(value, (date, time)):
            return value.isoformat()
        if not isinstance(value, (Mapping, list, tuple)):
            return value
        if depth == DEEPEST:
            raise unreadable(TOO_DEEP)
        if not isinstance(value, Mapping):
            return [copy(item, join(path, str(i)), depth + 1) for i, item in enumerate(value)]
        made: dict[str, Any] = {}
        for key, item in value.items():
            name = key.isoformat() if isinstance(key, (date, time)) else as_text(key) or ""
            if isinstance(key, bool):
                said = "yes, on or true" if key else "no, off or false"
                problems.add("E104", join(path, name), f"a key that YAML 1.1 read as {name}; put {said} in quotes")
            elif name in made:
                problems.add("E102", join(path, name), f"written twice, once as {key!r}; keep one")
            else:
                made[name] = copy(item, join(path, name), depth + 1)
        return made

    return copy(data, "", 0)


def join(path: str, key: str) -> str:
    """Return the path of a key inside ``path``."""
    return f"{path}.{key}" if path else key


def unreadable(message: str, line: int = 0, column: int = 0) -> AgreementError:
    """Return the error of a text that is no document."""
    return AgreementError([Problem("E100", "", message, line=line, column=column)])


def place_after(before: str) -> Place:
    """Return the line and column of what follows ``before``."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")
