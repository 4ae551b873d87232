"""Changes: what one version of an agreement says otherwise than another, as data and in the words of a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, overload

from attrs import evolve, fields, frozen, has

from slamodel.model.agreement import Agreement
from slamodel.model.escalation import Level
from slamodel.model.pause import PauseRule
from slamodel.model.target import Target
from slamodel.report.change.wording import DEFAULT, ORDER, sentence

Path = tuple[str, ...]

# Looked into field by field, as everything that has an id or a name; the rest is taken whole.
_OPEN: Final = (Agreement, Target, PauseRule, Level)
# By what entries are told apart that have neither; of pairs the first of each.
_KEYS: Final[Mapping[tuple[type, str], str]] = {
    (Agreement, "calendars"): "",
    (Target, "limits"): "",
}
_RECORD: Final = frozenset(
    ("version", "state", "recorded_at", "approvals", "change_note", "suspensions", "termination", "renewals")
)


@frozen
class Change:
    """One thing that is otherwise: where, what it was, what it is, and a sentence that says so.

    ``path`` are the steps to it ("targets", "resolve", "limits", "P2"); ``old`` is None for what is new, ``new`` for
    what is gone.
    """

    path: Path
    old: Any
    new: Any
    sentence: str

    def __str__(self) -> str:
        return self.sentence

    @property
    def place(self) -> str:
        """The path as it is written: "targets.resolve.limits.P2"."""
        return ".".join(self.path)

    @property
    def is_record(self) -> bool:
        """Whether it is about the version itself (its number, state, approvals), not about what was agreed."""
        return self.path[0] in _RECORD


@frozen
class Changes(Sequence[Change]):
    """All that two versions say otherwise; empty for equal ones. ``str()`` gives a sentence a line."""

    changes: tuple[Change, ...] = ()

    @overload
    def __getitem__(self, place: int) -> Change: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Change, ...]: ...
    def __getitem__(self, place: int | slice) -> Change | tuple[Change, ...]:
        return self.changes[place]

    def __len__(self) -> int:
        return len(self.changes)

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    @property
    def terms(self) -> tuple[Change, ...]:
        """The changes of what was agreed, without those about the version itself."""
        return tuple(change for change in self.changes if not change.is_record)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the terms say otherwise, each once."""
        return tuple(dict.fromkeys(change.sentence for change in self.terms))

    def apply(self, old: Agreement) -> Agreement:
        """Return the new version, made from the old one by these changes."""
        made: Agreement = _applied(old, [(change.path, change.new) for change in self.changes])
        return made

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a change: its place, old and new as texts (None where there is none), and the sentence."""

        def text(value: Any) -> str | None:
            return None if value is None else str(value)

        return [
            {"path": one.place, "old": text(one.old), "new": text(one.new), "sentence": one.sentence}
            for one in self.changes
        ]


def diff(old: Agreement, new: Agreement) -> Changes:
    """Return what a version says otherwise than an earlier one, in the order of the agreement's fields.

    "resolve P2: 8h becomes 6h". Targets, limits, pauses and escalations are held against those of their names;
    ``diff(old, new).apply(old) == new``, and equal versions have none.
    """
    return Changes(tuple(Change(path, a, b, sentence(path, a, b, old, new)) for path, a, b in _differ((), old, new)))


def _differ(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:
    if old == new:
        return
    if type(old) is not type(new) or not _is_open(old):
        yield path, old, new
        return
    for one in fields(type(old)):
        mine, theirs = getattr(old, one.name), getattr(new, one.name)
        by = _key(type(old), one.name, mine, theirs)
        if by is None:
            yield from _differ((*path, one.name), mine, theirs)
        elif mine != theirs:
            yield from _differ_by_key((*path, one.name), _keyed(by, mine), _keyed(by, theirs))


def _differ_by_key(path: Path, old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[Path, Any, Any]]:
    for key in (*old, *(key for key in new if key not in old)):
        yield from _differ((*path, key), old.get(key), new.get(key))
    order = [key for key in (*old, *(key for key in new if key not in old)) if key in new]
    if order != list(new):
        yield (*path, ORDER), tuple(old), tuple(new)


def _is_open(value: Any) -> bool:
    return isinstance(value, _OPEN) or (has(type(value)) and _names(value) != "")


def _names(entry: Any) -> str:
    """Return by what an entry is told apart from others of its kind: its id, else its name; "" where it has none."""
    known = {one.name for one in fields(type(entry))} if has(type(entry)) else set()
    return "id" if "id" in known else "name" if "name" in known else ""


def _key(kind: type, name: str, *values: Any) -> str | None:
    """Return by what the entries of a field are told apart; None where they are taken whole."""
    by = _KEYS.get((kind, name))
    if by is None:
        entries = [entry for value in values if isinstance(value, tuple) for entry in value]
        names = {_names(entry) for entry in entries}
        by = names.pop() or None if len(names) == 1 else None
    if by is None:
        return None
    for value in values:
        keys = [_name(by, entry) for entry in value]
        if len({*keys}) < len(keys) or ORDER in keys or (not by and any(entry[0] == DEFAULT for entry in value)):
            return None
    return by


def _name(by: str, entry: Any) -> str:
    name: str | None = getattr(entry, by) if by else entry[0]
    return DEFAULT if name is None else name


def _keyed(by: str, entries: Iterable[Any]) -> dict[str, Any]:
    return {_name(by, entry): entry if by else entry[1] for entry in entries}


def _applied(value: Any, changes: list[tuple[Path, Any]]) -> Any:
    """Return a value with what lies on its paths put in its place."""
    if any(not path for path, _ in changes):
        return changes[-1][1]
    found: dict[str, list[tuple[Path, Any]]] = {}
    for path, new in changes:
        found.setdefault(path[0], []).append((path[1:], new))
    made = {}
    for name, inner in found.items():
        mine = getattr(value, name)
        whole = any(not path for path, _ in inner) or not isinstance(mine, tuple)
        by = _KEYS.get((type(value), name), _names(mine[0]) if isinstance(mine, tuple) and mine else "id")
        made[name] = _applied(mine, inner) if whole else _applied_by_key(by, mine, inner)
    return evolve(value, **made)


def _applied_by_key(by: str, value: Iterable[Any], changes: list[tuple[Path, Any]]) -> tuple[Any, ...]:
    entries, order = _keyed(by, value), None
    inner: dict[str, list[tuple[Path, Any]]] = {}
    for path, new in changes:
        if path == (ORDER,):
            order = new
        else:
            inner.setdefault(path[0], []).append((path[1:], new))
    for key, those in inner.items():
        entry = _applied(entries.get(key), those)
        if entry is None:
            del entries[key]
        else:
            entries[key] = entry
    named = [(key, entries[key]) for key in order or entries]
    return tuple(entry if by else (None if key == DEFAULT else key, entry) for key, entry in named)
