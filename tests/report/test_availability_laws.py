"""Laws of availability, and a dumb reference that walks minute by minute and looks what holds in each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.report.availability.availability import Availability, availability
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.outages import outages, stretches
from slamodel.report.availability.sweep import OUTAGE, swept
from slamodel.report.availability.worst import worst_window
from slamodel.report.periods import periods
from slamodel.timeline.instants import MINUTE

SERVICES = ["mail", "payroll"]
BEGIN = datetime(2026, 3, 28, tzinfo=UTC)
SPAN = 2 * 24 * 60
ALWAYS = sm.ServiceCalendar(hours="24x7")
HOURS = {
    "always": ALWAYS,
    "office": sm.ServiceCalendar(timezone="Europe/London", hours={"daily": "00:30-12:10, 14:00-23:00"}),
}
WEIGHTS = [Fraction(1, 4), Fraction(1, 2), Fraction(1)]


def at(minute: int) -> datetime:
    return BEGIN + timedelta(minutes=minute)


@frozen
class Outage:
    service: str
    start: int
    end: int
    weight: Fraction
    whose: str


@frozen
class Story:
    outages: list[Outage]
    planned: list[tuple[int, int]]
    unknown: list[tuple[int, int]]
    hours: str
    excluded: str
    without: str
    flap: int
    minimum: int
    minimum_of: str
    step: int
    rounding: str
    counted: tuple[str, ...] | None

    @property
    def rules(self) -> DowntimeRules:
        return DowntimeRules(
            counted=self.counted,
            excluded=self.excluded,
            unknown=self.without,
            flap=self.flap * MINUTE,
            minimum=self.minimum * MINUTE,
            minimum_of=self.minimum_of,
            round_to=self.step * MINUTE,
            rounding=self.rounding,
        )


spans = st.tuples(st.integers(0, SPAN - 1), st.integers(1, 300) | st.integers(1, SPAN)).map(
    lambda pair: (pair[0], min(SPAN, sum(pair)))
)
rows = st.builds(
    lambda service, span, weight, whose: Outage(service, span[0], span[1], weight, whose),
    st.sampled_from(SERVICES),
    spans,
    st.sampled_from(WEIGHTS),
    st.sampled_from(["provider", "customer"]),
)
stories = st.builds(
    Story,
    outages=st.lists(rows, max_size=7),
    planned=st.lists(spans, max_size=2),
    unknown=st.lists(spans, max_size=2),
    hours=st.sampled_from(sorted(HOURS)),
    excluded=st.sampled_from(["remove", "count_as_up", "count_as_down"]),
    without=st.sampled_from(["remove", "up", "down"]),
    flap=st.sampled_from([0, 0, 1, 40]),
    minimum=st.sampled_from([0, 0, 30, 120]),
    minimum_of=st.sampled_from(["outage", "counted"]),
    step=st.sampled_from([0, 0, 7]),
    rounding=st.sampled_from(["down", "up", "half_up"]),
    counted=st.sampled_from([None, ("provider",)]),
)


def measured(story: Story, kind: str = "day", rules: DowntimeRules | None = None) -> Availability:
    rows = story.outages
    table = outages(
        [one.service for one in rows],
        [at(one.start) for one in rows],
        [at(one.end) for one in rows],
        services=SERVICES,
        weight=[one.weight for one in rows],
        responsibility=[one.whose for one in rows],
    )
    planned, unknown = (
        stretches([at(a) for a, _ in some], [at(b) for _, b in some]) for some in (story.planned, story.unknown)
    )
    windows = periods(kind, at(0), at(SPAN))
    how = rules or story.rules
    return availability(table, windows, calendar=HOURS[story.hours], rules=how, planned=planned, unknown=unknown)


def walked(story: Story, service: str, low: int, high: int) -> tuple[int, Fraction, int]:
    """Return agreed minutes, downtime in minutes and the number of outages in [low, high), minute by minute."""
    calendar = HOURS[story.hours]
    rows = [one for one in story.outages if one.service == service]
    rows = [one for one in rows if story.counted is None or one.whose in story.counted]
    full = [(a, b) for a, b in story.planned if story.excluded == "count_as_down"]
    full += [(a, b) for a, b in story.unknown if story.without == "down"]
    weight = [Fraction(0)] * SPAN
    for a, b, w in [(one.start, one.end, one.weight) for one in rows] + [(a, b, Fraction(1)) for a, b in full]:
        for minute in range(a, b):
            weight[minute] = max(weight[minute], w)
    downs = [minute for minute in range(SPAN) if weight[minute]]
    for a, b in pairwise(downs):
        for minute in range(a + 1, b) if b - a - 1 <= story.flap else ():
            weight[minute] = min(weight[a], weight[b])
    known = list(map(bool, weight))
    number = [0] * SPAN
    for minute in range(SPAN):
        number[minute] = (
            number[minute - 1] + (not (minute and weight[minute - 1])) if weight[minute] else number[minute - 1]
        )
    every = {n: [m for m in range(SPAN) if weight[m] and number[m] == n] for n in {*number}}
    short = {n for n, those in every.items() if story.minimum_of == "outage" and len(those) < story.minimum}
    planned, unknown = ({m for a, b in some for m in range(a, b)} for some in (story.planned, story.unknown))
    if story.excluded == "count_as_down":
        planned = set()
    agreed, parts = 0, dict.fromkeys(every, (0, Fraction(0)))
    for minute in range(low, high):
        if not calendar.is_open(at(minute)):
            continue
        if minute in planned:
            agreed += story.excluded == "count_as_up"
        elif minute in unknown and not known[minute]:
            agreed += story.without != "remove"
        else:
            agreed += 1
            if weight[minute] and number[minute] not in short:
                count, sum_ = parts[number[minute]]
                parts[number[minute]] = count + 1, sum_ + weight[minute]
    counted = [sum_ for count, sum_ in parts.values() if story.minimum_of == "outage" or count >= story.minimum]
    if story.step:
        up = {"down": Fraction(0), "up": 1 - Fraction(1, 10**9), "half_up": Fraction(1, 2)}[story.rounding]
        counted = [Fraction((one / story.step + up) // 1 * story.step) for one in counted]
    return agreed, sum(counted, Fraction(0)), sum(one > 0 for one in counted)


@given(stories)
def test_minute_walk(story: Story) -> None:
    """Every policy, minimum, flap and rounding together, by day and by rolling days, is what the walk says."""
    for kind in ("day", "rolling 2 days"):
        found = measured(story, kind)
        edges = zip(found.periods.starts.tolist(), found.periods.ends.tolist(), strict=True)
        origin = int(BEGIN.timestamp()) * 10**6
        for period, (start, end) in enumerate(edges):
            for number, service in enumerate(SERVICES):
                agreed, lost, count = walked(story, service, (start - origin) // MINUTE, (end - origin) // MINUTE)
                assert found.agreed[number, period] == agreed * MINUTE
                assert found.downtime(number, period) == lost * MINUTE
                assert found.outages[number, period] == count


def figures(found: Availability) -> list[Any]:
    each = [(i, j) for i in range(len(found.services)) for j in range(len(found.periods))]
    return [(int(found.agreed[i, j]), found.downtime(i, j), int(found.outages[i, j])) for i, j in each]


@given(stories, st.data())
def test_splitting_changes_nothing(story: Story, data: st.DataObject) -> None:
    """An outage told in two parts that touch or overlap, or told twice, is one outage."""
    rows = []
    for one in story.outages:
        cut = data.draw(st.integers(one.start, one.end))
        back = data.draw(st.integers(one.start, cut))
        rows += [evolve(one, end=cut), evolve(one, start=back)]
    again = evolve(story, outages=data.draw(st.permutations([*rows, *story.outages[:2]])))
    assert figures(measured(again)) == figures(measured(story))


@given(stories)
def test_windows_add_up(story: Story) -> None:
    """Two days hold together what both together hold; outages may be in both, and rounding is by part."""
    plain = evolve(story, step=0, minimum=0)
    days, whole = measured(plain), measured(plain, "term")
    assert days.agreed.sum(axis=1).tolist() == whole.agreed.ravel().tolist()
    for service in range(len(SERVICES)):
        assert days.downtime(service, 0) + days.downtime(service, 1) == whole.downtime(service, 0)
        assert whole.outages[service, 0] <= days.outages[service].sum()


@given(stories)
def test_removed_from_both(story: Story) -> None:
    """Time that is removed counts on neither side: an outage inside it changes nothing, nor does its absence."""
    removing = evolve(story, excluded="remove", minimum=0, flap=0, step=0)
    inside = [Outage("mail", a, b, Fraction(1), "provider") for a, b in story.planned]
    with_more = evolve(removing, outages=[*story.outages, *inside])
    assert figures(measured(with_more)) == figures(measured(removing))


@given(stories)
def test_policies_in_order(story: Story) -> None:
    """`count_as_down` is never more than `remove`, and that never more than `count_as_up`."""
    plain = evolve(story, step=0, minimum=0, flap=0)
    shares = [
        [measured(evolve(plain, excluded=policy)).share(i, j) for i in (0, 1) for j in (0, 1)]
        for policy in ("count_as_down", "remove", "count_as_up")
    ]
    for down, removed, up in zip(*shares, strict=True):
        assert down is not None
        assert up is not None
        assert down <= (up if removed is None else removed) <= up


@given(stories)
def test_responsibilities_add_up(story: Story) -> None:
    """What the first causes, and what the second adds to it, is what both cause: every minute once."""
    plain = evolve(story, step=0, minimum=0, flap=0)
    first = measured(evolve(plain, counted=("provider",)))
    both = measured(evolve(plain, counted=("provider", "customer")))
    assert figures(both) == figures(measured(evolve(plain, counted=None)))
    for service in range(len(SERVICES)):
        assert first.downtime(service, 0) <= both.downtime(service, 0)


@given(stories, st.integers(30, SPAN))
def test_worst_window(story: Story, length: int) -> None:
    """No window that begins at any minute is worse than the worst, and it is one of them."""
    found = measured(evolve(story, step=0, minimum=0))
    worst = worst_window(found, length * MINUTE, at(0), at(SPAN))
    origin = int(BEGIN.timestamp()) * 10**6
    starts = np.arange(SPAN - length + 1, dtype=np.int64) * MINUTE + origin
    laid = found.laid
    agreed = laid.agreed(starts[None, :].repeat(2, 0), starts[None, :].repeat(2, 0) + length * MINUTE)[0]
    agreed = agreed - laid.removed.between_one(0, starts, starts + length * MINUTE)[0]
    lost = laid.down.between_one(0, starts, starts + length * MINUTE)[1]
    scale = int(laid.scale[0])
    assert (worst is None) == (not agreed.any())
    if worst is None:
        return
    good, whole = worst.share.as_integer_ratio()
    # 1 - lost / agreed >= good / whole for every window, by products of integers.
    assert ((agreed * scale - lost) * whole >= agreed * scale * good)[agreed > 0].all()
    at_worst = laid.down.between_one(0, np.array([worst.start]), np.array([worst.end]))[1]
    assert Fraction(int(at_worst[0]), scale) == worst.down
    assert worst.share == 1 - worst.down / worst.agreed


@given(st.lists(rows, min_size=1, max_size=30))
def test_worst_weight_by_powers(those: list[Outage]) -> None:
    """Each segment has the greatest of the weights that hold in it, however many overlap."""
    service = np.array([SERVICES.index(one.service) for one in those])
    start, end = (np.array([getattr(one, name) for one in those], np.int64) for name in ("start", "end"))
    weight = np.array([int(one.weight * 4) for one in those], np.int64)
    found = swept(service, start, end, np.full(len(those), OUTAGE, np.int8), weight)
    for of, a, b, w in zip(found.service, found.start, found.end, found.weight, strict=True):
        holding = [
            int(one.weight * 4) for one in those if SERVICES[of] == one.service and one.start <= a and b <= one.end
        ]
        assert w == max(holding, default=0)


def test_many_services_over_all_time() -> None:
    """Services and years too many for one line of 64 bits: they are sorted by rank, with the same answers."""
    names = list(range(400))
    start = np.array(["0100-01-01", "9000-01-01"] * 200, "M8[us]")
    found = availability(
        outages(names, start, start + np.timedelta64(1, "h"), services=names),
        periods("year", datetime(9000, 1, 1, tzinfo=UTC), datetime(9001, 1, 1, tzinfo=UTC)),
        calendar=ALWAYS,
    )
    assert (found.down.ravel() == np.tile([0, 60 * MINUTE], 200)).all()
