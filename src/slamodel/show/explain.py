"""Explain on the command line: the paragraph, and the stretches as a table or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import IO, Any, Final

from slamodel.clock.phrases import instant_words, length_words
from slamodel.clock.telling.explain import Explanation
from slamodel.clock.telling.ledger import PAUSED, RUNNING, Stretch, as_text
from slamodel.show.tables import print_table

_HEAD: Final = ("from", "to", "state", "reason", "clause", "limit", "length", "counted")
_CLAUSE: Final = _HEAD.index("clause")
_WIDTH: Final = 100


def print_explanation(one: Explanation, out: IO[str]) -> None:
    """Print what happened in words, then a row a stretch; "counted" is what each adds to the used-up time."""
    out.write(textwrap.fill(one.paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False) + "\n")
    if not len(one):
        return
    rows = [_cells(stretch, one.zone) for stretch in one]
    table: list[tuple[str, ...]] = [_HEAD, *rows]
    if not any(row[_CLAUSE] for row in rows):
        table = [(*row[:_CLAUSE], *row[_CLAUSE + 1 :]) for row in table]
    out.write("\n")
    print_table(table[0], table[1:], out, names=len(table[0]) - 2)


def _cells(stretch: Stretch, zone: str) -> tuple[str, ...]:
    state = stretch.state
    if state in {RUNNING, PAUSED} and not stretch.covered:
        state += ", closed"
    counted = length_words(stretch.length) if stretch.state == RUNNING and stretch.covered else "-"
    return (
        instant_words(stretch.start, zone),
        instant_words(stretch.end, zone),
        state,
        stretch.reason,
        stretch.clause,
        stretch.limit,
        length_words(stretch.length),
        counted,
    )


def print_json(found: Iterable[Explanation], out: IO[str]) -> None:
    """Print a list with an object an explanation: instants as ISO 8601 UTC, lengths as [-]H:MM:SS."""
    json.dump([_document(one) for one in found], out, indent=1, ensure_ascii=False)
    out.write("\n")


def _document(one: Explanation) -> dict[str, Any]:
    return {
        "verdict": {name: _json(value) for name, value in one.verdict.items()},
        "why": one.why,
        "paragraph": one.paragraph,
        "zone": one.zone,
        "paused_by_reason": {name: _json(length) for name, length in one.paused_by_reason.items()},
        "stretches": [{name: _json(value) for name, value in row.items()} for row in one.to_dicts()],
    }


def _json(value: Any) -> Any:
    return value if isinstance(value, bool) else as_text(value)
