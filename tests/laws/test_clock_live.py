"""A live item is judged as a log of one: after any event, at any instant, in any order of arrival (C6)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.clock import run as engine
from slamodel.clock.evaluate import evaluate
from slamodel.clock.stopwatch import Stopwatch
from tests.lives import Lives, lives, table_of

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
ITEM = "item 0"


def _batch(life: Lives, rows: list[Any]) -> dict[str, Any] | None:
    try:
        found = evaluate([life.target], table_of({ITEM: rows}), as_of=life.as_of).to_dicts()
    except sm.EventError as error:
        if error.problems[0].code != "E136":
            raise
        return None
    return found[0] if found else None


def _live(watch: Stopwatch, life: Lives) -> dict[str, Any] | None:
    try:
        return watch.verdict(life.as_of)
    except sm.EventError as error:
        if error.problems[0].code not in {"E136", "E190"}:
            raise
        return None


def _events(life: Lives) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if value is not None} for row in life.logs[0]]


@given(lives(items=1))
def test_every_prefix(life: Lives) -> None:
    """After each event the stopwatch says what the batch says of the events so far."""
    watch = Stopwatch(life.target, {"item": ITEM})
    try:
        for n, event in enumerate(_events(life), 1):
            watch.apply(event)
            assert _live(watch, life) == _batch(life, list(life.logs[0][:n]))
    except sm.HorizonError:
        pass


@given(lives(items=1), st.randoms(use_true_random=False))
def test_any_order_of_arrival(life: Lives, random: Any) -> None:
    """Events that carry a sequence may come in any order, and a state goes on after JSON."""
    events = [{**event, "sequence": n} for n, event in enumerate(_events(life))]
    shuffled = events[:]
    random.shuffle(shuffled)
    try:
        straight = _live(Stopwatch(life.target, {"item": ITEM}).apply_all(events), life)
        half = Stopwatch(life.target, {"item": ITEM}).apply_all(shuffled[: len(events) // 2])
        state = json.loads(json.dumps(half.to_dict(), default=lambda value: value.isoformat()))
        again = Stopwatch.from_dict(life.target, state).apply_all(shuffled[len(events) // 2 :])
        assert _live(again, life) == straight
    except sm.HorizonError:
        pass


@given(lives(items=3))
def test_order_of_the_log(life: Lives) -> None:
    """With a sequence, shuffling the log changes nothing; nor does cutting the work into small pieces."""
    logs = {f"item {i}": list(log) for i, log in enumerate(life.logs)}
    rows = [(item, n, row) for item, log in logs.items() for n, row in enumerate(log)]
    backwards: dict[str, list[Any]] = {}
    for item, _, row in reversed(rows):
        backwards.setdefault(item, []).append(row)
    sequence = [n for item in backwards for n in reversed(range(len(logs[item])))]
    try:
        whole = evaluate([life.target], table_of(logs), as_of=life.as_of).to_dicts()
        again = evaluate([life.target], table_of(backwards, sequence=sequence), as_of=life.as_of).to_dicts()
        assert again == whole
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engine, "_CHUNK_ROWS", 2)
            assert evaluate([life.target], table_of(logs), as_of=life.as_of).to_dicts() == whole
    except (sm.EventError, sm.HorizonError):
        pass


@given(lives(items=2, cycles="once"))
def test_said_twice(life: Lives) -> None:
    """Saying every event twice changes nothing (C6), but for what begins a clock each time: a reset, another cycle."""
    once = {f"item {i}": list(log) for i, log in enumerate(life.logs)}
    twice = {item: [row for row in log for _ in (0, 1)] for item, log in once.items()}
    target = evolve(life.target, resets=sm.Moment())
    try:
        single = evaluate([target], table_of(once), as_of=life.as_of).to_dicts()
        assert evaluate([target], table_of(twice), as_of=life.as_of).to_dicts() == single
    except (sm.EventError, sm.HorizonError):
        pass


@given(lives(items=2))
def test_what_a_verdict_says_of_itself(life: Lives) -> None:
    """Breached and breached_at go together, remaining is limit less elapsed, and one row reads like all exports."""
    table = table_of({f"item {i}": list(log) for i, log in enumerate(life.logs)})
    try:
        verdicts = evaluate([life.target], table, as_of=life.as_of)
    except (sm.EventError, sm.HorizonError):
        return
    for row in verdicts:
        assert row["breached"] == (row["breached_at"] is not None)
        if row["stage"] in {"met", "missed"}:
            assert row["breached"] == (row["stage"] == "missed")
        if row["remaining"] is not None:
            left = row["limit"] - row["elapsed"]
            assert row["remaining"] == (left if life.target.negative_remaining else max(left, timedelta()))
            assert row["percentage"] == pytest.approx(100 * (row["elapsed"] / row["limit"]))
        if row["stage"] == "paused":
            assert row["due"] is None or life.target.due_while_paused != "none"
            assert row["reason"]
    frame = verdicts.to_pandas().astype(object)
    assert frame.where(frame.notna(), None)["item"].tolist() == [row["item"] for row in verdicts]
    assert verdicts.to_arrow()["due"].to_pylist() == [row["due"] for row in verdicts]
    assert verdicts.to_polars()["elapsed"].to_list() == [row["elapsed"] for row in verdicts]
    counted = verdicts.summary()
    total = sum(one.measured + one.open + one.paused + one.cancelled + one.excluded for one in counted)
    assert total == len(verdicts)
