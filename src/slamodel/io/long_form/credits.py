"""Credits and triggers as a file has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slamodel.model.agreement import Agreement
from slamodel.model.bands import Bands
from slamodel.model.credit_rule import CreditRule
from slamodel.model.metric import value_text
from slamodel.model.percent import number_text
from slamodel.model.period_target import PeriodTarget
from slamodel.model.remedy import CreditScheme, EarnBack
from slamodel.timeline.durations import Amount, duration_text


def credits_of(agreement: Agreement) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return ``credits`` and ``triggers``; empty ones where there are none."""
    targets = {one.id: one for one in agreement.measured}
    scheme = agreement.credits
    triggers = [
        {"when": str(one), "then": one.then, **({"clause": one.clause} if one.clause else {})}
        for one in agreement.triggers
    ]
    return (_scheme(scheme, targets) if scheme else {}), triggers


def _scheme(scheme: CreditScheme, targets: Mapping[str, PeriodTarget]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "charge": scheme.charge,
        "cap": {cap.per: str(cap) for cap in scheme.caps},
        "repeat": _repeat(scheme),
        "one_incident": scheme.one_incident,
        "rules": {rule.target: _rule(rule, targets.get(rule.target)) for rule in scheme.rules},
        "bonus": {rule.target: _rule(rule, targets.get(rule.target), bonus=True) for rule in scheme.bonuses},
        "earn_back": _earn_back(scheme.earn_back) if scheme.earn_back else {},
        "round": " ".join(scheme.rounding),
        "at_risk": str(scheme.at_risk or ""),
        "pool": str(scheme.pool or ""),
        "point": str(scheme.point or ""),
        "claim": str(scheme.claim_within or ""),
        "least": str(scheme.least or ""),
        "clause": scheme.clause,
    }
    return {key: value for key, value in written.items() if value}


def _repeat(of: CreditScheme | CreditRule) -> list[str] | dict[str, Any]:
    factors = [number_text(factor) for factor in of.multipliers]
    return {"factors": factors, "within": str(of.multipliers_within)} if of.multipliers_within else factors


def _rule(rule: CreditRule, target: PeriodTarget | None, *, bonus: bool = False) -> dict[str, Any]:
    rises = (target is None or target.rises) is not bonus
    timed = target is not None and isinstance(target.expected, Amount)
    step = duration_text(int(rule.step)) if timed else number_text(rule.step)
    written: dict[str, Any] = {
        "bands": _bands(rule.bands) if rule.bands else {},
        "step": step if rule.step != 1 else "",
        "at_most": str(rule.at_most or ""),
        "precision": "" if rule.precision is None else number_text(rule.precision),
        "repeat": _repeat(rule),
        "allocation": str(rule.allocation or ""),
        "category": str(rule.category or ""),
        "clause": rule.clause,
    }
    if rule.per_point is not None:
        written["per_point_below" if rises else "per_point_above"] = str(rule.per_point)
        written[rule.steps] = True
    if rule.counted_from is not None:
        sign = ">=" if rises else "<="
        written["bands"] = {f"{sign} {value_text(rule.counted_from)}": "0%"}
    return {key: value for key, value in written.items() if value}


def _bands(bands: Bands) -> dict[str, str]:
    above, below = (">=", "<") if bands.closed == "low" else (">", "<=")
    found = {}
    for tile in reversed(bands.tiles):
        low = "" if tile.low is None else f"{above} {value_text(tile.low)}"
        high = "" if tile.high is None else f"{below} {value_text(tile.high)}"
        found[f"{low} {high}".strip() or "otherwise"] = str(tile.pays)
    return found


def _earn_back(earn: EarnBack) -> dict[str, str]:
    level = "expected" if earn.level is None else value_text(earn.level)
    written = {
        "after": str(earn.after or ""),
        "average": earn.average,
        "at": level,
        "not_if": str(earn.not_if or ""),
        "clause": earn.clause,
    }
    return {key: value for key, value in written.items() if value}
