"""Slices: good of total in slices of time, made into one figure in three ways; and probes made into slices."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np

from slamodel.errors import AgreementError, EventError
from slamodel.report.availability.outages import Outages, Stretches, outages, stretches
from slamodel.timeline.instants import FIRST, Bool, Int64, from_array

METHODS: Final = ("occurrences", "timeslices", "ratio_timeslices")
EMPTY_SLICES: Final = ("good", "excluded")


def occurrences(good: Any, total: Any) -> Fraction | None:
    """Return all good events over all events: a slice with more of them weighs more. None without events (M2)."""
    hits, counts = _slices(good, total)
    whole = int(counts.sum())
    return Fraction(int(hits.sum()), whole) if whole else None


def timeslices(good: Any, total: Any, slice_target: Fraction, empty: str = "good") -> Fraction | None:
    """Return the share of slices that are good: those with at least ``slice_target`` of good events.

    A slice without events is good, or not counted (``empty``: "good", "excluded"). None without slices.
    """
    hits, counts = _slices(good, total)
    some = _counted(counts, empty)
    # Products of integers: good / total >= target. A slice without events is 0 >= 0.
    fine = hits * slice_target.denominator >= counts * slice_target.numerator
    return Fraction(int((fine & some).sum()), int(some.sum())) if some.any() else None


def ratio_timeslices(good: Any, total: Any, empty: str = "good") -> Fraction | None:
    """Return the mean of good / total over the slices; those without events as in `timeslices`. Exact."""
    hits, counts = _slices(good, total)
    some = _counted(counts, empty)
    if not some.any():
        return None
    bare = int((some & (counts == 0)).sum())
    # Slices of the same total are added before they are divided: few fractions for many slices.
    totals, which = np.unique(counts[counts > 0], return_inverse=True)
    sums = np.zeros(len(totals), np.int64)
    np.add.at(sums, which, hits[counts > 0])
    parts = (Fraction(a, b) for a, b in zip(sums.tolist(), totals.tolist(), strict=True))
    return (sum(parts, Fraction(0)) + bare) / int(some.sum())


def from_probes(
    service: Any, at: Any, failed: Any, *, start: Any, end: Any, width: int, down_from: int = 1
) -> tuple[Outages, Stretches]:
    """Return what probes say of slices of ``width`` microseconds from ``start`` to ``end``: down, or unknown.

    A slice is down if at least ``down_from`` of its probes failed, unknown if it has none. ``service``, ``at`` and
    ``failed`` are columns, a row a probe; a slice that ``end`` cuts is not looked at. Raises EventError for a width
    of nothing.
    """
    low, high = (int(from_array(np.asarray([edge]))[0][0]) for edge in (start, end))
    if width <= 0 or down_from < 1:
        msg = f"slices of {width} us that are down from {down_from} failures; both are above zero"
        raise EventError(msg)
    instants, bad = from_array(at)[0], np.asarray(failed, bool)
    names, codes = np.unique(np.asarray(service), return_inverse=True)
    slices = max(0, (high - low) // width)
    place = (instants - low) // width
    inside = (instants >= max(low, FIRST)) & (place < slices)
    cell = codes[inside] * slices + place[inside]
    size = len(names) * slices
    probes, failures = np.bincount(cell, minlength=size), np.bincount(cell[bad[inside]], minlength=size)
    return (
        outages(*_cells(failures >= down_from, names, slices, low, width), services=names.tolist()),
        _unknown(probes == 0, names, slices, low, width),
    )


def _cells(which: Bool, names: Any, slices: int, low: int, width: int) -> tuple[Any, Any, Any]:
    number = np.flatnonzero(which)
    start = low + number % max(slices, 1) * width
    return names[number // max(slices, 1)], start.view("M8[us]"), (start + width).view("M8[us]")


def _unknown(which: Bool, names: Any, slices: int, low: int, width: int) -> Stretches:
    service, start, end = _cells(which, names, slices, low, width)
    return stretches(start, end, service=service, services=names.tolist())


def _slices(good: Any, total: Any) -> tuple[Int64, Int64]:
    hits, counts = np.asarray(good, np.int64), np.asarray(total, np.int64)
    wrong = np.flatnonzero((hits < 0) | (hits > counts))
    if len(wrong):
        row = int(wrong[0])
        msg = f"slice {row} has {hits[row]} good of {counts[row]}; good is from none to all"
        raise EventError(msg)
    return hits, counts


def _counted(counts: Int64, empty: str) -> Bool:
    if empty not in EMPTY_SLICES:
        msg = f"{empty!r} does not say what a slice without events is; write one of {', '.join(EMPTY_SLICES)}"
        raise AgreementError(msg, "E107")
    counted: Bool = (counts > 0) | (empty == "good")
    return counted
