"""What an agreement excludes of agreed service time: windows, announced work, causes, suspensions (M4)."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import attrs
import pytest

import slamodel as sm
from slamodel.frames.outages import read_outages
from slamodel.model.approval import Suspension
from slamodel.model.portfolio import Portfolio
from slamodel.report.attainment.placing import Relief
from slamodel.report.measures.measure import measure
from slamodel.report.measures.rows import Row

BOOK = """
slamodel: 1
agreement: uptime
timezone: Europe/London
from: 2026-01-01
calendars: {office: {hours: {mon-fri: "08:00-18:00"}, holidays: GB-ENG}}
calendar: 24x7
services: [web, db]
targets: {resolve: 8h}
measured:
  - {id: up, what: availability, of: web, expected: 99.9%, per: PER}
  - {id: db-up, what: availability, of: db, expected: 99.9%}
"""


def june(rules: str, *rows: dict[str, Any], per: str = "month", target: str = "up", **options: Any) -> Row:
    """Return the June row; the outages are written by the clocks of London."""
    book = sm.loads(BOOK.replace("PER", per) + rules)
    found = read_outages([{"service": "web", **row} for row in rows], timezone="Europe/London")
    return measure(book, outages=found, period="2026-06", **options).of(target)[0]


def lost(row: Row, agreed: int = 43_200) -> Fraction:
    """Return how many minutes of so many agreed ones were down."""
    assert row.figure.value is not None
    return (1 - row.figure.value) * agreed


def test_recurring_windows_by_the_wall() -> None:
    """M4 window: every Sunday 02:00-06:00 of June is sixteen hours; what is down in them is out of both sides."""
    rules = 'exclusions: [{name: planned_maintenance, recurs: "sun 02:00-06:00"}]'
    row = june(rules, {"from": "2026-06-14T01:50", "to": "2026-06-14T02:20"})
    assert row.figure.value == 1 - Fraction(10, 43_200 - 4 * 240)
    assert row.detail.endswith("16h planned or excluded")


def test_clocks_that_change() -> None:
    """S3: in the night in which clocks go forward a window from 00:00 to 06:00 is five hours long."""
    rules = 'exclusions: [{name: planned_maintenance, recurs: "sun 00:00-06:00"}]'
    book = sm.loads(BOOK.replace("PER", "month") + rules)
    row = measure(book, outages=read_outages([]), period="2026-03").of("up")[0]
    assert row.detail.endswith("29h planned or excluded")  # four Sundays of six hours, one of five


def test_rrule_window_of_one_service() -> None:
    """The first Sunday of a month, for the services that it names."""
    rules = 'windows: {patch: {recurs: "FREQ=MONTHLY;BYDAY=1SU 02:00 for 4h", services: [web]}}'
    row = {"from": "2026-06-07T03:00", "to": "2026-06-07T03:30"}
    assert june(rules, row).figure.value == 1
    assert lost(june(rules, {**row, "service": "db"}, target="db-up")) == 30


def test_freeze_excludes_nothing() -> None:
    """M4 window: a freeze, in which nothing may be changed, is no planned time."""
    rules = "windows: {month-end: {kind: freeze, between: [2026-06-14T00:00, 2026-06-15T00:00]}}"
    assert lost(june(rules, {"from": "2026-06-14T03:00", "to": "2026-06-14T03:30"})) == 30


def test_allowance() -> None:
    """M4 planned: eight hours a month, the earliest first: the third and fourth Sunday are ordinary time."""
    rules = 'exclusions: [{name: planned_maintenance, recurs: "sun 02:00-06:00", at_most: 8h per month}]'
    rows = [{"from": f"2026-06-{day}T03:00", "to": f"2026-06-{day}T04:00"} for day in ("07", "14", "21", "28")]
    assert lost(june(rules, *rows), 43_200 - 480) == 120


def test_allowance_of_a_longer_period() -> None:
    """What was spent of a quarter's allowance before June is gone in June."""
    rules = 'exclusions: [{name: planned_maintenance, recurs: "sun 02:00-06:00", at_most: 40h per quarter}]'
    rows = [{"from": f"2026-06-{day}T03:00", "to": f"2026-06-{day}T04:00"} for day in ("07", "14", "21")]
    # Sundays of the quarter: eight of April and May with the 31st of May being the ninth; the tenth is 7 June.
    assert lost(june(rules, *rows), 43_200 - 240) == 120


def announced(at: str) -> dict[str, Any]:
    return {"from": "2026-06-11T20:00", "to": "2026-06-11T22:00", "planned": True, "announced": at, "id": "W1"}


@pytest.mark.parametrize(
    ("at", "minutes"),
    [
        ("2026-06-04T20:00", 0),  # after hours: the close of that day counts
        ("2026-06-04T17:00", 0),
        ("2026-06-05T09:00", 120),
        ("", 120),
    ],
)
def test_notice_in_business_days(at: str, minutes: int) -> None:
    """M4 notice: five business days lie between the announcement and the work, by the agreement's calendar."""
    rules = "exclusions: [{name: planned_maintenance, notice: 5bd}]"
    row = june(rules, announced(at))
    assert lost(row, 43_200 if minutes else 43_200 - 120) == minutes
    assert row.figure.excluded == (minutes == 0)


def test_notice_to_the_minute() -> None:
    """M4 notice: just so many business days are enough."""
    rules = "exclusions: [{name: planned_maintenance, notice: 5bd}]"
    work = {"from": "2026-06-11T16:00", "to": "2026-06-11T17:00", "planned": True}
    assert june(rules, {**work, "announced": "2026-06-04T16:00"}).figure.value == 1
    assert lost(june(rules, {**work, "announced": "2026-06-04T16:01"})) == 60


def test_notice_in_hours() -> None:
    """A notice in hours is on the wall."""
    rules = "exclusions: [{name: planned_maintenance, notice: 24h}]"
    assert june(rules, announced("2026-06-10T20:00")).figure.value == 1
    assert lost(june(rules, announced("2026-06-10T20:01"))) == 120


def test_notice_needs_business_days() -> None:
    """E132: a notice in business days needs a calendar that has some."""
    text = BOOK.replace("PER", "month").replace(
        'calendars: {office: {hours: {mon-fri: "08:00-18:00"}, holidays: GB-ENG}}\n', ""
    )
    book = sm.loads(text + "exclusions: [{name: planned_maintenance, notice: 5bd}]")
    rows = read_outages([{"service": "web", **announced("2026-06-01T09:00")}], timezone="Europe/London")
    with pytest.raises(sm.AgreementError, match="needs a calendar with closed days"):
        measure(book, outages=rows, period="2026-06")


CAUSED = {"from": "2026-06-10T10:00", "to": "2026-06-10T11:00", "responsibility": "customer", "id": "C1"}


def test_cause() -> None:
    """What the customer caused is out of both sides; nobody else's outage is."""
    rules = "exclusions: [{name: customer_caused}]"
    own = {"from": "2026-06-12T10:00", "to": "2026-06-12T10:30", "id": "P1"}
    row = june(rules, CAUSED, own)
    assert row.figure.value == 1 - Fraction(30, 43_200 - 60)
    assert (row.figure.excluded, list(row.evidence)) == (1, ["P1"])


def test_worst_cause() -> None:
    """M4 cause: where the provider was down too, the time is the provider's (W193: the worst counts)."""
    rules = "exclusions: [{name: customer_caused}]"
    row = june(rules, CAUSED, {"from": "2026-06-10T10:40", "to": "2026-06-10T11:20"})
    assert row.figure.value == 1 - Fraction(40, 43_200 - 40)


@pytest.mark.parametrize(
    ("agreed", "excluded", "verdict"),
    [("yes", True, "met"), ("", False, "provisional"), ("disputed", False, "disputed"), ("no", False, "provisional")],
)
def test_needs(agreed: str, excluded: bool, verdict: str) -> None:
    """M3 needs: an exclusion counts once what it needs was given; until then it is asked for, or disputed."""
    rules = "exclusions: [{name: customer_caused, needs: agreed_in_review}]"
    row = june(rules, {**CAUSED, "agreed_in_review": agreed})
    assert lost(row, 43_140 if excluded else 43_200) == (0 if excluded else 60)
    assert (row.verdict, row.stands) == (verdict, "met" if excluded else "missed")


def test_relief_by_id() -> None:
    """Relief for an outage is granted by its id; what is asked for changes nothing, and is told."""
    rows = [{**CAUSED, "responsibility": "provider"}]
    assert june("", *rows, relief=[Relief("C1")]).figure.value == 1
    row = june("", *rows, relief=[Relief("C1", "requested")])
    assert lost(row) == 60
    assert (row.verdict, row.reason) == ("provisional", "relief for 1 is asked for")


def test_granted_relief_ends_what_was_asked() -> None:
    """M3 needs: what an exclusion asks for is granted by relief for that outage, and then it is final."""
    rules = "exclusions: [{name: customer_caused, needs: agreed}]"
    row = june(rules, CAUSED, relief=[Relief("C1")])
    assert (row.verdict, row.figure.excluded, row.figure.requested) == ("met", 1, 0)


def test_about() -> None:
    """An exclusion about one period target leaves the others alone; the first that holds counts."""
    rules = "exclusions: [{name: customer_caused, about: [db-up]}]"
    assert lost(june(rules, CAUSED)) == 60
    both = "exclusions: [{name: customer_caused, needs: agreed}, {name: again, when: {responsibility: customer}}]"
    assert lost(june(both, CAUSED)) == 60


def test_fields_of_a_file() -> None:
    """A condition may ask for any column of the outages; one that they do not have holds for none."""
    rules = "exclusions: [{name: lab, when: {environment: lab}}]"
    assert june(rules, {**CAUSED, "environment": "lab"}).figure.value == 1
    assert lost(june(rules, CAUSED)) == 60


def test_windows_and_causes_together() -> None:
    """M4 window: a cause that counts only in windows is excluded there, and is down outside of them."""
    rules = 'exclusions: [{name: vendor, when: {responsibility: "supplier:telco"}, recurs: "wed 10:30-12:00"}]'
    row = june(rules, {**CAUSED, "responsibility": "supplier:telco"})
    assert row.figure.value == 1 - Fraction(30, 43_200 - 30)


def test_suspended_time() -> None:
    """Suspended time is taken out of agreed service time (M4 suspended)."""
    (one,) = sm.loads(BOOK.replace("PER", "month")).values()
    suspended = Suspension(datetime(2026, 6, 9, 23, tzinfo=UTC), datetime(2026, 6, 10, 23, tzinfo=UTC))
    book = Portfolio((attrs.evolve(one, suspensions=(suspended,)),))
    rows = [{"service": "web", "from": f"2026-06-{day}T10:00", "to": f"2026-06-{day}T11:00"} for day in (10, 11)]
    found = read_outages(rows, timezone="Europe/London")
    row = measure(book, outages=found, period="2026-06").of("up")[0]
    assert row.figure.value == 1 - Fraction(60, 43_200 - 1440)
