"""What a warning would have been worth, and what became of items that were given a chance of 60 to 80 per cent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.errors import AgreementError, InstantError
from slamodel.report.ahead.backtest import backtest
from slamodel.report.ahead.calibration import backtest_chances, calibration
from slamodel.report.ahead.chances import Chances, chances

START = datetime(2026, 6, 1, 9, tzinfo=UTC)  # a Monday
TEXT = """
slamodel: 1
agreement: desk
timezone: UTC
calendar: {hours: {mon-fri: "09:00-17:00"}}
targets: {resolve: {P1: 4h, P2: 8h}}
pauses: {waiting: {when: {status: waiting}}}
"""
SAMPLE = Path(__file__).parents[3] / "examples" / "servicenow-incidents"


def log(*times: float, priority: str = "P2", first: int = 0) -> list[dict[str, Any]]:
    """Return items that are resolved after so many hours on the wall (0: open)."""
    rows: list[dict[str, Any]] = []
    for n, took in enumerate(times, first):
        rows.append({"item": f"I{n}", "at": START, "do": "opened", "priority": priority})
        if took:
            rows.append({"item": f"I{n}", "at": START + timedelta(hours=took), "do": "resolved"})
    return rows


def judged(rows: list[dict[str, Any]], at: datetime = START + timedelta(days=7)) -> sm.VerdictTable:
    return sm.evaluate(sm.loads(TEXT), rows, as_of=at)


def test_warn_at_a_share() -> None:
    """Warn at 75 %: of 6 h, 7 h and 27 h (11 h of work) two are needless; what is exactly on the level has come."""
    found = backtest(judged(log(2, 6, 7, 27)), "75%")
    assert (found.clocks, found.warned, found.late, found.right) == (4, 3, 1, 1)
    assert (found.precision, found.recall, found.missed, found.needless) == (
        Fraction(1, 3),
        Fraction(1),
        (),
        ("I1", "I2"),
    )
    # Warned after 6 h, late after 8 h: two hours of work, though a night may lie between.
    assert found.median_lead == timedelta(hours=2)
    told = "warn at 75%: precision 33.3 % (1 of 3), recall 100.0 % (1 of 1) on 4 clocks"
    assert str(found) == f"{told}; warned 2h before, in the median"


def test_lead_is_working_time() -> None:
    """The lead is covered time of the limit's calendar: 4h before due at Monday 13:00 leaves 4 h, over a pause more."""
    rows = log(30)
    rows.append({"item": "I0", "at": START + timedelta(hours=5), "do": "status", "to": "waiting"})
    rows.append({"item": "I0", "at": START + timedelta(hours=7), "do": "status", "to": "working"})
    found = backtest(judged(rows), "75%")
    # 6 h are used on Monday at 17:00 less a pause of 2 h: from Tuesday 09:00 (on the closing) to 11:00.
    assert found.median_lead == timedelta(hours=2)
    early = backtest(judged(rows), "50%")
    assert early.median_lead == timedelta(hours=6)  # 4 h of the clock and 2 h in which it stood still


def test_open_ones() -> None:
    """An open late item is late; one that is open and in time is left out: nobody knows."""
    at = START + timedelta(hours=32)  # Tuesday 17:00
    found = backtest(judged([*log(0), *log(1, first=1)], at), "75%")
    assert (found.clocks, found.warned, found.late, found.right) == (2, 1, 1, 1)
    assert backtest(judged(log(0), START + timedelta(hours=7)), "75%").clocks == 0
    nothing = backtest(judged(log(0), START + timedelta(hours=7)), "75%")
    assert (nothing.precision, nothing.recall, nothing.median_lead) == (None, None, None)
    assert str(nothing) == "warn at 75%: precision - (0 of 0), recall - (0 of 0) on 0 clocks"


def test_limits_of_priorities() -> None:
    """Each priority is warned by its own limit; rows pick verdicts."""
    table = judged([*log(3.5, 5, priority="P1"), *log(5, first=2)])
    found = backtest(table, "75%")
    assert (found.clocks, found.warned, found.late, found.needless) == (3, 2, 1, ("I0",))
    assert backtest(table, "75%", rows=table.column("priority") == "P2").warned == 0


def test_a_late_warning_is_none() -> None:
    """A limit that shrank makes late at once: no warning came before, and recall shows it."""
    rows = log(10)
    rows.append({"item": "I0", "at": START + timedelta(hours=5), "do": "priority", "to": "P1"})
    found = backtest(judged(rows), "75%")
    assert (found.late, found.right, found.missed, found.recall) == (1, 0, ("I0",), Fraction(0))


@pytest.mark.parametrize("rule", ["breach", "breach + 4h", "100%", "soon"])
def test_refuses(rule: str) -> None:
    """A warning comes before the breach."""
    with pytest.raises(AgreementError, match=r"too late|not a point"):
        backtest(judged(log(2)), rule)


def test_calibration_by_hand() -> None:
    """Bands are [low, high), the last one holds 1; mean, share and Wilson interval of each; the Brier score of all."""
    found = calibration(np.array([0.1, 0.2, 0.65, 0.7, 1.0]), np.array([False, True, True, False, True]), unknown=2)
    rows = found.to_dicts()
    assert [(row["given"], row["late"]) for row in rows] == [(1, 0), (1, 1), (0, 0), (2, 1), (1, 1)]
    assert (rows[3]["mean"], rows[3]["share"]) == (pytest.approx(0.675), 0.5)
    assert (rows[2]["mean"], rows[2]["share"], rows[2]["least"]) == (None, None, None)
    assert found.brier == pytest.approx((0.01 + 0.64 + 0.1225 + 0.49 + 0) / 5)
    assert found.unknown == 2
    assert str(found).splitlines()[3] == "60-80 %: 50 % late (1 of 2; given 68 %, interval 9-91 %)"
    assert str(found).splitlines()[2] == "40-60 %: -"


@pytest.mark.parametrize("edges", [(0.5, 1.0), (0.0, 0.5), (0.0, 0.5, 0.5, 1.0), (1.0,)])
def test_bands_cover_all(edges: tuple[float, ...]) -> None:
    """Bands go from 0 to 1."""
    with pytest.raises(ValueError, match="from 0 to 1"):
        calibration(np.array([0.1]), np.array([True]), edges=edges)
    with pytest.raises(ValueError, match="without an estimate"):
        calibration(np.array([np.nan]), np.array([True]))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30))
def test_every_forecast_is_in_one_band(forecasts: list[tuple[float, bool]]) -> None:
    """The bands add up to all forecasts and all late ones, and each mean lies in its band."""
    found = calibration(np.array([p for p, _ in forecasts], float), np.array([late for _, late in forecasts], bool))
    assert found.column("given").sum() == len(forecasts)
    assert found.column("late").sum() == sum(late for _, late in forecasts)
    for row in found:
        assert row["mean"] is None or row["low"] - 1e-9 <= row["mean"] <= row["high"] + 1e-9


@pytest.fixture(scope="module")
def sample() -> tuple[sm.Portfolio, sm.EventTable, sm.VerdictTable]:
    book = sm.load(SAMPLE / "agreement.yaml")
    events = sm.read_events(SAMPLE / "incidents.csv.gz", book.events)
    return book, events, sm.evaluate(book, events)


MONDAYS = [datetime(2016, 4, 4, tzinfo=UTC) + timedelta(weeks=n) for n in range(12)]


def test_sample_of_servicenow(sample: tuple[sm.Portfolio, sm.EventTable, sm.VerdictTable]) -> None:
    """Of items given 60-80 % on twelve Mondays from the clocks of the three weeks before, 57 of 102 were late."""
    book, events, final = sample

    def forecast(at: datetime) -> tuple[sm.VerdictTable, Chances]:
        known = sm.evaluate(book, events, as_of=at)
        return known, chances(known, since=at - timedelta(weeks=3))

    found = backtest_chances(forecast, MONDAYS, final)
    rows = found.to_dicts()
    assert [(row["given"], row["late"]) for row in rows] == [(258, 47), (495, 139), (129, 33), (102, 57), (69, 54)]
    assert found.brier == pytest.approx(0.1947, abs=1e-4)
    assert found.unknown == 0


def test_nothing_of_the_future(sample: tuple[sm.Portfolio, sm.EventTable, sm.VerdictTable]) -> None:
    """A forecast knows nothing of what came later: without the later events it is the same."""
    book, events, _ = sample
    at = MONDAYS[4]
    whole = chances(sm.evaluate(book, events, as_of=at))
    cut = sm.evaluate(book, sm.read_events(SAMPLE / "incidents.csv.gz", book.events), as_of=at)
    assert cut.log is not None
    assert int(cut.log.at.max()) <= at.timestamp() * 1e6
    alone = chances(sm.evaluate(book, cut.log, as_of=at))
    assert alone.column("chance").tolist() == whole.column("chance").tolist()


def test_forecasts_come_before(sample: tuple[sm.Portfolio, sm.EventTable, sm.VerdictTable]) -> None:
    """Forecasts are held against later verdicts alone."""
    _, _, final = sample
    with pytest.raises(InstantError, match="no earlier"):
        backtest_chances(lambda _: (final, chances(final)), [datetime(2018, 1, 1, tzinfo=UTC)], final)


def test_warnings_on_the_sample(sample: tuple[sm.Portfolio, sm.EventTable, sm.VerdictTable]) -> None:
    """Of the P3 clocks of the sample a warning at 75 % would have told all 665 late ones, 14 h of work before."""
    _, _, final = sample
    found = backtest(final, "75%", rows=final.column("priority") == "P3")
    assert (found.clocks, found.warned, found.late, found.right) == (1946, 816, 665, 665)
    assert found.median_lead == timedelta(hours=14)
