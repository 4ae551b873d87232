"""Story: a ledger told from its start, for people who have not read the agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from slamodel.clock.phrases import for_pauses, instant_words, length_words, listed, were
from slamodel.clock.telling.ledger import ENDED, PAUSED, RUNNING, STOPPED, Ledger, Stretch
from slamodel.clock.telling.notes import Note
from slamodel.clock.telling.words import why
from slamodel.model.closings import OUTSIDE
from slamodel.model.hours import ALWAYS

_MOST: Final = 8
_NONE: Final = timedelta()
_USUAL: Final = ("", OUTSIDE)
_DAY: Final = len("Mon 2026-12-14")
_PAUSES: Final = {
    "wall": "Here pauses move the due by as long as they are on the wall.",
    "last_wall": "Here only the last pause moves the due, by as long as it is on the wall.",
}


def paragraph(ledger: Ledger, notes: Iterable[Note] = ()) -> str:
    """Return the answer, then what happened in order, where the time went, and the terms that hold."""
    sentences = [why(ledger)]
    if len(ledger):
        told = [*_steps(ledger), *((note.start, _noted(ledger, note)) for note in notes)]
        steps = [sentence for _, sentence in sorted(told, key=lambda step: step[0])]
        more = len(steps) - _MOST
        sentences += [f"The clock started on {_when(ledger, ledger.stretches[0].start)}.", *steps[:_MOST]]
        sentences += [f"{more} more such steps are in the ledger."] if more > 0 else []
        sentences += [*_sums(ledger), *_closures(ledger)]
    return " ".join([*sentences, *_terms(ledger)])


def _noted(ledger: Ledger, note: Note) -> str:
    if note.end is None:
        return f"On {_when(ledger, note.start)} {note.text}."
    return f"{_between(ledger, note.start, note.end)} {note.text}."


def _steps(ledger: Ledger) -> Iterator[tuple[datetime, str]]:
    """Yield what interrupted or changed the clock, in order, each with its instant."""
    limit = ""
    for (state, pauses), group in groupby(ledger, key=lambda one: (one.state, one.pauses)):
        found = list(group)
        if state == PAUSED:
            yield found[0].start, _paused(ledger, found, pauses)
        elif state == STOPPED:
            yield found[0].start, f"{_from_to(ledger, found)} it stood still, after: {found[0].reason}."
        for one in found:
            if one.limit and limit and one.limit != limit:
                yield one.start, f"On {_when(ledger, one.start)} the limit changed from {limit} to {one.limit}."
            limit = one.limit or limit


def _paused(ledger: Ledger, found: list[Stretch], pauses: tuple[str, ...]) -> str:
    whole = sum((one.length for one in found), _NONE)
    covered = sum((one.length for one in found if one.covered), _NONE)
    notes = [f"clause {found[0].clause}"] if found[0].clause not in {"", ledger.target.clause} else []
    if covered < whole:
        notes.append(f"{length_words(covered)} of it in hours" if covered else "all of it outside hours")
    noted = f" ({', '.join(notes)})" if notes else ""
    return f"{_from_to(ledger, found)} it was paused{for_pauses(pauses)}{noted}."


def _from_to(ledger: Ledger, found: list[Stretch]) -> str:
    return _between(ledger, found[0].start, found[-1].end)


def _between(ledger: Ledger, since: datetime, until: datetime) -> str:
    """Write "From Mon 2026-12-14 10:00 to 12:00", with the day of the end where it is another."""
    start, end = _when(ledger, since), _when(ledger, until)
    return f"From {start} to {end[_DAY + 1 :] if start[:_DAY] == end[:_DAY] else end}"


def _sums(ledger: Ledger) -> Iterator[str]:
    """Yield where the time went, if not all of it was counted; the parts add up."""
    whole = ledger.total() - ledger.total(ENDED)
    paused = ledger.total(PAUSED, covered=True)
    closed = ledger.total(RUNNING, covered=False) + ledger.total(PAUSED, covered=False)
    parts = [
        (ledger.total(RUNNING, covered=True), "counted"),
        (paused, f"{were(length_words(paused))} paused"),
        (closed, "lay outside hours"),
        (ledger.total(STOPPED), "stood still"),
    ]
    shown = [f"{length_words(length)} {word}" for length, word in parts if length]
    if len(shown) > 1:
        yield f"Of the {length_words(whole)} that passed, {listed(shown)}."


def _closures(ledger: Ledger) -> Iterator[str]:
    """Yield the holidays and other closures that the clock met, by name and day."""
    found = list(dict.fromkeys(f"{_day(ledger, one)} ({one.closed})" for one in ledger if one.closed not in _USUAL))
    if found:
        more = [f"{len(found) - _MOST} more"] if len(found) > _MOST else []
        yield f"Closed in between: {listed([*found[:_MOST], *more])}."


def _day(ledger: Ledger, one: Stretch) -> str:
    return _when(ledger, one.start)[:_DAY]


def _terms(ledger: Ledger) -> Iterator[str]:
    target, limit = ledger.target, ledger.limit
    if target.clause:
        yield f"The promise is clause {target.clause}."
    if how := _PAUSES.get(target.pause_measure) if ledger.total(PAUSED) else None:
        yield how
    if limit is not None:
        hours = str(limit.calendar)
        always = hours.startswith(ALWAYS)
        yield "Every hour counts, day and night." if always else f"Covered time is time inside {hours}."
    yield f"Times are those of {ledger.zone}."


def _when(ledger: Ledger, at: datetime) -> str:
    return instant_words(at, ledger.zone)
