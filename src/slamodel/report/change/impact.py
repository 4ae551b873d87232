"""Impact: a log replayed under two versions of an agreement, and the items whose verdict would be another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias, overload

import numpy as np
from attrs import evolve, frozen

from slamodel.clock.evaluate import evaluate
from slamodel.clock.events import EventTable
from slamodel.clock.stages import CANCELLED, EXCLUDED
from slamodel.clock.verdicts import VerdictTable
from slamodel.model.agreement import Agreement
from slamodel.model.portfolio import Portfolio
from slamodel.model.target import Target

Paper: TypeAlias = Agreement | Portfolio
_ENDED: Final = (CANCELLED, EXCLUDED)


@frozen
class TargetImpact:
    """What becomes of one target: the items (ids, in order) that change sides, and how many are late under each.

    ``gained`` were late and would not be, ``lost`` were in time and would be late; ``added`` have a verdict only
    under the new version, ``removed`` only under the old one. ``judged`` counts the items judged under both,
    ``late_before`` and ``late_after`` those that are late: missed, or still running and beyond their limit.
    """

    agreement: str
    target: str
    judged: int
    late_before: int
    late_after: int
    gained: tuple[Any, ...] = ()
    lost: tuple[Any, ...] = ()
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()

    @property
    def changes(self) -> int:
        """How many items change sides, or come or go."""
        return len(self.gained) + len(self.lost) + len(self.added) + len(self.removed)

    def __str__(self) -> str:
        told = f"{self.target}: {self.late_before} late of {self.judged} would be {self.late_after}"
        named = (("lost", self.lost), ("gained", self.gained), ("added", self.added), ("removed", self.removed))
        parts = [f"{name} {_listed(items)}" for name, items in named if items]
        return f"{told}; {'; '.join(parts)}" if parts else told


@frozen
class Impact(Sequence[TargetImpact]):
    """What a proposal would have done to the items of a log, target by target. ``str()`` gives a line a target."""

    targets: tuple[TargetImpact, ...] = ()

    @overload
    def __getitem__(self, place: int) -> TargetImpact: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[TargetImpact, ...]: ...
    def __getitem__(self, place: int | slice) -> TargetImpact | tuple[TargetImpact, ...]:
        return self.targets[place]

    def __len__(self) -> int:
        return len(self.targets)

    def __str__(self) -> str:
        return "\n".join(map(str, self.targets))

    @property
    def changes(self) -> int:
        """How many verdicts change."""
        return sum(one.changes for one in self.targets)


def impact(old: Paper, new: Paper, events: EventTable, *, as_of: datetime | None = None) -> Impact:
    """Replay a log under what is agreed and under a proposal, and say which items change verdict.

    Of an agreement the content alone counts, whatever its dates and state: every item is judged by all of it. Of a
    portfolio each item is judged by the version that is its own (C12). ``as_of`` as in `evaluate`. Cancelled and
    excluded clocks have no verdict here. Raises EventError as `evaluate` does.
    """
    return sides(evaluate(judged(old), events, as_of=as_of), evaluate(judged(new), events, as_of=as_of))


def sides(old: VerdictTable, new: VerdictTable) -> Impact:
    """Say which items change sides from one table of verdicts to another on the same items."""
    mine, theirs = _late(old), _late(new)
    found = []
    for key in dict.fromkeys((*mine, *theirs)):
        before, after = mine.get(key, {}), theirs.get(key, {})
        both = [item for item in before if item in after]
        found.append(
            TargetImpact(
                agreement=key[0],
                target=key[1],
                judged=len(both),
                late_before=sum(before[item] for item in both),
                late_after=sum(after[item] for item in both),
                gained=tuple(item for item in both if before[item] and not after[item]),
                lost=tuple(item for item in both if after[item] and not before[item]),
                added=tuple(item for item in after if item not in before),
                removed=tuple(item for item in before if item not in after),
            )
        )
    return Impact(tuple(found))


def judged(paper: Paper) -> Portfolio:
    """Return what a log is judged by: a portfolio as it is, an agreement as if it held for every item at all times."""
    if isinstance(paper, Portfolio):
        return paper
    ever = evolve(paper, starts_on="", ends_on="", renewals=(), termination=None, suspensions=())
    return Portfolio((evolve(ever, state="agreed", as_of_rule="opened"),))


def _late(verdicts: VerdictTable) -> dict[tuple[str, str], dict[Any, bool]]:
    """Return whether each item is late, by agreement and target, items in order."""
    found: dict[tuple[str, str], dict[Any, bool]] = {(one.agreement, one.id): {} for one in verdicts.targets}
    for target, item, late in _rows(verdicts):
        found[target.agreement, target.id][item] = late
    return {key: dict(sorted(items.items())) for key, items in found.items()}


def _rows(verdicts: VerdictTable) -> Iterator[tuple[Target, Any, bool]]:
    stage = verdicts.codes["stage"].codes
    kept = np.flatnonzero(~np.isin(stage, _ENDED))
    targets = verdicts.codes["target"].codes[kept].tolist()
    items, late = verdicts.items[verdicts.item[kept]].tolist(), verdicts.breached[kept].tolist()
    for code, item, is_late in zip(targets, items, late, strict=True):
        yield verdicts.targets[code], item, is_late


def _listed(items: tuple[Any, ...], most: int = 8) -> str:
    named = ", ".join(map(str, items[:most]))
    return f"{named} and {len(items) - most} more" if len(items) > most else named
