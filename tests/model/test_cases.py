"""Worked examples, and questions that real libraries once got wrong, each with its pinned answer."""

import tomllib
import warnings
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slamodel as sm

CASES = Path(__file__).parent.parent / "cases"
EXAMPLES = tomllib.loads((CASES / "calendar.toml").read_text("utf-8"))
FAULTS = tomllib.loads((CASES / "faults.toml").read_text("utf-8"))
Case = dict[str, Any]

# A calendar that no file should spell out: every day of two years is a holiday.
TWO_YEARS_OFF = {
    "hours": {"mon-fri": "09:00-17:00"},
    "holidays": [date(2026, 1, 1) + timedelta(n) for n in range(730)],
}


def expected(case: Case) -> Any:
    if "hours" in case:
        return timedelta(hours=case["hours"])
    return timedelta(seconds=case["seconds"]) if "seconds" in case else case["answer"]


def named(case: Case) -> Any:
    return case["id"]


def ask(case: Case, document: Case) -> Any:
    calendar = sm.ServiceCalendar.from_dict(document)
    return getattr(calendar, case["ask"])(*case["given"])


def column(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    instant = np.datetime64((value - datetime.fromisoformat("1970-01-01T00:00Z")) // timedelta(microseconds=1), "us")
    return np.repeat(instant, 6)


@pytest.mark.parametrize("case", EXAMPLES["case"], ids=named)
def test_worked_example(case: Case) -> None:
    """Worked examples A1 to A5, A10 and what happens at closing (C2, S2)."""
    assert ask(case, EXAMPLES["calendars"][case["calendar"]]) == expected(case), case["claim"]


@pytest.mark.parametrize("case", EXAMPLES["case"], ids=named)
def test_worked_example_in_arrays(case: Case) -> None:
    """The same answers, asked with arrays."""
    calendar = sm.ServiceCalendar.from_dict(EXAMPLES["calendars"][case["calendar"]])
    answers = getattr(calendar, case["ask"])(*map(column, case["given"]))
    answer = expected(case)
    wanted = column(answer) if isinstance(answer, datetime) else np.repeat(np.array(answer), 6)
    assert (answers == wanted).all(), case["claim"]


@pytest.mark.fault
@pytest.mark.parametrize("case", [case for case in FAULTS["case"] if "refused" in case], ids=named)
def test_fault_is_refused(case: Case) -> None:
    """What cannot be answered is an error that says why, never a number and never a loop."""
    document = FAULTS["calendars"][case.get("calendar", "office")]
    with pytest.raises(sm.SlaModelError, match=case["refused"]):
        ask(case, document)


@pytest.mark.fault
@pytest.mark.parametrize("case", [case for case in FAULTS["case"] if "refused" not in case], ids=named)
def test_fault_is_not_repeated(case: Case) -> None:
    """The pinned answer, exactly; a warning where the holidays are no longer listed."""
    calendars = {**FAULTS["calendars"], "two-years-off": TWO_YEARS_OFF}
    if "NaT" in case["given"]:
        case = {**case, "given": [np.datetime64("2026-01-05T09:00"), np.datetime64("NaT")]}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer = ask(case, calendars[case.get("calendar", "office")])
    assert str(answer) == "NaT" if case.get("answer") == "NaT" else answer == expected(case)
    assert [case["warned"] in str(warning.message) for warning in caught] == [True] * ("warned" in case)


@pytest.mark.fault
def test_no_fault_is_left_out() -> None:
    """All 43 are here, in their order."""
    assert [int(case["id"][:2]) for case in FAULTS["case"]] == list(range(1, 44))
