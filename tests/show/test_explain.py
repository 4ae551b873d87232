"""Explanations as the command line shows them."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

import slamodel as sm
from slamodel.show.explain import print_explanation, print_json
from slamodel.show.tables import print_table
from tests.tickets import events_of, promise, rows

PAUSES = {"vendor": {"when": {"status": "vendor"}, "clause": "6.1"}}


def explained(**document: Any) -> sm.Explanation:
    log = rows(
        "2026-12-14T09:00Z opened",
        "2026-12-14T16:00Z status status=vendor",
        "2026-12-15T10:00Z status status=open",
        "2026-12-15T12:00Z resolved",
    )
    return sm.evaluate([promise("8h", **document)], events_of({"T": log})).explain("T")


@pytest.mark.parametrize("plain", [False, True])
def test_table(monkeypatch: pytest.MonkeyPatch, *, plain: bool) -> None:
    """Under the paragraph stands a row a stretch, in the calendar's zone, with what it adds to the used-up time."""
    if plain:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    out = io.StringIO()
    one = explained(pauses=PAUSES)
    print_explanation(one, out)
    paragraph, table = out.getvalue().split("\n\n")
    assert " ".join(paragraph.split("\n")) == str(one)
    assert max(map(len, paragraph.split("\n"))) <= 100
    lines = [" ".join(line.split()) for line in table.splitlines()]
    assert lines == [
        "from to state reason clause limit length counted",
        "Mon 2026-12-14 09:00 Mon 2026-12-14 16:00 running in hours 8h 7h 7h",
        "Mon 2026-12-14 16:00 Mon 2026-12-14 17:00 paused vendor 6.1 8h 1h -",
        "Mon 2026-12-14 17:00 Tue 2026-12-15 09:00 paused, closed vendor, outside hours 6.1 8h 16h -",
        "Tue 2026-12-15 09:00 Tue 2026-12-15 10:00 paused vendor 6.1 8h 1h -",
        "Tue 2026-12-15 10:00 Tue 2026-12-15 12:00 running in hours 8h 2h 2h",
    ]


def test_without_clauses() -> None:
    """Where no clause is named there is no column for it."""
    out = io.StringIO()
    print_explanation(explained(), out)
    head = out.getvalue().split("\n\n")[1].splitlines()[0]
    assert head.split() == ["from", "to", "state", "reason", "limit", "length", "counted"]


def test_without_stretches() -> None:
    """A clock that has not started has a sentence, and no table."""
    out = io.StringIO()
    log = events_of({"T": rows("2026-12-14T09:00Z note")})
    print_explanation(sm.evaluate([promise("8h")], log).explain("T"), out)
    assert "T has not started resolve" in out.getvalue()
    assert "counted" not in out.getvalue()


def test_json() -> None:
    """JSON holds the verdict, both texts and the stretches: instants in UTC, lengths as H:MM:SS, true and false."""
    out = io.StringIO()
    one = explained(pauses=PAUSES)
    print_json([one, one], out)
    first, second = json.loads(out.getvalue())
    assert first == second
    assert list(first) == ["verdict", "why", "paragraph", "zone", "paused_by_reason", "stretches"]
    assert first["why"] == one.why
    assert first["zone"] == "Europe/London"
    assert first["verdict"]["elapsed"] == "9:00:00"
    assert first["verdict"]["breached"] is True
    assert first["verdict"]["paused_since"] is None
    assert first["paused_by_reason"] == {"vendor": "2:00:00"}
    assert first["stretches"][2] == {
        "item": "T",
        "target": "resolve",
        "start": "2026-12-14T17:00:00Z",
        "end": "2026-12-15T09:00:00Z",
        "state": "paused",
        "covered": False,
        "length": "16:00:00",
        "reason": "vendor, outside hours",
        "clause": "6.1",
        "limit": "8h",
    }


def test_wide_tables_are_not_cut() -> None:
    """A table that is wider than the page runs on: a cut cell would hide a figure."""
    out = io.StringIO()
    print_table(("reason", "length"), [("x" * 300, "1h")], out)
    assert "x" * 300 + "      1h" in out.getvalue()
