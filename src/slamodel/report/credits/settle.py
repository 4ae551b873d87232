"""Settle: what an agreement owes for the figures of its periods, through one fixed pipeline (M5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from slamodel.errors import AgreementError, ChargeError, Problem
from slamodel.model._checks import Problems, did_you_mean
from slamodel.model.agreement import Agreement
from slamodel.model.metric import in_numbers
from slamodel.model.money import Money
from slamodel.model.remedy import CreditScheme
from slamodel.report.attainment.figures import Figure
from slamodel.report.credits.caps import Caps
from slamodel.report.credits.charges import Charges
from slamodel.report.credits.courses import Course
from slamodel.report.credits.dates import periods_for, unit_of_charge, window
from slamodel.report.credits.fired import fired
from slamodel.report.credits.incidents import highest_only
from slamodel.report.credits.ledger import Ledger
from slamodel.report.credits.lines import CreditLine, Draft
from slamodel.report.credits.priced import Incidents, Pricing
from slamodel.report.credits.rounding import in_units
from slamodel.report.credits.rules import owed
from slamodel.report.credits.words import value_text
from slamodel.report.credits.written import Claims, written
from slamodel.report.periods import Periods

MISSING: Final = ("unknown", "error")


def settle(
    agreement: Agreement,
    figures: Mapping[str, Sequence[Figure]],
    charges: Charges | None = None,
    *,
    periods: Periods | Mapping[str, Periods] | None = None,
    incidents: Incidents | None = None,
    claims: Claims | None = None,
    as_of: date | None = None,
    missing: str = "unknown",
) -> Ledger:
    """Return the ledger of what an agreement owes, with a line for every figure that has a rule.

    ``figures`` are those of each period target by its id, in the order of their periods and from the first one that
    matters: repeats, caps and what is earned back look at the periods before. ``charges`` are what shares are of.
    ``periods`` are those the figures were measured over, all or by period target; without them a period is known by
    its name. ``incidents`` names, by period target and period, the incidents by which a figure was missed, for the
    single-event rule and for what suppliers owe. ``claims`` are the dates on which credits were claimed, by period
    target and period: given it, a credit that nobody claimed in time by ``as_of`` has lapsed.

    What owes and has no charge is a line of the state "unknown", and its total does not exist; with ``missing``
    "error" it is a ChargeError that lists all of them (E167). Raises ChargeError (E165) for charges in another
    currency than the agreement's, and AgreementError: E102 for figures of what is no period target, E107 for figures
    out of order, E168 for a period outside the agreement.
    """
    if missing not in MISSING:
        msg = f"missing={missing!r} is unknown; known: {', '.join(MISSING)}"
        raise ValueError(msg)
    courses = _courses(agreement, figures, periods)
    scheme, charges = agreement.credits, charges or Charges()
    lines: list[CreditLine] = []
    problems: list[Problem] = []
    caps = None
    currency = _currency(agreement, charges)
    if scheme is not None:
        problems += _warnings(scheme, courses, incidents) + _unmatched(agreement, charges)
        pricing = Pricing(agreement, scheme, charges, currency, incidents)
        caps = Caps(agreement, scheme, currency, pricing.charged)
        drafts = _priced(pricing, courses)
        _bounded(pricing, caps, drafts)
        units = in_units(drafts, scheme.rounding, currency, lambda draft: _invoice(agreement, scheme, draft))
        lines = written(pricing, drafts, units, claims, as_of)
        _refuse_missing(lines, missing)
    triggers, untold = fired(agreement, courses, lines, caps)
    return Ledger(tuple(lines), currency=currency, triggers=triggers, problems=(*problems, *untold))


def _courses(
    agreement: Agreement, figures: Mapping[str, Sequence[Figure]], periods: Periods | Mapping[str, Periods] | None
) -> dict[str, Course]:
    targets = {one.id: one for one in agreement.measured}
    problems, found = Problems(), {}
    for name, of_one in figures.items():
        if name not in targets:
            msg = f"{name!r} is no period target of {agreement.id!r}{did_you_mean(name, targets)}"
            problems.add("E102", name, msg)
            continue
        with problems.at(name):
            found[name] = Course.of(targets[name], of_one, agreement, periods_for(name, periods))
    problems.raise_as(AgreementError)
    return found


def _currency(agreement: Agreement, charges: Charges) -> str:
    """Return the one currency of an agreement: its own, that of its amounts, or that of its charges."""
    scheme, charged = agreement.credits, charges.currencies(agreement.id)
    amounts = [pay for rule in scheme.rules for pay in rule.pays if isinstance(pay, Money)] if scheme else []
    amounts += [cap.most for cap in scheme.caps if isinstance(cap.most, Money)] if scheme else []
    told = agreement.currency or next((one.currency for one in amounts), "") or next(iter(charged), "")
    problems = Problems()
    for currency, period in charged.items():
        if currency != told:
            msg = f"charge {period} is {currency}, agreement is {told}; nothing is converted, give it in {told}"
            problems.add("E165", agreement.id, msg)
    for amount in amounts:
        if amount.currency != told:
            msg = f"{amount} is {amount.currency}, agreement is {told}; write it in {told}"
            problems.add("E165", agreement.id, msg)
    problems.raise_as(ChargeError)
    return told


def _warnings(scheme: CreditScheme, courses: Mapping[str, Course], incidents: Incidents | None) -> list[Problem]:
    found = []
    for name in dict.fromkeys(rule.target for rule in (*scheme.rules, *scheme.bonuses)):
        if name not in courses:
            msg = f"there are no figures of {name}, so nothing is settled for it; pass them too"
            found.append(Problem("W168", f"rules.{name}", msg))
    for rule in scheme.rules:
        course = courses.get(rule.target)
        if course and rule.bands and course.target.comparison in ("ge", "le"):
            expected = in_numbers(course.target.expected)
            if not owed(rule, expected, None, target=course.target, scheme=scheme).is_nothing:
                band = rule.bands.band(expected)
                told = value_text(expected, course.target)
                msg = f"{told} is met, and yet in band {band} that costs {band.pays}; what is met owes nothing"
                found.append(Problem("W166", f"rules.{rule.target}", msg))
    if scheme.one_incident == "highest_only" and incidents is None:
        msg = "only the highest credit of one incident counts, and no incidents were given; every credit stands"
        found.append(Problem("W169", "one_incident", msg))
    return found


def _unmatched(agreement: Agreement, charges: Charges) -> list[Problem]:
    """Warn where there are charges, and none of them is for this agreement: its id may be written otherwise."""
    known = charges.agreements()
    if not known or agreement.id in known:
        return []
    msg = f"no charge is for {agreement.id!r}{did_you_mean(agreement.id, known)}"
    return [Problem("W165", "charge", msg)]


def _priced(pricing: Pricing, courses: Mapping[str, Course]) -> list[Draft]:
    """Price every figure that has a rule, in the order in which its period ends, then in that of the rules."""
    scheme = pricing.scheme
    found = []
    for bonus, rules in ((False, scheme.rules), (True, scheme.bonuses)):
        for order, rule in enumerate(rules):
            course = courses.get(rule.target)
            for i in range(len(course.figures) if course else 0):
                assert course is not None  # noqa: S101  it has figures
                found.append(pricing.draft(course, i, rule, order, bonus=bonus))
    return sorted(found, key=lambda one: (one.dates.end, one.dates.start, one.bonus, one.order))


def _bounded(pricing: Pricing, caps: Caps, drafts: Sequence[Draft]) -> None:
    """Take what owes through the single-event rule and the caps."""
    owing = [one for one in drafts if not one.state]
    if pricing.scheme.one_incident == "highest_only":
        highest_only([one for one in owing if not one.bonus and one.amount is not None])
    for draft in owing:
        pricing.bound(draft)
        if not draft.bonus:
            caps.apply(draft)


def _invoice(agreement: Agreement, scheme: CreditScheme, draft: Draft) -> tuple[object, ...]:
    """Return what a line is invoiced with: those of one kind whose periods end in one stretch of the charges."""
    last = draft.dates.last - timedelta(days=1)
    return draft.bonus, window(unit_of_charge(scheme.charge), last, agreement).span


def _refuse_missing(lines: Sequence[CreditLine], missing: str) -> None:
    if missing != "error":
        return
    problems = Problems()
    for line in lines:
        if line.state == "unknown":
            problems.add("E167", f"{line.target} {line.period}", line.steps[-1].why)
    problems.raise_as(ChargeError)
