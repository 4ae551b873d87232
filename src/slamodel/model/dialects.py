"""Dialects: how other products count, as named bundles of a target's fields, each with where it is known from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs
from attrs import field, frozen

from slamodel.errors import AgreementError
from slamodel.model._checks import did_you_mean
from slamodel.model.target import Target

EVIDENCE: Final = ("source read", "documentation", "a record", "another's account", "not verified")
"""How a field of a dialect is known, from sure to unsure: each text in ``sources`` begins with one of these."""

_DEFAULTS: Final = MappingProxyType({each.name: each.default for each in attrs.fields(Target)})


def _read_only(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(value))


@frozen(eq=False, kw_only=True)
class Dialect:
    """How one product counts: the fields of a `Target` that it sets, and what is known about them.

    ``fields`` are those that differ from our defaults. ``sources`` says of each where it is known from, and of
    fields that are not set, where it is known that the product agrees with our default. ``faults`` says of a
    field which known fault of the product it reproduces; ``notes`` what the dialect cannot say. An explicit
    field of a target comes before its dialect.
    """

    name: str
    product: str
    fields: Mapping[str, Any] = field(factory=dict, converter=_read_only)
    sources: Mapping[str, str] = field(factory=dict, converter=_read_only)
    faults: Mapping[str, str] = field(factory=dict, converter=_read_only)
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.name}: as {self.product} counts", "", "sets"]
        for name, value in self.fields.items():
            lines.append(f"  {name}: {_text(value)}  [{self.sources[name]}]")
            if name in self.faults:
                lines.append(f"    reproduces a fault: {self.faults[name]}")
        same = [name for name in self.sources if name not in self.fields]
        lines += ["", "keeps the default"] if same else []
        lines += [f"  {name}: {_text(_DEFAULTS[name])}  [{self.sources[name]}]" for name in same]
        lines += ["", "cannot say"] if self.notes else []
        lines += [f"  - {note}" for note in self.notes]
        return "\n".join(lines)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_ALL: Final = (
    Dialect(
        name="servicenow",
        product="ServiceNow (task_sla, 2011 engine)",
        fields={
            "judge": "percent",
            "at_limit": "missed",
            "resolution": "s",
            "priority_change": "restart",
            "reopen": "new_cycle",
            "due_while_paused": "frozen",
            "negative_remaining": False,
        },
        sources={
            "judge": "source read: the breach is a rounded percentage that reaches 100",
            "at_limit": "source read: the comparison is >= 100",
            "resolution": "source read: now is cut down to the whole second",
            "priority_change": "source read: a definition a priority; the old clock is cancelled, a new one begins",
            "reopen": "source read: a completed clock is final; a new one begins where the start matches again",
            "due_while_paused": "source read: nothing is calculated while pause_time is set; planned_end_time stays",
            "negative_remaining": "source read: time_left and business_time_left never go below 0",
            "percent_decimals": "source read: toFixed(2); the documentation tells of a coarser rounding",
            "pause_measure": "source read: business_pause_duration is the open time between pause and resume",
            "start_with_stop": "source read: a clock attaches only where stop and cancel do not match",
            "pause_with_resume": "source read: with both conditions true a clock stays as it is",
            "boundary": "not verified: platform code; breaches at the closing instant are what people see",
        },
        faults={
            "judge": "the percentage is rounded to two decimals before it is compared with 100, so a clock is missed "
            "up to 0.005 % of its limit early: 1.44 s of 8 h",
        },
        notes=(
            (
                "retroactive start with retroactive pause is priority_change: retroactive; without such a pause, add "
                "retroactive_pause: false"
            ),
            "with com.snc.sla.calculation.use_time_left=true a clock is judged by what is left: judge: elapsed",
            "each clock is a record of its own there; here the cycles of an item are one verdict, joined by met_if",
            "relative durations never pause there; here they do, so give such a target no pause",
            "percentages stop there beyond 1000 %; here they go on",
            "all-day entries of a schedule end there at 23:59:59 (not verified); here at 24:00",
        ),
    ),
    Dialect(
        name="jira",
        product="Jira Service Management",
        fields={
            "resolution": "ms",
            "reopen": "new_cycle",
            "start_with_stop": "zero",
            "pause_with_resume": "pause",
            "due_while_paused": "rolls",
        },
        sources={
            "resolution": "a record: nine values of one project, met to the millisecond",
            "reopen": "documentation: a later start opens a new cycle with a fresh goal",
            "start_with_stop": "another's account: stop > pause > start at one event",
            "pause_with_resume": "another's account: a pause is a state test, and wins",
            "due_while_paused": "a record: breachTime of a cycle that stopped while paused is its stop plus what "
            "remained; while a cycle is paused it was not seen",
            "boundary": "a record: 120 h end at 18:00:00.000 on the fifteenth day, not on the next morning",
            "negative_remaining": "a record: remainingTime goes below zero",
            "priority_change": "not verified: the elapsed time stays and is compared with the new goal and calendar",
            "at_limit": "not verified: no record stops exactly on its goal",
        },
        notes=(
            "completedCycles are one row each there; here the cycles of an item are one verdict, and met_if joins them",
            "a forced reconstruction judges old cycles by today's goals; here they keep theirs",
            "friendly texts cut to the minute there; nothing is cut here",
        ),
    ),
    Dialect(
        name="zendesk",
        product="Zendesk Support",
        fields={"at_limit": "missed", "forgive_on_downgrade": True},
        sources={
            "at_limit": "not verified: the breach event carries the instant of the target itself",
            "forgive_on_downgrade": "not verified: a breach that no longer holds stays in the stream as deleted",
            "boundary": "not verified: so its open-source gem biz counts, which was read",
            "priority_change": "documentation: apply_sla carries the new target; the metric's time is kept",
            "reopen": "documentation: activate may follow fulfill, and work and wait times accumulate",
            "due_while_paused": "another's account: breach_at is null or absent while paused",
            "negative_remaining": "another's account: days of -141 were seen",
        },
        notes=(
            "statistics are whole minutes there, while breach_at carries seconds; here nothing is cut",
            "policies and schedules act there at the next update of a ticket; here from when they are in force",
            "which metric pauses in which status is a matter of the target's pauses",
        ),
    ),
    Dialect(
        name="freshservice",
        product="Freshservice, and Freshdesk",
        fields={"priority_change": "retroactive"},
        sources={
            "priority_change": "not verified: due-by is counted anew from creation, with the pauses so far",
            "due_while_paused": "documentation: a pending ticket shows no due",
            "at_limit": "not verified",
            "boundary": "not verified",
            "reopen": "not verified: the clock goes on",
        },
        notes=(
            "a due-by edited by hand stays there when the priority changes; here a limit that holds a date does so",
            "only statuses with the SLA timer on count: write the others as pauses",
            "the resolution is said to be the minute, yet due_by carries seconds; here nothing is cut",
        ),
    ),
    Dialect(
        name="glpi",
        product="GLPI 10 and 11",
        fields={
            "boundary": "day_end",
            "judge": "timestamp",
            "resolution": "s",
            "priority_change": "retroactive",
            "due_while_paused": "frozen",
        },
        sources={
            "boundary": "source read: the walk goes to the next day where what remains fills the day",
            "judge": "another's account: late is solvedate > time_to_resolve",
            "resolution": "source read: whole seconds",
            "priority_change": "source read: another SLA counts from the opening of the ticket; since 10.0.12 with the "
            "waiting so far",
            "due_while_paused": "source read: the stored date is not moved while waiting",
            "reopen": "source read: solved counts as waiting when a ticket comes back",
            "pause_measure": "source read: the open time of the waiting is added",
            "at_limit": "another's account: late is a strict comparison",
        },
        faults={
            "due_while_paused": "the date of a waiting ticket stays, so GLPI shows the ticket as late once it has "
            "passed; here a paused clock shows the old due, and is not missed",
        },
        notes=(
            (
                "time to own is not moved by waiting: name the targets that a pause stops; that an SLA swap then moves "
                "it by earlier waiting is a fault that is not reproduced"
            ),
            (
                "days keep the time of day of the start: within: Nbd; end of working day: reading: end_of_day. In 11 "
                "the time of day is kept outside that day's hours too; here it is moved to their edge"
            ),
            "before 10.0.12 another SLA forgot the waiting: retroactive_pause: false",
            "days are stepped in 86400 s there, so an hour may be lost when clocks change; not reproduced",
            "percentages are calendar time there; here covered time",
        ),
    ),
    Dialect(
        name="itop",
        product="iTop (stopwatches, with the extension for coverage windows)",
        fields={"at_limit": "missed", "resolution": "s"},
        sources={
            "at_limit": "source read: passed is deadline <= now; the trigger, every ten seconds, is strict",
            "resolution": "source read: whole seconds",
            "boundary": "source read: the loop of the extension ends when the goal is reached",
            "reopen": "source read: a watch that runs again accumulates",
            "priority_change": "source read: deadlines are counted anew with the time already spent",
            "due_while_paused": "source read: deadlines are blank while the watch stands still",
            "pause_measure": "source read: only running states count",
        },
        notes=(
            "a watch runs in listed states: write every other state as a pause",
            "of several coverage windows the strictest wins there: combine the calendars",
            "holidays do nothing there without a coverage window: use a calendar without them",
            "what a clock is over adds up over later runs there; here it is elapsed less limit",
        ),
    ),
    Dialect(
        name="znuny",
        product="Znuny and OTRS",
        fields={
            "at_limit": "missed",
            "resolution": "s",
            "priority_change": "retroactive",
            "reopen": "ignore",
            "due_while_paused": "rolls",
        },
        sources={
            "at_limit": "source read: escalated is destination - now <= 0",
            "resolution": "source read: whole seconds inside; the minutes shown are cut",
            "priority_change": "source read: counted anew from creation with the new target",
            "reopen": "source read: closed once, a solution never escalates again",
            "due_while_paused": "source read: the add-on for suspension gives now + remaining",
            "boundary": "source read: the walk ends at the close",
            "negative_remaining": "source read: the working time left goes below zero",
        },
        notes=(
            "without the add-on first response and solution know no pause: give none; update is off in pending states",
            "the add-on adds four minutes, the interval of its job, to a suspended due; not reproduced",
            "its percentage is what is left of the limit; here what is used",
            "working hours are whole hours there",
            "the update clock is counted from the oldest unanswered contact: cycles: each",
        ),
    ),
    Dialect(
        name="zammad",
        product="Zammad",
        fields={"resolution": "min", "priority_change": "retroactive", "reopen": "ignore"},
        sources={
            "resolution": "source read: pauses begin and end at HH:MM, and statistics are whole minutes; a due without "
            "a pause keeps its seconds",
            "priority_change": "source read: the whole history is counted anew from creation",
            "reopen": "source read: close_at is set once",
            "boundary": "source read: the end of the last stretch; after a pause on that day its test suite expects "
            "the next opening",
            "due_while_paused": "source read: escalation dates are null while paused",
            "judge": "source read: close_diff_in_min is the limit less the time used",
            "at_limit": "not verified: overviews look for now > escalation_at",
            "negative_remaining": "source read: diff_in_min goes below zero",
        },
        faults={
            "resolution": "the seconds of a pause are cut off, so a due may be up to a minute early or late",
        },
        notes=(
            "a due without a pause keeps its seconds there; here a clock that starts at 09:00:30 counts from 09:00:00",
            "two pauses that begin in the same minute of a day overwrite one another there; not reproduced",
            "closed counts as a pause for what goes on after it: write it as one where first response or update go on",
            "of many updates only the longest is kept there; here every cycle is judged",
            "a ticket that no SLA matches any more loses its figures there; here it is cancelled, with the reason",
        ),
    ),
    Dialect(
        name="frappe_helpdesk",
        product="Frappe Helpdesk",
        fields={
            "judge": "timestamp",
            "resolution": "s",
            "priority_change": "retroactive",
            "due_while_paused": "frozen",
        },
        sources={
            "judge": "source read: failed is resolution_by < resolution_date",
            "resolution": "source read: whole seconds",
            "priority_change": "source read: resolution_by is counted from creation with the whole hold",
            "due_while_paused": "source read: the hold that lasts is not in the due",
            "at_limit": "source read: exactly on the due is fulfilled",
            "boundary": "source read",
            "pause_measure": "source read: the hold is counted in working seconds",
            "reopen": "source read: time in a resolved status is hold when the ticket comes back",
        },
        faults={
            "due_while_paused": "failed is tested before paused, so a paused ticket whose old due passes shows as "
            "failed there; here a paused clock shows the old due, and is not missed",
        },
        notes=(
            "resolving straight from a pause loses that pause in versions up to September 2026; not reproduced",
            "datetimes are the site's wall clock, so clock changes count there as they look; not reproduced",
        ),
    ),
    Dialect(
        name="erpnext",
        product="ERPNext",
        fields={
            "judge": "timestamp",
            "resolution": "s",
            "pause_measure": "last_wall",
            "priority_change": "retroactive",
            "reopen": "continue_with_gap",
        },
        sources={
            "judge": "source read: failed is a variance between due and resolution below zero",
            "resolution": "source read: whole seconds",
            "pause_measure": "source read: after a hold the due is the first due plus that hold alone, by the clock on "
            "the wall",
            "priority_change": "source read: the due is overwritten, counted from the creation of the agreement",
            "reopen": "source read: a reopening clears the resolution, and the due stays where it was",
            "due_while_paused": "source read: a hold blanks response_by and resolution_by",
            "at_limit": "source read: a variance of exactly 0 is no failure; statuses of one's own want more than 0",
            "boundary": "source read",
        },
        faults={
            "pause_measure": "the due moves by the last hold only, in wall seconds: earlier holds are forgotten, and "
            "it may fall outside the hours",
        },
        notes=(
            "a priority change after a hold forgets that hold there; not reproduced",
            "a failed agreement may be un-failed there by a reopening; here a breach stays",
            "zones are those of the record's owner there; here of the calendar",
        ),
    ),
    Dialect(
        name="odoo",
        product="Odoo Helpdesk (Enterprise)",
        fields={"at_limit": "missed", "resolution": "s", "priority_change": "retroactive"},
        sources={
            "at_limit": "documentation: reached before the deadline; that equality fails is not verified",
            "resolution": "not verified: its datetimes are whole seconds",
            "priority_change": "documentation: a policy counts from creation; what a change does is not verified",
            "boundary": "source read: plan_hours ends where the interval ends",
            "pause_measure": "documentation: time in excluded stages is added back",
            "reopen": "not verified: the clock goes on",
        },
        notes=(
            "every policy that matches holds there, and the earliest due is shown: write a target for each",
            (
                "hours are split into whole days of the calendar's average length and a rest; with unequal days "
                "that is another due"
            ),
            (
                "plan_days ends with the first stretch of its day: at noon where lunch is free; write by HH:MM on the"
                " Nth business day"
            ),
            "OCA helpdesk_mgmt_sla counts otherwise: no pause, and no stop",
        ),
    ),
    Dialect(
        name="bmc",
        product="BMC Helix Service Level Management",
        fields={"resolution": "s", "priority_change": "keep", "due_while_paused": "frozen"},
        sources={
            "resolution": "documentation: UpElapsedTime and GoalSchedGoalTime are seconds",
            "priority_change": "documentation: a changed goal is for new measurements; of a priority it is "
            "not verified",
            "due_while_paused": "not verified: SVTDueDate stays while the measurement is pending",
            "at_limit": "documentation: met is UpElapsedTime <= GoalSchedGoalTime",
            "pause_measure": "documentation: exclude time is not in UpElapsedTime",
            "boundary": "not verified",
            "reopen": "not verified",
        },
        notes=("availability, outage and performance goals are no clocks on items",),
    ),
    Dialect(
        name="rt",
        product="Request Tracker (RT 4.4 and later)",
        fields={"resolution": "s", "priority_change": "retroactive"},
        sources={
            "resolution": "not verified: dates are whole seconds",
            "priority_change": "a record: its test suite moves the due by the difference, counted from creation",
            "due_while_paused": "a record: its test suite sees no due in an ignored status",
            "pause_measure": "not verified: ExcludeTimeOnIgnoredStatuses moves the due by the time in the status",
            "at_limit": "not verified",
            "boundary": "not verified",
            "reopen": "not verified",
        },
        notes=(
            "a ticket has one due there, the nearest of its running deadlines; here each target has its own",
            "without ExcludeTimeOnIgnoredStatuses an ignored status hides the due and counts: give no pause",
            (
                "response: starts at the requestor's message, stops at staff's, cycles: each; keep in loop: the other "
                "way round, cycles: latest"
            ),
        ),
    ),
)


class _Known(dict[str, Dialect]):
    """Dialects by name; a name that is none is answered with the closest."""

    def __missing__(self, name: str) -> Dialect:
        msg = f"dialect {name!r} is not known{did_you_mean(name, self, len(self))}"
        raise AgreementError(msg, "E102")


DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(_Known({each.name: each for each in _ALL}))
"""Every dialect by its name."""


def dialects() -> Mapping[str, Dialect]:
    """Return every dialect by its name: how other products count, and where that is known from."""
    return DIALECTS
