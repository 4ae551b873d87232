"""A verdict explains itself: the ledger of its stretches adds up to it exactly, over any life (C15)."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

import slamodel as sm
from slamodel.clock.evaluate import evaluate
from slamodel.clock.stopwatch import Stopwatch
from slamodel.clock.telling.explain import Explanation, explain
from tests.lives import Lives, lives

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
NONE = timedelta()
UNITS = {
    "us": timedelta(microseconds=1),
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
}


def explained(life: Lives) -> list[Explanation]:
    """Return the explanation of every verdict; none where nothing is promised."""
    try:
        found = evaluate([life.target], life.table(), as_of=life.as_of)
    except sm.EventError as error:
        if error.problems[0].code != "E136":
            raise
        return []
    return [explain(found, item=row["item"]) for row in found]


def adds_up(one: Explanation) -> None:
    """Hold a ledger to its verdict: without a gap, and to the microsecond."""
    row = one.verdict
    if row["stage"] in {"pending", "excluded"}:
        assert not len(one)
        assert one.why
        return
    assert one.total() == max(one.as_of - row["started_at"], NONE)
    assert all(a.end == b.start for a, b in pairwise(one))
    assert all(stretch.length > NONE for stretch in one)
    if len(one):
        assert one.stretches[0].start == row["started_at"]
        assert one.stretches[-1].end == one.as_of
    assert one.total("running", covered=True) + one.rescaled == row["elapsed"]
    assert one.rescaled == NONE or one.target.priority_change == "proportional"
    assert one.total("running") == row["wall_elapsed"]
    assert one.total("paused", covered=True) == row["paused"]
    assert one.total("paused") == row["wall_paused"]
    assert sum(one.paused_by_reason.values(), NONE) == row["paused"]


def speaks(one: Explanation) -> None:
    """Hold each stretch to having a reason, and the words to being there."""
    names = [rule.name for rule in one.target.pauses]
    for stretch in one:
        assert stretch.reason
        assert bool(stretch.pauses) == (stretch.state == "paused")
        assert list(stretch.pauses) == [name for name in names if name in stretch.pauses]
        assert bool(stretch.limit) == (stretch.state in {"running", "paused"})
        assert bool(stretch.closed) == (bool(stretch.limit) and not stretch.covered)
    assert one.why.startswith(str(one.verdict["item"]))
    assert one.paragraph.startswith(one.why)
    assert len(one.to_csv().splitlines()) == len(one.to_dicts()) + 1 == len(one) + 1


@settings(max_examples=60)
@given(lives())
def test_ledgers_add_up(life: Lives) -> None:
    """The stretches of every clock adjoin, and add up to its start, its elapsed and its paused time (C15)."""
    with suppress(sm.HorizonError):
        for one in explained(life):
            adds_up(one)
            speaks(one)
            assert NONE <= life.as_of - one.as_of < UNITS[one.target.resolution]


@settings(max_examples=30)
@given(lives(items=1))
def test_ledgers_of_cycles(life: Lives) -> None:
    """The ledger of each cycle adds up to the verdict on it; the last one's is the item's (C15 cycles)."""
    with suppress(sm.HorizonError):
        for last in explained(life):
            found = evaluate([life.target], life.table(), as_of=life.as_of)
            for row in found.each_cycle():
                if row["cycles"]:
                    one = explain(found, item=row["item"], cycle=row["cycles"])
                    assert one.verdict == row
                    adds_up(one)
            if last.verdict["cycles"]:
                assert one.stretches == last.stretches


@settings(max_examples=30)
@given(lives(items=1))
def test_live_explanations(life: Lives) -> None:
    """A live item is explained as its row of a batch."""
    with suppress(sm.HorizonError):
        for one in explained(life):
            watch = Stopwatch(life.target, {"item": "item 0"})
            watch.apply_all([{key: value for key, value in row.items() if value is not None} for row in life.logs[0]])
            assert watch.explain(life.as_of) == one
            rows = evaluate([life.target], life.table(), as_of=life.as_of).each_cycle()
            assert watch.each_cycle(life.as_of) == rows.to_dicts()
            for row in rows:
                if row["cycles"]:
                    assert watch.explain(life.as_of, cycle=row["cycles"]).verdict == row
            with pytest.raises(sm.EventError, match=f"cycles? on item 0, no {len(rows) + 1}"):
                watch.explain(life.as_of, cycle=len(rows) + 1)
