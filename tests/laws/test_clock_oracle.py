"""Clocks in a batch, one by one, live and ticked through say the same (C2 to C11, C14)."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given

import slamodel as sm
from slamodel.clock.clocks import NEVER, REASONS
from slamodel.clock.evaluate import evaluate
from tests.lives import Lives, lives, table_of
from tests.oracle.verdict import verdict

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
Verdict = dict[str, Any]


def judged(life: Lives, *items: int, copies: int = 1) -> dict[str, Verdict]:
    """Return the verdicts by item: none where nothing is promised, or for a calendar that never opens again."""
    logs = {f"{i}.{copy}": list(life.logs[i]) for i in items or range(len(life.logs)) for copy in range(copies)}
    try:
        found = evaluate([life.target], table_of(logs), as_of=life.as_of)
    except sm.EventError as error:
        if error.problems[0].code != "E136":
            raise
        return {}
    return {row["item"]: row for row in found.to_dicts()}


def ticked(life: Lives, item: int) -> Verdict | None:
    """Return the oracle's verdict; LookupError where it would have to look further than it can."""
    log = list(life.logs[item])
    if min(row["at"] for row in log) > life.as_of:
        return None
    return verdict(life.rules, log, life.as_of, life.step)


def holds(life: Lives) -> None:
    # More than a handful of clocks are counted in arrays, fewer one by one.
    batch = judged(life, copies=3)
    for i in range(len(life.logs)):
        alone = judged(life, i).get(f"{i}.0")
        for copy in range(3):
            assert batch.get(f"{i}.{copy}") == (alone and {**alone, "item": f"{i}.{copy}"})
        try:
            truth = ticked(life, i)
        except LookupError:
            continue
        if alone and alone["reason"] == REASONS[NEVER]:
            # What ticking finds anyway is what needs no answer of that calendar.
            continue
        if truth is None or alone is None:
            assert truth is alone
            continue
        assert not {name: (alone[name], value) for name, value in truth.items() if alone[name] != value}


@given(lives() | lives(in_days=True))
def test_batch_is_one_is_oracle(life: Lives) -> None:
    """Each row of a batch is the verdict on its item alone, and what ticking through its life finds."""
    with suppress(sm.HorizonError):
        holds(life)
