"""Array answers: broadcast, unit kept, NaT for NaT (C14), whatever the memory behind the input looks like."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm

CALENDAR = sm.ServiceCalendar(
    timezone="Europe/London",
    hours={"mon-fri": "09:00-12:30, 13:30-17:00"},
    closed=["2026-12-25"],
)
NIGHT = sm.ServiceCalendar(timezone="Australia/Lord_Howe", hours={"daily": "22:15-05:45"})
Ask = Callable[[Any], Any]
ASKS: dict[str, Ask] = {
    "elapsed": lambda at: CALENDAR.elapsed(at, np.datetime64("2026-12-24T12:00:00")),
    "due": lambda at: CALENDAR.due(at, "9h"),
    "breaches_after": lambda at: CALENDAR.breaches_after(at, "7h"),
    "start_by": lambda at: CALENDAR.start_by(at, "9h"),
    "is_open": CALENDAR.is_open,
    "next_open": CALENDAR.next_open,
    "previous_close": CALENDAR.previous_close,
}
MINUTES = np.datetime64("2026-12-01T00:00") + np.arange(0, 60 * 24 * 40, 97)
questions = pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)


def one_by_one(ask: Ask, column: Any) -> list[Any]:
    answers = [ask(at.replace(tzinfo=UTC)) for at in column.astype("M8[us]").tolist()]
    return [
        answer.replace(tzinfo=None) if isinstance(answer, datetime) else getattr(answer, "item", lambda a=answer: a)()
        for answer in answers
    ]


@questions
def test_each_element_is_its_scalar(ask: Ask) -> None:
    """Property 11: an array answer is the scalar answers, element by element."""
    assert ask(MINUTES.astype("M8[us]")).astype(object).tolist() == one_by_one(ask, MINUTES)


@questions
def test_few_and_many_agree(ask: Ask) -> None:
    """Arrays of one to nine values answer as a long one does."""
    whole = ask(MINUTES)
    for count in range(10):
        assert np.array_equal(ask(MINUTES[:count]), whole[:count])


@questions
@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_unit_is_kept(ask: Ask, unit: str) -> None:
    """An answer comes in the unit of the question."""
    answer = ask(MINUTES.astype(f"M8[{unit}]"))
    assert answer.dtype.kind == "b" or np.datetime_data(answer.dtype) == (unit, 1)
    assert np.array_equal(answer, ask(MINUTES.astype("M8[us]")))


@questions
@pytest.mark.parametrize(("unit", "answered"), [("m", "s"), ("h", "s"), ("D", "s"), ("M", "s"), ("ns", "us")])
def test_other_units(ask: Ask, unit: str, answered: str) -> None:
    """Coarser units are answered in seconds, nanoseconds in microseconds."""
    column = np.repeat(np.array(["2026-11", "2026-12"], "M8[M]").astype(f"M8[{unit}]"), 4)
    answer = ask(column)
    assert answer.dtype.kind == "b" or np.datetime_data(answer.dtype) == (answered, 1)
    assert np.array_equal(answer, ask(column.astype("M8[us]")))


@questions
def test_unit_of_several_ticks(ask: Ask) -> None:
    """A unit such as 15 minutes is read as what it says."""
    column = MINUTES[:10].astype("M8[15m]")
    assert np.array_equal(ask(column), ask(column.astype("M8[us]")))


def test_finer_answer_to_a_coarse_question() -> None:
    """Where the amount is finer than the instants, the answer is as fine as it has to be."""
    answer = CALENDAR.due(np.array(["2026-12-01T10:00"] * 5, "M8[s]"), np.timedelta64(1500, "us"))
    assert answer.dtype == np.dtype("M8[us]")
    assert set(answer.tolist()) == {datetime(2026, 12, 1, 10, 0, 0, 1500)}


@questions
def test_nat_gives_nat(ask: Ask) -> None:
    """C14: NaT in, NaT out (is_open: False), and no other row is touched."""
    column = MINUTES[:12].astype("M8[us]").copy()
    expected = ask(column)
    column[[0, 5, 11]] = np.datetime64("NaT")
    answer = ask(column)
    kept = ~np.isnat(column)
    assert np.array_equal(answer[kept], expected[kept])
    missing = answer[~kept]
    assert not missing.any() if missing.dtype.kind == "b" else np.isnat(missing).all()


@questions
def test_all_nat(ask: Ask) -> None:
    """C14: nothing but NaT, of any unit, or none."""
    for column in (np.full(7, "NaT", "M8[s]"), np.full(7, "NaT", "M8"), np.array([None, None], object)):
        answer = ask(column)
        assert answer.shape == column.shape
        assert not answer.any() if answer.dtype.kind == "b" else np.isnat(answer).all()


def test_nat_of_pandas() -> None:
    """C14: pandas' NaT is a datetime to Python, and gives NaT as None does; a naive datetime is still an error (S6)."""
    at = datetime(2026, 6, 10, 9, tzinfo=UTC)
    calendar = sm.ServiceCalendar(timezone="Europe/London", hours={"mon-fri": "09:00-17:00"})
    answers = [calendar.due(pd.NaT, "1h"), calendar.due(at, pd.NaT), calendar.due(None, "1h")]
    answers += [calendar.elapsed(pd.NaT, at), calendar.elapsed(at, pd.NaT), calendar.elapsed([at], pd.NaT)]
    answers += [ask(pd.NaT) for ask in (calendar.next_open, calendar.previous_close)]
    answers += [ask(pd.NaT, "1h") for ask in (calendar.breaches_after, calendar.start_by)]
    assert all(np.isnat(answer).all() for answer in answers)
    assert not calendar.is_open(pd.NaT)
    naive = at.replace(tzinfo=None)
    with pytest.raises(sm.InstantError):
        calendar.due(naive, "1h")
    with pytest.raises(sm.InstantError):
        calendar.elapsed(naive, at)
    with pytest.raises(sm.InstantError):
        calendar.is_open(naive)


def test_nat_in_either_column() -> None:
    """C14: elapsed and due are NaT where either of their columns is."""
    at, nat = np.datetime64("2026-12-01T10:00:00", "s"), np.datetime64("NaT")
    assert np.isnat(CALENDAR.elapsed(np.array([at, nat, at]), np.array([nat, at, at]))).tolist() == [True, True, False]
    amounts = np.array([1, "NaT", 2], "m8[h]")
    assert np.isnat(CALENDAR.due(at, amounts)).tolist() == [False, True, False]
    assert np.isnat(CALENDAR.due(datetime(2026, 12, 1, tzinfo=UTC), np.timedelta64("NaT")))
    assert np.isnat(CALENDAR.due(np.array([at]), np.array(["NaT"], "m8")))


@questions
def test_empty(ask: Ask) -> None:
    """No rows in, no rows out, of any shape."""
    for shape in ((0,), (3, 0), (0, 2)):
        assert ask(np.empty(shape, "M8[ms]")).shape == shape
    assert ask([]).shape == (0,)


@questions
def test_any_memory(ask: Ask) -> None:
    """Strided, reversed, unsorted, transposed, byte-swapped and read-only input answers as a plain copy does."""
    plain = MINUTES.astype("M8[us]")
    frozen = plain.copy()
    frozen.flags.writeable = False
    answers = ask(plain)
    assert np.array_equal(ask(frozen), answers)
    assert np.array_equal(ask(np.repeat(plain, 3)[::3]), answers)
    assert np.array_equal(ask(plain[::-1]), answers[::-1])
    assert np.array_equal(ask(plain.astype(">M8[us]")), answers)
    order = np.random.default_rng(7).permutation(len(plain))
    assert np.array_equal(ask(plain[order]), answers[order])
    square = plain[:400].reshape(20, 20)
    assert np.array_equal(ask(square), answers[:400].reshape(20, 20))
    assert np.array_equal(ask(square.T), answers[:400].reshape(20, 20).T)


@questions
def test_input_is_left_alone(ask: Ask) -> None:
    """A question changes nothing in the arrays it was asked with."""
    column = MINUTES.astype("M8[us]")
    ask(column)
    assert np.array_equal(column, MINUTES)


@questions
def test_longer_than_a_block(ask: Ask) -> None:
    """Columns longer than a block of the engine answer as their parts do."""
    column = np.resize(MINUTES.astype("M8[us]"), 70_003)
    answer = ask(column)
    assert np.array_equal(answer, np.resize(ask(MINUTES.astype("M8[us]")), len(column)))


@questions
def test_scalar_of_numpy(ask: Ask) -> None:
    """A datetime64 scalar gives a NumPy scalar, an array of no dimension too."""
    at = np.datetime64("2026-12-01T10:30:00")
    assert np.ndim(ask(at)) == 0
    assert ask(at) == ask(np.array(at)) == ask(np.array([at]))[0]


@questions
def test_datetimes_in_a_list(ask: Ask) -> None:
    """A list of aware datetimes, of any zones, and of None is a column too, in microseconds."""
    zone = datetime.fromisoformat("2026-12-01T10:30+05:30").tzinfo
    listed = [datetime(2026, 12, 1, 10, 30, tzinfo=zone), None, datetime(2026, 12, 1, 5, tzinfo=UTC)] * 2
    column = np.array(["2026-12-01T05:00", "NaT", "2026-12-01T05:00"] * 2, "M8[us]")
    assert np.array_equal(ask(listed), ask(column), equal_nan=ask(column).dtype.kind != "b")


def test_objects_of_numpy() -> None:
    """datetime64 values in an object array are read as what they are."""
    mixed = np.array([np.datetime64("2026-12-01T10:30"), datetime(2026, 12, 1, 10, 30, tzinfo=UTC)], object)
    assert CALENDAR.is_open(mixed).tolist() == [True, True]


def test_broadcast() -> None:
    """Instants and amounts of different shapes meet as NumPy arrays do."""
    starts, amounts = MINUTES[:6].astype("M8[s]"), np.array([[1], [5], [9]], "m8[h]")
    answer = CALENDAR.due(starts, amounts)
    assert answer.shape == (3, 6)
    for i, amount in enumerate(amounts[:, 0]):
        assert np.array_equal(answer[i], CALENDAR.due(starts, amount))
    pairs = CALENDAR.elapsed(starts[:, None], starts)
    assert np.array_equal(pairs, -pairs.T)
    assert CALENDAR.elapsed(datetime(2026, 12, 1, tzinfo=UTC), starts).shape == (6,)
    with pytest.raises(ValueError, match="broadcast"):
        CALENDAR.elapsed(starts, starts[:4])


@given(st.lists(st.integers(0, 2**41), min_size=5, max_size=30), st.lists(st.integers(0, 10**12), min_size=1))
def test_microseconds_are_exact(ticks: list[int], lengths: list[int]) -> None:
    """C13: nothing is rounded; to the microsecond an array answers as datetimes do."""
    at = np.datetime64("2026-01-01", "us") + np.array(ticks, "m8[us]")
    amounts = np.resize(np.array(lengths, "m8[us]"), len(at))
    starts = [start.replace(tzinfo=UTC) for start in at.tolist()]
    for name in ("due", "breaches_after", "start_by"):
        ask = getattr(NIGHT, name)
        single = [
            ask(start, length).replace(tzinfo=None) for start, length in zip(starts, amounts.tolist(), strict=True)
        ]
        assert ask(at, amounts).tolist() == single
    single = [NIGHT.elapsed(a, b) for a, b in zip(starts, reversed(starts), strict=True)]
    assert NIGHT.elapsed(at, at[::-1]).tolist() == single


def test_answers_come_in_the_zone_of_the_question() -> None:
    """A datetime answer is in the zone of the datetime that was given."""
    zone = datetime.fromisoformat("2026-12-01T10:30+05:30").tzinfo
    at = datetime(2026, 12, 1, 20, 30, tzinfo=zone)
    for answer in (CALENDAR.due(at, "1h"), CALENDAR.next_open(at), CALENDAR.start_by(at, "1h")):
        assert answer.tzinfo is zone
    assert CALENDAR.spans(at, at + timedelta(1))[0][0].tzinfo is zone
