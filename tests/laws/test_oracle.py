"""The calendar, asked one by one and in arrays, says what the oracle says that looks at the wall clock (S2 to S5)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import slamodel as sm
from tests.oracle import Oracle
from tests.strategies import Case, cases

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
QUESTIONS = ("elapsed", "due", "breaches_after", "start_by", "is_open", "next_open", "previous_close")
FAR = "further than the oracle looks"
NEVER = "never again"


def arguments(case: Case, question: str) -> list[tuple[Any, ...]]:
    if question == "elapsed":
        return list(zip(case.instants, case.instants[::-1], strict=True))
    if question in {"due", "breaches_after", "start_by"}:
        return list(zip(case.instants, case.amounts, strict=True))
    return [(at,) for at in case.instants]


def answered(ask: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    try:
        return ask(*given)
    except sm.HorizonError:
        return NEVER
    except LookupError:
        return FAR


def as_array(values: Any) -> Any:
    if isinstance(values[0], timedelta):
        return np.array(values, "m8[us]")
    return np.array([value.replace(tzinfo=None) for value in values], "M8[us]")


def as_scalars(values: Any) -> list[Any]:
    return [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in values.tolist()]


@pytest.mark.parametrize("question", QUESTIONS)
@given(case=cases())
def test_array_is_scalar_is_oracle(question: str, case: Case) -> None:
    """Property 11, and the oracle: each element of an array answer, and each scalar one, is what ticking finds."""
    calendar = sm.ServiceCalendar.from_dict(case.document)
    oracle = Oracle(case.document, case.step, case.first, case.last)
    asked = arguments(case, question)
    expected = [answered(getattr(oracle, question), each) for each in asked]
    scalars = [answered(getattr(calendar, question), each) for each in asked]
    for each, scalar, truth in zip(asked, scalars, expected, strict=True):
        if truth is FAR:
            assert scalar is NEVER or not case.first < scalar < case.last, each
        else:
            assert scalar == truth, each
    # Twice over, because arrays of a few values are answered one by one.
    asked, scalars = asked * 2, scalars * 2
    if NEVER in scalars:
        with pytest.raises(sm.HorizonError):
            getattr(calendar, question)(*map(as_array, zip(*asked, strict=True)))
    kept = [each for each, scalar in zip(asked, scalars, strict=True) if scalar is not NEVER]
    if kept:
        array = getattr(calendar, question)(*map(as_array, zip(*kept, strict=True)))
        assert as_scalars(array) == [scalar for scalar in scalars if scalar is not NEVER]
