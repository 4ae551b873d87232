"""What is read: one document, or those of a folder or of several files as one, with their templates filled in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from slamodel.errors import AgreementError, Problem
from slamodel.io.agreements.document import Document, join, unreadable
from slamodel.io.agreements.extends import AMENDS, EXTENDS, TEMPLATE, WHICH, Templates, version_of
from slamodel.io.agreements.joined import Joined, Merged, Origin
from slamodel.io.agreements.reader import read_document
from slamodel.io.agreements.section import Section, shown
from slamodel.io.agreements.source import FORMATS
from slamodel.model._checks import Problems

AGREEMENTS: Final = "agreements"
_HEAD: Final = "slamodel"
_OWN: Final = ("timezone", "calendars")
"""What a file says for the agreements in it alone; in a folder it is read as if each of them said it."""

Check = Callable[[Section], None]


def read_documents(source: Any, problems: Problems, check: Check) -> Document:
    """Read a path, a folder, a list of paths, or a mapping, as one document.

    ``check`` holds each file to its version. What is wrong goes into ``problems``; what cannot be read at all raises
    AgreementError.
    """
    if isinstance(source, (list, tuple)):
        return _joined([Path(one) for one in source], problems, check)
    if isinstance(source, (str, os.PathLike)) and "\n" not in str(source) and Path(source).is_dir():
        files = sorted(path for path in Path(source).iterdir() if path.suffix.lower() in FORMATS and path.is_file())
        if not files:
            msg = f"holds no agreement file ({', '.join(FORMATS)})"
            raise AgreementError([evolve(problem, file=str(source)) for problem in unreadable(msg).problems])
        return _joined(files, problems, check)
    return extended(read_document(source, problems=problems), problems)


def extended(document: Document, problems: Problems) -> Document:
    """Return a document with its templates filled in; one that has none as it is."""
    data = document.data
    entries = list(_entries(document)) if isinstance(data, Mapping) else []
    if not any(
        isinstance(one.data, Mapping) and not one.data.keys().isdisjoint((EXTENDS, TEMPLATE, AMENDS)) for one in entries
    ):
        return document
    problems.found[:] = document.located(problems.found)
    agreements = _filled(entries, Templates(problems, home=document))
    if AGREEMENTS not in data:
        single = agreements[0] if agreements else Merged({}, {"": Origin(document)})
        head = {key: data[key] for key in (_HEAD, WHICH) if key in data}
        return _as_joined(document, Merged({**head, **single.data}, single.origins))
    whole = Merged({**data, AGREEMENTS: []}, {"": Origin(document)})
    return _as_joined(document, _with(whole, agreements))


def _joined(paths: Sequence[Path], problems: Problems, check: Check) -> Document:
    documents = []
    for path in paths:
        noted = Problems()
        try:
            document = read_document(path, problems=noted)
            if not isinstance(document.data, Mapping) or not document.data:
                noted.add("E100", "", f"{shown(document.data)} is no agreement; it begins with slamodel: 1")
            else:
                check(Section(document.data, "", noted))
                documents.append(document)
            problems.found.extend(document.located(noted.found))
        except AgreementError as error:
            problems.found.extend(error.problems)
    if not documents:
        raise AgreementError(problems.found)
    entries = [entry for document in documents for entry in _entries(document)]
    data: dict[str, Any] = {_HEAD: 1}
    origins = {"": Origin(documents[0])}
    for document in documents:
        _hoist(document, data, origins, problems)
    whole = Merged({**data, AGREEMENTS: []}, origins)
    return _as_joined(documents[0], _with(whole, _filled(entries, Templates(problems))))


def _entries(document: Document) -> Iterator[Origin]:
    """Yield the agreements and templates of a document."""
    listed = document.data.get(AGREEMENTS)
    if AGREEMENTS not in document.data:
        if not _is_shared(document):
            yield Origin(document)
    elif isinstance(listed, list):
        yield from (Origin(document, f"{AGREEMENTS}.{number}") for number in range(len(listed)))


def _is_shared(document: Document) -> bool:
    """Return whether a document has nothing but what others share: no agreement, and nothing that makes one."""
    return not document.data.keys() & {"agreement", TEMPLATE, EXTENDS, AMENDS, "targets", AGREEMENTS}


def _filled(entries: Sequence[Origin], templates: Templates) -> list[Merged]:
    """Return the agreements with what they extend; templates, and what extends one that is lost, are left out."""
    agreements = []
    for entry in entries:
        if isinstance(entry.data, Mapping) and TEMPLATE in entry.data:
            templates.add(entry)
        else:
            agreements.append(entry)
    if not agreements:
        templates.refuse_alone()
    made: dict[int, Merged] = {}
    for place, entry in sorted(enumerate(agreements), key=lambda pair: _version(pair[1])):
        templates.lost = False
        one = templates.resolved(entry) if isinstance(entry.data, Mapping) else Merged(entry.data, {"": entry})
        if isinstance(entry.data, Mapping) and isinstance(entry.data.get("agreement"), str):
            templates.versions.setdefault((entry.data["agreement"], _version(entry)), None if templates.lost else one)
        if not templates.lost:
            made[place] = one
    filled = [made[place] for place in sorted(made)]
    if agreements and not filled:
        raise AgreementError(templates.problems.found)
    return filled


def _version(entry: Origin) -> int:
    return version_of(entry) if isinstance(entry.data, Mapping) else 0


def _with(whole: Merged, agreements: Sequence[Merged]) -> Merged:
    """Return a document with these agreements."""
    origins = dict(whole.origins)
    for number, one in enumerate(agreements):
        origins.update({join(f"{AGREEMENTS}.{number}", at).rstrip("."): origin for at, origin in one.origins.items()})
    return Merged({**whole.data, AGREEMENTS: [one.data for one in agreements]}, origins)


def _hoist(document: Document, data: dict[str, Any], origins: dict[str, Origin], problems: Problems) -> None:
    """Put what a document shares with all others at the top; what is there already is noted."""
    shared = _is_shared(document)
    for key, value in document.data.items():
        alone = AGREEMENTS not in document.data and (key != WHICH or TEMPLATE in document.data)
        if key in {_HEAD, AGREEMENTS} or value is None or (not shared and (alone or key in _OWN)):
            continue
        there = data.get(key)
        if isinstance(value, Mapping) and isinstance(there or {}, Mapping):
            twice = [join(key, name) for name in value if name in (there or {})]
            data[key] = {**value, **(there or {})}
            new = [join(key, name) for name in value if join(key, name) not in twice]
        elif isinstance(value, list) and isinstance(there or [], list):
            twice, first = [], len(there or [])
            data[key] = [*(there or []), *value]
            origins.update({f"{key}.{first + n}": Origin(document, f"{key}.{n}") for n in range(len(value))})
            new = []
        else:
            twice = [key] if there not in (None, value) else []
            new = [] if twice else [key]
            data.setdefault(key, value)
        origins.update(
            {at: Origin(document, at) for at in new} | ({} if key in origins else {key: Origin(document, key)})
        )
        for at in twice:
            file = origins.get(at, origins[key]).document.file
            problems.found.extend(document.located([Problem("E102", at, f"defined in {file} already; keep one")]))


def _as_joined(document: Document, merged: Merged) -> Joined:
    return Joined(merged.data, file=document.file, merged=merged)
