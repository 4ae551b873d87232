"""Stretches: the life of one clock, cut wherever its state, its limit, its pauses or the calendar change.

What counts comes from the engine (`slamodel.clock.single`) and its timetable; here it is only cut and named.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import itemgetter

from attrs import evolve, frozen

from slamodel.clock.events import EventTable
from slamodel.clock.plan import Plan
from slamodel.clock.single import Pause, Single, counted
from slamodel.clock.telling.ledger import ENDED, IN_HOURS, PAUSED, RUNNING, STOPPED, Stretch
from slamodel.clock.telling.notes import Note, notes
from slamodel.model.closings import closings, zone_of
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.target import Target
from slamodel.timeline.instants import NAT, to_datetime
from slamodel.timeline.spans import Spans


@frozen
class Life:
    """The stretches of a clock up to ``as_of``, the limit that decides, what stopped it, and what pauses it now.

    ``as_of`` is cut down as the target sees it; ``zone`` is that of the calendar that counted last.
    """

    as_of: int
    stretches: tuple[Stretch, ...] = ()
    limit: Limit | None = None
    stopped_by: str = ""
    paused_for: tuple[str, ...] = ()
    zone: str = "UTC"
    notes: tuple[Note, ...] = ()


@frozen
class _Piece:
    """A stretch in the making: instants as numbers, the limit by its number."""

    start: int
    end: int
    state: str
    row: int = -1
    why: str = ""
    pauses: tuple[PauseRule, ...] = ()
    covered: bool = False


def life(target: Target, log: EventTable, as_of: int, cycle: int = -1) -> Life:
    """Return the life of one clock (default: the last) of the one item of a log without events after ``as_of``."""
    clock = counted(target, log, as_of, cycle)
    made, limit = clock.plan, clock.plan.limits[clock.row] if clock.row >= 0 else None
    if clock.started_at == NAT:
        return Life(clock.as_of, limit=limit, zone=zone_of(limit.calendar) if limit else "UTC")
    pauses = [clock.pause(rule) for rule in made.target.pauses]
    if made.target.in_force.suspended:
        pauses.insert(0, clock.suspension())
    pieces = [part for piece in _states(clock) for part in _by_rule(piece, pauses)]
    return Life(
        clock.as_of,
        tuple(_stretch(made, piece) for piece in _joined(_by_calendar(made, pieces))),
        limit,
        clock.stopped_by,
        tuple(one.rule.name for one in pauses if one.holds and clock.is_paused),
        next((zone_of(made.limits[piece.row].calendar) for piece in reversed(pieces) if piece.row >= 0), "UTC"),
        notes(clock),
    )


def _states(clock: Single) -> Iterator[_Piece]:
    """Yield what the clock did from its start to ``as_of``, without a gap between."""
    at = clock.started_at
    for start, end, ran, row in clock.stretches():
        if start > at:
            yield _Piece(at, start, STOPPED, why=clock.stop(at))
        if end > start:
            yield _Piece(start, end, RUNNING if ran else PAUSED, row)
        at = max(at, end)
    if clock.as_of > at:
        yield _Piece(at, clock.as_of, ENDED, why=clock.stop(at))


def _by_rule(piece: _Piece, pauses: Iterable[Pause]) -> Iterator[_Piece]:
    """Cut a pause where the rules that hold change."""
    if piece.state != PAUSED:
        yield piece
        return
    near = [(one.rule, a, b) for one in pauses for a, b in one.spans if a < piece.end and b > piece.start]
    inside = {at for _, a, b in near for at in (a, b) if piece.start < at < piece.end}
    for start, end in pairwise(sorted({piece.start, piece.end} | inside)):
        # A change of the limit parts the stretches of a rule, so it may come up twice.
        rules = dict.fromkeys(rule for rule, a, b in near if a <= start and end <= b)
        yield evolve(piece, start=start, end=end, pauses=tuple(rules))


def _by_calendar(made: Plan, pieces: list[_Piece]) -> Iterator[_Piece]:
    """Cut what runs or pauses where the calendar that counts opens and closes, and say why it is closed."""
    known: dict[int, list[tuple[int, int, str]]] = {}
    active = [piece for piece in pieces if piece.row >= 0]
    for piece in pieces:
        if piece.row < 0:
            yield piece
            continue
        line = int(made.line[piece.row])
        if line not in known:
            known[line] = _hours(made, piece.row, active[0].start, active[-1].end)
        parts = known[line]
        for start, end, why in parts[bisect_right(parts, piece.start, key=itemgetter(1)) :]:
            if start >= piece.end:
                break
            inside = evolve(piece, start=max(start, piece.start), end=min(end, piece.end))
            yield evolve(inside, covered=not why, why=why or IN_HOURS)


def _hours(made: Plan, row: int, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return the open and the closed parts between two instants in order, the closed ones with why."""
    opened = made.timetable.spans_one(start, end, int(made.line[row]))
    closed = closings(made.limits[row].calendar, Spans([start], [end]) - opened)
    return sorted([*((a, b, "") for a, b in opened), *closed])


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Put pieces together that differ in nothing but their time."""
    last: _Piece | None = None
    for piece in pieces:
        if last is not None and evolve(last, end=piece.end) == evolve(piece, start=last.start):
            last = evolve(last, end=piece.end)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _stretch(made: Plan, piece: _Piece) -> Stretch:
    reasons = [rule.name for rule in piece.pauses]
    if not (reasons and piece.covered):
        reasons.append(piece.why)
    clauses = dict.fromkeys(rule.clause for rule in piece.pauses if rule.clause)
    return Stretch(
        start=to_datetime(piece.start),
        end=to_datetime(piece.end),
        state=piece.state,
        covered=piece.covered,
        reason=", ".join(reasons),
        clause=", ".join(clauses) or made.target.clause,
        limit="" if piece.row < 0 else _limit_text(made, piece.row),
        pauses=tuple(rule.name for rule in piece.pauses),
        closed="" if piece.covered or piece.row < 0 else piece.why,
    )


def _limit_text(made: Plan, row: int) -> str:
    """Return a limit with its priority, as the agreement writes them: "P2 8h"."""
    limit, (_, priority, _) = made.limits[row], made.target.every_limit[int(made.rule[row])]
    amount = str(limit.due or limit.amount)
    return f"{priority} {amount}" if priority else amount
