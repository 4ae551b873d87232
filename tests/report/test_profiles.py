"""What profiles ask for: an agreement that says all of it lacks nothing, and one thing less is told as what it is."""

from __future__ import annotations

import pytest

import slamodel as sm
from slamodel.report.check.profiles import PROFILES

WHOLE = """\
slamodel: 1
agreement: desk
kind: sla
from: 2026-01-01
until: 2026-12-31
parties:
  provider: {id: it, contacts: {delivery_manager: extension 1}}
  customer: {id: staff, contacts: {owner: extension 2}}
approvals: [it, staff]
calendar: {timezone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: GB-ENG}
priority: {order: [P1, P2]}
services: {payroll: {owner: it, offerings: {gold: {}}}}
targets: {resolve: {P1: 4h, P2: 8h}}
measured:
  - {what: resolve, expected: 95%, per: month, volume_at_most: 200}
  - {what: availability, of: payroll, expected: 99.5%, per: month}
  - {id: csat, what: score, source: survey, expected: 4.2, out_of: 5, per: quarter}
escalation: {resolve: [{at: breach, to: delivery_manager}]}
exclusions: [{name: force_majeure}]
requirements: {r1: {text: Pay on time, status: accepted, targets: resolve}}
reviews: {service-review: month}
backed_by: {resolve/P1: ops-ola/restore}
"""
SERVICES = "services: {payroll: {owner: it, offerings: {gold: {}}}}\n"
MEASURED = WHOLE[WHOLE.index("measured:") : WHOLE.index("escalation:")]
AVAILABLE = "  - {what: availability, of: payroll, expected: 99.5%, per: month}\n"
REQUIREMENTS = "requirements: {r1: {text: Pay on time, status: accepted, targets: resolve}}\n"
CUSTOMER = "  customer: {id: staff, contacts: {owner: extension 2}}\n"
RESOLVED = "  - {what: resolve, expected: 95%, per: month, volume_at_most: 200}\n"
OTHERS = "targets: {resolve: {for: {service: mail}, P1: 4h, P2: 8h}}"
TARGETS = "targets: {resolve: {P1: 4h, P2: 8h}}"
APPROVALS = "approvals: [it, staff]\n"
LACKING = [
    ("ready", "parties", CUSTOMER, "", "customer: no customer is named; name both sides"),
    ("ready", "contacts", ", contacts: {owner: extension 2}", "", "customer: the customer has no contact; say whom"),
    ("ready", "term", "from: 2026-01-01\n", "", "from: the agreement has no first day; write from: 2026-01-01"),
    ("ready", "services", SERVICES, "", "services: no service is named; list what it is about"),
    ("ready", "targets", TARGETS, OTHERS, "services.payroll: nothing is promised for 'payroll'; let some target be"),
    ("ready", "escalation", ", to: delivery_manager", "", "targets.resolve: nobody hears when 'resolve' is late; name"),
    ("ready", "source", "source: survey, ", "", "measured.2: nobody knows where the figures of 'csat' come from"),
    ("ready", "holidays", ", holidays: GB-ENG", "", "calendar: calendar 'of the agreement' has no holidays; name the"),
    ("ready", "measured", MEASURED, "", "measured: nothing is measured over a period; say what share must be in time"),
    ("ready", "owner", "owner: it, ", "", "services.payroll: service 'payroll' is live and has no owner; name its"),
    ("iso20000", "catalogue", SERVICES, "", "services: no service is named; list the services it is about"),
    ("iso20000", "promised", TARGETS, OTHERS, "services.payroll: nothing is promised for 'payroll'; let some target"),
    ("iso20000", "targets", MEASURED, "", "measured: nothing is measured over a period; say what must hold"),
    ("iso20000", "workload", ", volume_at_most: 200", "", "measured: no limit of the workload is agreed; write volume"),
    (
        "iso20000",
        "exceptions",
        "exclusions: [{name: force_majeure}]\n",
        "",
        "exclusions: no exceptions are agreed; list",
    ),
    ("iso20000", "reviews", "reviews: {service-review: month}\n", "", "reviews: nobody reviews it; plan reviews"),
    ("iso20000", "approval", APPROVALS, "", "approvals: not both sides have approved it; let each side approve it"),
    ("iso20000", "supplier", CUSTOMER, "", "customer: no customer is named; name both sides"),
    ("iso20000", "term", "until: 2026-12-31\n", "", "until: the agreement has no last day and no renewal; write until"),
    ("iso20000", "internal", CUSTOMER, "", "customer: no customer is named; name both units"),
    ("iso20000", "change", "kind: sla\n", "kind: sla\nversion: 2\n", "change_note: version 2 does not say why it was"),
    ("iso20000", "priority", "priority: {order: [P1, P2]}\n", "", "priority: no priorities are listed; write priority"),
    ("iso20000", "availability", AVAILABLE, "", "services.payroll: no availability is promised for 'payroll'; measure"),
    ("iso20000", "reporting", RESOLVED, "", "targets.resolve: no period target counts 'resolve'; count each over"),
    ("cobit-apo09", "requirements", REQUIREMENTS, "", "requirements: no requirement of the customer is written down"),
    ("cobit-apo09", "traced", ", targets: resolve}}", "}}", "requirements.r1: requirement 'r1' is accepted, and no"),
    ("cobit-apo09", "services", SERVICES, "", "services: no service is named; list what it is about"),
    (
        "cobit-apo09",
        "catalogue",
        ", offerings: {gold: {}}",
        "",
        "services.payroll: service 'payroll' offers nothing in",
    ),
    ("cobit-apo09", "parties", CUSTOMER, "", "customer: no customer is named; name both sides"),
    ("cobit-apo09", "term", "from: 2026-01-01\n", "", "from: the agreement has no first day; write from: 2026-01-01"),
    ("cobit-apo09", "approval", APPROVALS, "", "approvals: not both sides have approved it; let each side approve"),
    (
        "cobit-apo09",
        "internal",
        "{resolve/P1: ops-ola/restore}",
        "{}",
        "targets.resolve: nothing is said to stand behind",
    ),
    ("cobit-apo09", "monitored", MEASURED, "", "measured: nothing is measured over a period; say what must hold"),
    (
        "cobit-apo09",
        "services monitored",
        MEASURED,
        "measured: [{what: resolve, for: {service: mail}, expected: 95%}]\n",
        "services.payroll: no period target is about 'payroll'; measure it",
    ),
    ("cobit-apo09", "source", "source: survey, ", "", "measured.2: nobody knows where the figures of 'csat' come from"),
    ("cobit-apo09", "reported", RESOLVED, "", "targets.resolve: no period target counts 'resolve'; count each over"),
    ("cobit-apo09", "reviews", "reviews: {service-review: month}\n", "", "reviews: nobody reviews it; plan reviews"),
    ("cobit-apo09", "renewal", "until: 2026-12-31\n", "", "until: the agreement has no last day and no renewal; write"),
]
KINDS = {"supplier": "uc", "term": "uc", "internal": "ola"}


def load(text: str, kind: str = "sla") -> sm.Agreement:
    return sm.loads(text.replace("kind: sla", f"kind: {kind}"))["desk"]


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_lacks(profile: str) -> None:
    """An agreement that says all that a profile asks for lacks nothing, of whatever kind it is."""
    for kind in ("sla", "ola", "uc"):
        text = WHOLE.replace("id: it,", "id: it, parent: acme, kind: unit,") if kind == "ola" else WHOLE
        text = text.replace("id: staff,", "id: staff, parent: acme, kind: unit,") if kind == "ola" else text
        whole = load(text, kind)
        assert [problem for one in PROFILES[profile] for problem in one.problems(whole)] == []


@pytest.mark.parametrize(("profile", "name", "old", "new", "expected"), LACKING)
def test_one_thing_lacks(profile: str, name: str, old: str, new: str, expected: str) -> None:
    """Each requirement is missed by an agreement without what it asks for, and says where and what to do."""
    assert WHOLE.count(old) == 1
    (requirement,) = (one for one in PROFILES[profile] if one.name == name)
    kind = KINDS.get(name, "sla") if profile == "iso20000" else "sla"
    # Who is not there has not approved it either.
    text = WHOLE.replace(APPROVALS, "") if old == CUSTOMER else WHOLE
    (problem,) = requirement.problems(load(text.replace(old, new), kind))
    assert f"{problem.path}: {problem.message}".startswith(expected)
    assert problem.message.endswith(f"; {requirement.advice} ({requirement.reference})")
    assert problem.code == requirement.code


def test_every_requirement_is_tested() -> None:
    """No requirement of a profile is without an agreement that misses it."""
    assert {(profile, name) for profile, name, *_ in LACKING} == {
        (profile, one.name) for profile, requirements in PROFILES.items() for one in requirements
    }


def test_services_that_are_not_live() -> None:
    """A service in the pipeline, or retired, needs no owner, no target and no figure before it is live."""
    planned = WHOLE.replace("{owner: it, offerings", "{status: pipeline, offerings").replace(TARGETS, OTHERS)
    agreement = load(planned)
    for profile, name in (("ready", "owner"), ("ready", "targets"), ("iso20000", "availability")):
        (requirement,) = (one for one in PROFILES[profile] if one.name == name)
        assert list(requirement.problems(agreement)) == []


def test_contacts_by_role_or_by_name() -> None:
    """A contact is one of the side, or of the party that takes it."""
    (requirement,) = (one for one in PROFILES["ready"] if one.name == "contacts")
    agreement = load(WHOLE)
    assert {one.party for one in agreement.contacts} <= {"it", "staff", "provider", "customer"}
    assert list(requirement.problems(agreement)) == []
