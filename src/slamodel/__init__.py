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
    from slamodel.frames.evaluate import evaluate
    from slamodel.frames.intake import events_of as read_events
    from slamodel.frames.series import read_series
    from slamodel.io.agreement_file import load, loads
    from slamodel.io.charge_file import read_charges
    from slamodel.io.check_file import check
    from slamodel.io.event_file import write_rejects
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
    from slamodel.report.metrics.series import Series
    from slamodel.report.portfolio import Portfolio
    from slamodel.timeline.recurrence import Recurrence

__all__ = [
    "Agreement",
    "AgreementError",
    "AllOf",
    "Allowance",
    "AnyOf",
    "Approval",
    "Attribution",
    "BackedBy",
    "Backing",
    "Band",
    "Bands",
    "Branches",
    "Calendar",
    "CalendarError",
    "CalendarTable",
    "Cap",
    "Changes",
    "ChargeError",
    "Charges",
    "CombinedCalendar",
    "Composition",
    "Contact",
    "CreditRule",
    "CreditScheme",
    "Dialect",
    "DurationError",
    "EarnBack",
    "EscalationTable",
    "EventError",
    "EventMap",
    "EventTable",
    "ExclusionRule",
    "Explanation",
    "FailureCount",
    "Findings",
    "HolidayHorizonWarning",
    "HorizonError",
    "Impact",
    "InOrder",
    "InstantError",
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
    "Party",
    "PauseRule",
    "Percent",
    "Period",
    "PeriodTarget",
    "Points",
    "Portfolio",
    "PriorityScheme",
    "Problem",
    "QualitativeObligation",
    "Recurrence",
    "Reference",
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
    "Term",
    "Trigger",
    "VerdictTable",
    "Versions",
    "Window",
    "attribute",
    "back_to_back",
    "chain_of",
    "check",
    "dialects",
    "diff",
    "dump",
    "dumps",
    "evaluate",
    "explain",
    "impact",
    "load",
    "loads",
    "misalignments",
    "next_breaches",
    "prove",
    "prove_share",
    "read_charges",
    "read_events",
    "read_series",
    "settle",
    "to_dict",
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
    "Attribution": "slamodel.report.backing.holding.Attribution",
    "BackedBy": "slamodel.model.backing.BackedBy",
    "Backing": "slamodel.report.backing.result.Backing",
    "Band": "slamodel.model.bands.Band",
    "Bands": "slamodel.model.bands.Bands",
    "Branches": "slamodel.model.backing.Branches",
    "Cap": "slamodel.model.remedy.Cap",
    "Changes": "slamodel.report.change.changes.Changes",
    "Charges": "slamodel.report.credits.charges.Charges",
    "Composition": "slamodel.model.service.Composition",
    "Contact": "slamodel.model.requirement.Contact",
    "CreditRule": "slamodel.model.credit_rule.CreditRule",
    "CreditScheme": "slamodel.model.remedy.CreditScheme",
    "Dialect": "slamodel.model.dialects.Dialect",
    "EarnBack": "slamodel.model.remedy.EarnBack",
    "EscalationTable": "slamodel.clock.escalation.table.EscalationTable",
    "EventMap": "slamodel.model.event_map.EventMap",
    "EventTable": "slamodel.clock.events.EventTable",
    "ExclusionRule": "slamodel.model.exclusion.ExclusionRule",
    "Explanation": "slamodel.clock.telling.explain.Explanation",
    "FailureCount": "slamodel.model.remedy.FailureCount",
    "Findings": "slamodel.report.check.findings.Findings",
    "Impact": "slamodel.report.change.impact.Impact",
    "InOrder": "slamodel.model.chain.InOrder",
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
    "Party": "slamodel.model.party.Party",
    "PauseRule": "slamodel.model.pause.PauseRule",
    "Percent": "slamodel.model.percent.Percent",
    "Period": "slamodel.model.period.Period",
    "PeriodTarget": "slamodel.model.period_target.PeriodTarget",
    "Points": "slamodel.model.bands.Points",
    "Portfolio": "slamodel.report.portfolio.Portfolio",
    "PriorityScheme": "slamodel.model.priority.PriorityScheme",
    "QualitativeObligation": "slamodel.model.requirement.QualitativeObligation",
    "Recurrence": "slamodel.timeline.recurrence.Recurrence",
    "Reference": "slamodel.model.backing.Reference",
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
    "Term": "slamodel.model.period.Term",
    "Trigger": "slamodel.model.trigger.Trigger",
    "VerdictTable": "slamodel.clock.verdicts.VerdictTable",
    "Versions": "slamodel.model.versions.Versions",
    "Window": "slamodel.model.exclusion.Window",
    "attribute": "slamodel.report.backing.attribute.attribute",
    "back_to_back": "slamodel.report.credits.back_to_back.back_to_back",
    "chain_of": "slamodel.model.backers.chain_of",
    "check": "slamodel.io.check_file.check",
    "dialects": "slamodel.model.dialects.dialects",
    "diff": "slamodel.report.change.changes.diff",
    "dump": "slamodel.io.written_agreement.dump",
    "dumps": "slamodel.io.written_agreement.dumps",
    "evaluate": "slamodel.frames.evaluate.evaluate",
    "explain": "slamodel.clock.telling.explain.explain",
    "impact": "slamodel.report.change.impact.impact",
    "load": "slamodel.io.agreement_file.load",
    "loads": "slamodel.io.agreement_file.loads",
    "misalignments": "slamodel.report.backing.lints.misalignments",
    "next_breaches": "slamodel.clock.upcoming.next_breaches",
    "prove": "slamodel.report.backing.prove.prove",
    "prove_share": "slamodel.report.backing.shares.prove_share",
    "read_charges": "slamodel.io.charge_file.read_charges",
    "read_events": "slamodel.frames.intake.events_of",
    "read_series": "slamodel.frames.series.read_series",
    "settle": "slamodel.report.credits.settle.settle",
    "to_dict": "slamodel.io.written_agreement.to_dict",
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
