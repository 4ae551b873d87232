"""Reports over periods, on a terminal as a table with a sentence a figure, and as JSON."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import IO, Any, Final

from slamodel.clock.texts import instant_text
from slamodel.model.metric import in_numbers, value_text
from slamodel.model.money import Money
from slamodel.report.attainment.figures import figure_text
from slamodel.report.measures.report import PeriodReport
from slamodel.report.measures.rows import PLACES, Row
from slamodel.show.tables import print_table

HEAD: Final = ("period target", "period", "value", "expected", "n", "met", "missed", "excluded", "verdict", "credit")
_SIGNS: Final = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


def print_report(report: PeriodReport, out: IO[str], *, why: bool = False) -> None:
    """Print a report as a table, a row a period target and period, then what else is to be said.

    ``why`` adds the sentence of each figure. What is owed in all stands below, by currency.
    """
    several = len({row.agreement.id for row in report.rows}) > 1
    print_table(HEAD, [_cells(row, several=several) for row in report.rows], out, names=2)
    for line in _owed(report):
        out.write(f"\n{line}\n")
    shown = {row.figure.period for row in report.rows}
    for ledger in report.ledgers.values():
        for fired in ledger.triggers:
            if fired.period in shown:
                out.write(f"\n{fired}\n")
    if why:
        out.write("\n" + "\n".join(row.why for row in report.rows) + "\n")
    for note in report.notes:
        out.write(f"\nnote: {note}\n")


def print_json(report: PeriodReport, out: IO[str]) -> None:
    """Write a report as one JSON object: the rows, what is owed line by line, the notes, and what it was made from.

    Fractions stand as texts ("13/14") beside the nearest numbers, instants as ISO 8601 UTC, amounts as texts.
    """
    rows = [_json_row(row) for row in report.to_dicts()]
    shown = {row.figure.period for row in report.rows}
    lines = [line for ledger in report.ledgers.values() for line in json.loads(ledger.to_json())]
    found = {
        "as_of": instant_text(report.as_of),
        "rows": rows,
        "ledger": [line for line in lines if line["period"] in shown],
        "notes": list(report.notes),
        "made_from": dict(report.made_from),
    }
    json.dump(found, out, indent=1, ensure_ascii=False)
    out.write("\n")


def _cells(row: Row, *, several: bool) -> tuple[str, ...]:
    figure = row.figure
    name = f"{row.agreement.id}/{row.target.id}" if several else row.target.id
    value = (
        "-" if figure.value is None else figure_text(figure.value, figure.unit, PLACES.get(row.target.metric.kind, 1))
    )
    verdict = row.verdict.replace("_", " ")
    if row.verdict != row.stands and figure.value is not None:
        verdict += f" ({row.stands.replace('_', ' ')})"
    if figure.judgement.below_minimum:
        verdict += ", below minimum"
    return (
        name,
        figure.period + (" (part)" if figure.partial else ""),
        value,
        f"{_SIGNS[row.goal.comparison]} {_expected(row)}",
        f"{row.n:,}",
        f"{figure.met:,}" if figure.measured else "-",
        f"{figure.missed:,}" if figure.measured else "-",
        f"{figure.excluded:,}",
        verdict,
        "-" if row.credit is None else str(row.credit),
    )


def _expected(row: Row) -> str:
    if row.goal.expected == in_numbers(row.target.expected):
        return value_text(row.target.expected)
    return figure_text(row.goal.expected, row.figure.unit, 3)


def _owed(report: PeriodReport) -> list[str]:
    """Return a line an agreement: what is owed for the periods of the report, and whether all of it is known."""
    found = []
    for name, ledger in report.ledgers.items():
        periods = dict.fromkeys(
            row.figure.period for row in report.rows if f"{row.agreement.id}@{row.agreement.version}" == name
        )
        sums: dict[str, Money] = {}
        for period in periods:
            for currency, amount in ledger.totals(period).items():
                had = sums.get(currency)
                sums[currency] = Money(amount.amount + had.amount, currency) if had else amount
        unknown = sum(1 for period in periods for _ in ledger.unknown(period))
        told = [str(amount) for amount in sums.values()]
        told += (
            [f"{unknown} amounts that are not known" if unknown > 1 else "an amount that is not known"]
            if unknown
            else []
        )
        if told:
            found.append(f"owed under {name.removesuffix('@1')}: {' and '.join(told)}")
    return found


def _json_row(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, cell in row.items():
        if isinstance(cell, Fraction):
            found[name] = float(cell)
            found[f"{name}_exact"] = str(cell)
        else:
            found[name] = _json(cell)
    return found


def _json(cell: Any) -> Any:
    if isinstance(cell, tuple):
        return [_json(one) for one in cell]
    if cell is None or isinstance(cell, bool | int | str):
        return cell
    if isinstance(cell, float):
        return None if cell != cell else cell  # noqa: PLR0124  NaN
    return cell.isoformat().replace("+00:00", "Z") if hasattr(cell, "isoformat") else str(cell)
