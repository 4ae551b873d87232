"""Whatever becomes of a valid file is refused in our words, or read, and then written and read again."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.io.agreements.reader import read_document
from slamodel.io.long_form.texts import text_of
from slamodel.report.check.profiles import NAMES
from tests.strategies import Draw

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
CASES = Path(__file__).parent.parent / "cases"
TEMPLATES: dict[str, Any] = {
    "slamodel": 1,
    "timezone": "UTC",
    "calendars": {"office": {"hours": {"mon": "09:00-17:00"}}, "round": {"either": ["office", {"outside": "office"}]}},
    "agreements": [
        {"agreement": "a", "extends": "gold", "targets": {"resolve": {"P1": "2h"}}},
        {"template": "gold", "extends": "base", "calendar": "round", "pauses": {"w": {"when": {"status": "w"}}}},
        {"template": "base", "targets": {"resolve": {"P1": "4h", "P2": "8h"}, "close": {"within": "1h", "stops": "x"}}},
    ],
}
VERSIONS: dict[str, Any] = {
    "slamodel": 1,
    "which": "all",
    "timezone": "Europe/London",
    "agreements": [
        {
            "agreement": "a",
            "provider": "it",
            "customer": "all",
            "from": "2026-01-01",
            "until": "2026-12-31",
            "applies": {"client": "acme"},
            "precedence": 1,
            "approvals": ["it", {"party": "all", "person": "Ann", "at": "2025-12-01"}],
            "suspensions": [{"from": "2026-03-01", "until": "2026-03-07T12:00", "reason": "unpaid"}],
            "renewals": ["2027-12-31", {"until": "2028-12-31", "recorded_at": "2027-11-01", "note": "again"}],
            "termination": {"at": "2028-03-01T10:00Z", "by": "it"},
            "calendar": "24x7",
            "targets": {"resolve": {"P1": "4h"}},
            "measured": [{"id": "p95", "what": "resolve", "expected": "95%"}],
        },
        {
            "agreement": "a",
            "version": 2,
            "amends": 1,
            "from": "2026-06-15",
            "as_of": "event",
            "mid_period": "pro_rata",
            "recorded_at": "2026-06-01 09:00",
            "targets": {"resolve": {"P1": "2h"}},
        },
        {"agreement": "a", "version": 3, "amends": 2, "from": "2026-09-01", "state": "draft"},
    ],
}
FILES = [CASES / "agreement-helpdesk.yaml", *sorted(CASES.glob("managed-service/*.yaml"))]
WHOLE = [
    TEMPLATES,
    VERSIONS,
    *({key: value for key, value in read_document(path).data.items() if key != "extends"} for path in FILES),
]
ODD = [
    *("2026-07-01", "draft", "event", "2026-03-29T01:30"),
    *(None, True, 0, -1, 1.5, "", "none", "x", "24x7", "gold", "gold/none.yaml", [], {}, ["a"], [None], [[1]]),
    *({"a": 1}, {"either": ["office", "office"]}, {"all": 3}, {"template": "gold"}, {"at": "x"}, {"not": None}),
]
KEYS = ["amends", "version", "extends", "template", "either", "P9", "all", "within", "agreements", "calendars", "x"]


def paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document but its root."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in parts:
        yield (*path, key)
        yield from paths(value, (*path, key))


@st.composite
def edited(draw: Draw) -> dict[str, Any]:
    """Return a file that loads, with up to three parts of it replaced, left out or added."""
    document: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(0, 3))):
        places = list(paths(document))
        if not places:
            break
        *outer, key = draw(st.sampled_from(places))
        held: Any = document
        for step in outer:
            held = held[step]
        how = draw(st.sampled_from(["replace", "leave out", "add"]))
        if how == "leave out":
            del held[key]
        elif how == "add" and isinstance(held, dict):
            held[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(ODD)))
        else:
            held[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return document


@given(edited(), st.booleans(), st.sampled_from(["yaml", "toml", "json"]))
def test_edits(document: dict[str, Any], long: bool, format: str) -> None:  # noqa: A002  as loads calls it
    """An edited file is refused with an AgreementError, or it comes back equal from what is written of it."""
    book, problems = loaded(document)
    assert all(problem.code and problem.message for problem in problems)
    assert book is None or sm.loads(sm.dumps(book, format=format, long=long), format=format) == book


@given(edited())
def test_places_of_edits(document: dict[str, Any]) -> None:
    """What is wrong with an edited file has a line and a column in its text."""
    try:
        sm.loads(text_of(document, "yaml"))
    except sm.AgreementError as error:
        assert all(problem.line and problem.column and problem.message for problem in error.problems)  # noqa: PT017


@given(edited(), st.sampled_from(["", *NAMES]))
def test_checks_of_edits(document: dict[str, Any], profile: str) -> None:
    """A check of an edited file raises nothing; it has an error if the file does not load."""
    found = sm.check(document, profile=profile)
    _, problems = loaded(document)
    assert {problem.code for problem in problems} <= {problem.code for problem in found.errors}


def loaded(document: dict[str, Any]) -> tuple[sm.Portfolio | None, tuple[sm.Problem, ...]]:
    """Return what a document holds, or what is wrong with it; any other error is raised on."""
    try:
        return sm.load(document), ()
    except sm.AgreementError as error:
        return None, error.problems or (sm.Problem("", "", ""),)
