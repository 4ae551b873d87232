"""The time zone of the process changes nothing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import slamodel as sm
from tests.strategies import Asked, asked

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")


@contextmanager
def process_zone(name: str) -> Iterator[None]:
    before = os.environ.get("TZ", "")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ["TZ"] = before
        if not before:
            del os.environ["TZ"]
        time.tzset()


def answers(question: Asked) -> list[Any]:
    calendar = sm.ServiceCalendar.from_dict(question.document)
    a, b = question.instants
    return [
        calendar.elapsed(a, b),
        calendar.spans(a, b),
        calendar.is_open(np.array([at.replace(tzinfo=None) for at in question.instants * 3], "M8[us]")).tolist(),
        calendar.to_dict(),
        str(calendar),
    ]


@given(asked(2))
def test_process_zone_changes_nothing(question: Asked) -> None:
    """Property 12: the same answers in Auckland, in Newfoundland, and in a zone that no database knows."""
    found = []
    for name in ("UTC", "Pacific/Auckland", "America/St_Johns", "XYZ+12"):
        with process_zone(name):
            found.append(answers(question))
    assert all(each == found[0] for each in found)


def test_process_locale_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """S7: the names of holidays do not follow the machine's language."""
    found = []
    for language in ("en_US", "de_DE", "th_TH"):
        for variable in ("LANGUAGE", "LC_ALL", "LANG"):
            monkeypatch.setenv(variable, language)
        found.append(sm.ServiceCalendar(hours={"mon": "09:00-17:00"}, holidays="DE-BY"))
    assert found[0] == found[1] == found[2]
    assert found[0].to_dict() == found[2].to_dict()
