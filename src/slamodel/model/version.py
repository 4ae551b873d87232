"""Version: one version of an agreement, from draft to agreed, and the moves that lead to the next state.

Only what a person decided is stored. Whether a version is scheduled, active, superseded or expired follows from
time, and from the versions beside it (`slamodel.model.versions`).
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NoReturn, Self

from attrs import evolve, field, frozen, validators

from slamodel.errors import AgreementError, Problem
from slamodel.model._checks import Problems
from slamodel.model.approval import Approval, Renewal, Suspension, Termination, aware, iso_date
from slamodel.timeline.instants import DAY, EPOCH, FIRST, LAST, SECOND, from_datetime, to_datetime
from slamodel.timeline.zones import zone

STATES: Final = ("draft", "proposed", "agreed", "withdrawn", "rejected")
FORMALITIES: Final = ("contractual", "agreed", "expectation")
AS_OF_RULES: Final = ("opened", "latest", "event", "period")
MID_PERIODS: Final = ("next_period", "split", "pro_rata")
_MOVES: Final = {
    "draft": ("edit", "propose", "withdraw"),
    "proposed": ("approve", "agree", "reject", "withdraw"),
    "agreed": ("amend", "suspend", "resume", "terminate", "renew"),
    "withdrawn": ("amend",),
    "rejected": ("amend",),
}


@frozen(kw_only=True)
class Version:
    """What every version of an agreement has: when it binds, when it was known, and what people decided.

    ``starts_on`` and ``ends_on`` are ISO dates in ``timezone``, both included, empty for ever; ``recorded_at`` is
    when the version became known (an aware datetime; None: always). ``as_of_rule`` says by which version an item is
    judged (C12), ``mid_period`` from when an amendment acts on period targets.
    """

    id: str
    version: int = field(default=1, validator=[validators.instance_of(int), validators.ge(1)])
    state: str = field(default="agreed", validator=validators.in_(STATES))
    provider: str = ""
    customer: str = ""
    starts_on: str = field(default="", validator=iso_date)
    ends_on: str = field(default="", validator=iso_date)
    timezone: str = ""
    recorded_at: datetime | None = field(default=None, validator=aware)
    approvals: tuple[Approval, ...] = ()
    formality: str = field(default="contractual", validator=validators.in_(FORMALITIES))
    as_of_rule: str = field(default="opened", validator=validators.in_(AS_OF_RULES))
    mid_period: str = field(default="next_period", validator=validators.in_(MID_PERIODS))
    change_note: str = ""
    suspensions: tuple[Suspension, ...] = ()
    termination: Termination | None = None
    renewals: tuple[Renewal, ...] = ()

    @property
    def zone(self) -> str:
        """The zone in which its dates are read."""
        return self.timezone or "UTC"

    @property
    def last_day(self) -> str:
        """The last date it binds, renewals counted; empty where it has no end."""
        return self.renewals[-1].until if self.renewals else self.ends_on

    @property
    def span(self) -> tuple[int, int]:
        """The instants [from, until) that its dates and its termination leave, in microseconds UTC."""
        start = day_start(date.fromisoformat(self.starts_on), self.zone) if self.starts_on else FIRST
        last = self.last_day
        end = day_start(date.fromisoformat(last) + timedelta(days=1), self.zone) if last else LAST
        if self.termination is not None:
            end = min(end, from_datetime(self.termination.at))
        return start, max(start, end)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The sides without an approval, as "provider 'server-team'" (E182)."""
        sides = (("provider", self.provider), ("customer", self.customer))
        return tuple(f"{side} {name!r}" if name else side for side, name in sides if not self._has_approved(name))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is odd and no error: a version that takes effect before it was agreed (W183)."""
        at = max((one.at for one in self.approvals if one.at is not None), default=None)
        if self.state != "agreed" or at is None or not self.starts_on or self.span[0] >= from_datetime(at):
            return ()
        msg = f"version {self.version} was agreed {at.astimezone(zone(self.zone).info):%Y-%m-%d} and takes effect "
        return (Problem("W183", "from", f"{msg}{self.starts_on} (backdated)"),)

    def edit(self, **changes: Any) -> Self:
        """Return a draft with other content; what is agreed is never edited (E181)."""
        self._may("edit")
        return evolve(self, **changes)

    def propose(self) -> Self:
        """Return the draft as a proposal to the other side."""
        self._may("propose")
        if self.starts_on and self.last_day and self.last_day < self.starts_on:
            msg = f"version {self.version} ends {self.last_day}, before it begins ({self.starts_on})"
            raise AgreementError(msg, "E180")
        return evolve(self, state="proposed")

    def approve(self, party: str, person: str = "", at: datetime | None = None) -> Self:
        """Return the proposal with one more approval; it is agreed by `agree`."""
        self._may("approve")
        return evolve(self, approvals=(*self.approvals, Approval(party, person, at)))

    def agree(self, *approvals: Approval) -> Self:
        """Return the proposal as agreed, with these approvals too; AgreementError (E182) if a side has given none."""
        self._may("agree")
        made = evolve(self, approvals=(*self.approvals, *approvals))
        problems = Problems()
        for side in made.lacking:
            problems.add("E182", "approvals", f"version {self.version} lacks an approval by {side}")
        problems.raise_as(AgreementError)
        return evolve(made, state="agreed")

    def reject(self) -> Self:
        """Return the proposal as rejected by the other side."""
        self._may("reject")
        return evolve(self, state="rejected")

    def withdraw(self) -> Self:
        """Return the draft or proposal as withdrawn by its own side."""
        self._may("withdraw")
        return evolve(self, state="withdrawn")

    def amend(self, *, version: int = 0, recorded_at: datetime | None = None, note: str = "", **changes: Any) -> Self:
        """Return the next version as a draft: this one's content with ``changes``, without approvals and later facts.

        ``version`` is its number (default: the next). Raises AgreementError (E180) where it starts before this one.
        """
        self._may("amend")
        number = version or self.version + 1
        if number <= self.version:
            msg = f"version {number} does not come after version {self.version}; leave the number out for the next"
            raise AgreementError(msg, "E180")
        facts = {"approvals": (), "suspensions": (), "termination": None, "renewals": (), "ends_on": self.last_day}
        told = {"state": "draft", "version": number, "recorded_at": recorded_at, "change_note": note}
        made = evolve(self, **{**facts, **told, **changes})
        if made.starts_on < self.starts_on and self.state == "agreed":
            raise AgreementError(out_of_order(made, self), "E180")
        return made

    def suspend(
        self, since: datetime, until: datetime | None = None, reason: str = "", recorded_at: datetime | None = None
    ) -> Self:
        """Return the version suspended in [since, until), None for until it is resumed; clocks stand still (C12)."""
        self._may("suspend")
        made = Suspension(since, until, reason, recorded_at)
        for one in self.suspensions:
            if one.span[0] < made.span[1] and made.span[0] < one.span[1]:
                msg = f"version {self.version} is suspended already from {one.since.isoformat()}; resume it first"
                raise AgreementError(msg, "E180")
        return evolve(self, suspensions=tuple(sorted((*self.suspensions, made), key=lambda one: one.span)))

    def resume(self, at: datetime) -> Self:
        """Return the version with its open suspension ended. Raises AgreementError (E181) where there is none."""
        self._may("resume")
        if not self.suspensions or self.suspensions[-1].until is not None:
            msg = f"version {self.version} has no open suspension to resume from"
            raise AgreementError(msg, "E181")
        return evolve(self, suspensions=(*self.suspensions[:-1], evolve(self.suspensions[-1], until=at)))

    def terminate(self, at: datetime, reason: str = "", by: str = "", recorded_at: datetime | None = None) -> Self:
        """Return the version ended at an instant; clocks that run then finish under it (C12)."""
        self._may("terminate")
        if self.termination is not None:
            msg = f"version {self.version} is terminated already, at {self.termination.at.isoformat()}"
            raise AgreementError(msg, "E181")
        return evolve(self, termination=Termination(at, reason, by, recorded_at))

    def renew(self, until: str, recorded_at: datetime | None = None, note: str = "") -> Self:
        """Return the version with a later last date. Raises AgreementError (E180) for one that is not later."""
        self._may("renew")
        made = Renewal(until, recorded_at, note)
        if not self.last_day or until <= self.last_day or self.termination is not None:
            end = f"ends {self.last_day}" if self.last_day else "has no end"
            end = "is terminated" if self.termination is not None else end
            msg = f"version {self.version} {end}; it cannot be renewed until {until}"
            raise AgreementError(msg, "E180")
        return evolve(self, renewals=(*self.renewals, made))

    def _has_approved(self, name: str) -> bool:
        return any(one.party == name for one in self.approvals) if name else False

    def _may(self, move: str) -> None:
        if move not in _MOVES[self.state]:
            self._refuse(move)

    def _refuse(self, move: str) -> NoReturn:
        if self.state == "agreed":
            can = ", ".join(one for one in _MOVES["agreed"] if one != "amend")
            msg = f"version {self.version} is agreed; make version {self.version + 1} (agreement.amend(...))"
            raise AgreementError(f"{msg} instead of {move}; an agreed version can also: {can}", "E181")
        can = ", ".join(_MOVES[self.state])
        msg = f"version {self.version} is {self.state}: it cannot {move}; it can: {can}"
        raise AgreementError(msg, "E181")


def out_of_order(later: Version, earlier: Version) -> str:
    """Say that a later version starts before an earlier one (E180)."""
    start = f"starts {later.starts_on}" if later.starts_on else "has no start"
    return f"version {later.version} {start}, before version {earlier.version} ({earlier.starts_on or 'since ever'})"


def day_start(day: date, key: str) -> int:
    """Return the first instant of a date in a zone; where a clock change skips midnight, the change (S6)."""
    place, wall = zone(key), (day - EPOCH.date()).days * DAY
    found = place.to_instants(wall)
    if found:
        return min(found)
    after, before = (from_datetime(datetime.combine(day, time(fold=fold), place.info)) // SECOND for fold in (1, 0))
    seconds = range(after, before + 1)
    return seconds[bisect_left(seconds, day, key=lambda at: to_datetime(at * SECOND, place.info).date())] * SECOND
