"""Words: why a verdict is what it is, in one sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from slamodel.clock.phrases import for_pauses, instant_words, length_words, listed, were
from slamodel.clock.telling.ledger import ENDED, Ledger
from slamodel.timeline.instants import MICROSECOND

_DONE: Final = {
    "resolved": "it was resolved",
    "closed": "it was closed",
    "assigned": "it was assigned",
    **dict.fromkeys(("first_reply", "replied", "responded"), "the reply came"),
}
_NONE: Final = timedelta()


def why(ledger: Ledger) -> str:
    """Return one sentence that says why the verdict is what it is."""
    verdict, name = ledger.verdict, ledger.target.id
    item, stage = verdict["item"], verdict["stage"]
    if stage == "excluded":
        return f"{item} is not judged by {name}: {verdict['reason']}."
    if stage == "pending":
        return f"{item} has not started {name}: nothing that starts its clock has happened by {_at(ledger)}."
    tell = {"met": _met, "missed": _missed, "running": _running, "paused": _waiting, "cancelled": _cancelled}[stage]
    return f"{item} {tell(ledger, _promise(ledger))}{_pauses(ledger)}."


def _met(ledger: Ledger, promise: str) -> str:
    left = _spare(ledger)
    how = f"{length_words(left)} before the limit" if left > _NONE else "exactly on the limit"
    if left < _NONE:
        how = f"{length_words(left)} beyond the limit"
        how += f", within its grace of {_grace(ledger)}" if ledger.target.grace.us else ""
    return f"met {promise}: {_used(ledger)} when {_stopped(ledger)}, {how}"


def _missed(ledger: Ledger, promise: str) -> str:
    verdict = ledger.verdict
    late, due, breached = -_spare(ledger), verdict["due"], verdict["breached_at"]
    used, stopped = _used(ledger), _stopped(ledger)
    if breached < verdict["started_at"]:
        return f"missed {promise}: {_earlier(ledger)}; in the last one {used} when {stopped}"
    if late > _NONE and (changed := _changed(ledger, breached)):
        return f"missed {promise}: {used}; {changed}, and {stopped}"
    if late > _NONE:
        ran_out = f"the limit ran out on {_when(ledger, due or breached)}"
        if ledger.target.grace.us:
            ran_out += f", its grace of {_grace(ledger)} on {_when(ledger, breached)}"
        return f"missed {promise}: {used}, {ran_out} and {_stopped(ledger, due, late)}"
    if breached < verdict["stopped_at"] and (limit := _limit_at(ledger, breached)) != _limit_at(ledger):
        kept = (
            f"it was late from {_when(ledger, breached)}, when the limit was {limit}, and no later limit unmakes that"
        )
        return f"missed {promise}: {used} when {stopped}, but {kept}"
    if ledger.target.judge == "percent":
        return f"missed {promise}: {used} when {stopped}, and that rounds to the whole limit"
    if late == _NONE and ledger.target.at_limit == "missed":
        return f"missed {promise}: {used} when {stopped}, and here the whole limit is too much"
    return f"missed {promise}: it was due on {_when(ledger, due or breached)} and {stopped}, later than that"


def _running(ledger: Ledger, promise: str) -> str:
    if ledger.verdict["breached"]:
        return f"is late on {promise}: {_ran_out(ledger)}, and the clock still runs at {_at(ledger)}"
    due = ledger.verdict["due"]
    when = f", and it is due on {_when(ledger, due)}" if due else ""
    return f"is running on {promise}: {_used(ledger)} by {_at(ledger)}, {_left(ledger)}{when}"


def _waiting(ledger: Ledger, promise: str) -> str:
    verdict = ledger.verdict
    since = f"since {_when(ledger, verdict['paused_since'])}"
    since += for_pauses(ledger.paused_for)
    if verdict["breached"]:
        return f"is late on {promise}, and paused {since}: {_ran_out(ledger)}"
    due = verdict["due_if_resumed"]
    when = f"; if it goes on at {_at(ledger)} it is due on {_when(ledger, due)}" if due else ""
    return f"is paused on {promise} {since}: {_used(ledger)}, {_left(ledger)}{when}"


def _cancelled(ledger: Ledger, promise: str) -> str:
    ends = [one.start for one in ledger.stretches[-1:] if one.state == ENDED]
    when = _when(ledger, ends[0] if ends else ledger.as_of)
    reason = ledger.verdict["reason"]
    because = "" if reason == "cancelled" else f", because {reason}"
    late = f"; {_ran_out(ledger)}" if ledger.verdict["breached"] else f": {_used(ledger)} by then"
    return f"is no longer judged by {promise}; its clock was cancelled on {when}{because}{late}"


def _ran_out(ledger: Ledger) -> str:
    breached, started = ledger.verdict["breached_at"], ledger.verdict["started_at"]
    if started and breached < started:
        return f"{_earlier(ledger)}; in the last one {_used(ledger)}"
    if _spare(ledger) < _NONE and (changed := _changed(ledger, breached)):
        return f"{changed}; {_used(ledger)}"
    if (limit := _limit_at(ledger, breached)) != _limit_at(ledger):
        return f"it was late from {_when(ledger, breached)}, when the limit was {limit}; {_used(ledger)}"
    due = ledger.verdict["due"]
    return f"the limit ran out on {_when(ledger, due if due and due < breached else breached)}, {_used(ledger)}"


def _earlier(ledger: Ledger) -> str:
    verdict = ledger.verdict
    return f"an earlier one of its {verdict['cycles']} cycles was late on {_when(ledger, verdict['breached_at'])}"


def _promise(ledger: Ledger) -> str:
    limit = ledger.limit
    amount = ""
    if limit is not None:
        amount = str(limit.due or limit.amount) if limit.due or limit.amount.days else _us(limit.amount.us)
    parts = [str(part) for part in (ledger.verdict["priority"], amount) if part]
    return f"{ledger.target.id} ({', '.join(parts)})" if parts else ledger.target.id


def _used(ledger: Ledger) -> str:
    if not ledger.verdict["elapsed"]:
        return "no covered time was used"
    length = length_words(ledger.verdict["elapsed"])
    counted = f"{length} of covered time {were(length)} used"
    return f"{counted} (what was used before a change of the limit counts by its share)" if ledger.rescaled else counted


def _spare(ledger: Ledger) -> timedelta:
    """Return what is left of the limit, negative once it is exceeded; nothing where there is no limit."""
    limit, elapsed = ledger.verdict["limit"], ledger.verdict["elapsed"]
    return _NONE if limit is None or elapsed is None else limit - elapsed


def _left(ledger: Ledger) -> str:
    length = length_words(_spare(ledger))
    return f"{length} {'is' if were(length) == 'was' else 'are'} left"


def _grace(ledger: Ledger) -> str:
    return _us(ledger.target.grace.us)


def _us(length: int) -> str:
    return length_words(length * MICROSECOND)


def _stopped(ledger: Ledger, due: datetime | None = None, late: timedelta = _NONE) -> str:
    at = ledger.verdict["stopped_at"]
    done = _DONE.get(ledger.stopped_by, "its clock stopped")
    if due is None:
        return f"{done} on {_when(ledger, at)}"
    if at - due == late:
        return f"{done} {length_words(late)} later"
    return f"{done} on {_when(ledger, at)}, {length_words(late)} of covered time later"


def _pauses(ledger: Ledger) -> str:
    found = ledger.paused_by_reason
    if not found:
        return ""
    length = length_words(ledger.verdict["paused"])
    total = f"; {length} {were(length)} paused"
    if len(found) == 1:
        return f"{total}{for_pauses(found)}"
    return f"{total}: " + listed(f"{length_words(length)} for {name}" for name, length in found.items())


def _changed(ledger: Ledger, at: datetime) -> str:
    """Return that a smaller limit came into force at this instant; empty where none did (C4, smaller limit)."""
    limits = [one for one in ledger if one.limit]
    for before, after in pairwise(limits):
        if after.start == at and before.limit != after.limit:
            changed = f"the limit changed from {before.limit} on {_when(ledger, at)}"
            return f"{changed}, when more than the new one was used already"
    return ""


def _limit_at(ledger: Ledger, at: datetime | None = None) -> str:
    """Return the limit in force right before an instant, or the last one."""
    found = [one.limit for one in ledger if one.limit and (at is None or one.start < at)]
    return found[-1] if found else ""


def _at(ledger: Ledger) -> str:
    return _when(ledger, ledger.as_of)


def _when(ledger: Ledger, at: datetime) -> str:
    return instant_words(at, ledger.zone)
