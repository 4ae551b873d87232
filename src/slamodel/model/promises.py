"""Promises: what the versions of one agreement promise to which items, by the version that judges them (C12)."""

from __future__ import annotations

from attrs import evolve, fields

from slamodel.errors import AgreementError
from slamodel.model.agreement import Agreement
from slamodel.model.by_period import by_period
from slamodel.model.in_force import Amendment, InForce, InstantSpans, merged
from slamodel.model.selector import ALWAYS_TRUE, Every
from slamodel.model.target import Moment, Target
from slamodel.model.versions import Versions

_Live = list[tuple[int, int, Agreement]]


def promises(versions: Versions, as_of: int | None = None) -> tuple[Target, ...]:
    """Return the targets by which items are judged, each told for which items it is.

    ``as_of`` (microseconds UTC; None: when all versions have come) decides which version is the latest one. Raises
    AgreementError where the rule of the latest agreed version cannot be followed.
    """
    live = [(start, end, one) for start, end, one in versions.spans() if start < end]
    if not live:
        return ()
    rule = versions.latest.as_of_rule
    stands = versions.suspended
    if rule == "period":
        return tuple(
            _target(one, version, merged(opened), stands)
            for version, opened in by_period(live)
            for one in version.targets
        )
    if rule == "event" and len(live) > 1:
        return _followed(live, stands)
    ever = merged((start, end) for start, end, _ in live)
    if rule == "latest":
        _, _, last = next((each for each in reversed(live) if as_of is None or each[0] <= as_of), live[0])
        return tuple(_target(one, last, ever, stands) for one in last.targets)
    return tuple(
        _target(one, version, merged([(start, end)]), stands) for start, end, version in live for one in version.targets
    )


def _target(target: Target, version: Agreement, opened: InstantSpans, suspended: InstantSpans) -> Target:
    made = target
    if version.applies != ALWAYS_TRUE:
        own = () if target.applies == ALWAYS_TRUE else (target.applies,)
        made = evolve(made, applies=Every((version.applies, *own)))
    if suspended:
        made = _suspended(made, suspended)
    force = InForce(version=version.version, opened=opened, suspended=suspended)
    return made if force == made.in_force else evolve(made, in_force=force)


def _suspended(target: Target, spans: InstantSpans) -> Target:
    """Return a target whose clock stands still in spans, as do those that it hangs on."""

    def moment(one: Moment) -> Moment:
        return one if one.after is None else evolve(one, after=_suspended(one.after, spans))

    force = evolve(target.in_force, suspended=spans)
    starts, stops, ends = moment(target.starts), moment(target.stops), moment(target.ends)
    return evolve(target, in_force=force, starts=starts, stops=stops, ends=ends)


def _followed(live: _Live, suspended: InstantSpans) -> tuple[Target, ...]:
    """Return targets that follow an item from version to version, as it follows changes of its priority."""
    opened = merged((start, end) for start, end, _ in live)
    found = []
    for name in dict.fromkeys(one.id for _, _, version in live for one in version.targets):
        there = [(since, version, _named(version, name)) for since, _, version in live]
        first, *later = [_target(one, version, opened, suspended) for _, version, one in there if one is not None]
        for one in later:
            _check_followed(first, one)
        if first.priority_change != "carry":
            msg = f"target {name!r} has priority_change: {first.priority_change}, and as_of: event carries elapsed time"
            raise AgreementError(f"{msg}; use carry, or as_of: opened or latest", "E153")
        changes = [
            Amendment(since, version.version) if one is None else _amendment(since, version, one)
            for since, version, one in there
        ]
        found.append(evolve(first, in_force=evolve(first.in_force, amended=tuple(changes))))
    return tuple(found)


def _amendment(since: int, version: Agreement, target: Target) -> Amendment:
    return Amendment(since, version.version, target.limits, target.without)


def _named(version: Agreement, name: str) -> Target | None:
    return next((one for one in version.targets if one.id == name), None)


def _check_followed(first: Target, other: Target) -> None:
    """Refuse versions of a target that differ in more than limits: one clock cannot follow both."""
    same, mine = _shape(first, first), _shape(other, first)
    if same == mine:
        return
    differ = [one.name for one in fields(Target) if getattr(same, one.name) != getattr(mine, one.name)]
    msg = f"version {other.in_force.version} changes {', '.join(differ)} of target {first.id!r}; as_of: event follows "
    raise AgreementError(msg + "changes of limits and calendars only: use opened or latest", "E153")


def _shape(target: Target, like: Target) -> Target:
    """Return a target without what an amendment may change, its limits taken from another."""

    def moment(one: Moment, other: Moment) -> Moment:
        if one.after is None or other.after is None or one.edge == "breached":
            return one
        return evolve(one, after=_shape(one.after, other.after))

    return evolve(
        target,
        limits=like.limits,
        without=like.without,
        clause="",
        in_force=like.in_force,
        starts=moment(target.starts, like.starts),
        stops=moment(target.stops, like.stops),
        ends=moment(target.ends, like.ends),
    )
