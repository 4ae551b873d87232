"""Lint: what agreements say that can be read and yet cannot be meant, each with the place in the agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slamodel.errors import Problem
from slamodel.model.agreement import Agreement
from slamodel.model.calendar import Calendar, CombinedCalendar
from slamodel.model.pause import PauseRule
from slamodel.model.selector import EVENT, NEVER, Every
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.model.target import ELSEWHERE, Target
from slamodel.report.check.chains import short_of_shares
from slamodel.report.check.flow_down import flow_down
from slamodel.report.check.possible import can_hold, implies
from slamodel.report.check.unfit import unfit


def lint(agreement: Agreement) -> Iterator[Problem]:
    """Yield what is odd in one agreement, with paths inside it: its pauses, targets and calendars."""
    yield from _pauses(agreement)
    yield from _targets(agreement)
    for name, calendar in agreement.calendars:
        for problem in _calendar(calendar, agreement.ends_on):
            yield problem.under(f"calendars.{name}")


def lint_backing(known: Mapping[str, Agreement], agreement: Agreement) -> Iterator[Problem]:
    """Yield what is odd in the agreements behind one.

    They end first, begin later, or are not in force (W173, E174); their terms do not fit it; or what they promise, and
    owe, falls short of what it does.
    """
    yield from _terms(known, agreement)
    yield from unfit(known, agreement)
    yield from short_of_shares(known, agreement)
    yield from flow_down(known, agreement)


def _terms(known: Mapping[str, Agreement], agreement: Agreement) -> Iterator[Problem]:
    told: set[tuple[str, str]] = set()
    for backed in agreement.backed_by:
        for name in dict.fromkeys(reference.agreement for reference in backed.by.references):
            other = known.get(name)
            if other is None or (name, backed.target) in told:
                continue
            told.add((name, backed.target))
            path = f"backed_by.{backed}"
            who, whom = f"{other.kind} {name!r}", f"{agreement.kind} {agreement.id!r}"
            if other.state != "agreed":
                msg = f"{who} is still a {other.state}" if other.state == "draft" else f"{who} is {other.state}"
                yield Problem("E174", path, f"{msg}; agree it before {whom} rests on it")
            if other.last_day and (not agreement.last_day or other.last_day < agreement.last_day):
                msg = f"{who} ends {other.last_day}, before {whom} ({agreement.last_day or 'no end'})"
                yield Problem("W173", path, f"{msg}; renew it in time")
            if other.starts_on and agreement.starts_on and other.starts_on > agreement.starts_on:
                msg = f"{who} begins {other.starts_on}, after {whom} ({agreement.starts_on})"
                yield Problem("W173", path, f"{msg}; until then nothing stands behind it")


def _pauses(agreement: Agreement) -> Iterator[Problem]:
    known = dict(agreement.events.known)
    told: set[str] = set()
    for target in agreement.targets:
        for rule in target.pauses:
            path = f"targets.{target.id}.while" if rule.name == ELSEWHERE else f"pauses.{rule.name}"
            if path in told:
                continue
            if not can_hold(rule.condition, known):
                told.add(path)
                msg = f"pause {rule.name!r} can never match: what it asks for excludes itself"
                hint = ", or is none of the values under events: known" if known else ""
                yield Problem("E150", path, f"{msg}{hint}; change 'when', 'for' or 'needs'")
            elif _is_idle(rule, target):
                told.add(path)
                msg = f"pause {rule.name!r} holds only where {target.id!r} is stopped already, so it never pauses it"
                yield Problem("W150", path, f"{msg}; change 'when', or what stops the target")


def _is_idle(rule: PauseRule, target: Target) -> bool:
    """Return whether a pause holds only in states in which the clock has stopped."""
    stops = target.stops.selector
    return not rule.is_latch and EVENT not in stops.fields() and implies(rule.condition, stops)


def _targets(agreement: Agreement) -> Iterator[Problem]:
    known = dict(agreement.events.known)
    for target in agreement.targets:
        path = f"targets.{target.id}"
        if not can_hold(Every((agreement.applies, target.applies)), known):
            msg = f"target {target.id!r} is for no item: what 'for' asks for excludes itself"
            hint = ", or is none of the values under events: known" if known else ""
            yield Problem("W142", path, f"{msg}{hint}; change 'for'")
        starts, stops = target.starts.selector, target.stops.selector
        state = starts != NEVER and EVENT not in (starts.fields() & stops.fields())
        if state and target.start_with_stop == "never_ran" and implies(starts, stops):
            msg = "whatever starts the clock stops it as well, so it would never run"
            yield Problem("W151", path, f"{msg}; let 'stops' be another state or event")


def _calendar(calendar: Calendar, ends_on: str) -> Iterator[Problem]:
    if isinstance(calendar, CombinedCalendar):
        return
    if not isinstance(calendar, ServiceCalendar):
        return
    special = dict(calendar.special)
    for day in calendar.closed:
        if day in special:
            msg = f"{day} is both special and closed; it stays closed (S5), so leave one of them out"
            yield Problem("W120", f"special.{day}", msg)
    if calendar.holidays and ends_on:
        _, last = calendar.holidays.known_years()
        if last < int(ends_on[:4]):
            msg = f"has holidays up to {last}, and the agreement runs to {ends_on}; list those of the years between"
            yield Problem("W122", "holidays", msg)
