"""The first steps of the pipeline: what each figure costs by its rule, with what repeats cost (M5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from attrs import field, frozen

from slamodel.model.agreement import Agreement
from slamodel.model.bands import Points
from slamodel.model.credit_rule import CreditRule
from slamodel.model.remedy import CreditScheme
from slamodel.report.attainment.goals import MET, NOT_MEASURED
from slamodel.report.credits.caps import cap_line
from slamodel.report.credits.charges import Charged, Charges
from slamodel.report.credits.courses import Course
from slamodel.report.credits.dates import Dates, unit_of_charge
from slamodel.report.credits.lines import Draft, money
from slamodel.report.credits.rules import in_money, owed
from slamodel.report.credits.words import amount_text, exact_text

Incidents = Mapping[str, Mapping[str, Collection[str]]]


@frozen(eq=False)
class Pricing:
    """What is needed to price figures: the agreement with its scheme, the charges, and which incidents failed what."""

    agreement: Agreement
    scheme: CreditScheme
    charges: Charges
    currency: str
    incidents: Incidents | None = None
    _known: dict[tuple[Dates, tuple[str, ...], str], Charged] = field(factory=dict, init=False, repr=False)

    def charged(self, dates: Dates, services: tuple[str, ...] = (), name: str = "") -> Charged:
        """Return what the agreement was charged over some dates; each question is answered once."""
        key = dates, services, name
        if key not in self._known:
            kind = unit_of_charge(self.scheme.charge)
            self._known[key] = self.charges.over(self.agreement.id, dates, kind, services, name)
        return self._known[key]

    def draft(self, course: Course, i: int, rule: CreditRule, order: int, *, bonus: bool) -> Draft:
        """Price one figure: its band or steps, times what repeats cost."""
        target, figure, dates = course.target, course.figures[i], course.dates[i]
        names = (self.incidents or {}).get(target.id, {}).get(figure.period, ())
        draft = Draft(course=course, i=i, rule=rule, order=order, bonus=bonus, incidents=frozenset(map(str, names)))
        charged = self.charged(dates, target.metric.of, figure.period) if self.scheme.charge else None
        if charged is not None and not charged.missing and charged.currency:
            draft.charge = money(charged.amount, charged.currency)
        effect = figure.judgement.effect
        decided = figure.judgement.decided_by
        draft.step("measure", None, "" if decided.startswith(f"{target.comparison} ") else decided)
        if effect == "":
            draft.state = NOT_MEASURED
        elif (effect == MET) is not bonus:
            draft.state = "nothing"
            draft.step("band", Fraction(0), "nothing is earned" if bonus else "nothing is owed")
        elif figure.value is None or figure.verdict == NOT_MEASURED:
            draft.lose("band", "counts as missed, and has no figure that a band or a price could be asked of")
        else:
            self._price(draft, charged)
        return draft

    def _price(self, draft: Draft, charged: Charged | None) -> None:
        target, value = draft.course.target, draft.figure.value
        assert value is not None  # noqa: S101  the caller has looked
        found = owed(draft.rule, value, draft.charge, target=target, scheme=self.scheme, bonus=draft.bonus)
        draft.points = found.points
        if found.is_nothing:
            draft.state = "nothing"
            draft.step("band", Fraction(0), found.because)
            return
        if charged is not None and draft.charge is None:
            draft.points *= 1 if draft.bonus else self._factor(draft)[0]
            draft.lose("band", f"{found.because}; no charge for {charged.missing or draft.figure.period}")
            return
        of = (
            ""
            if draft.charge is None or not found.of_charges
            else f" of {amount_text(Fraction(draft.charge.amount), self.currency)}"
        )
        pool = _pool_words(draft.rule, self.scheme)
        comes_to = amount_text(found.amount or Fraction(0), self.currency)
        draft.step("band", found.amount, f"{found.because}{pool}{of}: {comes_to}")
        if not draft.bonus:
            self._repeat(draft)
        draft.calculated = draft.amount

    def _factor(self, draft: Draft) -> tuple[Fraction, str]:
        """Return what a repeat multiplies by, the rule's own factors before those of all, and which miss it is."""
        own, course = draft.rule if draft.rule.multipliers else self.scheme, draft.course
        if own.multipliers:
            within = own.multipliers_within
            count = course.misses(draft.i, within) if within else course.run(draft.i)
            draft.factor = own.multipliers[min(count, len(own.multipliers)) - 1]
            return draft.factor, f"miss {count} {f'in {within}' if within else 'in a row'}"
        return Fraction(1), ""

    def _repeat(self, draft: Draft) -> None:
        assert draft.amount is not None  # noqa: S101  it was priced
        factor, which = self._factor(draft)
        amount = draft.amount * factor
        draft.points *= factor
        why = f"{which}, times {exact_text(factor)}: {amount_text(amount, self.currency)}"
        draft.step("multiplier", amount, why if factor != 1 else "")

    def bound(self, draft: Draft) -> None:
        """Take a line through the caps of its own: what its rule costs at most, and never above its charge."""
        rule, charge = draft.rule, draft.charge
        if rule.at_most is not None:
            most = in_money(rule.at_most, charge, None, self.scheme)
            if isinstance(rule.at_most, Points):
                draft.points = min(draft.points, rule.at_most.number)
            cap_line(draft, "target cap", most, str(rule.at_most))
        if charge is not None:
            cap_line(draft, "charge cap", Fraction(charge.amount), f"never above the charge of {charge}")


def _pool_words(rule: CreditRule, scheme: CreditScheme) -> str:
    """Return of which part of what is at risk a share is: A x B x C."""
    if rule.allocation is None:
        return ""
    parts = [str(part) for part in (rule.category, rule.allocation, scheme.at_risk) if part is not None]
    return f", of {' x '.join(parts)}"
