"""Recurrence: the share of items whose cause, or whatever is at fault, came back soon after it was there last."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from slamodel.clock.texts import instant_text
from slamodel.errors import AgreementError, EventError
from slamodel.model._checks import did_you_mean
from slamodel.report.metrics.items import Items
from slamodel.report.metrics.measurement import Measurement, each_period, not_measured
from slamodel.report.periods import Periods
from slamodel.timeline.durations import Amount, amount
from slamodel.timeline.instants import NAT, Bool, Int64


def recurrence(items: Items, by: Sequence[str], within: Amount | str, periods: Periods) -> list[Measurement]:
    """Return the share of the items of each period that repeat an earlier one.

    An item repeats another if both have the same values in the fields ``by`` and it was opened no more than ``within``
    (time on the wall) after it, in the same period or before it. ``items`` are those that were opened, in that order
    (`items_opened`). An item without a value in one of the fields is left out, and that is told. The evidence are the
    repeats.

    Raises AgreementError (E107) without a field, or without a length on the wall; EventError (E102) for a field that
    the log does not have.
    """
    length = amount(within)
    if not by or length.days or not length.us:
        msg = "a recurrence says what comes back, and in which time; write by: cause, within: 30d"
        raise AgreementError(msg, "E107")
    key = _keys(items, by)
    again = _again(key, items.at, length.us)
    begins = int(items.log.at.min()) if len(items.log) else NAT
    starts = iter(periods.starts.tolist())
    named = " and ".join(by)

    def make(rows: slice, period: str) -> Measurement:
        known = key[rows] >= 0
        repeats = np.flatnonzero(again[rows]) + rows.start
        n = int(known.sum())
        notes = [f"{len(known) - n} items without {named} left out"] if n < len(known) else []
        if begins > next(starts) - length.us and n:
            notes.append(f"what came before the log begins ({instant_text(begins)}) is not known")
        note = "; ".join(notes)
        if not n:
            return not_measured(f"no item with {named} in {period}", note)
        return Measurement(value=Fraction(len(repeats), n), n=n, evidence=items.named(repeats), note=note)

    return each_period(items.at, periods, make)


def _keys(items: Items, by: Sequence[str]) -> Int64:
    """Return a number for every combination of values, -1 where one of them is missing."""
    key, missing = np.zeros(len(items), np.int64), np.zeros(len(items), bool)
    for name in by:
        column = items.log.field(name)
        if column is None:
            raise EventError(f"the log has no field {name!r}{did_you_mean(name, items.log.fields)}", "E102")
        codes = column.codes[items.row]
        missing |= codes < 0
        _, key = np.unique(key * (len(column.values) + 1) + codes, return_inverse=True)
    return np.where(missing, -1, key)


def _again(key: Int64, at: Int64, length: int) -> Bool:
    """Return which items, in the order of their instants, come no more than ``length`` after one with their key."""
    order: Any = np.argsort(key, kind="stable")
    near = (np.diff(key[order]) == 0) & (np.diff(at[order]) <= length) & (key[order][1:] >= 0)
    found = np.zeros(len(key), bool)
    found[order[1:][near]] = True
    return found
