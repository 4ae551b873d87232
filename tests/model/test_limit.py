"""Limits say something that their calendar can count, wherever they are made (C5)."""

from typing import Any

import pytest

import slamodel as sm
from slamodel.timeline.durations import Amount, parse_amount
from slamodel.timeline.relative import RelativeDue, parse_due

OFFICE = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"})
ALWAYS = sm.ServiceCalendar(hours="24x7")


@pytest.mark.parametrize(
    ("amount", "calendar", "code", "said"),
    [
        (Amount(), OFFICE, "E130", "limit must be greater than zero, got 0s"),
        (parse_amount("2d"), OFFICE, "E131", "'2d' is ambiguous in business hours: write 2bd"),
        (parse_amount("3bd"), ALWAYS, "E132", "'3bd' needs a calendar with closed days"),
        (parse_amount("3bd"), OFFICE | ALWAYS, "E132", "'3bd' needs a calendar with closed days"),
    ],
)
def test_a_limit_that_cannot_be_counted(amount: Amount, calendar: Any, code: str, said: str) -> None:
    """E130 to E132 are found by the limit itself, not only by a file."""
    with pytest.raises(sm.AgreementError, match=said) as caught:
        sm.Limit(amount, calendar)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_due_needs_dates() -> None:
    """E132: the end of a business day is nothing where no day ends; a date in a field needs none."""
    with pytest.raises(sm.AgreementError, match="'end of next business day' needs a calendar with closed days"):
        sm.Limit(Amount(), ALWAYS, due=parse_due("end of next business day"))
    assert sm.Limit(Amount(), ALWAYS, due=parse_due("on due_date")).due == RelativeDue(field="due_date")


def test_a_target_promises_something() -> None:
    """E102: a target without a limit is no target."""
    with pytest.raises(sm.AgreementError, match="target 'resolve' promises nothing; give it a limit"):
        sm.Target(id="resolve", limits=())


@pytest.mark.parametrize(
    "text",
    [
        "end of same business day",
        "end of next business day",
        "end of 21st business day",
        "end of 12th business day",
        "by 12:30 on 2nd business day",
        "on due_date",
        "3bd before due_date",
    ],
)
def test_dues_are_written_as_they_are_read(text: str) -> None:
    """C5 relative: the words and back; capitals and 'the' are as good."""
    assert str(parse_due(text)) == text
    assert parse_due(text.upper().replace("DUE_DATE", "due_date").replace("BD", "bd")) == parse_due(text)


@pytest.mark.parametrize("text", ["end of week", "by 25:00 on next business day", "by 12:60 next business day", "on"])
def test_what_is_no_due(text: str) -> None:
    """The message shows what can be written."""
    with pytest.raises(sm.DurationError, match="is not a due; write 'end of next business day'"):
        parse_due(text)


@pytest.mark.parametrize(("operator", "count"), [("|", 3), ("-", 1), ("~", 2), ("+", 2)])
def test_a_combination_is_of_two_or_the_rest_of_one(operator: str, count: int) -> None:
    """A part that would not be looked at is an error, never a plausible answer."""
    with pytest.raises(sm.CalendarError, match=r"is no combination; write a \| b"):
        sm.CombinedCalendar(operator, (OFFICE,) * count)
