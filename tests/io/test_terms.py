"""The terms of agreement files beside targets: every key becomes what it says, and comes back from a written file."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import slamodel as sm
from slamodel.model.agreement import Agreement
from slamodel.model.backing import Branches, Reference
from slamodel.model.bands import Points
from slamodel.model.bound import Bound
from slamodel.model.exclusion import Allowance
from slamodel.model.metric import Metric
from slamodel.model.money import Money
from slamodel.model.party import Party
from slamodel.model.percent import Percent
from slamodel.model.period import Period, Term
from slamodel.model.period_target import PeriodTarget, SmallVolume
from slamodel.model.requirement import Contact, QualitativeObligation, RenewalTerms, Review, ServiceLevelRequirement
from slamodel.model.selector import In, event
from slamodel.model.service import Composition, Service, ServiceOffering
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR, MINUTE
from slamodel.timeline.recurrence import Recurrence

FULL = Path(__file__).parent.parent / "cases" / "agreement-terms.yaml"


@pytest.fixture(scope="module")
def full() -> Agreement:
    """The agreement that uses every key."""
    return sm.load(FULL)["x"]


def test_parties(full: Agreement) -> None:
    """Described parties are known by their ids, those with a name only by it; contacts have roles."""
    desk = Party("desk", kind="unit", parent=Party("acme", "Acme"), external_ids={"servicenow": "a1b2"})
    assert (full.provider, full.customer, full.roles) == ("desk", "board", (("measurer", "Meters"),))
    assert full.parties == (desk, Party("board", "The board", external_ids={"sap_customer": "47"}))
    office = dict(full.calendars)["office"]
    assert full.contacts == (
        Contact(
            role="delivery_manager",
            party="desk",
            name="Ann",
            address="ann@acme.example",
            calendar=office,
            calendar_id="office",
        ),
        Contact(role="escalation_1", party="desk", name="Bob"),
        Contact(role="escalation_1", party="desk", name="Cyd"),
    )


def test_priorities(full: Agreement) -> None:
    """A matrix may be written by name, types have priorities of their own, and others call ours as they like."""
    scheme = full.scheme
    assert scheme is not None
    assert (scheme.field, full.priorities) == ("urgency", ("P1", "P2", "high", "low"))
    assert scheme.of({"gravity": "all", "urgency": None}) is None
    assert scheme.matrix is not None
    assert scheme.matrix.priority("all", "later") == "P2"
    assert (scheme.of_type("problem"), scheme.of_type("incident")) == (("high", "low"), ("P1", "P2"))
    assert (scheme.ours("telco", "Sev 2"), scheme.theirs("telco", "P1"), scheme.ours("x", "y")) == ("P2", "Sev 1", None)


def test_services(full: Agreement) -> None:
    """Services are composed in series, in parallel, and of so many out of several."""
    payroll, database, _, _, third, _, last = full.services
    web = Composition(2, ("web-1", "web-2", "web-3"))
    gold = ServiceOffering(
        id="gold",
        service="payroll",
        tier="gold",
        fulfilment=Amount(days=2),
        cost=Money(Decimal("12.5"), "EUR"),
        cost_per="user",
        clause="5",
    )
    assert payroll == Service(
        id="payroll",
        name="Payroll",
        kind="administrative",
        owner="hr",
        criticality="1",
        users=250,
        components=Composition(2, ("database", web)),
        offerings=(gold,),
        external=(("cmdb", "7"),),
        clause="4",
    )
    assert database.status == "pipeline"
    assert third.components == Composition(1, ("a", "b"))
    assert last.components == Composition(1, ("a",))


def test_measured(full: Agreement) -> None:
    """Every key of a period target, and both phrases."""
    up, resolved, median, again, cost, nps, change, every, fast, aged, down = full.measured
    assert (up.id, up.metric.of, up.metric.during_id, str(up.per)) == (
        "payroll-availability-99.9",
        ("payroll",),
        "office",
        "quarter",
    )
    assert (resolved.id, resolved.applies) == ("resolve-P1-P2-98.5", In("urgency", ("P1", "P2")))
    assert (resolved.expected, resolved.per) == (Percent(Fraction(985, 1000)), Period("contract_month"))
    assert median == PeriodTarget(
        id="median",
        metric=Metric(
            kind="time_stat",
            target="resolve",
            statistic="percentile",
            percentile=Percent(Fraction(9, 10)),
            measured_by="Meters",
        ),
        expected=Amount(us=4 * HOUR),
        minimum=Amount(us=6 * HOUR),
        warn=Amount(us=3 * HOUR),
        comparator="lt",
        applies=In("type", ("incident",)),
        per=Period("day", rolling=Term(30, "day")),
        count_in="due",
        open_breaches=False,
        small=(SmallVolume(20, "aggregate", periods=3), SmallVolume(5, "not_measured")),
        permitted_misses=1,
        at_least=10,
        empty="as_met",
        precision=Fraction(1, 10),
        rounding="down",
        volume_at_most=2000,
        name="Nine of ten",
        clause="6",
        agreement="x",
    )
    assert [rule and rule.then for rule in map(median.small_volume, (4, 5, 19, 20))] == [
        "not_measured",
        "aggregate",
        "aggregate",
        None,
    ]
    assert (again.metric.by, nps.metric.good_from, cost.metric.divided_by) == (("cause", "ci"), Fraction(9), "calls")
    assert (change.metric.when, aged.metric.when) == (In("outcome", ("done", "partly")), event("reopened"))
    assert (fast.metric.bound, fast.comparison) == (Bound("le", Fraction(200)), "ge")
    assert (aged.metric.how, aged.metric.age, aged.comparison) == ("oldest", "covered", "le")
    assert (again.metric.within, again.comparison, str(again.per)) == (
        Amount(us=30 * 24 * HOUR, calendar_days=True),
        "le",
        "week from sunday",
    )
    assert (cost.expected, cost.metric.unit, cost.per) == (Money(Decimal("2.50"), "EUR"), "call", Period("month", 15))
    assert (nps.expected, nps.metric.how, nps.comparison) == (Fraction(30), "nps", "ge")
    assert (change.metric.of, change.comparison) == (("payroll", "database"), "gt")
    assert every.metric.parts == (("change", Fraction(2)), ("nps", Fraction(1, 2)))
    assert (down.metric.outages_from, down.comparison) == (Amount(us=2 * MINUTE), "le")


def test_exclusions(full: Agreement) -> None:
    """Windows recur by the week or by a rule, or stand once; how much of them counts is bounded."""
    planned, strike = full.exclusions
    assert planned.recurs == (
        Recurrence("FREQ=WEEKLY;BYDAY=SU", 2 * HOUR, 4 * HOUR),
        Recurrence("FREQ=MONTHLY;BYDAY=1SA", 22 * HOUR, 8 * HOUR),
    )
    assert (planned.effect, planned.about, planned.services) == ("count_as_up", ("resolve", "down"), ("payroll",))
    assert (strike.when, strike.needs, strike.effect) == (
        In("responsibility", ("force_majeure",)),
        ("board",),
        "count_as_met",
    )
    month_end, move = full.windows
    assert (month_end.kind, month_end.agreed_by, month_end.timezone) == ("freeze", "board", "Europe/London")
    assert month_end.recurs == (Recurrence("FREQ=MONTHLY;BYMONTHDAY=-1", 18 * HOUR, 12 * HOUR),)
    assert move.between == ("2026-12-24T18:00:00", "2026-12-27T08:00:00")
    assert move.at_most == Allowance(Amount(us=4 * HOUR), Period("year"))


def test_credits(full: Agreement) -> None:
    """Bands in points, in shares of either direction, on a grid; prices per point; and every bound."""
    scheme = full.credits
    assert scheme is not None
    up, median, change, down, nps = scheme.rules
    assert up.bands is not None
    assert up.bands.costs == (Points(Fraction(3)), Points(Fraction(1)), Points(Fraction(0)))
    assert median.bands is not None
    assert (median.bands.closed, str(median.bands.band(Amount(us=6 * HOUR)).pays)) == ("high", "5%")
    assert str(median.bands.band(Amount(us=6 * HOUR + 1)).pays) == "10%"
    assert (median.allocation, median.allocated) == (Percent(Fraction(3, 5)), Fraction(3, 10))
    assert (median.multipliers, median.multipliers_within) == ((Fraction(1), Fraction(2)), Term(6, "month"))
    assert (change.precision, scheme.point) == (Fraction(1, 10), Percent(Fraction(5, 1000)))
    assert [one.target for one in scheme.bonuses] == ["nps", "down"]
    assert change.bands is not None
    assert [str(tile) for tile in change.bands.tiles] == ["< 90%", "90%-98%", ">= 98%"]
    assert (down.counted_from, down.steps, down.step) == (Amount(us=HOUR), "complete", Fraction(HOUR))
    assert nps.per_point == Money(Decimal(100), "EUR")
    assert scheme.multipliers == (Fraction(1), Fraction(3, 2), Fraction(2))
    assert (scheme.rounding, scheme.claim_within) == (("total", "half_even"), Term(30, "day"))
    assert (scheme.least, scheme.at_risk, scheme.pool) == (
        Money(Decimal(1), "EUR"),
        Percent(Fraction(12, 100)),
        Percent(Fraction(5, 2)),
    )
    assert scheme.earn_back is not None
    assert scheme.earn_back.level == Percent(Fraction(99, 100))
    below, row, reached, points = full.triggers
    assert (below.what, below.count, below.unit) == ("below_minimum", 1, "period")
    assert (row.of, row.count, row.in_a_row, row.unit) == ("any", 3, True, "quarter")
    assert (reached.what, reached.of, reached.share) == ("credits", "year", Percent(Fraction(3, 4)))
    assert (points.what, points.points, points.within, points.unit) == ("points", 10, 3, "month")


def test_the_rest(full: Agreement) -> None:
    """What backs a promise, requirements, obligations, reviews, renewal."""
    some, one = full.backed_by
    assert (some.target, some.priority, some.clause) == ("resolve", "P1", "1")
    assert some.by == Branches(
        "any_of", (Reference("ola", "fix"), Reference("uc", "mend", "A", Amount(us=5 * MINUTE), "2"))
    )
    assert (str(one), one.by) == ("resolve", Reference("ola", "fix"))
    assert full["resolve"].hand_off == Amount(us=10 * MINUTE)
    assert full.requirements == (
        ServiceLevelRequirement(id="slr-1", text="Pay slips are out in time"),
        ServiceLevelRequirement(
            id="slr-2",
            text="Up",
            party="board",
            priority="1",
            status="accepted",
            measurable="hours",
            targets=("resolve", "down"),
            clause="1",
        ),
    )
    assert full.obligations == (
        QualitativeObligation(id="encrypted", statement="Backups are encrypted"),
        QualitativeObligation(
            id="report", statement="A report", obligor="desk", evidence="the report", per=Period("month"), clause="2"
        ),
    )
    assert full.reviews == (
        Review(id="board", per=Period("quarter")),
        Review(id="desk", per=Period("week"), forum="Stand-up", attendees=("desk", "board"), clause="3"),
    )
    assert full.renewal == RenewalTerms(
        notice=Term(30, "day"), review=Period("year"), automatic=Term(1, "year"), clause="9"
    )
    assert (full.formality, full.currency) == ("agreed", "EUR")


@pytest.mark.parametrize("long", [True, False])
@pytest.mark.parametrize("format", ["yaml", "toml", "json"])
def test_written(full: Agreement, format: str, long: bool) -> None:  # noqa: A002
    """Written in any format, long or short, and read back it is the same."""
    assert sm.loads(sm.dumps(full, format=format, long=long), format=format)["x"] == full


def warned(**more: Any) -> list[str]:
    document = {"slamodel": 1, "agreement": "x", "calendar": "24x7", "priority": {"order": ["P1", "P2"]}}
    return [str(warning) for warning in sm.load({**document, **more}).warnings]


def test_warnings() -> None:
    """What is odd is told, and read all the same."""
    assert warned(
        targets={
            "respond": {"P1": "8h", "P2": "2h"},
            "resolve": {"P1": "4h", "P2": "2h", "stops": ["opened", "resolved"]},
        },
        measured=[{"id": "up", "what": "availability", "expected": "100%"}],
        credits={
            "charge": "monthly",
            "cap": {"month": "15%", "year": "5%"},
            "rules": {"up": {">= 100%": "0%", "otherwise": "10%"}},
        },
    ) == [
        "credits.cap.year: yearly cap 5% is below one monthly cap 15%; one month can use all of it [W164]",
        "targets.respond.P1: P1: respond 8h is longer than resolve 4h; are they swapped? [W134]",
        "targets.respond.P1: P1 respond 8h is longer than P2 2h; are they swapped? [W135]",
        "targets.resolve.P1: P1 resolve 4h is longer than P2 2h; are they swapped? [W135]",
        (
            "targets.resolve: start and stop can match together (created, opened), the clock would never run; "
            "let them be different events [W151]"
        ),
        "measured.0.expected: up: 100% leaves no error budget, any outage is a breach; expect less, as 99.9% [W143]",
    ]
    assert warned(targets={"respond": {"P1": "1h", "P2": "2h"}, "resolve": {"P1": "1h", "P2": "2h"}}) == []


def test_a_chain_calls_priorities_as_its_links_do() -> None:
    """A link has the limit of the reference's priority, else of what its agreement calls ours, else of ours."""
    from slamodel.model.backers import chain_of

    document = {
        "slamodel": 1,
        "agreements": [
            {
                "agreement": "sla",
                "calendar": "24x7",
                "priority": {"order": ["P1", "P2"], "names": {"telco": {"Sev 1": "P1"}, "far": {"Sev 2": "P1"}}},
                "targets": {"resolve": {"P1": "4h", "P2": "8h"}},
                "backed_by": {"resolve/P1": {"in_order": ["uc/fix", "uc/fix/Sev 2", "ola/fix"]}},
            },
            {
                "agreement": "uc",
                "provider": "telco",
                "calendar": "24x7",
                "targets": {"fix": {"Sev 1": "1h", "Sev 2": "2h", "stops": "fixed", "hand_off": "5m"}},
            },
            {"agreement": "ola", "calendar": "24x7", "targets": {"fix": {"P1": "3h", "stops": "fixed"}}},
        ],
    }
    book = sm.load(document)
    (backed,) = book["sla"].backed_by
    links = chain_of(book, book["sla"], backed).links
    assert [(link.name, str(link.limit.amount), str(link.hand_off)) for link in links] == [
        ("uc/fix", "1h", "5m"),
        ("uc/fix", "2h", "5m"),
        ("ola/fix", "3h", "0s"),
    ]


def test_shared_services_and_parties() -> None:
    """A file of several agreements says its services and parties once; an agreement names them."""
    document: dict[str, Any] = {
        "slamodel": 1,
        "services": {"payroll": {"users": 250}},
        "parties": {
            "acme": {"name": "Acme"},
            "desk": {"kind": "unit", "parent": "acme"},
            "ops": {"parent": "acme", "kind": "unit"},
        },
        "agreements": [
            {
                "agreement": "ola",
                "kind": "ola",
                "provider": "ops",
                "customer": "desk",
                "services": ["payroll"],
                "calendar": "24x7",
                "targets": {"resolve": "4h"},
            }
        ],
    }
    agreement = sm.load(document)["ola"]
    assert agreement.services == (Service(id="payroll", users=250),)
    assert [str(party.organisation) for party in agreement.parties] == ["Acme", "Acme"]
    document["agreements"][0]["kind"] = "uc"
    document["agreements"][0]["services"] = ["payrol"]
    with pytest.raises(sm.AgreementError) as error:
        sm.load(document)
    assert [problem.code for problem in error.value.problems] == ["E102", "E170"]
