"""Logs as they come: overlapping exports, truths and numbers in several spellings, absurd dates, times without zones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import slamodel as sm

CYCLES = """
slamodel: 1
agreement: desk
calendar: 24x7
targets: {resolve: {within: 30m, reopen: new_cycle, met_if: last}, next_reply: 1h, update: {every: 1h}}
"""
AT = "2026-12-14T09:40:00Z"
REOPENED = [("I", "2026-12-14T09:00:00Z", "opened"), ("I", AT, "reopened"), ("I", AT, "resolved")]
REPLIED = [("I", "2026-12-14T09:00:00Z", "opened"), ("I", AT, "replied"), ("I", AT, "requester_replied")]


def told(book: sm.Portfolio, log: Any, *names: str) -> list[Any]:
    """What verdicts say, without the word that puts them."""
    return [tuple(row[name] for name in names) for row in sm.evaluate(book, log)]


# -- rows that stand there twice


@pytest.mark.parametrize("rows", [REOPENED, REPLIED])
def test_exports_that_overlap(rows: list[tuple[str, str, str]]) -> None:
    """C6 twice: a row that repeats an earlier one counts once, wherever the two stand, and is reported."""
    book, log = sm.loads(CYCLES), pd.DataFrame(rows, columns=["item", "at", "do"])
    once = sm.evaluate(book, log)
    for doubled in (pd.concat([log, log]), log.loc[log.index.repeat(2)], pd.concat([log, log[1:], log[2:]])):
        twice = sm.evaluate(book, doubled)
        assert twice.to_dicts() == once.to_dicts()
        again = [note for note in twice.ignored if "repeats an earlier row" in note]
        assert len(again) == len(doubled) - len(log)
    assert "line 4 repeats an earlier row and counts once" in sm.evaluate(book, pd.concat([log, log])).ignored
    with pytest.raises(sm.EventError, match=r"line 4 repeats an earlier row and counts once \[E192\]"):
        sm.evaluate(book, pd.concat([log, log]), strict=True)


def test_what_comes_back_needs_a_sequence() -> None:
    """C6 twice: what comes back within one instant needs a sequence to say so."""
    paper = "slamodel: 1\nagreement: d\ncalendar: 24x7\ntargets: {resolve: 1h}\npauses: {hold: {when: {state: hold}}}\n"
    book, ordered = sm.loads(paper), sm.loads(f"{paper}events: {{sequence: n}}\n")
    rows = [("I", "2026-12-14T09:00:00Z", "opened", ""), *(("I", AT, "state", to) for to in ("hold", "open", "hold"))]
    log = pd.DataFrame(rows, columns=["item", "at", "do", "to"]).assign(n=range(4))
    assert told(book, log, "stage") == [("running",)]
    assert told(ordered, log, "stage") == [("paused",)]
