"""Planned time: what the exclusions, windows and suspensions of an agreement take out of agreed service time (M4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from attrs import frozen

from slamodel.model.agreement import Agreement
from slamodel.model.calendar import Calendar
from slamodel.model.exclusion import Allowance, ExclusionRule, Window
from slamodel.model.period import Period
from slamodel.model.selector import ALWAYS_TRUE, as_text
from slamodel.model.service_calendar import ServiceCalendar
from slamodel.report.availability.gathered import each_service
from slamodel.report.availability.outages import EVERY_SERVICE, Outages, Stretches
from slamodel.report.availability.planned import granted, together
from slamodel.report.availability.sweep import OUTAGE, REMOVED, swept
from slamodel.report.measures.acting import Acting
from slamodel.report.measures.asked import whole_periods
from slamodel.report.measures.exclusions import is_about, needed
from slamodel.report.measures.facts import Facts, matching
from slamodel.report.measures.windows import recurring, standing
from slamodel.report.periods import Periods
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import DAY, NAT, Bool, Int64
from slamodel.timeline.spans import Spans, spans_of

EFFECTS: Final = ("remove", "count_as_up", "count_as_down")
_MAINTENANCE: Final = "maintenance"
_YEARS: Final = 3660 * DAY
"""An allowance of a term without an end is looked at so far back."""


@frozen(eq=False)
class PlannedTime:
    """Stretches that do not count as they would, by their effect; and what was asked of outages, one a row.

    ``excluded`` outages were granted (as a whole or in part), ``asked`` and ``disputed`` ones were not.
    """

    by_effect: dict[str, Stretches]
    excluded: Bool
    asked: Bool
    disputed: Bool


def planned_time(one: Acting, facts: Facts, outages: Outages, calendar: Calendar, as_of: int) -> PlannedTime:
    """Return what is excluded of the services of some outages, over the periods of a period target.

    Of several rules that hold for an outage the first counts. A window that the agreement itself names was announced
    by it. Where an outage is excluded by its cause and another one of the service is not, the service was down.
    """
    agreement, target = one.agreement, one.target
    made = _Grants(agreement, outages, calendar, int(one.periods.starts.min()), int(one.periods.ends.max()), as_of)
    rules = [rule for rule in agreement.exclusions if rule.effect in EFFECTS and is_about(rule, target)]
    for relief in facts.relief:
        if not relief.targets or target.id in relief.targets:
            made.relief(relief.item, relief.state, relief.effect)
    for rule in rules:
        made.rule(rule)
    own = next((rule for rule in rules if rule.kind == _MAINTENANCE), None)
    for window in agreement.windows:
        if window.kind == _MAINTENANCE:
            made.window(window, own)
    made.suspended(one.versions.suspended)
    return made.done()


class _Grants:
    """Collects what is granted, rule by rule."""

    def __init__(
        self, agreement: Agreement, outages: Outages, calendar: Calendar, low: int, high: int, as_of: int
    ) -> None:
        self._agreement, self._outages, self._calendar = agreement, outages, calendar
        self._low, self._high = low, high
        self._end = np.where(outages.end == NAT, max(as_of, low), outages.end)
        count = len(outages)
        self._left, self._excluded = np.ones(count, bool), np.zeros(count, bool)
        self._asked, self._disputed = np.zeros(count, bool), np.zeros(count, bool)
        self._parts: dict[str, list[Stretches]] = {}
        self._by_cause: dict[str, list[Stretches]] = {}

    def rule(self, rule: ExclusionRule) -> None:
        """Add what one exclusion takes out."""
        low = self._since(rule.at_most)
        spans = recurring(rule.recurs, rule.timezone or self._agreement.zone, low, self._high) if rule.recurs else None
        if rule.when == ALWAYS_TRUE:
            if spans is not None:
                self._add(self._over(spans, rule.services), rule.effect, rule.at_most)
            return
        names = {*rule.when.fields(), *rule.needs}
        columns = {name: self._outages.field(name) for name in names}
        mine = self._left & matching(columns, rule.when, len(self._outages))
        if rule.services:
            known = [as_text(name) in rule.services for name in self._outages.services]
            mine &= np.array(known, bool)[self._outages.service]
        self._left &= ~mine
        given, contested = needed(rule.needs, columns, len(self._outages))
        self._disputed |= mine & contested
        self._asked |= mine & ~given & ~contested
        rows = np.flatnonzero(mine & given)
        if rule.effect == "count_as_down" or not len(rows):
            return  # an outage is down as it is
        asked = self._of_rows(rows) if spans is None else self._inside(rows, spans)
        kept = self._grant(asked, rule.notice, rule.at_most)
        places = self._parts if rule.kind == _MAINTENANCE else self._by_cause
        places.setdefault(rule.effect, []).append(kept)
        self._excluded[rows] |= _touched(self._outages.service[rows], self._outages.start[rows], self._end[rows], kept)

    def relief(self, item: object, state: str, effect: str) -> None:
        """Add what was asked for one outage, by its id."""
        ids = self._outages.names
        if ids is None:
            return
        known = np.array([*(as_text(name) == as_text(item) for name in ids.values), False], bool)
        mine = self._left & known[ids.codes]
        if state != "granted":
            (self._disputed if state == "disputed" else self._asked)[mine] = True
            return
        self._left &= ~mine
        rows = np.flatnonzero(mine)
        self._by_cause.setdefault("remove" if effect == "remove" else "count_as_up", []).append(self._of_rows(rows))
        self._excluded[rows] = True

    def window(self, window: Window, rule: ExclusionRule | None) -> None:
        """Add a window of maintenance: its effect is that of the first exclusion of maintenance (else remove)."""
        at_most = window.at_most or (rule.at_most if rule else None)
        spans = standing(window, self._since(at_most), self._high)
        self._add(self._over(spans, window.services), rule.effect if rule else "remove", at_most)

    def suspended(self, spans: Iterable[tuple[int, int]]) -> None:
        """Add the time in which the agreement was suspended."""
        cut = Spans([a for a, _ in spans], [b for _, b in spans]).clip(self._low, self._high)
        self._add(self._over(cut, ()), "remove", None)

    def done(self) -> PlannedTime:
        """Return all that was granted."""
        for effect, parts in self._by_cause.items():
            self._parts.setdefault(effect, []).append(self._alone(together(*parts)))
        by_effect = {effect: together(*parts) for effect, parts in self._parts.items()}
        # What was granted is no longer asked for.
        return PlannedTime(by_effect, self._excluded, self._asked & ~self._excluded, self._disputed & ~self._excluded)

    def _since(self, allowed: Allowance | None) -> int:
        """Return from when windows are looked at: what an allowance was spent on before counts, too."""
        if allowed is None:
            return self._low
        return min(int(self._per(allowed.per).starts.min()), self._low)

    def _per(self, per: Period) -> Periods:
        one = self._agreement
        if per.unit == "term":
            start, end = max(one.span[0], self._low - _YEARS), min(one.span[1], self._high + _YEARS)
            return Periods(("term",), [start], [end], [start], [end], one.zone)
        some = whole_periods(per, self._low, self._high, one.zone, one.starts_on)
        return some.taken(np.flatnonzero((some.starts < self._high) & (some.ends > self._low)))

    def _add(self, asked: Stretches, effect: str, allowed: Allowance | None) -> None:
        """Add windows that the agreement itself names, which is their announcement."""
        if len(asked):
            self._parts.setdefault(effect, []).append(self._grant(asked, Amount(), allowed))

    def _grant(self, asked: Stretches, notice: Amount, allowed: Allowance | None) -> Stretches:
        return granted(
            asked,
            self._calendar,
            notice=notice.us,
            notice_days=notice.days,
            notice_on=self._days() if notice.days else None,
            at_most=allowed.amount.us if allowed else 0,
            per=self._per(allowed.per) if allowed else None,
        )

    def _days(self) -> Calendar | None:
        """Return the calendar whose business days a notice counts: the agreed hours, else the agreement's first."""
        calendars = (self._calendar, *(calendar for _, calendar in self._agreement.calendars))
        limits = (limit.calendar for target in self._agreement.targets for _, limit in target.limits)
        found = [one for one in (*calendars, *limits) if isinstance(one, ServiceCalendar) and not one.never_closes]
        return found[0] if found else None

    def _over(self, spans: Spans, services: tuple[str, ...]) -> Stretches:
        """Return spans as stretches of some services, or of every one."""
        every = np.full(len(spans), EVERY_SERVICE)
        codes = [i for i, one in enumerate(self._outages.services) if as_text(one) in services]
        parts = [np.full(len(spans), code) for code in codes] if services else [every]
        many = len(parts)
        return self._stretches(
            np.concatenate([*parts, np.empty(0, np.int64)]), np.tile(spans.starts, many), np.tile(spans.ends, many)
        )

    def _of_rows(self, rows: Int64) -> Stretches:
        found = self._outages
        return self._stretches(found.service[rows], found.start[rows], self._end[rows], found.announced[rows])

    def _inside(self, rows: Int64, spans: Spans) -> Stretches:
        """Return the parts of outages that lie in windows."""
        parts: list[tuple[int, int, int, int]] = []
        for row in rows.tolist():
            cut = spans.clip(int(self._outages.start[row]), int(self._end[row]))
            told = int(self._outages.announced[row])
            parts += [(int(self._outages.service[row]), low, high, told) for low, high in cut]
        columns = np.array(parts, np.int64).reshape(-1, 4).T
        return self._stretches(columns[0], columns[1], columns[2], columns[3])

    def _alone(self, asked: Stretches) -> Stretches:
        """Return the time of outages excluded by their cause in which nothing else was down that counts."""
        counting = np.flatnonzero(~self._excluded)
        rows = [(asked.service, asked.start, asked.end)]
        rows.append((self._outages.service[counting], self._outages.start[counting], self._end[counting]))
        rows += [each_service(one, self._outages.services) for one in self._parts.get("count_as_down", ())]
        kind = np.full(sum(len(start) for _, start, _ in rows), OUTAGE, np.int8)
        kind[: len(asked)] = REMOVED
        service, start, end = (np.concatenate(column) for column in zip(*rows, strict=True))
        found = swept(service, start, end, kind, np.ones(len(kind), np.int64))
        alone = found.taken(found.holds(REMOVED) & (found.weight == 0))
        return self._stretches(alone.service, alone.start, alone.end)

    def _stretches(self, service: Any, start: Int64, end: Int64, announced: Int64 | None = None) -> Stretches:
        told = np.full(len(start), NAT, np.int64) if announced is None else announced
        return Stretches(self._outages.services, np.asarray(service, np.int64), start, end, told)


def _touched(service: Int64, start: Int64, end: Int64, kept: Stretches) -> Bool:
    """Return which outages have a part that was granted."""
    found = np.zeros(len(start), bool)
    for one in np.unique(service).tolist():
        mine = (kept.service == one) | (kept.service == EVERY_SERVICE)
        spans = spans_of(kept.start[mine], kept.end[mine])
        rows = np.flatnonzero(service == one)
        low = np.searchsorted(spans.ends, start[rows], side="right")
        high = np.searchsorted(spans.starts, end[rows], side="left")
        found[rows] = high > low
    return found
