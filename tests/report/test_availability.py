"""Availability: the worked numbers C1 to C5 and C3b, every policy, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

import slamodel as sm
from slamodel.report.attainment.goals import Goal
from slamodel.report.availability.availability import Availability, availability
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.outages import Outages, outages, stretches
from slamodel.report.availability.planned import granted, planned_outages, together
from slamodel.report.availability.worst import worst_window
from slamodel.report.periods import periods
from slamodel.timeline.instants import DAY, HOUR, MINUTE, SECOND, to_datetime

ALWAYS = sm.ServiceCalendar(hours="24x7")
OFFICE = sm.ServiceCalendar(timezone="UTC", hours={"mon-fri": "08:00-18:00"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


JUNE = periods("month", at("06-01"), at("07-01"))
WINDOW = stretches([at("06-14 02:00")], [at("06-14 06:00")])


def down(*spans: tuple[str, str], **columns: Any) -> Outages:
    columns.setdefault("service", ["payroll"] * len(spans))
    return outages(start=[at(a) for a, _ in spans], end=[at(b) for _, b in spans], **columns)


def minutes(found: Availability, service: int = 0, period: int = 0) -> Fraction:
    return found.downtime(service, period) / MINUTE


def per_cent(found: Availability) -> float:
    share = found.share()
    assert share is not None
    return round(float(share) * 100, 4)


C1 = down(("06-10 10:00", "06-10 11:30"), ("06-14 01:50", "06-14 02:20"))


@pytest.mark.parametrize(
    ("policy", "share", "shown"),
    [
        ("remove", Fraction(42_960 - 100, 42_960), 99.7672),
        ("count_as_up", Fraction(43_200 - 100, 43_200), 99.7685),
        ("count_as_down", Fraction(43_200 - 340, 43_200), 99.2130),
    ],
)
def test_c1_excluded_time(policy: str, share: Fraction, shown: float) -> None:
    """C1: June 2026 with two outages and one maintenance window, by the three policies (M4)."""
    found = availability(C1, JUNE, calendar=ALWAYS, planned=WINDOW, rules=DowntimeRules(excluded=policy))
    assert found.share() == share
    assert per_cent(found) == shown
    assert found.excluded[0, 0] == 240 * MINUTE
    assert found.outages[0, 0] == 2


def test_c2_agreed_hours() -> None:
    """C2: Mon-Fri 08-18 in June is 13,200 minutes; an outage over night counts its 75 minutes in hours."""
    found = availability(down(("06-10 17:30", "06-11 08:45")), JUNE, calendar=OFFICE)
    assert found.agreed[0, 0] == 13_200 * MINUTE
    assert minutes(found) == 75
    assert per_cent(found) == 99.4318


def test_c3_worst_weight() -> None:
    """C3: 60 min at a half, of which 20 min also fully down, are 40 weighted minutes."""
    half = down(("06-10 10:00", "06-10 11:00"), ("06-10 10:20", "06-10 10:40"), weight=[0.5, 1])
    found = availability(half, JUNE, calendar=ALWAYS)
    assert minutes(found) == 40
    assert found.down[0, 0] == 60 * MINUTE
    assert found.outages[0, 0] == 1


def test_c4_user_minutes() -> None:
    """C4: 60 min x 250 + 30 min x 1000 of 1000 users."""
    some = down(("06-10 10:00", "06-10 11:00"), ("06-11 10:20", "06-11 10:50"), affected=[250, 1000])
    rules = DowntimeRules(measure="user_minutes")
    found = availability(some, JUNE, calendar=ALWAYS, users={"payroll": 1000}, rules=rules)
    assert int(found.weighted[0, 0]) == 45_000 * MINUTE
    assert found.share() == 1 - Fraction(45_000, 43_200_000)
    assert per_cent(found) == 99.8958


def test_c4_over_a_year() -> None:
    """Ten million users over a year do not fit into 64 bits, and are exact all the same."""
    year = periods("year", at("01-01"), datetime(2027, 1, 1, tzinfo=UTC))
    rules = DowntimeRules(measure="user_minutes")
    some = down(("01-01 00:00", "12-31 23:59"), affected=[9_999_999])
    found = availability(some, year, calendar=ALWAYS, users={"payroll": 10**7}, rules=rules)
    assert found.downtime(0, 0) == Fraction(9_999_999, 10**7) * (365 * DAY - MINUTE)


def test_users_at_once() -> None:
    """Two outages at once count with the worse (M4), or add up, to no more than all users."""
    some = down(("06-10 10:00", "06-10 11:00"), ("06-10 10:30", "06-10 11:30"), affected=[600, 700])
    for overlap, counted in (("worst", 30 * 600 + 60 * 700), ("add", 30 * 600 + 30 * 1000 + 30 * 700)):
        rules = DowntimeRules(measure="user_minutes", overlap=overlap)
        found = availability(some, JUNE, calendar=ALWAYS, users={"payroll": 1000}, rules=rules)
        assert int(found.weighted[0, 0]) == counted * MINUTE


@pytest.mark.parametrize(
    ("rounding", "step", "counted"),
    [
        ("down", MINUTE, Fraction(12)),
        ("down", 0, Fraction(25, 2)),
        ("up", MINUTE, Fraction(13)),
        ("half_up", MINUTE, Fraction(13)),
    ],
)
def test_c3b_minimum_and_rounding(rounding: str, step: int, counted: Fraction) -> None:
    """C3b: 45 s, 150 s and 600 s with a minimum of 60 s: floor 12 min, exact 12.5, ceil 13."""
    starts = [at("06-10 10:00") + i * timedelta(hours=1) for i in range(3)]
    ends = [start + timedelta(seconds=n) for start, n in zip(starts, (45, 150, 600), strict=True)]
    rules = DowntimeRules(minimum=MINUTE, round_to=step, rounding=rounding)
    found = availability(outages(["payroll"] * 3, starts, ends), JUNE, calendar=ALWAYS, rules=rules)
    assert minutes(found) == counted
    assert found.outages[0, 0] == 2


@pytest.mark.parametrize("which", ["outage", "counted"])
def test_just_the_minimum(which: str) -> None:
    """An outage just as long as the minimum counts; one shorter does not."""
    for least, counted in ((10 * MINUTE, 10), (10 * MINUTE + 1, 0)):
        rules = DowntimeRules(minimum=least, minimum_of=which)
        assert (
            minutes(availability(down(("06-10 10:00", "06-10 10:10")), JUNE, calendar=ALWAYS, rules=rules)) == counted
        )


def test_longer_than_the_period() -> None:
    """An outage over three days counts in each by the part inside it, rounded there, and as one outage."""
    days = periods("day", at("06-10"), at("06-13"))
    for step, ends in ((0, (Fraction(90), Fraction(1440), Fraction(61, 2))), (60 * MINUTE, (120, 1440, 60))):
        rules = DowntimeRules(round_to=step, rounding="up")
        found = availability(down(("06-10 22:30", "06-12 00:30:30")), days, calendar=ALWAYS, rules=rules)
        assert [minutes(found, 0, i) for i in range(3)] == list(ends)
        assert found.outages.tolist() == [[1, 1, 1]]


def test_effects_together() -> None:
    """Planned time of several effects in one figure: removed goes before up, and up before down."""
    lost = down(("06-10 10:00", "06-10 16:00"))
    by_effect = {
        "remove": stretches([at("06-10 10:00")], [at("06-10 11:00")]),
        "count_as_up": stretches([at("06-10 10:30")], [at("06-10 12:00")]),
        "count_as_down": stretches([at("06-10 11:30")], [at("06-10 17:00")]),
    }
    found = availability(lost, JUNE, calendar=ALWAYS, planned=by_effect)
    assert found.agreed[0, 0] == 30 * DAY - HOUR
    assert minutes(found) == 5 * 60
    assert found.excluded[0, 0] == 7 * HOUR


def test_minimum_before_or_after() -> None:
    """An outage of an hour of which 30 s are outside maintenance is real; by what of it counts it is none."""
    mostly = down(("06-14 05:00", "06-14 06:00:30"))
    for which, counted in (("outage", Fraction(1, 2)), ("counted", 0)):
        rules = DowntimeRules(minimum=MINUTE, minimum_of=which)
        found = availability(mostly, JUNE, calendar=ALWAYS, planned=WINDOW, rules=rules)
        assert minutes(found) == counted
        assert found.outages[0, 0] == (1 if counted else 0)


def test_flaps() -> None:
    """Outages no further apart than the flap are one; the time between is down with the smaller weight."""
    flapping = down(
        ("06-10 10:00", "06-10 10:01"),
        ("06-10 10:03", "06-10 10:04"),
        ("06-10 10:09", "06-10 10:10"),
        weight=[1, "0.5", 1],
    )
    assert minutes(availability(flapping, JUNE, calendar=ALWAYS)) == Fraction(5, 2)
    merged = availability(flapping, JUNE, calendar=ALWAYS, rules=DowntimeRules(flap=2 * MINUTE))
    assert (minutes(merged), merged.outages[0, 0]) == (Fraction(7, 2), 2)
    just_not = availability(flapping, JUNE, calendar=ALWAYS, rules=DowntimeRules(flap=2 * MINUTE - 1))
    assert (minutes(just_not), just_not.outages[0, 0]) == (Fraction(5, 2), 3)
    # First the flaps, then the minimum: two outages of a minute each are one of four.
    rules = DowntimeRules(flap=2 * MINUTE, minimum=2 * MINUTE)
    assert minutes(availability(flapping, JUNE, calendar=ALWAYS, rules=rules)) == Fraction(5, 2)


def test_flaps_of_two_services() -> None:
    """Outages of two services are never one, however near."""
    two = down(("06-10 10:00", "06-10 10:01"), ("06-10 10:01", "06-10 10:02"), service=["a", "b"])
    found = availability(two, JUNE, calendar=ALWAYS, rules=DowntimeRules(flap=HOUR))
    assert found.outages.tolist() == [[1], [1]]
    assert [minutes(found, i) for i in (0, 1)] == [1, 1]


def test_c5_windows() -> None:
    """C5: 40 min on 25 June and on 5 July at 99.9 %: both months met, the 30 days to 5 July missed."""
    both = down(("06-25 10:00", "06-25 10:40"), ("07-05 10:00", "07-05 10:40"))
    goal = Goal(expected=Fraction(999, 1000))
    months = availability(both, periods("month", at("06-01"), at("08-01")), calendar=ALWAYS)
    assert [round(float(one.value or 0) * 100, 4) for one in months.figures(goal)] == [99.9074, 99.9104]
    assert [one.verdict for one in months.figures(goal)] == ["met", "met"]
    rolling = availability(both, periods("rolling 30 days", at("06-01"), at("08-01")).whole(), calendar=ALWAYS)
    by_day = dict(zip(rolling.periods.names, rolling.figures(goal), strict=True))
    assert round(float(by_day["2026-07-05"].value or 0) * 100, 4) == 99.8148
    assert by_day["2026-07-05"].verdict == "missed"
    assert by_day["2026-07-04"].verdict == "met"
    worst = worst_window(months, 30 * DAY, at("06-01"), at("08-01"))
    assert worst is not None
    assert worst.share == 1 - Fraction(80, 43_200)
    # The earliest of the worst: it ends where the second outage does.
    assert to_datetime(worst.end) == at("07-05 10:40")
    assert str(worst) == "payroll: 99.814815% from 2026-06-05T10:40:00+00:00 to 2026-07-05T10:40:00+00:00"


def test_responsibility() -> None:
    """Only the responsibilities that count do; a minute that is also another's counts all the same."""
    mixed = down(
        ("06-10 10:00", "06-10 10:20"), ("06-10 10:10", "06-10 10:40"), responsibility=["provider", "customer"]
    )
    assert minutes(availability(mixed, JUNE, calendar=ALWAYS)) == 40
    counted = availability(mixed, JUNE, calendar=ALWAYS, rules=DowntimeRules(counted=("provider",)))
    assert minutes(counted) == 20


@pytest.mark.parametrize(
    ("policy", "agreed", "lost", "unknown"),
    [("remove", 43_200 - 50, 20, 50), ("up", 43_200, 20, 50), ("down", 43_200, 70, 50)],
)
def test_unknown_time(policy: str, agreed: int, lost: int, unknown: int) -> None:
    """Time without data is removed, up or down; where an outage was reported it is known."""
    without = stretches([at("06-10 10:10")], [at("06-10 11:10")], service=["payroll"], services=["payroll"])
    seen = down(("06-10 10:00", "06-10 10:20"))
    found = availability(seen, JUNE, calendar=ALWAYS, unknown=without, rules=DowntimeRules(unknown=policy))
    assert found.agreed[0, 0] == agreed * MINUTE
    assert minutes(found) == lost
    assert found.unknown[0, 0] == unknown * MINUTE
    assert found.measured_share() == Fraction(43_150, 43_200)


def test_service_that_begins() -> None:
    """Agreed time begins with the service; or the time before it is up."""
    one = down(("06-20 00:00", "06-20 01:00"))
    begins = {"payroll": at("06-16")}
    late = availability(one, JUNE, calendar=ALWAYS, begins=begins)
    assert late.agreed[0, 0] == 15 * DAY
    up = availability(one, JUNE, calendar=ALWAYS, begins=begins, rules=DowntimeRules(before_start="up"))
    assert up.agreed[0, 0] == 30 * DAY


def test_not_measured() -> None:
    """M2: without agreed service time there is no availability."""
    weekend = periods("day", at("06-13"), at("06-15"))
    found = availability(down(("06-13 10:00", "06-13 11:00")), weekend, calendar=OFFICE)
    assert found.share() is None
    assert [one.verdict for one in found.figures(Goal(expected=Fraction(1)))] == ["not_measured"] * 2
    assert found.measured_share() is None


def test_open_outage() -> None:
    """An outage without an end lasts until as_of, where the period ends too; what comes later has not happened."""
    going = outages(["payroll"] * 2, [at("06-10 10:00"), at("06-12 10:00")], [None, None])
    found = availability(going, JUNE, calendar=ALWAYS, as_of=at("06-10 12:00"))
    assert minutes(found) == 120
    assert found.agreed[0, 0] == (9 * 24 + 12) * HOUR
    assert found.periods.partial.tolist() == [True]
    with pytest.raises(sm.SlaModelError, match="row 0 has no end; say as_of"):
        availability(going, JUNE, calendar=ALWAYS)


def test_table() -> None:
    """A row a service and period, also of services without an outage; as dicts, and as a frame."""
    found = availability(
        down(("06-10 10:00", "06-10 11:00"), service=["b"], services=["a", "b"]), JUNE, calendar=ALWAYS
    )
    first, second = found.to_dicts()
    assert (first["service"], first["down"], first["availability"]) == ("a", timedelta(), 100.0)
    assert (second["service"], second["down"], second["outages"]) == ("b", timedelta(hours=1), 1)
    assert second["period"] == "2026-06"
    assert list(found.to_pandas().columns) == list(Availability.COLUMNS)


def test_calendar_of_each() -> None:
    """Every service may have agreed hours of its own; one without is refused."""
    two = down(("06-10 17:30", "06-11 08:45"), ("06-10 17:30", "06-11 08:45"), service=["a", "b"])
    found = availability(two, JUNE, calendar={"a": OFFICE, "b": ALWAYS})
    assert [minutes(found, i) for i in (0, 1)] == [75, 915]
    with pytest.raises(sm.EventError, match="service 'b' has no agreed service time"):
        availability(two, JUNE, calendar={"a": OFFICE})


def test_notice() -> None:
    """Planned time that was announced too late, or never, is not planned."""
    asked = stretches(
        [at("06-14 02:00")] * 3, [at("06-14 06:00")] * 3, announced=[at("06-07 02:00"), at("06-08 02:00"), None]
    )
    assert len(granted(asked, ALWAYS, notice=7 * DAY)) == 1
    # Sunday 14 June 02:00 is 40 h of office time after Monday 8 June 02:00, and 50 h after Friday 5 June at closing.
    assert len(granted(asked, ALWAYS, notice=50 * HOUR, notice_on=OFFICE)) == 2
    assert len(granted(asked, ALWAYS)) == 3


def test_allowance() -> None:
    """At most 5 h a month of agreed service time: the earliest first, the rest is as any other time."""
    asked = stretches(
        [at("06-07 02:00"), at("06-14 02:00"), at("06-21 02:00"), at("06-30 22:00")],
        [at("06-07 06:00"), at("06-14 06:00"), at("06-21 06:00"), at("07-01 02:00")],
    )
    per = periods("month", at("06-01"), at("08-01"))
    given = granted(asked, ALWAYS, at_most=5 * HOUR, per=per)
    spans = [(to_datetime(a), to_datetime(b)) for a, b in zip(given.start.tolist(), given.end.tolist(), strict=True)]
    assert spans == [
        (at("06-07 02:00"), at("06-07 06:00")),
        (at("06-14 02:00"), at("06-14 03:00")),
        (at("07-01 00:00"), at("07-01 02:00")),
    ]
    lost = down(("06-14 02:00", "06-14 06:00"))
    found = availability(lost, JUNE, calendar=ALWAYS, planned=given)
    assert found.excluded[0, 0] == 5 * HOUR
    assert minutes(found) == 180


def test_allowance_counts_agreed_time() -> None:
    """Maintenance outside agreed hours uses up nothing."""
    asked = stretches([at("06-10 16:00"), at("06-11 16:00")], [at("06-10 20:00"), at("06-11 20:00")])
    given = granted(asked, OFFICE, at_most=3 * HOUR, per=JUNE)
    found = availability(down(("06-10 16:00", "06-11 20:00")), JUNE, calendar=OFFICE, planned=given)
    assert found.excluded[0, 0] == 3 * HOUR
    assert minutes(found) == (2 + 10 - 3) * 60


def test_planned_outage() -> None:
    """What is not granted of a planned outage stays an outage."""
    work = down(("06-10 10:00", "06-10 14:00"), planned=[True], announced=[at("06-01 10:00")])
    early = granted(planned_outages(work), ALWAYS, notice=7 * DAY, at_most=3 * HOUR, per=JUNE)
    assert minutes(availability(work, JUNE, calendar=ALWAYS, planned=early)) == 60
    late = granted(planned_outages(work), ALWAYS, notice=10 * DAY)
    assert minutes(availability(work, JUNE, calendar=ALWAYS, planned=late)) == 240
    both = together(early, WINDOW)
    assert availability(work, JUNE, calendar=ALWAYS, planned=both).excluded[0, 0] == 7 * HOUR


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"start": [at("06-02")], "end": [at("06-01")]}, "row 0 ends before it starts"),
        ({"start": [None], "end": [at("06-01")]}, "row 0 has no start"),
        ({"start": [at("06-01")], "end": [at("06-02")], "weight": [0]}, "row 0 has a weight that is not above 0"),
        ({"start": [at("06-01")], "end": [at("06-02")], "weight": [-0.5]}, "row 0 has a weight that is not above 0"),
        ({"start": [at("06-01")], "end": [at("06-02")], "weight": [1.5]}, "row 0 has a weight that is not above 0"),
        ({"start": [at("06-01")], "end": [at("06-02")], "weight": [1 / 3]}, "round them to six places"),
        ({"start": [at("06-01")], "end": [at("06-02")], "affected": [-5]}, "row 0 has fewer than no users"),
        ({"start": [at("06-01")], "end": [at("06-02")], "services": ["mail"]}, "row 0 names no service"),
        ({"start": [at("06-01")], "end": [at("06-02")], "mended": [at("06-02")]}, "columns that no outage has: mended"),
    ],
)
def test_refused(columns: dict[str, Any], message: str) -> None:
    """An outage that cannot be is an error with its row, never silently zero."""
    with pytest.raises(sm.EventError, match=message):
        outages(["payroll"], **columns)


def test_refused_users() -> None:
    """User minutes need a number of users, and no more affected than there are."""
    some = down(("06-10 10:00", "06-10 11:00"), affected=[250])
    rules = DowntimeRules(measure="user_minutes")
    with pytest.raises(sm.EventError, match="service 'payroll' has no users"):
        availability(some, JUNE, calendar=ALWAYS, rules=rules)
    with pytest.raises(sm.EventError, match="row 0 has 250 affected users of 100"):
        availability(some, JUNE, calendar=ALWAYS, rules=rules, users={"payroll": 100})
    with pytest.raises(sm.EventError, match="row 0 has no start or no end"):
        stretches([at("06-01")], [None])


def test_rules_are_told() -> None:
    """M3: the figure says which rules decided it."""
    rules = DowntimeRules(counted=("provider",), minimum=MINUTE, round_to=30 * SECOND)
    figure = availability(C1, JUNE, calendar=ALWAYS, rules=rules).figures(Goal(expected=Fraction(999, 1000)))[0]
    assert str(figure) == (
        "2026-06: 99.7 %, missed; decided by ge 0.999; outages of provider; from 1 min; rounded down to 0.5 min; "
        "planned time: remove; unknown time: remove"
    )
