"""Targets as a file has them: every limit, every moment, and every option that says something."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import attrs
from attrs import frozen

from slamodel.errors import AgreementError
from slamodel.io.agreements.contradictions import contradictions
from slamodel.io.agreements.kinds import BUILT_IN, options_of
from slamodel.io.agreements.limits import NO_LIMIT
from slamodel.io.agreements.moments import MOMENTS
from slamodel.io.agreements.options import AMOUNTS, CHOICES, FLAGS, TEXTS
from slamodel.io.long_form.calendars import Known
from slamodel.io.long_form.rules import warnings_of
from slamodel.io.long_form.values import condition_of, moment_of, point_text
from slamodel.model.limit import Limit
from slamodel.model.selector import ALWAYS_TRUE, NEVER, Not
from slamodel.model.target import ELSEWHERE, KINDS, Moment, Target
from slamodel.timeline.durations import Amount

_DEFAULTS: Final = {each.name: each.default for each in attrs.fields(Target)}
_OPTIONS: Final = (*MOMENTS, *CHOICES, *FLAGS, *AMOUNTS, *TEXTS, "percent_decimals")
_NOTHING: Final[tuple[Any, ...]] = (Moment(NEVER), Amount(), "")


@frozen
class Around:
    """What stands around a target: its calendars, the field and the order of the priorities, and how much is told."""

    known: Known
    priority_field: str
    priorities: Collection[str]
    long: bool


def target_of(target: Target, around: Around) -> dict[str, Any]:
    """Return one target. Raises AgreementError where it says what no file can say."""
    written: dict[str, Any] = {}
    if target.kind != _kind_of(target.id) or (around.long and target.kind):
        written["kind"] = target.kind
    written |= {"dialect": target.dialect} if target.dialect else {}
    if target.applies != ALWAYS_TRUE:
        written["for"] = condition_of(target.applies)
    if target.priority_field != around.priority_field:
        written["priority_field"] = target.priority_field
    chain = target.kind == "update" and target.cycles == "chain"
    limits = dict(_limits(target, around, chain=chain))
    if chain:
        written["every"] = limits["within"] if [*limits] == ["within"] else limits
    else:
        written |= limits
    written |= _options(target, long=around.long, given={*written})
    for rule in target.pauses:
        if rule.name == ELSEWHERE:
            written["while"] = condition_of(rule.when.inner if isinstance(rule.when, Not) else Not(rule.when))
    warnings = warnings_of(target)
    return {**written, "warn_at": [point_text(level) for level in warnings]} if warnings else written


def _kind_of(name: str) -> str:
    return name if name in KINDS else ""


def _limits(target: Target, around: Around, *, chain: bool) -> Iterator[tuple[str, Any]]:
    said = {*target.without}
    for priority, limit in target.limits:
        said.add(priority or "")
        yield "within" if priority is None else priority, _limit(target, limit, around)
    yield from ((priority, NO_LIMIT) for priority in target.without)
    silent = not chain and target.priority_field == around.priority_field and not said.issuperset(around.priorities)
    if silent and not any(priority is None for priority, _ in target.limits):
        yield "within", NO_LIMIT


def _limit(target: Target, limit: Limit, around: Around) -> Any:
    if limit.calendar_id and around.known.find(limit.calendar_id) != limit.calendar:
        msg = f"target {target.id!r} has a calendar of its own called {limit.calendar_id!r}; name it in the agreement"
        raise AgreementError(msg)
    written = {"field": limit.field} if limit.field else {"within": str(limit.due or limit.amount)}
    if limit.calendar_id:
        written["cover"] = limit.calendar_id
    if not limit.due and (limit.reading != "same_time" or (around.long and (limit.amount.days or limit.field))):
        written["reading"] = limit.reading
    return written if around.long or len(written) > 1 or limit.field else written["within"]


def _options(target: Target, *, long: bool, given: Collection[str]) -> dict[str, Any]:
    """Return the options that a target says; with ``long`` also those that its kind and its dialect give it anyway."""
    base = {**_DEFAULTS, **options_of(target.kind, _dialect(target), {})}
    own = {key: getattr(target, key) for key in _OPTIONS}
    idle = {key for key, _ in contradictions(target.kind, own, {*own, *given})}
    for key in idle:
        if key in own and own[key] != base[key]:
            msg = f"target {target.id!r}: {key} has no effect here and cannot be written; leave it at its default"
            raise AgreementError(msg)
    needed = {"stops"} if target.kind not in BUILT_IN else set()
    kept = {
        key: value for key, value in own.items() if value != base[key] or key in needed or (long and key not in idle)
    }
    return {key: _written(value) for key, value in kept.items() if value not in _NOTHING or value != base[key]}


def _dialect(target: Target) -> Mapping[str, Any]:
    if not target.dialect:
        return {}
    from slamodel.model.dialects import DIALECTS

    return DIALECTS[target.dialect].fields if target.dialect in DIALECTS else {}


def _written(value: Any) -> Any:
    if isinstance(value, Moment):
        return moment_of(value)
    return str(value) if isinstance(value, Amount) else value
