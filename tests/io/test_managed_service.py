"""An agreement that uses most of what a file can say, the agreements behind it, and one incident judged by it."""

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import slamodel as sm
from slamodel.model.backers import chain_of
from slamodel.model.exclusion import Allowance
from slamodel.model.party import Party
from slamodel.model.percent import Percent
from slamodel.model.period import Period, Term
from slamodel.model.period_target import SmallVolume
from slamodel.model.selector import Every, In
from slamodel.model.target import Moment
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR, MINUTE

FOLDER = Path(__file__).parent.parent / "cases" / "managed-service"
FILE = FOLDER / "borough.yaml"
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


def percent(text: str) -> Percent:
    return Percent.parse(text)


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


def test_updates_run_on_the_calendars_of_what_ends_them() -> None:
    """An update without any calendar is counted on those of the target that it lasts until, priority by priority."""
    update = sm.load(FILE)["borough-managed-service"]["update"]
    assert {limit.calendar_id for _, limit in update.limits} == {"always"}
    text = FILE.read_text("utf-8").replace("extends: gold", "").replace("every: {P1: 30m", "every: {P3: 30m")
    assert sm.loads(text)["borough-managed-service"]["update"].limits[0][1].calendar_id == "office"
    with pytest.raises(sm.AgreementError, match=r"targets\.update: has no calendar"):
        sm.loads(text.replace("until: resolve", "until: resolved"))


def test_heading() -> None:
    """Who takes part, in which form, in which money, about which services, and how it goes on."""
    agreement = sm.load(FILE)["borough-managed-service"]
    assert (agreement.provider, agreement.customer, agreement.roles) == (
        "acme-msp",
        "borough",
        (("auditor", "audit-lp"),),
    )
    assert agreement.parties[:2] == (
        Party("acme-msp", "Acme MSP"),
        Party("borough", "Borough Council", external_ids={"sap_customer": "0000471100"}),
    )
    assert (agreement.formality, agreement.currency, agreement.zone) == ("contractual", "GBP", "Europe/London")
    assert [service.id for service in agreement.services] == ["payroll", "service-desk", "network"]
    assert agreement.renewal is not None
    assert (agreement.renewal.notice, agreement.renewal.review) == (Term(6, "month"), Period("quarter"))


def test_matrix() -> None:
    """Impact down, urgency across: the priorities of the agreement, and that of an item that has none."""
    agreement = sm.load(FILE)["borough-managed-service"]
    assert agreement.priorities == ("P1", "P2", "P3", "P4")
    assert agreement.scheme is not None
    assert agreement.scheme.of({"impact": "moderate", "urgency": "high"}) == "P2"
    assert agreement.scheme.of({"impact": "moderate", "urgency": "high", "priority": "P4"}) == "P4"
    assert agreement.scheme.of({"impact": "moderate"}) is None


def test_measured() -> None:
    """What is measured is exact, and says what it counts."""
    p1, p2, responded, up, csat = sm.load(FILE)["borough-managed-service"].measured
    assert (p1.id, p1.metric.kind, p1.metric.target) == ("p1-resolved", "attainment", "resolve")
    assert (p1.applies, p1.expected, p1.minimum) == (In("priority", ("P1",)), percent("98%"), percent("90%"))
    assert (p1.per, p1.count_in, p1.small) == (Period("month"), "stopped", (SmallVolume(20, "allow", misses=1),))
    assert p2.minimum == Percent(Fraction(17, 20))
    assert responded.applies == In("priority", ("P1", "P2"))
    assert (up.metric.kind, up.metric.of, up.metric.during_id) == ("availability", ("payroll",), "office")
    assert (up.metric.outages_from, up.expected) == (Amount(us=MINUTE), Percent(Fraction(199, 200)))
    assert (csat.metric.kind, csat.metric.source, csat.metric.out_of) == ("score", "survey", Fraction(5))
    assert (csat.expected, csat.at_least, csat.per, csat.comparison) == (Fraction(21, 5), 30, Period("quarter"), "ge")


def test_exclusions() -> None:
    """What does not count, and how much of it."""
    planned, customer, force_majeure, duplicate = sm.load(FILE)["borough-managed-service"].exclusions
    (window,) = planned.recurs
    assert (window.rule, window.at, window.length) == ("FREQ=WEEKLY;BYDAY=SU", 2 * HOUR, 4 * HOUR)
    assert (planned.kind, planned.notice, planned.timezone) == ("maintenance", Amount(days=5), "Europe/London")
    assert planned.at_most == Allowance(Amount(us=8 * HOUR), Period("month"))
    assert (customer.when, customer.needs) == (In("responsibility", ("customer",)), ("agreed_in_review",))
    assert (force_majeure.when, force_majeure.clause) == (In("responsibility", ("force_majeure",)), "Cl 31")
    assert (duplicate.kind, duplicate.effect, duplicate.when) == ("duplicate", "remove", In("closure", ("duplicate",)))


def test_credits() -> None:
    """What misses cost, within which bounds, and what they lead to."""
    agreement = sm.load(FILE)["borough-managed-service"]
    scheme = agreement.credits
    assert scheme is not None
    up, p1, p2 = scheme.rules
    assert up.bands is not None
    assert [(str(tile), str(tile.pays)) for tile in up.bands.tiles] == [
        ("< 98%", "10%"),
        ("98%-99%", "5%"),
        ("99%-99.5%", "2%"),
        (">= 99.5%", "0%"),
    ]
    assert str(up.bands.band(percent("99%")).pays) == "2%"
    assert str(up.bands.band(percent("98.999%")).pays) == "5%"
    assert p1.bands is not None
    assert (p2.per_point, p2.counted_from, p2.steps) == (percent("0.5%"), percent("95%"), "commenced")
    assert p2.at_most == percent("5%")
    assert [(cap.per, str(cap)) for cap in scheme.caps] == [("month", "15%"), ("year", "10% of annual")]
    assert (scheme.charge, scheme.currency, scheme.multipliers) == ("monthly", "GBP", (Fraction(1), Fraction(2)))
    assert (scheme.one_incident, scheme.rounding) == ("highest_only", ("line", "half_up"))
    assert scheme.earn_back is not None
    assert (scheme.earn_back.after, scheme.earn_back.level, str(scheme.earn_back.not_if)) == (
        Term(3, "month"),
        None,
        "3 failures in 12 months",
    )
    row, often = agreement.triggers
    assert (row.of, row.count, row.in_a_row, row.unit, row.then) == (
        "payroll-up",
        3,
        True,
        "month",
        "rectification_plan",
    )
    assert (often.of, often.count, often.within, often.clause) == ("any", 4, 12, "Cl 33.1(c)")


def test_chain() -> None:
    """Read with the agreements behind it, a promise has its chain; read alone it is warned that they are missing."""
    book = sm.load(FOLDER)
    assert book.warnings == ()
    agreement = book["borough-managed-service"]
    (backed,) = agreement.backed_by
    assert str(backed) == "resolve/P2"
    links = chain_of(book, agreement, backed).links
    assert [(link.name, str(link.limit.amount), link.hand_off.us // MINUTE) for link in links] == [
        ("service-desk-ola/triage", "15m", 0),
        ("server-ola/restore", "6h", 0),
        ("telco-uc/repair", "5h", 10),
        ("service-desk-ola/confirm", "15m", 0),
    ]
    alone = sm.load(FILE)
    assert {warning.code for warning in alone.warnings} == {"W102"}
    assert {warning.severity for warning in alone.warnings} == {"warning"}
    with pytest.raises(sm.AgreementError, match="'service-desk-ola/triage' is of agreement 'service-desk-ola'"):
        chain_of(alone, agreement, backed)


def test_behind_it() -> None:
    """An OLA is measured, and a contract with a supplier has credits that are claimed in time."""
    book = sm.load(FOLDER / "olas.yaml")
    assert [one.id for one in book["service-desk-ola"].measured] == ["triage-98"]
    telco = book["telco-uc"]
    assert telco.parties == (Party("telco", "Telco plc", external_ids={"sap_vendor": "0000200333"}),)
    assert telco.credits is not None
    assert telco.credits.claim_within == Term(30, "day")
    assert telco.measured[0].per == Period("quarter")
    assert telco["repair"].hand_off == Amount(us=10 * MINUTE)


def test_round_trip() -> None:
    """Written out and read back, in the long form and the short, it is the same."""
    book = sm.load(FOLDER)
    for long in (True, False):
        assert sm.load(sm.to_dict(book, long=long)) == book


@pytest.mark.parametrize(
    ("policy", "elapsed"),
    [("carry", (3, 27)), ("restart", (1, 50)), ("retroactive", (3, 27))],
)
def test_an_incident(policy: str, elapsed: tuple[int, int]) -> None:
    """Paused overnight, then made a P1: each policy of C10 has its figure, and the review is due 5 business days on."""
    text = FILE.read_text("utf-8").replace("extends: gold", "")
    book = sm.loads(text.replace("priority_change: carry", f"priority_change: {policy}"))
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
