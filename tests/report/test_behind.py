"""What stands behind an agreement is held to it: shares, periods, pauses, exclusions, notice, and what is owed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import slamodel as sm
from slamodel.report.check.unfit import unfit

FOLDER = Path(__file__).parent.parent / "cases" / "managed-service"
SLA: dict[str, Any] = {
    "agreement": "sla",
    "from": "2026-01-01",
    "until": "2026-12-31",
    "currency": "GBP",
    "timezone": "UTC",
    "calendar": "24x7",
    "targets": {"resolve": {"P1": "8h"}},
    "measured": [{"id": "p1", "what": "resolve", "for": "P1", "expected": "95%"}],
    "backed_by": {"resolve/P1": {"in_order": ["ola/triage", "uc/repair"]}},
}
OLA: dict[str, Any] = {
    "agreement": "ola",
    "kind": "ola",
    "calendar": "24x7",
    "targets": {"triage": {"within": "1h", "stops": "assigned"}},
    "measured": [{"id": "triaged", "what": "triage", "expected": "98%"}],
}
UC: dict[str, Any] = {
    "agreement": "uc",
    "kind": "uc",
    "currency": "GBP",
    "timezone": "UTC",
    "calendar": "24x7",
    "targets": {"repair": {"within": "5h", "starts": "logged", "stops": "fixed"}},
    "measured": [{"id": "repaired", "what": "repair", "expected": "97%"}],
}


def said(*agreements: dict[str, Any]) -> list[str]:
    found = sm.check(sm.load({"slamodel": 1, "agreements": list(agreements)})).problems
    return [str(one) for one in found if one.code[1:].startswith("25")]


def measured(agreement: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {**agreement, "measured": [{**agreement["measured"][0], **change}]}


def test_nothing_to_say() -> None:
    """Where everything fits nothing is said: 98 % and 97 % are sure of 95 %."""
    assert said(SLA, OLA, UC) == []


def test_attainment() -> None:
    """B4: shares in a row are sure of what is left when their misses add up, and of no more."""
    assert said(SLA, OLA, measured(UC, expected="90%")) == [
        (
            "sla.backed_by.resolve/P1: 'p1' promises 95%; behind it ola/triage 98%, uc/repair 90%: 88.00% for sure, "
            "88.20% if independent [N250]"
        )
    ]


def test_attainment_of_alternatives() -> None:
    """Of alternatives the worst counts, alone; those that are all needed add up."""
    either = {**SLA, "backed_by": {"resolve/P1": {"any_of": ["ola/triage", "uc/repair"]}}}
    assert said(either, measured(OLA, expected="95%"), measured(UC, expected="95%")) == []
    (told,) = said(either, measured(OLA, expected="95%"), measured(UC, expected="94%"))
    assert "94.00% for sure, 94.00% if independent" in told
    both = {**SLA, "backed_by": {"resolve/P1": {"all_of": ["ola/triage", "uc/repair"]}}}
    (told,) = said(both, measured(OLA, expected="95%"), measured(UC, expected="95%"))
    assert "90.00% for sure, 90.25% if independent" in told


def test_nothing_measured() -> None:
    """A link of which no share is promised is named; it is taken to never fail, and even then it may not do."""
    bare = {key: value for key, value in OLA.items() if key != "measured"}
    assert said(SLA, bare, UC) == [
        "sla.backed_by.resolve/P1: 'p1' promises 95%, and no share is promised of ola/triage [N250]"
    ]
    assert said(SLA, bare, measured(UC, expected="90%")) == [
        (
            "sla.backed_by.resolve/P1: 'p1' promises 95%; behind it uc/repair 90%: 90.00% for sure, 90.00% if "
            "independent, even if ola/triage never fails [N250]"
        )
    ]


def test_shares_of_other_priorities() -> None:
    """Only the shares of the promise's priority count, as the agreement behind it calls it."""
    named = {**SLA, "priority": {"order": ["P1"], "names": {"uc": {"urgent": "P1"}}}}
    limits = {"targets": {"repair": {"urgent": "5h", "minor": "20h", "starts": "logged", "stops": "fixed"}}}
    uc = {**UC, **limits, "measured": [{"id": "minor", "what": "repair", "for": "minor", "expected": "50%"}]}
    assert said(named, OLA, uc) == [
        "sla.backed_by.resolve/P1: 'p1' promises 95%, and no share is promised of uc/repair [N250]"
    ]
    uc["measured"] = [*uc["measured"], {"id": "urgent", "what": "repair", "for": "urgent", "expected": "97%"}]
    assert said(named, OLA, uc) == []
    other = {**SLA, "targets": {"resolve": {"P1": "8h", "P2": "9h"}}}
    other["measured"] = [{"id": "p2", "what": "resolve", "for": "P2", "expected": "99.9%"}]
    assert said(other, OLA, UC) == []


UP: dict[str, Any] = {
    **SLA,
    "backed_by": {},
    "services": {"payroll": {"components": ["network", "database"]}, "network": {}, "database": {}},
    "measured": [{"id": "up", "what": "availability", "of": "payroll", "expected": "99.5%"}],
}


def up(agreement: dict[str, Any], service: str, expected: str, **more: Any) -> dict[str, Any]:
    one = {"id": f"{service}-up", "what": "availability", "of": service, "expected": expected, **more}
    return {**agreement, "services": [service], "measured": [one]}


def test_availability() -> None:
    """What each of several parts may be down adds up; what is promised of the parts is found in other agreements."""
    assert said(UP, up(OLA, "network", "99.9%"), up(UC, "database", "99.6%")) == []
    assert said(UP, up(OLA, "network", "99.9%"), up(UC, "database", "99.5%")) == [
        (
            "sla.measured.0: 'up' promises 99.5%; behind it network 99.9%, database 99.5%: 99.40% for sure, 99.40% if "
            "independent [N251]"
        )
    ]
    parallel = {**UP, "services": {**UP["services"], "payroll": {"components": {"any_of": ["network", "database"]}}}}
    assert said(parallel, up(OLA, "network", "99.9%"), up(UC, "database", "90%")) == []


def test_availability_of_parts_of_parts() -> None:
    """A part that nobody promises rests on its own parts; one without any is named."""
    deep = {
        **UP,
        "services": {"payroll": {"components": ["site"]}, "site": {"components": ["network", "database"]}}
        | {"network": {}, "database": {}},
    }
    (told,) = said(deep, up(OLA, "network", "99.9%"), up(UC, "database", "99.5%"))
    assert "network 99.9%, database 99.5%: 99.40% for sure" in told
    assert said(deep, up(OLA, "network", "99.9%"), UC) == [
        (
            "sla.measured.0: 'up' promises 99.5%, and no availability is promised of database, on which 'payroll' "
            "rests [N251]"
        )
    ]
    assert said(deep, OLA, UC) == [], "nobody speaks of availability"
    assert said(deep, up(OLA, "telephony", "99.9%"), UC) == [], "or of other services alone"


def test_availability_of_other_hours() -> None:
    """Shares of different hours are not compared: half an hour of a month is more of its office hours."""
    office = {"timezone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
    (told,) = said(UP, up(OLA, "network", "99.9%"), up(UC, "database", "99.9%", statistic="user_minutes"))
    assert "uc/database-up is measured in user minutes at all times, and this at all times: they cannot" in told
    by_day = {**UP, "calendars": {"office": office}, "measured": [{**UP["measured"][0], "during": "office"}]}
    assert said(by_day, up(OLA, "network", "99.9%"), up(UC, "database", "99.9%", statistic="user_minutes")) == [
        (
            "sla.measured.0: 'up' promises 99.5%; ola/network-up is measured at all times, and this during office; "
            "uc/database-up is measured in user minutes at all times, and this during office: they cannot be compared "
            "[N251]"
        )
    ]


@pytest.mark.parametrize(
    ("sla", "uc", "expected"),
    [
        (
            {},
            {"measured": [{**UC["measured"][0], "per": "quarter"}]},
            (
                "'p1' is measured by the month, 'repaired' of 'uc' by the quarter; measure both over the same periods "
                "[W253]"
            ),
        ),
        (
            {},
            {"pauses": {"parts": {"when": {"status": "parts"}}}},
            "uc/repair stands still for 'parts', and 'resolve' runs on; let both pause, or neither [W254]",
        ),
        (
            {"pauses": {"wait": {"when": {"status": ["parts", "x"]}}}},
            {"pauses": {"p": {"when": {"status": "parts"}}}},
            "",
        ),
        ({"pauses": ["awaiting_customer"]}, {"pauses": ["awaiting_customer"]}, ""),
        ({}, {"targets": {"repair": {"within": "5h", "kind": "ownership", "while": {"team": "uc"}}}}, ""),
        (
            {},
            {"exclusions": [{"name": "planned_maintenance", "recurs": "sun 02:00-06:00"}]},
            "'uc' excludes 'planned_maintenance', and 'sla' counts it; let both exclude it, or neither [W255]",
        ),
        (
            {"exclusions": [{"name": "night", "kind": "maintenance", "recurs": "sat 02:00-06:00"}]},
            {"exclusions": [{"name": "planned_maintenance", "recurs": "sun 02:00-06:00"}]},
            "'uc' excludes 'planned_maintenance', and 'sla' counts it; let both exclude it, or neither [W255]",
        ),
        ({"exclusions": [{"name": "force_majeure"}]}, {"exclusions": [{"name": "war", "kind": "force_majeure"}]}, ""),
        ({}, {"exclusions": [{"name": "force_majeure", "effect": "count_as_down"}]}, ""),
        (
            {},
            {"exclusions": [{"name": "force_majeure", "about": ["repaired"]}]},
            "'uc' excludes 'force_majeure', and 'sla' counts it; let both exclude it, or neither [W255]",
        ),
        (
            {"renewal": {"notice": "3 months"}},
            {"renewal": {"notice": "6 months"}},
            (
                "uc 'uc' needs 6 months of notice, sla 'sla' 3 months; who gives notice of both at once stays bound "
                "to the first [W256]"
            ),
        ),
        ({"renewal": {"notice": "3 months"}}, {"renewal": {"notice": "90 days"}}, ""),
        ({"renewal": {"notice": "91 days"}}, {"renewal": {"notice": "1 quarter"}}, ""),
        (
            {"targets": {"respond": {"P1": "1h"}, "resolve": {"P1": "8h"}}},
            {},
            "'uc' promises no first reply, and 'sla' does with 'respond'; nothing stands behind it [N257]",
        ),
        (
            {
                "targets": {"respond": {"P1": "1h"}, "resolve": {"P1": "8h"}},
                "backed_by": {**SLA["backed_by"], "respond/P1": "ola/triage"},
            },
            {},
            "",
        ),
    ],
)
def test_terms(sla: dict[str, Any], uc: dict[str, Any], expected: str) -> None:
    """Terms behind a promise that do not fit it are told once, with what to do."""
    told = said({**SLA, **sla}, OLA, {**UC, **uc})
    assert told == ([f"sla.backed_by.resolve/P1: {expected}"] if expected else [])


BANDS = {">= 95%": "0%", ">= 90%": "2%", "otherwise": "5%"}


def credited(agreement: dict[str, Any], rule: Any, **more: Any) -> dict[str, Any]:
    target = agreement["measured"][0]["id"]
    return {**agreement, "credits": {"charge": "monthly", "rules": {target: rule}, **more}}


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (None, None, ""),
        (None, BANDS, ""),
        (BANDS, None, "may cost 'sla' 5.00% of its charges, and 'uc' owes nothing for 'repair'; agree credits with it"),
        (
            BANDS,
            {">= 97%": "0%", "otherwise": "8%"},
            (
                "may cost 'sla' 5.00% of its charges, and 'uc' at most 8.00% of its charges for 'repair'; that pays it "
                "back if its charges are 62.50% of ours, or more"
            ),
        ),
        (
            {**BANDS, "repeat": "x2", "at_most": "8%"},
            {">= 97%": "0%", "per_point_below": "0.5%", "at_most": "3%"},
            (
                "may cost 'sla' 8.00% of its charges, and 'uc' at most 3.00% of its charges for 'repair'; that pays it "
                "back if its charges are 266.67% of ours, or more"
            ),
        ),
        (
            {"otherwise": "500 GBP"},
            {"otherwise": "400 GBP"},
            "may cost 'sla' 500.00 GBP, and 'uc' owes at most 400.00 GBP for 'repair'; it does not pay that back",
        ),
        ({"otherwise": "500 GBP"}, {"otherwise": "500 GBP"}, ""),
        (
            {"otherwise": "500 GBP"},
            {"otherwise": "8%"},
            "may cost 'sla' 500.00 GBP, and 'uc' owes 8.00% of its charges for 'repair': compare them by the charges",
        ),
        (
            BANDS,
            {"otherwise": "0%"},
            "may cost 'sla' 5.00% of its charges, and 'uc' owes nothing for 'repair'; agree credits with it",
        ),
    ],
)
def test_flow_down(ours: Any, theirs: Any, expected: str) -> None:
    """What a supplier owes for a miss is held to what we owe for it: at worst, with repeats, within caps."""
    sla = credited(SLA, ours) if ours else SLA
    uc = credited(UC, theirs) if theirs else UC
    assert said(sla, OLA, uc) == ([f"sla.backed_by.resolve/P1: a miss of 'p1' {expected} [N252]"] if expected else [])


def test_flow_down_within_caps() -> None:
    """Every cap bounds what one period costs: that of a year by twelve months' charges; amounts bound amounts only."""
    most = {**BANDS, "repeat": "x4"}
    for caps, expected in (
        ({}, "20.00%"),
        ({"month": "15%", "year": "10% of annual"}, "15.00%"),
        ({"month": "15%", "year": "1% of annual"}, "12.00%"),
        ({"month": "0.01 GBP"}, "20.00%"),
    ):
        (told,) = said(credited(SLA, most, cap=caps) if caps else credited(SLA, most), OLA, UC)
        assert f"may cost 'sla' {expected} of its charges" in told
    (told,) = said(credited(SLA, {"otherwise": "2 points"}), OLA, UC)
    assert "may cost 'sla' 2.00% of its charges" in told, "two points are two per cent (M5)"
    (told,) = said(credited(SLA, {"otherwise": "500 GBP"}, cap={"month": "0.01%", "year": "300 GBP"}), OLA, UC)
    assert "may cost 'sla' 300.00 GBP" in told


def test_flow_down_of_an_ola() -> None:
    """A unit of the same house owes no credits."""
    ola = {**UC, "agreement": "ola2", "kind": "ola", "provider": "Ops", "customer": "Desk"}
    backed = {"resolve/P1": "ola2/repair"}
    assert said(credited({**SLA, "backed_by": backed}, BANDS), ola) == []


def test_backed_as_a_whole() -> None:
    """A target that is backed as a whole is proved for each of its priorities; one that is named has its own chain."""
    targets = {"resolve": {"P1": "8h", "P2": "30h", "P3": "31h"}}
    whole = {**SLA, "targets": targets, "backed_by": {"resolve": "uc/repair", "resolve/P3": "uc/repair"}}
    assert said(whole, UC) == []
    book = sm.load({"slamodel": 1, "agreements": [whole, UC]})
    proved = {one.target: one for one in book.check().backing}
    assert list(proved) == ["sla/resolve/P1", "sla/resolve/P2", "sla/resolve/P3"]
    assert proved["sla/resolve/P1"] == book.prove("sla/resolve/P1")
    with pytest.raises(sm.AgreementError, match=r"nothing is said to stand behind 'sla/resolve' \(backed_by\)"):
        book.prove("sla/resolve")


def test_backed_as_a_whole_by_what_has_no_such_priority() -> None:
    """Where a link promises nothing for one of the priorities, that is told when the agreement is read."""
    repair = {**UC["targets"]["repair"], "P1": "5h"}
    carrier = {**UC, "targets": {"repair": {name: value for name, value in repair.items() if name != "within"}}}
    whole = {**SLA, "targets": {"resolve": {"P1": "8h", "P2": "30h"}}, "backed_by": {"resolve": "uc/repair"}}
    message = r"backed_by.resolve: 'uc/repair' promises nothing for P2; it has P1 \[E102\]"
    with pytest.raises(sm.AgreementError, match=message):
        sm.load({"slamodel": 1, "agreements": [whole, carrier]})


def test_kept_promises_in_a_line() -> None:
    """A check tells a promise that is kept in one line, and one that is not with all that there is to say."""
    both = {**SLA, "targets": {"resolve": {"P1": "8h", "P2": "9h"}}, "measured": []}
    both["backed_by"] = {
        "resolve/P1": {"in_order": ["ola/triage", "uc/repair", "uc/repair"]},
        "resolve/P2": "uc/repair",
    }
    found = sm.check(sm.load({"slamodel": 1, "agreements": [both, OLA, UC]}))
    lines = str(found).splitlines()
    kept = "sla/resolve/P2  9h, 24x7 UTC  BACKED; worst start Thu 2026-01-01 00:00: takes 5h, slack 4h"
    assert lines[lines.index(kept) - 1 : lines.index(kept) + 3] == [
        "",
        kept,
        "",
        "sla/resolve/P1  8h, 24x7 UTC  NOT BACKED",
    ]


def test_a_term_is_told_once() -> None:
    """Two links of one agreement are one supplier."""
    uc = {**UC, "targets": {**UC["targets"], "check": {"within": "1h", "stops": "checked"}}}
    uc["exclusions"] = [{"name": "force_majeure"}]
    backed = {"resolve/P1": {"in_order": ["uc/repair", "uc/check", "ola/triage"]}}
    book = sm.load({"slamodel": 1, "agreements": [{**SLA, "backed_by": backed}, OLA, uc]})
    assert [one.code for one in unfit(book, book["sla"])] == ["W255"]


def test_the_whole_report() -> None:
    """The report of a managed service: worst starts, what breaks and repairs it, and all that does not fit."""
    found = sm.check(FOLDER)
    told = str(found)
    for line in (
        "worst start   just after Sat 2026-04-04 14:35: takes 65h 40m, slack -57h 40m (Easter Monday 2026-04-06)",
        "most weeks    just after Sat 2026-01-10 14:35: takes 41h 40m, slack -33h 40m",
        (
            "broken by     telco-uc/repair, open mon-sat 08:00-20:00 Europe/London (holidays GB-ENG); the chain takes "
            "15h 30m once that is open 24x7, from just after Thu 2026-01-01 15:30; no shorter limit repairs it"
        ),
        "service-desk-ola, open mon-sun 07:00-22:00 Europe/London; the chain takes 6h 30m once that is, too",
        "repaired by   telco-uc/repair and service-desk-ola open 24x7: slack 1h 30m",
        "uc 'telco-uc' ends 2026-09-30, before sla 'borough-managed-service' (2028-12-31); renew it in time [W173]",
        (
            "renewed unchanged, the worst start is just after Thu 2026-12-24 14:35: takes 113h 40m, slack -105h 40m "
            "(Christmas Day 2026-12-25, Boxing Day 2026-12-26, Boxing Day (observed) 2026-12-28)"
        ),
        (
            "'p2-resolved' promises 95%; behind it service-desk-ola/triage 98%, telco-uc/repair 90%: 88.00% for sure, "
            "88.20% if independent, even if server-ola/restore and service-desk-ola/confirm never fail [N250]"
        ),
    ):
        assert line in told
    (proof,) = found.to_dict()["backing"]
    assert {key: proof[key] for key in ("target", "backed", "slack_seconds", "takes_seconds", "worst_start")} == {
        "target": "borough-managed-service/resolve/P2",
        "backed": False,
        "slack_seconds": -(57 * 60 + 40) * 60,
        "takes_seconds": (65 * 60 + 40) * 60,
        "worst_start": "2026-04-04T14:35:00+01:00",
    }
    assert proof["broken_by"] == ["telco-uc/repair", "service-desk-ola"]
    assert proof["renewed"]["takes_seconds"] == (113 * 60 + 40) * 60
    (shares,) = json.loads(json.dumps(found.to_dict()))["shares"]
    assert shares == {
        "code": "N250",
        "path": "backed_by.resolve/P2",
        "promised": 0.95,
        "safe": 0.88,
        "independent": 0.882,
        "parts": [
            {"name": "service-desk-ola/triage", "share": 0.98},
            {"name": "telco-uc/repair", "share": 0.9},
        ],
        "unpromised": ["server-ola/restore", "service-desk-ola/confirm"],
    }


def test_shares_in_json() -> None:
    """Shares that cannot be compared come to nothing; what they are of is told."""
    other = up(UC, "database", "99.9%", statistic="user_minutes")
    found = sm.check(sm.load({"slamodel": 1, "agreements": [UP, up(OLA, "network", "99.9%"), other]}))
    (shares,) = found.to_dict()["shares"]
    assert (shares["safe"], shares["independent"], len(shares["parts"])) == (None, None, 2)
