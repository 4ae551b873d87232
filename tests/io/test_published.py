"""Published terms: each loads as an agreement, or says which values its printed bands leave open."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

import slamodel as sm
from slamodel.io import published
from slamodel.report.credits.rules import owed
from slamodel.report.credits.settle import settle
from tests.report.credits.contracts import charged, figures

ALL = sm.templates()
LEAKING = ("github-enterprise", "uk-model-services-agreement", "cmts-kpi-days-late")


@pytest.mark.parametrize("name", [name for name in ALL if name not in LEAKING])
def test_loads(name: str) -> None:
    """Published terms are an agreement like any other: they load, are checked, and are written and read again."""
    document = ALL[name].document(customer="borough", service="web")
    book = sm.load(document)
    made = book[name]
    assert sm.load(sm.to_dict(book)) == book
    assert made.provider == ALL[name].provider
    assert made.measured[0].clause == f"{ALL[name].source} ({ALL[name].date})"
    assert not [one for one in sm.check(document).problems if one.severity == "error"]


def test_every_template_says_where_it_is_from() -> None:
    """Each has its source and date, and how it was verified; the file lies beside the code, so a wheel has it."""
    assert all(one.source and one.date and one.verified and one.targets for one in ALL.values())
    assert Path(published.__file__).with_name("published.json") == published.PATH
    assert len(json.loads(published.PATH.read_text("utf-8"))["terms"]) == len(ALL) == 22


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "github-enterprise",
            [
                "99% is in no credit band, between '< 99.0%' and '> 99.0% <= 99.9%'; let it be in one of them",
                "99.9% is in two credit bands, '> 99.0% <= 99.9%' and '>= 99.9%'; let it be in one of them",
            ],
        ),
        (
            "uk-model-services-agreement",
            [
                "credit bands leave 96.9%-97% uncovered; add precision: 0.1 or close the gap",
                "credit bands leave 97.9%-98% uncovered; add precision: 0.1 or close the gap",
                "credit bands leave 98.9%-99% uncovered; add precision: 0.1 or close the gap",
            ],
        ),
        (
            "cmts-kpi-days-late",
            [
                "credit bands leave 0-5 uncovered; close the gap",
                "10 is in two credit bands, '>= 5 <= 10' and '>= 10 <= 20'; let it be in one of them",
                "20 is in two credit bands, '>= 10 <= 20' and '>= 20'; let it be in one of them",
            ],
        ),
    ],
)
def test_bands_that_leak(name: str, said: list[str]) -> None:
    """Values in no band or in two are told one by one, and nothing is decided for anybody (E160)."""
    problems = ALL[name].problems()
    assert [(one.code, one.message) for one in problems] == [("E160", message) for message in said]
    with pytest.raises(sm.AgreementError) as error:
        ALL[name].document()
    assert error.value.problems == problems
    assert f"! {problems[0]}" in str(ALL[name])


def test_precision_makes_the_model_agreement_tile() -> None:
    """Rounded to a tenth, 98.95 % is 99.0 % and met; 98.94 % is 98.9 % and costs a point."""
    model = ALL["uk-model-services-agreement"]
    assert model.problems(precision="0.1") == ()
    agreement = sm.load(model.document(agreement="payroll", precision="0.1", currency="GBP"))["payroll"]
    found = settle(agreement, figures(agreement, {"availability": ["98.95", "98.94", "96.5"]}), charged(120_000))
    assert [line.points for line in found.lines] == [0, 1, 6]
    assert [line.verdict for line in found.lines] == ["met", "missed", "missed"]
    assert str(found.total()) == "8400.00 GBP"


def test_a_reading_that_was_agreed_on() -> None:
    """Whoever agreed how to read leaking bands says so, and the published ones are put aside."""
    bands = {">= 99.9%": "0%", ">= 99.0%": "10%", "otherwise": "25%"}
    document = ALL["github-enterprise"].document(bands=bands, per="month")
    agreement = sm.load(document)["github-enterprise"]
    assert agreement.credits is not None
    charge = sm.Money.parse("100.00 USD")
    costs = [owed(agreement.credits.rules[0], Fraction(share) / 1000, charge).amount for share in (999, 990, 989)]
    assert costs == [0, 10, 25]
    assert (str(agreement.measured[0].per), agreement.credits.charge) == ("month", "month")


def test_tiers() -> None:
    """A tier has its own target, without bands that begin at another one; a tier that is not there is refused."""
    azure = ALL["azure-vm"]
    assert "credits" in azure.document()
    other = azure.document(tier="availability set")
    assert (other["measured"][0]["expected"], "credits" in other) == ("99.95%", False)
    with pytest.raises(sm.AgreementError, match="has no tier 'availability sets'; did you mean 'availability set'"):
        azure.document(tier="availability sets")


def test_terms_of_ones_own() -> None:
    """Further keys of an agreement stand beside the published ones."""
    document = ALL["aws-ec2-region"].document(agreement="aws", customer="borough", until="2026-12-31", kind="sla")
    made = sm.load(document)["aws"]
    assert (made.kind, made.customer, made.ends_on) == ("sla", "borough", "2026-12-31")
