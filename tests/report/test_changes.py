"""What two versions say otherwise: in a contract's words, and as data that makes the one from the other."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.model.selector import ALWAYS_TRUE, EVENT, NEVER, Either, Every, Exists, In, Not, Selector, event
from slamodel.report.change.wording import condition, shown
from slamodel.timeline.durations import Amount, parse_amount
from slamodel.timeline.instants import HOUR
from slamodel.timeline.relative import parse_due

OFFICE = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, timezone="Europe/London")
LATE = sm.ServiceCalendar(hours={"mon-fri": "09:00-18:00"}, timezone="Europe/London", holidays=["2026-12-25"])


def limit(text: str, calendar: sm.Calendar = OFFICE, name: str = "office", **others: Any) -> sm.Limit:
    return sm.Limit(parse_amount(text), calendar, name, **others)


VENDOR = sm.PauseRule("vendor", In("status", ("with vendor",)))
RESOLVE = sm.Target(
    id="resolve",
    limits=(("P1", limit("4h")), ("P2", limit("8h")), (None, limit("3bd"))),
    pauses=(VENDOR,),
    escalations=(sm.Level.at("75%", to="owner"),),
)
RESPOND = sm.Target(id="respond", limits=((None, limit("1h")),))
ONE = sm.Agreement(id="desk", targets=(RESOLVE, RESPOND), calendars=(("office", OFFICE),), provider="msp")


def with_resolve(**changes: Any) -> sm.Agreement:
    return evolve(ONE, targets=(evolve(RESOLVE, **changes), RESPOND))


def with_limits(**limits: sm.Limit) -> sm.Agreement:
    made = tuple((None if name == "default" else name, one) for name, one in limits.items())
    return with_resolve(limits=made)


P1, P2, OTHERS = (one for _, one in RESOLVE.limits)

SAID = [
    (with_limits(P1=P1, P2=limit("6h"), default=OTHERS), "resolve P2: 8h becomes 6h"),
    (with_limits(P1=P1, default=OTHERS), "resolve P2: 8h on office is no longer promised"),
    (
        with_limits(P1=P1, P2=P2, P3=limit("16h"), default=OTHERS),
        "resolve P3: 16h on office is promised\nresolve: limits are written in another order",
    ),
    (
        with_limits(P1=P1, P2=P2, default=limit("2bd")),
        "resolve, every other priority: 3bd becomes 2bd",
    ),
    (
        with_limits(P1=P1, P2=P2, default=limit("3bd", reading="end_of_day")),
        "resolve, every other priority: 3bd (same_time) on office becomes 3bd (end_of_day) on office",
    ),
    (
        with_limits(P1=P1, P2=limit("8h", LATE, "late"), default=OTHERS),
        "resolve P2: 8h on office becomes 8h on late",
    ),
    (
        with_limits(P1=P1, P2=limit("8h", LATE), default=OTHERS),
        "resolve P2: 8h is counted on office as it is now",
    ),
    (
        with_limits(P1=P1, P2=sm.Limit(Amount(), OFFICE, due=parse_due("end of next business day")), default=OTHERS),
        "resolve P2: 8h on office becomes end of next business day",
    ),
    (with_limits(P1=P1, P2=limit("1h", field="agreed"), default=OTHERS), "resolve P2: 8h becomes the time in agreed"),
    (
        evolve(ONE, targets=(RESOLVE, evolve(RESPOND, limits=((None, limit("30m")),)))),
        "respond: 1h becomes 30m",
    ),
    (with_resolve(grace=parse_amount("10m")), "resolve: grace: none becomes 10m"),
    (with_resolve(forgive_on_downgrade=True), "resolve: forgive on downgrade: no becomes yes"),
    (with_resolve(stops=sm.Moment(event("closed"))), "resolve: stops: resolved or closed becomes closed"),
    (
        with_resolve(ends=sm.Moment(field="due_date"), starts=sm.Moment(after=RESPOND)),
        ("resolve: starts: opened or created becomes when respond stopped\n"
        "resolve: ends: never becomes the time in due_date"),
    ),
    (with_resolve(applies=In("client", ("acme", "beta"))), "resolve: for: always becomes client is acme or beta"),
    (with_resolve(pauses=()), "resolve, pause 'vendor' is gone: status is with vendor"),
    (
        with_resolve(pauses=(VENDOR, sm.PauseRule("customer", Exists("asked")))),
        "resolve, pause 'customer' is new: asked has a value",
    ),
    (
        with_resolve(pauses=(evolve(VENDOR, at_most=parse_amount("2h"), clause="7.1"),)),
        "resolve, pause 'vendor': clause: none becomes 7.1\nresolve, pause 'vendor': at most: none becomes 2h",
    ),
    (
        with_resolve(escalations=(sm.Level.at("75%", to=["owner", "boss"]), sm.Level.at("breach + 4h", to="boss"))),
        "resolve, level '75%': to: owner becomes owner, boss\nresolve, level 'breach + 4h' is new: breach + 4h to boss",
    ),
    (evolve(ONE, targets=(RESOLVE,)), "respond is gone: 1h"),
    (
        evolve(ONE, targets=(sm.Target(id="restore", limits=(("P1", limit("2h")),)), RESOLVE, RESPOND)),
        "restore is new: P1 2h\ntargets are written in another order",
    ),
    (
        evolve(ONE, calendars=(("office", LATE), ("late", OFFICE))),
        ("calendar 'office': hours: mon-fri 09:00-17:00 becomes mon-fri 09:00-18:00; "
        "holidays: none becomes 2026-12-25\n"
        "calendar 'late' is new: timezone: Europe/London, hours: mon-fri 09:00-17:00"),
    ),
    (evolve(ONE, starts_on="2026-07-01", ends_on="2026-12-31"), ("from: none becomes 2026-07-01\n"
     "until: none becomes 2026-12-31")),
    (evolve(ONE, provider="telco", formality="agreed"), ("provider: msp becomes telco\n"
     "formality: contractual becomes agreed")),
    (evolve(ONE, parties=(sm.Party("msp", "MSP"),)), "parties, 'msp' is new: MSP"),
    (evolve(ONE, precedence=2, priorities=("P1", "P2")), "priorities: none becomes P1, P2\nprecedence: 0 becomes 2"),
]  # fmt: skip


@pytest.mark.parametrize(("other", "said"), SAID, ids=[said.partition("\n")[0] for _, said in SAID])
def test_in_the_words_of_a_contract(other: sm.Agreement, said: str) -> None:
    """Each change is a sentence, and all of them together make the other version, both ways."""
    assert str(sm.diff(ONE, other)) == said
    assert sm.diff(ONE, other).apply(ONE) == other
    assert sm.diff(other, ONE).apply(other) == ONE


def test_as_data() -> None:
    """A change has its path, what it was and what it is; None where there is none."""
    [one] = sm.diff(ONE, with_limits(P1=P1, P2=limit("6h"), default=OTHERS))
    assert (one.place, one.old, one.new) == ("targets.resolve.limits.P2", P2, limit("6h"))
    assert str(one) == one.sentence == "resolve P2: 8h becomes 6h"
    changes = sm.diff(ONE, evolve(ONE, targets=(RESOLVE,)))
    assert changes.to_dicts() == [
        {"path": "targets.respond", "old": str(RESPOND), "new": None, "sentence": "respond is gone: 1h"}
    ]
    assert (changes[0].new, changes[:1], len(changes)) == (None, (changes[0],), 1)


def test_of_the_record() -> None:
    """What is about the version itself is there, and not among the terms."""
    later = ONE.amend(recorded_at=datetime(2026, 5, 1, tzinfo=UTC), note="faster", starts_on="2026-07-01")
    changes = sm.diff(ONE, later)
    assert str(changes) == "from: none becomes 2026-07-01"
    assert [one.place for one in changes if one.is_record] == ["version", "state", "recorded_at", "change_note"]
    assert [one.sentence for one in changes][:2] == ["version: 1 becomes 2", "state: agreed becomes draft"]
    assert changes.apply(ONE) == later
    facts = ONE.terminate(datetime(2026, 5, 1, tzinfo=UTC)).suspend(datetime(2026, 4, 1, tzinfo=UTC))
    assert [one.sentence for one in sm.diff(ONE, facts)] == [
        "suspensions: none becomes 2026-04-01T00:00:00+00:00 to none",
        "termination: none becomes 2026-05-01T00:00:00+00:00",
    ]
    assert sm.diff(facts, ONE).apply(facts) == ONE


@pytest.mark.parametrize(
    "other",
    [
        with_resolve(pauses=(VENDOR, evolve(VENDOR, clause="7"))),
        with_resolve(limits=(("P1", P1), ("P1", P2))),
        with_resolve(limits=(("(default)", P1), (None, P2))),
        with_resolve(limits=(("(order)", P1),)),
        evolve(ONE, targets=(RESOLVE, RESOLVE)),
    ],
)
def test_names_that_do_not_tell_apart(other: sm.Agreement) -> None:
    """Where names do not tell entries apart they are taken whole, and still make the other version."""
    assert sm.diff(ONE, other).apply(ONE) == other
    assert sm.diff(other, ONE).apply(other) == ONE
    assert len(sm.diff(ONE, other)) == 1


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        (ALWAYS_TRUE, "always"),
        (NEVER, "never"),
        (In("priority", ("P1", "P2", "P3")), "priority is P1, P2 or P3"),
        (In(EVENT, ("resolved",)), "resolved"),
        (Not(In(EVENT, ("resolved",))), "not (resolved)"),
        (Not(In("status", ("closed",))), "status is not closed"),
        (Not(Exists("vendor")), "vendor has no value"),
        (In("status", ()), "status is nothing"),
        (
            Every((Exists("a"), Either((In("b", ("1",)), Every((Exists("c"), Exists("d"))))))),
            "a has a value and (b is 1 or (c has a value and d has a value))",
        ),
    ],
)
def test_conditions_in_words(selector: Selector, said: str) -> None:
    """A condition is a phrase; what belongs together stands in brackets."""
    assert condition(selector) == said


def test_values_in_words() -> None:
    """What is empty is none; long texts are cut."""
    told = [shown(value) for value in (None, "", (), Amount(), True, sm.Approval("msp", "Ann"), sm.EventMap())]
    assert told == ["none", "none", "none", "none", "yes", "msp (Ann)", "a log of changes"]
    long = sm.diff(ONE, evolve(ONE, change_note="x" * 99, name="y" * 99)).sentences
    assert long == (f"name: none becomes {'y' * 60}...",)


PAPER = Path(__file__).parent.parent / "cases" / "managed-service"
WHOLE = [one for one in sm.load(PAPER).values() if one.measured or one.services]


@pytest.mark.parametrize("field", [one.name for one in fields(sm.Agreement) if one.name not in {"id", "targets"}])
def test_the_whole_paper(field: str) -> None:
    """Whatever an agreement says can go, come, and be told in words that are not those of the code."""
    for whole in WHOLE:
        default = getattr(sm.Agreement(id="x", targets=()), field)
        bare = evolve(whole, **{field: default})
        for old, new in ((whole, bare), (bare, whole)):
            changes = sm.diff(old, new)
            assert changes.apply(old) == new
            assert (len(changes) == 0) == (getattr(whole, field) == default)
            assert not re.search(r"[A-Z]\w+\(\w+=", "\n".join(one.sentence for one in changes))


def test_what_is_measured() -> None:
    """A promise about a period is told by what it expects, and each of its fields by its own change."""
    whole = next(one for one in WHOLE if one.measured)
    first, *others = whole.measured
    assert (
        str(sm.diff(whole, evolve(whole, measured=tuple(others)))) == f"measured, '{first.id}' is gone: 98% each month"
    )
    fewer = evolve(whole, measured=(evolve(first, permitted_misses=3), *others), credits=None)
    assert sm.diff(whole, fewer).sentences == (
        f"measured, '{first.id}': permitted misses: 0 becomes 3",
        "credits is gone",
    )


LIMITS = st.sampled_from([limit("4h"), limit("8h", LATE, "late"), limit("2bd", reading="end_of_day")])
PAUSES = st.builds(sm.PauseRule, st.sampled_from("abc"), st.sampled_from([Exists("x"), In("y", ("1",))]),
                   clause=st.sampled_from(["", "7"]))  # fmt: skip
PRIORITIES = st.sampled_from([None, "P1", "P2", "(default)"])
LEVELS = st.sampled_from([sm.Level.at("50%"), sm.Level.at("75%", to="a"), sm.Level.at("75%")])
TARGETS = st.builds(
    sm.Target,
    id=st.sampled_from(["respond", "resolve", "restore"]),
    limits=st.lists(st.tuples(PRIORITIES, LIMITS), min_size=1, max_size=3).map(tuple),
    pauses=st.lists(PAUSES, max_size=3).map(tuple),
    escalations=st.lists(LEVELS, max_size=2).map(tuple),
    grace=st.sampled_from([Amount(), Amount(HOUR)]),
    clause=st.sampled_from(["", "3.1"]),
)  # fmt: skip
AGREEMENTS = st.builds(
    sm.Agreement,
    id=st.just("x"),
    version=st.integers(1, 3),
    targets=st.lists(TARGETS, max_size=4).map(tuple),
    calendars=st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([OFFICE, LATE])), max_size=3).map(tuple),
    parties=st.lists(st.sampled_from([sm.Party("a"), sm.Party("a", "A"), sm.Party("b")]), max_size=2).map(tuple),
    provider=st.sampled_from(["", "a"]),
)


@given(AGREEMENTS, AGREEMENTS)
def test_a_diff_makes_the_new_version(old: sm.Agreement, new: sm.Agreement) -> None:
    """For any two: none where they are equal, else what makes the one from the other; every change has a sentence."""
    changes = sm.diff(old, new)
    assert changes.apply(old) == new
    assert (len(changes) == 0) == (old == new)
    assert len(sm.diff(old, old)) == 0
    assert all(change.sentence and change.old != change.new for change in changes)
