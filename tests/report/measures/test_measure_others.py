"""Every other metric, from the words of an agreement to a figure: scores, ratios, counts, backlog and the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

import slamodel as sm
from slamodel.frames.measure import measure
from slamodel.model.metric import METRICS
from slamodel.report.measures.rows import Row
from slamodel.timeline.instants import DAY, HOUR

HEAD = """
slamodel: 1
agreement: desk
timezone: UTC
currency: EUR
calendar: 24x7
services: [mail]
targets:
  resolve: 8h
  report: {kind: publish, within: 5d, stops: published}
"""
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


@cache
def log() -> tuple[dict[str, Any], ...]:
    rows: list[dict[str, Any]] = []
    for n in range(10):
        opened = JUNE + timedelta(days=2 * n)
        fields = {"cause": "disk" if n % 5 == 0 else f"c{n}", "outcome": "ok" if n else "failed", "stars": 5 - n % 2}
        rows.append({"item": f"I{n}", "at": opened, "do": "opened", "status": "new", **fields})
        if n != 9:
            done = opened + timedelta(hours=9 if n == 4 else 1)
            rows.append({"item": f"I{n}", "at": done, "do": "resolved", "status": "done", **fields})
        rows.append({"item": f"I{n}", "at": opened + timedelta(days=7 if n == 3 else 1), "do": "published"})
    return tuple(rows)


SERIES = [
    *(
        {"at": JUNE + timedelta(days=n), "series": "survey", "value": v, "id": f"R{n}"}
        for n, v in enumerate((5, 4, 3, 5))
    ),
    *({"at": JUNE + timedelta(days=n), "series": "latency", "value": v} for n, v in enumerate((100, 250, 90, 120))),
    {"at": JUNE, "series": "answered", "value": 95},
    {"at": JUNE, "series": "offered", "value": 100},
    {"at": JUNE, "series": "users", "value": 400},
    {"at": JUNE, "series": "backups", "value": "yes", "evidence": "log 12"},
    {"at": JUNE + timedelta(days=1), "series": "backups", "value": "no"},
]
CHARGES = [{"agreement": "desk", "period": "2026-06", "amount": "1000.00", "currency": "EUR"}]
OUTAGES = [{"service": "mail", "from": JUNE, "to": JUNE + timedelta(hours=1)}]
GIVEN = {"series": SERIES, "charges": CHARGES, "outages": OUTAGES}


def june(measured: str, **given: Any) -> Row:
    book = sm.loads(f"{HEAD}measured:\n  - {measured}\n")
    verdicts = sm.evaluate(book, list(log()), as_of=datetime(2026, 7, 1, tzinfo=UTC))
    return measure(book, verdicts=verdicts, period="2026-06", **{**GIVEN, **given}).rows[-1]


COMPOSITE = """{id: a, what: resolve, expected: 70%}
  - {id: b, what: availability, of: mail, expected: 99%}
  - {id: m, what: composite, statistic: weighted, parts: {a: 1, b: 3}, expected: 90%}"""
CASES = [
    ("attainment", "{id: m, what: resolve, expected: 95%}", Fraction(8, 10), "missed"),
    ("time_stat", "{id: m, what: resolve, metric: time_stat, statistic: median, expected: 2h}", Fraction(HOUR), "met"),
    ("availability", "{id: m, what: availability, of: mail, expected: 99%}", 1 - Fraction(1, 720), "met"),
    ("reliability", "{id: m, what: reliability, of: mail, statistic: outages, expected: 0}", Fraction(1), "missed"),
    ("ratio", "{id: m, metric: ratio, when: {outcome: ok}, expected: 90%}", Fraction(9, 10), "met"),
    (
        "ratio",
        "{id: m, metric: ratio, source: answered, divided_by: offered, expected: 96%}",
        Fraction(95, 100),
        "missed",
    ),
    ("count", "{id: m, metric: count, expected: 12}", Fraction(10), "met"),
    ("count", "{id: m, what: resolve, metric: count, statistic: missed, expected: 1}", Fraction(2), "missed"),
    ("count", "{id: m, metric: count, statistic: events, when: resolved, expected: 9}", Fraction(9), "met"),
    ("recurrence", "{id: m, metric: recurrence, by: cause, within: 30d, expected: 5%}", Fraction(1, 10), "missed"),
    ("backlog", "{id: m, metric: backlog, when: {status: new}, expected: 0}", Fraction(1), "missed"),
    (
        "backlog",
        "{id: m, what: resolve, metric: backlog, statistic: oldest, age: wall, expected: 5d}",
        Fraction(12 * DAY),
        "missed",
    ),
    ("score", "{id: m, metric: score, source: survey, expected: 4.2, out_of: 5}", Fraction(17, 4), "met"),
    ("score", "{id: m, metric: score, source: stars, expected: 4.6, out_of: 5}", Fraction(45, 10), "missed"),
    ("threshold", "{id: m, metric: threshold, source: latency, expected: 200}", Fraction(250), "missed"),
    (
        "threshold",
        "{id: m, metric: threshold, source: latency, statistic: share, bound: <= 200, expected: 75%}",
        Fraction(3, 4),
        "met",
    ),
    (
        "unit_cost",
        "{id: m, metric: unit_cost, source: charges, divided_by: users, expected: 2.50 EUR}",
        Fraction(5, 2),
        "met",
    ),
    ("deliverable", "{id: m, what: report, metric: deliverable, expected: 100%}", Fraction(9, 10), "missed"),
    ("qualitative", "{id: m, metric: qualitative, source: backups, expected: 100%}", Fraction(1, 2), "missed"),
    (
        "composite",
        COMPOSITE,
        (Fraction(8, 10) + 3 * (1 - Fraction(1, 720))) / 4,
        "met",
    ),
]


@pytest.mark.parametrize(("kind", "measured", "value", "verdict"), CASES)
def test_metric(kind: str, measured: str, value: Fraction, verdict: str) -> None:
    """Each of the fourteen kinds gives its exact value, held to what is expected."""
    row = june(measured)
    assert (row.target.metric.kind, row.figure.value, row.verdict) == (kind, value, verdict)


def test_all_kinds_are_wired() -> None:
    """No kind of metric is left out."""
    assert {kind for kind, *_ in CASES} == set(METRICS)


@pytest.mark.parametrize(
    ("measured", "given", "reason"),
    [
        ("{id: m, metric: score, source: survey, expected: 4.2}", {"series": None}, "no series 'survey' was given"),
        ("{id: m, metric: threshold, source: cpu, expected: 4}", {}, "no series 'cpu' was given"),
        ("{id: m, metric: unit_cost, divided_by: users, expected: 1 EUR}", {"charges": None}, "no charges were given"),
        ("{id: m, metric: unit_cost, divided_by: users, expected: 1 EUR}", {"charges": []}, "no cost of 2026-06"),
        (
            "{id: m, metric: qualitative, source: backups, expected: 100%}",
            {"series": None},
            "no series 'backups' was given",
        ),
        (
            "{id: m, metric: ratio, source: answered, divided_by: calls, expected: 1%}",
            {},
            "no series 'calls' was given",
        ),
        ("{id: m, metric: score, source: survey, expected: 4, at_least: 5}", {}, "at least 5, measured 4"),
    ],
)
def test_nothing_to_measure(measured: str, given: dict[str, Any], reason: str) -> None:
    """M2: what was not given is not measured, and says so; it is never zero."""
    row = june(measured, **given)
    assert (row.verdict, row.reason) == ("not_measured", reason)


@pytest.mark.parametrize(("effect", "late"), [("remove", 1), ("count_as_met", 1)])
def test_exclusions(effect: str, late: int) -> None:
    """What an exclusion is about is left out of the counts of clocks too, or counted as met."""
    rules = f"exclusions: [{{name: first, when: {{cause: c4}}, effect: {effect}}}]"
    missed = f"{{id: m, what: resolve, metric: count, statistic: missed, expected: 1}}\n{rules}"
    assert june(missed).figure.value == late  # I4 was late by its fields c4; I9 is open and late


def test_evidence() -> None:
    """The items, answers and rows to look at stand beside the figure."""
    assert list(june("{id: m, metric: ratio, when: {outcome: ok}, expected: 90%}").evidence) == ["I0"]
    assert list(june("{id: m, metric: recurrence, by: cause, within: 30d, expected: 5%}").evidence) == ["I5"]
    assert list(june("{id: m, what: report, metric: deliverable, expected: 100%}").evidence) == ["I3"]


def test_units() -> None:
    """A figure is told in the unit of what is expected."""
    assert june("{id: m, metric: count, expected: 12}").why.startswith("m in 2026-06 is 10; at most 12 is")
    cost = june("{id: m, metric: unit_cost, source: charges, divided_by: users, expected: 2.50 EUR}")
    assert cost.why.startswith("m in 2026-06 is 2.50 (mean of 1); at most 2.50 EUR is expected, so it is met")
