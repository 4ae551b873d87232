"""Forecasts: every attainment that agreements promise, in the period that runs, with the money at risk (M9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from attrs import evolve

from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError
from slamodel.model.agreement import Agreement
from slamodel.model.money import Money
from slamodel.model.period_target import PeriodTarget
from slamodel.model.portfolio import Portfolio
from slamodel.model.versions import Versions
from slamodel.report.ahead.exposure import exposure
from slamodel.report.ahead.forecast import Forecast, forecast_of
from slamodel.report.ahead.strata import AT_LEAST
from slamodel.report.attainment.placing import Relief
from slamodel.report.credits.charges import Charges
from slamodel.report.credits.dates import figure_dates
from slamodel.report.credits.lines import money
from slamodel.report.credits.priced import Pricing
from slamodel.report.measures.acting import Acting, Course, acting, courses
from slamodel.report.measures.facts import Facts
from slamodel.report.measures.items import counted, rows_of
from slamodel.timeline.instants import Bool

Paper: TypeAlias = Portfolio | Agreement


def forecast(
    book: Paper,
    verdicts: VerdictTable,
    *,
    by: Sequence[str] | None = None,
    at_least: int = AT_LEAST,
    history: VerdictTable | None = None,
    since: datetime | None = None,
    arrivals: float | str = 0.0,
    charges: Charges | None = None,
    relief: Iterable[Relief] = (),
) -> tuple[Forecast, ...]:
    """Forecast every attainment that agreements promise, in the period that holds the ``as_of`` of the verdicts.

    What is met and missed so far is counted as `measure` does. What becomes of the open items by the end of the
    period is estimated (M9): by ``count_in`` opened and due those count that were opened or are due in it, else those
    that stop or are breached before its end. ``by``, ``at_least``, ``history`` and ``since`` say how chances are
    estimated, as in `chances`. ``arrivals`` is the number of items that will still arrive and be counted, or "history":
    as many as in the same last stretch of the earlier periods, on average; each is missed at the rate of the history.
    ``charges`` are what credits are shares of. Rolling periods end every day and have no forecast.

    Raises AgreementError: E102 where nothing is promised about attainment, E184 in a period that two versions share pro
    rata; EventError as `chances` and `measure`, and where arrivals are asked of a history that has no whole period.
    """
    portfolio = book if isinstance(book, Portfolio) else Portfolio((book,))
    now = Facts(verdicts=verdicts, relief=tuple(relief), as_of=verdicts.as_of)
    past = now if history is None else Facts(verdicts=history, as_of=history.as_of)
    found = []
    for name in portfolio:
        for one in _running(portfolio.versions(name), verdicts):
            counts, _ = counted(one, now)
            learnt: tuple[VerdictTable, Bool] | None = None if history is None else (history, rows_of(one, past))
            made = forecast_of(
                verdicts,
                one.agreement,
                one.target,
                counts,
                rows_of(one, now),
                by=by,
                at_least=at_least,
                history=learnt,
                since=since,
                arrivals=arrivals,
            )
            found.append(_priced(made, one, charges or Charges()))
    if not found:
        msg = f"nothing to forecast: {', '.join(portfolio)} promises no attainment of a period; write measured"
        raise AgreementError(msg, "E102")
    return tuple(found)


def _running(versions: Versions, verdicts: VerdictTable) -> Iterator[Acting]:
    """Yield the attainment targets of an agreement, each with its periods up to the one that runs at ``as_of``."""
    at = verdicts.as_of
    low = int(verdicts.log.at.min()) if verdicts.log is not None and len(verdicts.log) else at
    # What happened just at as_of has happened, and a period that begins there runs.
    some = [one for one in courses(versions, min(low, at), at + 1, at + 1) if _is_forecast(versions, one)]
    by_version = acting(versions, some, at + 1)
    for number, course in enumerate(some):
        last = [one for one in course.figures if int(course.whole.ends[one.period]) > at]
        if not last:
            continue
        if len(last[-1].parts) > 1:
            msg = (
                f"{course.name!r} is put together from two versions in {last[-1].name}; forecast it when they are apart"
            )
            raise AgreementError(msg, "E184")
        version = last[-1].parts[0].version.version
        yield next(one for place, one in by_version[version] if place == number)


def is_forecast(target: PeriodTarget) -> bool:
    """Return whether a period target can be forecast: an attainment of periods of the calendar."""
    return target.metric.kind == "attainment" and target.per.rolling is None


def _is_forecast(versions: Versions, course: Course) -> bool:
    known = [one for _, _, version in versions.spans() for one in version.measured if one.id == course.name]
    return any(map(is_forecast, known))


def _priced(made: Forecast, one: Acting, charges: Charges) -> Forecast:
    """Return a forecast with the money at risk, where a credit hangs on the figure."""
    scheme = one.agreement.credits
    rule = None if scheme is None else next((rule for rule in scheme.rules if rule.target == made.target.id), None)
    if scheme is None or rule is None:
        return made
    charge: Money | None = None
    currency = scheme.currency or one.agreement.currency
    if scheme.charge:
        dates = figure_dates(made.period, made.target.per, one.agreement, one.periods)
        pricing = Pricing(one.agreement, scheme, charges, currency)
        charged = pricing.charged(dates, made.target.metric.of, made.period)
        if charged.missing or not charged.currency:
            return evolve(made, no_exposure=f"no charge for {charged.missing or made.period}")
        charge = money(charged.amount, charged.currency)
    found = exposure(made.outcomes, made.target, rule, charge, scheme=scheme, currency=currency, earlier=made.earlier)
    return evolve(made, exposure=found)
