"""The same log in the dialects of other products: what each of them makes of it, side by side."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clock.test_cases import CASES, EXAMPLES, Case, expected
from tests.tickets import promise, verdict

DOCUMENT = tomllib.loads((CASES / "products.toml").read_text("utf-8"))
JIRA = [case for case in EXAMPLES["case"] if case["id"].startswith("D1 Jira")]


def cases() -> Iterator[Any]:
    for case in DOCUMENT["case"]:
        for dialect, says in case["says_of"].items():
            yield pytest.param(case, dialect, says, id=f"{case['id']}, {dialect}")


def judged(case: Case, calendars: Case, dialect: str) -> Case:
    """Return the verdict on a case's log, with a dialect for the agreement."""
    document = {"calendars": calendars, "calendar": case.get("calendar", next(iter(calendars))), "dialect": dialect}
    document |= {key: case[key] for key in ("pauses",) if key in case}
    return verdict(promise(case["target"], **document), *case["log"], as_of=case.get("as_of"))


@pytest.mark.parametrize(("case", "dialect", "says"), list(cases()))
def test_dialect(case: Case, dialect: str, says: Case) -> None:
    """D2 to D7 and what else differs: the verdict of a dialect."""
    found = judged(case, DOCUMENT["calendars"], dialect)
    assert {name: found[name] for name in says} == {name: expected(name, value) for name, value in says.items()}


@pytest.mark.parametrize("case", JIRA, ids=lambda case: case["id"])
def test_jira(case: Case) -> None:
    """D1: the values of a live project hold in the dialect too, to the millisecond."""
    found = judged(case, EXAMPLES["calendars"], "jira")
    assert {name: found[name] for name in case["says"]} == {
        name: expected(name, value) for name, value in case["says"].items()
    }


def test_nine_values_of_jira() -> None:
    """D1 has nine values: the seventh is asked of two clocks."""
    assert len(JIRA) == 10
