"""Notes: what a log alone does not show: pauses that did not count, what a change of the priority left (C8, C10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen

from slamodel.clock import kernel
from slamodel.clock.phrases import length_words
from slamodel.clock.single import Single
from slamodel.model.pause import PauseRule
from slamodel.model.selector import ALWAYS_TRUE
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import MICROSECOND, to_datetime
from slamodel.timeline.spans import Spans, spans_of

_NONE: Final = Amount()
_LEFT: Final = {
    "keep": "the limit that held at the start stays",
    "retroactive": "the limit of the last priority counts from the start",
    "retroactive_floor": "the limit of the last priority counts from the start",
}


@frozen
class Note:
    """What holds from ``start`` to ``end`` (None: at that instant), in words; aware datetimes in UTC."""

    start: datetime
    end: datetime | None
    text: str


def notes(clock: Single) -> tuple[Note, ...]:
    """Return the notes on one clock, in order."""
    found = [*_priorities(clock), *_resets(clock)]
    for rule in clock.plan.target.pauses:
        found += _not_paused(clock, rule)
    return tuple(sorted(found, key=lambda note: note.start))


def _not_paused(clock: Single, rule: PauseRule) -> Iterator[Note]:
    """Yield where a rule would have paused the clock, but for one of its limits."""
    limits: list[tuple[str, Any, Any, str]] = [
        ("at_most", rule.at_most, _NONE, f"a pause for {rule.name} counts for at most {_text(rule.at_most)}"),
        (
            *("at_most_in_total", rule.at_most_in_total, _NONE),
            f"pauses for {rule.name} count for at most {_text(rule.at_most_in_total)} in total",
        ),
        (
            *("at_least", rule.at_least, _NONE),
            f"a pause for {rule.name} that is shorter than {_text(rule.at_least)} does not count",
        ),
        ("needs", rule.needs, ALWAYS_TRUE, f"what a pause for {rule.name} needs did not hold"),
        ("ends_at", rule.ends_at, "", f"the pause for {rule.name} ended by itself, at the time in {rule.ends_at}"),
    ]
    said = [(name, nothing, why) for name, value, nothing, why in limits if value != nothing]
    if not said:
        return
    paused = _spans(clock, rule)
    for name, nothing, why in said:
        freed: dict[str, Any] = {name: nothing}
        for start, end in _spans(clock, evolve(rule, **freed)) - paused:
            yield Note(to_datetime(start), to_datetime(end), f"it was not paused: {why}")


def _spans(clock: Single, rule: PauseRule) -> Spans:
    pairs = clock.pause(rule).spans
    return spans_of([start for start, _ in pairs], [end for _, end in pairs])


def _text(amount: Amount) -> str:
    return str(amount) if amount.days else length_words(amount.us * MICROSECOND)


def _priorities(clock: Single) -> Iterator[Note]:
    """Yield the changes of the priority that the limits of the stretches do not show."""
    target, log = clock.plan.target, clock.log
    column = log.field(target.priority_field)
    if column is None or target.priority_change not in {*_LEFT, "restart"}:
        return
    ats = clock.plan.cut(log.at).tolist()
    names = [column.values[code] if code >= 0 else None for code in column.codes.tolist()]
    stretches = list(clock.stretches())
    first, last = clock.started_at, stretches[-1][1] if stretches else clock.started_at
    before = None
    for at, name in zip(ats, names, strict=True):
        changed = before is not None and name is not None and name != before
        at_start = at == first if target.priority_change == "restart" else first < at <= last
        if changed and at_start:
            left = _LEFT.get(target.priority_change, "the clock began anew")
            yield Note(to_datetime(at), None, f"the priority changed from {before} to {name}: {left}")
        before = name if name is not None else before


def _resets(clock: Single) -> Iterator[Note]:
    """Yield that a clock began with a reset."""
    rows = clock.rows
    low, high = rows.first[clock.number : clock.number + 2].tolist()
    here = rows.signals[low:high][rows.at[low:high] == clock.started_at]
    if (here & np.uint8(kernel.RESET)).any() and not (here & np.uint8(kernel.START)).any():
        yield Note(to_datetime(clock.started_at), None, "the clock was reset, and began anew")
