"""Credits and triggers of an agreement: what missed period targets cost, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Final

from slamodel.errors import AgreementError
from slamodel.io.agreements.bands import free_from, parse_bands
from slamodel.io.agreements.lengths import length_of
from slamodel.io.agreements.section import Section, shown
from slamodel.model.bands import Pay, Points, parse_pay
from slamodel.model.credit_rule import STEPS, CreditRule, parse_multipliers
from slamodel.model.money import Money
from slamodel.model.percent import Percent, parse_number
from slamodel.model.period import Term
from slamodel.model.period_target import PeriodTarget
from slamodel.model.remedy import AVERAGED, ONE_INCIDENT, Cap, CreditScheme, EarnBack, FailureCount
from slamodel.model.trigger import EFFECTS, Trigger
from slamodel.timeline.durations import Amount

_KEYS: Final = (
    *("charge", "cap", "repeat", "one_incident", "rules", "earn_back", "round", "claim", "least", "at_risk", "pool"),
    *("point", "bonus", "clause"),
)
_RULE_KEYS: Final = (
    *("per_point_below", "per_point_above", "step", *STEPS, "at_most", "repeat", "allocation", "category", "precision"),
    *("bands", "clause"),
)
_EARN_KEYS: Final = ("after", "average", "at", "not_if", "clause")
_REPEAT_KEYS: Final = ("factors", "within")
_TRIGGER_KEYS: Final = ("when", "then", "clause")
_CAPPED: Final = ("month", "quarter", "year", "contract_year", "term")
_ANY: Final = "any"


def read_credits(
    section: Section, kind: str, formality: str, measured: Mapping[str, PeriodTarget]
) -> CreditScheme | None:
    """Read ``credits``; None where there are none or they cannot be read."""
    if section.get("credits") is None:
        return None
    before = len(section.problems.found)
    part = section.section("credits")
    part.only(_KEYS)
    _check_base(section, part, kind, formality)
    rules = part.section("rules")
    made = [_rule(rules, name, measured) for name in rules.data]
    bonus = part.section("bonus")
    bonuses = [_rule(bonus, name, measured, bonus=True) for name in bonus.data]
    caps = part.section("cap")
    found: list[Cap] = []
    for per in caps.data:
        if per not in _CAPPED:
            caps.note("E101", per, f"no period that is capped{caps.hint(per, _CAPPED)}")
            continue
        with caps.at(per):
            found.append(Cap.parse(per, caps.get(per)))
    rounding = part.text("round", "line half_up").split()
    given: dict[str, Any] = {
        "charge": part.text("charge"),
        "currency": section.text("currency"),
        "one_incident": part.choice("one_incident", ONE_INCIDENT) or "every",
        "earn_back": _earn_back(part),
        "rounding": (rounding[0], " ".join(rounding[1:]) or "half_up"),
        "clause": part.text("clause"),
        "bonuses": tuple(rule for rule in bonuses if rule is not None),
        **_repeat(part),
        "point": _parsed(part, "point", _worth),
        "least": _parsed(part, "least", Money.parse),
        "at_risk": _parsed(part, "at_risk", Percent.parse),
        "pool": _parsed(part, "pool", Percent.parse),
        "claim_within": _parsed(part, "claim", _claim),
    }
    if len(section.problems.found) > before:
        return None
    with part.problems.at(part.path):
        scheme = CreditScheme(rules=tuple(rule for rule in made if rule is not None), caps=tuple(found), **given)
        for warning in scheme.warnings():
            part.warn(warning.code, warning.path, warning.message)
        return scheme
    return None


def _check_base(section: Section, part: Section, kind: str, formality: str) -> None:
    """Refuse credits that nobody can owe (E163)."""
    name = shown(section.text("agreement"))
    if formality == "expectation":
        msg = f"agreement {name} is an expectation, which never carries credits; make it agreed or contractual"
        part.note("E163", "", msg)
    elif kind == "ola" and not part.get("charge"):
        part.note("E163", "", f"agreement {name} has credits but no charge base; write charge, such as charge: monthly")


def _parsed(part: Section, key: str, parse: Any) -> Any:
    if part.get(key) is None:
        return None
    with part.at(key):
        return parse(part.get(key))
    return None


def _claim(value: Any) -> Term:
    return Term.parse(value.removeprefix("within ") if isinstance(value, str) else value)


def _worth(value: Any) -> Pay:
    worth = parse_pay(value)
    if isinstance(worth, Points):
        msg = f"{worth} are no worth of a point; write a share of the charges, as 1%, or an amount"
        raise AgreementError(msg, "E107")
    return worth


def _repeat(part: Section) -> dict[str, Any]:
    """Read ``repeat``: factors by the run of misses, or by their number within a term."""
    written = part.get("repeat")
    if not isinstance(written, Mapping):
        found = _parsed(part, "repeat", parse_multipliers)
        return {} if found is None else {"multipliers": found}
    inner = part.section("repeat")
    inner.only(_REPEAT_KEYS)
    for key in _REPEAT_KEYS:
        if inner.get(key) is None:
            inner.note("E102", key, "missing; write repeat: {factors: [1, 1.5, 2], within: 6 months}")
    found, within = _parsed(inner, "factors", parse_multipliers), _parsed(inner, "within", Term.parse)
    return {"multipliers": found or (), "multipliers_within": within}


def _rule(rules: Section, name: str, measured: Mapping[str, PeriodTarget], *, bonus: bool = False) -> CreditRule | None:
    """Read a rule; that of a ``bonus`` goes the other way: what is better earns as much or more."""
    part = rules.section(name)
    target = measured.get(name)
    if target is None:
        rules.note("E102", name, f"credits are by period target, and {shown(name)} is none{rules.hint(name, measured)}")
        return None
    before = len(part.problems.found)
    down = target.rises is not bonus
    below, other = ("per_point_below", "per_point_above")[:: 1 if down else -1]
    given = _bands(part, target, by_point=part.get(below) is not None, rises=down)
    if part.get(other) is not None:
        what, side = "better than promised" if bonus else "missed", "below" if down else "above"
        part.note("E161", other, f"{name} is {what} {side} what is expected; write {below}")
    steps = [word for word in STEPS if part.flag(word)]
    if len(steps) > 1:
        part.note("E102", steps[1], f"says something else than {steps[0]!r}; keep one of them")
    given |= {
        "per_point": _parsed(part, below, parse_pay),
        "at_most": _parsed(part, "at_most", parse_pay),
        "step": _parsed(part, "step", partial(_step, target)),
        **_repeat(part),
        "precision": _parsed(part, "precision", parse_number),
        "allocation": _parsed(part, "allocation", Percent.parse),
        "category": _parsed(part, "category", Percent.parse),
        "steps": steps[0] if steps else None,
        "clause": part.text("clause") or None,
    }
    if len(part.problems.found) > before:
        return None
    with part.problems.at(part.path):
        return CreditRule(target=name, **{key: one for key, one in given.items() if one is not None})
    return None


def _step(target: PeriodTarget, value: Any) -> Fraction:
    """Return the size of a point, in the unit of the figure: a number, or a length where it is told in time."""
    return Fraction(length_of(value).us) if isinstance(target.expected, Amount) else parse_number(value)


def _bands(part: Section, target: PeriodTarget, *, by_point: bool, rises: bool) -> dict[str, Any]:
    """Read what each value costs; with a price per point the one band that costs nothing says where points begin."""
    inside = part.get("bands") is not None
    if inside:
        part.only(_RULE_KEYS)
    written = part.section("bands") if inside else part
    rules = {key: value for key, value in written.data.items() if inside or key not in _RULE_KEYS}
    if not rules and not inside:
        return {}
    with written.problems.at(written.path):
        precision = _parsed(part, "precision", parse_number) or target.precision
        if by_point:
            return {"counted_from": free_from(rules, target.metric.kind, rises=rises)}
        bands = parse_bands(rules, target.metric.kind, precision)
        bands.check_direction(rises=rises)
        return {"bands": bands}
    return {}


def _earn_back(part: Section) -> EarnBack | None:
    if part.get("earn_back") is None:
        return None
    before = len(part.problems.found)
    inner = part.section("earn_back")
    inner.only(_EARN_KEYS)
    if inner.get("after") is None and inner.get("average") is None:
        inner.note("E102", "after", "missing; say how long the level must hold, such as after: 3 months")
    level = None if inner.get("at") == "expected" else _parsed(inner, "at", _level)
    after, not_if = _parsed(inner, "after", Term.parse), _parsed(inner, "not_if", FailureCount.parse)
    average = inner.choice("average", AVERAGED) or ""
    if len(part.problems.found) > before:
        return None
    with inner.problems.at(inner.path):
        return EarnBack(after=after, average=average, level=level, not_if=not_if, clause=inner.text("clause"))
    return None


def _level(value: Any) -> Any:
    return Percent.parse(value) if isinstance(value, str) and value.rstrip().endswith("%") else parse_number(value)


def read_triggers(
    section: Section, measured: Mapping[str, PeriodTarget], scheme: CreditScheme | None
) -> Iterator[Trigger]:
    """Read ``triggers``: a list of ``when`` and ``then``."""
    for i, entry in enumerate(section.entries("triggers")):
        part = section.entry(f"triggers.{i}", entry)
        if not isinstance(entry, Mapping):
            continue
        part.only(_TRIGGER_KEYS)
        then = part.choice("then", EFFECTS)
        if part.get("then") is None:
            part.note("E102", "then", f"missing; say what follows: {', '.join(EFFECTS)}")
        if part.get("when") is None:
            part.note("E102", "when", "missing; say when, such as when: payroll-up missed 3 months in a row")
            continue
        with part.at("when"):
            made = Trigger.parse(part.get("when"), then or EFFECTS[0], part.text("clause"))
            if scheme or section.get("credits") is None or made.what != "credits":  # else that was noted
                _check_trigger(part, made, measured, scheme)
            yield made


def _check_trigger(
    part: Section, made: Trigger, measured: Mapping[str, PeriodTarget], scheme: CreditScheme | None
) -> None:
    if made.what == "credits":
        caps = [cap.per for cap in scheme.caps] if scheme else []
        if made.of not in caps:
            part.note("E102", "when", f"credits have no {made.of} cap{part.hint(made.of, caps)}")
    elif made.of != _ANY and made.of not in measured:
        part.note("E102", "when", f"{shown(made.of)} is no period target{part.hint(made.of, [*measured, _ANY])}")
    elif made.what == "below_minimum" and made.of != _ANY and measured[made.of].minimum is None:
        part.note("E102", "when", f"{shown(made.of)} has no minimum; give it one, or write 'missed'")
