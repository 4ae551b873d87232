"""Links between targets: a clock that another one starts, stops or ends, whatever the order in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from slamodel.io.agreements.moments import Link
from slamodel.io.agreements.section import Section, shown
from slamodel.model.target import Moment, Target

_LONGEST: Final = 8
"""The most clocks that may follow each other: what a target looks at is looked up through all of them."""


@frozen
class Draft:
    """A target whose links are not followed yet, and the section it was read from."""

    target: Target
    links: tuple[Link, ...]
    section: Section


def linked(drafts: Sequence[Draft]) -> Iterator[Target]:
    """Return the targets with their links followed, in the order of the file, whatever follows what.

    Links that go round in a circle are noted, and so is a chain that is too long to be meant.
    """
    waiting = {draft.target.id: draft for draft in drafts}
    done: dict[str, tuple[Target, int]] = {}
    for draft in drafts:
        path = {draft.target.id: None}  # a list that knows at once what is in it
        while path:
            name = next(reversed(path))
            now = waiting[name]
            missing = [link for link in now.links if link.other in waiting and link.other not in done]
            circle = next((link for link in missing if link.other in path), None)
            if circle:
                names = list(path)
                round_ = " -> ".join([*names[names.index(circle.other) :], circle.other])
                msg = f"no clock of this circle can begin before the others: {round_}; let one of them follow an event"
                now.section.note("E152", circle.key, msg)
                waiting[name] = evolve(now, links=tuple(link for link in now.links if link.other != circle.other))
            elif missing:
                path[missing[0].other] = None
            else:
                done[name] = _followed(now, done)
                del path[name]
    return (done[draft.target.id][0] for draft in drafts)


def _followed(draft: Draft, done: Mapping[str, tuple[Target, int]]) -> tuple[Target, int]:
    target, length = draft.target, 0
    for link in draft.links:
        if link.other not in done:
            continue  # it could not be made out, and that was noted
        other, steps = done[link.other]
        if link.edge and other.per:
            msg = f"{shown(link.other)} has a clock for each {other.per}, so there is no one clock to follow"
            draft.section.note("E153", link.key, f"{msg}; follow another target, or an event")
            continue
        moment = Moment(after=other, edge=link.edge) if link.edge else other.stops
        given: dict[str, Any] = {link.moment: moment}
        target = evolve(target, **given)
        length = max(length, steps + 1)
    if length > _LONGEST:
        msg = f"follows a chain of more than {_LONGEST} clocks; begin it anew at an event or at a time in a field"
        draft.section.note("E152", draft.links[0].key, msg)
        return draft.target, 0
    return target, length
