"""Changed agreements: a file with a document of what would be otherwise laid over it, as a child over its template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from slamodel.errors import AgreementError
from slamodel.io.agreement_file import load
from slamodel.io.agreements.document import Document, join
from slamodel.io.agreements.documents import AGREEMENTS, read_documents
from slamodel.io.agreements.extends import EXTENDS, Templates
from slamodel.io.agreements.joined import Joined, Merged, Origin
from slamodel.io.agreements.reader import read_document
from slamodel.io.agreements.section import shown
from slamodel.model._checks import Problems, did_you_mean
from slamodel.model.portfolio import Portfolio

CHANGE: Final = "change"
_HEAD: Final = "slamodel"
_WRITE: Final = (
    "a change begins with change: and the id of the agreement that it is about; a whole agreement with slamodel: 1"
)


def load_changed(source: Any, change: Any, *, dialect: str = "") -> Portfolio:
    """Read the agreements of a file with one of them changed.

    ``source`` is what `load` takes. ``change`` is a path (.yaml, .yml, .toml, .json) or a mapping that says ``change:``
    and the agreement's id, and then what differs, in the keys of an agreement file: each overrides or adds, as in an
    agreement that ``extends`` a template, and what stands at ``none`` goes. A document that begins with ``slamodel: 1``
    is a whole agreement file, and is read in place of the other one. Raises AgreementError with every problem, at its
    place in the file that it was written in.
    """
    over = read_document(change)
    if isinstance(over.data, Mapping) and _HEAD in over.data and CHANGE not in over.data:
        return load(change, dialect=dialect)
    problems = Problems()
    base = read_documents(source, problems, lambda _: None)
    if problems.found:
        raise AgreementError(base.located(problems.found))
    changed = _laid_over(base, over)
    try:
        book = load(changed.data, dialect=dialect)
    except AgreementError as error:
        raise AgreementError(changed.located(error.problems)) from None
    return evolve(book, warnings=tuple(changed.located(book.warnings)))


def _laid_over(base: Document, over: Document) -> Joined:
    """Return the document of a file with a change laid over the agreement that it names."""
    if not isinstance(over.data, Mapping) or not isinstance(over.data.get(CHANGE), str):
        problems = Problems()
        problems.add("E102", "" if not isinstance(over.data, Mapping) else CHANGE, f"missing; {_WRITE}")
        raise AgreementError(over.located(problems.found))
    name = over.data[CHANGE]
    place = _place_of(base, over, name)
    said = {key: value for key, value in over.data.items() if key not in {CHANGE, _HEAD}}
    child = Document({**said, EXTENDS: name}, over.file, over.places)
    problems = Problems()
    templates = Templates(problems, home=base)
    templates.named[name] = Origin(base, place)
    merged = templates.resolved(Origin(child))
    if problems.found:
        raise AgreementError(problems.found)
    if not place:
        head = {_HEAD: base.data[_HEAD]} if _HEAD in base.data else {}
        return Joined({**head, **merged.data}, file=over.file, merged=merged)
    number = int(place.rpartition(".")[2])
    listed = list(base.data[AGREEMENTS])
    listed[number] = merged.data
    origins = {"": Origin(base)} | {join(place, at).rstrip("."): one for at, one in merged.origins.items()}
    data = {**base.data, AGREEMENTS: listed}
    return Joined(data, file=over.file, merged=Merged(data, origins))


def _place_of(base: Document, over: Document, name: str) -> str:
    listed = base.data.get(AGREEMENTS) if isinstance(base.data, Mapping) else None
    entries = {"": base.data} if listed is None else {f"{AGREEMENTS}.{n}": one for n, one in enumerate(listed)}
    known = {str(one.get("agreement")): at for at, one in entries.items() if isinstance(one, Mapping)}
    if name not in known:
        problems = Problems()
        problems.add("E102", CHANGE, f"no agreement {shown(name)}{did_you_mean(name, known)}")
        raise AgreementError(over.located(problems.found))
    return known[name]
