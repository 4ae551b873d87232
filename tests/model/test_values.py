"""Shares, amounts and periods are exact, and say what is wrong with them."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import slamodel as sm
from slamodel.model.money import EXPONENTS
from slamodel.model.percent import number_text, parse_number


@pytest.mark.parametrize(
    ("text", "share"), [("95%", Fraction(19, 20)), (" 99.5 %", Fraction(199, 200)), ("0%", 0), ("250%", Fraction(5, 2))]
)
def test_percent(text: str, share: Fraction) -> None:
    """A percentage is an exact fraction, and is written as it was."""
    percent = sm.Percent.parse(text)
    assert percent.share == share
    assert sm.Percent.parse(str(percent)) == percent


def test_percent_of_other_numbers() -> None:
    """Whole numbers and decimals are exact; shares are ordered; a third is written as a fraction."""
    assert sm.Percent(1) == sm.Percent(Fraction(1)) == sm.Percent(Decimal("1.00"))
    assert sm.Percent.parse("9%") < sm.Percent.parse("10%")
    assert str(sm.Percent(Fraction(1, 3))) == "100/3%"
    assert number_text(Fraction(1, 8)) == "0.125"
    assert number_text(Fraction(200)) == "200"


@pytest.mark.parametrize("value", ["95", "%", "1e2%", "٩%", 95, 0.95, None, True, "9" * 13 + "%"])
def test_no_percent(value: Any) -> None:
    """What is no percentage is refused, and told how to write one."""
    with pytest.raises(sm.AgreementError, match="write it with its sign"):
        sm.Percent.parse(value)


def test_percent_is_exact() -> None:
    """A float is no exact share, and no share is negative."""
    with pytest.raises(sm.AgreementError, match="is not an exact share"):
        sm.Percent(0.95)
    with pytest.raises(sm.AgreementError, match="must not be negative"):
        sm.Percent.parse("-1%")


@pytest.mark.parametrize(
    ("value", "number"),
    [(4.2, Fraction(21, 5)), ("4.20", Fraction(21, 5)), ("2,000", 2000), (3, 3), (Decimal("0.1"), Fraction(1, 10))],
)
def test_number(value: Any, number: Fraction) -> None:
    """A number that a file read as a float is the decimal that was written."""
    assert parse_number(value) == number


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "1,00", "4 of 5", None, 1e300, 10**15])
def test_no_number(value: Any) -> None:
    """What is no number is refused."""
    with pytest.raises(sm.AgreementError, match="is not a number"):
        parse_number(value)


@pytest.mark.parametrize(
    ("text", "written"),
    [("8,400 GBP", "8400.00 GBP"), ("JPY 500", "500 JPY"), ("1.234 KWD", "1.234 KWD"), ("-3.5 EUR", "-3.50 EUR")],
)
def test_money(text: str, written: str) -> None:
    """An amount is told with the places of its currency."""
    assert str(sm.Money.parse(text)) == written
    assert sm.Money.parse(written) == sm.Money.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5.5 JPY", "5.5 JPY has more decimal places than the 0 of JPY"),
        ("5 gbp", "'gbp' is no currency of ISO 4217; did you mean 'GBP'?"),
        ("5 XQZ", "'XQZ' is no currency of ISO 4217"),
        ("84,00 GBP", "'84,00 GBP': commas stand before every three digits"),
        ("5", "'5' is not an amount of money"),
        (5, "'5' is not an amount of money"),
    ],
)
def test_no_money(text: Any, message: str) -> None:
    """What is no amount is refused."""
    with pytest.raises(sm.AgreementError) as error:
        sm.Money.parse(text)
    assert str(error.value).startswith(message)


def test_money_is_exact() -> None:
    """Floats, and what is not finite, are no amounts; currencies have the places of ISO 4217."""
    amounts: list[Any] = [0.1, Decimal("NaN"), 5]
    for amount in amounts:
        with pytest.raises(sm.AgreementError, match="is not an exact amount"):
            sm.Money(amount, "GBP")
    assert sm.Money(Decimal("2.0"), "GBP") == sm.Money(Decimal(2), "GBP")
    assert [EXPONENTS[code] for code in ("JPY", "GBP", "KWD", "CLF")] == [0, 2, 3, 4]


@pytest.mark.parametrize(
    "text",
    [
        *("day", "week", "month", "quarter", "half year", "year", "contract month", "contract year", "term"),
        *("week from sunday", "month from 15", "rolling 30 days", "rolling 2 weeks"),
    ],
)
def test_period(text: str) -> None:
    """Every period is written as it is read."""
    assert str(sm.Period.parse(text)) == text
    assert sm.Period.parse(text.upper()) == sm.Period.parse(text)


def test_periods_in_other_words() -> None:
    """Adverbs, the first of a month, and a Monday are what they are without a word."""
    assert sm.Period.parse("quarterly") == sm.Period("quarter")
    assert sm.Period.parse("annually") == sm.Period("year")
    assert sm.Period.parse("month from the 1st") == sm.Period("month")
    assert sm.Period.parse("week from mon") == sm.Period("week")
    assert sm.Period.parse("half-year") == sm.Period("half_year")


@pytest.mark.parametrize(
    "text", ["fortnight", "month from 29", "month from sunday", "week from 3", "week from sundae", "rolling x", 5, ""]
)
def test_no_period(text: Any) -> None:
    """What is no period is refused."""
    with pytest.raises(sm.AgreementError):
        sm.Period.parse(text)


def test_period_as_made() -> None:
    """A period that begins on a day that it cannot have is refused where it is made."""
    for unit, first in (("week", 7), ("month", 29), ("quarter", 1), ("week", -1)):
        with pytest.raises(sm.AgreementError, match="does not begin on"):
            sm.Period(unit, first)


@pytest.mark.parametrize(("text", "term"), [("6 months", (6, "month")), ("1 year", (1, "year")), ("30d", (30, "day"))])
def test_term(text: str, term: tuple[int, str]) -> None:
    """A length of the calendar is a count and a unit."""
    assert sm.Term.parse(text) == sm.Term(*term)
    assert sm.Term.parse(str(sm.Term(*term))) == sm.Term(*term)


@pytest.mark.parametrize("text", ["0 days", "6", "6 fortnights", "-1 day", None])
def test_no_term(text: Any) -> None:
    """What is no length of the calendar is refused."""
    with pytest.raises(sm.AgreementError):
        sm.Term.parse(text)
