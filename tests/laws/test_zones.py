"""The steps of every zone are those of ZoneInfo: in the past, around each change, and in the far tail (S3, M6)."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slamodel.timeline.instants import FIRST, LAST, year_start
from slamodel.timeline.zones import zone
from tests.oracle import place
from tests.strategies import EPOCH, ODD_ZONES, ZONES, anchors, clock_changes, to_instants, zones

SECOND = 1_000_000
MICROSECOND = timedelta(microseconds=1)
MONTHS = [year_start(year) + month * 30 * 86400 * SECOND for year in range(1900, 2200) for month in range(12)]


def offsets_of_zoneinfo(key: str, instants: list[int]) -> list[int]:
    info = place(key)
    at = [datetime.fromtimestamp(instant // SECOND, UTC).astimezone(info) for instant in instants]
    return [(moment.utcoffset() or timedelta()) // MICROSECOND for moment in at]


def offsets_of_steps(key: str, instants: list[int]) -> list[int]:
    begins, offsets = zone(key).steps(max(instants))
    found: list[int] = offsets[np.searchsorted(begins, instants, side="right") - 1].tolist()
    return found


@pytest.mark.parametrize("part", range(12))
def test_every_zone_is_zoneinfo(part: int) -> None:
    """Month by month from 1900 to 2200, and a second before, at and after each change, in each zone."""
    for key in ZONES[part::12]:
        begins, _ = zone(key).steps(year_start(2200))
        edges = [at for at in begins.tolist() if FIRST < at < year_start(2200)]
        instants = [*MONTHS, *(at + gap for at in edges for gap in (-SECOND, 0, SECOND))]
        assert offsets_of_steps(key, instants) == offsets_of_zoneinfo(key, instants), key


@pytest.mark.parametrize("key", ODD_ZONES)
def test_no_change_is_missed(key: str) -> None:
    """The changes found by probing ZoneInfo are all among the steps."""
    begins, offsets = zone(key).steps(year_start(2201))
    changes = {at for at, before, after in zip(begins[1:], offsets, offsets[1:], strict=False) if before != after}
    assert {(change - EPOCH) // MICROSECOND for change in clock_changes(key)} <= changes


@given(st.sampled_from(ZONES), st.lists(st.integers(FIRST // SECOND, LAST // SECOND - 1), min_size=1))
def test_any_instant_of_any_zone(key: str, seconds: list[int]) -> None:
    """At any second of years 2 to 9998; asked in any order, the steps grow as they are needed."""
    for at in seconds if max(seconds) * SECOND < year_start(3000) else seconds[:2]:
        assert offsets_of_steps(key, [at * SECOND]) == offsets_of_zoneinfo(key, [at * SECOND])


def test_last_year_has_its_summer() -> None:
    """A yearly rule holds up to the end of year 9998."""
    instants = [year_start(9998) + month * 30 * 86400 * SECOND for month in range(12)]
    assert offsets_of_steps("Europe/London", instants) == offsets_of_zoneinfo("Europe/London", instants)
    assert len(set(offsets_of_steps("Europe/London", instants))) == 2


@given(st.data(), zones())
def test_wall_times_are_found(data: st.DataObject, key: str) -> None:
    """S6: a wall time has no instant in a gap, two in a fold, else one; in arrays as one by one."""
    near = [data.draw(anchors(key)) + data.draw(st.timedeltas(-timedelta(1), timedelta(1))) for _ in "abc"]
    walls = [at.astimezone(place(key)).replace(tzinfo=None, microsecond=0) for at in near]
    walls += [wall + data.draw(st.sampled_from([timedelta(0), timedelta(minutes=31)])) for wall in walls]
    expected = [[(at - EPOCH) // MICROSECOND for at in to_instants(key, wall)] for wall in walls]
    column = np.array(walls, "M8[us]").astype(np.int64)
    assert [zone(key).to_instants(wall) for wall in column.tolist()] == expected
    instants, counts = zone(key).to_instants_array(column)
    assert counts.tolist() == [len(found) for found in expected]
    assert [at for at, count in zip(instants.tolist(), counts, strict=True) if count == 1] == [
        found[0] for found in expected if len(found) == 1
    ]


def test_steps_grow_once() -> None:
    """Growing to where they reach already changes nothing: two threads may want the same years at once."""
    london = zone("Europe/London")
    steps = london.steps(year_start(2100))
    london._extend(year_start(2090))
    assert london.steps(year_start(2100)) is steps


def test_no_wall_times() -> None:
    """No rows in, no rows out."""
    nothing = np.empty(0, np.int64)
    instants, counts = zone("Europe/London").to_instants_array(nothing)
    assert len(instants) == len(counts) == 0
