"""InForce: for which items, and from when, a target is what was promised (C12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import frozen

from slamodel.model.limit import Limit
from slamodel.model.selector import ALWAYS_TRUE, Selector, as_text
from slamodel.timeline.instants import FIRST, LAST

InstantSpans = tuple[tuple[int, int], ...]
Limits = tuple[tuple[str | None, Limit], ...]


def limit_number(limits: Limits, without: tuple[str, ...], priority: Any) -> int | None:
    """Return which of the limits an item with this priority has, or None where nothing is promised."""
    numbers, name = {named: number for number, (named, _) in enumerate(limits)}, as_text(priority)
    return numbers.get(name, None if name in without else numbers.get(None))


def merged(spans: Iterable[tuple[int, int]]) -> InstantSpans:
    """Return spans in order, those that touch put together; nothing where they leave no instant out."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return () if found == [(FIRST, LAST)] else tuple(found)


@frozen
class Scope:
    """The items of another promise: its condition, and the spans in which they are opened (none: whenever)."""

    applies: Selector = ALWAYS_TRUE
    opened: InstantSpans = ()


@frozen
class Amendment:
    """The limits of one target in one version, in force ``since`` an instant (microseconds UTC)."""

    since: int
    version: int
    limits: Limits = ()
    without: tuple[str, ...] = ()

    def limit_number(self, priority: Any) -> int | None:
        """Return which of the limits an item with this priority has, or None where nothing is promised."""
        return limit_number(self.limits, self.without, priority)


@frozen
class InForce:
    """What a portfolio says of a target beside the target itself.

    ``version`` is that of its agreement. The target is for items whose first event lies in one of the spans
    ``opened`` (none: whenever), and not for those that a more specific agreement claims (``unless``); ``rivals`` are
    agreements by name that may claim an item as much, which is an error. ``amended`` are the limits of all versions
    in order, where an item follows each change (C12 event); else none. Clocks stand still in ``suspended`` spans.
    """

    version: int = 1
    opened: InstantSpans = ()
    unless: tuple[Scope, ...] = ()
    rivals: tuple[tuple[str, Scope], ...] = ()
    amended: tuple[Amendment, ...] = ()
    suspended: InstantSpans = ()

    @property
    def changes(self) -> bool:
        """Whether time alone can change a clock: its limit, or whether it stands still."""
        return bool(self.amended or self.suspended)
