"""Open time by weeks that share patterns is the open time of the pieces as they stand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slamodel.timeline import weekly
from slamodel.timeline.pieces import Pieces, Scratch
from slamodel.timeline.spans import spans_of
from slamodel.timeline.weekly import WEEK, Weekly

HOUR = 3_600_000_000
WEEKS = 5
hashes = st.sampled_from([weekly._mix, np.zeros_like])


def open_time(of: Pieces | Weekly, at: Any) -> list[int]:
    out = np.empty(len(at), np.int64)
    of.covered_into(at, out, Scratch(len(at)))
    found: list[int] = out.tolist()
    return found


@given(st.lists(st.tuples(st.integers(0, 168 * WEEKS), st.integers(1, 200)), min_size=1, max_size=20), hashes)
def test_weeks_are_pieces(hours: list[tuple[int, int]], mix: Callable[[Any], Any]) -> None:
    """Any stretches on an axis of whole weeks, some longer than a week; even if all hashes collide."""
    spans = spans_of([a * HOUR for a, _ in hours], [min(a + n, 168 * WEEKS) * HOUR for a, n in hours])
    if not len(spans):
        spans = spans_of([0], [HOUR])
    at = np.arange(0, WEEKS * WEEK, HOUR // 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weekly, "_mix", mix)
        made = Weekly(spans.starts, spans.ends, WEEKS * WEEK)
    assert open_time(made, at) == open_time(Pieces(spans.starts, spans.ends, 0, WEEKS * WEEK), at)


@given(st.lists(st.integers(0, 160), min_size=WEEKS, max_size=WEEKS), hashes)
def test_weeks_of_one_size(opens: list[int], mix: Callable[[Any], Any]) -> None:
    """Weeks with equally many pieces are not taken for equal, though their hashes be."""
    starts = np.array([week * WEEK + at * HOUR for week, at in enumerate(opens)])
    at = np.arange(0, WEEKS * WEEK, HOUR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weekly, "_mix", mix)
        made = Weekly(starts, starts + HOUR, WEEKS * WEEK)
    assert open_time(made, at) == open_time(Pieces(starts, starts + HOUR, 0, WEEKS * WEEK), at)
