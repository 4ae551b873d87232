"""Charges: what was invoiced for an agreement or a service in a period, checked once; what shares are of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Integral
from typing import Any, Final

from attrs import evolve, field, frozen

from slamodel.errors import ChargeError, Problem
from slamodel.model._checks import Problems, did_you_mean
from slamodel.model.money import EXPONENTS, Money
from slamodel.model.period import Period
from slamodel.report.credits.dates import Dates, dates_of

COLUMNS: Final = ("agreement", "service", "period", "amount", "currency", "reference")
_NEEDED: Final = ("agreement", "period", "amount", "currency")


@frozen(kw_only=True)
class Charge:
    """One charge: so much for an ``agreement``, or one ``service`` of it (""; all), in a ``period`` ("2026-06").

    ``reference`` tells several lines of one period apart (an invoice number); they add up. ``file`` and ``line`` are
    where it stood.
    """

    agreement: str
    period: str
    money: Money
    service: str = ""
    reference: str = ""
    file: str = field(default="", eq=False)
    line: int = field(default=0, eq=False)


@frozen
class Charged:
    """What was charged over some dates: ``amount`` is all that is known of, ``missing`` the dates of which nothing is.

    ``missing`` is empty where the charges are complete. ``currency`` is "" where there are none.
    """

    amount: Fraction
    currency: str
    missing: str = ""


@frozen
class Charges:
    """All charges, in the order of their rows. Raises ChargeError for one that is there twice or is below zero."""

    rows: tuple[Charge, ...] = ()
    _by_agreement: dict[str, list[Charge]] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        problems, seen = Problems(), set[tuple[str, ...]]()
        sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
        by_agreement: dict[str, list[Charge]] = defaultdict(list)
        for row in self.rows:
            by_agreement[row.agreement].append(row)
            key = (row.agreement, row.service, row.period)
            if (*key, row.reference) in seen:
                msg = f"{row.period} is charged twice; add the amounts up, or give each row a reference"
                problems.found.append(Problem("E166", _name(*key[:2]), msg, file=row.file, line=row.line))
            seen.add((*key, row.reference))
            sums[*key, row.money.currency] += row.money.amount
        for (agreement, service, period, currency), amount in sums.items():
            if amount < 0:
                msg = f"{period} comes to {amount} {currency}, which is below zero; a charge is zero or more"
                problems.add("E164", _name(agreement, service), msg)
        problems.raise_as(ChargeError)
        object.__setattr__(self, "_by_agreement", dict(by_agreement))

    def __len__(self) -> int:
        return len(self.rows)

    def agreements(self) -> tuple[str, ...]:
        """Return the agreements that are charged, in the order of the rows."""
        return tuple(self._by_agreement)

    def currencies(self, agreement: str) -> dict[str, str]:
        """Return the currencies in which an agreement is charged, each with the first period that is."""
        found: dict[str, str] = {}
        for row in self._by_agreement.get(agreement, ()):
            found.setdefault(row.money.currency, row.period)
        return found

    def over(
        self, agreement: str, dates: Dates, kind: Period | None = None, services: Sequence[str] = (), name: str = ""
    ) -> Charged:
        """Return what an agreement was charged over some dates.

        ``services`` are asked for their own charges if each of them has some; else all of the agreement counts, its
        rows without a service. Where it has none of those each service must be charged, and without ``services`` all
        services that are count together. The row of the ``name`` of the dates goes
        first, then the longest that lie inside them, one after another. ``kind`` says how
        long the periods are that are named by a date.
        """
        mine = self._by_agreement.get(agreement, [])
        known = {row.service for row in mine}
        if services and (set(services) <= known or "" not in known):
            parts = [[row for row in mine if row.service == one] for one in dict.fromkeys(services)]
        elif "" in known:
            parts = [[row for row in mine if not row.service]]
        else:
            parts = [[row for row in mine if row.service == one] for one in sorted(known)] or [[]]
        found = [_over(rows, dates, kind, name) for rows in parts]
        missing = next((one.missing for one in found if one.missing), "")
        currency = next((one.currency for one in found if one.currency), "")
        return Charged(sum((one.amount for one in found), Fraction(0)), currency, missing)


def _over(rows: Iterable[Charge], dates: Dates, kind: Period | None, name: str) -> Charged:
    amounts: dict[tuple[date, date], Fraction] = defaultdict(Fraction)
    named, currency = [], ""
    for row in rows:
        amount, currency = Fraction(row.money.amount), row.money.currency
        if name and row.period == name:
            named.append(amount)
        span = dates_of(row.period, kind)
        if span is not None:
            amounts[span] += amount
    if named:
        return Charged(sum(named, Fraction(0)), currency)
    inside = sorted((span for span in amounts if dates.start <= span[0] and span[1] <= dates.end), key=_longest_first)
    total, at, gap = Fraction(0), dates.first, ""
    for start, end in inside:
        if end <= at or start >= dates.last or dates.first <= start < at:
            continue  # outside what is agreed, or a part of one that is counted already
        if start > at:
            gap = gap or f"{at} to {start}"
        total += amounts[start, end]
        at = end
    if at < dates.last:
        gap = gap or f"{at} to {dates.last}"
    return Charged(total, currency, gap)


def _longest_first(span: tuple[date, date]) -> tuple[date, int]:
    return span[0], -span[1].toordinal()


def charges(rows: Iterable[Mapping[str, Any]], *, lines: Iterable[int] = (), file: str = "") -> Charges:
    """Return charges from rows: agreement, period, amount and currency, and perhaps service and reference.

    ``amount`` is a decimal, a whole number or a text such as "120,000.00", never a float. ``lines`` are the lines on
    which the rows stood in a ``file``; without them they are counted. Raises ChargeError with every row that cannot
    be, each at its line: E101 and E102 for columns, E107 for amounts, currencies and periods, E164 for charges below
    zero, E166 for one that is there twice.
    """
    problems: list[Problem] = []
    found = []
    numbers = iter(lines)
    for count, row in enumerate(rows, 1):
        line = next(numbers, count)
        try:
            found.append(_charge(row, file, line))
        except ChargeError as error:
            place = "" if file else f"row {line}"
            problems += (evolve(one, path=place, file=file, line=line if file else 0) for one in error.problems)
    if problems:
        raise ChargeError(problems)
    return Charges(tuple(found))


def _charge(row: Mapping[str, Any], file: str, line: int) -> Charge:
    problems = Problems()
    for key in row:
        if key not in COLUMNS:
            problems.add("E101", "", f"a charge has no column {str(key)[:40]!r}{did_you_mean(key, COLUMNS)}")
    for key in _NEEDED:
        if row.get(key) in (None, ""):
            problems.add("E102", "", f"has no {key}; a charge has {', '.join(_NEEDED)}")
    texts = {key: "" if row.get(key) is None else str(row[key]).strip() for key in COLUMNS}
    money = None
    if not problems.found:
        with problems.at(""):
            money = _money(row["amount"], texts["currency"])
        with problems.at(""):
            dates_of(texts["period"], None, refuse=True)
    problems.raise_as(ChargeError)
    assert money is not None  # noqa: S101  else there was a problem
    return Charge(
        agreement=texts["agreement"],
        service=texts["service"],
        period=texts["period"],
        money=money,
        reference=texts["reference"],
        file=file,
        line=line,
    )


def _name(agreement: str, service: str) -> str:
    return f"{agreement} {service}".strip()


def _money(amount: Any, currency: str) -> Money:
    if isinstance(amount, str):
        return Money.parse(f"{amount.strip()} {currency}")
    if isinstance(amount, bool) or not isinstance(amount, Integral | Decimal):
        msg = f"{amount!r} is not an exact amount; write it as a text or a Decimal, such as '120000.00'"
        raise ChargeError(msg, "E107")
    try:
        places = EXPONENTS.get(currency, 0)
        exact = amount if isinstance(amount, Decimal) else Decimal(int(amount))
        return Money(exact.quantize(Decimal(1).scaleb(-places)) if exact == round(exact, places) else exact, currency)
    except (InvalidOperation, OverflowError) as error:
        raise ChargeError(f"{amount!r} is not an exact amount ({error})", "E107") from None
