"""CalendarTable: each row is answered as its own calendar would."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from tests.strategies import DAY, ZONES, anchors, documents

CALENDARS = {
    "office": sm.ServiceCalendar(timezone="Europe/London", hours={"mon-fri": "09:00-12:30, 13:30-17:00"}),
    "night": sm.ServiceCalendar(timezone="Australia/Lord_Howe", hours={"daily": "22:15-05:45"}),
    "always": sm.ServiceCalendar(hours="24x7"),
    "sunday": sm.ServiceCalendar(timezone="Asia/Kathmandu", hours={"sun": "10:00-11:00"}),
}
TABLE = sm.CalendarTable(CALENDARS)
ASKS: dict[str, tuple[Any, ...]] = {
    "elapsed": (np.datetime64("2026-03-15T12:00"),),
    "due": (np.timedelta64(9, "h"),),
    "breaches_after": (np.timedelta64(90, "m"),),
    "start_by": (np.timedelta64(2, "h"),),
    "is_open": (),
    "next_open": (),
    "previous_close": (),
}
AT = np.datetime64("2026-03-01T00:00:00") + np.arange(0, 40 * 86400, 86400 // 16)
IDS = np.array(list(CALENDARS))[np.arange(len(AT)) % 4]
questions = pytest.mark.parametrize("question", ASKS)


@questions
def test_each_row_is_its_calendar(question: str) -> None:
    """Names mixed row by row: each answer is that of the row's calendar alone."""
    rest = ASKS[question]
    answers = getattr(TABLE, question)(IDS, AT, *rest)
    for name, calendar in CALENDARS.items():
        mine = name == IDS
        assert np.array_equal(answers[mine], getattr(calendar, question)(AT[mine], *rest))


@questions
def test_positions_are_names(question: str) -> None:
    """Positions, of any integer type, ask what names ask; a sequence of calendars has positions only."""
    answers = getattr(TABLE, question)(IDS, AT, *ASKS[question])
    numbers = (np.arange(len(AT)) % 4).astype(np.uint8)
    assert np.array_equal(getattr(TABLE, question)(numbers, AT, *ASKS[question]), answers)
    listed = sm.CalendarTable(CALENDARS.values())
    assert np.array_equal(getattr(listed, question)(numbers, AT, *ASKS[question]), answers)


@questions
def test_one_calendar_for_all_rows(question: str) -> None:
    """A single name is broadcast over the instants, an instant over the names."""
    answers = getattr(TABLE, question)("night", AT, *ASKS[question])
    assert np.array_equal(answers, getattr(CALENDARS["night"], question)(AT, *ASKS[question]))
    each = getattr(TABLE, question)(list(CALENDARS), AT[5], *ASKS[question])
    assert each.tolist() == [
        getattr(calendar, question)(AT[5], *ASKS[question]).item() for calendar in CALENDARS.values()
    ]


@questions
def test_few_rows(question: str) -> None:
    """A few rows answer as many do, and a missing instant costs the others nothing (C14)."""
    answers = getattr(TABLE, question)(IDS, AT, *ASKS[question])
    for count in range(8):
        assert np.array_equal(getattr(TABLE, question)(IDS[:count], AT[:count], *ASKS[question]), answers[:count])
    holed = AT.copy()
    holed[::3] = np.datetime64("NaT")
    kept = ~np.isnat(holed)
    assert np.array_equal(getattr(TABLE, question)(IDS, holed, *ASKS[question])[kept], answers[kept])


@pytest.fixture(scope="module")
def crowd() -> list[sm.ServiceCalendar]:
    """Return calendars enough that their weeks are shared: many zones, each with a special week of its own."""
    made = []
    for n, key in enumerate(ZONES[::8]):
        night = f"{n % 24:02d}:{n % 6}0-{(n + 9) % 24:02d}:00"
        special = {f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}": "03:00-03:10, 04:00-23:00"}
        made.append(sm.ServiceCalendar(timezone=key, hours={"mon-sat": night}, special=special, closed=["2026-12-25"]))
    return [*made, CALENDARS["always"], CALENDARS["sunday"]]


@questions
@pytest.mark.parametrize("shared", [True, False])
def test_crowd(question: str, shared: bool, crowd: list[sm.ServiceCalendar], monkeypatch: pytest.MonkeyPatch) -> None:
    """Dozens of calendars over years, whose equal weeks are kept once (or not, where hashes collide)."""
    if not shared:
        monkeypatch.setattr("slamodel.timeline.weekly._mix", np.zeros_like)
    table = sm.CalendarTable(crowd)
    rng = np.random.default_rng(11)
    at = np.datetime64("2025-01-01", "us") + rng.integers(0, 4 * 365 * 86400 * 10**6, 3000).astype("m8[us]")
    ids = rng.integers(0, len(crowd), len(at))
    rest = [np.resize(np.asarray(each), len(at)) for each in ASKS[question]]
    answers = getattr(table, question)(ids, at, *rest)
    for k, calendar in enumerate(crowd):
        mine = ids == k
        alone = getattr(calendar, question)(at[mine], *(column[mine] for column in rest))
        assert np.array_equal(answers[mine], alone), calendar


@pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
@given(st.data())
def test_any_calendars(data: st.DataObject) -> None:
    """The same, for calendars of all kinds near each other's exceptions."""
    near = data.draw(anchors("Europe/London"))
    made = [sm.ServiceCalendar.from_dict(data.draw(documents(near=near.date()))) for _ in range(3)]
    table = sm.CalendarTable(made)
    gaps = data.draw(st.lists(st.timedeltas(-20 * DAY, 20 * DAY), min_size=5, max_size=12))
    at = np.array([(near + gap).replace(tzinfo=None) for gap in gaps], "M8[us]")
    ids = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(at), max_size=len(at))))
    amounts = np.array(data.draw(st.lists(st.integers(0, 10**11), min_size=len(at), max_size=len(at))), "m8[us]")
    for question in ASKS:
        rest = {"elapsed": [at[::-1]], "due": [amounts], "breaches_after": [amounts], "start_by": [amounts]}
        try:
            columns = [at, *rest.get(question, [])]
            each = [getattr(made[k], question)(*(column[[i]] for column in columns))[0] for i, k in enumerate(ids)]
        except sm.HorizonError:
            with pytest.raises(sm.HorizonError):
                getattr(table, question)(ids, *columns)
            continue
        assert getattr(table, question)(ids, *columns).tolist() == np.array(each).tolist()


def test_each_row_warns_for_itself() -> None:
    """A calendar with listed holidays is warned of by its own rows only."""
    listed = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, holidays=["2026-12-25"])
    table = sm.CalendarTable({"listed": listed, "always": CALENDARS["always"]})
    at = np.array(["2026-05-04T10:00", "2028-05-04T10:00"] * 3, "M8[s]")
    table.is_open(["listed", "always"] * 3, at)
    table.due(["listed", "always"] * 3, at, "1h")
    table.elapsed(["listed", "always"] * 3, at, at + np.timedelta64(1, "D"))
    with pytest.warns(sm.HolidayHorizonWarning, match="was asked about 2028"):
        table.is_open(["always", "listed"] * 3, at)
    table.due(["always", "listed"] * 3, at, "1h")  # once is enough


def test_names_and_length() -> None:
    """A table knows its calendars."""
    assert len(TABLE) == 4
    assert TABLE["night"] is CALENDARS["night"]
    assert repr(TABLE).startswith("CalendarTable({'office': ServiceCalendar(")


def test_unknown_calendars_are_refused() -> None:
    """An id that is not in the table is named, with those that are."""
    with pytest.raises(sm.CalendarError, match="calendar 'offcie' is not in the table; known: office, night"):
        TABLE.is_open(["office", "offcie"], AT[:2])
    with pytest.raises(sm.CalendarError, match="calendar 4 is not in the table of 4"):
        TABLE.is_open([0, 4], AT[:2])
    with pytest.raises(sm.CalendarError, match="calendar -1 is not in the table of 4"):
        TABLE.is_open([0, -1], AT[:2])
    with pytest.raises(sm.CalendarError, match="'x': '24x7' is not a calendar"):
        sm.CalendarTable({"x": "24x7"})  # type: ignore[arg-type]


def test_one_never_opens_again() -> None:
    """The calendar that has no answer is named; the others are not."""
    once = sm.ServiceCalendar(hours={"daily": "closed"}, special={"2026-01-05": "09:00-10:00"})
    table = sm.CalendarTable([CALENDARS["office"], once])
    column = np.full(8, np.datetime64("2027-01-05T10:00:00"))
    assert table.next_open([0] * 8, column).tolist() == [datetime(2027, 1, 5, 10)] * 8
    with pytest.raises(sm.HorizonError, match=r"calendar closed UTC \(1 special day\) never opens after"):
        table.next_open([0, 1] * 4, column)
    with pytest.raises(sm.HorizonError, match=r"\(1 special day\) is never open before 2025-12-01T10:00"):
        table.start_by([0, 1] * 4, column - np.timedelta64(400, "D"), "1h")
    assert CALENDARS["office"].is_open(datetime(2027, 1, 5, 10, tzinfo=UTC))
