"""Period targets of an agreement: ``measured``, in words or written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from slamodel.io.agreements.calendars import Covers
from slamodel.io.agreements.cover import read_cover
from slamodel.io.agreements.lengths import read_amount
from slamodel.io.agreements.priorities import Priorities, read_applies
from slamodel.io.agreements.section import Section, shown
from slamodel.io.agreements.services import check_named
from slamodel.model.bound import SIGNS, Bound
from slamodel.model.metric import AGES, METRICS, Metric, parse_value
from slamodel.model.percent import Percent, number_text, parse_number
from slamodel.model.period import Period
from slamodel.model.period_target import COMPARATORS, COUNTED_IN, EMPTY, ROUNDINGS, PeriodTarget, SmallVolume
from slamodel.model.selector import parse_selector
from slamodel.model.service import Service
from slamodel.model.target import Target

_EVERY: Final = r"\s+(?:each|every|per|a|in\s+a|in\s+each)\s+(?P<per>.+)"
_WITHIN: Final = re.compile(
    rf"(?P<share>\S+?\s*%)\s+of\s+(?P<what>\S+)(?:\s+for\s+(?P<for>.+?))?\s+within\s+target{_EVERY}", re.ASCII
)
_UP: Final = re.compile(
    rf"(?P<share>\S+?\s*%)\s+availability(?:\s+of\s+(?P<of>\S+))?(?:\s+during\s+(?P<during>\S+))?{_EVERY}", re.ASCII
)
_BELOW: Final = re.compile(r"below_(\d{1,6})", re.ASCII)
_LEAST: Final = re.compile(r"(\d{1,9})(?:\s+[a-z]+)?", re.ASCII)
_COMPARED: Final = re.compile(r"(>=|<=|>|<)\s*(.+)", re.ASCII)
_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d{1,3})?)", re.ASCII)
_ATTAINMENT: Final = "attainment"
_KEYS: Final = (
    *("id", "what", "metric", "of", "for", "expected", "minimum", "warn", "comparator", "per", "count_in"),
    *("open_breaches", "permitted_misses", "at_least", "empty", "precision", "rounding", "volume_at_most", "during"),
    *("outages_from", "out_of", "within", "statistic", "source", "measured_by", "parts", "unit", "name", "clause"),
    *("by", "when", "divided_by", "bound", "good_from", "age"),
)
_WRITE: Final = "write it as '95% of resolve within target each month', or as a mapping with what, expected and per"


@frozen
class Measures:
    """What period targets of an agreement may name: its targets, services, calendars and priorities."""

    agreement: str
    targets: Mapping[str, Target]
    services: Mapping[str, Service]
    covers: Covers
    priorities: Priorities


def read_measured(section: Section, measures: Measures) -> Iterator[PeriodTarget]:
    """Read ``measured``; one that cannot be made out is noted, and left out."""
    value = section.get("measured")
    entries = [value] if isinstance(value, str) else section.entries("measured")
    seen: set[str] = set()
    for i, entry in enumerate(entries):
        path = "measured" if isinstance(value, str) else f"measured.{i}"
        part = _expanded(section, path, entry)
        if part is None:
            continue
        made = _read(part, measures)
        if made is not None and made.id in seen:
            msg = f"period target {shown(made.id)} is written twice; give one of them another id"
            part.note("E102", "id" if isinstance(entry, Mapping) else "", msg)
        elif made is not None:
            seen.add(made.id)
            yield made
    _check_parts(section, seen)


def _expanded(section: Section, path: str, entry: Any) -> Section | None:
    """Return an entry as a mapping: a phrase is turned into one."""
    if isinstance(entry, Mapping):
        return section.entry(path, entry)
    bare = " ".join(entry.split()) if isinstance(entry, str) else ""
    if found := _WITHIN.fullmatch(bare):
        share, what, only = found["share"].replace(" ", ""), found["what"], found["for"]
        data: dict[str, Any] = {"id": "-".join([what, *(only or "").split(), share.rstrip("%")]), "what": what}
        if only:
            data["for"] = [word for word in re.split(r"\s*(?:,|\band\b)\s*", only) if word]
            data["id"] = "-".join([what, *data["for"], share.rstrip("%")])
        return _held(section, path, {**data, "expected": share, "per": found["per"]})
    if found := _UP.fullmatch(bare):
        share = found["share"].replace(" ", "")
        named = {key: found[key] for key in ("of", "during") if found[key]}
        name = "-".join([*([found["of"]] if found["of"] else []), "availability", share.rstrip("%")])
        data = {"id": name, "what": "availability", **named}
        return _held(section, path, {**data, "expected": share, "per": found["per"]})
    section.note("E107", path, f"{shown(entry)} is no period target; {_WRITE}")
    return None


def _held(section: Section, path: str, data: Mapping[str, Any]) -> Section:
    return Section(data, f"{section.path}.{path}" if section.path else path, section.problems)


def _read(part: Section, measures: Measures) -> PeriodTarget | None:
    before = len(part.problems.found)
    part.only(tuple(key for key in (*_KEYS, *part.data) if key in _KEYS or _BELOW.fullmatch(key)))
    kind, target = _metric(part, measures)
    if part.get("expected") is None:
        part.note("E102", "expected", "missing; say what must hold, such as expected: 95%")
    applies = read_applies(part, measures.priorities)
    if target:
        _check_promised(part, measures.targets[target])
    comparator, levels = _levels(part, kind) if kind else ("", {})
    given: dict[str, Any] = {
        "count_in": part.choice("count_in", COUNTED_IN),
        "open_breaches": part.flag("open_breaches"),
        "permitted_misses": part.whole("permitted_misses", 0, 10**6),
        "empty": part.choice("empty", EMPTY),
        "rounding": part.choice("rounding", ROUNDINGS),
        "volume_at_most": part.whole("volume_at_most", 1, 10**9),
        "at_least": _least(part),
        "per": _period(part),
        "name": part.text("name") or None,
        "clause": part.text("clause") or None,
        "small": tuple(_small(part)),
    }
    said = part.choice("comparator", COMPARATORS[1:])
    if said and comparator and said != comparator:
        part.note("E102", "comparator", "says something else than the sign of 'expected'; keep one of them")
    if part.get("precision") is not None:
        with part.at("precision"):
            text = part.get("precision")
            given["precision"] = parse_number(text.rstrip("% ") if isinstance(text, str) else text)
    metric = _made_metric(part, kind, target, measures) if kind else None
    name = part.text("id") or _default_id(part, levels.get("expected"))
    if metric is None or "expected" not in levels:
        return None
    with part.problems.at(part.path):
        made = PeriodTarget(
            id=name,
            metric=metric,
            comparator=said or comparator,
            applies=applies,
            agreement=measures.agreement,
            **levels,
            **{key: value for key, value in given.items() if value is not None},
        )
        return made if len(part.problems.found) == before else None
    return None


def _metric(part: Section, measures: Measures) -> tuple[str, str]:
    """Return the kind of the metric and the id of the target whose clocks it counts, "" where there is none (E142)."""
    what, kind = part.text("what"), part.choice("metric", METRICS) or ""
    if what and what in measures.targets and (kind or what not in METRICS or part.get("of") is None):
        return kind or _ATTAINMENT, what
    if not what and kind and kind not in ("attainment", "time_stat"):
        return kind, ""
    if what in METRICS and what not in ("attainment", "time_stat") and not kind:
        return what, ""
    if not what:
        if part.get("metric") is None or kind:
            part.note("E102", "what", "missing; name a target, or a metric such as availability")
        return "", ""
    if not measures.targets:
        return "", ""  # none could be made out, and that was noted
    name = part.text("id")
    who = f"{shown(name)} counts {shown(what)}" if name else f"it counts {shown(what)}"
    known = part.hint(what, [*measures.targets, *METRICS])
    part.note("E142", "what", f"{who}, which is neither a target of this agreement nor a metric{known}")
    return "", ""


def _check_promised(part: Section, target: Target) -> None:
    """Note priorities of ``for`` for which the target promises nothing: nothing would be measured (E142)."""
    value = part.get("for")
    names = value if isinstance(value, list) else [value]
    for name in names:
        if isinstance(name, str) and target.limit_number(name) is None:
            msg = f"counts {target.id!r} for {name}, and that promises nothing for {name}; leave it out"
            part.note("E142", "for", msg)


def _levels(part: Section, kind: str) -> tuple[str, dict[str, Any]]:
    """Read expected, minimum and warn; a sign before what is expected is the comparator."""
    levels: dict[str, Any] = {}
    comparator = ""
    for key in ("expected", "minimum", "warn"):
        value = part.get(key)
        if isinstance(value, str) and key == "expected" and (found := _COMPARED.fullmatch(value.strip())):
            comparator, value = SIGNS[found[1]], found[2]
        if value is not None:
            with part.at(key):
                levels[key] = parse_value(value, kind)
    return comparator, levels


def _period(part: Section) -> Period | None:
    value = part.get("per")
    if value is None:
        return None
    with part.at("per"):
        return Period.parse(value)
    return None


def _least(part: Section) -> int | None:
    """Read ``at_least``: 30, or "30 responses"."""
    value = part.get("at_least")
    if isinstance(value, str) and (found := _LEAST.fullmatch(value.strip())):
        return int(found[1])
    return part.whole("at_least", 0, 10**9)


def _small(part: Section) -> Iterator[SmallVolume]:
    for key in part.data:
        if found := _BELOW.fullmatch(key):
            with part.at(key):
                yield SmallVolume.parse(int(found[1]), part.get(key))


def _made_metric(part: Section, kind: str, target: str, measures: Measures) -> Metric | None:
    of = part.texts("of") or ()
    check_named(part, "of", of, measures.services)
    during = read_cover(part, "during", measures.covers)
    statistic = part.text("statistic")
    percentile = None
    if found := _PERCENTILE.fullmatch(statistic):
        statistic, percentile = "percentile", Percent(parse_number(found[1]) / 100)
    given: dict[str, Any] = {key: read_amount(part, key, "wall") for key in ("outages_from", "within")}
    readers = (("out_of", parse_number), ("good_from", parse_number), ("bound", Bound.parse), ("when", parse_selector))
    for key, read in readers:
        if part.get(key) is not None:
            with part.at(key):
                given[key] = read(part.get(key))
    parts = part.section("parts")
    weights = []
    for name in parts.data:
        with parts.at(name):
            weights.append((name, parse_number(parts.get(name))))
    with part.problems.at(part.path):
        return Metric(
            kind=kind,
            target=target,
            of=of,
            source=part.text("source"),
            measured_by=part.text("measured_by"),
            statistic=statistic,
            percentile=percentile,
            during=during.calendar if during else None,
            during_id=during.name if during else "",
            parts=tuple(weights),
            unit=part.text("unit"),
            by=part.texts("by") or (),
            divided_by=part.text("divided_by"),
            age=part.choice("age", AGES[1:]) or "",
            **{key: value for key, value in given.items() if value is not None},
        )
    return None


def _default_id(part: Section, expected: Any) -> str:
    """Return the id of a target that is given none: what is counted, and what is expected of it."""
    what = part.text("what") or part.text("metric")
    level = number_text(expected.share * 100) if isinstance(expected, Percent) else part.get("expected")
    return f"{what}-{level}".replace(" ", "")


def _check_parts(section: Section, known: set[str]) -> None:
    for i, entry in enumerate(section.entries("measured") if isinstance(section.get("measured"), list) else []):
        parts = entry.get("parts") if isinstance(entry, Mapping) else None
        for name in parts if isinstance(parts, Mapping) else ():
            if name not in known:
                msg = f"{shown(name)} is no period target{section.hint(name, known)}"
                section.note("E102", f"measured.{i}.parts.{name}", msg)
