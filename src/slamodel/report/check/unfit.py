"""Unfit: terms of the agreements behind a promise that do not fit it: periods, pauses, exclusions, notice, kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from slamodel.errors import Problem
from slamodel.model.agreement import Agreement
from slamodel.model.backing import BackedBy
from slamodel.model.exclusion import ExclusionRule
from slamodel.model.pause import PauseRule
from slamodel.model.period import Term
from slamodel.model.target import ELSEWHERE, Target
from slamodel.report.check.behind import Backer, backers, counted
from slamodel.report.check.possible import implies

_DAYS: Final = {"day": (1, 1), "week": (7, 7), "month": (28, 31), "quarter": (90, 92), "year": (365, 366)}
"""The fewest and the most days that each unit has."""


def unfit(known: Mapping[str, Agreement], agreement: Agreement) -> Iterator[Problem]:
    """Yield the terms behind an agreement that do not fit it (W253 to W256, N257), each once a promise and backer."""
    told: set[Problem] = set()
    for backed in agreement.backed_by:
        for backer in backers(known, agreement, backed):
            for problem in _of_one(agreement, backed, backer):
                if problem not in told:
                    told.add(problem)
                    yield problem


def _of_one(agreement: Agreement, backed: BackedBy, backer: Backer) -> Iterator[Problem]:
    path, target = f"backed_by.{backed}", agreement[backed.target]
    for one in counted(agreement, target, backed.priority):
        for other in backer.measured:
            if one.per != other.per:
                msg = f"{one.id!r} is measured by the {one.per}, {other.id!r} of {backer.agreement.id!r} by the "
                yield Problem("W253", path, f"{msg}{other.per}; measure both over the same periods")
    for rule in backer.target.pauses:
        if rule.name != ELSEWHERE and not any(_pauses_too(rule, own) for own in target.pauses):
            msg = f"{backer.name} stands still for {rule.name!r}, and {target.id!r} runs on"
            yield Problem("W254", path, f"{msg}; let both pause, or neither")
    for excluded in backer.agreement.exclusions:
        if _is_about(excluded, backer) and not any(_excludes_too(excluded, own) for own in agreement.exclusions):
            msg = f"{backer.agreement.id!r} excludes {excluded.name!r}, and {agreement.id!r} counts it"
            yield Problem("W255", path, f"{msg}; let both exclude it, or neither")
    mine, theirs = (one.renewal.notice if one.renewal else None for one in (agreement, backer.agreement))
    if mine and theirs and _surely_longer(theirs, mine):
        who, whom = (f"{one.kind} {one.id!r}" for one in (backer.agreement, agreement))
        msg = (
            f"{who} needs {theirs} of notice, {whom} {mine}; who gives notice of both at once stays bound to the first"
        )
        yield Problem("W256", path, msg)
    if backer.agreement.kind == "uc":
        yield from _no_reply(agreement, backer, path)


def _pauses_too(rule: PauseRule, own: PauseRule) -> bool:
    return own.name == rule.name or (own.is_latch == rule.is_latch and implies(rule.condition, own.condition))


def _is_about(rule: ExclusionRule, backer: Backer) -> bool:
    about = {backer.target.id, *(one.id for one in backer.measured)}
    return rule.effect != "count_as_down" and (not rule.about or not about.isdisjoint(rule.about))


def _excludes_too(rule: ExclusionRule, own: ExclusionRule) -> bool:
    if own.name == rule.name or (own.kind == rule.kind != "out_of_scope" and not own.recurs):
        return True
    return bool(own.recurs) == bool(rule.recurs) and own.recurs == rule.recurs and implies(rule.when, own.when)


def _surely_longer(one: Term, other: Term) -> bool:
    return one.count * _DAYS[one.unit][0] > other.count * _DAYS[other.unit][1]


def _no_reply(agreement: Agreement, backer: Backer, path: str) -> Iterator[Problem]:
    """Yield a note where we promise a first reply with nothing behind it, and the supplier promises none."""
    behind = {one.target for one in agreement.backed_by}
    replies: list[Target] = [one for one in agreement.targets if one.kind == "respond" and one.id not in behind]
    if replies and not any(one.kind == "respond" for one in backer.agreement.targets):
        who = f"{backer.agreement.id!r} promises no first reply"
        yield Problem(
            "N257", path, f"{who}, and {agreement.id!r} does with {replies[0].id!r}; nothing stands behind it"
        )
