"""Owed: what the figures of a report cost, through the pipeline of credits (M5)."""

from __future__ import annotations

from collections.abc import Sequence

from slamodel.model.versions import Versions
from slamodel.report.attainment.figures import Figure
from slamodel.report.attainment.goals import MISSED
from slamodel.report.credits.charges import Charges
from slamodel.report.credits.ledger import Ledger
from slamodel.report.credits.settle import settle
from slamodel.report.measures.facts import Facts
from slamodel.report.measures.rows import Row
from slamodel.report.periods import Periods


def settled(versions: Versions, found: Sequence[Row], shown: Sequence[Row], facts: Facts) -> dict[str, Ledger]:
    """Return what each version owes that has rows in a report, by "agreement@version".

    All figures since the agreement began go in, for repeats and caps look back; those of periods that are not over do
    not (M5 over). ``found`` are all rows, ``shown`` those of the report.
    """
    ledgers = {}
    for number in dict.fromkeys(row.agreement.version for row in shown):
        version = versions.number(number)
        if version.credits is None and not version.triggers:
            continue
        per = {one.id: one.per for one in version.measured}
        mine = [row for row in found if row.over and row.measurable and row.target.per == per.get(row.target.id)]
        # Of a period that two versions share each version settles its own part.
        by_period = {(row.target.id, row.figure.period): row for row in mine}
        own = {(row.target.id, row.figure.period): row for row in mine if row.agreement.version == number}
        rows = list({**by_period, **own}.values())
        figures: dict[str, list[Figure]] = {}
        for row in rows:
            figures.setdefault(row.target.id, []).append(row.figure)
        ledgers[f"{version.id}@{number}"] = settle(
            version,
            figures,
            facts.charges or Charges(),
            periods={name: _periods([row for row in rows if row.target.id == name], version.zone) for name in figures},
            incidents=_incidents(rows),
        )
    return ledgers


def _periods(rows: Sequence[Row], timezone: str) -> Periods:
    return Periods(
        tuple(row.figure.period for row in rows),
        [row.start for row in rows],
        [row.end for row in rows],
        [row.since for row in rows],
        [row.until for row in rows],
        timezone,
    )


def _incidents(rows: Sequence[Row]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return what each missed figure was missed by, for the rule on one incident that fails several targets."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in rows:
        if row.stands == MISSED:
            found.setdefault(row.target.id, {})[row.figure.period] = tuple(map(str, row.evidence))
    return found
