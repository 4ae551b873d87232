"""Holidays: from a country, a market or a list; pinned when the calendar is made (S7)."""

from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

import pytest

import slamodel as sm
from slamodel.model.closures import HolidayRule, Holidays, parse_holidays

OFFICE = {"mon-fri": "09:00-17:00"}


def is_holiday(calendar: sm.ServiceCalendar, day: str) -> bool:
    return not calendar.is_open(datetime.fromisoformat(f"{day}T12:00+00:00"))


def test_country_and_subdivision() -> None:
    """The country GB with its subdivision ENG is "GB-ENG": Easter Monday closes England, not Scotland."""
    english = sm.ServiceCalendar(hours=OFFICE, holidays="GB-ENG")
    scottish = sm.ServiceCalendar(hours=OFFICE, holidays={"country": "GB", "subdivision": "SCT"})
    assert is_holiday(english, "2026-04-06")
    assert not is_holiday(scottish, "2026-04-06")
    assert is_holiday(english, "2026-12-28")  # Boxing Day is a Saturday
    assert english == sm.ServiceCalendar(hours=OFFICE, holidays={"country": "GB", "subdivision": "ENG"})


def test_rule_options() -> None:
    """Days moved off a weekend, other categories and other languages are asked for by name."""
    plain = sm.ServiceCalendar(hours=OFFICE, holidays={"country": "GB", "subdivision": "ENG", "observed": False})
    assert not is_holiday(plain, "2026-12-28")
    bank = sm.ServiceCalendar(hours=OFFICE, holidays={"country": "SE", "categories": "bank", "language": "en_US"})
    assert bank == sm.ServiceCalendar(
        hours=OFFICE, holidays={"country": "SE", "categories": ["bank"], "language": "en_US"}
    )
    market = sm.ServiceCalendar(hours=OFFICE, holidays={"market": "XNYS"})
    assert is_holiday(market, "2026-04-03")  # Good Friday
    assert market.holidays is not None
    assert market.holidays.source == f"holidays {version('holidays')}"


def test_list_and_names() -> None:
    """Dates, as texts or dates, with names or without; an empty list is no list."""
    listed = sm.ServiceCalendar(hours=OFFICE, holidays=["2026-12-25", date(2026, 1, 1)])
    assert is_holiday(listed, "2026-12-25")
    assert is_holiday(listed, "2026-01-01")
    assert listed.to_dict()["holidays"] == ["2026-01-01", "2026-12-25"]
    named = sm.ServiceCalendar(hours=OFFICE, holidays={"2026-12-25": "Christmas"})
    assert named.to_dict()["holidays"] == {"2026-12-25": "Christmas"}
    assert sm.ServiceCalendar.from_dict(named.to_dict()) == named
    assert sm.ServiceCalendar(hours=OFFICE, holidays=[]) == sm.ServiceCalendar(hours=OFFICE)


def test_holiday_on_a_special_day() -> None:
    """S5: a special day replaces its hours, holiday or not; a closed one stays closed."""
    calendar = sm.ServiceCalendar(
        hours=OFFICE,
        holidays=["2026-12-24", "2026-12-25"],
        special={"2026-12-24": "09:00-13:00", "2026-12-25": "09:00-13:00"},
        closed=["2026-12-25"],
    )
    assert not is_holiday(calendar, "2026-12-24")
    assert is_holiday(calendar, "2026-12-25")


def test_pinned_dates_win() -> None:
    """S7: a pinned calendar keeps its dates, whatever the package would say today; its rule goes on beyond them."""
    written = sm.ServiceCalendar(hours=OFFICE, holidays="GB-ENG").to_dict()
    pinned = written["holidays"]
    assert pinned["source"] == f"holidays {version('holidays')}"
    assert pinned["years"] == [2000, 2040]
    changed = {**pinned, "source": "holidays 0.1", "dates": {**pinned["dates"], "2026-08-12": "Grouse"}}
    calendar = sm.ServiceCalendar.from_dict({**written, "holidays": changed})
    assert is_holiday(calendar, "2026-08-12")
    assert is_holiday(calendar, "2041-12-25")
    assert is_holiday(calendar, "1999-12-27")
    assert not is_holiday(calendar, "2041-08-12")
    assert sm.ServiceCalendar.from_dict(calendar.to_dict()) == calendar


def test_rules_are_written_back() -> None:
    """What a rule is written as makes the same rule: every default spelled out, and the place as it was named."""
    for value in ("US", "GB-ENG", {"market": "XNYS"}, {"country": "US", "subdivision": "CA", "observed": False}):
        calendar = sm.ServiceCalendar(hours=OFFICE, holidays=value)
        written = calendar.to_dict()["holidays"]
        assert written.keys() >= {"language", "observed", "categories", "source", "years", "dates"}
        assert ("subdivision" in written) == (value not in ("US", {"market": "XNYS"}))
        assert sm.ServiceCalendar.from_dict(calendar.to_dict()) == calendar


def test_other_years_can_be_pinned() -> None:
    """The pinned years are a choice; the answers are the same."""
    few = sm.ServiceCalendar(hours=OFFICE, holidays={"country": "GB", "subdivision": "ENG", "years": [2025, 2027]})
    many = sm.ServiceCalendar(hours=OFFICE, holidays="GB-ENG")
    start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
    assert few != many
    assert few.spans(start, end) == many.spans(start, end)


def test_observed_day_in_the_neighbouring_year() -> None:
    """A day that is moved over New Year is found from either year: 1 January 2011 was observed in 2010."""
    market = HolidayRule(country="US")
    assert date(2010, 12, 31) in [day for day, _ in market.dates(2010, 2010)]
    assert date(2010, 12, 31) not in [day for day, _ in market.dates(2011, 2011)]


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (False, "E104", 'False; YAML 1.1 reads NO as false, write "NO" for Norway'),
        ({"country": False}, "E104", 'False; YAML 1.1 reads NO as false, write "NO" for Norway'),
        ("XX", "E106", "holidays of country 'XX' are not known"),
        ("gb", "E106", "holidays of country 'gb' are not known; did you mean 'GB'?"),
        ("GB-ENX", "E106", "'ENX' is no subdivision of GB; did you mean 'ENG'?"),
        ({"market": "XNYX"}, "E106", "holidays of market 'XNYX' are not known; did you mean 'XNYS'?"),
        ({"country": "GB", "market": "XNYS"}, "E106", "'GB' and 'XNYS': name a country or a market, not both"),
        ({"country": "GB", "categories": ["bakn"]}, "E106", "holidays: "),
        ({"country": 5}, "E106", "country, subdivision, market, language and categories are names"),
        ({"country": "GB", "categories": 5}, "E106", "country, subdivision, market, language and categories are names"),
        ({"country": "GB", "subdivison": "ENG"}, "E101", "'subdivison': unknown key; did you mean 'subdivision'?"),
        ({"country": "GB", "years": [2030, 2020]}, "E105", "years: [2030, 2020] are not a first and a last year"),
        ({"country": "GB", "years": 2030}, "E105", "years: 2030 are not a first and a last year"),
        (
            {"country": "GB", "dates": ["2026-12-25"]},
            "E105",
            "dates: ['2026-12-25'] is not a mapping of dates to names",
        ),
        (["2026-12-32"], "E105", "'2026-12-32' is not a date; write it as '2026-12-24'"),
        (
            [datetime(2026, 12, 25, tzinfo=UTC)],
            "E105",
            "2026-12-25T00:00:00+00:00 is an instant where a date is wanted",
        ),
        ([20261225], "E105", "20261225 is not a date"),
        (5, "E106", "5 are not holidays; write a country such as 'GB-ENG', or a list of dates"),
    ],
)
def test_holidays_are_refused(value: Any, code: str, message: str) -> None:
    """Unknown countries, subdivisions, markets and keys are named, with the nearest that is known."""
    with pytest.raises(sm.CalendarError) as caught:
        sm.ServiceCalendar(hours=OFFICE, holidays=value)
    (problem,) = caught.value.problems
    assert problem.message.startswith(message) or message in problem.message
    assert (problem.code, problem.path) == (code, "holidays")


def test_parsed_holidays_are_kept() -> None:
    """Holidays that are read already are taken as they are."""
    made = parse_holidays("GB-ENG")
    assert isinstance(made, Holidays)
    assert parse_holidays(made) is made
    assert parse_holidays(None) is None
    assert sm.ServiceCalendar(hours=OFFICE, holidays=made) == sm.ServiceCalendar(hours=OFFICE, holidays="GB-ENG")
