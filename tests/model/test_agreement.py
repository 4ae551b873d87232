"""Agreements and portfolios: what was loaded, by name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from attrs.exceptions import FrozenInstanceError

import slamodel as sm
from slamodel.model.agreement import KINDS, Agreement
from slamodel.model.portfolio import Portfolio
from slamodel.model.selector import EVENT, In
from slamodel.timeline.durations import Amount

ALWAYS = sm.ServiceCalendar(hours="24x7")
LIMIT = sm.Limit(Amount(3_600_000_000), ALWAYS)


def target(name: str, field: str = "team") -> sm.Target:
    return sm.Target(id=name, limits=((None, LIMIT),), applies=In(field, ("desk",)))


DESK = Agreement(id="desk", targets=(target("respond"), target("resolve")))
WEB = Agreement(id="web", targets=(target("resolve", "site"),), events=sm.EventMap(kind="snapshots"))
BOOK = Portfolio((DESK, WEB))


def test_targets_by_their_names() -> None:
    """An agreement gives its targets by id."""
    assert DESK["resolve"] is DESK.targets[1]
    assert BOOK["web"]["resolve"] is WEB.targets[0]


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("reslove", "; did you mean 'resolve'?"), ("x", "")],
)
def test_no_such_target(wrong: str, hint: str) -> None:
    """A name that is not there is an error that tells the nearest."""
    with pytest.raises(sm.AgreementError, match=f"agreement 'desk' has no target '{wrong}'") as caught:
        DESK[wrong]
    assert hint in str(caught.value)
    assert "E102" in str(caught.value)


@pytest.mark.parametrize(("wrong", "hint"), [("dekc", "; did you mean 'desk'?"), ("", "")])
def test_no_such_agreement(wrong: str, hint: str) -> None:
    """And so it is with agreements."""
    with pytest.raises(sm.AgreementError, match=f"no agreement '{wrong}'") as caught:
        BOOK[wrong]
    assert hint in str(caught.value)
    assert "E102" in str(caught.value)


def test_portfolio_is_a_mapping() -> None:
    """Its keys are the ids in the order of the file, its values the agreements."""
    assert isinstance(BOOK, Mapping)
    assert list(BOOK) == ["desk", "web"]
    assert list(BOOK.values()) == [DESK, WEB]
    assert dict(BOOK.items()) == {"desk": DESK, "web": WEB}
    assert len(BOOK) == 2


def test_portfolio_may_be_asked_whether() -> None:
    """Whether an agreement is there is a question, and get has a default: neither is an error."""
    assert "desk" in BOOK
    assert "other" not in BOOK
    assert BOOK.get("other", DESK) is DESK


def test_targets_of_all_agreements() -> None:
    """In the order in which they were written, those of the same name among them."""
    assert [one.id for one in BOOK.targets] == ["respond", "resolve", "resolve"]
    assert BOOK.targets == (*DESK.targets, *WEB.targets)


def test_fields_of_all_targets() -> None:
    """What a log is read for: each field that some target looks at, once."""
    assert BOOK.fields == {EVENT, "team", "site"} | DESK.targets[0].fields
    assert Portfolio((WEB,)).fields == WEB.targets[0].fields
    assert "team" not in Portfolio((WEB,)).fields


def test_the_first_agreement_says_how_the_log_is_read() -> None:
    """One log has one map."""
    assert BOOK.events == sm.EventMap()
    assert Portfolio((WEB, DESK)).events.kind == "snapshots"


def test_nothing_was_agreed() -> None:
    """An empty portfolio has nothing, and asks nothing of a log."""
    empty = Portfolio()
    assert (len(empty), empty.targets, empty.fields, empty.events) == (0, (), frozenset(), sm.EventMap())


def test_kinds() -> None:
    """An agreement is of one of three kinds; sla where none is said."""
    assert DESK.kind == "sla"
    assert [Agreement(id="x", targets=(), kind=kind).kind for kind in KINDS] == ["sla", "ola", "uc"]
    with pytest.raises(ValueError, match="kind"):
        Agreement(id="x", targets=(), kind="slo")


def test_what_was_agreed_stays() -> None:
    """Neither an agreement nor a portfolio changes; two that say the same are the same."""
    with pytest.raises(FrozenInstanceError):
        DESK.name = "other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        BOOK.agreements = ()  # type: ignore[misc]
    assert Agreement(id="desk", targets=DESK.targets) == DESK
    assert hash(Agreement(id="desk", targets=DESK.targets)) == hash(DESK)
