"""Pause rules: while they hold, a clock stands still."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from slamodel.model.selector import ALWAYS_TRUE, EVENT, Every, Selector, event
from slamodel.timeline.durations import Amount

_RESUMED: Final = event("resumed")
_NONE: Final = Amount()


@frozen
class PauseRule:
    """While ``when`` holds the clock stands still (C8).

    A condition on fields pauses as long as it holds; on an event it pauses from that event ``until``
    another. ``stops`` are the ids of the targets it pauses (none named: every one but respond).

    Limits, in covered time of the calendar that counts then, end or void a pause by themselves: ``at_most`` each,
    ``at_most_in_total`` all of this rule together, ``at_least`` (a shorter one, once it is over, never was), and
    ``ends_at``, the field that holds the time at which the clock goes on by itself. ``needs`` must hold as well,
    when a pause begins and as long as a condition lasts.
    """

    name: str
    when: Selector
    until: Selector = _RESUMED
    stops: tuple[str, ...] = ()
    clause: str = ""
    needs: Selector = ALWAYS_TRUE
    at_most: Amount = _NONE
    at_most_in_total: Amount = _NONE
    at_least: Amount = _NONE
    ends_at: str = ""

    @property
    def is_latch(self) -> bool:
        """Whether events, not states, begin and end the pause."""
        return EVENT in self.when.fields()

    @property
    def is_limited(self) -> bool:
        """Whether the pause can end or be void by itself."""
        return bool(self.ends_at) or any(
            amount != _NONE for amount in (self.at_most, self.at_most_in_total, self.at_least)
        )

    @property
    def condition(self) -> Selector:
        """What begins the pause: ``when``, together with what it ``needs``."""
        return self.when if self.needs == ALWAYS_TRUE else Every((self.when, self.needs))

    @property
    def fields(self) -> frozenset[str]:
        """Every field of an item that decides, those that hold times among them."""
        until = self.until.fields() if self.is_latch else frozenset[str]()
        return self.condition.fields() | until | frozenset({self.ends_at} - {""})
