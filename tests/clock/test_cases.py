"""Worked examples of the clock, and reports of clocks that were wrong, each with its pinned answer."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from slamodel.clock.stages import INSTANTS, LENGTHS
from tests.tickets import at, length, promise, verdict

CASES = Path(__file__).parent.parent / "cases"
EXAMPLES = tomllib.loads((CASES / "clock.toml").read_text("utf-8"))
FAULTS = tomllib.loads((CASES / "clock-faults.toml").read_text("utf-8"))
Case = dict[str, Any]


def named(case: Case) -> Any:
    return case["id"]


def judged(case: Case, calendars: Case) -> Case:
    """Return the verdict on a case's log; every calendar of its file may be a cover."""
    document: Case = {"calendars": calendars, "calendar": case.get("calendar", next(iter(calendars)))}
    document |= {key: case[key] for key in ("pauses", "targets", "events") if key in case}
    target = promise(case.get("target"), target=case.get("name", "resolve"), **document)
    return verdict(target, *case["log"], as_of=case.get("as_of"))


def expected(name: str, value: Any) -> Any:
    if value == "none":
        return None
    return at(value) if name in INSTANTS else length(value) if name in LENGTHS else value


def check(case: Case, calendars: Case) -> None:
    found = judged(case, calendars)
    assert {name: found[name] for name in case["says"]} == {
        name: expected(name, value) for name, value in case["says"].items()
    }, case["claim"]


@pytest.mark.parametrize("case", EXAMPLES["case"], ids=named)
def test_worked_example(case: Case) -> None:
    """Worked examples A1 to A10 and V1, one incident, the options of C3 to C11, and values that products gave."""
    check(case, EXAMPLES["calendars"])


@pytest.mark.fault
@pytest.mark.parametrize("case", FAULTS["case"], ids=named)
def test_fault_is_not_repeated(case: Case) -> None:
    """The pinned answer, exactly."""
    check(case, FAULTS["calendars"])
