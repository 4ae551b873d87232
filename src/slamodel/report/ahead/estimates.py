"""Estimates: how likely clocks are to run beyond a length, each by the past clocks of its stratum (M9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from slamodel.clock.phrases import length_words
from slamodel.clock.plan import Plan, plan
from slamodel.clock.verdicts import VerdictTable
from slamodel.report.ahead.strata import AT_LEAST, strata
from slamodel.report.ahead.survival import Float64
from slamodel.timeline.instants import NAT, Bool, Int64, from_datetime, to_timedelta

NO_LIMIT: Final = "it has no limit yet"
_PRIORITY: Final = "priority"
_SERVICE: Final = "service"


@frozen(eq=False)
class Learning:
    """From which past clocks chances are learnt; see `slamodel.report.ahead.chances.chances`."""

    by: tuple[str, ...]
    at_least: int = AT_LEAST
    history: VerdictTable | None = None
    since: datetime | None = None

    @classmethod
    def of(
        cls,
        verdicts: VerdictTable,
        by: Sequence[str] | None,
        at_least: int,
        history: VerdictTable | None,
        since: datetime | None,
    ) -> Learning:
        """Return it for some verdicts; without ``by`` the priority counts, and the service where the logs have one."""
        tables = [verdicts] if history is None else [verdicts, history]
        if by is None:
            known = all(table.log is not None and table.log.field(_SERVICE) is not None for table in tables)
            by = (_PRIORITY, _SERVICE) if known else (_PRIORITY,)
        return cls(tuple(by), at_least, tables[-1], since)


@frozen(eq=False)
class Limits:
    """What each verdict's clock may use up, int64 microseconds (``NAT``: no limit), and where just that is late."""

    allowed: Int64
    at_limit: Bool


@frozen(eq=False)
class Estimates:
    """How likely clocks are to run beyond a length: one entry a clock.

    ``beyond`` is the chance, NaN where there is none (``reason`` says why), ``most`` the most that it can be;
    ``stratum`` names the past clocks that it rests on, ``finished`` how many of these came to an end, ``came_past`` how
    many came as far as the clock.
    """

    beyond: Float64
    most: Float64
    stratum: NDArray[Any]
    finished: Int64
    came_past: Int64
    reason: NDArray[Any]


def limits_of(verdicts: VerdictTable) -> Limits:
    """Return what each clock may use up, with grace and all, as the engine has it (C3)."""
    limit, code = verdicts.values["limit"], verdicts.codes["target"].codes
    allowed, at_limit = limit.copy(), np.zeros(len(limit), bool)
    assert verdicts.log is not None  # noqa: S101  `evaluate` made it
    for number, target in enumerate(verdicts.targets):
        made: Plan = plan(target, verdicts.log)
        rows = np.flatnonzero((code == number) & (limit != NAT))
        allowed[rows], at_limit[rows] = made.allowed(limit[rows]), made.at_is_late
    return Limits(allowed, at_limit)


def used_up(verdicts: VerdictTable) -> Int64:
    """Return what each clock has used up, 0 where it has not begun."""
    elapsed = verdicts.values["elapsed"]
    return np.where(elapsed == NAT, 0, elapsed)


def estimates(verdicts: VerdictTable, rows: Int64, bound: Int64, at_limit: Bool, learn: Learning) -> Estimates:
    """Estimate how likely the clocks of some rows are to run beyond ``bound``, given how far they have come.

    ``bound`` (microseconds of covered time, ``NAT``: none) and ``at_limit`` (whether as much counts as beyond) have an
    entry a verdict. Where recent clocks give no estimate, those of any time do: few that are recent have run for long.
    """
    spent, count = used_up(verdicts), len(verdicts)
    beyond, most = np.full(count, np.nan), np.ones(count)
    finished, came_past = np.zeros(count, np.int64), np.zeros(count, np.int64)
    stratum, reason = np.full(count, "", object), np.full(count, "", object)
    limited = bound[rows] != NAT
    reason[rows[~limited]] = NO_LIMIT
    first = None if learn.since is None else from_datetime(learn.since)
    history = verdicts if learn.history is None else learn.history
    left = rows[limited]
    for begins in dict.fromkeys((first, None)):
        for one in strata(verdicts, left, history, learn.by, learn.at_least, begins):
            part = one.rows
            beyond[part], most[part] = one.survival.breach(spent[part], bound[part], at_limit=at_limit[part])
            finished[part], came_past[part] = one.survival.finished, one.survival.came_past(spent[part])
            stratum[part] = one.name if begins == first else f"{one.name}, of any time"
            reason[part] = np.where(np.isnan(beyond[part]), _why(one.survival.last), "")
        left = left[np.isnan(beyond[left])]
    return Estimates(beyond[rows], most[rows], stratum[rows], finished[rows], came_past[rows], reason[rows])


def _why(last: int | None) -> str:
    if last is None:
        return "no clock of the past has finished"
    return f"none of the past finished later than after {length_words(to_timedelta(last))}"
