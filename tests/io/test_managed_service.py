"""An agreement that uses most of what a file can say, and one incident judged by it."""

from datetime import timedelta
from pathlib import Path

import pytest

import slamodel as sm
from slamodel.model.selector import Every, In
from slamodel.model.target import Moment
from slamodel.timeline.durations import Amount

FILE = Path(__file__).parent.parent / "cases" / "agreement-managed-service.yaml"
INCIDENT = {
    "item": "INC0012",
    "client": "borough",
    "type": "incident",
    "priority": "P2",
    "events": [
        {"at": "2026-06-10T14:03:00+01:00", "do": "opened"},
        {"at": "2026-06-10T14:20:00+01:00", "do": "replied"},
        {
            "at": "2026-06-10T15:00:00+01:00",
            "do": "status",
            "to": "awaiting_customer",
            "reason": "customer_informed",
        },
        {"at": "2026-06-11T09:30:00+01:00", "do": "status", "to": "in_progress"},
        {"at": "2026-06-11T10:10:00+01:00", "do": "priority", "to": "P1"},
        {"at": "2026-06-11T12:00:00+01:00", "do": "resolved"},
    ],
}


def test_what_it_says() -> None:
    """Updates until the resolution, a review after it, pauses with a cap, a condition and priorities."""
    agreement = sm.load(FILE)["borough-managed-service"]
    update, resolve, review = (agreement[name] for name in ("update", "resolve", "incident_review"))
    assert [(priority, str(limit.amount)) for priority, limit in update.limits] == [("P1", "30m"), ("P2", "2h")]
    assert (update.kind, update.cycles, update.ends) == ("update", "chain", resolve.stops)
    assert review.starts == Moment(after=resolve, edge="stopped")
    assert review.applies == Every((In("type", ("incident",)), In("priority", ("P1",))))
    waiting, freeze = resolve.pauses
    assert (waiting.at_most, waiting.needs) == (Amount(days=5), In("reason", ("customer_informed",)))
    assert (freeze.needs, review.pauses, update.pauses) == (In("priority", ("P3", "P4")), (), ())


@pytest.mark.parametrize(
    ("policy", "elapsed"),
    [("carry", (3, 27)), ("restart", (1, 50)), ("retroactive", (3, 27))],
)
def test_an_incident(policy: str, elapsed: tuple[int, int]) -> None:
    """Paused overnight, then made a P1: each policy of C10 has its figure, and the review is due 5 business days on."""
    book = sm.loads(FILE.read_text("utf-8").replace("priority_change: carry", f"priority_change: {policy}"))
    rows = {row["target"]: row for row in sm.evaluate(book, [INCIDENT])}
    assert {name: row["stage"] for name, row in rows.items()} == {
        "respond": "met",
        "update": "missed",
        "resolve": "met",
        "incident_review": "running",
    }
    assert rows["respond"]["elapsed"] == timedelta(minutes=17)
    assert rows["resolve"]["elapsed"] == timedelta(hours=elapsed[0], minutes=elapsed[1])
    assert str(rows["incident_review"]["due"]) == "2026-06-18 11:00:00+00:00"
