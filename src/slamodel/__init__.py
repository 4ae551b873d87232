"""slamodel: service-level agreements, what was agreed and what time says about it."""

from typing import TYPE_CHECKING, Any, Final

from slamodel.errors import (
    AgreementError,
    CalendarError,
    ChargeError,
    DurationError,
    EventError,
    HolidayHorizonWarning,
    HorizonError,
    InstantError,
    Problem,
    SlaModelError,
)
from slamodel.model.calendar import Calendar, CombinedCalendar
from slamodel.model.calendar_table import CalendarTable
from slamodel.model.service_calendar import ServiceCalendar

if TYPE_CHECKING:
    from slamodel.clock.escalation.table import EscalationTable
    from slamodel.clock.events import EventTable
    from slamodel.clock.stopwatch import Stopwatch
    from slamodel.clock.telling.explain import Explanation, explain
    from slamodel.clock.telling.ledger import Stretch
    from slamodel.clock.upcoming import NextBreaches, next_breaches
    from slamodel.clock.verdicts import VerdictTable
    from slamodel.frames.charges import read_charges
    from slamodel.frames.evaluate import evaluate
    from slamodel.frames.intake import events_of as read_events
    from slamodel.frames.measure import measure
    from slamodel.frames.outages import read_outages
    from slamodel.frames.series import read_series
    from slamodel.frames.what_if import what_if
    from slamodel.io.agreement_file import load, loads
    from slamodel.io.changed_agreement import load_changed
    from slamodel.io.check_file import check
    from slamodel.io.event_file import write_rejects
    from slamodel.io.published import Template, templates
    from slamodel.io.verdict_file import write_verdicts
    from slamodel.io.written_agreement import dump, dumps, to_dict
    from slamodel.model.agreement import Agreement
    from slamodel.model.approval import Approval
    from slamodel.model.backers import chain_of
    from slamodel.model.backing import BackedBy, Branches, Reference
    from slamodel.model.bands import Band, Bands, Points
    from slamodel.model.chain import AllOf, AnyOf, InOrder, Link
    from slamodel.model.credit_rule import CreditRule
    from slamodel.model.dialects import Dialect, dialects
    from slamodel.model.escalation import Level
    from slamodel.model.event_map import EventMap
    from slamodel.model.exclusion import Allowance, ExclusionRule, Window
    from slamodel.model.limit import Limit
    from slamodel.model.metric import Metric
    from slamodel.model.money import Money
    from slamodel.model.party import Party
    from slamodel.model.pause import PauseRule
    from slamodel.model.percent import Percent
    from slamodel.model.period import Period, Term
    from slamodel.model.period_target import PeriodTarget, SmallVolume
    from slamodel.model.priority import Matrix, PriorityScheme
    from slamodel.model.remedy import Cap, CreditScheme, EarnBack, FailureCount
    from slamodel.model.requirement import Contact, QualitativeObligation, RenewalTerms, Review, ServiceLevelRequirement
    from slamodel.model.service import Composition, Service, ServiceOffering
    from slamodel.model.target import Moment, Target
    from slamodel.model.trigger import Trigger
    from slamodel.model.versions import Versions
    from slamodel.report.ahead.backtest import backtest
    from slamodel.report.ahead.chances import Chances, chances
    from slamodel.report.ahead.digest import Digest, digest
    from slamodel.report.ahead.forecast import Forecast
    from slamodel.report.ahead.forecasts import forecast
    from slamodel.report.ahead.headroom import headroom, recovery
    from slamodel.report.ahead.tightest import tightest
    from slamodel.report.ahead.whatif import WhatIf
    from slamodel.report.ahead.work.commitments import commitments
    from slamodel.report.ahead.work.feasible import feasibility
    from slamodel.report.ahead.work.jobs import Job
    from slamodel.report.ahead.work.order import WorkOrder, work_order
    from slamodel.report.attainment.attainment import Attainment, attainment
    from slamodel.report.attainment.figures import Figure
    from slamodel.report.attainment.goals import Goal
    from slamodel.report.attainment.placing import Counting, Relief
    from slamodel.report.availability.availability import Availability, availability
    from slamodel.report.availability.downtime import DowntimeRules
    from slamodel.report.availability.outages import Outages, outages, stretches
    from slamodel.report.availability.worst import worst_window
    from slamodel.report.backing.attribute import attribute
    from slamodel.report.backing.holding import Attribution
    from slamodel.report.backing.lints import Misalignment, misalignments
    from slamodel.report.backing.prove import prove
    from slamodel.report.backing.result import Backing
    from slamodel.report.backing.shares import ShareBacking, prove_share
    from slamodel.report.change.changes import Changes, diff
    from slamodel.report.change.impact import Impact, impact
    from slamodel.report.check.findings import Findings
    from slamodel.report.credits.back_to_back import back_to_back
    from slamodel.report.credits.charges import Charges
    from slamodel.report.credits.ledger import Ledger
    from slamodel.report.credits.settle import settle
    from slamodel.report.measures.report import PeriodReport
    from slamodel.report.metrics.series import Series
    from slamodel.report.periods import Periods, periods
    from slamodel.report.portfolio import Portfolio
    from slamodel.timeline.recurrence import Recurrence

__all__ = [
    "Agreement",
    "AgreementError",
    "AllOf",
    "Allowance",
    "AnyOf",
    "Approval",
    "Attainment",
    "Attribution",
    "Availability",
    "BackedBy",
    "Backing",
    "Band",
    "Bands",
    "Branches",
    "Calendar",
    "CalendarError",
    "CalendarTable",
    "Cap",
    "Chances",
    "Changes",
    "ChargeError",
    "Charges",
    "CombinedCalendar",
    "Composition",
    "Contact",
    "Counting",
    "CreditRule",
    "CreditScheme",
    "Dialect",
    "Digest",
    "DowntimeRules",
    "DurationError",
    "EarnBack",
    "EscalationTable",
    "EventError",
    "EventMap",
    "EventTable",
    "ExclusionRule",
    "Explanation",
    "FailureCount",
    "Figure",
    "Findings",
    "Forecast",
    "Goal",
    "HolidayHorizonWarning",
    "HorizonError",
    "Impact",
    "InOrder",
    "InstantError",
    "Job",
    "Ledger",
    "Level",
    "Limit",
    "Link",
    "Matrix",
    "Metric",
    "Misalignment",
    "Moment",
    "Money",
    "NextBreaches",
    "Outages",
    "Party",
    "PauseRule",
    "Percent",
    "Period",
    "PeriodReport",
    "PeriodTarget",
    "Periods",
    "Points",
    "Portfolio",
    "PriorityScheme",
    "Problem",
    "QualitativeObligation",
    "Recurrence",
    "Reference",
    "Relief",
    "RenewalTerms",
    "Review",
    "Series",
    "Service",
    "ServiceCalendar",
    "ServiceLevelRequirement",
    "ServiceOffering",
    "ShareBacking",
    "SlaModelError",
    "SmallVolume",
    "Stopwatch",
    "Stretch",
    "Target",
    "Template",
    "Term",
    "Trigger",
    "VerdictTable",
    "Versions",
    "WhatIf",
    "Window",
    "WorkOrder",
    "attainment",
    "attribute",
    "availability",
    "back_to_back",
    "backtest",
    "chain_of",
    "chances",
    "check",
    "commitments",
    "dialects",
    "diff",
    "digest",
    "dump",
    "dumps",
    "evaluate",
    "explain",
    "feasibility",
    "forecast",
    "headroom",
    "impact",
    "load",
    "load_changed",
    "loads",
    "measure",
    "misalignments",
    "next_breaches",
    "outages",
    "periods",
    "prove",
    "prove_share",
    "read_charges",
    "read_events",
    "read_outages",
    "read_series",
    "recovery",
    "settle",
    "stretches",
    "templates",
    "tightest",
    "to_dict",
    "what_if",
    "work_order",
    "worst_window",
    "write_rejects",
    "write_verdicts",
]

# Loaded when first asked for, so that `import slamodel` stays light.
_LATER: Final = {
    "Agreement": "slamodel.model.agreement.Agreement",
    "AllOf": "slamodel.model.chain.AllOf",
    "Allowance": "slamodel.model.exclusion.Allowance",
    "AnyOf": "slamodel.model.chain.AnyOf",
    "Approval": "slamodel.model.approval.Approval",
    "Attainment": "slamodel.report.attainment.attainment.Attainment",
    "Attribution": "slamodel.report.backing.holding.Attribution",
    "Availability": "slamodel.report.availability.availability.Availability",
    "BackedBy": "slamodel.model.backing.BackedBy",
    "Backing": "slamodel.report.backing.result.Backing",
    "Band": "slamodel.model.bands.Band",
    "Bands": "slamodel.model.bands.Bands",
    "Branches": "slamodel.model.backing.Branches",
    "Cap": "slamodel.model.remedy.Cap",
    "Chances": "slamodel.report.ahead.chances.Chances",
    "Changes": "slamodel.report.change.changes.Changes",
    "Charges": "slamodel.report.credits.charges.Charges",
    "Composition": "slamodel.model.service.Composition",
    "Contact": "slamodel.model.requirement.Contact",
    "Counting": "slamodel.report.attainment.placing.Counting",
    "CreditRule": "slamodel.model.credit_rule.CreditRule",
    "CreditScheme": "slamodel.model.remedy.CreditScheme",
    "Dialect": "slamodel.model.dialects.Dialect",
    "Digest": "slamodel.report.ahead.digest.Digest",
    "DowntimeRules": "slamodel.report.availability.downtime.DowntimeRules",
    "EarnBack": "slamodel.model.remedy.EarnBack",
    "EscalationTable": "slamodel.clock.escalation.table.EscalationTable",
    "EventMap": "slamodel.model.event_map.EventMap",
    "EventTable": "slamodel.clock.events.EventTable",
    "ExclusionRule": "slamodel.model.exclusion.ExclusionRule",
    "Explanation": "slamodel.clock.telling.explain.Explanation",
    "FailureCount": "slamodel.model.remedy.FailureCount",
    "Figure": "slamodel.report.attainment.figures.Figure",
    "Findings": "slamodel.report.check.findings.Findings",
    "Forecast": "slamodel.report.ahead.forecast.Forecast",
    "Goal": "slamodel.report.attainment.goals.Goal",
    "Impact": "slamodel.report.change.impact.Impact",
    "InOrder": "slamodel.model.chain.InOrder",
    "Job": "slamodel.report.ahead.work.jobs.Job",
    "Ledger": "slamodel.report.credits.ledger.Ledger",
    "Level": "slamodel.model.escalation.Level",
    "Limit": "slamodel.model.limit.Limit",
    "Link": "slamodel.model.chain.Link",
    "Matrix": "slamodel.model.priority.Matrix",
    "Metric": "slamodel.model.metric.Metric",
    "Misalignment": "slamodel.report.backing.lints.Misalignment",
    "Moment": "slamodel.model.target.Moment",
    "Money": "slamodel.model.money.Money",
    "NextBreaches": "slamodel.clock.upcoming.NextBreaches",
    "Outages": "slamodel.report.availability.outages.Outages",
    "Party": "slamodel.model.party.Party",
    "PauseRule": "slamodel.model.pause.PauseRule",
    "Percent": "slamodel.model.percent.Percent",
    "Period": "slamodel.model.period.Period",
    "PeriodReport": "slamodel.report.measures.report.PeriodReport",
    "PeriodTarget": "slamodel.model.period_target.PeriodTarget",
    "Periods": "slamodel.report.periods.Periods",
    "Points": "slamodel.model.bands.Points",
    "Portfolio": "slamodel.report.portfolio.Portfolio",
    "PriorityScheme": "slamodel.model.priority.PriorityScheme",
    "QualitativeObligation": "slamodel.model.requirement.QualitativeObligation",
    "Recurrence": "slamodel.timeline.recurrence.Recurrence",
    "Reference": "slamodel.model.backing.Reference",
    "Relief": "slamodel.report.attainment.placing.Relief",
    "RenewalTerms": "slamodel.model.requirement.RenewalTerms",
    "Review": "slamodel.model.requirement.Review",
    "Series": "slamodel.report.metrics.series.Series",
    "Service": "slamodel.model.service.Service",
    "ServiceLevelRequirement": "slamodel.model.requirement.ServiceLevelRequirement",
    "ServiceOffering": "slamodel.model.service.ServiceOffering",
    "ShareBacking": "slamodel.report.backing.shares.ShareBacking",
    "SmallVolume": "slamodel.model.period_target.SmallVolume",
    "Stopwatch": "slamodel.clock.stopwatch.Stopwatch",
    "Stretch": "slamodel.clock.telling.ledger.Stretch",
    "Target": "slamodel.model.target.Target",
    "Template": "slamodel.io.published.Template",
    "Term": "slamodel.model.period.Term",
    "Trigger": "slamodel.model.trigger.Trigger",
    "VerdictTable": "slamodel.clock.verdicts.VerdictTable",
    "Versions": "slamodel.model.versions.Versions",
    "WhatIf": "slamodel.report.ahead.whatif.WhatIf",
    "Window": "slamodel.model.exclusion.Window",
    "WorkOrder": "slamodel.report.ahead.work.order.WorkOrder",
    "attainment": "slamodel.report.attainment.attainment.attainment",
    "attribute": "slamodel.report.backing.attribute.attribute",
    "availability": "slamodel.report.availability.availability.availability",
    "back_to_back": "slamodel.report.credits.back_to_back.back_to_back",
    "backtest": "slamodel.report.ahead.backtest.backtest",
    "chain_of": "slamodel.model.backers.chain_of",
    "chances": "slamodel.report.ahead.chances.chances",
    "check": "slamodel.io.check_file.check",
    "commitments": "slamodel.report.ahead.work.commitments.commitments",
    "dialects": "slamodel.model.dialects.dialects",
    "diff": "slamodel.report.change.changes.diff",
    "digest": "slamodel.report.ahead.digest.digest",
    "dump": "slamodel.io.written_agreement.dump",
    "dumps": "slamodel.io.written_agreement.dumps",
    "evaluate": "slamodel.frames.evaluate.evaluate",
    "explain": "slamodel.clock.telling.explain.explain",
    "feasibility": "slamodel.report.ahead.work.feasible.feasibility",
    "forecast": "slamodel.report.ahead.forecasts.forecast",
    "headroom": "slamodel.report.ahead.headroom.headroom",
    "impact": "slamodel.report.change.impact.impact",
    "load": "slamodel.io.agreement_file.load",
    "load_changed": "slamodel.io.changed_agreement.load_changed",
    "loads": "slamodel.io.agreement_file.loads",
    "measure": "slamodel.frames.measure.measure",
    "misalignments": "slamodel.report.backing.lints.misalignments",
    "next_breaches": "slamodel.clock.upcoming.next_breaches",
    "outages": "slamodel.report.availability.outages.outages",
    "periods": "slamodel.report.periods.periods",
    "prove": "slamodel.report.backing.prove.prove",
    "prove_share": "slamodel.report.backing.shares.prove_share",
    "read_charges": "slamodel.frames.charges.read_charges",
    "read_events": "slamodel.frames.intake.events_of",
    "read_outages": "slamodel.frames.outages.read_outages",
    "read_series": "slamodel.frames.series.read_series",
    "recovery": "slamodel.report.ahead.headroom.recovery",
    "settle": "slamodel.report.credits.settle.settle",
    "stretches": "slamodel.report.availability.outages.stretches",
    "templates": "slamodel.io.published.templates",
    "tightest": "slamodel.report.ahead.tightest.tightest",
    "to_dict": "slamodel.io.written_agreement.to_dict",
    "what_if": "slamodel.frames.what_if.what_if",
    "work_order": "slamodel.report.ahead.work.order.work_order",
    "worst_window": "slamodel.report.availability.worst.worst_window",
    "write_rejects": "slamodel.io.event_file.write_rejects",
    "write_verdicts": "slamodel.io.verdict_file.write_verdicts",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    room, _, thing = _LATER[name].rpartition(".")
    value = getattr(import_module(room), thing)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
