"""An agreement is its file: whatever can be loaded is written so that it loads to an equal one, in every format."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import slamodel as sm
from slamodel.io.agreements.options import AMOUNTS, CHOICES, FLAGS
from slamodel.io.agreements.reader import read_document
from slamodel.io.long_form.texts import WRITERS, text_of
from slamodel.io.long_form.values import condition_of
from slamodel.io.written_agreement import dumps, to_dict
from slamodel.model.agreement import Agreement
from slamodel.model.applicable import WHICH
from slamodel.model.escalation import Level
from slamodel.model.event_map import EventMap
from slamodel.model.limit import Limit
from slamodel.model.pause import PauseRule
from slamodel.model.portfolio import Portfolio
from slamodel.model.promises import promises
from slamodel.model.selector import ALWAYS_TRUE, NEVER, Either, Every, Exists, In, Not, Selector, event, parse_selector
from slamodel.model.target import Moment, Target
from slamodel.model.version import AS_OF_RULES, MID_PERIODS, STATES
from slamodel.timeline.durations import Amount
from slamodel.timeline.instants import DAY, HOUR, MINUTE
from slamodel.timeline.relative import CLOSE, RelativeDue
from tests.lives import PRIORITIES, TIMES
from tests.strategies import Draw, documents

pytestmark = pytest.mark.filterwarnings("ignore::slamodel.HolidayHorizonWarning")
ALWAYS = sm.ServiceCalendar(hours="24x7", timezone="Europe/London")
OFFICE = sm.ServiceCalendar(hours={"mon-fri": "09:00-17:00"}, timezone="Europe/London", holidays=["2026-12-25"])

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
names = words | st.sampled_from(
    ["P1", "no", "Null", "1", "0x1f", "1e5", "17:00", "a.b", "24x7", "-", "2026-12-24", " "]
)
scalars = names | st.booleans() | st.integers(-(2**60), 2**60)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(names, trees, min_size=1, max_size=5))
@pytest.mark.parametrize("format", WRITERS)
def test_texts(format: str, document: dict[str, Any]) -> None:  # noqa: A002  as loads calls it
    """Plain data comes back from every format as it was, and so does the order of the keys inside the document."""
    read = read_document(text_of(document, format), format=format).data
    assert read == document
    if format != "toml":
        assert list(read) == list(document)


def selectors(*fields: str) -> st.SearchStrategy[Selector]:
    some = st.lists(names, max_size=3).map(tuple)
    plain = st.builds(In, st.sampled_from(fields), some) | st.builds(Exists, st.sampled_from(fields))
    return st.recursive(plain, _joined, max_leaves=6)


def _joined(inner: st.SearchStrategy[Selector]) -> st.SearchStrategy[Selector]:
    parts = st.lists(inner, max_size=3).map(tuple)
    return st.builds(Not, inner) | st.builds(Every, parts) | st.builds(Either, parts)


@given(selectors("status", "vendor", "priority"), st.sampled_from([*WRITERS]))
def test_conditions(condition: Selector, format: str) -> None:  # noqa: A002  as loads calls it
    """A condition comes back from every format as it was, its parts in their order."""
    read = read_document(text_of({"a": {"for": condition_of(condition)}}, format), format=format)
    assert parse_selector(read.data["a"]["for"]) == condition


states, happenings = selectors("status", "vendor", "priority"), selectors("status", "do")
covered = st.integers(1, 10**13).map(lambda us: Amount(us=us))
lengths = covered | st.sampled_from([Amount(us=2 * HOUR), Amount(us=90 * MINUTE), Amount(days=3)])
walls = covered | st.sampled_from([Amount(us=DAY // 2, calendar_days=True), Amount(us=9 * DAY, calendar_days=True)])
dues = st.builds(RelativeDue, st.integers(0, 130), st.just(CLOSE) | st.integers(0, 24 * 60).map(lambda n: n * MINUTE))
dues |= st.builds(RelativeDue, st.integers(0, 9), field=st.sampled_from(TIMES))
moments = st.builds(Moment, happenings) | st.sampled_from([Moment(event("first_reply")), Moment(event("a.b", "done"))])
timed = moments | st.builds(Moment, field=st.sampled_from(TIMES))
said, everything = st.just("") | words, st.just(ALWAYS_TRUE) | states
opened, stopped = Moment(event("opened")), Moment(event("resolved", "closed"))
# Made once: to make strategies while drawing takes longer than to draw.
options: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        **{name: st.sampled_from(tuple(known)) for name, known in CHOICES.items()},
        **dict.fromkeys(FLAGS, st.booleans()),
        **dict.fromkeys(AMOUNTS, st.just(Amount()) | covered),
        "percent_decimals": st.integers(0, 6),
        "applies": everything,
        "clause": said,
    }
)
usual = {
    "starts": opened,
    "stops": stopped,
    "cancels": Moment(event("cancelled")),
    "reopens": Moment(event("reopened")),
}
unusual = {
    **dict.fromkeys(("starts", "stops", "ends"), timed),
    **dict.fromkeys(("resets", "cancels", "reopens"), moments),
}


@st.composite
def limits(draw: Draw, calendars: dict[str, sm.Calendar]) -> Limit:
    name = draw(st.sampled_from([*calendars, "", "24x7"]))
    calendar = {**calendars, "": OFFICE, "24x7": ALWAYS}[name]
    if draw(st.integers(0, 5)) == 0:
        return Limit(
            Amount(), calendar, name, field="agreed_hours", reading=draw(st.sampled_from(["hours", "same_time"]))
        )
    dated = isinstance(calendar, sm.ServiceCalendar) and not calendar.never_closes
    if dated and draw(st.booleans()):
        return Limit(Amount(), calendar, name, due=draw(dues))
    length = draw(lengths if dated else walls if calendar.never_closes else covered)
    reading = st.sampled_from(["same_time", "end_of_day", "hours"])
    return Limit(length, calendar, name, reading=draw(reading) if length.days else "same_time")


@st.composite
def levels(draw: Draw, calendars: dict[str, sm.Calendar]) -> Level:
    after = draw(covered)
    point: dict[str, Any] = draw(
        st.sampled_from([{"share": Fraction(1, 8)}, {"share": Fraction(333, 1000)}, {}, {"after": after}])
    )
    if "after" in point:
        calendar = st.sampled_from([None, ALWAYS, OFFICE, *calendars.values()])
        point |= {"is_before": draw(st.booleans()), "calendar": draw(calendar)}
    to = draw(st.lists(words, max_size=2).map(tuple))
    return Level("", **point, to=to, applies=draw(everything), clause=draw(said))


@st.composite
def agreements(draw: Draw, shared: dict[str, sm.Calendar] | None = None, most: int = 3) -> Agreement:
    """Return an agreement as it could have been loaded, with so many targets and pauses, and levels each, at most."""
    calendars: dict[str, sm.Calendar] = dict(shared or {})
    for name in draw(st.lists(words.filter(lambda name: name != "24x7"), max_size=most - 1, unique=True)):
        plain = sm.ServiceCalendar.from_dict(draw(documents()))
        calendars.setdefault(name, draw(st.sampled_from([plain, plain | OFFICE, OFFICE - (plain & ~plain)])))
    order = draw(st.sampled_from([(), PRIORITIES]))
    rules = draw(st.lists(pauses(("first", "second")), max_size=most, unique_by=lambda rule: rule.name))
    found: list[Target] = []
    for name in ("first", "second", "respond")[: draw(st.integers(1, most))]:
        target = draw(targets(name, calendars, draw(st.sampled_from([*found, None])), most))
        kept = tuple(rule for rule in rules if name in rule.stops or not (rule.stops or target.kind == "respond"))
        found.append(evolve(target, pauses=(*kept, *target.pauses), agreement="it"))
    provider = draw(said)
    made = Agreement(
        id="it",
        kind=draw(st.sampled_from(["sla", "ola", "uc"])),
        name=draw(said),
        provider=provider,
        customer=draw(st.just("") | words.filter(lambda name: name != provider)),
        starts_on=draw(st.sampled_from(["", "2026-01-01"])),
        ends_on=draw(st.sampled_from(["", "2027-12-31"])),
        applies=draw(everything),
        precedence=draw(st.integers(-2, 2)),
        targets=tuple(found),
        calendars=tuple(calendars.items()),
        priorities=order,
        events=draw(event_maps),
    )
    made = made if made.zone == "Europe/London" else evolve(made, timezone="Europe/London")
    return draw(versions(made, draw(st.integers(1, 9))))


instants = st.datetimes(
    datetime(2025, 1, 1),
    datetime(2028, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
)
recorded = st.none() | instants


@st.composite
def versions(draw: Draw, content: Agreement, number: int, *, agreed: bool = False) -> Agreement:
    """Return an agreement as a version of its own, with what people decided and what happened to it."""
    state = "agreed" if agreed else draw(st.sampled_from(STATES))
    sides = [name for name in (content.provider, content.customer) if name]
    both = len(sides) == 2
    who = draw(st.sampled_from([[], sides] if both else [[]]) if state == "agreed" else st.permutations(sides))
    made = evolve(
        content,
        version=number,
        state=state,
        as_of_rule=draw(st.sampled_from(AS_OF_RULES)),
        mid_period=draw(st.sampled_from(MID_PERIODS)),
        recorded_at=draw(recorded),
        change_note=draw(said),
        approvals=tuple(sm.Approval(name, draw(said), draw(recorded)) for name in who),
    )
    if state != "agreed":
        return made
    if made.ends_on and draw(st.booleans()):
        made = made.renew("2028-12-31", draw(recorded), draw(said))
    ends = sorted(draw(st.lists(instants, max_size=3, unique=True)))
    for since, until in zip(ends, [*ends[1:], None], strict=False):
        made = made.suspend(since, until, draw(said), draw(recorded))
    if draw(st.booleans()):
        made = made.terminate(draw(instants), draw(said), draw(said), draw(recorded))
    return made


@st.composite
def targets(draw: Draw, name: str, calendars: dict[str, sm.Calendar], before: Target | None, most: int) -> Target:
    """Return a target without pauses of its agreement."""
    others = draw(st.lists(st.sampled_from([*unusual]), max_size=2, unique=True))
    said_of = {**draw(options), **usual, **{key: draw(unusual[key]) for key in others}}
    target = loadable(Target(id=name, limits=((None, Limit(Amount(us=1), ALWAYS)),), **said_of))
    promised = draw(st.lists(st.sampled_from([None, *PRIORITIES]), min_size=1, max_size=4, unique=True))
    none = draw(st.lists(st.sampled_from(PRIORITIES), max_size=2, unique=True))
    also = draw(st.lists(levels(calendars), max_size=most))
    warnings = [evolve(Level.at(point), id=f"warn {point}") for point in draw(st.sampled_from([(), ("50%", "breach")]))]
    follows = [] if before is None else [Moment(after=before, edge=draw(st.sampled_from(["started", "stopped"])))]
    starts = draw(st.sampled_from([target.starts, *follows]))
    if target.cycles in {"each", "latest"}:  # which begin at events
        starts = opened
    elsewhere = draw(st.just(()) | states.map(lambda state: (PauseRule("elsewhere", Not(state)),)))
    return evolve(
        target,
        limits=tuple((each, draw(limits(calendars))) for each in promised),
        without=tuple(each for each in none if each not in promised),
        starts=starts,
        pauses=elsewhere,
        escalations=(*warnings, *(evolve(level, id=f"{n}") for n, level in enumerate(also))),
    )


def loadable(target: Target) -> Target:
    """Return a target with what says nothing in it at its default: a file that said it would be refused."""
    idle: dict[str, Any] = {}
    if target.cycles == "chain" and target.reopen == "new_cycle":
        idle["reopen"] = "continue"
    if target.cycles == "once":
        idle |= {"ends": Moment(NEVER), "met_if": target.met_if if target.reopen == "new_cycle" else "all"}
    if target.reopen == "ignore":
        idle["ignore_after"] = Amount()
    is_floored = target.priority_change == "retroactive_floor"
    if is_floored is (target.floor == Amount()):
        idle["floor"] = Amount(us=HOUR) if is_floored else Amount()
    return evolve(target, **idle)


@st.composite
def pauses(draw: Draw, stops: tuple[str, ...]) -> PauseRule:
    latch = draw(st.booleans())
    when = In("do", ("paused",)) if latch else draw(states)
    caps: dict[str, Any] = {key: draw(st.just(Amount()) | covered) for key in ("at_most", "at_most_in_total")}
    until: dict[str, Any] = {"until": draw(happenings)} if latch else {}
    return PauseRule(
        draw(names),
        when,
        **until,
        stops=draw(st.just(()) | st.just(stops[:1])),
        needs=draw(everything),
        ends_at=draw(st.sampled_from(["", "wait_until"])),
        clause=draw(said),
        **caps,
    )


pairs = st.lists(st.tuples(names, names), max_size=2, unique_by=lambda pair: pair[0]).map(tuple)
event_maps = st.builds(
    EventMap,
    kind=st.sampled_from(["changes", "snapshots"]),
    item=words,
    sequence=st.just("") | words,
    format=st.sampled_from(["iso", "epoch", "%d/%m/%Y"]),
    timezone=st.sampled_from(["", "Europe/London"]),
    missing=st.lists(names, max_size=2).map(tuple),
    columns=pairs,
    values=st.lists(st.tuples(names, pairs), max_size=2, unique_by=lambda pair: pair[0]).map(tuple),
    times=st.just(TIMES),
    known=st.lists(st.tuples(names, st.lists(names, max_size=2).map(tuple)), max_size=2, unique_by=lambda p: p[0]).map(
        tuple
    ),
)


@given(agreements(), st.sampled_from([*WRITERS]), st.booleans())
def test_agreements(agreement: Agreement, format: str, long: bool) -> None:  # noqa: A002  as loads calls it
    """An agreement is written, long or short, in any format, so that the text loads to an equal one."""
    book = Portfolio((agreement,))
    text = dumps(book, format=format, long=long)
    again = sm.loads(text, format=format)
    assert again["it"] == agreement
    assert again == book
    assert dumps(again, format=format, long=long) == text


@given(st.data())
def test_portfolios(data: st.DataObject) -> None:
    """So are several agreements with calendars in common, and these are written once."""
    shared: dict[str, sm.Calendar] = {"office": OFFICE, "both": OFFICE & ALWAYS}
    # What an agreement can say is the concern of the law above, so of several all but one are small.
    some = [data.draw(agreements(shared)), *data.draw(st.lists(agreements(shared, most=1), min_size=1, max_size=2))]
    some = data.draw(st.permutations(some))
    named = tuple(evolve(one, id=f"a{n}", targets=_in(f"a{n}", one), precedence=n) for n, one in enumerate(some))
    book = Portfolio(named, data.draw(st.sampled_from(WHICH)))
    if book.contested:  # whose limits cannot be compared
        book = evolve(book, which="all")
    document = to_dict(book)
    assert [*document["calendars"]][:2] == ["office", "both"]
    assert sm.load(document) == book


@given(st.data(), st.sampled_from([*WRITERS]), st.booleans())
def test_versions(data: st.DataObject, format: str, long: bool) -> None:  # noqa: A002  as loads calls it
    """So are the versions of one agreement, in any order, and what bound when is the same (C12 known)."""
    content = data.draw(agreements())
    starts = sorted(data.draw(st.lists(st.integers(0, 700), min_size=1, max_size=3)))
    days = [(EPOCH + timedelta(days=day)).date().isoformat() for day in starts]
    plain = evolve(content, suspensions=(), renewals=(), termination=None)
    some = [
        data.draw(versions(evolve(plain, starts_on=day, ends_on=""), number, agreed=True))
        for number, day in enumerate(days, 1)
    ]
    if not _can_be_followed(some):
        some = [evolve(one, as_of_rule="opened") for one in some]
    book = sm.Portfolio(tuple(data.draw(st.permutations(some))))
    again = sm.loads(sm.dumps(book, format=format, long=long), format=format)
    assert again == book
    day, known = data.draw(instants), data.draw(recorded)
    assert again.as_of(day, known_at=known) == book.as_of(day, known_at=known)


def _can_be_followed(some: list[Agreement]) -> bool:
    try:
        promises(sm.Versions(some))
    except sm.AgreementError as error:
        return error.problems[0].code == "E107"  # by period: that is for who knows periods
    return True


def _in(name: str, agreement: Agreement) -> tuple[Target, ...]:
    made: dict[str, Target] = {}
    for target in agreement.targets:
        after = target.starts.after
        starts = evolve(target.starts, after=made[after.id]) if after else target.starts
        made[target.id] = evolve(target, agreement=name, starts=starts)
    return tuple(made.values())
