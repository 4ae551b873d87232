"""Measure whatever holds the facts: files, frames, Python's own tables, or what was read already."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from slamodel.clock.verdicts import VerdictTable
from slamodel.frames.intake import as_columns
from slamodel.frames.outages import read_outages
from slamodel.frames.series import read_series
from slamodel.io.charge_file import read_charges
from slamodel.model.agreement import Agreement
from slamodel.model.portfolio import Portfolio
from slamodel.report.attainment.placing import Relief
from slamodel.report.availability.downtime import DowntimeRules
from slamodel.report.availability.outages import Stretches
from slamodel.report.credits.charges import Charges
from slamodel.report.measures import measure as measures
from slamodel.report.measures.report import PeriodReport


def measure(
    book: Portfolio | Agreement | Iterable[Agreement],
    *,
    period: Any,
    verdicts: VerdictTable | None = None,
    outages: Any = None,
    charges: Any = None,
    series: Any = None,
    relief: Iterable[Relief] = (),
    as_of: datetime | None = None,
    downtime: DowntimeRules | None = None,
    unknown: Stretches | None = None,
) -> PeriodReport:
    """Measure what agreements promise over periods: one row a period target and period.

    ``period`` is the stretch asked about: a name ("2026-06", "2026-Q2", "2026"), two ("2026-01..2026-06"), or a pair of
    dates or aware datetimes. Of each period target the periods that end in it are told, and as provisional, up to its
    end, the one that still runs then (M3 stretch). ``verdicts`` (`evaluate`) are what items count by, ``outages`` (and
    time without data, ``unknown``) what availability does, ``series`` and ``charges`` what other metrics and credits
    do: each as it was read, or the path, frame or table to read it from. What needs facts that were not given is not
    measured, with that reason. ``relief`` was asked for items and outages, by id. ``downtime`` says what the agreement
    leaves open of outages (M4). ``as_of`` (default: that of the verdicts, else the end of the stretch) is until when
    things are known: later has not happened, and earlier than that of the verdicts clocks are judged anew.

    Raises InstantError and AgreementError (E107) for a stretch that is none; AgreementError (E102) for agreements
    without a period target, or a composite of parts that have no figures; EventError and ChargeError for facts that
    cannot be used.
    """
    return measures.measure(
        book,
        period=period,
        verdicts=verdicts,
        outages=None if outages is None else read_outages(outages),
        charges=charges if charges is None or isinstance(charges, Charges) else read_charges(_plain(charges)),
        series=None if series is None else read_series(series),
        relief=relief,
        as_of=as_of,
        downtime=downtime,
        unknown=unknown,
    )


def _plain(source: Any) -> Any:
    """Return a frame as a mapping of columns, and anything else as it is."""
    return source if isinstance(source, (str, os.PathLike, Mapping, list, tuple)) else as_columns(source)
