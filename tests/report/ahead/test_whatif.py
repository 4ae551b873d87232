"""What other terms would have done to a log, and the tightest target that was kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slamodel as sm
from slamodel.errors import EventError
from slamodel.io.changed_agreement import load_changed
from slamodel.report.ahead.tightest import tightest
from slamodel.report.ahead.whatif import CAVEAT, what_if
from slamodel.report.credits.charges import charges

START = datetime(2026, 6, 1, tzinfo=UTC)
F1 = (1, 2, 2, 3, 4, 5, 6, 8, 10, 12)
TEXT = """
slamodel: 1
agreement: desk
timezone: UTC
calendar: {hours: {daily: "00:00-24:00"}}
targets: {resolve: {P1: 1h, P2: 8h}}
pauses: {waiting: {when: {status: waiting}}}
"""
BOOK = sm.loads(TEXT)


def log(times: tuple[float, ...] = F1, **fields: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for n, took in enumerate(times):
        rows.append({"item": f"I{n}", "at": START, "do": "opened", "priority": "P2", **fields})
        rows.append({"item": f"I{n}", "at": START + timedelta(hours=took), "do": "resolved"})
    return rows


def read(rows: list[dict[str, Any]], book: sm.Portfolio = BOOK) -> sm.EventTable:
    return sm.read_events(rows, book.events)


@pytest.mark.parametrize(("limit", "met"), [(4, 5), (6, 7), (8, 8), (10, 9), (12, 10)])
def test_f4(limit: int, met: int) -> None:
    """F4: T = 4 -> 5/10, 6 -> 7/10, 8 -> 8/10, 10 -> 9/10, 12 -> 10/10, and the items that change sides."""
    changed = sm.loads(TEXT.replace("P2: 8h", f"P2: {limit}h"))
    found = what_if(BOOK, changed, read(log()))
    [side] = found.attainment
    assert (side.before, side.after) == (Fraction(8, 10), Fraction(met, 10))
    [one] = found.impact
    lost = tuple(f"I{n}" for n, took in enumerate(F1) if limit < took <= 8)
    gained = tuple(f"I{n}" for n, took in enumerate(F1) if 8 < took <= limit)
    assert (one.lost, one.gained) == (lost, gained)
    assert str(found).endswith(CAVEAT)
    assert str(side) == f"resolve term: 80.0 % (8 of 10) would be {met * 10}.0 % ({met} of 10)"


def test_hours_pauses_and_holidays() -> None:
    """The log is replayed, not only counted anew: other hours, another pause rule and a closed day move items too."""
    rows = log((10, 12))
    rows.append({"item": "I0", "at": START + timedelta(hours=1), "do": "status", "to": "waiting"})
    rows.append({"item": "I0", "at": START + timedelta(hours=4), "do": "status", "to": "working"})
    events = read(rows)

    def lost_and_gained(text: str) -> tuple[Any, ...]:
        [one] = what_if(BOOK, sm.loads(text), events).impact
        return one.lost, one.gained

    assert lost_and_gained(TEXT.replace("pauses: {waiting: {when: {status: waiting}}}", "")) == (("I0",), ())
    assert lost_and_gained(TEXT.replace("00:00-24:00", "06:00-12:00")) == ((), ("I1",))
    closed = TEXT.replace("}}\ntargets", '}, closed: ["2026-06-01"]}\ntargets')
    assert lost_and_gained(closed) == ((), ("I1",))


def test_another_matrix() -> None:
    """A changed matrix of impact and urgency is read with the log, so it is read again as the changed paper does."""
    matrix = """
priority:
  matrix: {urgency: [high, low], high: [P1, %s], low: [P2, P2]}
"""
    book, changed = sm.loads(TEXT + matrix % "P2"), sm.loads(TEXT + matrix % "P1")
    rows = [{**row, "priority": None} for row in log((2, 9), impact="high", urgency="low")]
    found = what_if(book, changed, read(rows, book), reread=read(rows, changed))
    [one] = found.impact
    assert (one.late_before, one.late_after, one.lost) == (1, 2, ("I0",))


def test_by_period() -> None:
    """Attainment is told by period, in the zone of the agreement; periods in which nothing is measured are left out."""
    rows = log((2, 24 * 40))
    found = what_if(BOOK, sm.loads(TEXT.replace("P2: 8h", "P2: 1h")), read(rows), period="month")
    # The late one counts where it stopped: in July. Nothing is measured in between.
    told = [(side.period, str(side.before), str(side.after)) for side in found.attainment]
    assert told == [("2026-06", "1", "0"), ("2026-07", "0", "0")]
    assert found.to_dict()["attainment"][0]["share_after"] == 0.0
    assert found.to_dict()["impact"][0]["lost"] == ["I0"]
    assert found.to_dict()["caveat"] == CAVEAT


MEASURED = """
currency: GBP
measured:
  - {id: resolve-80, what: resolve, expected: 80%, per: month}
credits: {charge: monthly, rules: {resolve-80: {">= 80%": 0%, ">= 60%": 5%, otherwise: 10%}}}
"""


def test_credits_of_both_sides() -> None:
    """Period targets are measured and settled on both sides: what changes, and what more would be owed."""
    book, changed = sm.loads(TEXT + MEASURED), sm.loads(TEXT.replace("P2: 8h", "P2: 5h") + MEASURED)
    rows = [{"agreement": "desk", "period": "2026-06", "amount": "1000.00", "currency": "GBP"}]
    end = datetime(2026, 7, 1, tzinfo=UTC)
    found = what_if(book, changed, read(log()), as_of=end, charges=charges(rows))
    [one] = [side for side in found.figures if side.period == "2026-06"]
    assert (one.value_before, one.verdict_before, one.value_after, one.verdict_after) == (
        Fraction(8, 10), "met", Fraction(6, 10), "missed",
    )  # fmt: skip
    assert str(one) == "resolve-80 2026-06: 80.0 %, met would be 60.0 %, missed, 50.00 GBP"
    assert str(found.credits) == "credits: +50.00 GBP"
    back = what_if(changed, book, read(log()), as_of=end, charges=charges(rows))
    assert back.to_dict()["credits"] == {"difference": {"GBP": "-50.00 GBP"}, "unknown": 0}
    without = what_if(book, changed, read(log()), as_of=end)
    assert str(without.credits) == "credits: 0.00 GBP, without 1 line of which no charge is known"
    assert "resolve-80 2026-06" in str(found)


def test_agreements_alone() -> None:
    """An agreement alone holds for every item, whatever its dates."""
    draft = sm.loads(TEXT.replace("P2: 8h", "P2: 4h").replace("timezone", "from: 2027-01-01\ntimezone"))["desk"]
    assert what_if(BOOK["desk"], draft, read(log())).attainment[0].after == Fraction(5, 10)


def test_an_empty_log() -> None:
    """A log without a row is an error, as it is to evaluate."""
    with pytest.raises(EventError, match="no usable row"):
        what_if(BOOK, BOOK, read([]))


def test_as_of() -> None:
    """Both sides are judged at one instant: an open item that is late counts as missed on either."""
    at = START + timedelta(hours=5)
    found = what_if(BOOK, sm.loads(TEXT.replace("P2: 8h", "P2: 3h")), read(log()), as_of=at)
    [one] = found.attainment
    assert (one.met_before, one.missed_before, one.met_after, one.missed_after) == (6, 0, 4, 6)


@pytest.mark.parametrize(("days", "met", "gained", "lost"), [(5, 929, 0, 412), (7, 1341, 0, 0), (9, 1479, 138, 0)])
def test_sample_of_servicenow(days: int, met: int, gained: int, lost: int) -> None:
    """Of the 2,076 incidents of the sample so many would be met if P3 had 5, 7 or 9 business days."""
    folder = Path(__file__).parents[3] / "examples" / "servicenow-incidents"
    change = {"change": "servicenow-incidents", "targets": {"resolve": {"P3": f"{days}bd"}}}
    changed = load_changed(folder / "agreement.yaml", change)
    found = sm.what_if(sm.load(folder / "agreement.yaml"), changed, folder / "incidents.csv.gz")
    [one], [side] = found.impact, found.attainment
    assert (side.met_before, side.met_after, side.met_after + side.missed_after) == (1341, met, 2076)
    assert (len(one.gained), len(one.lost), one.added, one.removed) == (gained, lost, (), ())


@pytest.mark.parametrize(("percent", "hours"), [(50, 4), (70, 6), (80, 8), (90, 10), (95, 12), (100, 12), (1, 1)])
def test_tightest(percent: int, hours: int) -> None:
    """The tightest target for q is the nearest-rank percentile."""
    [found] = tightest(sm.evaluate(BOOK, log()), Fraction(percent, 100))
    assert (found.limit, found.finished, found.left_out) == (hours * 3_600_000_000, 10, 0)
    assert str(found) == f"resolve P2: {hours}h is the tightest limit for {percent}.0 % of 10"


def test_tightest_says_what_it_leaves_out() -> None:
    """Open items are left out and counted; where the limit itself is late it must be longer; nothing is no limit."""
    rows = log((3, 5))
    rows += [{"item": "OPEN", "at": START, "do": "opened", "priority": "P2"}]
    rows += [{"item": "NEW", "at": START, "do": "opened", "priority": "P1"}]
    strict = sm.loads(TEXT.replace("P2: 8h", "P2: 8h, at_limit: missed"))
    new, old = tightest(sm.evaluate(strict, rows), Fraction(1, 2))
    assert str(old) == "resolve P2: more than 3h is the tightest limit for 50.0 % of 2, 1 open left out"
    assert (new.limit, str(new)) == (None, "resolve P1: nothing has finished of 0, 1 open left out")
    for wrong in (0.95, Fraction(0), Fraction(2)):
        with pytest.raises(ValueError, match="no share of the items"):
            tightest(sm.evaluate(BOOK, rows), wrong)  # type: ignore[arg-type]


@settings(max_examples=20)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.integers(1, 100))
def test_tightest_is_the_tightest(times: list[int], percent: int) -> None:
    """Under the tightest limit so great a share is met, and under one that is a minute shorter it is not."""
    events = read(log(tuple(map(float, times))))
    share = Fraction(percent, 100)
    [found] = tightest(sm.evaluate(BOOK, events), share)
    assert found.limit is not None
    minutes = found.limit // 60_000_000

    def after(limit: int) -> Fraction:
        return what_if(BOOK, sm.loads(TEXT.replace("P2: 8h", f"P2: {limit}m")), events).attainment[0].after or Fraction(
            0
        )

    assert after(minutes) >= share
    assert after(minutes - 1) < share
