"""Parties: who they are, whom they belong to, and which of them an agreement of each kind needs."""

from __future__ import annotations

import pytest

import slamodel as sm
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import HOUR

ACME = sm.Party("acme", "Acme Ltd")
OPS = sm.Party("ops", kind="unit", parent=ACME)
NIGHT = sm.Party("ops-night", kind="team", parent=OPS)
DESK = sm.Party("desk", kind="unit", parent=ACME)
TELCO = sm.Party("telco", "Telco plc", external_ids={"servicenow": "a1", "sap": "77"})
LIMIT = sm.Limit(Amount(HOUR), sm.ServiceCalendar(hours="24x7"))


def agreement(kind: str, provider: sm.Party, customer: sm.Party, *parties: sm.Party) -> sm.Agreement:
    target = sm.Target(id="resolve", limits=((None, LIMIT),))
    return sm.Agreement(
        id="x", kind=kind, targets=(target,), provider=provider.id, customer=customer.id, parties=parties
    )


def test_organisation() -> None:
    """A team of a unit belongs to the organisation of the unit; an organisation is its own."""
    assert NIGHT.organisation is ACME
    assert ACME.organisation is ACME
    assert sm.Party("group-child", parent=ACME).organisation.id == "group-child"


def test_names() -> None:
    """A party is called by its id or its name, and knows its names elsewhere."""
    assert ACME.is_called("acme")
    assert ACME.is_called("Acme Ltd")
    assert not OPS.is_called("")
    assert TELCO.external_ids == (("sap", "77"), ("servicenow", "a1"))
    assert (str(TELCO), str(OPS)) == ("Telco plc", "ops")


@pytest.mark.parametrize(
    ("id_", "kind", "said"), [("", "organisation", "needs an id"), ("a", "team", "give its parent")]
)
def test_half_a_party(id_: str, kind: str, said: str) -> None:
    """A party has an id, and what is no organisation belongs to one (E102)."""
    with pytest.raises(sm.AgreementError, match=said) as caught:
        sm.Party(id_, kind=kind)
    assert caught.value.problems[0].code == "E102"


def test_kind_of_party() -> None:
    """There are three kinds."""
    with pytest.raises(ValueError, match="kind"):
        sm.Party("a", kind="department")


@pytest.mark.parametrize(
    ("kind", "provider", "customer", "said"),
    [
        ("uc", OPS, DESK, "needs an external supplier as provider; 'ops' is a unit of the same organisation (use ola)"),
        ("uc", NIGHT, ACME, "'ops-night' is a team of the same organisation (use ola)"),
        ("ola", TELCO, DESK, "an OLA needs two units of one organisation; 'telco' belongs to 'telco' (use uc)"),
        ("ola", OPS, ACME, "an OLA needs two units of one organisation; 'acme' is the organisation itself (use sla)"),
    ],
)  # fmt: skip
def test_parties_contradict_the_kind(kind: str, provider: sm.Party, customer: sm.Party, said: str) -> None:
    """E170: the parties of an agreement are those that its kind is made between."""
    with pytest.raises(sm.AgreementError) as caught:
        agreement(kind, provider, customer, ACME, OPS, NIGHT, DESK, TELCO)
    assert [(one.code, one.path) for one in caught.value.problems] == [("E170", "provider")]
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "provider"), [("uc", TELCO), ("ola", OPS), ("ola", NIGHT), ("sla", OPS), ("sla", TELCO)]
)
def test_parties_that_fit(kind: str, provider: sm.Party) -> None:
    """Each kind has parties that fit it; an SLA may be made between any two."""
    made = agreement(kind, provider, DESK, ACME, OPS, NIGHT, DESK, TELCO)
    assert (made.owed_by, made.owed_to) == (provider, DESK)
    assert made.is_internal == (kind != "uc" and provider is not TELCO)


@pytest.mark.parametrize("kind", ["sla", "ola", "uc"])
def test_provider_is_the_customer(kind: str) -> None:
    """E171: nobody agrees with himself, described or not."""
    with pytest.raises(sm.AgreementError, match="provider and customer are both 'acme'") as caught:
        agreement(kind, ACME, ACME)
    assert caught.value.problems[0].code == "E171"
    with pytest.raises(sm.AgreementError, match="both 'acme'"):
        sm.Agreement(id="x", targets=(), provider="acme", customer="Acme Ltd", parties=(ACME,))


def test_parties_that_nobody_described() -> None:
    """A name alone is a party of which nothing is known, so nothing is wrong with it."""
    made = agreement("uc", OPS, DESK)
    assert (made.owed_by, made.owed_to) == (sm.Party("ops"), sm.Party("desk"))
    assert not made.is_internal
    assert sm.Agreement(id="x", targets=()).owed_by is None
