"""Templates: an agreement that ``extends`` one says only what differs; every key overrides or adds.

So does a version that ``amends`` an earlier one of its agreement.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import define, field, frozen

from slamodel.errors import AgreementError
from slamodel.io.agreements.combined import is_combined
from slamodel.io.agreements.document import Document, join, unreadable
from slamodel.io.agreements.joined import Merged, Origin
from slamodel.io.agreements.reader import read_document
from slamodel.io.agreements.section import shown
from slamodel.io.agreements.source import FORMATS
from slamodel.io.agreements.versions import FACTS
from slamodel.model._checks import Problems, did_you_mean

AMENDS: Final = "amends"
EXTENDS: Final = "extends"
TEMPLATE: Final = "template"
MERGED: Final[Mapping[str, int]] = {
    **dict.fromkeys(("targets", "calendars", "pauses", "services"), 2),
    **dict.fromkeys(("calendar", "priority", "events", "escalation", "parties", "credits", "backed_by"), 1),
}
"""The keys whose mappings are put together key by key, and how deep; any other key replaces that of the template."""
NONE: Final = "none"
WHICH: Final = "which"
"""What a file says for all that it is read with, and no agreement for itself."""
_NAMED: Final = ("targets", "calendars", "pauses", "services", "escalation", "backed_by")
"""The keys whose entries have names, so that a child may say that it has none of that name."""
_LONGEST: Final = 8
_MOST: Final = 1_000_000


@define
class Templates:
    """The templates that agreements may extend: of the documents themselves by name, others by file.

    What is wrong with a template, or with the way to it, goes into ``problems``, with its place. ``home`` is the
    document that keeps its shared calendars at its top; the agreements of others are read as if they said them.
    ``lost`` tells that a template was not found; what extends it can then not be judged. ``versions`` are those that
    were filled in, by id and number (None: lost); a version comes after those that it may amend.
    """

    problems: Problems
    home: Document | None = None
    named: dict[str, Origin] = field(factory=dict)
    lost: bool = False
    versions: dict[tuple[Any, int], Merged | None] = field(factory=dict)
    _files: dict[Path, Document | None] = field(factory=dict)
    _values: int = 0

    def add(self, entry: Origin) -> None:
        """Take a template by its name; a name that stands twice is noted."""
        name = entry.data[TEMPLATE]
        if not isinstance(name, str) or not name:
            self._note("E107", entry, TEMPLATE, f"{shown(name)} is not the name of a template; write template: gold")
        elif self.named.setdefault(name, entry) is not entry:
            self._note("E102", entry, TEMPLATE, f"template {shown(name)} is written twice; choose another name")
        if "agreement" in entry.data:
            self._note("E102", entry, "agreement", "a template is no agreement; leave out this, or 'template'")

    def refuse_alone(self) -> None:
        """Raise AgreementError where there are templates and no agreement that could extend them."""
        for name, entry in self.named.items():
            msg = f"{shown(name)} is a template; load the agreements that extend it, with extends: {name}"
            self._note("E102", entry, TEMPLATE, msg)
        if self.problems.found:
            raise AgreementError(self.problems.found)

    def resolved(self, entry: Origin, chain: tuple[str, ...] = ()) -> Merged:
        """Return an agreement or a template with what it extends."""
        own, name = self._said(entry), entry.data.get(EXTENDS)
        if entry.data.get(AMENDS) is not None:
            name, base = entry.data[AMENDS], self._amended(entry, own)
        else:
            base = None if name is None else self._base(entry, name, chain)
        if base is None:
            self.lost |= name is not None
            return own
        origins: dict[str, Origin] = {"": entry}
        data = _merged(own.data, base.data, _Over(own, base, origins), "", 0)
        self._values += _size(data)
        if self._values > _MOST:
            msg = (
                f"more than {_MOST:,} values once the templates are filled in; split the agreements over several files"
            )
            raise unreadable(msg)
        return Merged(data, origins)

    def _said(self, entry: Origin) -> Merged:
        """Return what an agreement says itself, and what its file says for it."""
        left_out = {EXTENDS, TEMPLATE, AMENDS} | (set() if entry.path else {"slamodel"})
        left_out |= set() if entry.path or TEMPLATE in entry.data else {WHICH}
        own = {key: value for key, value in entry.data.items() if key not in left_out}
        origins = {"": entry}
        shared = entry.document.data if entry.path and entry.document is not self.home else {}
        if shared.get("timezone") is not None and own.get("timezone") is None:
            own["timezone"], origins["timezone"] = shared["timezone"], Origin(entry.document, "timezone")
        if isinstance(shared.get("calendars"), Mapping):
            calendars = own.get("calendars")
            mine: Mapping[str, Any] = calendars if isinstance(calendars, Mapping) else {}
            for name in mine.keys() & shared["calendars"].keys():
                self._note(
                    "E102", entry, f"calendars.{name}", "defined for the whole file already; choose another name"
                )
            own["calendars"] = {**shared["calendars"], **mine}
            for name in shared["calendars"].keys() - mine.keys():
                origins[f"calendars.{name}"] = Origin(entry.document, f"calendars.{name}")
        return Merged(own, origins)

    def _amended(self, entry: Origin, own: Merged) -> Merged | None:
        """Return the version that one amends, without what is said of that version alone."""
        number, who = entry.data[AMENDS], entry.data.get("agreement")
        if entry.data.get(EXTENDS) is not None or TEMPLATE in entry.data:
            self._note(
                "E102", entry, AMENDS, "a version amends an earlier one, or extends a template; keep one of them"
            )
            return None
        found = isinstance(who, str) and isinstance(number, int) and not isinstance(number, bool)
        if not found or number >= version_of(entry) or (who, number) not in self.versions:
            earlier = {one: base for (name, one), base in self.versions.items() if name == who}
            known = [str(one) for one, base in earlier.items() if base is not None and one < version_of(entry)]
            msg = f"{shown(number)} is no earlier version of {shown(who)}; known: {', '.join(known) or 'none'}"
            self._note("E102", entry, AMENDS, msg)
            return None
        base = self.versions[who, number]
        if base is None:
            return None  # what it extends is lost, and that was noted
        own.data["version"] = version_of(entry)
        if own.data.get("from") is None:
            msg = f"missing; say from when version {own.data['version']} binds, such as from: 2026-07-01"
            self._note("E102", entry, "from", msg)
            return None
        kept = {key: value for key, value in base.data.items() if key not in (*FACTS, "from")}
        renewals = base.data.get("renewals")
        if isinstance(renewals, list) and renewals:
            last = renewals[-1]
            kept["until"] = last.get("until") if isinstance(last, Mapping) else last
        return Merged(kept, base.origins)

    def _base(self, entry: Origin, name: Any, chain: tuple[str, ...]) -> Merged | None:
        if not isinstance(name, str):
            self._note("E107", entry, EXTENDS, f"{shown(name)} is not the name of a template; write extends: gold")
            return None
        if name in chain:
            names = " -> ".join([*chain[chain.index(name) :], name])
            self._note("E155", entry, EXTENDS, f"templates extend each other in a circle: {names}; let one stand alone")
            return None
        if len(chain) == _LONGEST:
            self._note("E155", entry, EXTENDS, f"extends a chain of more than {_LONGEST} templates; join some of them")
            return None
        found = self._find(entry, name)
        return None if found is None else self.resolved(found, (*chain, name))

    def _find(self, entry: Origin, name: str) -> Origin | None:
        if name in self.named:
            return self.named[name]
        file = entry.document.file
        folder = None if not file or file.startswith("<") else Path(file).parent
        by_path = "/" in name or Path(name).suffix in FORMATS
        tried = [name] if by_path else [f"{name}{suffix}" for suffix in FORMATS]
        path = next((folder / one for one in tried if (folder / one).is_file()), None) if folder else None
        if path is None:
            where = f"; there is no {tried[0]}" + (f" in {folder}" if folder else "") if by_path or folder else ""
            hint = did_you_mean(name, self.named) or f", and no document says template: {name}"
            msg = f"template {shown(name)} is not known{hint if self.named or not where else where}"
            self._note("E102", entry, EXTENDS, msg)
            return None
        return self._from_file(entry, path, "" if by_path else name)

    def _from_file(self, entry: Origin, path: Path, name: str) -> Origin | None:
        key = path.resolve()
        if key not in self._files:
            noted = Problems()
            try:
                document = read_document(path, problems=noted)
                self.problems.found.extend(document.located(noted.found))
            except AgreementError as error:
                self.problems.found.extend(error.problems)
                document = None
            self._files[key] = document
        document = self._files[key]
        if document is None:
            return None
        data = document.data
        if not isinstance(data, Mapping) or TEMPLATE not in data or name not in {"", data[TEMPLATE]}:
            said = name or path.stem
            self._note("E102", entry, EXTENDS, f"{path} is not template {said!r}; it has a line template: {said}")
            return None
        if data.get("slamodel") != 1:
            self._note("E102", Origin(document), "slamodel", "missing; the file begins with slamodel: 1")
        return Origin(document)

    def _note(self, code: str, entry: Origin, key: str, message: str) -> None:
        noted = Problems()
        noted.add(code, join(entry.path, key), message)
        self.problems.found.extend(entry.document.located(noted.found))


def version_of(entry: Origin) -> int:
    """Return the number of a version as it is written: that of its amendment where it has none, else 1."""
    number, amended = entry.data.get("version"), entry.data.get(AMENDS)
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    return amended + 1 if isinstance(amended, int) else 1


@frozen
class _Over:
    """A child over its template, and where each part of the two together was written."""

    own: Merged
    base: Merged
    origins: dict[str, Origin]


def _merged(own: Mapping[str, Any], under: Mapping[str, Any], over: _Over, path: str, depth: int) -> dict[str, Any]:
    """Return what a child says over what its template says at ``path``, key by key down to a depth."""
    made: dict[str, Any] = {}
    for key in dict.fromkeys((*under, *own)):
        at, value, other = join(path, key), own.get(key), under.get(key)
        deeper = MERGED.get(key, 0) if not path else depth - 1
        if value is None and key in under:
            made[key] = other
            over.origins.update(over.base.within(at))
            continue
        if path in _NAMED and value == NONE and key in under:
            continue
        over.origins.update(over.own.within(at))
        made[key] = value
        combined = is_combined(value) or is_combined(other)
        if deeper > 0 and isinstance(value, Mapping) and isinstance(other, Mapping) and not combined:
            made[key] = _merged(value, other, over, at, deeper)
    return made


def _size(data: Any) -> int:
    if isinstance(data, Mapping):
        return 1 + sum(map(_size, data.values()))
    return 1 + sum(map(_size, data)) if isinstance(data, list) else 1
