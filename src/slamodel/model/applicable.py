"""Applicable: which of several agreements of one kind is the one for an item (C12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from attrs import evolve

from slamodel.errors import AgreementError, Problem
from slamodel.model.agreement import Agreement
from slamodel.model.in_force import InstantSpans, Scope
from slamodel.model.limit import Limit
from slamodel.model.selector import Either, Every, In, Not, Selector
from slamodel.model.target import Target

WHICH: Final = ("most_specific", "all", "strictest")
NARROWER: Final = "add a precedence or make one narrower"
APART: Final = "say which items each is for (applies), or give one a precedence"
_Promised = tuple[Agreement, tuple[Target, ...]]


class _Candidate(NamedTuple):
    """A target with its agreement: the values it asks of fields, how closely it matches, and its place."""

    agreement: Agreement
    target: Target
    wanted: dict[str, frozenset[str]]
    rank: tuple[int, int]
    place: int

    @property
    def group(self) -> tuple[str, ...]:
        """What it has in common with those that it competes with."""
        return self.agreement.kind, self.agreement.provider, self.target.id


def conditions(selector: Selector) -> int:
    """Return how many conditions an item fulfils that matches: of alternatives, those of the one with the fewest."""
    if isinstance(selector, Every):
        return sum(conditions(part) for part in selector.parts)
    if isinstance(selector, Either):
        return min((conditions(part) for part in selector.parts), default=0)
    return conditions(selector.inner) if isinstance(selector, Not) else 1


def narrowed(promised: Iterable[_Promised], which: str) -> tuple[Target, ...]:
    """Return all targets, each told which items another agreement of its kind claims, by one of `WHICH`.

    Two targets compete where their agreements are of one kind and owed by one provider, and they have one name.
    Raises AgreementError (E191) where the limits of two cannot be compared and the strictest is asked for.
    """
    pairs = [(agreement, target) for agreement, targets in promised for target in targets]
    if which == "all":
        return tuple(target for _, target in pairs)
    every = [_candidate(*pair, place) for place, pair in enumerate(pairs)]
    groups: dict[tuple[str, ...], list[_Candidate]] = {}
    for each in every:
        groups.setdefault(each.group, []).append(each)
    limit = _by_rank if which == "most_specific" else _by_limit
    near = {name: _near(group) for name, group in groups.items()}
    return tuple(limit(each, _others(each, near[each.group](each))) for each in every)


def contested(targets: Iterable[Target]) -> tuple[Problem, ...]:
    """Return where two agreements claim every item equally (E191), of targets that were narrowed."""
    found = {}
    for one in targets:
        for rival, scope in one.in_force.rivals:
            if scope.applies == one.applies and _meet(scope.opened, one.in_force.opened):
                pair = tuple(sorted((one.agreement, rival)))
                msg = f"{pair[0]!r} and {pair[1]!r} are for the same items equally, and both promise {one.id!r}"
                found[pair, one.id] = Problem("E191", f"{pair[1]}.targets.{one.id}", f"{msg}; {APART}")
    return tuple(found.values())


def _meet(one: InstantSpans, other: InstantSpans) -> bool:
    """Return whether spans have an instant in common; none stand for ever."""
    return not one or not other or any(a < d and c < b for a, b in one for c, d in other)


def _candidate(agreement: Agreement, target: Target, place: int) -> _Candidate:
    rank = agreement.precedence, conditions(target.applies)
    return _Candidate(agreement, target, dict(_wanted(target.applies)), rank, place)


def _near(group: list[_Candidate]) -> Callable[[_Candidate], list[_Candidate]]:
    """Return what finds those of a group that share a value with one: of a field that all of them ask for, if any.

    So of hundreds of clients with an agreement each, nobody is held against all the others.
    """
    names = sorted(set.intersection(*(set(one.wanted) for one in group)))
    if not names:
        return lambda _: group
    by_value: dict[str, dict[int, _Candidate]] = {}
    for one in group:
        for value in one.wanted[names[0]]:
            by_value.setdefault(value, {})[one.place] = one

    def near(mine: _Candidate) -> list[_Candidate]:
        found: dict[int, _Candidate] = {}
        for value in mine.wanted[names[0]]:
            found |= by_value[value]
        return [found[place] for place in sorted(found)]

    return near


def _others(mine: _Candidate, group: list[_Candidate]) -> list[_Candidate]:
    """Return the targets of other agreements that some item could have as well."""
    return [one for one in group if one.agreement.id != mine.agreement.id and not _apart(one.wanted, mine.wanted)]


def _apart(one: dict[str, frozenset[str]], other: dict[str, frozenset[str]]) -> bool:
    """Return whether two conditions name values of one field that no item has both of."""
    return any(name in other and values.isdisjoint(other[name]) for name, values in one.items())


def _wanted(selector: Selector) -> list[tuple[str, frozenset[str]]]:
    """Return the values that a condition asks of fields, where all that it says must hold."""
    if isinstance(selector, In):
        return [(selector.name, frozenset(selector.values))]
    return [found for part in selector.parts for found in _wanted(part)] if isinstance(selector, Every) else []


def _by_rank(mine: _Candidate, others: list[_Candidate]) -> Target:
    target = mine.target
    if not others:
        return target
    unless = tuple(_scope(one.target) for one in others if one.rank > mine.rank)
    rivals = tuple((one.agreement.id, _scope(one.target)) for one in others if one.rank == mine.rank)
    return evolve(target, in_force=evolve(target.in_force, unless=unless, rivals=rivals))


def _scope(target: Target, also: Selector | None = None) -> Scope:
    applies = target.applies if also is None else Every((target.applies, also))
    return Scope(applies, target.in_force.opened)


def _by_limit(mine: _Candidate, others: list[_Candidate]) -> Target:
    target, unless = mine.target, []
    for one in others:
        stricter = _stricter(one, mine, first=one.place < mine.place)
        if stricter is not None:
            unless.append(_scope(one.target, stricter))
    return evolve(target, in_force=evolve(target.in_force, unless=tuple(unless))) if unless else target


def _stricter(one: _Candidate, other: _Candidate, *, first: bool) -> Selector | None:
    """Return for which priorities the limits of one target are the stricter ones; None: for none."""
    a, b = one.target, other.target
    named = {name for target in (a, b) for name in (*(name for name, _ in target.limits), *target.without) if name}
    names = sorted(named)
    where = f"{one.agreement.id!r} and {other.agreement.id!r} both promise {a.id!r}"
    if a.priority_field != b.priority_field or a.in_force.amended or b.in_force.amended:
        msg = f"{where} by different fields, or by versions that follow an item; their limits cannot be compared"
        raise AgreementError(f"{msg}: use most_specific or all", "E191")
    chosen = tuple(name for name in names if _is_less(a.limit_for(name), b.limit_for(name), where, first=first))
    others = _is_less(a.limit_for(None), b.limit_for(None), where, first=first)
    parts = [In(a.priority_field, chosen)] if chosen else []
    rest = [Not(In(a.priority_field, tuple(names)))] if others else []
    found = (*parts, *rest)
    return None if not found else found[0] if len(found) == 1 else Either(found)


def _is_less(a: Limit | None, b: Limit | None, where: str, *, first: bool) -> bool:
    if a is None or b is None:
        return a is not None
    if a == b:
        return first
    plain = not (a.due or b.due or a.field or b.field) and bool(a.amount.days) == bool(b.amount.days)
    if not plain or a.calendar != b.calendar or (a.amount.days and a.reading != b.reading):
        msg = f"{where}, on other calendars or in other units; their limits cannot be compared: use most_specific"
        raise AgreementError(msg, "E191")
    mine, theirs = (a.amount.us, a.amount.days), (b.amount.us, b.amount.days)
    return mine < theirs or (mine == theirs and first)
