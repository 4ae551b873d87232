"""Reliability and composition: C6, C7, and bounds that hold however the parts fail together."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.report.availability.composite import Composite, k_of_n, parallel, series
from slamodel.report.availability.outages import outages
from slamodel.report.availability.reliability import Reliability, mean_times
from slamodel.timeline.instants import HOUR, MINUTE


def share(text: str) -> Fraction:
    return Fraction(text)


def test_c6_means() -> None:
    """C6: 720 h, 4 outages, 6 h: MTRS 1.5 h, MTBF 178.5 h, MTBSI 180 h, 99.1667 %."""
    found = Reliability(Fraction(720 * HOUR), Fraction(6 * HOUR), 4)
    assert [found.mtrs, found.mtbf, found.mtbsi] == [hours * HOUR for hours in (Fraction(3, 2), Fraction(357, 2), 180)]
    assert found.availability == Fraction(357, 360)
    assert found.mtbf is not None
    assert found.mtrs is not None
    assert found.mtbf + found.mtrs == found.mtbsi


def test_no_outage() -> None:
    """M2: without an outage there is no mean; without agreed time no availability."""
    found = Reliability(Fraction(720 * HOUR), Fraction(0), 0)
    assert [found.mtrs, found.mtbf, found.mtbsi] == [None] * 3
    assert found.availability == 1
    assert Reliability(Fraction(0), Fraction(0), 0).availability is None


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-06-{text}").replace(tzinfo=UTC)


def test_means_are_kept_apart() -> None:
    """Each mean has its own two instants, and only the outages that have both are in it."""
    rows = outages(
        ["a"] * 3,
        [at("01 10:00"), at("02 10:00"), at("03 10:00")],
        [at("01 11:00"), at("02 12:00"), None],
        detected=[at("01 10:05"), at("02 10:15"), None],
        acknowledged=[at("01 10:15"), None, None],
        repaired=[at("01 10:50"), at("02 11:20"), None],
        resolved=[None, None, None],
    )
    found = mean_times(rows)
    told = {name: (one.count, one.value if one.value is None else one.value / MINUTE) for name, one in found.items()}
    assert told == {"MTTD": (2, 10), "MTTA": (1, 10), "MTTRepair": (2, 65), "MTRS": (2, 90), "MTTResolve": (0, None)}
    assert (found["MTTA"].begins, found["MTTA"].ends) == ("detected", "acknowledged")
    office = sm.ServiceCalendar(timezone="UTC", hours={"mon-fri": "10:30-18:00"})
    assert mean_times(rows, office)["MTRS"].value == 60 * MINUTE


def test_instants_in_disorder() -> None:
    """An outage that was acknowledged before it was detected is an error with its row."""
    rows = outages(["a"], [at("01 10:00")], [at("01 11:00")], detected=[at("01 09:00")])
    with pytest.raises(sm.EventError, match="row 0 has detected before start"):
        mean_times(rows)


@pytest.mark.parametrize(
    ("found", "independent", "safe"),
    [
        (series(share("0.999"), share("0.9995"), share("0.9999")), "0.99840064995", "0.9984"),
        (parallel(share("0.995"), share("0.995")), "0.999975", "0.995"),
        (k_of_n(2, [share("0.99")] * 3), "0.999702", "0.985"),
        (k_of_n(2, [share("0.99"), share("0.98"), share("0.95")]), "0.99832", "0.97"),
    ],
)
def test_c7_composites(found: Composite, independent: str, safe: str) -> None:
    """C7: a chain, a pair, two of three equal and unequal nodes; the safe bounds need no independence.

    0.99840064995 is 0.99840065 to eight places.
    """
    assert found == Composite(Fraction(independent), Fraction(safe))


def test_nested() -> None:
    """A pair within a chain: what is safe for the pair goes into what is safe for the chain."""
    found = series(parallel(share("0.99"), share("0.98")), share("0.999"))
    assert found.independent == share("0.9998") * share("0.999")
    assert found.safe == 1 - (share("0.01") + share("0.001"))


def test_refused() -> None:
    """Three of two parts, and an availability above all."""
    with pytest.raises(sm.AgreementError, match="3 of 2 parts cannot be up"):
        k_of_n(3, [share("0.9")] * 2)
    with pytest.raises(sm.AgreementError, match="is no availability"):
        series(share("99.9"))


shares = st.fractions(0, 1, max_denominator=20)


@given(st.lists(shares, min_size=1, max_size=5), st.data())
def test_convolution_is_enumeration(parts: list[Fraction], data: st.DataObject) -> None:
    """k of n unequal nodes is the sum over every way in which they can be up."""
    needed = data.draw(st.integers(1, len(parts)))
    total = Fraction(0)
    for ups in product((True, False), repeat=len(parts)):
        chance = Fraction(1)
        for up, part in zip(ups, parts, strict=True):
            chance *= part if up else 1 - part
        total += chance if sum(ups) >= needed else 0
    assert k_of_n(needed, parts).independent == total


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=40), st.integers(1, 4))
def test_safe_bound_holds(story: list[list[Any]], needed: int) -> None:
    """However four parts fail together, at least the safe share of the time so many are up."""
    parts = [Fraction(sum(column), len(story)) for column in zip(*story, strict=True)]
    found = k_of_n(needed, parts)
    really = Fraction(sum(sum(row) >= needed for row in story), len(story))
    assert found.safe <= really
    assert found.safe <= found.independent
