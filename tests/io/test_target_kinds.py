"""Kinds, moments and options of targets in agreement files: what is written becomes the fields of `Target`."""

from typing import Any

import attrs
import pytest

import slamodel as sm
from slamodel.io.agreements import kinds, options, targets
from slamodel.io.long_form.values import moment_of
from slamodel.model import target as words
from slamodel.model.dialects import DIALECTS
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.selector import ALWAYS_TRUE, EVENT, NEVER, In, Not, event
from slamodel.model.target import Moment, Target
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import DAY, HOUR, MINUTE
from slamodel.timeline.relative import CLOSE, RelativeDue

DESK = sm.ServiceCalendar(timezone="Europe/London", hours={"mon-fri": "09:00-17:00"})
ALWAYS = sm.ServiceCalendar(timezone="Europe/London", hours="24x7")
HEAD = """\
slamodel: 1
agreement: x
timezone: Europe/London
calendars: {desk: {hours: {mon-fri: "09:00-17:00"}}}
calendar: desk
"""


DUE_DATE = "events: {times: due_date}\n"


def targets_of(text: str, more: str = "", **options: Any) -> dict[str, Target]:
    """Return the targets written ``text``, by their ids."""
    return {target.id: target for target in sm.loads(f"{HEAD}targets: {{{text}}}\n{more}", **options).targets}


def target_of(text: str, more: str = "", **options: Any) -> Target:
    """Return the only target that is written ``text``."""
    (target,) = targets_of(text, more, **options).values()
    return target


def said(text: str, more: str = "") -> list[str]:
    """What is wrong with targets that are written ``text``, without the places."""
    with pytest.raises(sm.AgreementError) as error:
        targets_of(text, more)
    return [f"{problem.path}: {problem.message} [{problem.code}]" for problem in error.value.problems]


BUILT_IN: dict[str, tuple[tuple[str, ...], str, str]] = {
    "respond": (("first_reply", "replied", "responded"), "once", "ignore"),
    "assign": (("assigned",), "once", "ignore"),
    "workaround": (("workaround",), "once", "ignore"),
    "restore": (("restored", "resolved", "closed"), "once", "continue"),
    "resolve": (("resolved", "closed"), "once", "continue"),
    "fulfil": (("fulfilled", "closed"), "once", "continue"),
    "root_cause": (("root_cause_found",), "once", "ignore"),
    "publish": (("published",), "once", "ignore"),
    "next_reply": (("replied", "responded"), "each", "ignore"),
    "update": (("updated", "replied", "responded"), "chain", "continue"),
    "ownership": (("resolved", "closed"), "once", "continue"),
}


@pytest.mark.parametrize("kind", words.KINDS)
def test_kinds(kind: str) -> None:
    """Every kind works in its short form, by the target's own name or by `kind`; moments are built in."""
    stops, cycles, reopen = BUILT_IN[kind]
    more = ", per: group" if kind == "ownership" else ""
    for target in (target_of(f"{kind}: {{within: 4h{more}}}"), target_of(f"mine: {{kind: {kind}, within: 4h{more}}}")):
        ends = NEVER if cycles == "once" else event("resolved", "closed")
        assert target.kind == kind
        assert target.stops == Moment(In(EVENT, stops))
        assert (target.cycles, target.reopen, target.ends) == (cycles, reopen, Moment(ends))
        starts = ("requester_replied", "customer_replied") if kind == "next_reply" else ("opened", "created")
        assert target.starts == Moment(In(EVENT, starts))
    own = target_of(f"{kind}: {{within: 4h, starts: a, stops: b, reopen: continue{more}}}")
    assert (own.starts, own.stops, own.reopen) == (Moment(event("a")), Moment(event("b")), "continue")


def test_every_kind_has_its_moments() -> None:
    """No kind is without moments, and every choice of the model can be written."""
    assert {*kinds.BUILT_IN} == {*words.KINDS} == {*BUILT_IN}
    written = {*options.CHOICES, *options.FLAGS, *options.AMOUNTS, *options.TEXTS}
    told = {"id", "limits", "without", "applies", "pauses", "escalations", "agreement", "part", "in_force"}
    moments = {"starts", "stops", "resets", "cancels", "reopens", "ends"}
    others = {"kind", "priority_field", "percent_decimals", "dialect"}
    assert {field.name for field in attrs.fields(Target)} == written | told | moments | others
    assert written | moments | others <= {*targets._OPTIONS}


def test_kind_of_another_name() -> None:
    """A target of another name has no kind, and says what stops it; `every` alone makes an update."""
    assert target_of("review: {within: 4h, stops: reviewed}").kind == ""
    assert target_of("inform: {every: 30m}").kind == "update"
    assert target_of("update: {within: 4h, cycles: once}").ends == Moment(NEVER)
    assert target_of("resolve: {kind: restore, within: 4h}").stops == Moment(event("restored", "resolved", "closed"))
    assert said("inform: {kind: updates, within: 4h}") == [
        "targets.inform.kind: 'updates' is unknown; did you mean 'update'? [E107]"
    ]
    assert said("restor: {within: 4h}") == [
        "targets.restor: unknown key; did you mean 'restore'? A target of another name says what 'stops' it [E101]"
    ]


def test_every() -> None:
    """`every` gives the limits of a chain, for all items or by priority, and `until` what ends it."""
    half = Limit(Amount(us=30 * MINUTE), DESK, "desk")
    assert target_of("update: {every: 30m, until: closed}").limits == ((None, half),)
    update = target_of("update: {every: {P1: 30m, P2: {within: 2h, cover: 24x7}, P3: none, default: 30m}}")
    assert update.limits == (
        ("P1", half),
        ("P2", Limit(Amount(us=2 * HOUR), ALWAYS, "24x7")),
        (None, half),
    )
    assert (update.without, update.cycles, update.kind) == (("P3",), "chain", "update")
    assert target_of("inform: {every: {within: 30m, cover: 24x7}, stops: told, until: {status: closed}}") == Target(
        id="inform",
        kind="update",
        limits=((None, Limit(Amount(us=30 * MINUTE), ALWAYS, "24x7")),),
        stops=Moment(event("told")),
        cycles="chain",
        ends=Moment(In("status", ("closed",))),
        agreement="x",
    )


def test_every_may_leave_priorities_out() -> None:
    """An update need not be promised to every priority; what `every` does not name has none."""
    order = "priority: {order: [P1, P2, P3]}\n"
    update = target_of("update: {every: {P1: 30m}}", order)
    assert update.limit_for("P3") is None
    assert said("update: {P1: 30m}", order) == [
        "targets.update: priority P2 has no 'update' limit; give one or write 'none' [E136]",
        "targets.update: priority P3 has no 'update' limit; give one or write 'none' [E136]",
    ]
    assert said("update: {every: {P1: 30m, P4: 1h}}", order) == [
        "targets.update.every.P4: unknown key; known: P1, P2, P3, within, default [E101]"
    ]


def test_until_another_target_stops() -> None:
    """`until` a target is until the moment at which that target stops, wherever it stands in the file."""
    resolve = "resolve: {within: 4h, stops: {status: [solved, closed]}}"
    for text in (
        f"update: {{every: 30m, until: resolve}}, {resolve}",
        f"{resolve}, update: {{every: 30m, until: resolve}}",
    ):
        found = targets_of(text)
        assert found["update"].ends == found["resolve"].stops == Moment(In("status", ("solved", "closed")))
    held = targets_of("update: {every: 30m, until: resolve}, resolve: {within: 4h, stops: {at: closed_at}}")
    assert held["update"].ends == Moment(field="closed_at")
    both = targets_of("a: {every: 1h, until: b}, b: {within: 4h, stops: c.breached}, c: {within: 8h, stops: d}")
    assert both["a"].ends == both["b"].stops == Moment(after=both["c"], edge="breached")


def test_ownership() -> None:
    """The clock of an owner runs only while the item is his; or each value of a field has a clock of its own."""
    network = target_of("own: {kind: ownership, within: 4h, while: {group: network}}", "pauses: [awaiting_customer]\n")
    waiting = PauseRule("awaiting_customer", In("status", ("awaiting_customer",)))
    assert network.pauses == (waiting, PauseRule("elsewhere", Not(In("group", ("network",)))))
    assert target_of("ownership: {within: 4h, per: group}").per == "group"
    assert target_of("resolve: {within: 4h, while: {status: open}}").pauses[0].name == "elsewhere"


FOLLOWERS = "publish: {within: 5bd, starts: resolve.stopped}, late: {within: 1h, starts: resolve.breached, stops: told}"


@pytest.mark.parametrize("text", [f"{FOLLOWERS}, resolve: 4h", f"resolve: 4h, {FOLLOWERS}"])
def test_clocks_that_follow_another(text: str) -> None:
    """A clock may start when that of another target stops or breaches, in any order of the file, which is kept."""
    found = targets_of(text)
    assert [*found] == (["resolve", "publish", "late"] if text[0] == "r" else ["publish", "late", "resolve"])
    assert found["publish"].starts == Moment(after=found["resolve"], edge="stopped")
    assert found["late"].starts == Moment(after=found["resolve"], edge="breached")


def test_chains_of_chains() -> None:
    """A clock may follow one that follows another; each holds the whole of what it follows."""
    first = "a: {within: 1h, stops: x}"
    second = "b: {within: 1h, starts: a.started, stops: {status: done}}"
    found = targets_of(f"c: {{within: 1h, starts: {{at: asked_at}}, stops: b.stopped}}, {second}, {first}")
    assert found["c"].stops == Moment(after=found["b"], edge="stopped")
    assert found["b"].starts == Moment(after=found["a"], edge="started")
    assert found["c"].fields >= {"do", "status", "asked_at"}


def test_names_with_a_dot() -> None:
    """An event may have a dot in its name, unless it is written like the moment of a clock."""
    assert target_of("approve: {within: 4h, stops: approve}").stops == Moment(event("approve"))
    assert target_of("resolve: {within: 4h, stops: ticket.closed}").stops == Moment(event("ticket.closed"))
    assert target_of("resolve: {within: 4h, stops: {do: x.stopped}}").stops == Moment(event("x.stopped"))


DUES = {
    "end of next business day": RelativeDue(days=1, at=CLOSE),
    "by 12:00 on next business day": RelativeDue(days=1, at=12 * HOUR),
    "on due_date": RelativeDue(field="due_date"),
    "3bd before due_date": RelativeDue(days=3, field="due_date"),
}


@pytest.mark.parametrize("text", DUES)
def test_dues(text: str) -> None:
    """A due may stand wherever a limit may: alone, for a priority, in `within`, with a calendar of its own."""
    limit = Limit(Amount(), DESK, "desk", due=DUES[text])
    assert target_of(f"resolve: {text}", DUE_DATE).limits == ((None, limit),)
    assert target_of(f"resolve: {{P1: {text}, reading: hours}}", DUE_DATE).limits == (("P1", limit),)
    head = {"slamodel": 1, "agreement": "x", "calendars": {"desk": DESK}, "calendar": "24x7"}
    head["events"] = {"times": "due_date"}
    book = sm.load({**head, "targets": {"resolve": {"P1": {"within": text, "cover": "desk"}, "within": "4h"}}})
    assert book["x"]["resolve"].limit_for("P1") == limit


def test_dues_on_calendars() -> None:
    """A due that counts business days needs closed days; the time that a field holds does not."""
    due = Limit(Amount(), ALWAYS, "24x7", due=RelativeDue(field="due_date"))
    assert target_of("resolve: {P1: on due_date, cover: 24x7}", DUE_DATE).limits == (("P1", due),)
    assert said("resolve: {P1: end of next business day, P2: 3bd before due_date, cover: 24x7}", DUE_DATE) == [
        "targets.resolve.P1: 'end of next business day' needs a calendar with closed days; '24x7' has none [E132]",
        "targets.resolve.P2: '3bd before due_date' needs a calendar with closed days; '24x7' has none [E132]",
    ]


def test_limits_from_a_field() -> None:
    """A limit may be what a field of the item holds."""
    limit = Limit(Amount(), DESK, "desk", "hours", field="agreed_hours")
    assert target_of("resolve: {within: {field: agreed_hours}, reading: hours}").limits == ((None, limit),)
    always = Limit(Amount(), ALWAYS, "24x7", field="agreed_hours")
    resolve = target_of("resolve: {P1: {field: agreed_hours, cover: 24x7}, within: 4h}")
    assert resolve.limit_for("P1") == always
    assert "agreed_hours" in resolve.fields


OPTIONS: dict[str, tuple[str, Any]] = {
    "met_if": ("last, reopen: new_cycle", "last"),
    "ignore_after": ("3d", Amount(us=3 * DAY, calendar_days=True)),
    "floor": ("1h, priority_change: retroactive_floor", Amount(us=HOUR)),
    "retroactive_pause": ("false", False),
    "percent_decimals": ("0", 0),
    "resolution": ("min", "min"),
    "pause_measure": ("last_wall", "last_wall"),
    "due_while_paused": ("rolls", "rolls"),
    "boundary": ("day_end", "day_end"),
    "negative_remaining": ("false", False),
    "start_with_stop": ("zero", "zero"),
    "pause_with_resume": ("pause", "pause"),
    "per": ("group", "group"),
    "priority_change": ("strictest", "strictest"),
    "reopen": ("continue_with_gap", "continue_with_gap"),
    "judge": ("percent", "percent"),
    "cycles": ("latest", "latest"),
    "grace": ("0s", Amount()),
}


@pytest.mark.parametrize("key", OPTIONS)
def test_options(key: str) -> None:
    """Every option becomes the field of its name, and changes no other."""
    written, value = OPTIONS[key]
    target = target_of(f"review: {{within: 4h, stops: x, {key}: {written}}}")
    assert getattr(target, key) == value
    plain = target_of("review: {within: 4h, stops: x}")
    changed = {
        field.name for field in attrs.fields(Target) if getattr(plain, field.name) != getattr(target, field.name)
    }
    assert changed <= {key, "reopen", "priority_change"}


CHOSEN = [(key, word) for key, known in options.CHOICES.items() for word in known]


@pytest.mark.parametrize(("key", "word"), CHOSEN)
def test_words(key: str, word: str) -> None:
    """Every word of every choice can be written."""
    needs = {"priority_change": "floor: 1h" if word == "retroactive_floor" else "", "met_if": "reopen: new_cycle"}
    target = target_of(f"review: {{within: 4h, stops: x, {key}: {word}, {needs.get(key, '')}}}")
    assert getattr(target, key) == word


RULES = {
    "at_most: 5bd": {"at_most": Amount(days=5)},
    "at_most_in_total: 40h": {"at_most_in_total": Amount(us=40 * HOUR)},
    "at_least: 10m, at_most: 10m": {"at_least": Amount(us=10 * MINUTE), "at_most": Amount(us=10 * MINUTE)},
    "at_least: 1bd, at_most: 4h": {"at_least": Amount(days=1), "at_most": Amount(us=4 * HOUR)},
    "needs: customer_informed": {"needs": In("reason", ("customer_informed",))},
    "needs: [customer_informed, agreed]": {"needs": In("reason", ("customer_informed", "agreed"))},
    "needs: {informed: true}": {"needs": In("informed", ("true",))},
    "for: [P3, P4]": {"needs": In("priority", ("P3", "P4"))},
    "for: {type: change}": {"needs": In("type", ("change",))},
    "ends_at: wake_at": {"ends_at": "wake_at"},
}


@pytest.mark.parametrize("text", RULES)
def test_limits_of_pauses(text: str) -> None:
    """Pauses may be capped, need a least length, a condition or a priority, and end at the time in a field (C8)."""
    for name, when in (("hold", "when: {status: hold}, "), ("frozen", "when: frozen, "), ("paused", "")):
        (rule,) = target_of("resolve: 4h", f"pauses: {{{name}: {{{when}{text}}}}}\n").pauses
        plain = target_of("resolve: 4h", f"pauses: {{{name}: {{{when}}}}}\n").pauses[0]
        assert rule == attrs.evolve(plain, **RULES[text])  # type: ignore[arg-type]  # fields of many types


def test_needs_and_for_together() -> None:
    """What a pause needs and whom it is for both hold."""
    (rule,) = target_of("resolve: 4h", "pauses: {paused: {needs: told, for: P1}}\n").pauses
    told = {"reason": "told", "priority": "P1"}
    assert rule.needs.matches(told)
    assert not rule.needs.matches({**told, "priority": "P2"})
    assert not rule.needs.matches({**told, "reason": "x"})
    assert target_of("resolve: 4h", "pauses: {paused: {}}\n").pauses[0].needs == ALWAYS_TRUE


def test_pauses_leave_a_respond_alone() -> None:
    """A pause that names no target stops none of kind respond, whatever it is called (C8 respond)."""
    found = targets_of("first: {kind: respond, within: 1h}, respond: {kind: resolve, within: 4h}", "pauses: [paused]\n")
    assert {name: len(target.pauses) for name, target in found.items()} == {"first": 0, "respond": 1}


def test_dialects() -> None:
    """A dialect gives what the target does not say itself: of the agreement, of a target, or as an argument."""
    for name, dialect in DIALECTS.items():
        target = target_of("resolve: 4h", f"dialect: {name}\n")
        assert target == attrs.evolve(target_of("resolve: 4h"), **dialect.fields, dialect=name)
        assert target == target_of(f"resolve: {{within: 4h, dialect: {name}}}")
        assert target == target_of("resolve: 4h", dialect=name)
    own = target_of("resolve: {within: 4h, at_limit: met, judge: elapsed}", "dialect: servicenow\n")
    assert (own.at_limit, own.judge, own.resolution) == ("met", "elapsed", "s")


def test_which_dialect_holds() -> None:
    """A target's own dialect goes before all; the argument stands in for the agreement's."""
    text = "resolve: {within: 4h, dialect: jira}, respond: 1h"
    for given, more in (({}, "dialect: glpi\n"), ({"dialect": "glpi"}, ""), ({"dialect": "glpi"}, "dialect: rt\n")):
        found = targets_of(text, more, **given)
        assert {name: target.dialect for name, target in found.items()} == {"resolve": "jira", "respond": "glpi"}
    assert sm.load({"slamodel": 1, "agreement": "x", "calendar": "24x7", "targets": {"resolve": "4h"}}, dialect="rt")


def test_dialects_know_no_kinds() -> None:
    """What a kind has built in goes before a dialect, which is about clocks that run once: a reply stays given."""
    found = targets_of(
        "respond: 1h, resolve: 4h, update: {every: 1h}, told: {within: 1h, stops: x, cycles: chain}",
        "dialect: servicenow\n",
    )
    assert {name: target.reopen for name, target in found.items()} == {
        "respond": "ignore",
        "resolve": "new_cycle",
        "update": "continue",
        "told": "continue",
    }


def test_dialects_that_are_not_there() -> None:
    """A dialect that is not known is said, with the closest, at its place or of the argument."""
    assert said("resolve: {within: 4h, dialect: servicnow}", "dialect: jra\n") == [
        "targets.resolve.dialect: dialect 'servicnow' is not known; did you mean 'servicenow'? [E102]",
        "dialect: dialect 'jra' is not known; did you mean 'jira'? [E102]",
    ]
    with pytest.raises(sm.AgreementError, match=r"^dialect 'jra' is not known; did you mean 'jira'\? \[E102\]$"):
        targets_of("resolve: 4h", dialect="jra")


def test_pauses_limited_in_business_days() -> None:
    """A calendar that never closes has days to count pauses in, a combination of calendars has none."""
    pauses = {"paused": {"at_most": "5bd"}, "hold": {"when": {"status": "hold"}, "at_most": "5h"}}
    document = {"slamodel": 1, "agreement": "x", "targets": {"resolve": "4h", "respond": "1h"}, "pauses": pauses}
    (capped, _) = sm.load({**document, "calendar": "24x7"})["x"]["resolve"].pauses
    assert capped.at_most == Amount(days=5)
    with pytest.raises(sm.AgreementError) as error:
        sm.load({**document, "calendar": DESK | ALWAYS})
    assert str(error.value) == (
        "targets.resolve: pause 'paused' is limited in business days, and a combination of calendars has none; "
        "limit it in hours [E132]"
    )


def test_times_of_the_first_agreement() -> None:
    """Of several agreements the first says how the log is read, and so which fields hold times."""
    judged = {"resolve": {"within": "on due_date", "judge": "timestamp"}}
    first, other = (
        {"agreement": name, "provider": name, "calendar": "24x7", "targets": targets, "events": {"times": times}}
        for name, targets, times in (("a", {"resolve": "4h"}, ["due_date"]), ("b", judged, []))
    )
    assert len(sm.load({"slamodel": 1, "agreements": [first, other]})) == 2
    with pytest.raises(
        sm.AgreementError, match=r"^agreements\.0\.targets\.resolve\.judge: judge: timestamp needs a due"
    ):
        sm.load({"slamodel": 1, "agreements": [other, first]})


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "starts: {after: resolve}",
            "starts: is a condition on a field 'after'; to follow that clock write resolve.stopped",
        ),
        (
            "starts: {after: resolve.breached}",
            "starts: is a condition on a field 'after'; to follow that clock write resolve.breached",
        ),
        (
            "stops: {after: resolve, edge: started}",
            "stops: is a condition on a field 'after'; to follow that clock write resolve.started",
        ),
        (
            "starts: {after: resolv}",
            "a clock that follows another is written as resolve.stopped, and 'resolv' is no target; did you mean",
        ),
        (
            "resets: {after: resolve}",
            "resets: is a condition on a field 'after'; only starts, stops, ends follow other clocks",
        ),
    ],
)
def test_a_clock_that_follows_is_no_condition(written: str, message: str) -> None:
    """E151: `{after: resolve}` would silently wait for a field that nobody sets; it says what to write instead."""
    [problem] = said(f"resolve: {{within: 8h}}, review: {{kind: publish, within: 8h, {written}}}")
    assert message in problem
    assert "If that is meant, write {after: {eq: res" in problem


def test_a_condition_on_a_field_called_after() -> None:
    """What is meant as a condition can be said, and is written so that it reads back."""
    text = "resolve: {within: 8h}, review: {kind: publish, within: 8h, starts: {after: {eq: resolve}}}"
    review = targets_of(text)["review"]
    assert review.starts == Moment(In("after", ("resolve",)))
    assert moment_of(review.starts) == {"after": {"eq": "resolve"}}
