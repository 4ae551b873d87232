"""Measure: every period target of a portfolio over a stretch of time, from verdicts, outages, series and charges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import evolve

from slamodel.clock.evaluate import evaluate
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError, InstantError
from slamodel.model.agreement import Agreement
from slamodel.model.period_target import PeriodTarget
from slamodel.model.portfolio import Portfolio
from slamodel.model.versions import Versions
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.placing import Relief
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.outages import Outages, Stretches
from slamodel.report.measures.acting import Acting, acting, courses, life_of
from slamodel.report.measures.asked import stretch
from slamodel.report.measures.facts import Facts, Told
from slamodel.report.measures.items import attained, time_stat
from slamodel.report.measures.made_from import made_from
from slamodel.report.measures.others import composed, measured
from slamodel.report.measures.owed import settled
from slamodel.report.measures.report import PeriodReport
from slamodel.report.measures.rows import Row, rows_of
from slamodel.report.measures.uptime import available, reliable
from slamodel.timeline.instants import FIRST, NAT, from_datetime

_OWN: Final = {"attainment": attained, "time_stat": time_stat, "availability": available, "reliability": reliable}
_COMPOSITE: Final = "composite"
UNKNOWN: Final = "unknown"
"""The state of a line that owes, and whose amount is not known."""


def measure(
    book: Portfolio | Agreement | Iterable[Agreement],
    *,
    period: Any,
    verdicts: VerdictTable | None = None,
    outages: Outages | None = None,
    charges: Any = None,
    series: Any = None,
    relief: Iterable[Relief] = (),
    as_of: datetime | None = None,
    downtime: DowntimeRules | None = None,
    unknown: Stretches | None = None,
) -> PeriodReport:
    """Measure what agreements promise over periods: one row a period target and period.

    ``period`` is the stretch asked about: a name ("2026-06", "2026-Q2", "2026"), two ("2026-01..2026-06"), or a pair of
    dates or aware datetimes. Of each period target the periods that end in it are told, and as provisional, up to its
    end, the one that still runs then (M3 stretch). ``verdicts`` are what items count by, ``outages`` and time without
    data (``unknown``) what availability does, ``series`` and ``charges`` what the other metrics and credits do; what
    needs facts that were not given is not measured, with that reason. ``relief`` was asked for items and outages, by
    id. ``downtime`` says what the agreement leaves open of outages (M4). ``as_of`` (default: that of the verdicts, else
    the end of the stretch) is until when things are known: later has not happened, and earlier than that of the
    verdicts clocks are judged anew.

    Raises InstantError and AgreementError (E107) for a stretch that is none; AgreementError (E102) for agreements
    without a period target, or a composite of parts that have no figures; EventError for facts that cannot be used.
    """
    portfolio = _portfolio(book)
    as_of_us = _as_of(as_of, verdicts, period, portfolio)
    if verdicts is not None and verdicts.log is not None and as_of is not None and as_of_us < verdicts.as_of:
        # What was late then may have stopped since: clocks are judged as they stood.
        verdicts = evaluate(portfolio, verdicts.log, as_of=as_of)
    facts = Facts(
        verdicts=verdicts,
        outages=outages,
        series=series,
        charges=charges,
        relief=tuple(relief),
        downtime=downtime or DowntimeRules(),
        unknown=unknown,
        as_of=as_of_us,
    )
    rows: list[Row] = []
    ledgers: dict[str, Any] = {}
    for name in portfolio:
        found, owed = _measured(portfolio.versions(name), facts, period)
        rows += found
        ledgers.update(owed)
    if not rows:
        msg = f"nothing to measure: {', '.join(portfolio) or 'the portfolio'} has no period target; write measured"
        raise AgreementError(msg, "E102")
    inputs = {
        "verdicts": verdicts,
        "outages": outages,
        "charges": charges,
        "series": series,
        "relief": facts.relief or None,
        "unknown": unknown,
    }
    versions = {name: tuple(portfolio.versions(name)) for name in portfolio}
    return PeriodReport(
        rows=tuple(rows),
        as_of=as_of_us,
        ledgers=ledgers,
        notes=_notes(rows),
        made_from=made_from(versions, inputs, (str(period), facts.downtime), as_of_us),
    )


def _notes(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return what is to be said of period targets, with their agreements where there are several, once each."""
    several = len({row.agreement.id for row in rows}) > 1
    said = ((f"{row.agreement.id}/" if several else "", row) for row in rows if row.note)
    return tuple(dict.fromkeys(f"{whose}{row.target.id}: {row.note}" for whose, row in said))


def _portfolio(book: Portfolio | Agreement | Iterable[Agreement]) -> Portfolio:
    if isinstance(book, Portfolio):
        return book
    return Portfolio((book,) if isinstance(book, Agreement) else tuple(book))


def _as_of(as_of: datetime | None, verdicts: VerdictTable | None, period: Any, portfolio: Portfolio) -> int:
    if as_of is not None:
        at = from_datetime(as_of)
        if verdicts is not None and at > verdicts.as_of:
            msg = f"as_of {as_of.isoformat()} is after that of the verdicts; evaluate them as of then"
            raise InstantError(msg)
        return at
    if verdicts is not None:
        return verdicts.as_of
    return max(stretch(period, one.zone)[1] for one in portfolio.values())


def _measured(versions: Versions, facts: Facts, period: Any) -> tuple[list[Row], dict[str, Any]]:
    """Return the rows of one agreement, and what is owed by each version that has rows."""
    low, high = stretch(period, versions.latest.zone)
    found = list(courses(versions, _since(versions, facts, low), high, facts.as_of))
    told: dict[tuple[int, int, int], Told] = {}
    for version, parts in acting(versions, found, facts.as_of).items():
        targets = {one.target.id: one.target for _, one in parts}
        known: dict[str, Sequence[Told]] = {}
        for number, one in sorted(parts, key=lambda part: part[1].target.metric.kind == _COMPOSITE):
            known[one.target.id] = _told(one, facts, targets, known)
            _, places = found[number].parts(version)
            told.update({(number, *place): each for place, each in zip(places, known[one.target.id], strict=True)})
    rows: list[Row] = []
    for number, course in enumerate(found):
        rows += rows_of(course, {key[1:]: each for key, each in told.items() if key[0] == number})
    shown = [row for row in rows if row.until > low and (row.end > low or not row.over)]
    ledgers = settled(versions, rows, shown, facts)
    return [_credited(row, ledgers) for row in shown], ledgers


def _told(
    one: Acting, facts: Facts, targets: Mapping[str, PeriodTarget], told: Mapping[str, Sequence[Told]]
) -> list[Told]:
    kind = one.target.metric.kind
    if kind == _COMPOSITE:
        figures: dict[str, Sequence[Figure]] = {name: [each.figure for each in those] for name, those in told.items()}
        return composed(one, targets, figures)
    return _OWN[kind](one, facts) if kind in _OWN else measured(one, facts)


def _since(versions: Versions, facts: Facts, low: int) -> int:
    """Return from when periods are counted: rules that look back need those before the stretch, too (M3 history)."""
    looks_back = any(
        version.credits is not None or version.triggers or any(one.small for one in version.measured)
        for version in versions
    )
    if not looks_back:
        return low
    start = life_of(versions)[0]
    if start > FIRST:
        return min(start, low)
    known = [low]
    if facts.verdicts is not None and len(facts.verdicts):
        started = facts.verdicts.values["started_at"]
        known += [int(started[started != NAT].min())] if (started != NAT).any() else []
    if facts.outages is not None and len(facts.outages):
        known.append(int(facts.outages.start.min()))
    return min(known)


def _credited(row: Row, ledgers: Mapping[str, Any]) -> Row:
    ledger = ledgers.get(f"{row.agreement.id}@{row.agreement.version}")
    if ledger is None:
        return row
    line = ledger.line(row.target.id, row.figure.period)
    if line is None or line.state != UNKNOWN:
        return evolve(row, credit=None if line is None else line.amount)
    lost = f"what it owes is not known: {line.steps[-1].why}"
    return evolve(row, note="; ".join(filter(None, (row.note, lost))))
