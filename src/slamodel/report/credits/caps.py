"""Caps: how much room is left in a month, a year or the charges, line after line (M5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

from attrs import define, field

from slamodel.model.agreement import Agreement
from slamodel.model.money import Money
from slamodel.model.remedy import Cap, CreditScheme
from slamodel.report.credits.charges import Charged
from slamodel.report.credits.dates import Dates, unit_of_charge, window
from slamodel.report.credits.lines import Draft
from slamodel.report.credits.words import amount_text

ORDER: Final = ("month", "quarter", "year", "contract_year", "term")
"""The caps from the shortest stretch to the longest, in which order they are applied."""
_DAY: Final = timedelta(days=1)


class Most(NamedTuple):
    """The most that is paid: ``amount`` at least, just so where nothing is ``missing``; ``words`` say what it is."""

    amount: Fraction
    missing: str
    words: str


@define
class Caps:
    """The caps of one scheme, and what the lines before used of them.

    ``charged`` tells what the agreement was charged over some dates, by services and by the name of a period too.
    """

    agreement: Agreement
    scheme: CreditScheme
    currency: str
    charged: Callable[..., Charged]
    used: dict[tuple[object, ...], Fraction] = field(factory=lambda: defaultdict(Fraction))
    lost: dict[tuple[object, ...], str] = field(factory=dict)

    def most(self, cap: Cap, day: date) -> Most:
        """Return a cap in the stretch that a date lies in; a share is of the charges it is told of (M5 cap)."""
        if isinstance(cap.most, Money):
            return Most(Fraction(cap.most.amount), "", str(cap.most))
        if cap.of_annual:
            year = "year" if cap.per == "year" else "contract_year"
            dates = window(year, day, self.agreement)
        else:
            dates = self._charge_dates(day)
        found = self.charged(dates)
        words = f"{cap} of {amount_text(found.amount, self.currency)}" if not cap.of_annual else str(cap)
        return Most(cap.most.share * found.amount, found.missing, words)

    def apply(self, draft: Draft) -> None:
        """Take a line through every cap, and use up what it takes of them."""
        keys = []
        for stage, key, most in self._bounds(draft):
            keys.append(key)
            if draft.amount is None:
                continue
            self._bound(draft, stage, key, most)
        for key in keys:
            if draft.amount is None:
                self.lost.setdefault(key, draft.unknown)
            else:
                self.used[key] += draft.amount

    def _bounds(self, draft: Draft) -> Iterable[tuple[str, tuple[object, ...], Most]]:
        last = draft.dates.last - _DAY
        if self.scheme.charge:
            found = self.charged(draft.dates, (), draft.figure.period)
            words = f"all that was charged, {amount_text(found.amount, self.currency)}"
            yield "charge cap", ("charge", *draft.dates.span), Most(found.amount, found.missing, words)
        if self.scheme.at_risk is not None:
            dates = self._charge_dates(last)
            risk = self.most(Cap(ORDER[0], self.scheme.at_risk), last)
            yield "pool cap", ("pool", *dates.span), risk._replace(words=f"at risk is {risk.words}")
        for per in ORDER:
            for cap in self.scheme.caps:
                if cap.per == per:
                    span = window(per, last, self.agreement).span
                    yield f"{per.replace('_', ' ')} cap", (per, *span), self.most(cap, last)

    def _charge_dates(self, day: date) -> Dates:
        return window(unit_of_charge(self.scheme.charge), day, self.agreement)

    def _bound(self, draft: Draft, stage: str, key: tuple[object, ...], most: Most) -> None:
        assert draft.amount is not None  # noqa: S101  the caller has looked
        left = max(most.amount - self.used[key], Fraction(0))
        if not most.missing:
            draft.bounds.append((key, most.amount))
        if not draft.amount:
            draft.step(stage, draft.amount)
        elif key in self.lost:
            draft.lose(stage, f"what another line uses of the {stage} is not known: {self.lost[key]}")
        elif draft.amount <= left:
            draft.step(stage, draft.amount)
        elif most.missing:
            draft.lose(stage, f"the {stage} is not known: no charge for {most.missing}; give the charges of it")
        else:
            used = f", {amount_text(self.used[key], self.currency)} of it used" if self.used[key] else ""
            leaves = f"{stage} ({most.words}{used}) leaves {amount_text(left, self.currency)}"
            draft.step(stage, left, leaves)


def cap_line(draft: Draft, stage: str, most: Fraction | None, words: str) -> None:
    """Take a line through a cap of its own."""
    if most is None or draft.amount is None:
        return
    draft.bounds.append(((stage, id(draft)), most))
    cut = draft.amount > most
    draft.step(stage, min(draft.amount, most), f"{stage} {words}" if cut else "")
