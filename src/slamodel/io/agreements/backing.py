"""What stands behind the promises of an agreement: ``backed_by``, and the references followed over all agreements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slamodel.io.agreements.lengths import read_amount
from slamodel.io.agreements.section import Section, shown
from slamodel.model.agreement import Agreement
from slamodel.model.backers import each_promise, why_not
from slamodel.model.backing import WAYS, BackedBy, Backers, Branches, Reference
from slamodel.model.target import Target

_LINK_KEYS: Final = ("link", "hand_off", "clause")
_DEEPEST: Final = 20
_WRITE: Final = "write agreement/target, or in_order, all_of or any_of with a list of them"


def read_backing(section: Section, targets: Mapping[str, Target]) -> Iterator[BackedBy]:
    """Read ``backed_by``: target, or target/priority: what stands behind it."""
    part = section.section("backed_by")
    for key in part.data:
        name, _, priority = key.partition("/")
        target = targets.get(name)
        if target is None:
            part.note("E102", key, f"{shown(name)} is no target of this agreement{part.hint(name, targets)}")
        elif priority and target.limit_number(priority) is None:
            known = [one for one, _ in target.limits if one]
            msg = f"{shown(name)} promises nothing for {shown(priority)}{part.hint(priority, known)}"
            part.note("E102", key, msg)
        by = _read(part, key, part.get(key), 0)
        if target is not None and by is not None:
            clause = part.section(key).text("clause") if isinstance(part.get(key), Mapping) else ""
            yield BackedBy(name, priority, by, clause)


def _read(part: Section, key: str, value: Any, depth: int) -> Backers | None:
    if isinstance(value, str):
        with part.at(key):
            return Reference.parse(value)
        return None
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        part.note("E107", key, f"{shown(value)} does not say what stands behind it; {_WRITE}")
        return None
    inner = part.entry(key, value)
    if "link" in value:
        inner.only(_LINK_KEYS)
        hand_off = read_amount(inner, "hand_off", "wall")
        with inner.at("link"):
            one = Reference.parse(inner.text("link"))
            return Reference(one.agreement, one.target, one.priority, hand_off, inner.text("clause"))
        return None
    inner.only((*WAYS, "clause"))
    said = [way for way in WAYS if inner.get(way) is not None]
    if len(said) != 1:
        inner.note("E107", said[1] if said else "", f"says {' and '.join(said) or 'nothing'}; {_WRITE}")
        return None
    parts = [_read(inner, f"{said[0]}.{i}", one, depth + 1) for i, one in enumerate(inner.entries(said[0]))]
    with inner.at(said[0]):
        return Branches(said[0], tuple(one for one in parts if one is not None))
    return None


def check_backing(read: Sequence[tuple[Agreement, Section]]) -> None:
    """Follow the references of all agreements that were read together, and note those that lead nowhere.

    Among several agreements every reference is found, or it is an error (E102). An agreement that was read alone may
    name agreements of other files, and is warned (W102). Agreements that back each other in a circle are noted (E172).
    Of an agreement in several versions one of them has what is named; the latest agreed ones make the circle.
    """
    known: dict[str, list[Agreement]] = {}
    for agreement, _ in read:
        known.setdefault(agreement.id, []).append(agreement)
    for agreement, section in read:
        part = section.section("backed_by") if agreement.backed_by else section
        asked = [
            (str(place), one.priority, each) for place, one in each_promise(agreement) for each in one.by.references
        ]
        noted: set[tuple[str, str]] = set()
        for place, priority, reference in asked:
            wrong = _wrong(known, agreement, reference, priority)
            if not wrong or (place, wrong) in noted:
                continue
            noted.add((place, wrong))
            if reference.agreement not in known and len(known) == 1:
                part.warn("W102", place, f"{wrong}; read it together with the file that has it")
            else:
                part.note("E102", place, f"{wrong}{_nearest(part, known, reference)}")
    latest = {name: _latest(versions) for name, versions in known.items()}
    told: set[frozenset[str]] = set()
    for agreement, section in read:
        circle = _circle(latest, agreement.id) if latest[agreement.id] is agreement else []
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            round_ = " -> ".join(circle)
            section.note("E172", "backed_by", f"backing goes round in a circle: {round_}; leave one of these out")


def _wrong(known: Mapping[str, Sequence[Agreement]], agreement: Agreement, one: Reference, priority: str) -> str:
    """Return what is wrong with a reference by the last of the versions, if no version has what it names."""
    wrong = ""
    for version in known.get(one.agreement, ()):
        wrong = why_not({version.id: version}, agreement, one, priority)
        if not wrong:
            return ""
    return wrong or why_not({}, agreement, one, priority)


def _latest(versions: Sequence[Agreement]) -> Agreement:
    return max(versions, key=lambda one: (one.state == "agreed", one.version))


def _nearest(part: Section, known: Mapping[str, Sequence[Agreement]], reference: Reference) -> str:
    if reference.agreement not in known:
        return part.hint(reference.agreement, known)
    targets = [target.id for version in known[reference.agreement] for target in version.targets]
    return "" if reference.target in targets else part.hint(reference.target, dict.fromkeys(targets))


def _circle(known: Mapping[str, Agreement], first: str) -> list[str]:
    """Return the circle that begins and ends at an agreement, if there is one."""
    came: dict[str, str] = {}
    left = [first]
    while left:
        name = left.pop()
        for other in dict.fromkeys(one.agreement for backing in known[name].backed_by for one in backing.by.references):
            if other == first:
                path = [name]
                while path[-1] != first:
                    path.append(came[path[-1]])
                return [*reversed(path), first]
            if other in known and other not in came:
                came[other] = name
                left.append(other)
    return []
