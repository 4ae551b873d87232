"""Wording: what changed between two versions of an agreement, in the words of a contract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from slamodel.model.agreement import Agreement
from slamodel.model.approval import Approval, Renewal, Suspension, Termination
from slamodel.model.calendar import Calendar
from slamodel.model.escalation import Level
from slamodel.model.event_map import EventMap
from slamodel.model.limit import Limit
from slamodel.model.metric import value_text
from slamodel.model.pause import PauseRule
from slamodel.model.period_target import PeriodTarget
from slamodel.model.selector import EVENT, Either, Every, Exists, In, Not, Selector
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import Moment, Target
from slamodel.timeline.durations import Amount

DEFAULT: Final = "(default)"
ORDER: Final = "(order)"
_WORDS: Final = {
    "starts_on": "from",
    "ends_on": "until",
    "as_of_rule": "items are judged by the version",
    "applies": "for",
    "events": "how the log is read",
    "priority_field": "priority is in field",
    "is_before": "before the due",
}
_LONG: Final = 60


def sentence(path: tuple[str, ...], old: Any, new: Any, before: Agreement, after: Agreement) -> str:
    """Return one sentence for what lies on a path of one agreement and of another (None: it is not there)."""
    del before
    match path:
        case (what, key) if key == ORDER:
            return f"{what} are written in another order"
        case ("targets", name, "limits", priority) if priority != ORDER:
            return _limit(name, priority, old, new, after)
        case ("targets", name, "pauses", rule, *rest) if rule != ORDER:
            return _part(f"{name}, pause {rule!r}", rest, old, new)
        case ("targets", name, "escalations", level, *rest) if level != ORDER:
            return _part(f"{name}, level {level!r}", rest, old, new)
        case ("targets", name, what, key) if key == ORDER:
            return f"{name}: {what} are written in another order"
        case ("targets", name, *rest):
            return _part(name, rest, old, new)
        case ("calendars", name):
            return _calendar(name, old, new)
        case (what, key, *rest):
            return _part(f"{what.replace('_', ' ')}, {key!r}", rest, old, new)
    return _part("", list(path), old, new)


def shown(value: Any) -> str:
    """Write a value of an agreement for people; what is empty as "none", and "" for what has no words."""
    match value:
        case None | "" | () | Amount(us=0, days=0):
            return "none"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat()
        case Selector():
            return condition(value)
        case Moment():
            return _moment(value)
        case Limit():
            return limit_text(value)
        case Target():
            return ", ".join(f"{name} {limit_text(one)}" if name else limit_text(one) for name, one in value.limits)
        case PauseRule():
            return condition(value.condition)
        case Level():
            return f"{value.point} to {', '.join(value.to)}" if value.to else value.point
        case Approval():
            return f"{value.party}{f' ({value.person})' if value.person else ''}"
        case Suspension():
            return f"{shown(value.since)} to {shown(value.until)}"
        case Termination():
            return shown(value.at)
        case Renewal():
            return value.until
        case EventMap():
            return f"a log of {value.kind}"
        case ServiceCalendar():
            return _short(", ".join(f"{key}: {_plain(one)}" for key, one in value.to_dict().items()))
        case tuple():
            told = list(map(shown, value))
            return ", ".join(told) if all(told) else f"{len(told)} of them"
        case PeriodTarget():
            return f"{value_text(value.expected)} each {value.per}"
    text = str(value)
    # What has no words of its own is not told in the words of the code.
    return "" if text.startswith(f"{type(value).__name__}(") else text


def condition(selector: Selector) -> str:
    """Write a condition as a phrase: "priority is P1 or P2 and vendor has a value"."""
    match selector:
        case In(name=name, values=values):
            return _either(values) if name == EVENT else f"{name} is {_either(values)}"
        case Exists(name=name):
            return f"{name} has a value"
        case Not(inner=In(name=name, values=values)) if name != EVENT:
            return f"{name} is not {_either(values)}"
        case Not(inner=Exists(name=name)):
            return f"{name} has no value"
        case Not(inner=inner):
            return f"not ({condition(inner)})"
        case Every(parts=parts):
            return " and ".join(map(_inner, parts)) or "always"
        case Either(parts=parts):
            return " or ".join(map(_inner, parts)) or "never"
    return str(selector)


def limit_text(limit: Limit) -> str:
    """Write what a limit allows: "8h", "end of next business day", "the time in agreed_hours"."""
    return f"the time in {limit.field}" if limit.field else str(limit.due or limit.amount)


def _limit(name: str, priority: str, old: Limit | None, new: Limit | None, after: Agreement) -> str:
    others = any(one.id == name and len(one.limits) > 1 for one in after.targets)
    where = f"{name} {priority}" if priority != DEFAULT else f"{name}, every other priority" if others else name
    if old is None or new is None:
        promised = "{} is promised" if old is None else "{} is no longer promised"
        return f"{where}: {promised.format(_full(old or new))}"
    mine, theirs = limit_text(old), limit_text(new)
    if old.calendar_id != new.calendar_id or (mine == theirs and old.reading != new.reading):
        mine, theirs = _full(old), _full(new)
    if mine != theirs:
        return f"{where}: {mine} becomes {theirs}"
    return f"{where}: {mine} is counted on {new.calendar_id or 'its calendar'} as it is now"


def _full(limit: Limit | None) -> str:
    if limit is None:
        return "none"
    days = f" ({limit.reading})" if limit.amount.days else ""
    return f"{limit_text(limit)}{days}{f' on {limit.calendar_id}' if limit.calendar_id else ''}"


def _part(where: str, rest: Iterable[str], old: Any, new: Any) -> str:
    words = " ".join(_WORDS.get(step, step.replace("_", " ")) for step in rest)
    head = f"{where}: {words}" if where and words else where or words
    mine, theirs = _short(shown(old)), _short(shown(new))
    if not words and (old is None or new is None):
        told = theirs if old is None else mine
        return f"{head} is {'new' if old is None else 'gone'}{f': {told}' if told else ''}"
    if not (mine and theirs):
        verb = "is new" if old is None else "is gone" if new is None else "is changed"
        return f"{head} {verb}"
    return f"{head}: {mine} becomes {theirs}"


def _calendar(name: str, old: Calendar | None, new: Calendar | None) -> str:
    where = f"calendar {name!r}"
    if not isinstance(old, ServiceCalendar) or not isinstance(new, ServiceCalendar):
        return _part(where, [], old, new)
    mine, theirs = old.to_dict(), new.to_dict()
    keys = [key for key in dict.fromkeys((*mine, *theirs)) if mine.get(key) != theirs.get(key)]
    told = [f"{key}: {_short(_plain(mine.get(key)))} becomes {_short(_plain(theirs.get(key)))}" for key in keys]
    return f"{where}: {'; '.join(told)}"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "none" if value is None else str(value)


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def _moment(moment: Moment) -> str:
    told = [condition(moment.selector)] if moment.selector != Either() else []
    told += [f"the time in {moment.field}"] if moment.field else []
    told += [f"when {moment.after.id} {moment.edge}"] if moment.after else []
    return " or ".join(told) or "never"


def _inner(part: Selector) -> str:
    return f"({condition(part)})" if isinstance(part, Every | Either) and len(part.parts) > 1 else condition(part)


def _either(values: tuple[str, ...]) -> str:
    *most, last = values or ("nothing",)
    return f"{', '.join(most)} or {last}" if most else last
