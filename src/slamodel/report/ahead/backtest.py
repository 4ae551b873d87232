"""Back-test: what a rule such as "warn at 75 %" would have been worth on the clocks of the past."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve, frozen

from slamodel.clock.phrases import length_words
from slamodel.clock.verdicts import VerdictTable
from slamodel.errors import AgreementError
from slamodel.model.escalation import Level
from slamodel.report.ahead.strata import is_open
from slamodel.report.attainment.figures import share_text
from slamodel.report.attainment.ranks import percentile
from slamodel.timeline.instants import MICROSECOND, NAT, Bool, Int64, to_datetime


@frozen(kw_only=True)
class Backtest:
    """A warning held against what came of it, clock by clock.

    Of ``clocks`` that came to an end or are late, ``warned`` had the warning, ``late`` were late, ``right`` both: they
    were warned before they were late. ``median_lead`` is the time between the warning and the breach of these, in
    covered time of the limit's calendar, by nearest rank; None where there are none. ``missed`` are the late items
    without a warning, ``needless`` the warned ones that were in time.
    """

    rule: str
    clocks: int
    warned: int
    late: int
    right: int
    median_lead: timedelta | None
    missed: tuple[Any, ...]
    needless: tuple[Any, ...]

    @property
    def precision(self) -> Fraction | None:
        """The share of the warnings that were right; None without any."""
        return Fraction(self.right, self.warned) if self.warned else None

    @property
    def recall(self) -> Fraction | None:
        """The share of the late ones that had been warned of; None where none was late."""
        return Fraction(self.right, self.late) if self.late else None

    def __str__(self) -> str:
        told = [
            f"{name} {'-' if share is None else share_text(share)} ({self.right} of {whole})"
            for name, share, whole in (
                ("precision", self.precision, self.warned),
                ("recall", self.recall, self.late),
            )
        ]
        lead = "" if self.median_lead is None else f"; warned {length_words(self.median_lead)} before, in the median"
        return f"warn at {self.rule}: {', '.join(told)} on {self.clocks} clocks{lead}"


def backtest(verdicts: VerdictTable, rule: str, *, rows: Bool | None = None) -> Backtest:
    """Hold a warning against what came of it: precision, recall, and how much working time it left.

    ``rule`` is a level of escalation: "75%" of the limit, or "4h before due". A clock is warned where the level comes
    (C16) before it is late; one that is still open and in time is left out, because nobody knows. ``rows`` (bool, one a
    verdict) picks verdicts. Of an item with several clocks the last counts. Raises AgreementError (E154) for what is no
    level, or for one that comes only at the breach or after it.
    """
    level = Level.at(rule)
    if level.is_late or level.share == 1:
        msg = f"'{rule}' comes when it is too late; warn before, such as at 75% or '4h before due'"
        raise AgreementError(msg, "E154")
    known = verdicts.breached | ~is_open(verdicts)
    known &= verdicts.values["elapsed"] != NAT
    if rows is not None:
        known &= rows
    at = warned_at(verdicts, level)
    breached_at = verdicts.values["breached_at"]
    late = known & verdicts.breached
    warned = known & (at != NAT) & (~late | (at < breached_at))
    right = warned & late
    leads = _leads(verdicts, np.flatnonzero(right), at)
    median = percentile(leads)
    return Backtest(
        rule=level.point,
        clocks=int(known.sum()),
        warned=int(warned.sum()),
        late=int(late.sum()),
        right=int(right.sum()),
        median_lead=None if median is None else median * MICROSECOND,
        missed=tuple(verdicts.items[verdicts.item[late & ~warned]].tolist()),
        needless=tuple(verdicts.items[verdicts.item[warned & ~late]].tolist()),
    )


def warned_at(verdicts: VerdictTable, level: Level) -> Int64:
    """Return when a level came on each verdict's clock (int64 microseconds), ``NAT`` where it had not by ``as_of``."""
    found = np.full(len(verdicts), NAT)
    started = verdicts.values["started_at"]
    if not (started != NAT).any():
        return found
    targets = tuple(evolve(one, escalations=(level,)) for one in verdicts.targets)
    since = to_datetime(int(started[started != NAT].min()))
    came = evolve(verdicts, targets=targets).escalations(since, to_datetime(verdicts.as_of + 1))
    codes, items = verdicts.codes["target"].codes.tolist(), verdicts.items[verdicts.item].tolist()
    place = {key: row for row, key in enumerate(zip(codes, items, started.tolist(), strict=True))}
    keys = zip(came.number.tolist(), came.item.tolist(), came.started_at.tolist(), strict=True)
    for key, at, is_come in zip(keys, came.at.tolist(), came.come.tolist(), strict=True):
        if is_come and key in place:
            found[place[key]] = at
    return found


def _leads(verdicts: VerdictTable, rows: Int64, at: Int64) -> Int64:
    """Return the covered time from the warnings to the breaches, on the calendar of each clock's limit."""
    breached_at = verdicts.values["breached_at"]
    priority = verdicts.codes["priority"]
    codes = verdicts.codes["target"].codes[rows].astype(np.int64)
    leads = np.zeros(len(rows), np.int64)
    pairs = np.stack([codes, priority.codes[rows].astype(np.int64)], axis=1)
    for number, code in np.unique(pairs, axis=0).tolist():
        limit = verdicts.targets[number].limit_for(None if code < 0 else priority.values[code])
        if limit is None:
            continue
        mine = np.flatnonzero((pairs[:, 0] == number) & (pairs[:, 1] == code))
        ends = (column[rows[mine]].view("M8[us]") for column in (at, breached_at))
        leads[mine] = limit.calendar.elapsed(*ends).view(np.int64)
    return leads
