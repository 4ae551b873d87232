"""The last steps of the pipeline: how each line stands, what was earned back, and the line with its explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from slamodel.model.money import Money
from slamodel.report.attainment.goals import NOT_MEASURED
from slamodel.report.credits.dates import later
from slamodel.report.credits.earned import EARNED_BACK, FINAL, Standing, standing
from slamodel.report.credits.lines import KINDS, CreditLine, Draft, Step, money
from slamodel.report.credits.priced import Pricing
from slamodel.report.credits.words import amount_text, expected_text, value_text

Claims = Mapping[tuple[str, str], date]


def written(
    pricing: Pricing,
    drafts: Sequence[Draft],
    units: Sequence[Fraction | None],
    claims: Claims | None,
    as_of: date | None,
) -> list[CreditLine]:
    """Return the lines of a ledger in the order of their periods, those of what was earned back among them."""
    found: list[tuple[tuple[date, date, int, int], CreditLine]] = []
    for draft, amount in zip(drafts, units, strict=True):
        lines = _lines(pricing, draft, amount, claims, as_of)
        found += (((line.ends, line.starts, KINDS.index(line.kind), draft.order), line) for line in lines)
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _lines(
    pricing: Pricing, draft: Draft, units: Fraction | None, claims: Claims | None, as_of: date | None
) -> Iterator[CreditLine]:
    if draft.state and draft.bonus:
        return  # a figure that earns nothing has no line for that
    if draft.state or units is None or not pricing.currency:
        draft.state = draft.state or "unknown"
        zero = draft.state == "nothing" and pricing.currency
        yield _line(pricing, draft, money(Fraction(0), pricing.currency) if zero else None, None)
        return
    amount, earn, held = money(units, pricing.currency), pricing.scheme.earn_back, Standing(FINAL, None, "")
    if earn is not None and units and not draft.bonus:
        held = standing(draft.course, draft.i, earn, pricing.agreement)
        draft.step("earn-back", draft.amount, held.why)
    draft.state = held.state if units else "nothing"
    draft.step("rounding", units, "" if units == draft.amount else f"rounded to {amount}")
    claim_by = _claim_by(pricing, draft) if units and not draft.bonus else None
    if units and not draft.bonus:
        amount = _claimed(pricing, draft, amount, claim_by, claims, as_of)
    line = _line(pricing, draft, amount, claim_by)
    yield line
    if draft.state == EARNED_BACK:
        yield _given_back(pricing, draft, line, amount, held)


def _claim_by(pricing: Pricing, draft: Draft) -> date | None:
    """Return the last date on which a claim is in time: the term counts from the end of the period."""
    within = pricing.scheme.claim_within
    return None if within is None else later(draft.dates.end, within) - timedelta(days=1)


def _claimed(
    pricing: Pricing,
    draft: Draft,
    amount: Money,
    claim_by: date | None,
    claims: Claims | None,
    as_of: date | None,
) -> Money:
    """Return what is paid of a credit that may be too small, or claimed too late."""
    least, nothing = pricing.scheme.least, Money(amount.amount * 0, amount.currency)
    if least is not None and amount.amount < least.amount:
        draft.state = "too_small"
        draft.step("claim", Fraction(0), f"{amount} is below the least that is paid, {least}")
        return nothing
    if claim_by is None or claims is None:
        return amount
    claimed = claims.get((draft.course.target.id, draft.figure.period))
    if claimed is not None and claimed <= claim_by:
        draft.step("claim", Fraction(amount.amount), f"claimed on {claimed}, in time until {claim_by}")
        return amount
    if claimed is None and (as_of is None or as_of <= claim_by):
        return amount
    draft.state = "lapsed"
    when = f"claimed on {claimed}" if claimed else "not claimed"
    draft.step("claim", Fraction(0), f"{when}, and it had to be by {claim_by}: lapsed")
    return nothing


def _line(pricing: Pricing, draft: Draft, amount: Money | None, claim_by: date | None) -> CreditLine:
    target, figure, dates = draft.course.target, draft.figure, draft.dates
    sign = -1 if draft.bonus else 1
    signed = None if amount is None else Money(amount.amount * sign, amount.currency)
    clause = draft.rule.clause or pricing.scheme.clause
    return CreditLine(
        agreement=pricing.agreement.id,
        target=target.id,
        period=figure.period,
        kind="bonus" if draft.bonus else "credit",
        state=draft.state,
        amount=signed,
        starts=dates.start,
        ends=dates.end,
        value=figure.value,
        verdict=figure.verdict,
        points=draft.points,
        factor=draft.factor,
        charge=draft.charge,
        calculated=draft.calculated,
        claim_by=claim_by,
        clause=clause,
        incidents=draft.incidents,
        steps=tuple(draft.steps),
        explanation=_sentence(draft, amount, clause),
    )


def _sentence(draft: Draft, amount: Money | None, clause: str) -> str:
    target, figure = draft.course.target, draft.figure
    value = "nothing measured" if figure.value is None else value_text(figure.value, target)
    head = f"{target.id} {figure.period}: {value}, promised {expected_text(target)}, "
    said = [step.why for step in draft.steps if step.why]
    what = {"unknown": ["what it comes to is not known"], NOT_MEASURED: ["no credit can be told"]}.get(draft.state)
    if what is None:
        kind = "bonus" if draft.bonus else "credit"
        paid = amount is not None and (amount.amount or any(step.amount for step in draft.steps))
        what = [f"{kind} {amount_text(Fraction(amount.amount), amount.currency)}"] if amount and paid else []
    told = "; ".join([figure.verdict.replace("_", " "), *said, *what])
    return f"{head}{told}{f' ({clause})' if clause else ''}."


def _given_back(pricing: Pricing, draft: Draft, line: CreditLine, amount: Money, held: Standing) -> CreditLine:
    """Return the line that gives a credit back, in the period whose figure earned it."""
    assert held.at is not None  # noqa: S101  the caller has looked
    course = draft.course
    figure, dates = course.figures[held.at], course.dates[held.at]
    earn = pricing.scheme.earn_back
    clause = (earn.clause if earn else "") or line.clause
    shown = amount_text(Fraction(amount.amount), amount.currency)
    told = f"{line.target} {figure.period}: the credit of {line.period}, {shown}, is given back; {held.why}"
    back = Money(-amount.amount, amount.currency)
    return CreditLine(
        agreement=line.agreement,
        target=line.target,
        period=figure.period,
        kind="earn_back",
        state=FINAL,
        amount=back,
        starts=dates.start,
        ends=dates.end,
        value=figure.value,
        verdict=figure.verdict,
        charge=draft.charge,
        clause=clause,
        incidents=line.incidents,
        steps=(Step("earn-back", -Fraction(amount.amount), held.why),),
        explanation=f"{told}{f' ({clause})' if clause else ''}.",
    )
