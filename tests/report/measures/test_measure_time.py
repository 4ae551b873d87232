"""Measured availability and reliability: from the words of an agreement to a figure, exact (C1 to C6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

import slamodel as sm
from slamodel.frames.outages import read_outages
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.outages import Outages, stretches
from slamodel.report.measures.measure import measure
from slamodel.report.measures.report import PeriodReport
from slamodel.report.measures.rows import Row
from slamodel.timeline.instants import HOUR, MINUTE

Outage = tuple[str, str, str] | tuple[str, str, str, dict[str, Any]]
TWO: list[Outage] = [("web", "2026-06-10T10:00", "2026-06-10T11:30"), ("web", "2026-06-14T01:50", "2026-06-14T02:20")]


def agreement(measured: str, more: str = "", head: str = "") -> sm.Portfolio:
    return sm.loads(f"""
slamodel: 1
agreement: uptime
timezone: UTC
{head}
calendars: {{office: {{hours: {{mon-fri: "08:00-18:00"}}}}}}
calendar: 24x7
services: {{web: {{users: 1000}}, db: {{}}}}
targets: {{resolve: 8h}}
measured:
  - {measured}
{more}
""")


def down(*rows: Outage) -> Outages:
    found = []
    for service, start, end, *more in rows:
        extra = more[0] if more else {}
        found.append({"service": service, "from": start, "to": end, **extra})
    return read_outages(found, timezone="UTC")


def june(book: sm.Portfolio, rows: Sequence[Outage] = TWO, **options: Any) -> Row:
    return measured(book, rows, **options).rows[0]


def measured(book: sm.Portfolio, rows: Sequence[Outage] = TWO, period: Any = "2026-06", **options: Any) -> PeriodReport:
    return measure(book, outages=down(*rows), period=period, **options)


UP = "{id: up, what: availability, of: web, expected: 99.9%}"
PLANNED = """
windows:
  patch: {between: [2026-06-14T02:00, 2026-06-14T06:00]}
exclusions:
  - {name: planned_maintenance, effect: EFFECT}
"""


@pytest.mark.parametrize(
    ("effect", "share"),
    [
        ("remove", Fraction(42_960 - 100, 42_960)),
        ("count_as_up", Fraction(43_200 - 100, 43_200)),
        ("count_as_down", Fraction(43_200 - 340, 43_200)),
    ],
)
def test_c1_excluded_time(effect: str, share: Fraction) -> None:
    """C1: 99.7672 %, 99.7685 % or 99.2130 %, by the effect that the agreement gives its maintenance."""
    row = june(agreement(UP, PLANNED.replace("EFFECT", effect)))
    assert row.figure.value == share
    assert row.verdict == "missed"
    assert row.detail.endswith("4h planned or excluded")


def test_c2_agreed_hours() -> None:
    """C2: Mon-Fri 08-18, Wednesday 17:30 to Thursday 08:45 is 75 min of 13,200: 99.4318 %."""
    book = agreement("{id: up, what: availability, of: web, during: office, expected: 99.5%}")
    row = june(book, [("web", "2026-06-10T17:30", "2026-06-11T08:45")])
    assert row.figure.value == Fraction(13_200 - 75, 13_200)
    assert row.detail == "1h15m down of 220h agreed"
    assert row.why.startswith("up in 2026-06 is 99.431 % (1h15m down of 220h agreed); at least 99.5% is expected")


def test_c3_worst_weight() -> None:
    """C3: 60 min at a half, of which 20 min fully down, are 40 weighted minutes."""
    rows: list[Outage] = [
        ("web", "2026-06-10T10:00", "2026-06-10T11:00", {"weight": "0.5"}),
        ("web", "2026-06-10T10:20", "2026-06-10T10:40"),
    ]
    assert june(agreement(UP), rows).figure.value == Fraction(43_200 - 40, 43_200)


def test_c3b_minimum() -> None:
    """C3b: outages of 45 s, 150 s and 600 s, from 1 min on: 12.5 min; rounded down, 12; rounded up, 13."""
    book = agreement("{id: up, what: availability, of: web, expected: 99.9%, outages_from: 1m}")
    rows: list[Outage] = [
        ("web", "2026-06-10T10:00:00", "2026-06-10T10:00:45"),
        ("web", "2026-06-11T10:00:00", "2026-06-11T10:02:30"),
        ("web", "2026-06-12T10:00:00", "2026-06-12T10:10:00"),
    ]
    shares = [
        june(book, rows, downtime=DowntimeRules(round_to=step, rounding=how)).figure.value
        for step, how in ((0, "down"), (MINUTE, "down"), (MINUTE, "up"))
    ]
    assert shares == [1 - minutes / 43_200 for minutes in (Fraction(25, 2), Fraction(12), Fraction(13))]


def test_c4_user_minutes() -> None:
    """C4: 60 min for 250 and 30 min for all of 1,000 users: 99.8958 %."""
    book = agreement("{id: up, what: availability, of: web, statistic: user_minutes, expected: 99.9%}")
    rows: list[Outage] = [
        ("web", "2026-06-10T10:00", "2026-06-10T11:00", {"users": 250}),
        ("web", "2026-06-11T10:00", "2026-06-11T10:30", {"users": 1000}),
    ]
    assert june(book, rows).figure.value == 1 - Fraction(45_000, 43_200_000)


C5: list[Outage] = [
    ("web", "2026-06-25T10:00", "2026-06-25T10:40"),
    ("web", "2026-07-05T10:00", "2026-07-05T10:40"),
]


def test_c5_windows() -> None:
    """C5: June and July are met, the thirty days that hold both outages are not."""
    months = measured(agreement(UP), C5, "2026-06..2026-07").rows
    assert [(row.figure.value, row.verdict) for row in months] == [
        (1 - Fraction(40, 43_200), "met"),
        (1 - Fraction(40, 44_640), "met"),
    ]
    rolling = agreement("{id: up, what: availability, of: web, expected: 99.9%, per: rolling 30 days}")
    days = measured(rolling, C5, "2026-07").rows
    assert [row.figure.period for row in days] == [f"2026-07-{day:02d}" for day in range(1, 32)]
    worst = min(days, key=lambda row: row.figure.value or Fraction(1))
    assert worst.figure.period == "2026-07-05"
    assert worst.figure.value == 1 - Fraction(80, 43_200)
    assert (worst.verdict, worst.figure.partial) == ("missed", False)


def reliability(statistic: str, expected: str) -> Row:
    rows: list[Outage] = [
        ("web", f"2026-06-{day}T{hour:02d}:00", f"2026-06-{day}T{hour + length:02d}:{minutes}")
        for day, hour, length, minutes in (
            ("02", 3, 1, "00"),
            ("09", 3, 2, "00"),
            ("16", 3, 0, "30"),
            ("23", 3, 2, "30"),
        )
    ]
    book = agreement(f"{{id: mean, what: reliability, of: web, statistic: {statistic}, expected: {expected}}}")
    return june(book, rows)


@pytest.mark.parametrize(
    ("statistic", "expected", "value", "verdict"),
    [
        ("mtrs", "2h", Fraction(3, 2) * HOUR, "met"),
        ("mtbf", "180h", Fraction(357, 2) * HOUR, "missed"),
        ("mtbsi", "180h", Fraction(180 * HOUR), "met"),
        ("outages", "3", Fraction(4), "missed"),
        ("longest_outage", "150m", Fraction(150 * MINUTE), "met"),
    ],
)
def test_c6_reliability(statistic: str, expected: str, value: Fraction, verdict: str) -> None:
    """C6: 720 h, 4 outages, 6 h: MTRS 1.5 h, MTBF 178.5 h, MTBSI 180 h; four outages, the longest of 2.5 h."""
    row = reliability(statistic, expected)
    assert (row.figure.value, row.verdict, row.n) == (value, verdict, 4)


@pytest.mark.parametrize(
    ("statistic", "expected", "value", "why"),
    [
        ("mtrs", "2h", None, "no outage"),
        ("mtbf", "2h", None, "no outage"),
        ("outages", "0", Fraction(0), ""),
        ("longest_outage", "1h", Fraction(0), ""),
    ],
)
def test_month_without_an_outage(statistic: str, expected: str, value: Fraction | None, why: str) -> None:
    """M2: without an outage there is no mean; their number and the longest of them are nothing."""
    book = agreement(f"{{id: mean, what: reliability, of: web, statistic: {statistic}, expected: {expected}}}")
    row = june(book, [("db", "2026-06-02T03:00", "2026-06-02T04:00")])
    assert (row.figure.value, row.reason) == (value, why)
    assert row.verdict == ("not_measured" if value is None else "met")


def test_every_service() -> None:
    """M3 worst: a promise about several services is told by the one that did worst, and names it."""
    book = agreement("{id: up, what: availability, expected: 99.9%}")
    row = june(
        book,
        [("db", "2026-06-10T10:00", "2026-06-10T11:00", {"id": "D1"}), ("web", "2026-06-11T10:00", "2026-06-11T10:10")],
    )
    assert row.figure.value == 1 - Fraction(60, 43_200)
    assert row.detail == "db: 1h down of 720h agreed"
    assert list(row.evidence) == ["D1"]


def test_agreement_without_services() -> None:
    """M4 whole: where an agreement names no service all outages are its, as those of one."""
    book = sm.loads("""
slamodel: 1
agreement: plain
timezone: UTC
calendar: 24x7
targets: {resolve: 8h}
measured: [99.9% availability each month]
""")
    rows: list[Outage] = [("a", "2026-06-10T10:00", "2026-06-10T10:30"), ("b", "2026-06-10T10:20", "2026-06-10T10:40")]
    assert june(book, rows).figure.value == 1 - Fraction(40, 43_200)


MADE_OF = """
slamodel: 1
agreement: uptime
timezone: UTC
calendar: 24x7
services: {shop: {components: PARTS}, a: {}, b: {}, c: {}}
targets: {resolve: 8h}
measured: [{id: up, what: availability, of: shop, expected: 99.9%}]
"""


@pytest.mark.parametrize(
    ("parts", "minutes"),
    [
        ("[a, b]", 50),
        ("{any_of: [a, b]}", 10),
        ("{needed: 2, of: [a, b, c]}", 15),
        ("[c, {any_of: [a, b]}]", 25),
    ],
)
def test_m4_parts(parts: str, minutes: int) -> None:
    """M4 parts: a service is down while so many of its parts are that too few are up."""
    rows: list[Outage] = [
        ("a", "2026-06-10T10:00", "2026-06-10T10:30"),
        ("b", "2026-06-10T10:20", "2026-06-10T10:50"),
        ("c", "2026-06-10T10:45", "2026-06-10T11:00"),
    ]
    assert june(sm.loads(MADE_OF.replace("PARTS", parts)), rows).figure.value == 1 - Fraction(minutes, 43_200)


def test_m4_parts_keep_what_they_are() -> None:
    """M4 parts: an outage of what a service needs is its own, with its weight, its cause and its id."""
    text = MADE_OF.replace("PARTS", "[a, b]") + "exclusions: [{name: customer_caused}]"
    rows: list[Outage] = [
        ("a", "2026-06-10T10:00", "2026-06-10T11:00", {"weight": "0.5", "id": "A1"}),
        ("b", "2026-06-11T10:00", "2026-06-11T11:00", {"responsibility": "customer", "id": "B1"}),
    ]
    row = june(sm.loads(text), rows)
    assert row.figure.value == 1 - Fraction(30, 43_200 - 60)
    assert (list(row.evidence), row.figure.excluded) == (["A1"], 1)


def test_strangers_are_told() -> None:
    """An outage of a service that the agreement does not have counts for nothing, and is told."""
    row = june(agreement(UP), [("wbe", "2026-06-10T10:00", "2026-06-10T11:00")])
    assert row.figure.value == 1
    assert row.note == "outages of 'wbe', which is no service of 'uptime', do not count"


def test_without_outages() -> None:
    """M2: what no outages were given for is not measured, and says so; none at all in a file is another thing."""
    nothing = measure(agreement(UP), period="2026-06").rows[0]
    assert (nothing.verdict, nothing.figure.value, nothing.reason) == ("not_measured", None, "no outages were given")
    assert june(agreement(UP), []).figure.value == 1


def test_open_outage() -> None:
    """An outage without an end lasts until as_of, and that is told."""
    at = datetime(2026, 6, 16, tzinfo=UTC)
    row = june(agreement(UP), [("web", "2026-06-15T12:00", "")], as_of=at)
    assert row.figure.value == 1 - Fraction(12, 15 * 24)
    assert (row.verdict, row.stands) == ("provisional", "missed")
    assert row.note == "1 outage without an end: so far until 2026-06-16T00:00:00Z"


def test_later_has_not_happened() -> None:
    """What begins after as_of is not there, and what ends after it lasts until then."""
    at = datetime(2026, 6, 11, tzinfo=UTC)
    rows: list[Outage] = [
        ("web", "2026-06-10T12:00", "2026-06-12T12:00"),
        ("web", "2026-06-20T12:00", "2026-06-20T13:00"),
    ]
    assert june(agreement(UP), rows, as_of=at).figure.value == 1 - Fraction(12, 240)


def test_unknown_time() -> None:
    """M4 unknown: time without data is taken out of both sides, and told."""
    gap = stretches([datetime(2026, 6, 20, tzinfo=UTC)], [datetime(2026, 6, 21, tzinfo=UTC)])
    row = june(agreement(UP), unknown=gap)
    assert row.figure.value == 1 - Fraction(120, 43_200 - 1440)
    assert row.detail.endswith("24h unknown")
