"""Selectors: conditions on the fields of an item, read from documents and asked of values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.selector import (
    ALWAYS_TRUE,
    EVENT,
    EVENT_NAMES,
    NEVER,
    Either,
    Every,
    Exists,
    In,
    Not,
    Selector,
    as_text,
    event,
    parse_selector,
)

FIELDS = ("status", "vendor", "vip")
VALUES = st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from(["open", "true", "1", ""]))
ITEMS = st.dictionaries(st.sampled_from(FIELDS), VALUES)
LEAVES = st.one_of(
    st.builds(In, st.sampled_from(FIELDS), st.lists(st.sampled_from(["open", "true", "1", ""])).map(tuple)),
    st.builds(Exists, st.sampled_from(FIELDS)),
)
SELECTORS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Either, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("document", "meant"),
    [
        ("shipped", In(EVENT, ("shipped",))),
        ("opened", In(EVENT, ("opened", "created"))),
        (["resolved", "first_reply"], In(EVENT, ("resolved", "first_reply", "replied", "responded"))),
        (["first_reply", "replied"], In(EVENT, ("first_reply", "replied", "responded"))),
        ({"status": "closed"}, In("status", ("closed",))),
        ({"status": ["closed", "done"]}, In("status", ("closed", "done"))),
        ({"status": ("closed", 7)}, In("status", ("closed", "7"))),
        ({"status": []}, In("status", ())),
        ({"status": {"eq": "closed"}}, In("status", ("closed",))),
        ({"status": {"in": ["closed", "done"]}}, In("status", ("closed", "done"))),
        ({"status": {"not": "closed"}}, Not(In("status", ("closed",)))),
        ({"status": {"not": ["closed", "done"]}}, Not(In("status", ("closed", "done")))),
        ({"status": {"not": {"in": ["closed"]}}}, Not(In("status", ("closed",)))),
        ({"status": {"not": {"exists": True}}}, Not(Exists("status"))),
        ({"vip": True}, In("vip", ("true",))),
        ({"vip": 1}, In("vip", ("1",))),
        ({"vendor": {"exists": True}}, Exists("vendor")),
        ({"vendor": {"exists": False}}, Not(Exists("vendor"))),
        ({"vendor": None}, Not(Exists("vendor"))),
        ({"vendor": {"not": None}}, Not(Not(Exists("vendor")))),
        ({"status": "open", "vip": True}, Every((In("status", ("open",)), In("vip", ("true",))))),
        ({"all": [{"status": "open"}, "opened"]}, Every((In("status", ("open",)), In(EVENT, ("opened", "created"))))),
        ({"all": []}, ALWAYS_TRUE),
        ({"any": [{"status": "open"}, {"vip": True}]}, Either((In("status", ("open",)), In("vip", ("true",))))),
        ({"any": []}, NEVER),
        ([{"status": "open"}, "shipped"], Either((In("status", ("open",)), In(EVENT, ("shipped",))))),
        ({"not": {"status": "open"}}, Not(In("status", ("open",)))),
        ({"not": "opened"}, Not(In(EVENT, ("opened", "created")))),
        ({7: "x"}, In("7", ("x",))),
    ],
    ids=str,
)
def test_documents(document: Any, meant: Selector) -> None:
    """Each way to write a condition."""
    assert parse_selector(document) == meant


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        ({}, ["{} is not a condition; write an event such as resolved, or fields such as {status: closed}"]),
        ([], ["[] is not a condition; write an event such as resolved, or fields such as {status: closed}"]),
        (None, ["None is not a condition; write an event such as resolved, or fields such as {status: closed}"]),
        (7, ["7 is not a condition; write an event such as resolved, or fields such as {status: closed}"]),
        ({"all": {"status": "open"}}, ["all: {'status': 'open'} is not a list of conditions"]),
        ({"any": "opened"}, ["any: 'opened' is not a list of conditions"]),
        ({"status": {}}, ["status: {} is not a condition on a field; use one of eq, in, not, exists"]),
        ({"status": {"like": "x"}}, ["status: {'like': 'x'} is not a condition on a field"]),
        ({"status": {"eq": "a", "in": ["b"]}}, ["status: {'eq': 'a', 'in': ['b']} is not a condition on a field"]),
        ({"vendor": {"exists": "yes"}}, ["vendor: exists: 'yes' is neither true nor false"]),
        ({"vendor": {"exists": 1}}, ["vendor: exists: 1 is neither true nor false"]),
        ({"status": ["open", None]}, ["status: ['open', None] is not a list of values"]),
        ({"status": ["open", ["done"]]}, ["status: ['open', ['done']] is not a list of values"]),
        ({"status": {"in": [{"eq": "x"}]}}, ["status: [{'eq': 'x'}] is not a list of values"]),
        ({"not": 3}, ["not: 3 is not a condition"]),
        ([{"status": "open"}, 4], ["1: 4 is not a condition"]),
        (
            {"any": [3, {"a": {"b": 1}}], "vip": {"exists": 0}},
            ["any.0: 3 is not", "any.1.a: {'b': 1} is not", "vip: exists: 0"],
        ),
    ],
    ids=str,
)
def test_what_is_no_condition(document: Any, problems: list[str]) -> None:
    """Every problem at once, each at its place, with E151."""
    with pytest.raises(sm.AgreementError) as caught:
        parse_selector(document)
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(problems)
    for text, start in zip(found, problems, strict=True):
        assert text.startswith(start), text
        assert "E151" in text


@pytest.mark.parametrize(
    ("selector", "fields", "answer"),
    [
        (In("status", ("open",)), {"status": "open"}, True),
        (In("status", ("open",)), {"status": "Open"}, False),
        (In("status", ("open",)), {}, False),
        (In("status", ("None",)), {"status": None}, False),
        (In("status", ("",)), {"status": ""}, True),
        (In("status", ("",)), {}, False),
        (In("level", ("3",)), {"level": 3}, True),
        (In("vip", ("true",)), {"vip": True}, True),
        (In("vip", ("1",)), {"vip": True}, False),
        (In("vip", ("true",)), {"vip": 1}, False),
        (Exists("vendor"), {"vendor": ""}, True),
        (Exists("vendor"), {"vendor": False}, True),
        (Exists("vendor"), {"vendor": None}, False),
        (Exists("vendor"), {}, False),
        (Not(In("status", ("open",))), {}, True),
        (ALWAYS_TRUE, {}, True),
        (NEVER, {"status": "open"}, False),
        (Every((Exists("a"), Exists("b"))), {"a": 1}, False),
        (Every((Exists("a"), Exists("b"))), {"a": 1, "b": 2}, True),
        (Either((Exists("a"), Exists("b"))), {"b": 2}, True),
        (Either((Exists("a"), Exists("b"))), {"c": 2}, False),
    ],
    ids=str,
)
def test_answers(selector: Selector, fields: dict[str, Any], answer: bool) -> None:
    """Values are compared as texts, truths are not numbers, and what is missing has no value."""
    assert selector.matches(fields) is answer


@given(SELECTORS, ITEMS, VALUES)
def test_other_fields_decide_nothing(selector: Selector, item: dict[str, Any], value: object) -> None:
    """A condition looks at the fields that it names, and at no other."""
    seen = {name: item[name] for name in item if name in selector.fields()}
    assert selector.matches(item) == selector.matches(seen) == selector.matches({**item, "elsewhere": value})


@given(st.lists(SELECTORS, max_size=3).map(tuple), ITEMS)
def test_de_morgan(parts: tuple[Selector, ...], item: dict[str, Any]) -> None:
    """Not all of them is one of them not; a condition twice turned round is itself."""
    turned = tuple(map(Not, parts))
    assert Not(Every(parts)).matches(item) == Either(turned).matches(item)
    assert Not(Either(parts)).matches(item) == Every(turned).matches(item)
    assert all(Not(Not(part)).matches(item) == part.matches(item) for part in parts)


def test_events_by_their_names() -> None:
    """Built-in names stand for what logs say, any other for itself; none is there twice."""
    assert event() == In(EVENT, ())
    assert event("next_reply", "first_reply") == In(EVENT, ("replied", "responded", "first_reply"))
    for name, aliases in EVENT_NAMES.items():
        assert all(event(name).matches({EVENT: alias}) for alias in aliases)
        assert not event(name).matches({EVENT: "nothing of the kind"})
        assert event(name).fields() == {EVENT}


@pytest.mark.parametrize(("value", "text"), [(None, None), (True, "true"), (False, "false"), (1, "1"), ("A", "A")])
def test_values_as_texts(value: object, text: str | None) -> None:
    """How a value is compared."""
    assert as_text(value) == text


def test_a_selector_of_ones_own_says_what_it_does() -> None:
    """The class that others derive from answers nothing by itself."""
    with pytest.raises(NotImplementedError):
        Selector().matches({})
    with pytest.raises(NotImplementedError):
        Selector().fields()


def test_whole_floats_read_as_integers() -> None:
    """C14 whole: 3.0 is 3, in a condition as in a field; 3.5 is itself."""
    assert (as_text(3.0), as_text(-0.0), as_text(3.5), as_text(float("inf"))) == ("3", "0", "3.5", "inf")
    assert parse_selector({"state": 6.0}).matches({"state": 6})
    assert parse_selector({"state": 6}).matches({"state": 6.0})
