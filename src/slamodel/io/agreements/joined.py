"""Joined documents: one document put together from several, each part of which knows where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from slamodel.errors import Problem
from slamodel.io.agreements.document import Document, Place, join


@frozen
class Origin:
    """A part of a document: where something was written."""

    document: Document
    path: str = ""

    @property
    def data(self) -> Any:
        """What stands there."""
        found = self.document.data
        for key in self.path.split(".") if self.path else ():
            found = found[int(key) if isinstance(found, list) else key]
        return found

    def inside(self, path: str) -> Origin:
        """Return the part at ``path`` inside this one."""
        return Origin(self.document, join(self.path, path) if path else self.path)


@frozen
class Merged:
    """Data with the origin of its parts, by their paths; the root is ""."""

    data: Any
    origins: Mapping[str, Origin]

    def origin(self, path: str) -> Origin:
        """Return where the part at ``path`` was written."""
        at = path
        while at not in self.origins:
            at = at.rpartition(".")[0]
        return self.origins[at].inside(path[len(at) :].lstrip("."))

    def within(self, path: str) -> dict[str, Origin]:
        """Return the origins of the part at ``path`` and of all inside it."""
        return {path: self.origin(path), **{at: one for at, one in self.origins.items() if at.startswith(f"{path}.")}}


@frozen
class Joined(Document):
    """A document whose parts stand in several files: a problem is told at the place where its part was written."""

    merged: Merged = field(kw_only=True, repr=False)

    def place(self, path: str) -> Place:
        """Return where ``path`` was written, in the file that it was written in."""
        origin = self.merged.origin(path)
        return origin.document.place(origin.path)

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems with file, line and column, in the order of the files and their texts, each once."""
        found: dict[tuple[Any, ...], Problem] = {}
        for problem in problems:
            one = problem if problem.file else self._located(problem)
            found.setdefault((one.code, one.file, one.line, one.column, one.message), one)
        files = [one.file for one in found.values()]
        order = {name: number for number, name in enumerate(dict.fromkeys((*self._files, *files)))}
        return sorted(found.values(), key=lambda one: (order[one.file], one.line, one.column))

    def _located(self, problem: Problem) -> Problem:
        origin = self.merged.origin(problem.path)
        line, column = origin.document.place(origin.path)
        return evolve(problem, path=origin.path, file=origin.document.file, line=line, column=column)

    @property
    def _files(self) -> list[str]:
        return [origin.document.file for origin in self.merged.origins.values()]
