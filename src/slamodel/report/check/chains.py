"""Chains of shares: whether what stands behind a share that is promised is promised often enough itself.

A share of items in time rests on those of the links behind the promise, the availability of a service on those of its
parts. What nobody promises is taken to never fail, so what is told is the most that the chain can be sure of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from slamodel.clock.phrases import listed
from slamodel.errors import Problem
from slamodel.model.agreement import Agreement
from slamodel.model.backing import BackedBy, Backers, Reference
from slamodel.model.metric import Metric
from slamodel.model.percent import Percent
from slamodel.model.period_target import PeriodTarget
from slamodel.model.service import Composition, Service
from slamodel.report.availability.composite import Composite, k_of_n, series
from slamodel.report.backing.words import share_text
from slamodel.report.check.behind import Backer, backers, counted
from slamodel.report.check.share_problem import ShareProblem

ATTAINED: Final = "N250"
AVAILABLE: Final = "N251"
_CERTAIN: Final = Composite(Fraction(1), Fraction(1))
_BEHIND: Final = ("ola", "uc")


@frozen
class Found:
    """What was found on the way through a chain: shares by name, what promises none, and what cannot be compared."""

    shares: dict[str, Fraction] = field(factory=dict)
    none: dict[str, None] = field(factory=dict)
    unlike: dict[str, str] = field(factory=dict)

    def problem(self, code: str, path: str, one: PeriodTarget, whole: Composite, missing: str) -> ShareProblem | None:
        """Return what is wrong with a promise on this chain; None if it can be kept for sure, or nothing is known."""
        promised = one.expected.share if isinstance(one.expected, Percent) else Fraction(0)
        said = self._said(promised, whole, missing)
        if not said:
            return None
        return ShareProblem(
            code,
            path,
            f"{one.id!r} promises {one.expected}{said}",
            promised=promised,
            behind=tuple(self.shares.items()),
            unpromised=tuple(self.none),
            whole=None if self.unlike else whole,
        )

    def _said(self, promised: Fraction, whole: Composite, missing: str) -> str:
        if self.unlike:
            return f"; {'; '.join(self.unlike.values())}: they cannot be compared"
        if whole.safe < promised:
            told = ", ".join(f"{name} {Percent(share)}" for name, share in self.shares.items())
            sure = f"{share_text(whole.safe)} for sure, {share_text(whole.independent)} if independent"
            even = f", even if {listed(self.none)} never fail{'s' if len(self.none) == 1 else ''}" if self.none else ""
            return f"; behind it {told}: {sure}{even}"
        return f", and {missing.format(listed(self.none))}" if self.none else ""


def short_of_shares(known: Mapping[str, Agreement], agreement: Agreement) -> Iterator[Problem]:
    """Yield the promises of an agreement whose shares the agreements behind it do not cover (N250, N251)."""
    for backed in agreement.backed_by:
        yield from _attainment(known, agreement, backed)
    promised = _availabilities(known, agreement)
    for i, one in enumerate(agreement.measured):
        if one.metric.kind == "availability" and isinstance(one.expected, Percent) and promised:
            yield from _availability(agreement, one, f"measured.{i}", promised)


def _attainment(known: Mapping[str, Agreement], agreement: Agreement, backed: BackedBy) -> Iterator[Problem]:
    behind = {one.reference: one for one in backers(known, agreement, backed)}
    for one in counted(agreement, agreement[backed.target], backed.priority):
        found = Found()
        whole = _worked(backed.by, behind, found)
        problem = found.problem(ATTAINED, f"backed_by.{backed}", one, whole, "no share is promised of {}")
        if problem and len(behind) == len(backed.by.references):
            yield problem


def _worked(part: Backers, behind: Mapping[Reference, Backer], found: Found) -> Composite:
    """Return the share of items that a chain keeps in time: of alternatives that of the worst."""
    if isinstance(part, Reference):
        backer = behind.get(part)
        shares = [one.expected.share for one in backer.measured if isinstance(one.expected, Percent)] if backer else []
        if not backer or not shares:
            found.none[f"{part.agreement}/{part.target}"] = None
            return _CERTAIN
        found.shares[backer.name] = min(shares)
        return series(min(shares))
    parts = [_worked(one, behind, found) for one in part.parts]
    if part.way == "any_of":
        return Composite(min(one.independent for one in parts), min(one.safe for one in parts))
    return series(*parts)


def _availabilities(known: Mapping[str, Agreement], agreement: Agreement) -> dict[str, list[PeriodTarget]]:
    """Return what other agreements promise of the availability of services, by service."""
    found: dict[str, list[PeriodTarget]] = {}
    for other in known.values():
        for one in other.measured if other.id != agreement.id and other.kind in _BEHIND else ():
            if one.metric.kind == "availability" and isinstance(one.expected, Percent):
                for service in one.metric.of or tuple(each.id for each in other.services):
                    found.setdefault(service, []).append(one)
    return found


def _availability(
    agreement: Agreement, one: PeriodTarget, path: str, promised: Mapping[str, list[PeriodTarget]]
) -> Iterator[Problem]:
    services = {service.id: service for service in agreement.services}
    for name in one.metric.of or tuple(services):
        service = services.get(name)
        if service is None or service.components is None:
            continue
        found = Found()
        whole = _up(service.components, services, promised, one.metric, found)
        missing = f"no availability is promised of {{}}, on which {name!r} rests"
        problem = found.problem(AVAILABLE, path, one, whole, missing)
        if problem and (found.shares or found.unlike):
            yield problem


def _up(
    composed: Composition,
    services: Mapping[str, Service],
    promised: Mapping[str, list[PeriodTarget]],
    metric: Metric,
    found: Found,
) -> Composite:
    parts = []
    for part in composed.parts:
        inner = part if isinstance(part, Composition) else services[part].components if part in services else None
        if isinstance(part, str) and part in promised:
            parts.append(_least(part, promised[part], metric, found))
        elif inner is not None:
            parts.append(_up(inner, services, promised, metric, found))
        else:
            found.none[str(part)] = None
            parts.append(_CERTAIN)
    return k_of_n(composed.needed, parts)


def _least(service: str, promised: Iterable[PeriodTarget], metric: Metric, found: Found) -> Composite:
    """Return the least that is promised of a service, of the same hours."""
    least = Fraction(1)
    for one in promised:
        if (one.metric.during, one.metric.how) != (metric.during, metric.how):
            whose = f"{one.agreement}/{one.id}" if one.agreement else one.id
            found.unlike[service] = f"{whose} is measured {_hours(one.metric)}, and this {_hours(metric)}"
        least = min(least, one.expected.share if isinstance(one.expected, Percent) else least)
    found.shares[service] = least
    return series(least)


def _hours(metric: Metric) -> str:
    during = f"during {metric.during_id or metric.during}" if metric.during else "at all times"
    return during if metric.how == "time" else f"in user minutes {during}"
